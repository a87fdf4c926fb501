"""A mark that changes whenever the state may have changed, without reading it."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from monitor.base.errors import StorageError
from monitor.base.settings import Secret
from monitor.state.databases.connections import address_of, cause, engine_of, shown


def state_mark(url: str | Secret) -> str:
    """Return a text that changes with every write to the database at a URL.

    It may also change without one. Raises StorageError where the database does not answer.
    """
    address = address_of(url if isinstance(url, str) else url.reveal())
    if address.get_backend_name() == "sqlite":
        return sqlite_mark(Path(address.database or ""))
    engine = engine_of(address)
    try:
        with engine.connect() as connection:
            # Every transaction that writes anything on this server takes the next number.
            return str(
                connection.execute(
                    text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
                ).scalar_one()
            )
    except DBAPIError as exc:
        raise StorageError(f"the state database {shown(address)} failed: {cause(exc)}") from exc
    finally:
        engine.dispose()


def sqlite_mark(path: Path) -> str:
    """Return a text that changes with every write to a database of SQLite, its log included."""
    return " ".join(_stamp(file) for file in (path, path.with_name(f"{path.name}-wal")))


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return "none"
    # An empty log is there while somebody reads, and gone afterwards.
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns}" if status.st_size else "none"
