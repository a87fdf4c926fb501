"""Which moves and stays each rule asks for, and their groups."""

from typing import Any

import pytest

PATTERNS = ("person", "source")


def ask(sql, slots: list[int], *, presence: bool = False, **changes: Any) -> None:
    """Ask who went from a to b, or who is at b and was at a."""
    usual = {"query": 1, "is_presence": presence, "paired": presence, "not_from": [], "not_to": []}
    sql.given("queries", {**usual, "slots": slots, **changes})
    sql.given(
        "query_sides",
        {"query": 1, "side": "from", "unit": "a", "named": "A", "in_group": "@as"},
        {"query": 1, "side": "to", "unit": "b", "named": "B"},
    )


def went(sql, entry: int = 7, *, presence: bool = False, **who: Any) -> None:
    """Let somebody go from a to b, or be at b after a."""
    pair = {"from_unit": "a", "from_root": "ar", "to_unit": "b", "to_root": "br"}
    keys = {"from_key": "a", "to_key": "b", "unit_pair": 3}
    if entry == 7:
        sql.given("unit_pairs", {**pair, **keys, "is_presence": presence, "paired": presence})
        sides = ({"side": 1, "unit": "a"}, {"side": 2, "unit": "b"})
        words = (
            {"team_id": "t1", "location": "l1", "title": "junior"},
            {"team_id": "t2", "location": "l2", "title": "senior"},
        )
        sql.given("sides", *({**side, **word} for side, word in zip(sides, words, strict=True)))
    someone = {"person": "x", "profile": "p", "from_side": 1, "to_side": 2, **who}
    if presence:
        sql.given("presences", {"entry": entry, "unit_pair": 3, **pair, **someone})
    else:
        sql.given("move_entries", {"entry": entry, "unit_pair": 3, "from_side": 1, "to_side": 2})
        sql.given("moves", {"version": entry, **someone})


def groups(sql) -> list[str]:
    sql.run("matching_entries")
    return [name for (name,) in sql.read("query_groups", "grouping")]


@pytest.mark.parametrize("presence", [False, True])
@pytest.mark.parametrize(
    ("slots", "values"),
    [
        ([1, 2, 3, 4, 5], ["A", "B", "a", "b", "@as"]),
        ([5, 4, 3, 2, 1], ["@as", "b", "a", "B", "A"]),
    ],
)
def test_a_pair_of_units_has_the_group_of_its_names(sql, slots, values, presence):
    """Each slot names a value, in the order that the rule wants."""
    ask(sql, slots, presence=presence, by_unit_pair=True, unit_pair_grouped=True)
    went(sql, presence=presence)
    assert groups(sql) == ["\x1f".join(values)]
    assert sql.read("matching_unit_pairs", "unit_pair, query") == [(3, 1)]
    assert sql.read("matching_entries") == []


@pytest.mark.parametrize("presence", [False, True])
@pytest.mark.parametrize(
    ("slots", "values"),
    [
        ([7, 8, 9, 10, 11], ["t1", "t2", "l1", "l2", "junior"]),
        ([14, 13, 12, 11, 1], ["s", "x", "senior", "junior", "A"]),
    ],
)
def test_a_single_move_or_stay_has_the_group_of_what_it_says(sql, slots, values, presence):
    """Teams, places, ranks and people are told one by one."""
    ask(sql, slots, presence=presence)
    went(sql, presence=presence)
    assert groups(sql) == ["\x1f".join(values)]
    assert sql.read("matching_entries", "entry, query") == [(7, 1)]


@pytest.mark.parametrize(
    ("but_not", "fits"),
    [
        ({}, True),
        ({"not_from": ["a"]}, False),
        ({"not_to": ["b"]}, False),
        ({"not_to": ["a"]}, True),
    ],
)
def test_a_unit_that_a_rule_leaves_out_makes_no_group(sql, but_not, fits):
    """It may be left out on either side."""
    ask(sql, [1], by_unit_pair=True, unit_pair_grouped=True, **but_not)
    went(sql)
    assert groups(sql) == (["A"] if fits else [])


@pytest.mark.parametrize("presence", [False, True])
@pytest.mark.parametrize(
    ("side", "trait", "fits", "chosen"),
    [
        ("any", "person", ["%grace%"], False),
        ("any", "person", ["p"], True),
        ("any", "person", ["ada%"], True),
        ("any", "person", ["x"], True),
        ("any", "source", ["s"], True),
        ("any", "source", ["t"], False),
        ("from", "title", ["junior"], True),
        ("to", "title", ["junior"], False),
        ("any", "title", ["junior"], True),
        ("to", "title", ["senior"], True),
        ("from", "title", ["senior"], False),
        ("any", "title", ["senior"], True),
        ("to", "team", ["t2"], True),
        ("to", "location", ["l1"], False),
        ("from", "seniority", ["junior"], True),
    ],
)
@pytest.mark.parametrize("but_not", [False, True])
def test_a_trait_has_to_fit_on_its_side_or_must_not(
    sql, side, trait, fits, chosen, but_not, presence
):
    """A person is meant by the id of the profile, the name or the person's id."""
    ask(sql, [], presence=presence, unit_pair_grouped=True)
    wanted = {"wanted_trait": 1, "query": 1, "side": side, "trait": trait, "fits": fits}
    sql.given("wanted_traits", {**wanted, "but_not": but_not})
    went(sql, presence=presence, name="Ada")
    assert groups(sql) == ([""] if chosen != but_not else [])
