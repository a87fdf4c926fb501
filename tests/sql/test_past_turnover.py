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
    assert found == [(100, 6, 91), (100, 5, 91), (1, 5, 1)]
