"""The days on which a tenure was believed, and those between which its person was there."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def asked(sql):
    """Ask for who is somewhere."""
    sql.given("queries", {"is_presence": True})
    sql.given("sides", {"side": 1, "unit": "u"})


def tenure(sql, **changes: Any) -> None:
    usual = {"profile": "p", "tenure": 1, "root": "a", "latest": 1, "begun": True}
    sql.given("tenures", {**usual, **changes})


def stays(sql, columns: str) -> list[tuple[Any, ...]]:
    sql.run("whole_scope")
    sql.run("dated_tenures")
    found: list[tuple[Any, ...]] = sql.read("dated_tenures", columns)
    return found


@pytest.mark.parametrize(
    ("known_from", "known_until", "pieces"),
    [
        ("2020-01-01", None, [("2020-01-01", None, "x")]),
        ("2020-01-02", None, [("2020-01-01", "2020-01-02", "s:p"), ("2020-01-02", None, "x")]),
        ("2019-01-01", "2020-01-01", [("2020-01-01", None, "s:p")]),
        (
            "2019-01-01",
            "2020-01-02",
            [("2020-01-01", "2020-01-02", "x"), ("2020-01-02", None, "s:p")],
        ),
    ],
)
def test_a_stay_is_parted_where_it_becomes_known_who_it_is(sql, known_from, known_until, pieces):
    """On the first day of the person it is theirs, and on the day that ends it no longer."""
    tenure(sql)
    who = {"profile": "p", "person": "x", "known_from": known_from, "known_until": known_until}
    sql.given("clusters", who)
    assert stays(sql, "known_from, known_until, person") == pieces


@pytest.mark.parametrize(("day", "count"), [("2020-02-29", 2), ("2020-03-01", 1)])
def test_what_becomes_known_after_a_stay_parts_it_no_longer(sql, day, count):
    """The day on which it ends to be believed is not of it."""
    tenure(sql, known_until="2020-03-01")
    sql.given("clusters", {"profile": "p", "person": "x", "known_from": day})
    assert len(stays(sql, "known_from")) == count


@pytest.mark.parametrize("change", [{"begun": False}, {"pseudo": True}])
def test_plans_and_pseudo_employers_are_no_stays(sql, change):
    """Nobody is there."""
    tenure(sql, **change)
    assert stays(sql, "known_from") == []


@pytest.mark.parametrize(
    ("change", "days"),
    [
        ({"witnessed_on": "2020-01-05"}, ("2020-01-05", None, "0001-01-01", None)),
        ({}, ("2020-01-01", None, "0001-01-01", None)),
        (
            {"joined_earliest": "2019-01-01", "joined_latest": "2019-01-31"},
            ("2019-01-31", None, "2019-01-01", None),
        ),
        ({"ended": True}, ("2020-01-01", "0001-01-01", "0001-01-01", "2020-01-01")),
        (
            {"ended": True, "left_earliest": "2019-05-01", "left_latest": "2019-05-31"},
            ("2019-05-01", "2019-05-01", "0001-01-01", "2019-05-31"),
        ),
    ],
)
def test_what_is_not_known_is_open_to_the_left(sql, change, days):
    """Without a start it was possibly always so, and certainly since it was seen."""
    tenure(sql, **change)
    columns = "opens_certainly, closes_certainly, opens_possibly, closes_possibly"
    assert stays(sql, columns) == [days]


@pytest.mark.parametrize(
    ("move", "held", "closes"),
    [
        ({"to_root": "a", "status": "held"}, True, "2019-05-31"),
        ({"to_root": "a", "status": "counted"}, False, "2019-05-31"),
        ({"from_root": "a", "status": "held"}, False, None),
        ({"from_root": "b", "status": "held"}, False, "2019-05-31"),
    ],
)
def test_who_is_held_to_have_moved_is_not_taken_for_there_nor_for_gone(sql, move, held, closes):
    """The stay that a held move leads to is held, and the one that it ended may go on."""
    tenure(sql, ended=True, left_earliest="2019-05-01", left_latest="2019-05-31")
    sql.given("moves", {"profile": "p", **move})
    assert stays(sql, "held, closes_possibly") == [(held, closes)]


def seen(sql, *runs: tuple[str, str | None], verdict: str = "accepted") -> None:
    """Let a profile be seen in runs of the four snapshots of the first days of February."""
    for number in range(1, 5):
        told = verdict if number == 3 else "accepted"
        sql.given("judged", {"observed_on": f"2020-02-0{number}", "verdict": told})
    for first, last in runs:
        sql.given("sightings", {"profile": "p", "seen_from": first, "seen_until": last})


@pytest.mark.parametrize(
    ("runs", "pieces"),
    [
        ([("2020-01-01", None)], [("2020-01-01", None, None)]),
        (
            [("2020-01-01", "2020-02-02")],
            [("2020-01-01", "2020-02-03", None), ("2020-02-03", None, "2020-02-03")],
        ),
        (
            [("2020-01-01", "2020-02-01"), ("2020-02-04", None)],
            [
                ("2020-01-01", "2020-02-02", None),
                ("2020-02-02", "2020-02-04", "2020-02-02"),
                ("2020-02-04", None, None),
            ],
        ),
    ],
)
def test_a_stay_is_parted_where_its_source_no_longer_shows_the_profile(sql, runs, pieces):
    """From the snapshot on that lacks it, until the one that has it again."""
    tenure(sql)
    seen(sql, *runs)
    assert stays(sql, "known_from, known_until, unseen_from") == pieces


@pytest.mark.parametrize(
    ("verdict", "tracked_until"),
    [("accepted", "2020-02-03"), ("baseline", "0001-01-01"), ("suspect", "2020-02-04")],
)
def test_only_an_accepted_snapshot_lacks_somebody_and_a_new_baseline_drops_them(
    sql, verdict, tracked_until
):
    """A suspect one says nothing; whoever is not of a new baseline is not tracked at all."""
    tenure(sql)
    seen(sql, ("2020-01-01", "2020-02-02"), verdict=verdict)
    assert stays(sql, "known_from, tracked_until")[-1][1] == tracked_until


def test_who_left_before_vanishing_has_left(sql):
    """Nothing more is to be said of that stay."""
    tenure(sql, ended=True)
    seen(sql, ("2020-01-01", "2020-02-02"))
    assert stays(sql, "known_until, unseen_from") == [(None, None)]
