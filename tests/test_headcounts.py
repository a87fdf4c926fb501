"""Alerts about a headcount name those who left or came, and never those who stayed."""

from datetime import timedelta

import measures_oracle as oracle
import pytest
from command_line import run_here
from hypothesis import HealthCheck, Phase, given, settings
from measures_oracle import Condition
from oracle import Asked, Question
from story import World, crowd, job
from test_evaluate import FIRST
from test_measures import (
    UNTIL,
    WATCHED_FROM,
    ask,
    directory,
    engine,
    news,
    rule_of,
    start,
    stays,
)

from monitor.delivery.messages import Subject, body

__all__ = ["directory", "engine"]

CONDITIONS = [
    Condition(
        question=Question(
            origin=None,
            destination=Asked(organizations=organizations),
            title=(),
            from_title=(),
            to_title=(),
            person=(),
            clock="effective",
            window=1,
            people=1,
            group_by=group_by,
            count=count,
        ),
        kind="stock",
        change=change,
        ago=ago,
    )
    for organizations, group_by in ((None, ()), (("big",), ()), (None, ("to.organization",)))
    for count in ("certain", "possible")
    for change in ("-0.1", "0.1")
    for ago in (3, 40)
]
CALENDAR = oracle.calendar_of(FIRST - timedelta(days=90), UNTIL + timedelta(days=60))


@pytest.mark.slow
def test_who_made_the_change_is_named_and_nobody_else(directory, engine):
    """Whoever counted at one end of the window on any day, and not at the other."""
    checked = [0]

    @settings(
        max_examples=6,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(found=stays())
    def holds(found):
        start(engine, [], found)
        beliefs = ask(engine, directory, [rule_of([one], n) for n, one in enumerate(CONDITIONS)])
        for known_on in news([], found)[-2:]:
            world = oracle.believed(known_on, [], found, WATCHED_FROM)
            for number, condition in enumerate(CONDITIONS):
                for value in oracle.groups(condition, world):
                    told = [
                        b for b in beliefs.get((f"r{number}", value), ()) if b.known_on <= known_on
                    ]
                    for episode in told[-1].episodes if told else ():
                        if episode.opens < CALENDAR[0] or (episode.closes or UNTIL) > CALENDAR[-1]:
                            continue
                        days = [
                            day
                            for day in CALENDAR
                            if episode.opens <= day and (not episode.closes or day < episode.closes)
                        ]
                        made = [oracle.changed(condition, value, world, day) for day in days]
                        named = {f"s:{person.person}" for person in episode.people}
                        assert named == set().union(*made), (condition, value, known_on)
                        assert episode.peak == max(map(len, made))
                        checked[0] += 1

    holds()
    assert checked[0] > 5


SHRINKS = '[stock]\nat = "meta"\nchange = -0.1\nwithin = "90d"\npeople = 10\n'
PLACES = ("Harbour", "Quarry", "Orchard", "Foundry")
GROWS = '[stock]\nat = "xai"\nchange = 0.2\nwithin = "60d"\npeople = 5\n'


@pytest.mark.slow
def test_a_fall_names_the_leavers_and_a_deeper_one_grew(tmp_path):
    """Headlines speak of headcount, and say where each person went."""
    world = World(tmp_path, rules={"shrinks": SHRINKS, "grows": GROWS})
    at_meta, at_xai = crowd("Meta", 20), crowd("xAI", 10)
    world.on("2024-10-01", **at_meta, **at_xai)
    world.then("2025-02-01")
    names = list(at_meta)
    world.then(
        "2025-03-01", **{name: [job(place)] for name, place in zip(names, PLACES, strict=False)}
    )
    world.then("2025-04-01", **{name: [job("xAI")] for name in names[4:8]})
    world.run(now="2025-09-01")
    revisions = world.revisions("shrinks")
    assert [revision.reason for revision in revisions] == ["opened", "grew", "closed"]
    assert [len(revision.people) for revision in revisions] == [4, 8, 8]
    last = revisions[-1]
    assert (last.headcount, last.headcount_base, last.peak, last.count) == (12, 20, 8, 0)
    assert {person.person for person in last.people} == set(names[:8])
    went = {person.destination.name for person in last.people if person.destination}
    assert went == {"xAI", *PLACES}
    (grown, *_) = world.revisions("grows")
    assert {person.person for person in grown.people} == set(names[4:8])
    within = Subject(title="", window="within 90 days")
    assert body(last, subject=within)["headline"] == (
        "Over: Meta: 12 of 20 people, 40 % fewer within 90 days"
        " (threshold 10 % fewer of at least 10 people)"
    )
    assert str(body(grown, subject=within)["headline"]).startswith(
        "xAI: 14 of 10 people, 40 % more within 90 days"
    )
    listed = run_here("alerts", "--config", str(world.root / "config.toml")).stdout
    words = " ".join(listed.split())
    assert "closed, over the threshold of 10 % fewer of at least 10 people from 2025-" in words
    assert "; 12 of 20 people, 40 % fewer at its farthest; 8 at its peak, possibly 8" in words


HAS = '[stock]\nat = "meta"\npeople = 15\n'
FEW = '[stock]\nat = "meta"\npeople = { at_most = 12 }\n'


@pytest.mark.slow
def test_who_vanished_is_not_counted_and_has_not_left(tmp_path):
    """A list on which leavers vanish never counts more than it shows, and tells of no fall."""
    world = World(tmp_path, rules={"has": HAS, "few": FEW, "shrinks": SHRINKS.replace("10", "5")})
    people = crowd("Meta", 14)
    names = list(people)
    world.on("2024-10-01", **people, **crowd("xAI", 90))
    world.then("2024-11-01")
    world.then("2025-01-01", **dict.fromkeys(names[:4]), **crowd("Meta", 4, prefix="new"))
    world.run(now="2025-12-01")
    assert world.ledger() == []


@pytest.mark.slow
def test_who_is_seen_again_was_there_all_the_time(tmp_path):
    """A partial snapshot closes an alert on a number; the next whole one takes that back."""
    world = World(tmp_path, rules={"has": HAS, "shrinks": SHRINKS})
    people = crowd("Meta", 16)
    world.on("2025-01-01", **people, **crowd("xAI", 90))
    world.then("2025-02-01", **dict.fromkeys(list(people)[:4]))
    world.on("2025-03-01", **people, **crowd("xAI", 90))
    world.live()
    revisions = world.revisions("has")
    assert [row.reason for row in revisions] == ["opened", "closed", "corrected"]
    assert [row.status for row in revisions] == ["open", "closed", "open"]
    assert {row.opened_on for row in revisions} == {revisions[0].opened_on}
    assert world.revisions("shrinks") == []
