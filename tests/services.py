"""Services on loopback that are collected, and a clock on which hours of waiting take no time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from monitor.base.settings import CollectedSource, load_settings
from monitor.intake.collecting.client import Clock
from monitor.intake.collecting.collection import Collected, Plan, collect
from monitor.intake.collecting.planning import plan_of

CONTACT = "https://example.org/about; you@example.org"
BEGAN = datetime(2026, 11, 2, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request that a service was sent."""

    at: datetime
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a service answers."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False
    """Whether less of the body comes than was promised."""
    drips: float = 0
    """Seconds from one byte to the next, for ever."""

    @classmethod
    def json(cls, document: object, *, status: int = 200, **headers: str) -> "Said":
        """An answer in JSON; `_` in the names of headers stands for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(
            status=status,
            headers={"Content-Type": "application/json", **named},
            body=orjson.dumps(document),
        )


class VirtualTime:
    """A clock that moves only when somebody sleeps, or a test says so."""

    def __init__(self, now: datetime = BEGAN) -> None:
        self.now = now
        self.slept: list[float] = []
        self.is_stopped = False
        """Whether the process that sleeps next is stopped in its sleep."""

    @property
    def clock(self) -> Clock:
        """The clock, as the client knows it."""
        return Clock(now=lambda: self.now, sleep=self.sleep, jitter=lambda: 0.5)

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        if self.is_stopped:
            raise KeyboardInterrupt
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def next_day(self) -> None:
        """Go on to the same time of the next day."""
        self.now += timedelta(days=1)


@dataclass(slots=True)
class Service:
    """A service that runs, and counts what it was asked."""

    url: str
    time: VirtualTime
    asked: list[Asked] = field(default_factory=list)
    answer: Callable[[Asked], Said] = field(default=lambda _asked: Said(status=404))

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [one.path for one in self.asked]


@contextmanager
def service(time: VirtualTime | None = None) -> Iterator[Service]:
    """Run a service for as long as the block lasts."""
    running = Service("", time or VirtualTime())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length", "0"))
            asked = Asked(
                at=running.time.now,
                path=parts.path,
                query={name: values[-1] for name, values in parse_qs(parts.query).items()},
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(length),
            )
            running.asked.append(asked)
            _say(self, running.answer(asked))

        do_POST = do_GET  # noqa: N815 -- the name that the server asks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _say(handler: BaseHTTPRequestHandler, said: Said) -> None:
    handler.send_response(said.status)
    length = len(said.body) + (10 if said.cut else 0) + (1 << 20 if said.drips else 0)
    for name, value in {"Content-Length": str(length), **said.headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    if said.status == 304:
        return
    try:
        if said.drips:
            waiting = threading.Event()
            while not waiting.wait(said.drips):
                handler.wfile.write(b" ")
                handler.wfile.flush()
        handler.wfile.write(said.body)
    except OSError:
        pass
    if said.cut:
        handler.close_connection = True


def revalidated(asked: Asked, document: object, etag: str) -> Said:
    """A document with its mark, or "not modified" to who has it already."""
    if asked.headers.get("if-none-match") == etag:
        return Said(status=304, headers={"ETag": etag})
    return Said.json(document, ETag=etag)


@dataclass(slots=True)
class Watch:
    """A folder that collects one service."""

    folder: Path
    time: VirtualTime
    name: str = "remote"

    @property
    def plan(self) -> Plan:
        """How its source is collected."""
        settings = load_settings(self.folder / "config.toml")
        source = settings.sources[self.name]
        assert isinstance(source, CollectedSource)
        return plan_of(self.name, source, settings.root)

    def collect(self) -> Collected:
        """Collect it now."""
        return collect(self.plan, self.time.clock)

    def profiles(self, day: str | None = None) -> dict[str, Any]:
        """The profiles of the file of a day, by id; default: of the present one."""
        return {line["id"]: line for line in self._lines(day) if "absent_because" not in line}

    def people(self) -> set[str]:
        """The ids of everybody of whom the newest file has a profile."""
        lines = self._lines(max(path.stem for path in self.plan.folder.glob("[0-9]*.jsonl")))
        return {line["id"] for line in lines if "absent_because" not in line}

    def absences(self, day: str | None = None) -> dict[str, str]:
        """Of whom the same file says that the service shows no profile, by id: why."""
        lines = (line for line in self._lines(day) if "absent_because" in line)
        return {line["id"]: line["absent_because"] for line in lines}

    def _lines(self, day: str | None) -> list[dict[str, Any]]:
        path = self.plan.folder / f"{day or self.time.now.date()}.jsonl"
        return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def watch(folder: Path, time: VirtualTime, source: str) -> Watch:
    """Write a configuration with one source, whose keys these are besides those all need."""
    (folder / "config.toml").write_text(
        f'[sources.remote]\ncontact = "{CONTACT}"\npurpose = "a test"\nlicence = "CC0"\n'
        f'retention = "365d"\n{source}\n',
        encoding="utf-8",
    )
    return Watch(folder, time)
