"""What rules are held against: pairs of units, and the days on which something of them changed."""

import pytest


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
def test_a_pair_changed_where_a_belief_begins_or_ends(sql, known_from, known_until, days, presence):
    """From the first day to evaluate up to the horizon, both included."""
    sql.given("conditions", {"rule": "r", "condition": 1, "since": "2020-05-01"})
    table, key = ("presences", "entry") if presence else ("moves", "version")
    sql.given(table, {key: 7, "known_from": known_from, "known_until": known_until})
    sql.run("whole_scope")
    sql.run("unit_pairs", horizon="2020-06-01")
    assert [day for (day,) in sql.read("unit_pair_changes", "known_on")] == days


@pytest.mark.parametrize(
    ("roots", "keys"),
    [
        (
            {"from_root": "ar", "to_root": "br"},
            [(a, b) for a in ("", "*", "a") for b in ("", "*", "b")],
        ),
        ({"from_root": None, "to_root": "br"}, [("", ""), ("", "*"), ("", "b")]),
        ({"from_root": "ar", "to_root": None}, [("", ""), ("*", ""), ("a", "")]),
    ],
)
def test_a_side_is_met_by_its_unit_by_any_known_one_and_by_anything(sql, roots, keys):
    """An unknown side is met by anything alone."""
    sql.given("sides", {"side": 1, "unit": "a"}, {"side": 2, "unit": "b"})
    sql.given("moves", {"version": 7, "from_side": 1, "to_side": 2, **roots})
    sql.run("whole_scope")
    sql.run("unit_pairs", horizon="2020-06-01")
    assert sql.read("unit_pairs", "from_key, to_key") == keys
