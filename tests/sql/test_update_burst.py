"""How many people were seen at once to have moved without a date, and from how many places."""

from typing import Any

import pytest

USUAL = {"profile": "p", "from_root": "a", "to_root": "b", "before_on": "2020-01-01"}


def surge(sql, *changes: dict[str, Any]) -> tuple[int, ...]:
    sql.given("new_move_versions", *({**USUAL, **change} for change in changes))
    return tuple(sql.run("update_burst", source="s")[0])


def test_people_and_their_origins_are_counted_once(sql):
    """Two moves of one profile are one, and so are two from one organisation."""
    assert surge(sql, {}, {"to_root": "c"}, {"profile": "q"}, {"from_root": "d"}) == (2, 2, 0)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"manner": "told"}, (1, 1, 0)),
        ({"stated": True}, (0, 0, 0)),
        ({"known_move": "m"}, (0, 0, 0)),
        ({"before_on": None}, (0, 0, 0)),
        ({"from_root": None}, (1, 1, 0)),
        ({"to_root": None}, (1, 1, 0)),
        ({"placeholder": "filled"}, (0, 0, 1)),
        ({"placeholder": "emptied"}, (0, 0, 0)),
        ({"manner": "in place"}, (0, 0, 0)),
        ({"manner": "dated"}, (1, 1, 0)),
        ({"manner": "in place", "to_root": "c"}, (1, 1, 0)),
    ],
)
def test_only_new_undated_moves_that_are_not_held_count(sql, change, found):
    """What is stated, known, first seen, a placeholder or held is no part of it."""
    sql.given("holds", {"kind": "collective", "from_root": "a", "to_root": "b"})
    assert surge(sql, change) == found


def test_arrivals_from_nowhere_are_told_apart_by_where_they_go(sql):
    """Many at one organisation are one, and an origin is the same organisation."""
    came = [{"profile": who, "from_root": None, "to_root": to} for who, to in ("qb", "rb", "sa")]
    assert surge(sql, {}, *came) == (4, 2, 0)


@pytest.mark.parametrize(("num", "found"), [(1, (0, 0, 0)), (2, (1, 1, 0))])
def test_what_follows_from_what_the_source_wrote_into_many_profiles_counts_for_nothing(
    sql, num, found
):
    """It is held, and nobody moved."""
    sql.given("moves_by_listing", {"profile": "p", "num": 1, "reason": "pasted"})
    assert surge(sql, {"num": num, "from_root": None}) == found


def test_a_hold_of_another_source_holds_nothing_here(sql):
    """Each source has its own flows."""
    sql.given("holds", {"source": "t", "from_root": "a", "to_root": "b"})
    assert surge(sql, {"manner": "in place"}) == (1, 1, 0)
