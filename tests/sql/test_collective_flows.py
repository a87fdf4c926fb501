"""The flows of a day between two organisations, with all that tells a change of their names."""

from typing import Any

import pytest

DAY = "2020-06-15"
COLUMNS = (
    *("from_root", "to_root", "from_name", "to_name", "ended_on", "to_the_day", "relabelled"),
    *("moved", "kept", "titled", "titles", "titles_with_earlier"),
    *("earlier", "kept_earlier", "titled_earlier"),
    *("elsewhere", "of_people", "there_before", "arrived"),
    *("namesakes", "existed_since", "examples", "held_before"),
)
KEPT, OTHER = 1, 2
"""Sides with the same title and team, and one with another."""


@pytest.fixture(autouse=True)
def sides(sql):
    """Give three ways of being somewhere."""
    titles = {KEPT: "Engineer", OTHER: "Chief", 3: "Engineer"}
    sql.given("sides", *({"side": n, "name": f"N{n}", "title": what} for n, what in titles.items()))


def moved(sql, *people: str, to: int = OTHER, **changes: Any) -> None:
    """Let people go from a to b today, by default in place and to another position."""
    usual = {"from_root": "a", "to_root": "b", "from_side": KEPT, "to_side": to}
    usual |= {"manner": "in place", "left_earliest": "2020-05-16", "left_latest": DAY}
    usual |= {"before_on": "2020-05-15"}
    sql.given("new_move_versions", *({"profile": who, **usual, **changes} for who in people))


def ended(
    sql, *people: str, first: str = "2020-05-31", last: str = "2020-05-31", **more: Any
) -> None:
    """Let people state that they left between two days."""
    days: dict[str, Any] = {"left_earliest": first, "left_latest": last}
    moved(sql, *people, manner="dated", **days, **more)


def before(sql, *people: str, to: int = OTHER, **changes: Any) -> None:
    """Let people have gone from a to b already."""
    usual = {"from_root": "a", "to_root": "b", "from_side": KEPT, "to_side": to}
    usual |= {"left_earliest": "2020-01-01", "left_latest": "2020-01-31", "status": "counted"}
    usual |= {"before_on": "2020-01-01", "observed_on": "2020-01-31"}
    sql.given("profile_moves", *({"profile": who, **usual, **changes} for who in people))


def run(sql) -> list[Any]:
    """Ask for the flows of the day as a comparison does."""
    sql.run("flow_candidates", day=DAY)
    sql.run("flow_steps", source="s", day=DAY)
    found: list[Any] = sql.run("collective_flows", source="s", day=DAY)
    return found


def flows(sql, *columns: str) -> list[Any]:
    """Return those columns of each flow."""
    found = run(sql)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in found]
    return [tuple(row[column] for column in columns) for row in rows]


def test_titles_that_stay_in_another_team_are_counted(sql):
    """Two keep theirs, which are two, and the third has another one now."""
    sql.given("sides", {"side": 4, "title": "Engineer", "team": "t"})
    sql.given("sides", {"side": 5, "title": "Chief", "team": "t"})
    moved(sql, "p", "r", to=4)
    moved(sql, "q", from_side=OTHER, to=5)
    moved(sql, "z", to=5)
    before(sql, "e", to=4)
    before(sql, "f", to=5)
    columns = ("moved", "kept", "titled", "titles", "earlier", "kept_earlier", "titled_earlier")
    assert flows(sql, *columns) == [(4, 0, 3, 2, 2, 0, 1)]


@pytest.mark.parametrize(
    ("who", "title", "titles"),
    [("e", "Analyst", 2), ("e", "Engineer", 1), ("e", None, 1), ("p", "Analyst", 1)],
)
def test_the_titles_of_who_went_before_count_beside_those_of_today(sql, who, title, titles):
    """Each once, if it stayed; of one person those of today."""
    sql.given("sides", {"side": 4, "title": title}, {"side": 5, "title": title})
    moved(sql, "p", to=3)
    before(sql, who, from_side=4, to=5)
    assert flows(sql, "titles", "titles_with_earlier") == [(1, titles)]


