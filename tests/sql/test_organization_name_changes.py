"""Two organisations of which one took the place of the other."""

from typing import Any

import pytest


def renamed(sql, *profiles: str, **after: Any) -> None:
    """Let profiles show a stay at a under the name of b from June on."""
    sql.given("sides", {"side": 1, "name": "A"}, {"side": 2, "name": "B"})
    for profile in profiles:
        usual = {"profile": profile, "tenure": 1}
        sql.given("tenures", {**usual, "root": "a", "latest": 1, "known_until": "2020-06-01"})
        now = {"root": "b", "latest": 2, "known_from": "2020-06-01", **after}
        sql.given("tenures", {**usual, **now})


def changes(sql) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = sql.run("organization_name_changes")
    return found


def test_two_people_show_a_change_of_names(sql):
    """One may be a mistake; they are told with how many were there when it began."""
    renamed(sql, "p")
    assert changes(sql) == []
    renamed(sql, "q")
    assert changes(sql) == [("a", "b", "A", "B", 2, 2, "2020-06-01", False)]


@pytest.mark.parametrize(
    ("after", "count"),
    [
        ({}, 1),
        ({"known_from": "2020-06-02"}, 0),
        ({"known_until": "2020-07-01"}, 0),
        ({"pseudo": True}, 0),
        ({"root": "a"}, 0),
        ({"tenure": 2}, 0),
    ],
)
def test_a_stay_that_goes_on_under_another_name_shows_a_change(sql, after, count):
    """What was believed of it ends on the day on which the other name begins."""
    renamed(sql, "p", "q", **after)
    assert len(changes(sql)) == count


@pytest.mark.parametrize(
    ("known_from", "known_until", "people"),
    [
        ("2020-05-31", None, 3),
        ("2020-06-01", None, 2),
        ("2020-01-01", "2020-06-01", 3),
        ("2020-01-01", "2020-05-31", 2),
    ],
)
def test_those_who_were_there_before_the_first_day_are_all_people(
    sql, known_from, known_until, people
):
    """Who was believed there up to that day is one of them."""
    renamed(sql, "p", "q")
    days = {"known_from": known_from, "known_until": known_until}
    sql.given("tenures", {"profile": "r", "root": "a", **days})
    assert [row[5] for row in changes(sql)] == [people]


@pytest.mark.parametrize(
    ("status", "known_until", "count"),
    [("held", None, 1), ("counted", None, 0), ("held", "2020-07-01", 0)],
)
def test_a_flow_is_told_while_its_moves_are_held(sql, status, known_until, count):
    """Once decided it is settled."""
    flow = {"from_root": "a", "to_root": "b"}
    sql.given("holds", {**flow, "from_name": "A", "to_name": "B", "moved": 6, "of_people": 7})
    sql.given("moves", {**flow, "status": status, "known_until": known_until})
    assert len(changes(sql)) == count
