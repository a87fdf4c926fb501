"""Which times at one organisation a profile states."""

from typing import Any

import pytest

DAY = "2020-06-15"
ALWAYS, FOREVER = "0001-01-01", "9999-12-31"


@pytest.fixture(autouse=True)
def known(sql):
    """Give three organisations, of which the third is no employer, and one changed profile."""
    for name in ("A", "B", "C"):
        root = {"unit": name.lower(), "root": name.lower(), "pseudo": name == "C"}
        sql.given("names", {"organization": name, "external": "", **root})
    sql.given("changed_profiles", {"profile": "p", "before_on": "2020-05-15"})


def listed(sql, *positions: dict[str, Any]) -> None:
    """List positions, the first one highest, by default at A and of the profile p."""
    usual = {"profile": "p", "organization": "A", "external": "", "current": None}
    sql.given(
        "stated_positions",
        *({"ordinal": place, **usual, **position} for place, position in enumerate(positions)),
    )
    sql.run("stated_tenures", gap=31)


def stated(sql, *positions: dict[str, Any], columns: str = "root, s1, e2, over") -> list[Any]:
    """Return those columns of each tenure that the positions state, in order."""
    listed(sql, *positions)
    return [row[1:] for row in sql.read("stated_tenures", f"num, {columns}")]


