"""The groups to look at closely, and each move and stay that counts there."""

from typing import Any

import pytest

WINDOW = 30
UNSEEN = 20


def ask(sql, **changes: Any) -> None:
    """Ask for those who joined, in a window, and look at one group on one day."""
    usual = {"query": 1, "rule": "r", "condition": 1, "role": "count", "dated": "joined"}
    usual |= {"window_days": WINDOW, "early": [0, 0, 0, 0]}
    sql.given("queries", {**usual, **changes})
    sql.given("conditions", {"rule": "r", "condition": 1})
    sql.given("changed_groups", {"rule": "r", "grouping": "g", "known_on": "2020-06-01"})
    key = {"rule": "r", "grouping": "g", "condition": 1, "role": "count"}
    sql.given("group_queries", {**key, "query": 1, "query_group": 5})


def entry(sql, first: str, last: str, **limits: Any) -> None:
    """Let a move fit the group; somebody joined between two days."""
    days = {"joined_earliest": first, "joined_latest": last}
    days |= {"left_earliest": first, "left_latest": last, "observed_on": "2020-05-05"}
    sql.given("matching_unit_pairs", {"unit_pair": 1, "query": 1, "query_group": 5, **limits})
    sql.given("move_entries", {"entry": 1, "unit_pair": 1, **days})
    sql.given("moves", {"version": 1, "person": "a", "status": "counted"})


def counting(sql) -> list[tuple[Any, ...]]:
    sql.run("candidate_groups", unseen=UNSEEN)
    columns = "certain_from, certain_until, possible_from, possible_until"
    found: list[tuple[Any, ...]] = sql.read("near_entries", columns)
    return found


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2020-05-01", "2020-05-01", ("2020-05-01", "2020-05-31", "2020-05-01", "2020-05-31")),
        ("2020-05-01", "2020-05-30", ("2020-05-30", "2020-05-31", "2020-05-01", "2020-06-29")),
        ("2020-05-01", "2020-05-31", (None, "2020-05-31", "2020-05-01", "2020-06-30")),
    ],
)
def test_a_day_counts_for_a_window_certainly_from_its_last_and_possibly_from_its_first(
    sql, first, last, days
):
    """Where the days are as far apart as the window is long, no day is certain."""
    ask(sql)
    entry(sql, first, last)
    assert counting(sql) == [days]


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2020-05-01", "2020-05-02", ("2020-05-02", None, "2020-05-01", None)),
        ("2020-04-30", "2020-05-02", (None, None, "2020-05-01", None)),
        ("2020-04-30", "2020-05-01", (None, None, "2020-05-01", None)),
        ("2020-04-29", "2020-04-30", None),
    ],
)
def test_since_a_day_whoever_may_have_gone_on_it_or_later_counts(sql, first, last, days):
    """For certain does only who cannot have gone before."""
    ask(sql, since="anchor", anchor="2020-05-01", window_days=None)
    entry(sql, first, last)
    assert counting(sql) == ([days] if days else [])


@pytest.mark.parametrize(
    ("since", "first", "last", "days"),
    [
        (
            "year",
            "2020-05-01",
            "2020-12-31",
            ("2020-12-31", "2021-01-01", "2020-05-01", "2021-01-01"),
        ),
        ("year", "2019-12-31", "2020-01-01", (None, "2021-01-01", "2019-12-31", "2021-01-01")),
        (
            "quarter",
            "2020-04-01",
            "2020-06-30",
            ("2020-06-30", "2020-07-01", "2020-04-01", "2020-07-01"),
        ),
        ("quarter", "2020-03-31", "2020-04-01", (None, "2020-07-01", "2020-03-31", "2020-07-01")),
    ],
)
def test_since_a_period_a_day_counts_to_its_end(sql, since, first, last, days):
    """It is certain only if all of its days lie in one period."""
    ask(sql, since=since, window_days=None)
    entry(sql, first, last)
    assert counting(sql) == [days]


@pytest.mark.parametrize(
    ("dated", "day"), [("joined", "2020-05-03"), ("left", "2020-05-01"), ("observed", "2020-05-05")]
)
def test_the_days_are_those_of_joining_leaving_or_seeing(sql, dated, day):
    """As the rule asks."""
    ask(sql, dated=dated)
    entry(sql, "2020-05-03", "2020-05-03")
    sql._connection.execute(
        "UPDATE move_entries SET left_earliest = '2020-05-01', left_latest = '2020-05-01'"
    )
    assert counting(sql)[0][0] == day


@pytest.mark.parametrize(
    ("limits", "counts"),
    [
        ({"from_starts": "2020-05-02"}, True),
        ({"from_starts": "2020-05-03"}, False),
        ({"from_ends": "2020-05-03"}, True),
        ({"from_ends": "2020-05-02"}, False),
        ({"to_starts": "2020-05-02"}, True),
        ({"to_starts": "2020-05-03"}, False),
        ({"to_ends": "2020-05-03"}, True),
        ({"to_ends": "2020-05-02"}, False),
    ],
)
def test_an_organisation_counts_from_the_day_it_belongs_to_another(sql, limits, counts):
    """The last possible day decides: on the first day it does, on the day it ends it does not."""
    ask(sql)
    entry(sql, "2020-05-01", "2020-05-02", **limits)
    assert bool(counting(sql)) is counts


