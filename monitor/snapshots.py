"""The snapshot store: one folder for each source and day, whose manifest makes it complete.

A snapshot is written beside its place and renamed into it, and never changed afterwards. Folders
whose names begin with a dot are work that was not finished, or a snapshot that is being replaced.
"""

import hashlib
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field
from dataclasses import replace as with_changes
from datetime import date
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from monitor.engines.profile_rows import CONTENT_VERSION, ProfileReader
from monitor.errors import SnapshotError
from monitor.profiles import POSITIONS, PROFILES, Block, blocks
from monitor.quality import EMPLOYED, EVERY_POSITION, POSITION_FIELDS, PROFILE_FIELDS
from monitor.records import Manifest, Observation

SCHEMA_VERSION = 1
"""Of the files of a snapshot; it rises when their columns or their meaning change."""
MOST_WARNINGS = 100_000
"""So many warnings of a snapshot are written down; all of them are counted."""

_SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_MANIFEST = "manifest.json"
_WRITING = ".writing-"
_REPLACED = ".replaced-"
_ROW_GROUP = 122_880  # what DuckDB hands to one thread
# Measured on a million profiles: with these, a snapshot takes half the room and a third less time
# to write and to join than with the defaults of the format.
_SIMILAR = {PROFILES: ["id", "name", "url"], POSITIONS: ["profile"]}
_REPETITIVE = {PROFILES: ["updated_on"], POSITIONS: POSITIONS.names[2:]}

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Store:
    """The snapshots under one folder, usually `<snapshots>/store`.

    Reading needs nothing; whoever writes must be the only one who does, which the lease of a run
    sees to.
    """

    root: Path

    def sources(self) -> list[str]:
        """The names of all sources that have a folder, sorted."""
        if not self.root.is_dir():
            return []
        names = (folder.name for folder in self.root.iterdir() if folder.is_dir())
        return sorted(name for name in names if _SOURCE.fullmatch(name))

    def manifests(self, source: str) -> dict[date, Manifest]:
        """The complete snapshots of a source in order of days.

        Raises SnapshotError, naming the file, if a manifest is damaged.
        """
        manifests = {day: self.manifest(source, day) for day in self.days(source)}
        return {day: manifest for day, manifest in manifests.items() if manifest is not None}

    def manifest(self, source: str, day: date) -> Manifest | None:
        """What is known of a snapshot; None if there is none. Raises SnapshotError as above."""
        return _manifest(self.path(source, day))

    def days(self, source: str) -> list[date]:
        """The days on which a source has a snapshot, complete or damaged, in order."""
        names = (entry.name.removeprefix(_REPLACED) for entry in _entries(self._folder(source)))
        return sorted({day for name in names if (day := _day(name)) is not None})

    def path(self, source: str, day: date) -> Path:
        """The folder of a snapshot, whether it exists or not."""
        folder = self._folder(source) / day.isoformat()
        # A crash while it was replaced has left the old one beside the place: it still counts.
        kept = folder.with_name(_REPLACED + folder.name)
        return kept if kept.is_dir() and not folder.is_dir() else folder

    def profiles(self, source: str, day: date) -> Path:
        """The Parquet file with one row per profile."""
        return self.path(source, day) / "profiles.parquet"

    def positions(self, source: str, day: date) -> Path:
        """The Parquet file with one row per position, in the order of the profiles."""
        return self.path(source, day) / "positions.parquet"

    def verify(self, source: str, day: date) -> list[str]:
        """The files of a snapshot that are missing or are not what was written.

        Raises SnapshotError if there is no such snapshot or its manifest is damaged.
        """
        folder = self.path(source, day)
        manifest = _manifest(folder)
        if manifest is None:
            raise SnapshotError(f"there is no snapshot of {source} of {day.isoformat()}")
        return _damaged(folder, manifest)

    def require_whole(self, source: str, day: date) -> None:
        """Raises SnapshotError, naming what is damaged, if a snapshot is not what was written."""
        damage = self.verify(source, day)
        if damage:
            raise SnapshotError(f"{damage[0]}; `talentwatch snapshots verify` says what heals it")

    def write(
        self, observation: Observation, *, replace: bool = False, progress: Progress | None = None
    ) -> Manifest:
        """Takes an observation in; when it returns, the snapshot is complete and on the disk.

        What is stored already is left as it is. `progress` is told of every so many lines more.
        Raises SourceError if the origin cannot be read, SnapshotError if another content has the
        day and `replace` is not set; nothing is stored then.
        """
        place = self.path(observation.source, observation.observed_on)
        stored = _manifest(place)
        if stored is not None and stored.origin_sha256 == observation.sha256:
            return stored
        if stored is not None and not replace:
            raise SnapshotError(
                f"{observation.origin}: {place} was taken from {stored.origin} with other content"
            )
        return self.restore(observation, progress=progress)

    def restore(self, observation: Observation, *, progress: Progress | None = None) -> Manifest:
        """Takes an observation in, whatever is in its place; otherwise as `write`."""
        parent = self._folder(observation.source)
        parent.mkdir(parents=True, exist_ok=True)
        _sweep(parent)
        scratch = parent / f"{_WRITING}{observation.observed_on.isoformat()}"
        scratch.mkdir()
        try:
            manifest = self._linked(observation, scratch)
            if manifest is None:
                manifest = _written(observation, scratch, progress)
            _complete(scratch, manifest)
            _publish(scratch, parent / observation.observed_on.isoformat())
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        return manifest

    def _linked(self, observation: Observation, scratch: Path) -> Manifest | None:
        """The files of another day that was made from the same bytes; None if there is none."""
        for day in reversed(self.days(observation.source)):
            folder = self.path(observation.source, day)
            manifest = _readable_manifest(folder)
            if manifest is None or not _is_same(manifest, observation):
                continue
            if _damaged(folder, manifest):
                continue
            try:
                for name in manifest.files:
                    os.link(folder / name, scratch / name)
            except OSError:  # a file system without links: read it again
                for name in manifest.files:
                    (scratch / name).unlink(missing_ok=True)
                return None
            return with_changes(
                manifest, observed_on=observation.observed_on, origin=observation.origin
            )
        return None

    def _folder(self, source: str) -> Path:
        if not _SOURCE.fullmatch(source):
            raise SnapshotError(
                f"{source!r} is no name for a source: small letters, digits, - and _, at most 64"
            )
        return self.root / source


