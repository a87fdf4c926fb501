"""Which profiles links lead to, step by step."""

import pytest


@pytest.mark.parametrize(
    ("reached", "added"), [("b", ["a", "c"]), ("a", ["b"]), ("d", []), ("c", ["b"])]
)
def test_a_link_leads_either_way_and_one_step_at_a_time(sql, reached, added):
    """The number of those that were added is told."""
    sql.given("edges", {"one": "a", "other": "b"}, {"one": "b", "other": "c"})
    sql.given("reached_keys", {"key": reached})
    assert sql.run("further_reached_keys") == [(len(added),)]
    assert sql.read("reached_keys") == sorted([(key,) for key in [reached, *added]])


def test_it_ends_when_all_are_reached(sql):
    """A link between two that are reached leads nowhere."""
    sql.given("edges", {"one": "a", "other": "b"})
    sql.given("reached_keys", {"key": "a"}, {"key": "b"})
    assert sql.run("further_reached_keys") == [(0,)]
    assert sql.run("reached_edges")[0][:2] == ("a", "b")
