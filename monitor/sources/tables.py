"""Tables as profiles: one row per position, or one row per profile with its positions inside."""

import csv
import io
import json
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.errors import SourceError
from monitor.records import Json

PROFILE_FIELDS = ("id", "name", "url", "updated_on", "same_as")
POSITION_FIELDS = (
    "organization",
    "organization_id",
    "team",
    "title",
    "location",
    "kind",
    "start",
    "end",
    "current",
    "primary",
    "position_id",
)
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_BATCH_ROWS = 4096
Row = Mapping[str, Json]
Pieces = Generator[bytes, None, None]


def csv_profiles(file: BinaryIO, columns: Mapping[str, str], *, name: str) -> Pieces:
    """The profiles of a CSV table, each on the line where its first row begins.

    Empty cells are absent values; several ids in `same_as` are parted by `;`. Text that is not
    UTF-8 is passed on as it is, so that validation sets the profile aside. Raises SourceError if a
    column is missing or the text is no CSV.
    """
    # surrogateescape carries undecodable bytes through; they are bytes again in `_encoded`.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    header = text.readline()
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(text, delimiter=delimiter)
    try:
        names = next(csv.reader([header], delimiter=delimiter), [])
        places = _places(names, columns, name=name)
        yield from _padded(_grouped(_csv_rows(reader, places, width=len(names))))
    except csv.Error as error:
        raise SourceError(f"{name}: line {reader.line_num + 1}: not CSV: {error}") from error
    finally:
        text.detach()  # or it would close the file, which is not its own


def parquet_profiles(file: BinaryIO, columns: Mapping[str, str], *, name: str) -> Pieces:
    """The profiles of a Parquet table: nested if it has `positions`, else one row per position.

    Raises SourceError if the file is damaged or a column is missing.
    """
    try:
        table = pq.ParquetFile(file)
        names = table.schema_arrow.names
        if "positions" in names and "positions" not in columns:
            places = _places(names, columns, name=name, fields=(*PROFILE_FIELDS, "positions"))
            rows = _parquet_rows(table, places)
            yield from (_encoded(row) + b"\n" for _, row in rows)
            return
        places = _places(names, columns, name=name)
        yield from _padded(_grouped(_parquet_rows(table, places)))
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{name}: not a readable Parquet file: {error}") from error


def _places(
    names: list[str],
    columns: Mapping[str, str],
    *,
    name: str,
    fields: Iterable[str] = (*PROFILE_FIELDS, *POSITION_FIELDS),
) -> dict[str, int]:
    """Where each of our fields is in a row; fields that the table does not have are left out."""
    missing = sorted(set(columns.values()) - set(names))
    if columns.get("id", "id") not in names:
        missing.append(columns.get("id", "id"))
    if missing:
        raise SourceError(
            f"{name}: no column {', '.join(map(repr, dict.fromkeys(missing)))}; "
            f"its columns are {', '.join(map(repr, names)) or 'none'}; "
            "set `columns` of the source to say which is which"
        )
    wanted = {field: columns.get(field, field) for field in fields}
    return {field: names.index(column) for field, column in wanted.items() if column in names}


def _csv_rows(
    rows: "Iterator[list[str]]", places: Mapping[str, int], *, width: int
) -> Iterator[tuple[int, Row]]:
    line = 2
    for cells in rows:
        if len(cells) > width or (cells and len(cells) < width):
            told = f"line {line} has {len(cells)} cells, the header has {width}"
            spot = places["id"]
            yield line, {"id": cells[spot] if spot < len(cells) else "", "misfit": told}
        elif cells:
            row = {field: cells[place] for field, place in places.items() if cells[place] != ""}
            yield line, {**row, **_flags(row), **_ids(row)}
        line = rows.line_num + 2  # type: ignore[attr-defined]  # of csv.reader, which typeshed hides


def _flags(row: Row) -> Row:
    """The truth values of a row that are readable; others stay text, for validation to refuse."""
    fields = (field for field in ("current", "primary") if field in row)
    return {field: _FLAGS.get(row[field].strip().lower(), row[field]) for field in fields}


def _ids(row: Row) -> Row:
    if "same_as" not in row:
        return {}
    return {"same_as": [part.strip() for part in row["same_as"].split(";") if part.strip()]}


def _parquet_rows(table: pq.ParquetFile, places: Mapping[str, int]) -> Iterator[tuple[int, Row]]:
    names = table.schema_arrow.names
    wanted = {names[place]: field for field, place in places.items()}
    line = 0
    for batch in table.iter_batches(batch_size=_BATCH_ROWS, columns=list(wanted)):
        for row in batch.to_pylist():
            line += 1
            yield line, {wanted[key]: value for key, value in row.items() if value is not None}


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
        return {**fields, "positions": misfits[0]}
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
