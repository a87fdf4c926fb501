"""The moves that follow from what is believed of a profile's tenures, and the known ones beside."""

from collections.abc import Sequence
from typing import Any

import pytest

DAY = "2020-06-15"
SIDE = {"a": 1, "b": 2, "c": 3}
LEFT = {"left_earliest": "2020-05-16", "left_latest": DAY}
JOINED = {"joined_earliest": "2020-05-16", "joined_latest": DAY, "join_shown_on": DAY}


@pytest.fixture(autouse=True)
def sides(sql):
    """Give each organisation a unit, and a way of being there, of its name."""
    sql.given("sides", *({"side": side, "unit": root} for root, side in SIDE.items()))


def left(sql, root: str = "a", **changes: Any) -> None:
    """Let the profile p have left a tenure, whose number is 1, without a date."""
    place = {"profile": "p", "tenure": 1, "root": root, "left_root": root, "latest": SIDE[root]}
    usual = {**place, "day": DAY, "ended": True, "listed": False, "leave_shown_on": DAY, **LEFT}
    sql.given("tenure_sequence", usual | changes)


def came(sql, root: str = "b", **changes: Any) -> None:
    """Let the profile p have joined a tenure, whose number is 2, without a date."""
    place = {"profile": "p", "tenure": 2, "root": root, "entered": SIDE[root]}
    sql.given("tenure_sequence", {**place, "day": DAY, "listed": True, **JOINED} | changes)


def follow(
    sql,
    columns: str = "from_root, to_root",
    *,
    paired: bool = True,
    real: Sequence[list[str]] = (),
) -> Any:
    """Return those columns of each move that follows; the two tenures are a pair or not."""
    if paired:
        sql.given("chosen_pairs", {"profile": "p", "a": 1, "b": 2})
    sql.run("next_moves", source="s", lag=365, real=list(real))
    return [row[1:] for row in sql.read("next_moves", f"num, {columns}")]


# -- both halves -----------------------------------------------------------------------------------


def test_a_departure_and_an_arrival_that_are_a_pair_are_one_move(sql):
    """Else they are two, each with one side."""
    left(sql)
    came(sql)
    assert follow(sql) == [("a", "b")]


def test_a_departure_and_an_arrival_that_are_none_are_two_moves(sql):
    """Each has the side that it knows."""
    left(sql)
    came(sql)
    assert sorted(follow(sql, paired=False), key=str) == [("a", None), (None, "b")]


@pytest.mark.parametrize(
    ("latter", "moved"), [("7", []), ("8\x1f7", []), ("8", [("a", "b")]), (None, [("a", "b")])]
)
def test_between_two_names_beside_one_id_of_the_source_nobody_moved(sql, latter, moved):
    """The source says that they are one organisation."""
    left(sql, organization_ids="7")
    came(sql, organization_ids=latter)
    assert follow(sql) == moved


@pytest.mark.parametrize(
    ("origin", "since", "moved"),
    [
        ("a", "2020-06-14", [("a", "b")]),
        ("a", DAY, [("a", "b")]),
        ("a", "2020-06-16", []),
        ("c", DAY, []),
    ],
)
def test_between_two_names_that_were_decided_to_be_two_people_moved(sql, origin, since, moved):
    """From the day of the decision on, whatever id the source has for both."""
    left(sql, organization_ids="7")
    came(sql, organization_ids="7")
    assert follow(sql, real=[[origin, "b", since]]) == moved


def test_a_decision_that_was_taken_twice_makes_one_move(sql):
    """The earlier day counts."""
    left(sql)
    came(sql)
    assert follow(sql, real=[["a", "b", DAY], ["a", "b", "2020-06-01"]]) == [("a", "b")]


def test_inside_one_organisation_nobody_moved(sql):
    """As when one bought the other before the day of the move."""
    left(sql)
    came(sql, "c")
    sql.given("roots", {"unit": "c", "root": "a"})
    assert follow(sql) == []


@pytest.mark.parametrize(
    ("change", "manner"),
    [
        ({}, "in place"),
        ({"listed": True}, None),
        ({"listed": True, "leave_stated": True}, "dated"),
        ({"leave_stated": True}, "dated"),
        ({"leave_stated": True, "leave_shown_on": "2020-05-15"}, "told"),
    ],
)
def test_the_manner_of_a_move_is_how_its_departure_was_shown(sql, change, manner):
    """The name gone, a date today, or a date that was there before."""
    left(sql, **change)
    came(sql)
    assert follow(sql, "manner") == [(manner,)]


