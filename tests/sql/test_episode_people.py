"""Who counts in an episode, may count, went back or is left out: once in each episode."""

from typing import Any

import pytest

EPISODE = {"rule": "r", "grouping": "g", "known_on": "2020-06-01"}


@pytest.fixture(autouse=True)
def episode(sql):
    sql.given("episodes", {**EPISODE, "opens": "2020-05-01", "closes": "2020-06-01"})


def member(sql, opens: str, closes: str, entry: int = 7, **changes: Any) -> None:
    """Let a person count from one day to another, which is as long as they may count."""
    days = {"certain_from": opens, "certain_until": closes, "opens": opens, "closes": closes}
    days |= {"possible_from": opens, "possible_until": closes}
    usual = {"entry": entry, "person": "x", "counted": True, "role": "count"}
    sql.given("episode_members", {**EPISODE, **usual, **days, **changes})
    sql.given("episode_versions", {"entry": entry, "own_move": f"m{entry}"})


def roles(sql) -> list[Any]:
    return [row[1] for row in sql.run("episode_people")]


@pytest.mark.parametrize(
    ("opens", "closes", "role"),
    [
        ("2020-05-31", "2020-07-01", "counted"),
        ("2020-06-01", "2020-07-01", "possible"),
        ("2020-04-01", "2020-05-02", "counted"),
        ("2020-04-01", "2020-05-01", "possible"),
    ],
)
def test_who_counts_on_a_day_of_the_episode_is_counted(sql, opens, closes, role):
    """Who counts up to the day on which it begins, or from the day on which it ends, may count."""
    member(sql, opens, closes, possible_from="2020-01-01", possible_until="2020-12-31")
    assert roles(sql) == [role]


@pytest.mark.parametrize(
    ("first", "until", "count"),
    [
        ("2020-05-31", "2020-07-01", 1),
        ("2020-06-01", "2020-07-01", 0),
        ("2020-04-01", "2020-05-02", 1),
        ("2020-04-01", "2020-05-01", 0),
    ],
)
def test_who_cannot_count_on_any_of_its_days_is_not_listed(sql, first, until, count):
    """Neither as possible nor as left out."""
    member(sql, first, until)
    assert len(roles(sql)) == count


@pytest.mark.parametrize(
    ("changes", "role"),
    [({"counted": False}, "left out"), ({"role": "back"}, "back"), ({}, "counted")],
)
def test_a_person_has_one_line_and_what_counts_is_told_first(sql, changes, role):
    """Then who may count, then who went back, then who is left out."""
    member(sql, "2020-05-02", "2020-06-01", **changes)
    assert roles(sql) == [role]


@pytest.mark.parametrize("better", range(4))
def test_of_several_moves_of_a_person_the_one_that_tells_most_is_shown(sql, better):
    """The order in which they were read decides nothing."""
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("2020-05-02", {}),
        ("2020-06-01", {}),
        ("2020-05-02", {"role": "back"}),
        ("2020-05-02", {"counted": False}),
    ]
    for number, (opens, changes) in reversed([*enumerate(kinds[better:])]):
        member(sql, opens, "2020-07-01", number, possible_from=f"2020-04-0{9 - number}", **changes)
    assert roles(sql) == [["counted", "possible", "back", "left out"][better]]


def test_who_counts_in_several_episodes_in_the_same_way_has_one_row(sql):
    """It names the episodes in the order of their rules, groups, days and openings."""
    for known_on in ("2020-06-02", "2020-05-20"):
        days = {"opens": "2020-05-01", "closes": "2020-06-01", "known_on": known_on}
        sql.given("episodes", {**EPISODE, **days})
    for known_on in ("2020-06-02", "2020-05-20"):
        member(sql, "2020-05-02", "2020-06-01", known_on=known_on)
    member(sql, "2020-06-01", "2020-07-01", possible_from="2020-05-02")
    listed = [(row[1], sorted(row[-1])) for row in sql.run("episode_people")]
    assert sorted(listed) == [("counted", [0, 2]), ("possible", [1])]
