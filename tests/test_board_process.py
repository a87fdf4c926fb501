"""The board as a process: by hand, and started and watched by the service."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest
from command_line import run_here
from story import World, crowd, flow, job

pytestmark = pytest.mark.slow
WAIT = 60


@pytest.fixture
def ports():
    """Return two ports that nobody listens on."""
    with socket.socket() as one, socket.socket() as other:
        for free in (one, other):
            free.bind(("127.0.0.1", 0))
        return [int(free.getsockname()[1]) for free in (one, other)]


@pytest.fixture
def world(tmp_path, ports):
    """Return a world with one alert, a port of its service and one of its board."""
    config = f"[serve]\nport = {ports[0]}\n[board]\nport = {ports[1]}\n"
    world = World(tmp_path, rules={"one": flow("meta", "xai", people=1)}, config=config)
    world.on("2025-01-01", ada=[job("Meta")], **crowd("Meta"))
    world.then("2025-02-01", ada=[job("xAI", start="2025-01-10")])
    assert run_here("run", "--config", str(world.root / "config.toml")).returncode == 0
    return world


def status(port: int, path: str = "/alerts") -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        return answer.code
    except OSError:
        return 0


def until(true) -> None:
    ends = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.1)


@contextmanager
def running(world, *words):
    config = str(world.root / "config.toml")
    command = [sys.executable, "-m", "monitor", *words, "--config", config]
    with (
        (world.root / "log").open("wb") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log) as process,
    ):
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(WAIT)


def board_of(process) -> int | None:
    """Find the process of the board that a service started."""
    children = f"/proc/{process.pid}/task/{process.pid}/children"
    with open(children, encoding="ascii") as file:  # noqa: PTH123 -- a file of the kernel
        pids = [int(pid) for pid in file.read().split()]
    return pids[0] if pids else None


def test_the_board_says_where_it_is_and_ends_when_asked(world, ports):
    """Somebody who starts it opens the address that it prints."""
    with running(world, "board") as process:
        assert process.stdout.readline() == f"http://127.0.0.1:{ports[1]}/\n".encode()
        until(lambda: status(ports[1]) == 200)
        assert status(ports[1], "/nowhere") == 404
        assert status(ports[1], "/people/press:whoever") == 404
        second = run_here("board", "--config", str(world.root / "config.toml"))
        assert second.returncode == 2
        assert "name another as `port`" in second.stderr
    assert status(ports[1]) == 0
    assert "whoever" not in (world.root / "log").read_text("utf-8")  # no log says who was looked at


def test_the_service_starts_the_board_and_starts_it_again(world, ports):
    """One that was killed comes back, and it ends with the service."""
    with running(world, "serve") as service:
        until(lambda: status(ports[1]) == 200)
        first = board_of(service)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        until(lambda: board_of(service) not in {None, first} and status(ports[1]) == 200)
    assert service.returncode == 0
    assert status(ports[1]) == 0


def test_the_board_ends_with_a_service_that_was_killed(world, ports):
    """Nobody is left who would show pages of yesterday's program."""
    with running(world, "serve") as service:
        until(lambda: status(ports[1]) == 200)
        service.kill()
        until(lambda: status(ports[1]) == 0)


@pytest.mark.long
def test_the_service_starts_no_board_if_told_so(world, ports):
    """And stops the one that there is when its configuration says so."""
    with running(world, "serve"):
        until(lambda: status(ports[1]) == 200)
        world.rewrite(config=world.config.replace("[board]", "board = false\n[board]"))
        until(lambda: status(ports[1]) == 0)
