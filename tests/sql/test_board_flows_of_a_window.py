"""The flows of a window as pages list them, sum them up, and lay them out."""

import pytest


@pytest.fixture(autouse=True)
def flows(board):
    """Give five flows of 90 days, two with a side that nobody knows, and one of another window."""
    rows = [
        *((90, "a", "b", 3), (90, "c", "b", 5), (90, "a", None, 3), (90, None, "b", 2)),
        *((90, "a", "c", 1), (30, "a", "b", 7)),
    ]
    names = ("window_days", "from_root", "to_root", "people")
    board.given("flows", *(dict(zip(names, row, strict=True)) for row in rows))


ORDERED = [("c", "b", 5), ("a", "b", 3), ("a", None, 3), (None, "b", 2), ("a", "c", 1)]


@pytest.mark.parametrize(("least", "rows"), [(None, 5), (1, 5), (2, 4), (3, 3), (4, 1)])
def test_the_strongest_come_first_and_those_of_too_few_people_not_at_all(board, least, rows):
    """Of equals, a side that nobody knows comes last."""
    found = board.run("strongest_flows", days=90, least=least)
    assert [row[:3] for row in found] == ORDERED[:rows]


def test_a_page_begins_after_any_pair(board):
    """Each flow is on one of the pages."""
    for place, (origin, destination, people) in enumerate(ORDERED):
        after = {"after_people": people, "after_from": origin, "after_to": destination}
        found = board.run("strongest_flows", days=90, most=2, **after)
        assert [row[:3] for row in found] == ORDERED[place + 1 : place + 3]


def test_the_sides_of_flows_add_up(board):
    """What comes from where nobody knows, or goes there, stands by itself."""
    assert set(board.run("flow_sides", days=90)) == {
        ("from", "a", 4, 2, 3, 0),
        ("from", "c", 5, 1, 5, 0),
        ("from", None, 2, 1, 2, 0),
        ("to", "b", 8, 2, 5, 0),
        ("to", "c", 1, 1, 1, 0),
        ("to", None, 3, 1, 3, 0),
    }


@pytest.mark.parametrize(("least", "left_out"), [(1, 0), (2, 1), (3, 2), (4, 4), (6, 5)])
def test_the_sides_leave_out_what_counts_too_few_and_say_how_many_flows(board, least, left_out):
    """Each of them once."""
    rows = board.run("flow_sides", days=90, least=least)
    assert sum(row[-1] for row in rows) == left_out
    shown = {side: sum(row[2] for row in rows if row[:2] == (side, "b")) for side in ("from", "to")}
    assert shown == {"from": 0, "to": sum(people for people in (3, 5) if people >= least)}


@pytest.mark.parametrize(("least", "cells"), [(3, {("a", "b", 3)}), (4, set())])
def test_the_cells_are_those_of_named_sides(board, least, cells):
    """Both sides have to be."""
    named = {"origins": ["a", "x"], "destinations": ["b"]}
    assert set(board.run("flow_cells", days=90, least=least, **named)) == cells
