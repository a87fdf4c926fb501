"""From which day on who is who is settled again when somebody is erased."""

JAN, FEB, MAR = "2020-01-01", "2020-02-01", "2020-03-01"


def first(sql):
    sql.given("erased_profiles", {"profile": "ada", "key": "s:ada", "number": "erased-1"})
    ((day,),) = sql.run("first_day_of_shared_signs")
    return day and str(day)


def test_a_sign_in_common_counts_from_the_first_who_has_it(sql):
    """At any source, but for short histories, which link nobody."""
    sql.given("match_keys", {"profile": "ada", "kind": "page", "digest": 1, "known_from": FEB})
    sql.given("match_keys", {"profile": "ada", "kind": "short history", "digest": 2})
    sql.given("match_keys", {"profile": "bob", "kind": "short history", "digest": 2})
    assert first(sql) is None
    sql.given(
        "match_keys",
        {"source": "t", "profile": "ada", "kind": "page", "digest": 1, "known_from": JAN},
    )
    assert first(sql) == JAN


def test_a_person_of_several_profiles_counts_from_the_first_day_of_it(sql):
    """Whether it goes by the id of the erased or by another."""
    sql.given("clusters", {"profile": "ada", "person": "s:bob", "known_from": MAR})
    assert first(sql) == MAR
    sql.given("clusters", {"profile": "cy", "person": "s:ada", "known_from": FEB})
    assert first(sql) == FEB


def test_two_undated_moves_there_and_back_at_one_look_count(sql):
    """They stand in the order of their ids; a move of two versions is one."""
    there = {"profile": "ada", "move": "1", "from_root": "a", "to_root": "b", "observed_on": JAN}
    sql.given("profile_moves", there, {**there, "known_from": FEB})
    assert first(sql) is None
    sql.given("profile_moves", {**there, "move": "2", "from_root": "b", "to_root": "a"})
    assert first(sql) == JAN
