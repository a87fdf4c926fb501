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


def test_an_end_that_is_no_answer_stays_one(tmp_path: Path) -> None:
    """A date is a date, a word for what goes on is one, and an answer beside it stands."""
    path = tmp_path / "2025-06-14.csv"
    path.write_text(
        "id,organization,end,current\n"
        "a,Acme,2024-01,\nb,Acme,current,\nc,Acme,active,\nd,Acme,yes,yes\ne,Acme,,maybe\n",
        encoding="utf-8",
    )
    assert flags(path, Layout()) == [
        *((None, "2024-01"), (None, "current"), (None, "active"), (True, None), ("maybe", None))
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
