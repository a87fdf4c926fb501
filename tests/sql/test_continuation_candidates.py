"""New profiles that go on with the history of one that vanished."""

from typing import Any

import pytest

BEFORE = "2020-01-15"
ENDED = {"ended": True, "end_earliest": "2013-02-01", "end_latest": "2013-02-28"}


def was(sql, root: str = "a", profile: str = "old", **changes: Any) -> None:
    """Let a profile that vanished be believed to be at an organisation since February 2008."""
    dates = {"start_earliest": "2008-02-01", "start_latest": "2008-02-29"}
    sql.given("tenures", {"profile": profile, "root": root, "begun": True, **dates, **changes})


def states(sql, root: str = "a", profile: str = "new", **changes: Any) -> None:
    """Let the new profile state to be at an organisation since February 2008."""
    dates = {"s1": "2008-02-01", "s2": "2008-02-29"}
    sql.given("stated_tenures", {"profile": profile, "root": root, **dates, **changes})


def people(sql, former: str = "Ada Ex", latter: str = "Ada Ex", **changes: Any) -> None:
    """Let `old` vanish and `new` come, under those names."""
    if changes.get("gone", True):
        sql.given("missing_profiles", {"profile": "old", "last_on": BEFORE})
    sql.given("profile_names", {"profile": "old", "name": former})
    sql.given("changed_profiles", {"profile": "new"})
    sql.given("shown_profile_names", {"profile": "new", "name": latter})


def candidates(sql) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = sql.run("continuation_candidates", source="s")
    return rows


def continued(sql) -> bool:
    assert candidates(sql) == []
    found = sql.read("continuation_candidates", "former, latter, is_named_alike")
    assert found in ([], [("old", "new", True)])
    return bool(found)


def test_a_new_profile_that_states_the_stays_of_one_that_vanished_continues_it(sql):
    """It may tell more."""
    people(sql)
    was(sql)
    states(sql)
    states(sql, "b", s1="2020-01-01", s2="2020-01-31")
    assert continued(sql)


@pytest.mark.parametrize(
    ("former", "latter", "same"),
    [
        ("Ada Ex", "ADA  Éx ", True),
        ("Ada Ex", "Ada Sample", False),
        ("old", "old", False),
        ("new", "new", False),
        (None, None, False),
        ("", "", False),
    ],
)
def test_both_bear_one_name_that_is_no_id(sql, former, latter, same):
    """Case, accents and blanks do not matter."""
    people(sql, former, latter)
    was(sql)
    states(sql)
    assert continued(sql) is same


def test_the_last_name_of_the_one_that_vanished_counts(sql):
    """People marry."""
    people(sql, "Ada Before")
    sql.given("profile_names", {"profile": "old", "name": "Ada Ex", "known_from": "2020-01-02"})
    was(sql)
    states(sql)
    assert continued(sql)


@pytest.mark.parametrize(("gone", "is_known"), [(False, False), (True, True)])
def test_who_is_still_there_or_is_known_is_somebody_else(sql, gone, is_known):
    """The one is missing from the look that shows the other, of whom nothing is believed."""
    people(sql, gone=gone)
    was(sql)
    states(sql)
    sql.given("previous_tenures", *([{"profile": "new"}] if is_known else []))
    assert not continued(sql)


@pytest.mark.parametrize(
    ("stay", "stated", "same"),
    [
        ({}, {"s1": "2008-02-02"}, False),
        ({}, {"s2": "2008-02-28"}, False),
        ({}, {"root": "b"}, False),
        ({}, {"profile": "other"}, False),
        ({}, {"over": True, "e2": "2020-01-15"}, True),
        ({}, {"over": True, "e2": "2020-01-14"}, False),
        ({}, {"over": True}, True),
        ({}, {"e2": "2020-01-14"}, True),
        (ENDED, {"over": True, "e1": "2013-02-01", "e2": "2013-02-28"}, True),
        (ENDED, {"over": True, "e1": "2013-02-02", "e2": "2013-02-28"}, False),
        (ENDED, {"over": True, "e1": "2013-02-01", "e2": "2013-03-01"}, False),
        (ENDED, {}, False),
        ({"ended": True}, {"over": True}, True),
        ({"source": "t"}, {}, False),
        ({"known_until": "2020-01-10"}, {}, False),
        ({"pseudo": True}, {}, False),
        ({"begun": False}, {}, False),
        ({"start_earliest": None}, {}, False),
    ],
)
def test_a_stay_is_stated_with_its_days(sql, stay, stated, same):
    """One that went on may have ended since the last look."""
    people(sql)
    was(sql, **stay)
    states(sql, **stated)
    assert continued(sql) is same


def test_each_dated_stay_has_to_be_stated_again(sql):
    """One that is not makes somebody else; one without a date says nothing."""
    people(sql)
    was(sql)
    states(sql)
    was(sql, "c", start_earliest=None, start_latest=None)
    assert continued(sql)
    was(sql, "b")
    assert not continued(sql)


@pytest.mark.parametrize(
    ("latest", "same"), [("2008-02-29", True), ("2008-03-03", True), ("2008-03-04", False)]
)
def test_the_days_have_to_tell_as_much_as_a_month(sql, latest, same):
    """A year that two of one name share tells too little, and two years do, too."""
    people(sql)
    was(sql, start_latest=latest)
    states(sql, s2=latest)
    assert continued(sql) is same


def test_three_years_tell_enough(sql):
    """As much as a month."""
    people(sql)
    year = {"start_latest": "2008-12-31"}
    for root in "ab":
        was(sql, root, **year)
        states(sql, root, s2="2008-12-31")
    assert not continued(sql)
    was(sql, "c", **year)
    states(sql, "c", s2="2008-12-31")
    assert continued(sql)


@pytest.mark.parametrize(
    ("former", "latter", "latest", "asked"),
    [
        ("Ada Ex", "A. Ex", "2008-02-01", True),
        ("Ada Ex", "A. Ex", "2008-02-02", False),
        ("Ada Ex", "Ex, Ada B.", "2008-02-01", True),
        ("山田 太郎", "山田太郎", "2008-02-01", True),
        ("Ada Ex", "Bob Sample", "2008-02-01", False),
        ("old", "old Ex", "2008-02-01", False),
        ("new Ex", "new", "2008-02-01", False),
    ],
)
def test_names_that_share_a_word_are_compared_where_the_days_tell_as_much_as_a_day(
    sql, former, latter, latest, asked
):
    """A name that is written otherwise tells less."""
    people(sql, former, latter)
    was(sql, start_latest=latest)
    states(sql, s2=latest)
    assert candidates(sql) == ([("old", "new", former, latter)] if asked else [])


def test_five_years_are_less_than_a_day(sql):
    """Of two names that are not equal."""
    people(sql, "Ada Ex", "A. Ex")
    for root in "abcde":
        was(sql, root, start_latest="2008-12-31")
        states(sql, root, s2="2008-12-31")
    assert candidates(sql) == []