@pytest.mark.parametrize("half", [left, came])
def test_half_a_move_has_no_manner(sql, half):
    """A change of two organisations has both."""
    half(sql)
    assert follow(sql, "manner", paired=False) == [(None,)]


@pytest.mark.parametrize("half", [left, came])
def test_half_a_move_has_the_days_of_its_half_on_both_sides(sql, half):
    """Nothing else is known."""
    beside(sql)
    half(sql)
    columns = "left_earliest, left_latest, joined_earliest, joined_latest"
    assert follow(sql, columns, paired=False) == [("2020-05-16", DAY) * 2]


@pytest.mark.parametrize("change", [{"left_earliest": None}, {"ended": False}])
def test_who_has_not_left_makes_no_move(sql, change):
    """An end without a day is none."""
    left(sql, **change)
    assert follow(sql, paired=False) == []


# -- the days --------------------------------------------------------------------------------------

WHEN_LEFT = {"left_earliest": "2020-01-01", "left_latest": "2020-01-31"}
WHEN_CAME = {"joined_earliest": "2020-03-01", "joined_latest": "2020-03-31"}


@pytest.mark.parametrize(
    ("leave_stated", "join_stated", "joined"),
    [
        (False, False, WHEN_CAME.values()),
        (True, False, WHEN_LEFT.values()),
        (False, True, WHEN_CAME.values()),
        (True, True, WHEN_CAME.values()),
    ],
)
def test_an_undated_arrival_has_the_days_of_a_dated_departure(
    sql, leave_stated, join_stated, joined
):
    """Whichever side states a date makes the move a dated one."""
    left(sql, **WHEN_LEFT, leave_stated=leave_stated)
    came(sql, **WHEN_CAME, join_stated=join_stated)
    columns = "joined_earliest, joined_latest, stated"
    assert follow(sql, columns) == [(*joined, leave_stated or join_stated)]


@pytest.mark.parametrize(
    ("leave_stated", "join_stated", "days"),
    [
        (False, True, WHEN_CAME.values()),
        (False, False, WHEN_LEFT.values()),
        (True, True, WHEN_LEFT.values()),
    ],
)
def test_an_undated_departure_has_the_days_of_a_dated_arrival(sql, leave_stated, join_stated, days):
    """Its own otherwise."""
    left(sql, **WHEN_LEFT, leave_stated=leave_stated)
    came(sql, **WHEN_CAME, join_stated=join_stated)
    assert follow(sql, "left_earliest, left_latest") == [tuple(days)]


@pytest.mark.parametrize(
    ("target_left", "latest"),
    [
        (None, DAY),
        ("2020-06-14", "2020-06-14"),
        ("2020-06-16", DAY),
        ("2020-05-16", "2020-05-16"),
        ("2020-05-15", DAY),
    ],
)
def test_nobody_comes_after_the_end_at_the_destination(sql, target_left, latest):
    """An end before the first day on which they may have come says nothing."""
    left(sql)
    came(sql, left_latest=target_left)
    assert follow(sql, "joined_latest") == [(latest,)]


@pytest.mark.parametrize(
    ("judged", "change", "first"),
    [
        ({}, {}, "2019-05-17"),
        ({"backlog": False}, {}, "2020-05-16"),
        ({"source": "t"}, {}, "2020-05-16"),
        ({"observed_on": "2020-06-14"}, {}, "2020-05-16"),
        ({}, {"join_stated": True}, "2020-05-16"),
        ({}, {"joined_latest": "2020-06-14"}, "2020-05-16"),
    ],
)
def test_what_a_backlog_day_showed_may_have_happened_a_year_before(sql, judged, change, first):
    """Where no side states a day, and both were seen at that look."""
    sql.given("judged", {"observed_on": DAY, "backlog": True, **judged})
    left(sql)
    came(sql, **change)
    assert follow(sql, "joined_earliest") == [(first,)]


def test_moves_follow_each_other_by_their_days(sql):
    """Then by their sides."""
    for number, root in ((1, "b"), (3, "a")):
        left(sql, root, tenure=number, left_earliest="2020-05-20")
    left(sql, "c", tenure=5)
    assert follow(sql, "from_root", paired=False) == [("c",), ("a",), ("b",)]


