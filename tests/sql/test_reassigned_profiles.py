"""Profiles whose id names another person than at the last look."""

import pytest

DAY, NOW = "2020-03-01", "2020-04-01"


def play(sql, *, former="Ada Lane", latter="Zoe Abbot", was=None, now=None, in_last=True):
    """Show a profile under two names with an old and a new tenure; return who was reassigned."""
    sql.given("changed_profiles", {"profile": "p", "before_on": DAY, "day": NOW, "still": in_last})
    sql.given(
        "previous_tenures",
        {"profile": "p", "root": "acme", "start_earliest": "2015-03-01", **(was or {})},
    )
    sql.given("stated_tenures", {"profile": "p", "root": "beta", "s1": "2019-05-01", **(now or {})})
    sql.given("shown_profile_names", {"profile": "p", "name": latter})
    names = [(former, "2019-01-01"), (latter, NOW)]
    rows = [{"profile": "p", "name": name, "known_from": day} for name, day in names]
    sql.given("profile_names", *rows)
    if in_last:
        sql.given("former_names", {"profile": "p", "name": former})
    sql.run("replaced_profiles")
    sql.run("reassigned_profiles", source="s")
    return sql.read("reassigned_profiles")


def test_another_name_with_another_history_is_another_person(sql):
    """Nothing of what the id showed is left."""
    assert play(sql) == [("p", "Ada Lane", "Zoe Abbot")]


def test_who_was_not_in_the_last_snapshot_is_known_by_the_name_from_before(sql):
    """The name that was stored with its tenures counts then, and not the one of this look."""
    assert play(sql, in_last=False) == [("p", "Ada Lane", "Zoe Abbot")]


@pytest.mark.parametrize(
    "kept",
    [
        {"latter": "Ada Abbot"},
        {"latter": "Abbot, Ada"},
        {"latter": "A. Lane"},
        {"latter": None},
        {"former": None},
        {"latter": "P"},
        {"former": "p"},
        {"now": {"root": "acme"}},
        {"now": {"s1": "2015-03-01"}},
        {"now": {"pseudo": True}},
        {"was": {"pseudo": True}},
    ],
)
def test_whatever_stays_says_that_it_is_one_person(sql, kept):
    """A given name, an organisation, a start; and of no employer nothing is left to compare."""
    assert play(sql, **kept) == []


@pytest.mark.parametrize(
    ("name", "other", "another"),
    [
        ("Ada Lane", "Zoe Abbot", True),
        ("Ada Lane", "Zoe Lane", True),
        ("Ada Lane", "Lane, Ada", False),
        ("Ada Lane", "Dr. Ada Lane", False),
        ("Ada Lane", "A. Lane", False),
        ("Ada Lane", "A. Abbot", True),
        ("José Lane", "Jose Lane", False),
        ("P1 Ex", "P2 Ex", True),
        ("Ada Lane", "", False),
    ],
)
def test_two_names_are_of_two_people_unless_they_share_a_given_name(sql, name, other, another):
    """An initial is one before a name that both have."""
    assert sql.value(f"names_another_person('p1', '{name}', '{other}')") is another
    assert sql.value(f"names_another_person('p1', '{other}', '{name}')") is another
