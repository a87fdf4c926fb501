"""Names not known and likely twins, as JSON and as tables."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from monitor.base.records import Json
from monitor.cli.views.tables import table_of
from monitor.delivery.messages import plain
from monitor.identity.organizations.duplicates import DuplicatePair

if TYPE_CHECKING:
    # Tables are for people; what asks for JSON does without.
    from rich.console import Console


def unit_record(row: Mapping[str, Any]) -> dict[str, Json]:
    """A row of `unit_people.sql`, as JSON."""
    return {
        "organization": row["unit"],
        "name": row["name"],
        "people": row["people"],
        "spellings": row["spellings"],
    }


def duplicate_record(pair: DuplicatePair) -> dict[str, Json]:
    """Two organisations that may be one, as JSON."""
    return {
        "score": pair.score,
        **{
            side: {"organization": unit.unit, "name": unit.name, "people": unit.people}
            for side, unit in (("one", pair.one), ("other", pair.other))
        },
        "reasons": list(pair.reasons),
    }


def print_units(console: "Console", rows: Sequence[Mapping[str, Any]]) -> None:
    """List names with their people."""
    table = table_of(">people", "name", "spellings")
    for row in rows:
        others = [name for name in row["spellings"] if name != row["name"]]
        table.add_row(str(row["people"]), plain(row["name"]), plain(", ".join(others)))
    console.print(table if rows else "The directory knows every name.")


def print_duplicates(console: "Console", rows: Sequence[DuplicatePair]) -> None:
    """List organisations that may be one."""
    table = table_of(">score", "organisation", ">people", "may be", ">people", "because")
    for row in rows:
        table.add_row(
            f"{row.score:.2f}",
            *(plain(row.one.name), str(row.one.people)),
            *(plain(row.other.name), str(row.other.people)),
            plain("; ".join(row.reasons)),
        )
    console.print(table if rows else "No likely twins.")