def beside(sql, **changes: Any) -> None:
    """Let the profile p have had another tenure, whose number is 3, that was over before."""
    over = {"ended": True, "left_latest": "2020-05-15", "join_shown_on": "2020-01-01"}
    usual = {"profile": "p", "tenure": 3, "root": "c", "begun": True, **over}
    sql.given("next_tenures", usual | changes)


@pytest.mark.parametrize(
    ("change", "is_open"),
    [
        ({}, False),
        ({"left_latest": DAY}, False),
        ({"left_latest": "2020-06-16"}, True),
        ({"ended": False, "left_latest": None}, True),
        ({"ended": False, "left_latest": None, "pseudo": True}, True),
        ({"begun": False}, True),
        ({"tenure": 2}, True),
        ({"profile": "q"}, True),
    ],
)
def test_an_undated_job_of_nobody_who_was_seen_without_one_has_an_open_start(sql, change, is_open):
    """It may have been held beside the other for as long as profiles are late."""
    beside(sql, **change)
    came(sql)
    first = "2019-05-17" if is_open else "2020-05-16"
    days = [(first, DAY, is_open)]
    assert follow(sql, "joined_earliest, joined_latest, open_start", paired=False) == days


@pytest.mark.parametrize(
    ("change", "is_open"),
    [
        ({}, True),
        ({"left_latest": "2020-06-16", "ended": True}, True),
        ({"left_latest": DAY, "ended": True}, False),
        ({"pseudo": True}, False),
        ({"join_shown_on": None}, True),
        ({"join_shown_on": "2020-06-14"}, True),
        ({"join_shown_on": DAY}, False),
    ],
)
def test_a_job_that_goes_on_from_before_leaves_the_start_of_another_open(sql, change, is_open):
    """One that came with it, or a pseudo employer, does not."""
    beside(sql)
    usual = {"tenure": 4, "ended": False, "left_latest": None, "join_shown_on": "2020-01-01"}
    beside(sql, **(usual | change))
    came(sql)
    assert follow(sql, "open_start", paired=False) == [(is_open,)]


@pytest.mark.parametrize(
    ("change", "is_open"),
    [
        ({}, False),
        ({"joined_earliest": "2020-05-15"}, True),
        ({"stated": True}, True),
        ({"from_root": "a"}, True),
        ({"to_root": "a"}, True),
        ({"joined_latest": "2020-06-14"}, True),
        ({"known_until": DAY}, True),
        ({"profile": "q"}, True),
        ({"source": "t"}, True),
    ],
)
def test_an_arrival_that_was_believed_keeps_its_start(sql, change, is_open):
    """The job that was over when it came may be forgotten, and others may be added."""
    days = {"joined_earliest": "2020-05-16", "joined_latest": DAY}
    sql.given("profile_moves", {"profile": "p", "to_root": "b", **days, **change})
    sql.given("revised_profiles", {"profile": "p"}, {"profile": "q"})
    came(sql)
    assert follow(sql, "open_start", paired=False) == [(is_open,)]


@pytest.mark.parametrize("paired", [True, False])
def test_the_start_of_a_dated_or_paired_arrival_is_not_open(sql, paired):
    """Its own day tells, or that of the job which made room for it."""
    left(sql)
    came(sql, join_stated=not paired)
    assert {row[0] for row in follow(sql, "open_start", paired=paired)} == {False}


# -- which organisation it was on the day ----------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "ends", "root"),
    [
        (None, None, "new"),
        (DAY, None, "new"),
        ("2020-06-16", None, "a"),
        (None, "2020-06-16", "new"),
        (None, DAY, "a"),
    ],
)
@pytest.mark.parametrize("side", ["from", "to"])
def test_a_succession_holds_from_its_first_day_to_the_day_before_its_last(
    sql, side, starts, ends, root
):
    """By the last day on which they may have left, or come."""
    sql.given("roots", {"unit": "a", "root": "new", "starts": starts, "ends": ends})
    (left if side == "from" else came)(sql, "a")
    [(found,)] = follow(sql, f"{side}_root", paired=False)
    assert found == root


# -- returns and pseudo employers ------------------------------------------------------------------


@pytest.mark.parametrize(("after", "only_if_known"), [("a", True), ("b", False), (None, False)])
def test_a_return_after_a_gap_is_told_only_if_it_was_believed(sql, after, only_if_known):
    """A departure that was told before stays."""
    left(sql, root_after=after)
    assert follow(sql, "only_if_known", paired=False) == [(only_if_known,)]


