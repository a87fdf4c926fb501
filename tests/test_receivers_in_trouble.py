"""Receivers that are down, busy or hang, and ten thousand alerts at once: nothing is lost."""

import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from receivers import Receiver, Reply, Request, channel_of, receiver
from samples import NOON, SUBJECT, alert

from monitor.base.records import Message
from monitor.base.settings import Secret
from monitor.delivery.channels import Channel, Clock, Receipt
from monitor.delivery.deliver import deliver
from monitor.delivery.messages import body
from monitor.state import DeliveryStatus, Outgoing, State

HOURS = 80
MESSAGES = 8


def hook(name: str, address: str, *, now: Callable[[], datetime]) -> Channel:
    """Return a webhook to a receiver on loopback."""
    return channel_of(
        "webhook",
        Clock(now=now, sleep=lambda _: None),
        called=name,
        url=Secret(literal=address),
        allow_private=True,
        timeout=0.5,
    )


@contextmanager
def receiving(*names: str) -> Iterator[dict[str, Receiver]]:
    """Run some receivers."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(receiver()) for name in names}


def taken(there: Receiver) -> list[str]:
    """List the ids of what a receiver took, in order, each once."""
    return list(dict.fromkeys(request.headers["webhook-id"] for request in there.requests))


def until(
    moment: datetime, now: Callable[[], datetime], trouble: Reply
) -> Callable[[Request], Reply]:
    """Answer with trouble until a moment."""
    return lambda _request: trouble if now() < moment else Reply()


def write(state: State, ids: Mapping[str, list[str]], at: datetime) -> None:
    """Put messages into the outbox, by channel."""
    document = body(alert("Ada", "Bo", "Cy"), subject=SUBJECT)
    with state.transaction() as tx:
        tx.enqueue(
            [
                Outgoing(id=each, channel=channel, about="a1", body=document)
                for channel, some in ids.items()
                for each in some
            ],
            at=at,
        )


@pytest.mark.slow
def test_a_receiver_down_for_72_hours_a_busy_one_and_one_that_hangs(tmp_path, record_property):
    """Cases 43 and 44: nothing lost, the others not delayed, all delivered afterwards in order."""
    moment = [NOON]

    def now() -> datetime:
        return moment[0]

    names = ("well", "down", "busy", "hangs")
    expected = {name: [f"{name}-{number}" for number in range(MESSAGES)] for name in names}
    with (
        receiving(*names) as there,
        State.open(f"sqlite:///{tmp_path}/state.db") as state,
    ):
        busy = Reply(status=429, headers={"Retry-After": "600"})
        there["down"].reply = until(NOON + timedelta(hours=72), now, Reply(status=503))
        there["busy"].reply = until(NOON + timedelta(hours=1), now, busy)
        there["hangs"].reply = until(NOON + timedelta(hours=5), now, Reply(wait=0.8))
        channels = {name: hook(name, receiver.url, now=now) for name, receiver in there.items()}
        rounds, refused = 0, 0
        for half in range(2 * (HOURS + 24)):
            moment[0] = NOON + timedelta(minutes=30 * half)
            if half < MESSAGES:
                write(state, {name: [some[half]] for name, some in expected.items()}, now())
            before = {name: len(receiver.requests) for name, receiver in there.items()}
            # Jitter only ever adds: here all of it.
            deliver(state, channels, now=now, jitter=lambda: 1.0)
            rounds += 1
            if half < MESSAGES:
                # The one that is well gets each message in the round in which it was written.
                assert taken(there["well"]) == expected["well"][: half + 1]
            refused += sum(
                len(receiver.requests) - before[name] for name, receiver in there.items()
            )
        assert {name: taken(receiver) for name, receiver in there.items()} == expected
        with state.reading() as tx:
            assert {delivery.status for delivery in tx.deliveries()} == {DeliveryStatus.SENT}
        arrivals = [len(receiver.requests) for receiver in there.values()]
    record_property(
        "proved",
        f"{len(names) * MESSAGES} messages in {rounds} rounds of 30 virtual minutes: 0 lost, all in"
        f" order; requests {dict(zip(names, arrivals, strict=True))}",
    )


def send_many(folder: Path, count: int) -> float:
    """Send so many alerts to loopback; return the seconds it took."""
    with receiver() as there, State.open(f"sqlite:///{folder}/{count}.db") as state:
        write(state, {"hook": [f"m{number:05}" for number in range(count)]}, NOON)
        channel = hook("hook", there.url, now=lambda: NOON)
        began = time.monotonic()
        done = deliver(state, {"hook": channel}, now=lambda: NOON)
        seconds = time.monotonic() - began
        assert done.sent == count
        assert taken(there) == [f"m{number:05}" for number in range(count)]
    return seconds


@dataclass(slots=True)
class Sink:
    """A place that takes everything and keeps nothing."""

    taken: int = 0

    def send(self, _message: Message) -> Receipt:
        """Count a message."""
        self.taken += 1
        return Receipt()


def memory_of(folder: Path, count: int) -> int:
    """Deliver so many alerts to nowhere; return the peak of memory in bytes."""
    with State.open(f"sqlite:///{folder}/memory-{count}.db") as state:
        write(state, {"sink": [f"m{number:05}" for number in range(count)]}, NOON)
        tracemalloc.start()
        deliver(state, {"sink": Sink()}, now=lambda: NOON)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


@pytest.mark.slow
def test_many_alerts_at_once_arrive_in_order_and_in_bounded_memory(tmp_path):
    """Ten times as many take no more memory."""
    send_many(tmp_path, 100)
    memory_of(tmp_path, 5)
    assert memory_of(tmp_path, 200) < memory_of(tmp_path, 20) + 1_000_000


@pytest.mark.long
def test_ten_thousand_alerts_to_a_loopback_receiver(tmp_path, record_property):
    """All arrive, in order, in memory that does not grow with their number."""
    seconds = send_many(tmp_path, 10_000)
    few, many = memory_of(tmp_path, 100), memory_of(tmp_path, 10_000)
    assert many < few + 5_000_000
    record_property(
        "proved",
        f"10,000 alerts in {seconds:.0f} s ({10_000 / seconds:.0f} a second, one at a time, each"
        f" noted on disk); memory {many / 1e6:.1f} MB, for 100 alerts {few / 1e6:.1f} MB",
    )
