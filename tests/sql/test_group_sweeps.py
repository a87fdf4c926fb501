"""Which groups are evaluated together, and what a sweep of them has."""

from typing import Any

import pytest

GROUPS = ("a", "b", "c")


def group(sql, name: str, *, days: int = 1, people: int = 0, **kind: bool) -> None:
    """Give a group of which something became known on so many days, and so many who count."""
    kind = {"candidate": True, "counted": False} | kind
    key = {"rule": "r", "grouping": name, "condition": 1, "role": "count"}
    key["query_group"] = number = GROUPS.index(name)
    sql.given("group_queries", key)
    for day in range(1, days + 1):
        news = {"rule": "r", "grouping": name, "known_on": f"2020-06-{day:02}"}
        sql.given("changed_groups", news)
    if kind["candidate"]:
        sql.given("candidate_groups", key)
    if kind["counted"]:
        sql.given("counted_groups", {"rule": "r", "grouping": name})
    for one in range(people):
        entry(sql, number, str(one), near=kind["candidate"])


def entry(sql, number: int, person: str, *, near: bool = True) -> None:
    """Let somebody count in a group, near days with enough or far from them."""
    for table in ("group_entries", "near_entries")[: 1 + near]:
        sql.given(table, {"query_group": number, "person": person})


def sweeps(sql, most: int = 6) -> list[tuple[Any, ...]]:
    """Return the number of the sweep of each group."""
    sql.run("group_sweeps", most=most)
    found: list[tuple[Any, ...]] = sql.read("group_sweeps", "grouping, sweep")
    return found


@pytest.mark.parametrize(
    ("days", "people", "numbers"),
    [
        ((1, 1, 1), (2, 3, 0), [0, 0, 0]),
        ((1, 1, 1), (2, 3, 1), [0, 0, 1]),
        ((2, 1, 1), (3, 1, 1), [1, 1, 1]),
        ((3, 1, 3), (2, 1, 2), [1, 1, 2]),
    ],
)
def test_a_sweep_makes_about_so_many_counts_of_groups_that_follow_each_other(
    sql, days, people, numbers
):
    """One for each day of news and person."""
    for name, on, who in zip(GROUPS, days, people, strict=True):
        group(sql, name, days=on, people=who)
    assert sweeps(sql) == [*zip(GROUPS, numbers, strict=True)]


def test_a_group_whose_counts_alone_are_made_counts_once_for_everybody(sql):
    """However many days of news it has, it is not looked at closely."""
    group(sql, "a", days=9, people=5, candidate=False, counted=True)
    group(sql, "b", people=1)
    assert sweeps(sql) == [("a", 0), ("b", 1)]


@pytest.mark.parametrize(("alerted", "numbers"), [(True, [0, 4, 4]), (False, [4, 4])])
def test_each_group_is_in_one_sweep_whatever_is_to_be_done_with_it(sql, alerted, numbers):
    """One with an alert is told of its news; of one that nobody fits the counts are deleted."""
    group(sql, "a", candidate=False)
    group(sql, "b", candidate=True, counted=True, people=2)
    keys = {name: {"rule": "r", "grouping": name} for name in ("a", "gone", "without news")}
    sql.given("counted_groups", keys["gone"])
    if alerted:
        sql.given("alerted_groups", keys["a"], keys["without news"])
    found = sweeps(sql, most=1)
    assert [name for name, _ in found] == ["a", "b", "gone"][-len(numbers) :]
    assert [number for _, number in found] == numbers


def test_a_group_that_is_looked_at_closely_is_in_a_sweep_though_nobody_counts(sql):
    """A rule may ask for days on which few do."""
    group(sql, "a")
    entry(sql, 0, "x", near=False)
    assert sweeps(sql, most=1) == [("a", 0)]
    sql.run("swept_groups", sweep=0)
    assert len(sql.read("candidate_windows")) == 1
    assert sql.read("counting_entries") == []


def test_a_sweep_has_the_days_and_the_people_of_its_groups_that_are_looked_at_closely(sql):
    """Others have days of news, too."""
    group(sql, "a", people=1)
    group(sql, "b", days=2, people=3)
    group(sql, "c", days=2, people=1, candidate=False, counted=True)
    assert sweeps(sql, most=7) == [("a", 0), ("b", 1), ("c", 1)]
    sql.run("swept_groups", sweep=1)
    assert sql.read("swept_groups", "grouping") == [("b",), ("c",)]
    windows = [("b", "2020-06-01"), ("b", "2020-06-02")]
    assert sql.read("candidate_windows", "grouping, known_on") == windows
    assert sql.read("counting_entries", "query_group, person") == [(1, "0"), (1, "1"), (1, "2")]


@pytest.mark.parametrize("kept", ["episodes", "alerted_groups"])
def test_a_group_is_told_if_it_has_an_episode_or_an_alert(sql, kept):
    """Of a group with neither, and of one of another sweep, there is nothing to tell."""
    keys = {name: {"rule": "r", "grouping": name} for name in GROUPS}
    sql.given("changed_groups", *({**key, "known_on": "2020-06-01"} for key in keys.values()))
    sql.given("swept_groups", keys["a"], keys["b"])
    sql.given(kept, keys["a"], keys["c"])
    assert [grouping for _, grouping, _ in sql.run("days_of_news")] == ["a"]
