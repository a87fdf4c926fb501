"""The id or the name that is nearest to what somebody typed."""

import pytest


@pytest.mark.parametrize(
    ("typed", "written", "nearness"),
    [("ada lovelace", "Ada Lovelace", 1.0), ("P1", "p1", 1.0), ("S:P1", "s:p1", 1.0)],
)
def test_an_id_with_or_without_its_source_and_a_name_are_found_as_they_are(
    sql, typed, written, nearness
):
    """Capital letters do not matter, and what is written so is at 1."""
    sql.given("profile_names", {"profile": "p1", "name": "Ada Lovelace"}, {"profile": "p2"})
    assert sql.run("nearest_person", person=typed) == [(written, nearness)]


def test_of_several_the_nearest_one_is_told_and_of_equals_the_first_in_the_alphabet(sql):
    """One row is the answer, and always the same."""
    sql.given("profile_names", *({"profile": who} for who in ("zoe2", "zoe1", "bob")))
    [(written, nearness)] = sql.run("nearest_person", person="zoe")
    assert written == "zoe1"
    assert 0.8 < nearness < 1


def test_where_there_is_nobody_no_one_is_near(sql):
    """An empty table has no nearest row."""
    assert sql.run("nearest_person", person="zoe") == []
