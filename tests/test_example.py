"""The shipped example says what the press reported, and nothing else.

Two facts of the reports are left out of the positions and kept in the notes: that Joel Pobar had
been at Meta and Kyle Kosic at OpenAI before. No report dates these earlier jobs, and an undated job
at the organisation that a person returns to would be one tenure with the new one.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.base.settings import Settings, load_settings
from monitor.identity.organizations import Directory
from monitor.rules.language import RuleSet, load_rules

BASELINE = "2024-06-01"
REPORTS = ["2024-06-28", "2025-06-26", "2025-06-30", "2025-07-09", "2025-08-07", "2025-08-14"]
ZURICH = {"alexander-kolesnikov", "lucas-beyer", "xiaohua-zhai"}

# Who was reported to have moved, by report: person, from, to, moved.
REPORTED: dict[str, list[tuple[str, str, str | None, str | None]]] = {
    "2024-06-28": [("kyle-kosic", "xAI", "OpenAI", "2024-04")],
    "2025-06-26": [(person, "OpenAI", "Meta", "2025-06") for person in sorted(ZURICH)],
    "2025-06-30": [
        ("alexandr-wang", "Scale AI", "Meta", "2025-06"),
        ("hongyu-ren", "OpenAI", "Meta", "2025-06"),
        ("huiwen-chang", "OpenAI", "Meta", "2025-06"),
        ("jack-rae", "Google DeepMind", "Meta", "2025-06"),
        ("ji-lin", "OpenAI", "Meta", "2025-06"),
        ("jiahui-yu", "OpenAI", "Meta", "2025-06"),
        ("joel-pobar", "Anthropic", "Meta", "2025-06"),
        ("pei-sun", "Google DeepMind", "Meta", "2025-06"),
        ("shengjia-zhao", "OpenAI", "Meta", "2025-06"),
        ("shuchao-bi", "OpenAI", "Meta", "2025-06"),
        ("trapit-bansal", "OpenAI", "Meta", "2025-06"),
    ],
    "2025-07-09": [
        ("angela-fan", "Meta", "OpenAI", "2025-07"),
        ("david-lau", "Tesla", "OpenAI", "2025-07"),
        ("mike-dalton", "xAI", "OpenAI", "2025-07"),
        ("ruoming-pang", "Apple", "Meta", "2025-07"),
        ("uday-ruddarraju", "xAI", "OpenAI", "2025-07-08"),
    ],
    "2025-08-07": [
        ("alan-rice", "Meta", "xAI", "2025-04"),
        ("ching-yao-chuang", "Meta", "xAI", "2025-05"),
        ("daniel-rowland", "Tesla", "xAI", None),
        ("sheng-shen", "Meta", "xAI", "2025-04"),
        ("xinlei-chen", "Meta", "xAI", "2025-06"),
    ],
    "2025-08-14": [
        ("christian-szegedy", "xAI", None, "2025-05"),
        ("igor-babuschkin", "xAI", None, "2025-08"),
    ],
}

Profile = Mapping[str, Any]


def snapshot(root: Path, day: str) -> dict[str, Profile]:
    text = (root / "snapshots" / "inbox" / "press" / f"{day}.jsonl").read_text(encoding="utf-8")
    profiles = [json.loads(line) for line in text.splitlines()]
    assert len({profile["id"] for profile in profiles}) == len(profiles)
    return {profile["id"]: profile for profile in profiles}


@pytest.fixture(scope="module")
def settings(root) -> Settings:
    return load_settings(root / "config.toml")


@pytest.fixture(scope="module")
def directory(settings) -> Directory:
    return Directory.load(settings.organizations)


@pytest.fixture(scope="module")
def rules(settings, directory) -> RuleSet:
    return load_rules(settings.rules, directory=directory, settings=settings)


def test_there_is_a_snapshot_for_the_baseline_and_one_for_each_report(root):
    """The days are those on which the press could first show the moves."""
    names = sorted(path.name for path in (root / "snapshots" / "inbox" / "press").iterdir())
    assert names == [f"{day}.jsonl" for day in [BASELINE, *REPORTS]]


def test_the_baseline_shows_everyone_in_the_former_position(root):
    """Only the three of Zurich are not yet known; nobody has a date."""
    people = snapshot(root, BASELINE)
    assert len(people) == 24
    assert not ZURICH & set(people)
    for profile in people.values():
        (position,) = profile["positions"]
        assert position["current"] is True
        assert not {"start", "end"} & set(position)
    counts = Counter(profile["positions"][0]["organization"] for profile in people.values())
    assert counts == {
        "OpenAI": 7,
        "Meta": 5,
        "xAI": 5,
        "Google DeepMind": 2,
        "Tesla": 2,
        "Anthropic": 1,
        "Apple": 1,
        "Scale AI": 1,
    }


@pytest.mark.parametrize("day", REPORTS)
def test_a_report_ends_the_former_position_and_adds_the_new_one(root, day):
    """Nothing else changes on its day."""
    days = [BASELINE, *REPORTS]
    before, after = snapshot(root, days[days.index(day) - 1]), snapshot(root, day)
    changed = {person for person in after if after[person] != before.get(person)}
    assert changed == {person for person, *_ in REPORTED[day]}
    for person, origin, destination, moved in REPORTED[day]:
        *_, former = [
            position for position in after[person]["positions"] if not position["current"]
        ]
        current = [position for position in after[person]["positions"] if position["current"]]
        assert former["organization"] == origin
        assert former.get("end") == moved
        assert [one["organization"] for one in current] == ([destination] if destination else [])
        assert [observation.get("start") for observation in current] == (
            [moved] if destination else []
        )


def test_everyone_who_was_seen_stays_seen(root):
    """Nobody leaves by missing from a snapshot."""
    counts = [len(snapshot(root, day)) for day in [BASELINE, *REPORTS]]
    assert counts == [24, 24, 27, 27, 27, 27, 27]


def test_the_three_of_zurich_come_with_their_histories(root):
    """They were at Google DeepMind until December, at OpenAI from December on."""
    for person in ZURICH:
        first, second, third = snapshot(root, "2025-06-26")[person]["positions"]
        assert (first["organization"], first["end"]) == ("Google DeepMind", "2024-12")
        assert (second["organization"], second["start"]) == ("OpenAI", "2024-12")
        assert second["location"] == "Zurich"
        assert third["organization"] == "Meta"


def test_every_row_keeps_its_report(root):
    """Whoever reads an alert can find where each person's move was reported."""
    for day in [BASELINE, *REPORTS]:
        for person, profile in snapshot(root, day).items():
            (reported,) = [
                report for report, rows in REPORTED.items() if person in {row[0] for row in rows}
            ]
            assert reported in profile["url"]
            assert profile["note"]


