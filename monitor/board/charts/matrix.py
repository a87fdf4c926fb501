"""From rows to columns: the figures of the largest organisations, each with a shade of heat."""

from dataclasses import dataclass
from math import ceil

from monitor.board.charts.sums import MOST, Sums, largest

SHADES = 4
"""The classes of a cell with people are `h1` to `h4`; the words of each can be read on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How many went one way."""

    column: str
    people: int
    shade: int
    """From 1 to SHADES; 0 where nobody went."""
    same: bool
    """Whether row and column are one organisation, between which nobody moves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The largest, in order; a total counts those that are not shown, too."""

    columns: list[str]
    rows: list[tuple[str, list[Cell], int, int]]
    """An origin, its cells, how many went to others, and all."""
    hidden_rows: int
    """How many origins are not shown."""


def matrix(sums: Sums, *, most: int = MOST) -> Matrix:
    """Lay flows out, at most MOST of a side."""
    rows, columns = (largest(totals, most) for totals in (sums.went, sums.came))
    laid = []
    for row in rows:
        counts = [sums.pairs.get((row, column), 0) for column in columns]
        cells = [
            Cell(
                column=column,
                people=people,
                # By square roots: half of the strongest is not the middle of what there is.
                shade=ceil(SHADES * (people / sums.strongest) ** 0.5),
                same=row == column,
            )
            for column, people in zip(columns, counts, strict=True)
        ]
        laid.append((row, cells, sums.went[row] - sum(counts), sums.went[row]))
    return Matrix(columns=columns, rows=laid, hidden_rows=len(sums.went) - len(rows))
