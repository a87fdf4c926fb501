"""The service as an operator meets it: a process, its pages, signals, a changed configuration."""

import errno
import json
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn
from msgspec import structs
from receivers import receiver
from starlette.applications import Starlette
from story import World, crowd, flow, job
from typer.testing import CliRunner

from monitor.base.days.schedule import Schedule
from monitor.base.telemetry import logs
from monitor.cli.entry import app
from monitor.cli.options import assembly
from monitor.operations.service.http_server import BoundedProtocol
from monitor.operations.service.service import Ours, Service

WAIT = 60


def page(port: int, name: str) -> tuple[int, str]:
    """Ask for a page; 0 if nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{name}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode()
    except OSError:
        return 0, ""


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    ends = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.1)


@pytest.fixture
def port():
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def world(tmp_path, port):
    """Return a world with a service's port and one snapshot."""
    world = World(
        tmp_path,
        rules={"talent": flow("meta", "xai", people=1)},
        config=f"[serve]\nport = {port}\ndeliver_seconds = 1\nstop_seconds = 20\nboard = false",
    )
    world.on("2025-01-01", **crowd("Meta"), ada=[job("Meta")])
    return world


@contextmanager
def serving(world: World, *, files: int | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the service, with so many open files at most, and stop it at the end of the block."""
    config = str(world.root / "config.toml")
    command = [sys.executable, "-m", "monitor", "serve", "--config", config]
    if files is not None:
        command = ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh", *command]
    log = world.root / "log"
    with (
        log.open("wb") as said,
        subprocess.Popen(command, stderr=said, stdout=subprocess.DEVNULL) as service,
    ):
        try:
            yield service
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(WAIT)


def logged(world: World) -> list[dict[str, Any]]:
    """Read what the service logged."""
    return [json.loads(line) for line in (world.root / "log").read_text("utf-8").splitlines()]


def figures(port: int) -> dict[str, float]:
    """Read what a scraper reads."""
    lines = page(port, "metrics")[1].splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


@pytest.mark.slow
def test_the_service_runs_reports_reloads_and_stops(world, port):
    """One process through its life; a wrong new configuration is refused, said, and harmless."""
    with serving(world) as service:
        until(lambda: page(port, "readyz")[0] == 200)
        assert page(port, "healthz") == (200, "alive\n")
        good = world.config
        world.rewrite(config="[wrong]")
        alerts = world.root / "alerts.jsonl"
        until(lambda: alerts.exists() and "The configuration fails" in alerts.read_text())
        assert page(port, "healthz")[0] == 200
        world.rewrite(config=good)
        until(lambda: "The configuration works again" in alerts.read_text())
        world.rewrite(config=good.replace(f"port = {port}", "port = 1"))
        service.send_signal(signal.SIGHUP)
        until(lambda: "at the next start" in (world.root / "log").read_text())
    assert service.returncode == 0
    lines = logged(world)
    events = [line["event"] for line in lines]
    assert events[0] == "serving"
    assert events[-1] == "stopped"
    assert not lines[-1]["abandoned"]
    assert all(re.fullmatch(r"\d{4}-.*Z", line["timestamp"]) for line in lines)
    assert all("run" in line for line in lines if line["event"] in {"cycle", "snapshot"})


@pytest.mark.slow
def test_the_service_counts_what_an_operator_watches(world, port):
    """Runs, stages, ages, verdicts, moves, alerts, the outbox with its age, dead and retries."""
    world.then("2025-02-01", ada=[job("Meta", end="2025-01-10"), job("xAI", start="2025-01-11")])
    with receiver() as away:
        away.answers(status=503)
        hook = f"[channels.hook]\nkind = 'webhook'\nurl = '{away.url}'\nallow_private = true"
        world.rewrite(config=f"{world.config}\n{hook}")
        with serving(world):
            until(lambda: page(port, "readyz")[0] == 200)
            until(lambda: figures(port).get('talentwatch_outbox_retries{channel="hook"}') == 1)
            found = figures(port)
    # It depends on who came first whether the run or the delivery met the failure.
    outcomes = (f'talentwatch_runs_total{{outcome="{one}"}}' for one in ("done", "failed"))
    assert sum(found.get(outcome, 0) for outcome in outcomes) == 1
    assert found["talentwatch_run_seconds_count"] >= 1
    for stage in ("collect", "compare", "evaluate", "record", "deliver"):
        assert found[f'talentwatch_stage_seconds_count{{stage="{stage}"}}'] >= 1
    day = datetime(2025, 2, 1, tzinfo=UTC).timestamp()
    assert found['talentwatch_snapshot_timestamp_seconds{source="press"}'] == day
    assert found['talentwatch_snapshot_verdict{source="press",verdict="accepted"}'] == 1
    assert found['talentwatch_snapshots_total{source="press",verdict="baseline"}'] == 1
    assert found["talentwatch_moves_total"] == 1
    assert found['talentwatch_outbox{channel="hook",status="pending"}'] >= 1
    assert found['talentwatch_outbox{channel="hook",status="dead"}'] == 0
    assert found['talentwatch_problems{reason="deferred"}'] == 1
    assert found['talentwatch_problems{reason="secret"}'] == 0
    waits = time.time() - found['talentwatch_outbox_oldest_timestamp_seconds{channel="hook"}']
    assert 0 <= waits < WAIT
    assert time.time() - found["talentwatch_last_run_timestamp_seconds"] < WAIT
    assert found['talentwatch_deliveries_total{outcome="sent"}'] >= 1


@pytest.mark.slow
def test_a_changed_rule_is_taken_up_at_once(world, port):
    """Nobody has to wait for the next schedule, or to send a signal."""
    world.rewrite(rules={"talent": flow("meta", "xai", people=5)})
    world.then("2025-02-01", ada=[job("Meta", end="2025-01-10"), job("xAI", start="2025-01-11")])
    with serving(world):
        until(lambda: page(port, "readyz")[0] == 200)
        assert not any(name.startswith("talentwatch_open_alerts{") for name in figures(port))
        world.rewrite(rules={"talent": flow("meta", "xai", people=1, within="9999d")})
        until(lambda: figures(port).get('talentwatch_open_alerts{rule="talent"}') == 1)


@pytest.mark.slow
def test_a_stop_cuts_off_what_takes_too_long_and_loses_nothing(world):
    """Within the stated time, and the next run does what was cut off, under the same id."""
    world.then("2025-02-01", ada=[job("Meta", end="2025-01-10"), job("xAI", start="2025-01-11")])
    with receiver() as slow:
        slow.answers(wait=60)
        hook = f"[channels.hook]\nkind = 'webhook'\nurl = '{slow.url}'\nallow_private = true"
        config = world.config.replace("stop_seconds = 20", "stop_seconds = 2")
        world.rewrite(config=f"{config}\n{hook}")
        with serving(world) as service:
            until(lambda: bool(slow.requests))
            began = time.monotonic()
            service.send_signal(signal.SIGTERM)
            service.wait(WAIT)
        assert time.monotonic() - began < 25
        assert logged(world)[-1]["abandoned"]
        with world.state() as tx:
            assert {
                delivery.channel for delivery in tx.deliveries() if delivery.status == "pending"
            } == {"hook"}
        slow.answers(status=204)
        arguments = ["run", "--config", str(world.root / "config.toml")]
        assert CliRunner().invoke(app, arguments).exit_code == 0
    cut_off, again, *_ = (request.headers["webhook-id"] for request in slow.requests)
    assert cut_off == again
    with world.state() as tx:
        assert not [delivery for delivery in tx.deliveries() if delivery.status == "pending"]


def test_the_trigger_runs_missed_times_once_and_sunday_is_sunday():
    """Cases 63: after a sleep the next time lies ahead; 7 is Sunday, as 0 is."""
    trigger = Ours(Schedule("30 0 * * 7", "America/New_York"))
    begin, now = datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 3, 20, tzinfo=UTC)
    assert trigger.get_next_fire_time(begin, now) == datetime(2025, 3, 23, 4, 30, tzinfo=UTC)


def open_files(pid: int) -> list[str]:
    """List the files that a process holds open, where the system tells them."""
    folder = Path(f"/proc/{pid}/fd")
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def told_of(world: World) -> str:
    """What the file channel was sent."""
    alerts = world.root / "alerts.jsonl"
    return alerts.read_text(encoding="utf-8") if alerts.exists() else ""


@contextmanager
def idle_visitors(port: int, number: int, *, sends: bytes = b"") -> Iterator[list[socket.socket]]:
    """Hold so many connections open, each of which sent this and no whole request."""
    with ExitStack() as opened:
        visitors = []
        for _ in range(number):
            visitor = socket.create_connection(("127.0.0.1", port), timeout=WAIT)
            opened.callback(visitor.close)
            with suppress(OSError):
                visitor.sendall(sends)
            visitors.append(visitor)
        yield visitors


@pytest.mark.slow
def test_the_service_outlives_more_visitors_than_it_may_open_files(world, port):
    """Runs and deliveries go on, the pages answer meanwhile and after, and logs stay JSON."""
    with serving(world, files=128) as service:
        until(lambda: page(port, "readyz")[0] == 200)
        with idle_visitors(port, 200, sends=b"GET /metrics HTTP/1.1\r\nx-slow: "):
            world.rewrite(rules={"talent": flow("meta", "xai", people=1, within="9999d")})
            world.then(
                "2025-02-01", ada=[job("Meta", end="2025-01-10"), job("xAI", start="2025-01-11")]
            )
            until(lambda: '"rule":"talent"' in told_of(world))
            assert page(port, "healthz") == (200, "alive\n")
            assert page(port, "metrics")[0] == 200
            assert len(open_files(service.pid)) < 100
        assert page(port, "healthz") == (200, "alive\n")
        with socket.create_connection(("127.0.0.1", port), timeout=WAIT) as visitor:
            visitor.sendall(b"no request\r\n\r\n")
            assert b"400" in visitor.recv(1000)
        assert service.poll() is None
    assert service.returncode == 0
    events = [line["event"] for line in logged(world)]
    assert "Invalid HTTP request received." in events
    assert "a job broke" not in events


def test_a_client_that_sends_its_headers_slowly_is_cut_off(port):
    """However often it sends one more byte, it has some time for all of them, not for each."""
    hasty = type("Hasty", (BoundedProtocol,), {"request_seconds": 0.5})
    nothing = uvicorn.Config(Starlette(), port=port, http=hasty, log_config=None, lifespan="off")
    server = uvicorn.Server(nothing)
    thread = Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    began = time.monotonic()
    with idle_visitors(port, 1, sends=b"GET / HTTP/1.1\r\nx-slow: ") as (slow,), suppress(OSError):
        slow.settimeout(0.1)
        while time.monotonic() < began + WAIT:
            slow.sendall(b"x")
            with suppress(TimeoutError):
                assert slow.recv(1) == b""
                break
    assert 0.4 < time.monotonic() - began < WAIT / 2
    server.should_exit = True
    thread.join(WAIT)


@pytest.mark.slow
def test_the_service_outlives_files_that_it_cannot_look_at(world, port):
    """A rule whose name is no text, and a folder that is gone for a moment."""
    with serving(world) as service:
        until(lambda: page(port, "readyz")[0] == 200)
        odd = Path(os.fsdecode(os.fsencode(world.root / "rules") + b"/\xff.toml"))
        odd.write_text("", encoding="utf-8")
        until(lambda: "configuration taken up" in (world.root / "log").read_text())
        assert page(port, "healthz") == (200, "alive\n")
        odd.unlink()
        away = world.root.with_name("away")
        world.root.rename(away)
        until(lambda: "is not there" in (away / "log").read_text())
        assert page(port, "healthz") == (200, "alive\n")
        # A job that was at work when the folder went may have begun an empty one in its place.
        shutil.rmtree(world.root, ignore_errors=True)
        away.rename(world.root)
        # The edit comes last: it is what makes the service run, whenever it looked before.
        world.then(
            "2025-02-01", ada=[job("Meta", end="2025-01-10"), job("xAI", start="2025-01-11")]
        )
        world.rewrite(rules={"talent": flow("meta", "xai", people=1, within="9999d")})
        until(lambda: '"rule":"talent"' in told_of(world))
        assert service.poll() is None
    assert service.returncode == 0


def test_a_look_that_raises_anything_is_said_once_and_done_again(world, capsys):
    """The loop of the service goes on, and takes up what was written meanwhile."""
    service = Service(world.settings, lambda: datetime(2025, 2, 1, tzinfo=UTC), assembly)
    service._settings = structs.replace(world.settings, people=Path("no\0path"))
    service._look()
    service._look()
    service._settings = world.settings
    service._look()
    said = capsys.readouterr().err
    assert said.count("files cannot be looked at") == 1
    assert service._scheduler.get_job("at once")


def test_what_a_library_logs_is_said_as_json_and_not_again_and_again(capsys):
    """Whoever can make a server log something cannot fill the log with it."""
    log, relay = logging.getLogger("test.server"), logs.Relay()
    log.addHandler(relay)
    for _ in range(3):
        log.warning("Invalid request")
    log.error("accept() failed", exc_info=OSError(errno.EMFILE, "Too many open files"))
    log.removeHandler(relay)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["level"]) for line in lines] == [
        ("Invalid request", "warning"),
        ("accept() failed", "error"),
    ]
    assert "Too many open files" in lines[1]["error"]
