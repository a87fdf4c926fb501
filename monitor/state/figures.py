"""Figures for whoever watches: counted by the database, without reading a single alert."""

from datetime import datetime

from sqlalchemy import Connection, exists, func, select

from monitor.base.records import AlertStatus
from monitor.state.leases import Held
from monitor.state.outgoing.dead_letters import DeliveryStatus
from monitor.state.tables import LEASES, OUTBOX, REVISIONS, RUNS


class Figures:
    """The part of a transaction that counts."""

    connection: Connection

    def open_alerts(self) -> dict[str, int]:
        """Count the alerts that are open, by rule."""
        later = REVISIONS.alias()
        superseded = (later.c.alert == REVISIONS.c.alert) & (
            later.c.revision > REVISIONS.c.revision
        )
        query = (
            select(REVISIONS.c.rule, func.count())
            .where(REVISIONS.c.status == AlertStatus.OPEN, ~exists().where(superseded))
            .group_by(REVISIONS.c.rule)
        )
        return {rule: count for rule, count in self.connection.execute(query)}  # noqa: C416 -- dict() of rows is untyped

    def waiting_since(self) -> dict[str, datetime]:
        """Say of each channel that something waits for when the oldest of it was written."""
        query = (
            select(OUTBOX.c.channel, func.min(OUTBOX.c.created_at, type_=OUTBOX.c.created_at.type))
            .where(OUTBOX.c.status == DeliveryStatus.PENDING)
            .group_by(OUTBOX.c.channel)
        )
        return {channel: since for channel, since in self.connection.execute(query)}  # noqa: C416 -- as above

    def retries(self) -> dict[str, int]:
        """Count, by channel, the tries after the first one of the messages that are kept."""
        query = (
            select(OUTBOX.c.channel, func.sum(OUTBOX.c.attempts - 1))
            .where(OUTBOX.c.attempts > 1)
            .group_by(OUTBOX.c.channel)
        )
        return {channel: int(tries) for channel, tries in self.connection.execute(query)}

    def last_run(self) -> datetime | None:
        """Say when the last run ended."""
        query = select(func.max(RUNS.c.finished_at, type_=RUNS.c.finished_at.type))
        ended: datetime | None = self.connection.execute(query).scalar()
        return ended

    def leases(self) -> list[Held]:
        """List the leases that were not given back."""
        query = select(LEASES).where(LEASES.c.expires_at > LEASES.c.taken_at)
        return [
            Held(
                name=row.name,
                holder=row.process,
                taken_at=row.taken_at,
                expires_at=row.expires_at,
            )
            for row in self.connection.execute(query.order_by(LEASES.c.name))
        ]
