"""The plain tables that people are shown."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table


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