@pytest.mark.parametrize(("to", "kept"), [(3, 2), (OTHER, 0)])
def test_people_and_those_who_keep_their_position_are_counted(sql, to, kept):
    """Two who go in place are one flow, in which those with the same title are told."""
    moved(sql, "p", "q", to=to)
    columns = ("from_name", "to_name", "ended_on", "to_the_day", "moved", "kept", "examples")
    assert flows(sql, *columns) == [("N1", f"N{to}", None, False, 2, kept, ["p", "q"])]


def test_nobody_renamed_nobody_before_and_nobody_there_are_none(sql):
    """A flow by itself has zeros and no day."""
    moved(sql, "p")
    columns = ("relabelled", "earlier", "kept_earlier", "of_people", "existed_since")
    assert flows(sql, *columns) == [(0, 0, 0, 0, None)]


def test_the_first_three_profiles_are_examples(sql):
    """They are told in the order of their ids."""
    moved(sql, "t", "p", "r", "q")
    assert flows(sql, "moved", "examples") == [(4, ["p", "q", "r"])]


@pytest.mark.parametrize(
    ("manner", "to", "counted"),
    [("in place", OTHER, True), ("told", OTHER, False), ("told", 3, True), (None, 3, False)],
)
def test_what_is_told_of_the_past_counts_where_the_position_is_kept(sql, manner, to, counted):
    """A history that is new today tells of a change of names only so."""
    ended(sql, "p", "q")
    moved(sql, "r", to=to, manner=manner, left_earliest="2020-05-31", left_latest="2020-05-31")
    people = dict(flows(sql, "ended_on", "moved"))
    assert people["2020-05-31"] == (3 if counted else 2)


@pytest.mark.parametrize("change", [{"known_move": "m"}, {"from_root": None}, {"to_root": None}])
def test_only_new_moves_between_two_organisations_make_a_flow(sql, change):
    """What is known, or leads from or to nowhere, makes none."""
    moved(sql, "p", **change)
    assert flows(sql, "moved") == []


@pytest.mark.parametrize(
    ("first", "day"),
    [("2020-05-31", True), ("2020-05-30", True), ("2020-04-30", True), ("2020-04-29", False)],
)
def test_an_end_told_to_the_month_may_be_one_day(sql, first, day):
    """At most 31 days lie between its first and last day; a quarter is no day."""
    ended(sql, "p", "q", first=first)
    assert flows(sql, "ended_on", "moved") == ([("2020-05-31", 2)] if day else [])


@pytest.mark.parametrize(
    ("exact", "to_the_day"), [((), False), (("p",), False), (("p", "q"), True)]
)
def test_two_who_state_just_the_day_tell_it_to_the_day(sql, exact, to_the_day):
    """One alone, or months only, do not."""
    ended(sql, *exact)
    ended(sql, *{"p", "q", "r"}.difference(exact), first="2020-05-01")
    assert flows(sql, "moved", "to_the_day") == [(3, to_the_day)]


@pytest.mark.parametrize(("people", "told"), [("p", 0), ("pq", 1)])
def test_one_day_is_that_of_two_people_at_the_least(sql, people, told):
    """The end of one person is no day of a flow."""
    ended(sql, *people)
    assert len(flows(sql, "moved")) == told


@pytest.mark.parametrize(("elsewhere", "told"), [(1, 1), (2, 1), (3, 0)])
def test_the_day_is_that_of_half_of_the_people_who_state_one(sql, elsewhere, told):
    """Half are enough, and less than half are not."""
    ended(sql, "p", "q")
    for number in range(elsewhere):
        last = f"2020-02-0{number + 1}"
        ended(sql, f"other{number}", first=last, last=last)
    assert flows(sql, "ended_on", "moved") == [("2020-05-31", 2)] * told


@pytest.mark.parametrize(("to", "told"), [(3, 1), (OTHER, 0)])
def test_who_went_before_and_kept_the_position_tells_the_day_too(sql, to, told):
    """Two then need only one of today."""
    ended(sql, "p")
    before(sql, "q", to=to, left_earliest="2020-05-31", left_latest="2020-05-31")
    assert flows(sql, "ended_on", "moved", "to_the_day") == [("2020-05-31", 1, False)] * told


