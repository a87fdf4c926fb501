"""What a source told ends on the day on which an operator removed it."""

import pytest

NOW = "2020-06-01"


@pytest.mark.parametrize("table", ["tenures", "profile_moves", "match_keys", "crowded_profiles"])
def test_what_goes_on_ends_that_day(sql, table):
    """What ended before stays so, and another source keeps its own."""
    sql.given(table, {}, {"known_until": "2020-02-01"}, {"source": "t"})
    sql.run("store_removed_source", source="s", day=NOW)
    assert sql.read(table, "source, known_until") == [
        ("s", "2020-02-01"),
        ("s", NOW),
        ("t", None),
    ]
    assert sql.read("removed_sources", "source, removed_on") == [("s", NOW)]
