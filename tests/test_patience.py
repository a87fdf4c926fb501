"""A run goes on trying what receivers put off, for a while, and leaves the rest to the next one."""

import math
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Event, Timer

import pytest
from receivers import Receiver, Reply, Request, receiver
from samples import notice_document
from story import World, crowd, flow, job
from tempo import first_slow

from monitor.base.errors import DeliveryDeferred, LeaseHeld
from monitor.base.records import Message
from monitor.cli.options import assembly
from monitor.delivery.channels import Channel, Receipt
from monitor.delivery.deliver import DeliveryOutcome, deliver
from monitor.delivery.patience import Patience
from monitor.operations.run import Done, Wanted, run_once
from monitor.state import Outgoing, State

MORNING = datetime(2026, 3, 1, 6, tzinfo=UTC)
EVENING = datetime(2025, 2, 1, 23, 59, 59, tzinfo=UTC)
"""The day that a run is told to stand on: long over by the clock."""


@dataclass(slots=True)
class Place:
    """A channel that refuses as often as a test says, then takes everything."""

    refusals: float = 0
    retry_after: float | None = None
    tried: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    def send(self, message: Message) -> Receipt:
        """Take a message, or ask to be left alone for a while."""
        self.tried.append(message.id)
        if len(self.tried) <= self.refusals:
            raise DeliveryDeferred("busy", retry_after=self.retry_after)
        self.taken.append(message.id)
        return Receipt()


class Time:
    """A clock that goes on by waiting alone."""

    def __init__(self) -> None:
        self.moment = MORNING
        self.waits: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.moment

    def sleep(self, seconds: float) -> None:
        """Let time pass by."""
        self.waits.append(seconds)
        self.moment += timedelta(seconds=seconds)
        self.meanwhile()


@pytest.fixture
def clock() -> Time:
    """Return a clock that nothing has moved yet."""
    return Time()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """Return a new state."""
    with State.open(f"sqlite:///{tmp_path / 'state.db'}") as opened:
        yield opened


def write(state: State, channel: str, *ids: str) -> None:
    """Put messages into the outbox."""
    some = [
        Outgoing(id=profile_id, channel=channel, about="a1", body=notice_document())
        for profile_id in ids
    ]
    with state.transaction() as tx:
        tx.enqueue(some, at=EVENING)


def send(state: State, clock: Time, **channels: Channel) -> DeliveryOutcome:
    """Deliver with a minute of patience."""
    patience = Patience(60, sleep=clock.sleep)
    return deliver(state, channels, now=clock, jitter=lambda: 0.0, patience=patience)


def test_what_nobody_puts_off_waits_for_nothing(state, clock):
    """A run with nothing deferred is as quick as ever."""
    write(state, "one", "m1", "m2")
    assert send(state, clock, one=Place()) == DeliveryOutcome(sent=2)
    assert clock.waits == []


def test_what_is_taken_in_the_end_went_well(state, clock):
    """The waits grow, the order stays, and what arrived is no error."""
    write(state, "one", "m1", "m2")
    one = Place(refusals=3)
    assert send(state, clock, one=one) == DeliveryOutcome(sent=2)
    assert clock.waits == [1, 2, 4]
    assert one.tried == ["m1", "m1", "m1", "m1", "m2"]


def test_a_receiver_that_stays_away_is_left_to_the_next_run(state, clock):
    """After a minute the run goes; of its many tries only the planned ones count."""
    write(state, "one", "m1", "m2")
    away = Place(refusals=math.inf)
    assert send(state, clock, one=away) == DeliveryOutcome(deferred=2, errors=("busy",))
    assert sum(clock.waits) <= 60
    assert len(away.tried) > 4
    with state.reading() as tx:
        first = tx.next_pending("one")
    assert first is not None
    # Planned were the first try and the one five seconds later, at which the third began to wait.
    assert (first.id, first.attempts) == ("m1", 2)
    assert first.next_attempt_at == MORNING + timedelta(seconds=7, minutes=5)


