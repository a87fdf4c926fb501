"""The stretches of days on which a condition of a rule holds for a group."""

from typing import Any

import pytest

FAR = "9999-12-31"


def condition(sql, **changes: Any) -> None:
    """Give one rule with one condition, and one group to look at."""
    usual = {"rule": "r", "condition": 1, "alone": True, "least": 1, "since": "2000-01-01"}
    sql.given("conditions", {**usual, **changes})
    sql.given(
        "candidate_windows",
        {"rule": "r", "grouping": "g", "known_on": "2020-06-01", "candidate_window": 1},
    )
    for number, role in enumerate(("count", "back", "base"), 1):
        sql.given(
            "candidate_groups",
            {"rule": "r", "grouping": "g", "condition": 1, "role": role, "query_group": number},
        )
    for part, role in (("count", "count"), ("most", "count"), ("back", "back")):
        counted(sql, part, role)


def counted(sql, part: str, role: str, **changes: Any) -> None:
    """Count a role for a part of the condition."""
    numbers = {"count": 0, "most": 1, "back": 2, "base": 3}
    usual = {"number": numbers[part], "condition": 1, "part": part, "role": role, "sure": True}
    sql.given("counted_parts", {**usual, "later": 0, **changes})


def person(
    sql, who: str, first: str, last: str | None, role: str = "count", **changes: Any
) -> None:
    """Let somebody count from a day until another one, certainly and possibly."""
    groups = {"count": 1, "back": 2, "base": 3}
    days = {
        "certain_from": first,
        "certain_until": last,
        "possible_from": first,
        "possible_until": last,
    }
    row = {"query_group": groups[role], "person": who, "counted": True, **days, **changes}
    sql.given("counting_entries", row)


def held(sql, columns: str = "opens, closes, peak") -> list[tuple[Any, ...]]:
    sql.run("episodes")
    found: list[tuple[Any, ...]] = sql.read("episodes", columns)
    return found


def people(
    sql, count: int, role: str = "count", first: str = "2020-01-01", last: str = "2020-02-01"
) -> None:
    for number in range(count):
        person(sql, f"{role}{number}", first, last, role)


@pytest.mark.parametrize(("count", "holds"), [(1, False), (2, True), (3, True)])
def test_a_condition_holds_while_at_least_so_many_count(sql, count, holds):
    """From the day they do to the day they do not."""
    condition(sql, least=2)
    people(sql, count)
    assert held(sql) == ([("2020-01-01", "2020-02-01", count)] if holds else [])


def test_without_an_end_it_goes_on(sql):
    """Who never stops to count counts for ever."""
    condition(sql)
    person(sql, "a", "2020-01-01", None)
    assert held(sql) == [("2020-01-01", FAR, 1)]


def test_stretches_that_touch_are_one_and_others_are_two(sql):
    """A day without enough people parts them."""
    condition(sql)
    person(sql, "a", "2020-01-01", "2020-02-01")
    person(sql, "b", "2020-02-01", "2020-03-01")
    person(sql, "c", "2020-03-02", "2020-04-01")
    assert held(sql) == [("2020-01-01", "2020-03-01", 1), ("2020-03-02", "2020-04-01", 1)]


@pytest.mark.parametrize(
    ("second", "peak"),
    [
        (("2020-01-15", "2020-03-01"), 1),
        (("2020-01-05", "2020-01-10"), 1),
        (("2020-02-01", "2020-03-01"), 1),
    ],
)
def test_one_person_counts_once_on_a_day(sql, second, peak):
    """Stretches of one person that overlap, lie within each other or touch are one."""
    condition(sql)
    person(sql, "a", "2020-01-01", "2020-02-01")
    person(sql, "a", *second)
    assert held(sql) == [("2020-01-01", max("2020-02-01", second[1]), peak)]


@pytest.mark.parametrize(
    ("known_from", "known_until", "holds"),
    [
        ("2020-06-01", None, True),
        ("2020-06-02", None, False),
        ("2020-01-01", "2020-06-02", True),
        ("2020-01-01", "2020-06-01", False),
    ],
)
def test_only_what_is_known_on_the_day_counts(sql, known_from, known_until, holds):
    """Known from the day on, or until the day after, is known; from the day after it is not."""
    condition(sql)
    person(sql, "a", "2020-01-01", None, known_from=known_from, known_until=known_until)
    assert bool(held(sql)) is holds


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        ("2020-01-01", "2020-01-02", True),
        ("2020-01-01", "2020-01-01", False),
        ("2020-01-02", "2020-01-01", False),
    ],
)
def test_a_stretch_without_a_certain_day_counts_certainly_on_none(sql, first, last, holds):
    """It needs one day between its beginning and its end."""
    condition(sql)
    person(sql, "a", first, last)
    assert bool(held(sql)) is holds


def test_whoever_may_count_counts_where_that_is_asked(sql):
    """Possible days are counted from the possible beginning to the possible end."""
    condition(sql)
    sql.given("conditions", {"rule": "r", "condition": 2, "alone": True, "least": 1})
    sql.given(
        "candidate_groups",
        {"rule": "r", "grouping": "g", "condition": 2, "role": "count", "query_group": 9},
    )
    counted(sql, "count", "count", condition=2, number=9, sure=False)
    days: dict[str, Any] = {"possible_from": "2020-01-01", "possible_until": None}
    person(sql, "a", "2020-03-01", "2020-02-01", **days, query_group=9)
    assert held(sql) == [("2020-01-01", FAR, 1)]


@pytest.mark.parametrize(("count", "holds"), [(1, True), (2, True), (3, False)])
def test_at_most_so_many_may_count(sql, count, holds):
    """One more, and it does not hold."""
    condition(sql, most=2)
    people(sql, count)
    assert bool(held(sql)) is holds


