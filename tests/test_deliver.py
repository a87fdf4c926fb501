"""What waits in the outbox is sent: at least once, in order, and no channel delays another."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from receivers import channel_of, receiver
from samples import NOON, after, alert, notice_document, policy
from tempo import examples, first_slow

from monitor.base.errors import DeliveryBlocked, DeliveryDeferred, DeliveryRejected
from monitor.base.records import Message, Notice, Reason
from monitor.base.settings import Secret
from monitor.delivery.channels import Clock, Receipt
from monitor.delivery.deliver import WAITS, DeliveryOutcome, deliver
from monitor.delivery.outbox import enqueue_notice, enqueue_notifications
from monitor.state import DeliveryStatus, Outgoing, State, group_key


@dataclass(slots=True)
class Place:
    """A channel that does as a test says and remembers what it took."""

    answer: Callable[[Message], None] = field(default=lambda _message: None)
    taken: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    receipt: Receipt = field(default_factory=Receipt)

    def send(self, message: Message) -> Receipt:
        """Take a message, unless the answer raises."""
        self.tried.append(message.id)
        self.answer(message)
        self.taken.append(message.id)
        return self.receipt


def fails(error: Exception, *ids: str) -> Callable[[Message], None]:
    """Answer some messages, or all, with an error."""

    def answer(message: Message) -> None:
        if not ids or message.id in ids:
            raise error

    return answer


@dataclass(slots=True)
class Time:
    """A clock that only a test moves."""

    moment: datetime = NOON

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.moment

    def pass_by(self, **of: float) -> None:
        """Let time pass by."""
        self.moment += timedelta(**of)


@pytest.fixture
def state(state_url):
    """Return a new state, of each kind in turn."""
    with State.open(state_url) as opened:
        yield opened


def write(state: State, channel: str, *ids: str) -> None:
    """Put messages into the outbox."""
    with state.transaction() as tx:
        tx.enqueue(
            [
                Outgoing(id=each, channel=channel, about="a1", body=notice_document())
                for each in ids
            ],
            at=NOON,
        )


def statuses(state: State) -> dict[str, str]:
    """Say where each message stands."""
    with state.reading() as tx:
        return {each.id: each.status for each in tx.deliveries()}


def test_what_waits_is_sent_in_order_and_once(state):
    """A second run has nothing to do."""
    place = Place()
    write(state, "one", "m1", "m2", "m3")
    assert deliver(state, {"one": place}, now=Time()) == DeliveryOutcome(sent=3)
    assert deliver(state, {"one": place}, now=Time()) == DeliveryOutcome()
    assert place.taken == ["m1", "m2", "m3"]


def test_one_channel_never_blocks_another(state):
    """Case 43: the one that works gets each message once, the other after it recovers."""
    good, bad, clock = Place(), Place(fails(DeliveryDeferred("down"))), Time()
    write(state, "good", "g1", "g2")
    write(state, "bad", "b1", "b2")
    channels = {"bad": bad, "good": good}
    outcome = deliver(state, channels, now=clock)
    assert (outcome.sent, outcome.deferred, outcome.errors) == (2, 2, ("down",))
    assert bad.tried == ["b1"]
    bad.answer = lambda _message: None
    clock.pass_by(hours=1)
    assert deliver(state, channels, now=clock).sent == 2
    assert (good.taken, bad.taken) == (["g1", "g2"], ["b1", "b2"])


def test_a_slow_channel_delays_no_other(state):
    """Each channel is served by itself."""
    done = threading.Event()
    slow = Place(lambda _message: None if done.wait(10) else pytest.fail("it was not served"))
    quick = Place(lambda _message: done.set())
    write(state, "a-slow", "s1")
    write(state, "quick", "q1")
    assert deliver(state, {"a-slow": slow, "quick": quick}, now=Time()).sent == 2


def test_tries_follow_the_schedule_and_then_the_message_is_dead(state):
    """Case 49: about 75 hours of trouble are bridged; then it is dead, and the operator is told."""
    place, clock = Place(fails(DeliveryDeferred("down"))), Time()
    write(state, "one", "m1")
    for number, wait in enumerate(WAITS, 1):
        assert deliver(state, {"one": place}, now=clock, jitter=lambda: 0.0).deferred == 1
        assert len(place.tried) == number
        clock.moment += wait - timedelta(seconds=1)
        assert deliver(state, {"one": place}, now=clock).deferred == 1
        assert len(place.tried) == number
        clock.pass_by(seconds=1)
    outcome = deliver(state, {"one": place}, now=clock)
    assert (outcome.dead, statuses(state)) == (1, {"m1": DeliveryStatus.DEAD})
    assert outcome.errors == ("down (after 10 tries)",)


def test_jitter_only_adds(state):
    """Nobody is asked sooner than promised."""
    place, clock = Place(fails(DeliveryDeferred("down"))), Time()
    write(state, "one", "m1")
    deliver(state, {"one": place}, now=clock, jitter=lambda: 1.0)
    with state.reading() as tx:
        waiting = tx.next_pending("one")
    assert waiting is not None
    assert waiting.next_attempt_at == NOON + timedelta(seconds=5.5)
    assert waiting.last_error == "down"


@pytest.mark.parametrize(
    ("asked", "wait"),
    [(30, 30), (1, 5), (0, 5), (3 * 86400, 86400), (1e300, 86400)],
)
def test_a_wait_that_was_asked_for_is_kept(state, asked, wait):
    """Case 44: never sooner than asked, nor than planned; and no receiver stops us for ever."""
    place, clock = Place(fails(DeliveryDeferred("429", retry_after=asked))), Time()
    write(state, "one", "m1")
    deliver(state, {"one": place}, now=clock, jitter=lambda: 0.0)
    with state.reading() as tx:
        waiting = tx.next_pending("one")
    assert waiting is not None
    assert waiting.next_attempt_at == NOON + timedelta(seconds=wait)


@pytest.mark.slow
def test_what_is_refused_is_dead_and_the_next_one_is_sent(state):
    """Case 45: a message that a receiver cannot take stops no other."""
    place = Place(fails(DeliveryRejected("400"), "m1"))
    write(state, "one", "m1", "m2")
    outcome = deliver(state, {"one": place}, now=Time())
    assert (outcome.sent, outcome.dead) == (1, 1)
    assert statuses(state) == {"m1": DeliveryStatus.DEAD, "m2": DeliveryStatus.SENT}


def test_what_is_given_up_is_said_once_on_another_channel(state):
    """The operator learns of it where it can be read."""
    bad, console = Place(fails(DeliveryRejected("channel 'bad' said 404"))), Place()
    bodies: list[object] = []
    console.answer = lambda message: bodies.append(message.body["text"])
    channels = {"bad": bad, "console": console}
    write(state, "bad", "m1")
    deliver(state, channels, now=Time(), operations=["bad", "console"])
    deliver(state, channels, now=Time(), operations=["bad", "console"])
    assert len(bodies) == 1
    assert "channel 'bad' said 404" in str(bodies[0])
    assert bad.tried == ["m1"]


def test_a_notice_that_is_given_up_starts_no_endless_talk(state):
    """Two broken channels do not tell each other of each other's troubles for ever."""
    places = {name: Place(fails(DeliveryRejected(f"{name} said 404"))) for name in ("one", "two")}
    write(state, "one", "m1")
    clock = Time()
    for _ in range(5):
        deliver(state, places, now=clock, operations=["one", "two"])
        clock.pass_by(days=1)
    assert (len(places["one"].tried), len(places["two"].tried)) == (1, 1)


