"""Which moves of a day are versions to be told."""

from typing import Any

import pytest

SEEN = {
    "left_earliest": "2020-01-01",
    "left_latest": "2020-01-02",
    "joined_earliest": "2020-01-03",
    "joined_latest": "2020-01-04",
    "from_root": "a",
    "to_root": "b",
    "from_side": 1,
    "to_side": 2,
    "stated": True,
}


def versions(
    sql,
    believed: dict[str, Any] | None,
    *told: dict[str, Any],
    ever: tuple[dict[str, Any], ...] = (),
) -> Any:
    """Return the occurrence of each move that the profile p tells of anew."""
    sql.given("changed_profiles", {"profile": "p", "before_on": "2019-12-01"})
    rows = [{"profile": "p", "num": num, **SEEN, **record} for num, record in enumerate(told, 1)]
    sql.given("next_moves", *rows)
    if believed is not None:
        known = {"move": "m", "occurrence": 4}
        sql.given("believed_moves", {"profile": "p", "num": 9, **known, **SEEN, **believed})
        sql.given("chosen_pairs", {"profile": "p", "a": 9, "b": 1})
    sql.given("profile_moves", *({"profile": "p", **SEEN, **record} for record in ever))
    for number in sql.read("profile_moves", "rowid"):
        sql.given("profile_move_rows", {"number": number[0]})
    sql.run("new_move_versions")
    return sql.read("new_move_versions", "num, known_move, occurrence")


def test_a_move_that_nobody_knew_is_the_next_of_its_sides(sql):
    """Other sides, and other ways, have a count of their own."""
    found = versions(
        sql,
        None,
        {},
        {},
        {"from_root": "c"},
        ever=({"occurrence": 1}, {"occurrence": 3}, {"occurrence": 8, "to_root": "z"}),
    )
    assert found == [(1, None, 4), (2, None, 5), (3, None, 1)]


def test_the_first_of_its_sides_is_the_first(sql):
    """Nobody told of them before."""
    assert versions(sql, None, {}) == [(1, None, 1)]


@pytest.mark.parametrize(
    "change",
    [
        {"left_earliest": "2020-01-02"},
        {"left_latest": "2020-01-01"},
        {"joined_earliest": "2020-01-04"},
        {"joined_latest": "2020-01-03"},
        {"from_root": None},
        {"to_root": None},
        {"from_side": 3},
        {"to_side": 3},
        {"stated": False},
    ],
)
def test_a_known_move_that_is_told_otherwise_is_a_new_version(sql, change):
    """It keeps its id and its occurrence."""
    assert versions(sql, change, {}) == [(1, "m", 4)]


def test_a_known_move_that_is_told_as_before_is_none(sql):
    """Nothing is new of it."""
    assert versions(sql, {}, {}) == []


@pytest.mark.parametrize(("believed", "found"), [(None, []), ({"to_side": 5}, [(1, "m", 4)])])
def test_a_departure_before_a_return_is_told_only_if_it_was_believed(sql, believed, found):
    """A return after a gap is no move; a departure that was believed before stays."""
    assert versions(sql, believed, {"only_if_known": True}) == found
