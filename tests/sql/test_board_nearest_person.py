"""The person that is nearest to a misspelt one, as the read model finds it."""

import pytest


def person(board, profile: str, name: str) -> None:
    folded = {"folded_profile": profile.lower(), "folded_key": f"s:{profile}".lower()}
    row = {"source": "s", "profile": profile, "name": name, "folded_name": name.lower(), **folded}
    board.given("people", row)


@pytest.mark.parametrize("asked", ["P1", "s:p1", "ADA LONG"])
def test_one_that_is_there_is_equal_to_itself(board, asked):
    """By its id, with or without its source, or by its name, however large the letters are."""
    person(board, "p1", "Ada Long")
    assert board.run("nearest_person", person=asked) == [(asked, 1)]


@pytest.mark.parametrize(
    ("asked", "found"), [("Ada L", True), ("Ada ", False), ("Bda Long", False)]
)
def test_only_who_begins_alike_and_is_about_as_long_is_near(board, asked, found):
    """Three letters more or less are few enough."""
    person(board, "p1", "Ada Long")
    assert [row[0] for row in board.run("nearest_person", person=asked)] == ["Ada Long"] * found


@pytest.mark.parametrize("others", ["zz", None])
@pytest.mark.parametrize(("there", "is_near"), [("b", True), ("bc", True), ("a", False)])
def test_an_id_and_a_name_are_each_near_what_begins_alike(board, there, is_near, others):
    """One letter is enough."""
    person(board, others or there, there if others else "zz")
    found = [row[0] for row in board.run("nearest_person", person="ba")]
    assert found == [there] * is_near


def test_of_several_the_nearest_is_told(board):
    """By the letters that are in their places."""
    person(board, "p1", "Ada Long")
    person(board, "p2", "Ada Lane")
    assert board.run("nearest_person", person="Ada Lonk")[0][0] == "Ada Long"
