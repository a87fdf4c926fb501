"""Profiles from files: the names say which day each one observed, the suffixes what is in it."""

import hashlib
import os
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from msgspec import structs

from monitor.base.errors import FileRefused, SourceError, printable
from monitor.base.inputs import look
from monitor.base.profile import FileForm
from monitor.base.records import Observation
from monitor.base.settings import EMPLOYER, Layout
from monitor.intake.sources.archives import ARCHIVES
from monitor.intake.sources.checksums import Checksums
from monitor.intake.sources.columns import ColumnsMissing
from monitor.intake.sources.content import (
    JSON,
    PARQUET,
    SHEETS,
    TABLES,
    YAML,
    content_of,
    encoding_of,
    is_readable,
    kind_of,
    sheets_of,
    unreadable_kind,
)
from monitor.intake.sources.day_columns import DayColumns
from monitor.intake.sources.days_in_files import DayFile, json_rows, observations_of_days
from monitor.intake.sources.grouping import grouped, padded
from monitor.intake.sources.lines import Joined
from monitor.intake.sources.names_as_ids import Names
from monitor.intake.sources.nested import (
    are_keyed_by_name,
    are_own_lines,
    are_positions,
    json_profiles,
    mapping_of,
    reads_text,
    text_profiles,
)
from monitor.intake.sources.opening import check_name, opened_file, stamp, stamp_of, unreadable
from monitor.intake.sources.tables import csv_profiles, parquet_profiles

_DAY = re.compile(r"(?<!\d)(\d{4})(?:-(\d{2})-(\d{2})|(\d{2})(\d{2}))(?!\d)")
EARLIEST_YEAR = 1900
"""Nobody observed anything before: such a number is no day, or a slip."""
_HEAD = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Files of one source that each hold one day, or many if a column says which."""

    source: str
    paths: Sequence[Path]
    observed_on: date | None = None
    """The day that all of them observed; by default each name tells its own."""
    layout: Layout = field(default_factory=Layout)
    """How tables are written."""
    checksums: Checksums | None = None
    """What is known of files that were read before; what is found out now is added to it."""

    def observations(self) -> Iterator[Observation | SourceError]:
        """One observation for each file, or the error that says why it cannot be one.

        Of files that hold many days, one observation for each day.
        """
        if self.layout.observed_on:
            yield from self._many_days()
            return
        for path in self.paths:
            try:
                yield self._observation(path)
            except SourceError as error:
                yield error

    def _many_days(self) -> Iterator[Observation | SourceError]:
        files: list[DayFile] = []
        for path in self.paths:
            try:
                check_name(path)
                check_suffix(path)
                files.append(DayFile(path, stamp(path), day_in_name(path.name)))
            except SourceError as error:
                yield error
        checksums = self.checksums if self.checksums is not None else {}
        yield from observations_of_days(self.source, files, self.layout, checksums)

    def _observation(self, path: Path) -> Observation:
        check_name(path)
        check_suffix(path)
        day = self.observed_on or observed_on_from_name(path.name)
        if day.year < EARLIEST_YEAR:
            raise SourceError(f"{path.name}: nobody observed it on {day}: mend the day")
        seen, form = stamp(path), FileForm()
        return Observation(
            source=self.source,
            observed_on=day,
            origin=printable(path.name),
            sha256=self._sha256(path, seen),
            open=partial(_opened, path, seen, self.layout, form),
            place=str(path),
            form=form,
        )

    def _sha256(self, path: Path, stamp: str) -> str:
        """The checksum of the bytes, and of the layout where that decides what they mean."""
        checksums = self.checksums if self.checksums is not None else {}
        key = str(path.absolute())
        seen, _, sha256 = checksums.get(key, "").partition(" ")
        if seen != stamp:
            try:
                with opened_file(path) as stream:
                    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError as error:
                raise unreadable(path, error) from error
            checksums[key] = f"{stamp} {sha256}"
        kind = kind_of(path)
        of_tables = "" if kind in JSON | YAML else self.layout.fingerprint()
        of_json = (
            self.layout.json_fingerprint()
            if kind in JSON | YAML | ARCHIVES or reads_text(self.layout)
            else ""
        )
        layout = of_tables + of_json
        if not layout:
            return sha256
        return hashlib.sha256(f"{sha256}{layout}".encode()).hexdigest()


def expand(root: Path, pattern: str) -> list[Path]:
    """The files that `pattern` names under `root` (or absolutely), sorted, hidden ones left out.

    What is no file and no folder is among them, and a link that leads nowhere: a disk that is not
    there is a fault to be said.
    """
    return list(look(root, pattern).files)


def observed_on_from_name(name: str) -> date:
    """The one day, as YYYY-MM-DD or YYYYMMDD, in a file's name.

    Raises SourceError if the name holds no valid day, or several.

    >>> observed_on_from_name("press-2025-06-14.jsonl.gz")
    datetime.date(2025, 6, 14)
    """
    days = {day for match in _DAY.finditer(name) if (day := _valid(match)) is not None}
    if len(days) == 1:
        return days.pop()
    problem = "no day" if not days else "several days"
    raise SourceError(
        f"{printable(name)}: {problem} in the file's name; name it by the one day it was observed"
        " on (such as 2025-06-14.jsonl) or import it with --observed-on 2025-06-14; if a column"
        ' says when each row was seen, name that in the source: observed_on = "COLUMN"'
    )


def day_in_name(name: str) -> date | None:
    """Return the one day in a file's name; None if it holds no valid day, or several."""
    try:
        return observed_on_from_name(name)
    except SourceError:
        return None


