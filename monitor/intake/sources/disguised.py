"""Files whose names say something else than what is in them, told by their first bytes.

Web tools save HTML tables and texts as .xls; others save workbooks as .csv.
"""

import codecs
import csv
import io
import re
from collections.abc import Generator
from html.parser import HTMLParser
from io import BufferedReader

from monitor.base.errors import FileRefused

_LOOKED_AT = 4096
_MARKS = {
    b"PK\x03\x04": "a workbook or an archive: name it .xlsx, .ods or .zip, whichever it is",
    b"\xd0\xcf\x11\xe0": "a workbook of Excel: name it .xls",
    b"PAR1": "a Parquet file: name it .parquet",
    b"\x1f\x8b": "packed with gzip: add .gz to its name",
    b"\x28\xb5\x2f\xfd": "packed with zstandard: add .zst to its name",
    b"BZh": "packed with bzip2: add .bz2 to its name",
    b"\xfd7zXZ": "packed with xz: add .xz to its name",
    b"%PDF": "a PDF: export the list as a table",
}
"""What a file is that begins so, and what to do about it."""
_ENTRIES = re.compile(rb"(?:\s|#[^\n]*\n|version: *1\s)*(?:dn::? *[\w.-]+=|BEGIN:V)", re.IGNORECASE)
"""So begin entries of a directory (LDIF) and cards of contacts (vCard): a line a value, no rows."""
_BOOKS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
_XML_BOOK = b"urn:schemas-microsoft-com:office:spreadsheet"
_LARGEST_PAGE = 64 << 20
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_PAGE = re.compile(
    rb"\s*<(?:!doctype|html|head|body|table|meta|style|div|\?xml|!--)", re.IGNORECASE
)
_LINES, _DIGITS, _MOST_MERGED = 1000, 9, 1_000_000


def check_text(stream: BufferedReader, name: str) -> None:
    """Raise FileRefused for what is no text, with the name that says what it is."""
    head = stream.peek(_LOOKED_AT)[:_LOOKED_AT]
    for mark, what in _MARKS.items():
        if head.startswith(mark):
            raise FileRefused(f"{name}: it is no text, but {what}")
    if _ENTRIES.match(_plain(head)):
        raise FileRefused(
            f"{name}: it is no table, but a line for each value (LDIF or vCard): export it as CSV"
        )


def is_page(stream: BufferedReader) -> bool:
    """Whether a stream begins as a page of HTML does."""
    head = stream.peek(_LOOKED_AT)[:_LOOKED_AT]
    return _PAGE.match(_plain(head)) is not None


def is_book(stream: BufferedReader) -> bool:
    """Whether a file that is named like a workbook is one, as far as its first bytes tell."""
    head = stream.peek(_LOOKED_AT)[:_LOOKED_AT]
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return not head or head.startswith(_BOOKS) or (b"\0" in head and not wide)


def page_lines(stream: BufferedReader, name: str) -> Generator[bytes, None, None]:
    """The largest table of a page of HTML as CSV in UTF-8.

    Raises FileRefused for a page without one, as a service sends it that asks to log in.
    """
    page = stream.read(_LARGEST_PAGE + 1)
    if _XML_BOOK in page[: _LOOKED_AT * 4]:
        raise FileRefused(
            f"{name}: it is a workbook in the XML of 2003: open it, and save it as .xlsx or CSV"
        )
    if len(page) > _LARGEST_PAGE:
        raise FileRefused(f"{name}: a page of more than {_LARGEST_PAGE >> 20} MiB: save it as CSV")
    tables = _Tables(name)
    tables.feed(_decoded(page))
    tables.close()
    rows = max(tables.found, key=len, default=[])
    if not rows:
        raise FileRefused(
            f"{name}: it is a web page without a table: download the export again (the service may"
            " have asked to log in)"
        )
    for start in range(0, len(rows), _LINES):
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows[start : start + _LINES])
        yield text.getvalue().encode("utf-8", "replace")


def _plain(head: bytes) -> bytes:
    """The beginning of a text without its mark, and of UTF-16 without the empty bytes."""
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if head.startswith(mark):
            return head.removeprefix(mark).replace(b"\0", b"")
    return head.removeprefix(codecs.BOM_UTF8)


def _decoded(page: bytes) -> str:
    """The text of a page, by its mark, as UTF-8, or as it says."""
    if page.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return page.decode("utf-16", "replace")
    try:
        return page.decode("utf-8-sig")
    except UnicodeDecodeError:
        said = _CHARSET.search(page[:_LOOKED_AT])
        try:
            return page.decode(said[1].decode() if said else "cp1252", "replace")
        except LookupError:
            return page.decode("cp1252", "replace")


class _Tables(HTMLParser):
    """Collects the rows of every table; what is inside of a cell becomes its text."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self._name, self._merged = name, 0
        self.found: list[list[list[str]]] = []
        self._open: list[list[list[str]]] = []
        """The tables that are not closed, the inner after the outer."""
        self._down: list[dict[int, tuple[str, int]]] = []
        """Of each of these, by column, a text that goes for several rows, and the last of these."""
        self._cell: list[str] | None = None
        self._span = self._rows = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        if tag == "table":
            self._end_cell()
            self._open.append([])
            self._down.append({})
            self.found.append(self._open[-1])
        elif tag == "tr" and self._open:
            self._end_row()
            self._open[-1].append([])
        elif tag in {"td", "th"} and self._open:
            self._end_cell()
            if not self._open[-1]:
                self._open[-1].append([])
            self._cell = []
            self._span, self._rows = (_number(attrs, name) for name in ("colspan", "rowspan"))
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a cell, or what it is in."""
        if tag in {"td", "th"}:
            self._end_cell()
        if tag in {"tr", "table"} and self._open:
            self._end_row()
        if tag == "table" and self._open:
            self._open.pop()
            self._down.pop()

    def handle_data(self, data: str) -> None:
        """Take text in."""
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None:
            text = " ".join("".join(self._cell).split())
            self._cell = None
            self._fill_down()
            rows = self._open[-1]
            self._count(self._span - 1)
            cells = [text, *[""] * (self._span - 1)]
            if self._rows > 1:
                last = len(rows) + self._rows - 1
                places = enumerate(cells, start=len(rows[-1]))
                self._down[-1] |= {place: (cell, last) for place, cell in places}
            rows[-1] += cells

    def _end_row(self) -> None:
        self._end_cell()
        if self._open[-1]:
            self._fill_down()

    def _fill_down(self) -> None:
        """Put in what reaches down to where the row has come to."""
        rows, down = self._open[-1], self._down[-1]
        while len(rows[-1]) in down and len(rows) <= down[len(rows[-1])][1]:
            self._count(1)
            rows[-1].append(down[len(rows[-1])][0])

    def _count(self, cells: int) -> None:
        """Count cells that stand in the page only as a part of another."""
        self._merged += cells
        if self._merged > _MOST_MERGED:
            raise FileRefused(
                f"{self._name}: its merged cells are {_MOST_MERGED:,} cells or more: save it as CSV"
            )


def _number(attrs: list[tuple[str, str | None]], name: str) -> int:
    value = dict(attrs).get(name) or "1"
    return min(int(value[:_DIGITS]), _LINES) if value.isdecimal() else 1
