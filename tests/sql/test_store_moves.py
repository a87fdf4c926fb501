"""Moves as believed of one person, with one status and by the same evidence."""

from typing import Any

import pytest

SINCE = "2020-01-01"
SEEN = "2020-01-01"


def told(sql, move: str, profile: str = "p", **changes: Any) -> None:
    """Let a profile tell of an undated move from a to b."""
    usual: dict[str, Any] = {"from_root": "a", "to_root": "b", "status": "counted"}
    usual |= {
        "observed_on": SEEN,
        "left_earliest": "2019-12-01",
        "left_latest": SEEN,
        "before_on": "2019-11-30",
    }
    usual |= {"joined_earliest": "2019-12-01", "joined_latest": SEEN, "occurrence": 1}
    sql.given("profile_moves", {"move": move, "profile": profile, **usual, **changes})


def settle(sql, since: str = SINCE) -> None:
    sql.run("store_moves", since=since, undone_within=120, near=365, lag=970)


def back(sql, move: str, on: str, **changes: Any) -> None:
    """Let the profile be shown back at a on a day."""
    changes = {"from_root": "b", "to_root": "a", "known_from": on} | changes
    told(sql, move, observed_on=on, **changes)


# -- reversals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "change", "reversed_"),
    [
        ("2020-04-30", {}, True),
        ("2020-05-01", {}, False),
        ("2020-01-02", {}, True),
        ("2020-01-01", {}, False),
        ("2020-02-01", {"stated": True}, False),
        ("2020-02-01", {"to_root": "c"}, False),
        ("2020-02-01", {"profile": "q"}, False),
        ("2020-02-01", {"source": "t"}, False),
        ("2020-02-01", {"known_until": "2020-02-01"}, False),
        ("2020-02-01", {"known_until": "2020-02-02"}, True),
    ],
)
def test_an_undated_move_that_is_undone_within_120_days_is_a_reversal(sql, on, change, reversed_):
    """Not on the same day, not a day later than that, and only by the same profile, undated."""
    told(sql, "there")
    back(sql, "back", on, **change)
    settle(sql)
    both = [("back", on, on), ("there", on, on)]
    assert sql.read("reversals", "move, reversed_on, known_from") == (both if reversed_ else [])


def test_of_three_moves_the_third_counts(sql):
    """Two make a pair."""
    told(sql, "one")
    back(sql, "two", "2020-02-01")
    told(sql, "three", observed_on="2020-03-01", known_from="2020-03-01")
    settle(sql)
    assert sql.read("reversals", "move") == [("one",), ("two",)]
    found = sql.read("moves", "move, status, known_from, known_until")
    assert found == [
        ("one", "counted", SEEN, "2020-02-01"),
        ("one", "held", "2020-02-01", None),
        ("three", "counted", "2020-03-01", None),
        ("two", "held", "2020-02-01", None),
    ]


def test_of_four_moves_each_two_are_a_pair(sql):
    """The fourth takes the third back."""
    told(sql, "one")
    back(sql, "two", "2020-02-01")
    told(sql, "three", observed_on="2020-03-01", known_from="2020-03-01")
    back(sql, "four", "2020-04-01")
    settle(sql)
    assert sql.read("reversals", "move, reversed_on") == [
        ("four", "2020-04-01"),
        ("one", "2020-02-01"),
        ("three", "2020-04-01"),
        ("two", "2020-02-01"),
    ]


@pytest.mark.parametrize(("since", "noted"), [("2020-02-01", 2), ("2020-02-02", 0)])
def test_only_reversals_from_the_first_unsettled_day_on_are_noted(sql, since, noted):
    """Those before are known."""
    told(sql, "there")
    back(sql, "back", "2020-02-01")
    if not noted:  # something else of the profile is new
        told(sql, "new", known_from="2020-06-01", observed_on="2020-06-01", to_root="z")
    settle(sql, since)
    assert len(sql.read("reversals")) == noted


def test_a_reversal_says_when_the_profile_was_back(sql):
    """The reason has the day; a dated version of the move counts again."""
    told(sql, "there")
    back(sql, "back", "2020-02-01")
    told(sql, "there", stated=True, known_from="2020-03-01")
    settle(sql)
    found = sql.read("moves", "known_from, status, reason")
    assert (
        "2020-02-01",
        "held",
        "undone without a date: the profile was back on 2020-02-01",
    ) in found
    assert ("2020-03-01", "counted", None) in found


# -- one move that two profiles tell of ------------------------------------------------------------


