"""A service that is driven faster than the days go by, and measures itself.

python soaking.py CONFIG CYCLES prints JSON Lines: {"cycle", "kib", "files"}, the memory and the
open files of the process. Each cycle is a day later; each fifth one finds a new snapshot.
"""

import json
import os
import signal
import sys
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import sleep

from monitor.base.settings import Settings, load_settings
from monitor.base.telemetry import logs
from monitor.cli.options import assembly
from monitor.operations.service.service import Service

PEOPLE = 40
PLACES = ("Meta", "xAI", "OpenAI", "Google")
WARM = 20
"""So many cycles pass before the first measurement."""


@dataclass
class Clock:
    """A clock that goes on when it is told to."""

    now: datetime = datetime(2025, 1, 1, 7, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the present moment."""
        return self.now


def measure(cycle: int) -> None:
    """Print how much memory and how many files are in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    kib = pages * os.sysconf("SC_PAGE_SIZE") // 1024
    files = sum(1 for _ in Path("/proc/self/fd").iterdir())
    print(json.dumps({"cycle": cycle, "kib": kib, "files": files}), flush=True)  # noqa: T201 -- read by the test


def snapshot(settings: Settings, day: datetime, number: int) -> None:
    """Write who is where: each time another person has moved on."""
    lines = []
    for person in range(PEOPLE):
        moves = (number + PEOPLE - 1 - person) // PEOPLE
        place = PLACES[(person + moves) % len(PLACES)]
        positions = [{"organization": place}]
        lines.append(
            json.dumps({"id": f"p{person}", "name": f"P {person}", "positions": positions})
        )
    path = settings.root / "inbox" / "press" / f"{day:%Y-%m-%d}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def ask(settings: Settings, page: str) -> bool:
    """Ask for a page; whether it says that all is well."""
    address = f"http://127.0.0.1:{settings.serve.port}/{page}"
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return bool(answer.read())
    except OSError:
        return False


def drive(service: Service, settings: Settings, clock: Clock, cycles: int) -> None:
    """Do what the scheduler would, day after day, and ask for the pages now and then."""
    while not ask(settings, "readyz"):
        sleep(0.1)
    for cycle in range(1, cycles + 1):
        clock.now += timedelta(days=1)
        if cycle % 5 == 0:
            snapshot(settings, clock.now, cycle // 5)
        service.work()
        service.deliver()
        # Before the pages are asked for: the service may not have closed their connections yet.
        if cycle in (WARM, cycles) or cycle % 100 == 0:
            measure(cycle)
        if cycle % 10 == 0 and not (ask(settings, "metrics") and ask(settings, "healthz")):
            break
    os.kill(os.getpid(), signal.SIGTERM)


def main(config: str, cycles: int) -> None:
    """Serve until all cycles are done."""
    settings, clock = load_settings(Path(config)), Clock()
    snapshot(settings, clock.now, 0)
    logs.say_from("error")
    service = Service(settings, clock, assembly)
    Thread(target=drive, args=(service, settings, clock, cycles), daemon=True).start()
    service.run()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
