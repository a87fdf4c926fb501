"""What was told to which channel, and the outbox of what is still to be sent."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, or_, select, update

from monitor.base.records import Alert
from monitor.state.alerts.alert_people import (
    AT_ONCE,
    read_alerts,
    read_without_people,
    store_people,
)
from monitor.state.alerts.encoding import Group, encoded
from monitor.state.alerts.ledger import by_rule
from monitor.state.outgoing.dead_letters import Blame, DeliveryStatus
from monitor.state.outgoing.notifications import (
    Delivery,
    Notification,
    NotificationHeader,
    Outgoing,
    delivery_of,
    notification_of,
    notification_row,
)
from monitor.state.tables import NOTIFICATIONS, OUTBOX, THREADS

DELIVERY_STATUSES = tuple(DeliveryStatus)


_HEADER_FIELDS = [field.name for field in fields(NotificationHeader)]


class Outbox:
    """The part of a transaction that reads and writes the told-table and the outbox."""

    connection: Connection

    def notifications(self, rules: Sequence[str] | None = None) -> list[Notification]:
        """List what was told about the alerts of some rules, or of all, in order."""
        query = select(NOTIFICATIONS).order_by(NOTIFICATIONS.c.id)
        if rules is not None:
            query = query.where(NOTIFICATIONS.c.rule.in_(rules))
        return self._read_notifications(query)

    def steps(
        self,
        *,
        rules: Sequence[str] | None = None,
        alerts: Sequence[str] | None = None,
        beginning: str | None = None,
    ) -> Iterator[Notification]:
        """Yield what was told about some rules, some alerts or all, in order, without people.

        `beginning` is how the id of an alert begins, or the one that it had in its thread.
        """
        query = select(NOTIFICATIONS).order_by(NOTIFICATIONS.c.id)
        if rules is not None:
            query = query.where(NOTIFICATIONS.c.rule.in_(rules))
        if alerts is not None:
            query = query.where(NOTIFICATIONS.c.alert.in_(alerts))
        if beginning is not None:
            columns = (NOTIFICATIONS.c.alert, NOTIFICATIONS.c.thread)
            query = query.where(
                or_(*(column.startswith(beginning, autoescape=True) for column in columns))
            )
        yield from self._steps(query)

    def untold(self) -> Iterator[Notification]:
        """Yield the last step of each thread in which a channel was told nothing, in order.

        Their alerts are without people.
        """
        threads = select(func.max(NOTIFICATIONS.c.id)).group_by(
            NOTIFICATIONS.c.rule, NOTIFICATIONS.c.channel, NOTIFICATIONS.c.thread
        )
        last = threads.having(func.count(NOTIFICATIONS.c.message) == 0)
        notified = select(NOTIFICATIONS.c.alert).where(NOTIFICATIONS.c.message.is_not(None))
        query = select(NOTIFICATIONS).where(
            NOTIFICATIONS.c.id.in_(last), NOTIFICATIONS.c.alert.not_in(notified)
        )
        yield from self._steps(query.order_by(NOTIFICATIONS.c.id))

    def notification_headers(self, groups: Iterable[Group]) -> list[NotificationHeader]:
        """List the steps about the alerts of some groups, in order, without those alerts."""
        columns = (
            NOTIFICATIONS.c.id,
            NOTIFICATIONS.c.channel,
            NOTIFICATIONS.c.thread,
            NOTIFICATIONS.c.rule,
            NOTIFICATIONS.c.group_key,
        )
        rows = [
            NotificationHeader(**dict(zip(_HEADER_FIELDS, row, strict=True)))
            for rule, keys in by_rule(groups)
            for row in self.connection.execute(
                select(
                    *columns,
                    NOTIFICATIONS.c.alert,
                    NOTIFICATIONS.c.message,
                    NOTIFICATIONS.c.suppressed,
                ).where(NOTIFICATIONS.c.rule == rule, NOTIFICATIONS.c.group_key.in_(keys))
            )
        ]
        return sorted(rows, key=lambda step: step.number)

    def notified_groups(self, rule: str) -> list[Group]:
        """List the groups of a rule of whose alerts some channel was told, or not told and why."""
        query = select(NOTIFICATIONS.c.group_key).where(NOTIFICATIONS.c.rule == rule).distinct()
        return [(rule, key) for key in self.connection.execute(query).scalars()]

    def notifications_numbered(self, numbers: Sequence[int]) -> dict[int, Notification]:
        """Read some steps with their alerts, by number."""
        notifications: dict[int, Notification] = {}
        for start in range(0, len(numbers), AT_ONCE):
            some = sorted({*numbers[start : start + AT_ONCE]})
            query = select(NOTIFICATIONS).where(NOTIFICATIONS.c.id.in_(some))
            read = self._read_notifications(query.order_by(NOTIFICATIONS.c.id))
            notifications |= zip(some, read, strict=True)
        return notifications

    def stored_bodies(self, alerts: Sequence[Alert]) -> list[str]:
        """Keep the people of some alerts; return what notifications of these alerts store."""
        return list(store_people(self.connection, alerts))

    def record_stored(self, notifications: Sequence[tuple[Notification, str]]) -> None:
        """Write down what was told, or not and why, each with what `stored_bodies` returned."""
        rows = [notification_row(step, body) for step, body in notifications]
        if rows:
            self.connection.execute(insert(NOTIFICATIONS), rows)

    def enqueue(self, messages: Sequence[Outgoing], *, at: datetime) -> None:
        """Put messages into the outbox, due at once; one that is there already stays as it is."""
        existing = self._existing([message.id for message in messages])
        rows = [
            {
                "id": message.id,
                "channel": message.channel,
                "about": message.about,
                "body": encoded(message.body),
                "status": DeliveryStatus.PENDING,
                "attempts": 0,
                "created_at": at,
                "next_attempt_at": at,
                "thread": message.thread,
            }
            for message in messages
            if message.id not in existing
        ]
        if rows:
            self.connection.execute(insert(OUTBOX), rows)

    def next_pending(self, channel: str) -> Delivery | None:
        """Read the oldest message that waits for a channel, due or not."""
        query = (
            select(OUTBOX)
            .where(OUTBOX.c.status == DeliveryStatus.PENDING, OUTBOX.c.channel == channel)
            .order_by(OUTBOX.c.number)
            .limit(1)
        )
        row = self.connection.execute(query).first()
        return None if row is None else delivery_of(row)

    def claim(
        self,
        message: str,
        *,
        process: str,
        now: datetime,
        seconds: int,
        is_gone: Callable[[str], bool] = lambda _: False,
    ) -> bool:
        """Reserve a waiting message for so long; whether it is ours to send now.

        It is not while another has claimed it, unless `is_gone` says that this one has ended, and
        not once it is settled.
        """
        waiting = (OUTBOX.c.id == message) & (OUTBOX.c.status == DeliveryStatus.PENDING)
        query = select(OUTBOX.c.claimed_by, OUTBOX.c.claimed_until).where(waiting)
        row = self.connection.execute(query.with_for_update(skip_locked=True)).first()
        if row is None:
            return False
        until = now + timedelta(seconds=seconds)
        # A claim that lasts longer than any does was written before the clock was set back.
        held = row.claimed_until is not None and now < row.claimed_until <= until
        if held and not is_gone(row.claimed_by):
            return False
        self.connection.execute(
            update(OUTBOX).where(waiting).values(claimed_by=process, claimed_until=until)
        )
        return True

    def release(self, message: str) -> None:
        """Give a claim back."""
        mine = update(OUTBOX).where(OUTBOX.c.id == message)
        self.connection.execute(mine.values(claimed_by=None, claimed_until=None))

    def pending(self, channel: str) -> int:
        """Count the messages that wait for a channel."""
        query = select(func.count()).where(
            OUTBOX.c.status == DeliveryStatus.PENDING, OUTBOX.c.channel == channel
        )
        return self.connection.execute(query).scalar_one()

    def waiting_channels(self) -> list[str]:
        """List the channels that messages wait for."""
        query = select(OUTBOX.c.channel).where(OUTBOX.c.status == DeliveryStatus.PENDING)
        return list(self.connection.execute(query.distinct().order_by(OUTBOX.c.channel)).scalars())

    def pending_failures(self) -> list[Delivery]:
        """List the messages that were tried, failed and wait for their next try, oldest first."""
        query = select(OUTBOX).order_by(OUTBOX.c.number)
        tried = (OUTBOX.c.status == DeliveryStatus.PENDING) & OUTBOX.c.last_error.is_not(None)
        return [delivery_of(row) for row in self.connection.execute(query.where(tried))]

    def deliveries(  # noqa: PLR0913 -- the columns of the outbox that are asked for
        self,
        *,
        status: DeliveryStatus | None = None,
        channel: str | None = None,
        messages: Sequence[str] | None = None,
        since: datetime | None = None,
        before: int | None = None,
        limit: int = 1000,
    ) -> list[Delivery]:
        """List the newest messages of the outbox, newest first; `messages` names their ids.

        `before` is the number of a message: only older ones are wanted.
        """
        query = select(OUTBOX).order_by(OUTBOX.c.number.desc()).limit(limit)
        if status is not None:
            query = query.where(OUTBOX.c.status == status)
        if channel is not None:
            query = query.where(OUTBOX.c.channel == channel)
        if messages is not None:
            query = query.where(OUTBOX.c.id.in_(messages))
        if since is not None:
            query = query.where(OUTBOX.c.created_at >= since)
        if before is not None:
            query = query.where(OUTBOX.c.number < before)
        return [delivery_of(row) for row in self.connection.execute(query)]

    def messages_about(self, alert: str) -> list[str]:
        """List the ids of the messages that told of an alert, alone or with others."""
        named = select(OUTBOX.c.id).where(OUTBOX.c.about == alert)
        notified = select(NOTIFICATIONS.c.message).where(
            NOTIFICATIONS.c.thread == alert, NOTIFICATIONS.c.message.is_not(None)
        )
        return list(self.connection.execute(named.union(notified)).scalars())

    def alerts_in(self, messages: Sequence[str]) -> dict[str, list[str]]:
        """List which alerts each of these messages told of; a digest tells of many."""
        alerts: dict[str, list[str]] = {}
        for start in range(0, len(messages), 500):
            some = NOTIFICATIONS.c.message.in_(messages[start : start + 500])
            query = (
                select(NOTIFICATIONS.c.message, NOTIFICATIONS.c.alert)
                .where(some)
                .order_by(NOTIFICATIONS.c.id)
            )
            for message, alert in self.connection.execute(query):
                alerts.setdefault(message, []).append(alert)
        return alerts

    def troubles(self) -> dict[str, str]:
        """Say of each channel that something waits for why it does, as of the oldest message."""
        query = (
            select(OUTBOX.c.channel, OUTBOX.c.last_error)
            .where(OUTBOX.c.status == DeliveryStatus.PENDING, OUTBOX.c.last_error.is_not(None))
            .order_by(OUTBOX.c.number.desc())
        )
        return {row.channel: row.last_error for row in self.connection.execute(query)}

    def depth(self) -> dict[str, dict[str, int]]:
        """Count the messages of the outbox by channel and status."""
        query = select(OUTBOX.c.channel, OUTBOX.c.status, func.count()).group_by(
            OUTBOX.c.channel, OUTBOX.c.status
        )
        counts: dict[str, dict[str, int]] = {}
        for channel, status, count in self.connection.execute(query):
            counts.setdefault(channel, dict.fromkeys(DELIVERY_STATUSES, 0))[status] = count
        return dict(sorted(counts.items()))

    def mark_sent(self, message: str, *, at: datetime, accepted: bool = False) -> None:
        """Write down that a channel took a message, or only accepted it to pass it on."""
        status = DeliveryStatus.ACCEPTED if accepted else DeliveryStatus.SENT
        self._mark(message, status=status, done_at=at, last_error=None)

    def mark_deferred(
        self, message: str, *, until: datetime, error: str, counts: bool = True
    ) -> None:
        """Write down that a message is tried again, when, and what went wrong.

        A try that does not count costs it none.
        """
        tries = OUTBOX.c.attempts + (1 if counts else 0)
        self._mark(message, next_attempt_at=until, last_error=error, attempts=tries)

    def mark_blocked(self, message: str, *, error: str) -> None:
        """Write down why a message was not even tried; that costs it no try."""
        self._mark(message, last_error=error, attempts=OUTBOX.c.attempts)

    def mark_dead(
        self, message: str, *, at: datetime, error: str, until: datetime | None = None
    ) -> None:
        """Write down that a message is given up, and why.

        Where its channel is at fault, `until` is when it may be tried again to see how that is.
        """
        values: dict[str, object] = {"blame": Blame.MESSAGE}
        if until is not None:
            values = {"blame": Blame.CHANNEL, "next_attempt_at": until}
        self._mark(message, status=DeliveryStatus.DEAD, done_at=at, last_error=error, **values)

    def handle(self, channel: str, thread: str) -> str | None:
        """Say what a channel called the first message of a thread, if it did."""
        query = select(THREADS.c.handle).where(
            THREADS.c.channel == channel, THREADS.c.thread == thread
        )
        return self.connection.execute(query).scalar()

    def keep_handle(self, channel: str, thread: str, handle: str) -> None:
        """Write down what a channel calls a thread, in the place of what it was called before."""
        this = (THREADS.c.channel == channel) & (THREADS.c.thread == thread)
        self.connection.execute(delete(THREADS).where(this))
        self.connection.execute(
            insert(THREADS).values(channel=channel, thread=thread, handle=handle)
        )

    def _steps(self, query: Select[Any]) -> Iterator[Notification]:
        """Read notifications some at a time, with alerts without people."""
        with self.connection.execute(query, execution_options={"yield_per": AT_ONCE}) as rows:
            for row in rows:
                yield notification_of(row, read_without_people(row.body))

    def _read_notifications(self, query: Select[Any]) -> list[Notification]:
        rows = self.connection.execute(query).all()
        alerts = read_alerts(self.connection, (row.body for row in rows))
        return [notification_of(row, alert) for row, alert in zip(rows, alerts, strict=True)]

    def _mark(self, message: str, **values: object) -> None:
        # A message that another process has settled meanwhile is left as it is.
        waiting = (OUTBOX.c.id == message) & (OUTBOX.c.status == DeliveryStatus.PENDING)
        self.connection.execute(
            update(OUTBOX)
            .where(waiting)
            .values(
                **{
                    "attempts": OUTBOX.c.attempts + 1,
                    "claimed_by": None,
                    "claimed_until": None,
                    **values,
                }
            )
        )

    def _existing(self, ids: Sequence[str]) -> set[str]:
        existing: set[str] = set()
        for start in range(0, len(ids), 500):
            some = select(OUTBOX.c.id).where(OUTBOX.c.id.in_(ids[start : start + 500]))
            existing.update(self.connection.execute(some).scalars())
        return existing
