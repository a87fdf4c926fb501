"""The last judged snapshot of a source, if it is suspect."""

import pytest


@pytest.mark.parametrize(
    ("judged", "found"),
    [
        ([("01", "suspect", 2)], [("2020-01-01", 2)]),
        ([("01", "suspect", 1), ("02", "suspect", 2)], [("2020-01-02", 2)]),
        ([("01", "suspect", 1), ("02", "accepted", 0)], []),
        ([("01", "suspect", 1), ("02", "suspect", 0)], [("2020-01-01", 1)]),
        ([("01", "accepted", 0), ("02", "suspect", 0)], []),
        ([], []),
    ],
)
def test_the_last_snapshot_is_told_if_it_is_suspect(sql, judged, found):
    """One that was set aside agrees with none, and is passed over."""
    rows = [
        {"observed_on": f"2020-01-{on}", "verdict": verdict, "agreeing": agreeing}
        for on, verdict, agreeing in judged
    ]
    sql.given("judged", *rows)
    sql.given(
        "judged", {"source": "t", "observed_on": "2020-02-01", "verdict": "suspect", "agreeing": 1}
    )
    assert sql.run("last_suspect_snapshot", source="s") == found