@pytest.mark.parametrize(("first", "told"), [("2020-04-30", 1), ("2020-04-29", 0)])
def test_of_who_went_before_too_an_end_to_the_month_tells_the_day(sql, first, told):
    """At most 31 days lie between its first and last day."""
    ended(sql, "p")
    before(sql, "q", to=3, left_earliest=first, left_latest="2020-05-31")
    assert len(flows(sql, "moved")) == told


@pytest.mark.parametrize(
    ("first", "last", "moved_people"),
    [
        ("2020-05-31", "2020-06-15", 3),
        ("2020-06-01", "2020-06-15", 2),
        ("2020-05-16", "2020-05-31", 3),
        ("2020-05-16", "2020-05-30", 2),
    ],
)
def test_who_states_no_day_and_went_around_it_is_of_the_flow(sql, first, last, moved_people):
    """The day may be the first or the last one on which they may have left."""
    ended(sql, "p", "q")
    moved(sql, "r", left_earliest=first, left_latest=last)
    dated = [count for day, count in flows(sql, "ended_on", "moved") if day]
    assert dated == [moved_people]


@pytest.mark.parametrize(
    ("first", "last", "counted"),
    [
        ("2020-05-31", "2020-06-20", True),
        ("2020-06-01", "2020-06-20", False),
        ("2020-05-05", "2020-05-31", True),
        ("2020-05-05", "2020-05-30", False),
    ],
)
def test_who_states_a_month_around_the_day_is_of_the_flow(sql, first, last, counted):
    """A month that does not hold the day is another one."""
    ended(sql, "p", "q", "r")
    ended(sql, "t", first=first, last=last)
    assert flows(sql, "ended_on", "moved") == [("2020-05-31", 4 if counted else 3)]


@pytest.mark.parametrize(
    ("observed_on", "change", "earlier"),
    [
        ("2019-06-16", {}, 1),
        ("2019-06-15", {}, 0),
        ("2020-01-31", {"before_on": None}, 0),
        ("2020-01-31", {"stated": True}, 0),
        ("2020-01-31", {"known_until": "2020-03-01"}, 0),
        ("2020-01-31", {"source": "t"}, 0),
        ("2020-01-31", {"profile": "p"}, 0),
    ],
)
def test_who_went_undated_in_the_365_days_before_is_counted_as_earlier(
    sql, observed_on, change, earlier
):
    """One day longer ago, at a first look, dated, or believed no longer, is not."""
    moved(sql, "p")
    before(sql, "q", observed_on=observed_on, **change)
    assert flows(sql, "earlier", "kept_earlier") == [(earlier, 0)]


@pytest.mark.parametrize(
    ("first", "last", "to", "change", "earlier"),
    [
        ("2020-05-31", "2020-06-30", OTHER, {}, (1, 0)),
        ("2020-06-01", "2020-06-30", OTHER, {}, (0, 0)),
        ("2020-01-01", "2020-05-31", OTHER, {}, (1, 0)),
        ("2020-01-01", "2020-05-30", OTHER, {}, (0, 0)),
        ("2020-01-01", "2020-12-31", OTHER, {"before_on": None}, (0, 0)),
        ("2020-01-01", "2020-12-31", 3, {"before_on": None}, (1, 1)),
    ],
)
def test_who_may_have_left_on_the_day_is_counted_as_earlier(sql, first, last, to, change, earlier):
    """Whoever was there at the first look counts only with the position kept."""
    ended(sql, "p", "q")
    before(sql, "r", to=to, left_earliest=first, left_latest=last, stated=True, **change)
    assert flows(sql, "earlier", "kept_earlier") == [earlier]


