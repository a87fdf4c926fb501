"""The counts of groups as they are published: of rules whose counts are whole, with their peaks."""

import json

import pytest

STEPS = [
    {"day": "2020-01-01", "certain": 1, "possible": 3, "back": 0},
    {"day": "2020-02-01", "certain": 2, "possible": 2, "back": 1},
]


def _given(sql) -> None:
    sql.given("counted_rules", {"rule": "r", "version": "v"})
    row = {"grouping": "a", "known_on": "2020-02-01", "steps": STEPS}
    low = [{**STEPS[0], "certain": 0, "possible": 1}]
    sql.given("rule_counts", {"rule": "r", **row}, {"rule": "begun", **row})
    sql.given("rule_counts", {"rule": "r", **row, "grouping": "b", "steps": low})
    sql.given("rule_counts", {"rule": "r", **row, "grouping": "c", "steps": []})


@pytest.mark.slow
def test_a_group_is_published_with_its_highest_counts_and_all_of_its_steps(sql):
    """Not of a rule whose counts are whole no longer."""
    _given(sql)
    rows = sql.run("published_counts")
    assert [row[1:6] for row in sorted(rows, key=lambda row: row[2])] == [
        ("r", "a", "2020-02-01", 2, 3),
        ("r", "b", "2020-02-01", 0, 1),
        ("r", "c", "2020-02-01", 0, 0),
    ]
    assert json.loads(next(row[6] for row in rows if row[2] == "a")) == STEPS


@pytest.mark.slow
def test_the_groups_of_a_rule_are_listed_with_the_highest_counts_first(sql):
    """By those who count certainly, or at most; one group by itself, or so many."""
    _given(sql)

    def listed(grouping=None, *, sure=True, most=9):
        asked = {"rule": "r", "grouping": grouping, "sure": sure, "most": most}
        return [row[0] for row in sql.run("listed_counts", **asked)]

    assert listed() == ["a", "b", "c"]
    assert listed(most=1) == ["a"]
    assert listed("b") == ["b"]
    assert listed("none") == []
    assert listed(sure=False) == ["a", "b", "c"]
