"""The shipped example, run as a user runs it: the alerts that its facts allow, and no other."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_line import run_here

from monitor.delivery.messages import text

EXPECTED = {
    # rule, group: known on, over the threshold from and until, certain peak, possible, late by days
    ("any-to-any", "google", "openai"): ("2025-06-26", "2024-12-31", "2025-03-01", 3, 3, 117),
    ("any-to-any", "openai", "meta"): ("2025-06-26", "2025-06-26", "2025-08-30", 10, 10, 0),
    ("any-to-any", "meta", "xai"): ("2025-08-07", "2025-05-31", "2025-06-30", 3, 4, 38),
    ("meta-to-xai",): ("2025-08-07", "2025-06-30", "2026-01-01", 4, 4, 0),
    ("zurich", "meta"): ("2025-06-26", "2025-06-26", "2025-08-30", 3, 3, 0),
    ("chiefs", "scale-ai"): ("2025-06-30", "2025-06-30", "2025-08-30", 1, 1, 0),
    ("chiefs", "apple"): ("2025-07-09", "2025-07-09", "2025-09-29", 1, 1, 0),
    ("chiefs", "xai"): ("2025-07-09", "2025-07-08", "2025-10-06", 1, 1, 0),
}


def talentwatch(world: Path, *arguments: str) -> str:
    """Run the command on a copy of the example and return what it printed."""
    config = ["--config", str(world / "config.toml")]
    done = run_here(*arguments, *config)
    assert done.returncode == 0, done.stderr
    return done.stdout


def records(world: Path, *arguments: str) -> list[dict[str, Any]]:
    """Run a reading command with --json and return its records."""
    return [json.loads(line) for line in talentwatch(world, *arguments, "--json").splitlines()]


@pytest.fixture(scope="module")
def world(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped example in which one run took place."""
    folder = tmp_path_factory.mktemp("example")
    for name in ("config.toml", "organizations.toml"):
        shutil.copy(root / name, folder / name)
    shutil.copytree(root / "rules", folder / "rules")
    shutil.copytree(root / "snapshots" / "inbox", folder / "snapshots" / "inbox")
    first = talentwatch(folder, "run", "--now", "2026-11-23")
    assert "6 opened" in first
    return folder


def test_the_example_raises_the_alerts_that_the_reports_allow_and_no_other(world: Path) -> None:
    """Each alert has its days, its certain and possible counts and its lateness."""
    found = {
        (alert["rule"], *alert["group"].values()): (
            alert["first_known_on"],
            alert["opened_on"],
            alert["closed_on"],
            alert["peak"],
            alert["possible"],
            alert["late_days"],
        )
        for alert in records(world, "alerts")
    }
    assert found == EXPECTED


def test_people_who_left_for_nobody_knows_where_have_departed(world: Path) -> None:
    """A departure without a next position is a departure to unknown."""
    unknown = [move["name"] for move in records(world, "moves") if move["to"] is None]
    assert sorted(unknown) == ["Christian Szegedy", "Igor Babuschkin"]


def test_an_undated_move_lies_between_two_observations(world: Path) -> None:
    """Positions without dates are dated by the looks that showed the change; no day is invented."""
    (move,) = [record for record in records(world, "moves") if record["name"] == "Daniel Rowland"]
    assert move["joined"] == {"earliest": "2025-07-10", "latest": "2025-08-07"}
    assert move["left"] == move["joined"]


def test_a_second_run_says_that_nothing_is_new_and_sends_nothing(world: Path) -> None:
    """Running again adds no message to the file channel."""
    messages = world / "snapshots" / "alerts.jsonl"
    before = messages.read_bytes()
    assert "Nothing is new" in talentwatch(world, "run", "--now", "2026-11-23")
    assert messages.read_bytes() == before


def test_every_alert_explains_each_person_before_and_after(world: Path) -> None:
    """An explanation names both sides, both dates and both looks for everybody counted."""
    for alert in records(world, "alerts"):
        said = talentwatch(world, "explain", alert["alert"])
        for person in alert["people"]:
            assert person["name"] in said
            assert person["after_on"] in said


def test_a_replay_of_the_example_changes_nothing(world: Path) -> None:
    """A backfill over all of it gives the ledger that running live gave."""
    before = records(world, "alerts")
    talentwatch(world, "backfill", "--since", "2024-01-01")
    assert records(world, "alerts") == before


@pytest.mark.slow
def test_a_dry_run_foresees_what_a_run_would_send(root: Path, tmp_path: Path) -> None:
    """Nothing is recorded, stored or sent, and the count is the one of the run that follows."""
    for name in ("config.toml", "organizations.toml"):
        shutil.copy(root / name, tmp_path / name)
    shutil.copytree(root / "rules", tmp_path / "rules")
    shutil.copytree(root / "snapshots" / "inbox", tmp_path / "snapshots" / "inbox")
    said = records(tmp_path, "run", "--dry-run", "--now", "2026-11-23")[0]
    assert records(tmp_path, "alerts") == []
    assert not (tmp_path / "snapshots" / "alerts.jsonl").exists()
    done = records(tmp_path, "run", "--now", "2026-11-23")[0]
    assert said["deliveries"]["would be sent"] == done["deliveries"]["sent"]
    assert said["alerts"] == done["alerts"]


def test_the_documents_show_what_the_example_prints(world: Path, root: Path) -> None:
    """docs/example.md has the flows and alerts, the README the message of a real run."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    example = (root / "docs" / "example.md").read_text(encoding="utf-8")
    for command in ("flows", "alerts"):
        for line in talentwatch(world, command).splitlines():
            assert line.rstrip() in example
    sent = (world / "snapshots" / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    messages = [json.loads(line) for line in sent]
    said = [text({k: v for k, v in message.items() if k != "id"}) for message in messages]
    assert any(message.rstrip() in readme for message in said)


def test_the_status_of_the_example_is_well_although_it_ended_long_ago(world: Path) -> None:
    """Its configuration says that nothing more is to come; a new user sees no fault."""
    assert talentwatch(world, "status", "--now", "2026-11-23").startswith("All is well.\n")
    (facts,) = records(world, "status", "--now", "2026-11-23")
    assert (facts["sources"]["press"]["finished"], facts["problems"]) == (True, [])
