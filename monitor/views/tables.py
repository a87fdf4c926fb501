"""The plain tables that people are shown."""

from rich.table import Table


def table_of(*columns: str) -> Table:
    """Return an empty table; the columns that begin with ">" stand to the right."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        right = column.startswith(">")
        table.add_column(
            column.removeprefix(">"), justify="right" if right else "left", overflow="fold"
        )
    return table
