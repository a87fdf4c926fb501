"""Held changes: what may be a change of organisations, and counts in no rule until decided."""

from monitor.base.records import Json
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Asked, Filter, page_of

FILTERS = (Filter(name="source", label="Source"),)


def found_held(desk: Desk, asked: Asked) -> tuple[list[dict[str, Json]], str | None]:
    """Return the pairs of organisations that wait for a decision, the largest first."""
    found = [
        one
        for one in desk.once("held", lambda: desk.reading.records("undecided_holds"))
        if asked["source"] in {None, one["source"]}
    ]
    page, after = page_of(
        found,
        asked,
        key=lambda one: (-one["moved"], one["from_root"], one["to_root"], one["source"]),
    )
    return [_record(one) for one in page], after


def _record(one: dict[str, Json]) -> dict[str, Json]:
    return {
        "from": {"organization": one["from_root"], "name": one["from_name"]},
        "to": {"organization": one["to_root"], "name": one["to_name"]},
        "source": one["source"],
        "observed_on": one["observed_on"].isoformat(),
        "kind": one["kind"],
        "people": one["moved"],
        "of_people": one["of_people"],
        "existed": bool(one["existed"]),
        "reason": one["reason"],
    }
