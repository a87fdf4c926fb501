"""Which names that profiles state are held, and under which name they go on."""

import pytest

BELIEVED = {"profile": "p", "tenure": 1, "root": "maya", "listed": True, "latest": 5}
START = {"start_earliest": "2019-01-01", "start_latest": "2019-01-31"}


def believed(sql, tenure, position, kind="renamed", names=("Lakshmi",)):
    """Return what is held of a profile that states `names` at one position each."""
    sql.given("sides", {"side": 5, "unit": "maya-labs", "name": "Maya Labs"})
    sql.given("previous_tenures", {**BELIEVED, **tenure})
    sql.given("holds", {"from_root": "maya", "to_root": "lakshmi", "kind": kind})
    for number, name in enumerate(names):
        root = name.lower()
        sql.given("names", {"organization": name, "external": "", "unit": root, "root": root})
        sql.given(
            "stated_positions",
            {"profile": "p", "ordinal": number, "organization": name, "external": "", **position},
        )
    sql.run("held_names", source="s")
    return sql.read(
        "held_names", "profile, root, believed.root, believed.unit, believed.organization"
    )


HELD = [("p", "lakshmi", "maya", "maya-labs", "Maya Labs")]


@pytest.mark.parametrize(
    ("tenure", "position", "held"),
    [
        (START, {"s1": "2019-01-01"}, HELD),
        (START, {"s1": "2020-01-02"}, HELD),
        (START, {"s1": "2020-01-03"}, []),
        (START, {"s1": "2017-12-31"}, HELD),
        (START, {"s1": "2017-12-30"}, []),
        ({"ids": "x"}, {"id": "x"}, HELD),
        ({"ids": "x"}, {"id": "y"}, []),
        ({"organization_ids": "7"}, {"organization_key": "7"}, HELD),
        ({"organization_ids": "7", "ended": True}, {"organization_key": "7"}, []),
        (
            {"end_earliest": "2020-02-01", "end_latest": "2020-02-29"},
            {"e1": "2020-02-01", "e2": "2020-02-29"},
            HELD,
        ),
        (
            {"end_earliest": "2020-02-01", "end_latest": "2020-02-29"},
            {"e1": "2020-02-01", "e2": "2020-02-01"},
            [],
        ),
        ({**START, "listed": False}, {"s1": "2019-01-01"}, []),
    ],
)
def test_a_name_is_held_where_the_position_is_the_same(sql, tenure, position, held):
    """It keeps its id, a start within 366 days, or its end where no start is stated."""
    assert believed(sql, tenure, position) == held


def test_only_a_name_that_waits_for_a_decision_is_held(sql):
    """Moves that are held move all the same."""
    assert believed(sql, START, {"s1": "2019-01-01"}, kind="collective") == []


def test_whoever_states_both_names_tells_them_apart(sql):
    """The one is no other name of the other."""
    assert believed(sql, START, {"s1": "2019-01-01"}, names=("Lakshmi", "Maya")) == []


def test_whoever_was_at_both_tells_them_apart(sql):
    """A time there before the change is one of its own."""
    sql.given("previous_tenures", {**BELIEVED, "tenure": 2, "root": "lakshmi"})
    assert believed(sql, START, {"s1": "2019-01-01"}) == []
