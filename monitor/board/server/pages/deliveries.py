"""`/deliveries`: what was sent, what waits, and what a receiver said."""

from typing import Any

from monitor.base.records import Json
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked
from monitor.board.answers.upkeep.messages import DELIVERY_FILTERS, found_deliveries
from monitor.board.server.page import Page, PathValues
from monitor.delivery.messages import counted, plain


def answer(desk: Desk, asked: Asked, _: PathValues) -> Answer:
    """List the messages that were asked for, newest first."""
    records, after = found_deliveries(desk.tx, asked)
    depth = desk.tx.depth()
    waiting = sum(counts.get("pending", 0) for counts in depth.values())
    dead = sum(counts.get("dead", 0) for counts in depth.values())
    return Answer(
        records=records,
        after=after,
        shown={
            "headline": f"{counted(waiting, 'message')} waiting, {dead} given up",
            "depth": depth,
            "listed": [_shown(record) for record in records],
        },
    )


def _shown(record: dict[str, Json]) -> dict[str, Any]:
    return {
        **record,
        "said": plain(record["error"] or ""),
        "notice": "" if record["alerts"] else plain(record["about"]),
    }


PAGE = Page(
    path="/deliveries",
    template="deliveries.html",
    answer=answer,
    filters=DELIVERY_FILTERS,
    menu="Deliveries",
)