def test_every_organisation_of_the_example_is_listed(root, directory):
    """No name of it is left to its fold."""
    for day in [BASELINE, *REPORTS]:
        for profile in snapshot(root, day).values():
            for position in profile["positions"]:
                assert directory.find(position["organization"])


def test_the_spellings_of_meta_that_the_press_uses_are_one_organisation(directory):
    """As met in the reports."""
    spellings = ["Meta", "Meta Platforms", "Meta Platforms Inc.", "Facebook", "ميتا"]
    spellings += ["Facebook AI Research", "FAIR"]
    assert {directory.resolve(name).root for name in spellings} == {"meta"}


def test_nobody_moves_when_organisations_change_hands(directory):
    """X was its own until xAI bought it, and xAI until SpaceX did; Twitter is X at all times."""
    assert directory.find("Twitter") == "x"
    rows = {(unit, root): (start, end) for unit, root, start, end in directory.dated_roots()}
    assert rows == {
        ("x", "x"): (None, date(2025, 3, 28)),
        ("x", "xai"): (date(2025, 3, 28), date(2026, 2, 2)),
        ("x", "spacex"): (date(2026, 2, 2), None),
        ("xai", "xai"): (None, date(2026, 2, 2)),
        ("xai", "spacex"): (date(2026, 2, 2), None),
    }


def test_the_shipped_rules_that_are_on_are_the_four_of_the_example(rules):
    """All of them, those that are off too, are valid and say nothing doubtful."""
    assert not rules.broken
    assert not rules.hints
    found = {
        rule.id: (rule.main.threshold, rule.main.window_days or rule.main.since, rule.group_by)
        for rule in rules.rules
        if rule.enabled
    }
    assert found == {
        "any-to-any": (3, 90, ("from.organization", "to.organization")),
        "chiefs": (1, 90, ("from.organization",)),
        "meta-to-xai": (4, "year", ()),
        "zurich": (3, 90, ("to.organization",)),
    }


def test_the_shipped_config_sends_what_the_example_finds(settings):
    """Its alerts are old news, so the day from which they are sent lies before all of them."""
    assert settings.send_from is not None
    assert settings.send_from.isoformat() < BASELINE
    assert settings.operations == ("console",)
    assert {channel.kind for channel in settings.channels.values()} == {"console", "file"}
