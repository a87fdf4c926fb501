"""How much of an origin could be seen: counted by equality alone, however many ask."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tempo import examples

from monitor.base.engine import Engine
from monitor.base.statements import statement

FIRST = date(2025, 1, 1)
ROOTS, UNITS, PROFILES = ("meta", "xai"), ("meta", "meta/fair", "xai"), ("ada", "bob", "cyn")
days = st.integers(0, 6).map(lambda number: FIRST + timedelta(days=number))
maybe_days = st.none() | days
flags = st.booleans()

TENURES = st.lists(
    st.tuples(
        st.sampled_from(PROFILES),
        st.sampled_from(ROOTS),
        st.sampled_from([*UNITS, "of no known side"]),
        st.tuples(flags, flags),
        days,
        st.tuples(days, maybe_days),
    ),
    max_size=8,
)
QUESTIONS = st.lists(
    st.tuples(st.lists(st.sampled_from(UNITS), max_size=3, unique=True), days, days), max_size=5
)
SIGHTS = st.lists(st.tuples(st.sampled_from(PROFILES), days, maybe_days), max_size=6)


BY_ANY = """
WITH tracked AS (
    SELECT DISTINCT coverage_questions.question, coverage_questions.day, coverage_questions.since,
        tenures.source, tenures.profile
    FROM tenures JOIN sides ON sides.side = tenures.latest
    JOIN coverage_questions
      ON tenures.root = coverage_questions.unit OR sides.unit = coverage_questions.unit
    WHERE tenures.begun AND tenures.known_from <= coverage_questions.day
      AND (tenures.known_until IS NULL OR tenures.known_until > coverage_questions.day)
      AND (NOT tenures.ended OR tenures.left_latest >= coverage_questions.since)
      AND NOT EXISTS (
          SELECT 1 FROM unseen_profiles AS unseen
          WHERE unseen.source = tenures.source AND unseen.profile = tenures.profile
            AND unseen.unseen_from <= coverage_questions.day
            AND (unseen.seen_again_on IS NULL OR unseen.seen_again_on > coverage_questions.day)
            AND (unseen.dropped OR unseen.unseen_from <= coverage_questions.since))
), newest AS (
    SELECT coverage_questions.question, judged.source, max(observed_on) AS day
    FROM (SELECT DISTINCT question, day FROM coverage_questions) AS coverage_questions
    JOIN judged ON judged.observed_on <= coverage_questions.day
    WHERE verdict IN ('accepted', 'baseline') GROUP BY ALL
), sights AS (
    SELECT tracked.question, tracked.source, tracked.profile,
           bool_or(sightings.seen_from <= newest.day
                   AND (sightings.seen_until IS NULL OR sightings.seen_until >= newest.day))
             AS seen,
           min(sightings.seen_from) > any_value(tracked.since) AS is_new
    FROM tracked JOIN newest USING (question, source)
    LEFT JOIN sightings ON sightings.source = tracked.source
      AND sightings.profile = tracked.profile AND sightings.seen_from <= tracked.day
    GROUP BY ALL
)
SELECT question, count(*) AS tracked, count(*) FILTER (seen), count(*) FILTER (is_new)
FROM sights GROUP BY question ORDER BY question
"""
"""What coverage means, with one join on either match: right, and endless on many profiles."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Return derived tables that a test fills."""
    with derived() as opened:
        yield opened


@contextmanager
def derived() -> Iterator[Engine]:
    """Open derived tables that are empty."""
    with Engine() as opened:
        opened.run("derived_tables")
        opened.run("derived_views")
        opened.run("rule_tables")
        yield opened


