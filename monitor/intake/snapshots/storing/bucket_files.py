"""The files of snapshots in a bucket: objects that never change, and one manifest of each day.

A file's object has its checksum for a name, so nothing is written over another content, and equal
files of several days are one object. The manifest of a day is written last, on the condition that
nobody else wrote it meanwhile; what none names is no snapshot's. What is read is fetched once into
a folder on this machine, and what has been unused for longest goes where the room is used up.
"""

import os
import shutil
from collections import deque
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path

import msgspec
import orjson

from monitor.base.errors import SnapshotError
from monitor.base.private_files import make_folder, sync
from monitor.base.records import Manifest
from monitor.intake.snapshots import placing
from monitor.intake.snapshots.placing import READ, sha256_of
from monitor.intake.snapshots.storing.bucket import Bucket
from monitor.intake.snapshots.storing.fetched import Fetched, Kept
from monitor.intake.snapshots.storing.folder_files import FolderFiles
from monitor.intake.snapshots.storing.names import day_of, is_source, require_source
from monitor.intake.snapshots.storing.store_files import MOST_AT_HAND

_MANIFESTS, _FILES, _END = "snapshots", "files", ".json"
_AT_HAND = MOST_AT_HAND + 4
"""The files of this many snapshots that were used last stay, however little room there is."""
_ABANDONED = timedelta(days=1)
"""What no manifest names for so long, by the server's clock, is what a crash left."""


@dataclass(slots=True, kw_only=True)
class _Source:
    """What a bucket has of one source."""

    manifests: dict[date, Kept]
    sizes: dict[str, int]
    """By checksum of a file."""
    abandoned: set[str]
    """The checksums of objects that were written long ago."""

    @property
    def named(self) -> set[str]:
        """The checksums of all files that a manifest names."""
        return {sha256 for kept in self.manifests.values() for sha256 in kept.files.values()}


