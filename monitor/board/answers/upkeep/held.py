"""Held changes: what may be a change of organisations, and counts in no rule until decided."""

from typing import Any

from monitor.base.records import Json
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Asked, Filter, page_of

FILTERS = (Filter(name="source", label="Source"),)


def waiting(desk: Desk) -> list[dict[str, Any]]:
    """Every pair of organisations that waits for a decision, by source."""
    return desk.once("held", lambda: desk.reading.records("undecided_holds"))


def found_held(desk: Desk, asked: Asked) -> tuple[list[dict[str, Json]], str | None]:
    """Return the pairs of organisations that wait for a decision, the largest first."""
    rows = [record for record in waiting(desk) if asked["source"] in {None, record["source"]}]
    page, after = page_of(
        rows,
        asked,
        key=lambda record: (
            -record["moved"],
            record["from_root"],
            record["to_root"],
            record["source"],
        ),
    )
    return [_record(record) for record in page], after


def _record(record: dict[str, Json]) -> dict[str, Json]:
    return {
        "from": {"organization": record["from_root"], "name": record["from_name"]},
        "to": {"organization": record["to_root"], "name": record["to_name"]},
        "source": record["source"],
        "observed_on": record["observed_on"].isoformat(),
        "kind": record["kind"],
        "people": record["moved"],
        "of_people": record["of_people"],
        "existed": bool(record["existed"]),
        "reason": record["reason"],
    }
