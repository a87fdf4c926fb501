"""Files that hold many days: one observation a day, from rows that say when they were seen.

The rows go through a temporary database that is written to disk when it outgrows its cache, so that
each day can be read by itself. It is made only if a file changed, or a day has to be taken.
"""

import hashlib
import os
import sqlite3
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import BufferedReader
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

import orjson
from msgspec import structs

from monitor import __version__
from monitor.base.errors import FileRefused, SourceError, printable
from monitor.base.profile import FileForm
from monitor.base.records import Json, Observation
from monitor.base.settings import CARRY, Layout
from monitor.intake.sources.checksums import Checksums
from monitor.intake.sources.content import PARQUET, TABLES, content_of, encoding_of, kind_of
from monitor.intake.sources.day_columns import DayColumns
from monitor.intake.sources.grouping import (
    Numbered,
    decoded,
    encoded,
    identified,
    key,
    padded,
    profile,
    text_of_day,
)
from monitor.intake.sources.lines import Joined
from monitor.intake.sources.many_days import OBSERVED_ON, day_column, observed_day, usual_days
from monitor.intake.sources.names_as_ids import Names
from monitor.intake.sources.nested import (
    RecordMapping,
    are_keyed_by_name,
    expressions_of,
    json_pairs,
    mapping_of,
)
from monitor.intake.sources.opening import opened_file, stamp_of, unreadable
from monitor.intake.sources.tables import csv_rows, parquet_rows

_UNDATED_SHARE = 0.5
"""A file of which more rows name no day is not understood."""
_MODULUS = 1 << 256
_TABLES = """
PRAGMA journal_mode = OFF;
CREATE TABLE rows (file INTEGER, line INTEGER, day TEXT, id BLOB, row BLOB);
CREATE TABLE seen (id BLOB, day TEXT, hash BLOB);
CREATE TABLE current (id BLOB PRIMARY KEY, day TEXT) WITHOUT ROWID;
"""
_DROP_OLDER = """
DELETE FROM rows WHERE file < (
    SELECT max(file) FROM rows AS later WHERE later.id = rows.id AND later.day = rows.day
)
"""
_OF_DAY = """
SELECT min(line) OVER (PARTITION BY id) AS first, row FROM rows
WHERE day = ?1 OR (day IS NULL AND ?2) ORDER BY first, line
"""
_KEPT = """
SELECT min(line) OVER (PARTITION BY id) AS first, row FROM (
    SELECT rows.id, line, row FROM current
    INNER JOIN rows ON rows.id = current.id AND rows.day = current.day
    UNION ALL
    SELECT id, line, row FROM rows WHERE (day = ?1 AND id < x'01') OR (day IS NULL AND ?2)
) ORDER BY first, line
"""
"""Whoever has no id keeps nothing."""


@dataclass(frozen=True, slots=True)
class DayFile:
    """A file that holds many days."""

    path: Path
    stamp: str
    of_name: date | None
    """The day in its name, if there is one: a year in which it lies is looked at on that day."""


@dataclass(frozen=True, slots=True)
class _Day:
    day: date
    sha256: str
    """Of what the day shows, in whatever order."""
    first_line: int
    file: int


def observations_of_days(
    source: str, files: Sequence[DayFile], layout: Layout, checksums: Checksums
) -> Iterator[Observation | SourceError]:
    """One observation for each day, or the error that says why a file has none.

    Of several files that have a day, the last one, in their order, is right about it: about all of
    it where days list everybody, and about each person where people keep their last row. `known`
    keeps what the days are while the files stay as they are.
    """
    carry = layout.days == CARRY
    chosen: dict[date, Observation] = {}
    for some in ([files] if files else []) if carry else [[file] for file in files]:
        days = DaysOfFiles(some, layout)
        try:
            blocks = _days(days, checksums, name=f"{source} days" if carry else None)
        except SourceError as error:
            yield error
            continue
        for day in blocks:
            path = some[day.file].path
            chosen[day.day] = Observation(
                source=source,
                observed_on=day.day,
                origin=printable(path.name),
                sha256=day.sha256,
                open=partial(days.opened, day),
                place=str(path),
                first_line=day.first_line,
                since=blocks[0].day if carry else None,
                form=days.forms[day.file],
            )
    yield from chosen.values()


def _days(days: "DaysOfFiles", checksums: Checksums, *, name: str | None) -> list[_Day]:
    """The days of some files, read only if they are not known as these files stand."""
    place = name or f"{days.files[0].path.absolute()} days"
    seen, _, kept = checksums.get(place, "").partition(" ")
    if seen != days.stamp:
        blocks = days.found
        rows = [(str(block.day), block.sha256, block.first_line, block.file) for block in blocks]
        checksums[place] = f"{days.stamp} {orjson.dumps(rows).decode()}"
        return blocks
    return [_Day(date.fromisoformat(day), *rest) for day, *rest in orjson.loads(kept)]


