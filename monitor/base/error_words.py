"""What the machine and its libraries raise, in words: what it is about, and what to do.

A traceback tells an operator nothing. Where a module knows more, it says so itself; what it lets
pass comes here, at the edge of a run and of the command line.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from monitor.base.errors import StorageError

_RIGHTS = "give the user that runs talentwatch the right to it"
_ROOM = "make room there, and do it again"
_IN_PLACE = "something else is in its place: move it away, or mend the path"
_FILES = "raise the limit of open files (`ulimit -n`, LimitNOFILE= of systemd)"
_ADVICE = {
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "that disk can only be read: mount it for writing, or name another place",
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: _ROOM,
    errno.EISDIR: _IN_PLACE,
    errno.ENOTDIR: _IN_PLACE,
    errno.EEXIST: _IN_PLACE,
    errno.ENOTEMPTY: _IN_PLACE,
    errno.EMFILE: _FILES,
    errno.ENFILE: _FILES,
    errno.ENOENT: "put it back, or mend the path",
    errno.EIO: "the disk does not answer as it should: look into the log of the system",
    errno.ENOMEM: "the machine is out of memory: give it more, or end something else",
}
_DATABASES = {
    "duckdb": "DuckDB",
    "_duckdb": "DuckDB",
    "psycopg": "PostgreSQL",
    "psycopg_pool": "PostgreSQL",
    "pyarrow": "Arrow",
    "sqlalchemy": "the state database",
    "sqlite3": "SQLite",
}
"""By the library that raises it: what it is about."""


def in_words(error: BaseException) -> StorageError | None:
    """Say what a file system or a database raised; None for any other error."""
    if isinstance(error, OSError):
        return StorageError(of_system(error))
    for kind in type(error).__mro__:
        name = _DATABASES.get(kind.__module__.partition(".")[0])
        if name is not None:
            said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            return StorageError(f"{name} failed: {said or type(error).__name__}")
    return None


def of_system(error: OSError) -> str:
    """Say what the system refused, of which file, and what to do.

    >>> of_system(PermissionError(13, "Permission denied", "store"))
    'store: Permission denied; give the user that runs talentwatch the right to it'
    """
    places = [
        str(observation)
        for observation in (error.filename, error.filename2)
        if observation is not None
    ]
    said = error.strerror or str(error).partition("\n")[0] or type(error).__name__
    advice = _ADVICE.get(error.errno or 0)
    place = f"{' to '.join(places)}: " if places else ""
    return f"{place}{said}; {advice}" if advice else f"{place}{said}"


@contextmanager
def explained() -> Iterator[None]:
    """Raise what the system or a database refuses in here as a StorageError in words."""
    try:
        yield
    except Exception as exc:
        error = in_words(exc)
        if error is None:
            raise
        raise error from exc
