"""Steps on their way into the notifications and the outbox: planned some at a time, told in order.

Who was told what stays in memory without the people; what is stored of it waits in a file.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import msgspec

from monitor.base.machine.spool import Spool
from monitor.base.records import Json
from monitor.delivery.messages import body, digest_body, with_names
from monitor.delivery.outbox.model import ChannelFormat, Mode, PendingNotification, Policy
from monitor.delivery.outbox.plan import told_first
from monitor.state import Group, Outgoing, Transaction, encoded, without_people

DIGEST = "digest:"
"""What a message about many alerts is about; the day follows."""
_AT_ONCE = 100
"""How many steps are written at once."""


class WaitingSteps:
    """The steps of one run, in a file until all are planned and their order is known."""

    def __init__(self, policies: Mapping[str, Policy], mode: Mode) -> None:
        self._policies = policies
        self._mode = mode
        self._texts = Spool()
        self._steps: list[tuple[tuple[date, str], Group, int, PendingNotification]] = []
        """Each with what orders it, and the number of its first text: its alert as it is stored.

        The one after it, where it sends, is its message.
        """
        self._most: dict[str, int] = {}
        """By channel, over how many messages it gets one for all; 0: never."""

    def add(self, tx: Transaction, group: Group, steps: Sequence[PendingNotification]) -> None:
        """Put the steps of one group to the others, in their order."""
        bodies = tx.stored_bodies([step.notification.alert for step in steps])
        for step, stored in zip(steps, bodies, strict=True):
            number = self._texts.add(stored.encode())
            if step.sends:
                self._texts.add(encoded(self._document(step)).encode())
                channel = step.notification.channel
                digest = self._format(step).digest
                self._most[channel] = max(self._most.get(channel, 0), digest)
            self._steps.append((told_first(step), group, number, light(step)))

    def write(self, tx: Transaction, *, at: datetime) -> list[PendingNotification]:
        """Write all steps, what became known first in front; return them without their people.

        A channel that would get too many messages in one run gets one for all.
        """
        self._steps.sort(key=lambda step: step[:3])
        numbers = self._by_channel()
        digests = {
            channel: self._digest_id(channel, some, at=at)
            for channel, some in numbers.items()
            if self._most[channel] and len(some) > self._most[channel]
        }
        pending = [_sent_in(step, digests) for *_, step in self._steps]
        for some in _some(range(len(pending))):
            tx.record_stored(
                [(pending[place].notification, self._text(place).decode()) for place in some]
            )
        for channel, places in numbers.items():
            if channel in digests:
                tx.enqueue([self._digest(channel, places, digests[channel], at=at)], at=at)
                continue
            for some in _some(places):
                tx.enqueue([self._message(place) for place in some], at=at)
        return pending

    def _by_channel(self) -> dict[str, list[int]]:
        """List the places of the steps that send, by channel."""
        places: dict[str, list[int]] = {}
        for place, (*_, step) in enumerate(self._steps):
            if step.sends:
                places.setdefault(step.notification.channel, []).append(place)
        return places

    def _text(self, place: int, *, after: int = 0) -> bytes:
        return self._texts.read(self._steps[place][2] + after)

    def _message(self, place: int) -> Outgoing:
        notification = self._steps[place][3].notification
        return Outgoing(
            id=notification.message or "",
            channel=notification.channel,
            about=notification.alert.alert,
            body=self._body(place),
            thread=notification.thread,
        )

    def _body(self, place: int) -> Mapping[str, Json]:
        document: Mapping[str, Json] = msgspec.json.decode(self._text(place, after=1))
        return document

    def _digest_id(self, channel: str, places: Sequence[int], *, at: datetime) -> str:
        # The moment tells it from an earlier one that said the same.
        messages = (self._steps[place][3].notification.message for place in places)
        ids = [channel, at.isoformat(), *messages]
        return f"msg_{hashlib.sha256(encoded(ids).encode()).hexdigest()[:32]}"

    def _digest(self, channel: str, places: Sequence[int], name: str, *, at: datetime) -> Outgoing:
        on = self._steps[places[0]][3].notification.on
        document = digest_body(map(self._body, places), on=on)
        return Outgoing(id=name, channel=channel, about=f"{DIGEST}{at.date()}", body=document)

    def _document(self, step: PendingNotification) -> dict[str, Json]:
        notification = step.notification
        subject = self._policies[notification.alert.rule].subject
        document = body(
            notification.alert,
            subject=subject,
            reason=notification.reason,
            before=step.before,
            backfill=self._mode is Mode.DELIVER,
            revisions=step.revisions,
            kept_back=step.kept_back,
            on=notification.on,
        )
        return with_names(document, self._format(step).names, subject.persons)

    def _format(self, step: PendingNotification) -> ChannelFormat:
        policy = self._policies[step.notification.alert.rule]
        return policy.formats.get(step.notification.channel, ChannelFormat())


def light(step: PendingNotification) -> PendingNotification:
    """Return a step without its people, and without what happened before it."""
    alert = without_people(step.notification.alert)
    return replace(
        step,
        notification=replace(step.notification, alert=alert),
        before=step.before and without_people(step.before),
        revisions=(),
    )


def _sent_in(step: PendingNotification, digests: Mapping[str, str]) -> PendingNotification:
    """Return a step with the id of the message for all, where its channel gets one."""
    digest = digests.get(step.notification.channel)
    if not step.sends or digest is None:
        return step
    return replace(step, notification=replace(step.notification, message=digest))


def _some(places: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(places), _AT_ONCE):
        yield places[start : start + _AT_ONCE]
