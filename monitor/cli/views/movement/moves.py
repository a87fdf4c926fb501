"""Moves and flows, as JSON and as tables."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from monitor.base.records import Interval, Json
from monitor.board.answers.moves import move_record
from monitor.cli.views.tables import print_rows, table_of
from monitor.delivery.messages import days_words, plain

if TYPE_CHECKING:
    # Tables are for people; what asks for JSON does without.
    from rich.console import Console

UNKNOWN = "(unknown)"
JOBS = (
    "Only jobs count: positions of the kind employment, and those without a kind unless the title"
    " says, in any of seventeen languages, that it is none (adviser, board, trustee, chair,"
    " investor, mentor, student, volunteer)."
)
"""Which positions make somebody's employer, in a sentence."""


def print_moves(console: "Console", rows: Iterable[Mapping[str, Any]]) -> None:
    """List moves, one line each: their ids are what `moves decide` asks for."""
    columns = ("move", "person", "from", "to", "joined (or left)", "seen on", "status")
    print_rows(console, columns, map(_move_cells, rows))


def _move_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    record = move_record(row)
    joined = Interval(earliest=row["joined_earliest"], latest=row["joined_latest"])
    reason = f": {plain(record['reason'])}" if record["reason"] else ""
    return (
        record["move"],
        plain(record["name"]),
        side_words(record["from"]),
        side_words(record["to"]),
        days_words(joined),
        _first_seen(record),
        f"{record['status']}{reason}",
    )


def _first_seen(record: Mapping[str, Json]) -> str:
    """Say when a move was seen, and where if at several sources."""
    evidence = record.get("evidence", ())
    sights = dict.fromkeys(f"{sight['after_on']} ({sight['source']})" for sight in evidence)
    return ", ".join(sights) or str(record["observed_on"])


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