def test_gone_turns_the_channel_off_until_the_operator_acts(state):
    """410: nothing more is sent there, what waits is given up and said, and can be revived."""
    place, console, clock = Place(fails(DeliveryRejected("410", gone=True))), Place(), Time()
    channels = {"one": place, "console": console}
    write(state, "one", "m1", "m2")
    assert deliver(state, channels, now=clock, operations=["console"]).dead == 2
    write(state, "one", "m3")
    assert deliver(state, channels, now=clock, operations=["console"]).dead == 1
    assert place.tried == ["m1"]
    assert len(console.taken) == 1
    place.answer = lambda _message: None
    with state.transaction() as tx:
        assert tx.channels_off() == {"one": "410"}
        tx.turn_on("one")
        assert tx.revive("m1", at=clock())
    assert deliver(state, channels, now=clock).sent == 3
    assert place.taken == ["m1", "m2", "m3"]


NOT_FOUND = DeliveryRejected("404", channel=True)


def test_a_channel_at_fault_is_asked_once_and_what_waits_joins_the_dead(state):
    """A thousand messages to an address that is wrong are one request and one notice."""
    place, console, clock = Place(fails(NOT_FOUND)), Place(), Time()
    channels = {"one": place, "console": console}
    write(state, "one", "m1", "m2", "m3")
    outcome = deliver(state, channels, now=clock, operations=["console"])
    assert (outcome.dead, outcome.errors) == (3, ("404",))
    assert place.tried == ["m1"]
    assert len(console.taken) == 1
    clock.pass_by(days=1)
    again = deliver(state, channels, now=clock, operations=["console"])
    assert (again.dead, again.errors) == (0, ("404",))
    assert len(place.tried) == 2
    assert len(console.taken) == 1


