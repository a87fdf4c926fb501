"""Sending what waits in the outbox: at least once, in order for each channel, and again later."""

import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from datetime import datetime, timedelta

from monitor.base.records import Json, Message, Notice
from monitor.delivery.channels import Channel
from monitor.delivery.messages import notice_body
from monitor.delivery.patience import Patience
from monitor.delivery.sending import NOTICE, WAITS, ChannelRun, DeliveryOutcome, Sender, fault_key
from monitor.state import State

__all__ = [
    "RETRIED",
    "WAITS",
    "DeliveryOutcome",
    "deliver",
    "restore_channel",
    "retry_dead_letters",
    "trial_message",
]

RETRIED = "delivery"
"""The kind of decision that lets a dead message go again."""


def deliver(  # noqa: PLR0913 -- what delivery works with
    state: State,
    channels: Mapping[str, Channel],
    *,
    now: Callable[[], datetime],
    operations: Sequence[str] = (),
    jitter: Callable[[], float] = random.random,
    is_quiet_hour: Callable[[str, datetime], bool] = lambda *_: False,
    picture: Callable[[str, Mapping[str, Json]], bytes | None] = lambda *_: None,
    reworded: Callable[[Mapping[str, Json]], Mapping[str, Json]] = lambda document: document,
    patience: Patience | None = None,
) -> DeliveryOutcome:
    """Send all that is due, each channel by itself, and say on the others what is given up.

    `operations` are the channels for notices. A message that must wait stops only its own channel;
    as long as there is `patience`, that channel waits and tries again. `picture` draws what goes
    with a document to a channel, and raises nothing. `reworded` says what of a document that was
    written before may be sent now.
    """
    patience = patience or Patience()
    sender = Sender(
        state=state,
        channels=channels,
        now=now,
        operations=operations,
        jitter=jitter,
        is_quiet_hour=is_quiet_hour,
        picture=picture,
        reworded=reworded,
        patience=patience,
        until=now() + timedelta(seconds=patience.seconds),
    )
    total = _round(sender, probes=True)
    # What died in the first round is told in a second one; what dies there is not told again.
    if total.dead:
        total = total.plus(_round(sender, probes=False))
    return total


def restore_channel(state: State, channel: str, *, at: datetime) -> int:
    """Note that a channel takes messages: it is on, and what was given up for it follows.

    Returns how many follow; what was refused for the message's own sake stays dead.
    """
    with state.transaction() as tx:
        tx.turn_on(channel)
        tx.forget_notice(fault_key(channel))
        return tx.follow(channel, at=at)


def retry_dead_letters(
    state: State, *, at: datetime, message: str | None = None, channel: str | None = None
) -> int:
    """Let a dead message, or all of a channel, be tried from the start; returns how many."""
    with state.transaction() as tx:
        revived = 0
        if message is not None:
            revived += tx.revive(message, at=at)
        if channel is not None:
            tx.turn_on(channel)
            tx.forget_notice(fault_key(channel))
            revived += tx.revive_all(channel, at=at)
        return revived


def trial_message(channel: str, *, at: datetime) -> Message:
    """Write a message that only shows whether it arrives."""
    notice = Notice(
        key=f"{NOTICE}test:{channel}",
        title="A test message of talentwatch",
        text=f"The channel {channel!r} works.",
        on=at.date(),
    )
    return Message(id=f"msg_test_{int(at.timestamp())}", channel=channel, body=notice_body(notice))


def _round(sender: Sender, *, probes: bool) -> DeliveryOutcome:
    with sender.state.reading() as tx:
        waiting = tx.waiting_channels()
        failing = tx.channels_to_probe(at=sender.now()) if probes else []
    named = [name for name in sender.channels if name in {*waiting, *failing}]
    total = DeliveryOutcome(
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
        sending = [
            threads.submit(copy_context().run, ChannelRun(sender, name).run, probes=probes)
            for name in named
        ]
        try:
            wait(sending)
        except BaseException:
            sender.patience.end()
            raise
    # Asked for after all are done: a bug in one channel cancels no other.
    for done in sending:
        total = total.plus(done.result())
    return total
