"""The versions of moves that profiles tell of, as they begin and end on a day."""

from hashlib import md5
from typing import Any

import pytest

DAY = "2020-06-15"
NEW: dict[str, Any] = {"from_root": "a", "to_root": "b", "before_on": "2020-05-15", "occurrence": 1}
NEW |= {"left_earliest": "2020-05-16", "left_latest": "2020-05-31", "known_baseline": None}


def tells(sql, profile: str = "p", num: int = 1, **changes: Any) -> None:
    """Let a profile tell of a move from a to b that nobody knew."""
    sql.given("new_move_versions", {"profile": profile, "num": num, "day": DAY, **NEW, **changes})


def store(sql, *, silent: bool = False, placeholders: bool = False, baseline: bool = False) -> None:
    marks = {"silent": silent, "placeholders": placeholders, "baseline": baseline}
    sql.run("store_profile_moves", source="s", day=DAY, **marks)


def standings(sql) -> Any:
    """Return the status and the reason of each version that is stored."""
    return sql.read("profile_moves", "status, reason")


COUNTED = ("counted", None)


def test_a_new_move_is_stored_with_the_name_that_the_snapshot_shows(sql):
    """From the day on, first seen on it, with an id of its own."""
    sql.given("shown_profile_names", {"profile": "p", "name": "Ada", "url": "u"})
    tells(sql)
    store(sql, baseline=True)
    columns = "move, name, url, observed_on, before_on, baseline, status"
    columns += ", known_from, known_until"
    move = md5(b"s\x1fp\x1fa\x1fb\x1f1", usedforsecurity=False).hexdigest()
    row = (move[:16], "Ada", "u", DAY, "2020-05-15", True, "counted", DAY, None)
    assert sql.read("profile_moves", columns) == [row]


@pytest.mark.parametrize(
    "change", [{"from_root": None}, {"to_root": None}, {"occurrence": 2}, {"profile": "q"}]
)
def test_other_moves_have_other_ids(sql, change):
    """By profile, sides and count."""
    tells(sql)
    tells(sql, **{"num": 2, **change})
    store(sql)
    assert sql.read("profile_moves", "count(DISTINCT move)") == [(2,)]


# -- what is known ---------------------------------------------------------------------------------

KNOWN: dict[str, Any] = {"known_move": "m", "known_status": "held", "known_reason": "r"}
KNOWN |= {"known_before_on": "2019-12-01", "known_observed_on": "2020-01-01"}
KNOWN |= {"known_baseline": True}


def believed(sql, *, paired: bool = True) -> None:
    """Let one move of the profile be believed; paired with the first that it tells of."""
    sql.given("revised_profiles", {"profile": "p", "day": DAY})
    sql.given("profile_moves", {"move": "m", "profile": "p"})
    [(number,)] = sql.read("profile_moves", "rowid")
    sql.given("believed_moves", {"number": number, "profile": "p", "num": 9, "move": "m"})
    if paired:
        sql.given("chosen_pairs", {"profile": "p", "a": 9, "b": 1})


def test_a_known_move_keeps_its_id_its_standing_and_when_it_was_seen(sql):
    """Its former version ends on the day."""
    believed(sql)
    tells(sql, **KNOWN)
    store(sql)
    columns = "move, status, reason, before_on, observed_on, baseline, known_from, known_until"
    assert sql.read("profile_moves", columns) == [
        ("m", "held", "r", "2019-12-01", "2020-01-01", True, DAY, None),
        ("m", None, None, None, None, False, "2020-01-01", DAY),
    ]


@pytest.mark.parametrize(
    ("paired", "told", "ends"),
    [(False, False, True), (True, False, False), (True, True, True), (False, True, True)],
)
def test_a_version_ends_if_nothing_follows_it_or_something_new_does(sql, paired, told, ends):
    """One that is told as before goes on."""
    believed(sql, paired=paired)
    if told:
        tells(sql, **(KNOWN if paired else {}))
    store(sql)
    [(until,)] = sql.read("profile_moves WHERE known_from < '2020-06-15'", "known_until")
    assert until == (DAY if ends else None)


@pytest.mark.parametrize("paired", [False, True])
def test_a_silent_snapshot_changes_nothing_that_is_known(sql, paired):
    """It takes nothing back, and dates nothing anew."""
    believed(sql, paired=paired)
    if paired:
        tells(sql, **KNOWN)
    before = sql.read("profile_moves")
    store(sql, silent=True)
    assert sql.read("profile_moves") == before


# -- why a new move is held ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("silent", "change", "held"),
    [
        (True, {"stated": False}, True),
        (True, {"stated": True}, False),
        (True, {"stated": True, "before_on": None}, True),
        (False, {"stated": False}, False),
        (False, {"stated": True, "before_on": None}, False),
    ],
)
def test_a_silent_snapshot_tells_only_what_its_profiles_date(sql, silent, change, held):
    """Nobody compared who was where; the past of a new profile is history."""
    tells(sql, **change)
    store(sql, silent=silent)
    reason = f"the source began anew on {DAY}: who was where was not compared"
    assert standings(sql) == [("held", reason) if held else COUNTED]


@pytest.mark.parametrize(
    ("placeholder", "reason"),
    [
        ("filled", "no day is stated, and a pseudo employer stood there before"),
        ("emptied", "no day is stated, and a pseudo employer stood in its place"),
        (None, None),
    ],
)
@pytest.mark.parametrize("many", [False, True])
def test_a_pseudo_employer_that_took_or_left_the_place_holds_a_move(sql, placeholder, reason, many):
    """On a day on which it did so for many."""
    tells(sql, placeholder=placeholder)
    store(sql, placeholders=many)
    assert standings(sql) == [("held", reason) if many and reason else COUNTED]


