"""How many profiles of the last accepted snapshot the new one lacks, without a word or with one."""


def test_those_that_vanished_are_counted_apart_from_those_of_whom_the_source_says_why(sql):
    """A profile that changed is not missing, nor is one that the source says that it hides."""
    rows = [("a", True), ("b", False), ("c", True), ("d", True)]
    sql.given("compared_profiles", *({"profile": who, "vanished": gone} for who, gone in rows))
    assert sql.run("missing_profiles_count", absent=[], below=None) == [(3, 0, 0)]
    assert sql.run("missing_profiles_count", absent=["c", "z"], below=None) == [(2, 1, 0)]
    assert sql.run("missing_profiles_count", absent=["b"], below=None) == [(3, 0, 0)]


def test_where_nothing_changed_nothing_is_missing(sql):
    """No row is none."""
    assert sql.run("missing_profiles_count", absent=["a"], below=None) == [(0, 0, 0)]


def test_who_was_erased_is_counted_unless_the_snapshot_says_why_they_are_absent(sql):
    """A number that the list of absences names is counted there."""
    rows = [("erased-1", True), ("erased-2", True), ("erased-3", False), ("erased-x", True)]
    sql.given("compared_profiles", *({"profile": who, "vanished": gone} for who, gone in rows))
    assert sql.run("missing_profiles_count", absent=[], below=None) == [(3, 0, 2)]
    assert sql.run("missing_profiles_count", absent=["erased-2"], below=None) == [(2, 1, 1)]


def test_a_number_that_was_given_later_is_of_somebody_who_was_missing(sql):
    """What a look said of them stays, for nobody was erased by its day."""
    rows = [{"profile": f"erased-{number}", "vanished": True} for number in (8, 9, 10)]
    sql.given("compared_profiles", *rows)
    assert sql.run("missing_profiles_count", absent=[], below=9) == [(3, 0, 1)]
    assert sql.run("missing_profiles_count", absent=[], below=10) == [(3, 0, 2)]
