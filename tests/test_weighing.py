"""Whether a look has to be followed alone, told by the flows that it may show."""

from datetime import date
from typing import Any

import pytest

from monitor.moves.gates.weighing import LookCounts, WeighedFlow, days_with_flows_to_judge

DAY = date(2024, 6, 1)
LONG_AGO = date(2020, 1, 1)


def weighed(**changes: Any) -> WeighedFlow:
    """Return a flow of one person of many, between two organisations that were there before."""
    usual: dict[str, Any] = {
        "day": DAY,
        "from_root": "a",
        "to_root": "b",
        "in_place": False,
        "people": 1,
    }
    names = {"from_names": ["Acme"], "to_names": ["Zenith"]}
    counts = {"earlier": 0, "kept_earlier": 0, "of_people": 100, "existed_since": LONG_AGO}
    return WeighedFlow(**(usual | names | counts | changes))


def is_told(*flows: WeighedFlow) -> bool:
    return days_with_flows_to_judge(flows, LONG_AGO) == {DAY}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, False),
        ({"people": 5}, True),
        ({"people": 4}, False),
        ({"people": 3, "of_people": 5}, True),
        ({"people": 3, "of_people": 6}, False),
        ({"people": 2, "earlier": 1, "of_people": 4}, True),
        ({"people": 2, "earlier": 1, "of_people": 5}, False),
        ({"people": 2, "of_people": 2}, False),
        ({"people": 2, "of_people": 3, "existed_since": None}, True),
        ({"people": 1, "of_people": 1, "existed_since": None}, False),
        ({"people": 2, "of_people": 4, "existed_since": None}, False),
        ({"people": 1, "kept_earlier": 4, "of_people": 12}, True),
        ({"people": 1, "kept_earlier": 4, "of_people": 13}, False),
        ({"people": 1, "kept_earlier": 3, "of_people": 10}, False),
        ({"earlier": 4, "existed_since": date(2023, 6, 2)}, True),
        ({"earlier": 4, "existed_since": date(2023, 6, 1)}, False),
        ({"earlier": 3, "existed_since": date(2023, 6, 2)}, False),
        ({"in_place": True}, False),
        ({"in_place": True, "to_names": ["Zenith", "Acme Labs"]}, True),
        ({"in_place": True, "to_names": ["Acne"]}, False),
        ({"in_place": True, "from_names": ["Peking Works"], "to_names": ["Pekin Works"]}, True),
        ({"in_place": False, "to_names": ["Acme Labs"]}, False),
    ],
)
def test_a_flow_is_told_if_it_may_be_held(changes, told):
    """By its people, by how new the destination is, or by the names."""
    assert is_told(weighed(**changes)) is told


@pytest.mark.parametrize(
    ("parts", "told"), [([3, 2], True), ([2, 2], False), ([4], False), ([2, 2, 1], True)]
)
def test_flows_from_one_organisation_are_told_if_they_are_many_people(parts, told):
    """It may have been split."""
    flows = [weighed(to_root=f"b{number}", people=people) for number, people in enumerate(parts)]
    assert is_told(*flows) is told


@pytest.mark.parametrize(
    ("parts", "told"), [([2, 2, 1], True), ([3, 2], False), ([2, 1, 1], False)]
)
def test_flows_to_one_organisation_are_told_if_three_of_them_are_many_people(parts, told):
    """They may have been joined."""
    flows = [weighed(from_root=f"a{number}", people=people) for number, people in enumerate(parts)]
    assert is_told(*flows) is told


@pytest.mark.parametrize(("number", "told"), [(10, True), (9, False)])
def test_ten_new_names_at_one_look_are_told(number, told):
    """A source may have tidied up."""
    ways = [{"from_root": f"a{n}", "to_root": f"b{n}"} for n in range(number)]
    assert is_told(*(weighed(existed_since=None, **way) for way in ways)) is told


@pytest.mark.parametrize(
    ("changes", "told"),
    [({}, False), ({"tells": True}, True), ({"relabelled": 3}, True), ({"relabelled": 2}, False)],
)
def test_names_ids_and_listings_are_told_by_their_counts(changes, told):
    """Three people who got one other name make a gate speak."""
    numbers = dict.fromkeys(("changed", "rewritten", "undated", "origins", "filled"), 0)
    counts = LookCounts(**({"day": DAY, **numbers, "relabelled": 0, "tells": False} | changes))
    assert counts.may_speak is told
