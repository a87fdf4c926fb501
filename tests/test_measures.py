"""Every measure of a rule against an oracle that tries every single day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import hypothesis.strategies as st
import measures_oracle as oracle
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from measures_oracle import Condition, Stay
from oracle import Asked, Place, Question
from test_evaluate import (
    FIRST,
    LAST,
    condition_of,
    day,
    fill,
    intervals,
    place,
    place_id,
    told,
    worlds,
)

from monitor.base.engine import Engine
from monitor.identity.organizations import Directory
from monitor.rules import language
from monitor.rules.evaluation.evaluate import Beliefs

UNTIL = LAST + timedelta(days=75)
WATCHED_FROM = FIRST + timedelta(days=10)

sides = st.one_of(
    st.none(),
    st.builds(Asked, organizations=st.sampled_from([None, ("big",), ("small", "other")])),
    st.builds(Asked, organizations=st.sampled_from([("bit",), ("big",)]), unit=st.just(value=True)),
    st.builds(Asked, teams=st.sampled_from([("red",), ("blue", "red")])),
)
known_sides = sides.filter(lambda side: side is not None)
flow_groups = st.sampled_from(
    [
        (),
        (),
        ("from.organization",),
        ("to.organization",),
        ("from.organization", "to.organization"),
        ("from.team",),
        ("to.location", "from.unit"),
    ]
)
stock_groups = st.sampled_from([(), (), ("to.organization",), ("to.team",), ("to.unit",)])
windows = st.one_of(st.integers(1, 40), st.sampled_from(["quarter"]), day)


def flows(people, window=windows, origin=sides, destination=sides):
    return st.builds(
        Question,
        origin=origin,
        destination=destination,
        title=st.sampled_from([(), (), (), ("*head*",)]),
        from_title=st.just(()),
        to_title=st.just(()),
        person=st.just(()),
        window=window,
        people=people,
        group_by=flow_groups,
        clock=st.sampled_from(["effective", "effective", "observed"]),
        count=st.sampled_from(["certain", "certain", "possible"]),
    )


def stocks(people):
    return st.builds(
        Question,
        origin=st.one_of(st.none(), st.none(), known_sides),
        destination=known_sides,
        title=st.sampled_from([(), (), ("*head*",)]),
        from_title=st.just(()),
        to_title=st.just(()),
        person=st.just(()),
        window=st.just(1),
        people=people,
        group_by=stock_groups,
        clock=st.just("effective"),
        count=st.sampled_from(["certain", "certain", "possible"]),
    )


some = st.sampled_from([1, 1, 2, 3])
parts = st.sampled_from(["0.1", "0.25", "0.5", "0.333333", "1"])
conditions = st.one_of(
    st.builds(Condition, question=flows(some), at_most=st.sampled_from([None, 3, 4])),
    st.builds(Condition, question=flows(some, origin=known_sides), share=parts),
    st.builds(
        Condition,
        question=flows(st.just(1), origin=known_sides, destination=known_sides),
        net=st.sampled_from([1, 1, 2]),
    ),
    st.builds(
        Condition, question=flows(some, window=st.integers(1, 40)), first=st.just(value=True)
    ),
    st.builds(Condition, question=stocks(some), kind=st.just("stock")),
    st.builds(Condition, question=stocks(some), kind=st.just("stock"), share=parts),
    st.builds(
        Condition,
        question=stocks(some),
        kind=st.just("stock"),
        change=st.sampled_from(["-0.1", "-0.5", "-1", "0.5", "1"]),
        ago=st.integers(1, 40),
    ),
)


@st.composite
def stays(draw):
    """Draw people's times at places, some of them believed otherwise later."""
    found = []
    for number in range(draw(st.integers(2, 8))):
        person = draw(st.sampled_from(["s:a", "s:b", "s:c", "s:d", "s:e"]))
        where, seen_on = draw(place), draw(day)
        known = sorted(draw(st.sets(day, min_size=1, max_size=2)))
        for since, until in zip(known, [*known[1:], None], strict=True):
            joined, left = draw(st.none() | intervals()), draw(st.none() | intervals())
            found.append(
                Stay(
                    number=number,
                    person=person,
                    place=where,
                    joined=joined,
                    left=left,
                    seen_on=seen_on,
                    known_from=since,
                    known_until=until,
                )
            )
    return found


def fill_stays(engine: Engine, found: Sequence[Stay], known: set[Place]) -> None:
    """Put stays where the derivation would have put them."""
    places = sorted({stay.place for stay in found} - known, key=repr)
    engine.fill(
        "sides",
        ["side", "unit", "name", "team", "team_id", "title", "location"],
        [(place_id(p), p.unit, p.unit, p.team, p.team, p.title, p.location) for p in places],
    )
    rows = [
        {
            "source": "s",
            "profile": stay.person[2:],
            "tenure": stay.number,
            "root": stay.place.root,
            "pseudo": False,
            "entered": place_id(stay.place),
            "latest": place_id(stay.place),
            "begun": True,
            "ended": stay.left is not None,
            "witnessed_on": stay.seen_on,
            "joined_earliest": stay.joined and stay.joined[0],
            "joined_latest": stay.joined and stay.joined[1],
            "left_earliest": stay.left and stay.left[0],
            "left_latest": stay.left and stay.left[1],
            "known_from": stay.known_from,
            "known_until": stay.known_until,
        }
        for stay in found
    ]
    engine.fill("tenures", list(rows[0]) if rows else (), [tuple(row.values()) for row in rows])


