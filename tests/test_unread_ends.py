"""Columns and keys that may say who left: empty until somebody does, or new in a later file."""

import json
from pathlib import Path

from monitor.base.records import Observation
from monitor.base.settings import Layout
from monitor.intake.sources.files import Files
from monitor.scaffold.json_records import json_export

RECORD = {"id": 1, "job": {"company": {"name": "Acme"}, "period": {"start": "2020", "end": None}}}


def unused(path: Path, layout: Layout) -> dict[str, list[str]]:
    """What a file has for fields that are not read."""
    (one,) = Files(source="s", paths=[path], layout=layout).observations()
    assert isinstance(one, Observation), one
    with one.open() as stream:
        stream.read()
    return {field: list(names) for field, names in one.form.unused.items()}


def test_init_takes_a_key_inside_of_an_object_that_is_null_in_every_record(tmp_path: Path) -> None:
    """As it takes an empty column: ends are null until somebody leaves."""
    path = tmp_path / "2025-06-30.json"
    path.write_text(json.dumps([RECORD]), encoding="utf-8")
    fields = json_export(path, Layout()).layout.fields
    assert (fields["start"], fields["end"]) == ("job.period.start", "job.period.end")


def test_an_object_that_is_null_in_some_records_is_no_empty_column(tmp_path: Path) -> None:
    """What is in it elsewhere says more."""
    path = tmp_path / "2025-06-30.json"
    path.write_text(json.dumps([RECORD, {"id": 2, "job": None}]), encoding="utf-8")
    assert json_export(path, Layout()).layout.fields["organization"] == "job.company.name"


def test_a_key_that_comes_later_and_may_be_the_end_is_said(tmp_path: Path) -> None:
    """Also inside of an object, and a status; what is read is not said."""
    path = tmp_path / "2025-07-31.json"
    records = [{"id": 1, "org": "Acme", "dates": {"endDate": "2025-07-01"}, "isCurrent": False}]
    path.write_text(json.dumps(records), encoding="utf-8")
    fields = {"id": "id", "organization": "org"}
    layout = Layout(fields=fields)
    assert unused(path, layout) == {"current": ["isCurrent"], "end": ["endDate"]}
    assert unused(path, Layout(fields={**fields, "end": "dates.endDate"})) == {
        "current": ["isCurrent"]
    }


def test_a_column_that_comes_later_and_may_be_the_end_is_said(tmp_path: Path) -> None:
    """Unless the source says that it is none."""
    path = tmp_path / "2025-07-31.csv"
    path.write_text("id,organization,Leaving Date\n1,Acme,2025-07-01\n", encoding="utf-8")
    assert unused(path, Layout()) == {"end": ["Leaving Date"]}
    assert unused(path, Layout(columns={"end": False})) == {}
    assert unused(path, Layout(columns={"end": "Leaving Date"})) == {}
