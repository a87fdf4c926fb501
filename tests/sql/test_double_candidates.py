"""Profiles at one address that show one move at one look."""

import pytest

DAY = "2025-02-01"
GREG = {"profile": "a", "name": "Greg Sample", "url": "https://www.example.org/~s/"}
GREGORY = {"profile": "b", "name": "Gregory Sample", "url": "http://example.org/~s"}
MOVE = {"from_root": "north", "to_root": "south", "known_from": DAY, "observed_on": DAY}


def found(sql, *moves) -> list[str]:
    """Return the profiles that are candidates, given what each shows."""
    sql.given("profile_moves", *({**MOVE, **move} for move in moves))
    names = [{key: move[key] for key in ("profile", "name", "url")} for move in moves]
    sql.given("profile_names", *names)
    return [row[2] for row in sql.run("double_candidates", source="s", since=DAY, day=DAY)]


def test_two_ways_of_writing_an_address_are_one(sql):
    """The scheme, www. and the slash at the end make no difference."""
    assert found(sql, GREG, GREGORY) == ["a", "b"]


def test_another_move_address_or_day_is_no_candidate(sql):
    """All three have to agree."""
    assert found(sql, GREG, GREGORY | {"to_root": "west"}) == []


def test_another_address_is_no_candidate(sql):
    """A page of one's own tells people apart."""
    assert found(sql, GREG, GREGORY | {"url": "http://example.org/~g"}) == []


def test_a_move_of_another_look_is_no_candidate(sql):
    """What was known before was shown at another look."""
    assert found(sql, GREG, GREGORY | {"observed_on": "2025-01-01"}) == []


def test_dated_moves_are_one_if_the_days_are(sql):
    """A stated day that differs is another move."""
    dated = {"stated": True, "left_earliest": "2025-01-01", "left_latest": "2025-01-31"}
    assert found(sql, GREG | dated, GREGORY | dated | {"left_latest": "2025-01-30"}) == []
    assert found(sql, GREG | dated | {"profile": "c"}) == ["a", "c"]


@pytest.mark.parametrize(("many", "are_found"), [(50, True), (51, False)])
def test_an_address_of_very_many_names_is_no_persons(sql, many, are_found):
    """Every profile of a source may state the front page of a site."""
    others = ({"profile": f"p{number}", "name": f"N{number}"} for number in range(many - 2))
    sql.given("profile_names", *(other | {"url": GREG["url"]} for other in others))
    assert (found(sql, GREG, GREGORY) == ["a", "b"]) is are_found


@pytest.mark.parametrize(("many", "are_found"), [(50, True), (51, False)])
def test_a_move_that_very_many_show_at_one_address_is_no_persons(sql, many, are_found):
    """They may all have one name."""
    alike = [GREG | {"profile": f"p{number:02}"} for number in range(many)]
    assert bool(found(sql, *alike)) is are_found
