"""What the gates ask of each look, where many looks are followed together."""

from typing import Any

import pytest

FIRST, FORMER, DAY, NEXT = "2019-12-25", "2020-01-01", "2020-01-08", "2020-01-15"
HOME = {"root": "a", "begun": True, "listed": True}
STAY = {"begun": True, "listed": True, "ended": True, "join_shown_on": DAY, "known_from": DAY}


@pytest.fixture(autouse=True)
def looks(sql):
    """Begin with two looks."""
    sql.given("looks", {"day": DAY, "last_on": FORMER}, {"day": NEXT, "last_on": DAY})


def counts(sql, column: str = "tells") -> list[Any]:
    """Return one column for each of the two."""
    names = ("day", "changed", "rewritten", "undated", "origins", "filled", "relabelled", "tells")
    rows = sql.run("look_counts", source="s", people=5, share=0.6, fewest=5, fewest_pasted=3)
    assert [row[0] for row in rows] == [DAY, NEXT]
    return [row[names.index(column)] for row in rows]


def test_profiles_that_were_there_before_and_changed_are_counted(sql):
    """New ones and those that vanished are none."""
    looks = [{"profile": who, "day": DAY, "still": True} for who in "pq"]
    sql.given("followed_looks", *looks, {"profile": "new", "day": DAY})
    sql.given("followed_looks", {"profile": "p", "day": NEXT, "still": True})
    assert counts(sql, "changed") == [2, 1]


@pytest.mark.parametrize(
    ("together", "elsewhere", "rewritten"), [(5, 3, 3), (4, 0, 4), (6, 5, 11), (0, 2, 2)]
)
def test_people_who_left_all_that_they_did_in_all_directions_are_counted(
    sql, together, elsewhere, rewritten
):
    """Five people who are most of an organisation and go one way are no fault of the source."""
    flow = {"day": DAY, "from_root": "a"}
    some = [{"profile": f"p{n}", "to_root": "b", **flow} for n in range(together)]
    others = [{"profile": f"q{n}", "to_root": f"c{n}", **flow} for n in range(elsewhere)]
    sql.given("look_departures", *some, *others)
    assert counts(sql, "rewritten") == [rewritten, 0]


@pytest.mark.parametrize(
    ("change", "undated", "filled"),
    [
        ({}, 1, 0),
        ({"stated": True}, 0, 0),
        ({"held": True}, 0, 0),
        ({"before_on": None}, 0, 0),
        ({"placeholder": "filled"}, 0, 1),
        ({"placeholder": "emptied"}, 0, 0),
    ],
)
def test_undated_moves_of_known_people_are_counted_by_people_and_origins(
    sql, change, undated, filled
):
    """What fills a place is counted by itself."""
    move = {"profile": "p", "day": DAY, "before_on": FORMER, "to_root": "b", **change}
    sql.given("look_moves", move, move)
    assert counts(sql, "undated") == [undated, 0]
    assert counts(sql, "origins") == [undated, 0]
    assert counts(sql, "filled") == [filled, 0]


def test_the_name_that_most_got_in_the_place_of_another_is_counted(sql):
    """Each profile once, and each look by itself."""
    names = {"from_root": "a", "to_root": "b"}
    rows = [{"profile": who, "day": day, **names} for who, day in (("p", DAY), ("q", DAY))]
    sql.given("look_relabels", *rows, *rows, {"profile": "r", "day": NEXT, **names})
    sql.given("look_relabels", {"profile": "s", "day": DAY, "from_root": "a", "to_root": "c"})
    assert counts(sql, "relabelled") == [2, 1]


@pytest.mark.parametrize(("people", "tells"), [(3, True), (2, False)])
def test_one_stay_in_the_place_of_another_in_three_profiles_may_be_pasted(sql, people, tells):
    """Its start and its end are the same."""
    days = {"start_earliest": "2018-01-01", "end_earliest": "2019-01-01"}
    for number in range(people):
        gone = {"root": "x", "known_from": DAY, "corrected_by": "a career"}
        told = [{"profile": f"p{number}", **row} for row in (gone, STAY | days | {"root": "b"})]
        sql.given("tenures", *told)
    assert counts(sql) == [tells, False]


# -- ids that may have changed ---------------------------------------------------------------------


def changed_id(sql, *, seen_until: str | None = FORMER, again: str | None = None) -> None:
    """Let one profile have been seen until a day, and another appear."""
    sql.given("followed_looks", {"profile": "new", "day": DAY, "last_on": FORMER})
    sql.given("sightings", {"profile": "old", "seen_from": FIRST, "seen_until": seen_until})
    sql.given("sightings", *([{"profile": "old", "seen_from": again}] if again else []))