@pytest.mark.parametrize(
    ("change", "people"),
    [
        ({}, 1),
        ({"known_from": DAY}, 0),
        ({"known_from": "2020-06-14"}, 1),
        ({"known_until": DAY}, 1),
        ({"known_until": "2020-06-14"}, 0),
        ({"ended": True}, 0),
        ({"begun": False}, 0),
        ({"root": "c"}, 0),
        ({"source": "t"}, 0),
    ],
)
def test_the_people_of_the_origin_are_those_believed_there_until_today(sql, change, people):
    """Who is new today is not, and who left today is."""
    moved(sql, "p")
    sql.given("tenures", {"profile": "p", "root": "a", "begun": True, **change})
    sql.given("sightings", {"profile": "p"})
    assert flows(sql, "of_people") == [(people,)]


@pytest.mark.parametrize(
    ("known_from", "existed_since"), [(DAY, None), ("2020-06-14", "2020-06-14")]
)
def test_the_destination_existed_since_it_was_first_seen_before_today(
    sql, known_from, existed_since
):
    """One that today shows first did not exist."""
    moved(sql, "p")
    sql.given("tenures", {"profile": "x", "root": "b", "known_from": known_from})
    assert flows(sql, "existed_since") == [(existed_since,)]


def test_who_got_the_name_counts_as_moved_in_place(sql):
    """Only while it goes on, and where somebody goes that way; all of them are told."""
    moved(sql, "p")
    names = {"old_root": "a", "new_root": "b"}
    for who, ongoing, new in (("q", True, "b"), ("r", False, "b"), ("t", True, "c")):
        sql.given(
            "relabelled_tenures", {"profile": who, **names, "new_root": new, "ongoing": ongoing}
        )
        sql.given("changed_profiles", {"profile": who, "before_on": "2020-05-15"})
    assert flows(sql, "moved", "kept", "relabelled") == [(2, 1, 2)]
    assert ("q", "2020-05-16", DAY) in sql.read("flow_steps", "profile, left_earliest, left_latest")


def test_a_flow_that_was_held_before_says_so(sql):
    """One of another day is another flow."""
    moved(sql, "p")
    sql.given("holds", {"from_root": "a", "to_root": "b", "kind": "kept", "ended_on": "2020-05-31"})
    assert flows(sql, "held_before") == [(False,)]
    sql.given("holds", {"from_root": "a", "to_root": "b", "kind": "kept"})
    run(sql)
    assert flows(sql, "held_before") == [(True,)]


@pytest.mark.parametrize(
    ("sighting", "people"), [({}, 1), ({"seen_until": "2020-05-15"}, 0), ({"source": "t"}, 0)]
)
def test_who_is_absent_from_the_newest_snapshot_is_no_part_of_the_share(sql, sighting, people):
    """Nobody looked at them, so they neither stayed nor left."""
    moved(sql, "p")
    for root in ("a", "b"):
        sql.given("tenures", {"profile": "q", "root": root, "begun": True})
    sql.given("sightings", {"profile": "q", **sighting})
    assert flows(sql, "of_people", "there_before") == [(people, people)]


@pytest.mark.parametrize(
    ("known_from", "latter", "people"),
    [("2020-06-14", "q", 1), (DAY, "q", 0), ("2020-06-14", "absent", 0)],
)
def test_whoever_has_another_id_since_today_was_there_under_the_former_one(
    sql, known_from, latter, people
):
    """They are of the people there before, and do not arrive; both ids are one of them."""
    moved(sql, "p")
    sql.given("rekeyed_profiles", {"former": "old", "latter": latter})
    sql.given("sightings", {"profile": "q"}, {"profile": "old", "seen_until": "2020-05-15"})
    for root in ("a", "b"):
        there = {"root": root, "begun": True}
        sql.given(
            "tenures", {"profile": "old", "known_until": DAY, **there, "known_from": known_from}
        )
        sql.given("tenures", {"profile": latter, "known_from": DAY, **there})
        sql.given("next_tenures", {"profile": latter, "listed": True, **there})
    columns = ("of_people", "there_before", "arrived")
    assert flows(sql, *columns) == [(people, people, 1 - people)]


