"""What the configuration names and is not there is said, once, and again when it is lost again."""

import json
from pathlib import Path

from typer.testing import CliRunner

from monitor.cli.entry import app

CONFIG = """send_from = "2025-01-01"
organizations = "organizations.toml"
operations = ["f"]
[sources.a]
kind = "files"
path = "in/*.jsonl"
[channels.f]
kind = "file"
path = "out.jsonl"
"""


def titles(world: Path, day: str) -> list[str]:
    """Run one day and return the titles of all that was ever told."""
    arguments = ["run", "--now", day, "--config", str(world / "config.toml")]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    out = world / "out.jsonl"
    said = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    return [json.loads(line)["title"] for line in said]


def test_a_missing_directory_rules_and_source_are_each_said_once(tmp_path: Path) -> None:
    """A mistyped path is never taken as empty in silence."""
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    first = titles(tmp_path, "2025-02-01")
    assert len(first) == 3
    assert any("organizations.toml" in title for title in first)
    assert any("source a" in title for title in first)
    assert titles(tmp_path, "2025-02-02") == first


def test_what_came_back_and_is_lost_again_is_said_again(tmp_path: Path) -> None:
    """The notice belongs to the loss, not to the file."""
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    before = len(titles(tmp_path, "2025-02-01"))
    (tmp_path / "organizations.toml").write_text("", encoding="utf-8")
    assert len(titles(tmp_path, "2025-02-02")) == before
    (tmp_path / "organizations.toml").unlink()
    assert len(titles(tmp_path, "2025-02-03")) == before + 1
