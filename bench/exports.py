"""Who changed organisation between two exports, in whole processes of what people would use."""

import json
import shutil
import subprocess
from pathlib import Path

import duckdb
import environments
from compare import GROUNDS
from measured import Measured, TimedEngine, processor

from monitor.base.records import Observation
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files
from monitor.moves.derivation.derive import derive

HERE = Path(__file__).resolve().parent
ENVIRONMENT = "exports"
REQUIREMENTS = ("polars==1.33.1", "pandas==3.0.6", "datacompy==1.1.0", "csv-diff==1.2")
TOOLS = ("polars", "pandas", "datacompy", "csv-diff")
DAYS = ("2024-01-01", "2024-01-02")
EXPORT = """
COPY (
    SELECT 'person-' || i AS id, 'Person ' || i AS name,
           'Northwind ' || hash(i, CASE WHEN i % 100 = 0 THEN $day ELSE 0 END) % 5_000
               AS organization,
           ['Research Scientist', 'Software Engineer', 'Designer'][1 + i % 3] AS title
    FROM range($profiles) AS people (i)
) TO '{path}'
"""
"""One of a hundred people is at another organisation on the second day."""


def prepare(folder: Path, profiles: int) -> None:
    """Write both exports as tables, and as JSON Lines in the form that talentwatch reads."""
    environments.make(ENVIRONMENT, REQUIREMENTS)
    with duckdb.connect() as bare:
        for day, name in enumerate(DAYS):
            table = folder / f"{name}.csv"
            bare.execute(EXPORT.replace("{path}", str(table)), {"day": day, "profiles": profiles})
            bare.execute(
                "COPY (SELECT id, name, [{organization: organization, title: title}] AS positions"
                f" FROM '{table}') TO '{folder / name}.jsonl' (FORMAT json)"
            )


def followed(folder: Path) -> Measured:
    """Take both in, and follow them to moves."""
    store = Store(folder / "store")
    for name in DAYS:
        files = Files(source="bench", paths=[folder / f"{name}.jsonl"])
        for seen in files.observations():
            assert isinstance(seen, Observation)
            store.write(seen)
    derived = folder / "derived.duckdb"
    with TimedEngine(derived) as engine:
        derive(engine, store, GROUNDS)
        moves = engine.count("moves")
        spent = dict(engine.spent)
    derived.unlink()
    shutil.rmtree(store.root)
    return Measured(seconds=dict.fromkeys(TOOLS, processor()), result=moves, spent=spent)


def by_others(folder: Path) -> Measured:
    """Read both with each of the tools; all come to the same."""
    script = [str(environments.interpreter(ENVIRONMENT)), str(HERE / "exports_by_others.py")]
    tables = [str(folder / f"{name}.csv") for name in DAYS]
    told = {}
    for tool in TOOLS:
        said = subprocess.run([*script, tool, *tables], check=True, capture_output=True, text=True)
        told[tool] = json.loads(said.stdout)
    (changed,) = {one["changed"] for one in told.values()}
    return Measured(seconds={tool: one["seconds"] for tool, one in told.items()}, result=changed)