def days(first: str, last: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a position with a start, and an end, to the day."""
    start = {"s1": first, "s2": first}
    end = {"e1": last, "e2": last, "end_written": last} if last else {}
    return {**start, **end, **more}


# -- what is over ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("position", "over"),
    [
        ({"current": True}, False),
        ({"current": False}, True),
        ({}, False),
        ({"end_written": "2019", "e1": "2019-01-01", "e2": "2019-12-31"}, True),
        ({"end_written": "2019", "e1": "2019-01-01", "e2": "2019-12-31", "current": True}, True),
        ({"end_written": "soon 1"}, True),
        ({"end_written": "soon 1", "current": False}, True),
        ({"end_written": "soon 1", "current": True}, False),
        ({"end_written": "present"}, False),
        ({"end_written": "present", "current": False}, True),
    ],
)
def test_a_position_is_over_by_its_end_or_by_its_word(sql, position, over):
    """A stated end goes before the word; an end that names no day leaves it to the word."""
    assert stated(sql, position, columns="over") == [(over,)]


def test_a_position_with_an_end_that_is_said_to_go_on_says_both(sql):
    """The end holds; the word is kept beside it."""
    end = {"end_written": "2019", "e1": "2019-01-01", "e2": "2019-12-31"}
    columns = "over, says_current"
    assert stated(sql, {**end, "current": True}, columns=columns) == [(True, True)]


@pytest.mark.parametrize(("end", "kept"), [("2018-12-31", None), ("2019-01-01", "2019-01-01")])
def test_an_end_before_its_start_makes_both_unknown(sql, end, kept):
    """On the day itself they are known."""
    found = stated(sql, days("2019-01-01", end), columns="s1, s2, e1, e2, over")
    assert found == [(kept, kept, kept, kept, True)]


IMPOSSIBLE = days("2019-01-01", "2018-12-31")
ONGOING = {"begun": True, "start_earliest": "2019-01-01"}


@pytest.mark.parametrize(
    ("positions", "before", "over"),
    [
        ([IMPOSSIBLE], ONGOING, False),
        ([IMPOSSIBLE], {"begun": True}, False),
        ([days("2019-01-01", "2019-01-01")], ONGOING, True),
        ([IMPOSSIBLE], {**ONGOING, "ended": True}, True),
        ([IMPOSSIBLE], {**ONGOING, "root": "b"}, True),
        ([{**IMPOSSIBLE, "current": True}], ONGOING, False),
        ([{**IMPOSSIBLE, "current": False}], ONGOING, True),
        ([IMPOSSIBLE, IMPOSSIBLE], ONGOING, False),
        ([days("2019-02-01", "2019-03-01"), IMPOSSIBLE], ONGOING, True),
    ],
)
def test_an_end_before_its_start_ends_nothing_that_was_known_to_go_on(sql, positions, before, over):
    """The word of the profile may, and so may another position there."""
    sql.given("previous_tenures", {"profile": "p", "tenure": 1, "root": "a", **before})
    listed(sql, *positions)
    assert sql.read("stated_tenures", "bool_and(over)") == [(over,)]


@pytest.mark.parametrize(
    ("end", "before", "found"),
    [
        ("2018-12-31", ONGOING, (None, False)),
        ("2019-01-01", ONGOING, ("2019-01-01", True)),
        ("2018-12-31", {"begun": True}, ("2018-12-31", True)),
    ],
)
def test_an_end_before_the_start_that_is_known_is_no_end(sql, end, before, found):
    """A position that states no start has the one that it was known to have."""
    sql.given("previous_tenures", {"profile": "p", "tenure": 1, "root": "a", **before})
    position = {"e1": end, "e2": end, "end_written": end}
    assert stated(sql, position, columns="e2, over") == [found]


@pytest.mark.parametrize("more", ["another position", "an earlier time"])
def test_an_end_before_the_start_that_is_known_may_be_of_an_earlier_time_there(sql, more):
    """Whoever was there twice, or tells of two times there, left the first one."""
    times = [{"profile": "p", "tenure": 1, "root": "a", **ONGOING}]
    if more == "an earlier time":
        times.append({"profile": "p", "tenure": 2, "root": "a", "begun": True, "ended": True})
    sql.given("previous_tenures", *times)
    ended = {"e1": "2015-01-01", "e2": "2015-01-31", "end_written": "2015-01"}
    listed(sql, *([days("2019-01-01")] if more == "another position" else []), ended)
    assert ("2015-01-31", True) in sql.read("stated_tenures", "e2, over")


def test_an_end_that_is_no_longer_stated_is_kept(sql):
    """It is over until something contradicts it."""
    end = {"stated_end": {"e1": "2019-01-01", "e2": "2019-12-31"}}
    sql.given("lost_ends", {"profile": "p", "ordinal": 0, **end})
    found = stated(sql, {"current": True}, columns="over, e1, e2")
    assert found == [(True, "2019-01-01", "2019-12-31")]


# -- from when until when it may be ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("position", "before", "opens", "closes"),
    [
        (days("2019-01-01"), None, "2019-01-01", FOREVER),
        (days("2019-01-01", "2019-06-30"), None, "2019-01-01", "2019-06-30"),
        ({**days("2019-01-01"), "current": False}, None, "2019-01-01", "2019-01-01"),
        ({}, None, ALWAYS, FOREVER),
        ({"current": False}, None, ALWAYS, ALWAYS),
        ({}, {"begun": True, "joined_earliest": "2019-03-01"}, "2019-03-01", FOREVER),
        ({}, {"begun": True}, ALWAYS, FOREVER),
        ({}, {"begun": True, "ended": True}, "2020-05-16", FOREVER),
        ({}, {"begun": False}, ALWAYS, FOREVER),
        ({"current": False}, {"begun": True, "ended": True}, ALWAYS, ALWAYS),
        ({"current": False}, {"begun": True, "joined_earliest": "2019-03-01"}, ALWAYS, ALWAYS),
        ({}, {"begun": True, "ended": True, "root": "b"}, ALWAYS, FOREVER),
    ],
)
def test_a_position_may_reach_as_far_as_its_days_and_what_was_known(
    sql, position, before, opens, closes
):
    """Undated, it goes on where it went on, and is a return where its profile had left."""
    if before:
        sql.given("previous_tenures", {"profile": "p", "tenure": 1, "root": "a", **before})
    listed(sql, position)
    assert sql.read("dated_positions", "opens, closes") == [(opens, closes)]


# -- which positions are one tenure ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "tenures"), [("2019-07-31", 1), ("2019-08-01", 2), ("2019-03-01", 1)]
)
def test_positions_that_follow_within_31_days_are_one_tenure(sql, second, tenures):
    """A day more makes two."""
    found = stated(sql, days(second, "2020-01-31"), days("2019-01-01", "2019-06-30"))
    assert len(found) == tenures
    assert (found[0][1], found[-1][2]) == ("2019-01-01", "2020-01-31")


def test_a_short_position_inside_a_long_one_ends_nothing(sql):
    """The farthest end counts, not the last one listed."""
    found = stated(
        sql,
        days("2019-07-15", "2019-12-31"),
        days("2019-02-01", "2019-03-01"),
        days("2019-01-01", "2019-06-30"),
    )
    assert found == [("a", "2019-01-01", "2019-12-31", True)]


def test_other_organisations_and_other_profiles_are_other_tenures(sql):
    """However their days lie."""
    sql.given("changed_profiles", {"profile": "q", "before_on": "2020-05-15"})
    one = days("2019-01-01", "2019-06-30")
    found = stated(sql, one, {**one, "organization": "B"}, {**one, "profile": "q"})
    assert [root for root, *_ in found] == ["b", "a", "a"]


YEAR = {"s1": "2017-01-01", "s2": "2017-12-31", "e1": "2018-01-01", "e2": "2018-12-31"}
LATER = {"s1": "2018-01-01", "s2": "2018-12-31", "e1": "2019-01-01", "e2": "2019-12-31"}


def between(**changes: Any) -> dict[str, Any]:
    """Return a position at B that lies between two years at A."""
    usual = {"s1": "2018-01-01", "s2": "2018-12-31", "e1": "2018-01-01", "e2": "2018-12-31"}
    return {"organization": "B", **usual, "end_written": "2018", **changes}


@pytest.mark.parametrize(
    ("other", "apart"),
    [
        (between(), True),
        (between(organization="C"), False),
        (between(organization="A"), False),
        (between(s1="2017-12-31"), False),
        (between(e2="2019-01-01"), False),
        (between(e1=None, e2=None, end_written=None, current=True), False),
        (between(ordinal=5), False),
        (between(profile="q"), False),
    ],
)
def test_what_is_listed_between_two_times_told_in_years_keeps_them_apart(sql, other, apart):
    """It fits there, is over, and is a job elsewhere of the same profile."""
    sql.given("changed_profiles", {"profile": "q", "before_on": "2020-05-15"})
    years = {"end_written": "y"}
    places = {"ordinal": 1, **other}
    listed(sql, {**LATER, **years}, places, {**YEAR, **years, "ordinal": 2})
    found = [row for row in sql.read("stated_tenures", "root, profile") if row == ("a", "p")]
    assert len(found) == (2 if apart else 1)


@pytest.mark.parametrize(
    ("end", "apart"), [("2018-11-29", True), ("2018-11-30", False), ("2018-12-01", False)]
)
def test_an_end_within_31_days_is_no_end_told_in_years(sql, end, apart):
    """Told to the month, times that touch are one time."""
    first = {**YEAR, "e1": end, "end_written": "y"}
    listed(sql, {**LATER, "end_written": "y"}, between(s1=end, ordinal=1), {**first, "ordinal": 2})
    found = [row for row in sql.read("stated_tenures", "root") if row == ("a",)]
    assert len(found) == (2 if apart else 1)


# -- what a tenure of several positions says -------------------------------------------------------


def test_a_tenure_begins_as_its_first_position_and_ends_as_its_last(sql):
    """The first side, the last side, and the days of both; of what is over its last start."""
    old = days("2019-01-01", "2019-06-30", title="Junior", id="x")
    new = days("2019-07-01", "2020-01-31", title="Senior", id="w")
    listed(sql, new, old)
    sides = dict(sql.read("sides", "side, title"))
    columns = "entered, latest, s1, e1, e2, last_s1, first_e2, ids"
    [(entered, latest, *rest)] = sql.read("stated_tenures", columns)
    assert (sides[entered], sides[latest]) == ("Junior", "Senior")
    end = ["2020-01-31"] * 2
    assert rest == ["2019-01-01", *end, "2019-07-01", "2019-06-30", "w\x1fx"]


def test_a_tenure_goes_on_while_one_of_its_positions_does(sql):
    """It has no end then."""
    going = days("2019-03-01")
    columns = "over, e1, e2, last_s1"
    found = stated(sql, going, days("2019-01-01", "2019-06-30"), columns=columns)
    assert found == [(False, None, None, None)]


def test_of_positions_of_the_same_days_the_first_listed_is_the_last(sql):
    """The newest stands on top."""
    same = days("2019-01-01", "2019-06-30")
    listed(sql, {**same, "title": "New"}, {**same, "title": "Old"})
    sides = dict(sql.read("sides", "side, title"))
    [(entered, latest)] = sql.read("stated_tenures", "entered, latest")
    assert (sides[entered], sides[latest]) == ("Old", "New")


def test_tenures_follow_by_their_starts_and_then_as_they_are_listed(sql):
    """The newest first, so that the lower of two of one day comes first; unknown starts lead."""
    same = days("2019-01-01")
    found = stated(sql, same, {**same, "organization": "B"}, columns="root")
    assert found == [("b",), ("a",)]


def test_tenures_of_one_day_follow_as_listed_where_the_oldest_is_first(sql):
    """The other dates of the profile tell which way it lists."""
    sql.given("names", {"organization": "D", "external": "", "unit": "d", "root": "d"})
    same = days("2019-01-01")
    old = days("2018-12-31", "2019-01-01", organization="D")
    found = stated(sql, old, {**same, "organization": "B"}, same, columns="root")
    assert found == [("d",), ("b",), ("a",)]


def test_a_name_that_is_held_counts_on_as_the_one_that_was_told(sql):
    """Until the operator decides."""
    believed = {"organization": "B", "unit": "b", "root": "b"}
    sql.given("held_names", {"profile": "p", "root": "a", "believed": believed})
    listed(sql, {"team": "t"})
    assert sql.read("stated_tenures", "root") == [("b",)]
    assert sql.read("sides", "unit, name, team") == [("b", "B", "t")]


def test_a_way_of_being_somewhere_is_noted_once(sql):
    """A second profile with the same position finds it there."""
    listed(sql, {"title": "Engineer"})
    before = sql.read("sides")
    sql.run("stated_tenures", gap=31)
    assert sql.read("sides") == before
    assert len(before) == 1
