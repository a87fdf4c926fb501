"""Organisations, their months, flows, teams and names as the read model answers."""

import json

import pytest


def test_the_flows_of_a_window_are_those_of_one_origin_or_destination_if_asked(board):
    """The strongest come first, and other windows stay away."""
    board.given(
        "flows",
        *(
            {"window_days": window, "from_root": one, "to_root": other, "people": people}
            for window, one, other, people in (
                *((90, "a", "b", 3), (90, "c", "b", 5), (90, "a", None, 3)),
                *((30, "a", "b", 1), (0, "a", "b", 9)),
            )
        ),
    )
    flows = lambda **asked: [row[:3] for row in board.run("window_flows", days=90, **asked)]  # noqa: E731
    assert flows(origin="a") == [("a", "b", 3), ("a", None, 3)]
    assert flows(destination="b") == [("c", "b", 5), ("a", "b", 3)]


def month(board, organization: str, month: str, people: int = 1, came: int = 0) -> None:
    figures = {"people": people, "at_most": people + 1, "came": came, "went": 2 * came}
    board.given("months", {"organization": organization, "month": f"{month}-01", **figures})


SUMMED = (
    *("organization", "people", "at_most", "people_a_quarter_before", "people_a_year_before"),
    *("came", "went", "trend"),
)


def organizations(board, name: str = "listed_organizations", **asked):
    """Ask for what is summed up of the months, once it is, as a publication does."""
    summed = board.run("summed_organizations")
    board.given("organizations", *(dict(zip(SUMMED, row, strict=True)) for row in summed))
    return board.run(name, **asked)


def test_an_organisation_has_its_newest_headcount_and_twelve_months_of_coming_and_going(board):
    """The month a year before the newest is what it is compared with, and no more of the twelve."""
    month(board, "a", "2018-12", people=7, came=100)
    month(board, "a", "2019-06", people=4, came=10)
    month(board, "a", "2019-07", people=5, came=3)
    month(board, "a", "2020-06", people=6, came=1)
    assert organizations(board) == [("a", 6, 7, 4, 4, 8, "7,4,5,6")]


@pytest.mark.parametrize(("first", "trend"), [("2018-07", "9,6"), ("2018-06", "6")])
def test_the_trend_is_of_two_years(board, first, trend):
    """Twenty-four months with the newest."""
    month(board, "a", first, people=9)
    month(board, "a", "2020-06", people=6)
    assert organizations(board)[0][-1] == trend


def test_the_largest_come_first_and_a_page_begins_after_one(board):
    """Of equals the first in the alphabet."""
    for one, people in (("a", 2), ("b", 3), ("c", 2)):
        month(board, one, "2020-06", people=people)
    listed = lambda **asked: [row[0] for row in board.run("listed_organizations", **asked)]  # noqa: E731
    assert [row[0] for row in organizations(board)] == ["b", "a", "c"]
    assert listed(most=1) == ["b"]
    assert listed(after="a", after_people=2) == ["c"]


@pytest.mark.parametrize(
    ("pattern", "found"), [("%one%", True), ("%née%", True), ("%ÉE%", False), ("on", False)]
)
def test_organisations_are_found_by_part_of_any_name(board, pattern, found):
    """The pattern is folded before it is asked for."""
    month(board, "a", "2020-06")
    board.given("units", {"unit": "a", "name": "Number One"})
    board.given("names", {"unit": "a", "organization": "NÉE Two"})
    assert bool(organizations(board, pattern=pattern)) is found


def test_months_are_those_of_one_organisation_in_order(board):
    """A chart goes from left to right."""
    month(board, "a", "2020-06", people=2)
    month(board, "a", "2020-05")
    month(board, "b", "2020-05")
    assert board.run("organization_months", organization="a") == [
        ("2020-05-01", 1, 2, 0, 0),
        ("2020-06-01", 2, 3, 0, 0),
    ]


def test_a_team_has_the_people_who_came_and_went(board):
    """Each once, by moves that count now."""
    usual = {"person": "p", "status": "counted", "from_root": "a", "to_root": "b"}
    usual |= {"from_side": json.dumps({"team": "X"}), "to_side": json.dumps({"team": None})}
    back = {"from_root": "b", "to_root": "a", "to_side": usual["from_side"], "from_side": None}
    board.given(
        "moves",
        *(usual | record for record in ({}, {}, {"person": "q"}, back)),
        *(
            usual | {"person": "r"} | record
            for record in ({"status": "held"}, {"known_until": "2020"})
        ),
    )
    assert board.run("organization_teams", organization="a") == [("X", 1, 2)]
    assert board.run("organization_teams", organization="b") == []


def test_names_are_those_of_an_organisation_and_its_parts(board):
    """With the part that each means."""
    board.given("names", *({"unit": unit, "organization": unit.upper()} for unit in "abc"))
    assert board.run("organization_names", units=["a", "b"]) == [("A", "a"), ("B", "b")]


@pytest.mark.parametrize(("before", "grew"), [("2020-03", 4), ("2020-02", 6), ("2020-04", 6)])
def test_what_grew_is_told_by_the_month_three_before_the_newest(board, before, grew):
    """An organisation of which that month has nobody grew from none."""
    month(board, "a", before, people=2)
    month(board, "a", "2020-06", people=6)
    ((_, people, people_before, trend),) = organizations(board, "grown_organizations", most=9)
    assert (people - people_before, trend) == (grew, "2,6")


def test_those_that_changed_most_come_first_and_those_that_stayed_are_left_out(board):
    """Whoever shrank by three changed more than one that grew by two."""
    for one, before, now in (("a", 2, 4), ("b", 5, 2), ("c", 3, 3), ("d", 1, 3)):
        month(board, one, "2020-03", people=before)
        month(board, one, "2020-06", people=now)
    grown = organizations(board, "grown_organizations", most=9)
    assert [row[0] for row in grown] == ["b", "a", "d"]
    assert len(board.run("grown_organizations", most=2)) == 2
