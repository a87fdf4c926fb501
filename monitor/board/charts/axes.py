"""Scales and their ticks: days along the width, people along the height."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from monitor.base.days import later

MOST_TICKS, TICK_ROOM = 8, 85
"""How many ticks a scale has at most, and how many pixels there are for the word of each."""
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)


def drawn(days: Iterable[date]) -> list[date]:
    """The days that a picture has to show: an open end is none, and stands at the edge."""
    return [day for day in days if date.min < day < date.max]


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days from `first` to `last` between two places, in pixels."""

    first: date
    last: date
    left: float
    right: float

    def place(self, day: date) -> float:
        """Say where a day stands; days outside stand at the nearer end."""
        within = min(max(day, self.first), self.last)
        part = (within - self.first).days / max((self.last - self.first).days, 1)
        return round(self.left + part * (self.right - self.left), 1)

    def ticks(self) -> list[tuple[float, str]]:
        """List the first days of months, of as many as can be read, each with its name."""
        months = list(_months(self.first, self.last))
        most = max(min((self.right - self.left) // TICK_ROOM, MOST_TICKS), 2)
        step = next(
            (months_apart for months_apart in _STEPS if len(months) / months_apart <= most),
            _STEPS[-1],
        )
        shown = [month for month in months if (month.year * 12 + month.month - 1) % step == 0]
        years = {month.year for month in shown}
        # Of several years each begins with its number, which is narrower than month and year.
        several = len(years) > 1
        return [
            (self.place(month), f"{month:%Y}" if several and month.month == 1 else f"{month:%b}")
            for month in shown
        ]


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last and month < date.max.replace(day=1):
        if month >= first:
            yield month
        month = later(month, 32).replace(day=1)


def count_ticks(most: int) -> list[int]:
    """List whole numbers from 0 to at least `most`, not more than can be read.

    >>> count_ticks(3), count_ticks(10), count_ticks(47)
    ([0, 1, 2, 3], [0, 2, 4, 6, 8, 10], [0, 10, 20, 30, 40, 50])
    """
    step = 1
    for scale in (10**power for power in range(12)):
        step = next((part * scale for part in (1, 2, 5) if most <= 5 * part * scale), 0)
        if step:
            break
    return list(range(0, most + step, step)) if most % step else list(range(0, most + 1, step))
