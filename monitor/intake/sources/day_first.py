"""Whether the day or the month comes first in dates that may be read either way."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from monitor.intake.profiles import parse_partial_date
from monitor.intake.sources.dates import partial_date

_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
EITHER_WAY = tuple(
    (f"%d{sign}%m{sign}%Y{time}", f"%m{sign}%d{sign}%Y{time}") for sign in "/-" for time in _TIMES
)
"""The forms with the day first, each beside the same with the month first."""
_MOSTLY = 0.8
"""The share of the dates on one day of the month, over several months, that is no chance."""
_MONTHS = 3
"""The fewest such months."""
_LEAST = 2
"""One date that contradicts an order may be a slip."""


def day_comes_first(
    columns: Sequence[Sequence[str]], pairs: Sequence[tuple[str, str]], today: date | None
) -> bool | None:
    """Say which comes first by what the dates tell together; None if they tell nothing.

    `columns` are the dates of each column, `pairs` the start and the end of each row. By one order
    people begin after today or end before they begin, and by the other none do; or they begin on
    the first of several months, which by the other order would be several days of one January.
    """
    for ways in EITHER_WAY:
        dated = [list(_both_ways(values, ways)) for values in columns]
        if not any(dated):
            continue
        order = _by_contradiction(dated[0], pairs, ways, today)
        return _by_first_days(dated) if order is None else order
    return None


def _both_ways(values: Sequence[str], ways: tuple[str, str]) -> Iterator[tuple[date, date]]:
    """The days that each date means by the one order and by the other."""
    for value in values:
        both = [_day(value, form) for form in ways]
        if both[0] and both[1]:
            yield both[0], both[1]


def _day(value: str, form: str) -> date | None:
    read = partial_date(value, (form,))
    days = parse_partial_date(read) if read != value else None
    return None if days is None else days[0]


def _by_contradiction(
    starts: Sequence[tuple[date, date]],
    pairs: Sequence[tuple[str, str]],
    ways: tuple[str, str],
    today: date | None,
) -> bool | None:
    wrong = []
    for place, form in enumerate(ways):
        late = 0 if today is None else sum(days[place] > today for days in starts)
        both = [(_day(start, form), _day(end, form)) for start, end in pairs]
        wrong.append(late + sum(bool(start and end and end < start) for start, end in both))
    if min(wrong) == 0 and max(wrong) >= _LEAST:
        return wrong[0] == 0
    return None


def _by_first_days(dated: Sequence[Sequence[tuple[date, date]]]) -> bool | None:
    said = []
    for place in (0, 1):
        days = [both[place] for values in dated for both in values]
        firsts = Counter(day.day for day in days)
        months = {day.month for day in days if day.day == 1}
        said.append(firsts[1] >= _MOSTLY * len(days) and len(months) >= _MONTHS)
    return said[0] if said[0] != said[1] else None
