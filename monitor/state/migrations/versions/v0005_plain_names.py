"""Plain names: the notification log, who holds a lease, what is muted; every row is kept.

Copy the state first (`talentwatch backup`): there is no way back but that copy, because an earlier
program does not know these names. Of an SQLite database the program keeps one by itself, beside it.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rename tables, columns and the names of small facts."""
    op.rename_table("told", "notifications")
    op.execute("ALTER TABLE notifications RENAME COLUMN told_on TO notified_on")
    op.execute("ALTER TABLE notices RENAME COLUMN told_on TO notified_on")
    op.execute("ALTER TABLE leases RENAME COLUMN holder TO process")
    _rename_index()
    op.execute("UPDATE cursors SET name = 'muted' WHERE name = 'quieted'")
    op.execute(
        "UPDATE cursors SET name = 'fingerprint' || substr(name, 6)"
        " WHERE name = 'quiet' OR name LIKE 'quiet:%'"
    )
    _rename_in_failures()


def _rename_index() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_told RENAME TO pk_notifications")
        op.execute("ALTER INDEX ix_told_rule_group_key RENAME TO ix_notifications_rule_group_key")
        op.execute("ALTER SEQUENCE told_id_seq RENAME TO notifications_id_seq")
        return
    op.drop_index("ix_told_rule_group_key", "notifications")
    op.create_index("ix_notifications_rule_group_key", "notifications", ["rule", "group_key"])


def _rename_in_failures() -> None:
    """What failed at its last try says of which errors the operators were notified."""
    cursors = sa.table("cursors", sa.column("name", sa.String), sa.column("value", sa.Text))
    bind = op.get_bind()
    query = sa.select(cursors.c.name, cursors.c.value).where(cursors.c.name.startswith("failing:"))
    for name, value in bind.execute(query).all():
        case = json.loads(value)
        if "told" in case:
            case["notified"] = case.pop("told")
            renamed = sa.update(cursors).where(cursors.c.name == name)
            bind.execute(renamed.values(value=json.dumps(case)))
