"""The log of decisions only grows: the database itself refuses to change or delete a row of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, inspect, text

_TABLE = "decisions"
_SAID = "the log of decisions only grows"
_SQLITE = {
    f"{_TABLE}_stay_{change.lower()}": (
        f"CREATE TRIGGER {_TABLE}_stay_{change.lower()} BEFORE {change} ON {_TABLE}"
        f" BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
    )
    for change in ("UPDATE", "DELETE")
}
_POSTGRESQL = (
    (
        f"CREATE OR REPLACE FUNCTION {_TABLE}_stay() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{_SAID}'; END $$"
    ),
    (
        f"CREATE TRIGGER {_TABLE}_stay BEFORE UPDATE OR DELETE ON {_TABLE}"
        f" FOR EACH ROW EXECUTE FUNCTION {_TABLE}_stay()"
    ),
    (
        f"CREATE TRIGGER {_TABLE}_stay_whole BEFORE TRUNCATE ON {_TABLE}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {_TABLE}_stay()"
    ),
)


def guard(connection: Connection) -> None:
    """Let nobody change or delete a row of the log, or empty it, from here on."""
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in _SQLITE.values() if is_sqlite else _POSTGRESQL:
        connection.execute(text(statement))


@contextmanager
def rewritten(connection: Connection) -> Iterator[None]:
    """Let an erasure take a person out of the log, within the open transaction.

    Whatever ends it, the log is guarded again, or the transaction is undone. A state of an older
    version, as in a backup, has no guard and gets none.
    """
    if connection.dialect.name != "sqlite":
        if inspect(connection).has_table(_TABLE):
            connection.execute(text(f"ALTER TABLE {_TABLE} DISABLE TRIGGER USER"))
        yield
        if inspect(connection).has_table(_TABLE):
            connection.execute(text(f"ALTER TABLE {_TABLE} ENABLE TRIGGER USER"))
        return
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    there = {*connection.execute(text(names)).scalars()} & {*_SQLITE}
    for name in sorted(there):
        connection.execute(text(f'DROP TRIGGER "{name}"'))
    yield
    for name in sorted(there):
        connection.execute(text(_SQLITE[name]))
