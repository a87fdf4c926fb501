"""The places whose people groups of a rule leave or join."""

from typing import Any

import pytest

from monitor.unusual.panels import JOINED, LEFT, PANEL


def test_one_move_stands_for_all_of_a_place(sql):
    """The first of each side that is known, by its organisation of then; no tenure is needed."""
    for version, sides in enumerate(
        [(1, "a", 2, "b"), (1, "a", 3, "c"), (1, "z", 3, "c"), (None, None, 3, "c")]
    ):
        names = ("from_side", "from_root", "to_side", "to_root")
        sql.given("moves", {"version": version, **dict(zip(names, sides, strict=True))})
    sql.given("tenures", {"root": "a"})
    sql.run("usual_scope")
    assert sql.read("moves_in_scope") == [(0,), (1,), (2,)]
    assert sql.read("tenures_in_scope") == []


def matched(sql, rule: str, *, single: bool = False, **fits: Any) -> None:
    """Let a move from the place 1 to the place 2 fit a side of a rule."""
    kind, key = ("matching_entries", "entry") if single else ("matching_unit_pairs", "unit_pair")
    sql.given("queries", {"query": 1, "rule": rule})
    sql.given("query_groups", {"query_group": 5, "query": 1, "grouping": "a"})
    sql.given(kind, {key: 9, "query": 1, "query_group": 5, **fits})
    sql.given("move_entries", {"entry": 9, "unit_pair": 9})
    sides = {"from_side": 1, "from_root": "a", "to_side": 2, "to_root": "b"}
    sql.given("moves", {"version": 9, **sides})


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize(
    ("rule", "place"), [("r:left", (5, 1, "a")), ("r:joined", (5, 2, "b")), ("r:panel", None)]
)
def test_a_group_of_one_side_has_the_places_of_that_side(sql, single, rule, place):
    """Whatever is on the other one."""
    matched(sql, rule, single=single)
    sql.run("usual_places", of_left=LEFT, of_joined=JOINED)
    assert sql.read("usual_places", "key, side, root") == ([place] if place else [])
    assert sql.read("usual_keys") == ([(5, "r", rule == "r:left", "a")] if place else [])


def test_a_place_is_of_a_group_while_its_organisation_has_the_name(sql):
    """The day on which it has another is none of its days."""
    days: dict[str, Any] = {
        "from_starts": "2024-01-01",
        "from_ends": "2024-02-01",
        "to_starts": "2023-01-01",
    }
    matched(sql, "r:left", **days)
    sql.run("usual_places", of_left=LEFT, of_joined=JOINED)
    assert sql.read("usual_places", "first_day, last_day") == [("2024-01-01", "2024-01-31")]


def test_a_place_without_a_name_is_of_no_group(sql):
    """The other side alone is known."""
    matched(sql, "r:left")
    sql.given("move_entries", {"entry": 8, "unit_pair": 9})
    sql.given("moves", {"version": 8, "to_side": 2, "to_root": "b"})
    sql.run("usual_places", of_left=LEFT, of_joined=JOINED)
    assert sql.read("usual_places", "side, is_one_of_many") == [(1, False)]


@pytest.mark.parametrize(("rule", "many"), [("r:left", True), ("q:left", False)])
def test_a_place_of_several_groups_of_a_rule_is_marked(sql, rule, many):
    """Those of another rule are others."""
    matched(sql, "r:left")
    sql.given("queries", {"query": 2, "rule": rule})
    sql.given("query_groups", {"query_group": 6, "query": 2, "grouping": "c"})
    sql.given("matching_entries", {"entry": 9, "query": 2, "query_group": 6})
    sql.run("usual_places", of_left=LEFT, of_joined=JOINED)
    assert sql.read("usual_places", "key, is_one_of_many") == [(5, many), (6, many)]


def test_presences_choose_no_move(sql):
    """Only moves do."""
    sql.given("queries", {"query": 1, "rule": "r:panel"})
    sql.given(
        "matching_entries", {"query": 1, "entry": 4}, {"query": 1, "entry": 5, "is_presence": True}
    )
    sql.run("usual_macros")
    sql.run("usual_chosen", of_panel=PANEL)
    assert sql.read("usual_chosen") == [("r", 4)]
