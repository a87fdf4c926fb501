"""Files that only their owner reads, and files that are written whole or not at all.

What is known of people is nobody else's business on a machine that others use, too: our folders
are 0700 and our files 0600, whatever the umask says. What a person wrote or asked for by name
keeps the rights that it has, or gets those that the umask gives.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_IMODE, S_ISDIR, S_ISREG
from tempfile import TemporaryDirectory

from monitor.base.machine.processes import has_left

FOLDER = 0o700
FILE = 0o600
USUAL = 0o666
"""What the umask takes from, for files that a person asked for."""
_UNFINISHED = re.compile(r"\..+\.(\d+)|talentwatch-(\d+)-.+")
"""What is being written, and folders with copies: both have the number of their process."""


def make_folder(folder: Path) -> None:
    """Make a folder of ours with those above it, or take the rights of others from it."""
    for missing in reversed(
        [parent for parent in (folder, *folder.parents) if not parent.exists()]
    ):
        missing.mkdir(FOLDER, exist_ok=True)
    tighten(folder)


def tighten(path: Path) -> None:
    """Take the rights of others from a file or folder that is ours; leave any other as it is."""
    # Another user's, or a file system that knows no rights: nothing to be done, nothing lost.
    with suppress(OSError):
        status = path.stat()
        wanted = FOLDER if S_ISDIR(status.st_mode) else FILE
        is_ours = status.st_uid == os.geteuid()
        is_kept = S_ISDIR(status.st_mode) or S_ISREG(status.st_mode)
        if is_ours and is_kept and S_IMODE(status.st_mode) & ~wanted:
            path.chmod(S_IMODE(status.st_mode) & wanted)


def touch(path: Path) -> None:
    """Make an empty file of ours if there is none, and take the rights of others from it."""
    if not path.exists():
        path.touch(FILE)
    tighten(path)


@contextmanager
def atomic_write(path: Path, *, private: bool = False) -> Iterator[Path]:
    """Yield an empty file to fill, which then takes the place of another, whole and on the disk.

    Who reads meanwhile sees the old file or the new one; after an error or a crash, the old one.
    A link stays, and what it leads to is replaced. Unless it is `private`, a file keeps the rights
    of the one before. Raises OSError, which always names a file.
    """
    place = path.resolve()
    scratch = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        # What a killed process left has the name of nobody who is alive.
        scratch.unlink(missing_ok=True)
        os.close(os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE if private else USUAL))
        if place.exists() and not private:
            scratch.chmod(S_IMODE(place.stat().st_mode))
        yield scratch
        sync(scratch)
        scratch.replace(place)
        sync(place.parent)
    except OSError as exc:
        # A write to an open file does not say which file it was.
        exc.filename = exc.filename or str(path)
        raise
    finally:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)


@contextmanager
def folder_of_copies(parent: Path) -> Iterator[Path]:
    """Make a folder for copies, which goes in the end with all that is in it."""
    make_folder(parent)
    with TemporaryDirectory(prefix=f"talentwatch-{os.getpid()}-", dir=parent) as made:
        yield Path(made)


def clear_unfinished(folder: Path) -> None:
    """Delete what processes that are gone did not finish in a folder of ours, and their copies."""
    for path in folder.glob("*"):
        named = _UNFINISHED.fullmatch(path.name)
        # Meanwhile it may go by itself, or be another user's: then it stays, and is named.
        with suppress(OSError):
            if named is not None and has_left(int(named[1] or named[2]), path.lstat().st_mtime):
                shutil.rmtree(path) if named[2] else path.unlink()


def sync(path: Path) -> None:
    """Return when what was written to a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
