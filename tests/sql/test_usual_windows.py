"""People of windows and of blocks of their length, counted from the days on which they moved."""

from datetime import date
from typing import Any

import pytest

from monitor.unusual.fits import fill_ends, shares_known
from monitor.unusual.nowcasts.delays import Delays

EPOCH = "1970-01-01"


def given(sql, *rows: dict[str, Any], rule: str = "r", grouping: str = "") -> None:
    """Let people of one group move in a rule with windows of ten days."""
    sql.run("usual_tables")
    sql.given(
        "usual_groups", {"query_group": 5, "rule": rule, "grouping": grouping, "window_days": 10}
    )
    for row in rows:
        on = row.pop("on", None)
        days = {"earliest": on, "latest": on} if on else {}
        sql.given("usual_days", {"query_group": 5, "people": 1, "dated": True, **days, **row})


@pytest.mark.parametrize("statement", ["usual_windows", "usual_ages", "usual_past"])
@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ({"on": "2024-01-20"}, 1),
        ({"on": "2024-01-21"}, 0),
        ({"on": "2024-01-11"}, 1),
        ({"on": "2024-01-10"}, 0),
        ({"earliest": "2024-01-10", "latest": "2024-01-20"}, 0),
        ({"on": "2024-01-20", "again_since": "2024-01-11"}, 0),
        ({"on": "2024-01-20", "again_since": "2024-01-10"}, 1),
        ({"on": "2024-01-20", "people": 7}, 7),
    ],
)
def test_who_certainly_moved_in_the_window_counts_once(sql, statement, row, counts):
    """The ten days up to the last one; of two moves of one person in it the first."""
    given(sql, dict(row))
    sql.given("usual_ends", {"rule": "r", "grouping": "", "ends_on": "2024-01-20"})
    if statement == "usual_past":
        sql.run(statement, first=0, last=0, ends="2024-01-20")
        found = sql.read("usual_now", "people")
    else:
        found = [(row[-1],) for row in sql.run(statement)]
    assert found == ([(counts,)] if counts else [])


@pytest.mark.parametrize(("grouping", "counts"), [("", 1), ("a", 0)])
def test_the_ages_of_moves_are_those_of_the_whole_panel(sql, grouping, counts):
    """What is known of a window is asked of all its people."""
    given(sql, {"on": "2024-01-20"}, grouping=grouping)
    sql.given("usual_ends", {"rule": "r", "grouping": grouping, "ends_on": "2024-01-20"})
    assert len(sql.run("usual_ages")) == counts
    assert len(sql.run("usual_windows")) == 1


def test_the_shares_of_all_panels_are_asked_together_each_by_its_own_delays(sql):
    """A rule without groups counts its own people beside its panel; of nobody nothing is late."""
    today, long_ago = date(2024, 1, 20), date(2020, 1, 1)
    names = ["r:panel", "q:panel", "r"]
    sql.run("usual_tables")
    for number, rule in enumerate(names):
        group = {"query_group": number, "rule": rule, "grouping": "", "window_days": 10}
        sql.given("usual_groups", group)
        moved = {"earliest": "2024-01-20", "latest": "2024-01-20", "dated": rule != "r"}
        sql.given("usual_days", {"query_group": number, "people": 1, "source": "s", **moved})
    fill_ends(sql.engine, [(name, "", day) for name in names for day in (today, long_ago)])
    delays = {
        panel: {"s": Delays(known=(share, 1.0))} for panel, share in (("r", 0.5), ("q", 0.25))
    }
    windows = [("r", today), ("q", today), ("r", long_ago)]
    assert shares_known(sql.engine, windows, delays, on=today) == {
        ("r", today): 0.5,
        ("q", today): 0.25,
        ("r", long_ago): 1.0,
    }


@pytest.mark.parametrize(("rule", "grouping"), [("other", ""), ("r", "a")])
def test_windows_of_other_groups_are_not_counted(sql, rule, grouping):
    """A window is asked for by its rule and its group."""
    given(sql, {"on": "2024-01-20"})
    sql.given("usual_ends", {"rule": rule, "grouping": grouping, "ends_on": "2024-01-20"})
    assert sql.run("usual_windows") == []
    assert sql.run("usual_ages") == []


@pytest.mark.parametrize(
    ("row", "quarters"),
    [
        ({"on": "1970-01-20"}, [(1, 1)]),
        ({"on": "1970-01-21"}, [(2, 1)]),
        ({"earliest": "1970-01-11", "latest": "1970-01-20"}, [(1, 1)]),
        ({"earliest": "1970-01-10", "latest": "1970-01-20"}, []),
        ({"on": "1970-01-20", "again_since": "1970-01-11"}, []),
        ({"on": "1970-01-20", "again_since": "1970-01-10"}, [(1, 1)]),
    ],
)
def test_blocks_begin_where_the_calendar_of_computers_does(sql, row, quarters):
    """Ten days each, from 1 January 1970 on; a month in two of them is in none."""
    given(sql, dict(row))
    assert [row[-2:] for row in sql.run("usual_quarters", since="1960-01-01")] == quarters


@pytest.mark.parametrize(("since", "counts"), [("1970-01-19", 1), ("1970-01-20", 0)])
def test_moves_up_to_a_day_are_too_old_for_any_past(sql, since, counts):
    """Only what a past can hold is counted."""
    given(sql, {"on": "1970-01-20"})
    assert len(sql.run("usual_quarters", since=since)) == counts


@pytest.mark.parametrize(("quarter", "counts"), [(2, 0), (3, 1), (5, 1), (6, 0)])
def test_a_past_is_its_blocks_from_the_first_to_the_last(sql, quarter, counts):
    """Both of them count."""
    given(sql)
    sql.given("usual_quarters", {"rule": "r", "grouping": "", "quarter": quarter, "people": 4})
    sql.run("usual_past", first=3, last=5, ends="2024-01-20")
    assert sql.read("usual_past", "people") == [(4,)] * counts


def test_the_blocks_of_a_panel_come_in_order(sql):
    """Each with its people."""
    for quarter in (5, 3):
        sql.given(
            "usual_quarters", {"rule": "p", "grouping": "", "quarter": quarter, "people": quarter}
        )
    assert sql.run("panel_quarters", panel="p") == [(3, 3), (5, 5)]
    assert sql.run("panel_quarters", panel="q") == []


@pytest.mark.parametrize(
    ("known_from", "move", "is_news"),
    [("2024-01-05", "m", True), ("2024-01-04", "m", False), ("2024-01-05", "other", False)],
)
def test_a_window_has_news_if_a_move_of_it_became_known_on_the_day(sql, known_from, move, is_news):
    """Known for the first time, or known otherwise."""
    sql.given("usual_asked_moves", {"move": "m", "day": "2024-01-05"})
    sql.given("moves", {"move": move, "known_from": known_from})
    assert sql.run("usual_news") == ([("m", "2024-01-05")] if is_news else [])


def test_a_move_of_several_profiles_is_asked_for_by_the_first_of_them(sql):
    """That is its name in alerts."""
    sql.given("usual_asked_moves", {"move": "first", "day": "2024-01-05"})
    row = {"move": "m", "profile_move_ids": ["first", "second"], "known_from": "2024-01-05"}
    sql.given("moves", row)
    assert sql.run("usual_news") == [("first", "2024-01-05")]
