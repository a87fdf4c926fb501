"""How many people moved between organisations, within filters."""

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
}


@pytest.fixture(autouse=True)
def moved(sql):
    """Let Ada go from a part of a to a part of b in May."""
    sql.given("sides", {"side": 1, "unit": "a/x"}, {"side": 2, "unit": "b/y"})
    believed(sql)


def believed(sql, **changes: Any) -> None:
    usual = {"status": "counted", "from_root": "a", "from_side": 1, "to_root": "b", "to_side": 2}
    usual |= {"person": "s:p", "profile": "p", "name": "Ada"}
    days = {"joined_earliest": "2020-05-01", "joined_latest": "2020-05-31"}
    sql.given("moves", {"known_from": "2020-06-01", **usual, **days, **changes})


def people(sql, **asked: Any) -> list[tuple[Any, ...]]:
    return [row[:3] for row in sql.run("listed_flows", **{**ANY, **asked})]


@pytest.mark.parametrize(("asked", "found"), [*PLACES_AND_DAYS, *PEOPLE])
def test_each_filter_takes_what_it_names(sql, asked, found):
    """An organisation is named by itself or by its part, a person by profile, id or name."""
    assert people(sql, **asked) == ([("a", "b", 1)] if found else [])


@pytest.mark.parametrize(("day", "found"), [("2020-06-30", True), ("2020-07-01", False)])
def test_a_move_counts_up_to_the_day_before_it_was_taken_back(sql, day, found):
    """On that day it is no longer believed, nor is it now."""
    believed(sql, person="q", known_until="2020-07-01")
    assert people(sql, known_on=day) == [("a", "b", 2 if found else 1)]
    assert people(sql) == [("a", "b", 1)]


def test_a_person_counts_once_and_a_held_move_does_not(sql):
    """The flow with the most people comes first, and what comes from nowhere comes last."""
    believed(sql)
    believed(sql, person="q", status="held")
    believed(sql, person="r", from_root=None)
    believed(sql, person="s", from_root="c")
    believed(sql, person="t", from_root="c")
    assert people(sql) == [("c", "b", 2), ("a", "b", 1), (None, "b", 1)]
