"""Erasing one person in a hundred from a snapshot and from what is derived of it, beside DuckDB.

The baseline writes the files anew that the erasure touches: the two of the snapshot, and the
derived tables.
"""

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import generate
import pyarrow.parquet as pq
from measured import Measured

from monitor.base.engine import Engine
from monitor.base.records import Observation
from monitor.base.settings import MoveSettings
from monitor.identity.organizations import Directory
from monitor.identity.people.clusters import People
from monitor.intake.forgetting.stored_rows import StandIn, number_rows, said_of
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files
from monitor.moves.derivation.derive import derive
from monitor.moves.derivation.inputs import DerivationInputs
from monitor.operations.rights.journal import Erasure
from monitor.operations.rights.rewriting.derived_rows import number_derived, write_without_deleted

SOURCE = "bench"
PART = 100
"""One person in so many is erased."""
DERIVED = "derived.duckdb"
REWRITTEN = """
COPY (SELECT * REPLACE (CASE WHEN {id} IN (SELECT id FROM gone) THEN 'erased' ELSE {id} END AS {id})
      FROM read_parquet('{old}')) TO '{new}' (FORMAT parquet, COMPRESSION lz4)
"""


def prepare(folder: Path, profiles: int) -> None:
    """Store a snapshot, and derive what follows from it."""
    store = Store(folder / "store")
    lines = folder / f"{generate.FIRST_DAY}.jsonl"
    generate.write_day(lines, 0, profiles=profiles, organizations=5_000)
    for seen in Files(source=SOURCE, paths=[lines]).observations():
        assert isinstance(seen, Observation)
        store.write(seen)
    lines.unlink()
    _derive(folder)


def erased(folder: Path) -> Measured:
    """Collect what is stored of them, number their rows everywhere, and derive what is left to."""
    copy = folder / "copy"
    shutil.copytree(folder / "store", copy / "store")
    shutil.copy(folder / DERIVED, copy / DERIVED)
    store = Store(copy / "store")
    ids = {*_ids(folder)}
    began = time.perf_counter()
    said = said_of(store, {SOURCE: ids})
    people = [
        StandIn(
            source=SOURCE,
            profile=profile,
            id=f"erased-{number}",
            texts={"title": dict.fromkeys(statement.texts.get("title", ()), "erased")},
        )
        for number, ((_, profile), statement) in enumerate(sorted(said.items()), 1)
    ]
    erasure = Erasure(
        number=1,
        kind="expired",
        by="",
        why="",
        at=datetime(2030, 1, 1, tzinfo=UTC),
        people=tuple(people),
        keys={f"{SOURCE}:{person.profile}": f"{SOURCE}:{person.id}" for person in people},
        salt=b"s",
    )
    number_rows(store, erasure.numbering([SOURCE]))
    stored = time.perf_counter()
    assert number_derived(copy / DERIVED, erasure)
    _derive(copy)
    write_without_deleted(copy / DERIVED)
    derived = time.perf_counter()
    manifest = store.manifest(SOURCE, generate.FIRST_DAY)
    assert manifest is not None
    shutil.rmtree(copy)
    seconds = {"all": derived - began, "stored": stored - began, "derived": derived - stored}
    return Measured(seconds=seconds, result=manifest.erased[0].profiles)


def rewritten(folder: Path) -> Measured:
    """Write the files anew with another id in the rows of these people."""
    place = Store(folder / "store").path(SOURCE, generate.FIRST_DAY)
    with duckdb.connect() as bare:
        bare.execute("CREATE TABLE gone (id VARCHAR)")
        bare.executemany(
            "INSERT INTO gone VALUES (?)", [(profile_id,) for profile_id in _ids(folder)]
        )
        began = time.perf_counter()
        for name, column in (("profiles.parquet", "id"), ("positions.parquet", "profile")):
            new = folder / f"new-{name}"
            bare.execute(REWRITTEN.format(id=column, old=place / name, new=new))
        stored = time.perf_counter()
        (folder / "new.duckdb").unlink(missing_ok=True)
        bare.execute(f"ATTACH '{folder / DERIVED}' AS was (READ_ONLY)")
        bare.execute(f"ATTACH '{folder / 'new.duckdb'}' AS anew")
        bare.execute("COPY FROM DATABASE was TO anew")
        derived = time.perf_counter()
        counted = f"SELECT count(*) FROM '{folder / 'new-profiles.parquet'}' WHERE id = 'erased'"
        (changed,) = bare.execute(counted).fetchall()[0]
    seconds = {"all": derived - began, "stored": stored - began, "derived": derived - stored}
    return Measured(seconds=seconds, result=changed)


def _derive(folder: Path) -> None:
    inputs = DerivationInputs(
        directory=Directory.load(folder / "none.toml"),
        people=People.load(folder / "none.toml"),
        moves=MoveSettings(),
        quality={},
        decisions={},
    )
    with Engine(folder / DERIVED) as engine:
        derive(engine, Store(folder / "store"), inputs)


def _ids(folder: Path) -> list[str]:
    place = Store(folder / "store").path(SOURCE, generate.FIRST_DAY)
    ids = pq.read_table(place / "profiles.parquet", columns=["id"])["id"].to_pylist()
    return ids[::PART]
