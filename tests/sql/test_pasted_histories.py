"""Blocks of two dated stays that several profiles get alike at one look."""

from typing import Any

import pytest

DAY, EARLIER = "2020-06-15", "2020-05-15"
FIRST: dict[str, Any] = {"root": "a", "start_earliest": "2018-01-01", "start_latest": "2018-01-31"}
FIRST |= {"end_earliest": "2019-05-01", "end_latest": "2019-05-31", "ended": True}
SECOND: dict[str, Any] = {"root": "b", "start_earliest": "2019-06-01", "start_latest": "2019-06-30"}
SECOND |= {"end_earliest": "2020-01-01", "end_latest": "2020-01-31", "ended": True}


def listed(sql, profile: str, *stays: dict[str, Any]) -> None:
    """Let a profile list stays that are new today."""
    usual = {"profile": profile, "begun": True, "listed": True, "join_shown_on": DAY, "entered": 1}
    sql.given("next_tenures", *({**usual, **stay} for stay in stays))


def blocks(sql, *, fewest: int = 3, compared: bool = True) -> list[tuple[Any, ...]]:
    """Return where each block goes, until when, and how many profiles have it."""
    sql.given("sides", {"side": 1, "name": "N"})
    found = sql.run("pasted_histories", day=DAY, fewest=fewest, compared=compared)
    return [(row[0], row[1], row[4], row[5]) for row in found]


def test_three_profiles_that_get_two_stays_alike_are_a_block(sql):
    """Two are a coincidence, and switched off it is none."""
    for profile in ("p", "q"):
        listed(sql, profile, FIRST, SECOND)
    assert blocks(sql) == []
    listed(sql, "r", FIRST, SECOND)
    assert blocks(sql, compared=False) == []
    assert blocks(sql) == [("a", "b", "2019-05-01", 3)]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"start_earliest": "2018-01-02"}, False),
        ({"end_earliest": "2019-05-02"}, False),
        ({"root": "c"}, False),
        ({"listed": False}, False),
        ({"begun": False}, False),
        ({"pseudo": True}, False),
        ({"join_shown_on": EARLIER}, False),
    ],
)
def test_a_block_is_the_same_organizations_and_days_and_new(sql, changes, found):
    """One of three profiles differs in one thing."""
    for profile in ("p", "q"):
        listed(sql, profile, FIRST, SECOND)
    listed(sql, "r", FIRST | changes, SECOND)
    assert bool(blocks(sql)) is found


@pytest.mark.parametrize(
    ("stay", "column", "last", "found"),
    [
        (0, "start_latest", "2018-02-01", True),
        (0, "start_latest", "2018-02-02", False),
        (0, "end_latest", "2019-06-01", True),
        (0, "end_latest", "2019-06-02", False),
        (1, "start_latest", "2019-07-02", True),
        (1, "start_latest", "2019-07-03", False),
        (1, "end_latest", "2020-02-01", True),
        (1, "end_latest", "2020-02-02", False),
    ],
)
def test_days_are_told_to_the_month_at_least(sql, stay, column, last, found):
    """A year is shared by many."""
    stays = [FIRST, SECOND]
    stays[stay] = stays[stay] | {column: last}
    for profile in ("p", "q", "r"):
        listed(sql, profile, *stays)
    assert bool(blocks(sql)) is found


def test_the_last_stay_may_go_on(sql):
    """The first one has an end, or nobody would know what follows what."""
    going_on = {"end_earliest": None, "end_latest": None, "ended": False}
    for profile in ("p", "q", "r"):
        listed(sql, profile, FIRST, SECOND | going_on)
    assert blocks(sql) == [("a", "b", "2019-05-01", 3)]


def test_an_end_that_is_not_dated_is_no_block(sql):
    """Who left on an unknown day may have done so on any."""
    unknown = {"end_earliest": None, "end_latest": None}
    for profile in ("p", "q", "r"):
        listed(sql, profile, FIRST, SECOND | unknown)
    assert blocks(sql) == []


def test_a_first_stay_that_goes_on_is_no_block(sql):
    """Two jobs at once are not one after the other."""
    going_on = {"end_earliest": None, "end_latest": None, "ended": False}
    for profile in ("p", "q", "r"):
        listed(sql, profile, FIRST | going_on, SECOND)
    assert blocks(sql) == []


def test_profiles_seen_for_the_first_time_got_nothing(sql):
    """All that they list is new, and colleagues may have moved together twice."""
    for profile in ("p", "q", "r"):
        listed(sql, profile, FIRST | {"join_shown_on": None}, SECOND | {"join_shown_on": None})
    assert blocks(sql) == []


def test_two_stays_at_one_organization_are_no_block(sql):
    """Nobody went anywhere by them."""
    for profile in ("p", "q", "r"):
        listed(sql, profile, FIRST, SECOND | {"root": "a"})
    assert blocks(sql) == []


def corrected(sql, people: int, *stays: dict[str, Any]) -> None:
    """Let stays take the place of an undated time at x in so many profiles."""
    for number in range(people):
        profile = f"p{number}"
        gone = {"root": "x", "tenure": 7, "join_shown_on": EARLIER, "listed": False}
        listed(sql, profile, gone, *stays)
        sql.given("corrected_departures", {"profile": profile, "tenure": 7})


@pytest.mark.parametrize(("people", "found"), [(2, []), (3, [("x", "a", None, 3)])])
def test_one_stay_that_corrects_three_profiles_alike_is_a_block(sql, people, found):
    """What follows it may be another job in each."""
    corrected(sql, people, FIRST)
    assert blocks(sql) == found


@pytest.mark.parametrize(
    "changes",
    [
        {"end_earliest": None, "end_latest": None, "ended": False},
        {"end_latest": "2019-12-31"},
        {"start_latest": "2018-12-31"},
        {"root": "x"},
    ],
)
def test_a_stay_that_goes_on_or_is_known_to_the_year_corrects_nothing_alike(sql, changes):
    """People are hired together; when they left, too, they seldom share."""
    corrected(sql, 3, FIRST | changes)
    assert blocks(sql) == []
