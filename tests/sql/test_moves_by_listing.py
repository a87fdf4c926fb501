"""Moves that follow from what a source wrote into many profiles."""

from typing import Any

import pytest

DAY, EARLIER = "2020-06-15", "2020-05-15"
BLOCK = {
    "profile": "p",
    "first_root": "a",
    "first_start": "2018-01-01",
    "first_end": "2019-05-01",
    "second_root": "b",
    "second_start": "2019-06-01",
    "second_end": "2020-01-01",
}
PASTED = {"observed_on": DAY, "kind": "pasted", "from_root": "a", "to_root": "b"}
PASTED |= {"ended_on": "2019-05-01", "reason": "pasted"}
SECOND = {"observed_on": EARLIER, "kind": "second", "from_root": "a", "to_root": "b"}
SECOND |= {"reason": "second"}


def held(sql, **move: Any) -> list[str]:
    """Return why a move of p is held."""
    sql.given("new_move_versions", {"profile": "p", "num": 7, **move})
    sql.run("moves_by_listing", source="s", day=DAY)
    return [reason for _, _, reason in sql.read("moves_by_listing")]


@pytest.mark.parametrize(
    ("move", "reasons"),
    [
        ({"from_root": "a", "to_root": "b", "left_earliest": "2019-05-01"}, ["pasted"]),
        ({"from_root": "x", "to_root": "a", "joined_earliest": "2018-01-01"}, ["pasted"]),
        ({"from_root": "x", "to_root": "b", "joined_earliest": "2019-06-01"}, ["pasted"]),
        ({"from_root": "b", "to_root": "y", "left_earliest": "2020-01-01"}, ["pasted"]),
        ({"from_root": "x", "to_root": "a", "joined_earliest": "2018-01-02"}, []),
        ({"from_root": "b", "to_root": "y", "left_earliest": "2020-01-02"}, []),
        ({"from_root": "x", "to_root": "y", "joined_earliest": "2018-01-01"}, []),
        ({"from_root": "x"}, ["pasted"]),
        ({"from_root": "x", "stated": True}, []),
    ],
)
def test_moves_into_and_out_of_a_pasted_stay_are_held(sql, move, reasons):
    """By the organisation and the day of the stay."""
    sql.given("pasted_stays", BLOCK)
    sql.given("holds", PASTED)
    assert held(sql, **move) == reasons


@pytest.mark.parametrize(
    "changes", [{"observed_on": EARLIER}, {"ended_on": "2019-05-02"}, {"source": "other"}]
)
def test_a_block_that_is_not_held_holds_nothing(sql, changes):
    """It may have been decided that people really went that way."""
    sql.given("pasted_stays", BLOCK)
    sql.given("holds", PASTED | changes)
    assert held(sql, from_root="a", to_root="b", left_earliest="2019-05-01") == []


@pytest.mark.parametrize(
    ("move", "reasons"),
    [
        ({"to_root": "b"}, ["second"]),
        ({"from_root": "b"}, ["second"]),
        ({"to_root": "b", "stated": True}, []),
        ({"from_root": "a", "to_root": "b"}, []),
        ({"from_root": "b", "to_root": "a"}, []),
        ({"to_root": "c"}, []),
    ],
)
def test_a_second_employer_that_comes_or_goes_is_held(sql, move, reasons):
    """Also on a later day, for whoever was at the first; a real move between the two counts."""
    sql.given("holds", SECOND)
    sql.given("next_tenures", {"profile": "p", "root": "a", "begun": True})
    assert held(sql, **move) == reasons


def test_a_second_employer_of_somebody_else_is_not_held(sql):
    """Whoever was never at the first organisation came to the second alone."""
    sql.given("holds", SECOND)
    sql.given("next_tenures", {"profile": "p", "root": "a", "begun": False})
    assert held(sql, to_root="b") == []
