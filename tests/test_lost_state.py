"""A state that is gone beside stored snapshots is no first run: nothing is told a second time."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from command_line import run_here
from databases import new_schema
from sqlalchemy import create_engine, text
from story import World, crowd, flow, job
from tempo import first_slow, long, slow

import monitor
from monitor.intake.lost_state import begun_anew
from monitor.state import State
from monitor.state.tables import METADATA

WORDS = ("and not sent", "talentwatch restore", "state confirm-empty --why TEXT", "1 snapshots")


def call(world: World, *words: str) -> tuple[int, str]:
    """Type a command; return its exit code and all that it said."""
    done = run_here(*words, "--config", str(world.root / "config.toml"))
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> World:
    """Play a world whose only alert was told, though `send_from` is early."""
    world = World(tmp_path_factory.mktemp("told"), rules={"talent": flow("meta", "xai", people=1)})
    world.on("2025-01-01", **crowd("Meta"), ada=[job("Meta")])
    world.then("2025-02-01", ada=[job("Meta", end="2025-01-10"), job("xAI", start="2025-01-11")])
    world.run("2025-02-01")
    assert call(world, "run", "--now", "2025-02-01")[0] == 0
    return world


@pytest.fixture
def world(told: World, tmp_path: Path) -> World:
    """Return a copy of it."""
    return told.copied(tmp_path)


def state_of(world: World) -> Path:
    """Name the file of a world's state."""
    return world.root / "snapshots" / "talentwatch.db"


def lines_of(world: World) -> list[str]:
    """List what the channel was sent."""
    return (world.root / "alerts.jsonl").read_text(encoding="utf-8").splitlines()


def emptied(path: Path) -> None:
    """Leave no byte, as a copy on a full disk does."""
    path.write_bytes(b"")


def removed(path: Path) -> None:
    """Take it away."""
    path.unlink()


def without_tables(path: Path) -> None:
    """Leave a database without tables."""
    path.unlink()
    with closing(sqlite3.connect(path)) as empty:
        empty.execute("CREATE TABLE gone (x)")
        empty.execute("DROP TABLE gone")