class DaysOfFiles:
    """The rows of some files by day, read when they are first asked for."""

    def __init__(self, files: Sequence[DayFile], layout: Layout) -> None:
        self.files = files
        self.forms = [FileForm() for _ in files]
        """How each of them is written, once they were read."""
        self._layout = layout
        self._spool: sqlite3.Connection | None = None
        self._found: list[_Day] = []
        self._names: Names | None = None
        """What rows of one name are on one day."""
        self._upto = ""
        """What people keep is known up to this day."""
        parts = [__version__, layout.fingerprint(), layout.json_fingerprint()]
        parts += [
            part for file in files for part in (str(file.path), file.stamp, str(file.of_name))
        ]
        self.stamp = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()

    @property
    def found(self) -> list[_Day]:
        """The days, in order. Raises SourceError where a file cannot be read, or has no day."""
        self._read()
        return self._found

    def usual_days(self) -> str:
        """How the days look: whether each lists everybody, or people keep their last row."""
        return usual_days(self._read())

    def opened(self, day: _Day) -> AbstractContextManager[BinaryIO]:
        """The profiles of a day as JSON Lines."""
        return Joined(padded(self._profiles(day), first=day.first_line)).buffered()  # type: ignore[arg-type]  # a generator by another name

    def _profiles(self, day: _Day) -> Iterator[Numbered]:
        spool = self._read()
        newest = day.day == self._found[-1].day
        if self._layout.days == CARRY:
            self._keep(spool, day.day.isoformat())
            rows = spool.execute(_KEPT, (day.day.isoformat(), newest))
        else:
            rows = spool.execute(_OF_DAY, (day.day.isoformat(), newest))
        for first, group in groupby(rows, itemgetter(0)):
            yield first, profile([decoded(row) for _, row in group], self._names)

    def _keep(self, spool: sqlite3.Connection, day: str) -> None:
        """Bring what people keep to a day; days are mostly asked for in their order."""
        if day < self._upto:
            spool.execute("DELETE FROM current")
            self._upto = ""
        spool.execute(
            "INSERT OR REPLACE INTO current SELECT id, max(day) FROM seen"
            " WHERE day > ? AND day <= ? GROUP BY id",
            (self._upto, day),
        )
        self._upto = day

    def _read(self) -> sqlite3.Connection:
        if self._spool is None:
            # Snapshots are written by other threads, one at a time.
            spool = sqlite3.connect("", check_same_thread=False, isolation_level=None)
            weakref.finalize(self, spool.close)
            spool.executescript(_TABLES)
            spool.execute("BEGIN")
            offset = 0
            for number, file in enumerate(self.files):
                offset += self._fill(spool, number, file, offset)
            spool.execute("CREATE INDEX of_person ON rows (id, day)")
            if len(self.files) > 1:
                spool.execute(_DROP_OLDER)
            spool.execute("CREATE INDEX of_day ON rows (day, id)")
            _sum_up(spool)
            self._found = self._count(spool)
            self._spool = spool
        return self._spool

    def _fill(self, spool: sqlite3.Connection, number: int, file: DayFile, offset: int) -> int:
        """Spool the rows of a file, and return how many lines it has."""
        name = printable(file.path.name)
        forms, last, undated = tuple(self._layout.dates), 0, 0
        example: tuple[int, str] | None = None
        lines = 0

        def numbered(
            rows: Iterator[Numbered],
        ) -> Iterator[tuple[int, int, str | None, bytes, bytes]]:
            nonlocal last, undated, example, lines
            for line, row in map(identified, rows):
                lines, last = lines + 1, line
                text = text_of_day(row.get(OBSERVED_ON)) or ""
                day = observed_day(text, forms, file.of_name)
                rest = {field: row[field] for field in sorted(row) if field != OBSERVED_ON}
                if day is None:
                    undated, example = undated + 1, example or (line, text)
                    told = f"line {line} says {text!r} where the day should be on which it was seen"
                    rest = {"id": f"line {line}", "misfit": told}
                where = offset + line
                written = None if day is None else day.isoformat()
                yield number, where, written, key(where, rest), encoded(rest)

        try:
            with (
                opened_file(file.path) as opened,
                _rows(file.path, opened, self._layout, self.forms[number]) as (rows, names, days),
            ):
                self._names = names
                spool.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", numbered(rows))
                if days is not None and self.forms[number].number_dates:
                    _read_numbers(spool, number, days)
                if stamp_of(os.fstat(opened.fileno())) != file.stamp:
                    raise SourceError(
                        f"{name}: changed while it was read; it is taken when it holds still"
                    )
        except OSError as error:
            raise unreadable(file.path, error) from error
        if undated > _UNDATED_SHARE * lines and example is not None:
            raise FileRefused(
                f"{name}: {undated:,} of its {lines:,} rows name no day on which they were seen,"
                f" such as line {example[0]} ({example[1]!r}); `dates` of the source says how days"
                ' are written, such as ["%d/%m/%Y"]'
            )
        return last

    def _count(self, spool: sqlite3.Connection) -> list[_Day]:
        carry = self._layout.days == CARRY
        places = {
            day: (first, file)
            for day, first, file in spool.execute(
                "SELECT day, min(line), max(file) FROM rows WHERE day IS NOT NULL GROUP BY day"
            )
        }
        if not places:
            names = ", ".join(printable(day_file.path.name) for day_file in self.files)
            raise FileRefused(f"{names}: no row says when it was seen: there is nothing in it")
        undated, newest = (
            spool.execute("SELECT min(line) FROM rows WHERE day IS NULL").fetchone()[0],
            max(places),
        )
        total, parts = 0, []
        for day, changes in groupby(
            spool.execute(
                "SELECT day, hash, lag(hash) OVER (PARTITION BY id ORDER BY day)"
                " FROM seen ORDER BY day"
            ),
            itemgetter(0),
        ):
            total = total if carry else 0
            for _, new, old in changes:
                total += int.from_bytes(new) - (int.from_bytes(old) if carry and old else 0)
            first, file = places[day]
            if undated is not None and day == newest:
                first = min(first, undated)
            sha256 = hashlib.sha256(f"{total % _MODULUS:x}".encode()).hexdigest()
            parts.append(_Day(date.fromisoformat(day), sha256, 1 if carry else first, file))
        return parts


