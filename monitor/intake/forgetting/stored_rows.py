"""The rows of people in stored snapshots: found, and numbered in their place.

A row keeps its place, its organisations and its days, so that the same moves follow from it; its
id becomes a number, and all that was written about the person is gone. Thinned snapshots are
rewritten as they are: who is in a file of theirs is numbered there.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as with_changes
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from monitor.base.records import ErasedRows, Manifest
from monitor.intake.forgetting.numbered_copies import NumberedCopies
from monitor.intake.forgetting.side_files import ids_in_lines, shows, write_without
from monitor.intake.forgetting.words import Words
from monitor.intake.profiles import POSITIONS, PROFILES
from monitor.intake.snapshots.files import ABSENCES, SEEN, Rows
from monitor.intake.snapshots.placing import sha256_of
from monitor.intake.snapshots.store import Store
from monitor.intake.snapshots.thinning import BASIC, CHANGED, CHANGED_POSITIONS, WHO

_BATCH = 122_880
_PROFILE_FILES = (BASIC[0], CHANGED)
_POSITION_FILES = (BASIC[1], CHANGED_POSITIONS)
_KINDS = frozenset(
    {"employment", "job", "full-time", "part-time", "employee"}
    | {"advisory", "board", "education", "contract", "volunteer", "other"}
)
"""The kinds by which a position is a job or none, whatever its title says."""
Row = dict[str, Any]


class StandIn(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the place of one profile: its number, and what its texts become."""

    source: str
    profile: str
    """The id that goes."""
    id: str
    """The one that comes in its place."""
    texts: Mapping[str, Mapping[str, str]] = {}
    """By field of a position (title, location, id, ...), what each text becomes."""
    jobs: Mapping[str, bool] = {}
    """By title, whether a position of no known kind is employment."""

    def position(self, row: Row) -> Row:
        """Number a position."""
        kind = (row["kind"] or "").strip().lower()
        if kind not in _KINDS:
            kind = "employment" if self.jobs.get(row["title"] or "", True) else "other"
        changed = {
            name: None if row[name] is None else texts.get(row[name], row[name])
            for name, texts in self.texts.items()
        }
        return {**row, **changed, "profile": self.id, "kind": kind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """Whose rows are numbered, and with what salt their content is hashed anew."""

    people: Mapping[str, Mapping[str, StandIn]]
    """By source and id."""
    salt: bytes
    """Equal contents stay equal by it; it is thrown away, so nobody can try what they were."""
    on: date
    words: Words
    """What names them in texts: in lines set aside, say."""
    number: int = 0
    """The first number that the erasure gives."""

    def profile(self, source: str, row: Row) -> Row:
        """Number a profile."""
        stand_in = self.people[source][row["id"]]
        text = f"{stand_in.id}\x1f{row['content']}".encode()
        content = hashlib.blake2b(text, key=self.salt, digest_size=8).digest()
        return {
            **row,
            "id": stand_in.id,
            "name": None if row["name"] is None else stand_in.id,
            "url": None,
            "same_as": [],
            "updated_on": None,
            "content": int.from_bytes(content, "big"),
        }


@dataclass(slots=True)
class Said:
    """What stored snapshots say of one profile."""

    names: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    same_as: set[str] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    texts: dict[str, dict[str, None]] = field(default_factory=dict)
    """By field of a position, the texts in the order in which they came up."""


def said_of(
    store: Store,
    people: Mapping[str, set[str]],
    *,
    progress: Callable[[str, date], None] = lambda *_: None,
) -> dict[tuple[str, str], Said]:
    """Collect what the store says of profiles, by source and id; who is in no file is left out."""
    statements: dict[tuple[str, str], Said] = {}
    for source, ids in sorted(people.items()):
        wanted = pa.array(sorted(ids), pa.string())
        for day, folder, is_new in _folders(store, source):
            progress(source, day)
            listed = [row["id"] for row in _rows_of(folder / WHO, "id", wanted, ["id"])]
            for profile in (*listed, *ids.intersection(ids_in_lines(folder / ABSENCES))):
                statements.setdefault((source, profile), Said()).days.add(day)
            for name in _PROFILE_FILES:
                for row in _rows_of(folder / name, "id", wanted, ["id", "name", "url", "same_as"]):
                    said = statements.setdefault((source, row["id"]), Said())
                    said.days.add(day)
                    said.names |= {row["name"]} - {None}
                    said.urls |= {row["url"]} - {None}
                    said.same_as |= {*(row["same_as"] or ())}
            for name in _POSITION_FILES if is_new else ():
                for row in _rows_of(folder / name, "profile", wanted, None):
                    _note_texts(statements.setdefault((source, row["profile"]), Said()), row)
    return statements


_TEXTS = ("title", "location", "id", "organization", "team")


def _note_texts(said: Said, row: Row) -> None:
    for name in _TEXTS:
        if row[name] is not None:
            said.texts.setdefault(name, {})[row[name]] = None


def urls_of_others(store: Store, urls: set[str], people: Mapping[str, set[str]]) -> set[str]:
    """Which addresses other people have, too: a team's page is nobody's own."""
    wanted, shared = pa.array(sorted(urls), pa.string()), set[str]()
    for source in store.sources() if urls else ():
        ours = people.get(source, set())
        for _, folder, is_new in _folders(store, source):
            for name in _PROFILE_FILES if is_new else ():
                rows = _rows_of(folder / name, "url", wanted, ["id", "url"])
                shared |= {row["url"] for row in rows if row["id"] not in ours}
    return shared


def with_ids(store: Store, ids: set[str]) -> dict[str, set[str]]:
    """By source, which of these ids some stored snapshot has."""
    wanted, days = pa.array(sorted(ids), pa.string()), dict[str, set[str]]()
    for source in store.sources() if ids else ():
        for _, folder, _is_new in _folders(store, source):
            for name in (WHO, *_PROFILE_FILES):
                for row in _rows_of(folder / name, "id", wanted, ["id"]):
                    days.setdefault(source, set()).add(row["id"])
            for profile in ids.intersection(ids_in_lines(folder / ABSENCES)):
                days.setdefault(source, set()).add(profile)
    return days


def number_rows(
    store: Store,
    numbering: Numbering,
    *,
    progress: Callable[[str, date], None] = lambda *_: None,
) -> int:
    """Rewrite every stored snapshot that has these people; returns how many were rewritten.

    Doing it again does nothing: whoever is numbered is in no file under the former id.
    """
    rewritten = 0
    for source, people in sorted(numbering.people.items()):
        if not store.days(source):
            continue
        store.files.clear_leftovers(source, at_once=True)
        done: dict[tuple[int, ...], Path] = {}
        for day in store.days(source):
            progress(source, day)
            rewritten += _number_snapshot(store, source, day, numbering, done, people)
        # A bucket may keep what was replaced just now.
        store.files.clear_leftovers(source, at_once=True)
    return rewritten


def _number_snapshot(  # noqa: PLR0913, PLR0917 -- all that one snapshot needs
    store: Store,
    source: str,
    day: date,
    numbering: Numbering,
    done: dict[tuple[int, ...], Path],
    people: Mapping[str, StandIn],
) -> int:
    place, manifest = store.path(source, day), store.manifest(source, day)
    if manifest is None:
        return 0
    wanted = pa.array(sorted(people), pa.string())
    counts = {name: _count(place / name, column, wanted) for name, column in _columns()}
    is_shown = any(map(numbering.words.are_in, manifest.form.notes)) or any(
        shows(place / name, numbering.words, people.keys()) for name in manifest.files
    )
    if not any(counts.values()) and not is_shown:
        return 0
    final = store.root / source / day.isoformat()
    scratch = store.files.begin(source, day)
    try:
        for name in manifest.files:
            _write_file(place / name, scratch / name, numbering, source, done, final / name)
        renewed = _renewed(manifest, scratch, numbering, counts)
        NumberedCopies(store.root.parent).keep(scratch, renewed)
        store.files.publish(scratch, renewed)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return 1


def _renewed(
    manifest: Manifest, scratch: Path, numbering: Numbering, counts: Mapping[str, int]
) -> Manifest:
    erasure = ErasedRows(
        on=numbering.on,
        profiles=max(counts[name] for name in (WHO, *_PROFILE_FILES)),
        positions=max(counts[name] for name in _POSITION_FILES),
        number=numbering.number,
    )
    files = {path.name: sha256_of(path) for path in sorted(scratch.iterdir())}
    noticed = {
        kind: with_changes(notice, example=numbering.words.replaced(notice.example))
        for kind, notice in manifest.noticed.items()
    }
    notes = list(map(numbering.words.replaced, manifest.form.notes))
    return with_changes(
        manifest,
        files=files,
        noticed=noticed,
        form=with_changes(manifest.form, notes=notes),
        erased=(*manifest.erased, erasure),
    )


def _write_file(  # noqa: PLR0913, PLR0917 -- all that one file needs
    path: Path,
    into: Path,
    numbering: Numbering,
    source: str,
    done: dict[tuple[int, ...], Path],
    final: Path,
) -> None:
    """Write a file of a snapshot anew, or link to what was made of the same one before."""
    key = _identity(path)
    if key in done and done[key].exists():
        into.hardlink_to(done[key])
        return
    done[key] = final
    people = numbering.people[source]
    column = dict(_columns()).get(path.name)
    if column is None:
        write_without(path, into, numbering.words, people)
    elif path.name in _POSITION_FILES:
        _rewrite(path, into, column, people, lambda row: people[row["profile"]].position(row))
    elif path.name == WHO:
        _rewrite(
            path,
            into,
            column,
            people,
            lambda row: {**row, "id": people[row["id"]].id, "updated_on": None},
        )
    else:
        _rewrite(path, into, column, people, lambda row: numbering.profile(source, row))


def _columns() -> Sequence[tuple[str, str]]:
    return (
        (WHO, "id"),
        *((name, "id") for name in _PROFILE_FILES),
        *((name, "profile") for name in _POSITION_FILES),
    )


def _schema(name: str) -> pa.Schema:
    if name == WHO:
        return SEEN
    return PROFILES if name in _PROFILE_FILES else POSITIONS


def _rewrite(
    path: Path,
    into: Path,
    column: str,
    people: Mapping[str, StandIn],
    change: Callable[[Row], Row],
) -> None:
    """Write a Parquet file anew with some of its rows changed, in their places."""
    schema = _schema(path.name)
    wanted = pa.array(sorted(people), pa.string())
    rows = Rows(into, schema)
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH):
            table = pa.Table.from_batches([batch]).cast(schema)
            mask = pc.is_in(table[column].combine_chunks(), value_set=wanted)
            some = table.filter(mask)
            if some.num_rows:
                numbered = pa.Table.from_pylist(list(map(change, some.to_pylist())), schema)
                table = _put_in_place(table, mask, numbered)
            rows.add(table)
    rows.flush()
    rows.close()


