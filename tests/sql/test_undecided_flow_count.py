"""How many pairs of organisations wait for a decision."""

import pytest


@pytest.mark.parametrize(
    ("kind", "status", "until", "waits"),
    [
        ("renamed", "counted", None, 1),
        ("second", "counted", None, 1),
        ("merged", "held", None, 1),
        ("merged", "counted", None, 0),
        ("merged", "held", "2020-02-01", 0),
    ],
)
def test_a_pair_waits_while_its_name_or_its_moves_are_held(sql, kind, status, until, waits):
    """A renamed name and a second employer wait without a move; a pair counts once."""
    pair = {"from_root": "a", "to_root": "b"}
    sql.given("holds", {**pair, "kind": kind}, {**pair, "kind": kind, "observed_on": "2020-02-01"})
    sql.given(
        "moves",
        {**pair, "status": status, "known_until": until},
        {"from_root": "c", "to_root": "d", "status": "held"},
    )
    assert sql.run("undecided_flow_count") == [(waits,)]


@pytest.mark.parametrize(
    ("kind", "reason", "status", "waits"),
    [
        ("pasted", "one history", "held", 1),
        ("pasted", "one history", "counted", 0),
        ("pasted", "another history", "held", 0),
        ("merged", "one history", "held", 0),
    ],
)
def test_a_pasted_history_waits_while_any_move_is_held_by_it(sql, kind, reason, status, waits):
    """What it took the place of is left to nowhere, so that no move is between the pair."""
    sql.given("holds", {"from_root": "a", "to_root": "b", "kind": kind, "reason": "one history"})
    sql.given("moves", {"from_root": "b", "to_root": "c", "status": status, "reason": reason})
    assert sql.run("undecided_flow_count") == [(waits,)]
