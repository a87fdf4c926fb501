"""A rule that could not be read for a while says afterwards what happened meanwhile."""

import json
from pathlib import Path

import pytest
from tempo import first_slow
from typer.testing import CliRunner

from monitor.cli.entry import app

RULE = """[flow]
from = {{ organization = "meta" }}
to = {{ organization = "xai" }}
within = "90d"
{people} = 2
"""


def snapshot(world: Path, day: str, *, moved: bool) -> None:
    """Write the look of one day: ten people at Meta, two of whom may have gone to xAI."""
    lines = []
    for number in range(10):
        positions = [{"organization": "Meta", "start": "2020-01"}]
        if moved and number < 2:
            positions[0]["end"] = "2025-05"
            positions.append({"organization": "xAI", "start": "2025-05"})
        lines.append(json.dumps({"id": f"p{number}", "name": f"P{number}", "positions": positions}))
    (world / "in" / f"{day}.jsonl").write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("while_away", first_slow(["broken", "gone"]))
def test_a_rule_that_was_away_while_people_moved_still_alerts(
    tmp_path: Path, while_away: str
) -> None:
    """Case 64: the others finish, and what it missed meanwhile is caught up with by itself."""
    (tmp_path / "in").mkdir()
    (tmp_path / "rules").mkdir()
    (tmp_path / "config.toml").write_text(
        'send_from = "2025-01-01"\n[sources.a]\nkind = "files"\npath = "in/*.jsonl"\n'
        '[channels.f]\nkind = "file"\npath = "out.jsonl"\n',
        encoding="utf-8",
    )
    rule = tmp_path / "rules" / "r.toml"

    def run(day: str) -> int:
        arguments = ["run", "--now", day, "--config", str(tmp_path / "config.toml")]
        return CliRunner().invoke(app, arguments).exit_code

    rule.write_text(RULE.format(people="people"), encoding="utf-8")
    (tmp_path / "rules" / "other.toml").write_text(RULE.format(people="people"), encoding="utf-8")
    snapshot(tmp_path, "2025-04-01", moved=False)
    assert run("2025-04-02") == 0
    if while_away == "broken":
        rule.write_text(RULE.format(people="peple"), encoding="utf-8")
    else:
        rule.unlink()
    snapshot(tmp_path, "2025-06-01", moved=True)
    assert run("2025-06-02") == (1 if while_away == "broken" else 0)
    assert sent(tmp_path) == [("other", "opened", 2)]
    rule.write_text(RULE.format(people="people"), encoding="utf-8")
    assert run("2025-06-03") == 0
    assert sent(tmp_path) == [("other", "opened", 2), ("r", "opened", 2)]


def sent(world: Path) -> list[tuple[str, str, int]]:
    """Return what was sent: rule, reason and how many people."""
    lines = (world / "out.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    return [(one["rule"], one["reason"], len(one["people"])) for one in told]
