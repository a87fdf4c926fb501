"""Which pairs of organisations wait for a decision, as they were last seen."""

import pytest


@pytest.mark.parametrize(
    ("kind", "status", "until", "waits"),
    [
        ("renamed", "counted", None, True),
        ("second", "counted", None, True),
        ("merged", "held", None, True),
        ("merged", "counted", None, False),
        ("merged", "held", "2020-02-01", False),
    ],
)
def test_a_pair_waits_while_its_name_or_its_moves_are_held(sql, kind, status, until, waits):
    """A renamed name and a second employer wait without a move; the newest look is shown."""
    pair = {"source": "s", "from_root": "a", "to_root": "b", "kind": kind}
    sql.given("holds", {**pair, "moved": 9}, {**pair, "moved": 3, "observed_on": "2020-02-01"})
    sql.given("moves", {**pair_of(pair), "status": status, "known_until": until})
    rows = [(str(row[1]), *row[2:4], row[7]) for row in sql.run("undecided_holds")]
    assert rows == ([("2020-02-01", "a", "b", 3)] if waits else [])


@pytest.mark.parametrize(("reason", "waits"), [("pasted", 1), ("other", 0)])
def test_a_pasted_history_waits_while_moves_are_held_by_it(sql, reason, waits):
    """Its moves are between others, too."""
    sql.given("holds", {"from_root": "a", "to_root": "b", "kind": "pasted", "reason": "pasted"})
    sql.given("moves", {"from_root": "a", "to_root": "c", "status": "held", "reason": reason})
    assert len(sql.run("undecided_holds")) == waits


def pair_of(hold):
    """Return the two organisations of a hold."""
    return {side: hold[side] for side in ("from_root", "to_root")}
