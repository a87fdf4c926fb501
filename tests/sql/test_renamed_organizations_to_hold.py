"""Which names take the place of another at one look."""

import pytest

DAY = "2020-02-01"
COLUMNS = {"source": "s", "day": DAY, "people": 3}


def renamed(sql, *profiles: str) -> None:
    """Let these profiles show `b` where `a` was."""
    for profile in profiles:
        sql.given("relabelled_tenures", {"profile": profile, "old_root": "a", "new_root": "b"})
        sql.given("tenures", {"profile": profile, "root": "a", "begun": True})


def found(sql):
    return [
        (*row[2:4], row[6], row[8:11])
        for row in sql.run("renamed_organizations_to_hold", **COLUMNS)
    ]


@pytest.mark.parametrize(("profiles", "held"), [("pqr", True), ("pq", False), ("ppq", False)])
def test_three_people_tell_that_a_name_changed(sql, profiles, held):
    """Two correct their pages, and several tenures of one person are no several people."""
    renamed(sql, *profiles)
    assert found(sql) == ([("a", "b", "renamed", (3, 3, False))] if held else [])


@pytest.mark.parametrize(("kind", "count"), [("renamed", 0), ("collective", 1)])
def test_a_name_is_held_once(sql, kind, count):
    """Held moves do not hold the name."""
    renamed(sql, *"pqr")
    sql.given(
        "holds", {"observed_on": "2020-01-01", "from_root": "a", "to_root": "b", "kind": kind}
    )
    assert len(found(sql)) == count


def test_a_name_that_somebody_had_before_existed(sql):
    """The notice says so."""
    renamed(sql, *"pqr")
    sql.given("tenures", {"profile": "z", "root": "b", "begun": True, "known_until": DAY})
    assert found(sql) == [("a", "b", "renamed", (3, 3, True))]