@pytest.mark.parametrize(("asked", "waits", "sent"), [(20, [20], 1), (3600, [], 0)])
def test_a_wait_that_is_asked_for_is_kept_or_left_to_the_next_run(state, clock, asked, waits, sent):
    """Nobody is asked sooner than they said, and no run stays for what is too far ahead."""
    write(state, "one", "m1")
    outcome = send(state, clock, one=Place(refusals=1, retry_after=asked))
    assert (outcome.sent, clock.waits) == (sent, waits)
    with state.reading() as tx:
        waiting = tx.next_pending("one")
    assert waiting is None or waiting.next_attempt_at == MORNING + timedelta(seconds=asked)


def test_what_an_earlier_run_put_off_is_waited_for_if_it_is_due_soon(state, clock):
    """The next run comes before the five seconds are over: it waits for them, and no longer."""
    write(state, "one", "m1")
    one = Place(refusals=1)
    assert deliver(state, {"one": one}, now=clock, jitter=lambda: 0.0).deferred == 1
    clock.moment += timedelta(seconds=2)
    assert send(state, clock, one=one) == DeliveryOutcome(sent=1)
    assert clock.waits == [3]


def test_a_clock_that_stands_still_ends_the_waiting_all_the_same(state, clock):
    """Whatever the clock says, no more than a minute is spent on waiting."""
    write(state, "one", "m1")
    slept: list[float] = []
    patience = Patience(60, sleep=slept.append)
    outcome = deliver(state, {"one": Place(refusals=1)}, now=clock, patience=patience)
    assert (outcome.deferred, sum(slept) <= 60) == (1, True)


def test_a_channel_that_waits_or_hangs_keeps_nobody_else_waiting(state):
    """One is put off and tried again while another hangs and a third stays away."""
    quick, over = Place(refusals=1), Event()

    class Hanging(Place):
        def send(self, message: Message) -> Receipt:
            assert over.wait(20)
            return Place.send(self, message)

    class Watched(Place):
        def send(self, message: Message) -> Receipt:
            receipt = quick.send(message)
            # Only now, after the second try of this one, does the other go on.
            over.set()
            return receipt

    for channel in ("away", "hanging", "quick"):
        write(state, channel, f"m-{channel}")
    channels = {"away": Place(refusals=9, retry_after=3), "hanging": Hanging(), "quick": Watched()}
    outcome = deliver(
        state, channels, now=lambda: datetime.now(UTC), jitter=lambda: 0.0, patience=Patience(2)
    )
    assert outcome == DeliveryOutcome(sent=2, deferred=1, errors=("busy",))


# -- runs ------------------------------------------------------------------------------------------


@pytest.fixture
def there() -> Iterator[Receiver]:
    """Return a real receiver on loopback."""
    with receiver() as running:
        yield running


@pytest.fixture
def world(tmp_path: Path, there: Receiver) -> World:
    """Return a world in which one person moved, whose alerts go to the receiver."""
    hook = f"kind = 'webhook'\nurl = '{there.url}'\nallow_private = true"
    world = World(
        tmp_path,
        rules={"talent": flow("meta", "xai", people=1, notify='channels = ["hook"]')},
        config=f"[channels.hook]\n{hook}",
    )
    world.on("2025-01-01", **crowd("Meta"), ada=[job("Meta")])
    moved = [job("Meta", end="2025-01-10"), job("xAI", start="2025-01-10")]
    world.on("2025-02-01", **crowd("Meta"), ada=moved)
    return world


def run(world: World, clock: Time, *, seconds: float = 60) -> Done:
    """Run once as of a day that is long over, with so much patience."""
    patience = Patience(seconds, sleep=clock.sleep)
    return run_once(
        world.settings, Wanted(assembly=assembly, clock=clock, now=EVENING, patience=patience)
    )


def refusing(times: Callable[[int], bool]) -> Callable[[Request], Reply]:
    """Answer 503 to the tries of these numbers."""
    numbers = count(1)
    return lambda _request: Reply(status=503 if times(next(numbers)) else 200)


