"""What was known of past windows when they might have been nowcast, and what is known now."""

from typing import Any

import pytest

CHECK, DAY = "2024-03-31", "2024-12-31"


def moved(sql, **changes) -> None:
    """Let somebody move on 10 January 2024, seen on 20 January."""
    usual = {"status": "counted", "before_on": "2024-01-05", "observed_on": "2024-01-20"}
    usual |= {"joined_earliest": "2024-01-10", "joined_latest": "2024-01-10"}
    usual |= {"from_root": "a", "to_root": "b", "known_from": "2024-01-20"}
    sql.given("moves", {**usual, **changes})


def windows(sql) -> Any:
    """Count a window of ten days that had ended seventy days before the check: on 21 January."""
    sql.run("move_days")
    return sql.run("past_windows", day=DAY, days=[CHECK], ages=[70], window_days=10)


@pytest.mark.parametrize(
    ("earliest", "latest", "before_on", "counted"),
    [
        ("2024-01-12", "2024-01-12", "2024-01-05", [(True, 1, 1)]),
        ("2024-01-11", "2024-01-12", "2024-01-05", []),
        ("2024-01-21", "2024-01-21", "2024-01-05", [(True, 1, 1)]),
        ("2024-01-21", "2024-01-22", "2024-01-05", []),
        ("2024-01-12", "2024-01-20", "2024-01-11", [(False, 1, 1)]),
        ("2024-01-12", "2024-01-20", "2024-01-10", [(True, 1, 1)]),
        ("2024-01-12", "2024-01-20", None, [(True, 1, 1)]),
    ],
)
def test_a_window_holds_who_certainly_moved_in_it(sql, earliest, latest, before_on, counted):
    """And whether the move has a date of its own, or lies between two looks."""
    moved(sql, joined_earliest=earliest, joined_latest=latest, before_on=before_on)
    assert [row[4:] for row in windows(sql)] == counted


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({"known_from": CHECK}, [(1, 1)]),
        ({"known_from": "2024-04-01"}, [(0, 1)]),
        ({"known_from": DAY}, [(0, 1)]),
        ({"known_from": "2025-01-01"}, []),
        ({"known_until": "2024-04-01"}, [(1, 0)]),
        ({"known_until": CHECK}, []),
        ({"known_until": DAY}, [(1, 0)]),
        ({"known_until": "2025-01-01"}, [(1, 1)]),
        ({"status": "held"}, []),
        ({"from_root": None}, []),
        ({"to_root": None}, []),
    ],
)
def test_what_was_known_then_is_told_from_what_is_known_now(sql, changes, counted):
    """Both sides known, and counted by rules."""
    days = {"joined_earliest": "2024-01-15", "joined_latest": "2024-01-15"}
    moved(sql, **days, **changes)
    assert [row[5:] for row in windows(sql)] == counted
