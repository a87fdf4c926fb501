"""Comparing a snapshot with the one before, 1 % of whose profiles changed: the product's side."""

import shutil
import time
from pathlib import Path

import generate
from measured import Measured, TimedEngine

from monitor.base.records import Observation
from monitor.base.settings import MoveSettings
from monitor.identity.organizations import Directory
from monitor.identity.people.clusters import People
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files
from monitor.moves.derivation.derive import derive
from monitor.moves.derivation.inputs import DerivationInputs

GROUNDS = DerivationInputs(
    directory=Directory(), people=People(), moves=MoveSettings(), quality={}, decisions={}
)


FOUND_BY = ("changed_profiles", "listed_positions", "stated_positions")
"""The statements that find what changed, and read it."""


def prepare(folder: Path, profiles: int) -> None:
    """Store two snapshots, and derive the tables for the first."""
    store = Store(folder / "store")
    for day in (0, 1):
        lines = folder / f"{generate.FIRST_DAY.replace(day=1 + day)}.jsonl"
        generate.write_day(lines, day, profiles=profiles, organizations=5_000)
        for seen in Files(source="bench", paths=[lines]).observations():
            assert isinstance(seen, Observation)
            store.write(seen)
        lines.unlink()
        if day == 0:
            with TimedEngine(folder / "first.duckdb") as engine:
                derive(engine, store, GROUNDS)


def derive_second(folder: Path) -> Measured:
    """Follow the second snapshot to tenures and moves."""
    derived = folder / "derived.duckdb"
    shutil.copyfile(folder / "first.duckdb", derived)
    with TimedEngine(derived) as engine:
        began = time.perf_counter()
        derive(engine, Store(folder / "store"), GROUNDS)
        seconds = time.perf_counter() - began
        spent = dict(engine.spent)
        changed = engine.count("compared_profiles")
    derived.unlink()
    return Measured(
        seconds={"find": sum(spent[name] for name in FOUND_BY), "all": seconds},
        result=changed,
        spent=spent,
    )