@pytest.mark.parametrize(
    ("kind", "digest", "gone", "tells"),
    [
        ("history", 1, {}, True),
        ("short history", 1, {}, True),
        ("page", 1, {}, True),
        ("stated", 1, {}, False),
        ("history", 2, {}, False),
        ("history", 1, {"seen_until": None}, False),
        ("history", 1, {"seen_until": DAY}, False),
        ("history", 1, {"again": NEXT}, True),
        ("history", 1, {"again": DAY}, False),
        ("history", 1, {"seen_until": FIRST}, True),
        ("short history", 1, {"seen_until": FIRST}, True),
        ("page", 1, {"seen_until": FIRST}, False),
    ],
)
def test_a_new_profile_with_a_sign_of_one_that_is_missing_may_be_the_same(
    sql, kind, digest, gone, tells
):
    """Gone at the same look or before; of a page, whoever bore another name is somebody else."""
    changed_id(sql, **gone)
    had = {"profile": "old", "digest": 1, "known_from": FIRST, "name": "bob"}
    sql.given("match_keys", had)
    shown = {"profile": "new", "kind": kind, "digest": digest, "known_from": DAY, "name": "ada"}
    sql.given("match_keys", shown)
    assert counts(sql) == [tells, False]


def test_one_name_on_one_page_may_be_one_after_some_looks(sql):
    """However long nobody bore it."""
    changed_id(sql, seen_until=FIRST)
    page = {"kind": "page", "digest": 1, "name": "ada"}
    sql.given("match_keys", {"profile": "old", "known_from": FIRST, **page})
    sql.given("match_keys", {"profile": "new", "known_from": DAY, **page})
    assert counts(sql) == [True, False]


@pytest.mark.parametrize(
    ("name", "start", "gone", "tells"),
    [
        ("Ada Lane", "2019-01-01", {}, True),
        ("Bob", "2019-01-01", {}, False),
        ("Ada Lane", None, {}, False),
        ("Ada Lane", "2019-01-01", {"seen_until": FIRST}, True),
        ("Ada Lane", "2019-01-01", {"seen_until": None}, False),
    ],
)
def test_a_new_profile_of_the_name_and_with_a_stay_of_one_that_is_missing_may_be_the_same(
    sql, name, start, gone, tells
):
    """The stay has to have a start."""
    changed_id(sql, **gone)
    sql.given("profile_names", {"profile": "old", "name": "ada  lane", "known_from": FIRST})
    sql.given("look_names", {"profile": "new", "day": DAY, "name": name})
    stay = {"root": "a", "start_earliest": start, "start_latest": start}
    sql.given("tenures", {"profile": "old", "known_from": FIRST, **stay})
    sql.given("tenures", {"profile": "new", "known_from": DAY, **stay})
    assert counts(sql) == [tells, False]


# -- what is listed in many profiles ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "other_day", "tells"), [(3, DAY, True), (2, DAY, False), (3, NEXT, False)]
)
def test_one_history_in_three_profiles_at_one_look_may_be_pasted(sql, people, other_day, tells):
    """Two are no three, nor is a third at another look."""
    for number in range(people):
        day = {"join_shown_on": other_day, "known_from": other_day} if number == 2 else {}
        first = {"root": "a", "start_earliest": "2018-01-01", "end_earliest": "2018-12-31"}
        second = {"root": "b", "start_earliest": "2019-01-01", "end_earliest": "2019-06-30"}
        for stay in (first, second):
            sql.given("tenures", {"profile": f"p{number}", **STAY, **stay, **day})
    assert counts(sql) == [tells, False]


@pytest.mark.parametrize(
    ("people", "change", "tells"),
    [
        (5, {}, True),
        (4, {}, False),
        (5, {"start_earliest": "2019-01-01"}, False),
        (5, {"ended": True}, False),
        (5, {"join_shown_on": FORMER}, False),
    ],
)
def test_a_second_employer_of_five_people_of_one_place_may_be_no_news(sql, people, change, tells):
    """Fewer, or dated ones, are people's own."""
    for number in range(people):
        who = {"profile": f"p{number}"}
        sql.given("tenures", {**who, **HOME, "known_from": FORMER})
        sql.given("tenures", {**who, **STAY, "root": "b", "ended": False, **change})
    assert counts(sql) == [tells, False]
