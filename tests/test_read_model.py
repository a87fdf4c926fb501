"""The read model: commands answer from it as from the derived tables, while a run has those."""

import csv
import io
import itertools
import json
import random
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from datetime import date
from stat import S_IMODE

import pytest
from command_line import run_here
from story import World, crowd, flow, job

from monitor.base.engine import Engine
from monitor.board import publishing
from monitor.board.csv_lines import csv_lines
from monitor.board.publishing import publish
from monitor.board.read_model import FORMAT, open_read_model, read_model_path
from monitor.operations import due
from monitor.operations.due import fingerprints
from monitor.state import State
from monitor.wiring import open_engine, open_parts


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return a world with moves that came, changed and were taken back."""
    world = World(tmp_path_factory.mktemp("read"), rules={"one": flow("meta", "xai", people=1)})
    crowds = crowd("Meta")
    world.on("2025-01-01", ada=[job("Meta")], bob=[job("Meta")], élise=[job("Meta")], **crowds)
    world.then("2025-02-01", ada=[job("xAI", start="2025-01-10", title="Chief")])
    world.then("2025-03-01", bob=[job("xAI", start="2025-02")], élise=[job("OpenAI")])
    world.then("2025-04-01", ada=[job("Meta")], bob=[job("xAI", start="2025-03-02")])
    assert call(world, "run", "--now", "2025-04-01").returncode == 0
    return world


def call(world, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_here(*arguments, "--config", str(world.root / "config.toml"))


@contextmanager
def reading(path):
    """Open a read model that has to be there."""
    with open_read_model(path) as model:
        assert model is not None
        yield model


def filters(seed: int) -> list[str]:
    """Draw some filters as a user may combine them."""
    drawn = random.Random(seed)
    days = ["2025-01-01", "2025-02-01", "2025-02-15", "2025-03-01", "2025-04-01"]
    given = {
        "--from": drawn.choice([None, "Meta", "xAI"]),
        "--to": drawn.choice([None, "xai", "OpenAI"]),
        "--person": drawn.choice([None, None, "ada", "press:bob", "ÉLISE"]),
        "--since": drawn.choice([None, *days[:2]]),
        "--until": drawn.choice([None, *days[2:]]),
        "--as-known-on": drawn.choice([None, *days]),
    }
    return list(itertools.chain(*((name, value) for name, value in given.items() if value)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_commands_say_the_same_from_the_read_model_and_from_the_derived_tables(world, seed):
    """Whatever the filters are, two ways lead to one answer."""
    asked = [
        ["moves", "--json", *filters(seed)],
        ["moves", "--json", "--retracted", *filters(seed)],
        ["moves", "--json", "--held", *filters(seed)],
        ["flows", "--json", *filters(seed)],
    ]
    if not seed:
        asked += [["snapshots", "--json"], ["changes", "--since", "2025-03-01", "--json"]]
    published = [call(world, *arguments).stdout for arguments in asked]
    kept = read_model_path(world.settings)
    hidden = kept.rename(kept.with_suffix(".hidden"))
    try:
        derived = [call(world, *arguments).stdout for arguments in asked]
    finally:
        hidden.rename(kept)
    assert published == derived


def test_the_filters_of_the_comparison_find_something(world):
    """Two empty answers would be equal, too."""
    found = [call(world, "moves", "--json", *filters(seed)).stdout for seed in range(8)]
    assert any(found)
    assert len(set(found)) > 3


@pytest.mark.parametrize(
    "command",
    ["status", "flows", "moves", "snapshots", "alerts", "changes --since 2025-01-01"],
)
def test_a_command_answers_while_another_process_has_the_derived_tables(world, held, command):
    """Nobody waits for a run to end."""
    assert held.poll() is None
    done = call(world, *command.split())
    assert done.returncode in {0, 1}  # `status` ends with 1 for a problem
    assert done.stdout
    assert "in use" not in done.stderr


@pytest.fixture
def held(world):
    """Return a process that has the derived tables open, as a run has."""
    held = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; kept = duckdb.connect(sys.argv[1]); print(1, flush=True); input()",
            str(world.settings.snapshots / "derived.duckdb"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert held.stdout is not None
    held.stdout.readline()
    yield held
    held.communicate(b"\n")


def test_explain_answers_while_another_process_has_the_derived_tables(world, held):
    """An alert's evidence is there at any time, with how its moves stand."""
    assert held.poll() is None
    alert = call(world, "alerts", "--csv").stdout.splitlines()[1].partition(",")[0]
    assert "meta" in call(world, "explain", alert).stdout.lower()