def day_of_last_change(path: Path, today: date) -> date:
    """Return the UTC day on which a file was last changed, `today` at the latest.

    Raises OSError if the file cannot be looked at.
    """
    return min(datetime.fromtimestamp(path.stat().st_mtime, UTC).date(), today)


def _valid(match: re.Match[str]) -> date | None:
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def check_suffix(path: Path) -> None:
    """Raise SourceError unless the name is that of a kind of file that can be read."""
    if not is_readable(path):
        raise SourceError(unreadable_kind(path))


@contextmanager
def _opened(path: Path, stamp: str, layout: Layout, form: FileForm) -> Iterator[BinaryIO]:
    """The file as JSON Lines; it must still be the file whose checksum was taken."""
    try:
        with opened_file(path) as file, json_lines(path, file, layout, form) as stream:
            yield stream
            if stamp_of(os.fstat(file.fileno())) != stamp:
                raise SourceError(
                    f"{printable(path.name)}: changed while it was read; it is taken when it holds"
                    " still"
                )
    except OSError as error:
        raise unreadable(path, error) from error


def json_lines(
    path: Path, file: BufferedReader, layout: Layout, form: FileForm
) -> AbstractContextManager[BinaryIO]:
    """The profiles of an open file as JSON Lines; `path` says by its name what is in it."""
    name = printable(path.name)
    if kind_of(path) == PARQUET:
        return Joined(parquet_profiles(file, layout, name=name, form=form)).buffered()
    content = content_of(path, file, layout)
    stream = content.stream
    if reads_text(layout):
        return Joined(text_profiles(stream, layout)).buffered()
    if content.suffix in TABLES:
        encoding = content.encoding or encoding_of(path, layout)
        as_text = structs.replace(layout, encoding=encoding)
        form.encoding = content.written_in or (None if content.encoding else encoding)
        pieces = csv_profiles(stream, as_text, name=name, form=form)
        return Joined(_of_sheet(pieces, path, layout)).buffered()
    is_own = not layout.maps_json and layout.records is None and layout.start_of != EMPLOYER
    if is_own and are_own_lines(stream.peek(_HEAD), name=name):
        return stream
    mapping, reader = mapping_of(layout)
    as_rows = are_keyed_by_name(layout) or are_positions(layout)
    # Other records are passed on before all of their dates were seen: numbers stay what they are.
    days = DayColumns(layout.dates, form if as_rows else None, name=name)
    if mapping is not None:
        mapping.days = days
    if as_rows:
        form.keyed_by_name = are_keyed_by_name(layout)
        rows, watched = json_rows(stream, layout, mapping, name=name, form=form)
        names = Names.PEOPLE if form.keyed_by_name else None
        profiles = grouped(rows, name=name, watched=watched, names=names, late=days.read)
        return Joined(padded(profiles)).buffered()  # type: ignore[arg-type]  # a generator by another name
    return Joined(
        json_profiles(stream, mapping, name=name, where=layout.records, reader=reader, form=form)
    ).buffered()


def _of_sheet(
    pieces: Generator[bytes, None, None], path: Path, layout: Layout
) -> Generator[bytes, None, None]:
    """Pass pieces on; a workbook whose first sheet is no list is refused with its other sheets."""
    try:
        yield from pieces
    except ColumnsMissing as exc:
        sheets = sheets_of(path) if kind_of(path) in SHEETS and layout.sheet is None else []
        if len(sheets) <= 1:
            raise
        listed = ", ".join(map(repr, sheets))
        raise FileRefused(
            f'{exc}. That is its first sheet; it has {listed}: `sheet = "{sheets[1]}"` of the'
            " source says which is the list"
        ) from exc