def _read_numbers(spool: sqlite3.Connection, file: int, days: DayColumns) -> None:
    """Read the days of a file that are numbers, which only all of its rows tell."""
    spool.create_function("with_days", 1, lambda row: encoded(days.read(decoded(row))))
    spool.execute("UPDATE rows SET row = with_days(row) WHERE file = ?", (file,))


def _sum_up(spool: sqlite3.Connection) -> None:
    """Note who was seen on which day, with a checksum of the rows in whatever order."""
    rows = spool.execute(
        "SELECT id, day, row FROM rows WHERE day IS NOT NULL AND id >= x'01' ORDER BY id, day, row"
    )
    spool.executemany(
        "INSERT INTO seen VALUES (?, ?, ?)",
        (
            (*who, hashlib.sha256(b"\n".join([who[0], *(row for _, _, row in some)])).digest())
            for who, some in groupby(rows, itemgetter(0, 1))
        ),
    )


@contextmanager
def _rows(
    path: Path, opened: BufferedReader, layout: Layout, form: FileForm
) -> Iterator[tuple[Iterator[Numbered], Names | None, DayColumns | None]]:
    """The rows of a file, each with what its column of days says, and what its dates tell."""
    name = printable(path.name)
    if kind_of(path) == PARQUET:
        with parquet_rows(opened, layout, name=name, form=form) as table:
            yield table.rows, table.names, table.days
        return
    content = content_of(path, opened, layout)
    if content.suffix in TABLES:
        encoding = content.encoding or encoding_of(path, layout)
        as_text = structs.replace(layout, encoding=encoding)
        form.encoding = content.written_in or (None if content.encoding else encoding)
        with csv_rows(content.stream, as_text, name=name, form=form) as table:
            yield table.rows, table.names, table.days
        return
    mapping, _ = mapping_of(layout)
    days = DayColumns(layout.dates, form, name=name)
    if mapping is not None:
        mapping.days = days
    rows, _ = json_rows(content.stream, layout, mapping, name=name)
    yield rows, (Names.PEOPLE if are_keyed_by_name(layout) else None), days


def json_rows(
    stream: BinaryIO,
    layout: Layout,
    mapping: RecordMapping | None,
    *,
    name: str,
    form: FileForm | None = None,
) -> tuple[Iterator[Numbered], str | None]:
    """The profiles of the records of a JSON file, each with its number and what says its day.

    Also names the key that nobody mapped and that may say when each record was seen, if any.
    """
    _, reader = mapping_of(layout)
    pairs = json_pairs(stream, mapping, name=name, where=layout.records, reader=reader, form=form)
    first = next(pairs, None)
    watched = None
    if layout.observed_on is None and first is not None and isinstance(first[0], dict):
        watched = day_column(list(first[0]), used=[*expressions_of(layout).values()])
    spellings = layout.observed_on or ([] if watched is None else [watched])
    pairs = chain([] if first is None else [first], pairs)
    return (_row(number, *pair, spellings) for number, pair in enumerate(pairs, 1)), watched


def _row(number: int, record: Json | bytes, made: Json, spellings: Sequence[str]) -> Numbered:
    if not isinstance(made, dict):
        return number, {"id": f"line {number}", "misfit": f"record {number} is no object"}
    return number, {**made, OBSERVED_ON: _day_in(record, spellings)}


def _day_in(record: Json, spellings: Sequence[str]) -> str | None:
    """What a record says of its day: under a key, or under keys with dots between them."""
    for spelling in spellings:
        inside = record
        for part in (spelling,) if spelling in record else spelling.split("."):
            inside = inside.get(part) if isinstance(inside, Mapping) else None
        if inside is not None and not isinstance(inside, Mapping | list):
            return str(inside)
    return None
