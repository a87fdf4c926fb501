"""Who is one person with whom, as it is believed from a day on."""


def test_a_row_that_is_believed_no_more_ends_and_a_new_one_begins(sql):
    """Rows of other profiles stay, and so do those that ended before."""
    sql.given(
        "clusters",
        {"profile": "p", "person": "ada"},
        {"profile": "q", "person": "ada"},
        {"profile": "p", "person": "bea", "known_until": "2020-01-15"},
    )
    sql.given("found_clusters", {"profile": "p", "ends_on": "2020-06-01"})
    sql.given("found_clusters", {"profile": "p", "person": "cyd", "starts_on": "2020-06-01"})
    sql.run("store_clusters")
    assert sql.read("clusters", "profile, person, known_from, known_until") == [
        ("p", "ada", "2020-01-01", "2020-06-01"),
        ("p", "bea", "2020-01-01", "2020-01-15"),
        ("p", "cyd", "2020-06-01", None),
        ("q", "ada", "2020-01-01", None),
    ]
