"""Tenures that took the place of another one under a name that is held."""

import pytest

DAY, RENAMED, LOOK = "2021-09-01", "2021-06-01", "2021-01-02"
FORMER = {"tenure": 1, "root": "a", "begun": True, "ended": True, "left_earliest": LOOK}
FORMER |= {"leave_shown_on": RENAMED, "join_shown_on": "2021-01-01"}
LATTER = {"tenure": 2, "root": "b", "begun": True, "listed": True, "join_shown_on": RENAMED}
LATTER |= {"joined_earliest": LOOK, "end_earliest": "2020-06-01"}
STARTED = {"start_earliest": "2020-06-01", "start_latest": "2020-06-01"}
NEXT = {"tenure": 4, "root": "d", "begun": True, "start_earliest": "2020-06-01"}


@pytest.mark.parametrize(
    ("hold", "former", "latter", "found"),
    [
        ({}, {}, {"end_latest": "2020-06-01"}, True),
        ({}, {}, {"end_latest": "2021-01-01"}, True),
        ({}, {}, {"end_latest": LOOK}, False),
        ({}, {}, STARTED | {"start_latest": "2021-01-01"}, True),
        ({}, {}, STARTED | {"start_latest": LOOK}, False),
        ({}, {"join_shown_on": None}, STARTED, False),
        ({}, {"join_shown_on": None}, {"end_latest": "2020-06-01"}, True),
        ({}, {}, {}, False),
        ({"observed_on": DAY}, {}, STARTED, False),
        ({"kind": "second"}, {}, STARTED, False),
        ({"kind": "pasted"}, {}, STARTED, False),
        ({"source": "other"}, {}, STARTED, False),
        ({"to_root": "c"}, {}, STARTED, False),
        ({}, {"listed": True}, STARTED, False),
        ({}, {"end_earliest": "2021-02-01"}, STARTED, False),
        ({}, {"leave_shown_on": "2021-05-01"}, STARTED, False),
        ({}, {"profile": "q"}, STARTED, False),
        ({}, {}, STARTED | {"listed": False}, False),
        ({}, {"start_earliest": "2020-06-01"}, STARTED, False),
        ({}, {"start_earliest": "2020-06-01"}, {"end_latest": "2020-06-01"}, True),
        ({}, {"start_earliest": "2020-06-02"}, {"end_latest": "2020-06-01"}, False),
    ],
)
def test_a_day_before_the_look_that_showed_the_name_tells_of_one_time(
    sql, hold, former, latter, found
):
    """The look before it still had the former name, so that the day is one under that name."""
    usual = {"kind": "merged", "observed_on": RENAMED, "from_root": "a", "to_root": "b"}
    sql.given("holds", usual | hold)
    sql.given("next_tenures", {"profile": "p", **FORMER, **former})
    sql.given("next_tenures", {"profile": "p", **LATTER, **latter})
    sql.given("next_tenures", {"profile": "p", **NEXT})
    sql.run("renamed_tenures", source="s", day=DAY)
    assert sql.read("renamed_tenures") == ([("p", 1, 2)] if found else [])


def test_two_times_at_the_former_name_are_told_apart(sql):
    """Which of two went on under the new name is not known."""
    hold = {"kind": "merged", "observed_on": RENAMED, "from_root": "a", "to_root": "b"}
    sql.given("holds", hold)
    sql.given("next_tenures", {"profile": "p", **FORMER})
    sql.given("next_tenures", {"profile": "p", **FORMER, "tenure": 3})
    sql.given("next_tenures", {"profile": "p", **LATTER, **STARTED})
    sql.run("renamed_tenures", source="s", day=DAY)
    assert sql.read("renamed_tenures") == []


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ({}, True),
        ({"start_earliest": "2021-01-01"}, True),
        ({"start_earliest": LOOK}, False),
        ({"start_earliest": "2020-05-31"}, False),
        ({"start_earliest": None}, False),
        ({"begun": False}, False),
        ({"root": "b"}, False),
        ({"profile": "q"}, False),
    ],
)
def test_an_end_before_the_name_was_seen_is_one_of_the_former_name_if_the_next_stay_is_too(
    sql, after, found
):
    """Whoever went on since the look that showed the name left the name of that time."""
    sql.given("holds", {"kind": "merged", "observed_on": RENAMED, "from_root": "a", "to_root": "b"})
    sql.given("next_tenures", {"profile": "p", **FORMER})
    sql.given("next_tenures", {"profile": "p", **LATTER, "end_latest": "2020-06-01"})
    sql.given("next_tenures", {"profile": "p", **NEXT, **after})
    sql.run("renamed_tenures", source="s", day=DAY)
    assert bool(sql.read("renamed_tenures")) is found