@dataclass(slots=True, kw_only=True)
class BucketFiles:
    """See StoreFiles: each source is listed once, so one of these lives as long as a command."""

    bucket: Bucket
    root: Path
    """The folder on this machine for what is fetched and written."""
    room: int
    """How many bytes of fetched files are kept there."""
    is_rehearsal: bool = False
    """Whether what is written stays on this machine."""
    _sources: dict[str, _Source] = field(default_factory=dict)
    _recent: deque[Path] = field(default_factory=lambda: deque(maxlen=_AT_HAND))
    _rehearsed: set[Path] = field(default_factory=set)
    """What a rehearsal wrote is nowhere else."""
    _is_proven: bool = False

    @property
    def name(self) -> str:
        """The address."""
        return self.bucket.name

    def rehearsed(self, root: Path) -> "BucketFiles":
        """The same snapshots for a rehearsal, which writes nothing but in a folder."""
        return BucketFiles(bucket=self.bucket, root=root, room=self.room, is_rehearsal=True)

    def sources(self) -> list[str]:
        """List the first parts of all keys."""
        ours = (name for name, source in self._sources.items() if source.manifests)
        return sorted({*filter(is_source, self.bucket.folders()), *ours})

    def days(self, source: str) -> list[date]:
        """List what is there of a source."""
        return sorted(self._source(source).manifests)

    def standing(self, source: str) -> str:
        """This changes with every snapshot of a source."""
        manifests = self._source(source).manifests
        return repr([(day, manifests[day].tag) for day in sorted(manifests)])

    def where(self, source: str, day: date) -> str:
        """The address of a manifest."""
        return f"{self.name}/{_key(source, day)}"

    def manifest(self, source: str, day: date) -> Manifest | None:
        """Read the object that makes a snapshot."""
        kept = self._source(source).manifests.get(day)
        if kept is None:
            return None
        try:
            return msgspec.json.decode(kept.text, type=Manifest)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise SnapshotError(f"{self.where(source, day)} is damaged: {error}") from error

    def folder(self, source: str, day: date, names: Collection[str] | None = None) -> Path:
        """Fetch what is not on this machine yet."""
        kept = self._source(source).manifests.get(day)
        place = self._local(source).place(day, kept)
        files: Mapping[str, str] = {} if kept is None else kept.files
        self._hold(place)
        for name in files if names is None else files.keys() & {*names}:
            if (place / name).exists():
                continue
            try:
                self._fetch(source, day, name, place)
            except SnapshotError:
                if not self._is_replaced(source, day):
                    raise
                return self.folder(source, day, names)
        if place.is_dir():
            place.touch()
        return place

    def damage(self, manifest: Manifest, *, closely: bool) -> list[str]:
        """Hold the objects against their sizes, and closely against their checksums."""
        source, day = manifest.source, manifest.observed_on
        there, damages = self._source(source), []
        kept = there.manifests.get(day)
        for name, sha256 in sorted(manifest.files.items()):
            where = self._described(source, day, name, sha256)
            size, written = there.sizes.get(sha256), kept and kept.sizes.get(name)
            if size is None:
                damages.append(f"{where} is missing")
            elif written is not None and size != written:
                damages.append(f"{where} is damaged: it has {size} bytes of {written}")
            elif closely:
                damages += self._read_damage(source, day, name, sha256)
        return damages

    def is_shared(self, manifest: Manifest, name: str) -> bool:
        """Whether another day names the same object."""
        manifests = self._source(manifest.source).manifests
        return any(
            manifest.files[name] in kept.files.values()
            for day, kept in manifests.items()
            if day != manifest.observed_on
        )

    def begin(self, source: str, day: date) -> Path:
        """Make a folder on this machine, once it is sure that two writers cannot both win."""
        if not self._is_proven and not self.is_rehearsal:
            self.bucket.require_conditions()
            self._is_proven = True
        self.clear_leftovers(source)
        return FolderFiles(self.root).begin(source, day)

    def share(self, manifest: Manifest, scratch: Path) -> bool:
        """Name the same objects, and link to what of them is on this machine."""
        if self.is_rehearsal:
            return False
        source, day = manifest.source, manifest.observed_on
        place = self._local(source).place(day, self._source(source).manifests.get(day))
        for name in manifest.files:
            with suppress(OSError):
                os.link(place / name, scratch / name)
        return True

    def publish(self, scratch: Path, manifest: Manifest) -> None:
        """Upload what is not there yet, then the manifest, and delete what it replaces."""
        source, day = manifest.source, manifest.observed_on
        there = self._source(source)
        former = there.manifests.get(day)
        replaced = set(former.files.values()) if former else set()
        sizes = {}
        for name, sha256 in manifest.files.items():
            path = scratch / name
            size = path.stat().st_size if path.exists() else there.sizes.get(sha256)
            # What this snapshot had already may be damaged: that is what it is written again for.
            if sha256 in replaced or not self._has(source, sha256, size):
                self._upload(source, sha256, path)
            sizes[name] = there.sizes[sha256] = size or 0
        self._write_manifest(manifest, sizes)
        self._place(scratch, manifest)
        for sha256 in replaced - there.named:
            self._delete(source, sha256)

    def renew(self, manifest: Manifest) -> None:
        """Write the manifest anew; the sizes stay."""
        there = self._source(manifest.source)
        self._write_manifest(manifest, there.manifests[manifest.observed_on].sizes)
        self._local(manifest.source).keep(there.manifests)

    def clear_leftovers(self, source: str, *, at_once: bool = False) -> None:
        """Delete objects that no manifest has named for a day; `at_once` all that none names.

        At once, what a bucket keeps of former versions and of uploads that were cut off goes, too,
        and what a crash left on this machine.
        """
        if self.is_rehearsal:
            return
        if at_once:
            # Somebody else may have uploaded since, and have been killed.
            self._sources.pop(source, None)
        there = self._source(source)
        for sha256 in ({*there.sizes} if at_once else there.abandoned) - there.named:
            self._delete(source, sha256)
        if at_once:
            self.bucket.forget_former(f"{source}/")
            self._local(source).clear_leftovers()
            self._local(source).keep(there.manifests)

    def _source(self, source: str) -> _Source:
        """List a source, read the manifests that are new, and drop what was fetched of others."""
        if source in self._sources:
            return self._sources[source]
        require_source(source)
        objects, now = self.bucket.listed(f"{source}/")
        before = self._local(source).manifests()
        manifests: dict[date, Kept] = {}
        found = _Source(manifests=manifests, sizes={}, abandoned=set())
        for key, entry in objects.items():
            _, kind, name = (*key.split("/", 2), "", "")[:3]
            day = day_of(name.removesuffix(_END)) if kind == _MANIFESTS else None
            if kind == _FILES:
                found.sizes[name] = entry.size
                found.abandoned |= {name} if now - entry.modified > _ABANDONED else set()
            elif day is not None and day in before and before[day].tag == entry.tag:
                manifests[day] = before[day]
            elif day is not None and (read := self.bucket.read(key)) is not None:
                manifests[day] = Kept.of(*read)
        if manifests != before:
            self._local(source).keep(manifests)
        self._sources[source] = found
        return found

    def _is_replaced(self, source: str, day: date) -> bool:
        """List a source again: whether a snapshot is another one now."""
        before = self._sources.pop(source).manifests.get(day)
        return self._source(source).manifests.get(day) != before

    def _fetch(self, source: str, day: date, name: str, place: Path) -> None:
        sha256 = self._source(source).manifests[day].files[name]
        for folder in (self.root, place.parent, place):
            make_folder(folder)
        unfinished = place / f".{name}.{os.getpid()}"
        if self._is_linked(source, sha256, place / name):
            return
        where = self._described(source, day, name, sha256)
        try:
            arrived = self.bucket.download(_object(source, sha256), unfinished)
            if arrived is None:
                raise SnapshotError(f"{where} is missing")
            if arrived != sha256:
                raise SnapshotError(
                    f"{where} is damaged: its checksum is another than when it was written"
                )
            unfinished.chmod(READ)
            unfinished.rename(place / name)
        finally:
            unfinished.unlink(missing_ok=True)
        self._make_room()

    def _is_linked(self, source: str, sha256: str, path: Path) -> bool:
        """Whether another day's files on this machine had the same one, to which this is a link."""
        local = self._local(source)
        for day, kept in self._source(source).manifests.items():
            for name in (name for name, same in kept.files.items() if same == sha256):
                other = local.place(day, kept) / name
                with suppress(OSError):
                    if sha256_of(other) == sha256:
                        os.link(other, path)
                        return True
        return False

    def _hold(self, place: Path) -> None:
        """Note that a folder is used."""
        if place in self._recent:
            self._recent.remove(place)
        self._recent.append(place)

    def _read_damage(self, source: str, day: date, name: str, sha256: str) -> list[str]:
        """Read a file whole: what is on this machine is what was fetched, or is fetched again."""
        kept = self._source(source).manifests.get(day)
        path = self._local(source).place(day, kept) / name
        if path.exists() and sha256_of(path) != sha256:
            path.unlink()
        try:
            self.folder(source, day, [name])
        except SnapshotError as error:
            return [str(error)]
        return []

    def _has(self, source: str, sha256: str, size: int | None) -> bool:
        """Whether the bucket has an object of this size, as far as the list says, and still."""
        is_listed = size is not None and self._source(source).sizes.get(sha256) == size
        return is_listed and (
            self.is_rehearsal or self.bucket.size(_object(source, sha256)) == size
        )

    def _upload(self, source: str, sha256: str, path: Path) -> None:
        if not self.is_rehearsal:
            self.bucket.upload(_object(source, sha256), path)

    def _delete(self, source: str, sha256: str) -> None:
        if not self.is_rehearsal:
            self.bucket.delete(_object(source, sha256))
        self._sources[source].sizes.pop(sha256, None)

    def _write_manifest(self, manifest: Manifest, sizes: Mapping[str, int]) -> None:
        source, day = manifest.source, manifest.observed_on
        manifests = self._sources[source].manifests
        former = manifests.get(day)
        text = orjson.dumps({**asdict(manifest), "sizes": sizes}, option=orjson.OPT_INDENT_2)
        tag = ""
        if not self.is_rehearsal:
            tag = self.bucket.write(
                _key(source, day), text, former=None if former is None else former.tag
            )
        manifests[day] = Kept.of(text, tag)

    def _place(self, scratch: Path, manifest: Manifest) -> None:
        """Keep what was written on this machine: it is read next."""
        for path in scratch.iterdir():
            path.chmod(READ)
            sync(path)
        manifests = self._sources[manifest.source].manifests
        day, local = manifest.observed_on, self._local(manifest.source)
        place = local.place(day, manifests[day])
        placing.publish(scratch, place)
        self._hold(place)
        self._rehearsed |= {place} if self.is_rehearsal else set()
        local.keep(manifests)
        self._make_room()

    def _local(self, source: str) -> Fetched:
        return Fetched(self.root / source)

    def _make_room(self) -> None:
        """Delete what has been unused for longest, and is not at hand."""
        folders = [path for path in self.root.glob("*/[0-9]*") if path.is_dir()]
        # Another process may do the same.
        with suppress(FileNotFoundError):
            sizes = {path: sum(file.stat().st_size for file in path.iterdir()) for path in folders}
            used = sum(sizes.values())
            for path in sorted(folders, key=lambda folder: folder.stat().st_mtime):
                if used > self.room and path not in {*self._recent, *self._rehearsed}:
                    shutil.rmtree(path)
                    used -= sizes[path]

    def _described(self, source: str, day: date, name: str, sha256: str) -> str:
        return f"{self.name}/{_object(source, sha256)} ({name} of {source} of {day})"


def _key(source: str, day: date) -> str:
    return f"{source}/{_MANIFESTS}/{day.isoformat()}{_END}"


def _object(source: str, sha256: str) -> str:
    return f"{source}/{_FILES}/{sha256}"
