"""What is believed of moves now."""

import pytest


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"status": "counted"}, "counted"),
        ({"status": "held"}, "held"),
        ({"status": "false"}, "retracted"),
        ({"status": "counted", "known_until": "2020-02-01"}, "retracted"),
    ],
)
def test_a_move_is_retracted_where_it_is_believed_no_longer(sql, changes, status):
    """An analyst's word does the same."""
    sql.given("moves", {"move": "m", "reason": "r", **changes}, {"move": "n"})
    assert sql.run("move_standings", moves=["m"]) == [("m", status, "r")]


@pytest.mark.parametrize("last", [None, "2020-03-01"])
def test_of_several_versions_the_newest_stands(sql, last):
    """One that is believed goes before all that are not."""
    sql.given(
        "moves",
        {"move": "m", "status": "held", "reason": "old", "known_until": "2020-02-01"},
        {"move": "m", "status": "counted", "known_from": "2020-02-01", "known_until": last},
        {"move": "m", "status": "held", "known_from": "2019-01-01", "known_until": "2020-01-01"},
    )
    status = "counted" if last is None else "retracted"
    assert sql.run("move_standings", moves=["m"]) == [("m", status, None)]
