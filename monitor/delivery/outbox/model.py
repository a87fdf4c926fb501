"""The values of the outbox: policies, what is owed, and the threads of what was told."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

from monitor.base.records import SEVERITIES, Alert, AlertStatus, Reason
from monitor.delivery.messages import Names, Subject
from monitor.state import (
    Notification,
    NotificationHeader,
    chain_of,
    encoded,
    group_key,
    hashed,
    people_of,
    said_by,
)

OVER = (AlertStatus.WITHDRAWN, AlertStatus.MERGED)
"""Nothing stands under the id of such an alert any more."""


class Mode(StrEnum):
    """Whose work it is, and so what may be sent."""

    LIVE = "live"
    RECORD = "record"
    """A backfill that records only."""
    DELIVER = "deliver"
    """A backfill that was told to deliver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFormat:
    """How one channel is spoken to."""

    names: Names = "full"
    digest: int = 0
    """Over this many alerts of one run it gets one message for all; 0: each has its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Which alerts of a rule a channel is for; an empty tuple asks nothing."""

    severities: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    """Canonical ids, on either side."""

    def takes(self, alert: Alert) -> bool:
        """Whether an alert is one of them."""
        if self.severities and alert.severity not in self.severities:
            return False
        if not self.organizations:
            return True
        sides = [side for person in alert.people for side in (person.origin, person.destination)]
        about = {*alert.group.values(), *(side.organization for side in sides if side is not None)}
        return not about.isdisjoint(self.organizations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a rule and the configuration say about messages."""

    rule: str
    subject: Subject
    channels: tuple[str, ...]
    on: frozenset[Reason]
    send_from: date
    late_up_to_days: int
    edited_on: date | None = None
    """The day on which the rule began to mean what it means, if it meant something else before."""
    remind_every_days: int | None = None
    formats: Mapping[str, ChannelFormat] = field(default_factory=dict)
    """By channel."""
    routes: Mapping[str, tuple[Route, ...]] = field(default_factory=dict)
    """By channel that gets only what one of its routes takes; the other channels get all."""
    inhibited_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By rule whose alerts may mute those of this one: the sides that have to be equal."""
    removed: frozenset[str] = frozenset()
    """The sources that an operator removed: what rested on them alone is not taken back."""
    history: tuple[date, date] | None = None
    """First and last day on which alerts became known that are sent though they are history."""

    def wants(self, reason: Reason) -> bool:
        """Whether the rule asks for messages of this kind.

        A withdrawal is a correction, what escalates has grown, a merger both ends one alert and
        corrects it, and so does the removal of a source.
        """
        if reason is Reason.REMINDED:
            return self.remind_every_days is not None
        kinds = {
            Reason.WITHDRAWN: {Reason.CORRECTED},
            Reason.ESCALATED: {Reason.GREW},
            Reason.MERGED: {Reason.CORRECTED, Reason.CLOSED},
            Reason.SOURCE_REMOVED: {Reason.CORRECTED, Reason.CLOSED},
        }
        return not self.on.isdisjoint({reason, *kinds.get(reason, ())})

    def goes_to(self, channel: str, alert: Alert) -> bool:
        """Whether a channel is for an alert; what no channel is for goes to every one."""
        return self._takes(channel, alert) or not any(
            self._takes(other, alert) for other in self.channels
        )

    def _takes(self, channel: str, alert: Alert) -> bool:
        routes = self.routes.get(channel)
        return routes is None or any(route.takes(alert) for route in routes)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingNotification:
    """One step that a channel's thread must take: a message, or silence with its reason."""

    notification: Notification
    before: Alert | None
    """The alert as the channel was last told of it: from it follows what is new or taken back."""
    revisions: tuple[Alert, ...] = ()
    """What happened since the channel was last told, in order."""
    kept_back: str | None = None
    """What kept it from the channel until now, such as `was silenced until 2025-09-01 (why)`."""

    @property
    def sends(self) -> bool:
        """Whether there is a message in it."""
        return self.notification.message is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The revisions of one alert in the ledger, in order; there is at least one."""

    revisions: tuple[Alert, ...]
    """All of them, or the newest: those that have not been dealt with for every channel."""
    earlier: tuple[str, ...] = ()
    """What the ones before them said, in digests."""

    def __len__(self) -> int:
        """Count all revisions."""
        return len(self.earlier) + len(self.revisions)

    @property
    def alert(self) -> str:
        """The alert's id."""
        return self.revisions[-1].alert

    @property
    def latest(self) -> Alert:
        """The alert as it stands at the horizon."""
        return self.revisions[-1]

    def after(self, number: int) -> tuple[Alert, ...]:
        """Return the revisions after the first `number` ones."""
        place = number - len(self.earlier)
        if place < 0:
            raise LookupError(f"revision {number + 1} of {self.alert} was not read")
        return self.revisions[place:]

    def since(self, notified: Alert | None) -> tuple[Alert, ...]:
        """Return the revisions that became known after an alert stood as a channel knows it."""
        return tuple(
            alert
            for alert in self.revisions
            if alert.reason is not Reason.REVISED
            and (
                notified is None
                or (alert.known_on, alert.revision) > (notified.known_on, notified.revision)
            )
        )

    def chain(self, length: int | None = None) -> str:
        """Digest the first revisions, or all: equal if and only if they said the same."""
        contents = (*self.earlier, *(said_by(alert) for alert in self.revisions))
        return chain_of(contents[:length])


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What one channel was told about one alert."""

    notifications: tuple[NotificationHeader, ...]
    """All steps, in order; there is at least one."""
    last: Notification
    """The newest of them."""
    last_notified: Alert | None
    """The alert as the channel knows it; None if it was never told anything."""

    @property
    def name(self) -> str:
        """The thread's id."""
        return self.last.thread

    def follows(self, history: History) -> bool:
        """Whether the ledger merely went on since the last step."""
        return (
            self.last.alert.alert == history.alert
            and self.last.handled <= len(history)
            and self.last.chain == history.chain(self.last.handled)
        )


def policy_fingerprint(policy: Policy) -> str:
    """Digest what a policy asks for: with another one, alerts told long ago may owe something."""
    asked = {field.name: getattr(policy, field.name) for field in fields(policy)}
    del asked["subject"]  # only words
    del asked["history"]  # only for once
    del asked["removed"]  # whose alerts these are is in the ledger
    if policy.subject.least_people > 1:
        asked["least_people"] = policy.subject.least_people
    return hashed(encoded(asked))


def message_id(
    channel: str, thread: str, reason: Reason, content: str, *, taken: Collection[str]
) -> str:
    """Name a message by what it says to whom; an earlier one that said the same has another id."""
    name, again = "msg_" + hashed(channel, thread, reason, content), 0
    while name in taken:
        again += 1
        name = "msg_" + hashed(channel, thread, reason, content, str(again))
    return name


def share_a_day(alert: Alert, other: Alert) -> bool:
    """Whether two episodes share a day.

    An episode that opened on the day on which the other ended shares none with it.
    """
    return _starts_before_end(alert, other) and _starts_before_end(other, alert)


def _starts_before_end(alert: Alert, other: Alert) -> bool:
    return other.ends_on is None or alert.opened_on < other.ends_on


def is_over(alert: Alert) -> bool:
    """Whether nothing stands under the alert's own id any more."""
    return alert.status in OVER


def changes_between(notified: Alert, now: Alert) -> list[Reason]:
    """Say why a message is due to those who know an alert as `notified`, the best reason first."""
    before, counted = people_of(notified), people_of(now)
    reasons = difference(
        was=notified.status,
        status=now.status,
        added=bool(counted - before),
        gone=bool(before - counted),
        graver=SEVERITIES.index(now.severity) > SEVERITIES.index(notified.severity),
    )
    if Reason.CLOSED in reasons and now.reason is Reason.SOURCE_REMOVED:
        return [Reason.SOURCE_REMOVED]
    return reasons


def difference(
    *, was: AlertStatus, status: AlertStatus, added: bool, gone: bool, graver: bool = False
) -> list[Reason]:
    """Say why a message is due, the best reason first; none if there is nothing new."""
    if status in OVER:
        reason = Reason.MERGED if status is AlertStatus.MERGED else Reason.WITHDRAWN
        return [] if was in OVER else [reason]
    if was in OVER:
        return [Reason.OPENED, Reason.CORRECTED]
    reasons = [Reason.CORRECTED] if gone else []
    if graver and status is AlertStatus.OPEN:
        reasons.append(Reason.ESCALATED)
    if added:
        reasons.append(Reason.GREW)
    if was is AlertStatus.OPEN and status is AlertStatus.CLOSED:
        reasons.append(Reason.CLOSED)
    if was is AlertStatus.CLOSED and status is AlertStatus.OPEN and not reasons:
        reasons.append(Reason.CORRECTED)
    return reasons


def threads_of(notifications: Sequence[Notification]) -> list[Thread]:
    """Put steps together into threads, the one that began first in front."""
    headers = [
        NotificationHeader(
            number=number,
            channel=notification.channel,
            thread=notification.thread,
            rule=notification.alert.rule,
            group=group_key(notification.alert.group),
            alert=notification.alert.alert,
            message=notification.message,
            suppressed=notification.suppressed,
        )
        for number, notification in enumerate(notifications)
    ]
    return threads_from(
        headers, lambda numbers: {number: notifications[number] for number in numbers}
    )


def threads_from(
    headers: Iterable[NotificationHeader],
    read: Callable[[Sequence[int]], Mapping[int, Notification]],
) -> list[Thread]:
    """Put steps together into threads; only what stands of each is read, by the steps' numbers."""
    threads: dict[tuple[str, str, str, str], list[NotificationHeader]] = {}
    for header in headers:
        threads.setdefault((header.rule, header.group, header.channel, header.thread), []).append(
            header
        )
    standing = [(steps, steps[-1].number, _notified_at(steps)) for steps in threads.values()]
    wanted = {number for _, last, notified in standing for number in (last, notified)}
    notifications = read(sorted(number for number in wanted if number is not None))
    return [
        Thread(
            notifications=tuple(steps),
            last=notifications[last],
            last_notified=None if notified is None else notifications[notified].alert,
        )
        for steps, last, notified in standing
    ]


def _notified_at(headers: Sequence[NotificationHeader]) -> int | None:
    """Return the number of the last step of which a channel was told; None if there is none."""
    return next((step.number for step in reversed(headers) if step.suppressed is None), None)
