"""Sending what waits in the outbox: at least once, in order for each channel, and again later.

Each message is claimed before it is sent, so that several processes may deliver at once. No
database transaction is open while something is sent. A crash between the receiver's answer and
the note of it repeats the message under the same id.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from monitor.channels import Channel
from monitor.errors import DeliveryDeferred, DeliveryRejected, TalentwatchError
from monitor.holders import is_gone, this_process
from monitor.outbox import post_notice
from monitor.records import Message, Notice
from monitor.state import Delivery, State

log = structlog.get_logger()

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
"""How long to wait after each failed try; after one more the message is dead."""

CLAIM_SECONDS = 900
"""How long a message belongs to who sends it: longer than any exchange, with its waits, takes."""

_LONGEST_WAIT = timedelta(hours=24)
_LONGEST_DELAY = timedelta(days=8)
_JITTER = 0.1
_NOTICE = "delivery:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the messages that were due."""

    sent: int = 0
    deferred: int = 0
    """Messages that failed and are tried again, or wait behind one that does."""
    dead: int = 0
    errors: tuple[str, ...] = ()
    """What went wrong, in words."""

    def plus(self, other: "Outcome") -> "Outcome":
        """Add what became of other messages."""
        return Outcome(
            sent=self.sent + other.sent,
            deferred=self.deferred + other.deferred,
            dead=self.dead + other.dead,
            errors=(*self.errors, *other.errors),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What delivery works with."""

    state: State
    channels: Mapping[str, Channel]
    now: Callable[[], datetime]
    operations: Sequence[str] = ()
    jitter: Callable[[], float] = field(default=random.random)
    """A number from 0 to 1: which part of the jitter is added to a wait."""
    holder: str = field(default_factory=this_process)
    """Who claims the messages while they are sent."""
    is_gone: Callable[[str], bool] = is_gone
    """Whether a process that claimed a message has ended for certain."""


def deliver(
    state: State,
    channels: Mapping[str, Channel],
    *,
    now: Callable[[], datetime],
    operations: Sequence[str] = (),
    jitter: Callable[[], float] = random.random,
) -> Outcome:
    """Send all that is due, each channel by itself, and say on the others what is given up.

    `operations` are the channels for notices. A message that must wait stops only its own channel.
    """
    sender = Sender(state=state, channels=channels, now=now, operations=operations, jitter=jitter)
    total = _round(sender)
    # What died in the first round is told in a second one; what dies there is not told again.
    if total.dead:
        total = total.plus(_round(sender))
    log.info("delivered", sent=total.sent, deferred=total.deferred, dead=total.dead)
    return total


def _round(sender: Sender) -> Outcome:
    with sender.state.reading() as tx:
        waiting = tx.waiting_channels()
    named = [name for name in waiting if name in sender.channels]
    total = Outcome(
        errors=tuple(
            f"messages wait for channel {name!r}, which the configuration does not have"
            for name in waiting
            if name not in sender.channels
        )
    )
    if not named:
        return total
    # One thread a channel: a slow receiver, or Slack's one message a second, delays nobody else.
    with ThreadPoolExecutor(max_workers=len(named), thread_name_prefix="deliver") as threads:
        sending = [threads.submit(_send_waiting, sender, name) for name in named]
    # Asked for after all are done: a bug in one channel cancels no other.
    for done in sending:
        total = total.plus(done.result())
    return total


def _send_waiting(sender: Sender, channel: str) -> Outcome:
    """Send what waits for one channel, oldest first, until one message must wait."""
    total = Outcome()
    while True:
        with sender.state.reading() as tx:
            delivery = tx.next_pending(channel)
            off = tx.channels_off().get(channel)
            behind = tx.pending(channel)
        if delivery is None:
            return total
        if off is not None:
            return total.plus(_bury(sender, channel, off))
        if not _is_due(delivery, sender.now()):
            return total.plus(Outcome(deferred=behind))
        with _claimed(sender, delivery) as ours:
            if not ours:
                return total  # Another process sends to this channel, and goes on with the rest.
            outcome = _send(sender, delivery)
        total = total.plus(outcome)
        if outcome.deferred:
            return total.plus(Outcome(deferred=behind - 1))


def _is_due(delivery: Delivery, now: datetime) -> bool:
    """Whether a message may be tried; one put off for longer than any is, was so by a wrong clock.

    The clock may have been set back since, or the message was put off by a run with `--now`.
    """
    return not now < delivery.next_attempt_at <= now + _LONGEST_DELAY


@contextmanager
def _claimed(sender: Sender, delivery: Delivery) -> Iterator[bool]:
    """Claim a message, and give it back if it cannot be settled here."""
    with sender.state.transaction(in_turn=False) as tx:
        ours = tx.claim(
            delivery.id,
            by=sender.holder,
            now=sender.now(),
            seconds=CLAIM_SECONDS,
            is_gone=sender.is_gone,
        )
    try:
        yield ours
    except BaseException:
        # A database that fails now gives nothing back; the claim ends with its time or its holder.
        with suppress(TalentwatchError), sender.state.transaction(in_turn=False) as tx:
            tx.release(delivery.id)
        raise


def _send(sender: Sender, delivery: Delivery) -> Outcome:
    message = Message(id=delivery.id, channel=delivery.channel, body=delivery.body)
    try:
        sender.channels[delivery.channel].send(message)
    except DeliveryDeferred as exc:
        return _defer(sender, delivery, exc)
    except DeliveryRejected as exc:
        return _give_up(sender, delivery, exc)
    with sender.state.transaction(in_turn=False) as tx:
        tx.mark_sent(delivery.id, at=sender.now())
    return Outcome(sent=1)


def _defer(sender: Sender, delivery: Delivery, error: DeliveryDeferred) -> Outcome:
    if delivery.attempts >= len(WAITS):
        tries = delivery.attempts + 1
        return _give_up(sender, delivery, DeliveryRejected(f"{error} (after {tries} tries)"))
    asked = timedelta(seconds=min(error.retry_after or 0, _LONGEST_WAIT.total_seconds()))
    wait = max(WAITS[delivery.attempts], asked)
    # Jitter only adds: nobody is asked sooner than promised.
    until = sender.now() + wait * (1 + _JITTER * sender.jitter())
    with sender.state.transaction(in_turn=False) as tx:
        tx.mark_deferred(delivery.id, until=until, error=str(error))
    log.warning("deferred", channel=delivery.channel, message=delivery.id, error=str(error))
    return Outcome(deferred=1, errors=(str(error),))


def _give_up(sender: Sender, delivery: Delivery, error: DeliveryRejected) -> Outcome:
    now = sender.now()
    with sender.state.transaction() as tx:
        tx.mark_dead(delivery.id, at=now, error=str(error))
        dead = [delivery.id]
        if error.gone:
            tx.turn_off(delivery.channel, at=now, why=str(error))
            dead += tx.bury(delivery.channel, at=now, error=str(error))
        if not delivery.about.startswith(_NOTICE):
            others = [name for name in sender.operations if name != delivery.channel]
            post_notice(tx, _notice(delivery.channel, dead, error, now), channels=others, at=now)
    log.error("given up", channel=delivery.channel, message=delivery.id, error=str(error))
    return Outcome(dead=len(dead), errors=(str(error),))


def _bury(sender: Sender, channel: str, why: str) -> Outcome:
    """Give up what was written for a channel that is off."""
    now = sender.now()
    with sender.state.transaction() as tx:
        dead = tx.bury(channel, at=now, error=f"the channel is off: {why}")
    return Outcome(dead=len(dead), errors=(f"channel {channel!r} is off: {why}",))


def _notice(channel: str, dead: Sequence[str], error: DeliveryRejected, now: datetime) -> Notice:
    how_many = "1 message" if len(dead) == 1 else f"{len(dead)} messages"
    off = f" The channel {channel!r} is off now." if error.gone else ""
    return Notice(
        key=f"{_NOTICE}{dead[0]}",
        title=f"Channel {channel!r}: {how_many} could not be delivered",
        text=f"{error}.{off} `talentwatch status` lists what was given up.",
        on=now.date(),
        facts={"channel": channel, "messages": list(dead), "error": str(error)},
    )
