"""The named baselines: bare DuckDB, hand-written, with nothing of talentwatch imported."""

import hashlib
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import python_calamine

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """As `measured.Measured`, without the product's memory behind its import."""

    seconds: dict[str, float]
    result: object
    spent: dict[str, float] = field(default_factory=dict)


def copy_json(folder: Path) -> Measured:
    """Read JSON Lines and write them as they are, nested, as Parquet."""
    lines, copied = folder / "2024-01-01.jsonl", folder / "copied.parquet"
    with duckdb.connect() as bare:
        began = time.perf_counter()
        counted = bare.execute(
            f"COPY (SELECT * FROM read_json('{lines}', format = 'newline_delimited'))"
            f" TO '{copied}' (FORMAT parquet)"
        ).fetchall()
        seconds = time.perf_counter() - began
    size = copied.stat().st_size
    copied.unlink()
    return Measured(seconds={"all": seconds}, result=counted[0][0], spent={"MB": size / 1e6})


def copy_vendor(folder: Path) -> Measured:
    """Read nested records of a vendor and write them as they are."""
    return _copied(folder, "read_json('{path}', format = 'newline_delimited')", "2024-01-01.jsonl")


def copy_csv(folder: Path) -> Measured:
    """Read a table of text and write its rows."""
    return _copied(folder, "read_csv('{path}')", "2024-01-01.csv")


def copy_parquet(folder: Path) -> Measured:
    """Read a typed table and write its rows."""
    return _copied(folder, "read_parquet('{path}')", "2024-01-01.parquet")


def _copied(folder: Path, reader: str, name: str) -> Measured:
    copied = folder / "copied.parquet"
    source = reader.format(path=folder / name)
    with duckdb.connect() as bare:
        began = time.perf_counter()
        counted = bare.execute(f"COPY (FROM {source}) TO '{copied}' (FORMAT parquet)").fetchall()
        seconds = time.perf_counter() - began
    copied.unlink()
    return Measured(seconds={"all": seconds}, result=counted[0][0])


def read_xlsx(folder: Path) -> Measured:
    """Read a spreadsheet into rows: DuckDB's reader is an extension that has to be fetched."""
    began = time.perf_counter()
    with python_calamine.CalamineWorkbook.from_path(folder / "2024-01-01.xlsx") as book:
        rows = book.get_sheet_by_index(0).to_python()
    seconds = time.perf_counter() - began
    return Measured(seconds={"all": seconds}, result=len(rows) - 1)


def careers(folder: Path) -> Measured:
    """Read dated careers and write the times at organisations, and the moves between them."""
    text = (HERE / "careers.sql").read_text(encoding="utf-8")
    made = folder / "made.duckdb"
    with duckdb.connect(str(made)) as bare:
        bare.execute(text.replace("{path}", str(folder / "2024-01-01.jsonl")))
        counted = bare.execute(
            "SELECT (SELECT count(*) FROM tenures), (SELECT count(*) FROM moves)"
        ).fetchall()
    made.unlink()
    return Measured(seconds={"all": sum(os.times()[:4])}, result=list(counted[0]))


def join_hashes(folder: Path) -> Measured:
    """Join the ids and content hashes of two stored snapshots, and keep what differs."""
    days = sorted((folder / "store" / "bench").glob("*/profiles.parquet"))
    before, after = days
    with duckdb.connect() as bare:
        began = time.perf_counter()
        bare.execute(
            f"CREATE TEMP TABLE changed AS SELECT id FROM '{before}' AS before"
            f" FULL JOIN '{after}' AS after USING (id)"
            " WHERE before.content IS DISTINCT FROM after.content"
        )
        seconds = time.perf_counter() - began
        counted = bare.execute("SELECT count(*) FROM changed").fetchall()
    return Measured(seconds={"find": seconds, "all": seconds}, result=counted[0][0])


def one_statement(folder: Path) -> Measured:
    """Match 1,000 rules with the moves and sweep them, in one statement over plain tables.

    DuckDB may hold as much memory as the product lets it.
    """
    text = (HERE / "sweep.sql").read_text(encoding="utf-8")
    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "4GiB"}
    with duckdb.connect(str(folder / "plain.duckdb"), read_only=True, config=config) as bare:
        began = time.perf_counter()
        episodes = bare.execute(text).fetchall()
        seconds = time.perf_counter() - began
    told = "\n".join(f"{rule} {group} {a} {z} {peak}" for rule, group, a, z, peak in episodes)
    return Measured(
        seconds={"sweep": seconds, "all": seconds},
        result=[len(episodes), hashlib.sha256(told.encode()).hexdigest()],
    )
