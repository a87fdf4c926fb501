"""Windows, counts, episodes and the ledger against an oracle that looks at every single day."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import hypothesis.strategies as st
import oracle
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from oracle import Asked, Found, Move, Place, Question

from monitor.base.engine import Engine
from monitor.base.records import Person
from monitor.identity.organizations import Directory
from monitor.rules.evaluation.evaluate import Beliefs, Episode, evaluate, group_of, grouping_of
from monitor.rules.language import Bounds, Condition, Match, Rule, Who

FIRST = date(2024, 11, 20)
LAST = date(2025, 1, 20)
FAR = date(2026, 2, 1)
"""Every window that ends has ended by then."""
SEED = 5
"""Chooses the examples that are always the same: some of them have episodes."""
SPAN = (LAST - FIRST).days

ORGANIZATIONS = """
[organizations.big]
[organizations.bit]
part_of = "big"
[organizations.small]
"""

day = st.integers(0, SPAN).map(lambda number: FIRST + timedelta(days=number))
# Most intervals are short, some are a month, and some cross the year.
length = st.sampled_from([0, 0, 0, 1, 2, 9, 29, 60])
place = st.builds(
    Place,
    unit=st.sampled_from(["big", "bit", "small", "other"]),
    team=st.sampled_from([None, "red", "blue"]),
    title=st.sampled_from([None, "Head of Red", "Engineer", "100%_\\*"]),
    location=st.sampled_from([None, "Here"]),
)
sides = st.one_of(st.tuples(place, place), st.tuples(place, st.none()), st.tuples(st.none(), place))


@st.composite
def intervals(draw):
    """Draw a day that is known only as lying between two days."""
    earliest = draw(day)
    return earliest, min(LAST, earliest + timedelta(days=draw(length)))


@st.composite
def histories(draw, number: int):
    """Draw one move with up to three versions of it, each believed after the other."""
    person = draw(st.sampled_from(["s:a", "s:b", "s:c", "s:d", "linked"]))
    origin, destination = draw(sides)
    known = sorted(draw(st.sets(day, min_size=1, max_size=3)))
    gone = draw(st.booleans())
    counted, baseline = draw(st.sampled_from([True, True, True, False])), draw(st.booleans())
    versions = []
    for place_, (since, until) in enumerate(zip(known, [*known[1:], None], strict=True)):
        if until is None and gone and place_:
            break  # retracted
        left = draw(intervals())
        versions.append(
            {
                "move": f"m{number}",
                "person": person,
                "origin": origin,
                "destination": destination,
                "left": left,
                "joined": left if draw(st.booleans()) else draw(intervals()),
                "observed_on": known[0],
                "counted": counted,
                "baseline": baseline,
                "known_from": since,
                "known_until": until,
            }
        )
        if draw(st.booleans()):
            title = draw(st.sampled_from(["Engineer", None]))
            destination = destination and Place(unit=destination.unit, title=title)
    return versions


@st.composite
def worlds(draw, least: int = 0, most: int = 16):
    """Draw moves, in the order in which their versions became known."""
    count = draw(st.integers(least, most))
    versions = [one for number in range(count) for one in draw(histories(number))]
    versions.sort(key=lambda version: (version["known_from"], version["move"]))
    return [Move(version=number, **version) for number, version in enumerate(versions, 1)]


globs = st.sampled_from(
    [(), (), (), (), (), (), (), (), ("*head*",), ("ENG?NEER", "chief"), ("100%_\\*",), ("%",)]
)
asked = st.one_of(
    st.none(),
    st.builds(
        Asked,
        organizations=st.sampled_from([None, None, None, ("big",), ("small",), ("big", "other")]),
        but_not=st.sampled_from([(), (), ("small",), ("big",)]),
        teams=st.sampled_from([(), (), (), ("red",)]),
        titles=globs,
    ),
    st.builds(
        Asked,
        organizations=st.sampled_from([("bit",), ("big",), ("bit", "small")]),
        unit=st.just(value=True),
    ),
)
groups = st.sampled_from(
    [
        (),
        (),
        ("from.organization",),
        ("to.organization",),
        ("from.organization", "to.organization"),
        ("to.unit", "from.unit"),
        ("from.team",),
        ("to.location",),
        ("person",),
    ]
)
questions = st.builds(
    Question,
    origin=asked,
    destination=asked,
    title=globs,
    from_title=globs,
    to_title=globs,
    person=st.sampled_from([(), (), (), ("s:?",)]),
    window=st.one_of(st.integers(1, 40), st.sampled_from(["year", "quarter"]), day),
    people=st.sampled_from([1, 2, 2, 3]),
    group_by=groups,
    clock=st.sampled_from(["effective", "effective", "observed"]),
    count=st.sampled_from(["certain", "certain", "possible"]),
)


def rule_of(question: Question, number: int) -> Rule:
    """Say the same as a rule of the product."""
    return Rule(
        id=f"r{number}",
        file=Path("r.toml"),
        title="",
        conditions=(condition_of(question),),
    )


def condition_of(question: Question) -> Condition:
    """Say the same as a condition of a rule."""
    window = question.window
    return Condition(
        origin=_match(question.origin),
        destination=_match(question.destination),
        who=Who(
            title=question.title,
            from_title=question.from_title,
            to_title=question.to_title,
            person=question.person,
        ),
        window_days=window if isinstance(window, int) else None,
        since=None if isinstance(window, int) else window,
        people=Bounds(at_least=question.people),
        group_by=question.group_by,
        names=question.group_by,
        clock=question.clock,
        count=question.count,
    )


def _match(asked: Asked | None) -> Match | None:
    if asked is None:
        return None
    return Match(
        organizations=asked.organizations,
        not_organizations=asked.but_not,
        unit=asked.unit,
        teams=asked.teams,
        titles=asked.titles,
    )


def fill(engine: Engine, moves: Sequence[Move]) -> None:
    """Put moves where the derivation would have put them."""
    places = sorted(
        {place for move in moves for place in (move.origin, move.destination) if place}, key=repr
    )
    engine.fill(
        "sides",
        ["side", "unit", "name", "team", "team_id", "title", "location"],
        [
            (place_id(p), p.unit, p.unit.upper(), p.team, p.team, p.title, p.location)
            for p in places
        ],
    )
    rows = [_row(move) for move in moves]
    engine.fill("moves", list(rows[0]) if rows else (), [tuple(row.values()) for row in rows])


def place_id(place: Place | None) -> int | None:
    # Two places must never share a side, as no two do in what the product derives.
    return None if place is None else int(hashlib.sha256(repr(place).encode()).hexdigest()[:15], 16)


def _row(move: Move) -> dict[str, Any]:
    linked = move.person == "linked"
    return {
        "version": move.version,
        "move": move.move,
        "source": "s",
        "profile": move.person.removeprefix("s:"),
        "person": move.person,
        "name": None if linked else move.person,
        "from_root": move.origin and move.origin.root,
        "from_side": place_id(move.origin),
        "to_root": move.destination and move.destination.root,
        "to_side": place_id(move.destination),
        "left_earliest": move.left[0],
        "left_latest": move.left[1],
        "joined_earliest": move.joined[0],
        "joined_latest": move.joined[1],
        "observed_on": move.observed_on,
        "baseline": move.baseline,
        "status": "counted" if move.counted else "held",
        "occurrence": 1,
        "known_from": move.known_from,
        "known_until": move.known_until,
    }


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """Return a directory in which one organisation is a part of another."""
    file = tmp_path_factory.mktemp("directory") / "organizations.toml"
    file.write_text(ORGANIZATIONS, encoding="utf-8")
    return Directory.load(file)


@pytest.fixture(scope="module")
def engine():
    """Return an engine without moves; one for each example would take most of the time."""
    with Engine() as opened:
        opened.run("derived_tables")
        opened.run("derived_views")
        yield opened


def told(engine: Engine, asked: Sequence[Rule], directory: Directory, **when: Any) -> Beliefs:
    """Evaluate rules; return what became known of all groups at once."""
    found: Beliefs = {}
    for beliefs in evaluate(engine, asked, directory, **when):
        assert not found.keys() & beliefs.keys(), "each group is told once"
        found |= beliefs
    return found


@contextmanager
def at_once(most: int) -> Iterator[None]:
    """Let so many moves be held against the rules at once, and the people of so many be told."""
    with (
        patch("monitor.rules.evaluation.evaluate.MOST_AT_ONCE", most),
        patch("monitor.rules.evaluation.evaluate.MOST_COUNTED_AT_ONCE", most),
    ):
        yield


def beliefs_of(engine: Engine, directory: Directory, asked: Sequence[Question]) -> Beliefs:
    """Ask the product all questions at once."""
    rules = [rule_of(question, number) for number, question in enumerate(asked)]
    since = {rule.id: date.min for rule in rules}
    return told(engine, rules, directory, since=since, alerted=(), horizon=LAST)


def found(episode: Episode) -> Found:
    """Say an episode of the product in the oracle's words."""
    return Found(
        opens=episode.opens,
        closes=episode.closes,
        peak=episode.peak,
        possible=episode.possible,
        people=_names(episode.people),
        possible_people=_names(episode.possible_people),
        left_out=_names(episode.left_out),
        baseline=episode.baseline,
    )


