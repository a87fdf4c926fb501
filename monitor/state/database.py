"""Opening the state database and taking transactions on it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import DatabaseError as DamagedDatabase

from monitor.errors import LeaseHeld, TalentwatchError, UsageError
from monitor.state import leases
from monitor.state.leases import Lease
from monitor.state.tables import METADATA
from monitor.state.transactions import Transaction

VERSIONS = ("0001",)
"""The migrations this program knows, oldest first; the last one is what it works with."""

_BUSY_SECONDS = 30
_READ = "talentwatch_read"
_TURN = 7406227
_WRONG_URL = (
    "the state database's URL cannot be read; write it like sqlite:///snapshots/talentwatch.db or"
    " postgresql+psycopg://user@host/name"
)


class State:
    """The state database, opened at the program's version."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held: tuple[Lease, ...] = ()

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Self:
        """Open the database at a URL, bringing an older one to the program's version.

        Raises UsageError if the URL is wrong, the database cannot be reached (the message names the
        URL without its password), was made by a newer program, or is not there and may not be made.
        """
        address = _address(url)
        _prepare_file(address, create=create)
        try:
            engine = _engine(address)
            _bring_up_to_date(engine)
        except ArgumentError as exc:
            raise UsageError(_WRONG_URL) from exc
        except ModuleNotFoundError as exc:
            raise UsageError(f"the state database {_shown(address)} needs {exc.name}") from exc
        except DBAPIError as exc:
            raise UsageError(
                f"the state database {_shown(address)} cannot be opened: {_cause(exc)}"
            ) from exc
        return cls(engine)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The database's URL, without its password."""
        return _shown(self._engine.url)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Read and write in one transaction: committed at the end, rolled back on any error.

        Raises LeaseHeld if the database stays busy, or if a lease held here was taken over.
        """
        with self._connection(read=False) as connection:
            for lease in self._held:
                leases.check(connection, lease)
            yield Transaction(connection)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Read one consistent picture without waiting for a run that writes."""
        with self._connection(read=True) as connection:
            yield Transaction(connection)

    @contextmanager
    def lease(
        self,
        name: str,
        *,
        holder: str,
        now: datetime,
        seconds: int,
        is_gone: Callable[[str], bool] = lambda _: False,
    ) -> Iterator[Lease]:
        """Hold a lease for a stretch of work; every transaction in it makes sure it still holds.

        An expired lease is taken over, and one whose holder `is_gone` says has ended. Raises
        LeaseHeld, saying since when and by whom.
        """
        with self._connection(read=False) as connection:
            lease = leases.take(
                connection, name, holder=holder, now=now, seconds=seconds, is_gone=is_gone
            )
        before, self._held = self._held, (*self._held, lease)
        try:
            yield lease
        finally:
            self._held = before
            # A lease that cannot be given back expires by itself; the work is what counts.
            with suppress(TalentwatchError), self._connection(read=False) as connection:
                leases.give_back(connection, lease)

    def renew(self, lease: Lease, *, now: datetime, seconds: int) -> None:
        """Hold a lease for longer. Raises LeaseHeld if it was taken over."""
        with self._connection(read=False) as connection:
            leases.extend(connection, lease, until=now + timedelta(seconds=seconds))

    @contextmanager
    def _connection(self, *, read: bool) -> Iterator[Connection]:
        try:
            with (
                self._connect(read=read) as connection,
                connection.begin(),
            ):
                if not read:
                    _wait_for_turn(connection)
                yield connection
        except (OperationalError, InterfaceError, DamagedDatabase) as exc:
            if _is_busy(exc):
                raise LeaseHeld(
                    f"the state database {self.url} stayed busy for {_BUSY_SECONDS} seconds"
                ) from exc
            if isinstance(exc, OperationalError | InterfaceError) or _is_damaged(exc):
                raise TalentwatchError(
                    f"the state database {self.url} failed: {_cause(exc)}"
                ) from exc
            raise

    def _connect(self, *, read: bool) -> Connection:
        connection = self._engine.connect().execution_options(**{_READ: read})
        if read and connection.dialect.name == "postgresql":
            # As SQLite reads: all statements see the state of one moment.
            return connection.execution_options(isolation_level="REPEATABLE READ")
        return connection


def _address(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as exc:
        raise UsageError(_WRONG_URL) from exc


def _shown(address: URL) -> str:
    return address.set(query={}).render_as_string(hide_password=True)


def _prepare_file(address: URL, *, create: bool) -> None:
    if address.get_backend_name() != "sqlite" or address.database in (None, "", ":memory:"):
        return
    path = Path(address.database or "")
    if path.exists():
        return
    if not create:
        raise UsageError(f"there is no state database at {path} yet: nothing was run so far")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise UsageError(f"the folder {path.parent} cannot be made: {exc.strerror}") from exc


def _engine(address: URL) -> Engine:
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True)
    engine = create_engine(address, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would begin transactions by itself and too late; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that writes later fails at once when another one wrote meanwhile;
    # an immediate one waits its turn.
    read = connection.get_execution_options().get(_READ, False)
    connection.exec_driver_sql("BEGIN DEFERRED" if read else "BEGIN IMMEDIATE")


def _wait_for_turn(connection: Connection) -> None:
    """Let one transaction write at a time, as SQLite does; the turn ends with the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})


def _bring_up_to_date(engine: Engine) -> None:
    with engine.connect().execution_options(**{_READ: True}) as connection, connection.begin():
        if _version(connection) == VERSIONS[-1]:
            return
    with engine.connect() as connection, connection.begin():
        _wait_for_turn(connection)
        version = _version(connection)
        if version is not None and version not in VERSIONS:
            raise UsageError(
                f"the state database {_shown(engine.url)} was made by a newer talentwatch"
                f" (its version is {version}, this program knows up to {VERSIONS[-1]}):"
                " install that version, or name another database"
            )
        if version != VERSIONS[-1]:
            # Alembic takes a while to import, and there is nothing to migrate on most days.
            from monitor.migrations import migrate  # noqa: PLC0415

            migrate(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _cause(exc: DBAPIError) -> str:
    return " ".join(str(exc.orig).split()) or type(exc.orig).__name__


def _is_busy(exc: DBAPIError) -> bool:
    return getattr(exc.orig, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _is_damaged(exc: DBAPIError) -> bool:
    return getattr(exc.orig, "sqlite_errorname", "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def tables() -> list[Table]:
    """List the tables that the newest migration leaves, for the test that compares the two."""
    return METADATA.sorted_tables