def test_dead_letters_go_out_by_themselves_once_the_channel_is_mended(state):
    """Oldest first, and before what is new; nobody has to ask for it."""
    place, clock = Place(fails(NOT_FOUND)), Time()
    write(state, "one", "m1", "m2", "m3")
    deliver(state, {"one": place}, now=clock)
    place.answer = lambda _message: None
    clock.pass_by(minutes=1)
    write(state, "one", "m4")
    assert deliver(state, {"one": place}, now=clock) == DeliveryOutcome(sent=4)
    assert place.taken == ["m1", "m2", "m3", "m4"]


@pytest.mark.slow
def test_dead_letters_keep_their_order_however_long_the_channel_was_broken(state):
    """A month of tries makes none of them overtake an older one."""
    place, clock = Place(fails(NOT_FOUND)), Time()
    write(state, "one", "m1", "m2", "m3")
    for day in range(30):
        write(state, "one", f"n{day}")
        deliver(state, {"one": place}, now=clock)
        clock.pass_by(days=1)
    place.answer = lambda _message: None
    deliver(state, {"one": place}, now=clock)
    assert place.taken == ["m1", "m2", "m3", *(f"n{day}" for day in range(30))]
    assert len(place.tried) <= 33 + 2 * 30


def test_a_message_that_is_refused_alone_holds_nobody_back_for_long(state):
    """It is said once; later messages go out at once, and it is still tried now and then."""
    place, console, clock = Place(fails(NOT_FOUND, "poison")), Place(), Time()
    channels = {"one": place, "console": console}
    write(state, "one", "poison", "m2", "m3")
    for _ in range(5):
        deliver(state, channels, now=clock, operations=["console"])
        clock.pass_by(days=1)
    assert place.taken == ["m2", "m3"]
    for number in range(3):
        write(state, "one", f"n{number}")
        outcome = deliver(state, channels, now=clock, operations=["console"])
        assert (outcome.sent, outcome.dead) == (1, 0)
        clock.pass_by(days=1)
    assert len(console.taken) == 1
    place.answer = lambda _message: None
    deliver(state, channels, now=clock, operations=["console"])
    assert place.taken == ["m2", "m3", "n0", "n1", "n2", "poison"]


def test_a_channel_that_breaks_while_one_message_is_refused_alone_is_said(state):
    """The one that was known does not hide what befalls the others."""
    place, console, clock = Place(fails(NOT_FOUND, "poison")), Place(), Time()
    channels = {"one": place, "console": console}
    write(state, "one", "poison", "m2")
    for _ in range(5):
        deliver(state, channels, now=clock, operations=["console"])
        clock.pass_by(days=1)
    place.answer = fails(NOT_FOUND)
    write(state, "one", "m3", "m4")
    outcome = deliver(state, channels, now=clock, operations=["console"])
    assert (outcome.dead, len(console.taken)) == (2, 2)


def test_a_mended_channel_is_found_without_anything_new_to_send(state):
    """The tries go on by the same schedule, one dead letter each."""
    place, clock = Place(fails(NOT_FOUND)), Time()
    write(state, "one", "m1", "m2")
    deliver(state, {"one": place}, now=clock)
    assert deliver(state, {"one": place}, now=clock) == DeliveryOutcome()
    clock.pass_by(days=1)
    place.answer = lambda _message: None
    assert deliver(state, {"one": place}, now=clock).sent == 2
    assert place.taken == ["m1", "m2"]


