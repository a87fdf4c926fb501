"""The files of a snapshot while they are written: rows, what was set aside, and warnings."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from monitor.base.profile import ABSENT_BECAUSE, SEEN_ON
from monitor.base.records import SHARED_NAME, Manifest, Noticed, Observation
from monitor.intake.profiles import POSITIONS, PROFILES, Away, Block, blocks
from monitor.intake.snapshots.counted_fields import (
    COUNTED_OF_POSITIONS,
    COUNTED_OF_PROFILES,
    EMPLOYED,
    EVERY_POSITION,
)
from monitor.intake.snapshots.placing import sha256_of
from monitor.intake.snapshots.profile_rows import CONTENT_VERSION, ProfileReader
from monitor.intake.snapshots.rejected_file import RejectedFile

SCHEMA_VERSION = 1
"""Of the files of a snapshot; it rises when their columns or their meaning change."""
SEEN = pa.schema([("id", pa.string()), ("line", pa.int64()), ("updated_on", pa.string())])
"""The columns of the file that says who was seen in a thinned snapshot."""
REJECTED = "rejected.jsonl"
"""The file with the records that were set aside."""
SHARED_IDS = "namesakes.json"
"""The file with the ids that are names of several people, if there are any."""
CARRIED = "carried.jsonl"
"""The file with those who were not looked at on the day, if there are any: id and last look."""
ABSENCES = "absences.jsonl"
"""The file with those of whom the source shows no profile, if it names any: id and why."""
MOST_WARNINGS = 100_000
"""How many warnings of a snapshot are written down; all of them are counted."""

_ROW_GROUP = 122_880  # what DuckDB hands to one thread
# Measured on a million profiles: with these, a snapshot takes half the room and a third less time
# to write and to join than with the defaults of the format.
_SIMILAR = {PROFILES: ["id", "name", "url"], POSITIONS: ["profile"], SEEN: ["id"]}
_COUNTED = {SEEN: ["line"]}
_REPETITIVE = {
    PROFILES: ["updated_on"],
    POSITIONS: POSITIONS.names[2:],
    SEEN: ["updated_on"],
}

Progress = Callable[[int], None]


def ids_of(path: Path) -> Iterator[str]:
    """The ids in a Parquet file of profiles, in order, in bounded memory."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROW_GROUP, columns=["id"]):
            yield from batch.column(0).to_pylist()


def written(
    observation: Observation, folder: Path, progress: Progress | None, away: Away | None = None
) -> Manifest:
    """Reads the origin into a folder; twice if ids repeat, since only the end shows which do.

    `away` keeps people out who were forgotten.
    """
    spill = folder / "spill"
    with ProfileReader(spill) as reader:
        read = partial(_pass, observation, folder, reader, away)
        written = read((), progress)
        first = folder / "profiles.parquet"
        repeated = reader.repeated(first)
        earliest = next(repeated, None)
        if earliest is not None:
            written = read(chain([earliest], repeated), None)
    shutil.rmtree(spill, ignore_errors=True)
    return Manifest(
        source=observation.source,
        observed_on=observation.observed_on,
        origin=observation.origin,
        origin_sha256=observation.sha256,
        profiles=written.profiles,
        positions=written.positions,
        rejected=written.rejected,
        nobody=written.nobody,
        warnings=written.warnings,
        schema_version=SCHEMA_VERSION,
        content=CONTENT_VERSION,
        files={path.name: sha256_of(path) for path in sorted(folder.iterdir())},
        filled=dict(sorted(written.filled.items())),
        form=observation.form,
        noticed=written.noticed,
    )


@dataclass(slots=True, kw_only=True)
class _Counts:
    profiles: int = 0
    positions: int = 0
    rejected: int = 0
    nobody: int = 0
    warnings: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    noticed: dict[str, Noticed] = field(default_factory=dict)

    def notice(self, some: Mapping[str, Noticed]) -> None:
        """Add what a block noticed; the first example stands."""
        for kind, more in some.items():
            before = self.noticed.get(kind)
            count, example = (0, more.example) if before is None else (before.count, before.example)
            self.noticed[kind] = Noticed(count=count + more.count, example=example)


