"""The ledger against an oracle that evaluates at the end of every calendar day."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from oracle import Entry, Stretch, ledger
from samples import alert, person
from tempo import examples

from monitor.alerts.lifecycle import AlertTemplate, count_on, follow
from monitor.base.records import Alert, AlertStatus, Reason
from monitor.rules.evaluation.evaluate import Belief, Episode

START = date(2025, 1, 1)
WATCH = AlertTemplate(rule="r", group={}, severity="warning", threshold=1)
LENGTH = 30


@st.composite
def stretches(draw, known_on: int):
    """Draw episodes, none of them touching another; some only begin after the day."""
    latest = draw(st.sampled_from([known_on, LENGTH]))
    edges = sorted(draw(st.sets(st.integers(0, LENGTH), max_size=6)))
    found = []
    for opens, closes in zip(edges[::2], [*edges[1::2], None], strict=False):
        if opens > latest:
            break
        people = draw(st.sets(st.sampled_from("abcd"), min_size=1))
        found.append(
            Stretch(
                opens=START + timedelta(days=opens),
                closes=None if closes is None else START + timedelta(days=closes),
                peak=draw(st.integers(1, 2)),
                people=frozenset(people),
            )
        )
    return found


@st.composite
def histories(draw):
    """Draw what became known of one group, day by day."""
    on = sorted(draw(st.sets(st.integers(0, LENGTH), max_size=6)))
    return {START + timedelta(days=day): draw(stretches(day)) for day in on}


@st.composite
def repeated_histories(draw):
    """Draw what became known of one group, the same again on most days."""
    first, *later = sorted(draw(st.sets(st.integers(0, LENGTH), min_size=3, max_size=10)))
    beliefs = {first: draw(stretches(first))}
    for day in later:
        before = beliefs[max(beliefs)]
        beliefs[day] = before if draw(st.integers(0, 3)) else draw(stretches(day))
    return {START + timedelta(days=day): found for day, found in beliefs.items()}


horizons = st.integers(0, 2 * LENGTH).map(lambda day: START + timedelta(days=day))


def belief(known_on: date, found: Sequence[Stretch]) -> Belief:
    """Say what became known on a day in the product's words."""
    episodes = tuple(
        Episode(
            opens=stretch.opens,
            closes=stretch.closes,
            peak=stretch.peak,
            possible=len(stretch.people),
            people=tuple(person(name) for name in sorted(stretch.people)),
            possible_people=(),
            left_out=(),
            baseline=False,
        )
        for stretch in found
    )
    return Belief(known_on=known_on, episodes=episodes)


def followed(
    alerts: Sequence[Alert], beliefs: Mapping[date, Sequence[Stretch]], horizon: date
) -> list[Alert]:
    """Follow what became known up to a horizon."""
    known = [belief(day, found) for day, found in beliefs.items() if day <= horizon]
    return follow(alerts, known, template=WATCH, horizon=horizon)


def entries(revisions: Sequence[Alert]) -> list[Entry]:
    """Say revisions in the oracle's words."""
    first: dict[str, date] = {}
    found = [
        Entry(
            first_known_on=revision.first_known_on,
            first_opened_on=first.setdefault(revision.alert, revision.opened_on),
            revision=revision.revision,
            known_on=revision.known_on,
            reason=str(revision.reason),
            status=str(revision.status),
            late_days=revision.late_days,
            opened_on=revision.opened_on,
            closed_on=revision.closed_on,
            ends_on=revision.ends_on,
            peak=revision.peak,
            people=frozenset(each.person for each in revision.people),
            new=frozenset(revision.new_people),
            gone=frozenset(revision.gone_people),
        )
        for revision in revisions
    ]
    return sorted(found, key=repr)


