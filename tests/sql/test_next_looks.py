"""Which look at each profile is followed next, and what it shows, where many looks are."""

from typing import Any

import pytest

LOOKS = ("2020-01-08", "2020-01-15", "2020-01-22")
FORMER = "2020-01-01"


def looks(sql, *changes: dict[str, Any]) -> None:
    """Begin with the looks, and with what each shows otherwise."""
    sql.given(
        "looks",
        *(
            {"day": day, "last_on": last_on}
            for day, last_on in zip(LOOKS, (FORMER, *LOOKS), strict=False)
        ),
    )
    sql.given("look_changes", *({"profile": "p", "last_on": FORMER} | one for one in changes))


def found(sql) -> Any:
    assert sql.run("next_looks", source="s") == [(len(sql.read("next_looks")),)]
    return sql.read("next_looks", "profile, day, due")


def test_each_profile_is_followed_at_its_first_look_that_was_not_followed(sql):
    """One may be further than another."""
    days = [{"day": day} for day in LOOKS]
    looks(sql, *days, *({**day, "profile": "q"} for day in days), {"profile": "r", **days[0]})
    sql.given("followed_looks", {"profile": "q", "day": LOOKS[1]}, {"profile": "r", **days[0]})
    sql.given("followed_looks", {"profile": "q", "day": LOOKS[0]})
    assert found(sql) == [("p", LOOKS[0], False), ("q", LOOKS[2], False)]


@pytest.mark.parametrize(
    ("due", "day"),
    [
        ("2019-12-01", LOOKS[0]),
        ("2020-01-08", LOOKS[0]),
        ("2020-01-09", LOOKS[1]),
        ("2020-01-22", LOOKS[2]),
        ("2020-01-23", None),
        (None, None),
    ],
)
def test_a_day_that_was_announced_is_looked_at_at_the_first_look_on_or_after_it(sql, due, day):
    """The profile did not change."""
    looks(sql)
    sql.given("tenures", {"profile": "p", "due": due})
    sql.given("sightings", {"profile": "p", "seen_from": FORMER})
    assert found(sql) == ([("p", day, True)] if day else [])


@pytest.mark.parametrize(
    ("tenure", "seen_until"),
    [({"known_until": FORMER}, None), ({"source": "t"}, None), ({}, FORMER)],
)
def test_what_is_no_longer_believed_or_seen_is_not_due(sql, tenure, seen_until):
    """Nor is what another source tells."""
    looks(sql)
    sql.given("tenures", {"profile": "p", "due": LOOKS[0], **tenure})
    sql.given("sightings", {"profile": "p", "seen_from": FORMER, "seen_until": seen_until})
    assert found(sql) == []


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (LOOKS[0], (LOOKS[0], True)),
        (LOOKS[1], (LOOKS[1], False)),
        (LOOKS[2], (LOOKS[1], False)),
    ],
)
def test_a_look_that_shows_a_change_comes_before_an_announced_day_of_the_same_look(
    sql, due, expected
):
    """An earlier one comes first."""
    looks(sql, {"day": LOOKS[1]})
    sql.given("tenures", {"profile": "p", "due": due})
    sql.given("sightings", {"profile": "p", "seen_from": FORMER})
    assert found(sql) == [("p", *expected)]


def test_a_day_that_was_announced_and_followed_is_looked_at_again_at_the_next_look(sql):
    """As it is where each look is followed alone: nothing else took it away."""
    looks(sql)
    sql.given("tenures", {"profile": "p", "due": FORMER})
    sql.given("sightings", {"profile": "p", "seen_from": FORMER})
    sql.given("followed_looks", {"profile": "p", "day": LOOKS[0]})
    assert found(sql) == [("p", LOOKS[1], True)]


# -- what it shows ---------------------------------------------------------------------------------


def shown(sql, **look: object) -> None:
    """Follow the profile p at the second look; it was read at the former look and at the first."""
    sql.given("next_looks", {"profile": "p", "day": LOOKS[1], "last_on": LOOKS[0], **look})
    sql.given(
        "look_names",
        *({"profile": "p", "day": day, "name": day} for day in (FORMER, LOOKS[0], LOOKS[2])),
    )
    sql.given(
        "look_positions",
        *({"profile": "p", "day": day, "title": day} for day in (FORMER, LOOKS[0], LOOKS[2])),
    )
    sql.run("profiles_at_looks", source="s")


def test_what_was_announced_is_read_from_the_last_look_that_showed_a_change(sql):
    """So is the name; that of the look before is the same."""
    shown(sql, due=True)
    assert sql.read("listed_positions", "profile, title") == [("p", LOOKS[0])]
    assert sql.read("shown_profile_names", "profile, name") == [("p", LOOKS[0])]
    assert sql.read("former_names") == [("p", LOOKS[0])]
    assert sql.read("compared_profiles") == []
    columns = "profile, before_on, still, day, last_on"
    assert sql.read("changed_profiles", columns) == [("p", LOOKS[0], True, LOOKS[1], LOOKS[0])]


