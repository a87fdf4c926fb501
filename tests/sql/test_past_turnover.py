"""What the accepted snapshots of a source lacked, by which it is known what is usual."""

from typing import Any


def test_only_accepted_snapshots_before_the_day_tell_what_is_usual(sql):
    """One that was held against another one, of the source, after some days."""
    usual = {"verdict": "accepted", "known": 100, "missing": 5, "after_days": 91}
    changes: list[tuple[str, dict[str, Any]]] = [
        ("2020-01-02", {}),
        ("2020-01-01", {"missing": 6}),
        ("2020-01-03", {"verdict": "suspect"}),
        ("2020-01-04", {"verdict": "baseline"}),
        ("2020-01-05", {"after_days": 0}),
        ("2020-01-06", {"after_days": 1, "known": 1}),
        ("2020-01-07", {"known": 0}),
        ("2020-01-08", {"source": "t"}),
        ("2020-01-09", {}),
    ]
    for day, change in changes:
        sql.given("judged", {"observed_on": day, **usual, **change})
    found = sql.run("past_turnover", source="s", day="2020-01-09")
    assert found == [(100, 6, 91, 0, 0), (100, 5, 91, 0, 0), (1, 5, 1, 0, 0)]


def test_it_says_how_many_people_were_in_none_of_their_former_places(sql):
    """Of how many who were somewhere; a snapshot that was judged before they were counted has 0."""
    usual = {"verdict": "accepted", "known": 100, "missing": 5, "after_days": 91}
    sql.given("judged", {"observed_on": "2020-01-01", **usual, "rewritten": 30, "employed": 90})
    sql.given("judged", {"observed_on": "2020-01-02", **usual, "rewritten": None})
    found = sql.run("past_turnover", source="s", day="2020-01-09")
    assert [row[3:] for row in found] == [(30, 90), (0, 0)]