def _entries(folder: Path) -> Iterable[Path]:
    return folder.iterdir() if folder.is_dir() else ()


def _day(name: str) -> date | None:
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.isoformat() == name else None


def _manifest(folder: Path) -> Manifest | None:
    path = folder / _MANIFEST
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, UnicodeDecodeError, OSError) as error:
        raise SnapshotError(f"{path} is damaged: {error}") from error


def _readable_manifest(folder: Path) -> Manifest | None:
    try:
        return _manifest(folder)
    except SnapshotError:
        return None


def _is_same(manifest: Manifest, observation: Observation) -> bool:
    return (
        manifest.origin_sha256 == observation.sha256
        and manifest.schema_version == SCHEMA_VERSION
        and manifest.content == CONTENT_VERSION
    )


def _damaged(folder: Path, manifest: Manifest) -> list[str]:
    found = []
    for name, sha256 in sorted(manifest.files.items()):
        path = folder / name
        if not path.is_file():
            found.append(f"{path} is missing")
        elif _sha256(path) != sha256:
            found.append(f"{path} is damaged: its checksum is another than when it was written")
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sweep(parent: Path) -> None:
    """Clears what a crash left; a snapshot whose replacement did not arrive gets its place back."""
    for entry in list(parent.iterdir()):
        if entry.name.startswith(_WRITING):
            shutil.rmtree(entry)
        elif entry.name.startswith(_REPLACED):
            place = parent / entry.name.removeprefix(_REPLACED)
            if place.exists():
                shutil.rmtree(entry)
            else:
                entry.rename(place)


def _publish(scratch: Path, place: Path) -> None:
    """Puts a complete folder into its place; at every moment one complete snapshot can be found."""
    kept = place.with_name(_REPLACED + place.name)
    if place.exists():
        place.rename(kept)
    scratch.rename(place)
    _sync(place.parent)
    if kept.exists():
        shutil.rmtree(kept)


