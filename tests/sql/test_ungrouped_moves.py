"""Moves that fit a rule and are in no group."""

import pytest


def fit(sql, *, single: bool = False, group: int | None = None, entry: int = 7) -> None:
    """Let a move fit the one query of a rule."""
    kind, key = ("matching_entries", "entry") if single else ("matching_unit_pairs", "unit_pair")
    sql.given(kind, {key: entry, "query": 1, "query_group": group})
    sql.given("move_entries", {"entry": entry, "unit_pair": entry})


@pytest.fixture(autouse=True)
def asked(sql):
    sql.given("queries", {"query": 1, "role": "count"})


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize(
    ("known_from", "known_until", "count"),
    [
        ("2020-06-01", None, 1),
        ("2020-06-02", None, 0),
        ("2020-01-01", "2020-06-02", 1),
        ("2020-01-01", "2020-06-01", 0),
    ],
)
def test_a_move_without_a_group_is_listed_as_long_as_it_is_believed(
    sql, known_from, known_until, count, single
):
    """From its first day to the day before its last."""
    fit(sql, single=single)
    sql.given("moves", {"version": 7, "known_from": known_from, "known_until": known_until})
    assert len(sql.run("ungrouped_moves", day="2020-06-01")) == count


def test_a_move_with_a_group_is_not_listed(sql):
    """It is told there."""
    fit(sql, group=5)
    sql.given("moves", {"version": 7})
    assert sql.run("ungrouped_moves", day="2020-06-01") == []


@pytest.mark.parametrize(("ids", "move"), [(None, "own"), (["first", "own"], "first")])
def test_a_person_is_listed_once_by_the_first_that_tells_of_the_move(sql, ids, move):
    """Of two moves the earlier is shown."""
    for entry, day in ((7, "2020-01-01"), (8, "2020-02-01")):
        fit(sql, entry=entry)
        names = {"move": "own" if entry == 7 else "later", "person": "x", "profile_move_ids": ids}
        sql.given("moves", {"version": entry, "joined_earliest": day, **names})
    (row,) = sql.run("ungrouped_moves", day="2020-06-01")
    assert row[1] == move
