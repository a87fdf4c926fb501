"""Profiles that show so many organisations at once that several people must share them."""

from typing import Any

import pytest

DAY = "2020-03-01"


def at_once(sql, undated: int, dated: int, **changes: Any) -> None:
    """Give a profile so many organisations where it is now, without and with a start."""
    sql.given("changed_profiles", {"profile": "p", "day": DAY})
    for number in range(undated + dated):
        start = "2019-01-01" if number >= undated else None
        there = {"root": f"r{number}", "begun": True, "listed": True, "start_earliest": start}
        sql.given("next_tenures", {"profile": "p", **there, **changes})


def run(sql, shared: tuple[str, ...] = ()) -> None:
    sql.run("store_crowded_profiles", source="s", day=DAY, undated=3, dated=5, shared=[*shared])


@pytest.mark.parametrize(
    ("undated", "dated", "crowded"),
    [(3, 0, True), (2, 0, False), (2, 2, False), (2, 3, True), (0, 5, True), (0, 4, False)],
)
def test_three_undated_organisations_at_once_or_five_of_any_kind_are_a_crowd(
    sql, undated, dated, crowded
):
    """One fewer of either kind is one person."""
    at_once(sql, undated, dated)
    run(sql)
    row = ("s", "p", undated + dated, DAY, None)
    assert sql.read("crowded_profiles") == ([row] if crowded else [])


@pytest.mark.parametrize(
    "change", [{"begun": False}, {"ended": True}, {"listed": False}, {"pseudo": True}]
)
def test_only_organisations_where_somebody_is_now_count(sql, change):
    """Plans, past, unlisted and pseudo employers make no crowd."""
    at_once(sql, 6, 0, **change)
    run(sql)
    assert sql.read("crowded_profiles") == []


def test_a_crowd_ends_when_it_shows_fewer_and_goes_on_otherwise(sql):
    """The end is the day of the look; who was not looked at, and another source, stay."""
    at_once(sql, 2, 0)
    others = [{"profile": "q"}, {"profile": "p", "source": "t"}]
    sql.given("crowded_profiles", {"profile": "p"}, *others)
    run(sql)
    assert sql.read("crowded_profiles", "source, profile, known_until") == [
        ("s", "p", DAY),
        ("s", "q", None),
        ("t", "p", None),
    ]


def test_a_crowd_that_goes_on_is_one_row(sql):
    """It is not opened again, and one that ended is."""
    at_once(sql, 3, 0)
    sql.given("crowded_profiles", {"profile": "p", "organizations": 3})
    run(sql)
    assert sql.read("crowded_profiles", "known_from, known_until") == [("2020-01-01", None)]


def test_a_name_that_several_people_have_is_a_crowd_that_nobody_sees(sql):
    """It is set aside in the snapshot, and ends at the next look at which it is one person's."""
    run(sql, ("p",))
    assert sql.read("crowded_profiles") == [("s", "p", 0, DAY, None)]
    sql.given("changed_profiles", {"profile": "p", "day": "2020-04-01"})
    sql.run("store_crowded_profiles", source="s", day="2020-04-01", undated=3, dated=5, shared=[])
    assert sql.read("crowded_profiles") == [("s", "p", 0, DAY, "2020-04-01")]
