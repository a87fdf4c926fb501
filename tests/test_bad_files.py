"""One bad file in an inbox or among the rules stops nobody else."""

import json
import os
import socket
from pathlib import Path

import pytest
from story import World, flow, job
from typer.testing import CliRunner

from monitor.cli import app
from monitor.errors import SourceError, UsageError, printable
from monitor.sources.files import Files, expand

LINE = b'{"id": "ada", "positions": [{"organization": "Meta"}]}\n'
BYTES = os.fsdecode(b"2025-01-02-\xff.jsonl")


def talentwatch(world: World, *arguments: str) -> tuple[int, str, str]:
    """Run a command of the watch; return its exit code and what it printed."""
    done = CliRunner().invoke(app, [*arguments, "--config", str(world.root / "config.toml")])
    assert done.exception is None or isinstance(done.exception, (SystemExit, UsageError)), done
    return done.exit_code, done.stdout, done.stderr


def test_a_name_that_is_no_text_costs_its_file_alone(tmp_path: Path) -> None:
    """The other file is taken in; run, its JSON, status and import name the bytes escaped."""
    world = World(tmp_path)
    good = world.on("2025-01-01", ada=[job("Meta")])
    bad = good.with_name(BYTES)
    bad.write_bytes(LINE)
    code, out, err = talentwatch(world, "run", "--json")
    assert code == 1
    assert r"2025-01-02-\xff.jsonl: its name is not UTF-8" in err
    assert r"2025-01-02-\xff.jsonl" in json.loads(out)["errors"][0]
    assert world.snapshots() == ["press 2025-01-01 baseline"]
    assert r"\xff.jsonl" in talentwatch(world, "status")[2]
    code, _, err = talentwatch(world, "import", "press", str(bad))
    assert (code, r"\xff.jsonl: its name is not UTF-8" in err) == (1, True)
    bad.unlink()
    assert talentwatch(world, "run")[0] == 0


def test_a_rule_whose_name_is_no_text_breaks_itself_alone(tmp_path: Path) -> None:
    """Its name is said with the bytes escaped, as text and as JSON, and the run goes on."""
    world = World(tmp_path, rules={"good": flow("meta", "xai", people=1)})
    world.on("2025-01-01", ada=[job("Meta")])
    rules = tmp_path / "rules"
    for name in (b"\xff.toml", b"a\nb.toml"):
        Path(rules, os.fsdecode(name)).write_bytes((rules / "good.toml").read_bytes())
    os.mkfifo(rules / "pipe.toml")
    code, _, err = talentwatch(world, "run")
    assert code == 1
    for shown in (r"\xff.toml", r"a\nb.toml", "pipe.toml"):
        assert f"{shown}: " in err
    rows = [
        json.loads(line)
        for line in talentwatch(world, "rules", "list", "--json")[1].split("\n")
        if line
    ]
    assert [row["rule"] for row in rows if row["status"] == "broken"] == [r"\xff", r"a\nb", "pipe"]


def test_a_name_with_a_line_break_forges_no_line(tmp_path: Path) -> None:
    """The file is taken in, and is known by its escaped name."""
    path = tmp_path / "2025-01-01\nerror: forged\x1b[2J.jsonl"
    path.write_bytes(LINE)
    (one,) = Files(source="s", paths=[path]).observations()
    assert not isinstance(one, SourceError)
    assert one.origin == r"2025-01-01\nerror: forged\x1b[2J.jsonl"
    (error,) = Files(source="s", paths=[tmp_path / "a\nb.jsonl"]).observations()
    assert "\n" not in str(error)


def test_what_is_no_file_is_named_and_never_waited_for(tmp_path: Path) -> None:
    """A pipe without a writer, a socket and an endless device each cost themselves alone."""
    (tmp_path / "2025-01-01.jsonl").write_bytes(LINE)
    os.mkfifo(tmp_path / "2025-01-02.jsonl")
    (tmp_path / "2025-01-03.jsonl").symlink_to("/dev/zero")
    (tmp_path / "2025-01-04.jsonl").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "2025-01-05.jsonl"))
        found = list(Files(source="s", paths=expand(tmp_path, "*")).observations())
    assert [str(one).partition(":")[0] for one in found if isinstance(one, SourceError)] == [
        "2025-01-02.jsonl",
        "2025-01-03.jsonl",
        "2025-01-05.jsonl",
    ]


def test_a_folder_whose_name_is_no_text_is_refused_in_words(tmp_path: Path) -> None:
    """No database can be kept in it; neither a watch nor a new folder."""
    folder = tmp_path / os.fsdecode(b"\xff")
    folder.mkdir()
    (folder / "config.toml").write_text("")
    for arguments in (["run", "--config", str(folder / "config.toml")], ["init", str(folder)]):
        done = CliRunner().invoke(app, arguments)
        assert isinstance(done.exception, UsageError)
        assert rf"{printable(folder)}: the name of this folder is not UTF-8" in str(done.exception)


@pytest.mark.parametrize("name", ["a.jsonl", "Zürich 2025.csv", "李雷.csv"])
def test_a_name_that_can_be_printed_is_printed_as_it_is(name: str) -> None:
    """Letters of any script are text."""
    assert printable(name) == name
