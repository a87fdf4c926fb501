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
        ({"from_root": None}, (0, 0, 0)),
        ({"placeholder": "filled"}, (0, 0, 1)),
        ({"placeholder": "emptied"}, (0, 0, 0)),
        ({"manner": "in place"}, (0, 0, 0)),
        ({"manner": "dated"}, (1, 1, 0)),
        ({"manner": "in place", "to_root": "c"}, (1, 1, 0)),
    ],
)
def test_only_new_undated_moves_that_are_not_held_count(sql, change, found):
    """What is stated, known, first seen, from nowhere, a placeholder or held is no part of it."""
    sql.given("holds", {"kind": "collective", "from_root": "a", "to_root": "b"})
    assert surge(sql, change) == found


def test_a_hold_of_another_source_holds_nothing_here(sql):
    """Each source has its own flows."""
    sql.given("holds", {"source": "t", "from_root": "a", "to_root": "b"})
    assert surge(sql, {"manner": "in place"}) == (1, 1, 0)