@pytest.mark.parametrize(("before", "arrives"), [("b", False), ("a", True), (None, True)])
def test_who_comes_back_did_not_arrive(sql, before, arrives):
    """The gap was none."""
    came(sql, root_before=before)
    assert bool(follow(sql, paired=False)) is arrives


def stood(sql, **changes: Any) -> None:
    """Let a pseudo employer have begun today, in the place of another one, without a date."""
    usual = {"profile": "p", "pseudo": True, "begun": True, "join_shown_on": DAY, "listed": True}
    sql.given("revised_profiles", {"profile": "p", "day": DAY}, {"profile": "q", "day": DAY})
    sql.given("next_tenures", usual | changes)


@pytest.mark.parametrize(
    ("change", "placeholder"),
    [
        ({}, "emptied"),
        ({"pseudo": False}, None),
        ({"begun": False}, None),
        ({"join_shown_on": "2020-06-14"}, None),
        ({"start_earliest": "2020-01-01"}, None),
        ({"ended": True, "listed": False, "leave_shown_on": DAY}, None),
        ({"profile": "q"}, None),
    ],
)
def test_an_employer_whose_place_a_pseudo_employer_took_is_said_to_be_emptied(
    sql, change, placeholder
):
    """It took it today, undated, and goes on."""
    stood(sql, **change)
    left(sql)
    assert follow(sql, "placeholder", paired=False) == [(placeholder,)]


@pytest.mark.parametrize(
    ("change", "placeholder"),
    [
        ({}, "filled"),
        ({"listed": True}, None),
        ({"leave_shown_on": "2020-06-14"}, None),
        ({"end_earliest": "2020-01-01"}, None),
        ({"ended": False}, None),
    ],
)
def test_an_employer_that_took_the_place_of_a_pseudo_employer_is_said_to_fill_it(
    sql, change, placeholder
):
    """That went today, without a word."""
    gone = {"ended": True, "listed": False, "leave_shown_on": DAY}
    stood(sql, **{**gone, "join_shown_on": "2020-01-01", **change})
    came(sql)
    assert follow(sql, "placeholder", paired=False) == [(placeholder,)]


@pytest.mark.parametrize(
    "change", [{"join_stated": True}, {"join_shown_on": "2020-06-14"}, {"profile": "q"}]
)
def test_an_arrival_that_is_dated_or_older_fills_no_place(sql, change):
    """Only one that was shown in place today."""
    gone = {"ended": True, "listed": False, "leave_shown_on": DAY, "join_shown_on": "2020-01-01"}
    stood(sql, **gone)
    came(sql, **change)
    assert follow(sql, "placeholder", paired=False) == [(None,)]


# -- the moves that were believed ------------------------------------------------------------------


def candidates(sql, **believed: Any) -> Any:
    """Return the distances of the believed move m to the move from a to b that follows."""
    usual = {"move": "m", "profile": "p", "from_root": "a", "to_root": "b", "occurrence": 2}
    days = {"joined_earliest": "2020-05-10", "left_earliest": "2020-05-01"}
    sql.given("profile_moves", {**usual, **days, **believed})
    sql.given("revised_profiles", {"profile": "p"})
    left(sql)
    came(sql)
    follow(sql)
    return sql.read("pair_candidates", "k1, k2, k3")


@pytest.mark.parametrize(
    ("change", "is_candidate"),
    [
        ({}, True),
        ({"from_root": "c"}, False),
        ({"to_root": "c"}, False),
        ({"from_root": None}, False),
        ({"known_until": "2020-06-01"}, False),
        ({"profile": "q"}, False),
        ({"source": "t"}, False),
    ],
)
def test_a_believed_move_between_the_same_two_may_be_the_one_that_follows(
    sql, change, is_candidate
):
    """The nearer, the likelier: by when they came, by when they left, and by its count."""
    assert candidates(sql, **change) == ([(6, 15, 2)] if is_candidate else [])


@pytest.mark.parametrize(("side", "new"), [("from_root", "a"), ("to_root", "b")])
@pytest.mark.parametrize(("profile", "is_candidate"), [("p", True), ("q", False)])
def test_a_move_gets_the_name_that_its_profiles_tenure_got(sql, side, new, profile, is_candidate):
    """It stays the move that it was; what others did says nothing of it."""
    row = {"profile": profile, "old_root": "c", "new_root": new}
    sql.given("relabelled_tenures", row, row)
    assert candidates(sql, **{side: "c"}) == ([(6, 15, 2)] if is_candidate else [])
