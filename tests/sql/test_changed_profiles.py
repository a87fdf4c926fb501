"""Which profiles a comparison looks at again."""

from typing import Any

import pytest

COLUMNS = "profile, before_on, still"
NOBODY: dict[str, list[str]] = {"carried": [], "carried_on": [], "unseen": []}


def compare(sql, *, comparable: bool = True, **carried: list[str]) -> None:
    before = sql.parquet("profiles", {"id": "same", "content": 1}, {"id": "other", "content": 1})
    after = sql.parquet("profiles", {"id": "same", "content": 1}, {"id": "other", "content": 2})
    sql.run(
        "changed_profiles",
        source="s",
        day="2020-03-01",
        before_on="2020-02-01",
        before=before,
        after=after,
        comparable=comparable,
        **{**NOBODY, **carried},
    )


@pytest.mark.parametrize(
    ("due", "known_until", "looked_at"),
    [
        ("2020-03-01", None, True),
        ("2020-02-01", None, True),
        ("2020-03-02", None, False),
        (None, None, False),
        ("2020-03-01", "2020-02-15", False),
    ],
)
def test_a_day_that_was_announced_speaks_when_it_has_come(sql, due, known_until, looked_at):
    """The profile did not change; on the day itself, and not the day before, it is looked at."""
    sql.given("sightings", {"profile": "same", "seen_from": "2020-01-01"})
    sql.given("tenures", {"profile": "same", "due": due, "known_until": known_until})
    compare(sql)
    found: list[Any] = [("other", None, False)]
    found += [("same", "2020-02-01", True)] if looked_at else []
    assert sql.read("changed_profiles", COLUMNS) == found


@pytest.mark.parametrize(
    ("until", "seen"), [(None, ("2020-02-01", True)), ("2020-01-05", ("2020-01-05", False))]
)
def test_a_changed_profile_says_when_it_was_seen_before(sql, until, seen):
    """By the last look if its run goes on, else on the last day of its last run."""
    sql.given(
        "sightings",
        {"profile": "other", "seen_from": "2020-01-03", "seen_until": until},
        {"profile": "other", "seen_from": "2019-01-01", "seen_until": "2019-06-01"},
    )
    compare(sql)
    assert sql.read("changed_profiles", COLUMNS) == [("other", *seen)]


def test_a_changed_profile_bears_the_day_of_the_look_and_of_the_one_before(sql):
    """What follows from it is known from that day on."""
    sql.given("sightings", {"profile": "same", "seen_from": "2020-01-01"})
    sql.given("tenures", {"profile": "same", "due": "2020-03-01"})
    compare(sql)
    days = sql.read("changed_profiles", "profile, day, last_on")
    assert days == [(who, "2020-03-01", "2020-02-01") for who in ("other", "same")]


def test_all_are_looked_at_when_the_snapshots_cannot_be_compared(sql):
    """Content hashes of another reading say nothing."""
    compare(sql, comparable=False)
    assert sql.read("changed_profiles", "profile") == [("other",), ("same",)]


def test_who_vanished_is_compared_and_not_looked_at(sql):
    """Only the first table names them."""
    before = sql.parquet("profiles", {"id": "gone", "content": 1})
    after = sql.parquet("profiles", {"id": "new", "content": 1})
    days = {"day": "2020-03-01", "before_on": "2020-02-01"}
    files = {"before": before, "after": after}
    sql.given("sightings", {"profile": "gone", "seen_from": "2020-01-01"})
    sql.given("tenures", {"profile": "gone", "due": "2020-02-15"})
    sql.run("changed_profiles", source="s", comparable=True, **days, **files, **NOBODY)
    assert sql.read("compared_profiles") == [
        ("gone", True, "2020-02-01"),
        ("new", False, "2020-02-01"),
    ]
    assert sql.read("changed_profiles", "profile") == [("new",)]


def test_who_was_not_looked_at_the_day_before_was_seen_at_the_last_look(sql):
    """The change is of a day since then, though the snapshot before has the profile."""
    sql.given("sightings", {"profile": "other", "seen_from": "2020-01-01"})
    sql.given("sightings", {"profile": "same", "seen_from": "2020-01-01"})
    sql.given("tenures", {"profile": "same", "due": "2020-03-01"})
    compare(sql, carried=["other", "same"], carried_on=["2020-01-20", "2020-01-21"])
    assert sql.read("changed_profiles", COLUMNS) == [
        ("other", "2020-01-20", True),
        ("same", "2020-01-21", True),
    ]


@pytest.mark.parametrize(("unseen", "looked_at"), [([], True), (["same"], False)])
def test_an_announced_day_needs_somebody_who_looks(sql, unseen, looked_at):
    """Who is carried on from an earlier look confirms no plan."""
    sql.given("sightings", {"profile": "same", "seen_from": "2020-01-01"})
    sql.given("tenures", {"profile": "same", "due": "2020-03-01"})
    compare(sql, unseen=unseen)
    assert ("same" in [row[0] for row in sql.read("changed_profiles")]) is looked_at
