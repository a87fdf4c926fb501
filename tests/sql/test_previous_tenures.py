"""The tenures of the profiles to look at, as believed until now."""


def test_what_is_believed_of_the_affected_profiles_of_the_source_is_taken(sql):
    """What was believed once, others and another source are not."""
    sql.given("changed_profiles", {"profile": "p"})
    sql.given(
        "tenures",
        {"profile": "p", "tenure": 1},
        {"profile": "p", "tenure": 2, "known_until": "2020-02-01"},
        {"profile": "q", "tenure": 3},
        {"profile": "p", "tenure": 4, "source": "t"},
    )
    sql.run("previous_tenures", source="s")
    assert sql.read("previous_tenures", "profile, tenure") == [("p", 1)]
    assert sql.read("previous_tenure_rows", "count(*)") == [(1,)]
