"""Texts of a state that are written anew, and a file or database without what was deleted.

Which texts become what is for the caller to say; here every table is gone through, those of an
older version too, and the digests that follow from the texts are made again.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError

from monitor.base.errors import StorageError
from monitor.base.records import Alert
from monitor.state.alerts.alert_people import in_order, people_by_number, read_alerts
from monitor.state.alerts.digests import chain_of, said_by
from monitor.state.databases.connections import cause
from monitor.state.databases.grow_only import rewritten

Texts = Mapping[str, str]
"""The texts of a row, by column."""
Change = Callable[[str, Texts], Texts]
"""Says of the texts of a row of a table what they become; what stays may be left out."""
_REVISIONS, _PEOPLE, _STEPS = "revisions", "alert_people", ("notifications", "told")
_CHUNK = 500


class Erasing:
    """The part of a transaction that writes texts anew."""

    connection: Connection

    def rewrite_texts(self, change: Change) -> int:
        """Write the texts of all tables anew; returns how many rows changed."""
        return _rewrite(self.connection, change)

    def would_change(self, change: Change) -> bool:
        """Whether some text of some table would become another."""
        tables = MetaData()
        tables.reflect(bind=self.connection)
        return any(True for _ in _changes(self.connection, tables, change))


def rewrite_file(path: Path, change: Change) -> int:
    """Write the texts of a copy of a SQLite state anew, whatever its version; returns the rows.

    Raises StorageError where it cannot be.
    """
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
    try:
        with engine.connect() as connection:
            connection.execute(text("PRAGMA secure_delete = ON"))
            changed = _rewrite(connection, change)
            connection.commit()
    except DBAPIError as exc:
        raise StorageError(f"{path} cannot be written: {cause(exc)}") from exc
    finally:
        engine.dispose()
    if changed:
        compact_file(path)
    return changed


def compact_file(path: Path) -> None:
    """Write a SQLite file anew, without the pages of what was deleted, and empty its log."""
    try:
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("VACUUM")
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as exc:
        raise StorageError(f"{path} cannot be written anew: {exc}") from exc
    if busy:
        raise StorageError(
            f"{path} is being read, so that its log keeps what was deleted: stop `talentwatch"
            " serve` and `board`, and do it again"
        )


def compact_database(engine: Engine) -> None:
    """Write the tables of a PostgreSQL state anew, without what was deleted."""
    with engine.connect() as connection:
        tables = MetaData()
        tables.reflect(bind=connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in tables.tables:
            connection.execute(text(f'VACUUM FULL "{name}"'))


def _rewrite(connection: Connection, change: Change) -> int:
    with rewritten(connection):
        return _rewrite_all(connection, change)


def _rewrite_all(connection: Connection, change: Change) -> int:
    tables = MetaData()
    tables.reflect(bind=connection)
    said_before = _said(connection, tables)
    renamed: dict[str, str] = {}
    changed = 0
    for table, this, texts, new in _changes(connection, tables, change):
        if table.name in {_REVISIONS, _PEOPLE}:
            renamed[texts["alert"]] = new.get("alert", texts["alert"])
        connection.execute(update(table).where(*this).values(**new))
        changed += 1
    _renew_said(connection, tables, sorted(renamed.values()))
    _renew_chains(connection, tables, said_before, renamed)
    return changed


def _changes(
    connection: Connection, tables: MetaData, change: Change
) -> Iterator[tuple[Table, list[ColumnElement[bool]], Texts, Texts]]:
    """Each row whose texts change: its table, how it is found, its texts and the new ones."""
    for table in tables.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, String)]
        keys = list(table.primary_key.columns)
        if not columns or not keys:
            continue
        for row in _rows(connection, keys, columns):
            texts = {column.name: row[column.name] for column in columns if row[column.name]}
            new = {
                name: value
                for name, value in change(table.name, texts).items()
                if value != texts[name]
            }
            if new:
                yield table, [key == row[key.name] for key in keys], texts, new


def _rows(
    connection: Connection, keys: list[Column[str]], columns: list[Column[str]]
) -> Iterator[dict[str, str]]:
    """The rows of a table, read before any is changed."""
    wanted = {named.name: named for named in (*keys, *columns)}
    # All keys first: a key may change, and what is written then is not met again.
    rows = connection.execute(select(*keys)).fetchall()
    for start in range(0, len(rows), _CHUNK):
        for key in rows[start : start + _CHUNK]:
            this = [column == value for column, value in zip(keys, key, strict=True)]
            row = connection.execute(select(*wanted.values()).where(*this)).mappings().first()
            if row is not None:
                yield dict(row)


def _renew_said(connection: Connection, tables: MetaData, alerts: list[str]) -> None:
    """Put the people of some alerts in their order again, and digest what the revisions say."""
    table = tables.tables.get(_REVISIONS)
    if table is None or "said" not in table.columns:
        return
    for alert in alerts:
        query = select(table.c.revision, table.c.body).where(table.c.alert == alert)
        rows = connection.execute(query.order_by(table.c.revision)).fetchall()
        bodies = [body for _, body in rows]
        try:
            if _PEOPLE in tables.tables:
                bodies = in_order(bodies, people_by_number(connection, alert))
                read = list(read_alerts(connection, bodies))
            else:
                read = [msgspec.json.decode(body, type=Alert) for body in bodies]
        except msgspec.MsgspecError:  # of an older version, whose bodies were others
            continue
        for (revision, _), body, stored in zip(rows, bodies, read, strict=True):
            this = (table.c.alert == alert) & (table.c.revision == revision)
            connection.execute(update(table).where(this).values(body=body, said=said_by(stored)))


def _said(connection: Connection, tables: MetaData) -> dict[str, list[str]]:
    table = tables.tables.get(_REVISIONS)
    texts: dict[str, list[str]] = defaultdict(list)
    if table is not None and "said" in table.columns:
        query = select(table.c.alert, table.c.said).order_by(table.c.alert, table.c.revision)
        for alert, said in connection.execute(query):
            texts[alert].append(said)
    return texts


def _renew_chains(
    connection: Connection,
    tables: MetaData,
    before: Mapping[str, list[str]],
    renamed: Mapping[str, str],
) -> None:
    """Digest again what channels know of, where it is what the ledger said before."""
    now = _said(connection, tables)
    for name in _STEPS:
        table = tables.tables.get(name)
        if table is None or "chain" not in table.columns:
            continue
        former = {new: old for old, new in renamed.items()}
        for number, alert, handled, chain in connection.execute(
            select(table.c.id, table.c.alert, table.c.handled, table.c.chain)
        ).fetchall():
            old = before.get(former.get(alert, alert), [])[:handled]
            if chain == chain_of(old) and old != now.get(alert, [])[:handled]:
                renewed = chain_of(now.get(alert, [])[:handled])
                connection.execute(update(table).where(table.c.id == number).values(chain=renewed))
