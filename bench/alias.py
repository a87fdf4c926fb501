"""One alias or link more on a store of 60 snapshots, held against deriving all of it afresh."""

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path

import compare
import generate
from measured import Measured, TimedEngine

from monitor.base.records import Observation
from monitor.identity.organizations import Directory
from monitor.identity.people.clusters import People
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files
from monitor.moves.derivation.derive import derive
from monitor.moves.derivation.inputs import DerivationInputs

SNAPSHOTS = 60
LATE = 55
"""The snapshot in which a name appears that nobody listed before."""
FILES = {
    "nobody lists it": ("organizations", '[organizations.firm]\naliases = ["Nobody There"]\n'),
    "listed since 5 looks": ("organizations", '[organizations.firm]\naliases = ["Latecomer"]\n'),
    "listed from the first on": (
        "organizations",
        '[organizations.firm]\naliases = ["northwind 17"]\n',
    ),
    "a link": ("people", '[[people]]\nids = ["bench:1", "bench:2"]\n'),
}
"""What an operator writes, by what it is, and into which file."""


def prepare(folder: Path, profiles: int) -> None:
    """Store the snapshots, and derive all of them."""
    store = Store(folder / "store")
    for day in range(SNAPSHOTS):
        lines = (
            folder / f"{generate.FIRST_DAY.fromordinal(generate.FIRST_DAY.toordinal() + day)}.jsonl"
        )
        generate.write_day(lines, day, profiles=profiles, organizations=profiles // 10)
        if day >= LATE:
            job = {"organization": "Latecomer", "start": "2024-02"}
            with lines.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"id": "late", "name": "Late", "positions": [job]}) + "\n")
        for seen in Files(source="bench", paths=[lines]).observations():
            assert isinstance(seen, Observation)
            store.write(seen)
        lines.unlink()
    with TimedEngine(folder / "first.duckdb") as engine:
        derive(engine, store, compare.GROUNDS)


def renew(folder: Path) -> Measured:
    """Bring the derived tables in step with each of the changes, one at a time."""
    return Measured(seconds={what: _renewed(folder, what) for what in FILES}, result=None)


def derive_afresh(folder: Path) -> Measured:
    """Derive all snapshots from nothing."""
    afresh = folder / "afresh.duckdb"
    seconds = _derived(folder, afresh, compare.GROUNDS)
    return Measured(seconds=dict.fromkeys(FILES, seconds), result=None)


def _renewed(folder: Path, what: str) -> float:
    derived = folder / "derived.duckdb"
    shutil.copyfile(folder / "first.duckdb", derived)
    name, text = FILES[what]
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    grounds = (
        replace(compare.GROUNDS, directory=Directory.load(path))
        if name == "organizations"
        else replace(compare.GROUNDS, people=People.load(path))
    )
    return _derived(folder, derived, grounds)


def _derived(folder: Path, path: Path, inputs: DerivationInputs) -> float:
    with TimedEngine(path) as engine:
        began = time.process_time()
        derive(engine, Store(folder / "store"), inputs)
        seconds = time.process_time() - began
    path.unlink()
    return seconds