def two_profiles(sql, first: dict[str, Any], second: dict[str, Any]) -> list[Any]:
    """Let two profiles of one person tell of a move each; return by whom each is told."""
    for move, profile, change in (("m1", "p", first), ("m2", "q", second)):
        sql.given("clusters", {"profile": profile, "person": "s:p"})
        told(sql, move, profile, **change)
    settle(sql)
    return [told_by for _, told_by in sql.read("moves", "move, profile_move_ids")]


def joined(first: str, last: str, **changes: Any) -> dict[str, Any]:
    return {"joined_earliest": first, "joined_latest": last, **changes}


@pytest.mark.parametrize(
    ("later", "stated", "one_move"),
    [
        ("2018-01-01", True, True),
        ("2018-01-02", True, False),
        ("2018-01-02", False, True),
        ("2019-08-29", False, True),
        ("2019-08-30", False, False),
        ("2019-08-29", True, False),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_moves_365_days_apart_are_one_and_970_if_the_later_is_undated(
    sql, later, stated, one_move, turned
):
    """One day more makes two moves; it does not matter which profile is later."""
    two = [joined("2017-01-01", "2017-01-01", stated=True), joined(later, later, stated=stated)]
    found = two_profiles(sql, *(two[::-1] if turned else two))
    assert found == ([["m1", "m2"]] * 2 if one_move else [None, None])


@pytest.mark.parametrize(
    ("change", "one_move"),
    [
        ({}, True),
        ({"to_root": "c"}, False),
        ({"from_root": "c"}, False),
        ({"from_root": None}, True),
        ({"to_root": None}, True),
        ({"from_root": None, "to_root": "c"}, False),
        ({"to_root": None, "from_root": "c"}, False),
        ({"status": "held"}, False),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_moves_that_agree_on_the_sides_they_know_are_one(sql, change, one_move, turned):
    """A side that one profile does not know is that of the other; both have to count."""
    two = [{}, change]
    found = two_profiles(sql, *(two[::-1] if turned else two))
    assert found == ([["m1", "m2"]] * 2 if one_move else [None, None])


def test_one_move_has_the_dates_of_the_one_that_tells_them_best(sql):
    """A stated date before none, and the sides of whichever has them."""
    first = joined("2020-01-01", "2020-01-31", from_root=None, observed_on="2019-12-01")
    second = joined("2020-01-10", "2020-01-10", stated=True)
    two_profiles(sql, first, second)
    columns = "from_root, to_root, joined_earliest, joined_latest, observed_on"
    row = ("a", "b", "2020-01-10", "2020-01-10", "2019-12-01")
    assert sql.read("moves", columns) == [row, row]


def test_profiles_of_one_name_in_two_sources_are_two(sql):
    """Both may be one person's, and tell of one move."""
    sql.given("clusters", *({"source": one, "profile": "p", "person": "x"} for one in "st"))
    told(sql, "m1")
    told(sql, "m2", source="t")
    settle(sql)
    assert [by for _, by in sql.read("moves", "move, profile_move_ids")] == [["m1", "m2"]] * 2


def test_a_move_whose_days_meet_is_nearer_than_one_a_day_later(sql):
    """However far their days reach."""
    sql.given("clusters", *({"profile": who, "person": "s:p"} for who in "pq"))
    told(sql, "m1", **joined("2020-01-01", "2020-01-31"))
    told(sql, "m2", "q", **joined("2019-12-01", "2020-01-01"))
    told(sql, "m3", "q", **joined("2020-02-01", "2020-02-01"))
    settle(sql)
    assert sql.read("moves", "move, profile_move_ids")[0] == ("m1", ["m1", "m2"])


def test_of_several_moves_of_the_other_profile_the_nearest_is_the_same(sql):
    """Each is paired once."""
    sql.given("clusters", *({"profile": who, "person": "s:p"} for who in "pq"))
    told(sql, "m1", **joined("2020-01-01", "2020-01-01"))
    told(sql, "m2", "q", **joined("2020-01-05", "2020-01-05"))
    told(sql, "m3", "q", **joined("2020-01-04", "2020-01-04"))
    settle(sql)
    assert sql.read("moves", "move, profile_move_ids") == [
        ("m1", ["m1", "m3"]),
        ("m2", None),
        ("m3", ["m1", "m3"]),
    ]


@pytest.mark.parametrize(
    ("other_from", "other_until", "days"),
    [
        ("2020-01-01", None, [SEEN]),
        ("2020-03-01", None, [SEEN, "2020-03-01"]),
        ("2020-01-01", "2020-03-01", [SEEN, "2020-03-01"]),
    ],
)
def test_what_the_other_profile_tells_changes_the_move_on_its_day(
    sql, other_from, other_until, days
):
    """The move begins anew where the other profile begins or ends to tell of it."""
    sql.given("clusters", *({"profile": who, "person": "s:p"} for who in "pq"))
    told(sql, "m1")
    told(sql, "m2", "q", known_from=other_from, known_until=other_until)
    settle(sql)
    found = [day for move, day in sql.read("moves", "move, known_from") if move == "m1"]
    assert found == days


# -- who it is, and what analysts said ------------------------------------------------------------


@pytest.mark.parametrize(
    ("known_from", "known_until", "persons"),
    [
        (SEEN, None, ["x"]),
        ("2020-02-01", None, ["s:p", "x"]),
        (SEEN, "2020-02-01", ["x", "s:p"]),
    ],
)
def test_a_person_counts_from_its_first_day_to_the_day_before_its_last(
    sql, known_from, known_until, persons
):
    """Before and after, the profile is a person of its own."""
    sql.given(
        "clusters",
        {"profile": "p", "person": "x", "known_from": known_from, "known_until": known_until},
    )
    told(sql, "m")
    settle(sql)
    assert [who for _, who in sql.read("moves", "known_from, person")] == persons


@pytest.mark.parametrize(
    ("known_from", "known_until", "statuses"),
    [
        (SEEN, None, ["false"]),
        ("2020-02-01", None, ["counted", "false"]),
        (SEEN, "2020-02-01", ["false", "counted"]),
    ],
)
def test_a_review_holds_from_its_first_day_to_the_day_before_its_last(
    sql, known_from, known_until, statuses
):
    """Before and after, the move is as its profile tells."""
    days = {"known_from": known_from, "known_until": known_until}
    sql.given("move_reviews", {"move": "m", "verdict": "false", "reason": "r", **days})
    told(sql, "m")
    settle(sql)
    assert [status for _, status in sql.read("moves", "known_from, status")] == statuses


def test_a_held_move_that_an_analyst_confirms_counts(sql):
    """The reason is the analyst's."""
    sql.given("move_reviews", {"move": "m", "verdict": "confirmed", "reason": "seen"})
    told(sql, "m", status="held", reason="flow")
    settle(sql)
    assert sql.read("moves", "status, reason") == [("counted", "seen")]


# -- from the first unsettled day on ---------------------------------------------------------------


def test_a_plain_move_that_ends_is_ended_and_what_went_before_stays(sql):
    """A version that ends on the day is closed there; the first version is not written again."""
    known = {"move": "m", "profile": "p", "version": 7}
    sql.given("moves", known)
    told(sql, "m", known_until="2020-02-01")
    told(sql, "m", known_from="2020-02-01", to_root="c")
    settle(sql, "2020-02-01")
    assert sql.read("moves", "version, to_root, known_from, known_until") == [
        (7, None, SEEN, "2020-02-01"),
        (8, "c", "2020-02-01", None),
    ]


@pytest.mark.parametrize(
    ("days", "person"),
    [
        ({"known_from": "2020-02-01"}, "x"),
        ({"known_from": "2020-01-31"}, None),
        ({"known_from": "2019-01-01", "known_until": "2020-02-01"}, "s:p"),
        ({"known_from": "2019-01-01", "known_until": "2020-01-31"}, None),
    ],
)
def test_a_change_of_who_it_is_from_the_first_unsettled_day_on_takes_the_move_up(sql, days, person):
    """The profile itself tells nothing new; what changed before that day is settled."""
    sql.given("moves", {"move": "m", "profile": "p", "version": 7})
    sql.given("clusters", {"profile": "p", "person": "x", **days})
    told(sql, "m")
    settle(sql, "2020-02-01")
    new = [who for number, who in sql.read("moves", "version, person") if number != 7]
    assert new == ([person] if person else [])


@pytest.mark.parametrize(
    ("days", "status"),
    [
        ({"known_from": "2020-02-01"}, "false"),
        ({"known_from": "2020-01-31"}, None),
        ({"known_from": "2019-01-01", "known_until": "2020-02-01"}, "counted"),
        ({"known_from": "2019-01-01", "known_until": "2020-01-31"}, None),
    ],
)
def test_a_review_from_the_first_unsettled_day_on_takes_the_move_up(sql, days, status):
    """One that begins or ends on that day does, an earlier one does not."""
    sql.given("moves", {"move": "m", "profile": "p", "version": 7})
    sql.given("move_reviews", {"move": "m", "verdict": "false", "reason": "r", **days})
    told(sql, "m")
    settle(sql, "2020-02-01")
    new = [one for number, one in sql.read("moves", "version, status") if number != 7]
    assert new == ([status] if status else [])


def test_what_did_not_change_is_not_written_again(sql):
    """A move that is taken up with the same content keeps its row."""
    told(sql, "m")
    sql.given("clusters", {"profile": "p", "person": "x"})
    settle(sql)
    before = sql.read("moves")
    settle(sql, "2020-06-01")
    assert sql.read("moves") == before
    sql.given("facts", {"name": "stale_from", "value": "2020-06-01"})
    told(sql, "n", "q", known_from="2020-06-01")
    sql.given("clusters", {"profile": "q", "person": "x", "known_from": "2020-06-01"})
    settle(sql, "2020-06-01")
    found = sql.read("moves", "move, known_from, known_until, profile_move_ids")
    assert found == [
        ("m", SEEN, "2020-06-01", None),
        ("m", "2020-06-01", None, ["m", "n"]),
        ("n", "2020-06-01", None, ["m", "n"]),
    ]
    assert sql.read("facts") == []


@pytest.mark.parametrize(("until", "taken_up"), [("2020-02-01", True), ("2020-01-31", False)])
def test_a_profile_that_is_no_longer_the_persons_leaves_its_moves(sql, until, taken_up):
    """From the day on, the other profile tells of the move alone."""
    known = {"version": 7, "profile_move_ids": ["m1", "m2"]}
    sql.given("moves", {"move": "m1", "profile": "p", **known})
    sql.given("clusters", {"profile": "p", "person": "x", "known_from": "2019-01-01"})
    ended_on = {"known_from": "2019-01-01", "known_until": until}
    sql.given("clusters", {"profile": "q", "person": "x", **ended_on})
    told(sql, "m1", known_from="2019-12-01")
    told(sql, "m2", "q", known_from="2019-12-01")
    settle(sql, "2020-02-01")
    found = sql.read("moves WHERE move = 'm1'", "version > 7, profile_move_ids, known_from")
    new = [(True, None, "2020-02-01")] if taken_up else []
    assert found == [(False, ["m1", "m2"], SEEN), *new]


@pytest.mark.parametrize(("until", "closed"), [("2020-02-01", "2020-02-01"), ("2020-01-31", None)])
def test_a_plain_move_that_nobody_tells_any_more_ends(sql, until, closed):
    """On the first unsettled day, too; what ended before that day is settled."""
    sql.given("moves", {"move": "m", "profile": "p", "version": 7})
    told(sql, "m", known_until=until)
    settle(sql, "2020-02-01")
    assert sql.read("moves", "version, known_until") == [(7, closed)]


@pytest.mark.parametrize("linked", [False, True])
def test_what_was_believed_on_no_day_is_no_version(sql, linked):
    """A stretch that ends on its first day has none."""
    if linked:
        sql.given("clusters", {"profile": "p", "person": "x"})
    told(sql, "m", known_from="2020-02-01", known_until="2020-02-01")
    settle(sql)
    assert sql.read("moves") == []


def test_a_person_that_ends_with_the_move_begins_no_version(sql):
    """The move's last day is the day before."""
    sql.given("clusters", {"profile": "p", "person": "x", "known_until": "2020-03-01"})
    told(sql, "m", known_until="2020-03-01")
    settle(sql)
    found = sql.read("moves", "version, person, known_from, known_until")
    assert found == [(1, "x", SEEN, "2020-03-01")]


def test_a_version_that_follows_with_the_same_content_is_written(sql):
    """It took the place of the one that ended on its day."""
    sql.given("clusters", {"profile": "p", "person": "x"})
    told(sql, "m", known_until="2020-02-01")
    told(sql, "m", known_from="2020-02-01", stated=True)
    settle(sql)
    before = sql.read("moves", "move, known_from, known_until")
    assert before == [("m", SEEN, "2020-02-01"), ("m", "2020-02-01", None)]
    sql.run("store_rewind_people", since="2020-02-01")
    settle(sql, "2020-02-01")
    assert sql.read("moves", "move, known_from, known_until") == before


def test_news_of_the_person_leave_what_stays_the_same(sql):
    """Another profile's move is new, and this one has no second version."""
    sql.given("clusters", *({"profile": who, "person": "x"} for who in "pq"))
    told(sql, "m")
    settle(sql)
    told(sql, "n", "q", to_root="z", known_from="2020-06-01", observed_on="2020-06-01")
    settle(sql, "2020-06-01")
    assert sql.read("moves", "move, known_from, known_until") == [
        ("m", SEEN, None),
        ("n", "2020-06-01", None),
    ]
