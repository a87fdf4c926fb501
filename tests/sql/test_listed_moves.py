"""Moves as believed on a day, within filters."""

from typing import Any

import pytest
from move_filters import PEOPLE, PLACES_AND_DAYS

ANY = {
    "known_on": None,
    "origins": None,
    "destinations": None,
    "since": None,
    "until": None,
    "person": None,
    "seen_since": None,
    "retracted": False,
    "held": False,
}


def believed(sql, **changes: Any) -> None:
    """Let Ada go from a part of a to a part of b in May."""
    usual = {"status": "counted", "from_root": "a", "from_side": 1, "to_root": "b", "to_side": 2}
    usual |= {"person": "x", "profile": "p", "name": "Ada", "move": "m"}
    days = {"joined_earliest": "2020-05-01", "joined_latest": "2020-05-31"}
    sql.given("moves", {"known_from": "2020-06-01", **usual, **days, **changes})


@pytest.fixture(autouse=True)
def parts(sql):
    sql.given("sides", {"side": 1, "unit": "a/x"}, {"side": 2, "unit": "b/y"})


def listed(sql, **asked: Any) -> list[tuple[Any, Any]]:
    """Return each move with its status."""
    return [(row[0], row[17]) for row in sql.run("listed_moves", **{**ANY, **asked})]


@pytest.mark.parametrize(("asked", "found"), [*PLACES_AND_DAYS, *PEOPLE, ({"person": "x"}, True)])
def test_each_filter_takes_what_it_names(sql, asked, found):
    """A person is named by profile, by source and profile, by the person's id, or by name."""
    believed(sql)
    assert listed(sql, **asked) == ([("m", "counted")] if found else [])


@pytest.mark.parametrize(
    ("known_on", "retracted", "status"),
    [
        ("2020-06-30", False, "counted"),
        ("2020-07-01", False, None),
        ("2020-07-01", True, "retracted"),
        (None, False, None),
        (None, True, "retracted"),
    ],
)
def test_a_move_that_was_taken_back_is_retracted_from_that_day_on(sql, known_on, retracted, status):
    """It is listed only where it is asked for."""
    believed(sql, known_until="2020-07-01")
    found = listed(sql, known_on=known_on, retracted=retracted)
    assert found == ([("m", status)] if status else [])


def test_what_an_analyst_calls_false_is_retracted_and_listed(sql):
    """It is still there to be seen."""
    believed(sql, status="false")
    assert listed(sql) == [("m", "retracted")]


def test_of_several_versions_the_newest_is_listed(sql):
    """A move stands there once, as last believed."""
    believed(sql, status="held", known_until="2020-07-01")
    believed(sql, known_from="2020-07-01")
    assert listed(sql) == [("m", "counted")]
    assert listed(sql, known_on="2020-06-30") == [("m", "held")]


@pytest.mark.parametrize("person", [None, "q", "p"])
def test_one_move_that_two_profiles_tell_of_is_listed_by_the_first(sql, person):
    """It is found by either of them."""
    believed(sql, profile_move_ids=["m", "n"])
    believed(sql, move="n", profile="q", profile_move_ids=["m", "n"])
    assert listed(sql, person=person) == [("m", "counted")]


@pytest.mark.parametrize(("person", "found"), [("q", False), ("p", True)])
def test_a_person_is_found_by_the_move_as_last_believed(sql, person, found):
    """By whom it was told before does not matter."""
    believed(sql, person="q", known_until="2020-07-01")
    believed(sql, known_from="2020-07-01")
    assert listed(sql, person=person) == ([("m", "counted")] if found else [])


@pytest.mark.parametrize(("day", "found"), [("2020-06-02", True), ("2020-06-03", False)])
def test_what_was_first_seen_before_a_day_is_left_out(sql, day, found):
    """The day itself counts."""
    believed(sql, observed_on="2020-06-02")
    assert listed(sql, seen_since=day) == ([("m", "counted")] if found else [])


@pytest.mark.parametrize("retracted", [False, True])
def test_of_moves_that_are_held_those_are_listed_that_are_so_now(sql, retracted):
    """Neither what counts since, nor what is believed no longer; on a day as it was then."""
    believed(sql, move="a", status="held")
    believed(sql, move="b", status="held", known_until="2020-07-01")
    believed(sql, move="b", known_from="2020-07-01")
    believed(sql, move="c", status="held", known_until="2020-07-01")
    believed(sql, move="d")
    assert listed(sql, held=True, retracted=retracted) == [("a", "held")]
    then = [(move, "held") for move in "abc"]
    assert listed(sql, held=True, retracted=retracted, known_on="2020-06-30") == then
