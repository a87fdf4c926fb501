"""The numbered rows of erased people once more, beside the store.

A snapshot that is damaged is taken in again from its original, which is read without whoever was
erased: the rows that keep past counts true come from here. Nothing in them names anybody.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from monitor.base.private_files import atomic_write, make_folder
from monitor.base.profile import STANDS_FOR
from monitor.base.records import Manifest
from monitor.intake.forgetting.side_files import ids_in_lines
from monitor.intake.profiles import POSITIONS, PROFILES
from monitor.intake.snapshots.files import ABSENCES, CARRIED, SEEN, Rows
from monitor.intake.snapshots.placing import sha256_of
from monitor.intake.snapshots.thinning import BASIC, CHANGED, CHANGED_POSITIONS, WHO, make_whole

FOLDER_NAME = "numbered"
"""The folder in the snapshots folder, with one for each source and day in it."""
_MANIFEST = "manifest.json"
_NUMBER = rf"^{STANDS_FOR}[0-9]+$"
_COLUMNS = {
    WHO: ("id", SEEN),
    BASIC[0]: ("id", PROFILES),
    CHANGED: ("id", PROFILES),
    BASIC[1]: ("profile", POSITIONS),
    CHANGED_POSITIONS: ("profile", POSITIONS),
}
"""By file, the column that has the id, and the columns."""
_LISTS = {CARRIED, ABSENCES}
"""Files with a line for some people."""


class NumberedCopies:
    """The copies of one snapshots folder."""

    def __init__(self, snapshots: Path) -> None:
        self._root = snapshots / FOLDER_NAME

    def keep(self, folder: Path, manifest: Manifest) -> None:
        """Keep a copy of all numbered rows of a snapshot that was just written anew."""
        place = self._place(manifest.source, manifest.observed_on)
        make_folder(self._root)
        make_folder(place.parent)
        make_folder(place)
        for name in manifest.files.keys() & _COLUMNS.keys():
            with atomic_write(place / name, private=True) as unfinished:
                _write(unfinished, name, [_numbered(folder / name)])
        for name in manifest.files.keys() & _LISTS:
            with atomic_write(place / name, private=True) as unfinished:
                unfinished.write_bytes(b"".join(_numbered_lines(folder / name)))
        # The last one, so that a copy with it is complete.
        with atomic_write(place / _MANIFEST, private=True) as unfinished:
            unfinished.write_bytes(orjson.dumps(asdict(manifest)))

    def numbers_of(self, source: str, day: date) -> frozenset[str]:
        """The numbers that stand for people in the snapshot of a day."""
        place = self._place(source, day)
        if not (place / _MANIFEST).exists():
            return frozenset()
        names = {name for name in (WHO, BASIC[0]) if (place / name).exists()}
        rows = (
            number for name in names for number in pq.read_table(place / name)["id"].to_pylist()
        )
        return frozenset((*rows, *ids_in_lines(place / ABSENCES)))

    def put_back(self, folder: Path, manifest: Manifest) -> Manifest:
        """Add the numbered rows to a snapshot that was just taken in; returns its manifest."""
        place = self._place(manifest.source, manifest.observed_on)
        if not (place / _MANIFEST).exists():
            return manifest
        kept = _manifest(place)
        with TemporaryDirectory(dir=folder.parent, prefix=".writing-numbered-") as scratch:
            whole = self._whole(manifest.source, manifest.observed_on, Path(scratch))
            added = {name: _put_back(folder / name, whole / name) for name in BASIC}
        for name in _LISTS:
            kept_lines = (place / name).read_bytes() if (place / name).exists() else b""
            if kept_lines:
                with (folder / name).open("ab") as lines:
                    lines.write(kept_lines)
        return replace(
            manifest,
            profiles=manifest.profiles + added[BASIC[0]],
            positions=manifest.positions + added[BASIC[1]],
            erased=kept.erased,
            filled=_filled(manifest, kept),
            files={path.name: sha256_of(path) for path in sorted(folder.iterdir())},
        )

    def _whole(self, source: str, day: date, scratch: Path) -> Path:
        """A folder with the basic files of a copy: its own, or what is made of it in `scratch`.

        A snapshot that has no copy has no numbered rows.
        """
        place, made = self._place(source, day), scratch / day.isoformat()
        has_copy = (place / _MANIFEST).exists()
        base = _manifest(place).base if has_copy else None
        if has_copy and base is None:
            return place
        made.mkdir()
        if base is not None:
            make_whole(place, self._whole(source, base, scratch), made)
        else:
            for name in BASIC:
                _write(made / name, name, [])
        return made

    def _place(self, source: str, day: date) -> Path:
        return self._root / source / day.isoformat()


def _manifest(place: Path) -> Manifest:
    return msgspec.json.decode((place / _MANIFEST).read_bytes(), type=Manifest)


def _filled(manifest: Manifest, kept: Manifest) -> Mapping[str, int]:
    """How many cells are filled: of the same original as many as before somebody was erased."""
    return kept.filled if kept.origin_sha256 == manifest.origin_sha256 else manifest.filled


def _numbered(path: Path) -> pa.Table:
    """The rows of a file of a snapshot that stand for erased people."""
    column, schema = _COLUMNS[path.name]
    with pq.ParquetFile(path) as file:
        batches = [
            batch.filter(pc.match_substring_regex(batch.column(column), _NUMBER))
            for batch in file.iter_batches()
        ]
    return pa.Table.from_batches([one for one in batches if one.num_rows], file.schema_arrow).cast(
        schema
    )


def _put_back(path: Path, copy: Path) -> int:
    """Add the rows of a copy to a file; returns how many."""
    _, schema = _COLUMNS[path.name]
    rows = pq.read_table(copy).cast(schema)
    with pq.ParquetFile(path) as file:
        there = [pa.Table.from_batches([batch]).cast(schema) for batch in file.iter_batches()]
    path.unlink()
    _write(path, path.name, [*there, rows])
    return int(rows.num_rows)


def _write(path: Path, name: str, tables: list[pa.Table]) -> None:
    rows = Rows(path, _COLUMNS[name][1])
    for table in tables:
        rows.add(table)
    rows.flush()
    rows.close()


def _numbered_lines(path: Path) -> Iterator[bytes]:
    for line in path.read_bytes().splitlines(keepends=True):
        if re.match(_NUMBER, str(orjson.loads(line)["id"])):
            yield line
