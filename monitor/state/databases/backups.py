"""Copies of a SQLite state while it is in use, the way back, and whose state it is."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from monitor.base.errors import UsageError
from monitor.base.private_files import make_folder, touch
from monitor.base.settings import Secret

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
"""SQLite's names of the errors of a file that is no database any more."""
_SQLITE = "sqlite:///"


def sqlite_file(url: str | Secret) -> Path:
    """Return the file of a SQLite state. Raises UsageError for another database."""
    path = sqlite_path(url)
    if path is None:
        raise UsageError("only a SQLite state is copied here; for PostgreSQL use pg_dump")
    return path


def sqlite_path(url: str | Secret) -> Path | None:
    """Return the file of a SQLite state; None for another database."""
    address = url if isinstance(url, str) else url.reveal()
    if not address.startswith(_SQLITE) or address.endswith(":memory:"):
        return None
    return Path(address.removeprefix(_SQLITE))


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells whose state a database is."""

    watch: str | None = None
    """A random word that all copies have in common; None in a state of an older talentwatch."""
    first_run: str | None = None
    """The day of the first run; None before it."""

    def is_other(self, backup: "Identity") -> bool:
        """Whether a backup is of another watch than this state, which may be too young to tell."""
        if self.first_run is None:
            return False
        if self.watch is not None and backup.watch is not None:
            return self.watch != backup.watch
        return backup.first_run is not None and self.first_run != backup.first_run

    def __str__(self) -> str:
        first = f"first run on {self.first_run}" if self.first_run else "without a run"
        return f"{self.watch or 'without an identity'}, {first}"


def identity(file: Path) -> Identity:
    """Read whose state a file is; nothing is known of a file that is no state."""
    if not file.is_file():
        return Identity()
    query = "SELECT name, value FROM cursors WHERE name IN ('watch', 'first_run')"
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as state:
            values = dict(state.execute(query).fetchall())
    except sqlite3.Error:
        return Identity()
    return Identity(values.get("watch"), values.get("first_run"))


def holds_a_state(file: Path) -> bool:
    """Tell whether a file is a sound database with tables: not missing, empty or damaged.

    Raises UsageError where it cannot be told.
    """
    try:
        if not file.is_file() or not file.stat().st_size:
            return False
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as state:
            (sound,) = state.execute("PRAGMA quick_check(1)").fetchone()
            (tables,) = state.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as exc:
        if getattr(exc, "sqlite_errorname", "").startswith(_DAMAGED):
            return False
        raise UsageError(f"{file} cannot be read: {exc}") from exc
    return bool(sound == "ok" and tables)


def take_the_place(file: Path, place: Path, kept: Path) -> None:
    """Copy a backup to where a state was lost or damaged, and keep what is left of that aside.

    Raises UsageError, and leaves all as it was, if the backup is no sound state.
    """
    scratch = place.with_name(f".{place.name}.restored")
    scratch.unlink(missing_ok=True)
    copy_state(file, scratch)
    # What SQLite wrote beside the old file does not belong to the new one.
    for end in ("", "-wal", "-shm"):
        left = place.with_name(place.name + end)
        if left.exists():
            left.rename(kept.with_name(kept.name + end))
    scratch.replace(place)


def copy_state(source: Path, target: Path) -> None:
    """Make one file a copy of another as it is at one moment, whoever works with either.

    Raises UsageError, and leaves the target as it was, if the source is no sound state.
    """
    if not source.is_file():
        raise UsageError(f"there is no {source}")
    if not target.parent.exists():
        make_folder(target.parent)
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old:
            (sound,) = old.execute("PRAGMA quick_check(1)").fetchone()
            versions = old.execute("SELECT version_num FROM alembic_version").fetchall()
            if sound != "ok" or not versions:
                raise UsageError(f"{source} is damaged: {sound}")
            touch(target)
            with closing(sqlite3.connect(target, timeout=30)) as new:
                old.backup(new)
    except sqlite3.Error as exc:
        raise UsageError(f"{source} cannot be copied to {target}: {exc}") from exc