@pytest.mark.slow
@pytest.mark.parametrize("seed", first_slow([None, 1, 2, 3]))
def test_a_third_of_all_tries_fails_and_everything_arrives_on_the_first_day(
    world, there, clock, seed
):
    """A daily run from cron goes on trying: nothing waits for the next day, or comes twice."""
    dice = random.Random(seed)
    there.reply = refusing(
        lambda number: number % 3 == 1 if seed is None else dice.random() < 1 / 3
    )
    with State.open(world.settings.state) as state:
        write(state, "hook", *(f"m{number:02}" for number in range(20)))
    done = run(world, clock)
    assert done.deliveries == {"sent": 21, "deferred": 0, "dead": 0}
    assert done.errors == []
    assert clock.moment - MORNING <= timedelta(seconds=60)
    taken = list(dict.fromkeys(request.headers["webhook-id"] for request in there.requests))
    assert taken[:20] == [f"m{number:02}" for number in range(20)]
    assert run(world, clock).deliveries == {"sent": 0, "deferred": 0, "dead": 0}


@pytest.mark.slow
def test_the_clock_of_delivery_is_the_real_one_whatever_day_a_run_stands_on(world, there, clock):
    """What one run of a day put off, a later run of the same day sends."""
    there.answers(status=503)
    assert run(world, clock, seconds=0).deliveries == {"sent": 0, "deferred": 1, "dead": 0}
    with world.state() as tx:
        assert tx.next_pending("hook").next_attempt_at > MORNING
    there.answers(status=200)
    clock.moment += timedelta(seconds=6)
    assert run(world, clock, seconds=0).deliveries == {"sent": 1, "deferred": 0, "dead": 0}


@pytest.mark.slow
def test_a_run_that_stands_on_a_day_to_come_sends_at_once(world, there, clock):
    """`--now` with the present day means its end, which is still to come."""
    tonight = MORNING.replace(hour=23, minute=59)
    done = run_once(world.settings, Wanted(assembly=assembly, clock=clock, now=tonight))
    assert done.deliveries["sent"] == len(there.requests) > 0
    assert done.deliveries["deferred"] == 0


@pytest.mark.slow
def test_a_run_that_waits_still_holds_the_lease(world, there, clock):
    """Nobody else begins a run meanwhile."""
    there.reply = refusing(lambda number: number == 1)
    refused: list[bool] = []

    def meanwhile() -> None:
        try:
            with State.open(world.settings.state) as state:
                other = state.lease("run", process="other", now=clock(), seconds=9)
                other.__enter__()
        except LeaseHeld:
            refused.append(True)

    clock.meanwhile = meanwhile
    assert run(world, clock).deliveries["sent"] == 1
    assert refused == [True]


@pytest.mark.slow
@pytest.mark.parametrize("asked", first_slow([signal.SIGTERM, signal.SIGINT]))
def test_a_signal_ends_the_waiting_and_the_run_ends_well(world, there, asked):
    """What was put off is left to the next run, and the run is written down as any other."""
    began = time.monotonic()

    def refuse(_request: Request) -> Reply:
        if len(there.requests) == 1:
            Timer(0.2, os.kill, (os.getpid(), asked)).start()
        return Reply(status=503)

    there.reply = refuse
    before = signal.getsignal(asked)
    wanted = Wanted(
        assembly=assembly, clock=lambda: datetime.now(UTC), now=EVENING, patience=Patience(60)
    )
    done = run_once(world.settings, wanted)
    assert time.monotonic() - began < 30
    assert done.deliveries == {"sent": 0, "deferred": 1, "dead": 0}
    assert "channel 'hook': asked to stop, 1 message left to the next run" in done.errors
    assert signal.getsignal(asked) is before
    with world.state() as tx:
        assert tx.runs()[0].finished_at is not None


def test_the_seconds_of_a_run_are_a_key_of_the_configuration(world):
    """A minute unless somebody says otherwise; none means that no run waits."""
    world.rewrite(patience=None)
    assert world.settings.run_deliver_seconds == 60
    world.rewrite(patience=0)
    assert world.settings.run_deliver_seconds == 0
