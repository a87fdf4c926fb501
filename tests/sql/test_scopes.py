"""Which moves and tenures rules are held against: those of news, and those of touched groups."""

import pytest

HORIZON = "2020-06-01"

BELIEFS = [
    ("2020-04-30", None, 0),
    ("2020-05-01", None, 1),
    ("2020-06-01", None, 1),
    ("2020-06-02", None, 0),
    ("2020-01-01", "2020-04-30", 0),
    ("2020-01-01", "2020-05-01", 1),
    ("2020-01-01", "2020-06-01", 1),
    ("2020-01-01", "2020-06-02", 0),
]


@pytest.fixture
def since_may(sql):
    """Evaluate a rule that asks who is somewhere from 1 May on."""
    sql.given("conditions", {"rule": "r", "condition": 1, "since": "2020-05-01"})
    sql.given("queries", {"query": 1, "rule": "r", "condition": 1, "is_presence": True})


@pytest.mark.usefixtures("since_may")
@pytest.mark.parametrize(("known_from", "known_until", "count"), BELIEFS)
def test_moves_are_news_where_a_belief_begins_or_ends(sql, known_from, known_until, count):
    """From the first day to evaluate up to the horizon, both included."""
    sql.given("moves", {"version": 7, "known_from": known_from, "known_until": known_until})
    sql.run("news_scope", horizon=HORIZON)
    assert len(sql.read("moves_in_scope")) == count


@pytest.mark.usefixtures("since_may")
@pytest.mark.parametrize(("known_from", "known_until", "count"), BELIEFS)
def test_all_tenures_of_a_profile_are_news_where_one_belief_begins_or_ends(
    sql, known_from, known_until, count
):
    """Also those of the other profiles that are ever of the same person, and no others."""
    changed = {"known_from": known_from, "known_until": known_until}
    old = {"known_from": "2020-01-01"}
    sql.given("tenures", {"profile": "p", **changed}, {"profile": "p", **old})
    sql.given("tenures", {"profile": "q", **old}, {"profile": "z", **old})
    linked = {"person": "x", "known_from": "2019-01-01"}
    sql.given("clusters", {"profile": "p", **linked}, {"profile": "q", **linked})
    sql.run("news_scope", horizon=HORIZON)
    assert len(sql.read("tenures_in_scope")) == 3 * count


@pytest.mark.usefixtures("since_may")
@pytest.mark.parametrize(("known_from", "known_until", "count"), BELIEFS)
def test_tenures_are_news_where_it_becomes_known_who_somebody_is(
    sql, known_from, known_until, count
):
    """On the first day of a person, and on the day that ends it."""
    sql.given("tenures", {"profile": "p", "known_from": "2020-01-01"})
    who = {"profile": "p", "person": "x", "known_from": known_from, "known_until": known_until}
    sql.given("clusters", who)
    sql.run("news_scope", horizon=HORIZON)
    assert len(sql.read("tenures_in_scope")) == count


@pytest.mark.usefixtures("since_may")
@pytest.mark.parametrize(
    ("unseen_from", "seen_again", "count"),
    [
        ("2020-04-30", None, 0),
        ("2020-05-01", None, 1),
        ("2020-06-02", None, 0),
        ("2020-03-01", "2020-04-30", 0),
        ("2020-03-01", "2020-05-01", 1),
        ("2020-03-01", "2020-06-02", 0),
    ],
)
def test_tenures_are_news_where_a_profile_is_missed_or_seen_again(
    sql, unseen_from, seen_again, count
):
    """On the first accepted snapshot without it, and on the day of the next with it."""
    sql.given("tenures", {"profile": "p", "known_from": "2020-01-01"})
    sql.given("judged", {"observed_on": "2020-02-01", "verdict": "accepted"})
    sql.given("judged", {"observed_on": unseen_from, "verdict": "accepted"})
    seen = {"profile": "p", "seen_from": "2020-01-01", "seen_until": "2020-02-01"}
    sql.given("sightings", seen)
    if seen_again:
        sql.given("sightings", {"profile": "p", "seen_from": seen_again})
    sql.run("news_scope", horizon=HORIZON)
    assert len(sql.read("tenures_in_scope")) == count


def _asked(sql, *, role: str = "count", **changes) -> None:
    """Ask a rule by origin and destination, of which a group changed."""
    sql.given("conditions", {"rule": "r", "condition": 1, "base_slots": [1], **changes})
    sql.given(
        "queries",
        {"query": 1, "rule": "r", "condition": 1, "role": "count", "slots": [1, 2]},
        {"query": 2, "rule": "r", "condition": 1, "role": "base", "slots": [2]},
    )
    query, grouping = {"count": (1, "a\x1fb"), "base": (2, "a")}[role]
    sql.given("query_groups", {"query_group": 5, "query": query, "grouping": grouping})
    sql.given("changed_query_groups", {"query_group": 5, "known_on": "2020-05-01"})


def test_a_group_that_changed_is_touched_by_all_of_its_values(sql):
    """In the order of the rule's grouping."""
    _asked(sql)
    assert sql.run("touched_groups") == [("r",)]
    assert sql.read("touched_groups") == [("r", ["a", "b"])]


def test_a_base_that_changed_touches_every_group_that_shares_it(sql):
    """Any destination of the origin."""
    _asked(sql, role="base")
    sql.run("touched_groups")
    assert sql.read("touched_groups") == [("r", ["a", None])]


@pytest.mark.parametrize(
    ("since", "kept", "any_group"),
    [("0001-01-01", False, 0), ("0001-01-02", False, 1), ("0001-01-02", True, 0)],
)
def test_what_time_alone_may_bring_touches_every_group_of_its_rule(sql, since, kept, any_group):
    """Not where the rule is evaluated from the beginning, nor where its counts know the groups."""
    _asked(sql, restless=True, since=since, kept=kept)
    sql.run("touched_groups")
    assert (("r", [None, None]) in sql.read("touched_groups")) == any_group


