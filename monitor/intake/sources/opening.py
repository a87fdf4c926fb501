"""Files as they are opened: none that would be read for ever, and whether one is still the same."""

import os
import stat
from io import BufferedReader
from pathlib import Path

from monitor.base.errors import SourceError, printable

_AT_ONCE = getattr(os, "O_NONBLOCK", 0)  # which Windows has no need of


def stamp(path: Path) -> str:
    """Tell what changes whenever the bytes of a file do; cheap to ask for."""
    try:
        status = path.stat()
    except OSError as error:
        raise unreadable(path, error) from error
    check_regular(path, status)
    return stamp_of(status)


def check_name(path: Path) -> None:
    """Raise SourceError for a name that is no text."""
    try:
        path.name.encode()
    except UnicodeEncodeError as error:
        raise SourceError(
            f"{printable(path.name)}: its name is not UTF-8, so nothing can be kept under it;"
            " rename it"
        ) from error


def check_regular(path: Path, status: os.stat_result) -> None:
    """Raise SourceError for what would be read for ever, or cannot be read twice."""
    if not stat.S_ISREG(status.st_mode):
        raise SourceError(
            f"{printable(path.name)}: cannot be read: it is a directory, a pipe, a socket or a"
            " device, and no file"
        )


def _at_once(name: str, flags: int) -> int:
    return os.open(name, flags | _AT_ONCE)


def opened_file(path: Path) -> BufferedReader:
    """The file to be read; a pipe that came into its place is not waited for."""
    file = open(path, "rb", opener=_at_once)  # noqa: SIM115 -- paths have no opener
    try:
        check_regular(path, os.fstat(file.fileno()))
    except SourceError:
        file.close()
        raise
    return file


def unreadable(path: Path, error: OSError) -> SourceError:
    """Make the error of a file that the system does not let us read."""
    return SourceError(f"{printable(path.name)}: cannot be read: {error.strerror or error}")


def stamp_of(status: os.stat_result) -> str:
    """Tell the same of an open file as `stamp` does."""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"