@pytest.mark.parametrize(
    ("first", "before_on", "moved_people"),
    [("2020-05-31", None, 3), ("2020-05-30", None, 2), ("2020-05-31", "2020-05-15", 2)],
)
def test_a_new_profile_that_states_the_day_is_of_the_flow_and_of_its_people(
    sql, first, before_on, moved_people
):
    """One known before, or with a month, tells of a past that says nothing of today."""
    ended(sql, "p", "q")
    moved(
        sql, "r", manner="told", left_earliest=first, left_latest="2020-05-31", before_on=before_on
    )
    sql.given("changed_profiles", {"profile": "r", "before_on": before_on})
    sql.given("changed_profiles", {"profile": "p", "before_on": "2020-05-15"})
    assert flows(sql, "moved", "of_people") == [(moved_people, moved_people - 2)]


@pytest.mark.parametrize(("elsewhere", "told"), [(2, 1), (3, 0)])
def test_new_profiles_alone_tell_a_day_that_half_of_them_state(sql, elsewhere, told):
    """Two of four are half of them, two of five are not."""
    day: dict[str, Any] = {
        "manner": "told",
        "left_earliest": "2020-05-31",
        "left_latest": "2020-05-31",
    }
    moved(sql, "p", "q", before_on=None, **day)
    for number in range(elsewhere):
        other = dict.fromkeys(("left_earliest", "left_latest"), f"2019-02-0{number + 1}")
        moved(sql, f"other{number}", before_on=None, **day | other)
    assert flows(sql, "ended_on", "moved") == [("2020-05-31", 2)] * told


@pytest.mark.parametrize(
    ("tenure", "arrived"),
    [
        ({}, 1),
        ({"listed": False}, 0),
        ({"ended": True}, 0),
        ({"begun": False}, 0),
        ({"root": "c"}, 0),
    ],
)
def test_who_is_shown_at_the_destination_first_today_has_arrived(sql, tenure, arrived):
    """Whoever was there before has not."""
    moved(sql, "p")
    for who in ("q", "there"):
        place = {"profile": who, "root": "b", "begun": True, "listed": True}
        sql.given("next_tenures", {**place, **(tenure if who == "q" else {})})
    sql.given("tenures", {"profile": "there", "root": "b", "begun": True})
    sql.given("sightings", {"profile": "there"})
    assert flows(sql, "arrived", "there_before") == [(arrived, 1)]


@pytest.mark.parametrize(("name", "namesakes"), [("N1 Labs", 2), ("n1-labs", 2), ("N12", 1)])
def test_names_with_the_first_word_of_the_origin_are_counted(sql, name, namesakes):
    """Case does not matter, and a longer word is another one."""
    moved(sql, "p")
    sql.given("names", {"organization": "N1", "root": "a"}, {"organization": name, "root": "c"})
    assert flows(sql, "namesakes") == [(namesakes,)]


def test_new_profiles_tell_to_the_day_where_nobody_was_known_before(sql):
    """Two of them state the day itself, in other positions than before."""
    days: dict[str, Any] = {"left_earliest": "2020-05-31", "left_latest": "2020-05-31"}
    moved(sql, "p", "q", manner="told", before_on=None, **days)
    assert flows(sql, "ended_on", "to_the_day") == [("2020-05-31", True)]


@pytest.mark.parametrize(
    ("changes", "elsewhere"),
    [
        ({"to_root": "c"}, 1),
        ({"to_root": None, "to_side": None, "manner": None}, 1),
        ({"to_root": "b", "manner": "told"}, 0),
        ({"from_root": "c"}, 0),
        ({"to_root": None, "manner": None, "known_move": 1}, 0),
        ({"to_root": None, "manner": None, "before_on": None}, 0),
    ],
)
def test_who_leaves_for_anywhere_else_is_counted(sql, changes, elsewhere):
    """Unknown included; a move that was known, and a history seen for the first time, are not."""
    moved(sql, "p", "q")
    moved(sql, "z", **changes)
    found = flows(sql, "from_root", "to_root", "elsewhere")
    assert [row[2] for row in found if row[:2] == ("a", "b")] == [elsewhere]
