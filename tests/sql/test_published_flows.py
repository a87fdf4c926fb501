"""How many people went from one organisation to another within windows up to the newest look."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def looked(sql):
    """Let the newest accepted snapshot be of the last day of 2020."""
    sql.given("judged", {"observed_on": "2020-12-31", "verdict": "accepted"})
    sql.given("judged", {"observed_on": "2021-05-05", "verdict": "rejected"})


def moved(sql, person: str = "s:p", **changes: Any) -> None:
    usual = {"person": person, "status": "counted", "from_root": "a", "to_root": "b"}
    days = {"joined_earliest": "2020-12-01", "joined_latest": "2020-12-31"}
    sql.given("moves", {**usual, **days, **changes})


def windows(sql) -> dict[int, int]:
    return {row[0]: row[3] for row in sql.run("published_flows")}


@pytest.mark.parametrize(
    ("day", "within"),
    [
        ("2020-12-02", {30, 90, 365, 0}),
        ("2020-12-01", {90, 365, 0}),
        ("2020-10-03", {90, 365, 0}),
        ("2020-10-02", {365, 0}),
        ("2020-01-02", {365, 0}),
        ("2020-01-01", {0}),
    ],
)
def test_a_window_has_so_many_days_with_the_newest_as_the_last(sql, day, within):
    """A move is in it if the last day that it may mean is."""
    moved(sql, joined_earliest="2000-01-01", joined_latest=day)
    assert windows(sql) == dict.fromkeys(within, 1)


def test_a_person_counts_once_and_only_what_is_believed_and_not_held(sql):
    """As `flows` counts."""
    moved(sql)
    moved(sql)
    moved(sql, "s:q", status="held")
    moved(sql, "s:r", known_until="2020-12-05")
    assert windows(sql) == dict.fromkeys((30, 90, 365, 0), 1)


def test_an_unknown_side_is_a_flow_of_its_own(sql):
    """Where somebody went is often not known."""
    moved(sql, to_root=None)
    assert {row[1:3] for row in sql.run("published_flows")} == {("a", None)}