def tables_of(path: Path) -> int | None:
    """Count the tables of a database; None where there is no file."""
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as database:
        (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return int(tables)


LOSSES = (emptied, removed, without_tables)
COMMANDS = (
    ("run", "--now", "2025-02-02"), ("run", "--dry-run"), ("status",), ("status", "--json"),
    ("alerts",), ("changes", "--since", "2025-01-01"), ("deliveries",), ("silence", "list"),
    ("channels", "list"), ("sources",), ("backfill", "--since", "2025-01-01", "--deliver"),
    ("snapshots", "reject", "press", "2025-02-01"), ("report", "--out", "report.html"),
    ("state", "move", "sqlite:///other.db"),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("harm", "command"),
    [
        (harm, command)
        if command[0] in {"run", "status"} and len(command) < 3
        else long(harm, command)
        for harm in LOSSES
        for command in COMMANDS
    ],
)
def test_a_state_that_is_gone_is_named_and_nothing_begins_in_its_place(world, harm, command):
    """Whichever command comes first; with the state back all goes on as if nothing had been."""
    state, sent = state_of(world), lines_of(world)
    kept = state.read_bytes()
    harm(state)
    code, said = call(world, *command)
    assert code == 1
    assert str(state) in said
    for words in ("is missing" if harm is removed else "is empty", *WORDS[:-1], "2 snapshots"):
        assert words in said
    assert tables_of(state) == (None if harm is removed else 0)
    state.write_bytes(kept)
    assert call(world, "run", "--now", "2025-02-01") == (0, "Nothing is new.\n")
    assert lines_of(world) == sent


@pytest.mark.slow
def test_the_log_of_an_emptied_state_is_left_for_those_who_can_read_it(world):
    """SQLite would delete it, for it belongs to no page of an empty file."""
    state = state_of(world)
    log = state.with_name(state.name + "-wal")
    emptied(state)
    log.write_bytes(b"what was not yet in the file")
    assert call(world, "status")[0] == 1
    assert log.read_bytes() == b"what was not yet in the file"


@pytest.mark.slow
@pytest.mark.parametrize("made", [emptied, None])
def test_without_stored_snapshots_any_empty_state_begins_by_itself(tmp_path, made):
    """There is nothing that could be told twice, and nothing to confirm."""
    world = World(tmp_path, rules={"talent": flow("meta", "xai", people=1)})
    world.on("2025-01-01", **crowd("Meta"))
    if made is not None:
        state_of(world).parent.mkdir()
        made(state_of(world))
    code, said = call(world, "state", "confirm-empty", "--why", "begun anew")
    assert (code, "nothing to confirm" in said) == (2, True)
    assert call(world, "run", "--now", "2025-01-01")[0] == 0


@pytest.mark.slow
def test_a_first_run_that_was_killed_goes_on_though_its_snapshots_are_stored(told, tmp_path):
    """Its state has tables, and no run was recorded in it."""
    world = told.copied(tmp_path)
    removed(state_of(world))
    State.open(world.settings.state).close()
    assert call(world, "run", "--now", "2025-02-01")[0] == 0
    assert len(lines_of(world)) == 2


@pytest.mark.slow
@pytest.mark.parametrize("harm", first_slow(LOSSES))
def test_a_state_that_is_meant_to_begin_anew_records_what_is_known_and_sends_what_comes(
    world, harm
):
    """The decision is kept with its reason; `backfill --deliver` sends the rest all the same."""
    sent = lines_of(world)
    harm(state_of(world))
    assert call(world, "state", "confirm-empty") == (
        2, "error: a decision that the state is empty needs its reason: --why TEXT\n",
    )  # fmt: skip
    code, said = call(world, "state", "confirm-empty", "--why", "begun anew")
    assert (code, "what becomes known from" in said) == (0, True)
    code, said = call(world, "state", "confirm-empty", "--why", "begun anew")
    assert (code, "nothing to confirm" in said) == (2, True)
    code, said = call(world, "run", "--dry-run", "--now", "2025-02-02")
    assert (code, "1 alert recorded and not sent" in said) == (0, True)
    code, said = call(world, "run", "--now", "2025-02-02")
    assert "talentwatch backfill --since 2025-02-01 --deliver" in said
    assert (code, lines_of(world)) == (0, sent)
    with State.open(world.settings.state) as state, state.reading() as tx:
        [decision] = tx.decisions("state")
        since = begun_anew(tx)
    assert since is not None
    assert (decision.verdict, decision.why) == ("empty", "begun anew")
    later = f"{since.year + 1}-02-01"
    world.then(
        f"{since.year + 1}-02-01",
        **crowd("Google", 1),
        **{"meta-0001": [job("Meta"), job("xAI", start=f"{since.year + 1}-01-11")]},
        **{"meta-0000": [job("Meta", end=f"{since.year + 1}-01-10"), job("xAI")]},
    )
    assert call(world, "run", "--now", later)[0] == 0
    assert len(lines_of(world)) > len(sent)


def test_what_is_known_when_a_state_begins_anew_is_not_sent(world):
    """It may have been told; the run says how many were not sent, and what sends them."""
    sent = lines_of(world)
    removed(state_of(world))
    assert call(world, "state", "confirm-empty", "--why", "begun anew")[0] == 0
    code, said = call(world, "run", "--now", "2025-02-02")
    assert "talentwatch backfill --since 2025-02-01 --deliver" in said
    assert (code, lines_of(world)) == (0, sent)


@pytest.mark.slow
def test_a_schema_of_postgresql_that_lost_its_tables_is_no_first_run(told, tmp_path):
    """The way on is the same, with the tool of PostgreSQL."""
    world = told.copied(tmp_path)
    with new_schema() as url:
        config = world.root / "config.toml"
        settings = config.read_text(encoding="utf-8")
        assert call(world, "state", "move", url)[0] == 0
        config.write_text(f'state = "{url}"\n{settings}', encoding="utf-8")
        assert call(world, "run", "--now", "2025-02-01")[0] == 0
        sent, engine = lines_of(world), create_engine(url)
        with engine.begin() as connection:
            METADATA.drop_all(connection)
            connection.execute(text("DROP TABLE alembic_version"))
        code, said = call(world, "run", "--now", "2025-02-01")
        assert code == 1
        for words in ("has no tables", "pg_restore", "state confirm-empty"):
            assert words in said
        with engine.begin() as connection:
            found = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
            assert connection.execute(text(found)).scalar() == 0
        engine.dispose()
        assert call(world, "state", "confirm-empty", "--why", "begun anew")[0] == 0
        assert call(world, "run", "--now", "2025-02-01")[0] == 0
        assert lines_of(world) == sent


def damaged(path: Path) -> None:
    """Leave half of it."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("harm", [emptied, removed, slow(without_tables), damaged])
def test_a_backup_takes_the_place_of_a_state_that_is_gone_or_damaged(world, tmp_path, harm):
    """What is left of the old one is kept; a file that is no backup changes nothing."""
    copy, state, sent = tmp_path / "copy.db", state_of(world), lines_of(world)
    assert call(world, "backup", str(copy))[0] == 0
    harm(state)
    left = state.stat().st_size if state.exists() else None
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(b"no database")
    assert call(world, "restore", str(wrong))[0] == 2
    assert (state.stat().st_size if state.exists() else None) == left
    assert call(world, "run", "--now", "2025-02-01")[0] in {1, 2}
    code, said = call(world, "restore", str(copy))
    assert code == 0
    kept = list(state.parent.glob("talentwatch.db.before-*"))
    assert [path.stat().st_size for path in kept if path.name[-4:] not in {"-wal", "-shm"}] == (
        [] if left is None else [left]
    )
    assert ("the one before is in" in said) == (left is not None)
    assert call(world, "run", "--now", "2025-02-01") == (0, "Nothing is new.\n")
    assert lines_of(world) == sent


def test_a_backup_that_cannot_be_made_leaves_no_empty_file_among_the_backups(world):
    """The next restore would take it for one."""
    emptied(state_of(world))
    assert call(world, "backup")[0] == 2
    assert not list((world.root / "snapshots" / "backups").glob("*.db"))


def test_every_command_opens_the_state_where_a_lost_one_is_noticed():
    """`State.open` itself knows nothing of the store."""
    root = Path(monitor.__file__).parent
    direct = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if "State.open(" in path.read_text(encoding="utf-8")
    }
    # The second is the empty database that a state moves into.
    assert direct == {"intake/lost_state.py", "cli/commands/state.py"}


def test_rules_check_says_that_it_could_not_count_the_history(world):
    """The rules are well all the same."""
    emptied(state_of(world))
    code, said = call(world, "rules", "check")
    assert code == 0
    assert "hint: what the stored history holds for new rules was not counted:" in said
    assert "state confirm-empty --why TEXT" in said


def test_a_channel_is_sent_no_trial_over_a_lost_state(world):
    """Nothing could follow it."""
    before = lines_of(world)
    emptied(state_of(world))
    code, said = call(world, "channels", "test", "lines")
    assert code == 1
    assert "state confirm-empty --why TEXT" in said
    assert lines_of(world) == before