def _complete(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest, which says that all else is there, when all else is on the disk."""
    for name in manifest.files:
        _sync(folder / name)
        (folder / name).chmod(0o444)
    path = folder / _MANIFEST
    path.write_bytes(orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2) + b"\n")
    path.chmod(0o444)
    _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _written(observation: Observation, folder: Path, progress: Progress | None) -> Manifest:
    """Reads the origin into a folder; twice if ids repeat, since only the end shows which do."""
    spill = folder / "spill"
    with ProfileReader(spill) as reader:
        written = _pass(observation, folder, reader, (), progress)
        first = folder / "profiles.parquet"
        repeated = reader.repeated(first)
        one = next(repeated, None)
        if one is not None:
            written = _pass(observation, folder, reader, chain([one], repeated), None)
    shutil.rmtree(spill, ignore_errors=True)
    return Manifest(
        source=observation.source,
        observed_on=observation.observed_on,
        origin=observation.origin,
        origin_sha256=observation.sha256,
        profiles=written.profiles,
        positions=written.positions,
        rejected=written.rejected,
        warnings=written.warnings,
        schema_version=SCHEMA_VERSION,
        content=CONTENT_VERSION,
        files={path.name: _sha256(path) for path in sorted(folder.iterdir())},
        filled=dict(sorted(written.filled.items())),
    )


@dataclass(slots=True, kw_only=True)
class _Counts:
    profiles: int = 0
    positions: int = 0
    rejected: int = 0
    warnings: int = 0
    filled: Counter[str] = field(default_factory=Counter)


def _pass(
    observation: Observation,
    folder: Path,
    reader: ProfileReader,
    repeated: Iterable[tuple[int, int]],
    progress: Progress | None,
) -> _Counts:
    with (
        observation.open() as stream,
        _Files(folder) as files,
        closing(blocks(stream, reader.rows, repeated=repeated)) as made,
        ThreadPoolExecutor(1, thread_name_prefix="snapshot") as pool,
    ):
        written: Future[None] | None = None
        for block in made:
            if written is not None:
                written.result()
            written = pool.submit(files.add, block)
            if progress is not None:
                progress(block.profiles.num_rows + len(block.rejected))
        if written is not None:
            written.result()
        files.flush()
        return files.counts


class _Files:
    """The four files of a snapshot while they are written."""

    def __init__(self, folder: Path) -> None:
        self.counts = _Counts()
        self._profiles = _Rows(folder / "profiles.parquet", PROFILES)
        self._positions = _Rows(folder / "positions.parquet", POSITIONS)
        self._rejected = (folder / "rejected.jsonl").open("wb")
        self._warnings = (folder / "warnings.jsonl").open("wb")

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
        counts.warnings += block.warnings.count
        counts.filled.update(_filled(block))
        self._profiles.add(block.profiles)
        self._positions.add(block.positions)
        self._rejected.writelines(orjson.dumps(asdict(one)) + b"\n" for one in block.rejected)
        if room > 0 and block.warnings.count:
            some = (one for one, _ in zip(block.warnings, range(room), strict=False))
            self._warnings.writelines(orjson.dumps(asdict(one)) + b"\n" for one in some)

    def flush(self) -> None:
        """Writes the rows that are still held."""
        self._profiles.flush()
        self._positions.flush()


def _filled(block: Block) -> dict[str, int]:
    """How many cells of each field are filled, and how many profiles list anything."""
    tables = ((block.profiles, PROFILE_FIELDS), (block.positions, POSITION_FIELDS))
    filled = {
        name: table.num_rows - table[name].null_count for table, names in tables for name in names
    }
    employed = pc.count_distinct(block.positions["profile"]).as_py()
    return filled | {EVERY_POSITION: block.positions.num_rows, EMPLOYED: employed}


class _Rows:
    """A Parquet file that gets its rows little by little, in groups of a good size."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(
            path,
            schema,
            compression="lz4",
            use_dictionary=_REPETITIVE[schema],
            column_encoding=dict.fromkeys(_SIMILAR[schema], "DELTA_BYTE_ARRAY"),
            write_statistics=False,
        )
        self._held: list[pa.Table] = []

    def add(self, table: pa.Table) -> None:
        """Takes more rows."""
        self._held.append(table)
        if sum(one.num_rows for one in self._held) >= _ROW_GROUP:
            self.flush()

    def flush(self) -> None:
        """Writes the rows held as one group."""
        if any(one.num_rows for one in self._held):
            self._writer.write_table(pa.concat_tables(self._held), row_group_size=1 << 30)
        self._held.clear()

    def close(self) -> None:
        """Writes the end of the file."""
        self._writer.close()
