"""What the profiles of a source tell, as believed before a day."""

import pytest

STRETCHES = [
    ("2020-02-01", None, None),
    ("2020-01-31", None, [(None,)]),
    ("2020-01-01", "2020-02-01", [(None,)]),
    ("2020-01-01", "2020-01-31", [("2020-01-31",)]),
]
"""A row's first and last day, and what is left of it before 1 February."""


def rewind(sql) -> None:
    sql.run("store_rewind_source", source="s", day="2020-02-01", unfinished="unfinished:s")


@pytest.mark.parametrize(("known_from", "known_until", "left"), STRETCHES)
@pytest.mark.parametrize("table", ["tenures", "profile_moves", "match_keys", "crowded_profiles"])
def test_what_begins_on_the_day_goes_and_what_ends_on_it_goes_on(
    sql, table, known_from, known_until, left
):
    """What ended before stays ended; another source keeps its own."""
    row = {"known_from": known_from, "known_until": known_until}
    sql.given(table, row, {**row, "source": "t"})
    rewind(sql)
    assert sql.read(table, "known_until") == sorted([*(left or []), (known_until,)], key=str)
    assert (known_until,) in sql.read(table, "CASE WHEN source = 't' THEN known_until END")


@pytest.mark.parametrize(
    ("table", "column"),
    [("judged", "observed_on"), ("holds", "observed_on"), ("profile_names", "known_from")],
)
def test_what_was_said_on_the_day_goes(sql, table, column):
    """What was said the day before stays, as does what another source said."""
    rows = [("s", "2020-02-01"), ("s", "2020-01-31"), ("t", "2020-02-01")]
    sql.given(table, *({"source": source, column: day} for source, day in rows))
    rewind(sql)
    assert sql.read(table, f"source, {column}") == rows[1:]


@pytest.mark.parametrize(
    ("seen_from", "seen_until", "left"),
    [
        ("2020-02-01", None, None),
        ("2020-01-31", None, [(None,)]),
        ("2020-01-01", "2020-01-20", [(None,)]),
        ("2020-01-01", "2020-01-19", [("2020-01-19",)]),
    ],
)
def test_who_was_seen_at_the_last_look_that_is_left_is_still_seen(sql, seen_from, seen_until, left):
    """The run of whom a later look missed goes on; who was missed by an earlier one stays gone."""
    looks = [("2020-01-01", "baseline"), ("2020-01-20", "accepted"), ("2020-01-25", "suspect")]
    looks += [("2020-02-01", "accepted")]
    sql.given("judged", *({"observed_on": day, "verdict": verdict} for day, verdict in looks))
    sql.given("judged", {"source": "t", "observed_on": "2020-01-10", "verdict": "accepted"})
    sql.given("sightings", {"profile": "p", "seen_from": seen_from, "seen_until": seen_until})
    rewind(sql)
    assert sql.read("sightings", "seen_until") == (left or [])


@pytest.mark.parametrize(
    ("unlooked_from", "unlooked_until", "left"),
    [
        ("2020-02-01", None, None),
        ("2020-01-20", None, [(None,)]),
        ("2020-01-01", "2020-01-20", [(None,)]),
        ("2020-01-01", "2020-01-19", [("2020-01-19",)]),
    ],
)
def test_whom_nobody_looked_at_at_the_last_look_that_is_left_is_still_unlooked(
    sql, unlooked_from, unlooked_until, left
):
    """A run that a later look ended goes on; one that ended before stays ended."""
    looks = [("2020-01-01", "baseline"), ("2020-01-20", "accepted"), ("2020-01-25", "suspect")]
    sql.given("judged", *({"observed_on": day, "verdict": verdict} for day, verdict in looks))
    run = {"profile": "p", "unlooked_from": unlooked_from, "unlooked_until": unlooked_until}
    sql.given("unlooked", run, {**run, "source": "t"})
    rewind(sql)
    rows = sql.read("unlooked", "source, unlooked_until")
    assert [until for source, until in rows if source == "s"] == [row[0] for row in left or []]
    assert ("t", unlooked_until) in rows


@pytest.mark.parametrize("verdict", ["accepted", "baseline"])
def test_a_new_baseline_is_a_look_too(sql, verdict):
    """Runs go on from it."""
    sql.given("judged", {"observed_on": "2020-01-20", "verdict": verdict})
    sql.given("sightings", {"profile": "p", "seen_from": "2020-01-01", "seen_until": "2020-01-20"})
    rewind(sql)
    assert sql.read("sightings", "seen_until") == [(None,)]


def test_the_source_is_unfinished_from_that_day_on(sql):
    """A run that is killed before its end leaves it so."""
    sql.given("facts", {"name": "unfinished:s", "value": "2020-03-01"})
    rewind(sql)
    assert sql.read("facts") == [("unfinished:s", "2020-02-01")]
