"""From which day on a rule on `unusual` can tell: once there is enough of a past."""

from collections.abc import Iterable
from datetime import date

from monitor.base.days import later
from monitor.rules.language import Rule
from monitor.unusual.expectation import QUARTERS, Quarter, has_past
from monitor.unusual.fits import EPOCH


def tells_from(moves: Iterable[tuple[object, object, int]], window_days: int) -> date | None:
    """Return the first day whose window has enough of a past, by all moves as known now.

    `moves` are the days between which people moved, and how many. None where there are too few:
    later ones may be enough.

    >>> days = [date(2024, 1, 5), date(2024, 4, 5), date(2024, 7, 5), date(2024, 10, 5)]
    >>> tells_from([(day, day, 75) for day in days], 90)
    datetime.date(2025, 3, 12)
    >>> tells_from([(day, day, 74) for day in days], 90) is None
    True
    """
    blocks: dict[int, int] = {}
    for earliest, latest, number in moves:
        first, last = (
            (date.fromisoformat(str(day)) - EPOCH).days // window_days for day in (earliest, latest)
        )
        if first == last:
            blocks[first] = blocks.get(first, 0) + number
    for block in sorted(blocks):
        past = [
            Quarter(pair=0, left=0, joined=0, panel=blocks.get(number, 0))
            for number in range(block - QUARTERS + 1, block + 1)
        ]
        if has_past(past):
            return later(EPOCH, (block + 2) * window_days - 1)
    return None


def windows_of(rules: Iterable[Rule]) -> dict[str, int]:
    """Return the rules on `unusual` with the length of their windows in days."""
    return {
        rule.id: rule.main.window_days
        for rule in rules
        if rule.main.unusual is not None and rule.main.window_days is not None
    }
