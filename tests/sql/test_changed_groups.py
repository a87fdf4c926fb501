"""The groups of which something new became known, and on which days."""

from typing import Any

import pytest

HORIZON = "2020-06-01"


def ask(sql, **changes: Any) -> None:
    """Ask a rule with one group, which is evaluated from 1 May on."""
    sql.given("conditions", {"rule": "r", "condition": 1, "since": "2020-05-01", **changes})
    sql.given("queries", {"query": 1, "rule": "r", "condition": 1, "role": "count"})
    sql.given("query_groups", {"query_group": 5, "query": 1, "grouping": "g"})


def changed(sql) -> list[Any]:
    sql.run("changed_groups", horizon=HORIZON)
    return [day for (day,) in sql.read("changed_groups", "known_on")]


@pytest.mark.parametrize("presence", [False, True])
@pytest.mark.parametrize(
    ("known_from", "known_until", "days"),
    [
        ("2020-04-30", None, []),
        ("2020-05-01", None, ["2020-05-01"]),
        ("2020-06-01", None, ["2020-06-01"]),
        ("2020-06-02", None, []),
        ("2020-01-01", "2020-04-30", []),
        ("2020-01-01", "2020-05-01", ["2020-05-01"]),
        ("2020-01-01", "2020-06-01", ["2020-06-01"]),
        ("2020-01-01", "2020-06-02", []),
    ],
)
def test_a_group_changed_where_a_belief_begins_or_ends(
    sql, known_from, known_until, days, presence
):
    """From the first day to evaluate up to the horizon, both included."""
    ask(sql)
    table, key = ("presences", "entry") if presence else ("moves", "version")
    sql.given(table, {key: 7, "known_from": known_from, "known_until": known_until})
    sql.given("matching_entries", {"entry": 7, "is_presence": presence, "query_group": 5})
    assert changed(sql) == days


@pytest.mark.parametrize(("day", "count"), [("2020-04-30", 0), ("2020-05-01", 1)])
def test_a_pair_of_units_changes_its_groups_from_the_rules_first_day_on(sql, day, count):
    """Another rule may be evaluated from an earlier day on."""
    ask(sql)
    sql.given("matching_unit_pairs", {"unit_pair": 3, "query_group": 5})
    sql.given("unit_pair_changes", {"unit_pair": 3, "known_on": day})
    assert len(changed(sql)) == count


@pytest.mark.parametrize(
    ("since", "kept", "due", "count"),
    [
        ("0001-01-01", False, False, 0),
        ("0001-01-02", False, False, 1),
        ("0001-01-02", True, False, 0),
        ("0001-01-02", True, True, 1),
    ],
)
def test_a_rule_in_which_time_alone_may_bring_something_is_looked_at_on_its_first_day(
    sql, since, kept, due, count
):
    """Not where it is evaluated from the beginning, nor where the counts know of no opening."""
    ask(sql, restless=True, since=since, kept=kept)
    if due:
        sql.given("due_groups", {"rule": "r", "grouping": "g"})
    assert len(changed(sql)) == count


@pytest.mark.parametrize(
    ("slots", "base", "found"),
    [([1], "g1", True), ([2], "g2", True), ([1, 2], "g1\x1fg2", True), ([1], "g2", False)],
)
def test_a_base_is_that_of_the_values_it_has_in_common_with_a_group(sql, slots, base, found):
    """A rule of two values may be held against the stock of one of them."""
    sql.given("conditions", {"rule": "r", "condition": 1, "base_slots": slots})
    for query, role, grouping in ((1, "count", "g1\x1fg2"), (2, "base", base)):
        sql.given("queries", {"query": query, "rule": "r", "condition": 1, "role": role})
        sql.given("query_groups", {"query_group": query, "query": query, "grouping": grouping})
    sql.run("changed_groups", horizon=HORIZON)
    roles = [role for (role,) in sql.read("group_queries", "role")]
    assert roles == (["base", "count"] if found else ["count"])
