"""Erasing one person in a hundred from a stored snapshot, beside DuckDB writing its files anew."""

import shutil
import time
from pathlib import Path

import duckdb
import generate
import pyarrow.parquet as pq
from measured import Measured

from monitor.base.records import Observation
from monitor.intake.forgetting.stored_rows import Numbering, StandIn, number_rows, said_of
from monitor.intake.forgetting.words import Words
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files

SOURCE = "bench"
PART = 100
"""One person in so many is erased."""
REWRITTEN = """
COPY (SELECT * REPLACE (CASE WHEN {id} IN (SELECT id FROM gone) THEN 'erased' ELSE {id} END AS {id})
      FROM read_parquet('{old}')) TO '{new}' (FORMAT parquet, COMPRESSION lz4)
"""


def prepare(folder: Path, profiles: int) -> None:
    """Store a snapshot."""
    store = Store(folder / "store")
    lines = folder / f"{generate.FIRST_DAY}.jsonl"
    generate.write_day(lines, 0, profiles=profiles, organizations=5_000)
    for seen in Files(source=SOURCE, paths=[lines]).observations():
        assert isinstance(seen, Observation)
        store.write(seen)
    lines.unlink()


def erased(folder: Path) -> Measured:
    """Collect what the snapshot says of them, and number their rows."""
    copy = folder / "copy"
    shutil.copytree(folder / "store", copy / "store")
    store = Store(copy / "store")
    ids = {*_ids(folder)}
    began = time.perf_counter()
    said = said_of(store, {SOURCE: ids})
    people = {
        profile: StandIn(
            source=SOURCE,
            profile=profile,
            id=f"erased-{number}",
            texts={"title": dict.fromkeys(one.texts.get("title", ()), "erased")},
        )
        for number, ((_, profile), one) in enumerate(sorted(said.items()), 1)
    }
    on = generate.FIRST_DAY
    number_rows(store, Numbering(people={SOURCE: people}, salt=b"s", on=on, words=Words({})))
    seconds = time.perf_counter() - began
    manifest = store.manifest(SOURCE, on)
    assert manifest is not None
    shutil.rmtree(copy)
    return Measured(seconds={"all": seconds}, result=manifest.erased[0].profiles)


def rewritten(folder: Path) -> Measured:
    """Write both files anew with another id in the rows of these people."""
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
        seconds = time.perf_counter() - began
        counted = f"SELECT count(*) FROM '{folder / 'new-profiles.parquet'}' WHERE id = 'erased'"
        (changed,) = bare.execute(counted).fetchall()[0]
    return Measured(seconds={"all": seconds}, result=changed)


def _ids(folder: Path) -> list[str]:
    place = Store(folder / "store").path(SOURCE, generate.FIRST_DAY)
    ids = pq.read_table(place / "profiles.parquet", columns=["id"])["id"].to_pylist()
    return ids[::PART]
