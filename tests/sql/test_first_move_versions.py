"""What is read of erased people before they are numbered."""

import pytest


def test_a_move_is_told_as_it_was_at_first(sql):
    """Of the profiles that are asked for; an organisation that nobody knows is empty."""
    sql.given(
        "profile_moves",
        {"move": "m", "profile": "p", "from_root": "b", "to_root": "c", "known_from": "2020-02-01"},
        {"move": "m", "profile": "p", "from_root": "a"},
        {"move": "n", "profile": "q"},
    )
    found = sql.run("first_move_versions", keys=["s:p"])
    assert [row[:5] for row in found] == [("m", "s", "p", "a", "")]


@pytest.mark.parametrize(
    ("source", "profile", "told"),
    [("s", "p", []), ("t", "p", [("t:p",)]), ("t", "s:p", [("t:s:p",)]), ("s", "q", [])],
)
def test_somebody_else_of_the_same_id_is_told(sql, source, profile, told):
    """At another source, or one whose id is the whole key; not who is erased."""
    sql.given("sightings", {"source": source, "profile": profile})
    assert sql.run("others_of_same_id", ids=["p", "s:p"], keys=["s:p"]) == told


def test_all_who_ever_were_one_person_with_somebody_are_told_with_their_days(sql):
    """Also who is so no longer."""
    sql.given(
        "clusters",
        {"profile": "p", "person": "ada", "known_until": "2020-02-01"},
        {"profile": "q", "person": "ada"},
        {"profile": "r", "person": "bea"},
    )
    assert sql.run("clusters_with_keys", keys=["s:p"]) == [
        ("s:p", "ada", "2020-01-01", "2020-02-01"),
        ("s:q", "ada", "2020-01-01", None),
    ]
