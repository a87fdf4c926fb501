"""Which profiles were one person, and since when."""


def test_each_stretch_of_days_in_which_profiles_were_one_person_is_a_row(sql):
    """With the profile's key, by which a page finds it."""
    row = {"profile": "p", "person": "s:q", "reason": "same page", "known_until": "2020-05-01"}
    sql.given("clusters", row)
    assert sql.run("published_links") == [
        ("s", "p", "s:p", "s:q", "same page", "2020-01-01", "2020-05-01")
    ]
