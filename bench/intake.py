"""Taking a file in: the product's side."""

import shutil
import time
from pathlib import Path

import generate
from measured import Measured

from monitor.base.records import Observation
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files


def prepare(folder: Path, profiles: int) -> None:
    generate.write_day(folder / "2024-01-01.jsonl", 0, profiles=profiles, organizations=5_000)


def take_in(folder: Path) -> Measured:
    """Checksum, validate and store a file, as a cycle does."""
    root = folder / "store"
    began = time.perf_counter()
    files = Files(source="bench", paths=[folder / "2024-01-01.jsonl"])
    (seen,) = (
        observation for observation in files.observations() if isinstance(observation, Observation)
    )
    known = time.perf_counter()
    manifest = Store(root).write(seen)
    done = time.perf_counter()
    size = sum(path.stat().st_size for path in root.rglob("*.parquet"))
    shutil.rmtree(root)
    return Measured(
        seconds={"all": done - began},
        result=manifest.profiles,
        spent={"checksum": known - began, "Store.write": done - known, "MB": size / 1e6},
    )
