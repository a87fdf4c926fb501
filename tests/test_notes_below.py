"""Lines below a table that say something of the list, and are nobody."""

import json
from pathlib import Path

import pytest

from monitor.base.records import Observation
from monitor.base.settings import Layout
from monitor.intake.sources.files import Files

IDS = "Employee ID,Full Name,Company\n1,Ada Aal,Acme\n2,Bob Baum,Acme\n3,Cy Cole,Acme\n"
NAMES = "Full Name,Company\nAda Aal,Acme\nBob van Baum,Acme\nCole Jr.,Acme\n"


def read(folder: Path, text: str) -> tuple[int, int, list[str]]:
    """Count the people of a file and what is set aside, and quote its notes."""
    path = folder / "2025-06-30.csv"
    path.write_text(text, encoding="utf-8")
    first = text.partition(",")[0]
    columns = {"id": first, "name": "Full Name", "organization": "Company"}
    (one,) = Files(source="s", paths=[path], layout=Layout(columns=columns)).observations()
    assert isinstance(one, Observation), one
    with one.open() as stream:
        profiles = [json.loads(line) for line in stream if line.strip()]
    people = sum(isinstance(profile["positions"], list) for profile in profiles)
    return people, len(profiles) - people, list(one.form.notes)


@pytest.mark.parametrize("table", [IDS, NAMES])
@pytest.mark.parametrize(
    "below",
    [
        *("Total: 3\n", "\nGenerated on 2025-06-30\n", "3 employees\n\n", "Confidential (Acme)\n"),
        *("Total: 3,\n", "\n\n(3 rows affected)\n", "Page 1 of 1\nSource: Example\n", "Total: 3"),
    ],
)
def test_a_note_below_a_table_is_nobody_and_no_fault(
    tmp_path: Path, table: str, below: str
) -> None:
    """It is said with its line; a small list is not suspect by it."""
    lines = below.strip().splitlines()
    first = 5 + below.index(lines[0])  # of empty lines above it
    said = [f"line {first + more}: {line.rstrip(',')!r}" for more, line in enumerate(lines)]
    assert read(tmp_path, table + below) == (3, 0, said)


@pytest.mark.parametrize(
    ("table", "below"),
    [(IDS, "4,,\n"), (NAMES, "Di Dahl,\n"), (IDS, "4"), (NAMES, "Di Da"), (NAMES, "Di Dahl\n")],
)
def test_what_may_be_a_person_is_no_note(tmp_path: Path, table: str, below: str) -> None:
    """A row with nothing but who, and one that is cut off, are taken in or set aside."""
    people, rejected, notes = read(tmp_path, table + below)
    assert (people + rejected, notes) == (4, [])


def test_a_line_of_one_cell_between_rows_is_a_row(tmp_path: Path) -> None:
    """Only what stands below all rows is a note."""
    assert read(tmp_path, f"{IDS}Total: 3\n4,Di Dahl,Acme\n") == (4, 1, [])