@pytest.mark.parametrize(("back", "holds"), [(0, True), (1, True), (2, False)])
def test_a_net_flow_is_who_went_less_who_came_back(sql, back, holds):
    """Three less one are two; its figure is the difference."""
    condition(sql, net=2)
    people(sql, 3)
    people(sql, back, "back")
    assert held(sql) == ([("2020-01-01", "2020-02-01", 3 - back)] if holds else [])


@pytest.mark.parametrize(
    ("count", "base", "holds"),
    [(1, 5, False), (2, 5, True), (2, 6, False), (1, 0, False), (1, 1, True)],
)
def test_a_share_holds_from_so_large_a_part_of_the_base_on(sql, count, base, holds):
    """Two of five are 40 %; of nobody there is no share."""
    condition(sql, share=0.4)
    counted(sql, "base", "base")
    people(sql, count)
    people(sql, base, "base")
    part = count / base if base else None
    assert held(sql, "peak, part") == ([(count, part)] if holds else [])


@pytest.mark.parametrize(
    ("change", "now", "holds"),
    [
        (-0.5, 2, True),
        (-0.5, 3, False),
        (0.5, 6, True),
        (0.5, 5, False),
        (0.0, 4, True),
        (0.0, 3, False),
    ],
)
def test_a_stock_that_changes_so_much_from_four_holds(sql, change, now, holds):
    """It falls by half at two, and rises by half at six."""
    condition(sql, change=change)
    counted(sql, "base", "base")
    people(sql, now)
    people(sql, 4, "base")
    assert held(sql, "opens, peak, part") == ([("2020-01-01", now, (now - 4) / 4)] if holds else [])


@pytest.mark.parametrize(("now", "holds"), [(2, True), (1, False)])
def test_a_stock_of_one_that_doubles_holds(sql, now, holds):
    """One person is a base."""
    condition(sql, change=1.0)
    counted(sql, "base", "base")
    people(sql, now)
    people(sql, 1, "base")
    assert held(sql, "peak, part") == ([(2, 1.0)] if holds else [])


@pytest.mark.parametrize(
    ("base", "least", "holds"), [(4, 4, True), (4, 5, False), (0, 1, False), (0, 0, False)]
)
def test_a_change_needs_so_many_people_before(sql, base, least, holds):
    """The smallest number is that of the stock before, and of nobody there is no change."""
    condition(sql, change=0.5, least=least)
    counted(sql, "base", "base")
    sql.given("judged", {"observed_on": "2019-01-01", "verdict": "accepted"})
    people(sql, 6)
    people(sql, base, "base")
    assert bool(held(sql)) is holds


@pytest.mark.parametrize(
    ("verdict", "window", "opens"),
    [("baseline", 30, "2020-01-31"), ("accepted", None, "2020-01-01"), ("suspect", 30, None)],
)
def test_that_few_have_left_holds_from_the_first_window_that_was_wholly_watched(
    sql, verdict, window, opens
):
    """With a smallest number of none, it begins a window after the first accepted snapshot."""
    condition(sql, least=0, most=0, window_days=window)
    sql.given("judged", {"observed_on": "2020-01-01", "verdict": verdict})
    person(sql, "a", "2020-03-01", "2020-04-01")
    first = [(opens, "2020-03-01", 0), ("2020-04-01", FAR, 0)]
    assert held(sql) == (first if opens else [])


def test_a_condition_that_wants_somebody_watches_no_window(sql):
    """A smallest number of one is not reached by watching."""
    condition(sql, least=1)
    sql.given("judged", {"observed_on": "2020-01-01", "verdict": "accepted"})
    assert held(sql) == []


@pytest.mark.parametrize(("first", "closes"), [(True, "2020-01-31"), (False, "2020-06-01")])
def test_of_the_first_ones_only_the_days_of_one_window_are_news(sql, first, closes):
    """A window after the first possible day nothing is a first one any more."""
    condition(sql, first=first, window_days=30)
    person(sql, "a", "2020-01-01", "2020-03-01")
    person(sql, "b", "2020-03-01", "2020-06-01")
    assert held(sql) == [("2020-01-01", closes, 1)]


def test_who_does_not_count_is_not_counted(sql):
    """Held moves are left out, also of what is first."""
    condition(sql, first=True, window_days=30)
    person(sql, "a", "2020-01-01", "2020-03-01", counted=False)
    person(sql, "b", "2020-03-01", "2020-06-01")
    assert held(sql) == [("2020-03-01", "2020-03-31", 1)]


def test_the_base_of_a_share_may_be_that_of_some_days_before(sql):
    """Who was there is counted so many days later."""
    condition(sql, share=0.5)
    counted(sql, "base", "base", later=10)
    people(sql, 1, first="2020-01-01", last="2020-03-01")
    people(sql, 2, "base", first="2020-01-01", last="2020-01-11")
    assert held(sql) == [("2020-01-11", "2020-01-21", 1)]


def test_the_peak_is_the_highest_figure_and_the_part_the_farthest_from_none(sql):
    """Days with fewer are of the same stretch."""
    condition(sql, share=0.1)
    counted(sql, "base", "base")
    people(sql, 10, "base", last="2020-06-01")
    people(sql, 2, last="2020-03-01")
    person(sql, "x", "2020-01-10", "2020-01-20")
    assert held(sql, "opens, closes, peak, part") == [("2020-01-01", "2020-03-01", 3, 0.3)]


def test_a_condition_of_several_holds_without_an_episode_of_its_own(sql):
    """Its stretch is there for the others to be combined with."""
    condition(sql, alone=False)
    people(sql, 1)
    assert held(sql) == []
    assert sql.read("condition_holds", "opens, closes") == [("2020-01-01", "2020-02-01")]
