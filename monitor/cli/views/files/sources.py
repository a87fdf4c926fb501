"""The sources, one a line."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from monitor.base.records import Json
from monitor.cli.views.tables import table_of

if TYPE_CHECKING:
    # Tables are for people; what asks for JSON does without.
    from rich.console import Console


_OF_SERVICES = ("followed", "looked_at", "left_today", "credits_left", "waits")


def print_sources(console: "Console", rows: Sequence[Mapping[str, Json]]) -> None:
    """Print what is watched, what was removed and why, and what fell out of the configuration."""
    table = table_of(
        *("source", "status", ">snapshots", "since", "why"),
        *(">followed", "looked at", ">left today", ">credits left", "waits"),
    )
    for row in rows:
        status = row["status"]
        if status == "removed" and row["since"] is None:
            status = "removed at the next run"
        table.add_row(
            *(row["source"], status, str(row["snapshots"]), row["since"] or "", row["why"] or ""),
            *(_told(row[key]) for key in _OF_SERVICES),
        )
    console.print(table)


def _told(value: Json) -> str:
    """A figure, a moment to the minute, or nothing."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)
