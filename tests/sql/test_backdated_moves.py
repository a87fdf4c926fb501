"""The undated moves of a day that shows a backlog may have been at any time before."""

import pytest

DAY = "2020-06-01"
UNDATED = {
    "move": "m",
    "before_on": "2020-05-01",
    **{f"{what}_earliest": "2020-05-02" for what in ("left", "joined")},
    **{f"{what}_latest": DAY for what in ("left", "joined")},
}


@pytest.mark.parametrize(
    ("changes", "earliest"),
    [
        ({}, "2020-04-22"),
        ({"known_move": "before"}, "2020-05-02"),
        ({"stated": True}, "2020-05-02"),
        ({"open_start": True}, "2020-05-02"),
        ({"before_on": None}, "2020-05-02"),
        ({"left_latest": "2020-05-31"}, "2020-05-02"),
        ({"joined_latest": "2020-05-31"}, "2020-05-02"),
    ],
)
def test_only_what_the_day_itself_shows_first_and_without_a_date_is_dated_back(
    sql, changes, earliest
):
    """A move that was believed before, that has a date or that is back already stays."""
    row = {**UNDATED, **changes}
    sql.given("new_move_versions", {key: row[key] for key in row if key != "move"})
    sql.run("backdated_moves", lag=10, day=DAY)
    assert sql.read("new_move_versions", "left_earliest, joined_earliest") == [(earliest, earliest)]
