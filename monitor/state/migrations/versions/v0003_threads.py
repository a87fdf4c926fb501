"""Threads of messages at a channel, and whether the channel was at fault for a dead letter."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the thread of each message, whose fault its death was, and what channels call threads."""
    op.add_column("outbox", sa.Column("thread", sa.String(), nullable=True))
    op.add_column("outbox", sa.Column("blame", sa.String(), nullable=True))
    op.create_table(
        "threads",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "thread", name="pk_threads"),
    )