def test_a_reader_sees_one_publication_and_holds_none_up(world, tmp_path):
    """A page that is being made never mixes two states, and a run does not wait for it."""
    path = tmp_path / "board.db"
    with open_engine(world.settings) as engine:
        assert publish(engine, path)
        with reading(path) as model:
            before = model.rows("judged_snapshots")
            with closing(sqlite3.connect(path)) as other, other:
                other.execute("DELETE FROM board_snapshots")
                other.execute("DELETE FROM board_meta WHERE name = 'content'")
            assert publish(engine, path)
            assert model.rows("judged_snapshots") == before
    with reading(path) as model:
        assert model.rows("judged_snapshots") == before


def test_what_stays_the_same_is_not_written_again(world, tmp_path):
    """A publication without news keeps every row as it is."""
    path = tmp_path / "board.db"
    with open_engine(world.settings) as engine:
        assert publish(engine, path)
        with closing(sqlite3.connect(path)) as model, model:
            model.execute("UPDATE board_names SET unit = 'kept'")
            model.execute("DELETE FROM board_meta WHERE name = 'content'")
            rows = model.execute("SELECT rowid, * FROM board_names").fetchall()
        assert publish(engine, path)
    with closing(sqlite3.connect(path)) as model:
        assert model.execute("SELECT rowid, * FROM board_names").fetchall() == rows


def test_derived_tables_that_did_not_change_are_not_published_again(world, monkeypatch):
    """Neither read nor written: what was published stays, its bytes and its day of change."""
    path = read_model_path(world.settings)
    with open_parts(world.settings):
        pass
    before, asked = path.stat().st_mtime_ns, []
    monkeypatch.setattr(publishing, "_bring", lambda _engine, _model, name: asked.append(name))
    with open_parts(world.settings):
        pass
    assert (path.stat().st_mtime_ns, asked) == (before, [])
    with open_parts(world.settings) as parts:
        parts.engine.fill("counted_rules", ["rule", "version"], [("another", "1")])
    assert asked == [*publishing.TABLES]
    assert path.stat().st_mtime_ns > before
    with open_engine(world.settings) as engine:
        engine.run("store_counts_begun", begun=["another"], afresh=["another"])
        assert publish(engine, path)


def test_only_the_owner_reads_the_read_model(world):
    """It has names of people in it."""
    assert S_IMODE(read_model_path(world.settings).stat().st_mode) == 0o600


def test_a_damaged_read_model_is_put_aside_and_made_again(world, tmp_path, capsys):
    """It is said once, and who wants to find out has the file."""
    path = tmp_path / "board.db"
    path.write_bytes(b"no database, " * 500)
    with open_read_model(path) as model:
        assert model is None
    with open_engine(world.settings) as engine:
        assert publish(engine, path)
        assert publish(engine, path)
    assert capsys.readouterr().err.count("was damaged, and is made again") == 1
    assert path.with_name("board.db.damaged").read_bytes().startswith(b"no database")
    with reading(path) as model:
        assert model.rows("judged_snapshots")


def test_a_read_model_of_another_format_is_not_read_and_is_made_again(world, tmp_path):
    """What another version wrote may mean something else."""
    path = tmp_path / "board.db"
    with open_engine(world.settings) as engine:
        assert publish(engine, path)
        with closing(sqlite3.connect(path)) as other, other:
            other.execute("UPDATE board_meta SET value = '0' WHERE name = 'format'")
        with open_read_model(path) as model:
            assert model is None
        assert publish(engine, path)
    with reading(path) as model:
        assert model.format == FORMAT


def test_a_failure_to_publish_fails_no_run_and_leaves_nothing_stale(world, tmp_path, capsys):
    """Commands read the derived tables then, rather than what was true once."""
    path = tmp_path / "board.db"
    with open_engine(world.settings) as engine:
        assert publish(engine, path)
    with Engine() as empty:  # has none of the tables
        assert not publish(empty, path)
    assert "could not be published" in capsys.readouterr().err
    assert not path.exists()


