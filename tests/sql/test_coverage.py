"""How many people are tracked at an origin, how many of them were seen last, how many are new."""

from typing import Any

import pytest

DAY = "2020-06-01"
SINCE = "2020-03-01"


def ask(sql, unit: str = "a") -> list[tuple[Any, ...]]:
    sql.given("coverage_questions", {"question": 1, "unit": unit, "day": DAY, "since": SINCE})
    found: list[tuple[Any, ...]] = sql.run("coverage")
    return found


def judged(sql, *days: str, verdict: str = "accepted") -> None:
    sql.given("judged", *({"observed_on": day, "verdict": verdict} for day in days))


def at(
    sql, profile: str = "p", seen: tuple[str, str | None] = ("2020-01-01", None), **more: Any
) -> None:
    """Let a profile be at a place, and be seen on some days."""
    sql.given("sides", {"side": 1, "unit": "part"})
    usual = {"profile": profile, "root": "a", "latest": 1, "begun": True}
    sql.given("tenures", {**usual, **more})
    days = {"seen_from": seen[0], "seen_until": seen[1]}
    sql.given("sightings", {"profile": profile, **days})


@pytest.mark.parametrize(
    ("tenure", "tracked"),
    [
        ({}, True),
        ({"begun": False}, False),
        ({"known_from": DAY}, True),
        ({"known_from": "2020-06-02"}, False),
        ({"known_until": "2020-06-02"}, True),
        ({"known_until": DAY}, False),
        ({"ended": True, "left_latest": SINCE}, True),
        ({"ended": True, "left_latest": "2020-02-29"}, False),
        ({"ended": False, "left_latest": "2020-02-29"}, True),
        ({"root": "b"}, False),
    ],
)
def test_who_was_there_in_the_window_is_tracked(sql, tenure, tracked):
    """Who left on its first day was; a belief that ends on the day is none any more."""
    judged(sql, DAY)
    at(sql, **tenure)
    assert ask(sql) == ([(1, 1, 1, 0)] if tracked else [])


@pytest.mark.parametrize(("unit", "count"), [("a", 1), ("part", 1), ("b", 0)])
def test_a_tenure_is_at_its_organisation_and_at_the_part_it_was_last_in(sql, unit, count):
    """It counts once at each."""
    judged(sql, DAY)
    at(sql)
    assert len(ask(sql, unit)) == count


@pytest.mark.parametrize(
    ("seen", "counts"),
    [
        (("2020-01-01", None), (1, 1, 0)),
        (("2020-05-01", None), (1, 1, 1)),
        (("2020-05-02", None), (1, 0, 1)),
        (("2020-01-01", "2020-05-01"), (1, 1, 0)),
        (("2020-01-01", "2020-04-30"), (1, 0, 0)),
        ((SINCE, None), (1, 1, 0)),
        (("2020-03-02", None), (1, 1, 1)),
        ((DAY, None), (1, 0, 1)),
        (("2020-06-02", None), (1, 0, 0)),
    ],
)
def test_who_is_in_the_newest_good_snapshot_was_seen_and_who_came_after_the_first_day_is_new(
    sql, seen, counts
):
    """A sighting on the window's first day is none of a newcomer; a later one is not known yet."""
    judged(sql, "2020-05-01", "2020-06-02")
    judged(sql, "2020-05-20", verdict="suspect")
    at(sql, seen=seen)
    assert [row[1:] for row in ask(sql)] == [counts]


@pytest.mark.parametrize(("day", "count"), [(DAY, 1), ("2020-06-02", 0)])
def test_a_snapshot_of_the_day_itself_is_looked_at(sql, day, count):
    """A later one is not known on that day."""
    judged(sql, day, verdict="baseline")
    at(sql)
    assert len(ask(sql)) == count


@pytest.mark.parametrize(
    ("following", "verdict", "again", "tracked"),
    [
        (SINCE, "accepted", None, False),
        ("2020-03-02", "accepted", None, True),
        (DAY, "baseline", None, False),
        ("2020-06-02", "baseline", None, True),
        (SINCE, "accepted", DAY, True),
        (SINCE, "accepted", "2020-06-02", False),
    ],
)
def test_who_vanished_before_the_window_or_is_of_no_new_baseline_is_not_tracked(
    sql, following, verdict, again, tracked
):
    """On the day on which they are seen again they are tracked again."""
    judged(sql, "2020-02-01")
    judged(sql, following, verdict=verdict)
    at(sql, seen=("2020-01-01", "2020-02-01"))
    if again:
        sql.given("sightings", {"profile": "p", "seen_from": again})
    assert bool(ask(sql)) is tracked


@pytest.mark.parametrize(
    ("run", "seen"),
    [
        (("2020-05-01", None), 0),
        (("2020-04-01", None), 0),
        (("2020-05-02", None), 1),
        (("2020-04-01", "2020-05-01"), 0),
        (("2020-04-01", "2020-04-30"), 1),
    ],
)
def test_who_is_in_the_newest_good_snapshot_as_last_seen_was_not_seen(sql, run, seen):
    """Nobody looked at them on its day; before and after it they may have been looked at."""
    judged(sql, "2020-05-01")
    at(sql)
    days = {"unlooked_from": run[0], "unlooked_until": run[1]}
    sql.given("unlooked", {"profile": "p", **days})
    assert ask(sql) == [(1, 1, seen, 0)]
