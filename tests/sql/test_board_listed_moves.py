"""Moves within filters, as the read model answers: `test_listed_moves.py` has all filters."""

import pytest

USUAL = {"source": "s", "profile": "p", "known_from": "2020-06-01", "observed_on": "2020-06-01"}


def listed(board, **asked):
    return [(row[0], row[17]) for row in board.run("listed_moves", **asked)]


@pytest.mark.parametrize("retracted", [False, True])
def test_of_moves_that_are_held_those_are_listed_that_are_so_now(board, retracted):
    """Neither what counts since, nor what is believed no longer."""
    former = {**USUAL, "status": "held", "known_until": "2020-07-01"}
    board.given("moves", {**USUAL, "move": "a", "status": "held"})
    board.given("moves", {**former, "move": "b"})
    board.given("moves", {**USUAL, "move": "b", "status": "counted", "known_from": "2020-07-01"})
    board.given("moves", {**former, "move": "c"}, {**USUAL, "move": "d", "status": "counted"})
    assert listed(board, held=True, retracted=retracted) == [("a", "held")]
    then = [(move, "held") for move in "abc"]
    assert listed(board, held=True, retracted=retracted, known_on="2020-06-30") == then
