"""From which looks on a source is followed again when somebody of it is erased."""

JAN, FEB, MAR = "2020-01-01", "2020-02-01", "2020-03-01"


def days(sql, on="2021-01-01"):
    return [(source, str(day)) for source, day in sql.run("days_that_rest_on_erased", erased_on=on)]


def erased(sql, *profiles):
    sql.given(
        "erased_profiles",
        *(
            {"profile": who, "key": f"s:{who}", "number": number, "number_key": f"s:{number}"}
            for who, number in profiles
        ),
    )


def test_whose_profile_alone_tells_of_them_takes_no_look_back(sql):
    """Nor do examples, signs and pages of others."""
    erased(sql, ("ada", "erased-1"))
    sql.given("holds", {"observed_on": JAN, "examples": ["bob"]})
    sql.given("match_keys", {"profile": "ada", "kind": "page", "digest": 1})
    sql.given("match_keys", {"profile": "bob", "kind": "page", "digest": 2})
    sql.given("profile_moves", {"profile": "ada", "reason": "no day is stated"})
    sql.given("sightings", {"profile": "ada", "seen_from": JAN, "seen_until": FEB})
    sql.given("judged", {"observed_on": MAR, "verdict": "accepted"})
    assert days(sql) == []


def test_an_example_a_changed_id_a_double_and_an_id_of_another_take_their_looks_back(sql):
    """Each from its day on; the key of a former id names it, too."""
    erased(sql, ("ada", "erased-1"))
    sql.given("holds", {"observed_on": JAN, "examples": ["bob", "ada"]})
    sql.given(
        "match_keys", {"profile": "bob", "kind": "rekeyed", "match_key": "s:ada", "known_from": FEB}
    )
    sql.given(
        "match_keys", {"profile": "ada", "kind": "double", "match_key": "x", "known_from": MAR}
    )
    reason = "an id that names another person: Cy in the place of Ada"
    sql.given("profile_moves", {"profile": "ada", "reason": reason, "known_from": "2020-04-01"})
    assert days(sql) == [("s", JAN), ("s", FEB), ("s", MAR), ("s", "2020-04-01")]


def test_two_ids_that_become_one_number_are_followed_from_the_second_on(sql):
    """Two numbers are two."""
    sql.given(
        "sightings", {"profile": "ada", "seen_from": JAN}, {"profile": "ada2", "seen_from": FEB}
    )
    erased(sql, ("ada", "erased-1"), ("ada2", "erased-2"))
    assert days(sql) == []
    erased(sql, ("ada", "erased-1"), ("ada2", "erased-1"))
    assert days(sql) == [("s", FEB)]


def test_a_sign_in_common_takes_back_the_look_that_shows_both(sql):
    """At one source; a sign of a move is asked of no look."""
    erased(sql, ("ada", "erased-1"))
    for kind, digest in (("history", 1), ("step", 2)):
        sql.given(
            "match_keys", {"profile": "ada", "kind": kind, "digest": digest, "known_from": JAN}
        )
        sql.given(
            "match_keys", {"profile": "bob", "kind": kind, "digest": digest, "known_from": FEB}
        )
    sql.given("match_keys", {"source": "t", "profile": "cy", "kind": "history", "digest": 1})
    assert days(sql) == [("s", FEB)]


def test_a_page_takes_back_a_look_at_which_two_others_of_it_go_the_same_way(sql):
    """One alone is nobody's double."""
    erased(sql, ("ada", "erased-1"))
    sql.given(
        "profile_names", {"profile": "ada", "url": "https://x.example/team/", "known_from": JAN}
    )
    step = {"url": "http://x.example/team", "to_root": "xai", "observed_on": FEB, "known_from": FEB}
    sql.given("profile_moves", {**step, "profile": "bob"})
    assert days(sql) == []
    sql.given("profile_moves", {**step, "profile": "cy"})
    assert days(sql) == [("s", FEB)]


def test_who_is_missing_on_the_day_of_the_erasure_is_not_missed_any_more(sql):
    """A look before that day stays; one that is suspect may have missed anybody."""
    erased(sql, ("ada", "erased-1"))
    sql.given("sightings", {"profile": "ada", "seen_from": JAN, "seen_until": JAN})
    sql.given("judged", {"observed_on": JAN, "verdict": "accepted"})
    sql.given("judged", {"observed_on": FEB, "verdict": "accepted"})
    assert (days(sql, on="2020-02-02"), days(sql, on=FEB)) == ([], [("s", FEB)])
    sql.given("judged", {"observed_on": MAR, "verdict": "suspect"})
    assert days(sql, on=MAR) == [("s", MAR)]
