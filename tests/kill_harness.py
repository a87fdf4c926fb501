"""A small world to kill runs in, from outside: the product has no hook for it."""

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import Any

from databases import new_schema

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60
EARLIER = (1, 2, 4, 8)
"""A kill comes within a whole undisturbed run's time, or within a part of it."""

Database = Callable[[], AbstractContextManager[str | None]]
"""Gives each world a database of its own: its URL, or None for the file in its folder."""
DATABASES: Mapping[str, Database] = {"SQLite": nullcontext, "PostgreSQL": new_schema}


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The past that a world lives through: snapshots that lie a month apart."""

    snapshots: int = 6
    stages: int = 3
    """How many runs take them in; each finds equally many new."""
    people: int = 40
    organizations: int = 4
    movers: int = 9
    """How many people move between two snapshots."""

    @property
    def days(self) -> tuple[str, ...]:
        """The days of the snapshots: the last of each month."""
        months = [divmod(month, 12) for month in range(1, self.snapshots + 1)]
        firsts = [date(2025 + year, month + 1, 1) for year, month in months]
        return tuple((first - timedelta(days=1)).isoformat() for first in firsts)

    @property
    def parts(self) -> list[tuple[str, ...]]:
        """The days that each run finds new; it runs on the last of them."""
        each = self.snapshots // self.stages
        return [self.days[number * each :][:each] for number in range(self.stages)]


SHORT = History()
LONG = History(snapshots=50, stages=10, people=60, organizations=6, movers=10)
DAYS = SHORT.days

CONFIG = """
snapshots = "snapshots"
{state}
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


def snapshots(history: History = SHORT) -> dict[str, str]:
    """Write people down on some days, of whom some move each month and a few vanish."""
    chance = random.Random(7)
    places = [f"Org {number}" for number in range(history.organizations)]
    at = {f"p{number}": places[number % len(places)] for number in range(history.people)}
    told: dict[str, list[dict[str, str]]] = {}
    files: dict[str, str] = {}
    for month, day in enumerate(history.days):
        for person in chance.sample(sorted(at), history.movers if month else 0):
            before = told.setdefault(person, [])
            before.append({"organization": at[person], "end": day[:7] if month % 2 else day})
            at[person] = chance.choice([place for place in places if place != at[person]])
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


def new_world(folder: Path, url: str, *, state: str | None = None) -> World:
    """Set an installation up, with nothing in its inbox yet."""
    (folder / "inbox").mkdir(parents=True)
    (folder / "rules").mkdir()
    # Without a directory a notice would name this folder, and no two worlds would say the same.
    (folder / "organizations.toml").touch()
    line = "" if state is None else f'state = "{state}"'
    config = CONFIG.format(url=url, state=line)
    (folder / "config.toml").write_text(config, encoding="utf-8")
    for name, text in RULES.items():
        (folder / "rules" / f"{name}.toml").write_text(text, encoding="utf-8")
    return World(folder=folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zygote:
    """Runs commands in forks of a process that has imported everything, one after the other."""

    process: "subprocess.Popen[bytes]"
    folder: Path
    """Where the last command's streams are kept: `out` and `err`."""

    def call(self, world: World, *arguments: str, kill_after: float | None = None) -> int:
        """Run a command, and kill it after some seconds; return its exit code, -9 if it was."""
        config = ["--config", str(world.folder / "config.toml")]
        return self.answer({"arguments": [*arguments, *config]}, kill_after=kill_after)

    def run_at(self, config: Path, moment: datetime, *, kill_after: float | None = None) -> int:
        """Run once by a clock that stands at a moment; otherwise as `call`."""
        request = {"arguments": [str(config)], "at": moment.isoformat()}
        return self.answer(request, kill_after=kill_after)

    def answer(self, asked: Mapping[str, Any], *, kill_after: float | None) -> int:
        """Have something done in a fork, which is killed after some seconds; its exit code."""
        request = {**asked, "out": str(self.folder / "out"), "err": str(self.folder / "err")}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        pid = int(self._line(PATIENCE) or "")
        code = self._line(PATIENCE if kill_after is None else kill_after)
        if code is None:
            os.kill(pid, signal.SIGKILL)
            code = self._line(PATIENCE)
        assert code is not None, "the command does not end"
        return int(code)

    def run(self, world: World, stage: Sequence[str]) -> None:
        """Run one cycle to its end."""
        code = self.call(world, "run", "--now", stage[-1])
        assert code == 0, (code, (self.folder / "err").read_text(encoding="utf-8"))

    def _line(self, seconds: float) -> str | None:
        assert self.process.stdout is not None
        line, until = b"", time.monotonic() + seconds
        while not line.endswith(b"\n"):
            left = max(0.0, until - time.monotonic())
            # A byte at a time: nothing is read ahead, so waiting for more never waits in vain.
            if not select.select([self.process.stdout], [], [], left)[0]:
                return None
            line += self.process.stdout.read(1)
        return line.decode()


@contextmanager
def zygote() -> Iterator[Zygote]:
    """Start one, and end it."""
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, "-u", str(Path(__file__).with_name("zygote.py"))],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        ) as process,
    ):
        yield Zygote(process=process, folder=Path(folder))


