"""Pairs that exchanged people, what the sizes of their sides say, and how steady they are."""

from typing import Any

import pytest

PAIR = "a\x1fb"


def market(sql, quarters: int = 2, *, pair: int = 5, side: int = 20, panel: int = 100) -> None:
    """Let as many go from `a` to `b`, leave `a`, join `b`, and move in all, in each block."""
    sql.run("usual_tables")
    sql.given("usual_sides", {"basis": "r", "from_places": [1], "to_places": [2]})
    for quarter in range(quarters):
        count(sql, "r", PAIR, quarter, pair)
        count(sql, "r:left", "a", quarter, side)
        count(sql, "r:joined", "b", quarter, side)
        count(sql, "r:panel", "", quarter, panel)


def count(sql, rule: str, grouping: str, quarter: int, people: int) -> None:
    row = {"rule": rule, "grouping": grouping, "quarter": quarter, "people": people}
    sql.given("usual_quarters", row)


def seek(sql, first: int = 0, last: int = 1) -> list[tuple[Any, ...]]:
    sql.run("usual_past", first=first, last=last, ends="2024-01-01")
    sql.run("usual_pairs", first=first, last=last)
    found: list[tuple[Any, ...]] = sql.read(
        "usual_pairs", "from_key, to_key, seen, by_size, left_past, joined_past"
    )
    return found


def test_a_pair_has_its_past_and_what_the_sizes_of_its_sides_say(sql):
    """Twenty of a hundred leave, and twenty join: four go from one to the other by sizes."""
    market(sql)
    assert seek(sql) == [("a", "b", 10, 8.0, 40, 40)]


@pytest.mark.parametrize(("quarter", "by_size"), [(-1, 8.0), (0, 8.0), (1, 8.0), (2, 8.0)])
def test_only_blocks_of_the_past_say_what_sizes_do(sql, quarter, by_size):
    """Blocks before and after it, in which the pair was much larger, say nothing."""
    market(sql)
    if quarter in (-1, 2):
        for rule, key in (("r:left", "a"), ("r:joined", "b"), ("r:panel", "")):
            count(sql, rule, key, quarter, 1000)
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


def test_pairs_that_are_alike_are_one_class(sql):
    """Their number, and the means of what makes them."""
    sql.run("usual_tables")
    for number in (7, 8):
        row = {"basis": "r", "grouping": str(number), "seen": 1, "by_size": 0.1}
        sides = {"left_now": number, "left_past": 3, "joined_now": 2, "joined_past": 4}
        sql.given("usual_pairs", {**row, **sides})
    ((left_now, _, _, _, pairs, seen, by_size, now, *_),) = sql.run("usual_pair_classes")
    assert left_now == sql.value("size_class(7)") == sql.value("size_class(8)")
    assert (pairs, seen, now) == (2.0, 1, 7.5)
    assert by_size == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("people", "number"), [(0, 0), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 7), (9, 8)]
)
def test_a_class_of_counts_differs_by_a_fifth_at_most(sql, people, number):
    """Up to four each count is one of its own."""
    sql.run("usual_tables")
    assert sql.value(f"size_class({people})") == number


def test_sides_are_counted_by_their_past_and_by_now(sql):
    """Also one that has no past, and one that nobody leaves now."""
    sql.given("usual_past", {"rule": "r:left", "grouping": "a", "people": 3})
    sql.given("usual_now", {"rule": "r:left", "grouping": "b", "people": 2})
    sql.run("usual_tables")
    assert sql.run("usual_side_classes") == [
        ("r:left", 0, 3, 1.0, 0.0, 3.0),
        ("r:left", 2, 0, 1.0, 2.0, 0.0),
    ]
