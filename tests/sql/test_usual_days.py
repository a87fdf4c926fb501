"""The moves that an expectation counts, as known on a day, and whom of them it counts again."""

from typing import Any

import pytest

DAY = "2024-06-01"


def ask(sql, dated: str = "joined") -> None:
    """Ask for all groups of one rule with a window of 90 days."""
    sql.run("usual_tables")
    sql.given("usual_keys", {"rule": "r", "grouping": "a"})
    sql.given("queries", {"query": 1, "rule": "r", "dated": dated, "window_days": 90})
    sql.given("query_groups", {"query_group": 5, "query": 1, "grouping": "a"})


def move(
    sql, entry: int, on: str, *, person: int = 1, single: bool = False, **changes: Any
) -> None:
    """Let somebody move; `fits` says in which days each side has the name that is asked for."""
    fits = changes.pop("fits", {})
    kind, key = ("matching_entries", "entry") if single else ("matching_unit_pairs", "unit_pair")
    sql.given(kind, {key: entry, "query": 1, "query_group": 5, **fits})
    days = {f"{side}_{end}": on for side in ("left", "joined") for end in ("earliest", "latest")}
    days |= {"observed_on": changes.pop("observed_on", "2024-05-01")}
    days |= changes.pop("days", {})
    sql.given("move_entries", {"entry": entry, "unit_pair": entry, "person": person, **days})
    sql.given("moves", {"version": entry, "status": "counted", **days, **changes})


def counted(sql, *, every: bool = True) -> list[tuple[Any, ...]]:
    sql.run("usual_days", day=DAY, every=every)
    found: list[tuple[Any, ...]] = sql.read("usual_days", "latest, again_since, people")
    return found


@pytest.mark.parametrize(
    ("grouping", "every", "counts"), [("a", False, 1), ("b", False, 0), ("b", True, 1)]
)
def test_the_groups_that_are_asked_for_are_counted_or_every_one(sql, grouping, every, counts):
    """All groups of a rule teach what is usual; a day asks for a few."""
    sql.run("usual_tables")
    sql.given("usual_keys", {"rule": "r", "grouping": "a"})
    sql.given("queries", {"query": 1, "rule": "r", "dated": "joined", "window_days": 90})
    sql.given("query_groups", {"query_group": 5, "query": 1, "grouping": grouping})
    move(sql, 1, "2024-03-01")
    assert len(counted(sql, every=every)) == counts


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, 1),
        ({"status": "held"}, 0),
        ({"known_from": DAY}, 1),
        ({"known_from": "2024-06-02"}, 0),
        ({"known_until": DAY}, 0),
        ({"known_until": "2024-06-02"}, 1),
        ({"fits": {"from_starts": "2024-03-01"}}, 1),
        ({"fits": {"from_starts": "2024-03-02"}}, 0),
        ({"fits": {"from_ends": "2024-03-02"}}, 1),
        ({"fits": {"from_ends": "2024-03-01"}}, 0),
        ({"fits": {"to_starts": "2024-03-01"}}, 1),
        ({"fits": {"to_starts": "2024-03-02"}}, 0),
        ({"fits": {"to_ends": "2024-03-02"}}, 1),
        ({"fits": {"to_ends": "2024-03-01"}}, 0),
    ],
)
def test_a_move_counts_as_rules_count_it_and_as_known_on_the_day(sql, single, changes, counts):
    """Counted, known by then and not otherwise, while the sides have the names asked for."""
    ask(sql)
    move(sql, 1, "2024-03-01", single=single, **changes)
    assert len(counted(sql)) == counts


@pytest.mark.parametrize(
    ("dated", "latest"),
    [("joined", "2024-03-09"), ("left", "2024-03-01"), ("observed", "2024-05-01")],
)
def test_moves_have_the_day_that_the_rule_dates_them_by(sql, dated, latest):
    """Joining, leaving, or the observation."""
    ask(sql, dated)
    days = {"joined_earliest": "2024-03-09", "joined_latest": "2024-03-09"}
    move(sql, 1, "2024-03-01", days=days)
    assert counted(sql) == [(latest, None, 1)]


@pytest.mark.parametrize(
    ("earliest", "latest", "before_on", "dated"),
    [
        ("2024-04-02", "2024-05-01", "2024-04-01", False),
        ("2024-04-01", "2024-05-01", "2024-04-01", True),
        ("2024-04-03", "2024-05-01", "2024-04-01", True),
        ("2024-04-02", "2024-04-30", "2024-04-01", True),
        ("2024-04-02", "2024-05-01", None, True),
    ],
)
def test_what_lies_between_two_looks_has_no_date_of_its_own(
    sql, earliest, latest, before_on, dated
):
    """Just the days after one look up to the next: such a move is never late."""
    ask(sql)
    days = {"joined_earliest": earliest, "joined_latest": latest}
    move(sql, 1, "2024-04-20", days=days, before_on=before_on)
    counted(sql)
    assert sql.read("usual_days", "dated") == [(dated,)]


def test_people_who_moved_on_equal_days_are_added_up(sql):
    """Of one source; nobody of them moved before."""
    ask(sql)
    for number in range(3):
        move(sql, number, "2024-03-01", person=number)
    assert counted(sql) == [("2024-03-01", None, 3)]


def test_a_person_s_second_move_names_the_last_one_before(sql):
    """The latest beginning of all before it says whether one of them is in a window."""
    ask(sql)
    move(sql, 1, "2024-01-05")
    days = {"joined_earliest": "2024-01-01", "joined_latest": "2024-01-31"}
    move(sql, 2, "2024-01-10", days=days)
    move(sql, 3, "2024-03-01")
    move(sql, 4, "2024-03-01", person=2)
    assert counted(sql) == [
        ("2024-01-05", None, 1),
        ("2024-01-31", "2024-01-05", 1),
        ("2024-03-01", "2024-01-05", 1),
        ("2024-03-01", None, 1),
    ]
