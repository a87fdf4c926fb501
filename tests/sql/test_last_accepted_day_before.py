"""The day of the last snapshot before a day that may speak."""


def test_the_last_accepted_day_before_the_day_is_told(sql):
    """The day itself, what is suspect or rejected, and another source are not."""
    rows = [("01", "baseline"), ("02", "accepted"), ("03", "suspect"), ("04", "rejected")]
    rows += [("05", "accepted")]
    sql.given("judged", *({"observed_on": f"2020-01-{on}", "verdict": what} for on, what in rows))
    sql.given("judged", {"source": "t", "observed_on": "2020-01-03", "verdict": "accepted"})
    days = ["2020-01-05", "2020-01-06", "2020-01-02", "2020-01-01"]
    found = [sql.run("last_accepted_day_before", source="s", day=day)[0][0] for day in days]
    assert found == ["2020-01-02", "2020-01-05", "2020-01-01", None]
