"""Flows as they were asked for, and the moves behind them."""

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.base.errors import UsageError
from monitor.base.records import Json
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import NO_KEY, Asked, next_page, page_of
from monitor.board.answers.moves import move_record
from monitor.board.charts.sankey import Flow
from monitor.board.movement.move_filters import bound, window_of

USUAL_WINDOW = "365"
"""What a page of flows shows where nothing was asked for."""
MOST_COUNTED = 10_000
"""So many moves behind a page are counted; of more it is said that there are more."""
_PLAIN = ("from", "to", "team", "since", "until", "known", "from_root", "to_root")
Row = Mapping[str, Any]


def found_flows(desk: Desk, asked: Asked) -> list[dict[str, Json]]:
    """All flows that were asked for, as `flows --json` prints them, the strongest first."""
    is_published = asked["clock"] == "moved" and not any(asked[name] for name in _PLAIN)
    if is_published:
        days = window_of(asked, usual=USUAL_WINDOW) or 0
        asked_for = {"days": days, "origin": None, "destination": None}
        rows = desk.reading.rows("window_flows", **asked_for)
    else:
        rows = desk.reading.rows("found_flows", **bound(desk, asked, usual=USUAL_WINDOW))
    return [flow_record(row) for row in rows]


def flow_record(row: Sequence[Any]) -> dict[str, Json]:
    """A pair of organisations with its people, as JSON."""
    origin, destination, people, first, last = row
    ends = {"first": str(first), "last": str(last)}
    return {"from": origin, "to": destination, "people": people, **ends}


def page_of_flows(
    flows: Sequence[dict[str, Json]], asked: Asked
) -> tuple[list[dict[str, Json]], str | None]:
    """Cut out the page that was asked for."""
    return page_of(flows, asked, key=_strongest)


def _strongest(flow: Mapping[str, Json]) -> tuple[Any, ...]:
    origin, destination = flow["from"], flow["to"]
    return -flow["people"], origin is None, origin or "", destination is None, destination or ""


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
