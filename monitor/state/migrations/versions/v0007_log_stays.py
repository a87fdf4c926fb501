"""The database refuses to change or delete a row of the log of decisions.

An earlier program works with such a database as before: it only adds rows, too. Its `forget` fails.
"""

from alembic import op

from monitor.state.databases.grow_only import guard

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Guard the log."""
    guard(op.get_bind())
