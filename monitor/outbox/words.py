"""The values of the outbox: policies, what is owed, and the threads of what was told."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

from monitor.messages import Subject
from monitor.records import Alert, AlertStatus, Reason
from monitor.state import Told, encoded


class Mode(StrEnum):
    """Whose work it is, and so what may be sent."""

    LIVE = "live"
    RECORD = "record"
    """A backfill that records only."""
    DELIVER = "deliver"
    """A backfill that was told to deliver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a rule and the configuration say about messages."""

    rule: str
    subject: Subject
    channels: tuple[str, ...]
    on: frozenset[Reason]
    send_from: date
    late_up_to_days: int = 365
    inhibited_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By rule whose alerts may mute those of this one: the sides that have to be equal."""

    def wants(self, reason: Reason) -> bool:
        """Whether the rule asks for messages of this kind; a withdrawal is a correction."""
        return reason in self.on or (reason is Reason.WITHDRAWN and Reason.CORRECTED in self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One step that a channel's thread must take: a message, or silence with its reason."""

    step: Told
    before: Alert | None
    """The alert as the channel was last told of it: from it follows what is new or taken back."""
    kept_back: str | None = None
    """What kept it from the channel until now, such as `was silenced until 2025-09-01 (why)`."""

    @property
    def sends(self) -> bool:
        """Whether there is a message in it."""
        return self.step.message is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The revisions of one alert in the ledger, in order; there is at least one."""

    revisions: tuple[Alert, ...]

    @property
    def alert(self) -> str:
        """The alert's id."""
        return self.revisions[-1].alert

    @property
    def latest(self) -> Alert:
        """The alert as it stands at the horizon."""
        return self.revisions[-1]

    def chain(self, length: int | None = None) -> str:
        """Digest the first revisions, or all: equal if and only if they said the same."""
        said = [alert for alert in self.revisions[:length] if alert.reason is not Reason.REVISED]
        return _hash(*(f"{alert.reason}:{digest(alert)}" for alert in said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """All that one channel was told about one alert, in order; there is at least one step."""

    steps: tuple[Told, ...]

    @property
    def name(self) -> str:
        """The thread's id."""
        return self.steps[0].thread

    @property
    def last(self) -> Told:
        """The newest step."""
        return self.steps[-1]

    @property
    def known(self) -> Alert | None:
        """The alert as the channel knows it; None if it was never told anything."""
        for step in reversed(self.steps):
            if step.suppressed is None:
                return step.alert
        return None

    def follows(self, history: History) -> bool:
        """Whether the ledger merely went on since the last step."""
        return (
            self.last.alert.alert == history.alert
            and self.last.handled <= len(history.revisions)
            and self.last.chain == history.chain(self.last.handled)
        )


def people_of(alert: Alert) -> frozenset[str]:
    """Name the people that an alert stands for; a withdrawn one stands for nobody."""
    if alert.status is AlertStatus.WITHDRAWN:
        return frozenset()
    return frozenset(person.key for person in alert.people)


def digest(alert: Alert) -> str:
    """Digest what matters to a receiver: who is counted, and whether it is open."""
    return _hash(alert.status, *sorted(people_of(alert)))


def mark_of(policy: Policy) -> str:
    """Digest what a policy asks for: with another one, alerts told long ago may owe something."""
    asked = {one.name: getattr(policy, one.name) for one in fields(policy)}
    del asked["subject"]  # only words
    return _hash(encoded(asked))


def message_id(channel: str, thread: str, reason: Reason, said: str, *, again: int) -> str:
    """Name a message by what it says to whom; `again` counts earlier ones that said the same."""
    return "msg_" + _hash(channel, thread, reason, said, *([str(again)] if again else []))


def overlap(one: Alert, other: Alert) -> bool:
    """Whether two episodes share a day.

    An episode that opened on the day on which the other ended shares none with it.
    """
    return _starts_before_end(one, other) and _starts_before_end(other, one)


def _starts_before_end(one: Alert, other: Alert) -> bool:
    return other.ends_on is None or one.opened_on < other.ends_on


def _hash(*parts: str) -> str:
    return hashlib.sha256(encoded(parts).encode()).hexdigest()[:32]


def difference(*, was: AlertStatus, status: AlertStatus, added: bool, gone: bool) -> list[Reason]:
    """Say why a message is due, the best reason first; none if there is nothing new."""
    closes = was is AlertStatus.OPEN and status is AlertStatus.CLOSED
    over = [Reason.CLOSED] if closes else []
    if status is AlertStatus.WITHDRAWN:
        return [] if was is AlertStatus.WITHDRAWN else [Reason.WITHDRAWN]
    if was is AlertStatus.WITHDRAWN:
        return [Reason.OPENED, Reason.CORRECTED]
    if gone:
        return [Reason.CORRECTED, *over]
    if added:
        return [Reason.GREW, *over]
    if was is AlertStatus.CLOSED and status is AlertStatus.OPEN:
        return [Reason.CORRECTED]
    return over


def threads_of(told: Sequence[Told]) -> list[Thread]:
    """Put steps together into threads, the one that began first in front."""
    steps: dict[str, list[Told]] = {}
    for step in told:
        steps.setdefault(step.thread, []).append(step)
    return [Thread(steps=tuple(some)) for some in steps.values()]
