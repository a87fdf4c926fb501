"""What sources do to profiles in the simulated market, and that the truth has no move of it."""

import json
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from test_simulate import SMALL, content, truth

from monitor.identity.people.names import may_be_one_person
from monitor.simulate import Options, rates_of, simulate

Snapshots = dict[date, dict[str, dict[str, Any]]]
"""By day and id: what a profile shows."""


@pytest.fixture
def world(tmp_path):
    """Return a maker of worlds with some faults alone: what profiles show, and the folder."""

    def make(people: int = SMALL["profiles"], **rates: float) -> tuple[Snapshots, Path]:
        size = {**SMALL, "profiles": people}
        made = Options(**size, seed=3, rates=rates_of(rates, only=rates))
        simulate(made, tmp_path)
        return snapshots(tmp_path), tmp_path

    return make


def snapshots(folder: Path) -> Snapshots:
    found: Snapshots = {}
    for name, text in content(folder).items():
        if name.startswith("snapshots/"):
            rows = map(json.loads, text.splitlines())
            day = date.fromisoformat(name.removeprefix("snapshots/")[:10])
            found[day] = {row["id"]: row for row in rows}
    return found


def employers(profile: dict[str, Any]) -> list[str]:
    return [position["organization"] for position in profile["positions"]]


def moves(folder: Path) -> set[tuple[str, str | None, str | None]]:
    return {(record["person"], record["from"], record["to"]) for record in truth(folder, "move")}


def test_a_slow_rename_shows_in_some_profiles_before_others(world):
    """It spreads over months, and is one event for the truth."""
    seen, folder = world(slow_renames=1.0)
    spread = 0
    for event in truth(folder, "event"):
        old, new = event["organization"], event["name"]
        assert event["kind"] == "slow_rename"
        spread += any(
            {old, new} <= {name for row in rows.values() for name in employers(row)}
            for rows in seen.values()
        )
        assert not {(origin, to) for _, origin, to in moves(folder)} & {(old, new), (new, old)}
    assert spread


def test_a_carve_out_takes_three_teams_of_an_organisation(world):
    """The others keep its name, and who goes on under the new one keeps title and team."""
    seen, folder = world(carve_outs=1.0)
    new = {event["name"]: event["organization"] for event in truth(folder, "event")}
    teams: dict[str, set[str]] = defaultdict(set)
    for rows in seen.values():
        for row in rows.values():
            for position in row["positions"]:
                teams[position["organization"]].add(position["team"])
    assert new
    for name, old in new.items():
        assert 1 <= len(teams[name]) <= 3 < len(teams[old])
    assert not {to for _, _, to in moves(folder)} & new.keys()


def test_a_second_employer_is_listed_beside_the_present_one_without_a_date(world):
    """From one look on, for everybody there; the truth tells of nobody who came."""
    seen, folder = world(second_employers=1.0)
    undated = {
        (day, row["id"], position["organization"])
        for day, rows in seen.items()
        for row in rows.values()
        for position in row["positions"]
        if "start" not in position
    }
    assert undated
    assert not {(who, to) for who, _, to in moves(folder)} & {(who, to) for _, who, to in undated}


def test_a_page_lists_one_person_under_six_names_that_may_be_one(world):
    """They show the same, and the truth counts one person."""
    seen, folder = world(page_doubles=0.3)
    people = {
        profile_id: row["person"] for row in truth(folder, "profile") for profile_id in row["ids"]
    }
    assert len(people) >= 50
    for double, person in people.items():
        rows = [(rows[double], rows[person]) for rows in seen.values() if double in rows]
        assert rows
        for one, other in rows:
            assert may_be_one_person(one["name"], other["name"])
            assert one["name"] != other["name"]
            assert {**one, "id": "", "name": ""} == {**other, "id": "", "name": ""}


def test_a_pasted_history_is_new_in_several_profiles_on_one_day(world):
    """The same two stays, which the truth does not know."""
    seen, folder = world(600, pasted_histories=1.0)
    first: dict[str, date] = {}
    stays = set()
    for day, rows in seen.items():
        for who, row in rows.items():
            pasted = [
                position for position in row["positions"] if position.get("title") == "Analyst"
            ]
            old = [
                month
                for month in pasted
                if (month["start"] or "9") < "1995" and month["team"] is None
            ]
            if old:
                first.setdefault(who, day)
                stays.add(json.dumps(old))
    assert len(first) >= 3
    assert len(set(first.values())) == len(stays) == 1
    origin, destination = (load["organization"] for load in json.loads(stays.pop()))
    assert not moves(folder) & {(who, origin, destination) for who in first}


def test_a_stand_in_is_all_that_a_profile_shows_until_its_career_does(world):
    """It has no date, the career begins long before, and the person never was there."""
    seen, folder = world(replaced_careers=1.0)
    stood = truth(folder, "phantom")
    assert len(stood) > 20
    for record in stood:
        who, until = record["profile"], date.fromisoformat(record["taken_back_on"])
        shown = {day: rows[who] for day, rows in seen.items() if who in rows}
        before = [row["positions"] for day, row in shown.items() if day < until]
        assert before
        assert all(positions == [{"organization": record["to"]}] for positions in before)
        after = next(row for day, row in shown.items() if day >= until)
        began = min(position["start"] for position in after["positions"])
        assert date.fromisoformat(began) < until - timedelta(days=700)
    assert not {(who, name) for who, *both in moves(folder) for name in both} & {
        (record["profile"], record["to"]) for record in stood
    }


def test_who_is_gone_for_good_does_not_come_back(world):
    """Nothing is known of what they do later."""
    seen, folder = world(gone_for_good=1.0)
    days = sorted(seen)
    gone = 0
    for before, after in pairwise(days):
        lost = seen[before].keys() - seen[after].keys()
        gone += len(lost)
        assert not any(lost & seen[day].keys() for day in days if day > after)
        assert not {
            record["person"]
            for record in truth(folder, "move")
            if record["person"] in lost and record["visible_on"] >= str(after)
        }
    assert gone > 50


def test_in_an_outage_there_is_no_snapshot_and_moves_are_seen_after_it(world):
    """The truth says so, too."""
    seen, folder = world(outages=1.0)
    gaps = [after - before for before, after in pairwise(sorted(seen))]
    assert max(gaps) >= timedelta(days=60 + SMALL["days"])
    assert {record["day"] for record in truth(folder, "snapshot")} == {*map(str, seen)}
    assert {record["visible_on"] for record in truth(folder, "move")} <= {*map(str, seen)}
