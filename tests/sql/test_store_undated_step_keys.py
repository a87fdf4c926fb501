"""The key that profiles of one full name have in common which show one undated move at one look."""

MOVE = {"name": "Ada Long", "from_side": 1, "to_side": 2, "stated": False, "baseline": False}


def moves(*rows):
    """Make moves that the look of their day shows, the same but for what each says otherwise."""
    made = ({"known_from": "2020-01-02", **MOVE, **row} for row in rows)
    return [{"observed_on": row["known_from"], **row} for row in made]


def keys(sql, *rows):
    """Return who has which key after the looks of 2 and 3 January."""
    sql.given("sides", {"side": 1, "title": "Head"}, {"side": 2, "title": "Chief"})
    sql.given("sides", {"side": 3, "title": ""})
    sql.given("profile_moves", *moves(*rows))
    sql.run("store_undated_step_keys", source="s", since="2020-01-02", day="2020-01-03")
    return sql.read("match_keys", "profile, known_from, match_key")


def test_the_looks_count_from_the_first_to_the_last_of_them(sql):
    """A look before or after was, or will be, another call's."""
    days = {"a": "2020-01-01", "b": "2020-01-02", "c": "2020-01-03", "d": "2020-01-04"}
    rows = ({"profile": profile, "known_from": day} for profile, day in days.items())
    assert [row[:2] for row in keys(sql, *rows)] == [("b", "2020-01-02"), ("c", "2020-01-03")]


def test_a_key_is_common_to_one_full_name_one_step_and_one_look(sql):
    """Accents, case and blanks are ways of writing a name."""
    rows = keys(
        sql,
        {"profile": "a"},
        {"profile": "b", "name": " ÁDA  long "},
        {"profile": "c", "name": "Ada Short"},
        {"profile": "d", "to_side": 1},
        {"profile": "e", "known_from": "2020-01-03"},
    )
    by_profile = {profile: key for profile, _, key in rows}
    assert by_profile["a"] == by_profile["b"]
    assert len({*by_profile.values()}) == 4


def test_moves_that_tell_little_of_who_somebody_is_make_no_key(sql):
    """Such as one with a date, of the first look, of a lone name, or without a title."""
    assert not keys(
        sql,
        {"profile": "dated", "stated": True},
        {"profile": "first", "baseline": True},
        {"profile": "later", "observed_on": "2020-01-01"},
        {"profile": "lone", "name": "Ada"},
        {"profile": "came", "from_side": 3},
        {"profile": "went", "to_side": 3},
        {"profile": "other", "source": "t"},
    )
