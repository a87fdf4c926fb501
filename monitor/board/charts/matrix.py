"""From rows to columns: the figures of the largest organisations, each with a shade of heat."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from monitor.board.charts.sankey import Flow

MOST = 18
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


def matrix(flows: Sequence[Flow], *, most: int = MOST) -> Matrix:
    """Lay out flows, one a pair; of equals the first in the alphabet comes first."""
    went: Counter[str] = Counter()
    came: Counter[str] = Counter()
    pairs = Counter[tuple[str, str]]()
    for origin, destination, people in flows:
        went[origin] += people
        came[destination] += people
        pairs[origin, destination] += people
    rows, columns = (
        sorted(totals, key=lambda key: (-totals[key], key))[:most] for totals in (went, came)
    )
    strongest = max(pairs.values(), default=1)
    laid = []
    for row in rows:
        cells = [
            Cell(
                column=column,
                people=pairs[row, column],
                # By square roots: half of the strongest is not the middle of what there is.
                shade=ceil(SHADES * (pairs[row, column] / strongest) ** 0.5),
                same=row == column,
            )
            for column in columns
        ]
        laid.append((row, cells, went[row] - sum(cell.people for cell in cells), went[row]))
    return Matrix(columns=columns, rows=laid, hidden_rows=len(went) - len(rows))
