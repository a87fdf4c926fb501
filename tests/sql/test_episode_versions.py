"""What the people of episodes rest on: a version of a move, or their time somewhere."""

import pytest


def member(sql, *, presence: bool) -> None:
    """Let the move or stay 7 count in an episode."""
    sql.given("episode_members", {"entry": 7, "is_presence": presence, "person": "x"})


@pytest.mark.parametrize(("ids", "move"), [(None, "own"), (["first", "own"], "first")])
def test_a_move_has_the_name_of_the_first_that_tells_of_it(sql, ids, move):
    """Its own is kept beside it."""
    member(sql, presence=False)
    sql.given("moves", {"version": 7, "move": "own", "profile_move_ids": ids})
    sql.run("episode_versions")
    assert sql.read("episode_versions", "move, own_move") == [(move, "own")]


@pytest.mark.parametrize(("accepted", "baseline"), [("2020-03-01", False), ("2020-03-02", True)])
def test_a_stay_known_before_the_first_accepted_snapshot_is_of_the_baseline(
    sql, accepted, baseline
):
    """On the day of that snapshot it no longer is."""
    member(sql, presence=True)
    sql.given("presences", {"entry": 7, "known_from": "2020-03-01"})
    sql.given("judged", {"verdict": "accepted", "observed_on": accepted})
    sql.run("episode_versions")
    assert sql.read("episode_versions", "baseline") == [(baseline,)]


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
    sql.run("episode_versions")
    assert sql.read("episode_versions", "departure.move") == [(found,)]


def test_of_two_moves_on_one_day_the_earlier_is_where_the_person_went(sql):
    """Only one is told."""
    member(sql, presence=True)
    ended = {"closes_possibly": "2020-02-01", "to_root": "a"}
    sql.given("presences", {"entry": 7, "profile": "p", "known_from": "2020-03-01", **ended})
    move = {"profile": "p", "from_root": "a", "left_latest": "2020-02-01"}
    for name, day in (("late", "2020-02-02"), ("early", "2020-02-01")):
        sql.given("moves", {**move, "move": name, "joined_earliest": day})
    sql.run("episode_versions")
    assert sql.read("episode_versions", "departure.move") == [("early",)]
