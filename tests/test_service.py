"""The service as an operator meets it: a process, its pages, signals, a changed configuration."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from story import World, crowd, flow, job

from monitor.schedule import Schedule
from monitor.service import Ours

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
        config=f"[serve]\nport = {port}\ndeliver_seconds = 1\nstop_seconds = 20",
    )
    world.on("2025-01-01", **crowd("Meta"), ada=[job("Meta")])
    return world


def test_the_service_runs_reports_reloads_and_stops(world, port):
    """One process through its life; a wrong new configuration is refused, said, and harmless."""
    command = [
        sys.executable,
        "-m",
        "monitor",
        "serve",
        "--config",
        str(world.root / "config.toml"),
    ]
    log = (world.root / "log").open("w+", encoding="utf-8")
    with log, subprocess.Popen(command, stderr=log, stdout=subprocess.DEVNULL) as service:
        try:
            until(lambda: page(port, "readyz")[0] == 200)
            assert page(port, "healthz") == (200, "alive\n")
            metrics = page(port, "metrics")[1]
            assert 'talentwatch_runs_total{outcome="done"} 1.0' in metrics
            assert 'talentwatch_snapshots_total{source="press",verdict="baseline"} 1.0' in metrics
            good = world.config
            world.rewrite(config="[wrong]")
            alerts = world.root / "alerts.jsonl"
            until(lambda: alerts.exists() and "The configuration fails" in alerts.read_text())
            assert page(port, "healthz")[0] == 200
            world.rewrite(config=good)
            until(lambda: "The configuration works again" in alerts.read_text())
            service.send_signal(signal.SIGHUP)
        finally:
            service.send_signal(signal.SIGTERM)
        assert service.wait(WAIT) == 0
        log.seek(0)
        lines = [json.loads(line) for line in log]
    events = [line["event"] for line in lines]
    assert events[0] == "serving"
    assert events[-1] == "stopped"
    assert not lines[-1]["abandoned"]
    assert all(re.fullmatch(r"\d{4}-.*Z", line["timestamp"]) for line in lines)
    assert all("run" in line for line in lines if line["event"] in {"cycle", "snapshot"})


def test_the_trigger_runs_missed_times_once_and_sunday_is_sunday():
    """Cases 63: after a sleep the next time lies ahead; 7 is Sunday, as 0 is."""
    trigger = Ours(Schedule("30 0 * * 7", "America/New_York"))
    begin, now = datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 3, 20, tzinfo=UTC)
    assert trigger.get_next_fire_time(begin, now) == datetime(2025, 3, 23, 4, 30, tzinfo=UTC)
