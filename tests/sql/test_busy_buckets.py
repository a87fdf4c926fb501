"""The days on which so many may count that a rule's threshold may be reached."""

from datetime import date, timedelta

import pytest

BY = pytest.mark.parametrize("single", [False, True])
"""Moves fit a rule by their pair of units, or one by one."""


def day(number: int) -> str:
    return (date(1970, 1, 1) + timedelta(number)).isoformat()


def seek(
    sql,
    *numbers: int,
    least: int,
    reach: int = 10,
    single: bool = False,
    news_of: tuple[str, str] = ("raid", "acme"),
    person: int | None = None,
) -> None:
    """Let somebody join on each day, counted from 1970, and look for the busy days of the group."""
    sql.given("group_queries", {"rule": "raid", "grouping": "acme", "query": 1, "query_group": 5})
    rule, grouping = news_of
    sql.given("changed_groups", {"rule": rule, "grouping": grouping, "known_on": "1970-01-01"})
    query = {"query": 1, "condition": 1, "dated": "joined", "seeking": True}
    sql.given("queries", query)
    sql.given("conditions", {"condition": 1, "least": least, "reach": reach, "sure": True})
    kind, key = ("matching_entries", "entry") if single else ("matching_unit_pairs", "unit_pair")
    for entry, number in enumerate(numbers):
        sql.given(kind, {key: entry, "query": 1, "query_group": 5})
        days = {"joined_earliest": day(number), "joined_latest": day(number)}
        who = {"person": entry if person is None else person}
        sql.given("move_entries", {"entry": entry, "unit_pair": entry, **who, **days})
    sql.run("busy_buckets")


def stretches(sql) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = sql.read("busy_stretches", "begins, ends")
    return found


def busy(sql) -> list[tuple[int, int]]:
    """Return the busy days, counted from 1970."""
    first = "DATE '1970-01-01'"
    found: list[tuple[int, int]] = sql.read("busy_buckets", f"begins - {first}, ends - {first}")
    return found


@BY
@pytest.mark.parametrize("other", [("raid", "globex"), ("exodus", "acme")])
def test_a_group_of_which_nothing_new_is_known_is_not_looked_at(sql, other, single):
    seek(sql, 0, least=1, single=single, news_of=other)
    assert (stretches(sql), busy(sql)) == ([], [])


@BY
@pytest.mark.parametrize(
    ("number", "begins", "ends"), [(31, -10, 64), (32, 22, 96), (63, 22, 96), (64, 54, 128)]
)
def test_days_lie_in_stretches_of_32(sql, number, begins, ends, single):
    """What a stretch may bring over the threshold lies up to `reach` days before and after."""
    seek(sql, number, least=1, single=single)
    assert stretches(sql) == [(begins, ends)]


@pytest.mark.parametrize(
    ("reach", "ends"), [(0, 32), (1, 64), (31, 64), (32, 64), (33, 96), (64, 96), (65, 128)]
)
def test_a_window_reaches_as_many_stretches_on_as_it_has_days_of(sql, reach, ends):
    """A day more needs one more."""
    seek(sql, 0, least=1, reach=reach)
    assert stretches(sql) == [(-reach, ends)]


@pytest.mark.parametrize(
    ("reach", "number", "count"), [(32, 63, 1), (32, 64, 0), (33, 64, 1), (33, 96, 0), (63, 64, 1)]
)
def test_people_of_stretches_within_reach_are_taken_together(sql, reach, number, count):
    """Those of a stretch further back are not."""
    seek(sql, 0, number, least=2, reach=reach)
    assert len(stretches(sql)) == count


def test_a_run_of_stretches_ends_where_the_next_stretch_with_somebody_begins(sql):
    """It ends by then at the latest; where that one is busy too, the run goes on."""
    seek(sql, 0, 0, 160, least=2)
    assert stretches(sql) == [(-10, 160)]


def test_stretches_that_follow_each_other_are_one_run(sql):
    """Its number tells it from the next."""
    seek(sql, 0, 0, 32, 32, 160, 288, 288, least=2)
    assert sql.read("busy_stretches", "run, begins, ends") == [(1, -10, 160), (2, 278, 352)]


@BY
@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((0, 10), [(10, 21)]),
        ((0, 11), []),
        ((22, 32), [(32, 43)]),
        ((30, 31, 64), [(31, 42)]),
        ((0, 0, 20), [(0, 20)]),
        ((0, 0, 1), [(0, 12)]),
        ((0, 0, 20, 25, 25), [(0, 20), (25, 36)]),
    ],
)
def test_a_day_is_busy_with_so_many_people_on_it_and_within_reach_before(
    sql, numbers, expected, single
):
    """It stays so until the next day with somebody, or until nobody is in reach any more."""
    seek(sql, *numbers, least=2, single=single)
    assert busy(sql) == expected


@BY
@pytest.mark.parametrize(("numbers", "expected"), [((0, 0), []), ((0, 1), [(1, 12)])])
def test_several_versions_of_one_move_on_a_day_are_one_person(sql, numbers, expected, single):
    """On several days they may be several: more is looked at than fires, and never less."""
    seek(sql, *numbers, least=2, single=single, person=7)
    assert busy(sql) == expected
