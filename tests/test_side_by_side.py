"""Tables that have several positions of a person side by side in one row."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from formats import previewed
from test_init import talentwatch

from monitor.base.records import Observation
from monitor.base.settings import Layout, load_settings
from monitor.intake.sources.columns import with_names
from monitor.intake.sources.files import Files
from monitor.intake.sources.numbered import first_place, places_of
from monitor.scaffold.guessing.columns import understood

CAREER = [
    ("Acme", "Head", "2021-03", ""),
    ("Beta", "Clerk", "2018-01", "2021-02"),
    ("Gamma", "Aide", "2015-05", "2017-12"),
]
SPELLINGS = [
    ["Company 1", "Title 1", "Start 1", "End 1"],
    ["Employer", "Job Title", "Start Date", "End Date"],
    ["experience[0].company", "experience[0].title", "experience[0].start", "experience[0].end"],
    ["job_1_company", "job_1_title", "job_1_start_date", "job_1_end_date"],
    ["Organization 1 - Name", "Organization 1 - Title", "Start 1", "End 1"],
]


def headings(of_first: Sequence[str], number: int) -> list[str]:
    """The headings of one more position, as those of the first one are written."""
    if of_first[0] == "Employer":
        return [f"{name} ({number + 1})" for name in of_first]
    first = "0" if "[0]" in of_first[0] else "1"
    return [name.replace(first, str(int(first) + number)) for name in of_first]


def profiles(path: Path, layout: Layout) -> list[dict[str, Any]]:
    """Who is in a file."""
    (one,) = Files(source="s", paths=[path], layout=layout).observations()
    assert isinstance(one, Observation), one
    with one.open() as stream:
        return [json.loads(line) for line in stream if line.strip()]


def written(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A table of that kind."""
    if path.suffix == ".parquet":
        columns = list(map(list, zip(*rows[1:], strict=True)))
        pq.write_table(pa.table(dict(zip(rows[0], columns, strict=True))), path)
        return path
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


@pytest.mark.parametrize("of_first", SPELLINGS)
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_several_positions_in_one_row_are_those_of_one_person(
    tmp_path: Path, of_first: list[str], suffix: str
) -> None:
    """However they are counted, and however many of them somebody has."""
    names = ["Person Id", "Full Name", *(n for k in range(3) for n in headings(of_first, k))]
    rows = [
        ["a", "Ada Ex", *(cell for job in CAREER for cell in job)],
        ["b", "Ben Ex", "Delta", "Head", "2020", "", *[""] * 8],
    ]
    layout = understood(names, rows, Layout()).layout
    path = written(tmp_path / f"2025-06-14{suffix}", [names, *rows])
    ada, ben = profiles(path, layout)
    assert [
        tuple(position.get(field, "") for field in ("organization", "title", "start", "end"))
        for position in ada["positions"]
    ] == CAREER
    assert [position["organization"] for position in ben["positions"]] == ["Delta"]
    assert (ada["id"], ada["name"]) == ("a", "Ada Ex")


def test_a_former_company_beside_the_present_one_is_over(tmp_path: Path) -> None:
    """Unless its dates say more."""
    names = ["profileUrl", "companyName", "jobTitle", "dates", "previousCompanyName"]
    names += ["previousJobTitle", "previousDates"]
    rows = [
        ["a", "Acme", "Head", "Jan 2021 - Present", "Beta", "Aide", ""],
        ["b", "Acme", "Clerk", "Jan 2022 - Present", "Gamma", "Aide", "May 2018 - Dec 2021"],
    ]
    layout = understood(names, rows, Layout()).layout
    path = written(tmp_path / "2025-06-14.csv", [names, *rows])
    of_a, of_b = (profile["positions"] for profile in profiles(path, layout))
    assert of_a[1] == {"organization": "Beta", "title": "Aide", "current": False}
    assert of_b[1] == {
        "organization": "Gamma", "title": "Aide", "start": "2018-05", "end": "2021-12"
    }  # fmt: skip


def test_positions_without_dates_are_over_but_for_the_first(tmp_path: Path) -> None:
    """Nothing says when they ended; with a column of ends an empty one goes on."""
    layout = Layout(columns={"organization": "Firm {n}"})
    path = written(tmp_path / "2025-06-14.csv", [["id", "Firm 1", "Firm 2"], ["a", "Acme", "Beta"]])
    assert [position.get("current") for position in profiles(path, layout)[0]["positions"]] == [
        *(None, False)
    ]
    layout = Layout(columns={"organization": "Firm {n}", "end": "End {n}"})
    names = ["id", "Firm 1", "End 1", "Firm 2", "End 2"]
    path = written(tmp_path / "2025-06-15.csv", [names, ["a", "Acme", "", "Beta", ""]])
    assert [position.get("current") for position in profiles(path, layout)[0]["positions"]] == [
        *(None, None)
    ]


