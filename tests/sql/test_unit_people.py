"""Organisations with their people and spellings."""

from typing import Any

import pytest


def at(sql, number: int, name: str, **changes: Any) -> None:
    """Let a profile be at a under a spelling."""
    sql.given("sides", {"side": number, "unit": "a", "name": name})
    usual = {"profile": f"p{number}", "entered": number, "latest": number}
    sql.given("tenures", {**usual, **changes})


def test_an_organisation_has_its_commonest_spelling_and_five_of_all(sql):
    """The five are the first in the order of letters."""
    for number, name in enumerate(("F", "E", "D", "C", "B", "A", "F")):
        at(sql, number, name)
    assert sql.run("unit_people") == [("a", "F", 7, ["A", "B", "C", "D", "E"])]


@pytest.mark.parametrize("changes", [{"known_until": "2020-02-01"}, {"pseudo": True}])
def test_what_is_believed_no_longer_and_pseudo_employers_are_left_out(sql, changes):
    """Nobody is there."""
    at(sql, 1, "A", **changes)
    assert sql.run("unit_people") == []


def test_two_profiles_of_one_person_are_one(sql):
    """As long as they are believed to be one."""
    at(sql, 1, "A")
    at(sql, 2, "A")
    assert [row[2] for row in sql.run("unit_people")] == [2]
    sql.given("clusters", *({"profile": f"p{number}", "person": "x"} for number in (1, 2)))
    assert [row[2] for row in sql.run("unit_people")] == [1]
