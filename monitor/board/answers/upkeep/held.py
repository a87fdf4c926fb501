"""Held changes: what may be a change of organisations, and counts in no rule until decided."""

from collections.abc import Iterator, Mapping
from typing import Any

from monitor.base.records import Decided, Json
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Asked, Filter, page_of
from monitor.operations.instructions.organizations import decided_changes, waiting_changes

FILTERS = (Filter(name="source", label="Source"),)


def waiting(desk: Desk) -> list[dict[str, Any]]:
    """Every pair of organisations that waits for a decision, by source."""
    return desk.once("held", lambda: desk.reading.records("undecided_holds"))


def found_held(desk: Desk, asked: Asked) -> tuple[list[dict[str, Json]], str | None]:
    """Return the pairs of organisations that wait for a decision, the largest first."""
    rows = [record for record in _shown(desk) if asked["source"] in {None, record["source"]}]
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
    decided = decided_of(desk)
    return [_record(record, decided) for record in page], after


def decided_of(desk: Desk) -> dict[tuple[str, str], Decided]:
    """What was decided of the pairs since the last run, which did not know of it."""
    return desk.once(
        "held and decided",
        lambda: decided_changes(desk.definitions.directory, waiting(desk)),
    )


def still_waiting(desk: Desk) -> int:
    """How many pairs wait for a decision."""
    return waiting_changes(desk.definitions.directory, waiting(desk))


def _shown(desk: Desk) -> Iterator[dict[str, Any]]:
    """The pairs that count enough people; those of fewer wait like the others, and have no row."""
    least = desk.settings.least_people
    for record in waiting(desk):
        if least == 1 or record["moved"] >= least:
            yield record
        else:
            pair = (record["source"], record["from_root"], record["to_root"])
            desk.left_out.note("held change", pair)


def _record(record: dict[str, Json], decided: Mapping[tuple[str, str], Decided]) -> dict[str, Json]:
    return {
        "decided": decided.get((record["from_root"], record["to_root"])),
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
