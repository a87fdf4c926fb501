"""Readers of the board while a cycle with changes runs, and readers of a bare page beside them."""

import gzip
import os
import random
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from measured import Measured

READERS, SECONDS_A_PAGE = 20, 2.0
"""Each reader asks for a page, and for the next one so many seconds after the first."""
SNAPSHOTS, DAYS_APART = 4, 28
SORTS = ("moved", "seen")
LISTS = ("alerts", "organizations", "rules", "moves")
FILTERED = {
    "flows of days": [f"/flows?window={days}" for days in (30, 90, 365, "all")],
    "flows as seen": [f"/flows?window={days}&clock=seen" for days in (30, 90, 365)],
    "moves of days": [f"/moves?window={days}&clock={of}" for days in (30, 90) for of in SORTS],
    "alerts by words": [f"/alerts?status={one}&sort=oldest&q=an" for one in ("open", "closed")],
    "the watch": ["/snapshots?verdict=suspect", "/deliveries?status=sent", "/held", "/status"],
}
CHANNEL = """
[channels.lines]
kind = "file"
path = "alerts.jsonl"
[board]
port = {port}
"""
BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
page = HTMLResponse("<p>" + "x" * 40_000)
async def answer(_): return page
pages = Starlette(routes=[Route("/{rest:path}", answer)])
uvicorn.run(pages, port=int(sys.argv[1]), log_level="error")
"""


def prepare(folder: Path, profiles: int) -> None:
    """Take all snapshots of a simulated market in but the last one."""
    work = folder / "work"
    _run(
        *("simulate", str(work), "--plain", "--profiles", str(profiles), "--seed", "5"),
        *("--snapshots", str(SNAPSHOTS), "--days", str(DAYS_APART), "--people-each", "200"),
    )
    *earlier, last = sorted((work / "snapshots").glob("*.jsonl"))
    shutil.move(last, folder / last.name)
    config = work / "config.toml"
    config.write_text(f'send_from = "2000-01-01"\n{config.read_text(encoding="utf-8")}', "utf-8")
    _run("run", "--all", "--config", str(config), "--now", earlier[-1].stem)


def beside_the_board(folder: Path) -> Measured:
    def serve(config: Path, _port: int) -> list[str]:
        return [*_command(), "board", "--config", str(config)]

    return _measured(folder, serve)


def beside_a_bare_page(folder: Path) -> Measured:
    def serve(_config: Path, port: int) -> list[str]:
        return [sys.executable, "-c", BARE, str(port)]

    return _measured(folder, serve)


def _measured(folder: Path, serve: Callable[[Path, int], list[str]]) -> Measured:
    """Run the cycle of the last snapshot while readers read.

    The figures beside the times are of the server: its memory, and the largest page as it is sent.
    """
    with TemporaryDirectory(dir=folder) as copy:
        work = Path(copy) / "work"
        shutil.copytree(folder / "work", work)
        [last], port = folder.glob("*.jsonl"), _free_port()
        config = work / "config.toml"
        with config.open("a", encoding="utf-8") as written:
            written.write(CHANNEL.format(port=port))
        with _served(serve(config, port), port) as (address, server):
            pages = _pages(address)
            shutil.copyfile(last, work / "snapshots" / last.name)
            before = _processor()
            with _reading(address, pages) as (took, sizes):
                _run("run", "--config", str(config), "--now", last.stem)
            used = _processor() - before
            memory, busy = _most_memory(server), _processor_of(server)
        alerts = _run("alerts", "--config", str(config), "--json").count("\n")
    worst = {kind: _p95(times) for kind, times in took.items()}
    return Measured(
        seconds={"page": max(worst.values()), "all": used},
        spent={
            **{f"p95 of {kind}": seconds for kind, seconds in worst.items()},
            "pages read": sum(map(len, took.values())),
            "ms of the processor a page": 1e3 * busy / sum(map(len, took.values())),
            "MB of memory": memory / 1e6,
            "KB of the largest page, gzipped": max(sizes) / 1e3,
        },
        result=alerts,
    )


def _pages(address: str) -> list[tuple[str, str]]:
    """The addresses that readers choose from, and of which kind each is."""
    found = [("overview", "/"), ("flows", "/flows"), ("find", "/find?q=an")]
    found += [(kind, page) for kind, pages in FILTERED.items() for page in pages]
    for name in LISTS:
        found.append((name, f"/{name}"))
        answer = httpx.get(f"{address}/{name}.json", timeout=60)
        if not answer.headers["content-type"].startswith("application/json"):
            continue  # a bare page
        for row in answer.json()["items"]:
            match name:
                case "alerts":
                    found.append(("alert", f"/alerts/{row['alert']}"))
                case "organizations":
                    found.append(("organization", f"/organizations/{row['organization']}"))
                    found.append(("flows of one", f"/flows?from={row['organization']}"))
                case "rules":
                    found.append(("rule", f"/rules/{row['rule']}"))
                case "moves":
                    found.append(("person", f"/people/{row['source']}:{row['person']}"))
    return found


@contextmanager
def _reading(
    address: str, pages: list[tuple[str, str]]
) -> Iterator[tuple[dict[str, list[float]], list[int]]]:
    """Let readers ask for random pages as long as the block lasts; what each took, and its size."""
    took: dict[str, list[float]] = defaultdict(list)
    sizes: list[int] = []
    is_over = threading.Event()

    def read(number: int) -> None:
        choice = random.Random(number)  # noqa: S311 -- equal in each run
        is_over.wait(choice.random() * SECONDS_A_PAGE)
        with httpx.Client(timeout=60) as client:
            while not is_over.is_set():
                kind, page = choice.choice(pages)
                began = time.perf_counter()
                answer = client.get(f"{address}{page}", follow_redirects=True)
                spent = time.perf_counter() - began
                # What the cycle took back is gone.
                assert answer.status_code in {200, 404}, (page, answer.status_code)
                sizes.append(len(gzip.compress(answer.content, 6)))
                took[kind].append(spent)
                is_over.wait(max(0.0, SECONDS_A_PAGE - spent))

    readers = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        yield took, sizes
    finally:
        is_over.set()
        for reader in readers:
            reader.join()


@contextmanager
def _served(command: list[str], port: int) -> Iterator[tuple[str, int]]:
    """Start what serves pages, and wait until it does."""
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.PIPE
    ) as server:
        try:
            for _ in range(300):
                try:
                    httpx.get(f"{address}/healthz", timeout=1)
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield address, server.pid
        finally:
            server.terminate()


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]


def _most_memory(process: int) -> int:
    """The most bytes that a process that still runs ever held; 0 where the system does not say."""
    said = Path(f"/proc/{process}/status")
    lines = said.read_text(encoding="utf-8").splitlines() if said.exists() else []
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def _processor_of(process: int) -> float:
    """Seconds that a process that still runs kept a processor busy; 0 if the system is silent."""
    said = Path(f"/proc/{process}/stat")
    if not said.exists():
        return 0.0
    ticks = said.read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def _command() -> list[str]:
    return [sys.executable, "-m", "monitor"]


def _run(*arguments: str) -> str:
    done = subprocess.run([*_command(), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (arguments, done.stdout[-500:], done.stderr[-500:])
    return done.stdout


def _processor() -> float:
    """Seconds that the ended children of this process kept a processor busy."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
