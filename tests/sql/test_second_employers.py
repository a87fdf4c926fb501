"""People of one organisation who are shown at another one, too, all at one look."""

from typing import Any

import pytest

DAY, EARLIER = "2020-06-15", "2020-05-15"


def at(sql, profile: str, root: str, **changes: Any) -> None:
    """Let a profile that changed be somewhere, by default since long."""
    usual = {"profile": profile, "root": root, "begun": True, "listed": True, "entered": 1}
    sql.given("next_tenures", {**usual, **changes})


def found(sql, *, fewest: int = 2) -> list[tuple[Any, ...]]:
    """Return from where to where, how many people, and of how many."""
    sql.given("sides", {"side": 1, "name": "N"})
    rows = sql.run("second_employers", source="s", day=DAY, fewest=fewest)
    return [(row[0], row[1], row[4], row[5]) for row in rows]


def test_people_who_get_a_second_employer_are_counted(sql):
    """With those at the first organisation whose profiles did not change, of all there."""
    for profile in ("p", "q"):
        at(sql, profile, "a")
        at(sql, profile, "b", join_shown_on=DAY)
    there = {"root": "a", "begun": True, "listed": True}
    for number, profile in enumerate(("r", "p", "gone")):
        sql.given("tenures", {"profile": profile, "tenure": number, **there})
    sql.given("sightings", {"profile": "r"}, {"profile": "p"})
    sql.given("sightings", {"profile": "gone", "seen_until": EARLIER})
    sql.given("changed_profiles", {"profile": "p"}, {"profile": "q"})
    assert found(sql, fewest=3) == []
    assert found(sql) == [("a", "b", 2, 3)]


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({}, True),
        ({"join_shown_on": EARLIER}, False),
        ({"join_shown_on": None}, False),
        ({"start_earliest": "2020-01-01"}, False),
        ({"ended": True}, False),
        ({"begun": False}, False),
        ({"listed": False}, False),
        ({"pseudo": True}, False),
        ({"root": "a"}, False),
    ],
)
def test_only_what_is_new_today_undated_and_going_on_counts(sql, changes, counted):
    """A stated start is the person's own word."""
    for profile in ("p", "q"):
        at(sql, profile, "a")
        at(sql, profile, **{"root": "b", "join_shown_on": DAY, **changes})
    assert bool(found(sql)) is counted


def test_whoever_comes_to_both_at_once_is_no_sign(sql):
    """The first organisation is one where they were before."""
    for profile in ("p", "q"):
        at(sql, profile, "a", join_shown_on=DAY)
        at(sql, profile, "b", join_shown_on=DAY)
    assert found(sql) == []
