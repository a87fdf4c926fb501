"""One channel's turn: what waits for it is sent, oldest first, until one message must wait.

Each message is claimed before it is sent, so that several processes may deliver at once. No
database transaction is open while something is sent. A crash between the receiver's answer and
the note of it repeats the message under the same id.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.base.errors import (
    DeliveryBlocked,
    DeliveryDeferred,
    DeliveryRejected,
    TalentwatchError,
)
from monitor.base.machine.processes import is_gone, this_process
from monitor.base.records import Json, Message, Notice
from monitor.base.telemetry import logs
from monitor.base.telemetry.timing import span
from monitor.delivery.channels import Channel, Illustrator, Receipt
from monitor.delivery.messages import counted
from monitor.delivery.outbox import enqueue_notice
from monitor.delivery.patience import Patience, PutOff
from monitor.state import Delivery, State

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
NOTICE = "delivery:"
_FAILURES = 2
_TRIES_ALONE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOutcome:
    """What became of the messages that were due."""

    sent: int = 0
    deferred: int = 0
    """Messages that failed and are tried again, or wait behind one that does."""
    dead: int = 0
    errors: tuple[str, ...] = ()
    """What went wrong, in words."""

    def plus(self, other: "DeliveryOutcome") -> "DeliveryOutcome":
        """Add what became of other messages."""
        return DeliveryOutcome(
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
    process: str = field(default_factory=this_process)
    """Who claims the messages while they are sent."""
    is_gone: Callable[[str], bool] = is_gone
    """Whether a process that claimed a message has ended for certain."""
    picture: Callable[[str, Mapping[str, Json]], bytes | None] = lambda *_: None
    """Draws what goes with the words of a document to a channel; raises nothing."""
    reworded: Callable[[Mapping[str, Json]], Mapping[str, Json]] = lambda document: document
    """Says what of a document may still be sent: it was written by another configuration, maybe."""
    is_quiet_hour: Callable[[str, datetime], bool] = lambda *_: False
    """Whether a channel is not to be sent to at a moment."""
    patience: Patience = field(default_factory=Patience)
    """How long each channel waits for what it put off."""
    until: datetime
    """When all waiting ends."""


class ChannelRun:
    """One channel's turn: what waits for it is sent, oldest first, until one message must wait.

    A channel that could not be used is tried with its oldest dead letter; once it takes one, the
    others follow. If the oldest has failed often, it may be at fault itself: the next is tried too.
    """

    def __init__(self, sender: Sender, channel: str) -> None:
        self._sender = sender
        self._state = sender.state
        self._channel = channel
        self._total = DeliveryOutcome()
        self._failed: list[str] = []
        """The messages that failed in this turn because of the channel."""
        self._dead: set[str] = set()
        """The messages that were given up in this turn by what was said of them."""
        self._buried: set[str] = set()
        """Those that were given up with others, because of the channel."""
        self._probed: str | None = None
        self._is_failing = False
        self._put_off = PutOff()
        """The message that was put off last in this turn, and not sent since."""
        self._again_at: datetime | None = None
        """When what waits may be tried again; None if waiting is of no use."""
        self._deferred = 0

    def run(self, *, probes: bool) -> DeliveryOutcome:
        """Send what can be sent, as long as there is patience; return what became of it.

        With `probes` a dead letter may be tried first.
        """
        left = timedelta(seconds=self._sender.patience.seconds)
        if probes and not self._is_quiet_hour():
            self._probe()
        self._send_all()
        while (pause := self._pause(left)) is not None:
            left -= pause
            self._sender.patience.wait(pause.total_seconds())
            self._send_all()
        waits = (self._put_off.error,) if self._deferred and self._put_off.error else ()
        dead = len(self._dead | self._buried)
        return self._total.plus(DeliveryOutcome(deferred=self._deferred, dead=dead, errors=waits))

    def _send_all(self) -> None:
        self._deferred, self._again_at = 0, None
        while self._goes_on():
            pass

    def _pause(self, left: timedelta) -> timedelta | None:
        """Say how long to wait for the next try; None if there is none, or it lies too far ahead.

        The sum of all waits is bounded too: the clock may be set back meanwhile.
        """
        if self._again_at is None:
            return None
        now = self._sender.now()
        pause = max(self._again_at - now, timedelta(0))
        return pause if pause <= min(left, self._sender.until - now) else None

    def _goes_on(self) -> bool:
        with self._state.reading() as tx:
            delivery = tx.next_pending(self._channel)
            handle = delivery and delivery.thread and tx.handle(self._channel, delivery.thread)
            off = tx.channels_off().get(self._channel)
        if delivery is None:
            return False
        if off is not None:
            return self._bury(off)
        if self._sender.patience.is_over:
            return self._stop()
        if self._is_quiet_hour():
            return self._leave_the_rest()
        now = self._sender.now()
        due_at = delivery.next_attempt_at
        if delivery.id == self._put_off.message:
            due_at = self._put_off.again_at
        elif _is_due(delivery, now):
            due_at = now
        if now < due_at:
            return self._leave_the_rest(again_at=due_at)
        with _claimed(self._sender, delivery) as ours:
            # If not, another process sends to this channel, and goes on with the rest.
            return ours and self._send(delivery, handle or None)

    def _send(self, delivery: Delivery, handle: str | None) -> bool:
        document = self._sender.reworded(delivery.body)
        message = Message(
            id=delivery.id,
            channel=delivery.channel,
            body=document,
            thread=delivery.thread,
            handle=handle,
            picture=self._sender.picture(delivery.channel, document),
        )
        channel = self._sender.channels[self._channel]
        try:
            with span("delivery", channel=delivery.channel, message=delivery.id):
                receipt = channel.send(message)
        except DeliveryBlocked as exc:
            return self._block(delivery, exc)
        except DeliveryDeferred as exc:
            return self._defer(delivery, exc)
        except DeliveryRejected as exc:
            return self._give_up(delivery, exc)
        else:
            self._note(delivery, receipt)
            _illustrate(channel, message, receipt)
            return True

    def _note(self, delivery: Delivery, receipt: Receipt) -> None:
        """Write down that a message was taken, and let follow what was given up before."""
        now = self._sender.now()
        with self._state.transaction(exclusive=False) as tx:
            tx.mark_sent(delivery.id, at=now, accepted=receipt.accepted)
            if delivery.thread is not None and receipt.handle is not None:
                tx.keep_handle(self._channel, delivery.thread, receipt.handle)
            if self._is_failing:
                tx.follow(self._channel, at=now, but=self._failed)
                tx.forget_notice(fault_key(self._channel))
                self._buried.clear()
        self._is_failing = False
        self._put_off = PutOff()
        self._total = self._total.plus(DeliveryOutcome(sent=1))

    def _block(self, delivery: Delivery, error: DeliveryBlocked) -> bool:
        with self._state.transaction(exclusive=False) as tx:
            tx.mark_blocked(delivery.id, error=str(error))
        logs.warning("blocked", channel=self._channel, message=delivery.id, error=str(error))
        self._total = self._total.plus(DeliveryOutcome(errors=(str(error),)))
        return self._leave_the_rest()

    def _defer(self, delivery: Delivery, error: DeliveryDeferred) -> bool:
        """Put a message off. A try that comes sooner than planned costs none of its tries."""
        now = self._sender.now()
        is_planned = _is_due(delivery, now)
        if is_planned and delivery.attempts >= len(WAITS):
            tries = delivery.attempts + 1
            spent = DeliveryRejected(f"{error} (after {tries} tries)", channel=True)
            return self._give_up(delivery, spent, alone=True)
        asked = timedelta(seconds=min(error.retry_after or 0, _LONGEST_WAIT.total_seconds()))
        until = max(delivery.next_attempt_at, now + asked)
        if is_planned:
            until = now + self._jittered(max(WAITS[delivery.attempts], asked))
        with self._state.transaction(exclusive=False) as tx:
            tx.mark_deferred(delivery.id, until=until, error=str(error), counts=is_planned)
        logs.warning("deferred", channel=self._channel, message=delivery.id, error=str(error))
        self._put_off = self._put_off.again(
            delivery.id, error=str(error), asked=asked, now=now, jittered=self._jittered
        )
        return self._leave_the_rest(again_at=self._put_off.again_at)

    def _jittered(self, wait: timedelta) -> timedelta:
        # Jitter only adds: nobody is asked sooner than promised.
        return wait * (1 + _JITTER * self._sender.jitter())

    def _give_up(self, delivery: Delivery, error: DeliveryRejected, *, alone: bool = False) -> bool:
        """Give a message up; where the channel is at fault, all that waits for it as well.

        With `alone` the others are still tried: the message itself may be what breaks the receiver.
        """
        now = self._sender.now()
        rest = now + WAITS[min(delivery.attempts, len(WAITS) - 1)]
        with self._state.transaction() as tx:
            until = rest if error.channel else None
            tx.mark_dead(delivery.id, at=now, error=str(error), until=until)
            dead = [delivery.id]
            if error.gone:
                tx.turn_off(self._channel, at=now, why=str(error))
            if error.channel and not alone:
                dead += tx.bury(self._channel, at=now, error=str(error), until=rest)
            # A dead letter that was tried again and failed was said when it died.
            if delivery.id != self._probed and not delivery.about.startswith(NOTICE):
                others = [name for name in self._sender.operations if name != self._channel]
                notice = _notice(self._channel, dead, error, now)
                enqueue_notice(tx, notice, channels=others, at=now)
        logs.error("given up", channel=self._channel, message=delivery.id, error=str(error))
        self._dead.update({delivery.id} - {self._probed})
        self._buried.update(dead[1:])
        self._total = self._total.plus(DeliveryOutcome(errors=(str(error),)))
        return self._after(delivery, error)

    def _after(self, delivery: Delivery, error: DeliveryRejected) -> bool:
        """Say whether the turn goes on after a message was given up."""
        if not error.channel or error.gone:
            return True  # Where the channel is off now, what is left is buried next.
        self._failed.append(delivery.id)
        self._is_failing = True
        # One message may be at fault itself; after two nobody is asked for more in this turn.
        if len(self._failed) >= _FAILURES:
            return self._leave_the_rest()
        if delivery.id == self._probed and delivery.attempts + 1 >= _TRIES_ALONE:
            with self._state.transaction(exclusive=False) as tx:
                tx.probe(self._channel, at=self._sender.now(), but=self._failed)
        return True

    def _probe(self) -> None:
        with self._state.reading() as tx:
            off = self._channel in tx.channels_off()
            self._is_failing = not off and tx.is_failing(self._channel)
            delivery = tx.next_pending(self._channel) if self._is_failing else None
        now = self._sender.now()
        if not self._is_failing or (delivery is not None and not _is_due(delivery, now)):
            return
        with self._state.transaction(exclusive=False) as tx:
            # Something new is a reason to try at once.
            self._probed = tx.probe(self._channel, at=now, due=delivery is None)

    def _bury(self, why: str) -> bool:
        """Give up what was written for a channel that is off."""
        now = self._sender.now()
        with self._state.transaction() as tx:
            self._buried.update(tx.bury(self._channel, at=now, error=f"the channel is off: {why}"))
        error = f"channel {self._channel!r} is off: {why}"
        self._total = self._total.plus(DeliveryOutcome(errors=(error,)))
        return False

    def _stop(self) -> bool:
        """Leave the rest to the next run, for somebody asked to stop."""
        self._leave_the_rest()
        left = counted(self._deferred, "message")
        error = f"channel {self._channel!r}: asked to stop, {left} left to the next run"
        self._total = self._total.plus(DeliveryOutcome(errors=(error,)))
        return False

    def _leave_the_rest(self, *, again_at: datetime | None = None) -> bool:
        """Count what must wait, and until when; the turn ends unless there is patience."""
        self._again_at = again_at
        with self._state.reading() as tx:
            self._deferred = tx.pending(self._channel)
        return False

    def _is_quiet_hour(self) -> bool:
        return self._sender.is_quiet_hour(self._channel, self._sender.now())


def _illustrate(channel: Channel, message: Message, receipt: Receipt) -> None:
    """Show the picture, once the words are noted as sent; one that fails is only missing."""
    if message.picture is None or not isinstance(channel, Illustrator):
        return
    try:
        channel.illustrate(message, receipt)
    except (DeliveryBlocked, DeliveryDeferred, DeliveryRejected) as exc:
        logs.warning(
            "picture not sent", channel=message.channel, message=message.id, error=str(exc)
        )


def _is_due(delivery: Delivery, now: datetime) -> bool:
    """Whether a message may be tried by its plan; what was never tried may be at any time.

    What was written by a run with `--now`, or before the clock was set back, lies ahead; one put
    off for longer than any is was so by a wrong clock.
    """
    if not delivery.attempts:
        return True
    return not now < delivery.next_attempt_at <= now + _LONGEST_DELAY


@contextmanager
def _claimed(sender: Sender, delivery: Delivery) -> Iterator[bool]:
    """Claim a message, and give it back if it cannot be settled here."""
    with sender.state.transaction(exclusive=False) as tx:
        ours = tx.claim(
            delivery.id,
            process=sender.process,
            now=sender.now(),
            seconds=CLAIM_SECONDS,
            is_gone=sender.is_gone,
        )
    try:
        yield ours
    except BaseException:
        # A database that fails now gives nothing back; the claim ends with its time or its holder.
        with suppress(TalentwatchError), sender.state.transaction(exclusive=False) as tx:
            tx.release(delivery.id)
        raise


def fault_key(channel: str) -> str:
    """Name the notice about a channel that is at fault."""
    return f"{NOTICE}{channel}"


def _notice(channel: str, dead: Sequence[str], error: DeliveryRejected, now: datetime) -> Notice:
    then = ""
    if error.gone:
        then = (
            f" The channel {channel!r} is off now; `talentwatch channels test {channel}` switches"
            " it on again once it takes messages."
        )
    elif error.channel:
        then = " They go out by themselves once it takes messages again."
    return Notice(
        key=fault_key(channel) if error.channel else f"{NOTICE}{dead[0]}",
        title=f"Channel {channel!r}: {counted(len(dead), 'message')} could not be delivered",
        text=f"{error}.{then} `talentwatch deliveries --status dead` lists what was given up.",
        on=now.date(),
        facts={"channel": channel, "messages": list(dead), "error": str(error)},
    )
