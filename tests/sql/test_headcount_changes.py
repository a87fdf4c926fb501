"""Who made a change of a headcount, and on which days they count as gone or come."""

from typing import Any

import pytest

FOREVER = "9999-12-31"
ALWAYS = "0001-01-01"


def ask(sql, change: str | None, *, sure: bool = True, **changes: Any) -> None:
    """Ask for a change within 30 days, of a group of which something became known on a day."""
    usual = {"rule": "r", "condition": 1, "change": change, "window_days": 30, "sure": sure}
    sql.given("conditions", {**usual, "lists_people": True, **changes})
    sql.given("episodes", {"rule": "r", "grouping": "g", "known_on": "2020-06-01"})
    group = {"rule": "r", "grouping": "g", "condition": 1, "role": "count", "query_group": 5}
    sql.given("candidate_groups", group)


def stay(sql, *days: str | None, entry: int = 1, **changes: Any) -> None:
    """Let a person be there: certain from and until, possible from and until."""
    names = ("certain_from", "certain_until", "possible_from", "possible_until")
    usual = {"query_group": 5, "is_presence": True, "entry": entry, "person": "x", "counted": True}
    days_by_name = dict(zip(names, days, strict=True))
    sql.given("counting_entries", {**usual, **days_by_name, **changes})


def changes(
    sql, columns: str = "change, certain_from, certain_until, possible_from, possible_until"
) -> list[tuple[Any, ...]]:
    sql.run("headcount_changes")
    found: list[tuple[Any, ...]] = sql.read("headcount_changes", columns)
    return found


def dated(first: str, last: str | None) -> tuple[str | None, ...]:
    """Say that somebody was there from one day to another for certain."""
    return first, last, first, last


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("-0.1", ("left", "2020-03-01", "2020-03-31", "2020-03-01", "2020-03-31")),
        ("0.1", ("came", "2020-01-01", "2020-01-31", "2020-01-01", "2020-01-31")),
    ],
)
def test_who_left_or_came_counts_for_one_window(sql, change, expected):
    """Of a fall from the day they left, of a rise from the day they came."""
    ask(sql, change)
    stay(sql, *dated("2020-01-01", "2020-03-01"))
    assert changes(sql) == [expected]


def test_a_change_of_nothing_is_no_fall(sql):
    """A rule that wants the headcount to stay names who came."""
    ask(sql, "0")
    stay(sql, *dated("2020-01-01", "2020-03-01"))
    assert [row[0] for row in changes(sql)] == ["came"]


@pytest.mark.parametrize("change", ["-0.1", "0.1"])
@pytest.mark.parametrize(
    ("known_from", "known_until", "count"),
    [
        ("2020-06-01", None, 1),
        ("2020-06-02", None, 0),
        ("2020-05-01", "2020-06-02", 1),
        ("2020-05-01", "2020-06-01", 0),
    ],
)
def test_a_stay_counts_as_long_as_it_is_believed(sql, change, known_from, known_until, count):
    """From its first day to the day before its last."""
    ask(sql, change)
    days = {"known_from": known_from, "known_until": known_until}
    stay(sql, *dated("2020-01-01", "2020-03-01"), **days)
    assert len(changes(sql)) == count


@pytest.mark.parametrize(
    ("change", "again", "expected"),
    [
        ("-0.1", "2020-03-01", [("2020-05-01", "2020-05-31")]),
        ("-0.1", "2020-03-02", [("2020-03-01", "2020-03-02"), ("2020-05-01", "2020-05-31")]),
        ("0.1", "2020-03-01", [("2020-01-01", "2020-01-31")]),
        ("0.1", "2020-03-02", [("2020-01-01", "2020-01-31"), ("2020-03-31", "2020-04-01")]),
        ("0.1", "2020-04-01", [("2020-01-01", "2020-01-31"), ("2020-04-01", "2020-05-01")]),
    ],
)
def test_who_is_back_within_the_window_neither_left_nor_came(sql, change, again, expected):
    """A day between two stays is a day on which one is gone, and one window later come again."""
    ask(sql, change)
    stay(sql, *dated("2020-01-01", "2020-03-01"))
    stay(sql, *dated(again, "2020-05-01"), entry=2)
    assert changes(sql, "certain_from, certain_until") == expected


