"""How many moves first became known on some days."""

from typing import Any

import pytest

NEW: dict[str, Any] = {
    "move": "m",
    "person": "p",
    "observed_on": "2020-01-02",
    "before_on": "2020-01-01",
}


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ({}, (1, 0, 0)),
        ({"before_on": None}, (1, 1, 1)),
        ({"observed_on": "2020-01-03"}, (1, 0, 0)),
        ({"observed_on": "2020-01-01"}, (0, 0, 0)),
        ({"observed_on": "2020-01-04"}, (0, 0, 0)),
        ({"known_until": "2020-02-01"}, (0, 0, 0)),
        ({"source": "t"}, (0, 0, 0)),
        ({"profile_move_ids": ["m", "n"]}, (1, 0, 0)),
        ({"profile_move_ids": ["n", "m"]}, (0, 0, 0)),
    ],
)
def test_a_move_is_new_on_the_day_it_was_first_seen(sql, change, counts):
    """From the first day to the last; several profiles that tell of it tell of one."""
    sql.given("moves", NEW | change)
    found = sql.run("new_move_count", source="s", since="2020-01-02", until="2020-01-03")
    assert found == [counts]


def test_a_new_profile_is_one_person_however_much_it_tells(sql):
    """Of two moves of its past, two are history, of one person."""
    histories = [NEW | {"move": move, "before_on": None} for move in ("m", "n")]
    sql.given("moves", *histories, NEW | {"move": "o"})
    found = sql.run("new_move_count", source="s", since="2020-01-02", until="2020-01-02")
    assert found == [(3, 2, 1)]
