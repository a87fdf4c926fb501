"""Which departures only correct what the profile said before."""

from typing import Any

import pytest

GONE = {"profile": "p", "tenure": 1, "root": "a", "ended": True}
DATED = {"profile": "p", "tenure": 2, "root": "b", "begun": True, "listed": True, "entered": 5}
DATED |= {"start_earliest": "2015-01-01", "start_latest": "2015-01-31"}


def corrected(sql, gone: dict[str, Any], dated: dict[str, Any], *before: dict[str, Any]) -> bool:
    """Whether somebody last seen on 1 August 2015 has not left by a look that shows these."""
    sql.given("sides", {"side": 5, "name": "B"})
    sql.given("changed_profiles", {"profile": "p", "before_on": "2015-08-01"})
    believed = {"profile": "p", "tenure": 1, "root": "a", "begun": True}
    sql.given("previous_tenures", *({**believed, **record} for record in before or ({},)))
    sql.given("next_tenures", {**GONE, **gone}, {**DATED, **dated})
    sql.run("corrected_departures", before=180)
    marks = sql.read("next_tenures", "tenure, corrected_by")
    reason = "the profile now tells of B since 2015-01-01, and of no time here"
    assert marks in ([(1, None), (2, None)], [(1, reason), (2, None)])
    return marks[0][1] is not None


@pytest.mark.parametrize(
    ("gone", "dated", "is_correction"),
    [
        ({}, {}, True),
        ({}, {"start_latest": "2015-02-02"}, True),
        ({}, {"start_latest": "2015-02-03"}, False),
        ({}, {"ended": True, "left_earliest": "2015-08-01"}, False),
        ({}, {"ended": True, "left_earliest": "2015-08-02"}, True),
        ({}, {"listed": False}, False),
        ({}, {"begun": False}, False),
        ({}, {"root": "a"}, False),
        ({}, {"pseudo": True}, True),
        ({}, {"start_earliest": None, "start_latest": None}, False),
        ({"listed": True}, {}, False),
        ({"pseudo": True}, {}, False),
        ({"start_earliest": "2014-01-01"}, {}, False),
        ({"end_earliest": "2015-08-01"}, {}, False),
    ],
)
def test_who_was_elsewhere_at_the_last_look_by_the_new_dates_has_not_left(
    sql, gone, dated, is_correction
):
    """The stay is new, began more than 180 days before, and lasted until after the look."""
    assert corrected(sql, gone, dated) is is_correction


@pytest.mark.parametrize(
    ("before", "is_correction"),
    [
        ([{}, {"tenure": 2, "root": "b"}], False),
        ([{}, {"tenure": 2, "root": "c"}], True),
        ([{"ended": True}], False),
        ([{"begun": False}], False),
    ],
)
def test_the_end_of_one_of_two_jobs_that_were_known_is_a_departure(sql, before, is_correction):
    """Only a stay that the profile never told of corrects it; who had left before has left."""
    assert corrected(sql, {}, {}, *before) is is_correction
