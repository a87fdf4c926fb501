"""Dead letters: what was given up, how it comes back, and which channels are off."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from monitor.state.tables import CHANNELS_OFF, OUTBOX


class DeliveryStatus(StrEnum):
    """Where a message stands."""

    PENDING = "pending"
    SENT = "sent"
    ACCEPTED = "accepted"
    """Taken by something that passes it on, and does not say whether it arrives."""
    DEAD = "dead"


class Blame(StrEnum):
    """Whose fault it was that a message could not be delivered."""

    MESSAGE = "message"
    """The receiver took others: this one is tried again only if a person asks for it."""
    CHANNEL = "channel"
    """It goes out by itself once the channel takes messages again."""


class DeadLetters:
    """The part of a transaction that gives messages up and brings them back."""

    connection: Connection

    def bury(
        self, channel: str, *, at: datetime, error: str, until: datetime | None = None
    ) -> list[str]:
        """Give up all that waits for a channel that cannot be used; returns the ids.

        Until then none of its dead letters is tried again.
        """
        waiting = (OUTBOX.c.channel == channel) & (OUTBOX.c.status == DeliveryStatus.PENDING)
        query = select(OUTBOX.c.id).where(waiting).order_by(OUTBOX.c.number)
        buried = list(self.connection.execute(query).scalars())
        dead = {"status": DeliveryStatus.DEAD, "blame": Blame.CHANNEL}
        self.connection.execute(
            update(OUTBOX).where(waiting).values(done_at=at, last_error=error, **dead)
        )
        if until is not None:
            resting = update(OUTBOX).where(_blamed(channel))
            self.connection.execute(resting.values(next_attempt_at=until))
        return buried

    def probe(
        self, channel: str, *, at: datetime, due: bool = False, but: Collection[str] = ()
    ) -> str | None:
        """Let the oldest dead letter of a channel at fault be tried; returns its id, if any.

        With `due` only one whose time has come; `but` are left as they are.
        """
        blamed = _blamed(channel) & OUTBOX.c.id.not_in(but)
        if due:
            blamed &= OUTBOX.c.next_attempt_at <= at
        query = select(OUTBOX.c.id).where(blamed).order_by(OUTBOX.c.number).limit(1)
        number: str | None = self.connection.execute(query).scalar()
        if number is not None:
            self._revive(OUTBOX.c.id == number, next_attempt_at=at)
        return number

    def is_failing(self, channel: str) -> bool:
        """Whether something was given up because of a channel, which has taken nothing since."""
        return (
            self.connection.execute(select(OUTBOX.c.id).where(_blamed(channel)).limit(1)).first()
            is not None
        )

    def channels_to_probe(self, *, at: datetime) -> list[str]:
        """List the channels that have a dead letter whose time to be tried has come."""
        query = select(OUTBOX.c.channel).where(_blamed(), OUTBOX.c.next_attempt_at <= at)
        return list(self.connection.execute(query.distinct().order_by(OUTBOX.c.channel)).scalars())

    def follow(self, channel: str, *, at: datetime, but: Collection[str] = ()) -> int:
        """Let go out what was given up because of a channel, now that it takes messages again."""
        return self._revive(_blamed(channel) & OUTBOX.c.id.not_in(but), next_attempt_at=at)

    def forget_messages(self, *, before: datetime) -> int:
        """Forget the messages that were sent or given up before a moment; returns how many.

        What was told to whom is kept elsewhere, so nothing is told again by it.
        """
        settled = OUTBOX.c.status != DeliveryStatus.PENDING
        return self.connection.execute(
            delete(OUTBOX).where(settled, OUTBOX.c.done_at < before)
        ).rowcount

    def revive(self, message: str, *, at: datetime) -> bool:
        """Let a dead message be tried again from the start; whether there was one of that id."""
        return self._revive(OUTBOX.c.id == message, next_attempt_at=at, attempts=0) > 0

    def revive_all(self, channel: str, *, at: datetime) -> int:
        """Let all dead messages of a channel be tried again from the start; returns how many."""
        return self._revive(OUTBOX.c.channel == channel, next_attempt_at=at, attempts=0)

    def turn_off(self, channel: str, *, at: datetime, why: str) -> None:
        """Send nothing more to a channel until it is turned on again."""
        self.turn_on(channel)
        self.connection.execute(insert(CHANNELS_OFF).values(channel=channel, since=at, why=why))

    def turn_on(self, channel: str) -> None:
        """Send to a channel again."""
        self.connection.execute(delete(CHANNELS_OFF).where(CHANNELS_OFF.c.channel == channel))

    def channels_off(self) -> dict[str, str]:
        """Say which channels are off, and why."""
        query = select(CHANNELS_OFF.c.channel, CHANNELS_OFF.c.why).order_by(CHANNELS_OFF.c.channel)
        return {row.channel: row.why for row in self.connection.execute(query)}

    def _revive(self, which: ColumnElement[bool], **values: object) -> int:
        dead = which & (OUTBOX.c.status == DeliveryStatus.DEAD)
        pending = {"status": DeliveryStatus.PENDING, "done_at": None, "blame": None}
        revived = update(OUTBOX).where(dead).values(**pending, **values)
        return self.connection.execute(revived).rowcount


def _blamed(channel: str | None = None) -> ColumnElement[bool]:
    blamed = (OUTBOX.c.status == DeliveryStatus.DEAD) & (OUTBOX.c.blame == Blame.CHANNEL)
    return blamed if channel is None else blamed & (OUTBOX.c.channel == channel)
