"""From which day on people are settled again."""

import pytest


@pytest.mark.parametrize(
    ("before", "since"),
    [(None, "2020-02-01"), ("2020-01-31", "2020-01-31"), ("2020-02-02", "2020-02-01")],
)
def test_the_earlier_of_two_days_counts(sql, before, since):
    """What is stale from a day on stays so until it is settled."""
    if before is not None:
        sql.given("facts", {"name": "stale_from", "value": before})
    sql.given("facts", {"name": "base", "value": "2019-01-01"})
    sql.run("store_stale_from", since="2020-02-01")
    assert sql.read("facts") == [("base", "2019-01-01"), ("stale_from", since)]
