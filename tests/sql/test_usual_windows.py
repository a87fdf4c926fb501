"""People of windows and of blocks of their length, counted from the days on which they moved."""

from datetime import date
from typing import Any

import pytest

from monitor.rules.language import Condition, Match
from monitor.unusual.counting import PanelWindow, moved
from monitor.unusual.nowcasts.delays import Delays
from monitor.unusual.panels import Panel

END = "2024-01-20"
IN_THE_WINDOW = [
    ({"on": END}, 1),
    ({"on": "2024-01-21"}, 0),
    ({"on": "2024-01-11"}, 1),
    ({"on": "2024-01-10"}, 0),
    ({"earliest": "2024-01-10", "latest": END}, 0),
    ({"on": END, "again": "2024-01-11"}, 0),
    ({"on": END, "again": "2024-01-10"}, 1),
]


def asked(sql, *, rule: str = "r", number: int = 0, **changes: Any) -> None:
    """Ask for the ten days up to 20 January of who leaves `a` for `b`."""
    if not number:
        sql.run("usual_macros")
    keys = {"from_key": "a", "to_key": "b", "ends_on": END, "first_quarter": 3}
    sql.given("usual_panels", {"rule": rule, "kind": "k", "window_days": 10})
    sql.given("usual_asked", {"number": number, "rule": rule, **keys, **changes})
    sql.given(
        "usual_keys",
        {"key": 2 * number + 5, "rule": rule, "is_left": True, "grouping": "a"},
        {"key": 2 * number + 6, "rule": rule, "grouping": "b"},
    )


def went(sql, *, origin: int | None = 5, target: int | None = 6, **row: Any) -> None:
    """Let somebody go; `again` is the day of an earlier move of the same person."""
    again, on = row.pop("again", None), row.pop("on", None)
    days = {"earliest": on, "latest": on} if on else {}
    person = {"person": 1 if again else None}
    sides = {"origin": origin, "target": target}
    if again:
        sql.given("usual_moves", {**sides, **person, "earliest": again, "latest": again})
    sql.given("usual_moves", {**sides, **person, **days, **row})


@pytest.mark.parametrize(("row", "counts"), IN_THE_WINDOW)
def test_who_certainly_moved_in_the_window_counts_once(sql, row, counts):
    """The ten days up to the last one; of two moves of one person in it the first."""
    asked(sql)
    went(sql, **row)
    other = 1 if row.get("again") == "2024-01-11" else 0
    wanted = counts + other
    assert sql.run("usual_windows") == ([(0, wanted, wanted)] if wanted else [])


@pytest.mark.parametrize(("row", "counts"), IN_THE_WINDOW)
def test_the_ages_of_moves_are_those_of_the_whole_panel(sql, row, counts):
    """Counted as those of its groups are."""
    asked(sql)
    day = {"earliest": row.get("on", row.get("earliest")), "latest": row.get("on", END)}
    sql.given(
        "usual_panel_days", {"kind": "k", "people": 7, "again_since": row.get("again"), **day}
    )
    assert [one[-1] for one in sql.run("usual_ages")] == [7] * counts


@pytest.mark.parametrize(("origin", "target", "found"), [(5, None, (0, 1, 0)), (9, 6, (0, 0, 1))])
def test_each_side_of_a_window_is_counted_with_all_others(sql, origin, target, found):
    """Who left for elsewhere, and who joined from elsewhere."""
    asked(sql)
    went(sql, on=END, origin=origin, target=target)
    assert sql.run("usual_windows") == [found]


def test_windows_of_other_groups_are_not_counted(sql):
    """Nobody moved in any of its groups."""
    asked(sql)
    went(sql, on=END, origin=9, target=10)
    assert sql.run("usual_windows") == []


