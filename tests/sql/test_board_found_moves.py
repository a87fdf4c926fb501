"""The people behind a figure, and the figure: two statements of the read model with one filter."""

import json
from contextlib import closing
from typing import Any

import duckdb
import pytest
from move_filters import PEOPLE, PLACES_AND_DAYS


@pytest.fixture(autouse=True)
def moved(board):
    """Let Ada go from a part of a to a part of b in May, as is known since June."""
    believed(board)


def believed(board, **changes: Any) -> None:
    usual = {"status": "counted", "from_root": "a", "from_unit": "a/x", "to_root": "b"}
    usual |= {"to_unit": "b/y", "source": "s", "person": "s:p", "profile": "p", "name": "Ada"}
    usual |= {"from_side": json.dumps({"team": "Core"}), "to_side": json.dumps({"team": "Édge"})}
    usual |= {"from_team": "core", "to_team": "édge"}
    usual |= {"folded_name": "ada", "move": "m1", "known_from": "2020-06-01"}
    days = {"joined_earliest": "2020-05-01", "joined_latest": "2020-05-31"}
    board.given("moves", {**usual, **days, "observed_on": "2020-06-01", **changes})


def moves(board, **asked: Any) -> list[str]:
    return [row[0] for row in board.run("found_moves", **asked)]


SHARED = [
    *PLACES_AND_DAYS,
    ({"origins": ["a"], "destinations": ["b/y"]}, True),
    ({"origins": ["a"], "destinations": ["c"]}, False),
    ({"from_root": "a"}, True),
    ({"from_root": "a/x"}, False),
    ({"from_root": "-"}, False),
    ({"to_root": "b"}, True),
    ({"to_root": "b/y"}, False),
    ({"to_root": "-"}, False),
    ({"from_root": "a", "to_root": "b", "origins": ["a"], "destinations": ["b"]}, True),
    ({"from_root": "a", "to_root": "c"}, False),
    ({"from_root": "a", "origins": ["c"]}, False),
    ({"seen_since": "2020-06-01"}, True),
    ({"seen_since": "2020-06-02"}, False),
    ({"seen_until": "2020-06-01"}, True),
    ({"seen_until": "2020-05-31"}, False),
    ({"team": "core"}, True),
    ({"team": "éDGE"}, True),
    ({"team": "cor"}, False),
]


@pytest.mark.parametrize(("asked", "found"), SHARED)
def test_a_figure_and_the_people_behind_it_are_filtered_alike(board, asked, found):
    """An organisation is named by itself or by its part, on either side."""
    assert moves(board, **asked) == (["m1"] if found else [])
    flows = [row[:3] for row in board.run("found_flows", **asked)]
    assert flows == ([("a", "b", 1)] if found else [])
    if {"known_on", "since", "until", "seen_since", "seen_until"} >= asked.keys():
        assert [row[:3] for row in board.run("all_flows", **asked)] == flows


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"month": "2020-05"}, True),
        ({"month": "2020-04"}, False),
        ({"month": "2020-06"}, False),
        *PEOPLE,
        ({"status": "counted"}, True),
        ({"status": "held"}, False),
        ({"after_day": "2020-05-31", "after_move": "m2"}, True),
        ({"after_day": "2020-05-31", "after_move": "m1"}, False),
        ({"after_day": "2020-06-01", "after_move": "a"}, True),
    ],
)
def test_people_can_be_asked_for_more_closely(board, asked, found):
    """The month is that of the last day that a move may mean."""
    assert moves(board, **asked) == (["m1"] if found else [])


@pytest.mark.parametrize(
    ("asked", "found"),
    [("s:c", ["m2"]), ("s:q", ["m2"]), ("q", ["m2"]), ("t:q", []), ("s:p", ["m1"])],
)
def test_a_person_of_two_profiles_can_be_asked_for_by_either(board, asked, found):
    """The person has one key, and each profile has its own, with its source or without."""
    believed(board, move="m2", person="s:c", profile="q", name="Eve", folded_name="eve")
    assert moves(board, person=asked) == found