def _names(people: Sequence[Person]) -> frozenset[tuple[str, str]]:
    names = frozenset((person.key, person.move) for person in people)
    assert len(names) == len(people)
    return names


def compare(beliefs: Beliefs, moves: Sequence[Move], asked: Sequence[Question]) -> tuple[int, int]:
    """Hold all beliefs against the oracle; count the cases, and those with an episode."""
    cases = eventful = 0
    on = sorted({d for m in moves for d in (m.known_from, m.known_until) if d})
    seen = set()
    for number, question in enumerate(asked):
        last = FAR if question.window == "year" else LAST + timedelta(days=75)
        grouped: dict[str, dict[Move, oracle.Counting]] = {}
        for move in moves:
            value = oracle.group(question, move)
            if oracle.fits(question, move) and value is not None:
                when = oracle.counting(question, move, FIRST, last)
                grouped.setdefault(value, {})[move] = when
        for value, some in grouped.items():
            told: Mapping[date, list[Found]] = {
                belief.known_on: [found(episode) for episode in belief.episodes]
                for belief in beliefs.get((f"r{number}", value), ())
            }
            seen.add((f"r{number}", value))
            for known_on in on:
                believed = {m: when for m, when in some.items() if m.believed_on(known_on)}
                expected = oracle.episodes(question, believed, FIRST, last)
                newest = max((d for d in told if d <= known_on), default=None)
                assert (told[newest] if newest else []) == expected
                cases += 1
                eventful += bool(expected)
    assert beliefs.keys() <= seen
    return cases, eventful