def test_the_shares_of_all_panels_are_asked_together_each_by_its_own_delays(sql):
    """Of nobody nothing is late."""
    today, long_ago = date(2024, 1, 20), date(2020, 1, 1)
    for number, (rule, day) in enumerate([("r", today), ("q", today), ("r", long_ago)]):
        asked(sql, rule=rule, number=number, ends_on=day)
    sql.engine._connection.execute("UPDATE usual_panels SET kind = rule")
    for rule in ("r", "q"):
        days = {"earliest": "2024-01-20", "latest": "2024-01-20", "dated": True, "source": "s"}
        sql.given("usual_panel_days", {"kind": rule, "people": 2, **days})
    delays = {
        panel: {"s": Delays(known=(share, 1.0))} for panel, share in (("r", 0.5), ("q", 0.25))
    }
    windows = [("r", today), ("q", today), ("r", long_ago)]
    assert moved(sql.engine, windows, delays, on=today) == {
        ("r", today): PanelWindow(people=4, share_known=0.5),
        ("q", today): PanelWindow(people=2, share_known=0.25),
        ("r", long_ago): PanelWindow(people=0, share_known=1.0),
    }


@pytest.mark.parametrize(
    ("row", "quarters"),
    [
        ({"on": "1970-01-20"}, [1]),
        ({"earliest": "1970-01-11", "latest": "1970-01-20"}, [1]),
        ({"earliest": "1970-01-10", "latest": "1970-01-20"}, []),
        ({"on": "1970-01-20", "again": "1970-01-11"}, [1]),
        ({"on": "1970-01-20", "again": "1970-01-10"}, [1, 1]),
    ],
)
def test_a_block_has_who_certainly_moved_in_it(sql, row, quarters):
    """Ten days each; a month in two of them is in none, and a person in one once."""
    asked(sql)
    since = "1970-01-10"
    went(sql, **row, quarter=1, block_since=since)
    sql.engine._connection.execute(
        "UPDATE usual_moves SET quarter = 1, block_since = CASE WHEN latest <= '1970-01-10'"
        " THEN DATE '1969-12-31' ELSE DATE '1970-01-10' END"
    )
    sql.run("usual_quarters")
    found = sql.read("usual_quarters", "left_key, joined_key, people")
    people = len(quarters)
    wanted = [(5, 6, people), (5, None, people), (None, 6, people)] if people else []
    assert found == wanted


@pytest.mark.parametrize(("key", "counts"), [("a", 1), ("z", 0)])
def test_blocks_of_pairs_are_those_of_the_pairs_that_are_asked_for(sql, key, counts):
    """Those of sides are all that are there."""
    asked(sql, from_key=key)
    went(sql, on="1970-01-20", quarter=1, block_since="1970-01-10")
    sql.run("usual_quarters")
    pairs = [row for row in sql.read("usual_quarters", "left_key, joined_key") if None not in row]
    assert pairs == [(5, 6)] * counts


def block(sql, quarter: int, left: int | None, joined: int | None, people: int) -> None:
    row = {"left_key": left, "joined_key": joined, "quarter": quarter, "people": people}
    sql.given("usual_quarters", row)


@pytest.mark.parametrize(
    ("sides", "pair", "left", "joined"),
    [({}, 2, 3, 4), ({"to_key": None}, 3, 3, 0), ({"from_key": None}, 4, 0, 4)],
)
def test_a_past_is_its_blocks_from_the_first_to_the_last(sql, sides, pair, left, joined):
    """Of a rule with one side, its own people are those of that side."""
    asked(sql, **sides)
    for quarter in (2, 3, 5):
        block(sql, quarter, 5, 6, 2)
        block(sql, quarter, 5, None, 3)
        block(sql, quarter, None, 6, 4)
        sql.given("usual_panel_quarters", {"rule": "r", "quarter": quarter, "people": 9})
    assert sql.run("usual_pasts", quarters=2) == [(0, pair, left, joined, 9), (0, 0, 0, 0, 0)]


def test_the_blocks_of_a_panel_come_in_order(sql):
    """Each with its people."""
    for quarter in (5, 3):
        sql.given("usual_panel_quarters", {"rule": "p", "quarter": quarter, "people": quarter})
    assert sql.run("panel_quarters") == [(3, 3), (5, 5)]


@pytest.mark.parametrize(("grouping", "keys"), [("a\x1fb\x1fc", ("a\x1fc", "b"))])
def test_a_group_is_held_against_its_sides(grouping, keys):
    """The values of each in their order; a rule without a side has none of it."""
    both = Panel(name="r", condition=Condition(), from_places=(1, 3), to_places=(2,))
    assert both.keys(grouping) == keys
    alone = Panel(name="r", condition=Condition(origin=Match()), from_places=(), to_places=())
    assert alone.keys("") == ("", None)


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