@pytest.mark.parametrize("side", ["from_root", "to_root"])
def test_a_side_that_nobody_knows_can_be_asked_for(board, side):
    """It has no name to ask by."""
    believed(board, move="m2", **{side: None})
    assert moves(board, **{side: "-"}) == ["m2"]
    assert len(board.run("found_flows", **{side: "-"})) == 1


@pytest.mark.parametrize(("day", "found"), [("2020-06-30", True), ("2020-07-01", False)])
def test_what_was_taken_back_was_believed_up_to_the_day_before(board, day, found):
    """Now it is not."""
    believed(board, move="m2", person="s:q", known_until="2020-07-01")
    assert ("m2" in moves(board, known_on=day)) is found
    assert moves(board) == ["m1"]
    (flow,) = board.run("found_flows", known_on=day)
    assert flow[2] == (2 if found else 1)


def test_moves_come_newest_first_and_one_that_two_profiles_tell_of_once(board):
    """A page ends after its rows."""
    believed(board, move="m2", joined_latest="2020-06-02")
    believed(board, move="m3", first_id="m2")
    believed(board, move="m4", status="false")
    believed(board, move="m5")
    assert moves(board) == ["m2", "m5", "m1"]
    assert moves(board, most=2) == ["m2", "m5"]


@pytest.mark.parametrize("name", ["found_flows", "all_flows"])
def test_flows_count_people_once_and_leave_out_what_is_held(board, name):
    """Whichever way they are found."""
    believed(board, move="m2")
    believed(board, person="s:q", to_root="c", to_unit="c")
    believed(board, person="s:r", to_root="c", to_unit="c")
    believed(board, person="s:t", to_root=None, to_unit=None)
    believed(board, person="s:u", status="held")
    flows = {row[:3] for row in board.run(name)}
    assert flows == {("a", "c", 2), ("a", "b", 1), ("a", None, 1)}


def test_a_page_of_moves_says_how_many_moves_and_people_there_are_on_all_pages(board):
    """Two moves of one person are one."""
    believed(board, move="m2")
    believed(board, move="m3", person="s:q")
    (row,) = board.run("found_moves", most=1, after_day="2020-05-31", after_move="m3")
    assert (row[0], row[-2:]) == ("m2", (3, 2))


@pytest.mark.parametrize("asked", [{}, {"from_root": "a"}, {"team": "core"}, {"person": "p"}])
def test_the_moves_of_all_pages_are_counted_up_to_a_number(board, asked):
    """A page of very many needs not count all of them; its rows come all the same."""
    believed(board, move="m2")
    believed(board, move="m3", person="s:q")
    rows = board.run("found_moves", counted=2, **asked)
    assert [row[0] for row in rows] == ["m3", "m2", "m1"]
    assert {row[-2] for row in rows} == {2}


def test_names_and_teams_of_every_script_are_found_in_any_letters(board):
    """The read model folds the text that is asked for as the derived tables folded theirs."""
    with closing(duckdb.connect()) as tables:
        for written in ("İnsan Kaynakları", "ΠΩΛΗΣΕΙΣ", "STRAẞE"):
            folded = tables.execute("SELECT lower(?)", [written]).fetchall()[0][0]
            believed(board, move=written, from_team=folded, folded_name=folded)
            assert moves(board, team=written) == [written]
            assert moves(board, person=written) == [written]


@pytest.mark.parametrize("way", [{}, {"from_root": "a"}, {"to_root": "b"}, {"team": "core"}])
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"known_on": "2020-05-31"}, []),
        ({"known_on": "2020-06-01"}, ["m1"]),
        ({"known_on": "2020-06-02"}, ["m2", "m1"]),
        ({"known_on": "2020-06-30"}, ["m2", "m1"]),
        ({"known_on": "2020-07-01"}, ["m1"]),
        ({"status": "counted"}, ["m1"]),
        ({"status": "held"}, []),
        ({"status": "held", "known_on": "2020-06-30"}, ["m2"]),
    ],
)
def test_day_and_status_mean_the_same_by_every_index(board, way, asked, found):
    """A move that names itself as its first is listed, too."""
    days = {"known_from": "2020-06-02", "known_until": "2020-07-01"}
    believed(board, move="m2", first_id="m2", status="held", **days)
    assert moves(board, **way, **asked) == found
