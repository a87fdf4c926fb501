"""What the store asks of the place of its files, be it a folder or a bucket."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Protocol

from monitor.base.records import Manifest

MOST_AT_HAND = 12
"""The files of this many snapshots may be read at once; a bucket's are fetched before."""


class StoreFiles(Protocol):
    """The files of all snapshots: each snapshot is complete, or not there.

    Whoever writes must be the only one who does. Every method raises StorageError where the place
    cannot be reached, and SnapshotError where a snapshot is not what was written.
    """

    @property
    def root(self) -> Path:
        """The folder on this machine with one of each source, for what is written and read."""

    @property
    def name(self) -> str:
        """What messages call the place: a folder, or an address."""

    def sources(self) -> list[str]:
        """Name what has the form of a source, sorted."""

    def days(self, source: str) -> list[date]:
        """The days on which a source has a snapshot, complete or damaged, in order."""

    def where(self, source: str, day: date) -> str:
        """What messages call the place of a snapshot."""

    def manifest(self, source: str, day: date) -> Manifest | None:
        """What is known of a snapshot; None if there is none."""

    def folder(self, source: str, day: date, names: Collection[str] | None = None) -> Path:
        """A folder on this machine with the files of a snapshot, or with those of these names.

        Of these it has those that the snapshot has.
        """

    def damage(self, manifest: Manifest, *, closely: bool) -> list[str]:
        """Which files of a snapshot are missing or not what was written, each with its place.

        Not `closely`, only what shows without reading whole files.
        """

    def is_shared(self, manifest: Manifest, name: str) -> bool:
        """Whether a file of a snapshot takes no room of its own: another day has the same one."""

    def begin(self, source: str, day: date) -> Path:
        """Clear up what a crash left, and make an empty folder to write a snapshot into."""

    def share(self, manifest: Manifest, scratch: Path) -> bool:
        """Put all files of a snapshot into such a folder without copying; whether that is done."""

    def publish(self, scratch: Path, manifest: Manifest) -> None:
        """Put what was written into its place, whole and for good, or not at all."""

    def renew(self, manifest: Manifest) -> None:
        """Give a snapshot another manifest of the same files."""

    def clear_leftovers(self, source: str, *, at_once: bool = False) -> None:
        """Clear up what a crash left; `at_once` what may still be somebody's at work, too."""