@pytest.mark.slow
@settings(max_examples=examples(300))
@given(beliefs=repeated_histories(), horizon=horizons)
def test_what_is_believed_again_writes_what_evaluating_every_day_writes(beliefs, horizon):
    """Days on which the same became known are passed over, and it makes no difference."""
    known = {day: found for day, found in beliefs.items() if day <= horizon}
    expected = sorted(ledger(known, horizon), key=repr)
    assert entries(followed((), beliefs, horizon)) == expected


@pytest.mark.slow
@settings(max_examples=examples(300))
@given(beliefs=histories(), horizon=horizons)
def test_the_ledger_is_what_evaluating_every_day_writes(beliefs, horizon):
    """Days on which nothing became known are skipped, and it makes no difference."""
    known = {day: found for day, found in beliefs.items() if day <= horizon}
    expected = sorted(ledger(known, horizon), key=repr)
    assert entries(followed((), beliefs, horizon)) == expected


@pytest.mark.slow
@settings(max_examples=examples(300))
@given(beliefs=histories(), stops=st.lists(horizons, max_size=4), horizon=horizons)
def test_a_ledger_followed_in_steps_is_the_one_followed_at_once(beliefs, stops, horizon):
    """Whether a run came every day, or once in a while, cannot be told from the ledger."""
    latest: dict[str, Alert] = {}
    written: list[Alert] = []
    before = date.min
    for stop in [*sorted(stop for stop in stops if stop < horizon), horizon]:
        # What lies ahead is looked at again where the last step ended.
        last = max((day for day in beliefs if day <= before), default=None)
        again = {} if last is None else {before: beliefs[last]}
        news = again | {day: found for day, found in beliefs.items() if before < day}
        step = followed(list(latest.values()), news, stop)
        latest |= {alert.alert: alert for alert in step}
        written += step
        before = stop
    assert written == followed((), beliefs, horizon)


@settings(max_examples=examples(100))
@given(beliefs=histories(), horizon=horizons)
def test_learning_the_same_again_writes_nothing(beliefs, horizon):
    """A belief that says what was believed already is no news."""
    latest = {alert.alert: alert for alert in followed((), beliefs, horizon)}
    if beliefs and max(beliefs) <= horizon:
        again = belief(horizon, beliefs[max(beliefs)])
        assert follow(list(latest.values()), [again], template=WATCH, horizon=horizon) == []


def test_what_was_withdrawn_gives_way_to_what_stands():
    """An open alert that grows over the days of a withdrawn one goes on; none is reopened."""
    first, second = START, START + timedelta(days=10)
    long_ago = Stretch(opens=first, closes=first + timedelta(days=4), peak=1, people=frozenset("a"))
    open_now = Stretch(opens=second, closes=None, peak=1, people=frozenset("b"))
    wider = Stretch(opens=first, closes=None, peak=1, people=frozenset("bc"))
    revisions = followed(
        (),
        {
            first: [long_ago],
            second: [long_ago, open_now],
            second + timedelta(days=1): [open_now],
            second + timedelta(days=2): [wider],
        },
        second + timedelta(days=3),
    )
    assert [revision.reason for revision in revisions] == [
        "opened",
        "closed",
        "opened",
        "withdrawn",
        "grew",
    ]
    assert revisions[-1].alert == revisions[2].alert


def test_people_count_on_the_days_between_their_first_and_their_last():
    """The first day counts, the last one does not."""
    ada = person("Ada", certain_from=START, certain_until=START + timedelta(days=2))
    bo = person("Bo", certain_from=None, possible_from=START, possible_until=None)
    both = alert(people=(ada,), possible_people=(bo,), status=AlertStatus.OPEN)
    early, far = START - timedelta(days=1), START + timedelta(days=2)
    assert [count_on(both, day) for day in (early, START, far)] == [0, 1, 0]
    assert count_on(both, START + timedelta(days=100), counts="possible") == 1
    assert (
        count_on(replace(both, status=AlertStatus.WITHDRAWN, reason=Reason.WITHDRAWN), START) == 0
    )
