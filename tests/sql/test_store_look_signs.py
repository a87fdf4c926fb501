"""What is noted of each turn, for the gates that speak of whole looks."""

import pytest

DAY = "2020-01-08"
WAS = {"profile": "p", "root": "a", "begun": True}


def departs(sql, stated: dict[str, object] | None, **was: object) -> bool:
    """Say whether a profile that speaks is noted as one that left all that it did."""
    sql.given("changed_profiles", {"profile": "p", "day": DAY, "still": True})
    sql.given("speaking_profiles", {"profile": "p"})
    sql.given("previous_tenures", {**WAS, **was})
    if stated is not None:
        sql.given("stated_tenures", {"profile": "p", **stated})
    sql.run("store_look_signs", source="s")
    rows = sql.read("look_departures")
    assert [row[:3] for row in rows] in ([], [("p", DAY, "a")])
    return bool(rows)


@pytest.mark.parametrize(
    ("stated", "was", "departed"),
    [
        (None, {}, True),
        ({"root": "b"}, {}, True),
        ({"root": "a"}, {}, False),
        ({"root": "a", "over": True}, {}, True),
        ({"root": "a", "over": True, "e1": "2020-01-02"}, {}, False),
        (None, {"ended": True}, False),
        (None, {"begun": False}, False),
        (None, {"pseudo": True}, False),
    ],
)
def test_who_is_nowhere_any_more_without_a_day_has_departed(sql, stated, was, departed):
    """A day, or staying at one place, says otherwise."""
    assert departs(sql, stated, **was) is departed


def test_names_that_only_an_edited_start_links_are_not_noted(sql):
    """They follow from the others."""
    pairs = ({"profile": f"p{k}", "day": DAY, "old_root": "a", "k1": k} for k in range(3))
    sql.given("relabelled_pairs", *pairs)
    sql.run("store_look_signs", source="s")
    assert sql.read("look_relabels", "profile, from_root") == [("p0", "a"), ("p1", "a")]


@pytest.mark.parametrize(
    ("move", "noted"),
    [
        ({}, [(False,)]),
        ({"known_move": "m"}, []),
        ({"manner": "in place"}, [(True,)]),
        ({"num": 2}, [(True,)]),
    ],
)
def test_a_move_is_noted_once_it_is_shown_with_whether_it_follows_a_hold(sql, move, noted):
    """By what was held before, or by what many profiles list."""
    sql.given("holds", {"from_root": "a", "to_root": "b", "kind": "collective"})
    sql.given("moves_by_listing", {"profile": "p", "num": 2})
    usual = {"profile": "p", "num": 1, "day": DAY, "from_root": "a", "to_root": "b"}
    sql.given("new_move_versions", usual | move)
    sql.run("store_look_signs", source="s")
    assert sql.read("look_moves", "held") == noted


def test_the_changed_profiles_of_one_look_are_those_that_were_followed_at_it(sql):
    """Who vanished has nothing to be looked at."""
    day = {"day": DAY, "last_on": "2020-01-01", "still": True}
    sql.given("followed_looks", {"profile": "p", **day}, {"profile": "q", "day": "2020-01-15"})
    sql.given("followed_looks", {"profile": "r", "vanished": True, **day})
    sql.run("changed_at_look", day=DAY)
    assert sql.read("changed_profiles", "profile, still, day") == [("p", True, DAY)]
