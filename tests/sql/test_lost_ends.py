"""Which positions list without an end what the profile said to have ended."""

from typing import Any

import pytest

LEFT = {"tenure": 1, "root": "a", "begun": True, "ended": True, "listed": True}
LEFT |= {"start_earliest": "2018-01-01", "start_latest": "2018-01-31"}
LEFT |= {"end_earliest": "2020-01-01", "end_latest": "2020-01-31"}
LEFT |= {"left_earliest": "2020-01-01", "left_latest": "2020-01-31"}
SAME = {"ordinal": 0, "organization": "A", "s1": "2018-01-01", "s2": "2018-01-31"}
UNDATED = {"s1": None, "s2": None}
ELSEWHERE = {"tenure": 2, "root": "b", "begun": True, "listed": True}


def lost(sql, left: dict[str, Any], *positions: dict[str, Any], others: tuple[Any, ...] = ()):
    """Return the positions whose end is no longer stated, by their place, and that end."""
    for name in "ab":
        sql.given("names", {"organization": name.upper(), "external": "", "root": name})
    sql.given(
        "previous_tenures", *({"profile": "p", **other} for other in ({**LEFT, **left}, *others))
    )
    blank = {"profile": "p", "external": "", "current": None}
    sql.given("stated_positions", *({**blank, **SAME, **position} for position in positions))
    sql.run("lost_ends", ongoing=["present"])
    return sql.read("lost_ends", "ordinal, stated_end.e1, stated_end.e2")


ITS_END = [(0, "2020-01-01", "2020-01-31")]


@pytest.mark.parametrize(
    ("left", "position", "stays"),
    [
        ({}, {}, True),
        ({"ended": False}, {}, False),
        ({"listed": False}, {}, True),
        ({"root": "b"}, {}, False),
        ({}, UNDATED, True),
        ({}, {"current": True}, False),
        ({}, {"current": False}, False),
        ({}, {"end_written": " Present"}, False),
        ({}, {"end_written": "0000-00"}, True),
        ({}, {"end_written": "2020", "e1": "2020-01-01", "e2": "2020-12-31"}, False),
        ({}, {"s1": "2019-12-31", "s2": "2019-12-31"}, True),
        ({}, {"s1": "2020-01-01", "s2": "2020-01-01"}, False),
        ({}, {"s1": "2020-01-01", "s2": "2020-01-01", "id": "x"}, False),
        ({"ids": "x"}, {"s1": "2020-01-01", "s2": "2020-01-01", "id": "x"}, True),
        ({}, {"s1": "2017-01-01", "s2": "2018-01-01"}, True),
        ({}, {"s1": "2017-01-01", "s2": "2017-12-31"}, False),
        ({"start_earliest": "2020-01-01", "start_latest": "2020-12-31"}, {}, False),
        (
            {"start_earliest": "2020-01-01", "start_latest": "2020-12-31"},
            {"s1": "2020-01-01", "s2": "2020-12-31"},
            True,
        ),
    ],
)
def test_a_position_of_the_time_that_ended_keeps_its_end(sql, left, position, stays):
    """What begins after the end, or says that it goes on or when it ended, is another matter."""
    assert lost(sql, left, position) == (ITS_END if stays else [])


@pytest.mark.parametrize(
    ("left", "stays"), [({"listed": True}, [(0, None, None)]), ({"listed": False}, [])]
)
def test_an_end_without_a_day_was_stated_only_while_it_was_listed(sql, left, stays):
    """An absence is no statement."""
    assert lost(sql, {"end_earliest": None, "end_latest": None, **left}, {}) == stays


@pytest.mark.parametrize(
    ("ended", "stays"),
    [
        ({"e1": "2019-01-01", "e2": "2019-12-31"}, True),
        ({"e1": "2020-01-01", "e2": "2020-01-01"}, False),
        ({"e1": "2021-01-01", "e2": "2021-01-01"}, False),
        ({}, False),
    ],
)
def test_beside_a_position_that_states_the_end_it_is_a_return(sql, ended, stays):
    """An end before the one believed is that of an earlier position there."""
    other = {"ordinal": 1, "end_written": "2020", **ended}
    assert bool(lost(sql, {}, {}, other)) is stays


@pytest.mark.parametrize(
    ("begun", "stays"), [({"s1": "2020-02-01", "s2": "2020-02-29"}, True), ({}, False)]
)
def test_a_position_that_goes_on_takes_back_the_time_of_which_it_is_a_part(sql, begun, stays):
    """A later time at the organisation leaves the earlier one over."""
    assert bool(lost(sql, {}, {}, {"ordinal": 1, "current": True, **begun})) is stays


def test_an_undated_position_is_the_one_that_goes_on_if_one_does(sql):
    """A second time there, believed to go on, is what the position lists."""
    again = {**ELSEWHERE, "root": "a"}
    assert lost(sql, {}, UNDATED, others=(again,)) == []


@pytest.mark.parametrize(
    ("other", "positions", "stays"),
    [
        ({}, [{"ordinal": 1, "organization": "B"}], True),
        ({}, [], False),
        ({"listed": False}, [], True),
        ({"begun": False}, [], True),
        ({"ended": True}, [], True),
        ({}, [{"ordinal": 1, "s1": "2020-03-01", "s2": "2020-03-01"}], True),
        (
            {},
            [{"ordinal": 1, "organization": "B", "end_written": "2021", "e2": "2021-12-31"}],
            False,
        ),
    ],
)
def test_who_no_longer_lists_what_went_on_elsewhere_takes_the_end_back(
    sql, other, positions, stays
):
    """Nothing else goes on by the profile; who was nowhere else before is nowhere else now."""
    found = lost(sql, {}, {}, *positions, others=({**ELSEWHERE, **other},))
    assert found == (ITS_END if stays else [])


def test_of_two_times_that_ended_an_undated_position_is_the_later_one(sql):
    """The last end that was believed is the one that is kept."""
    earlier = {**LEFT, "tenure": 2, "left_latest": "2016-01-01", "end_earliest": "2016-01-01"}
    earlier |= {"end_latest": "2016-01-01", "start_earliest": "2015-01-01"}
    assert lost(sql, {}, UNDATED, others=(earlier,)) == ITS_END