def test_a_channel_that_breaks_again_is_said_again(state):
    """One notice for each time, not for each message."""
    place, console, clock = Place(fails(NOT_FOUND)), Place(), Time()
    channels = {"one": place, "console": console}
    for number in range(2):
        place.answer = fails(NOT_FOUND)
        write(state, "one", f"m{number}")
        deliver(state, channels, now=clock, operations=["console"])
        place.answer = lambda _message: None
        clock.pass_by(days=1)
        deliver(state, channels, now=clock, operations=["console"])
        clock.pass_by(days=1)
    assert (len(console.taken), place.taken) == (2, ["m0", "m1"])


def test_a_message_that_breaks_its_receiver_stops_the_others_for_a_while_only(state):
    """Given up after its last try, it is tried now and then, and the others go out."""
    place, clock = Place(fails(DeliveryDeferred("500"), "poison")), Time()
    write(state, "one", "poison", "m2", "m3")
    for _ in range(len(WAITS) + 1):
        deliver(state, {"one": place}, now=clock)
        clock.pass_by(hours=27)
    assert place.taken == ["m2", "m3"]
    assert statuses(state)["poison"] == DeliveryStatus.DEAD
    write(state, "one", "m4")
    deliver(state, {"one": place}, now=clock)
    assert place.taken == ["m2", "m3", "m4"]


def test_what_one_receiver_refuses_for_itself_is_not_tried_again(state):
    """It would be refused again; a person may ask for it."""
    place, clock = Place(fails(DeliveryRejected("400"), "m1")), Time()
    write(state, "one", "m1", "m2")
    deliver(state, {"one": place}, now=clock)
    clock.pass_by(days=2)
    deliver(state, {"one": place}, now=clock)
    assert place.tried == ["m1", "m2"]


@pytest.mark.slow
def test_a_wrong_configuration_costs_no_try(state):
    """What cannot be sent as it is configured waits, is named by every run, and goes out then."""
    blocked = DeliveryBlocked("channel 'one': its url is no address")
    place, clock = Place(fails(blocked)), Time()
    write(state, "one", "m1", "m2")
    for _ in range(20):
        outcome = deliver(state, {"one": place}, now=clock)
        assert outcome == DeliveryOutcome(deferred=2, errors=(str(blocked),))
    place.answer = lambda _message: None
    assert deliver(state, {"one": place}, now=clock).sent == 2


def test_quiet_hours_delay_and_drop_nothing(state):
    """Until they end nothing is tried; then all goes out in order."""
    place, clock = Place(), Time()
    write(state, "one", "m1", "m2")

    def is_quiet(channel: str, moment: datetime) -> bool:
        return channel == "one" and moment < NOON + timedelta(hours=8)

    assert deliver(state, {"one": place}, now=clock, is_quiet_hour=is_quiet) == DeliveryOutcome(
        deferred=2
    )
    clock.pass_by(hours=8)
    assert deliver(state, {"one": place}, now=clock, is_quiet_hour=is_quiet) == DeliveryOutcome(
        sent=2
    )
    assert place.taken == ["m1", "m2"]


def test_what_is_only_accepted_is_not_called_sent(state):
    """Case 53: the place passes it on and does not say whether it arrives."""
    write(state, "one", "m1")
    deliver(state, {"one": Place(receipt=Receipt(accepted=True))}, now=Time())
    assert statuses(state) == {"m1": DeliveryStatus.ACCEPTED}


def test_a_thread_goes_on_where_it_began(state):
    """What the channel called the first message is handed to it with the later ones."""
    handles: list[str | None] = []
    place = Place(lambda message: handles.append(message.handle), receipt=Receipt(handle="t1"))
    opened = alert("Ada", "Bo", "Cy")
    for revision in (opened, after(opened, Reason.GREW, "Ada", "Bo", "Cy", "Di")):
        with state.transaction() as tx:
            tx.record([revision])
            enqueue_notifications(
                tx,
                policies={"meta-to-xai": policy(["one"])},
                on=NOON.date(),
                at=NOON,
                changed={(revision.rule, group_key(revision.group))},
            )
        deliver(state, {"one": place}, now=Time())
    assert handles == [None, "t1"]


def test_messages_for_a_channel_that_is_not_configured_wait(state):
    """A slip in the configuration loses nothing, and is named."""
    write(state, "gone", "m1")
    outcome = deliver(state, {}, now=Time())
    assert outcome.errors == (
        "messages wait for channel 'gone', which the configuration does not have",
    )
    assert deliver(state, {"gone": Place()}, now=Time()).sent == 1


