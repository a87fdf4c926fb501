"""A daily cycle with one new snapshot, after few and after many of them: both sides."""

import shutil
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import generate
from measured import Measured

from monitor.base.settings import load_settings
from monitor.base.telemetry import logs
from monitor.cycle import run_cycle
from monitor.parts import CycleOutcome
from monitor.wiring import open_parts

FEW = 3
ORGANIZATIONS = 100
CONFIG = """
snapshots = "snapshots"
rules = "rules"
state = "sqlite:///snapshots/state.db"
[sources.bench]
kind = "files"
path = "{inbox}/*.jsonl"
[channels.file]
kind = "file"
path = "alerts.jsonl"
"""
PAIRS = """
[flow]
from = "*"
to = "*"
within = "90d"
people = 6
group_by = ["from.organization", "to.organization"]
"""
HEADS = """
[flow]
from = "*"
who = { from_title = ["head of *"] }
within = "90d"
people = 20
group_by = ["from.organization"]
"""

logs.say_from("error")


def prepare(folder: Path, profiles: int, many: int) -> None:
    """Live through many days in one world, and through the last few of them in another."""
    days = many + 1
    for name, taken in (("few", FEW), ("many", many)):
        world = folder / name
        (world / "inbox").mkdir(parents=True)
        (world / "rules").mkdir()
        (world / "rules" / "pairs.toml").write_text(PAIRS, encoding="utf-8")
        (world / "rules" / "heads.toml").write_text(HEADS, encoding="utf-8")
        config = CONFIG.format(inbox=world / "inbox")
        (world / "config.toml").write_text(config, encoding="utf-8")
        for day in range(days - 1 - taken, days - 1):
            _write(world / "inbox", day, profiles)
        _live(world, _noon(days - 2))
    _write(folder, days - 1, profiles)
    (folder / "new-day").write_text(str(days - 1), encoding="utf-8")


def after_few(folder: Path) -> Measured:
    return _next_day(folder, "few")


def after_many(folder: Path) -> Measured:
    return _next_day(folder, "many")


def _next_day(folder: Path, name: str) -> Measured:
    """Live the new day in a copy of a world."""
    world = folder / "now"
    # The inbox stays where it is: a link changes the times of a file, which is then read again.
    shutil.copytree(
        folder / name, world, copy_function=_copy, ignore=shutil.ignore_patterns("inbox")
    )
    day = int((folder / "new-day").read_text(encoding="utf-8"))
    (new,) = folder.glob("*.jsonl")
    arrived = folder / name / "inbox" / new.name
    shutil.copyfile(new, arrived)
    began = time.perf_counter()
    outcome, spent = _live(world, _noon(day))
    seconds = time.perf_counter() - began
    shutil.rmtree(world)
    arrived.unlink()
    return Measured(
        seconds={"all": seconds},
        result=[outcome.moves, len(outcome.snapshots["bench"])],
        spent=spent,
    )


def _live(world: Path, now: datetime) -> tuple[CycleOutcome, dict[str, float]]:
    """Run one cycle, from opening what it works with to closing it."""
    spent: defaultdict[str, float] = defaultdict(float)
    stage, since = "looking for files", time.perf_counter()

    def turn(to: str, _: str = "") -> None:
        nonlocal stage, since
        spent[stage] += time.perf_counter() - since
        stage, since = to, time.perf_counter()

    with open_parts(load_settings(world / "config.toml"), progress=turn) as parts:
        outcome = run_cycle(parts, now=now)
        turn("closing")
    turn("")
    assert not outcome.errors, outcome.errors
    return outcome, dict(spent)


def _write(inbox: Path, day: int, profiles: int) -> None:
    path = inbox / "day"
    written = generate.write_day(path, day, profiles=profiles, organizations=ORGANIZATIONS)
    path.rename(inbox / f"{written}.jsonl")


def _noon(day: int) -> datetime:
    return datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)


def _copy(source: str, target: str) -> None:
    """Link what never changes, as the store, and copy the databases."""
    if Path(source).suffix in {".duckdb", ".db", ".wal"}:
        shutil.copyfile(source, target)
    else:
        Path(target).hardlink_to(source)