def test_whoever_has_no_position_in_the_row_has_no_employer(tmp_path: Path) -> None:
    """As in a table with a row for each."""
    layout = Layout(columns={"organization": "Firm {n}"})
    rows = [["id", "name", "Firm 1", "Firm 2"], ["a", "Ada", "", ""], ["b", "Ben", "", "Beta"]]
    of_a, of_b = (
        one["positions"] for one in profiles(written(tmp_path / "2025-06-14.csv", rows), layout)
    )
    assert of_a == [{}]
    assert of_b == [{"current": False, "organization": "Beta"}]


def test_the_error_of_a_formula_in_a_further_organization_costs_the_row(tmp_path: Path) -> None:
    """Whether somebody left it is not known."""
    layout = Layout(columns={"organization": "Firm {n}"})
    rows = [["id", "Firm 1", "Firm 2"], ["a", "Acme", "#REF!"], ["b", "Acme", "Beta"]]
    preview = previewed(written(tmp_path / "2025-06-14.csv", rows), layout)
    assert (preview.manifest.profiles, preview.manifest.rejected) == (1, 1)


def test_names_as_ids_may_have_several_positions_in_their_row(tmp_path: Path) -> None:
    """Two rows of one name are still two people where nothing says when positions ended."""
    layout = Layout(columns={"id": "name", "organization": "Firm {n}"})
    rows = [["name", "Firm 1", "Firm 2"], ["Ada", "Acme", "Beta"], ["Ben", "Acme", "Beta"]]
    rows += [["Ben", "Delta", "Beta"]]
    preview = previewed(written(tmp_path / "2025-06-14.csv", rows), layout)
    assert (preview.manifest.profiles, preview.manifest.positions) == (1, 2)


@pytest.mark.parametrize(
    ("names", "organization"),
    [
        (["Id", "Org Level 1", "Org Level 2", "Company"], "Company"),
        (["Id", "Company", "Address 1", "Address 2"], "Company"),
        (["Id", "Company 1"], "Company 1"),
        (["Id", "Company", "Former Name"], "Company"),
    ],
)
def test_numbers_of_something_else_make_no_positions(names: list[str], organization: str) -> None:
    """A level, a line of an address, or a number that stands alone."""
    rows = [[f"{name}-{number}" for name in names] for number in range(3)]
    columns = understood(names, rows, Layout()).layout.columns
    assert columns.get("organization", "Company") == organization


def test_columns_are_counted_in_their_order() -> None:
    """Nothing before numbers, numbers by their size, former ones last; others are none of them."""
    names = ["Employer (10)", "Employer (2)", "Employers", "Employer", "Previous Employer"]
    assert list(places_of("{n} Employer", names)) == ["", "previous"]
    assert list(places_of("Employer ({n})", names)) == ["", "2", "10"]
    assert first_place("Employer {n}", names[:2]) is None


@pytest.mark.slow
def test_init_finds_them_and_a_run_the_move(tmp_path: Path) -> None:
    """The configuration says so with {n}, and shows each of the columns."""
    names = ["Person Id", *(name for k in range(3) for name in headings(SPELLINGS[0], k))]
    old, none = ["Old", "Aide", "2018", "2021-02"], [""] * 4
    rows = [[f"p{n}", f"Firm {n % 4}", "Head", "2021-03", "", *old, *none] for n in range(12)]
    first = written(tmp_path / "2025-05-01.csv", [names, *rows])
    said = talentwatch("init", tmp_path / "watch", "--from", first).stdout
    assert "12 profiles with 24 positions" in said
    assert "Company 2" in said.partition("In it")[0]
    config = tmp_path / "watch" / "config.toml"
    assert load_settings(config).sources["people"].columns["organization"] == "Company {n}"
    rows[5] = ["p5", "Firm 3", "Chief", "2025-05", "", *rows[5][1:4], "2025-04", *old]
    written(tmp_path / "watch" / "inbox" / "people" / "2025-06-01.csv", [names, *rows])
    ran = talentwatch("run", "--config", config, "--now", "2025-06-02").stdout
    assert "1 new move" in ran


def test_headings_that_are_repeated_are_those_of_further_positions(tmp_path: Path) -> None:
    """Company, Title, Company, Title: nobody has numbered them, and all are read."""
    heading = ["Person Id", *["Company", "Title", "Start", "End"] * len(CAREER)]
    row = ["p1", *(cell for position in CAREER for cell in position)]
    layout = understood(with_names(heading), [row], Layout()).layout
    (profile,) = profiles(written(tmp_path / "2025-06-14.csv", [heading, row]), layout)
    organizations = [position["organization"] for position in profile["positions"]]
    assert organizations == [organization for organization, *_ in CAREER]
