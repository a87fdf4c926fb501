"""What is held and who was seen moving, as the read model answers."""

import pytest

from monitor.base.statements import statement_files
from monitor.board.answers.counts_only import _STATEMENTS

USUAL = {"status": "counted", "baseline": 0, "observed_on": "2025-02-01", "known_until": None}


def moving(board, *moves):
    rows = [{"move": f"m{number}", **USUAL, **move} for number, move in enumerate(moves)]
    board.given("moves", *rows)
    return board.run("people_seen_moving", since="2025-02-01")[0][0]


def test_people_are_seen_moving_from_the_day_on_once_each(board):
    """The day itself belongs to it, the day before does not."""
    assert moving(board, {"person": "a"}, {"person": "a"}) == 1
    assert moving(board, {"person": "b", "observed_on": "2025-01-31"}) == 1
    assert moving(board, {"person": "c", "observed_on": "2025-02-02"}) == 2


def test_who_is_held_taken_back_or_of_a_first_look_is_not_seen_moving(board):
    """Only what counts is told."""
    moves: list[dict[str, object]] = [
        {"status": "held"},
        {"known_until": "2025-02-03"},
        {"baseline": 1},
    ]
    assert moving(board, *(move | {"person": f"p{n}"} for n, move in enumerate(moves))) == 0


def held(board, *holds):
    usual = {"source": "press", "observed_on": "2025-02-01", "kind": "small", "moved": 3}
    board.given("holds", *({**usual, **hold} for hold in holds))
    return [(row[2], row[3], row[1], row[7]) for row in board.run("undecided_holds")]


def test_a_hold_waits_while_a_move_of_it_is_held(board):
    """What was decided counts, or is gone: nobody has to decide it again."""
    pair = {"from_root": "a", "to_root": "b"}
    other = {"from_root": "c", "to_root": "d"}
    over = {"from_root": "e", "to_root": "f"}
    board.given("moves", {**pair, "move": "1", "status": "held"})
    board.given("moves", {**other, "move": "2", "status": "counted"})
    board.given("moves", {**over, "move": "3", "status": "held", "known_until": "2025-02-03"})
    assert held(board, pair, other, over) == [("a", "b", "2025-02-01", 3)]


def test_a_rename_and_a_second_employer_wait_without_a_held_move(board):
    """People go on under the name that was told."""
    renamed = {"from_root": "a", "to_root": "b", "kind": "renamed", "moved": 9}
    second = {"from_root": "c", "to_root": "d", "kind": "second"}
    merged = {"from_root": "e", "to_root": "f", "kind": "merger"}
    assert [row[:2] for row in held(board, second, renamed, merged)] == [("a", "b"), ("c", "d")]


def test_a_pair_waits_once_at_each_source_as_it_was_last_seen(board):
    """However often it was seen."""
    pair = {"from_root": "a", "to_root": "b", "kind": "renamed"}
    later = {**pair, "observed_on": "2025-03-01", "moved": 5}
    elsewhere = {**pair, "source": "other"}
    assert held(board, pair, later, elsewhere) == [
        ("a", "b", "2025-03-01", 5),
        ("a", "b", "2025-02-01", 3),
    ]


def test_holds_between_two_organisations_come_newest_first(board):
    """As whoever settles them has to know: with the day that all ends state, where there is one."""
    held(
        board,
        {"from_root": "a", "to_root": "b", "from_name": "A", "to_name": "B", "source": "early"},
        {"from_root": "a", "to_root": "b", "observed_on": "2025-03-01", "ended_on": "2025-02-20"},
        {"from_root": "a", "to_root": "b", "observed_on": "2025-03-01"},
        {"from_root": "b", "to_root": "a"},
        {"from_root": "a", "to_root": "c"},
    )
    rows = board.run("held_flows_between", origin="a", destination="b")
    assert rows == [
        ("2025-03-01", "2025-02-20", None, None),
        ("2025-03-01", None, None, None),
        ("2025-02-01", None, "A", "B"),
    ]


OF_DERIVED_TABLES = {"organization_name_changes", "unit_people"}
"""What `organizations` asks the derived tables alone."""


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name in _STATEMENTS.keys() - OF_DERIVED_TABLES
        if f"board_{name}" not in statement_files()
    ),
)
def test_a_statement_with_one_text_for_both_databases_is_understood_by_sqlite(board, name):
    """The views of the read model have the names of the derived tables."""
    assert board.run(name) == []