@dataclass(frozen=True, slots=True, kw_only=True)
class Undisturbed:
    """What comes of the world when nobody kills anything."""

    ledger: bytes
    hooks: Mapping[str, set[bytes]]
    lines: Mapping[str, set[str]]
    seconds: tuple[float, ...]
    """How long each stage's run takes."""

    @property
    def alerts(self) -> int:
        """How many alerts there are."""
        return len(self.ledger.splitlines())


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What became of some kills."""

    kills: int = 0
    """How many met a run at work."""
    sending: int = 0
    """How many of these came after the run had begun to send."""
    missed: int = 0
    """How many came when the run had ended."""
    messages: int = 0
    """How many messages were owed."""
    repeats: int = 0
    """How many requests repeated a message that had come before."""
    lost: int = 0
    """How many messages did not come."""
    worlds: int = 0

    def plus(self, other: "Count") -> "Count":
        """Add what became of others."""
        return Count(
            kills=self.kills + other.kills,
            sending=self.sending + other.sending,
            missed=self.missed + other.missed,
            messages=self.messages + other.messages,
            repeats=self.repeats + other.repeats,
            lost=self.lost + other.lost,
            worlds=self.worlds + other.worlds,
        )

    def __str__(self) -> str:
        return (
            f"{self.kills} runs killed ({self.sending} while sending) in {self.worlds} worlds,"
            f" {self.messages} messages owed, {self.repeats} sent again under their own id,"
            f" {self.lost} lost"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One history on one kind of database, told to one receiver."""

    folder: Path
    history: History
    database: Database
    receiver: Receiver
    zygote: Zygote

    def undisturbed(self) -> Undisturbed:
        """Live through all stages in peace."""
        files, seconds = snapshots(self.history), []
        with self._world("peace") as world:
            for stage in self.history.parts:
                world.receive(stage, files)
                began = time.monotonic()
                self.zygote.run(world, stage)
                seconds.append(time.monotonic() - began)
            return Undisturbed(
                ledger=world.ledger(),
                hooks=dict(self.receiver.bodies),
                lines=world.lines(),
                seconds=tuple(seconds),
            )

    def disturbed(
        self, name: str, peace: Undisturbed, chance: random.Random, *, kills: int
    ) -> Count:
        """Live through all stages with up to so many kills each; hold the end against `peace`."""
        files, count = snapshots(self.history), Count(worlds=1)
        with self._world(name) as world:
            for stage, seconds in zip(self.history.parts, peace.seconds, strict=True):
                world.receive(stage, files)
                for _ in range(kills):
                    # A killed run leaves less to do to the next: kills that come early meet more.
                    after = chance.uniform(0, seconds / chance.choice(EARLIER))
                    here = self._kill(world, stage, after=after)
                    count = count.plus(here)
                    if here.missed:
                        break  # the stage's work is done
                self.zygote.run(world, stage)
            assert world.ledger() == peace.ledger
            # Nothing is invented, and what comes again comes under its own id, word for word.
            assert world.lines() == peace.lines
        bodies = self.receiver.bodies
        assert bodies == {key: peace.hooks[key] for key in bodies}
        return count.plus(
            Count(
                messages=len(peace.hooks),
                repeats=self.receiver.requests - len(bodies),
                lost=len(peace.hooks.keys() - bodies.keys()),
            )
        )

    def _kill(self, world: World, stage: Sequence[str], *, after: float) -> Count:
        before = self.receiver.requests
        if self.zygote.call(world, "run", "--now", stage[-1], kill_after=after) != -signal.SIGKILL:
            return Count(missed=1)
        return Count(kills=1, sending=int(self.receiver.requests > before))

    @contextmanager
    def _world(self, name: str) -> Iterator[World]:
        self.receiver.forget()
        with self.database() as state:
            yield new_world(self.folder / name, self.receiver.url, state=state)


@contextmanager
def trial(folder: Path, history: History, database: Database, *, slow: float) -> Iterator[Trial]:
    """Prepare a trial with a receiver that takes so many seconds for each message."""
    with ExitStack() as opened:
        yield Trial(
            folder=folder,
            history=history,
            database=database,
            receiver=opened.enter_context(receiving(slow=slow)),
            zygote=opened.enter_context(zygote()),
        )
