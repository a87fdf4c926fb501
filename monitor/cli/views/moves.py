"""Moves and flows, as JSON and as tables."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from monitor.base.records import Evidence, Interval, Json, Side
from monitor.cli.views.tables import table_of
from monitor.delivery.messages import days_words, plain
from monitor.rules.evaluation.evaluate import evidence_of, person_of, side_of

if TYPE_CHECKING:
    # Tables are for people; what asks for JSON does without.
    from rich.console import Console

UNKNOWN = "(unknown)"
JOBS = (
    "Only jobs count: positions of the kind employment, and those without a kind unless the title"
    " says that it is none (adviser, board, investor, student, volunteer)."
)
"""Which positions make somebody's employer, in a sentence."""


def side_record(side: Side | None) -> dict[str, Json] | None:
    """One side of a move, as JSON; None if it is unknown."""
    if side is None:
        return None
    return {
        "organization": side.organization,
        "name": side.name,
        "team": side.team,
        "title": side.title,
    }


def interval_record(interval: Interval) -> dict[str, Json]:
    """An interval of days, as JSON."""
    return {"earliest": interval.earliest.isoformat(), "latest": interval.latest.isoformat()}


def move_record(row: Mapping[str, Any]) -> dict[str, Json]:
    """A row of `listed_moves.sql`, as JSON; `evidence` only if several profiles tell of it."""
    left = Interval(earliest=row["left_earliest"], latest=row["left_latest"])
    joined = Interval(earliest=row["joined_earliest"], latest=row["joined_latest"])
    return {
        "move": row["move"],
        "person": person_of(row)[0],
        "name": row["name"] or row["profile"],
        "source": row["source"],
        "from": side_record(side_of(row["from_root"], row["from_side"])),
        "to": side_record(side_of(row["to_root"], row["to_side"])),
        "left": interval_record(left),
        "joined": interval_record(joined),
        "observed_on": row["observed_on"].isoformat(),
        "status": row["status"],
        "reason": row["reason"],
    } | ({"evidence": list(map(evidence_record, evidence_of(row)))} if row["evidence"] else {})


def evidence_record(evidence: Evidence) -> dict[str, Json]:
    """One piece of evidence, as JSON."""
    return {
        "source": evidence.source,
        "before_on": evidence.before_on and evidence.before_on.isoformat(),
        "after_on": evidence.after_on.isoformat(),
        "url": evidence.url,
    }


def print_moves(console: "Console", rows: Sequence[Mapping[str, Any]]) -> None:
    """List moves, one line each: their ids are what `moves decide` asks for."""
    table = table_of("move", "person", "from", "to", "joined (or left)", "seen on", "status")
    for row in rows:
        record = move_record(row)
        joined = Interval(earliest=row["joined_earliest"], latest=row["joined_latest"])
        reason = f": {plain(record['reason'])}" if record["reason"] else ""
        table.add_row(
            record["move"],
            plain(record["name"]),
            side_words(record["from"]),
            side_words(record["to"]),
            days_words(joined),
            _first_seen(record),
            f"{record['status']}{reason}",
        )
    console.print(table)


def _first_seen(record: Mapping[str, Json]) -> str:
    """Say when a move was seen, and where if at several sources."""
    told = record.get("evidence", ())
    return ", ".join(f"{one['after_on']} ({one['source']})" for one in told) or str(
        record["observed_on"]
    )


def print_flows(console: "Console", flows: Sequence[Mapping[str, Json]]) -> None:
    """Print who went where: one row an origin, the strongest flows first."""
    table = table_of("from", "to", ">people", "first", "last")
    before = None
    for flow in flows:
        origin = flow["from"] or UNKNOWN
        table.add_row(
            "" if origin == before else plain(origin),
            plain(flow["to"] or UNKNOWN),
            str(flow["people"]),
            flow["first"],
            flow["last"],
        )
        before = origin
    console.print(table)


def side_words(side: Mapping[str, Json] | None, *, full: bool = False) -> str:
    """Say where somebody was or is; `full` adds the team and the title."""
    if side is None:
        return UNKNOWN
    parts = [side["name"], *((side["team"], side["title"]) if full else ())]
    return plain(", ".join(part for part in parts if part))
