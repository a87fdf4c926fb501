"""`--help` and completion: what a person finds who types a command."""

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from os import environ
from pathlib import Path
from typing import Any

import pytest
from services import CONTACT, Said, service
from tempo import first_slow
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from monitor.cli.entry import app
from monitor.cli.examples import EXAMPLES

TALENTWATCH = str(Path(sys.executable).with_name("talentwatch"))


def commands(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each command that does something, by what is typed."""
    if not isinstance(command, TyperGroup) or (command.invoke_without_command and path):
        yield path, command
    if isinstance(command, TyperGroup):
        for name, part in command.commands.items():
            if not part.hidden:
                yield from commands(part, f"{path} {name}".strip())


COMMANDS = dict(commands(get_command(app)))
TYPED = [(command, line) for command, some in EXAMPLES.items() for line, _ in some]


def test_every_command_has_an_example_and_no_example_is_of_another():
    """Whoever asks for help sees what is typed."""
    assert sorted(EXAMPLES) == sorted(COMMANDS)
    for command, line in TYPED:
        assert f"{line} ".startswith(f"{command} ")


def test_the_help_of_a_command_shows_its_examples():
    """Each on a line of its own, as it can be pasted, with what it is good for."""
    for command in COMMANDS:
        shown = CliRunner().invoke(app, [*command.split(), "--help"]).output.splitlines()
        for line, why in EXAMPLES[command]:
            place = shown.index(f"    talentwatch {line}")
            assert shown[place + 1] == f"        {why}"


def test_every_option_of_a_command_is_explained():
    """Nobody has to guess what a switch does."""
    for name, command in COMMANDS.items():
        assert command.help, name
        for parameter in command.params:
            assert getattr(parameter, "help", None), f"{name}: {parameter.name}"


@pytest.fixture(scope="module")
def clone(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder with the shipped example in it, taken in, a register, a service, a silence.

    The examples may be parted among several processes, each of which makes its own.
    """
    folder = tmp_path_factory.mktemp("clone")
    for name in ("config.toml", "organizations.toml"):
        shutil.copy(root / name, folder)
    shutil.copytree(root / "rules", folder / "rules")
    shutil.copytree(root / "snapshots" / "inbox", folder / "snapshots" / "inbox")
    names = [{"value": "Example University", "types": ["ror_display"]}]
    entry = {"id": "https://ror.org/00examp37", "status": "active", "names": names}
    (folder / "ror.json").write_text(json.dumps([entry]), encoding="utf-8")
    with chdir(folder):
        for before in ("run", "silence add --rule zurich --for 14 --why seen"):
            assert CliRunner().invoke(app, before.split()).exit_code == 0
    with service() as running:
        running.answer = lambda _asked: Said.json([{"id": "ada"}])
        with (folder / "config.toml").open("a", encoding="utf-8") as config:
            config.write(
                f'[sources.researchers]\nkind = "http"\nurl = "{running.url}"\n'
                f'contact = "{CONTACT}"\npurpose = "a test"\nretention = "1d"\n'
            )
        yield folder


@pytest.mark.slow
@pytest.mark.parametrize("typed", [line for _, line in TYPED], ids=lambda line: line)
def test_every_example_does_what_it_says(clone, typed):
    """Each on the shipped example."""
    words = [
        found
        for word in shlex.split(typed)
        for found in (sorted(map(str, Path(clone).glob(word))) if "*" in word else [word])
    ]
    with chdir(clone):
        if words[0] in {"board", "serve"}:  # they would go on for ever; their tests stop them
            COMMANDS[words[0]].make_context(words[0], words[1:])
            return
        if words[0] == "restore" and not Path(words[1]).exists():
            assert CliRunner().invoke(app, ["backup", words[1]]).exit_code == 0
        done = CliRunner().invoke(app, words)
    if "confirm-empty" in words:  # nothing of the example is empty; tests/test_vanished.py has it
        assert "nothing to confirm" in str(done.exception)
        return
    assert done.exit_code == 0, (done.output, done.exception)


def completed(shell: str, typed: str) -> str:
    """Ask what may follow what was typed, as a shell does."""
    words = f"talentwatch {typed}"
    asked = {
        "_TALENTWATCH_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": words,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    return subprocess.run(
        [TALENTWATCH], env={**environ, **asked}, capture_output=True, text=True, check=False
    ).stdout


@pytest.mark.slow
def test_a_shell_can_complete_a_command():
    """What `--install-completion` puts into a shell's start asks such questions."""
    answer = completed("bash", "rules p")
    assert "preview" in answer
    assert "status" not in answer


@pytest.mark.slow
@pytest.mark.parametrize("shell", first_slow(["bash", "zsh", "fish"]))
def test_a_shell_can_complete_commands_and_options(shell):
    """Each shell has a script that asks, and the answers are those of the place."""
    source = {**environ, "_TALENTWATCH_COMPLETE": f"source_{shell}"}
    script = subprocess.run(
        [TALENTWATCH], env=source, capture_output=True, text=True, check=False
    ).stdout
    assert f"_TALENTWATCH_COMPLETE=complete_{shell}" in script
    for typed, offered in (
        ("ba", {"backfill", "backup"}),
        ("rules p", {"preview"}),
        ("explain --b", {"--bundle"}),
    ):
        answer = completed(shell, typed)
        assert all(name in answer for name in offered), answer
        assert "status" not in answer
