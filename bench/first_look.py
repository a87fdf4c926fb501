"""The first look at a source, whose profiles bring their careers: in buckets here, on a cluster,
and undivided.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

import generate
from compare import GROUNDS
from measured import Measured, TimedEngine

from monitor.base.machine.limits import in_force, obey
from monitor.base.records import Observation
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files
from monitor.moves.derivation.derive import derive


def prepare(folder: Path, profiles: int) -> None:
    """Store one snapshot."""
    lines = folder / f"{generate.FIRST_DAY}.jsonl"
    generate.write_day(lines, 0, profiles=profiles, organizations=5_000)
    for seen in Files(source="bench", paths=[lines]).observations():
        assert isinstance(seen, Observation)
        Store(folder / "store").write(seen)
    lines.unlink()


def in_buckets(folder: Path) -> Measured:
    """Follow it as a run does."""
    return _derived(folder)


def on_cluster(folder: Path) -> Measured:
    """Follow it on a cluster of Spark of a master and two workers, all on this machine."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
    from spark_clusters import cluster, standalone  # noqa: PLC0415 -- Spark is an extra

    with standalone() as master:
        obey(replace(in_force(), cluster=cluster(master)))
        return _derived(folder)


def undivided(folder: Path) -> Measured:
    """Follow it where the derived tables are, however many profiles it shows."""
    obey(replace(in_force(), buckets=1))
    return _derived(folder)


def _derived(folder: Path) -> Measured:
    derived = folder / "derived.duckdb"
    with TimedEngine(derived) as engine:
        began = time.perf_counter()
        derive(engine, Store(folder / "store"), GROUNDS)
        seconds = time.perf_counter() - began
        made = [engine.count(table) for table in ("tenures", "profile_moves", "moves", "names")]
    derived.unlink()
    return Measured(seconds={"all": seconds}, result=made, spent=dict(engine.spent))
