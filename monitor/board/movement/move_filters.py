"""What may be asked of moves and flows, and the values that their statements get for it."""

from datetime import date, timedelta
from typing import Any

from monitor.base.errors import UsageError
from monitor.base.records import SPEAKS
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Asked, Filter
from monitor.board.movement.named import named_organization, named_person

UNKNOWN = "-"
"""How an address names a side that nobody knows; no organisation has such an id."""
WINDOWS = (30, 90, 365)
"""The windows in days that are published."""
ALL = "all"
_MONTH = 7
_SIDES = (
    Filter(name="from", label="From"),
    Filter(name="to", label="To"),
)
_DAYS = (
    Filter(name="team", label="Team"),
    Filter(name="since", label="Since", kind="day"),
    Filter(name="until", label="Until", kind="day"),
    Filter(name="clock", label="Clock", kind="choice", choices=("moved", "seen"), default="moved"),
    Filter(name="known", label="As known on", kind="day"),
    Filter(
        name="window",
        label="Window in days",
        kind="choice",
        choices=(*map(str, WINDOWS), ALL),
    ),
)
_EXACT = (
    Filter(name="from_root", label="Counted as from"),
    Filter(name="to_root", label="Counted as to"),
)
FLOW_FILTERS = (*_SIDES, *_DAYS, *_EXACT)
"""`clock` says which days are meant: those of the move, or the one on which it was first seen.

`from_root` and `to_root` ask for what a move counts for, as a cell of a matrix does.
"""
MOVE_FILTERS = (
    *_SIDES,
    Filter(name="person", label="Person"),
    *_DAYS,
    Filter(name="month", label="Month, as 2025-06"),
    Filter(name="status", label="Status", kind="choice", choices=("counted", "held")),
    *_EXACT,
)


def anchor(desk: Desk, known_on: date | None = None) -> date | None:
    """The day on which windows end: the newest look that could be compared; None without one."""
    days = [row[1] for row in desk.snapshots if row[4] in SPEAKS]
    return max((day for day in days if known_on is None or day <= known_on), default=None)


def window_of(asked: Asked, *, usual: str | None = None) -> int | None:
    """The days of the window that was asked for; None for no window.

    `usual` is the window where neither a window nor days were asked for.
    """
    dated = asked["since"] or asked["until"]
    window = asked["window"] or (None if dated else usual)
    return None if window in (None, ALL) else int(window)


def bound(desk: Desk, asked: Asked, *, usual: str | None = None) -> dict[str, Any]:
    """Return the values for `found_moves` and `found_flows`, each of them.

    Raises UsageError for names that nobody goes by.
    """
    since, until = asked["since"], asked["until"]
    if since and until and until < since:
        raise UsageError(f"until, {until}, is before since, {since}")
    window, newest = window_of(asked, usual=usual), anchor(desk, asked["known"])
    if window is not None and newest is not None:
        first = newest - timedelta(days=window - 1)
        since = max(since, first) if since else first
    is_moved = asked["clock"] != "seen"
    person = asked["person"]
    return {
        "origins": _units(desk, asked["from"]),
        "destinations": _units(desk, asked["to"]),
        "from_root": asked["from_root"],
        "to_root": asked["to_root"],
        "since": since if is_moved else None,
        "until": until if is_moved else None,
        "seen_since": None if is_moved else since,
        "seen_until": None if is_moved else until,
        "month": _month(asked["month"]),
        "known_on": asked["known"],
        "team": asked["team"],
        "person": person and named_person(desk.reading, person),
        "status": asked["status"],
    }


def _units(desk: Desk, name: str | None) -> list[str] | None:
    if name is None:
        return None
    directory = desk.definitions.directory
    organization = named_organization(desk.reading, directory, name)
    return sorted({part[0] for part in directory.parts(organization)})


def _month(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        date.fromisoformat(f"{text}-01")
    except ValueError:
        text = ""
    if len(text) != _MONTH:
        raise UsageError("month is a month, such as 2025-06")
    return text
