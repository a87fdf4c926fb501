"""Columns that answer yes or no: whether a position goes on, or is finished."""

import json
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_mutated_files import people

from monitor.base.records import Observation
from monitor.base.settings import Layout
from monitor.intake.preview import opened_preview
from monitor.intake.remarks import remarks
from monitor.intake.sources.files import Files
from monitor.intake.sources.nested import RecordMapping
from monitor.scaffold.guessing.columns import understood


def flags(path: Path, layout: Layout) -> list[tuple[object, object]]:
    """By position: whether it is said to go on, and its end."""
    (one,) = Files(source="s", paths=[path], layout=layout).observations()
    assert isinstance(one, Observation), one
    with one.open() as stream:
        profiles = [json.loads(line) for line in stream if line.strip()]
    return [
        (position.get("current"), position.get("end"))
        for profile in profiles
        for position in profile["positions"]
    ]


@pytest.mark.parametrize(
    ("heading", "cells", "expected"),
    [
        ("Current", ["yes", "no"], [True, False]),
        ("Is current", ["TRUE", "FALSE"], [True, False]),
        ("Is Current?", ["1", "0"], [True, False]),
        ("Aktuell", ["ja", "Nein"], [True, False]),
        ("Actuel", ["oui", "non"], [True, False]),
        ("Currently works here?", ["Yes", "No"], [True, False]),
        ("Still there", ["y", "n"], [True, False]),
        ("Employee Status", ["Active", "Terminated"], [True, False]),
        ("Finished", ["no", "yes"], [True, False]),
        ("Finished", ["0", "1"], [True, False]),
        ("Ended", ["nein", "ja"], [True, False]),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_an_answer_says_whether_a_position_goes_on(
    tmp_path: Path, heading: str, cells: list[str], expected: list[bool], kind: str
) -> None:
    """In every language, and also where it is said that one is finished."""
    names = ["Person Id", "Company", heading]
    rows = [["a", "Acme", cells[0]], ["b", "Beta", cells[1]]]
    layout = understood(names, rows, Layout()).layout
    path = tmp_path / f"2025-06-14.{kind}"
    if kind == "csv":
        text = "".join(",".join(row) + "\n" for row in [names, *rows])
        path.write_text(text, encoding="utf-8")
    else:
        columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
        pq.write_table(pa.table(columns), path)
    assert flags(path, layout) == [(expected[0], None), (expected[1], None)]
    assert not people(path, layout)[1]


@pytest.mark.parametrize(
    "heading",
    ["Currently looking for a job", "Still interested", "Currently works remotely", "Active"],
)
def test_a_question_of_something_else_does_not_say_so(heading: str) -> None:
    """A no to it is no departure."""
    layout = understood(["Person Id", "Company", heading], [["a", "Acme", "no"]], Layout()).layout
    assert "current" not in layout.columns


@pytest.mark.parametrize(
    ("names", "status", "read"),
    [
        (["Name", "Company", "Status"], ["Active", "Terminated"], True),
        (["Name", "Firma", "Status"], ["aktiv", "in Elternzeit"], True),
        (["Name", "Company", "Status"], ["Active - Full Time", "Deceased"], True),
        (["Employee ID", "Company", "Status"], ["Active", "Inactive"], True),
        (["Name", "Company", "Status"], ["Active", "Inactive"], False),
        (["Candidate", "Company", "Status"], ["Active", "Rejected"], False),
        (["Name", "Company", "Employee Status"], ["A", "T"], False),
        (["Name", "Company", "Employment Status"], ["Full-Time", "Terminated"], True),
    ],
)
def test_a_status_is_read_where_it_is_surely_of_employees(
    names: list[str], status: list[str], read: object
) -> None:
    """Its words tell, or the table does: an inactive contact has not left their employer."""
    rows = [["a", "Acme", status[0]], ["b", "Beta", status[1]]]
    assert ("current" in understood(names, rows, Layout()).layout.columns) is read


def test_of_two_statuses_the_one_that_says_who_is_gone_is_read() -> None:
    """A kind of employment is one of whoever is employed."""
    names = ["Employee ID", "Company", "Employment Status", "Status"]
    rows = [["a", "Acme", "Full-Time", "Active"], ["b", "Acme", "Full-Time", "Inactive"]]
    assert understood(names, rows, Layout()).layout.columns["current"] == "Status"


def test_a_cell_that_is_no_answer_costs_itself_alone(tmp_path: Path) -> None:
    """In a table and in JSON, and it is said."""
    rows = [("a", "yes"), ("b", "no"), ("c", "perhaps"), ("d", "perhaps")]
    table = tmp_path / "2025-06-14.csv"
    text = "".join(f"{name},Acme,{answer}\n" for name, answer in rows)
    table.write_text(f"id,organization,current\n{text}", encoding="utf-8")
    records = tmp_path / "2025-06-14.json"
    listed = [{"id": name, "organization": "Acme", "now": answer} for name, answer in rows]
    records.write_text(json.dumps(listed), encoding="utf-8")
    fields = {"id": "id", "organization": "organization", "current": "now"}
    for path, layout in ((table, Layout()), (records, Layout(fields=fields))):
        assert flags(path, layout) == [(True, None), (False, None), (None, None), (None, None)]
        with opened_preview(Files(source="s", paths=[path], layout=layout).observations()) as seen:
            said = remarks(seen.manifest, None)
        assert "2 of the cells of `current` say neither yes nor no ('perhaps')" in "".join(said)


def test_an_end_that_is_no_answer_stays_one(tmp_path: Path) -> None:
    """A date is a date, a word for what goes on is one, and an answer beside it stands."""
    path = tmp_path / "2025-06-14.csv"
    path.write_text(
        "id,organization,end,current\n"
        "a,Acme,2024-01,\nb,Acme,current,\nc,Acme,active,\nd,Acme,yes,yes\ne,Acme,,maybe\n",
        encoding="utf-8",
    )
    assert flags(path, Layout()) == [
        *((None, "2024-01"), (None, "current"), (None, "active"), (True, None), (None, None))
    ]


@pytest.mark.parametrize(
    ("record", "current"),
    [({"now": "Oui"}, True), ({"now": 0}, False), ({"now": True}, True), ({"done": "no"}, True)],
)
def test_a_record_answers_in_the_same_words(record: Mapping[str, object], current: object) -> None:
    """In texts, numbers and truth values."""
    fields = {"id": "id", "organization": "org", "current": "now", "end": "done"}
    (position,) = RecordMapping(fields).profile({"id": "a", "org": "Acme", **record})["positions"]
    assert position["current"] is current
    assert "end" not in position