def test_a_correction_holds_a_move(sql):
    """It was no departure."""
    tells(sql, corrected_by="dates")
    store(sql)
    assert standings(sql) == [("held", "a correction rather than a departure: dates")]


def test_a_listing_holds_a_move(sql):
    """By its number and its profile."""
    tells(sql)
    tells(sql, num=2, occurrence=2)
    tells(sql, profile="q")
    sql.given("moves_by_listing", {"profile": "p", "num": 1, "reason": "listed"})
    store(sql)
    assert sorted(standings(sql), key=str) == [COUNTED, COUNTED, ("held", "listed")]


@pytest.mark.parametrize(
    ("to_root", "stated", "reason"),
    [(None, False, "no employer"), (None, True, None), ("b", False, None)],
)
def test_a_departure_to_nowhere_says_what_stands_in_the_place_of_a_job(
    sql, to_root, stated, reason
):
    """One that no date tells; it counts."""
    sql.given("speaking_profiles", {"profile": "p", "instead": "no employer"})
    tells(sql, to_root=to_root, stated=stated)
    store(sql)
    assert standings(sql) == [("counted", reason)]


@pytest.mark.parametrize(
    ("crowded", "held"),
    [
        ({}, True),
        ({"known_until": DAY}, True),
        ({"known_until": "2020-06-14"}, False),
        ({"known_until": "2020-06-16"}, False),
        ({"source": "t"}, False),
        ({"profile": "q"}, False),
    ],
)
def test_an_id_that_several_people_share_tells_of_nobodys_move(sql, crowded, held):
    """One that was crowded up to this look, too."""
    usual = {"profile": "p", "organizations": 8, "known_from": "2020-01-01"}
    sql.given("crowded_profiles", usual | crowded)
    tells(sql)
    store(sql)
    reason = "an id that several people share: it showed 8 organisations at once"
    assert standings(sql) == [("held", reason) if held else COUNTED]


def test_a_name_that_several_people_had_tells_of_nobodys_move(sql):
    """Nor at the look after that."""
    shared = {"profile": "p", "organizations": 0, "known_from": "2020-01-01"}
    sql.given("crowded_profiles", shared)
    tells(sql)
    store(sql)
    [(status, reason)] = standings(sql)
    assert status == "held"
    assert reason.startswith("a name that several people had at the last look")


# -- who follows a change of the organisations -----------------------------------------------------


def hold(sql, **changes: Any) -> None:
    """Let the flow from a to b be held on the day before."""
    usual = {"observed_on": "2020-06-14", "from_root": "a", "to_root": "b", "kind": "merger"}
    sql.given("holds", {**usual, "reason": "flow", "ended_on": "2020-05-20", **changes})


@pytest.mark.parametrize(
    ("hold_change", "told", "held"),
    [
        ({}, {"manner": "in place"}, True),
        ({}, {"manner": None}, False),
        ({"ended_on": None}, {"manner": "in place"}, True),
        ({}, {"manner": "dated"}, True),
        ({}, {"manner": "told"}, True),
        ({"ended_on": "2020-05-16"}, {"manner": "dated"}, True),
        ({"ended_on": "2020-05-15"}, {"manner": "dated"}, False),
        ({"ended_on": "2020-05-31"}, {"manner": "told"}, True),
        ({"ended_on": "2020-06-01"}, {"manner": "told"}, False),
        ({"ended_on": None}, {"manner": "dated"}, False),
        ({"ended_on": None, "observed_on": DAY}, {"manner": "dated"}, True),
        ({"ended_on": None, "observed_on": DAY}, {"manner": "told"}, False),
        ({"from_root": "c"}, {"manner": "in place"}, False),
        ({"to_root": "c"}, {"manner": "in place"}, False),
        ({"source": "t"}, {"manner": "in place"}, False),
        ({"kind": "second"}, {"manner": "in place"}, False),
        ({"kind": "pasted"}, {"manner": "in place"}, False),
        ({"kind": "renamed"}, {"manner": "in place"}, True),
        ({"kind": "renamed", "observed_on": DAY}, {"manner": "in place"}, False),
    ],
)
def test_who_follows_in_a_flow_that_was_held_is_held(sql, hold_change, told, held):
    """In place, dated today, or on the day that all ends state."""
    hold(sql, **hold_change)
    tells(sql, **told)
    store(sql)
    assert standings(sql) == [("held", "flow") if held else COUNTED]


def test_the_newest_hold_of_a_flow_says_why(sql):
    """And each of their days counts."""
    hold(sql, reason="old", ended_on="2020-05-20", observed_on="2020-01-01")
    hold(sql, reason="new", ended_on="2019-01-01")
    tells(sql, manner="told")
    store(sql)
    assert standings(sql) == [("held", "new")]


def test_of_several_reasons_the_strongest_is_told(sql):
    """A shared id before a listing, before a flow, before the rest."""
    sql.given("crowded_profiles", {"profile": "p", "organizations": 8})
    for num in (1, 2):
        sql.given("moves_by_listing", {"profile": "qp"[num - 1], "num": 1, "reason": "listed"})
    hold(sql)
    for profile in "pqr":
        tells(sql, profile=profile, manner="in place", corrected_by="dates")
    store(sql)
    found = sql.read("profile_moves", "profile, reason")
    assert [reason.split(":")[0] for _, reason in found] == [
        "an id that several people share",
        "listed",
        "flow",
    ]
