"""Layouts of services that answer with profiles as pages show them."""

import json
from pathlib import Path
from typing import Any

import pytest
from formats import DAY, FORMATS
from test_mutated_files import people
from test_nested_json import OF_JSON

from monitor.base.settings import Layout
from monitor.intake.sources.nested import RecordMapping
from monitor.intake.sources.nested.layouts import layout_of, named_layouts
from monitor.scaffold.json_records import json_export

ADA = {
    "brightdata": {
        ("Acme", None, "2023-03", "Present"),
        ("Acme", None, "2021-01", "2023-03"),
        ("Beta Works", None, "2018-06", "2020-12"),
    },
    "proxycurl": {
        ("Acme", None, "2021-03-01", None),
        ("Beta Works", None, "2018-06-01", "2021-02-28"),
    },
    "apollo": {
        ("Acme", None, "2021-03-01", None),
        ("Beta Works", None, "2018-06-01", "2021-02-01"),
    },
    "apify": {
        ("Acme", None, "2023-03", None),
        ("Acme", None, "2021-01", "2023-03"),
        ("Beta Works", None, "2018-06", "2020-12"),
    },
}
BEN = {
    "brightdata": {("Beta Works", None, None, None)},
    "proxycurl": {("Beta Works", None, "2019", None)},
    "apollo": {("Beta Works", None, None, None)},
    "apify": {("Beta Works", None, "2019", None)},
}


def positions(name: str, record: Any) -> list[dict[str, Any]]:
    """The positions of a record by a shipped layout."""
    found: list[dict[str, Any]] = RecordMapping(named_layouts()[name].fields).profile(record)[
        "positions"
    ]
    return found


@pytest.mark.parametrize("name", ADA)
def test_the_jobs_of_a_profile_are_read_with_those_inside_of_others(name: str) -> None:
    """A school is none; whoever has no history is at the company of today."""
    (path,) = [one.path for one in FORMATS if one.file == f"{name}-{DAY}.json"]
    found, errors = people(path, Layout(layout=name))
    assert not errors
    assert list(found.values()) == [ADA[name], BEN[name]]


@pytest.mark.parametrize("name", ADA)
def test_no_other_layout_takes_the_records_of_a_service(name: str) -> None:
    """A record is of one service, and `init` finds its layout."""
    (path,) = [one.path for one in FORMATS if one.file == f"{name}-{DAY}.json"]
    export = json_export(path, Layout())
    assert export.layout.layout == name
    content = json.loads(path.read_text("utf-8"))
    record = (
        content if isinstance(content, list) else content.get("people") or content["employees"]
    )[0]
    assert [one.name for one in named_layouts().values() if one.fits(record)] == [name]


def test_every_layout_of_json_has_a_sample() -> None:
    """Here or in vendors.json."""
    of_json = {name for name, layout in named_layouts().items() if layout.text is None}
    assert of_json == {*OF_JSON, *ADA}


def test_jobs_inside_of_a_job_without_any_are_the_job_itself() -> None:
    """An empty list, or a list of nothing that is a job, leaves it as it is."""
    for inside in ([], None, ["x"]):
        record = {"id": "a", "experience": [{"company": "Acme", "positions": inside}]}
        assert positions("brightdata", record) == [{"organization": "Acme"}]
    assert positions("brightdata", {"id": "a", "experience": None}) == []
    assert positions("brightdata", {"id": "a", "experience": "none"}) == []


@pytest.mark.parametrize(
    "record",
    [
        {
            "id": 1,
            "full_name": "Ada",
            "experience": [{"company": "urn:x", "company_name": "Acme", "start_date": "2020"}],
        },
        {"id": 1, "employment_history": [{"employer": "Acme"}]},
        {"id": 1, "experiences": [{"title": "Head", "company": "Acme"}]},
    ],
)
def test_records_of_another_service_are_not_taken_for_one_of_these(record: Any) -> None:
    """Keys that many have tell nothing."""
    assert layout_of([record]) is None


@pytest.mark.parametrize(
    "record",
    [
        {"public_identifier": "ada", "experiences": [], "full_name": "Ada"},
        {"linkedin_profile_url": "x", "profile": {"public_identifier": "a", "experiences": []}},
    ],
)
def test_a_profile_is_read_by_itself_or_beside_its_address(record: Any) -> None:
    """As the endpoints answer."""
    layout = layout_of([record])
    assert layout is not None
    assert layout.name == "proxycurl"


def test_init_takes_a_truth_value_for_whether_a_job_goes_on(tmp_path: Path) -> None:
    """Where its key says so; other truth values say only that there is something."""
    path = tmp_path / "2025-06-14.json"
    path.write_text(
        '[{"id": 1, "full_name": "Ada", "is_premium": true, "jobs": [{"employer": "Acme",'
        ' "is_current": false, "remote": true, "title": "Head"}]}]',
        encoding="utf-8",
    )
    fields = json_export(path, Layout()).layout.fields
    assert fields["current"] == "is_current"
    assert not {"is_premium", "remote"} & set(fields.values())
