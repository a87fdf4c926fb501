"""How many moves are counted by their days, in the derived tables and in the read model."""

from typing import Any

import pytest

DAYS = {"joined_earliest": "2024-03-01", "joined_latest": "2024-03-02"}
USUAL = {"status": "counted", "from_root": "a", "to_root": "b", "known_until": None, **DAYS}
CASES: list[tuple[dict[str, Any], int]] = [
    ({}, 1),
    ({"status": "held"}, 0),
    ({"known_until": "2024-09-01"}, 0),
    ({"from_root": None}, 0),
    ({"to_root": None}, 0),
]


@pytest.mark.parametrize(("changes", "counted"), CASES)
def test_moves_that_rules_count_are_counted_by_their_days(sql, changes, counted):
    """As believed now, with both sides known."""
    sql.given("moves", {**USUAL, **changes}, {**USUAL, "joined_latest": "2024-03-05"})
    rows = sql.run("dated_move_counts")
    assert rows == [
        *([("2024-03-01", "2024-03-02", 1)] * counted),
        ("2024-03-01", "2024-03-05", 1),
    ]


@pytest.mark.parametrize(("changes", "counted"), CASES)
def test_the_read_model_counts_them_alike(board, changes, counted):
    """So that `status` answers while a run works."""
    other = {**USUAL, "joined_latest": "2024-03-05"}
    rows = [{**USUAL, **changes}, other]
    board.given("moves", *({"move": f"m{number}", **row} for number, row in enumerate(rows)))
    assert [tuple(row) for row in board.run("dated_move_counts")] == [
        *([("2024-03-01", "2024-03-02", 1)] * counted),
        ("2024-03-01", "2024-03-05", 1),
    ]
