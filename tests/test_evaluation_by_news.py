"""Evaluating from a day on says what evaluating everything afresh says, row for row."""

from datetime import date

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from test_evaluate import LAST, day, told, worlds
from test_measures import conditions, directory, engine, rule_of, start, stays

from monitor.rules.evaluation.evaluate import Beliefs, evaluate_as_known
from monitor.rules.language import Rule

__all__ = ["directory", "engine"]

PEOPLE = ["s:a", "s:b", "s:c", "s:d", "s:e"]


@st.composite
def clusters(draw):
    """Draw which profiles are one person from some day on, and on some until another day."""
    members = draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3))
    known = sorted(draw(st.sets(day, min_size=1, max_size=2)))
    until = known[1] if len(known) > 1 else None
    names = ("source", "profile", "person", "known_from", "known_until")
    return [dict(zip(names, ("s", m[2:], "linked", known[0], until), strict=True)) for m in members]


@st.composite
def sightings(draw):
    """Draw up to when profiles were seen, and whether they were seen again."""
    found = []
    for person in draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3)):
        last, *again = sorted(draw(st.sets(day, min_size=1, max_size=2)))
        found.append((person[2:], date(2024, 1, 1), last))
        found += [(person[2:], first, None) for first in again]
    return found


def check(directory, engine, *, examples: int) -> tuple[int, int]:
    """Hold both ways against each other in random worlds; count beliefs, and those with news."""
    total = [0, 0]

    @settings(
        max_examples=examples,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(
        moves=worlds(least=3, most=12),
        found=stays(),
        linked=clusters(),
        seen=sightings(),
        asked=st.lists(conditions, min_size=12, max_size=16),
        several=st.sampled_from(["all", "any", "ordered"]),
        since=day,
    )
    def holds(moves, found, linked, seen, asked, several, since):
        start(engine, moves, found)
        fill_sightings(engine, linked, seen)
        rules = [rule_of([one], n) for n, one in enumerate(asked[2:])]
        if asked[0].question.group_by == asked[1].question.group_by:
            rules.append(rule_of(asked[:2], len(rules), combine=several, within=9, keep_open=5))
        beliefs = _told(engine, rules, directory, since=date.min)
        _check_days(_told(engine, rules, directory, since=date.min, listed=()), beliefs)
        _check_day(engine, rules, directory, beliefs, on=since)
        later = _told(engine, rules, directory, since=since, alerted=beliefs)
        for group, known in beliefs.items():
            expected = [one for one in known if one.known_on >= since]
            days = {one.known_on for one in expected}
            again = later.pop(group, [])
            assert [one for one in again if one.known_on in days] == expected, group
            # What time alone may bring is looked at on the first day, on which nothing is new.
            before = [
                numbered_condition.episodes
                for numbered_condition in known
                if numbered_condition.known_on < since
            ]
            others = [one.episodes for one in again if one.known_on not in days]
            assert others in ([], [before[-1] if before else ()]), group
            total[0] += len(known)
            total[1] += len(expected)
        assert not later

    holds()
    return total[0], total[1]


def fill_sightings(engine, linked, seen) -> None:
    columns = ["source", "profile", "seen_from", "seen_until"]
    engine.fill("clusters", list(linked[0]) if linked else [], [tuple(r.values()) for r in linked])
    engine.fill("sightings", columns, [("s", *row) for row in seen])
    days = sorted({last for _, _, last in seen if last})
    last = [date.fromordinal(day.toordinal() + 1) for day in days]
    judged = [("s", day, "accepted") for day in sorted({*days, *last})]
    engine.fill("judged", ["source", "observed_on", "verdict"], judged)


def _told(engine, rules: list[Rule], directory, *, since: date, alerted=(), listed=None):
    when = {"since": {rule.id: since for rule in rules}, "horizon": LAST}
    return told(engine, rules, directory, alerted=alerted, listed=listed, **when)


def _check_days(days: Beliefs, beliefs: Beliefs) -> None:
    """Without people the same days are told."""
    assert _days(days) == _days(beliefs)


def _days(beliefs: Beliefs):
    return {
        group: [
            (belief.known_on, [(each.opens, each.closes) for each in belief.episodes])
            for belief in known
        ]
        for group, known in beliefs.items()
    }


def _check_day(engine, rules, directory, beliefs: Beliefs, *, on: date) -> None:
    """What is known on one day of all groups is the newest that became known by then."""
    expected = {}
    for group, known in beliefs.items():
        before = [belief.episodes for belief in known if belief.known_on <= on]
        if before and before[-1]:
            expected[group] = before[-1]
    parts = evaluate_as_known(engine, rules, directory, on=on)
    found = {group: known for part in parts for group, known in part.items()}
    assert {group: known[0].episodes for group, known in found.items()} == expected


@pytest.mark.slow
def test_what_became_known_since_a_day_is_what_evaluating_everything_says(directory, engine):
    """Of each measure, with people of several profiles and with profiles that were missed."""
    beliefs, _ = check(directory, engine, examples=1)
    assert beliefs


@pytest.mark.long
@pytest.mark.slow
def test_what_became_known_since_a_day_is_what_evaluating_everything_says_in_more_worlds(
    directory, engine
):
    """As the short form, and in some of them something is new."""
    beliefs, news = check(directory, engine, examples=20)
    assert beliefs > news > 10
