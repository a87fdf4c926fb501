"""Taking in one list of staff in each kind of file: the product's side."""

import shutil
import time
from datetime import date
from pathlib import Path

import duckdb
import xlsxwriter
from measured import Measured

from monitor.base.records import Observation
from monitor.base.settings import Layout
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files

POSITIONS = (Path(__file__).resolve().parent / "file_formats.sql").read_text(encoding="utf-8")
AS_VENDOR = """
SELECT
    id,
    name AS full_name,
    'linkedin.com/in/' || id AS linkedin_url,
    list({
        'company': {'name': organization, 'size': '51-200', 'location': {'name': 'berlin'}},
        'title': {'name': title, 'levels': ['senior']},
        'start_date': strftime(start, '%Y-%m'),
        'end_date': strftime("end", '%Y-%m'),
        'is_primary': "end" IS NULL,
        'location_names': ['berlin, germany']
    } ORDER BY start DESC) AS experience
FROM positions GROUP BY ALL ORDER BY id
"""


def _positions(count: int) -> duckdb.DuckDBPyConnection:
    bare = duckdb.connect()
    bare.execute(POSITIONS, {"positions": count})
    return bare


def prepare_vendor(folder: Path, positions: int) -> None:
    with _positions(positions) as bare:
        bare.execute(f"COPY ({AS_VENDOR}) TO '{folder / '2024-01-01.jsonl'}' (FORMAT json)")


def prepare_csv(folder: Path, positions: int) -> None:
    with _positions(positions) as bare:
        bare.execute(f"COPY positions TO '{folder / '2024-01-01.csv'}' (HEADER)")


def prepare_parquet(folder: Path, positions: int) -> None:
    with _positions(positions) as bare:
        bare.execute(f"COPY positions TO '{folder / '2024-01-01.parquet'}'")


def prepare_xlsx(folder: Path, positions: int) -> None:
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    with (
        _positions(positions) as bare,
        xlsxwriter.Workbook(folder / "2024-01-01.xlsx", options) as book,
    ):
        sheet = book.add_worksheet()
        found = bare.execute("SELECT * FROM positions")
        sheet.write_row(0, 0, [column[0] for column in found.description])
        for number, row in enumerate(found.fetchall(), 1):
            sheet.write_row(number, 0, row)


def take_vendor(folder: Path) -> Measured:
    """Take in nested records of a vendor; what comes of them are profiles."""
    return _take_in(folder / "2024-01-01.jsonl", Layout(layout="peopledatalabs"), "profiles")


def take_csv(folder: Path) -> Measured:
    """Take in a table of text; what comes of it are positions."""
    return _take_in(folder / "2024-01-01.csv", Layout(), "positions")


def take_parquet(folder: Path) -> Measured:
    """Take in a typed table."""
    return _take_in(folder / "2024-01-01.parquet", Layout(), "positions")


def take_xlsx(folder: Path) -> Measured:
    """Take in a spreadsheet."""
    return _take_in(folder / "2024-01-01.xlsx", Layout(), "positions")


def _take_in(path: Path, layout: Layout, counted: str) -> Measured:
    """Checksum, read, validate and store a file, as a cycle does."""
    root = path.parent / "store"
    began = time.perf_counter()
    files = Files(source="bench", paths=[path], observed_on=date(2024, 1, 1), layout=layout)
    (seen,) = (
        observation for observation in files.observations() if isinstance(observation, Observation)
    )
    known = time.perf_counter()
    manifest = Store(root).write(seen)
    done = time.perf_counter()
    assert manifest.rejected == 0, manifest
    shutil.rmtree(root)
    return Measured(
        seconds={"all": done - began},
        result=getattr(manifest, counted),
        spent={"checksum": known - began, "Store.write": done - known},
    )
