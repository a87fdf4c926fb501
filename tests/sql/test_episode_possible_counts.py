"""The highest number of people who may count on one day of an episode."""

import pytest

FAR = "9999-12-31"


def episode(sql, opens: str = "2020-02-01", closes: str = "2020-03-01") -> None:
    key = {"rule": "r", "grouping": "g"}
    sql.given(
        "episodes", {**key, "known_on": "2020-06-01", "opens": opens, "closes": closes, "peak": 1}
    )


def may(
    sql, who: str, first: str, last: str = FAR, *, counted: bool = True, role: str = "count"
) -> None:
    key = {"rule": "r", "grouping": "g", "known_on": "2020-06-01", "person": who}
    days = {"possible_from": first, "possible_until": last}
    sql.given("episode_members", {**key, **days, "counted": counted, "role": role})


def possible(sql) -> int:
    [row] = sql.run("episode_possible_counts")
    return int(row[-1])


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2020-02-01", "2020-02-02", 1),
        ("2020-01-01", "2020-02-01", 0),
        ("2020-01-01", "2020-02-02", 1),
        ("2020-02-29", "2020-04-01", 1),
        ("2020-03-01", "2020-04-01", 0),
        ("2020-01-01", FAR, 1),
    ],
)
def test_only_days_of_the_episode_count(sql, first, last, count):
    """The day it opens does, the day it closes does not."""
    episode(sql)
    may(sql, "a", first, last)
    assert possible(sql) == count


def test_the_highest_number_on_one_day_is_told(sql):
    """People of different days are not added."""
    episode(sql)
    may(sql, "a", "2020-02-01", "2020-02-10")
    may(sql, "b", "2020-02-05", "2020-02-10")
    may(sql, "c", "2020-02-10", "2020-02-20")
    assert possible(sql) == 2


@pytest.mark.parametrize(
    "second",
    [
        ("2020-02-05", "2020-02-20"),
        ("2020-02-05", "2020-02-08"),
        ("2020-02-10", "2020-02-20"),
        ("2020-02-05", "2020-02-10"),
    ],
)
def test_one_person_counts_once_on_a_day(sql, second):
    """Stretches that overlap, lie within each other or touch are one."""
    episode(sql)
    may(sql, "a", "2020-02-01", "2020-02-10")
    may(sql, "a", *second)
    may(sql, "b", "2020-02-02", "2020-02-03")
    assert possible(sql) == 2


def test_a_stretch_that_reaches_beyond_another_counts_on_its_further_days(sql):
    """Only what both have in common is counted once."""
    episode(sql)
    may(sql, "a", "2020-02-01", "2020-02-10")
    may(sql, "a", "2020-02-05", "2020-02-20")
    may(sql, "b", "2020-02-19", "2020-02-25")
    assert possible(sql) == 2


def test_a_third_stretch_within_the_first_adds_nothing(sql):
    """What lies beyond all of those before is added alone."""
    episode(sql)
    may(sql, "a", "2020-02-01", "2020-02-20")
    may(sql, "a", "2020-02-02", "2020-02-03")
    may(sql, "a", "2020-02-10", "2020-02-15")
    assert possible(sql) == 1


@pytest.mark.parametrize("change", [{"counted": False}, {"role": "back"}])
def test_who_is_left_out_or_went_back_may_not_count(sql, change):
    """Only those who count for the threshold are told."""
    episode(sql)
    may(sql, "a", "2020-02-01", **change)
    assert possible(sql) == 0


def test_an_episode_without_an_end_has_none(sql):
    """The last day of the calendar stands for it in the table alone."""
    episode(sql, closes=FAR)
    [row] = sql.run("episode_possible_counts")
    assert row[4] is None
