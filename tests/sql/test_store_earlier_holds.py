"""The moves that went before in a flow that is held today are held with it."""

from typing import Any

import pytest

DAY = "2020-06-15"
FLOW = {"from_root": "a", "to_root": "b"}


def held(sql, move: dict[str, Any], hold: dict[str, Any]) -> bool:
    """Run it over one move and one hold; tell whether the move is held from the day on."""
    usual = {"move": "m", "profile": "p", "status": "counted", "before_on": "2020-01-01"}
    usual |= {
        "observed_on": "2020-02-01",
        "left_earliest": "2020-01-01",
        "left_latest": "2020-01-31",
    }
    sql.given("profile_moves", {**usual, **FLOW, **move})
    sql.given("holds", {**FLOW, "observed_on": DAY, "kind": "spread", "reason": "r", **hold})
    sql.run("store_earlier_holds", source="s", day=DAY)
    rows = sql.read("profile_moves", "status, reason, known_from, known_until")
    return ("held", "r", DAY, None) in rows and len(rows) == 2


@pytest.mark.parametrize(
    ("move", "hold", "found"),
    [
        ({}, {}, True),
        ({"observed_on": "2019-06-16"}, {}, True),
        ({"observed_on": "2019-06-15"}, {}, False),
        ({}, {"kind": "collective"}, False),
        ({}, {"kind": "carved"}, True),
        ({"stated": True}, {}, False),
        ({"before_on": None}, {}, False),
        ({"known_from": "2020-06-14"}, {}, True),
        ({"known_from": DAY}, {}, False),
        ({"known_until": "2020-03-01"}, {}, False),
        ({"status": "held"}, {}, False),
        ({"source": "t"}, {}, False),
        ({"to_root": "c"}, {}, False),
        ({}, {"observed_on": "2020-06-14"}, False),
        ({"stated": True}, {"ended_on": "2020-01-01"}, True),
        ({"stated": True}, {"ended_on": "2020-01-31"}, True),
        ({}, {"ended_on": "2019-12-31"}, False),
        ({}, {"ended_on": "2020-02-01"}, False),
    ],
)
def test_moves_of_a_held_flow_in_the_year_before_or_with_its_day_are_held(sql, move, hold, found):
    """Little by little: the undated ones of 365 days; by one day: those that may be of that day."""
    assert held(sql, move, hold) is found


def test_a_move_that_is_overtaken_ends_on_the_day(sql):
    """It was believed until then."""
    assert held(sql, {}, {})
    assert ("counted", "2020-01-01", DAY) in sql.read(
        "profile_moves", "status, known_from, known_until"
    )