def fill(engine: Engine, tenures: Any, questions: Any, sights: Any) -> None:
    """Put these tenures, questions and sightings into the tables, in the place of all others."""
    for table in ("tenures", "sides", "sightings", "judged", "coverage_questions"):
        engine._connection.execute(f"DELETE FROM {table}")  # noqa: S608 -- own names
    units = {unit: number for number, unit in enumerate(UNITS)}
    engine.fill("sides", ["side", "unit"], [(number, unit) for unit, number in units.items()])
    engine.fill(
        "tenures",
        [
            *("source", "profile", "tenure", "root", "latest", "begun", "ended", "left_latest"),
            *("known_from", "known_until"),
        ],
        [
            # The last position may be one whose side is not known: 9.
            ("press", profile, number, root, units.get(unit, 9), *flags, left, *known)
            for number, (profile, root, unit, flags, left, known) in enumerate(tenures)
        ],
    )
    engine.fill(
        "coverage_questions",
        ["question", "unit", "day", "since"],
        [
            (number, unit, day, since)
            for number, (units, day, since) in enumerate(questions)
            for unit in units
        ],
    )
    engine.fill(
        "sightings",
        ["source", "profile", "seen_from", "seen_until"],
        [("press", *sight) for sight in sights],
    )
    verdicts = ("baseline", "suspect", "accepted")
    engine.fill(
        "judged",
        ["source", "observed_on", "verdict"],
        [
            (source, FIRST + timedelta(days=2 * number), verdict)
            for source in ("press", "web")
            for number, verdict in enumerate(verdicts)
        ],
    )


@pytest.mark.slow
@settings(max_examples=examples(150), deadline=None)
@given(TENURES, QUESTIONS, SIGHTS)
def test_two_joins_count_as_one_join_on_either_match_does(engine, tenures, questions, sights):
    """By its root, by its last position, by both or by neither: nobody is lost or counted twice."""
    fill(engine, tenures, questions, sights)
    assert engine.rows("coverage") == engine._connection.execute(BY_ANY).fetchall()


def test_a_person_counts_by_the_root_of_a_tenure_and_by_its_last_position(engine):
    """Ada is at Meta by the root, Bob at FAIR by the position; who fits both ways counts once."""
    there, known = (True, False), (FIRST, None)
    tenures = [
        ("ada", "meta", "meta", there, FIRST, known),
        ("bob", "meta", "meta/fair", there, FIRST, known),
        ("cyn", "xai", "xai", there, FIRST, known),
    ]
    asked = [
        (["meta"], FIRST, FIRST),
        (["meta/fair"], FIRST, FIRST),
        (["meta", "meta/fair"], FIRST, FIRST),
    ]
    fill(engine, tenures, asked, [("ada", FIRST, None)])
    assert engine.rows("coverage") == [(0, 2, 1, 0), (1, 1, 0, 0), (2, 2, 1, 0)]


@pytest.mark.parametrize(
    ("since", "verdict", "tracked"), [(3, "accepted", 2), (4, "accepted", 1), (3, "baseline", 1)]
)
def test_who_vanished_before_the_window_is_not_tracked(engine, since, verdict, tracked):
    """Nobody can say where they are; whoever is not of a new baseline is of no share at all."""
    there, known = (True, False), (FIRST, None)
    tenures = [(who, "meta", "meta", there, FIRST, known) for who in ("ada", "bob")]
    asked = [(["meta"], FIRST + timedelta(days=6), FIRST + timedelta(days=since))]
    fill(engine, tenures, asked, [("ada", FIRST, None), ("bob", FIRST, FIRST)])
    engine._connection.execute(
        "UPDATE judged SET verdict = ? WHERE verdict = 'accepted'", [verdict]
    )
    assert engine.rows("coverage") == [(0, tracked, 1, 0)]


def test_no_join_of_coverage_meets_everything_with_everything():
    """Only joins on equality end on a million profiles; one join on either match would be none."""
    there, known = (True, False), (FIRST, None)
    many = [(f"p{number}", "meta", "meta", there, FIRST, known) for number in range(500)]
    with derived() as engine:
        fill(engine, many, [(["meta"], FIRST, FIRST)] * 50, [("p1", FIRST, None)])
        found = joins(engine, statement("coverage"))
        assert "HASH_JOIN" in found
        assert not found & {"BLOCKWISE_NL_JOIN", "NESTED_LOOP_JOIN", "CROSS_PRODUCT"}
        assert "BLOCKWISE_NL_JOIN" in joins(engine, BY_ANY)


def joins(engine: Engine, statement: str) -> set[str]:
    """Name the kinds of join by which the engine would answer."""
    plans = engine._connection.execute(f"EXPLAIN (FORMAT json) {statement}").fetchall()
    waiting, found = list(json.loads(plans[0][1])), set()
    while waiting:
        step = waiting.pop()
        waiting += step["children"]
        found.add(step["name"].strip())
    return {name for name in found if name.endswith(("JOIN", "PRODUCT"))}