@pytest.mark.parametrize(("day", "found"), [(LOOKS[0], "x"), (LOOKS[1], None), (LOOKS[2], "x")])
def test_an_id_tells_what_it_tells_at_the_look_that_is_followed(sql, day, found):
    """Though the position was read from an earlier one, where the id told something else."""
    sql.given("unclear_at_looks", {"day": day, "organization_key": "x"})
    position = {"profile": "p", "day": LOOKS[0], "title": "with", "organization_id": " X"}
    sql.given("look_positions", position)
    shown(sql, due=True)
    rows = sql.read("listed_positions", "title, organization_key")
    assert {*rows} == {("with", found), (LOOKS[0], None)}


def test_a_change_is_read_from_its_own_look(sql):
    """The name is held against that of the look before."""
    sql.given("sightings", {"profile": "p", "seen_from": FORMER})
    sql.given("look_names", {"profile": "p", "day": LOOKS[1], "name": "now"})
    sql.given("look_positions", {"profile": "p", "day": LOOKS[1], "title": "now"})
    shown(sql)
    assert sql.read("listed_positions", "title") == [("now",)]
    assert sql.read("shown_profile_names", "name") == [("now",)]
    assert sql.read("former_names", "name") == [(LOOKS[0],)]
    assert sql.read("followed_looks", "profile, day, before_on, still") == [
        ("p", LOOKS[1], LOOKS[0], True)
    ]


def test_who_appears_had_no_name_at_the_look_before(sql):
    """Who was seen before that is known since then."""
    sql.given("sightings", {"profile": "p", "seen_from": FORMER, "seen_until": FORMER})
    shown(sql, appears=True)
    assert sql.read("former_names") == []
    assert sql.read("changed_profiles", "before_on, still") == [(FORMER, False)]


def test_who_vanished_is_compared_and_not_looked_at(sql):
    """The look is followed by it all the same."""
    shown(sql, vanished=True)
    assert sql.read("compared_profiles") == [("p", True, LOOKS[0])]
    assert sql.read("changed_profiles") == []
    assert sql.read("followed_looks", "profile, day, vanished") == [("p", LOOKS[1], True)]


# -- what is read ----------------------------------------------------------------------------------


def test_a_look_is_read_as_far_as_it_shows_something_else(sql):
    """Names and positions of who is as before are left where they are."""
    before = [{"id": who, "content": 1} for who in ("same", "other", "gone")]
    after = [{"id": who, "content": n} for n, who in enumerate(("same", "other", "new"), 1)]
    files = {
        "before": sql.parquet("profiles", *before),
        "after": sql.parquet("profiles", *after),
        "positions": sql.parquet(
            "positions", *({"profile": who, "ordinal": 0} for who in ("same", "other", "new"))
        ),
    }
    read = sql.run("look_changes", day=LOOKS[0], before_on=FORMER, **files)
    assert read == [(1, 3, False)]
    assert sql.read("look_changes") == [
        ("gone", LOOKS[0], FORMER, True, False),
        ("new", LOOKS[0], FORMER, False, True),
        ("other", LOOKS[0], FORMER, False, False),
    ]
    assert sql.read("look_names", "profile, day") == [("new", LOOKS[0]), ("other", LOOKS[0])]
    assert sql.read("look_positions", "profile, day") == [("new", LOOKS[0]), ("other", LOOKS[0])]


@pytest.mark.parametrize(("latter", "may_be"), [("WWW.Example.org/ada", True), ("bob", False)])
def test_an_id_that_may_be_written_otherwise_is_told(sql, latter, may_be):
    """The gates decide by the look alone what it is."""
    before = sql.parquet("profiles", {"id": "example.org/ada", "content": 1})
    after = sql.parquet("profiles", {"id": latter, "content": 1})
    files = {"before": before, "after": after, "positions": sql.parquet("positions")}
    read = sql.run("look_changes", day=LOOKS[0], before_on=FORMER, **files)
    assert read == [(1, 2, may_be)]


@pytest.mark.parametrize(
    ("due", "looked_at"), [(LOOKS[2], True), ("2020-01-23", False), (None, False)]
)
def test_the_look_before_all_is_read_for_who_changes_or_has_announced_a_day(sql, due, looked_at):
    """Until the last of the looks."""
    looks(sql, {"profile": "q", "day": LOOKS[2]})
    sql.given("tenures", {"profile": "p", "due": due})
    profiles = sql.parquet("profiles", *({"id": who} for who in "pqr"))
    positions = sql.parquet("positions", *({"profile": who, "ordinal": 0} for who in "pqr"))
    sql.run("former_look", source="s", day=FORMER, profiles=profiles, positions=positions)
    expected = [(who, FORMER) for who in ("p", "q") if who == "q" or looked_at]
    assert sql.read("look_names", "profile, day") == expected
    assert sql.read("look_positions", "profile, day") == expected


def test_what_was_read_of_later_looks_is_forgotten(sql):
    """The last of the looks that are followed stays."""
    for table in ("look_changes", "look_names", "look_positions"):
        sql.given(table, *({"profile": "p", "day": day} for day in LOOKS))
    sql.given("looks", *({"day": day} for day in LOOKS[:2]))
    files = {"profiles": sql.parquet("profiles"), "positions": sql.parquet("positions")}
    sql.run("former_look", source="s", day=FORMER, **files)
    for table in ("look_changes", "look_names", "look_positions"):
        assert sql.read(table, "day") == [(LOOKS[0],), (LOOKS[1],)]
