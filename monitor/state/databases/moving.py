"""A state that moves into another database: every row is copied, or none."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, Table, delete, func, insert, select, text

from monitor.base.errors import LeaseHeld, StorageError, UsageError
from monitor.state.database import State
from monitor.state.tables import CURSORS, LEASES, METADATA, OUTBOX
from monitor.state.taken import WATCH

_CHUNK = 1000


def copy_rows(source: State, target: State, *, now: datetime) -> Mapping[str, int]:
    """Copy every row of a state into an empty one; return how many by table.

    Leases stay behind, for they are of processes that work with the source. Raises UsageError,
    and copies nothing, if the target is not empty; LeaseHeld while a message is on its way.
    """
    with source.reading() as old, target.transaction() as new:
        filled = [table.name for table in METADATA.sorted_tables if _is_used(new.connection, table)]
        if filled:
            raise UsageError(
                f"{target.url} is not empty: {', '.join(filled)} have rows; name a new database"
            )
        on_their_way = select(OUTBOX.c.channel).where(OUTBOX.c.claimed_until > now)
        channel = old.connection.execute(on_their_way).scalars().first()
        if channel is not None:
            raise LeaseHeld(f"a message to {channel} is on its way: try again in a minute")
        new.connection.execute(delete(CURSORS))
        tables = [table for table in METADATA.sorted_tables if table is not LEASES]
        return {table.name: _copied(old.connection, new.connection, table) for table in tables}


def _is_used(connection: Connection, table: Table) -> bool:
    """Whether a table has a row that a migration did not put there."""
    rows = select(table).limit(1)
    if table is CURSORS:
        rows = rows.where(CURSORS.c.name != WATCH)
    return connection.execute(rows).first() is not None


def _copied(old: Connection, new: Connection, table: Table) -> int:
    for rows in _chunks(old, table):
        new.execute(insert(table), rows)
    _count_on(new, table)
    counts = [
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for connection in (old, new)
    ]
    if counts[0] != counts[1]:
        raise StorageError(f"of {counts[0]} rows of {table.name} {counts[1]} arrived")
    return int(counts[1])


def _chunks(connection: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    ordered = select(table).order_by(*table.primary_key.columns)
    result = connection.execution_options(yield_per=_CHUNK).execute(ordered)
    for rows in result.mappings().partitions(_CHUNK):
        yield [dict(row) for row in rows]


def _count_on(connection: Connection, table: Table) -> None:
    """Let new rows have numbers after those that were copied; SQLite sees to that by itself."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        if column.autoincrement is True:
            greatest = connection.execute(select(func.max(column))).scalar()
            if greatest is not None:
                sequence = text("SELECT setval(pg_get_serial_sequence(:name, :number), :greatest)")
                named = {"name": table.name, "number": column.name, "greatest": greatest}
                connection.execute(sequence, named)
