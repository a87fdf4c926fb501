"""How many profiles of the last accepted snapshot the new one lacks."""


def test_those_that_vanished_are_counted(sql):
    """A profile that changed is not missing."""
    rows = [("a", True), ("b", False), ("c", True)]
    sql.given("compared_profiles", *({"profile": who, "vanished": gone} for who, gone in rows))
    assert sql.run("missing_profiles_count") == [(2,)]


def test_where_nothing_changed_nothing_is_missing(sql):
    """No row is none."""
    assert sql.run("missing_profiles_count") == [(0,)]
