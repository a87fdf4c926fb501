"""The gates over a source's history: what is broken in the middle leaves no trace."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from story import World, flow, job, profile
from tempo import first_slow

from monitor.base.records import Verdict
from monitor.base.settings import load_settings

DAYS = ("2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01")
RULES = {"talent": flow("meta", "xai", people=2, within="180d")}
Everyone = dict[str, Mapping[str, Any]]


def everyone(movers: int) -> Everyone:
    """Return 60 people with full profiles, so many of whom have gone from Meta to xAI."""
    people = {}
    for number in range(60):
        at = ("Meta", "OpenAI", "Google")[number % 3]
        history = [job("MIT", start="2010", end=f"20{12 + number % 8}", title="Student of things")]
        if number // 3 < movers and at == "Meta":
            now = [job("Meta", start="2020", end="2025-01", title="Engineer"), job("xAI")]
        else:
            now = [job(at, start=f"202{number % 4}", title="Engineer", team="Core")]
        people[f"p{number:02}"] = profile(*now, *history, name=f"Person {number}")
    return people


def smaller(people: Everyone) -> Everyone:
    """Lose 30 percent."""
    return dict(list(people.items())[: round(0.7 * len(people))])


def empty(_: Everyone) -> Everyone:
    """Lose everything."""
    return {}


def other_ids(people: Everyone) -> Everyone:
    """Give everyone an id of another kind."""
    return {f"urn:{number}": person for number, person in enumerate(people.values())}


def half_the_fields(people: Everyone) -> Everyone:
    """Lose the dates and titles of every other profile."""
    lost = {"title", "start", "end"}
    return {
        who: person
        if number % 2
        else {
            **person,
            "positions": [
                {key: value for key, value in position.items() if key not in lost}
                for position in person["positions"]
            ],
        }
        for number, (who, person) in enumerate(people.items())
    }


def half_emptied(people: Everyone) -> Everyone:
    """Hide what every other profile lists."""
    return {
        who: person if number % 2 else {**person, "positions": []}
        for number, (who, person) in enumerate(people.items())
    }


def cut_short(people: Everyone) -> Everyone:
    """Show of every profile the latest position and no history."""
    return {who: {**person, "positions": person["positions"][:1]} for who, person in people.items()}


def shuffled(people: Everyone) -> Everyone:
    """Give everyone an employer that somebody else has."""
    return {
        who: {**person, "positions": [first | job(f"Company {7 * number % 60}"), *history]}
        for number, (who, person) in enumerate(people.items())
        for first, *history in [person["positions"]]
    }


def unnamed(people: Everyone) -> Everyone:
    """Leave the employer out of every position."""
    return {who: {**person, "positions": [{"title": "Engineer"}]} for who, person in people.items()}


FAULTS: dict[str, tuple[Callable[[Everyone], Everyone], str]] = {
    "30 percent smaller": (smaller, "18 of 60 known profiles are missing"),
    "empty": (empty, "it holds no profile"),
    "unnamed": (unnamed, "none of its 60 positions names an organisation"),
    "ids of another kind": (other_ids, "only 0 of 60 known ids are there"),
    "half the fields empty": (half_the_fields, "'start' is filled"),
    "half the profiles emptied": (half_emptied, "30 of 60 known profiles list no position"),
    "histories cut short": (cut_short, "'positions' is filled"),
    "positions shuffled": (shuffled, "people are no longer anywhere"),
}


def history(
    world: World, faulty: Mapping[str, Callable[[Everyone], Everyone]], days: Sequence[str] = DAYS
) -> World:
    """Play five months in which three people move one by one, with faults on some days."""
    for number, day in enumerate(days):
        good = everyone(min(number, 3))
        world.observe(day, faulty[day](good) if day in faulty else good)
    return world


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> World:
    """Return the history without the month in which others have a fault."""
    world = World(tmp_path_factory.mktemp("undisturbed"), rules=RULES)
    for number, day in enumerate(DAYS):
        if day != DAYS[2]:
            world.observe(day, everyone(min(number, 3)))
    world.run()
    return world


@pytest.mark.slow
@pytest.mark.parametrize("fault", first_slow(["positions shuffled", "empty"]))
def test_a_broken_snapshot_is_passed_over_by_a_run_over_all(fault, undisturbed, tmp_path):
    """The moves and the ledger are those of a history without it."""
    world = history(World(tmp_path, rules=RULES), {DAYS[2]: FAULTS[fault][0]})
    world.run()
    assert world.snapshots()[2] == f"press {DAYS[2]} suspect"
    assert world.moves() == undisturbed.moves()
    assert world.ledger() == undisturbed.ledger() != []


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_snapshot_in_the_middle_of_a_history_leaves_no_trace(fault, undisturbed, tmp_path):
    """Nobody left by it, one notice says what is wrong, and the ledger ends the same (case 65)."""
    breaks, reason = FAULTS[fault]
    world = history(World(tmp_path, rules=RULES), {DAYS[2]: breaks})
    world.live()
    assert world.snapshots()[2] == f"press {DAYS[2]} suspect"
    assert world.notices() == [f"suspect:press:{DAYS[2]}", f"recovered:press:{DAYS[3]}"]
    with world.state() as tx:
        assert reason in tx.notices()[0].text
    assert world.moves() == undisturbed.moves()
    assert world.ledger_bytes() == undisturbed.ledger_bytes()
    assert world.ledger() == undisturbed.ledger() != []


SWITCHES = {
    "30 percent smaller": "missing",
    "half the fields empty": "fields",
    "positions shuffled": "rewritten",
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", first_slow(SWITCHES))
def test_each_gate_can_be_switched_off(fault, tmp_path):
    """A source that is known to be so may be."""
    world = World(
        tmp_path, rules=RULES, config=f"[sources.press.quality]\n{SWITCHES[fault]} = false"
    )
    history(world, {DAYS[2]: FAULTS[fault][0]}, DAYS[:3]).run()
    assert world.snapshots()[2] == f"press {DAYS[2]} accepted"


def test_a_switched_off_gate_is_false_and_so_is_a_switch(tmp_path):
    """Shares and switches are both written with false."""
    world = World(tmp_path, config="[sources.press.quality]\nemptied = false\nrenewal = false")
    quality = load_settings(world.root / "config.toml").sources["press"].quality
    assert (quality.emptied, quality.renewal, quality.missing) == (False, False, 0.20)


# -- three that agree ------------------------------------------------------------------------------


@pytest.mark.slow
def test_three_suspect_snapshots_that_agree_are_a_new_silent_baseline(tmp_path):
    """The ids changed for good: nobody moved by it, and what comes after is compared again."""
    faulty = dict.fromkeys(DAYS[2:], other_ids)
    world = World(tmp_path, rules=RULES)
    for number, day in enumerate(DAYS):
        world.observe(day, faulty.get(day, dict)(everyone(min(number, 1))))
    after = other_ids(everyone(1))
    moving = sorted(after)[5]
    world.observe("2025-06-01", after | {moving: profile(job("Anthropic"))})
    world.run()
    assert [line.split()[-1] for line in world.snapshots()] == [
        *("baseline", "accepted", "suspect", "suspect", "baseline", "accepted")
    ]
    assert world.notices() == ["suspect:press:2025-03-01", "recovered:press:2025-05-01"]
    counted = [row for row in world.move_rows() if row["status"] == "counted"]
    later = {row["person"] for row in counted if row["observed_on"] > "2025-02-01"}
    assert later == {moving.replace("urn:", "p")}  # who is known under the former id
    assert world.alerts() == []


@pytest.mark.slow
def test_suspect_snapshots_that_differ_from_each_other_are_no_baseline(tmp_path):
    """A source that is broken in another way each time is still broken."""
    faults = (smaller, other_ids, empty)
    world = history(World(tmp_path), dict(zip(DAYS[2:], faults, strict=True)))
    world.run()
    assert [line.split()[-1] for line in world.snapshots()[2:]] == ["suspect"] * 3


@pytest.mark.slow
def test_empty_snapshots_never_agree(tmp_path):
    """Nothing is no baseline, however often it comes."""
    world = history(World(tmp_path), dict.fromkeys(DAYS[1:], empty))
    world.run()
    assert [line.split()[-1] for line in world.snapshots()[1:]] == ["suspect"] * 4


@pytest.mark.slow
def test_a_new_baseline_can_be_refused(tmp_path):
    """With `renewal = false` only an operator makes one."""
    world = World(tmp_path, config="[sources.press.quality]\nrenewal = false")
    history(world, dict.fromkeys(DAYS[2:], other_ids)).run()
    assert [line.split()[-1] for line in world.snapshots()[2:]] == ["suspect"] * 3


@pytest.mark.slow
def test_an_older_suspect_accepted_by_hand_is_no_second_recovery(tmp_path):
    """Who accepts a snapshot knows that the source speaks again."""
    world = history(World(tmp_path), {DAYS[1]: smaller, DAYS[2]: smaller})
    world.live()
    told = [f"suspect:press:{DAYS[1]}", f"recovered:press:{DAYS[3]}"]
    assert world.notices() == told
    world.decide("press", DAYS[2], str(Verdict.ACCEPTED))
    world.run("2025-05-02")
    assert world.notices() == told
