"""Tables as profiles: one row per position, or one row per profile with its positions inside."""

import io
import os
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.base.errors import FileRefused, SourceError, brief
from monitor.base.profile import FIELDS, PROFILE_FIELDS, FileForm
from monitor.base.records import NO_ROW, Json
from monitor.base.settings import EMPLOYER, Layout
from monitor.intake.sources.cells import LastCells, cut_off, stripped
from monitor.intake.sources.columns import (
    JOINED,
    Places,
    describe,
    find_columns,
    find_further,
    fit,
    has_heading,
)
from monitor.intake.sources.compression import EXPANDED_BYTES, EXPANDED_RATIO, too_large
from monitor.intake.sources.day_columns import DayColumns
from monitor.intake.sources.grouping import Numbered, Row, encoded, grouped, padded
from monitor.intake.sources.headers import TextTable, Unended, table
from monitor.intake.sources.many_days import OBSERVED_ON, day_column, mapped_column
from monitor.intake.sources.names_as_ids import Names, keyed, names_of
from monitor.intake.sources.nested import without_starts
from monitor.intake.sources.notes_below import without_notes
from monitor.intake.sources.table_rows import RowReader

_UNREADABLE = (ValueError, OverflowError, TypeError, NotImplementedError)
"""What pyarrow raises where Python has no such value: a day before the year 1, bytes as text."""
_MISFIT = "\0misfit"
"""No column has this name."""
_LONGEST_REASON = 100
_NUMBERS = (int, Decimal)
_WORDS_OF_A_NOTE = 3
_CUT_SHORT = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
_BUFFER = 1 << 20
_BATCH_ROWS = 512  # a value that stands in a file once may be that of every row
Pieces = Generator[bytes, None, None]


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of a table as it is read."""

    rows: Iterator[Numbered]
    watched: str | None = None
    """A column that nobody mapped and that by its name may say when each row was seen."""
    nested: bool = False
    """Whether each row is a profile with its positions inside."""
    names: Names | None = None
    """What rows of one name are, if ids are names."""
    days: DayColumns | None = None
    """What was learned of the dates, once all rows were read."""

    def profiles(self, *, name: str) -> Iterator[bytes]:
        """The profiles as JSON Lines. Raises ManyDays for rows of several days in one."""
        if self.nested:
            return (encoded(row) + b"\n" for _, row in self.rows)
        days = None if self.days is None else self.days.read
        rows = grouped(self.rows, name=name, watched=self.watched, names=self.names, late=days)
        return padded(rows)


def csv_profiles(
    file: BinaryIO, layout: Layout, *, name: str, form: FileForm | None = None
) -> Pieces:
    """The profiles of a CSV table, each on the line where its first row begins; as `csv_rows`."""
    with csv_rows(file, layout, name=name, form=form) as rows:
        yield from rows.profiles(name=name)


@contextmanager
def csv_rows(
    file: BinaryIO, layout: Layout, *, name: str, form: FileForm | None = None
) -> Generator[TableRows, None, None]:
    """The rows of a CSV table; how it is written is noted in `form`.

    Empty cells are absent values, and a row without any value is none; several ids in `same_as` are
    parted by `;`. Text that is not in its encoding is passed on as it is, so that validation sets
    the profile aside. Raises FileRefused, there or while they are read, if a column is missing or a
    quote is never closed.
    """
    # surrogateescape carries undecodable bytes through; they are bytes again in `encoded`.
    encoding = "utf-8-sig" if layout.encoding == "utf-8" else layout.encoding
    text = io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")
    try:
        heading = has_heading(layout)
        opened = table(text, fits=lambda names: fit(names, layout), name=name, heading=heading)
        places = find_columns(opened.names, layout, name=name)
        if form is not None:
            describe(form, opened.names, layout, places)
        watched, days = _place_of_days(opened.names, layout, places, name=name)
        if form is not None and layout.observed_on:
            form.found = {**form.found, OBSERVED_ON: [form.columns[days[OBSERVED_ON][0]]]}
        further = find_further(opened.names, layout)
        learned = DayColumns(layout.dates, form, name=name)
        reader = RowReader(layout, further, learned)
        rows = _csv_rows(opened, {**places, **further, **days}, reader)
        names = names_of(places)
        yield TableRows(keyed(rows, names), watched, names=names, days=learned)
    except UnicodeError as error:
        raise FileRefused(f"{name}: not written in {layout.encoding}: {brief(error)}") from error
    finally:
        text.detach()  # or it would close the file, which is not its own


def parquet_profiles(  # noqa: PLR0913 -- the limits are for tests
    file: BinaryIO,
    layout: Layout,
    *,
    name: str,
    form: FileForm | None = None,
    at_least: int = EXPANDED_BYTES,
    ratio: int = EXPANDED_RATIO,
) -> Pieces:
    """The profiles of a Parquet table, as `parquet_rows` reads it."""
    limits = {"at_least": at_least, "ratio": ratio}
    with parquet_rows(file, layout, name=name, form=form, **limits) as rows:
        yield from rows.profiles(name=name)


@contextmanager
def parquet_rows(  # noqa: PLR0913 -- as above
    file: BinaryIO,
    layout: Layout,
    *,
    name: str,
    form: FileForm | None = None,
    at_least: int = EXPANDED_BYTES,
    ratio: int = EXPANDED_RATIO,
) -> Generator[TableRows, None, None]:
    """The rows of a Parquet table: nested if it has `positions`, else one row per position.

    Raises FileRefused, there or while they are read, if the file is damaged, a column is missing,
    or it becomes more than `at_least` bytes and more than `ratio` times its size.
    """
    try:
        opened = pq.ParquetFile(file, buffer_size=_BUFFER)
        opened_of = _Opened(opened, name, max(at_least, ratio * _size(file)))
        opened_of.check_size()
        names = opened.schema_arrow.names
        nested = "positions" in names and "organization" not in layout.columns
        fields = (*PROFILE_FIELDS, "positions") if nested else FIELDS
        places = find_columns(names, layout, name=name, fields=fields)
        if form is not None:
            describe(form, names, layout, places)
        watched, days = _place_of_days(names, layout, places, name=name)
        if form is not None and layout.observed_on:
            form.found = {**form.found, OBSERVED_ON: [form.columns[days[OBSERVED_ON][0]]]}
        further = {} if nested else find_further(names, layout)
        rows = _parquet_rows(opened_of, {**places, **further, **days})
        if nested:
            strip = without_starts if layout.start_of == EMPLOYER else _as_it_is
            yield TableRows(((line, strip(_whole(row))) for line, row in rows), nested=True)
        else:
            learned = DayColumns(layout.dates, form, name=name)
            read = _typed_rows(rows, RowReader(layout, further, learned))
            names_as = names_of(places)
            yield TableRows(keyed(read, names_as), watched, names=names_as, days=learned)
    except (pa.ArrowException, OSError, UnicodeError) as error:
        # What the system says has a number; the rest are words of Arrow about the bytes.
        of_system = isinstance(error, OSError) and error.errno is not None
        kind = SourceError if of_system else FileRefused
        raise kind(f"{name}: not a readable Parquet file: {brief(error)}") from error


def _typed_rows(rows: Iterator[Numbered], reader: RowReader) -> Iterator[Numbered]:
    """The rows of a typed table as those of a text are."""
    for line, row in rows:
        yield line, reader.read(_text_row(row), line)
    reader.learned.check()


def _as_it_is(row: Row) -> Row:
    return row


def _place_of_days(
    names: Sequence[str], layout: Layout, places: Places, *, name: str
) -> tuple[str | None, Places]:
    """Which column says when each row was seen, as the source maps it; or may say so, unmapped."""
    if layout.observed_on:
        return None, {OBSERVED_ON: (names.index(mapped_column(names, layout, name=name)),)}
    if layout.observed_on is not None:
        return None, {}
    used = {names[place] for where in places.values() for place in where}
    watched = day_column(names, used=used)
    return watched, {} if watched is None else {OBSERVED_ON: (names.index(watched),)}


@dataclass(slots=True)
class _Opened:
    file: pq.ParquetFile
    name: str
    limit: int
    """It may become this many bytes, and hold this many cells."""
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


def _csv_rows(table_: TextTable, places: Places, reader: RowReader) -> Iterator[Numbered]:
    width = len(table_.names)
    seen = LastCells()
    # Nearly every field is one cell; what is joined is read apart.
    alone = [(field, where[0]) for field, where in places.items() if len(where) == 1]
    joined = [(field, where) for field, where in places.items() if len(where) != 1]
    who = {place for field in JOINED for place in places.get(field, ())}
    for line, cells in without_notes(table_.rows, who, width, reader.learned.form):
        if isinstance(cells, str):
            # Whose it is cannot be told: the line stands for the id.
            yield line, {"id": f"line {line}", "misfit": cells}
            continue
        misfit = _misfit(cells, line, width, places, seen)
        if misfit is not None:
            yield line, {"id": _joined(cells, places.get("id", ())), "misfit": misfit}
            continue
        row: dict[str, Json] = {
            field: value for field, place in alone if (value := stripped(cells[place]))
        }
        row |= {field: value for field, where in joined if (value := _joined(cells, where))}
        if row.keys() == {"id"} and "name" in places and _is_note(cells):
            said = f"line {line} has nothing but {row['id']!r} in it, as a note below a table has"
            yield line, {"id": row["id"], "misfit": said}
            continue
        if row.keys() - {OBSERVED_ON}:
            yield line, reader.read(row, line)
    reader.learned.check()


def _is_note(cells: Sequence[str]) -> bool:
    """Whether there are several words in one cell, and nothing else."""
    filled = [cell for cell in map(stripped, cells) if cell]
    return len(filled) == 1 and len(filled[0].split()) >= _WORDS_OF_A_NOTE


def _misfit(
    cells: Sequence[str], line: int, width: int, places: Places, seen: LastCells
) -> str | None:
    """Why a row does not fit the header, or may have been cut off; None if it is one."""
    if len(cells) != width:
        return f"line {line} has {len(cells)} cells, the header has {width}"
    for place in places.get("id", ()):
        if _CUT_SHORT.fullmatch(cells[place].strip()):
            return (
                f"line {line} has the id {cells[place].strip()}, a number that a spreadsheet cut"
                " short, so that several people may have it: export that column as text"
            )
    if isinstance(cells, Unended):
        is_read = any(width - 1 in where for where in places.values())
        return cut_off(line) if is_read and not seen.has_whole(cells[-1]) else None
    seen.add(cells[-1])
    return None


def _joined(cells: Sequence[str], places: Sequence[int]) -> str:
    """The text of one field: of several cells what is in them, parted by spaces."""
    there = (stripped(cells[place]) for place in places if place < len(cells))
    return " ".join(filter(None, there))


def _parquet_rows(opened: _Opened, places: Places) -> Iterator[Numbered]:
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
    return _joined([str(row[column] or "") for column in columns], range(len(columns))) or None


def _text_row(row: Row) -> Row:
    """A row of a typed table whose numbers are the texts that a profile has, ids and years."""
    return {field: told for field, value in row.items() if (told := _told(value)) != ""}


def _told(value: Json) -> Json:
    if isinstance(value, str):
        return stripped(value)
    return str(value) if isinstance(value, _NUMBERS) and not isinstance(value, bool) else value
