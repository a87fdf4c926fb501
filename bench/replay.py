"""Sixty weekly snapshots derived from nothing: followed together, held against one by one."""

import time
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import compare
import generate
from measured import Measured, TimedEngine

from monitor.base.records import Observation
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files
from monitor.moves.derivation import many_looks
from monitor.moves.derivation.derive import derive

SNAPSHOTS = 60
TABLES = ("judged", "tenures", "profile_moves", "moves", "match_keys", "sightings", "holds")


def prepare(folder: Path, profiles: int) -> None:
    """Store the snapshots, in each of which one profile of a hundred is another than before."""
    store = Store(folder / "store")
    for number in range(SNAPSHOTS):
        lines = folder / f"{generate.FIRST_DAY + timedelta(weeks=number)}.jsonl"
        generate.write_day(lines, number, profiles=profiles, organizations=max(profiles // 10, 1))
        for seen in Files(source="bench", paths=[lines]).observations():
            assert isinstance(seen, Observation)
            store.write(seen)
        lines.unlink()


def together(folder: Path) -> Measured:
    """Derive all of them as a backfill does."""
    derived = folder / "derived.duckdb"
    with TimedEngine(derived) as engine:
        began = time.process_time()
        derive(engine, Store(folder / "store"), compare.GROUNDS)
        seconds = time.process_time() - began
        rows = {table: engine.count(table) for table in TABLES}
        spent = dict(engine.spent)
    derived.unlink()
    return Measured(seconds={"all": seconds}, result=rows, spent=spent)


def alone(folder: Path) -> Measured:
    """Derive each of them alone."""
    with patch.object(many_looks, "LONGEST_STRETCH", 1):
        return together(folder)
