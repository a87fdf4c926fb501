"""What channels are told is planned and written some alerts at a time, and is the same."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOON, alert, policy
from test_outbox import histories

from monitor.base.records import Alert, AlertSummary, Person, Reason
from monitor.board.answers.alerts import AT_ONCE, alert_rows, each_alert_row, oldest_alerts
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Asked
from monitor.delivery.outbox import (
    SILENCE,
    ChannelFormat,
    ForeseenReader,
    Mode,
    PendingNotification,
    Policy,
    enqueue_notifications,
    foresee_notifications,
    ledger_and_log_of,
    plan_notifications,
    silences_on,
)
from monitor.delivery.outbox.muting import Silence
from monitor.rules.language import RuleSet
from monitor.state import AlertSpool, State, Transaction, group_key

ALL = 10**9
RULES = ("all-of-meta", "meta-to-xai")
PLACES = ("xai", "acme", "old acme")


@pytest.fixture(scope="module", name="state")
def _state() -> Iterator[State]:
    with State.open("sqlite://") as opened:
        yield opened


@dataclass(frozen=True)
class Day:
    """One run: the ledger as it is then, what the rules ask for, and who runs."""

    ledger: tuple[Alert, ...]
    policies: dict[str, Policy]
    mode: Mode
    name: str
    """What "old acme" counts as on this day."""


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Alert, ...]:
    """Draw the ledger of two rules with a few groups each."""
    return tuple(
        replace(
            revision,
            alert=f"{revision.alert}-{rule}-{place}",
            rule=rule,
            group={"to.organization": place},
        )
        for rule in RULES
        for place in draw(st.sets(st.sampled_from(PLACES)).map(sorted))
        for revision in draw(histories())
    )


@st.composite
def days(draw: st.DrawFn) -> Day:
    """Draw one run."""
    channels = draw(st.sampled_from([("one",), ("one", "two")]))
    formats = {"one": ChannelFormat(digest=draw(st.sampled_from([0, 1, 3])))}
    shared: dict[str, Any] = {
        "on": draw(st.frozensets(st.sampled_from(list(Reason)), min_size=6)),
        "formats": formats,
        "remind_every_days": draw(st.sampled_from([None, 1])),
    }
    inhibited = draw(st.sampled_from([{}, {RULES[0]: ("to.organization",)}, {RULES[1]: ()}]))
    rules = draw(st.sampled_from([RULES, RULES[1:]]))
    return Day(
        ledger=draw(ledgers()),
        policies={
            rule: policy(channels, rule=rule, inhibited_by=inhibited, **shared) for rule in rules
        },
        mode=draw(st.sampled_from(Mode)),
        name=draw(st.sampled_from(["old acme", "acme"])),
    )


class Undone(Exception):
    """Raised to leave a state as it was."""


def told(
    state: State, history: Sequence[Day], silenced: str | None, *, at_once: int
) -> list[Sequence[object]]:
    """Live through some days; return what is written on each, and what is returned."""
    days: list[Sequence[object]] = []
    with suppress(Undone), state.transaction() as tx:
        for number, day in enumerate(history):
            days.append(_lived(tx, day, number, silenced, at_once=at_once))
        raise Undone
    return days


def _lived(
    tx: Transaction, day: Day, number: int, silenced: str | None, *, at_once: int
) -> Sequence[object]:
    at = NOON + timedelta(days=number)
    if silenced and number == 1:
        silence = Silence(person=silenced, since=at.date(), until=at.date() + timedelta(days=1))
        tx.decide(SILENCE, silence.key, silence.span, "ada", "", on=at)
    groups = {(revision.rule, group_key(revision.group)) for revision in tx.revisions()}
    groups |= {(revision.rule, group_key(revision.group)) for revision in day.ledger}
    foreseen = _foreseen(tx, day, at, at_once=at_once)
    for rule in RULES:
        tx.forget_from(rule, None)
    tx.record(day.ledger)
    whole = _planned_whole(tx, day, at.date())
    if day.mode is Mode.LIVE:
        assert [*map(_said, foreseen)] == [*map(_said, whole)]
    steps = enqueue_notifications(
        tx,
        policies=day.policies,
        on=at.date(),
        at=at,
        changed=groups,
        mode=day.mode,
        name=_namer(day),
        at_once=at_once,
    )
    assert [*map(_said, steps)] == [*map(_said, whole)]
    written = tx.notifications()[-len(steps) :] if steps else []
    assert [each.alert for each in written] == [each.notification.alert for each in whole]
    messages = [
        (each.number, each.id, each.channel, each.about, each.body, each.thread)
        for each in tx.deliveries()
    ]
    return steps, written, messages, tx.cursor("muted")


def _foreseen(
    tx: Transaction, day: Day, at: datetime, *, at_once: int
) -> list[PendingNotification]:
    """Say what a live run would do with the day's ledger, before it is written."""
    revisions = AlertSpool()
    revisions.add([revision for revision in day.ledger if revision.rule in day.policies])
    reader = ForeseenReader(
        tx,
        rules=day.policies,
        revisions=revisions,
        since=dict.fromkeys(day.policies, date.min),
        name=_namer(day),
        at_once=at_once,
    )
    return foresee_notifications(tx, reader, policies=day.policies, on=at.date(), at=at)


def _namer(day: Day) -> Any:
    return lambda name: day.name if name == "old acme" else name


def _planned_whole(tx: Transaction, day: Day, on: date) -> list[PendingNotification]:
    """Plan over all that there is at once."""
    rules = sorted(day.policies)
    books = ledger_and_log_of(tx.revisions(rules=rules), tx.notifications(rules))
    return plan_notifications(
        books.renamed(_namer(day)),
        policies=day.policies,
        on=on,
        mode=day.mode,
        silences=silences_on(tx.decisions(SILENCE), on),
    )


