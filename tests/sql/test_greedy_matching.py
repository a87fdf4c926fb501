"""One round of pairing: a pair is chosen when it is the best of both its sides."""

from typing import Any

import pytest


def pairs(sql, *rows: tuple[int, int, int, int, int]) -> list[tuple[Any, ...]]:
    """Offer candidates as a, b, k1, k2, k3; return those chosen in one round."""
    names = ("a", "b", "k1", "k2", "k3")
    sql.given(
        "pair_candidates", *({"profile": "p", **dict(zip(names, row, strict=True))} for row in rows)
    )
    sql.run("greedy_matching")
    found: list[tuple[Any, ...]] = sql.read("chosen_pairs", "a, b")
    return found


@pytest.mark.parametrize(
    ("rows", "chosen"),
    [
        ([(1, 1, 0, 9, 9), (1, 2, 1, 0, 0)], [(1, 1)]),
        ([(1, 1, 0, 0, 9), (1, 2, 0, 1, 0)], [(1, 1)]),
        ([(1, 1, 0, 0, 0), (1, 2, 0, 0, 1)], [(1, 1)]),
        ([(1, 1, 0, 0, 0), (1, 2, 0, 0, 0)], [(1, 1)]),
        ([(1, 1, 0, 0, 0), (2, 1, 0, 0, 0)], [(1, 1)]),
        ([(1, 1, 1, 0, 0), (2, 1, 0, 0, 0), (2, 2, 1, 0, 0)], [(2, 1)]),
        ([(1, 1, 0, 0, 0), (2, 2, 0, 0, 0)], [(1, 1), (2, 2)]),
    ],
)
def test_the_first_key_decides_then_the_second_the_third_and_the_number(sql, rows, chosen):
    """Of candidates that are as good the lower number wins."""
    assert pairs(sql, *rows) == chosen


def test_candidates_of_a_chosen_side_are_gone_and_the_others_stay(sql):
    """What is left is paired in the next round."""
    rows = [(1, 1, 0, 0, 0), (1, 2, 1, 0, 0), (2, 1, 1, 0, 0), (2, 2, 2, 0, 0)]
    assert pairs(sql, *rows) == [(1, 1)]
    assert sql.read("pair_candidates", "a, b") == [(2, 2)]


def test_profiles_pair_each_for_itself(sql):
    """The same numbers of another profile are other tenures."""
    rows = [{"profile": who, "a": 1, "b": 1, "k1": 0, "k2": 0, "k3": 0} for who in ("p", "q")]
    sql.given("pair_candidates", *rows)
    sql.run("greedy_matching")
    assert sql.read("chosen_pairs") == [("p", 1, 1), ("q", 1, 1)]
