"""What is known of people is private: folders of 0700, files of 0600, each written whole."""

import os
import stat
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from story import World, crowd, flow, job
from typer.testing import CliRunner

from monitor.base.private_files import (
    atomic_write,
    clear_unfinished,
    folder_of_copies,
    make_folder,
    tighten,
    touch,
)
from monitor.cli.entry import app


@pytest.fixture(autouse=True)
def umask():
    """Let the process have the usual umask for a while."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    """Return the rights of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def talentwatch(world: World, *arguments: str) -> None:
    """Run a command that has to end well."""
    config = ["--config", str(world.root / "config.toml")]
    done = CliRunner().invoke(app, [*arguments, *config], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr


def ran(root: Path) -> World:
    """Return a world that ran, with an alert, a backup and a file that was set aside."""
    world = World(root, rules={"one": flow("meta", "xai", people=1)})
    world.on("2025-01-01", ada=[job("Meta")], **crowd("Meta"))
    world.then("2025-02-01", ada=[job("xAI", start="2025-01-10")])
    talentwatch(world, "run", "--now", "2025-02-01")
    talentwatch(world, "backup")
    return world


@pytest.mark.slow
def test_all_that_is_written_about_people_is_its_owners_alone(tmp_path):
    """State, store, derived tables, checksums, backups and the channel's file; not the words."""
    world = ran(tmp_path)
    ours = [
        world.settings.snapshots,
        *world.settings.snapshots.rglob("*"),
        tmp_path / "alerts.jsonl",
    ]
    assert len(ours) > 10
    assert [str(path) for path in ours if rights(path) & 0o077] == []
    assert rights(tmp_path / "config.toml") == rights(tmp_path / "organizations.toml") == 0o644


@pytest.mark.slow
def test_what_was_open_to_others_is_closed_at_the_next_run(tmp_path):
    """An installation of before gets private by being used."""
    world = ran(tmp_path)
    snapshots = world.settings.snapshots
    wide = [snapshots, snapshots / "store", snapshots / "derived.duckdb"]
    wide += [snapshots / "talentwatch.db", tmp_path / "alerts.jsonl"]
    for path in wide:
        path.chmod(0o755 if path.is_dir() else 0o644)
    world.then("2025-03-01", **{"meta-0001": [job("xAI", start="2025-02-10")]})
    talentwatch(world, "run", "--now", "2025-03-01")
    assert [str(path) for path in wide if rights(path) & 0o077] == []


def test_a_folder_and_those_above_it_are_made_private_and_stay_if_they_are(tmp_path):
    """What was there above them is not touched."""
    tmp_path.chmod(0o755)
    make_folder(tmp_path / "a" / "b")
    assert [rights(tmp_path / name) for name in ("", "a", "a/b")] == [0o755, 0o700, 0o700]
    touch(tmp_path / "a" / "file")
    assert rights(tmp_path / "a" / "file") == 0o600
    (tmp_path / "a" / "file").chmod(0o400)
    tighten(tmp_path / "a" / "file")
    assert rights(tmp_path / "a" / "file") == 0o400


@pytest.mark.parametrize(("private", "before", "after"), [
    (True, None, 0o600), (True, 0o644, 0o600), (False, None, 0o644), (False, 0o640, 0o640),
])  # fmt: skip
def test_a_file_that_is_replaced_has_the_rights_that_were_meant(tmp_path, private, before, after):
    """Ours are private; another one keeps its own, and a new one has those of the umask."""
    path = tmp_path / "file"
    if before is not None:
        path.write_text("old")
        path.chmod(before)
    with atomic_write(path, private=private) as unfinished:
        unfinished.write_text("new")
    assert (path.read_text(), rights(path)) == ("new", after)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path):
    """Who keeps a configuration elsewhere finds the change there."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real" / "file")
    with atomic_write(tmp_path / "link") as unfinished:
        unfinished.write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "file").read_text() == "new"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=st.binary(max_size=50), new=st.binary(max_size=50), breaks=st.booleans())
def test_who_reads_finds_the_old_file_or_the_new_one(tmp_path_factory, old, new, breaks):
    """An error on the way leaves the old one, and nothing beside it."""
    path = tmp_path_factory.mktemp("whole") / "file"
    path.write_bytes(old)
    with suppress(ZeroDivisionError), atomic_write(path) as unfinished:
        unfinished.write_bytes(new)
        assert path.read_bytes() == old
        if breaks:
            raise ZeroDivisionError
    assert path.read_bytes() == (old if breaks else new)
    assert [record.name for record in path.parent.iterdir()] == ["file"]


def test_an_error_names_the_file_that_cannot_be_written(tmp_path):
    """A folder that is not there, and one in its place."""
    for path in (tmp_path / "gone" / "file", tmp_path / "folder"):
        (tmp_path / "folder").mkdir(exist_ok=True)
        with pytest.raises(OSError, match=path.name) as caught, atomic_write(path) as unfinished:
            unfinished.write_text("new")
        assert caught.value.filename


def test_what_a_process_that_is_gone_did_not_finish_is_cleared_and_nothing_else(tmp_path):
    """Who has the number later did not write it; files of other names stay."""
    ours, later = f".b.{os.getpid()}", f".c.{os.getpid()}"
    for name in (f".a.{10**9}", ours, later, "a.1000000000", ".a.b", "talentwatch-1000000000"):
        (tmp_path / name).touch()
    os.utime(tmp_path / later, (0, 0))
    (tmp_path / f"talentwatch-{10**9}-x").mkdir()
    (tmp_path / f"talentwatch-{10**9}-x" / "derived.duckdb").touch()
    with folder_of_copies(tmp_path) as copies:
        clear_unfinished(tmp_path)
        left = {path.name for path in tmp_path.iterdir()}
        assert left == {ours, copies.name, "a.1000000000", ".a.b", "talentwatch-1000000000"}
    assert not copies.exists()
