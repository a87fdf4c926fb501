"""The measurement of the promise that `unusual` makes: what counts as false, and what as found."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import chance
import pytest
from simulated import Truth

from monitor.base.records import AlertStatus

RAID = {"from": "Acme", "to": "Rival", "began": "2022-03-01", "ended": "2022-04-01"}
GREAT = {**RAID, "from": "Large", "to": "Larger"}


def told(rule: str, origin: str, destination: str, **changes: Any) -> Any:
    """Return an alert on a rule, of people who went from one to the other in March 2022."""
    side = SimpleNamespace
    people = [side(origin=side(name=origin), destination=side(name=destination))]
    usual: dict[str, Any] = {"people": people}
    usual |= {"first_known_on": date(2022, 6, 1), "opened_on": date(2022, 3, 20)}
    usual |= {"closed_on": date(2022, 6, 1), "status": AlertStatus.CLOSED}
    return side(alert=f"{rule}{origin}{changes}", rule=rule, **usual | changes)


def counted(*alerts: Any) -> chance.Promise:
    truth = Truth(days=["2021-01-04", "2024-01-04"], raids=[GREAT, RAID])
    return chance.count(truth, alerts)


def test_an_alert_of_a_raid_has_found_it_and_any_other_is_false():
    """Each rule for itself; three years of looking, one raid besides the great one."""
    found = counted(
        told("unusual-1", "Acme", "Rival"),
        told("unusual-0_3", "Acme", "Other"),
        told("any-to-any", "Acme", "Other"),
        told("any-to-any", "Other", "Acme"),
    )
    assert found.years == pytest.approx(3, abs=0.01)
    assert found.raids == 1
    assert found.found["unusual = 1"] == 1
    assert found.false == {
        "people = 5": 2,
        "unusual = 3": 0,
        "unusual = 1": 0,
        "unusual = 0.3": 1,
    }


def test_a_world_is_measured_once(tmp_path, monkeypatch):
    """A measurement that was stopped goes on where it was."""
    worlds = []

    def measured(world):
        worlds.append(world)
        return counted(told("unusual-1", "Acme", "Rival"))

    monkeypatch.setattr(chance, "measured", measured)
    first = chance.measured_once(chance.HardWorld(seed=0), tmp_path)
    assert chance.measured_once(chance.HardWorld(seed=0), tmp_path) == first
    assert first.found["unusual = 1"] == 1
    chance.measured_once(chance.HardWorld(seed=0, raids=True), tmp_path)
    assert [world.raids for world in worlds] == [False, True]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": AlertStatus.WITHDRAWN},
        {"first_known_on": date(2021, 1, 4)},
        {"people": []},
    ],
)
def test_what_was_withdrawn_or_told_by_the_first_look_counts_for_nothing(changes):
    """Nor does what has nobody left in it."""
    found = counted(told("unusual-1", "Acme", "Other", **changes))
    assert set(found.false.values()) == {0}


def test_the_great_raid_counts_for_neither():
    """Every world has it."""
    found = counted(told("unusual-1", "Large", "Larger"))
    assert set(found.false.values()) == set(found.found.values()) == {0}


@pytest.mark.parametrize(
    ("opened", "closed", "finds"),
    [
        (date(2022, 6, 30), None, 1),
        (date(2022, 7, 1), None, 0),
        (date(2022, 1, 1), date(2022, 3, 2), 1),
        (date(2022, 1, 1), date(2022, 3, 1), 0),
    ],
)
def test_an_alert_finds_a_raid_if_a_window_of_it_holds_a_day_of_the_raid(opened, closed, finds):
    """From the raid's first day to 90 days after its last one; between them nothing is false."""
    found = counted(told("unusual-1", "Acme", "Rival", opened_on=opened, closed_on=closed))
    assert found.found["unusual = 1"] == finds
    assert found.false["unusual = 1"] == 0


def test_the_table_holds_what_was_told_against_what_was_asked_for():
    """Worlds of both kinds are added up, each for its column."""
    worlds = [
        chance.HardWorld(seed=1),
        chance.HardWorld(seed=2),
        chance.HardWorld(seed=3, raids=True),
    ]
    null = chance.Promise(years=3, false={"people = 5": 90, "unusual = 1": 3})
    raided = chance.Promise(years=3, raids=4, found={"people = 5": 1, "unusual = 1": 2})
    lines = list(chance._table(worlds, [null, null, raided]))
    assert lines[-2:] == [
        "| `people = 5` | 30.00 |  | 1 of 4 |",
        "| `unusual = 1` | 1.00 | 1.00 | 2 of 4 |",
    ]
