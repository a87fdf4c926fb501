"""The log of decisions only grows: the database itself refuses to change or delete a row of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, inspect, text

_TABLE = "decisions"
_SQLITE = {
    "decisions_stay_update": """
        CREATE TRIGGER decisions_stay_update BEFORE UPDATE ON decisions
        BEGIN SELECT RAISE(ABORT, 'the log of decisions only grows'); END""",
    "decisions_stay_delete": """
        CREATE TRIGGER decisions_stay_delete BEFORE DELETE ON decisions
        BEGIN SELECT RAISE(ABORT, 'the log of decisions only grows'); END""",
}
_LIFTED = (
    "DROP TRIGGER IF EXISTS decisions_stay_update",
    "DROP TRIGGER IF EXISTS decisions_stay_delete",
)
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION decisions_stay() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the log of decisions only grows'; END $$""",
    """
    CREATE TRIGGER decisions_stay BEFORE UPDATE OR DELETE ON decisions
    FOR EACH ROW EXECUTE FUNCTION decisions_stay()""",
    """
    CREATE TRIGGER decisions_stay_whole BEFORE TRUNCATE ON decisions
    FOR EACH STATEMENT EXECUTE FUNCTION decisions_stay()""",
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
            connection.execute(text("ALTER TABLE decisions DISABLE TRIGGER USER"))
        yield
        if inspect(connection).has_table(_TABLE):
            connection.execute(text("ALTER TABLE decisions ENABLE TRIGGER USER"))
        return
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    there = {*connection.execute(text(names)).scalars()} & {*_SQLITE}
    for statement in _LIFTED:
        connection.execute(text(statement))
    yield
    for name in sorted(there):
        connection.execute(text(_SQLITE[name]))
