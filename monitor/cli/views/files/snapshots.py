"""Snapshots, their verdicts and what is damaged, as JSON and as tables."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from monitor.base.records import Json, Observation
from monitor.cli.views.tables import table_of
from monitor.delivery.messages import plain
from monitor.intake.snapshots.verify import Damage

if TYPE_CHECKING:
    # Tables are for people; what asks for JSON does without.
    from rich.console import Console


def damage_record(damage: Damage, taken: Observation | None, *, healed: bool) -> dict[str, Json]:
    """A damaged snapshot, and what heals it, as JSON."""
    return {
        "source": damage.source,
        "observed_on": damage.observed_on.isoformat(),
        "problems": list(damage.problems),
        "origin": damage.origin,
        "sha256": damage.sha256,
        "found": taken and taken.origin,
        "healed": healed and taken is not None,
        "remedy": "talentwatch snapshots verify --heal" if taken else damage.remedy,
    }


def print_snapshots(console: "Console", records: Iterable[Mapping[str, Json]]) -> None:
    """List snapshots with their verdicts."""
    table = table_of("source", "observed on", ">profiles", ">set aside", "verdict", "reasons")
    for record in records:
        table.add_row(
            record["source"],
            record["observed_on"],
            f"{record['profiles']:,}",
            f"{record['rejected']:,}",
            record["verdict"],
            "; ".join(record["reasons"]),
        )
    console.print(table)


def print_damages(console: "Console", records: Sequence[Mapping[str, Json]]) -> None:
    """List damaged snapshots, and what heals each."""
    if not records:
        console.print("Every stored snapshot is whole.")
    for record in records:
        console.print(f"{record['source']} {record['observed_on']}:", style="bold")
        for problem in record["problems"]:
            console.print(f"  {plain(problem)}")
        if record["healed"]:
            console.print(f"  healed: taken again from {plain(record['found'])}")
        else:
            origin = f" (from {plain(record['found'])})" if record["found"] else ""
            console.print(f"  to heal it: {record['remedy']}{origin}")
