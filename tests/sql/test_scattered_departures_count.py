"""How many people are nowhere any more where they were, undated and in all directions."""

import pytest


def play(sql, *flows: tuple[str, str | None, int], people: int = 3, share: float = 0.5) -> int:
    """Let so many people go from one organisation to another; return how many were rewritten."""
    gone = [(origin, target) for origin, target, count in flows for _ in range(count)]
    for who, (origin, target) in enumerate(gone):
        sql.given("previous_tenures", {"profile": f"p{who}", "root": origin, "begun": True})
        sql.given("changed_profiles", {"profile": f"p{who}", "still": True})
        sql.given("speaking_profiles", {"profile": f"p{who}"})
        if target == "no employer":
            continue
        seen = {"root": target or origin, "over": target is None}
        sql.given("stated_tenures", {"profile": f"p{who}", **seen})
    return int(sql.run("scattered_departures_count", people=people, share=share)[0][0])


@pytest.mark.parametrize(
    ("flows", "rewritten"),
    [
        ([("a", "x", 2)], 2),
        ([("a", "x", 3)], 0),
        ([("a", "x", 3), ("a", "y", 3)], 0),
        ([("a", "x", 3), ("a", "y", 4)], 3),
        ([("a", None, 5)], 5),
        ([("a", "no employer", 5)], 5),
        ([("a", "a", 2)], 0),
        ([], 0),
    ],
)
def test_few_people_or_less_than_the_share_of_one_direction_are_rewritten(sql, flows, rewritten):
    """A flow of $people and of $share of all who left has a direction; a smaller one has none."""
    assert play(sql, *flows) == rewritten


def test_whoever_states_an_end_is_not_rewritten(sql):
    """A tenure that ended on a stated day is told, not rewritten."""
    sql.given("speaking_profiles", {"profile": "p"})
    sql.given("previous_tenures", {"profile": "p", "root": "a", "begun": True})
    sql.given("changed_profiles", {"profile": "p", "still": True})
    sql.given("stated_tenures", {"profile": "p", "root": "a", "over": True, "e1": "2020-01-01"})
    assert sql.run("scattered_departures_count", people=3, share=0.5) == [(0,)]
