"""A run that finds nothing new, as a whole process, and the bare start of what it stands on."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

import generate
from measured import Measured, processor

ORGANIZATIONS = 100
PROCESSES = 10
DAY = generate.FIRST_DAY
CONFIG = """
[sources.bench]
kind = "files"
path = "inbox/*.jsonl"
"""


def prepare(folder: Path, profiles: int) -> None:
    """Take a snapshot of many profiles in, and run once more, after which nothing is new."""
    (folder / "inbox").mkdir()
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    path = folder / "inbox" / f"{DAY}.jsonl"
    generate.write_day(path, 0, profiles=profiles, organizations=ORGANIZATIONS)
    for _ in range(2):
        said = subprocess.run(_run(folder), check=True, capture_output=True, text=True)
    assert said.stdout == "Nothing is new.\n", said.stdout


def run(folder: Path) -> Measured:
    return _processes(_run(folder))


def bare(_: Path) -> Measured:
    return _processes([sys.executable, "-c", "import duckdb, sqlalchemy"])


def _run(folder: Path) -> list[str]:
    config = str(folder / "config.toml")
    return [sys.executable, "-m", "monitor", "run", "--now", str(DAY), "--config", config]


def _processes(command: list[str]) -> Measured:
    """Run a command some times, one after the other; the times are medians."""
    elapsed, used = [], []
    for _ in range(PROCESSES):
        before, began = processor(), time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        elapsed.append(time.perf_counter() - began)
        used.append(processor() - before)
    return Measured(
        seconds={"elapsed": statistics.median(elapsed), "all": statistics.median(used)},
        result=PROCESSES,
    )
