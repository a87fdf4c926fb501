"""Which match keys of a profile begin at a look, and which end there."""

from typing import Any

import pytest

NOW = "2020-06-01"
KEY = {"profile": "p", "kind": "stated", "match_key": "k", "digest": 7, "name": "Ada"}


def shown(sql, *keys) -> list[tuple[Any, ...]]:
    sql.given("changed_profiles", {"profile": "p", "day": NOW})
    sql.given("shown_match_keys", *({**KEY, **key} for key in keys))
    sql.run("store_match_keys", source="s")
    kept: list[tuple[Any, ...]] = sql.read("match_keys", "match_key, known_from, known_until")
    return kept


def test_a_key_that_is_shown_for_the_first_time_begins_on_the_day_of_the_look(sql):
    """Only those of profiles that changed are read."""
    assert shown(sql, {}, {"profile": "q"}) == [("k", NOW, None)]


def test_a_key_that_is_shown_again_stays_as_it_is(sql):
    """It is no second row."""
    sql.given("match_keys", KEY)
    assert shown(sql, {}) == [("k", "2020-01-01", None)]


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({}, True),
        ({"profile": "q"}, False),
        ({"source": "t"}, False),
        ({"kind": "double"}, False),
    ],
)
def test_a_stated_key_that_is_shown_no_more_ends(sql, changes, ends):
    """Not those of other profiles and sources, nor those that were found and not stated."""
    sql.given("match_keys", {**KEY, **changes})
    assert shown(sql) == [("k", "2020-01-01", NOW if ends else None)]


@pytest.mark.parametrize("changes", [{"match_key": "l", "digest": 8}, {"name": "Bea", "digest": 8}])
def test_a_key_of_another_name_is_another_key(sql, changes):
    """The former one ends, the latter one begins."""
    sql.given("match_keys", KEY)
    found = [row[1:] for row in shown(sql, changes)]
    assert found == [("2020-01-01", NOW), (NOW, None)]


def test_a_key_that_ended_begins_anew(sql):
    """The row of before stays as it was."""
    sql.given("match_keys", {**KEY, "known_until": "2020-02-01"})
    assert shown(sql, {}) == [("k", "2020-01-01", "2020-02-01"), ("k", NOW, None)]
