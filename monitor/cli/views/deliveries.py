"""Silences, messages and channels, as JSON and as tables."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from monitor.base.records import Json
from monitor.cli.views.tables import table_of
from monitor.delivery.messages import plain

if TYPE_CHECKING:
    # Tables are for people; what asks for JSON does without.
    from rich.console import Console

_MANY = 2


def print_silences(console: "Console", records: Sequence[Mapping[str, Json]]) -> None:
    """List silences: what is hushed, from when until when, why and by whom."""
    if not records:
        console.print("No silences.")
        return
    table = table_of(">number", "what", "since", "until", "status", "why", "by")
    for record in records:
        named = [
            f"{what} {record[what]}" for what in ("rule", "organization", "person") if record[what]
        ]
        named += [f"{side} {value}" for side, value in record["group"].items()]
        table.add_row(
            str(record["number"]),
            plain(", ".join(named)),
            record["since"],
            record["until"],
            record["status"],
            plain(record["why"]),
            plain(record["by"]),
        )
    console.print(table)


def print_deliveries(console: "Console", records: Sequence[Mapping[str, Json]]) -> None:
    """Print messages as a table; of one about many alerts each alert."""
    table = table_of("id", "channel", "about", "status", "tries", "written", "error")
    for record in records:
        about, alerts = record["about"], record["alerts"]
        table.add_row(
            *(record["id"], record["channel"]),
            plain(about if len(alerts) < _MANY else f"{about}: {', '.join(alerts)}"),
            *(record["status"], str(record["attempts"])),
            record["created_at"][:16].replace("T", " "),
            plain(record["error"] or ""),
        )
    console.print(table)


def print_channels(console: "Console", rows: Sequence[Mapping[str, Json]]) -> None:
    """Print channels as a table."""
    counted = ("pending", "sent", "accepted", "dead")
    table = table_of("channel", "kind", *counted, "trouble")
    for row in rows:
        trouble = f"off: {row['off']}" if row["off"] else row["error"] or ""
        numbers = [str(row.get(status, 0)) for status in counted]
        table.add_row(row["channel"], row["kind"], *numbers, plain(trouble))
    console.print(table)
