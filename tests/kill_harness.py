"""A small world to kill runs in, from outside: the product has no hook for it."""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60

DAYS = ("2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31", "2025-06-30")
STAGES = (DAYS[:2], DAYS[2:4], DAYS[4:])
"""The snapshots that each run finds new; it runs on the day of the last of them."""

CONFIG = """
snapshots = "snapshots"
send_from = "2025-01-01"
operations = ["lines"]
[sources.press]
kind = "files"
path = "inbox/*.jsonl"
quality = {{ missing = 0.5 }}
[channels.hook]
kind = "webhook"
url = "{url}"
allow_private = true
[channels.lines]
kind = "file"
path = "alerts.jsonl"
"""
RULES = {
    "any": """
[flow]
from = "*"
to = "*"
within = "120d"
people = 2
group_by = ["from.organization", "to.organization"]
""",
    "leaving": """
[flow]
from = "*"
since = "year"
people = 4
group_by = ["from.organization"]
[notify]
channels = ["hook"]
""",
}


def snapshots() -> dict[str, str]:
    """Write forty people down on six days, of whom some move each month and a few vanish."""
    chance = random.Random(7)
    at = {f"p{number}": f"Org {number % 4}" for number in range(40)}
    told: dict[str, list[dict[str, str]]] = {}
    files: dict[str, str] = {}
    for month, day in enumerate(DAYS):
        for person in chance.sample(sorted(at), 9 if month else 0):
            before = told.setdefault(person, [])
            before.append({"organization": at[person], "end": day[:7] if month % 2 else day})
            choices = [f"Org {number}" for number in range(4) if f"Org {number}" != at[person]]
            at[person] = chance.choice(choices)
        seen = [person for person in sorted(at) if chance.random() > 0.03]
        # A snapshot with broken lines is told to the operators.
        broken = ["not JSON"] * (8 if month == 3 else 0)
        lines = [
            json.dumps(
                {
                    "id": person,
                    "name": f"Person {person}",
                    "positions": [{"organization": at[person]}, *told.get(person, [])],
                }
            )
            for person in seen
        ]
        files[day] = "\n".join([*lines, *broken]) + "\n"
    return files


@dataclass(slots=True, kw_only=True)
class Receiver:
    """A webhook receiver on loopback that writes down what it is sent."""

    url: str = ""
    slow: float = 0.0
    """Seconds that each answer takes, so that a delivery lasts."""
    bodies: dict[str, set[bytes]] = field(default_factory=dict)
    """All bodies received under each webhook-id."""
    requests: int = 0
    arrived: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    def receive(self, message: str, body: bytes) -> None:
        """Write a request down and take its time."""
        with self._lock:
            self.requests += 1
            self.bodies.setdefault(message, set()).add(body)
        self.arrived.set()
        time.sleep(self.slow)

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self.bodies, self.requests = {}, 0
        self.arrived.clear()


@contextmanager
def receiving(*, slow: float = 0.0) -> Iterator[Receiver]:
    """Run a receiver."""
    receiver = Receiver(slow=slow)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if len(body) < length:
                # The sender was killed in the middle of its request, which is no message.
                return
            receiver.receive(self.headers["webhook-id"], body)
            # The sender may be dead by now.
            with suppress(OSError):
                self.send_response(204)
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One installation in a folder of its own."""

    folder: Path

    def command(self, *arguments: str) -> list[str]:
        """Name the command, with the installation it is for."""
        config = str(self.folder / "config.toml")
        return [sys.executable, "-m", "monitor", *arguments, "--config", config]

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command in a process group of its own."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def call(self, *arguments: str) -> tuple[int, bytes, str]:
        """Run a command to its end; return its exit code, what it said, and its complaints."""
        process = self.start(*arguments)
        said, complained = process.communicate(timeout=PATIENCE)
        return process.returncode, said, complained.decode(errors="replace")

    def well(self, *arguments: str) -> bytes:
        """Run a command that has to end well; return what it said."""
        code, said, complained = self.call(*arguments)
        assert code == 0, (arguments, code, complained)
        return said

    def receive(self, stage: Sequence[str], files: Mapping[str, str]) -> None:
        """Put the snapshots of a stage into the inbox."""
        for day in stage:
            (self.folder / "inbox" / f"{day}.jsonl").write_text(files[day], encoding="utf-8")

    def run(self, stage: Sequence[str]) -> None:
        """Run one cycle to its end, as cron would."""
        self.well("run", "--now", stage[-1])

    def kill_a_run(self, stage: Sequence[str], *, after: float) -> bool:
        """Start a cycle and kill it after some seconds; say whether it was still at work."""
        process = self.start("run", "--now", stage[-1])
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=after)
            return False
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
        return True

    def ledger(self) -> bytes:
        """Print the ledger as other programs read it."""
        return self.well("alerts", "--json")

    def lines(self) -> dict[str, set[str]]:
        """Read the file channel: all bodies under each message id; half a line is no message."""
        found: dict[str, set[str]] = {}
        for line in (self.folder / "alerts.jsonl").read_text(encoding="utf-8").splitlines():
            with suppress(json.JSONDecodeError):
                message: dict[str, Any] = json.loads(line)
                found.setdefault(message.pop("id"), set()).add(json.dumps(message, sort_keys=True))
        return found


def new_world(folder: Path, url: str) -> World:
    """Set an installation up, with nothing in its inbox yet."""
    (folder / "inbox").mkdir(parents=True)
    (folder / "rules").mkdir()
    # Without a directory a notice would name this folder, and no two worlds would say the same.
    (folder / "organizations.toml").touch()
    (folder / "config.toml").write_text(CONFIG.format(url=url), encoding="utf-8")
    for name, text in RULES.items():
        (folder / "rules" / f"{name}.toml").write_text(text, encoding="utf-8")
    return World(folder=folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undisturbed:
    """What comes of the world when nobody kills anything."""

    ledger: bytes
    hooks: Mapping[str, set[bytes]]
    lines: Mapping[str, set[str]]
    seconds: tuple[float, ...]
    """How long each stage's run takes."""


def undisturbed(folder: Path, receiver: Receiver) -> Undisturbed:
    """Live through all stages in peace."""
    world, files, seconds = new_world(folder, receiver.url), snapshots(), []
    for stage in STAGES:
        world.receive(stage, files)
        began = time.monotonic()
        world.run(stage)
        seconds.append(time.monotonic() - began)
    hooks = dict(receiver.bodies)
    receiver.forget()
    return Undisturbed(
        ledger=world.ledger(), hooks=hooks, lines=world.lines(), seconds=tuple(seconds)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What became of some kills."""

    kills: int
    """How many met a run at work."""
    missed: int
    """How many came when the run had ended."""
    repeats: int
    """How many messages came more than once."""


def disturbed(
    folder: Path, receiver: Receiver, peace: Undisturbed, chance: random.Random, *, kills: int
) -> Count:
    """Live through all stages with so many kills in each, and hold the end against `peace`."""
    receiver.forget()
    world, files = new_world(folder, receiver.url), snapshots()
    met = 0
    for stage, seconds in zip(STAGES, peace.seconds, strict=True):
        world.receive(stage, files)
        met += sum(world.kill_a_run(stage, after=chance.uniform(0, seconds)) for _ in range(kills))
        world.run(stage)
    assert world.ledger() == peace.ledger
    # Nothing is lost, nothing is invented, and what comes again comes under its own id.
    assert receiver.bodies == peace.hooks
    assert world.lines() == peace.lines
    repeats = receiver.requests - len(receiver.bodies)
    return Count(kills=met, missed=len(STAGES) * kills - met, repeats=repeats)