def test_status_says_that_nothing_is_published_and_the_next_run_mends_it(world):
    """It need not find anything new for that."""
    path = read_model_path(world.settings)
    day = ("--now", "2025-04-01")
    call(world, "run", *day)
    assert "unpublished" not in call(world, "status", "--json", *day).stdout
    path.unlink()
    said = json.loads(call(world, "status", "--json", *day).stdout)
    assert said["problem_reasons"]["unpublished"] == 1
    assert any(f"{path} is missing" in problem for problem in said["problems"])
    assert call(world, "run", *day).returncode == 0
    assert path.exists()


def test_a_program_that_publishes_otherwise_finds_a_run_to_do(world, monkeypatch):
    """Whoever upgrades and calls `run` has pages again, though no file is new."""
    with State.open(world.settings.state) as state:
        same, again = (
            fingerprints(world.settings, state, ["press"], on=date(2025, 4, 1)) for _ in range(2)
        )
        monkeypatch.setattr(due, "PUBLISHED_FORMAT", -1)
        other = fingerprints(world.settings, state, ["press"], on=date(2025, 4, 1))
    assert same == again
    assert same != other


def test_a_dry_run_publishes_nothing(world):
    """It leaves no trace."""
    path = read_model_path(world.settings)
    before = path.stat().st_mtime_ns
    assert call(world, "run", "--dry-run", "--now", "2025-04-02").returncode == 0
    assert path.stat().st_mtime_ns == before


def test_parts_publish_when_they_are_closed(world):
    """Cycle, import and backfill all end so."""
    path = read_model_path(world.settings)
    path.unlink()
    with open_parts(world.settings):
        assert not path.exists()
    assert path.exists()


def test_a_spreadsheet_runs_no_cell():
    """What profiles write is text, whatever it begins with."""
    cells = ["=1+1", "+1", "-1", "@a", "\tx", "\rx", 'a "b", c']
    out = io.StringIO(newline="")
    csv_lines(
        [{"name": cell, "of": {"people": 3, "none": None, "all": ["=a"]}} for cell in cells], out
    )
    heading, *rows = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert heading == ["name", "of.people", "of.none", "of.all"]
    shown = ["'=1+1", "'+1", "'-1", "'@a", "'\tx", "'\nx", 'a "b", c']
    assert [row[0] for row in rows] == shown
    assert {tuple(row[1:]) for row in rows} == {("3", "", '["=a"]')}


def test_limit_since_and_csv_bound_what_is_listed(world):
    """A spreadsheet gets the rows that were asked for, with a heading."""
    assert (
        len(call(world, "moves", "--csv", "--retracted", "--limit", "1").stdout.splitlines()) == 2
    )
    assert len(call(world, "snapshots", "--csv", "--since", "2025-03-01").stdout.splitlines()) == 3
    assert not call(world, "snapshots", "--csv", "--since", "yesterday").stdout
    assert call(world, "flows", "--csv", "--json").returncode == 2
    assert call(world, "flows", "--since", "soon").returncode == 2


def test_changes_tells_what_is_new_since_a_day(world):
    """Who looked on a day is shown what came after, and nothing else."""
    shown = call(world, "changes", "--since", "2025-04-01").stdout
    assert shown.startswith("Since 2025-04-01: 1 snapshot, ")
    assert (
        "Since 2025-04-02: 0 snapshots, 0 moves first seen, 0 alerts with news."
        in call(world, "changes", "--since", "2025-04-02").stdout
    )


@pytest.mark.parametrize("few", [0, 20_000])
def test_only_what_is_new_of_the_moves_is_written_out_and_what_is_gone_goes(
    world, tmp_path, monkeypatch, few
):
    """Whether much or little is new, the rows are those of a whole build."""
    monkeypatch.setattr(publishing, "_FEW", few)
    path, whole = tmp_path / "board.db", tmp_path / "whole.db"
    with open_engine(world.settings) as engine:
        assert publish(engine, path)
        with closing(sqlite3.connect(path)) as model, model:
            model.execute("DELETE FROM board_meta WHERE name = 'content'")
            model.execute("DELETE FROM board_moves WHERE to_root = 'xai'")
            model.execute(
                "UPDATE board_moves SET digest = digest - 1, name = 'old'"
                " WHERE rowid = (SELECT min(rowid) FROM board_moves)"
            )
        assert publish(engine, path)
        assert publish(engine, whole)
    rows = []
    for file in (path, whole):
        with closing(sqlite3.connect(file)) as model:
            found = model.execute("SELECT * FROM board_moves ORDER BY digest").fetchall()
            rows.append(found)
    assert rows[0] == rows[1]
    assert rows[0]
