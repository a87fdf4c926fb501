"""Tables as profiles: one row per position, or one row per profile with its positions inside."""

import io
import json
import os
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.base.errors import FileRefused, SourceError
from monitor.base.records import (
    NO_ROW,
    POSITION_FIELDS,
    PROFILE_FIELDS,
    Json,
    Layout,
)
from monitor.intake.profiles.ids import canonical_id
from monitor.intake.sources.cells import LastCells, cut_off, stripped
from monitor.intake.sources.columns import Places, find_columns, fit
from monitor.intake.sources.compression import EXPANDED_BYTES, EXPANDED_RATIO, too_large
from monitor.intake.sources.dates import partial_date
from monitor.intake.sources.headers import Table, Unended, table

_UNREADABLE = (ValueError, OverflowError, TypeError, NotImplementedError)
"""What pyarrow raises where Python has no such value: a day before the year 1, bytes as text."""
_MISFIT = "\0misfit"
"""No column has this name."""
_LONGEST_REASON = 100
_NUMBERS = (int, Decimal)
_BUFFER = 1 << 20
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_BATCH_ROWS = 512  # a value that stands in a file once may be that of every row
_DATES = ("start", "end", "updated_on")
Row = Mapping[str, Json]
Pieces = Generator[bytes, None, None]


def csv_profiles(file: BinaryIO, layout: Layout, *, name: str) -> Pieces:
    """The profiles of a CSV table, each on the line where its first row begins.

    Empty cells are absent values, and a row without any value is none; several ids in `same_as` are
    parted by `;`. Text that is not in its encoding is passed on as it is, so that validation sets
    the profile aside. Raises FileRefused if a column is missing or a quote is never closed.
    """
    # surrogateescape carries undecodable bytes through; they are bytes again in `_encoded`.
    encoding = "utf-8-sig" if layout.encoding == "utf-8" else layout.encoding
    text = io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")
    try:
        found = table(text, fits=lambda names: fit(names, layout), name=name)
        places = find_columns(found.names, layout, name=name)
        yield from _padded(_grouped(_csv_rows(found, places, layout)))
    except UnicodeError as error:
        raise FileRefused(f"{name}: not written in {layout.encoding}: {error}") from error
    finally:
        text.detach()  # or it would close the file, which is not its own


def parquet_profiles(
    file: BinaryIO,
    layout: Layout,
    *,
    name: str,
    at_least: int = EXPANDED_BYTES,
    ratio: int = EXPANDED_RATIO,
) -> Pieces:
    """The profiles of a Parquet table: nested if it has `positions`, else one row per position.

    Raises FileRefused if the file is damaged, a column is missing, or it becomes more than
    `at_least` bytes and more than `ratio` times its size.
    """
    try:
        opened = pq.ParquetFile(file, buffer_size=_BUFFER)
        opened_of = _Opened(opened, name, max(at_least, ratio * _size(file)))
        opened_of.check_size()
        names = opened.schema_arrow.names
        if "positions" in names and "organization" not in layout.columns:
            places = find_columns(names, layout, name=name, fields=(*PROFILE_FIELDS, "positions"))
            rows = _parquet_rows(opened_of, places)
            yield from (_encoded(_whole(row)) + b"\n" for _, row in rows)
            return
        places = find_columns(names, layout, name=name)
        rows = _parquet_rows(opened_of, places)
        yield from _padded(_grouped((line, _read(_text_row(row), layout)) for line, row in rows))
    except (pa.ArrowException, OSError) as error:
        # What the system says has a number; the rest are words of Arrow about the bytes.
        of_system = isinstance(error, OSError) and error.errno is not None
        kind = SourceError if of_system else FileRefused
        raise kind(f"{name}: not a readable Parquet file: {error}") from error


@dataclass(slots=True)
class _Opened:
    file: pq.ParquetFile
    name: str
    limit: int
    """It may become so many bytes, and hold so many cells."""
    held: int = 0
    """The letters of its rows so far: a text that stands in it once may be that of every row."""

    def count(self, row: Row) -> None:
        """Raise FileRefused once its rows are more than that."""
        self.held += sum(len(cell) for cell in row.values() if isinstance(cell, str | bytes | list))
        if self.held > self.limit:
            raise too_large(self.name, self.limit)

    def check_size(self) -> None:
        """Raise FileRefused for a table that says of itself that it becomes more than that."""
        metadata = self.file.metadata
        groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
        cells = sum(
            group.column(place).num_values for group in groups for place in range(group.num_columns)
        )
        if max(sum(group.total_byte_size for group in groups), cells) > self.limit:
            raise too_large(self.name, self.limit)


