"""The tables of the state database, as the newest migration leaves them."""

from datetime import UTC, datetime

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no time zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a time zone: it would be stored as another moment."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment in the state database needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment in UTC whatever the database made of it."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


CURSORS = Table(
    "cursors",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("by", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Index(None, "kind"),
    sqlite_autoincrement=True,
)

REVISIONS = Table(
    "revisions",
    METADATA,
    Column("alert", String, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("rule", String, nullable=False),
    Column("group_key", Text, nullable=False),
    Column("known_on", Date, nullable=False),
    Column("status", String, nullable=False),
    Column("said", String, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "rule", "known_on"),
    Index(None, "rule", "group_key", "known_on"),
    Index(None, "rule", "status", "known_on"),
)

ALERT_PEOPLE = Table(
    "alert_people",
    METADATA,
    Column("alert", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("move", String, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "move"),
)

NOTIFICATIONS = Table(
    "notifications",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", String, nullable=False),
    Column("thread", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("group_key", Text, nullable=False),
    Column("alert", String, nullable=False),
    Column("handled", Integer, nullable=False),
    Column("chain", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("message", String),
    Column("suppressed", Text),
    Column("notified_on", Date, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "rule", "group_key"),
    sqlite_autoincrement=True,
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("about", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("next_attempt_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("last_error", Text),
    Column("claimed_by", String),
    Column("claimed_until", Instant),
    Column("thread", String),
    Column("blame", String),
    UniqueConstraint("id"),
    Index(None, "status", "channel", "number"),
    sqlite_autoincrement=True,
)

TAKEN_SNAPSHOTS = Table(
    "taken_snapshots",
    METADATA,
    Column("source", String, primary_key=True),
    Column("observed_on", Date, primary_key=True),
    Column("sha256", String),
    Column("verdict", String),
)

THREADS = Table(
    "threads",
    METADATA,
    Column("channel", String, primary_key=True),
    Column("thread", String, primary_key=True),
    Column("handle", Text, nullable=False),
)

CHANNELS_OFF = Table(
    "channels_off",
    METADATA,
    Column("channel", String, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("why", Text, nullable=False),
)

NOTICES = Table(
    "notices",
    METADATA,
    Column("key", String, primary_key=True),
    Column("notified_on", Date, nullable=False),
    Column("body", Text, nullable=False),
)

RUNS = Table(
    "runs",
    METADATA,
    Column("id", String, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", Text),
    Index(None, "started_at"),
)

LEASES = Table(
    "leases",
    METADATA,
    Column("name", String, primary_key=True),
    Column("process", String, nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("fence", Integer, nullable=False),
)
