"""How many people were known at the origins of a tested window while it lasted."""

import pytest

DAY, SINCE = "2024-06-01", "2024-03-01"


@pytest.mark.parametrize(
    ("changes", "people"),
    [
        ({}, 1),
        ({"begun": False}, 0),
        ({"root": "other"}, 0),
        ({"known_from": DAY}, 1),
        ({"known_from": "2024-06-02"}, 0),
        ({"known_until": DAY}, 0),
        ({"known_until": "2024-06-02"}, 1),
        ({"ended": True, "left_latest": "2024-03-02"}, 1),
        ({"ended": True, "left_latest": SINCE}, 0),
    ],
)
def test_who_was_there_after_the_window_began_counts(sql, changes, people):
    """Known by then, begun, and not gone before."""
    sql.given("origin_questions", {"number": 0, "root": "acme", "day": DAY, "since": SINCE})
    usual = {"profile": "ada", "root": "acme", "begun": True, "ended": False}
    sql.given("tenures", {**usual, **changes})
    assert sql.run("people_at_origins") == ([(0, people)] if people else [])


def test_a_person_at_several_origins_counts_once(sql):
    """And every profile of each source for itself."""
    for root in ("acme", "initech"):
        sql.given("origin_questions", {"number": 0, "root": root, "day": DAY, "since": SINCE})
        sql.given("tenures", {"profile": "ada", "root": root, "begun": True})
    sql.given("tenures", {"profile": "bob", "root": "acme", "begun": True})
    assert sql.run("people_at_origins") == [(0, 2)]
