"""Flows as they were asked for, and the moves behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from monitor.base.errors import UsageError
from monitor.base.records import Json
from monitor.base.statements import Published
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import NO_KEY, Asked, next_page
from monitor.board.answers.moves import move_record
from monitor.board.charts.sums import MOST, Flow, Sums, largest
from monitor.board.movement.move_filters import WINDOWS, anchor, bound, window_of

USUAL_WINDOW = "365"
"""What a page of flows shows where nothing was asked for."""
MOST_COUNTED = 10_000
"""How many moves behind a page are counted; of more it is said that there are more."""
_FEW = timedelta(days=max(WINDOWS))
"""The moves of this many days are few enough to be read one by one."""
_DAYS = ("since", "until", "known")
_SIDES = ("from", "to", "team", "from_root", "to_root")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """The flows that were asked for, summed up."""

    sums: Sums
    """Of those whose both sides are known."""
    pairs: int
    """How many these are."""
    came: int
    """How many came from where nobody knows."""
    went: int
    """How many went where nobody knows."""
    strongest: int
    """How many people the strongest of all flows has."""


def asked_window(desk: Desk, asked: Asked) -> int:
    """Let the flows that were asked for be read; return the window by which they are called."""
    published = _published(desk, asked)
    if published is not None:
        return published
    values = bound(desk, asked, usual=USUAL_WINDOW)
    newest, since = anchor(desk, asked["known"]), values["since"]
    is_recent = since is not None and newest is not None and since > newest - _FEW
    is_of_sides = any(asked[name] for name in _SIDES)
    name = "found_flows" if is_of_sides or is_recent else "all_flows"
    cast("Published", desk.reading).stand_in("flows", name, **values)
    return 0


def _published(desk: Desk, asked: Asked) -> int | None:
    """The window that has just the flows that were asked for; None where none has."""
    if any(asked[name] for name in (*_DAYS, *_SIDES)):
        return None
    days, newest = window_of(asked, usual=USUAL_WINDOW) or 0, anchor(desk)
    if asked["clock"] == "moved" or not days or newest is None:
        return days
    # What was seen since before the first look is all.
    first = min(row[1] for row in desk.snapshots)
    return 0 if first > newest - timedelta(days=days) else None


def flows_of_window(desk: Desk, days: int) -> Flows:
    """Sum up the flows of a window."""
    totals: dict[str, dict[str | None, int]] = {"from": {}, "to": {}}
    pairs = strongest = 0
    strongest_known = 0
    for row in desk.reading.records("flow_sides", days=days):
        if not row["people"]:
            continue
        totals[row["side"]][row["organization"]] = row["people"]
        strongest = max(strongest, row["strongest"])
        if row["side"] == "from" and row["organization"] is not None:
            pairs += row["pairs"]
            strongest_known = max(strongest_known, row["strongest"])
    came, went = (side.pop(None, 0) for side in totals.values())
    known = [
        {organization: people for organization, people in side.items() if organization is not None}
        for side in totals.values()
    ]
    origins, destinations = (largest(side, MOST) for side in known)
    cells = desk.reading.rows("flow_cells", days=days, origins=origins, destinations=destinations)
    return Flows(
        sums=Sums(
            went=known[0],
            came=known[1],
            pairs={(origin, destination): people for origin, destination, people in cells},
            strongest=strongest_known,
        ),
        pairs=pairs,
        came=came,
        went=went,
        strongest=strongest,
    )


def flow_rows(desk: Desk, days: int, asked: Asked) -> tuple[list[dict[str, Json]], str | None]:
    """Find a page of the flows of a window, as `flows --json` prints them, the strongest first."""
    rows = desk.reading.rows(
        "strongest_flows",
        **_begins_after(asked),
        days=days,
        most=None if asked.limit is None else asked.limit + 1,
    )
    page = [flow_record(row) for row in rows[: asked.limit]]
    more = asked.limit is not None and len(rows) > asked.limit
    last = page[-1] if page else None
    return page, _key(last) if more and last else None


def _key(flow: Mapping[str, Json]) -> str:
    return next_page((flow["people"], *(flow[side] or "" for side in ("from", "to"))))


def _begins_after(asked: Asked) -> dict[str, Any]:
    names = ("after_people", "after_from", "after_to")
    match asked.after:
        case None:
            return dict.fromkeys(names)
        case (int() as people, str() as origin, str() as destination):
            return dict(zip(names, (people, origin or None, destination or None), strict=True))
        case _:
            raise UsageError(NO_KEY)


def flow_record(row: Sequence[Any]) -> dict[str, Json]:
    """A pair of organisations with its people, as JSON."""
    origin, destination, people, first, last = row
    ends = {"first": str(first), "last": str(last)}
    return {"from": origin, "to": destination, "people": people, **ends}


def known_flows(flows: Sequence[Mapping[str, Json]]) -> list[Flow]:
    """The flows of which both sides are known, for a chart."""
    return [
        (flow["from"], flow["to"], flow["people"])
        for flow in flows
        if flow["from"] is not None and flow["to"] is not None
    ]


def found_moves(desk: Desk, asked: Asked) -> tuple[list[Row], str | None]:
    """Find a page of the moves that were asked for, the newest first.

    Each row has `moves_found` and `people_found`, which count all pages, MOST_COUNTED at most.
    """
    after = asked.after or (None, None)
    if len(after) != 2 or not all(record is None or isinstance(record, str) for record in after):  # noqa: PLR2004 -- a day and a move
        raise UsageError(NO_KEY)
    most = None if asked.limit is None else asked.limit + 1
    begins = {"after_day": after[0], "after_move": after[1], "most": most}
    values = {**bound(desk, asked), **begins, "counted": MOST_COUNTED + 1}
    rows: list[Row] = list(desk.reading.records("found_moves", **values))
    if asked.limit is None or len(rows) <= asked.limit:
        return rows, None
    page = rows[: asked.limit]
    return page, next_page((page[-1]["joined_latest"].isoformat(), page[-1]["move"]))


def move_rows(rows: Sequence[Row]) -> list[dict[str, Json]]:
    """Moves as `moves --json` prints them."""
    return [move_record(row) for row in rows]