def _pass(  # noqa: PLR0913, PLR0917 -- all that a reading needs
    observation: Observation,
    folder: Path,
    reader: ProfileReader,
    away: Away | None,
    repeated: Iterable[tuple[int, int]],
    progress: Progress | None,
) -> _Counts:
    with (
        observation.open() as stream,
        _Files(folder) as files,
        closing(
            blocks(
                stream,
                reader.rows,
                day=observation.observed_on,
                first=observation.first_line,
                repeated=repeated,
                away=away,
            )
        ) as made,
        ThreadPoolExecutor(1, thread_name_prefix="snapshot") as pool,
    ):
        pending: Future[None] | None = None
        for block in made:
            if pending is not None:
                pending.result()
            pending = pool.submit(files.add, block)
            if progress is not None:
                progress(block.profiles.num_rows + len(block.rejected))
        if pending is not None:
            pending.result()
        files.flush()
        return files.counts


class _Files:
    """The four files of a snapshot while they are written."""

    def __init__(self, folder: Path) -> None:
        self.counts = _Counts()
        self._profiles = Rows(folder / "profiles.parquet", PROFILES)
        self._positions = Rows(folder / "positions.parquet", POSITIONS)
        self._rejected = RejectedFile(folder / REJECTED)
        self._warnings = (folder / "warnings.jsonl").open("wb")
        self._namesakes: list[str] = []
        self._carried: dict[str, str] = {}
        self._absences: dict[str, str] = {}
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in (self._profiles, self._positions, self._rejected, self._warnings):
            file.close()

    def add(self, block: Block) -> None:
        """Writes what a block holds."""
        counts = self.counts
        room = MOST_WARNINGS - counts.warnings
        counts.profiles += block.profiles.num_rows
        counts.positions += block.positions.num_rows
        counts.rejected += len(block.rejected)
        counts.nobody += block.nobody
        counts.warnings += block.warnings.count
        counts.filled.update(_filled(block))
        counts.notice(block.noticed)
        self._profiles.add(block.profiles)
        self._positions.add(block.positions)
        self._rejected.add(block.rejected)
        self._carried |= block.carried
        self._absences |= block.absences
        shared = [
            rejected_row.id
            for rejected_row in block.rejected
            if rejected_row.reason.startswith(SHARED_NAME)
        ]
        self._namesakes += filter(None, shared)
        if room > 0 and block.warnings.count:
            some = (warning for warning, _ in zip(block.warnings, range(room), strict=False))
            self._warnings.writelines(orjson.dumps(asdict(row)) + b"\n" for row in some)

    def flush(self) -> None:
        """Writes the rows that are still held."""
        self._profiles.flush()
        self._positions.flush()
        if self._namesakes:
            text = orjson.dumps(sorted(self._namesakes))
            (self._folder / SHARED_IDS).write_bytes(text)
        self._write_lines(CARRIED, SEEN_ON, self._carried)
        self._write_lines(ABSENCES, ABSENT_BECAUSE, self._absences)

    def _write_lines(self, name: str, key: str, said: Mapping[str, str]) -> None:
        """Writes a file of what is said of people by id, unless nothing is."""
        if said:
            rows = ({"id": identifier, key: text} for identifier, text in sorted(said.items()))
            lines = b"".join(orjson.dumps(row) + b"\n" for row in rows)
            (self._folder / name).write_bytes(lines)


def _filled(block: Block) -> dict[str, int]:
    """How many cells of each field are filled, and how many profiles list anything."""
    tables = ((block.profiles, COUNTED_OF_PROFILES), (block.positions, COUNTED_OF_POSITIONS))
    filled = {
        name: table.num_rows - table[name].null_count for table, names in tables for name in names
    }
    named = pc.is_valid(block.positions["organization"])
    employed = pc.count_distinct(block.positions["profile"].filter(named)).as_py()
    return filled | {EVERY_POSITION: block.positions.num_rows, EMPLOYED: employed}


class Rows:
    """A Parquet file that gets its rows little by little, in groups of a good size."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(
            path,
            schema,
            compression="lz4",
            use_dictionary=_REPETITIVE[schema],
            column_encoding=dict.fromkeys(_SIMILAR[schema], "DELTA_BYTE_ARRAY")
            | dict.fromkeys(_COUNTED.get(schema, ()), "DELTA_BINARY_PACKED"),
            write_statistics=False,
        )
        self._held: list[pa.Table] = []

    def add(self, table: pa.Table) -> None:
        """Takes more rows."""
        self._held.append(table)
        if sum(row.num_rows for row in self._held) >= _ROW_GROUP:
            self.flush()

    def flush(self) -> None:
        """Writes the rows held as one group."""
        if any(identifier.num_rows for identifier in self._held):
            self._writer.write_table(pa.concat_tables(self._held), row_group_size=1 << 30)
        self._held.clear()

    def close(self) -> None:
        """Writes the end of the file."""
        self._writer.close()
