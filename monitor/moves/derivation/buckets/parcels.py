"""What a bucket is given and what it tells, as Parquet files in one folder beside the memory."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

from monitor.base.engine import Engine
from monitor.base.error_words import of_system
from monitor.base.errors import StorageError
from monitor.base.machine.limits import in_force
from monitor.base.private_files import make_folder

GIVEN, WHOLE, TOLD, SPILL = "given", "whole", "told", "spill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """The files of one bucket of a piece of work."""

    folder: Path
    """The folder of the whole piece."""
    bucket: int

    def given(self, table: str) -> list[str]:
        """Name the files with the bucket's rows of a table."""
        folder = given_folder(self.folder, table) / f"bucket={self.bucket}"
        return sorted(map(str, folder.glob("*.parquet")))

    def whole(self, table: str) -> str:
        """Name the file with the rows of a table that every bucket needs."""
        return str(whole_file(self.folder, table))

    @property
    def told(self) -> Path:
        """The folder of what the bucket tells, a file for each table; it is there once all is."""
        return self.folder / TOLD / str(self.bucket)


def given_folder(folder: Path, table: str) -> Path:
    """Name the folder of a table's rows by bucket."""
    return folder / GIVEN / table


def whole_file(folder: Path, table: str) -> Path:
    """Name the file of a table that every bucket needs."""
    return folder / WHOLE / f"{table}.parquet"


@contextmanager
def opened(engine: Engine) -> Iterator[Path]:
    """Make the folder of one piece of work, and take it away with all that is in it.

    Raises StorageError if it cannot be made.
    """
    place = _place(engine)
    if place is None:
        room = in_force().room()
        with TemporaryDirectory(prefix="talentwatch-buckets-", dir=room) as made:
            yield _furnished(Path(made))
        return
    clear_leftovers(engine)
    try:
        yield _furnished(place)
    finally:
        clear_leftovers(engine)


def clear_leftovers(engine: Engine) -> None:
    """Take away what a process that was killed has left."""
    place = _place(engine)
    if place is not None:
        shutil.rmtree(place, ignore_errors=True)


def _place(engine: Engine) -> Path | None:
    """Return the folder for the pieces of work on one file of derived tables; None without one."""
    if engine.file is None:
        return None
    room = in_force().room()
    if room is None:
        return engine.file.with_name(f"{engine.file.name}.buckets")
    # Several watches may have one folder for what memory cannot hold.
    return room / f"{crc32(str(engine.file.resolve()).encode()):08x}.buckets"


def _furnished(folder: Path) -> Path:
    try:
        for name in (GIVEN, WHOLE, TOLD):
            make_folder(folder / name)
    except OSError as exc:
        raise StorageError(f"{folder} cannot be made: {of_system(exc)}") from exc
    return folder
