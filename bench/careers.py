"""A first import of profiles whose careers are dated, from their file to tenures and moves."""

import shutil
from pathlib import Path

import generate
from compare import GROUNDS
from measured import Measured, TimedEngine, processor

from monitor.base.records import Observation
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files
from monitor.moves.derivation.derive import derive

LINES = f"{generate.FIRST_DAY}.jsonl"


def prepare(folder: Path, profiles: int) -> None:
    """Write the file."""
    generate.write_day(folder / LINES, 0, profiles=profiles, organizations=5_000)


def imported(folder: Path) -> Measured:
    """Take it in and follow it, as a first run does."""
    store = Store(folder / "store")
    for seen in Files(source="bench", paths=[folder / LINES]).observations():
        assert isinstance(seen, Observation)
        store.write(seen)
    derived = folder / "derived.duckdb"
    with TimedEngine(derived) as engine:
        derive(engine, store, GROUNDS)
        made = [engine.count(table) for table in ("tenures", "moves")]
        spent = dict(engine.spent)
    derived.unlink()
    shutil.rmtree(store.root)
    return Measured(seconds={"all": processor()}, result=made, spent=spent)
