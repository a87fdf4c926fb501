"""Which tenure may be the destination of which departure."""

from typing import Any

import pytest

LEFT = {"root": "a", "begun": True, "ended": True, "left_earliest": "2020-01-01"}
LEFT |= {
    "left_latest": "2020-01-31",
    "joined_earliest": "2018-01-01",
    "joined_latest": "2018-01-01",
}
JOINED = {"root": "b", "begun": True, "joined_earliest": "2020-02-15"}
JOINED |= {"joined_latest": "2020-02-20", "start_earliest": "2020-02-15"}


def pairs(sql, left: dict[str, Any], joined: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the keys of the one candidate, or nothing."""
    sql.given("revised_profiles", {"profile": "p"})
    sql.given("next_tenures", {"profile": "p", "tenure": 1, **LEFT, **left})
    sql.given("next_tenures", {"profile": "p", "tenure": 2, **JOINED, **joined})
    sql.run("step_candidates", next_within=100, before=10)
    found: list[tuple[Any, ...]] = sql.read("pair_candidates", "a, b, k1, k2")
    return found


@pytest.mark.parametrize(
    ("left", "joined", "days"),
    [
        ({}, {}, 15),
        ({}, {"joined_earliest": "2020-01-31"}, 0),
        ({}, {"joined_earliest": "2020-05-10"}, 100),
        ({}, {"joined_earliest": "2020-05-11"}, None),
        ({"left_earliest": "2020-02-20", "left_latest": "2020-02-29"}, {}, 0),
        ({"left_earliest": "2020-03-01", "left_latest": "2020-03-02"}, {}, 10),
        ({"left_earliest": "2020-03-02", "left_latest": "2020-03-02"}, {}, None),
        ({"ended": False}, {}, None),
        ({}, {"root": "a"}, None),
        ({}, {"begun": False}, None),
        ({}, {"pseudo": True}, None),
        ({"left_earliest": None}, {}, None),
    ],
)
def test_a_dated_destination_begins_at_most_so_many_days_after_or_before(sql, left, joined, days):
    """A hundred days after the departure and ten before it may be, one more may not."""
    assert pairs(sql, left, joined) == ([] if days is None else [(1, 2, days, 1)])


UNDATED = {"start_earliest": None, "join_shown_on": "2020-03-01"}


@pytest.mark.parametrize(
    ("left", "joined", "found"),
    [
        ({"leave_shown_on": "2020-03-01"}, {}, True),
        ({"leave_shown_on": "2020-02-01"}, {}, False),
        ({}, {}, False),
        ({"leave_shown_on": "2020-03-01"}, {"joined_earliest": "2020-05-10"}, True),
        ({"leave_shown_on": "2020-03-01"}, {"joined_earliest": "2020-05-11"}, False),
        (
            {"leave_shown_on": "2020-03-01", "witnessed_on": "2019-01-01"},
            {"joined_earliest": "2021-05-11"},
            True,
        ),
        ({"leave_shown_on": "2020-03-01", "left_earliest": "2020-03-01"}, {}, True),
        ({"leave_shown_on": "2020-03-01", "left_earliest": "2020-03-02"}, {}, False),
        (
            {
                "leave_shown_on": "2020-03-01",
                "left_earliest": "2020-05-02",
                "witnessed_on": "2019-01-01",
            },
            {},
            True,
        ),
    ],
)
def test_an_undated_destination_is_shown_with_its_departure(sql, left, joined, found):
    """Far apart they pair only where the person was seen at the origin."""
    assert bool(pairs(sql, left, UNDATED | joined)) is found


def test_a_tenure_before_the_departure_in_the_order_of_life_is_no_destination(sql):
    """Nobody leaves for where they were before."""
    early = {"joined_earliest": "2017-01-01", "joined_latest": "2020-02-20"}
    assert pairs(sql, {}, early) == []


def test_the_steps_between_two_tenures_are_the_second_key(sql):
    """The next one is nearer than the one after it; neighbours of another profile are none."""
    third = {"root": "c", "joined_earliest": "2020-02-16", "joined_latest": "2020-02-20"}
    sql.given("next_tenures", {"profile": "p", "tenure": 3, **JOINED, **third})
    sql.given("revised_profiles", {"profile": "q"})
    sql.given("next_tenures", {"profile": "q", "tenure": 1, **JOINED})
    assert pairs(sql, {}, {}) == [(1, 2, 15, 1), (1, 3, 16, 2)]
    assert sql.read("tenure_sequence", "profile, tenure, root_before, root_after") == [
        ("p", 1, None, "b"),
        ("p", 2, "a", "c"),
        ("p", 3, "b", None),
        ("q", 1, None, None),
    ]


@pytest.mark.parametrize(
    ("said", "row"),
    [
        ({"start_earliest": None}, (1, "a", "a", 7, "2019-12-31", "2018-01-01")),
        ({"left_latest": "2019-12-31"}, (1, "a", "a", 7, "2019-12-31", "2019-06-01")),
        ({"left_latest": "2020-01-01"}, (1, "c", "a", 8, "2020-01-01", "2019-06-01")),
    ],
)
def test_a_time_under_a_held_name_is_one_step(sql, said, row):
    """The latter name says from when to when; it is the one that is left since the change."""
    usual = {"root": "c", "begun": True, "ended": True, "start_earliest": "2019-06-01"}
    usual |= {"joined_earliest": "2019-06-01", "left_latest": "2019-12-31"} | said
    sql.given("revised_profiles", {"profile": "p"})
    sql.given("renamed_tenures", {"profile": "p", "former": 1, "latter": 2})
    sql.given("next_tenures", {"profile": "p", "tenure": 1, "latest": 7, **LEFT})
    sql.given("next_tenures", {"profile": "p", "tenure": 2, "latest": 8, **usual})
    sql.run("step_candidates", next_within=100, before=10)
    columns = "tenure, left_root, root, latest, left_latest, joined_earliest"
    (found,) = sql.read("tenure_sequence", columns)
    assert tuple(str(cell) if number > 3 else cell for number, cell in enumerate(found)) == row