def _put_in_place(table: pa.Table, mask: pa.Array, numbered: pa.Table) -> pa.Table:
    """The table with other rows where the mask says, in their order."""
    places = pa.array(range(table.num_rows), pa.int64())
    hits = pc.cumulative_sum(pc.cast(mask, pa.int64()))
    indices = pc.if_else(mask, pc.add(hits, table.num_rows - 1), places)
    return pa.concat_tables([table, numbered]).take(indices)


def _folders(store: Store, source: str) -> Iterator[tuple[date, Path, bool]]:
    """The folder of each snapshot, and whether its files were not those of one before."""
    seen = set[tuple[int, ...]]()
    for day in store.days(source):
        folder = store.path(source, day)
        keys = {
            _identity(folder / name)
            for name in (*_PROFILE_FILES, *_POSITION_FILES)
            if (folder / name).exists()
        }
        yield day, folder, not keys <= seen
        seen |= keys


def _identity(path: Path) -> tuple[int, ...]:
    """What links to one file have in common; a number of a file is given again when it is gone."""
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def _rows_of(path: Path, column: str, wanted: pa.Array, columns: list[str] | None) -> Iterator[Row]:
    if not path.exists():
        return
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH, columns=columns):
            mask = pc.is_in(batch.column(column), value_set=wanted)
            yield from batch.filter(mask).to_pylist()


def _count(path: Path, column: str, wanted: pa.Array) -> int:
    if not path.exists():
        return 0
    with pq.ParquetFile(path) as file:
        return sum(
            pc.sum(pc.is_in(batch.column(0), value_set=wanted)).as_py() or 0
            for batch in file.iter_batches(_BATCH, columns=[column])
        )
