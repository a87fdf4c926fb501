"""How many profiles of the last accepted snapshot the new one lacks, without a word or with one."""


def test_those_that_vanished_are_counted_apart_from_those_of_whom_the_source_says_why(sql):
    """A profile that changed is not missing, nor is one that the source says that it hides."""
    rows = [("a", True), ("b", False), ("c", True), ("d", True)]
    sql.given("compared_profiles", *({"profile": who, "vanished": gone} for who, gone in rows))
    assert sql.run("missing_profiles_count", absent=[]) == [(3, 0)]
    assert sql.run("missing_profiles_count", absent=["c", "z"]) == [(2, 1)]
    assert sql.run("missing_profiles_count", absent=["b"]) == [(3, 0)]


def test_where_nothing_changed_nothing_is_missing(sql):
    """No row is none."""
    assert sql.run("missing_profiles_count", absent=["a"]) == [(0, 0)]
