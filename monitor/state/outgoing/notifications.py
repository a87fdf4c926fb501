"""A notification, a message and its delivery: the records of the outbox, and their rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from sqlalchemy import Row

from monitor.base.records import Alert, Json, Reason
from monitor.state.alerts.encoding import group_key
from monitor.state.outgoing.dead_letters import Blame, DeliveryStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One step in what a channel was told about one alert; the last one of a thread holds."""

    channel: str
    thread: str
    """The id of the alert when the channel first met it; it stays when the alert gets another."""
    alert: Alert
    """The alert as it stood in the ledger at this step."""
    handled: int
    """How many revisions of the alert had been dealt with after this step."""
    chain: str
    """A digest of those revisions, in order: it tells whether the ledger merely went on."""
    reason: Reason
    message: str | None
    """The id of the message that said it; None if nothing was said."""
    suppressed: str | None
    """Why nothing was said; None if it was said, or if there was nothing new to say."""
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationHeader:
    """A notification without the alert that it was about."""

    number: int
    channel: str
    thread: str
    rule: str
    group: str
    """The key of the group."""
    alert: str
    message: str | None
    suppressed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message to put into the outbox."""

    id: str
    channel: str
    about: str
    """The alert id, or the key of the notice."""
    body: Mapping[str, Json]
    thread: str | None = None
    """What all messages to the channel about one alert have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message of the outbox, and how its delivery goes."""

    number: int
    id: str
    channel: str
    about: str
    body: Mapping[str, Json]
    status: DeliveryStatus
    attempts: int
    created_at: datetime
    next_attempt_at: datetime
    done_at: datetime | None
    """When it was sent or given up."""
    last_error: str | None
    thread: str | None = None
    blame: Blame | None = None
    """Whose fault it is that the message is dead."""


def notification_row(notification: Notification, body: str) -> dict[str, object]:
    """Return a notification as a row of its table, with its alert as it is stored."""
    return {
        "channel": notification.channel,
        "thread": notification.thread,
        "rule": notification.alert.rule,
        "group_key": group_key(notification.alert.group),
        "alert": notification.alert.alert,
        "handled": notification.handled,
        "chain": notification.chain,
        "reason": notification.reason,
        "message": notification.message,
        "suppressed": notification.suppressed,
        "notified_on": notification.on,
        "body": body,
    }


def notification_of(row: Row[Json], alert: Alert) -> Notification:
    """Return the notification that a row holds, given its alert."""
    return Notification(
        channel=row.channel,
        thread=row.thread,
        alert=alert,
        handled=row.handled,
        chain=row.chain,
        reason=Reason(row.reason),
        message=row.message,
        suppressed=row.suppressed,
        on=row.notified_on,
    )


def delivery_of(row: Row[Json]) -> Delivery:
    """Return the delivery that a row of the outbox holds."""
    return Delivery(
        number=row.number,
        id=row.id,
        channel=row.channel,
        about=row.about,
        body=msgspec.json.decode(row.body),
        status=DeliveryStatus(row.status),
        attempts=row.attempts,
        created_at=row.created_at,
        next_attempt_at=row.next_attempt_at,
        done_at=row.done_at,
        last_error=row.last_error,
        thread=row.thread,
        blame=None if row.blame is None else Blame(row.blame),
    )
