"""An export as it is read: its first rows to guess from, and then what all of it holds."""

import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from monitor.base.errors import SourceError, printable
from monitor.base.records import Json, Layout, Observation
from monitor.identity.organizations import Directory
from monitor.identity.organizations.duplicates import Unit
from monitor.intake.profiles import ONGOING, Rejected, means_no_end, parse_partial_date
from monitor.intake.profiles.admission import admit, set_aside
from monitor.intake.profiles.lines import LONGEST, chunks
from monitor.intake.profiles.placeholders import reason_for_nobody
from monitor.intake.profiles.schema import Refusal
from monitor.intake.sources.content import (
    JSON,
    PARQUET,
    UTF8,
    content_of,
    encoding_of,
    guess_of,
    kind_of,
    letters_of,
)
from monitor.intake.sources.encodings import LEAST_SURE, USUAL, Guessed
from monitor.intake.sources.files import Files, check_suffix
from monitor.intake.sources.headers import table
from monitor.intake.sources.tables import python_rows
from monitor.scaffold.columns import recognized

SAMPLE = 1000
"""So many rows are looked at to guess from."""
SHOWN = 3
"""So many of what was set aside, or could not be read, are kept as examples."""
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The names of the columns of a table, and its first rows."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    encoding: str = UTF8
    confidence: float = 1.0
    """How sure the encoding is; less than 1 where it was guessed by its letters."""
    nested: bool = False
    """Whether each row is a profile in our own form, with its positions inside."""


@dataclass(slots=True, kw_only=True)
class ExportSummary:
    """What is in an export, read as a source."""

    profiles: int = 0
    positions: int = 0
    rejected: int = 0
    nobody: int = 0
    """Of those, posts that nobody holds."""
    examples: list[Rejected] = field(default_factory=list)
    """The first that were set aside."""
    unknown_dates: Counter[str] = field(default_factory=Counter)
    open_ends: Counter[str] = field(default_factory=Counter)
    """Ends that mean that there is none."""
    days: list[date] = field(default_factory=list)
    """The days that it holds, in order; what else is counted is of the newest."""
    units: list[Unit] = field(default_factory=list)
    """The organisations by number of people, each under the name that most write."""


def head(path: Path, *, encoding: str | None = None) -> Head | None:
    """Return the beginning of a table; None for JSON, which has no columns.

    `encoding` is what the operator says that it is; without one, it is told by its letters.

    Raises SourceError if it cannot be read or is no table.
    """
    check_suffix(path)
    try:
        if kind_of(path) == PARQUET:
            return _parquet_head(path)
        with path.open("rb") as file:
            content = content_of(path, file)
            if content.suffix in JSON:
                return None
            mark = content.encoding
        seen = Guessed(mark, 1.0) if mark else _encoding(path, encoding)
        with path.open("rb") as file:
            plain = content_of(path, file).stream
            codec = "utf-8-sig" if seen.encoding == UTF8 else seen.encoding
            text = io.TextIOWrapper(plain, encoding=codec, errors="replace", newline="")
            found = table(text, fits=recognized, name=printable(path.name))
            rows = tuple(
                tuple(cells)
                for _, cells in islice(found.rows, SAMPLE)
                if not isinstance(cells, str)
            )
            return Head(
                names=found.names, rows=rows, encoding=seen.encoding, confidence=seen.confidence
            )
    except (OSError, pa.ArrowException) as error:
        raise SourceError(f"{printable(path.name)}: cannot be read: {error}") from error


def summarize(path: Path, layout: Layout, *, observed_on: date) -> ExportSummary:
    """Read all of an export as its source would be, and count what is in its newest day.

    Raises SourceError if it cannot be read so.
    """
    files = Files(source="export", paths=[path], observed_on=observed_on, layout=layout)
    seen = list(files.observations())
    for error in seen:
        if not isinstance(error, Observation):
            raise error
    days = {one.observed_on: one for one in seen if isinstance(one, Observation)}
    one = days[max(days)]
    total = ExportSummary(days=sorted(days))
    directory = Directory()
    people: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for profile in _profiles(one, total):
        total.profiles += 1
        positions = profile.get("positions") or []
        total.positions += len(positions)
        _count_dates(total, positions)
        names = {position["organization"] for position in positions if position.get("organization")}
        known = {name: directory.resolve(name) for name in names}
        people.update({meant.unit for meant in known.values() if not meant.pseudo})
        for name, meant in known.items():
            spellings[meant.unit][name] += 1
    total.units = [
        Unit(unit=unit, name=_first(spellings[unit]), people=count)
        for unit, count in sorted(people.items(), key=lambda item: (-item[1], item[0]))
    ]
    return total


def _profiles(one: Observation, total: ExportSummary) -> Iterator[Json]:
    with one.open() as stream:
        for chunk in chunks(stream, size=_CHUNK, first=one.first_line):
            admitted = admit(chunk, longest=LONGEST, repeated={})
            total.rejected += len(admitted.rejected)
            total.examples += admitted.rejected[: SHOWN - len(total.examples)]
            for row in admitted.accepted.to_pylist():
                profile = orjson.loads(row["record"])
                reason = reason_for_nobody(profile.get("name") or "", profile["id"])
                if reason is None:
                    yield profile
                    continue
                total.rejected += 1
                total.nobody += 1
                if len(total.examples) < SHOWN:
                    refusal = Refusal(id=profile["id"], path="$.name", reason=reason)
                    total.examples.append(set_aside(row["line"], row["record"].encode(), refusal))


def _count_dates(total: ExportSummary, positions: list[Json]) -> None:
    for position in positions:
        for key in ("start", "end"):
            text = position.get(key)
            if text and key == "end" and means_no_end(text):
                total.open_ends[text] += 1
            elif text and text.lower() not in ONGOING and parse_partial_date(text) is None:
                total.unknown_dates[text] += 1


def _first(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda name: (-spellings[name], name))


def _encoding(path: Path, given: str | None) -> Guessed:
    """Tell the encoding of a table: UTF-8 if it surely is, as given, or by its letters."""
    if given is not None:
        return Guessed(encoding_of(path, given), 1.0)
    found = letters_of(path)
    if found.good >= found.bad:
        return Guessed(UTF8, 1.0)
    guess = guess_of(path)
    if guess.confidence < LEAST_SURE and guess.encoding != USUAL:
        raise SourceError(
            f"{printable(path.name)}: it is no UTF-8, and its letters do not tell what it is"
            f" (perhaps {guess.encoding}): --encoding NAME says it, such as --encoding shift_jis"
        )
    return guess


def _parquet_head(path: Path) -> Head:
    opened = pq.ParquetFile(path)
    names = tuple(opened.schema_arrow.names)
    batch = next(opened.iter_batches(batch_size=SAMPLE), None)
    rows = [] if batch is None else python_rows(dict(zip(names, batch.columns, strict=True)))
    cells = tuple(
        tuple("" if row[name] is None else str(row[name]) for name in names) for row in rows
    )
    kinds = dict(zip(names, opened.schema_arrow.types, strict=True))
    return Head(names=names, rows=cells, nested=_are_positions(kinds.get("positions")))


def _are_positions(kind: pa.DataType | None) -> bool:
    """Whether a column of this type has lists of positions, as a profile has them."""
    if kind is None or not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return False
    inside = kind.value_type
    return bool(pa.types.is_struct(inside) and inside.get_field_index("organization") >= 0)
