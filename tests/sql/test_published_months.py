"""Who was at an organisation at the end of each month, who came and who went."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def looked(sql):
    """Let the newest accepted snapshot be of 15 June, and a suspect one come later."""
    sql.given(
        "judged",
        {"observed_on": "2020-05-01", "verdict": "baseline"},
        {"observed_on": "2020-06-15", "verdict": "accepted"},
        {"observed_on": "2020-08-15", "verdict": "suspect"},
    )


def stay(sql, profile: str = "p", **changes: Any) -> None:
    usual = {"profile": profile, "tenure": 1, "root": "a", "begun": True}
    days = {"joined_earliest": "2020-04-01", "joined_latest": "2020-04-30"}
    sql.given("tenures", {"known_from": "2020-05-01", **usual, **days, **changes})


def moved(sql, person: str = "s:p", **changes: Any) -> None:
    usual = {"person": person, "status": "counted", "from_root": "a", "to_root": "b"}
    sql.given("moves", {"joined_latest": "2020-05-31", **usual, **changes})


def months(sql, organization: str = "a") -> dict[str, list[Any]]:
    """Return by month: people, at most, came, went."""
    found = sql.run("published_months")
    return {month[:7]: figures for one, month, *figures in found if one == organization}


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2020-03-31", None, "2020-03", "2020-06"),
        ("2020-04-01", None, "2020-04", "2020-06"),
        ("2020-03-01", "2020-05-31", "2020-03", "2020-04"),
        ("2020-03-01", "2020-06-01", "2020-03", "2020-05"),
    ],
)
def test_a_person_is_there_from_the_month_of_the_start_to_the_one_before_the_end(
    sql, start, end, first, last
):
    """The last day of the month decides, and the month of the newest snapshot is the last."""
    dated = {"joined_earliest": start, "joined_latest": start}
    ended = {"ended": True, "left_earliest": end, "left_latest": end} if end else {}
    stay(sql, **dated, **ended)
    there = sorted(month for month, (people, *_) in months(sql).items() if people)
    assert (there[0], there[-1]) == (first, last)


def test_a_start_known_to_the_year_is_certain_from_its_last_month_and_possible_from_its_first(sql):
    """The line is who was certainly there, the band who may have been."""
    stay(sql, joined_earliest="2019-01-01", joined_latest="2019-12-31")
    found = months(sql)
    assert [found[month] for month in ("2019-01", "2019-11", "2019-12")] == [
        [0, 1, 0, 0],
        [0, 1, 0, 0],
        [1, 1, 0, 0],
    ]
    assert "2018-12" not in found


def test_without_a_start_a_person_is_certain_since_they_were_seen_and_possible_always(sql):
    """Nobody knows since when: a curve that begins with the first snapshot is no hiring."""
    stay(sql, joined_earliest=None, joined_latest=None, witnessed_on="2020-05-01")
    found = months(sql)
    assert (found["2020-04"], found["2020-05"]) == ([0, 1, 0, 0], [1, 1, 0, 0])
    assert min(found) == "2015-07"  # sixty months are shown


@pytest.mark.parametrize(
    "change",
    [{"begun": False}, {"pseudo": True}, {"known_until": "2020-06-01"}],
)
def test_what_is_planned_no_employer_or_no_longer_believed_is_not_counted(sql, change):
    """Only what is believed now is."""
    stay(sql, **change)
    assert not months(sql)


def test_two_profiles_of_one_person_and_two_times_at_once_count_once(sql):
    """A headcount is of people."""
    stay(sql, "p")
    stay(sql, "q")
    stay(sql, "q", tenure=2, joined_earliest="2020-05-01", joined_latest="2020-05-01")
    both = [{"profile": who, "person": "s:p"} for who in ("p", "q")]
    assert months(sql)["2020-06"] == [2, 2, 0, 0]
    sql.given("clusters", *both)
    assert months(sql)["2020-06"] == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("seen_until", "people"), [(None, {"2020-05": 1, "2020-06": 1}), ("2020-05-01", {"2020-05": 1})]
)
def test_whoever_the_source_no_longer_shows_is_possibly_there(sql, seen_until, people):
    """Absence is no departure: they stay in the band."""
    stay(sql)
    sql.given("sightings", {"profile": "p", "seen_from": "2020-05-01", "seen_until": seen_until})
    found = months(sql)
    assert found["2020-06"][1] == 1
    assert {one: found[one][0] for one in ("2020-05", "2020-06") if found[one][0]} == people


@pytest.mark.parametrize(("gone", "at_most"), [("2019-05-02", 1), ("2019-05-01", 0)])
def test_a_year_after_the_source_no_longer_showed_them_nobody_is_possibly_there(sql, gone, at_most):
    """From 1 May on: 365 days later it is the last of April, in a year with a 29 February."""
    stay(sql, joined_earliest="2019-01-01", joined_latest="2019-01-01")
    sql.given("judged", {"observed_on": "2019-04-01", "verdict": "accepted"})
    sql.given("judged", {"observed_on": gone, "verdict": "accepted"})
    sql.given("sightings", {"profile": "p", "seen_from": "2019-01-01", "seen_until": "2019-04-01"})
    assert months(sql).get("2020-04", [0, 0])[1] == at_most


@pytest.mark.parametrize(("status", "there"), [("held", False), ("counted", True)])
def test_whoever_is_held_to_have_moved_is_not_there_yet(sql, status, there):
    """The organisation that a held move leads to has them once it is decided."""
    stay(sql)
    sql.given("moves", {"profile": "p", "to_root": "a", "status": status})
    assert bool(months(sql)) is there


@pytest.mark.parametrize(("day", "month"), [("2020-05-31", "2020-05"), ("2020-06-01", "2020-06")])
def test_who_came_and_went_is_counted_in_the_last_month_that_a_move_may_mean(sql, day, month):
    """One month a move, so that months add up."""
    moved(sql, joined_earliest="2020-01-01", joined_latest=day)
    assert months(sql, "a") == {month: [0, 0, 0, 1]}
    assert months(sql, "b") == {month: [0, 0, 1, 0]}


@pytest.mark.parametrize("change", [{"status": "held"}, {"known_until": "2020-06-01"}])
def test_a_move_that_is_held_or_was_taken_back_is_in_no_month(sql, change):
    """Nor is one twice, if a person has two profiles."""
    moved(sql, **change)
    assert not months(sql, "b")
    moved(sql)
    moved(sql)
    assert months(sql, "b") == {"2020-05": [0, 0, 1, 0]}