def test_who_stays_longer_than_a_later_stay_is_there_all_the_time(sql):
    """A stay within another one adds no gap."""
    ask(sql, "-0.1")
    stay(sql, *dated("2020-01-01", "2020-05-01"))
    stay(sql, *dated("2020-02-01", "2020-02-10"), entry=2)
    stay(sql, *dated("2020-03-01", "2020-03-10"), entry=3)
    assert {row[1:3] for row in changes(sql)} == {("2020-05-01", "2020-05-31")}


def test_a_stay_without_days_parts_nothing(sql):
    """The person is as gone as without it."""
    ask(sql, "-0.1")
    stay(sql, *dated("2020-01-01", "2020-03-01"))
    stay(sql, *dated("2020-03-10", "2020-03-10"), entry=2)
    assert changes(sql, "possible_from, possible_until") == [("2020-03-01", "2020-03-31")]


@pytest.mark.parametrize("change", ["-0.1", "0.1"])
def test_a_stay_that_does_not_count_is_told_and_takes_nothing_away(sql, change):
    """It is there to be told as left out; the person's other stays are as without it."""
    ask(sql, change)
    stay(sql, *dated("2020-01-01", "2020-03-01"))
    stay(sql, *dated("2019-01-01", FOREVER), entry=2, counted=False)
    assert len([row for row in changes(sql, "entry, counted") if row == (1, True)]) == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("-0.1", ("2020-03-10", "2020-03-31", "2020-03-01", "2020-04-09")),
        ("0.1", ("2020-01-10", "2020-01-31", "2020-01-01", "2020-02-09")),
    ],
)
def test_a_day_is_certain_only_if_both_ends_of_the_window_are(sql, change, expected):
    """Days between the possible and the certain beginning, or end, are possible."""
    ask(sql, change)
    stay(sql, "2020-01-10", "2020-03-01", "2020-01-01", "2020-03-10")
    assert [row[1:] for row in changes(sql)] == [expected]


@pytest.mark.parametrize(
    ("change", "sure", "possible_from", "certain_from", "count"),
    [
        ("0.1", True, ALWAYS, "2020-01-01", 0),
        ("0.1", True, "0001-01-02", "2020-01-01", 1),
        ("0.1", False, ALWAYS, "2020-01-01", 1),
        ("-0.1", True, ALWAYS, "2020-01-01", 2),
        ("0.1", True, ALWAYS, ALWAYS, 1),
    ],
)
def test_who_was_there_at_first_sight_is_no_news_of_a_rise(
    sql, change, sure, possible_from, certain_from, count
):
    """They may have come at any time, unless it is certain when, or possible counts."""
    ask(sql, change, sure=sure)
    stay(sql, certain_from, "2020-03-01", possible_from, "2020-03-01")
    assert len(changes(sql)) == count


@pytest.mark.parametrize(
    ("change", "days"),
    [("-0.1", ("2020-01-01", None)), ("-0.1", ("2020-01-01", FOREVER))],
)
def test_who_is_still_there_has_not_left(sql, change, days):
    """A stay without an end goes on beyond the calendar."""
    ask(sql, change)
    stay(sql, *dated(*days))
    assert changes(sql) == []


@pytest.mark.parametrize(("change", "lists_people"), [("-0.1", False), (None, True)])
def test_only_a_condition_on_a_change_that_lists_people_names_them(sql, change, lists_people):
    """All others have their people elsewhere."""
    ask(sql, change, lists_people=lists_people)
    stay(sql, *dated("2020-01-01", "2020-03-01"))
    assert changes(sql) == []
