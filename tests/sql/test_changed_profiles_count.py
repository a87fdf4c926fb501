"""How many of the profiles that were there at the last look changed."""


def test_only_who_was_there_at_the_last_look_counts(sql):
    """Who is new, or came back, has no cells to be held against."""
    sql.given(
        "changed_profiles",
        {"profile": "a", "still": True},
        {"profile": "b", "still": True},
        {"profile": "new"},
    )
    assert sql.run("changed_profiles_count") == [(2,)]
