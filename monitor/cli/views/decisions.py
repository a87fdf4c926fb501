"""Who decided what, as a table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from monitor.cli.views.tables import table_of
from monitor.delivery.messages import plain
from monitor.state import Decision

if TYPE_CHECKING:
    # Tables are for people; what asks for JSON does without.
    from rich.console import Console


def print_decisions(console: "Console", decisions: Sequence[Decision]) -> None:
    """Print the log of decisions, oldest first."""
    table = table_of(">number", "day", "kind", "about", "verdict", "by", "why")
    for decision in decisions:
        words = map(
            plain, (decision.kind, decision.key, decision.verdict, decision.by, decision.why)
        )
        table.add_row(str(decision.number), f"{decision.on:%Y-%m-%d}", *words)
    console.print(table)
