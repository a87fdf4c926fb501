"""How late the dated moves of known people became known, and how long one has looked.

As of a day, and as of some past days at once.
"""

from typing import Any

import pytest

BEGAN, DAY = "2024-01-01", "2024-06-30"


def looked(sql) -> None:
    sql.given("judged", {"observed_on": BEGAN, "verdict": "accepted"})
    sql.given("judged", {"observed_on": "2023-06-01", "verdict": "suspect"})


def late(sql, **changes) -> None:
    """Let somebody who was known join on 1 March, and show it on 19 April."""
    usual = {"status": "counted", "before_on": "2024-02-10", "observed_on": "2024-04-19"}
    usual |= {"joined_earliest": "2024-03-01", "joined_latest": "2024-03-01"}
    usual |= {"from_root": "a", "to_root": "b"}
    sql.given("moves", {**usual, **changes})


def delays(sql, *days: str) -> Any:
    sql.run("move_days")
    return sql.run("usual_delays", days=list(days))


def test_delays_and_ages_are_weeks_since_one_looks(sql):
    """Seven weeks late, seventeen weeks ago; suspect looks do not count."""
    looked(sql)
    late(sql)
    assert delays(sql, DAY) == [(DAY, "s", 181, 7, 17, 1)]


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"status": "held"}, 0),
        ({"before_on": None}, 0),
        ({"joined_earliest": BEGAN, "joined_latest": BEGAN}, 1),
        ({"joined_earliest": "2023-12-31", "joined_latest": "2023-12-31"}, 0),
        ({"joined_latest": "2024-04-19"}, 1),
        ({"joined_latest": "2024-04-20"}, 0),
        ({"observed_on": DAY}, 1),
        ({"observed_on": "2024-07-01"}, 0),
        ({"known_from": DAY}, 1),
        ({"known_from": "2024-07-01"}, 0),
        ({"known_until": DAY}, 0),
        ({"known_until": "2024-07-01"}, 1),
        ({"from_root": None}, 0),
        ({"to_root": None}, 0),
        ({"joined_earliest": "2024-02-11", "joined_latest": "2024-04-19"}, 0),
        ({"joined_earliest": "2024-02-12", "joined_latest": "2024-04-19"}, 1),
        ({"joined_earliest": "2024-02-10", "joined_latest": "2024-04-19"}, 1),
    ],
)
def test_only_dated_news_of_known_people_says_how_late_news_is(sql, changes, counts):
    """Since the first good look, both sides known, as known on the day."""
    looked(sql)
    late(sql, **changes)
    assert len(delays(sql, DAY)) == counts


def test_delays_of_past_days_are_those_that_were_known_then(sql):
    """From the day of the news on; of a day before it nothing."""
    looked(sql)
    late(sql, known_from="2024-04-19")
    assert delays(sql, DAY, "2024-04-19", "2024-04-18") == [
        ("2024-04-19", "s", 109, 7, 7, 1),
        (DAY, "s", 181, 7, 17, 1),
    ]


def test_moves_that_have_their_days_in_common_are_counted_together(sql):
    """Those of another day, or seen on another, are others."""
    looked(sql)
    for profile in ("one", "other"):
        late(sql, profile=profile)
    late(sql, observed_on="2024-04-20")
    sql.run("move_days")
    assert sql.read("move_days", "latest, observed_on, moves") == [
        ("2024-03-01", "2024-04-19", 2),
        ("2024-03-01", "2024-04-20", 1),
    ]
    assert delays(sql, DAY) == [(DAY, "s", 181, 7, 17, 3)]


@pytest.mark.parametrize(("day", "counts"), [(DAY, 1), ("2024-06-29", 0)])
def test_a_source_is_looked_at_from_its_first_good_snapshot_on(sql, day, counts):
    """Of one that begins on the day itself, nothing is late."""
    sql.given("judged", {"observed_on": DAY, "verdict": "baseline"})
    late(sql, joined_earliest=DAY, joined_latest=DAY, observed_on=DAY, before_on=BEGAN)
    assert len(delays(sql, day)) == counts


@pytest.mark.parametrize(
    ("verdict", "day"), [("accepted", True), ("baseline", True), ("suspect", False)]
)
def test_what_is_usual_is_learnt_on_the_first_good_day_of_a_quarter(sql, verdict, day):
    """The day after it teaches nothing anew."""
    sql.given("judged", {"observed_on": "2024-04-02", "verdict": verdict})
    sql.given("judged", {"observed_on": "2024-04-03", "verdict": "accepted"})
    sql.given("judged", {"observed_on": "2024-03-31", "verdict": "accepted"})
    first = "2024-04-02" if day else "2024-04-03"
    assert sql.run("fitting_days") == [("2024-01-01", "2024-03-31"), ("2024-04-01", first)]


def test_a_fit_is_kept_under_what_it_rests_on(sql):
    """A newer one of the same key takes the place of it."""
    sql.run("store_fit", key="k", day=DAY, fit="one")
    sql.run("store_fit", key="k", day=DAY, fit="two")
    assert sql.run("kept_fit", key="k") == [("two",)]
    assert sql.run("kept_fit", key="other") == []
