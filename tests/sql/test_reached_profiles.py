"""The profiles that a change reaches, since when they are seen, and who they were taken for."""


def test_a_profile_that_is_reached_has_its_first_sight_and_its_person(sql):
    """Who is not reached, at another source for one, is not looked at."""
    sql.given("reached_keys", {"key": "s:ada"}, {"key": "s:bob"})
    sql.given(
        "sightings",
        {"profile": "ada", "seen_from": "2020-02-01"},
        {"profile": "ada", "seen_from": "2020-01-01", "seen_until": "2020-01-10"},
        {"profile": "bob", "seen_from": "2020-03-01"},
        {"profile": "ada", "source": "t", "seen_from": "2019-01-01"},
    )
    sql.given(
        "clusters",
        {"profile": "ada", "person": "s:eve", "reason": "r"},
        {"profile": "bob", "person": "s:old", "known_until": "2020-03-05"},
        {"profile": "ada", "source": "t", "person": "t:ada"},
    )
    assert sql.run("reached_profiles") == [
        ("s:ada", "2020-01-01", "s:eve", "r"),
        ("s:bob", "2020-03-01", None, None),
    ]


def test_who_was_one_person_with_others_and_is_seen_no_more_is_told(sql):
    """What was believed of somebody whose looks were taken back has to end."""
    sql.given("reached_keys", {"key": "s:ada"})
    sql.given("clusters", {"profile": "ada", "person": "s:eve", "reason": "r"})
    assert sql.run("reached_profiles") == [("s:ada", None, "s:eve", "r")]
