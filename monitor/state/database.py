"""Opening the state database and taking transactions on it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, Table, func, inspect, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from monitor.base.errors import LeaseHeld, StorageError, TalentwatchError, UsageError
from monitor.base.settings import Secret
from monitor.state import leases
from monitor.state.databases.backups import copy_state
from monitor.state.databases.connections import (
    BUSY_SECONDS,
    READ,
    WRONG_URL,
    address_of,
    cause,
    engine_of,
    is_busy,
    lock_for_writing,
    prepare_file,
    read_isolated,
    shown,
    shrink,
)
from monitor.state.erasing import compact_database, compact_file
from monitor.state.leases import Lease
from monitor.state.tables import METADATA
from monitor.state.transactions import Transaction

VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
"""The migrations this program knows, oldest first; the last one is what it works with."""


class State:
    """The state database, opened at the program's version."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held: tuple[Lease, ...] = ()

    @classmethod
    def open(
        cls,
        url: str | Secret,
        *,
        create: bool = True,
        begin: Callable[[Transaction], None] = lambda _: None,
    ) -> Self:
        """Open the database at a URL, bringing an older one to the program's version.

        `begin` is called in the transaction that gives an empty database its tables: what it raises
        leaves the database empty. Raises UsageError if the URL is wrong, the database cannot be
        reached (the message names the URL without its password), was made by a newer program, or is
        not there and may not be made.
        """
        address = address_of(url if isinstance(url, str) else url.reveal())
        prepare_file(address, create=create)
        with ExitStack() as opened:
            try:
                engine = engine_of(address)
                opened.callback(engine.dispose)
                _bring_up_to_date(engine, begin)
            except ArgumentError as exc:
                raise UsageError(WRONG_URL) from exc
            except ModuleNotFoundError as exc:
                raise UsageError(f"the state database {shown(address)} needs {exc.name}") from exc
            except DBAPIError as exc:
                raise UsageError(
                    f"the state database {shown(address)} cannot be opened: {cause(exc)}"
                ) from exc
            opened.pop_all()
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
        return shown(self._engine.url)

    @property
    def server_time(self) -> datetime | None:
        """The clock that all machines on one database share; None where it is this machine's."""
        if self._engine.dialect.name != "postgresql":
            return None
        with self._connection(read=True) as connection:
            moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)

    @contextmanager
    def transaction(self, *, exclusive: bool = True) -> Iterator[Transaction]:
        """Read and write in one transaction: committed at the end, rolled back on any error.

        Out of turn is for claiming and settling single messages: PostgreSQL locks their rows, so a
        delivery need not wait for a cycle that writes. SQLite knows turns only. Raises LeaseHeld if
        the database stays busy, or if a lease held here was taken over.
        """
        with self._connection(read=False, exclusive=exclusive) as connection:
            for lease in self._held:
                leases.check(connection, lease)
            yield Transaction(connection)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Read one consistent picture without waiting for a run that writes."""
        with self._connection(read=True) as connection:
            yield Transaction(connection)

    def compact(self) -> None:
        """Write the database anew, so that no byte of what was deleted stays in it.

        Raises StorageError where somebody reads a SQLite file meanwhile, whose log then keeps it.
        """
        if self._engine.dialect.name == "postgresql":
            compact_database(self._engine)
        elif (place := self._engine.url.database) not in {None, "", ":memory:"}:
            self._engine.dispose()
            compact_file(Path(place or ""))

    @contextmanager
    def lease(
        self,
        name: str,
        *,
        process: str,
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
                connection, name, process=process, now=now, seconds=seconds, is_gone=is_gone
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
    def _connection(self, *, read: bool, exclusive: bool = True) -> Iterator[Connection]:
        try:
            with (
                self._connect(read=read) as connection,
                connection.begin(),
            ):
                if not read and exclusive:
                    lock_for_writing(connection)
                yield connection
        except DBAPIError as exc:
            if is_busy(exc):
                raise LeaseHeld(
                    f"the state database {self.url} stayed busy for {BUSY_SECONDS} seconds"
                ) from exc
            raise StorageError(f"the state database {self.url} failed: {cause(exc)}") from exc

    def _connect(self, *, read: bool) -> Connection:
        connection = self._engine.connect().execution_options(**{READ: read})
        return read_isolated(connection) if read else connection


def _bring_up_to_date(engine: Engine, begin: Callable[[Transaction], None]) -> None:
    with engine.connect().execution_options(**{READ: True}) as connection, connection.begin():
        if _version(connection) == VERSIONS[-1]:
            return
    with engine.connect() as connection, connection.begin():
        lock_for_writing(connection)
        version = _version(connection)
        if version is not None and version not in VERSIONS:
            raise UsageError(
                f"the state database {shown(engine.url)} was made by a newer talentwatch"
                f" (its version is {version}, this program knows up to {VERSIONS[-1]}):"
                " install that version, or name another database"
            )
        if version != VERSIONS[-1]:
            # Alembic takes a while to import, and there is nothing to migrate on most days.
            from monitor.state.migrations import migrate  # noqa: PLC0415

            if version is not None and engine.url.get_backend_name() == "sqlite":
                place = Path(engine.url.database or "")
                copy_state(place, place.with_name(f"{place.name}.version-{version}"))
            migrate(connection)
            if version is None:
                begin(Transaction(connection))
    if version not in {None, VERSIONS[-1]}:
        shrink(engine)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def tables() -> list[Table]:
    """List the tables that the newest migration leaves, for the test that compares the two."""
    return METADATA.sorted_tables
