"""Who fits the group of an episode at its time, those left out among them."""

from typing import Any

import pytest

KEY = {"rule": "r", "grouping": "g"}


def known(
    sql, entry: dict[str, Any], *, lists_people: bool = True, sure: bool = True, role: str = "count"
) -> list[tuple[Any, ...]]:
    """Run it for one episode of February 2020, as known on 1 June, and one move."""
    days = {"known_on": "2020-06-01", "opens": "2020-02-01", "closes": "2020-03-01"}
    sql.given("episodes", {**KEY, **days})
    sql.given("candidate_groups", {**KEY, "condition": 1, "role": role, "query_group": 5})
    sql.given(
        "conditions", {"rule": "r", "condition": 1, "lists_people": lists_people, "sure": sure}
    )
    usual = {
        "query_group": 5,
        "entry": 1,
        "person": "a",
        "counted": True,
        "possible_from": "2020-01-01",
    }
    sql.given("counting_entries", {**usual, **entry})
    sql.run("episode_members")
    found: list[tuple[Any, ...]] = sql.read("episode_members", "opens, closes")
    return found


@pytest.mark.parametrize(
    ("entry", "fits"),
    [
        ({}, True),
        ({"possible_from": "2020-02-29"}, True),
        ({"possible_from": "2020-03-01"}, False),
        ({"possible_until": "2020-02-02"}, True),
        ({"possible_until": "2020-02-01"}, False),
        ({"known_from": "2020-06-01"}, True),
        ({"known_from": "2020-06-02"}, False),
        ({"known_until": "2020-06-02"}, True),
        ({"known_until": "2020-06-01"}, False),
        ({"query_group": 6}, False),
    ],
)
def test_who_may_count_on_a_day_of_the_episode_by_what_was_known_fits(sql, entry, fits):
    """The first day of the episode counts, and the one on which it closes does not."""
    assert bool(known(sql, entry)) is fits


def test_a_sure_condition_counts_certain_days_and_another_one_possible_days(sql):
    """An end that never comes is the last day of the calendar."""
    days = {"certain_from": "2020-02-05", "certain_until": "2020-02-07"}
    assert known(sql, days) == [("2020-02-05", "2020-02-07")]


def test_a_condition_that_asks_who_may_count_has_possible_days(sql):
    """They begin earlier and end later."""
    days = {"certain_from": "2020-02-05", "certain_until": "2020-02-07"}
    assert known(sql, days, sure=False) == [("2020-01-01", "9999-12-31")]


@pytest.mark.parametrize("change", [{"lists_people": False}, {"role": "base"}])
def test_the_base_of_a_share_and_the_earlier_steps_of_an_order_are_not_told(sql, change):
    """An alert names those whom its last condition counts."""
    assert known(sql, {}, **change) == []


@pytest.mark.parametrize(
    ("first", "until", "count"),
    [
        ("2020-02-29", "2020-04-01", 1),
        ("2020-03-01", "2020-04-01", 0),
        ("2020-01-01", "2020-02-02", 1),
        ("2020-01-01", "2020-02-01", 0),
    ],
)
def test_who_left_or_came_fits_a_changed_headcount_on_a_day_of_the_episode(
    sql, first, until, count
):
    """The first day of the episode counts, and the one on which it closes does not."""
    days = {"known_on": "2020-06-01", "opens": "2020-02-01", "closes": "2020-03-01"}
    sql.given("episodes", {**KEY, **days})
    change = {**KEY, "known_on": "2020-06-01", "possible_from": first, "possible_until": until}
    sql.given("headcount_changes", change)
    sql.run("episode_members")
    assert len(sql.read("episode_members")) == count