def test_a_group_that_is_due_is_touched(sql):
    """By all of its values."""
    _asked(sql)
    sql.given("due_groups", {"rule": "r", "grouping": "a\x1fz"})
    sql.run("touched_groups")
    assert sql.read("touched_groups") == [("r", ["a", "b"]), ("r", ["a", "z"])]


MOVES = [
    {"version": 1, "from_root": "a", "from_side": 1, "to_root": "b", "to_side": 2},
    {"version": 2, "from_root": "a", "from_side": 1, "to_root": "c", "to_side": 3},
    {"version": 3, "from_root": "c", "from_side": 3, "to_root": "b", "to_side": 2},
    {"version": 4, "from_root": "a", "from_side": 1},
    {"version": 5, "from_root": "a", "from_side": 4, "to_root": "b", "to_side": 2},
]


@pytest.mark.parametrize(
    ("slots", "parts", "origin", "destination", "found"),
    [
        ([], [], {"unit": "*"}, {"unit": "*"}, [1, 2, 3, 4, 5]),
        ([], [], {"unit": "a"}, {"unit": "*"}, [1, 2, 4]),
        ([], [], {"unit": "*"}, {"unit": "b"}, [1, 3, 5]),
        ([], [], {"unit": "a"}, {"unit": "b"}, [1]),
        ([1], ["a"], {"unit": "*"}, {"unit": ""}, [1, 2, 4, 5]),
        ([2], ["b"], {"unit": "*"}, {"unit": "*"}, [1, 3, 5]),
        ([1, 2], ["a", "b"], {"unit": "*"}, {"unit": "*"}, [1, 5]),
        ([2, 1], ["b", "a"], {"unit": "*"}, {"unit": "*"}, [1, 5]),
        ([1, 2], ["a", None], {"unit": "*"}, {"unit": "*"}, [1, 2, 4, 5]),
        ([3], ["a"], {"unit": "*"}, {"unit": ""}, [1, 2, 4]),
        ([3, 2], ["a", "b"], {"unit": "*"}, {"unit": "*"}, [1]),
        ([1, 4], ["a", "b"], {"unit": "*"}, {"unit": "*"}, [1, 5]),
        ([3, 4], ["a", "b"], {"unit": "*"}, {"unit": "*"}, [1]),
        ([1], ["a"], {"unit": "a1", "named": "a"}, {"unit": ""}, [5]),
        ([1], ["other"], {"unit": "a1", "named": "a"}, {"unit": ""}, []),
        ([5], ["@g"], {"unit": "a1", "in_group": "@g"}, {"unit": ""}, [5]),
        ([5], ["@h"], {"unit": "a1", "in_group": "@g"}, {"unit": ""}, []),
        ([7], ["team"], {"unit": "*"}, {"unit": ""}, [1, 2, 3, 4, 5]),
    ],
)
def test_what_may_count_in_a_touched_group_is_met_by_equality(
    sql, slots, parts, origin, destination, found
):
    """By the unit that is asked for, by the organisation that makes the group, or by anything."""
    sql.given("sides", *({"side": n, "unit": unit} for n, unit in enumerate("abc", 1)))
    sql.given("sides", {"side": 4, "unit": "a1"})
    sql.given("moves", *MOVES)
    sql.given("conditions", {"rule": "r", "condition": 1})
    query = {"query": 1, "rule": "r", "condition": 1, "role": "count", "slots": slots}
    sql.given("queries", query)
    sql.given("query_sides", {"query": 1, "side": "from", **origin})
    sql.given("query_sides", {"query": 1, "side": "to", **destination})
    sql.given("touched_groups", {"rule": "r", "parts": parts})
    sql.run("group_scope")
    assert [entry for (entry,) in sql.read("moves_in_scope")] == found


@pytest.mark.parametrize(
    ("paired", "unit", "found"),
    [
        (False, "b", [0, 1]),
        (True, "b", [0, 1, 2, 3]),
        (False, "none", []),
        (False, "", [0, 1, 2, 3, 4]),
    ],
)
def test_tenures_are_in_scope_by_where_somebody_is(sql, paired, unit, found):
    """With a past that is asked for, all tenures of the same people; else the same tenures."""
    sql.given("sides", {"side": 1, "unit": "a"}, {"side": 2, "unit": "b"})
    sql.given(
        "tenures",
        {"profile": "p", "tenure": 1, "root": "b", "latest": 2},
        {"profile": "p", "tenure": 1, "root": "a", "latest": 1, "known_from": "2020-02-01"},
        {"profile": "p", "tenure": 2, "root": "a", "latest": 1},
        {"profile": "q", "tenure": 1, "root": "a", "latest": 1},
        {"profile": "z", "tenure": 1, "root": "a", "latest": 1},
    )
    sql.given("clusters", {"profile": "p", "person": "x"}, {"profile": "q", "person": "x"})
    sql.given("conditions", {"rule": "r", "condition": 1})
    query = {"query": 1, "rule": "r", "condition": 1, "role": "count", "slots": []}
    sql.given("queries", {**query, "is_presence": True, "paired": paired})
    sql.given("query_sides", {"query": 1, "side": "from", "unit": "" if not paired else "a"})
    sql.given("query_sides", {"query": 1, "side": "to", "unit": unit})
    sql.given("touched_groups", {"rule": "r", "parts": []})
    sql.run("group_scope")
    first = sql.value("(SELECT min(rowid) FROM tenures)")
    assert [number - first for (number,) in sql.read("tenures_in_scope")] == found
