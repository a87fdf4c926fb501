"""Who is who, and the moves that follow, as believed before a day."""

import pytest

DAYS = [
    ("2020-02-01", None, None),
    ("2020-01-31", None, [(None,)]),
    ("2020-01-01", "2020-02-01", [(None,)]),
    ("2020-01-01", "2020-01-31", [("2020-01-31",)]),
]
"""A row's first and last day, and what is left of it before 1 February."""


@pytest.mark.parametrize(("known_from", "known_until", "left"), DAYS)
@pytest.mark.parametrize("table", ["edges", "clusters", "moves"])
def test_what_begins_on_the_day_goes_and_what_ends_on_it_goes_on(
    sql, table, known_from, known_until, left
):
    """What ended before stays ended."""
    row = {"known_from": known_from, "known_until": known_until}
    sql.given(table, {**row, "kind": "page"} if table == "edges" else row)
    sql.run("store_rewind_people", since="2020-02-01")
    assert sql.read(table, "known_until") == (left or [])


@pytest.mark.parametrize(("known_from", "stays"), [("2020-02-01", False), ("2020-01-31", True)])
def test_reversals_from_the_day_on_are_forgotten(sql, known_from, stays):
    """They are found again."""
    sql.given("reversals", {"move": "m", "known_from": known_from})
    sql.run("store_rewind_people", since="2020-02-01")
    assert bool(sql.read("reversals")) is stays


def test_a_decided_link_stays_and_is_open_again(sql):
    """A decision is no belief of the derivation."""
    sql.given("edges", {"kind": "decided", "known_from": "2020-02-03", "known_until": "2020-02-05"})
    sql.run("store_rewind_people", since="2020-02-01")
    assert sql.read("edges", "kind, known_until") == [("decided", None)]
