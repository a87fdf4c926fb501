"""Whatever the system or a library raises becomes words at the border, never a traceback."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import duckdb
import psycopg
import pyarrow as pa
import pytest
from databases import new_schema
from story import World, crowd, flow

from monitor.base.engine import Engine, explained
from monitor.base.error_words import explained as in_words_here
from monitor.base.error_words import in_words
from monitor.base.errors import DeliveryBlocked, StorageError
from monitor.delivery.channels.http import Target, post
from monitor.intake.sources.checksums import remembered
from monitor.state import State

COMMAND = [sys.executable, "-m", "monitor"]


@pytest.fixture
def world(tmp_path):
    """Return a world with something to take in."""
    made = World(tmp_path, rules={"one": flow("meta", "xai", people=1)})
    made.on("2025-01-01", **crowd("Meta", 300))
    return made


def call(
    world: World, *arguments: str, stdout: int | IO[str] = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own; it must not end with a traceback."""
    config = ["--config", str(world.root / "config.toml")]
    done = subprocess.run(
        [*COMMAND, *arguments, *config],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied", "store"), "store: .*give the user"),
        (OSError(28, "No space left on device"), "No space left.*make room"),
        (OSError(18, "Invalid cross-device link", "a", None, "b"), "a to b: Invalid"),
        (IsADirectoryError(21, "Is a directory", "x"), "something else is in its place"),
        (OSError("of no number"), "of no number"),
        (sqlite3.DatabaseError("malformed"), "SQLite failed: malformed"),
        (duckdb.IOException("gone"), "DuckDB failed: gone"),
        (psycopg.OperationalError("away\nat once"), "PostgreSQL failed: away$"),
        (pa.ArrowInvalid("no Parquet"), "Arrow failed: no Parquet"),
    ],
)
def test_what_is_raised_is_said_with_the_file_and_what_to_do(error, words):
    """Every kind of error of the system and of the libraries that keep data."""
    with pytest.raises(StorageError, match=words), in_words_here():
        raise error


def test_a_fault_of_the_program_itself_is_not_hidden():
    """It is no trouble of the machine, and has to be found."""
    assert in_words(ValueError("ours")) is None
    with pytest.raises(ZeroDivisionError), in_words_here():
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "url",
    ["http://xn--a/", "https://xn--a/hook", "http://xn--zzzzzzz99999/", "http://[::1", "http://",
     "http://" + "a" * 70 + "é.example/", "http://host:99999/", "http://\u200b/"],
)  # fmt: skip
def test_an_address_that_is_none_blocks_its_channel_in_words(url):
    """The configuration is to be mended, and the message waits."""
    with pytest.raises(DeliveryBlocked, match="channel 'hook'"):
        post(Target(channel="hook", url=url), b"", now=lambda: datetime(2025, 1, 1, tzinfo=UTC))


def test_ctrl_c_while_duckdb_is_at_work_is_ctrl_c():
    """DuckDB says something else, which would be taken for a fault."""
    with pytest.raises(KeyboardInterrupt), explained():
        raise RuntimeError("Query interrupted")


@pytest.mark.slow
def test_ctrl_c_ends_a_command_in_words(world):
    """It comes while another process has the derived tables open, and the command waits."""
    assert call(world, "run", "--now", "2025-01-01").returncode == 0
    with Engine(world.settings.snapshots / "derived.duckdb"):
        config = str(world.root / "config.toml")
        process = subprocess.Popen(
            [*COMMAND, "organizations", "unresolved", "--config", config],
            stderr=subprocess.PIPE,
            text=True,
            # Whoever runs the tests in the background has Ctrl-C switched off.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 -- one call
        )
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=30)
    assert (process.returncode, complaint) == (
        130, "stopped; what was not finished is done at the next call\n",
    )  # fmt: skip


@pytest.mark.slow
def test_a_reader_that_had_enough_hears_nothing_more(world):
    """As `head` does: no noise, and no error."""
    call(world, "run", "--now", "2025-01-01", stdout=subprocess.DEVNULL)
    reading, writing = os.pipe()
    os.close(reading)
    config = ["--config", str(world.root / "config.toml")]
    commands = (("snapshots", "--json", *config), ("snapshots", *config), ("rules", "schema"))
    for command in commands:
        done = subprocess.run(
            [*COMMAND, *command], stdout=writing, stderr=subprocess.PIPE, check=False
        )
        assert (done.returncode, done.stderr) == (0, b""), command
    os.close(writing)


@pytest.mark.slow
def test_a_reader_of_a_schema_that_had_enough_hears_nothing_more():
    """What imports the least is cut off as the others are."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [*COMMAND, "rules", "schema"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_an_output_that_is_full_is_named(world):
    """What was printed did not arrive, so all is not well."""
    with Path("/dev/full").open("w") as full:
        done = call(world, "rules", "check", stdout=full)
    assert (done.returncode, "No space left" in done.stderr) == (1, True)


def test_checksums_that_cannot_be_kept_cost_no_run(tmp_path, capsys):
    """They are a cache: the files are read again next time, and that is said."""
    (tmp_path / "checksums.json").mkdir()
    with remembered(tmp_path / "checksums.json") as known:
        known["a"] = "b"
    assert "checksums are not kept" in capsys.readouterr().err


def test_a_server_that_only_reads_is_named_with_what_to_do():
    """A failover left the URL with the server that follows."""
    with new_schema() as url:
        State.open(url).close()
        follower = f"{url}%20-cdefault_transaction_read_only%3Don"
        with (
            State.open(follower) as state,
            pytest.raises(StorageError, match="only reads, as after a failover"),
            state.transaction() as tx,
        ):
            tx.set_cursor("a", "b")