def _said(step: PendingNotification) -> tuple[object, ...]:
    """What a step says, but for its message, which may be in a digest."""
    notification = step.notification
    return (
        *(notification.channel, notification.thread, notification.alert.alert),
        *(notification.alert.revision, notification.handled, notification.chain),
        *(notification.reason, notification.message is None, notification.suppressed),
    )


@pytest.mark.long
@given(st.lists(days(), min_size=1, max_size=3), st.sampled_from([None, "A"]))
def test_however_many_alerts_are_read_at_once_channels_are_told_the_same(state, history, silenced):
    """One, two or all: equal steps, messages, digests and order, and what a whole plan says."""
    one, two, whole = (told(state, history, silenced, at_once=some) for some in (1, 2, ALL))
    assert one == two == whole


class Counting(dict[str, ChannelFormat]):
    """Formats of channels that count, whenever a message is written, how many people there are."""

    most = 0

    def get(self, channel: str, default: Any = None) -> Any:
        """Return how a channel is spoken to."""
        self.most = max(self.most, _people_in_memory())
        return super().get(channel, default)


def _people_in_memory() -> int:
    return sum(isinstance(each, Person) for each in gc.get_objects())


@pytest.mark.long
@pytest.mark.slow
def test_only_some_alerts_are_in_memory_at_a_time(state):
    """However many alerts a run tells of, their people are never all there at once."""
    formats = Counting()
    policies = {RULES[1]: policy(("one", "two"), formats=formats)}
    with suppress(Undone), state.transaction() as tx:
        for number in range(60):
            names = [f"p{number}-{who}" for who in range(20)]
            group = {"to.organization": f"o{number}"}
            tx.record([alert(*names, alert=f"a{number}", group=group)])
        gc.collect()
        before = _people_in_memory()
        steps = enqueue_notifications(tx, policies=policies, on=NOON.date(), at=NOON, at_once=10)
        assert len(steps) == 120
        assert all(each.sends and not each.notification.alert.people for each in steps)
        raise Undone
    assert 10 * 20 <= formats.most - before <= 2 * 10 * 20


@pytest.mark.slow
def test_alerts_are_listed_without_having_all_their_people_in_memory(state):
    """Rows of `alerts --json` come some at a time, and equal the list of all of them."""
    desk = _desk()
    most = 0
    with suppress(Undone), state.transaction() as tx:
        desk.tx = tx
        for number in range(3 * AT_ONCE):
            tx.record([alert("Ada", "Bo", "Cyd", alert=f"a{number:03}")])
        gc.collect()
        before = _people_in_memory()
        rows: list[str] = []
        for row in each_alert_row(desk, [each.alert for each in tx.summaries()]):
            if len(rows) % 50 == 0:
                most = max(most, _people_in_memory() - before)
            rows.append(row["alert"])
        assert rows == [row["alert"] for row in alert_rows(desk, tx.summaries())]
        assert len(rows) == 3 * AT_ONCE
        raise Undone
    assert 0 < most <= 2 * AT_ONCE * 3


def _desk() -> Desk:
    """Return a desk to list alerts at, without a publication."""
    parts: dict[str, Any] = {
        "settings": SimpleNamespace(least_people=1),
        "definitions": SimpleNamespace(rules=RuleSet()),
        "open_reading": None,
        "tx": None,
        "now": NOON,
    }
    return Desk(**parts)


@pytest.mark.slow
def test_alerts_are_put_in_order_without_having_all_their_summaries_in_memory(state):
    """Of each its name and its place in the order are kept."""
    desk, most = _desk(), 0

    def is_even(summary: AlertSummary) -> bool:
        nonlocal most
        most = max(most, _summaries_in_memory() - before)
        return int(summary.alert[1:]) % 2 == 0

    with suppress(Undone), state.transaction() as tx:
        desk.tx = tx
        tx.record([alert("Ada", alert=f"a{number:02}") for number in range(40)])
        gc.collect()
        before = _summaries_in_memory()
        with patch("monitor.board.answers.alerts._is_asked_for", lambda *_: is_even):
            names = oldest_alerts(desk, Asked(limit=15))
        raise Undone
    assert names == [f"a{number:02}" for number in range(0, 30, 2)]
    assert 0 < most <= 3


def _summaries_in_memory() -> int:
    return sum(isinstance(each, AlertSummary) for each in gc.get_objects())


def test_what_channels_were_told_is_gone_through_without_people(state):
    """So status, silences and precision need none of them; which moves counted is asked by id."""
    first = alert("Ada", "Bo")
    with suppress(Undone), state.transaction() as tx:
        tx.record([first])
        enqueue_notifications(tx, policies={RULES[1]: policy()}, on=NOON.date(), at=NOON)
        (step,) = tx.steps()
        assert (step.alert.alert, step.alert.people) == (first.alert, ())
        assert [*tx.steps(rules=["other"])] == [*tx.steps(alerts=["other"])] == []
        assert [*tx.steps(beginning="a")] == [step]
        assert [*tx.steps(beginning="%")] == []
        assert [revision.people for revision in tx.news_since(first.known_on)] == [()]
        assert [*tx.news_since(first.known_on + timedelta(days=1))] == []
        moves = [first.people[0].move, "another"]
        assert tx.counted_moves(RULES[1], moves) == {first.people[0].move}
        assert tx.counted_moves("other", moves) == set()
        tx.forget_from(RULES[1], None)
        assert tx.counted_moves(RULES[1], moves) == {first.people[0].move}, "it was told"
        raise Undone
