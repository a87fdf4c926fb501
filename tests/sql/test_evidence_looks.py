"""The looks at profiles that moves rest on."""

import pytest


@pytest.mark.parametrize(
    ("ids", "asked", "moves"),
    [
        (None, ["m"], ["m"]),
        (None, ["n"], []),
        (["m", "n"], ["m"], ["m", "n"]),
        (["m", "n"], ["n"], ["m", "n"]),
        (["m", "n"], ["o"], []),
    ],
)
def test_a_move_is_meant_by_its_own_name_or_by_any_that_tells_of_it(sql, ids, asked, moves):
    """All profiles that tell of it are looked at."""
    sql.given("moves", {"move": "m", "profile_move_ids": ids})
    for name in "mno":
        days = {"before_on": "2020-01-01", "observed_on": "2020-02-01"}
        sql.given("profile_moves", {"move": name, "profile": name, **days})
    found = sql.run("evidence_looks", moves=asked)
    looks = ("2020-01-01", "2020-02-01")
    assert found == [("s", day, name) for day in looks for name in moves]


def test_what_was_not_seen_before_has_one_look(sql):
    """The one that showed it."""
    sql.given("moves", {"move": "m"})
    sql.given("profile_moves", {"move": "m", "profile": "p", "observed_on": "2020-02-01"})
    assert sql.run("evidence_looks", moves=["m"]) == [("s", "2020-02-01", "p")]