def _size(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def _csv_rows(found: Table, places: Places, layout: Layout) -> Iterator[tuple[int, Row]]:
    width = len(found.names)
    seen = LastCells()
    for line, cells in found.rows:
        if isinstance(cells, str):
            # Whose it is cannot be told: the line stands for the id.
            yield line, {"id": f"line {line}", "misfit": cells}
            continue
        told = _misfit(cells, line, width, places, seen)
        if told is not None:
            yield line, {"id": _joined(cells, places.get("id", ())), "misfit": told}
            continue
        row = {field: _joined(cells, where) for field, where in places.items()}
        row = {field: value for field, value in row.items() if value != ""}
        if row:
            yield line, _read({**row, **_flags(row), **_ids(row)}, layout)


def _misfit(
    cells: Sequence[str], line: int, width: int, places: Places, seen: LastCells
) -> str | None:
    """Why a row does not fit the header, or may have been cut off; None if it is one."""
    if len(cells) != width:
        return f"line {line} has {len(cells)} cells, the header has {width}"
    if isinstance(cells, Unended):
        is_read = any(width - 1 in where for where in places.values())
        return cut_off(line) if is_read and not seen.has_whole(cells[-1]) else None
    seen.add(cells[-1])
    return None


def _joined(cells: Sequence[str], places: Sequence[int]) -> str:
    """The text of one field: of several cells what is in them, parted by spaces."""
    there = (stripped(cells[place]) for place in places if place < len(cells))
    return " ".join(filter(None, there))


def _read(row: Row, layout: Layout) -> Row:
    """A row with its dates in our form, and what every row of its source has."""
    if layout.dates:
        forms = tuple(layout.dates)
        dated = [key for key in _DATES if isinstance(row.get(key), str)]
        row = {**row, **{key: partial_date(row[key], forms) for key in dated}}
    return {**row, **layout.constants}


def _flags(row: Row) -> Row:
    """The truth values of a row that are readable; others stay text, for validation to refuse."""
    fields = (field for field in ("current", "primary") if field in row)
    return {field: _FLAGS.get(row[field].strip().lower(), row[field]) for field in fields}


def _ids(row: Row) -> Row:
    if "same_as" not in row:
        return {}
    return {"same_as": [part.strip() for part in row["same_as"].split(";") if part.strip()]}


def _parquet_rows(opened: _Opened, places: Places) -> Iterator[tuple[int, Row]]:
    """The rows, each with its number; what cannot be read costs its own row, as a misfit."""
    names = opened.file.schema_arrow.names
    wanted = {field: [names[place] for place in where] for field, where in places.items()}
    columns = sorted({column for some in wanted.values() for column in some})
    line = 0
    for batch in opened.file.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
        # Of several columns of one name the first counts, as in a table of text.
        there = {
            column: _in_microseconds(batch.column(batch.schema.names.index(column)))
            for column in columns
        }
        for number, row in enumerate(python_rows(there), line + 1):
            opened.count(row)
            cells = {field: _cell(row, some) for field, some in wanted.items()}
            cells["misfit"] = row.get(_MISFIT)
            yield number, {field: value for field, value in cells.items() if value is not None}
        line += batch.num_rows


def _in_microseconds(column: pa.Array) -> pa.Array:
    """A column as it is, or its moments less the nanoseconds, which Python does not have."""
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return column.cast(pa.timestamp("us", kind.tz), safe=False)
    return column


def python_rows(columns: Mapping[str, pa.Array]) -> Iterator[Row]:
    """The rows of some columns; a cell that Python has no value for is empty, and said."""
    count = min(map(len, columns.values()), default=0)
    try:
        values = [column.to_pylist() for column in columns.values()]
    except _UNREADABLE:
        for place in range(count):
            yield _python_row(columns, place)
        return
    for place in range(count):
        yield {name: of[place] for name, of in zip(columns, values, strict=True)}


def _python_row(columns: Mapping[str, pa.Array], place: int) -> Row:
    """One row, in which a cell that Python has no value for is empty and said."""
    row: dict[str, Json] = {}
    for name, column in columns.items():
        try:
            row[name] = column[place].as_py()
        except _UNREADABLE as error:
            row |= {name: None, _MISFIT: f"the column {name!r} cannot be read: {_reason(error)}"}
    return row


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "it is not UTF-8"
    return f"it is out of range or of no known kind ({str(error)[:_LONGEST_REASON]})"


def _whole(row: Row) -> Row:
    """A row with its positions inside; one that cannot be read is no profile."""
    if "misfit" not in row:
        return row
    kept = {field: value for field, value in row.items() if field not in ("misfit", "positions")}
    return {**kept, "positions": f"{NO_ROW}{row['misfit']}"}


def _cell(row: Row, columns: Sequence[str]) -> Json:
    if len(columns) == 1:
        return row[columns[0]]
    return _joined([str(row[one] or "") for one in columns], range(len(columns))) or None


def _text_row(row: Row) -> Row:
    """A row of a typed table whose numbers are the texts that a profile has, ids and years."""
    return {field: told for field, value in row.items() if (told := _told(value)) != ""}


def _told(value: Json) -> Json:
    if isinstance(value, str):
        return stripped(value)
    return str(value) if isinstance(value, _NUMBERS) and not isinstance(value, bool) else value


def _grouped(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    """The rows of one id as one profile, in order of first appearance, wherever they stand.

    They go through a temporary database that is written to disk when it outgrows its cache.
    """
    with closing(sqlite3.connect("")) as spool:
        spool.execute("CREATE TABLE rows (line INTEGER PRIMARY KEY, id BLOB, row BLOB)")
        spool.executemany(
            "INSERT INTO rows VALUES (?, ?, ?)",
            ((line, _key(line, row), _encoded(row)) for line, row in map(_identified, rows)),
        )
        spool.execute("CREATE INDEX by_id ON rows (id, line)")
        ordered = spool.execute(
            "SELECT first, row FROM rows JOIN (SELECT id, min(line) AS first FROM rows GROUP BY id)"
            " USING (id) ORDER BY first, line"
        )
        for first, group in groupby(ordered, itemgetter(0)):
            yield first, _profile([_decoded(row) for _, row in group])


def _identified(numbered: tuple[int, Row]) -> tuple[int, Row]:
    """A row with the one form of its id, so that rows that write it otherwise are one profile's."""
    line, row = numbered
    written = row.get("id")
    if not isinstance(written, str) or (identity := canonical_id(written)) == written:
        return numbered
    rest = {field: value for field, value in row.items() if field != "id"}
    return line, {"id": identity, **rest} if identity else rest


def _key(line: int, row: Row) -> bytes:
    """What the rows of one profile share; a row without an id is a (wrong) profile of its own."""
    identity = row.get("id") or f"\0{line}"
    if isinstance(identity, bytes):
        return identity
    return str(identity).encode("utf-8", "surrogateescape")


def _profile(rows: list[Row]) -> Row:
    fields = {
        field: row[field] for row in reversed(rows) for field in PROFILE_FIELDS if field in row
    }
    misfits = [row["misfit"] for row in rows if "misfit" in row]
    if misfits:
        return {**fields, "positions": f"{NO_ROW}{misfits[0]}"}
    positions = [position for position in map(_position, rows) if position]
    # A row that names no employer says that there is none.
    return {**fields, "positions": positions or [{}]}


def _position(row: Row) -> Row:
    position = {field: row[field] for field in POSITION_FIELDS if field in row}
    if "position_id" in position:
        position["id"] = position.pop("position_id")
    return position


def _padded(profiles: Iterable[tuple[int, Row]]) -> Iterator[bytes]:
    """JSON Lines in which each profile has the line number it is known by; empty lines fill up."""
    line = 1
    for first, profile in profiles:
        yield b"\n" * (first - line) + _encoded(profile) + b"\n"
        line = first + 1


def _encoded(row: Row) -> bytes:
    text = json.dumps(row, ensure_ascii=False, default=_text, separators=(",", ":"))
    return text.encode("utf-8", "surrogateescape")


def _decoded(row: bytes) -> Json:
    return json.loads(row.decode("utf-8", "surrogateescape"))


def _text(value: object) -> str:
    """Days that a typed table has as days; whatever else is no JSON is shown and then set aside."""
    if isinstance(value, bytes):  # some writers do not say that their bytes are text
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else repr(value)
