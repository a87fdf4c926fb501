"""Tables as profiles: one row per position, or one row per profile with its positions inside."""

import io
import json
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.errors import SourceError
from monitor.records import FIELDS, NO_ROW, POSITION_FIELDS, PROFILE_FIELDS, Column, Json, Layout
from monitor.sources.dates import partial_date
from monitor.sources.headers import Table, table

_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_BATCH_ROWS = 4096
_DATES = ("start", "end", "updated_on")
Row = Mapping[str, Json]
Places = Mapping[str, tuple[int, ...]]
Pieces = Generator[bytes, None, None]


def csv_profiles(file: BinaryIO, layout: Layout, *, name: str) -> Pieces:
    """The profiles of a CSV table, each on the line where its first row begins.

    Empty cells are absent values, and a row without any value is none; several ids in `same_as` are
    parted by `;`. Text that is not in its encoding is passed on as it is, so that validation sets
    the profile aside. Raises SourceError if a column is missing or a quote is never closed.
    """
    # surrogateescape carries undecodable bytes through; they are bytes again in `_encoded`.
    encoding = "utf-8-sig" if layout.encoding == "utf-8" else layout.encoding
    text = io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")
    needed = _needed(layout)
    try:
        found = table(text, fits=needed.issubset, name=name)
        places = _places(found.names, layout, name=name)
        yield from _padded(_grouped(_csv_rows(found, places, layout)))
    except UnicodeError as error:
        raise SourceError(f"{name}: not written in {layout.encoding}: {error}") from error
    finally:
        text.detach()  # or it would close the file, which is not its own


def parquet_profiles(file: BinaryIO, layout: Layout, *, name: str) -> Pieces:
    """The profiles of a Parquet table: nested if it has `positions`, else one row per position.

    Raises SourceError if the file is damaged or a column is missing.
    """
    try:
        opened = pq.ParquetFile(file)
        names = opened.schema_arrow.names
        if "positions" in names and "organization" not in layout.columns:
            places = _places(names, layout, name=name, fields=(*PROFILE_FIELDS, "positions"))
            rows = _parquet_rows(opened, places)
            yield from (_encoded(row) + b"\n" for _, row in rows)
            return
        places = _places(names, layout, name=name)
        rows = _parquet_rows(opened, places)
        yield from _padded(_grouped((line, _read(_text_row(row), layout)) for line, row in rows))
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{name}: not a readable Parquet file: {error}") from error


def _columns(column: Column | None) -> tuple[str, ...]:
    if column is None or isinstance(column, bool):
        return ()
    return (column,) if isinstance(column, str) else tuple(column)


def _needed(layout: Layout) -> frozenset[str]:
    """The columns that a table has to have."""
    named = {one for column in layout.columns.values() for one in _columns(column)}
    if "id" not in layout.columns and "id" not in layout.constants:
        named.add("id")
    return frozenset(named)


def _places(
    names: Sequence[str],
    layout: Layout,
    *,
    name: str,
    fields: Iterable[str] = FIELDS,
) -> Places:
    """Where each of our fields is in a row; fields that the table does not have are left out."""
    missing = sorted(_needed(layout).difference(names))
    if missing:
        raise SourceError(
            f"{name}: no column {', '.join(map(repr, missing))}; "
            f"its columns are {', '.join(map(repr, names)) or 'none'}; "
            "set `columns` of the source to say which is which"
        )
    wanted = {
        field: _columns(layout.columns.get(field, field))
        for field in fields
        if field not in layout.constants
    }
    return {
        field: tuple(names.index(column) for column in columns)
        for field, columns in wanted.items()
        if columns and set(columns).issubset(names)
    }


def _csv_rows(found: Table, places: Places, layout: Layout) -> Iterator[tuple[int, Row]]:
    width = len(found.names)
    for line, cells in found.rows:
        if isinstance(cells, str):
            # Whose it is cannot be told: the line stands for the id.
            yield line, {"id": f"line {line}", "misfit": cells}
            continue
        if len(cells) != width:
            told = f"line {line} has {len(cells)} cells, the header has {width}"
            yield line, {"id": _joined(cells, places.get("id", ())), "misfit": told}
            continue
        row = {field: _joined(cells, where) for field, where in places.items()}
        row = {field: value for field, value in row.items() if value != ""}
        if row:
            yield line, _read({**row, **_flags(row), **_ids(row)}, layout)


def _joined(cells: Sequence[str], places: Sequence[int]) -> str:
    """The text of one field: of several cells what is in them, parted by spaces."""
    there = [cells[place] for place in places if place < len(cells)]
    return there[0] if len(there) == 1 else " ".join(filter(None, map(str.strip, there)))


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


def _parquet_rows(opened: pq.ParquetFile, places: Places) -> Iterator[tuple[int, Row]]:
    names = opened.schema_arrow.names
    wanted = {field: [names[place] for place in where] for field, where in places.items()}
    columns = sorted({column for some in wanted.values() for column in some})
    line = 0
    for batch in opened.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
        for row in batch.to_pylist():
            line += 1
            cells = {field: _cell(row, some) for field, some in wanted.items()}
            yield line, {field: value for field, value in cells.items() if value is not None}


def _cell(row: Row, columns: Sequence[str]) -> Json:
    if len(columns) == 1:
        return row[columns[0]]
    return _joined([str(row[one] or "") for one in columns], range(len(columns))) or None


def _text_row(row: Row) -> Row:
    """A row of a typed table whose numbers are the texts that a profile has, ids and years."""
    return {
        field: str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for field, value in row.items()
    }


def _grouped(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    """The rows of one id as one profile, in order of first appearance, wherever they stand.

    They go through a temporary database that is written to disk when it outgrows its cache.
    """
    with closing(sqlite3.connect("")) as spool:
        spool.execute("CREATE TABLE rows (line INTEGER PRIMARY KEY, id BLOB, row BLOB)")
        spool.executemany(
            "INSERT INTO rows VALUES (?, ?, ?)",
            ((line, _key(line, row), _encoded(row)) for line, row in rows),
        )
        spool.execute("CREATE INDEX by_id ON rows (id, line)")
        ordered = spool.execute(
            "SELECT first, row FROM rows JOIN (SELECT id, min(line) AS first FROM rows GROUP BY id)"
            " USING (id) ORDER BY first, line"
        )
        for first, group in groupby(ordered, itemgetter(0)):
            yield first, _profile([_decoded(row) for _, row in group])


def _key(line: int, row: Row) -> bytes:
    """What the rows of one profile share; a row without an id is a (wrong) profile of its own."""
    identity = row.get("id") or f"\0{line}"
    return str(identity).encode("utf-8", "surrogateescape")


def _profile(rows: list[Row]) -> Row:
    fields = {
        field: row[field] for row in reversed(rows) for field in PROFILE_FIELDS if field in row
    }
    misfits = [row["misfit"] for row in rows if "misfit" in row]
    if misfits:
        return {**fields, "positions": f"{NO_ROW}{misfits[0]}"}
    positions = [_position(row) for row in rows]
    return {**fields, "positions": [position for position in positions if position]}


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
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else repr(value)
