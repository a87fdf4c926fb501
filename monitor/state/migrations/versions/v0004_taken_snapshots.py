"""Which snapshots the ledger rests on, and which watch a database is of."""

import json
import re
import secrets
from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SNAPSHOT = re.compile(r"([a-z0-9][a-z0-9_-]{0,63}):(\d{4}-\d{2}-\d{2})")


def upgrade() -> None:
    """Add the snapshots that were taken in, as far as the ledger names them, and an identity."""
    taken = op.create_table(
        "taken_snapshots",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("source", "observed_on", name="pk_taken_snapshots"),
    )
    connection = op.get_bind()
    basis = connection.execute(
        sa.text("SELECT value FROM cursors WHERE name = 'basis'")
    ).scalar_one_or_none()
    # Their checksums are not known; the next run adds them.
    rows = [{"source": source, "observed_on": day} for source, day in _snapshots(basis)]
    if rows:
        connection.execute(sa.insert(taken), rows)
    connection.execute(
        sa.text("INSERT INTO cursors (name, value) VALUES ('watch', :id)"),
        {"id": secrets.token_hex(8)},
    )


def _snapshots(basis: str | None) -> Iterator[tuple[str, date]]:
    """Read the snapshots that the ledger was derived from."""
    for key in json.loads(basis)["judged"] if basis else ():
        match = _SNAPSHOT.fullmatch(key)
        if match is not None:
            yield match[1], date.fromisoformat(match[2])