def check(
    directory: Directory, engine: Engine, *, examples: int, random: bool = True
) -> tuple[int, int]:
    """Compare the product with the oracle on random moves and rules; return how many cases.

    A few examples may by chance have no episode: those that are not random are always the same.
    """
    total = [0, 0]

    # Worlds this large take too long to shrink: the failing one is printed whole.
    @settings(
        max_examples=examples,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(
        moves=worlds(),
        asked=st.lists(questions, min_size=16, max_size=20),
        before=st.lists(questions, max_size=3),
        half=st.integers(0, 20),
        most=st.sampled_from([1, 30, 10**9]),
    )
    def holds(moves, asked, before, half, most):
        engine.drop_everything()
        engine.run("derived_tables")
        engine.run("derived_views")
        # Another evaluation came first: of some of the moves, with rules that read differently.
        fill(engine, moves[:half])
        old = [*before, *asked[len(before) :]]
        compare(beliefs_of(engine, directory, old), moves[:half], old)
        fill(engine, moves[half:])
        with at_once(most):
            beliefs = beliefs_of(engine, directory, asked)
        count = compare(beliefs, moves, asked)
        total[:] = [one + other for one, other in zip(total, count, strict=True)]

    (holds if random else seed(SEED)(holds))()
    return total[0], total[1]


def test_episodes_are_what_looking_at_every_day_finds(directory, engine):
    """Windows, counts and episodes agree with the oracle in some cases."""
    cases, eventful = check(directory, engine, examples=2, random=False)
    assert cases > 30
    assert eventful > 2


@pytest.mark.long
@pytest.mark.slow
def test_episodes_are_what_looking_at_every_day_finds_in_thousands_of_cases(directory, engine):
    """As the short form, with more worlds."""
    cases, eventful = check(directory, engine, examples=40)
    assert cases > 1000
    assert eventful > 100


@pytest.mark.long
def test_episodes_are_what_looking_at_every_day_finds_again_and_again(
    directory, engine, record_property
):
    """As the short form, for minutes."""
    cases, eventful = check(directory, engine, examples=1500)
    record_property("proof", f"{cases} cases, {eventful} of them with an episode")


def test_a_group_is_named_by_its_values_and_back():
    """The ledger keeps groups by the names of their values, the engine in one string."""
    rule = rule_of(
        Question(
            origin=None,
            destination=None,
            title=(),
            from_title=(),
            to_title=(),
            person=(),
            window=30,
            people=1,
            group_by=("from.organization", "to.unit"),
            clock="effective",
            count="certain",
        ),
        1,
    )
    group = {"from.organization": "big", "to.unit": "bit"}
    assert group_of(rule, grouping_of(rule, group)) == group
