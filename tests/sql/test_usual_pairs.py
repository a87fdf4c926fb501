"""Pairs that exchanged people, what the sizes of their sides say, and how steady they are."""

from typing import Any

import pytest


def market(sql, quarters: int = 2, *, pair: int = 5, side: int = 20, panel: int = 100) -> None:
    """Let as many go from `a` to `b`, leave `a`, join `b`, and move in all, in each block."""
    sql.run("usual_macros")
    sql.given(
        "usual_keys",
        {"key": 5, "rule": "r", "is_left": True, "grouping": "a"},
        {"key": 6, "rule": "r", "grouping": "b"},
    )
    for quarter in range(quarters):
        count(sql, quarter, side=side, panel=panel)
        day = {"earliest": f"2024-0{quarter + 1}-10", "latest": f"2024-0{quarter + 1}-10"}
        of_block = {"quarter": quarter, "block_since": f"2024-0{quarter + 1}-01"}
        sql.given("usual_moves", *[{"origin": 5, "target": 6, **of_block, **day}] * pair)


def count(sql, quarter: int, *, side: int, panel: int) -> None:
    row = {"quarter": quarter, "people": side}
    sql.given("usual_quarters", {"left_key": 5, **row}, {"joined_key": 6, **row})
    sql.given("usual_panel_quarters", {"rule": "r", "quarter": quarter, "people": panel})


def seek(sql, first: int = 0, last: int = 1) -> list[tuple[Any, ...]]:
    sql.run("usual_sides", first=first, last=last, ends="1970-01-01", window_days=10)
    sql.run("usual_pairs", first=first, last=last)
    found: list[tuple[Any, ...]] = sql.read("usual_pairs")
    return found


def test_a_pair_has_its_past_and_what_the_sizes_of_its_sides_say(sql):
    """Twenty of a hundred leave, and twenty join: four go from one to the other by sizes."""
    market(sql)
    assert seek(sql) == [(5, 6, 10, 8.0)]
    sides = sql.read("usual_sides", "is_left, key, by_quarter, share, past, now")
    assert sides == [
        (False, 6, [20.0, 20.0], [0.2, 0.2], 40, 0),
        (True, 5, [20.0, 20.0], [0.2, 0.2], 40, 0),
    ]


@pytest.mark.parametrize(("quarter", "by_size"), [(-1, 8.0), (0, 8.0), (1, 8.0), (2, 8.0)])
def test_only_blocks_of_the_past_say_what_sizes_do(sql, quarter, by_size):
    """Blocks before and after it, in which the pair was much larger, say nothing."""
    market(sql)
    if quarter in (-1, 2):
        count(sql, quarter, side=1000, panel=1000)
    assert seek(sql)[0][3] == by_size


def noise(sql, most: int = 100) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = sql.run("usual_noise", first=0, last=1, most=most)
    return found


@pytest.mark.parametrize(("side", "counts"), [(10, 2), (9, 0)])
def test_organisations_of_twenty_people_say_how_steadily_one_hires(sql, side, counts):
    """Twice ten, or twice nine; what was usual is their share of each block."""
    market(sql, pair=1, side=side)
    seek(sql)
    assert noise(sql) == [(False, side, float(side))] * counts


@pytest.mark.parametrize(
    ("pair", "side", "counts"), [(5, 20, 2), (6, 20, 0), (2, 20, 0), (3, 20, 2)]
)
def test_pairs_of_five_that_are_no_large_part_of_a_side_say_what_noise_remains(
    sql, pair, side, counts
):
    """Ten of forty are a quarter; twelve are more. Twice two are fewer than five."""
    market(sql, pair=pair, side=side)
    seek(sql)
    assert [row for row in noise(sql) if row[0]] == [(True, pair, float(pair))] * counts


def test_of_many_blocks_so_many_are_looked_at_of_each_kind(sql):
    """Chosen by a hash, and so the same ones each time."""
    market(sql)
    seek(sql)
    assert len(noise(sql, most=1)) == 2
    assert noise(sql, most=1) == noise(sql, most=1)


@pytest.mark.parametrize(
    ("changes", "seen"),
    [({}, [(1,)]), ({"target": None}, []), ({"quarter": 2}, []), ({"earliest": "2024-01-01"}, [])],
)
def test_pairs_are_of_who_certainly_went_both_ways_in_a_block_of_the_past(sql, changes, seen):
    """From one side to the other; a month in two blocks is in none."""
    market(sql, pair=0)
    row = {"origin": 5, "target": 6, "quarter": 0, "block_since": "2024-01-01"}
    sql.given("usual_moves", {**row, "earliest": "2024-01-02", "latest": "2024-01-10", **changes})
    seek(sql)
    assert sql.read("usual_pairs", "seen") == seen


def test_a_block_in_which_nobody_moved_says_nothing_of_sizes(sql):
    """The panel has no people in it: no share is made of nobody."""
    market(sql, quarters=1)
    seek(sql)
    assert sql.read("usual_sides", "share") == [([0.2, 0.0],), ([0.2, 0.0],)]


def test_pairs_that_are_alike_are_one_class(sql):
    """Their number, and the means of what makes them."""
    sql.run("usual_macros")
    for number in (7, 8):
        sql.given("usual_pairs", {"origin": number, "target": 1, "seen": 1, "by_size": 0.1})
        classes = {"past_class": 3, "now_class": 7}
        sql.given("usual_sides", {"key": number, "past": 3, "now": number, **classes})
    sql.given("usual_sides", {"key": 1, "past": 4, "now": 2, "past_class": 4, "now_class": 2})
    (row,) = sql.run("usual_pair_classes")
    assert row[:6] == (7, 3, 2, 4, 2.0, 1)
    assert row[6:] == pytest.approx((0.1, 7.5, 3.0, 2.0, 4.0))


@pytest.mark.parametrize(
    ("people", "number"), [(0, 0), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 7), (9, 8)]
)
def test_a_class_of_counts_differs_by_a_fifth_at_most(sql, people, number):
    """Up to four each count is one of its own."""
    sql.run("usual_macros")
    assert sql.value(f"size_class({people})") == number


@pytest.mark.parametrize(
    ("day", "now"), [("2024-01-20", 1), ("2024-01-21", 0), ("2024-01-11", 1), ("2024-01-10", 0)]
)
def test_sides_are_counted_by_their_past_and_by_now(sql, day, now):
    """Also one that has no past, and one that nobody leaves now."""
    sql.run("usual_macros")
    sql.given("usual_quarters", {"left_key": 5, "quarter": 0, "people": 3})
    sql.given("usual_moves", {"origin": 7, "earliest": day, "latest": day})
    sql.run("usual_sides", first=0, last=1, ends="2024-01-20", window_days=10)
    new = [(True, 1, 0, 1.0, 1.0, 0.0)] * now
    assert sql.run("usual_side_classes") == [(True, 0, 3, 1.0, 0.0, 3.0), *new]
