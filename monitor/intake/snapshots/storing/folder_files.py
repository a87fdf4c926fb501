"""The files of snapshots in a folder of this machine: one folder for each source and day."""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from monitor.base.errors import SnapshotError
from monitor.base.inputs import is_special, names_in
from monitor.base.private_files import FOLDER, make_folder
from monitor.base.records import Manifest
from monitor.intake.snapshots.placing import (
    MANIFEST,
    REPLACED,
    WRITING,
    clear_leftovers,
    complete,
    publish,
    renew_manifest,
    sha256_of,
)
from monitor.intake.snapshots.storing.names import day_of, is_source, require_source

_PARQUET = b"PAR1"


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """See StoreFiles: a snapshot is a folder, and its files are in it."""

    root: Path

    @property
    def name(self) -> str:
        """The folder."""
        return str(self.root)

    def sources(self) -> list[str]:
        """Name the folders; there are none where there is no store."""
        names = (entry.name for entry in _entries(self.root) if entry.is_dir())
        return sorted(name for name in names if is_source(name))

    def days(self, source: str) -> list[date]:
        """List the folder of a source."""
        days = {
            # What was put aside counts only where nothing has its place.
            day_of(entry.name.removeprefix(REPLACED))
            for entry in _entries(self._folder(source))
        }
        return sorted(day for day in days if day is not None)

    def where(self, source: str, day: date) -> str:
        """The folder of a snapshot."""
        return str(self.folder(source, day))

    def manifest(self, source: str, day: date) -> Manifest | None:
        """Read the file that makes a folder a snapshot."""
        path = self.folder(source, day) / MANIFEST
        if is_special(path):
            raise SnapshotError(f"{path} is damaged: it is no file, but a pipe or a device")
        try:
            return msgspec.json.decode(path.read_bytes(), type=Manifest)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SnapshotError(f"{path} cannot be read: {error.strerror}") from error
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise SnapshotError(f"{path} is damaged: {error}") from error

    def folder(self, source: str, day: date, names: Collection[str] | None = None) -> Path:
        """The folder of a snapshot, whether it exists or not; it has all of its files."""
        del names
        folder = self._folder(source) / day.isoformat()
        # A crash while it was replaced has left the old one beside the place: it still counts.
        kept = folder.with_name(REPLACED + folder.name)
        return kept if kept.is_dir() and not folder.is_dir() else folder

    def damage(self, manifest: Manifest, *, closely: bool) -> list[str]:
        """Hold the files against their checksums; not `closely`, look at both of their ends."""
        folder = self.folder(manifest.source, manifest.observed_on)
        return list((_damaged if closely else _glanced)(folder, manifest))

    def is_shared(self, manifest: Manifest, name: str) -> bool:
        """Whether another folder has a link to the same file."""
        folder = self.folder(manifest.source, manifest.observed_on)
        return (folder / name).stat().st_nlink > 1

    def begin(self, source: str, day: date) -> Path:
        """Make a folder beside the place of a snapshot."""
        parent = self._folder(source)
        make_folder(self.root)
        make_folder(parent)
        clear_leftovers(parent)
        scratch = parent / f"{WRITING}{day.isoformat()}"
        scratch.mkdir(FOLDER)
        return scratch

    def share(self, manifest: Manifest, scratch: Path) -> bool:
        """Link to the files; not on a file system without links."""
        folder = self.folder(manifest.source, manifest.observed_on)
        try:
            for name in manifest.files:
                os.link(folder / name, scratch / name)
        except OSError:
            for name in manifest.files:
                (scratch / name).unlink(missing_ok=True)
            return False
        return True

    def publish(self, scratch: Path, manifest: Manifest) -> None:
        """Rename a folder into its place."""
        complete(scratch, manifest)
        publish(scratch, self._folder(manifest.source) / manifest.observed_on.isoformat())

    def renew(self, manifest: Manifest) -> None:
        """Write the one file anew."""
        renew_manifest(self.folder(manifest.source, manifest.observed_on), manifest)

    def clear_leftovers(self, source: str, *, at_once: bool = False) -> None:
        """Clear up the folder of a source; the lease sees to it that nobody is at work there."""
        del at_once
        clear_leftovers(self._folder(source))

    def _folder(self, source: str) -> Path:
        require_source(source)
        return self.root / source


def _entries(folder: Path) -> list[Path]:
    """List a folder, as empty where there is none; raises StorageError where that is refused."""
    return names_in(folder) or []


def _damaged(folder: Path, manifest: Manifest) -> Iterator[str]:
    for name, sha256 in sorted(manifest.files.items()):
        path = folder / name
        if not path.is_file():
            yield f"{path} is missing"
        elif sha256_of(path) != sha256:
            yield f"{path} is damaged: its checksum is another than when it was written"


def _glanced(folder: Path, manifest: Manifest) -> Iterator[str]:
    for name in sorted(manifest.files):
        path = folder / name
        if not path.is_file():
            yield f"{path} is missing"
        elif path.suffix == ".parquet" and not _has_both_ends(path):
            yield f"{path} is damaged: it is no whole Parquet file"


def _has_both_ends(path: Path) -> bool:
    """Whether a Parquet file begins and ends as one; a truncated one does not."""
    with path.open("rb") as file:
        begin = file.read(len(_PARQUET))
        size = file.seek(0, 2)
        file.seek(max(0, size - len(_PARQUET)))
        return begin == _PARQUET == file.read()
