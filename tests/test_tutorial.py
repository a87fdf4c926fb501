"""The tutorial, done as its reader does it, with a receiver on loopback in the place of Slack."""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from receivers import Receiver, receiver
from typer.testing import CliRunner

from monitor.cli.entry import app

BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "TALENTWATCH_SLACK_URL"
LOOPBACK = "allow_private = true\n"
"""What the configuration needs besides, because the receiver is not on the internet."""


@pytest.fixture
def blocks(root: Path) -> list[tuple[str, str, str]]:
    """Return the language, the file and the text of each block of the page, in order."""
    return BLOCK.findall((root / "docs" / "tutorial.md").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_whoever_follows_the_tutorial_sees_what_it_shows_and_slack_gets_the_alert(blocks, tmp_path):
    """Every file is written, every command is run, and each output is that of the page."""
    with receiver() as slack, chdir(tmp_path):
        slack.answers(body=b"ok")
        for language, name, text in blocks:
            follow(language, name, text, slack)
    assert len(slack.requests) == 2


def test_the_tutorial_leads_from_an_export_to_slack(blocks):
    """A page that lost its steps would pass any comparison: it has each kind of step."""
    kinds = [language for language, _, _ in blocks]
    assert kinds.count("csv") == 2
    assert kinds.count("console") >= 5
    assert {"sh", "toml", "slack"} <= set(kinds)


def follow(language: str, name: str, text: str, slack: Receiver) -> None:
    match language:
        case "csv":
            Path(name).write_text(text, encoding="utf-8")
        case "toml":
            with Path(name).open("a", encoding="utf-8") as file:
                file.write(f"\n{text}{LOOPBACK}")
        case "sh":
            assert text.startswith(f"export {ADDRESS}=")
        case "slack":
            sent = json.dumps(json.loads(slack.requests[-1].body), ensure_ascii=False)
            assert text.strip() in sent
        case "console":
            for command, output in steps(text):
                same(run(command, slack), output, command)
        case _:
            pytest.fail(f"nobody follows a block of the kind {language}")


def steps(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a block with the lines that follow it."""
    for step in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *output = step.splitlines()
        yield command, output


def run(command: str, slack: Receiver) -> list[str]:
    program, *arguments = shlex.split(command)
    if program == "cp":
        shutil.copy(*arguments)
        return []
    assert program == "talentwatch"
    done = CliRunner(env={ADDRESS: slack.url}).invoke(app, arguments)
    assert done.exit_code == 0, (command, done.output)
    return [line.rstrip() for line in done.stdout.rstrip().splitlines()]


def same(found: list[str], shown: list[str], command: str) -> None:
    """Compare an output with the page, as far as a line of three dots."""
    if "..." in shown:
        cut = shown.index("...")
        found, shown = found[:cut], shown[:cut]
    assert found == shown, command
