"""What is believed of a tenure from what its profile states."""

from typing import Any

import pytest

DATED = {"s1": "2018-01-01", "s2": "2018-12-31", "e1": "2019-01-01", "e2": "2019-12-31"}


def believed(sql, stated: dict[str, Any]) -> tuple[Any, ...]:
    """Return the days of one new tenure: joined from and until, left from and until."""
    sql.given("changed_profiles", {"profile": "p", "day": "2020-01-01"})
    sql.given("stated_tenures", {"profile": "p", "num": 1, "root": "a", **DATED, **stated})
    sql.run("next_tenures", source="s", undone_within=120, gap=31)
    [row] = sql.read("next_tenures", "joined_earliest, joined_latest, left_earliest, left_latest")
    return tuple(row)


OVER = {"over": True, "last_s1": "2018-01-01", "first_e2": "2019-12-31"}


@pytest.mark.parametrize(
    ("stated", "days"),
    [
        (OVER, ("2018-01-01", "2018-12-31", "2019-01-01", "2019-12-31")),
        (
            {**OVER, "e1": "2018-01-01", "e2": "2018-06-30"},
            ("2018-01-01", "2018-06-30", "2018-01-01", "2018-06-30"),
        ),
        (
            {**OVER, "s1": "2019-05-01", "s2": "2019-05-31"},
            ("2019-05-01", "2019-05-31", "2019-05-01", "2019-12-31"),
        ),
        (
            {**OVER, "first_e2": "2018-03-31"},
            ("2018-01-01", "2018-03-31", "2019-01-01", "2019-12-31"),
        ),
        (
            {**OVER, "last_s1": "2019-12-31"},
            ("2018-01-01", "2018-12-31", "2019-12-31", "2019-12-31"),
        ),
        (
            {**OVER, "last_s1": "2020-01-01"},
            ("2018-01-01", "2018-12-31", "2019-01-01", "2019-12-31"),
        ),
        (
            {**OVER, "first_e2": "2018-01-01"},
            ("2018-01-01", "2018-01-01", "2019-01-01", "2019-12-31"),
        ),
        (
            {**OVER, "first_e2": "2017-12-31"},
            ("2018-01-01", "2018-12-31", "2019-01-01", "2019-12-31"),
        ),
        ({"e1": None, "e2": None}, ("2018-01-01", "2018-12-31", None, None)),
    ],
)
def test_stated_days_lie_within_what_the_rest_of_the_tenure_allows(sql, stated, days):
    """A bound that leaves no day is none."""
    assert believed(sql, stated) == days
