"""The people of an alert are kept once, and its revisions and notifications name them by number.

Every row is kept. There is no way back but a copy of the state: an earlier program does not know
the numbers. Of an SQLite database the program keeps a copy by itself, beside it.
"""

from collections.abc import Iterator

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_AT_ONCE = 100
_LISTS = ("people", "possible_people", "left_out")
_PEOPLE = sa.table(
    "alert_people",
    sa.column("alert", sa.String),
    sa.column("number", sa.Integer),
    sa.column("move", sa.String),
    sa.column("body", sa.Text),
)
_TABLES = {
    "revisions": ("alert", "revision"),
    "notifications": ("id",),
}
"""The tables whose rows hold an alert, and what tells their rows apart."""


def upgrade() -> None:
    """Put the people of every alert into a table of their own."""
    op.create_table(
        "alert_people",
        sa.Column("alert", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("move", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("alert", "number", name="pk_alert_people"),
    )
    op.create_index("ix_alert_people_move", "alert_people", ["move"])
    connection = op.get_bind()
    tables = {
        name: sa.table(name, *(sa.column(column) for column in {"alert", "body", *keys}))
        for name, keys in _TABLES.items()
    }
    for alerts in _alerts(connection, tables):
        numbers: dict[str, dict[str, int]] = {alert: {} for alert in alerts}
        moves: dict[tuple[str, int], str] = {}
        for name, table in tables.items():
            _rewrite(connection, table, _TABLES[name], numbers, moves)
        rows = [
            {"alert": alert, "number": number, "move": moves[alert, number], "body": body}
            for alert, of_alert in numbers.items()
            for body, number in of_alert.items()
        ]
        if rows:
            connection.execute(sa.insert(_PEOPLE), rows)


def _alerts(connection: sa.Connection, tables: dict[str, sa.TableClause]) -> Iterator[list[str]]:
    """Yield the ids of all alerts, some at a time: their people are held until they are written."""
    named = sa.union(*(sa.select(table.c.alert) for table in tables.values()))
    alerts = list(connection.execute(named).scalars())
    for start in range(0, len(alerts), _AT_ONCE):
        yield alerts[start : start + _AT_ONCE]


def _rewrite(
    connection: sa.Connection,
    table: sa.TableClause,
    keys: tuple[str, ...],
    numbers: dict[str, dict[str, int]],
    moves: dict[tuple[str, int], str],
) -> None:
    """Put numbers in the place of people in the rows of some alerts, row by row."""
    of_alerts = table.c.alert.in_(list(numbers))
    columns = [table.c[key] for key in keys]
    # Their keys first: a table that is read is not to change meanwhile.
    rows = connection.execute(sa.select(table.c.alert, *columns).where(of_alerts)).all()
    for alert, *key in rows:
        this = sa.and_(*(column == value for column, value in zip(columns, key, strict=True)))
        body = connection.execute(sa.select(table.c.body).where(this)).scalar_one()
        content = msgspec.json.decode(body)
        for name in _LISTS:
            content[name] = [
                _number(numbers[alert], moves, alert, person) for person in content.get(name, ())
            ]
        rewritten = msgspec.json.encode(content).decode()
        connection.execute(sa.update(table).where(this).values(body=rewritten))


def _number(
    numbers: dict[str, int], moves: dict[tuple[str, int], str], alert: str, person: dict[str, str]
) -> int:
    body = msgspec.json.encode(person).decode()
    number = numbers.setdefault(body, len(numbers) + 1)
    moves[alert, number] = person["move"]
    return number
