"""The times of people at organisations, as believed in stretches of days."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def asked(sql):
    """Ask for who is somewhere, and for where they were before."""
    sql.given("queries", {"is_presence": True, "paired": True})
    sql.given("sides", {"side": 1, "unit": "u"})


def tenure(sql, number: int = 1, **changes: Any) -> None:
    usual = {"profile": "p", "tenure": number, "root": "a", "latest": 1, "begun": True}
    sql.given("tenures", {**usual, **changes})


def stays(sql, columns: str, *, paired: bool = False) -> list[tuple[Any, ...]]:
    sql.run("whole_scope")
    sql.run("dated_tenures")
    sql.run("presences")
    found = sql.read("presences", f"paired, {columns}")
    return [row[1:] for row in found if row[0] is paired]


LEFT = {"ended": True, "left_earliest": "2019-05-01", "left_latest": "2019-05-31"}
NOW = {"root": "b", "joined_earliest": "2019-05-10", "joined_latest": "2019-05-20"}


@pytest.mark.parametrize(
    ("was", "now", "pairs"),
    [
        ({}, {}, 1),
        ({"ended": False}, {}, 0),
        ({"root": "b"}, {}, 0),
        ({"profile": "q"}, {}, 0),
        ({"known_from": "2020-03-01"}, {"known_until": "2020-03-02"}, 1),
        ({"known_from": "2020-03-01"}, {"known_until": "2020-03-01"}, 0),
        ({"known_until": "2020-03-01"}, {"known_from": "2020-02-29"}, 1),
        ({"known_until": "2020-03-01"}, {"known_from": "2020-03-01"}, 0),
    ],
)
def test_where_somebody_was_before_pairs_with_where_they_are(sql, was, now, pairs):
    """Both have to be believed on one day at the least, and the former one has to have ended."""
    tenure(sql, 1, **LEFT | was)
    tenure(sql, 2, **NOW | now)
    columns = "from_root, to_root, opens_certainly, opens_possibly"
    row = ("a", "b", "2019-05-31", "2019-05-10")
    assert stays(sql, columns, paired=True) == [row] * pairs


@pytest.mark.parametrize(("day", "name"), [("2020-01-01", "Ada"), ("2020-01-02", None)])
def test_a_stay_has_the_name_of_the_profile_on_its_first_day(sql, day, name):
    """A name that is known from a later day on is not its."""
    tenure(sql)
    sql.given("profile_names", {"profile": "p", "name": "Ada", "known_from": day})
    assert stays(sql, "name") == [(name,)]


def test_where_nobody_asks_for_stays_there_are_none(sql):
    """They cost, and rules that count moves do without."""
    sql._connection.execute("UPDATE queries SET is_presence = false")
    tenure(sql)
    assert stays(sql, "known_from") == []
