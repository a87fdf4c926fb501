"""The moves that an expectation counts, as known on a day, and whom of them it counts again."""

from typing import Any

import pytest

DAY = "2024-06-01"
ALWAYS = {"first_day": "-infinity", "last_day": "infinity"}


def ask(sql, dated: str = "joined", **panel: Any) -> None:
    """Ask for who goes from `a` to `b`, with a window of 90 days."""
    usual = {"rule": "r", "kind": "k", "first_of_kind": True, "dated_by": dated, "window_days": 90}
    sql.run("usual_macros")
    sql.given("usual_panels", {**usual, "from_known": True, "to_known": True, **panel})
    sql.given("usual_asked", {"number": 0, "rule": "r", "from_key": "a", "to_key": "b"})
    sql.given(
        "usual_keys",
        {"key": 5, "rule": "r", "is_left": True, "grouping": "a"},
        {"key": 6, "rule": "r", "grouping": "b"},
    )


def place(sql, key: int = 5, **changes: Any) -> None:
    """Let people of a place leave `a`, or join `b`."""
    side, root = (1, "a") if key == 5 else (2, "b")
    sql.given("usual_places", {"key": key, "side": side, "root": root, **ALWAYS, **changes})


def move(sql, version: int, on: str, **changes: Any) -> None:
    """Let somebody move from `a` to `b`."""
    days = {f"{side}_{end}": on for side in ("left", "joined") for end in ("earliest", "latest")}
    usual = {"status": "counted", "person": "ada", "observed_on": "2024-05-01"}
    sides = {"from_side": 1, "from_root": "a", "to_side": 2, "to_root": "b"}
    sql.given("moves", {"version": version, **usual, **sides, **days, **changes})


def counted(sql, *, every: bool = True, within: int = 90) -> list[tuple[Any, ...]]:
    sql.run("usual_repeats", datings=["joined", "left", "observed"], within=within)
    sql.run("usual_days", day=DAY, every=every, since="2000-01-01")
    sql.run("usual_panel_days", day=DAY, since="2000-01-01")
    found: list[tuple[Any, ...]] = sql.read(
        "usual_days", "origin, target, latest, again_left, again_joined, again_pair"
    )
    return found


def in_all(sql) -> list[tuple[Any, ...]]:
    """Return the people of the whole panel by their day, but for those who cancel out."""
    found: list[tuple[Any, ...]] = sql.read(
        "(SELECT latest, again_since, dated, sum(people) AS people FROM usual_panel_days"
        " GROUP BY ALL HAVING sum(people) <> 0)"
    )
    return [(*row[:-1], int(row[-1])) for row in found]


@pytest.mark.parametrize(
    ("key", "every", "counts"), [("a", False, 1), ("z", False, 0), ("z", True, 1)]
)
def test_the_groups_that_are_asked_for_are_counted_or_every_one(sql, key, every, counts):
    """All groups of a rule teach what is usual; a day asks for a few."""
    ask(sql)
    sql.given("usual_keys", {"key": 7, "rule": "r", "is_left": True, "grouping": key})
    place(sql, key=7, side=1, root="a")
    move(sql, 1, "2024-03-01")
    assert [row[:2] for row in counted(sql, every=every)] == [(7, None)] * counts


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, 1),
        ({"status": "held"}, 0),
        ({"known_from": DAY}, 1),
        ({"known_from": "2024-06-02"}, 0),
        ({"known_until": DAY}, 0),
        ({"known_until": "2024-06-02"}, 1),
        ({"from_root": None}, 0),
        ({"to_root": None}, 0),
        ({"joined_latest": "2000-01-01"}, 0),
        ({"joined_latest": "2000-01-02"}, 1),
    ],
)
def test_a_move_counts_as_rules_count_it_and_as_known_on_the_day(sql, changes, counts):
    """Counted, known by then and not otherwise, both sides known, and not too old for any past."""
    ask(sql)
    place(sql)
    place(sql, key=6)
    move(sql, 1, "2024-03-01", **changes)
    assert len(counted(sql)) == counts
    assert len(in_all(sql)) == counts


@pytest.mark.parametrize("key", [5, 6])
@pytest.mark.parametrize(
    ("changes", "is_of_it"),
    [
        ({}, True),
        ({"side": 3}, False),
        ({"root": "z"}, False),
        ({"first_day": "2024-03-01"}, True),
        ({"first_day": "2024-03-02"}, False),
        ({"last_day": "2024-03-01"}, True),
        ({"last_day": "2024-02-29"}, False),
    ],
)
def test_a_move_is_of_the_groups_whose_places_it_has_on_its_days(sql, key, changes, is_of_it):
    """The organisation by the name that it had then; the other side counts without it."""
    ask(sql)
    place(sql, key=key, **changes)
    place(sql, key=11 - key)
    move(sql, 1, "2024-03-01")
    found = {5: 5, 6: 6, **({} if is_of_it else {key: None})}
    assert [row[:2] for row in counted(sql)] == [(found[5], found[6])]


@pytest.mark.parametrize(
    ("dated", "latest"),
    [("joined", "2024-03-09"), ("left", "2024-03-01"), ("observed", "2024-05-01")],
)
def test_moves_have_the_day_that_the_rule_dates_them_by(sql, dated, latest):
    """Joining, leaving, or the observation, which is never late."""
    ask(sql, dated)
    place(sql)
    move(sql, 1, "2024-03-01", joined_earliest="2024-03-09", joined_latest="2024-03-09")
    assert [row[2] for row in counted(sql)] == [latest]
    assert in_all(sql) == [(latest, None, dated != "observed", 1)]


