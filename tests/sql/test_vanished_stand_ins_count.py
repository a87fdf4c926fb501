"""How many profiles that stand for erased people the new snapshot lacks."""


def test_who_was_erased_is_counted_unless_the_snapshot_says_why_they_are_absent(sql):
    """A number that the list of absences names is counted there."""
    rows = [("erased-1", True), ("erased-2", True), ("erased-3", False), ("erased-x", True)]
    sql.given("compared_profiles", *({"profile": who, "vanished": gone} for who, gone in rows))
    assert sql.run("vanished_stand_ins_count", absent=[], below=None) == [(2,)]
    assert sql.run("vanished_stand_ins_count", absent=["erased-2"], below=None) == [(1,)]


def test_a_number_that_was_given_later_is_of_somebody_who_was_missing(sql):
    """What a look said of them stays, for nobody was erased by its day."""
    rows = [{"profile": f"erased-{number}", "vanished": True} for number in (8, 9, 10)]
    sql.given("compared_profiles", *rows)
    assert sql.run("vanished_stand_ins_count", absent=[], below=9) == [(1,)]
    assert sql.run("vanished_stand_ins_count", absent=[], below=10) == [(2,)]
