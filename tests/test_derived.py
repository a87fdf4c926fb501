"""The derived tables are a cache: whatever becomes of their file, a run makes them again."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from story import World, crowd, flow, job
from tempo import first_slow, long
from typer.testing import CliRunner

from monitor.base.derived_file import KEPT, set_aside
from monitor.base.engine import Engine, in_words
from monitor.base.errors import CacheDamaged, LeaseHeld, StorageError
from monitor.cli.entry import app


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """Return a world with moves and an alert, and one more snapshot to come."""
    world = World(tmp_path_factory.mktemp("derived"), rules={"one": flow("meta", "xai", people=1)})
    world.on("2025-01-01", ada=[job("Meta")], bob=[job("Meta")], **crowd("Meta"))
    world.then("2025-02-01", ada=[job("xAI", start="2025-01-10")])
    talentwatch(world, "run", "--now", "2025-02-01")
    world.then("2025-03-01", bob=[job("xAI", start="2025-02-10")])
    return world


@pytest.fixture(scope="module")
def peace(origin, tmp_path_factory):
    """Return what is known in the end where nothing was damaged."""
    world = copied(origin, tmp_path_factory.mktemp("peace"))
    talentwatch(world, "run", "--now", "2025-03-01")
    return known(world)


@pytest.fixture
def world(origin, tmp_path):
    """Return a copy of the world, for a test to damage."""
    return copied(origin, tmp_path)


def copied(world: World, folder: Path) -> World:
    """Copy a world with all that it wrote."""
    shutil.copytree(world.root, folder, dirs_exist_ok=True)
    return World(folder, rules=world.rules)


def talentwatch(world: World, *arguments: str) -> str:
    """Run a command that has to end well; return what it complained of."""
    config = ["--config", str(world.root / "config.toml")]
    done = CliRunner().invoke(app, [*arguments, *config], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done.stderr


def known(world: World) -> tuple[object, ...]:
    """Tell all that a channel and a user see."""
    lines = (world.root / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    return world.moves(), world.ledger_bytes(), sorted(lines)


def truncated(path: Path) -> None:
    """Cut the file in half."""
    os.truncate(path, path.stat().st_size // 2)


def cut_short(path: Path) -> None:
    """Leave a part of the first header."""
    os.truncate(path, 100)


def emptied(path: Path) -> None:
    """Leave a file of no length."""
    os.truncate(path, 0)


def garbage(path: Path) -> None:
    """Write something else over all of it."""
    path.write_bytes(b"\x00nothing of the kind" * 1000)


def scribbled(path: Path) -> None:
    """Write something else over all but the headers."""
    content = path.read_bytes()
    path.write_bytes(content[:12288] + b"\xa5" * (len(content) - 12288))


def folder(path: Path) -> None:
    """Put a folder in its place."""
    path.unlink()
    path.mkdir()
    (path / "notes.txt").touch()


def newer(path: Path) -> None:
    """Have it written by a version that is to come."""
    content = bytearray(path.read_bytes())
    content[12] = 250
    path.write_bytes(content)


def foreign(path: Path) -> None:
    """Put the file of another program in its place."""
    path.unlink()
    with duckdb.connect(path) as tables:
        tables.execute("CREATE TABLE moves (what INTEGER)")
        tables.execute("CREATE VIEW tenures AS SELECT 1 AS what")


def without_a_table(path: Path) -> None:
    """Drop a table: an empty one in its place would say that nobody moved."""
    with duckdb.connect(path) as tables:
        tables.execute("DROP VIEW move_evidence")
        tables.execute("DROP TABLE moves")


def without_a_view(path: Path) -> None:
    """Drop what is made once."""
    with duckdb.connect(path) as tables:
        tables.execute("DROP VIEW move_evidence")


def of_another_kind(path: Path) -> None:
    """Let a column hold something else."""
    with duckdb.connect(path) as tables:
        tables.execute("ALTER TABLE judged ALTER agreeing TYPE VARCHAR")


def log_is_a_folder(path: Path) -> None:
    """Put a folder where DuckDB keeps its log."""
    path.with_name(f"{path.name}.wal").mkdir()


DAMAGES = (scribbled, folder, newer, without_a_table, of_another_kind)
MORE = (truncated, cut_short, emptied, garbage, foreign, without_a_view, log_is_a_folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage",
    [*first_slow(DAMAGES), *(long(damage) for damage in MORE)],
    ids=lambda damage: damage.__name__,
)
def test_a_damaged_file_is_set_aside_and_made_again_in_the_same_run(world, peace, damage):
    """The run ends well and says it once; all is as if nothing had been."""
    path = world.settings.snapshots / "derived.duckdb"
    damage(path)
    said = talentwatch(world, "run", "--now", "2025-03-01")
    if damage is not foreign:
        assert said.count("made again from the snapshots") == 1
        assert path.with_name("derived.duckdb.damaged-1").exists() or damage is log_is_a_folder
    assert known(world) == peace
    assert talentwatch(world, "run", "--now", "2025-03-01") == ""


@pytest.mark.parametrize("damage", [folder, garbage])
@pytest.mark.slow
def test_a_run_over_nothing_new_heals_too(world, damage):
    """Nobody has to wait for the next snapshot, and nobody is told anything again."""
    before = talentwatch(world, "run", "--now", "2025-03-01"), known(world)
    damage(world.settings.snapshots / "derived.duckdb")
    talentwatch(world, "run", "--now", "2025-03-01")
    assert known(world) == before[1]


@pytest.mark.slow
def test_few_damaged_files_are_kept(world):
    """The newest ones, for who wants to find out; the disk does not fill up with them."""
    path = world.settings.snapshots / "derived.duckdb"
    for _ in range(KEPT + 2):
        garbage(path)
        set_aside(world.settings, CacheDamaged("it is garbage"))
    kept = sorted(one.name for one in path.parent.glob("*.damaged-*"))
    assert kept == [f"derived.duckdb.damaged-{number}" for number in (3, 4)]


@pytest.mark.parametrize(
    ("command", "damage"),
    [
        *(("moves", damage) for damage in (truncated, garbage, emptied, folder, without_a_table)),
        *((command, garbage) for command in ("status", "snapshots", "flows")),
    ],
)
def test_a_reading_command_says_what_to_do_about_a_damaged_file(world, command, damage):
    """Without a read model, it names the file, and the command that makes it again."""
    path = world.settings.snapshots / "derived.duckdb"
    (world.settings.snapshots / "board.db").unlink()
    damage(path)
    with pytest.raises(CacheDamaged, match=r"derived\.duckdb.*delete it and call `talentwatch run"):
        talentwatch(world, command)


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [("import", "press"), long(("backfill", "--since", "2025-01-01"))]
)
def test_import_and_backfill_heal_as_a_run_does(world, command):
    """Whoever writes the derived tables makes them again."""
    without_a_table(world.settings.snapshots / "derived.duckdb")
    files = [str(world.root / "inbox/press/2025-03-01.jsonl")] if command[0] == "import" else []
    assert "made again" in talentwatch(world, *command, *files)
    assert len(world.moves()) == 2


def test_what_another_process_has_open_is_not_damaged(tmp_path):
    """It is busy, and nothing is set aside."""
    place = tmp_path / "derived.duckdb"
    with Engine(place):
        asked = "import sys, pathlib; from monitor.base.engine import Engine;"
        asked += " Engine(pathlib.Path(sys.argv[1]))"
        done = subprocess.run(
            [sys.executable, "-c", asked, str(place)], capture_output=True, text=True, check=False
        )
    assert LeaseHeld.__name__ in done.stderr
    assert [path.name for path in tmp_path.glob("*.damaged*")] == []


def test_a_disk_that_is_full_or_a_right_that_is_missing_is_no_damage(tmp_path):
    """A file in a folder that may not be written is whole; so is one for which there is no room."""
    for said in (
        'Cannot open file "derived.duckdb": Permission denied',
        'Could not write file "derived.duckdb": No space left on device',
        'Cannot open file "derived.duckdb": Too many open files',
    ):
        error = in_words(duckdb.IOException(said), tmp_path / "derived.duckdb")
        assert (type(error), "make room" in str(error)) == (StorageError, True)
