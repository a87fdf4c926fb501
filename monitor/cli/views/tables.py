"""The plain tables that people are shown."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

ROWS_AT_ONCE = 1_000
"""How many rows are in memory, and aligned with each other."""


def table_of(*columns: str) -> "Table":
    """Return an empty table; the columns that begin with ">" stand to the right."""
    # Tables are for people; what asks for JSON does without.
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        right = column.startswith(">")
        table.add_column(
            column.removeprefix(">"), justify="right" if right else "left", overflow="fold"
        )
    return table


def print_rows(console: "Console", columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table of any length, some rows at a time; the columns are named once."""
    rest, named = iter(rows), True
    while some := list(islice(rest, ROWS_AT_ONCE)):
        table = table_of(*columns)
        table.show_header = named
        for row in some:
            table.add_row(*row)
        console.print(table)
        named = False
