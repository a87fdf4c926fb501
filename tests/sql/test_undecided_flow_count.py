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
