"""Which groups are told together, and what their people rest on."""

from typing import Any

import pytest

GROUPS = ("a", "b", "c")


def told(sql, people: dict[str, int], most: int = 3) -> list[tuple[Any, ...]]:
    """Return the portion of each group, of which so many people are members."""
    for number, (name, count) in enumerate(people.items()):
        key = {"rule": "r", "grouping": name}
        sql.given("changed_groups", {**key, "known_on": "2020-06-01"})
        sql.given("alerted_groups", key)
        for one in range(count):
            sql.given("episode_members", {**key, "entry": number * 100 + one, "person": str(one)})
    sql.run("group_chunks", most=most)
    found: list[tuple[Any, ...]] = sql.read("group_chunks", "grouping, chunk")
    return found


@pytest.mark.parametrize(
    ("people", "chunks"),
    [
        ({"a": 1, "b": 1, "c": 0}, [0, 0, 0]),
        ({"a": 1, "b": 1, "c": 1}, [0, 0, 1]),
        ({"a": 3, "b": 2, "c": 1}, [1, 1, 2]),
    ],
)
def test_groups_follow_each_other_in_portions_of_so_many_people(sql, people, chunks):
    """A group without people adds none to its portion."""
    assert told(sql, people) == [*zip(GROUPS, chunks, strict=True)]


@pytest.mark.parametrize("kept", ["episodes", "alerted_groups"])
def test_a_group_is_told_if_it_has_an_episode_or_an_alert(sql, kept):
    """Of a group with neither there is nothing to tell."""
    sql.given("changed_groups", *({"rule": "r", "grouping": name} for name in "ab"))
    sql.given(kept, {"rule": "r", "grouping": "a"})
    sql.run("group_chunks", most=10)
    assert sql.read("group_chunks", "grouping, chunk") == [("a", 0)]


def member(sql, *, presence: bool) -> None:
    """Let the one group have the move or stay 7 of a person."""
    key = {"rule": "r", "grouping": "a"}
    sql.given("changed_groups", key)
    sql.given("alerted_groups", key)
    sql.given("episode_members", {**key, "entry": 7, "is_presence": presence, "person": "x"})


@pytest.mark.parametrize(("ids", "move"), [(None, "own"), (["first", "own"], "first")])
def test_a_move_has_the_name_of_the_first_that_tells_of_it(sql, ids, move):
    """Its own is kept beside it."""
    member(sql, presence=False)
    sql.given("moves", {"version": 7, "move": "own", "profile_move_ids": ids})
    sql.run("group_chunks", most=10)
    assert sql.read("chunk_versions", "chunk, move, own_move") == [(0, move, "own")]


@pytest.mark.parametrize(("accepted", "baseline"), [("2020-03-01", False), ("2020-03-02", True)])
def test_a_stay_known_before_the_first_accepted_snapshot_is_of_the_baseline(
    sql, accepted, baseline
):
    """On the day of that snapshot it no longer is."""
    member(sql, presence=True)
    sql.given("presences", {"entry": 7, "known_from": "2020-03-01"})
    sql.given("judged", {"verdict": "accepted", "observed_on": accepted})
    sql.run("group_chunks", most=10)
    assert sql.read("chunk_versions", "baseline") == [(baseline,)]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, "m"),
        ({"known_from": "2020-03-01"}, "m"),
        ({"known_from": "2020-03-02"}, None),
        ({"known_until": "2020-03-02"}, "m"),
        ({"known_until": "2020-03-01"}, None),
        ({"left_latest": "2020-02-02"}, None),
        ({"from_root": "b"}, None),
    ],
)
def test_a_stay_that_ended_says_where_the_person_went(sql, changes, found):
    """By the move believed on the day on which the end of the stay became known."""
    member(sql, presence=True)
    ended = {"closes_possibly": "2020-02-01", "closes_certainly": "2020-01-20", "to_root": "a"}
    sql.given("presences", {"entry": 7, "profile": "p", "known_from": "2020-03-01", **ended})
    move = {"move": "m", "profile": "p", "from_root": "a", "left_latest": "2020-02-01"}
    sql.given("moves", {**move, **changes})
    sql.run("group_chunks", most=10)
    assert sql.read("chunk_versions", "departure.move") == [(found,)]


def test_of_two_moves_on_one_day_the_earlier_is_where_the_person_went(sql):
    """Only one is told."""
    member(sql, presence=True)
    ended = {"closes_possibly": "2020-02-01", "to_root": "a"}
    sql.given("presences", {"entry": 7, "profile": "p", "known_from": "2020-03-01", **ended})
    move = {"profile": "p", "from_root": "a", "left_latest": "2020-02-01"}
    for name, day in (("late", "2020-02-02"), ("early", "2020-02-01")):
        sql.given("moves", {**move, "move": name, "joined_earliest": day})
    sql.run("group_chunks", most=10)
    assert sql.read("chunk_versions", "departure.move") == [("early",)]
