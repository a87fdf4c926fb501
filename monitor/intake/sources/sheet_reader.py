"""A program of its own: one sheet of the spreadsheet on standard input, as CSV.

It is the sheet that the first argument names, or else the first filled one, hidden ones after the
others; with the argument NAMES the names of all filled ones are written in that order, a JSON list.
A cell that is merged over several rows has its value in each of them.

The library lays a sheet out as a full rectangle of cells, and it ends its process where there is no
memory for one. One stray cell in the last row of a small file is enough for that. So it reads in a
process that may take MEMORY_BYTES and no more, and what ends that process costs this file alone.

Ends with 0 after the whole sheet, with REFUSED and the reason on standard error if the file is no
spreadsheet, with NO_SHEET and the names of its sheets there if it has none of that name, and with
anything else if the sheet does not fit.
"""

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO
from xml.parsers import expat

MEMORY_BYTES = 480 << 20
"""The address space of the process: Python, the library, and the cells of one sheet."""
REFUSED, NO_SHEET = 3, 4
NAMES = "--names"
_PIECE = 1 << 20
_MIDNIGHT = time()
_TYPE_OF_ERRORS = b't="e"'
_LETTERS = re.compile(r"[A-Z]+")
_MOST = 1_000_000
"""After how many errors the rest of a sheet is not looked at: it is broken."""
Errors = dict[tuple[int, int], str]
"""By row and column, from 0, the error as it is shown."""


def main() -> int:
    """Read standard input, which is a file and not a pipe, and write CSV in UTF-8."""
    import python_calamine  # noqa: PLC0415 -- whoever imports the constants needs no reader

    _limit_memory()
    sys.stdin.buffer.seek(0)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(sys.stdin.buffer) as book:
            return _print(book, sys.argv[1] if len(sys.argv) > 1 else None)
    except python_calamine.CalamineError as error:
        sys.stderr.write(f"{error}")
        return REFUSED


def _print(book: Any, wanted: str | None) -> int:
    names = _visible_first(book)
    if wanted == NAMES:
        filled = [name for name in names if book.get_sheet_by_name(name).height]
        sys.stdout.write(json.dumps(filled))
        return 0
    for name in names:
        if wanted is not None and name.strip().casefold() != wanted.strip().casefold():
            continue
        sheet = book.get_sheet_by_name(name)
        if sheet.height:
            left = (sheet.start or (0, 0))[1]
            rows = _with_errors(sheet.iter_rows(), left, name)
            _write(with_merged(rows, left, sheet.merged_cell_ranges or ()), sys.stdout.buffer)
        if sheet.height or wanted is not None:
            return 0
    if wanted is None:
        return 0
    sys.stderr.write(json.dumps(names))
    return NO_SHEET


def _visible_first(book: Any) -> list[str]:
    """The names of the sheets; what is hidden is what its author does not hand out."""
    visible = {
        sheet.name for sheet in book.sheets_metadata if str(sheet.visible).endswith(".Visible")
    }
    return sorted(book.sheet_names, key=lambda name: name not in visible)


def with_merged(
    rows: Iterable[Any], left: int, ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]
) -> Iterable[Any]:
    """The rows of a sheet in which every row of a merged cell has its value, in its first column.

    A file has it in the first of these rows alone; whoever looks at the sheet sees it for all.
    """
    begins: dict[int, list[tuple[int, int]]] = {}
    for (top, first), (bottom, _) in ranges:
        if bottom > top and first >= left:
            begins.setdefault(top, []).append((first - left, bottom))
    return _filled_down(rows, begins) if begins else rows


def _filled_down(rows: Iterable[Any], begins: dict[int, list[tuple[int, int]]]) -> Iterator[Any]:
    merged: dict[int, tuple[Any, int]] = {}
    for number, cells in enumerate(rows):
        row = list(cells)
        merged = {column: cell for column, cell in merged.items() if cell[1] >= number}
        for column, (value, _) in merged.items():
            if column < len(row) and row[column] in {"", None}:
                row[column] = value
        for column, bottom in begins.get(number, ()):
            if column < len(row):
                merged[column] = row[column], bottom
        yield row


