"""Which tenure known so far may be the one stated now at the same organisation."""

from typing import Any

import pytest

GONE = {"ended": True, "listed": True}


def candidates(sql, previous_tenures: dict[str, Any], stated: dict[str, Any]):
    """Return the keys of the one candidate, or nothing."""
    sql.given("changed_profiles", {"profile": "p", "day": "2020-04-30"})
    sql.given("previous_tenures", {"profile": "p", "tenure": 1, "root": "a", **previous_tenures})
    sql.given("stated_tenures", {"profile": "p", "num": 7, "root": "a", **stated})
    sql.run("same_tenure_candidates", gap=30, undone_within=120)
    return sql.read("pair_candidates", "a, b, k1, k2, k3")


def test_an_unlisted_profile_stays_as_last_believed(sql):
    """Who fell silent today is no longer among the tenures to compare."""
    sql.given("previous_tenures", {"profile": "silent", "tenure": 1})
    assert candidates(sql, {}, {}) == [(1, 7, 2, 0, 0)]
    assert sql.read("previous_tenures", "profile") == [("p",)]


@pytest.mark.parametrize(
    ("prior", "stated", "key"),
    [
        ({"ids": "x\x1fy"}, {"ids": "y"}, 0),
        ({"ids": "x"}, {"ids": "y"}, 2),
        (
            {"start_earliest": "2019-01-01", "start_latest": "2019-01-31"},
            {"s1": "2019-01-01", "s2": "2019-01-31"},
            1,
        ),
        (
            {"start_earliest": "2019-01-01", "start_latest": "2019-01-31"},
            {"s1": "2019-01-01", "s2": "2019-12-31"},
            2,
        ),
        (
            {"start_earliest": "2019-01-01", "start_latest": "2019-01-31"},
            {"s1": "2019-01-02", "s2": "2019-01-31"},
            2,
        ),
        ({"listed": True}, {}, 2),
        ({"ended": False}, {}, 2),
        ({"ended": True, "listed": True}, {"over": True}, 2),
        ({"ended": True}, {"over": True}, 3),
    ],
)
def test_an_id_tells_more_than_a_start_and_a_start_more_than_the_days(sql, prior, stated, key):
    """The first key is 0 for an id, 1 for the whole start, 2 for days, 3 for days long unlisted."""
    [(_, _, k1, *_)] = candidates(sql, prior, stated)
    assert k1 == key


@pytest.mark.parametrize(
    ("ended", "over", "key"), [(True, True, 0), (False, False, 0), (True, False, 1)]
)
def test_an_end_on_both_sides_or_none_is_nearer_than_one(sql, ended, over, key):
    """The second key is 0 where both agree on whether it is over."""
    [(_, _, _, k2, _)] = candidates(sql, {"ended": ended, "listed": True}, {"over": over})
    assert k2 == key


def test_the_nearer_start_is_the_better_candidate(sql):
    """The third key is how many days lie between the two starts, either way."""
    [(*_, k3)] = candidates(sql, {"start_earliest": "2019-01-05"}, {"s1": "2019-01-01"})
    assert k3 == 4


@pytest.mark.parametrize(
    ("left", "start", "may_be"),
    [
        ("2019-01-01", "2019-01-31", True),
        ("2019-01-01", "2019-02-01", False),
        (None, "2019-02-01", True),
    ],
)
def test_a_tenure_that_follows_within_the_gap_may_be_the_same(sql, left, start, may_be):
    """Thirty days after the end it may, thirty-one after it may not; an unknown end is none."""
    found = candidates(sql, {**GONE, "left_latest": left}, {"s1": start})
    assert bool(found) is may_be


@pytest.mark.parametrize(
    ("opens", "closed", "may_be"),
    [
        ("2019-01-31", "2019-01-01", True),
        ("2019-02-01", "2019-01-01", False),
        ("2019-02-01", None, True),
    ],
)
def test_a_tenure_that_ended_within_the_gap_before_may_be_the_same(sql, opens, closed, may_be):
    """It is the same the other way round."""
    found = candidates(sql, {"start_earliest": opens}, {"over": True, "e2": closed})
    assert bool(found) is may_be


@pytest.mark.parametrize(
    ("prior", "stated"),
    [
        ({"ids": "x"}, {"ids": "x"}),
        (
            {"start_earliest": "2018-01-01", "start_latest": "2018-01-01"},
            {"s1": "2018-01-01", "s2": "2018-01-01"},
        ),
    ],
)
def test_an_id_or_the_whole_start_makes_one_tenure_of_days_far_apart(sql, prior, stated):
    """What is over long before the other begins is the same by these."""
    away = {"ended": True, "left_latest": "2018-06-01"}
    far = {"s1": "2019-01-01"} | stated
    assert candidates(sql, away | prior, far) != []


def test_the_whole_start_makes_one_tenure_of_a_plan_that_was_given_up_and_taken_up_again(sql):
    """It ended before the day on which it was to begin, so its days are none."""
    start = {"start_earliest": "2019-01-01", "start_latest": "2019-01-01"}
    given_up = {"ended": True, "left_latest": "2018-06-01", **start}
    assert candidates(sql, given_up, {"s1": "2019-01-01", "s2": "2019-01-01"}) != []


def test_an_end_of_a_tenure_that_goes_on_does_not_bound_it(sql):
    """Only an end that is believed closes it."""
    assert candidates(sql, {"left_latest": "2010-01-01"}, {"s1": "2019-01-01"}) != []
    assert sql.read("overlapping_tenures", "previous_closes, closes") == [
        ("9999-12-31", "9999-12-31")
    ]


@pytest.mark.parametrize(
    ("prior", "stated", "may_be"),
    [
        ({"ended": True}, {}, False),
        ({"ended": True, "listed": True}, {}, True),
        ({"ended": True}, {"over": True}, True),
        ({"ended": False}, {}, True),
        ({"ended": True, "ids": "x"}, {"ids": "x"}, True),
        (
            {"ended": True, "start_earliest": "2019-01-01", "start_latest": "2019-01-01"},
            {"s1": "2019-01-01", "s2": "2019-01-01"},
            True,
        ),
    ],
)
def test_gone_from_the_profile_and_back_without_a_date_is_a_return(sql, prior, stated, may_be):
    """It is the same if it was listed, goes on, is told as over, or has the id or the start."""
    assert bool(candidates(sql, prior, stated)) is may_be


def test_another_organisation_is_another_tenure(sql):
    """Nothing at another organisation is a candidate."""
    assert candidates(sql, {"root": "b"}, {}) == []


@pytest.mark.parametrize(
    ("left", "other", "same"),
    [
        ({"leave_shown_on": "2020-01-01"}, {}, True),
        ({"leave_shown_on": "2019-12-31"}, {}, False),
        ({"leave_shown_on": "2020-01-01", "end_earliest": "2019-12-01"}, {}, False),
        ({"leave_shown_on": "2020-01-01"}, {"listed": True}, False),
        ({}, {}, False),
    ],
)
def test_a_job_that_is_back_within_120_days_was_never_left_if_no_other_was_named(
    sql, left, other, same
):
    """The profile had lost its employer and has it again."""
    sql.given("previous_tenures", {"profile": "p", "tenure": 2, "root": "b", **other})
    assert bool(candidates(sql, {"ended": True, **left}, {})) is same
