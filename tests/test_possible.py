"""A rule that counts who may count: message, ledger and lists say the same figure."""

import json
from pathlib import Path

import pytest
from story import World, crowd, flow, job
from typer.testing import CliRunner

from monitor.cli.entry import app

RULE = flow("meta", "xai", people=3, count="possible")
LEAVERS = ("ada", "bob", "cyn")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return a world in which three people left Meta for xAI at some time in 2025."""
    world = World(tmp_path, rules={"possible": RULE})
    others = {f"stays{number}": [job("Meta", start="2020")] for number in range(7)} | crowd("Other")
    world.on("2024-12-31", **others, **{who: [job("Meta", start="2020")] for who in LEAVERS})
    went = [job("Meta", start="2020", end="2025"), job("xAI", start="2025")]
    world.on("2025-06-30", **others, **dict.fromkeys(LEAVERS, went))
    complaints = run(world, "run", "--now", "2025-06-30").splitlines()
    assert all(line.startswith("warning: source press") for line in complaints)
    return world


def run(world: World, *arguments: str) -> str:
    """Run a command and return what it complains of."""
    config = str(world.root / "config.toml")
    return CliRunner().invoke(app, [*arguments, "--config", config]).stderr


def listed(world: World) -> list[int]:
    """Return the counts of `alerts --json`."""
    config = str(world.root / "config.toml")
    shown = CliRunner().invoke(app, ["alerts", "--json", "--config", config]).stdout
    return [json.loads(line)["count"] for line in shown.splitlines()]


@pytest.mark.slow
def test_the_message_has_the_count_of_the_ledger(world):
    """Three may have gone within the window, and nobody certainly: the rule counts three."""
    written = (world.root / "alerts.jsonl").read_text(encoding="utf-8")
    (message,) = map(json.loads, written.splitlines())
    assert (message["count"], message["peak"], message["possible"]) == (3, 3, 3)
    assert message["headline"] == "Meta → xAI: 3 people within 90 days (threshold 3)"
    assert [alert.count for alert in world.revisions()] == listed(world) == [3]


@pytest.mark.slow
def test_a_rule_that_cannot_be_read_keeps_the_count_of_its_alerts(world):
    """Whoever breaks a rule freezes its alerts with what they said."""
    world.rewrite(rules={"possible": RULE.replace("people", "peple")})
    assert listed(world) == [3]
