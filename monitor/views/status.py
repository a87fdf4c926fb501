"""The state of things in five seconds."""

from collections.abc import Mapping

from rich.console import Console

from monitor.records import Json
from monitor.views.tables import table_of


def print_status(console: Console, facts: Mapping[str, Json]) -> None:
    """Print what a person wants to know in five seconds."""
    table = table_of("source", ">snapshots", "last good", ">age in days", "last verdict")
    for name, source in facts["sources"].items():
        table.add_row(
            name,
            str(source["snapshots"]),
            source["last_good"] or "never",
            "" if source["age_days"] is None else str(source["age_days"]),
            source["last_verdict"] or "",
        )
    console.print(table)
    for name, source in facts["sources"].items():
        if source["waits_for"]:
            console.print(f"{name} waits for its first file: {source['waits_for']}", markup=False)
        if source["gaps"]:
            console.print(f"{name} was due and not looked at on {', '.join(source['gaps'])}.")
    waiting = sum(counts.get("pending", 0) for counts in facts["outbox"].values())
    console.print(
        f"{facts['rules']['enabled']} rules, {facts['open_alerts']} open alerts,"
        f" {waiting} messages waiting; last run {facts['last_run'] or 'never'}."
    )
    for doubt in facts["rules"]["doubts"]:
        console.print(f"note: {doubt}")
