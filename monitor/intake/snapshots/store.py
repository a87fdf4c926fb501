"""The snapshot store: what is kept of each source and day, whose manifest makes it complete.

A snapshot is written beside its place and gets it at once, and what it says never changes. Folders
whose names begin with a dot are work that was not finished, a snapshot that is being replaced, or
a thinned one that was made whole to be read.
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace as with_changes
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Self

import orjson

from monitor.base.errors import SnapshotError
from monitor.base.profile import ABSENT_BECAUSE, SEEN_ON
from monitor.base.records import LATER_STARTS, Json, Manifest, Observation
from monitor.base.settings import Settings
from monitor.intake.forgetting.forgotten import Forgotten
from monitor.intake.forgetting.reading import read_without
from monitor.intake.snapshots.files import (
    ABSENCES,
    CARRIED,
    REJECTED,
    SCHEMA_VERSION,
    SHARED_IDS,
    Progress,
    ids_of,
)
from monitor.intake.snapshots.placing import REPLACED, WHOLE, WRITING, sha256_of
from monitor.intake.snapshots.profile_rows import CONTENT_VERSION
from monitor.intake.snapshots.storing.bucket_files import BucketFiles
from monitor.intake.snapshots.storing.folder_files import FolderFiles
from monitor.intake.snapshots.storing.opening import bucket_files
from monitor.intake.snapshots.storing.store_files import StoreFiles
from monitor.intake.snapshots.thinning import (
    BASIC,
    CHANGED_POSITIONS,
    THINNED,
    kept_positions,
    make_whole,
    thin,
)

_MOST_WHOLE = 3
"""How many thinned snapshots of a source are kept whole for a while: a comparison reads three."""


@dataclass(frozen=True, slots=True)
class Store:
    """The snapshots under one folder, usually `<snapshots>/store`, or in a bucket.

    Reading needs nothing; whoever writes must be the only one who does, which the lease of a run
    sees to.
    """

    root: Path
    """The folder on this machine; for a bucket, of what is written to it and read from it."""
    bucket: BucketFiles | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The store that a configuration names."""
        return cls(settings.stored, bucket_files(settings))

    def rehearsed(self, root: Path) -> "Store":
        """The same snapshots for a rehearsal, whose folder has what ours on this machine has."""
        return Store(root, None if self.bucket is None else self.bucket.rehearsed(root))

    @property
    def files(self) -> StoreFiles:
        """Where the files are."""
        return self.bucket or FolderFiles(self.root)

    def sources(self) -> list[str]:
        """Name all sources that have something, sorted; there are none where there is no store.

        Raises StorageError where the store cannot be listed.
        """
        return self.files.sources()

    def manifests(self, source: str) -> dict[date, Manifest]:
        """The complete snapshots of a source in order of days.

        Raises SnapshotError, naming the file, if a manifest is damaged, StorageError as `days`.
        """
        manifests_of = {day: self.manifest(source, day) for day in self.days(source)}
        return {day: manifest for day, manifest in manifests_of.items() if manifest is not None}

    def manifest(self, source: str, day: date) -> Manifest | None:
        """What is known of a snapshot; None if there is none. Raises SnapshotError as above."""
        return self.files.manifest(source, day)

    def days(self, source: str) -> list[date]:
        """The days on which a source has a snapshot, complete or damaged, in order.

        Raises StorageError where it cannot be listed; it has none where there is no folder.
        """
        return self.files.days(source)

    def path(self, source: str, day: date) -> Path:
        """A folder with all files of a snapshot, whether it exists or not."""
        return self.files.folder(source, day)

    def profiles(self, source: str, day: date) -> Path:
        """The Parquet file with one row per profile."""
        return self._whole(source, day, BASIC[0]) / BASIC[0]

    def positions(self, source: str, day: date) -> Path:
        """The Parquet file with one row per position, in the order of the profiles."""
        return self._whole(source, day, BASIC[1]) / BASIC[1]

    def kept_positions(self, source: str, day: date) -> Path:
        """A Parquet file with the positions that are new on a day; nothing is made for it."""
        return kept_positions(self.files.folder(source, day, (BASIC[1], CHANGED_POSITIONS)))

    def ids(self, source: str, day: date) -> Path:
        """A Parquet file with the `id` of each profile; nothing is made for it."""
        folder = self.files.folder(source, day, (BASIC[0], THINNED[0]))
        whole = folder / BASIC[0]
        return whole if whole.exists() else folder / THINNED[0]

    def shared_ids(self, source: str, day: date) -> list[str]:
        """The ids of a snapshot that are names of several people, who are set aside."""
        path = self._file(source, day, SHARED_IDS)
        return list(orjson.loads(path.read_bytes())) if path.exists() else []

    def carried(self, source: str, day: date) -> dict[str, date]:
        """Who was not looked at on the day of a snapshot, by id: the day of the last look."""
        rows = _lines(self._file(source, day, CARRIED))
        return {row["id"]: date.fromisoformat(row[SEEN_ON]) for row in rows}

    def absences(self, source: str, day: date) -> dict[str, str]:
        """Of whom the source showed no profile on the day of a snapshot, by id: why, as it says."""
        rows = _lines(self._file(source, day, ABSENCES))
        return {row["id"]: row[ABSENT_BECAUSE] for row in rows}

    def rejected(self, source: str, day: date) -> Path:
        """The JSON Lines with each record that was set aside, its line and the reason."""
        return self._file(source, day, REJECTED)

    def _file(self, source: str, day: date, name: str) -> Path:
        return self.files.folder(source, day, [name]) / name

    def _whole(self, source: str, day: date, name: str) -> Path:
        """The folder of a snapshot with a basic file, made anew if it was thinned."""
        folder = self.files.folder(source, day, [name])
        base = None if (folder / name).exists() else self._base(source, day)
        if base is None:
            return folder
        made = folder.with_name(f"{WHOLE}{folder.name.removeprefix(REPLACED)}")
        if not made.is_dir():
            folder, whole = self.path(source, day), self.path(source, base)
            scratch = Path(mkdtemp(prefix=WRITING, dir=made.parent))
            make_whole(folder, whole, scratch)
            for old in sorted(made.parent.glob(f"{WHOLE}*"), key=_age)[: 1 - _MOST_WHOLE]:
                shutil.rmtree(old, ignore_errors=True)
            # Whoever reads at the same time may have been first.
            with suppress(OSError):
                scratch.rename(made)
        return made

    def _base(self, source: str, day: date) -> date | None:
        manifest = self.manifest(source, day)
        return None if manifest is None else manifest.base

    def thin(self, source: str, day: date, base: date) -> bool:
        """Keep of a snapshot only what reads otherwise than in another of its source.

        Whether that was done: not if it would be worth little, or either is damaged or thinned
        already. Nothing is lost by it, and all else reads it as before. Raises SnapshotError where
        a manifest is damaged.
        """
        manifest, first = self.manifest(source, day), self.manifest(source, base)
        if manifest is None or first is None or manifest.base or first.base:
            return False
        # What shares its files with another day takes no room of its own.
        if first.content != manifest.content or self.files.is_shared(manifest, BASIC[0]):
            return False
        if self.verify(source, day) or self.verify(source, base):
            return False
        scratch = self.files.begin(source, day)
        try:
            place = self.path(source, day)
            if not thin(place, self.path(source, base), scratch):
                return False
            for name in manifest.files.keys() - {*BASIC}:
                shutil.copyfile(place / name, scratch / name)
            self.replace(scratch, with_changes(manifest, base=base))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return True

    def make_whole(self, source: str, day: date) -> None:
        """Give a thinned snapshot all of its rows back, so that it needs no other."""
        manifest = self.manifest(source, day)
        if manifest is None or manifest.base is None:
            return
        self.require_whole(source, day)
        scratch = self.files.begin(source, day)
        place = self.path(source, day)
        make_whole(place, self.path(source, manifest.base), scratch)
        for name in manifest.files.keys() - {*THINNED}:
            shutil.copyfile(place / name, scratch / name)
        self.replace(scratch, with_changes(manifest, base=None))

    def replace(self, scratch: Path, manifest: Manifest) -> None:
        """Put other files, from a folder that `files.begin` made, in the place of a snapshot's."""
        files = {path.name: sha256_of(path) for path in sorted(scratch.iterdir())}
        self.files.publish(scratch, with_changes(manifest, files=files))

    def verify(self, source: str, day: date) -> list[str]:
        """The files of a snapshot that are missing or are not what was written.

        Raises SnapshotError if there is no such snapshot or its manifest is damaged.
        """
        manifest = self.manifest(source, day)
        if manifest is None:
            raise SnapshotError(f"there is no snapshot of {source} of {day.isoformat()}")
        damage = self.files.damage(manifest, closely=True)
        return damage if manifest.base is None else [*damage, *self.verify(source, manifest.base)]

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
        source, day = observation.source, observation.observed_on
        stored = self.manifest(source, day)
        if stored is not None and stored.origin_sha256 == observation.sha256:
            return stored
        if stored is not None and not replace:
            raise SnapshotError(
                f"{observation.origin}: {self.files.where(source, day)} was taken from"
                f" {stored.origin} with other content"
            )
        return self.restore(observation, progress=progress)

    def restore(self, observation: Observation, *, progress: Progress | None = None) -> Manifest:
        """Takes an observation in, whatever is in its place; otherwise as `write`."""
        self._free(observation)
        scratch = self.files.begin(observation.source, observation.observed_on)
        try:
            manifest = self._linked(observation, scratch)
            if manifest is None:
                manifest = read_without(self.root.parent, observation, scratch, progress)
            self.files.publish(scratch, manifest)
            self._note_collected_anew(observation)
        except BaseException as exc:
            shutil.rmtree(scratch, ignore_errors=True)
            if isinstance(exc, OSError):
                # A write to an open file does not say which file it was.
                exc.filename = exc.filename or str(scratch)
            raise
        return manifest

    def _note_collected_anew(self, observation: Observation) -> None:
        """Write down who is collected anew after their time was over."""
        forgotten = Forgotten.load(self.root.parent)
        if forgotten.expired:
            source, day = observation.source, observation.observed_on
            ids = ids_of(self.ids(source, day))
            now = forgotten.with_collected_anew(source, ids, day)
            if now is not forgotten:
                now.save(self.root.parent)

    def _free(self, observation: Observation) -> None:
        """Make whole what rests on a snapshot that is about to get another content."""
        source, day = observation.source, observation.observed_on
        before = self._readable_manifest(source, day)
        if before is None or before.origin_sha256 == observation.sha256:
            return
        for other in self.days(source):
            resting = self._readable_manifest(source, other)
            if resting is not None and resting.base == day:
                self.make_whole(source, other)

    def _linked(self, observation: Observation, scratch: Path) -> Manifest | None:
        """The files of another day that was made from the same bytes; None if there is none."""
        for day in reversed(self.days(observation.source)):
            manifest = self._readable_manifest(observation.source, day)
            # A thinned one may rest on the very snapshot that is to be written.
            # Whose time was over and who is numbered in one, is collected anew in another.
            unfit = manifest is None or manifest.base or manifest.erased
            if manifest is None or unfit or not _is_same(manifest, observation):
                continue
            # Which starts are still to come depends on the day.
            if LATER_STARTS in manifest.noticed or observation.observed_on < manifest.observed_on:
                continue
            if self.files.damage(manifest, closely=True):
                continue
            if not self.files.share(manifest, scratch):
                return None  # read it again
            return with_changes(
                manifest, observed_on=observation.observed_on, origin=observation.origin
            )
        return None

    def _readable_manifest(self, source: str, day: date) -> Manifest | None:
        try:
            return self.manifest(source, day)
        except SnapshotError:
            return None


def _lines(path: Path) -> Iterator[Json]:
    """Read the lines of JSON of a file that may not be there."""
    return map(orjson.loads, path.read_bytes().splitlines() if path.exists() else ())


def _age(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0


def _is_same(manifest: Manifest, observation: Observation) -> bool:
    # Who was erased from a snapshot is not taken in again by a link to it.
    return (
        not manifest.erased
        and manifest.origin_sha256 == observation.sha256
        and manifest.schema_version == SCHEMA_VERSION
        and manifest.content == CONTENT_VERSION
    )
