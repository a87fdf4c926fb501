"""How many people may be missing grows with the days between two looks."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from story import World, job

from monitor.moves.gates.turnover import (
    PastLook,
    missing_limit,
    needed,
    rewritten_limit,
    usually_gone,
)

LOOKS = [PastLook(100, 40, 365)] * 3


def share(
    days: int, *, replaced: bool = True, past=(), base: float = 0.2, most: float = 0.5
) -> float:
    return missing_limit(base, days=days, replaced=replaced, past=past, most=most).share


@pytest.mark.parametrize(
    ("days", "allowed"),
    [(1, 0.2), (60, 0.2), (61, 0.2029), (91, 0.2871), (182, 0.4918), (365, 0.5)],
)
def test_the_limit_grows_after_sixty_days(days, allowed):
    """A fifth in sixty days, never more than half of the ids."""
    assert share(days) == pytest.approx(allowed, abs=1e-4)


@pytest.mark.parametrize(
    ("days", "allowed"),
    [(91, 0.2), (120, 0.2), (121, 0.2015), (182, 0.2871), (365, 1 / 3), (900, 1 / 3)],
)
def test_a_list_that_shrinks_loses_half_as_fast_and_never_more_than_a_third(days, allowed):
    """Those whom a broken collection lacks are followed by nobody; the past teaches nothing."""
    assert share(days, replaced=False) == pytest.approx(allowed, abs=1e-4)
    assert share(days, replaced=False, past=LOOKS) == pytest.approx(allowed, abs=1e-4)


@pytest.mark.parametrize(("looks", "allowed"), [(2, 0.2871), (3, 0.3175)])
def test_three_accepted_looks_tell_what_is_usual(looks, allowed):
    """Three times as much may be missing; two looks tell nothing."""
    assert share(91, past=LOOKS[:looks]) == pytest.approx(allowed, abs=1e-4)


def test_a_quiet_past_makes_the_limit_no_stricter():
    """A list that loses nobody for years may lose some in one."""
    assert share(91, past=[PastLook(100, 0, 91)] * 9) == share(91)


def test_a_bad_look_among_good_ones_teaches_little():
    """The middle one counts."""
    looks = [PastLook(100, 2, 91)] * 4 + [PastLook(100, 49, 91)]
    assert share(91, past=looks) == share(91)


@pytest.mark.parametrize(
    ("looks", "days", "gone"), [(2, 730, 0.0), (3, 365, 0.5352), (3, 730, 0.784), (3, 7, 0.0146)]
)
def test_the_past_tells_how_many_ids_go_in_a_long_time(looks, days, gone):
    """Of a list that loses 40 % a year more than half are gone after two; half as many again."""
    assert usually_gone(LOOKS[:looks], days=days) == pytest.approx(gone, abs=1e-4)


def test_the_limit_says_where_it_comes_from():
    """In the words of the reason."""
    words = [
        missing_limit(0.2, days=days, replaced=True, past=past, most=0.5).words
        for days, past in ((7, ()), (91, ()), (91, LOOKS))
    ]
    assert words == [
        "at most 20% are allowed",
        "at most 29% are allowed, 20% in 60 days, after 91 days",
        (
            "at most 32% are allowed, 3 times the 40% a year that are usual for the source,"
            " after 91 days"
        ),
    ]


@given(st.integers(1, 99), st.integers(1, 800), st.booleans(), st.sampled_from([0.5, 1.0]))
def test_what_is_said_to_be_needed_is_enough_and_no_more(missing, days, replaced, most):
    """Configured so, the snapshot would speak; with a percent less, it would not."""
    enough = needed(missing, 100, days=days, replaced=replaced, most=most)
    assert share(days, replaced=replaced, base=enough, most=most) >= missing / 100 - 1e-9
    less = share(days, replaced=replaced, base=enough - 0.01, most=most)
    assert enough <= 0.01 or less < missing / 100


def listed(world: World, day: date, people: range) -> None:
    """Observe a list in which everybody has had one employer all the time."""
    world.on(day.isoformat(), **{f"p{n}": [job(f"Org {n % 9}")] for n in people})


def played(world: World, gap: int, left: int, *, looks: int = 4, size: int = 100) -> list[str]:
    """Observe a list in which so many are replaced at each look; return the verdicts."""
    for number in range(looks):
        listed(
            world,
            date(2020, 1, 1) + timedelta(gap * number),
            range(number * left, number * left + size),
        )
    world.run("2024-01-01")
    return [line.split()[2] for line in world.snapshots()]


@pytest.mark.parametrize(
    ("gap", "left", "accepted"),
    [
        (365, 25, True),
        (365, 51, False),
        (182, 28, True),
        (91, 25, True),
        (60, 21, False),
        (30, 21, False),
    ],
)
def test_ordinary_turnover_of_a_rare_list_is_no_fault(tmp_path, gap, left, accepted):
    """A fifth in a month is one; a quarter in a quarter or in a year is life."""
    verdicts = played(World(tmp_path), gap, left, looks=2)
    assert verdicts == ["baseline", "accepted" if accepted else "suspect"]


@pytest.mark.parametrize(("left", "accepted"), [(25, True), (33, True), (34, False)])
def test_a_yearly_panel_may_shrink_by_a_third(tmp_path, left, accepted):
    """Nobody is asked again who left it."""
    world = World(tmp_path)
    listed(world, date(2020, 1, 1), range(100))
    listed(world, date(2021, 1, 1), range(left, 100))
    world.run("2024-01-01")
    verdicts = [line.split()[2] for line in world.snapshots()]
    assert verdicts == ["baseline", "accepted" if accepted else "suspect"]


@pytest.mark.slow
def test_half_a_file_of_a_yearly_list_is_suspect(tmp_path):
    """It says what it lacks, and what would let it through."""
    world = World(tmp_path)
    played(world, 365, 20, looks=3)
    listed(world, date(2023, 1, 1), range(60, 110))
    world.run("2024-01-02")
    with world.engine() as engine:
        *_, verdict, reasons = engine.rows("judged_snapshots")[-1]
    assert verdict == "suspect"
    assert reasons == [
        (
            "50 of 100 known profiles are missing (at most 33% are allowed, 20% in 120 days of a"
            " list that shrinks, after 366 days;"
            " `missing = 0.5` in the source's quality would allow it)"
        )
    ]


@pytest.mark.slow
def test_operators_hear_once_of_a_source_that_speaks_by_a_grown_limit(tmp_path):
    """However many snapshots do."""
    world = World(tmp_path)
    played(world, 365, 25)
    assert world.notices() == ["turnover:press"]
    listed(world, date(2024, 1, 1), range(100, 200))
    world.run("2024-01-02")
    assert world.notices() == ["turnover:press"]


@pytest.mark.slow
def test_a_weekly_source_hears_nothing_of_it(tmp_path):
    """Its limit is the configured one."""
    world = World(tmp_path)
    played(world, 7, 5)
    assert world.notices() == []


REORGANIZED = [PastLook(100, 8, 365, 4, 100)] * 3 + [PastLook(100, 8, 365, 40, 100)]


@pytest.mark.parametrize(
    ("past", "days", "allowed"),
    [
        ((), 30, 0.3),
        ((), 365, 0.3),
        ((), 730, 0.6),
        (REORGANIZED[:3], 365, 0.3),
        (REORGANIZED, 365, 0.5),
        (REORGANIZED, 182, 0.3),
        ([PastLook(100, 8, 365, 14, 100)] * 2, 365, 0.3),
        ([PastLook(100, 8, 365, 14, 100)] * 3, 365, 0.42),
        ([PastLook(100, 8, 365, 14, 100)] * 3, 30, 0.3),
    ],
)
def test_how_many_may_be_elsewhere_is_learned_from_the_past(past, days, allowed):
    """Three times what is usual, and half as many again as an operator let speak in that time."""
    limit = rewritten_limit(0.3, days=days, past=past, most=0.5)
    assert limit.share == pytest.approx(allowed, abs=1e-4)
    assert (limit.because == "") is (allowed in {0.3, 0.6})


@pytest.mark.slow
def test_a_true_reorganization_says_what_would_allow_it_and_the_next_one_is_accepted(tmp_path):
    """Two fifths of a yearly list are elsewhere; once that was accepted, as many may be again."""
    world, chance = World(tmp_path), random.Random(4)
    places = {f"p{n}": n % 9 for n in range(100)}
    for year, share in enumerate((0.0, 0.36, 0.39)):
        for who in chance.sample(sorted(places), int(share * 100)):
            places[who] = chance.choice([org for org in range(9) if org != places[who]])
        people = {who: [job(f"Org {org}")] for who, org in places.items()}
        world.on(f"{2020 + year}-01-01", **people)
    world.run("2021-01-02")
    with world.engine() as engine:
        *_, verdict, (reason,) = engine.rows("judged_snapshots")[-1]
    assert (verdict, reason) == (
        "suspect",
        (
            "36 of 100 people are no longer anywhere that they were known to be, in all directions"
            " (at most 30% are allowed; `rewritten = 0.36` in the source's quality would allow it)"
        ),
    )
    world.decide("press", "2021-01-01", "accepted")
    world.run("2022-01-02")
    assert [line.split()[2] for line in world.snapshots()] == ["baseline", *["accepted"] * 2]
