"""The evidence of an alert as one archive."""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from story import World, crowd, flow, job, profile
from typer.testing import CliRunner

from monitor import __version__
from monitor.base.errors import UsageError
from monitor.cli.entry import app


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A world with one alert about two people."""
    rules = {"talent": flow("meta", "xai", people=2)}
    world = World(tmp_path_factory.mktemp("bundle"), rules=rules)
    stay = {**crowd("Meta"), **crowd("xAI")}
    world.observe("2025-01-01", {**stay, "ada": [job("Facebook")], "bob": [job("Meta")]})
    moved = profile(
        job("Meta", end="2025-01-10"), job("X.AI", title="Head"), url="https://a.example"
    )
    world.then("2025-02-01", ada=moved, bob=moved)
    world.run()
    return world


def explained(world: World, path: Path, *, alert: str | None = None) -> dict[str, bytes]:
    """Write the archive of the one alert, and return what is in it."""
    alert = alert or world.alerts()[0]["alert"]
    config = ["--config", str(world.root / "config.toml")]
    done = CliRunner().invoke(
        app, ["explain", alert, "--bundle", str(path), *config], catch_exceptions=False
    )
    assert done.exit_code == 0
    assert hashlib.sha256(path.read_bytes()).hexdigest() in done.output
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_a_bundle_holds_the_records_before_and_after_with_their_checksums(ran, tmp_path):
    """Whoever keeps it can check each word without talentwatch."""
    files = explained(ran, tmp_path / "e.zip")
    before, after = (
        [json.loads(line) for line in files[f"records/press/{day}.jsonl"].splitlines()]
        for day in ("2025-01-01", "2025-02-01")
    )
    assert [one["positions"] for one in before] == [
        [{"organization": "Facebook"}],
        [{"organization": "Meta"}],
    ]
    assert after[0]["url"] == "https://a.example"
    assert after[0]["positions"][1] == {"organization": "X.AI", "title": "Head"}
    collected = ran.root / "inbox" / "press" / "2025-02-01.jsonl"
    line = collected.read_text(encoding="utf-8").splitlines()[after[0]["line"] - 1]
    assert json.loads(line)["id"] == "ada"
    snapshots = json.loads(files["snapshots.json"])
    assert [snapshot["origin"] for snapshot in snapshots] == [
        "2025-01-01.jsonl",
        "2025-02-01.jsonl",
    ]
    assert snapshots[1]["origin_sha256"] == hashlib.sha256(collected.read_bytes()).hexdigest()


@pytest.mark.slow
def test_a_bundle_holds_the_rule_the_directory_and_the_program(ran, tmp_path):
    """What was asked, who was meant by which name, and what answered."""
    files = explained(ran, tmp_path / "e.zip")
    assert files["rule.toml"] == (ran.root / "rules" / "talent.toml").read_bytes()
    rule = json.loads(files["rule.json"])
    assert rule["version_of_the_alert"] == rule["version_of_the_file"]
    directory = json.loads(files["directory.json"])
    assert list(directory["organizations"]) == ["meta", "xai"]
    assert directory["groups"] == {"rivals": ["xai", "anthropic"]}
    assert json.loads(files["program.json"])["version"] == __version__
    assert b"Ada: Meta" in files["alert.txt"]
    assert len(files["revisions.jsonl"].splitlines()) == 1


def test_the_checksums_of_a_bundle_name_every_file_of_it(ran, tmp_path):
    """`sha256sum --check` finds all of them."""
    files = explained(ran, tmp_path / "e.zip")
    sums = dict(line.split("  ")[::-1] for line in files.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def test_the_same_alert_makes_the_same_bytes_on_another_machine(ran, tmp_path):
    """Neither the time nor the place goes into it."""
    explained(ran, tmp_path / "one.zip")
    shutil.copytree(ran.root, tmp_path / "elsewhere")
    world = World(tmp_path / "elsewhere", rules=ran.rules)
    explained(world, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_bundle_says_what_is_not_there_any_more(ran, tmp_path):
    """A snapshot past its retention, and a rule that was edited or deleted."""
    shutil.copytree(ran.root, tmp_path / "w")
    world = World(tmp_path / "w", rules={"talent": flow("meta", "xai", people=1)})
    shutil.rmtree(world.root / "snapshots" / "store" / "press" / "2025-01-01")
    files = explained(world, tmp_path / "e.zip")
    assert json.loads(files["snapshots.json"])[0]["missing"] is True
    rule = json.loads(files["rule.json"])
    assert rule["version_of_the_alert"] != rule["version_of_the_file"]
    world.rewrite(rules={})
    files = explained(world, tmp_path / "e.zip")
    assert "rule.toml" not in files
    assert json.loads(files["rule.json"])["file"] == "the rule cannot be read any more"


def test_a_bundle_that_cannot_be_written_is_an_error_in_words(ran, tmp_path):
    """The folder is not there."""
    with pytest.raises(UsageError, match="cannot be written"):
        explained(ran, tmp_path / "no" / "e.zip")
