"""Backups are worth what restoring them gives."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import create_engine, text
from story import World, crowd, flow, job
from typer.testing import CliRunner, Result

from monitor.cli.entry import app
from monitor.state import State
from monitor.state.databases.backups import Identity, identity
from monitor.state.migrations import migrate


def talentwatch(world: World, *arguments: str, code: int = 0) -> Result:
    """Run a command within this process, and expect its exit code."""
    config = ["--config", str(world.root / "config.toml")]
    done = CliRunner().invoke(app, [*arguments, *config])
    assert done.exit_code == code or done.exception, done.output
    return done


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> World:
    """Play a world with one open alert."""
    world = World(tmp_path_factory.mktemp("told"), rules={"talent": flow("meta", "xai", people=1)})
    world.on("2025-01-01", **crowd("Meta"), ada=[job("Meta")])
    world.then("2025-02-01", ada=[job("Meta", end="2025-01-10"), job("xAI", start="2025-01-11")])
    talentwatch(world, "run", "--now", "2025-02-01")
    return world


@pytest.fixture
def world(told: World, tmp_path) -> World:
    """Return a world with one open alert, told."""
    return told.copied(tmp_path)


@pytest.mark.slow
def test_what_is_restored_is_what_was_backed_up(world):
    """Ledger, outbox and what was told come back; nothing is told again; the old state is kept."""
    ledger, sent = world.ledger_bytes(), (world.root / "alerts.jsonl").read_bytes()
    copy = world.root / "copy.db"
    talentwatch(world, "backup", str(copy))
    world.then("2025-03-01", bob=[job("xAI")], **{"meta-0000": [job("xAI", start="2025-02-11")]})
    talentwatch(world, "run", "--now", "2025-03-01")
    after = world.ledger_bytes()
    assert after != ledger
    talentwatch(world, "restore", str(copy))
    with State.open(world.settings.state) as state, state.reading() as tx:
        assert len(tx.latest()) == 1
    assert list(world.root.rglob("*.before-*"))
    talentwatch(world, "run", "--now", "2025-03-01")
    assert world.ledger_bytes() == after
    assert (world.root / "alerts.jsonl").read_bytes().startswith(sent)


@pytest.mark.slow
def test_backups_without_a_name_are_kept_up_to_a_number(world):
    """The newest remain."""
    folder = world.settings.snapshots / "backups"
    folder.mkdir()
    for number in range(9):
        (folder / f"2000-01-0{number + 1}T000000.db").touch()
    talentwatch(world, "backup")
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 7
    assert names[0] == "2000-01-04T000000.db"


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"x" * 4096])
def test_what_is_no_backup_is_refused_and_the_state_stays(world, content):
    """A wrong file costs nothing."""
    wrong = world.root / "wrong.db"
    wrong.write_bytes(content)
    before = world.ledger_bytes()
    done = talentwatch(world, "restore", str(wrong))
    assert "cannot be copied" in str(done.exception)
    assert world.ledger_bytes() == before


def test_an_older_state_is_kept_before_it_is_brought_up_to_date(tmp_path):
    """Whoever must go back to the program of yesterday has the state of yesterday."""
    older = tmp_path / "older.db"
    engine = create_engine(f"sqlite:///{older}")
    with engine.begin() as connection:
        migrate(connection, to="0001")
        connection.execute(text("INSERT INTO cursors VALUES ('first_run', '2025-01-01')"))
    engine.dispose()
    with State.open(f"sqlite:///{older}") as state, state.reading() as tx:
        assert tx.cursor("first_run") == "2025-01-01"
    with closing(sqlite3.connect(f"{older}.version-0001")) as kept:
        assert kept.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert kept.execute("SELECT value FROM cursors").fetchall() == [("2025-01-01",)]


# -- whose state it is -----------------------------------------------------------------------------


def watch_in(folder, day="2025-01-01"):
    """Return another watch with the same configuration, which ran once."""
    other = World(folder, rules={"talent": flow("meta", "xai", people=1)})
    other.on(day, **crowd("Google"))
    other.run(day)
    return other


@pytest.mark.slow
def test_the_backup_of_another_watch_is_refused_and_can_be_taken_on_purpose(world, tmp_path):
    """The state stays as it was; the message says what is wrong and the way on."""
    other, copy = watch_in(tmp_path / "other"), tmp_path / "copy.db"
    talentwatch(other, "backup", str(copy))
    before = world.ledger_bytes()
    refused = talentwatch(world, "restore", str(copy))
    assert "the backup of another watch" in str(refused.exception)
    assert "--other-watch" in str(refused.exception)
    assert world.ledger_bytes() == before
    assert not list(world.root.rglob("*.before-*"))
    talentwatch(world, "restore", str(copy), "--other-watch")
    assert identity(world.root / "snapshots" / "talentwatch.db") == identity(copy)
    # What the other watch saw is not here: nothing is evaluated.
    done = talentwatch(world, "run", "--now", "2025-02-01", code=1)
    assert "rest on" in done.stderr


def test_an_empty_folder_takes_any_backup(world, tmp_path):
    """Also one whose state was made by a command that looked, and never ran."""
    copy = tmp_path / "copy.db"
    talentwatch(world, "backup", str(copy))
    for name in ("empty", "looked at"):
        new = World(tmp_path / name)
        if name == "looked at":
            talentwatch(new, "status")
        talentwatch(new, "restore", str(copy))
        assert identity(new.root / "snapshots" / "talentwatch.db") == identity(copy)


def test_the_identity_survives_a_backup_from_before_there_were_any(world, tmp_path):
    """Such a backup is told by the day of its first run, and gets the identity of its watch."""
    copy = tmp_path / "copy.db"
    talentwatch(world, "backup", str(copy))
    place = world.root / "snapshots" / "talentwatch.db"
    ours = identity(place)
    with closing(sqlite3.connect(copy)) as old, old:
        old.execute("DELETE FROM cursors WHERE name = 'watch'")
    talentwatch(world, "restore", str(copy))
    assert identity(place) == ours
    with closing(sqlite3.connect(copy)) as old, old:
        old.execute("UPDATE cursors SET value = '2024-12-31' WHERE name = 'first_run'")
    assert "another watch" in str(talentwatch(world, "restore", str(copy)).exception)


@pytest.mark.parametrize(
    ("ours", "backup", "other"),
    [
        (Identity("a", "2025-01-01"), Identity("a", "2025-01-01"), False),
        (Identity("a", "2025-01-01"), Identity("b", "2025-01-01"), True),
        (Identity("a", None), Identity("b", "2025-01-01"), False),
        (Identity(), Identity("b", "2025-01-01"), False),
        (Identity("a", "2025-01-01"), Identity(None, "2025-01-01"), False),
        (Identity("a", "2025-01-01"), Identity(None, "2025-01-02"), True),
        (Identity(None, "2025-01-01"), Identity("b", "2025-01-02"), True),
        (Identity("a", "2025-01-01"), Identity(), False),
    ],
)
def test_a_state_is_told_from_that_of_another_watch(ours, backup, other):
    """By its identity, or by its first run where one has none; what never ran is nobody's."""
    assert ours.is_other(backup) is other


def test_each_new_state_has_an_identity_of_its_own(state_url):
    """On both databases, and it stays."""
    with State.open(state_url) as state, state.reading() as tx:
        first = tx.cursor("watch")
    with State.open(state_url) as state, state.reading() as tx:
        assert tx.cursor("watch") == first
    with State.open("sqlite:///:memory:") as state, state.reading() as tx:
        assert tx.cursor("watch") not in (None, first)
