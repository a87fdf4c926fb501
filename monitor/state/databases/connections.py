"""What SQLite and PostgreSQL each need to keep the promises of `State`, and what their errors mean.

Both let one transaction write at a time, readers see one moment, and nobody waits for ever.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from monitor.base.error_words import of_system
from monitor.base.errors import UsageError
from monitor.base.private_files import make_folder, tighten, touch

BUSY_SECONDS = 30
READ = "talentwatch_read"
"""The execution option of a connection that only reads."""
WRONG_URL = (
    "the state database's URL cannot be read; write it like sqlite:///snapshots/talentwatch.db or"
    " postgresql+psycopg://user@host/name"
)

_WRITE_LOCK = 7406227
_PSYCOPG = "postgresql+psycopg"
_DRIVERS = {"sqlite": "sqlite", "sqlite+pysqlite": "sqlite", "postgresql": _PSYCOPG}
# A machine that vanishes without a word would hold its locks for hours by the system's defaults.
_KEEP_ALIVE = {"tcp_keepalives_idle": 30, "tcp_keepalives_interval": 10, "tcp_keepalives_count": 3}
_LOCK_NOT_AVAILABLE = "55P03"
_RIGHTS = "give the user that runs talentwatch the right to it"
_ROOM = "make room on its disk, and do it again"
_ADVICE = {
    "SQLITE_CORRUPT": "put it back from a backup",
    "SQLITE_NOTADB": "put it back from a backup",
    "SQLITE_CANTOPEN": f"{_RIGHTS} and to its folder; nothing else may be in its place",
    "SQLITE_PERM": _RIGHTS,
    "SQLITE_READONLY": _RIGHTS,
    "SQLITE_FULL": _ROOM,
    "SQLITE_IOERR": "its disk is full or does not answer as it should",
    "25006": "this server only reads, as after a failover: let the URL of `state` name the one"
    " that writes",
    "42501": "grant the user of that URL the right to it",
    "42P01": "put the database back from a backup",
    "53100": _ROOM,
    "53300": "the server has no connection left: end some, or let it have more",
}
"""What to do, by how the code of an error begins: SQLite's name of it, or the SQLSTATE."""


def address_of(url: str) -> URL:
    """Read a URL. Raises UsageError, without quoting it, if it is none or names another database.

    >>> address_of("postgresql://ada@db.example.org/watch").drivername
    'postgresql+psycopg'
    """
    try:
        address = make_url(url)
    except ArgumentError:
        # The cause would quote the URL, and a password with it.
        raise UsageError(WRONG_URL) from None
    if "@" in f"{address.host}{address.database}" and address.get_backend_name() != "sqlite":
        # What follows the first @ of such a password would be taken for the host, and be shown.
        raise UsageError(f"{WRONG_URL}; an @ in a password is written %40 in it")
    driver = _DRIVERS.get(address.drivername, address.drivername)
    if driver not in _DRIVERS.values():
        raise UsageError(f"{address.get_backend_name()} is no state database; {WRONG_URL}")
    return address.set(drivername=driver)


def shown(address: URL) -> str:
    """Write a URL without its password and its options."""
    return address.set(query={}).render_as_string(hide_password=True)


def prepare_file(address: URL, *, create: bool) -> None:
    """Make a SQLite file with its folder. Raises UsageError if there is none, and none is to be."""
    if address.get_backend_name() != "sqlite" or address.database in (None, "", ":memory:"):
        return
    path = Path(address.database or "")
    try:
        if not path.exists() and not create:
            raise UsageError(f"there is no state database at {path} yet: nothing was run so far")
        if not path.parent.exists():
            make_folder(path.parent)
        # What SQLite writes beside it gets the same rights.
        touch(path)
    except OSError as exc:
        raise UsageError(f"the state database {path} cannot be opened: {of_system(exc)}") from exc
    for end in ("-wal", "-shm"):
        tighten(path.with_name(path.name + end))


def engine_of(address: URL) -> Engine:
    """Make the engine for a URL; it connects when it is first used.

    Errors do not quote the values of a statement: people's names, and what a channel said.
    """
    if address.get_backend_name() == "sqlite":
        engine = create_engine(
            address, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    patience = {} if "connect_timeout" in address.query else {"connect_timeout": 10}
    return create_engine(address, pool_pre_ping=True, connect_args=patience, hide_parameters=True)


def read_isolated(connection: Connection) -> Connection:
    """Let all statements of a reading transaction see the state of one moment, as SQLite does."""
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def lock_for_writing(connection: Connection) -> None:
    """Let one transaction write at a time, as SQLite does; the turn ends with the transaction."""
    if connection.dialect.name != "postgresql":
        return
    settings = {**_KEEP_ALIVE, "lock_timeout": BUSY_SECONDS * 1000}
    # For this transaction only: others may share the connection.
    local = (func.set_config(name, str(value), True) for name, value in settings.items())  # noqa: FBT003 -- an SQL function has no keywords
    connection.execute(select(*local))
    connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _WRITE_LOCK})


def shrink(engine: Engine) -> None:
    """Give the room back that a file of SQLite no longer needs; it stays where that cannot be."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        # Others read, or the disk has no room for the new file: all that is lost is room.
        with closing(connection), suppress(sqlite3.OperationalError):
            connection.cursor().execute("VACUUM")


def cause(exc: DBAPIError) -> str:
    """Say what the database said, in one line, and what to do about it, if that is known."""
    said = " ".join(str(exc.orig).split()) or type(exc.orig).__name__
    code = str(getattr(exc.orig, "sqlstate", None) or getattr(exc.orig, "sqlite_errorname", ""))
    advice = next((words for start, words in _ADVICE.items() if code.startswith(start)), None)
    return f"{said} ({advice})" if advice else said


def is_busy(exc: DBAPIError) -> bool:
    """Whether another process held a lock for too long."""
    if getattr(exc.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
        return True
    return getattr(exc.orig, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would begin transactions by itself and too late; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that writes later fails at once when another one wrote meanwhile;
    # an immediate one waits its turn.
    read = connection.get_execution_options().get(READ, False)
    connection.exec_driver_sql("BEGIN DEFERRED" if read else "BEGIN IMMEDIATE")