@pytest.mark.parametrize(
    ("begins", "ends", "counts"),
    [
        ("2020-05-30", "2020-06-30", True),
        ("2020-05-31", "2020-06-30", False),
        ("2020-04-01", "2020-05-02", True),
        ("2020-04-01", "2020-05-01", False),
    ],
)
def test_where_only_enough_people_matter_only_busy_days_are_looked_at(sql, begins, ends, counts):
    """A move whose window ends as they begin, or begins as they end, is left out."""
    ask(sql, seeking=True)
    sql._connection.execute("UPDATE conditions SET plain = true")
    sql.given("busy_buckets", {"query_group": 5, "begins": begins, "ends": ends})
    entry(sql, "2020-05-01", "2020-05-01")
    assert bool(counting(sql)) is counts


@pytest.mark.parametrize(
    ("seeking", "busy", "looked"), [(True, False, 0), (True, True, 1), (False, False, 1)]
)
def test_a_group_that_is_never_busy_is_not_looked_at_where_people_are_sought(
    sql, seeking, busy, looked
):
    """A rule that wants more than people has each of its groups looked at."""
    ask(sql, seeking=seeking)
    if busy:
        sql.given("busy_buckets", {"query_group": 5, "begins": "2020-01-01", "ends": "2020-02-01"})
    sql.run("candidate_groups", unseen=UNSEEN)
    assert len(sql.read("candidate_groups")) == looked


def stay(sql, *days: str | None, held: bool = False, **limits: Any) -> None:
    """Let a stay fit: certain from and until, possible from and until."""
    names = ("opens_certainly", "closes_certainly", "opens_possibly", "closes_possibly")
    sql.given(
        "matching_unit_pairs",
        {"unit_pair": 2, "is_presence": True, "query": 1, "query_group": 5, **limits},
    )
    sql.given(
        "presences",
        {
            "entry": 9,
            "unit_pair": 2,
            "person": "a",
            "held": held,
            **dict(zip(names, days, strict=True)),
        },
    )


@pytest.mark.parametrize(
    ("days", "limits", "found"),
    [
        (
            ("2020-02-01", "2020-03-01", "2020-01-01", "2020-04-01"),
            {},
            ("2020-02-01", "2020-03-01", "2020-01-01", "2020-04-01"),
        ),
        (("2020-02-01", None, "2020-01-01", None), {}, ("2020-02-01", None, "2020-01-01", None)),
        (
            ("2020-03-01", "2020-03-01", "2020-01-01", "2020-04-01"),
            {},
            (None, "2020-03-01", "2020-01-01", "2020-04-01"),
        ),
        (
            ("2020-02-01", "2020-03-01", "2020-01-01", "2020-04-01"),
            {"to_starts": "2020-02-15", "to_ends": "2020-02-20"},
            ("2020-02-15", "2020-02-20", "2020-02-15", "2020-02-20"),
        ),
        (
            ("2020-02-01", None, "2020-01-01", None),
            {"to_starts": "2020-02-15", "to_ends": "2020-02-15"},
            None,
        ),
        (("2020-02-01", "2020-03-01", "2020-01-01", "2020-01-01"), {}, None),
    ],
)
def test_a_stay_counts_from_its_beginning_to_its_end_within_the_days_of_its_organisation(
    sql, days, limits, found
):
    """One without any possible day is left out."""
    ask(sql, is_presence=True)
    stay(sql, *days, **limits)
    assert counting(sql) == ([found] if found else [])


def test_a_held_stay_does_not_count(sql):
    """It is there to be told as left out."""
    ask(sql, is_presence=True)
    stay(sql, "2020-02-01", None, "2020-01-01", None, held=True)
    assert counting(sql) != []
    assert sql.read("near_entries", "is_presence, counted") == [(True, False)]


@pytest.mark.parametrize(
    ("query", "unseen", "days"),
    [
        ({}, None, ("2020-02-01", None, "2020-01-01", None)),
        (
            {"window_days": None},
            "2020-03-01",
            ("2020-02-01", "2020-03-01", "2020-01-01", "2020-03-21"),
        ),
        ({}, "2020-03-01", ("2020-02-01", "2020-03-01", "2020-01-01", "2020-03-31")),
        ({}, "2020-02-01", (None, "2020-02-01", "2020-01-01", "2020-03-02")),
        ({"role": "base"}, "2020-03-01", ("2020-02-01", "2020-03-01", "2020-01-01", "2020-03-01")),
        ({"role": "base"}, "2020-01-01", None),
    ],
)
def test_who_vanished_is_certain_no_longer_and_possible_for_one_window(sql, query, unseen, days):
    """So long both headcounts of a rule on `change` have them; a share is of those who are seen."""
    ask(sql, **query)
    sql.given("queries", {"query": 2, "rule": "r", "role": "count"})
    stay(sql, "2020-02-01", None, "2020-01-01", None)
    sql._connection.execute("UPDATE presences SET unseen_from = ?, tracked_until = ?", [unseen] * 2)
    assert counting(sql) == ([days] if days else [])