def rule_of(
    steps: Sequence[Condition],
    number: int,
    *,
    combine: Literal["all", "any", "ordered"] = "all",
    within=0,
    keep_open=0,
) -> language.Rule:
    """Say the same as a rule of the product."""
    return language.Rule(
        id=f"r{number}",
        file=Path("r.toml"),
        title="",
        conditions=tuple(_condition(step) for step in steps),
        combine=combine,
        within_days=within if combine == "ordered" else None,
        keep_open_days=keep_open,
    )


def _condition(step: Condition) -> language.Condition:
    plain = replace(
        condition_of(step.question),
        kind=step.kind,
        people=language.Bounds(at_least=step.question.people, at_most=step.at_most),
        share=None if step.share is None else float(step.share),
        net=step.net,
        first=step.first,
        change=None if step.change is None else float(step.change),
    )
    if step.kind == "flow":
        return plain
    return replace(plain, window_days=step.ago or None, since=None)


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """Return a directory in which one organisation is a part of another."""
    file = tmp_path_factory.mktemp("directory") / "organizations.toml"
    file.write_text(
        '[organizations.big]\n[organizations.bit]\npart_of = "big"\n[organizations.small]\n',
        encoding="utf-8",
    )
    return Directory.load(file)


@pytest.fixture(scope="module")
def engine():
    """Return an engine without moves; one for each example would take most of the time."""
    with Engine() as opened:
        opened.run("derived_tables")
        opened.run("derived_views")
        yield opened


def start(engine, moves, found) -> None:
    engine.drop_everything()
    engine.run("derived_tables")
    engine.run("derived_views")
    fill(engine, moves)
    fill_stays(engine, found, {p for m in moves for p in (m.origin, m.destination) if p})
    engine.fill("judged", ["source", "observed_on", "verdict"], [("s", WATCHED_FROM, "baseline")])


def ask(engine, directory, asked: Sequence[language.Rule]) -> Beliefs:
    since = {rule.id: date.min for rule in asked}
    return told(engine, asked, directory, since=since, alerted=(), horizon=LAST)


def news(moves, found) -> list[date]:
    return sorted({d for m in [*moves, *found] for d in (m.known_from, m.known_until) if d})


def told_on(beliefs: Beliefs, rule: str, value: str, known_on: date):
    known = [belief for belief in beliefs.get((rule, value), ()) if belief.known_on <= known_on]
    return [(episode.opens, episode.closes) for episode in known[-1].episodes] if known else []


def check_measures(directory: Directory, engine: Engine, *, examples: int) -> tuple[int, int]:
    """Compare the product with the oracle on random histories; return how many cases."""
    total = [0, 0]
    calendar = oracle.calendar_of(FIRST - timedelta(days=90), UNTIL + timedelta(days=60))

    @settings(
        max_examples=examples,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(
        moves=worlds(least=3, most=8),
        found=stays(),
        asked=st.lists(conditions, min_size=20, max_size=24),
    )
    def holds(moves, found, asked):
        start(engine, moves, found)
        beliefs = ask(engine, directory, [rule_of([one], n) for n, one in enumerate(asked)])
        for known_on in news(moves, found)[-3:]:
            world = oracle.believed(known_on, moves, found, WATCHED_FROM)
            for number, condition in enumerate(asked):
                for value in oracle.groups(condition, world):
                    over = oracle.holding(condition, value, world, calendar)
                    expected = oracle.spans(over, calendar)
                    told = told_on(beliefs, f"r{number}", value, known_on)
                    assert _cut(told, calendar) == expected, (condition, value, known_on)
                    total[0] += 1
                    total[1] += bool(expected)

    holds()
    return total[0], total[1]


def _cut(told, calendar):
    """Leave out what lies outside of the calendar: windows of a quarter end after it."""
    first, last = calendar[0], calendar[-1]
    return [
        (max(opens, first), None if closes is None or closes > last else closes)
        for opens, closes in told
        if opens <= last and (closes is None or closes > first)
    ]


def test_every_measure_is_what_trying_every_day_finds(directory, engine):
    """Ranges, shares, nets, firsts, stocks and changes agree with the oracle."""
    cases, _ = check_measures(directory, engine, examples=1)
    assert cases > 4


@pytest.mark.long
@pytest.mark.slow
def test_every_measure_is_what_trying_every_day_finds_in_more_worlds(directory, engine):
    """As the short form, and some of them have episodes."""
    cases, eventful = check_measures(directory, engine, examples=20)
    assert cases > 20
    assert eventful > 2


@pytest.mark.long
def test_every_measure_is_what_trying_every_day_finds_again_and_again(
    directory, engine, record_property
):
    """As the short form, for minutes."""
    cases, eventful = check_measures(directory, engine, examples=1500)
    record_property("proof", f"{cases} cases of every measure, {eventful} of them with an episode")
