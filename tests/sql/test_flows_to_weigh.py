"""The flows of the looks that are followed together, by numbers that err on one side."""

from typing import Any

import pytest

FORMER, DAY, NEXT = "2020-01-01", "2020-01-08", "2020-01-15"
MOVE = {"from_root": "a", "to_root": "b", "manner": "in place"}
COLUMNS = (
    *("day", "from_root", "to_root", "from_names", "to_names", "in_place"),
    *("people", "earlier", "kept_earlier", "of_people", "existed_since"),
)


def flows(sql, *columns: str) -> list[Any]:
    rows = sql.run("flows_to_weigh", source="s")
    return [tuple(row[COLUMNS.index(column)] for column in columns) for row in rows]


def moved(sql, *who: str, day: str = DAY, **changes: Any) -> None:
    sql.given("look_moves", *({"profile": one, "day": day, **MOVE, **changes} for one in who))


def test_the_people_who_go_one_way_at_one_look_are_counted_once(sql):
    """Each look by itself; who got another name there counts too."""
    moved(sql, "p", "p", "q")
    moved(sql, "r", day=NEXT, manner="dated")
    names = {"from_root": "a", "to_root": "b"}
    sql.given("look_relabels", {"profile": "s", "day": DAY, **names})
    sql.given("look_relabels", {"profile": "s", "day": DAY, "from_root": "a", "to_root": "c"})
    assert flows(sql, "day", "to_root", "people", "in_place") == [
        (DAY, "b", 3, True),
        (NEXT, "b", 1, False),
    ]


def test_who_got_another_name_goes_in_place_beside_those_who_state_a_day(sql):
    """The gates take them so, under the names of the organisations themselves."""
    sql.given("sides", {"side": 1, "name": "Acme"}, {"side": 2, "name": "Acne"})
    moved(sql, "p", manner="dated", from_side=1, to_side=2)
    sql.given("look_relabels", {"profile": "q", "day": DAY, "from_root": "a", "to_root": "b"})
    [(in_place, names, others)] = flows(sql, "in_place", "from_names", "to_names")
    assert (in_place, sorted(names), sorted(others)) == (True, ["Acme", "a"], ["Acne", "b"])


@pytest.mark.parametrize("change", [{"from_root": None}, {"to_root": None}, {"manner": None}])
def test_what_has_one_side_or_no_manner_is_no_flow(sql, change):
    """It is nothing that a gate holds."""
    moved(sql, "p", **change)
    assert flows(sql, "day") == []


def test_the_names_are_those_that_profiles_write(sql):
    """The organisation's own, where a way of being there is gone."""
    sql.given("sides", {"side": 1, "name": "Acme"}, {"side": 2, "name": "ACME"})
    moved(sql, "p", from_side=1)
    moved(sql, "q", from_side=2)
    [(names, others)] = flows(sql, "from_names", "to_names")
    assert (sorted(names), others) == (["ACME", "Acme"], ["b"])


@pytest.mark.parametrize(
    ("known_from", "known_until", "earlier"),
    [
        (FORMER, None, 1),
        (FORMER, DAY, 1),
        (FORMER, "2020-01-07", 0),
        (DAY, None, 0),
    ],
)
def test_who_was_believed_to_have_gone_before_the_look_went_earlier(
    sql, known_from, known_until, earlier
):
    """What the look itself, or a later one, took back was still believed."""
    days = {"known_from": known_from, "known_until": known_until}
    sql.given("profile_moves", {"profile": "x", "from_root": "a", "to_root": "b", **days})
    moved(sql, "p")
    assert flows(sql, "earlier") == [(earlier,)]


@pytest.mark.parametrize(("title", "kept"), [("Cook", 1), ("Baker", 0)])
def test_who_kept_the_position_and_went_before_is_counted_apart(sql, title, kept):
    """Title and team, as far as there are any."""
    sql.given("sides", {"side": 1, "title": "Cook"}, {"side": 2, "title": title})
    way = {"from_root": "a", "to_root": "b", "from_side": 1, "to_side": 2}
    sql.given("profile_moves", {"profile": "x", "known_from": FORMER, **way})
    moved(sql, "p")
    assert flows(sql, "earlier", "kept_earlier") == [(1, kept)]


@pytest.mark.parametrize(
    ("tenure", "sighting", "people"),
    [
        ({}, {}, 1),
        ({"known_until": DAY}, {}, 1),
        ({"known_until": FORMER}, {}, 0),
        ({"known_from": DAY}, {}, 0),
        ({"ended": True}, {}, 0),
        ({"begun": False}, {}, 0),
        ({"root": "c"}, {}, 0),
        ({}, {"seen_until": FORMER}, 0),
        ({}, {"seen_until": DAY}, 1),
        ({}, {"seen_from": NEXT}, 0),
    ],
)
def test_who_was_at_the_origin_before_the_look_and_is_seen_at_it_counts(
    sql, tenure, sighting, people
):
    """So it was when the look was followed."""
    sql.given(
        "tenures", {"profile": "x", "root": "a", "begun": True, "known_from": FORMER, **tenure}
    )
    sql.given("sightings", {"profile": "x", "seen_from": FORMER, **sighting})
    moved(sql, "p")
    assert flows(sql, "of_people") == [(people,)]


@pytest.mark.parametrize(
    ("known_from", "since"), [(FORMER, FORMER), (DAY, None), ("2020-01-07", "2020-01-07")]
)
def test_a_destination_exists_since_somebody_was_there_before_the_look(sql, known_from, since):
    """Who comes by the look makes it no older."""
    sql.given("tenures", {"profile": "x", "root": "b", "known_from": known_from})
    moved(sql, "p")
    assert flows(sql, "existed_since") == [(since,)]
