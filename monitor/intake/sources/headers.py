"""Where a table begins: some have a few lines of words above the names of their columns."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Self, TextIO

from monitor.base.errors import FileRefused, brief
from monitor.intake.sources.columns import by_position, with_names
from monitor.intake.sources.heading_words import plain

FIRST_LINES = 50
"""The names of the columns are looked for in this many."""
LONGEST = 8 << 20
"""Characters of one of them; a longer one is no row."""
DELIMITERS = ",;\t|^~\x1f\x01"
"""What parts the cells of a table; the last two are marks that databases write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """The names of its columns, and its rows from the first one on."""

    names: tuple[str, ...]
    rows: Iterator[tuple[int, list[str] | str]]
    """Each with the line on which it begins; empty lines are left out. A text says why a line is no
    row."""


@dataclass(frozen=True, slots=True)
class _Header:
    delimiter: str
    record: int
    """How many records stand above it."""
    names: tuple[str, ...]


def table(
    text: TextIO,
    *,
    fits: Callable[[Sequence[str]], float],
    name: str,
    heading: bool = True,
) -> TextTable:
    """The table in a text: it begins with the first record that fits best, whatever parts cells.

    Without one that fits at all, it is taken to begin with the first record of several cells. A
    table without a `heading` begins so with its first row, and its columns are numbered.
    Raises FileRefused for words above it that are no CSV and, while its rows are read, where a
    quote is never closed.
    """
    first = list(_first_lines(text))
    header = _header(first, fits if heading else lambda cells: fits(by_position(len(cells))))
    lines = _Lines(chain(first, text))
    reader = csv.reader(lines, delimiter=header.delimiter)
    try:
        for _ in range(header.record + heading):
            next(reader, None)
    except csv.Error as error:
        raise FileRefused(f"{name}: line {reader.line_num}: not CSV: {brief(error)}") from error
    rows = _rows(reader, lines, name=name)
    if not heading:
        return TextTable(names=by_position(len(header.names)), rows=rows)
    # Lists that were printed, or put together, repeat the names of their columns.
    below = (row for row in rows if not _repeats(row[1], header.names))
    return TextTable(names=with_names(header.names), rows=below)


def _repeats(cells: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a row has the names of the columns, in whatever case and with a mark before them."""
    is_likely = len(cells) == len(names) and names[-1].casefold() == cells[-1].casefold()
    return is_likely and [*map(plain, cells)] == [*map(plain, names)]


class Unended(list[str]):
    """The cells of the last line of a text, if that has no end of line and is not closed."""


class _Lines:
    """Lines on their way to a reader: the last one that it took is remembered."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.last = ""
        self.ended = False
        """Whether the reader asked for more than there is."""

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.last = line
        return line


def _first_lines(text: TextIO) -> Iterator[str]:
    for _ in range(FIRST_LINES):
        line = text.readline(LONGEST)
        if len(line) == LONGEST:
            while line and not line.endswith("\n"):
                line = text.readline(LONGEST)
            # What stands for it is no row either, and takes no room.
            line = "." * (csv.field_size_limit() + 1) + "\n"
        if line:
            yield line


def _header(lines: list[str], fits: Callable[[Sequence[str]], float]) -> _Header:
    headers = [header for delimiter in DELIMITERS for header in _records(lines, delimiter)]
    ranked = [
        (fit, fit > 0 or len(header.names) > 1, -header.record, len(header.names), header)
        for header in headers
        for fit in [fits(header.names)]
    ]
    return max(ranked, key=itemgetter(0, 1, 2, 3))[-1] if ranked else _Header(",", 0, ())


def _records(lines: list[str], delimiter: str) -> Iterator[_Header]:
    reader = csv.reader(lines, delimiter=delimiter)
    number = -1
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error:
            return  # where it stands is told when the rows are read
        if cells is None:
            return
        if any(cells):
            yield _Header(delimiter, number, tuple(cells))


def _rows(
    reader: "Iterator[list[str]]", lines: _Lines, *, name: str
) -> Iterator[tuple[int, list[str] | str]]:
    while True:
        line = reader.line_num + 1  # type: ignore[attr-defined]  # of csv.reader, which typeshed hides
        try:
            cells = next(reader, None)
        except csv.Error as error:
            alone = reader.line_num == line  # type: ignore[attr-defined]  # as above
            if not alone or lines.last.count('"') % 2:
                # A quote that is not closed may have taken in any number of rows.
                raise FileRefused(f"{name}: line {line}: not CSV: {brief(error)}") from error
            yield line, f"line {line}: {brief(error)}"
            continue
        if cells is None:
            return
        if lines.ended and reader.line_num > line:  # type: ignore[attr-defined]  # as above
            raise FileRefused(
                f'{name}: line {line}: a quote (") is opened there and never closed, so that all'
                " below it is one cell: close it, or export the list again"
            )
        if cells:
            closed = lines.last.endswith('"') and lines.last.count('"') % 2 == 0
            whole = closed or lines.last.endswith(("\n", "\r"))
            yield line, cells if whole else Unended(cells)
