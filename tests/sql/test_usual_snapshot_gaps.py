"""How many days usually lie between two snapshots of a source."""


def judged(sql, source: str, *days: str, verdict: str = "accepted") -> None:
    sql.given(
        "judged", *({"source": source, "observed_on": day, "verdict": verdict} for day in days)
    )


def test_the_usual_gap_is_the_median_of_those_between_snapshots_that_may_speak(sql):
    """One long gap changes nothing, and a suspect snapshot between two parts no gap."""
    judged(sql, "s", "2020-01-01", verdict="baseline")
    judged(sql, "s", "2020-01-08", "2020-01-15", "2020-06-01")
    judged(sql, "s", "2020-01-09", verdict="suspect")
    judged(sql, "s", "2020-01-10", verdict="rejected")
    assert sql.run("usual_snapshot_gaps") == [("s", 7)]


def test_each_source_has_its_own_and_one_snapshot_has_none(sql):
    """In order of their names."""
    judged(sql, "t", "2020-01-01", "2020-01-31")
    judged(sql, "s", "2020-01-02", "2020-01-03")
    judged(sql, "u", "2020-01-01")
    assert sql.run("usual_snapshot_gaps") == [("s", 1), ("t", 30)]