def test_a_fault_in_a_channel_does_not_lose_the_messages_of_others(state):
    """A bug shows itself, after everybody else was served."""
    write(state, "a-bug", "m1")
    write(state, "good", "g1")
    good = Place()
    channels = {"a-bug": Place(fails(ZeroDivisionError())), "good": good}
    with pytest.raises(ZeroDivisionError):
        deliver(state, channels, now=Time())
    assert good.taken == ["g1"]
    assert statuses(state) == {"m1": DeliveryStatus.PENDING, "g1": DeliveryStatus.SENT}


def test_no_transaction_is_open_while_something_is_sent(state):
    """A receiver that takes its time must not block the next run."""

    def writes(_message: Message) -> None:
        with state.transaction() as tx:
            tx.set_cursor("a", "written meanwhile")

    write(state, "one", "m1")
    assert deliver(state, {"one": Place(writes)}, now=Time()).sent == 1


def test_two_deliverers_at_once_send_each_message_once_and_in_order(state, state_url):
    """Whoever finds the first message of a channel taken leaves the channel to the other."""
    ids = [f"m{number:02}" for number in range(30)]
    place = Place(lambda _message: time.sleep(0.002))
    write(state, "one", *ids)

    def go_on() -> None:
        with State.open(state_url) as mine:
            while "pending" in set(statuses(mine).values()):
                deliver(mine, {"one": place}, now=Time())

    threads = [threading.Thread(target=go_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert place.taken == ids


def test_a_message_put_off_by_a_clock_that_ran_ahead_is_sent(state):
    """Otherwise it would wait until the clock comes round to that year."""
    place = Place(fails(DeliveryDeferred("down")))
    write(state, "one", "m1")
    ahead = Time(NOON + timedelta(days=3650))
    assert deliver(state, {"one": place}, now=ahead).deferred == 1
    place.answer = lambda _message: None
    assert deliver(state, {"one": place}, now=Time()).sent == 1


def test_a_crash_after_sending_repeats_the_message_under_its_id(state):
    """Case 46: the receiver took it, we do not know."""
    place = Place()

    def crash() -> datetime:
        if place.taken:
            raise KeyboardInterrupt
        return NOON

    write(state, "one", "m1")
    with pytest.raises(KeyboardInterrupt):
        deliver(state, {"one": place}, now=crash)
    assert deliver(state, {"one": place}, now=Time()).sent == 1
    assert place.taken == ["m1", "m1"]


@pytest.mark.slow
def test_a_receiver_that_is_down_for_three_days_gets_everything_in_order(state):
    """Nothing is lost, nothing overtakes, whatever the jitter."""
    clock = Time()
    place = Place(fails(DeliveryDeferred("down")))
    write(state, "one", *(f"m{number}" for number in range(5)))
    for hour in range(76):
        if hour == 72:
            place.answer = lambda _message: None
        deliver(state, {"one": place}, now=clock, jitter=lambda: 1.0)
        clock.pass_by(hours=1)
    clock.pass_by(days=2)
    deliver(state, {"one": place}, now=clock)
    assert place.taken == [f"m{number}" for number in range(5)]


@pytest.mark.slow
@settings(max_examples=examples(25))
@given(st.lists(st.sampled_from(["ok", "defer", "crash", "break"]), max_size=30))
def test_whatever_goes_wrong_nothing_is_lost_and_order_is_kept(tmp_path_factory, faults):
    """A crash after any step: before sending, after sending, before the note of it."""
    folder = tmp_path_factory.mktemp("outbox")
    clock, received, plan = Time(), list[str](), list(faults)

    def receive(message: Message) -> None:
        fault = plan.pop(0) if plan else "ok"
        if fault == "defer":
            raise DeliveryDeferred("busy")
        if fault == "break":
            raise KeyboardInterrupt  # killed before it was sent
        received.append(message.id)
        if fault == "crash":
            raise KeyboardInterrupt  # killed before it was noted

    ledger = [alert("Ada", "Bo", "Cy")]
    ledger.append(after(ledger[0], Reason.GREW, "Ada", "Bo", "Cy", "Di"))
    ledger.append(after(ledger[1], Reason.CLOSED))
    with State.open(f"sqlite:///{folder}/state.db") as state:
        with state.transaction() as tx:
            tx.record(ledger)
            enqueue_notifications(
                tx, policies={"meta-to-xai": policy(["one"])}, on=NOON.date(), at=NOON
            )
            expected = [each.id for each in reversed(tx.deliveries())]
        for _ in range(len(faults) + 1):
            try:
                deliver(state, {"one": Place(receive)}, now=clock)
            except KeyboardInterrupt:
                continue
            finally:
                clock.pass_by(hours=25)
        assert set(statuses(state).values()) == {DeliveryStatus.SENT}
    assert list(dict.fromkeys(received)) == expected
    assert sorted(received, key=expected.index) == received


KILLED = """
import sys
from datetime import UTC, datetime
from monitor.delivery.channels import CHANNELS, Clock, Receipt
from monitor.delivery.deliver import deliver
from monitor.base.settings import Secret
from monitor.base.settings.channels import Webhook
from monitor.state import State
now = lambda: datetime.now(UTC)
settings = Webhook(url=Secret(literal=sys.argv[2]), allow_private=True)
channel = CHANNELS["webhook"]("hook", settings, Clock(now=now, sleep=lambda seconds: None))
with State.open(sys.argv[1]) as state:
    deliver(state, {"hook": channel}, now=now)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kills", first_slow([1, 3]))
def test_killed_at_random_moments_every_message_arrives(tmp_path, kills):
    """SIGKILL in the middle of a delivery: nothing lost, repeats carry the same id."""
    url = f"sqlite:///{tmp_path}/state.db"
    ids = [f"m{number:03}" for number in range(40)]
    with State.open(url) as state, receiver() as there:
        write(state, "hook", *ids)
        command = [sys.executable, "-c", KILLED, url, there.url]
        for number in range(kills):
            process = subprocess.Popen(command)
            seen = len(there.requests)
            while len(there.requests) <= seen + number and process.poll() is None:
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
            process.wait()
        subprocess.run(command, check=True)
        arrived = [request.headers["webhook-id"] for request in there.requests]
        bodies = {json.dumps(json.loads(request.body)) for request in there.requests}
    assert list(dict.fromkeys(arrived)) == ids
    assert len(bodies) == 1


def test_every_kind_of_channel_delivers_from_the_outbox(state, tmp_path):
    """From the ledger to the receiver, with nothing but real parts."""
    clock = Time()
    with receiver() as there:
        options: dict[str, dict[str, Any]] = {
            "file": {"path": Path(tmp_path / "alerts.jsonl")},
            "slack": {"url": Secret(literal=there.url), "allow_private": True},
            "webhook": {"url": Secret(literal=there.url), "allow_private": True},
        }
        channels = {
            kind: channel_of(
                kind,
                Clock(now=clock, sleep=lambda seconds: clock.pass_by(seconds=seconds)),
                called=kind,
                **some,
            )
            for kind, some in options.items()
        }
        with state.transaction() as tx:
            tx.record([alert("Ada", "Bo", "Cy")])
            policies = {"meta-to-xai": policy(sorted(channels))}
            enqueue_notifications(tx, policies=policies, on=NOON.date(), at=NOON)
        assert deliver(state, channels, now=clock) == DeliveryOutcome(sent=3)
        assert len(there.requests) == 2
    line = json.loads((tmp_path / "alerts.jsonl").read_text("utf-8"))
    assert statuses(state)[line["id"]] == DeliveryStatus.SENT


def test_outcomes_add_up():
    """What a run says is the sum over its channels."""
    one, other = (
        DeliveryOutcome(sent=1, errors=("a",)),
        DeliveryOutcome(deferred=2, dead=3, errors=("b",)),
    )
    assert one.plus(other) == DeliveryOutcome(sent=1, deferred=2, dead=3, errors=("a", "b"))


def test_a_notice_is_delivered_as_it_was_written(state):
    """The operator reads what the run said."""
    bodies: list[object] = []
    notice = Notice(key="k", title="Source is suspect", text="Look at it.", on=NOON.date())
    channels: Sequence[str] = ["console"]
    with state.transaction() as tx:
        enqueue_notice(tx, notice, channels=channels, at=NOON)
    deliver(state, {"console": Place(lambda message: bodies.append(message.body))}, now=Time())
    assert bodies == [
        {
            "type": "notice",
            "schema": 1,
            "key": "k",
            "title": "Source is suspect",
            "text": "Look at it.",
            "on": "2025-08-07",
            "facts": {},
        }
    ]