@pytest.mark.parametrize(("joined", "block"), [("1970-03-31", 0), ("1970-04-01", 1)])
def test_blocks_begin_where_the_calendar_of_computers_does(sql, joined, block):
    """Ninety days each, from 1 January 1970 on; before a block is the day before its first."""
    ask(sql)
    place(sql)
    move(sql, 1, "2024-03-01", joined_earliest=joined, joined_latest=joined)
    sql.run("usual_days", day=DAY, every=True, since="1960-01-01")
    since = ("1969-12-31", "1970-03-31")[block]
    assert sql.read("usual_days", "quarter, block_since") == [(block, since)]


@pytest.mark.parametrize(
    ("earliest", "latest", "before_on", "dated"),
    [
        ("2024-04-02", "2024-05-01", "2024-04-01", False),
        ("2024-04-01", "2024-05-01", "2024-04-01", True),
        ("2024-04-03", "2024-05-01", "2024-04-01", True),
        ("2024-04-02", "2024-04-30", "2024-04-01", True),
        ("2024-04-02", "2024-05-01", None, True),
    ],
)
def test_what_lies_between_two_looks_has_no_date_of_its_own(
    sql, earliest, latest, before_on, dated
):
    """Just the days after one look up to the next: such a move is never late."""
    ask(sql)
    days = {"joined_earliest": earliest, "joined_latest": latest}
    move(sql, 1, "2024-04-20", before_on=before_on, **days)
    counted(sql)
    assert in_all(sql) == [(latest, None, dated, 1)]


def test_people_who_moved_on_equal_days_are_added_up(sql):
    """Of one source; nobody of them moved before."""
    ask(sql)
    for number in range(3):
        move(sql, number, "2024-03-01", person=str(number))
    counted(sql)
    assert in_all(sql) == [("2024-03-01", None, True, 3)]


def test_panels_that_count_alike_are_counted_once(sql):
    """By the first of them; each has its own blocks."""
    ask(sql)
    other = {"rule": "q", "kind": "k", "dated_by": "joined", "from_known": True, "to_known": True}
    sql.given("usual_panels", {**other, "window_days": 30})
    move(sql, 1, "2024-03-01")
    counted(sql)
    assert in_all(sql) == [("2024-03-01", None, True, 1)]
    assert sql.read("usual_panel_quarters") == [("q", 659, 1), ("r", 219, 1)]


def test_a_person_s_second_move_names_the_last_one_before(sql):
    """The latest beginning of all before it says whether one of them is in a window."""
    ask(sql)
    place(sql)
    place(sql, key=6)
    move(sql, 1, "2024-01-05")
    days = {"joined_earliest": "2024-01-01", "joined_latest": "2024-01-31"}
    move(sql, 2, "2024-01-10", **days)
    move(sql, 3, "2024-03-01", to_side=3, to_root="c")
    move(sql, 4, "2024-03-01", person="bob")
    assert counted(sql) == [
        (5, 6, "2024-01-05", None, None, None),
        (5, 6, "2024-01-31", "2024-01-05", "2024-01-05", "2024-01-05"),
        (5, 6, "2024-03-01", None, None, None),
        (5, None, "2024-03-01", "2024-01-05", None, None),
    ]
    assert in_all(sql) == [
        ("2024-01-05", None, True, 1),
        ("2024-01-31", "2024-01-05", True, 1),
        ("2024-03-01", "2024-01-05", True, 1),
        ("2024-03-01", None, True, 1),
    ]


@pytest.mark.parametrize(("on", "counts"), [("2024-01-09", 2), ("2024-01-10", 0)])
def test_moves_that_no_window_has_together_are_not_looked_at_again(sql, on, counts):
    """Ten days hold the first day and the ninth after it."""
    ask(sql)
    move(sql, 1, "2024-01-01")
    move(sql, 2, on)
    sql.run("usual_repeats", datings=["joined"], within=9)
    assert len(sql.read("usual_repeats")) == counts


def test_a_move_that_is_in_several_groups_of_a_side_is_one_move_of_the_other(sql):
    """An organisation in two groups of the user: who joins from it joins once."""
    ask(sql)
    sql.given("usual_keys", {"key": 7, "rule": "r", "is_left": True, "grouping": "c"})
    place(sql, is_one_of_many=True)
    place(sql, key=7, side=1, root="a", is_one_of_many=True)
    place(sql, key=6)
    move(sql, 1, "2024-01-05")
    found = counted(sql)
    assert [row[:2] for row in found] == [(5, 6), (7, 6)]
    assert sorted(row[4] is None for row in found) == [False, True]
    assert [row[3::2] for row in found] == [(None, None)] * 2


@pytest.mark.parametrize(("chosen", "counts"), [(False, 2), (True, 1)])
def test_a_rule_that_asks_who_it_is_counts_nobody_else(sql, chosen, counts):
    """Neither on a side nor in the whole panel."""
    ask(sql, chosen=chosen)
    place(sql)
    for number in (1, 2):
        move(sql, number, "2024-03-01", person=str(number))
    sql.given("queries", {"query": 1, "rule": "r:panel"})
    sql.given("matching_entries", {"query": 1, "entry": 2})
    sql.run("usual_chosen", of_panel=":panel")
    assert len(counted(sql)) == counts
    assert in_all(sql) == [("2024-03-01", None, True, counts)]
