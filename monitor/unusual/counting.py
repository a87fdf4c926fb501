"""The people of panels as known on a day, counted by their sides, by blocks and by windows.

And from which day on a rule on `unusual` can tell: once there is enough of a past.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.base.days import earlier, later
from monitor.base.engine import Engine
from monitor.rules.language import Rule
from monitor.unusual.expectation import QUARTERS, has_past
from monitor.unusual.nowcasts.delays import Aged, Delays, pooled
from monitor.unusual.panels import Panel, fill_panels

EPOCH = date(1970, 1, 1)
TESTED_WINDOW = {
    "number": "INTEGER",
    "rule": "VARCHAR",
    "from_key": "VARCHAR",
    "to_key": "VARCHAR",
    "ends_on": "DATE",
    "first_quarter": "INTEGER",
}
"""A window that is tested; a side that its rule has not is NULL, its past begins with a block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedWindow:
    """A window to count people in: whom they left, whom they joined, and its last day."""

    panel: Panel
    left: str | None
    joined: str | None
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelWindow:
    """The people of a whole panel in a window, and the share of them that is known."""

    people: int
    share_known: float


def first_quarter(window_ends: date, window_days: int) -> int:
    """Return the first block of the past of a window: twelve whole ones end before it begins.

    >>> first_quarter(date(1970, 12, 31), 90)
    -9
    """
    return last_quarter(window_ends, window_days) - QUARTERS + 1


def last_quarter(window_ends: date, window_days: int) -> int:
    """Return the last whole block that ended before a window began.

    >>> [last_quarter(later(EPOCH, day), 90) for day in (178, 179, 180)]
    [-1, 0, 0]
    """
    return ((window_ends - EPOCH).days + 1) // window_days - 2


def begins(quarter: int, window_days: int) -> date:
    """Return the first day of a block, as far as the calendar goes."""
    days = quarter * window_days
    return later(EPOCH, days) if days >= 0 else earlier(EPOCH, -days)


def count_asked(engine: Engine, asked: Sequence[AskedWindow], day: date) -> None:
    """Count the groups of these windows, numbered in their order, as known on a day."""
    panels = {one.panel.name: one.panel for one in asked}
    fill_panels(engine, list(panels.values()))
    ask(engine, asked)
    longest = max(panel.window_days for panel in panels.values())
    since = earlier(min(one.ends_on for one in asked), (QUARTERS + 3) * longest)
    _count(engine, day, every=False, since=since)


def count_all(engine: Engine, panel: Panel, day: date) -> None:
    """Count all groups of a panel as known on a day."""
    fill_panels(engine, [panel])
    ask(engine, [])
    since = earlier(day, (2 * QUARTERS + 6) * panel.window_days)
    _count(engine, day, every=True, since=since)


def _count(engine: Engine, day: date, *, every: bool, since: date) -> None:
    engine.run("usual_panel_days", day=day, since=since)
    engine.run("usual_days", day=day, every=every, since=since)
    engine.run("usual_quarters")


def ask(engine: Engine, asked: Sequence[AskedWindow]) -> None:
    """Say which windows are tested."""
    rows = [
        (
            *(number, one.panel.name, one.left, one.joined, one.ends_on),
            first_quarter(one.ends_on, one.panel.window_days),
        )
        for number, one in enumerate(asked)
    ]
    engine.hand_over("usual_asked", TESTED_WINDOW, rows)


def moved(
    engine: Engine,
    windows: Iterable[tuple[str, date]],
    delays: Mapping[str, Mapping[str, Delays]],
    *,
    on: date,
) -> dict[tuple[str, date], PanelWindow]:
    """Return for windows of panels, by name and last day, who moved in all as known on a day.

    They have been asked for; `delays` has those of each panel.
    """
    aged: dict[tuple[str, date], dict[str, list[Aged]]] = {window: {} for window in windows}
    for rule, ends_on, source, latest, dated, people in engine.rows("usual_ages"):
        one = Aged(days=max((on - latest).days, 0), moves=people, dated=dated)
        if (rule, ends_on) in aged:
            aged[rule, ends_on].setdefault(source, []).append(one)
    return {
        window: PanelWindow(
            people=sum(one.moves for of_source in some.values() for one in of_source),
            share_known=pooled(delays[window[0]], some),
        )
        for window, some in aged.items()
    }


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
        if has_past(blocks.get(number, 0) for number in range(block - QUARTERS + 1, block + 1)):
            return later(EPOCH, (block + 2) * window_days - 1)
    return None


def windows_of(rules: Iterable[Rule]) -> dict[str, int]:
    """Return the rules on `unusual` with the length of their windows in days."""
    return {
        rule.id: rule.main.window_days
        for rule in rules
        if rule.main.unusual is not None and rule.main.window_days is not None
    }