def _with_errors(rows: Iterable[Any], left: int, name: str) -> Iterable[Any]:
    """The rows of a sheet with its errors, in the place of which the library has empty cells."""
    sys.stdin.buffer.seek(0)
    try:
        with zipfile.ZipFile(sys.stdin.buffer) as archive:
            errors = errors_in(archive, name)
    except (zipfile.BadZipFile, expat.ExpatError, ValueError, EOFError, NotImplementedError):
        errors = {}  # it is of another form: the library has read it
    if not errors:
        return rows
    return (
        [errors.get((down, left + along), cell) for along, cell in enumerate(row)]
        for down, row in enumerate(rows)
    )


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415 -- there is none on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write(rows: Any, out: BinaryIO) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in rows:
        writer.writerow(map(_cell, row))
        if text.tell() >= _PIECE:
            out.write(text.getvalue().encode("utf-8", "surrogatepass"))
            text.seek(0)
            text.truncate()
    out.write(text.getvalue().encode("utf-8", "surrogatepass"))
    out.flush()


def _cell(value: Any) -> str:
    """A cell as CSV has it: whole numbers without a point, days without a time."""
    match value:
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == _MIDNIGHT:
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return str(value)


def errors_in(book: zipfile.ZipFile, sheet: str) -> Errors:
    """Find the errors of a sheet of an .xlsx file by the sheet's name; none where it has no such.

    Raises what `zipfile` and `expat` raise for a damaged file. The library leaves such
    cells empty, as if nothing were there.
    """
    member = _members(book).get(sheet)
    if member is None or not _has_errors(book, member):
        return {}
    found = _Cells()
    parser = expat.ParserCreate()
    parser.StartElementHandler = found.start
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.text
    for piece in _pieces(book, member):
        parser.Parse(piece, False)  # noqa: FBT003 -- of expat
        if len(found.errors) > _MOST:
            break
    return found.errors


def _pieces(book: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    with book.open(member) as file:
        while piece := file.read(_PIECE):
            yield piece


def _has_errors(book: zipfile.ZipFile, member: str) -> bool:
    """Whether the mark of an error is anywhere: to search is a tenth of the cost of parsing."""
    rest = b""
    for piece in _pieces(book, member):
        if _TYPE_OF_ERRORS in rest + piece:
            return True
        rest = piece[-len(_TYPE_OF_ERRORS) :]
    return False


def _members(book: zipfile.ZipFile) -> dict[str, str]:
    """The file of each sheet, by the sheet's name."""
    try:
        relations = book.read("xl/_rels/workbook.xml.rels")
        sheets = book.read("xl/workbook.xml")
    except KeyError:
        return {}  # of another form
    targets: dict[str, str] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )

    found: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            ids = [value for key, value in attributes.items() if key.rpartition(":")[2] == "id"]
            found[attributes.get("name", "")] = targets.get(ids[0] if ids else "", "")

    for text, handler in ((relations, relation), (sheets, sheet)):
        parser = expat.ParserCreate()
        parser.StartElementHandler = handler
        parser.Parse(text, True)  # noqa: FBT003 -- of expat
    there = set(book.namelist())
    return {name: member for name, member in found.items() if member in there}


class _Cells:
    """Walks over the rows and cells of a sheet; where they do not say where they are, in order."""

    def __init__(self) -> None:
        self.errors: Errors = {}
        self._row = self._column = -1
        self._is_error = self._in_value = False
        self._text = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Come to the beginning of an element."""
        match name.rpartition(":")[2]:
            case "row":
                self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
                self._column = -1
            case "c":
                place = _LETTERS.match(attributes.get("r", ""))
                self._column = _number(place[0]) if place else self._column + 1
                self._is_error = attributes.get("t") == "e"
                self._text = ""
            case "v":
                self._in_value = self._is_error
            case _:
                pass

    def text(self, piece: str) -> None:
        """Come to text."""
        if self._in_value:
            self._text += piece

    def end(self, name: str) -> None:
        """Come to the end of an element."""
        match name.rpartition(":")[2]:
            case "v":
                self._in_value = False
            case "c" if self._is_error:
                self.errors[self._row, self._column] = self._text
                self._is_error = False
            case _:
                pass


def _number(letters: str) -> int:
    """The number of a column, from 0.

    >>> _number("A"), _number("AA")
    (0, 26)
    """
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


if __name__ == "__main__":
    sys.exit(main())
