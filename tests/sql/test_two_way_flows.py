"""Organisations between which people went both ways."""

from typing import Any

import pytest


def went(sql, person: str, origin: str, target: str, **changes: Any) -> None:
    usual = {"person": person, "from_root": origin, "to_root": target, "status": "counted"}
    sql.given("moves", {**usual, **changes})


def test_two_organisations_are_told_once_with_both_ways(sql):
    """Those with the most people in the thinner way come first, at most so many."""
    for person, origin, target in (
        ("p", "a", "b"), ("q", "b", "a"), ("r", "c", "d"), ("s", "c", "d"), ("t", "d", "c"),
        ("u", "d", "c"), ("v", "e", "f"), ("w", "a", "a"),
    ):  # fmt: skip
        went(sql, person, origin, target)
    assert sql.run("two_way_flows", most=9) == [("c", "d", 2, 2), ("a", "b", 1, 1)]
    assert sql.run("two_way_flows", most=1) == [("c", "d", 2, 2)]


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"status": "held"}, 1),
        ({"status": "false"}, 0),
        ({"known_until": "2020-02-01"}, 0),
    ],
)
def test_what_is_held_counts_and_what_is_taken_back_does_not(sql, changes, count):
    """A held move may be told later."""
    went(sql, "p", "a", "b")
    went(sql, "q", "b", "a", **changes)
    assert len(sql.run("two_way_flows", most=9)) == count
