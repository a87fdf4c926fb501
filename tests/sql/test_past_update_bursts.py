"""The earlier comparisons of a source, by which it is known what is usual."""


def test_comparisons_before_the_day_with_days_between_are_told_in_order(sql):
    """A first snapshot compares nothing, and the day itself is not past."""
    rows = [("2020-01-03", 1), ("2020-01-01", 0), ("2020-01-02", 2), ("2020-01-04", 1)]
    numbers = {"undated": 7, "profiles": 9, "filled": 1, "backlog": True}
    sql.given("judged", *({"observed_on": on, "days": days, **numbers} for on, days in rows))
    sql.given("judged", {"source": "t", "observed_on": "2020-01-02", "days": 5})
    assert sql.run("past_update_bursts", source="s", day="2020-01-04") == [
        (7, 2, 9, 1, True),
        (7, 1, 9, 1, True),
    ]
