"""Profiles that vanished, and the only new ones that look like them."""

from collections.abc import Sequence
from typing import Any

import pytest


def rekeyed(sql, formers: Sequence[str] = (), latters: Sequence[str] = ()) -> Any:
    """Run the statement with the pairs of names that are two ways to write one."""
    return sql.run("rekeyed_profiles", source="s", formers=list(formers), latters=list(latters))


def vanished(sql, *profiles: str, gone: bool = True) -> None:
    """Let profiles vanish that show the history 1."""
    sql.given(
        "compared_profiles", *({"profile": profile, "vanished": gone} for profile in profiles)
    )
    sql.given("match_keys", *({"profile": profile, "digest": 1} for profile in profiles))


def fresh(sql, *profiles: str, kind: str = "history", before_on: str | None = None) -> None:
    """Let profiles come that show the history 1."""
    sql.given(
        "changed_profiles", *({"profile": profile, "before_on": before_on} for profile in profiles)
    )
    rows = ({"profile": profile, "kind": kind, "digest": 1} for profile in profiles)
    sql.given("shown_match_keys", *rows)


@pytest.mark.parametrize("kind", ["history", "short history", "page"])
def test_one_that_vanished_and_one_that_came_are_one(sql, kind):
    """Each kind of match key of a person's own tells it."""
    vanished(sql, "old")
    fresh(sql, "new", kind=kind)
    assert rekeyed(sql) == [(1,)]
    assert sql.read("rekeyed_profiles") == [("old", "new")]


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


def test_who_is_still_there_or_was_seen_before_is_not_rekeyed(sql):
    """A profile that only changed has vanished nowhere, and one seen before is not new."""
    vanished(sql, "there", gone=False)
    fresh(sql, "new")
    assert rekeyed(sql) == [(0,)]
    vanished(sql, "old")
    sql.given("changed_profiles", {"profile": "known", "before_on": "2019-01-01"})
    sql.given("shown_match_keys", {"profile": "known", "kind": "history", "digest": 1})
    assert rekeyed(sql) == [(1,)]


def test_a_stated_id_or_a_step_makes_no_rekeyed_profile(sql):
    """Others may state the id of somebody."""
    vanished(sql, "old")
    fresh(sql, "new", kind="stated")
    assert rekeyed(sql) == [(0,)]


def test_one_that_goes_on_with_a_history_is_the_same(sql):
    """Two that do leave it open, and an id that is written otherwise goes first."""
    continues(sql, "new")
    assert rekeyed(sql) == [(1,)]
    continues(sql, "other")
    assert rekeyed(sql) == [(0,)]
    sql.given("respelled_profiles", {"former": "old", "latter": "OLD"})
    assert rekeyed(sql) == [(1,)]
    assert sql.read("rekeyed_profiles") == [("old", "OLD")]


def continues(sql, latter: str, *, alike: bool = True) -> None:
    """Let a new profile state the stays of the one that vanished."""
    sql.given(
        "continuation_candidates", {"former": "old", "latter": latter, "is_named_alike": alike}
    )


def test_of_names_that_are_written_otherwise_python_says_which_are_one(sql):
    """A candidate under another name is none by itself."""
    continues(sql, "new", alike=False)
    assert rekeyed(sql) == [(0,)]
    assert rekeyed(sql, ["old"], ["new"]) == [(1,)]
    assert sql.read("rekeyed_profiles") == [("old", "new")]
