"""Profiles that vanished, and the only new ones that look like them."""

from collections.abc import Sequence
from typing import Any

import pytest

BEFORE, EARLIER, FIRST = "2020-01-15", "2020-01-08", "2020-01-01"


def rekeyed(sql, formers: Sequence[str] = (), latters: Sequence[str] = ()) -> Any:
    """Run the statement with the pairs of names that are two ways to write one."""
    names = {"formers": list(formers), "latters": list(latters)}
    return sql.run("rekeyed_profiles", source="s", undone_within=120, **names)


def vanished(sql, *profiles: str, gone: bool = True) -> None:
    """Let profiles vanish that show the history 1."""
    if gone:
        missing(sql, *profiles)
    else:
        sql.given("match_keys", *({"profile": profile, "digest": 1} for profile in profiles))


def missing(sql, *profiles: str, last_on: str = BEFORE, name: str = "ada") -> None:
    """Let profiles be missing since a day that show the history 1."""
    gone = {"last_on": last_on, "vanished": last_on == BEFORE}
    sql.given("missing_profiles", *({"profile": profile, **gone} for profile in profiles))
    keys = ({"profile": profile, "digest": 1, "name": name} for profile in profiles)
    sql.given("match_keys", *keys)


def fresh(sql, *profiles: str, kind: str = "history", name: str = "ada") -> None:
    """Let profiles come that show the history 1."""
    sql.given("changed_profiles", *({"profile": profile} for profile in profiles))
    rows = ({"profile": profile, "kind": kind, "digest": 1, "name": name} for profile in profiles)
    sql.given("shown_match_keys", *rows)


@pytest.mark.parametrize("kind", ["history", "short history", "page"])
def test_one_that_vanished_and_one_that_came_are_one(sql, kind):
    """Each kind of match key of a person's own tells it."""
    vanished(sql, "old")
    fresh(sql, "new", kind=kind)
    assert rekeyed(sql) == [(1,)]
    assert sql.read("rekeyed_profiles") == [("old", "new", BEFORE)]


@pytest.mark.parametrize(
    ("old", "new"), [(["o1", "o2"], ["n"]), (["o"], ["n1", "n2"]), (["o1", "o2"], ["n1", "n2"])]
)
def test_of_several_that_look_alike_none_is_the_other(sql, old, new):
    """Two candidates on either side leave it open."""
    vanished(sql, *old)
    fresh(sql, *new)
    assert rekeyed(sql) == [(0,)]


def test_two_match_keys_of_one_pair_are_one_pair(sql):
    """What agrees twice is no second candidate."""
    vanished(sql, "old")
    fresh(sql, "new")
    sql.given("match_keys", {"profile": "old", "digest": 2})
    sql.given("shown_match_keys", {"profile": "new", "kind": "page", "digest": 2})
    assert rekeyed(sql) == [(1,)]


def test_who_is_still_there_or_of_whom_something_is_believed_is_not_rekeyed(sql):
    """A profile that only changed has vanished nowhere, and one that is known is not new."""
    vanished(sql, "there", gone=False)
    fresh(sql, "new")
    assert rekeyed(sql) == [(0,)]
    vanished(sql, "old")
    sql.given("changed_profiles", {"profile": "known", "before_on": "2019-01-01"})
    sql.given("previous_tenures", {"profile": "known"})
    sql.given("shown_match_keys", {"profile": "known", "kind": "history", "digest": 1})
    assert rekeyed(sql) == [(1,)]


def test_a_stated_id_or_a_step_makes_no_rekeyed_profile(sql):
    """Others may state the id of somebody."""
    vanished(sql, "old")
    fresh(sql, "new", kind="stated")
    assert rekeyed(sql) == [(0,)]


@pytest.mark.parametrize(
    ("kind", "last_on", "name", "same"),
    [
        ("page", BEFORE, "ada", True),
        ("page", BEFORE, "ada wed", True),
        ("page", BEFORE, "bob", False),
        ("page", EARLIER, "ada", True),
        ("page", EARLIER, "ada wed", False),
        ("history", EARLIER, "bob", True),
        ("short history", EARLIER, "bob", True),
    ],
)
def test_a_page_that_may_be_that_of_many_needs_a_name(sql, kind, last_on, name, same):
    """One word of it where the id changes from one look to the next, else all of it."""
    missing(sql, "old", last_on=last_on)
    fresh(sql, "new", kind=kind, name=name)
    assert rekeyed(sql) == [(int(same),)]


def test_of_those_who_are_missing_the_one_seen_last_has_come_back(sql):
    """Two seen last at one look leave it open."""
    missing(sql, "first", last_on=FIRST)
    missing(sql, "old", last_on=EARLIER)
    fresh(sql, "new")
    assert rekeyed(sql) == [(1,)]
    assert sql.read("rekeyed_profiles") == [("old", "new", EARLIER)]
    missing(sql, "other", last_on=EARLIER)
    assert rekeyed(sql) == [(0,)]


def test_one_that_goes_on_with_a_history_is_the_same(sql):
    """Two that do leave it open, and an id that is written otherwise goes first."""
    sql.given("missing_profiles", {"profile": "old", "last_on": BEFORE, "vanished": True})
    continues(sql, "new")
    assert rekeyed(sql) == [(1,)]
    continues(sql, "other")
    assert rekeyed(sql) == [(0,)]
    sql.given("respelled_profiles", {"former": "old", "latter": "OLD"})
    assert rekeyed(sql) == [(1,)]
    assert sql.read("rekeyed_profiles") == [("old", "OLD", BEFORE)]


def continues(sql, latter: str, *, alike: bool = True) -> None:
    """Let a new profile state the stays of the one that vanished."""
    sql.given(
        "continuation_candidates", {"former": "old", "latter": latter, "is_named_alike": alike}
    )


def test_of_names_that_are_written_otherwise_python_says_which_are_one(sql):
    """A candidate under another name is none by itself."""
    sql.given("missing_profiles", {"profile": "old", "last_on": BEFORE, "vanished": True})
    continues(sql, "new", alike=False)
    assert rekeyed(sql) == [(0,)]
    assert rekeyed(sql, ["old"], ["new"]) == [(1,)]
    assert sql.read("rekeyed_profiles") == [("old", "new", BEFORE)]


@pytest.mark.parametrize(
    ("left_on", "stated", "same"),
    [
        ("2019-09-24", {}, True),
        ("2019-09-23", {}, False),
        ("2019-09-23", {"over": True}, True),
        ("2019-09-23", {"root": "other"}, True),
        ("2019-09-23", {"s1": "2019-02-01", "s2": "2019-02-28"}, True),
    ],
)
def test_an_old_copy_takes_no_departure_of_long_ago_back(sql, left_on, stated, same):
    """It shows a stay as going on that the former id left more than 120 days ago."""
    missing(sql, "old", last_on=EARLIER)
    fresh(sql, "new")
    sql.given("changed_profiles", {"profile": "new", "day": "2020-01-22"})
    stay = {"root": "acme", "start_earliest": "2010-01-01", "start_latest": "2010-01-31"}
    sql.given(
        "tenures",
        {"source": "s", "profile": "old", **stay, "ended": True, "leave_shown_on": left_on},
    )
    shown = {"root": "acme", "s1": "2010-01-01", "s2": "2010-01-31", "over": False, **stated}
    sql.given("stated_tenures", {"profile": "new", **shown})
    assert rekeyed(sql) == [(int(same),)]
