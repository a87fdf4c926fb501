"""Copies of a SQLite state while it is in use, and the way back."""

import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.errors import UsageError
from monitor.settings import Secret

_SQLITE = "sqlite:///"


def sqlite_file(url: str | Secret) -> Path:
    """Return the file of a SQLite state. Raises UsageError for another database."""
    written = url if isinstance(url, str) else url.reveal()
    if not written.startswith(_SQLITE) or written.endswith(":memory:"):
        raise UsageError("only a SQLite state is copied here; for PostgreSQL use pg_dump")
    return Path(written.removeprefix(_SQLITE))


def copy_state(source: Path, target: Path) -> None:
    """Make one file a copy of another as it is at one moment, whoever works with either.

    Raises UsageError, and leaves the target as it was, if the source is no sound state.
    """
    if not source.is_file():
        raise UsageError(f"there is no {source}")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old:
            (sound,) = old.execute("PRAGMA quick_check(1)").fetchone()
            versions = old.execute("SELECT version_num FROM alembic_version").fetchall()
            if sound != "ok" or not versions:
                raise UsageError(f"{source} is damaged: {sound}")
            with closing(sqlite3.connect(target, timeout=30)) as new:
                old.backup(new)
    except sqlite3.Error as exc:
        raise UsageError(f"{source} cannot be copied to {target}: {exc}") from exc
