"""Columns of tables are found though headings change, and a line that was cut is no row."""

import json
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_exports import begun
from test_init import talentwatch
from test_sources import read

from monitor.base.errors import FileRefused, SourceError
from monitor.base.profile import FileForm
from monitor.base.records import Observation
from monitor.base.settings import Layout
from monitor.intake.sources.cells import LAST_BLANK, stripped
from monitor.intake.sources.columns import describe, find_columns
from monitor.intake.sources.files import Files

COLUMNS = {
    "id": "Employee #",
    "name": ["First Name", "Last Name"],
    "organization": ["Agency", "agency_name", "Department"],
    "title": ["Job Title", "Position"],
}


def table(tmp_path, heading: str, *rows: str):
    path = tmp_path / "2025-01-01.csv"
    path.write_text("\n".join([heading, *rows, ""]))
    return path


def first(path, **layout):
    return read(path, columns=COLUMNS, **layout)[0][1]


@pytest.mark.parametrize(
    "heading",
    [
        "Employee #,First Name,Last Name,Agency,Job Title",
        "EMPLOYEE #,FIRST NAME,LAST NAME,AGENCY,JOB TITLE",
        "employee_number,first_name,last_name,agency_name,position",
        " Employee # ,First-Name,Last.Name,Agency Name,Position",
        "Employee #,First Name,Last Name,Department,Job Title",
    ],
)
def test_a_heading_may_be_written_otherwise_or_be_another_of_those_named(tmp_path, heading):
    """In any case and punctuation; of several spellings the first one that the file has."""
    profile = first(table(tmp_path, heading, "7,Ada,Ex,Acme,Chief"))
    assert profile == {
        "id": "7",
        "name": "Ada Ex",
        "positions": [{"organization": "Acme", "title": "Chief"}],
    }


def test_of_two_spellings_in_one_file_the_first_named_counts(tmp_path):
    """Whatever their order in the file; they are not joined."""
    heading = "Employee #,First Name,Last Name,Department,Agency"
    profile = first(table(tmp_path, heading, "7,Ada,Ex,Lab,Acme"))
    assert profile["positions"] == [{"organization": "Acme"}]


def test_a_column_that_is_not_needed_costs_its_field_alone(tmp_path):
    """Half a name is none."""
    profile = first(table(tmp_path, "Employee #,First Name,Agency", "7,Ada,Acme"))
    assert profile == {"id": "7", "positions": [{"organization": "Acme"}]}


@pytest.mark.parametrize(
    ("heading", "missing"),
    [
        ("First Name,Last Name,Agency", "'Employee #'"),
        ("Employee #,First Name,Last Name", "'Agency', 'Department', 'agency_name'"),
        ("EMPLOYEE #,employee_number,Agency", "'Employee #'"),
    ],
)
def test_a_table_that_does_not_say_who_or_where_is_refused(tmp_path, heading, missing):
    """Two columns that differ by case alone may be either: nobody guesses."""
    path = table(tmp_path, heading, "1,2,3")
    with pytest.raises(SourceError, match=f"no column {missing}; its columns are"):
        read(path, columns=COLUMNS)


def test_a_table_without_any_organisation_is_refused(tmp_path):
    """It would say of everybody that they have none."""
    with pytest.raises(SourceError, match="no column 'organization'"):
        read(table(tmp_path, "id,name", "p,Ada"))
    assert read(table(tmp_path, "id,name", "p,Ada"), constants={"organization": "Acme"})


@pytest.mark.parametrize("heading", ["ID,NAME,ORGANIZATION,TITLE", "Id,Name,Organization,Title"])
def test_our_own_names_are_found_in_any_case(tmp_path, heading):
    """As spreadsheets write them."""
    [(_, profile)] = read(table(tmp_path, heading, "p,Ada,Acme,Chief"))
    assert profile["positions"] == [{"organization": "Acme", "title": "Chief"}]


@pytest.mark.parametrize("heading", ["id,organization,Kind", "id,organization,CURRENT"])
def test_rare_names_of_ours_are_found_only_as_they_are(tmp_path, heading):
    """A column `Kind` of a personnel system is something else."""
    [(_, profile)] = read(table(tmp_path, heading, "p,Acme,no"))
    assert profile["positions"] == [{"organization": "Acme"}]


def test_headings_of_parquet_are_found_in_the_same_way(tmp_path):
    """The table has types beside names."""
    path = tmp_path / "2025-01-01.parquet"
    pq.write_table(pa.table({"EMPLOYEE_NUMBER": [7], "agency name": [" Acme\u00a0"]}), path)
    [(_, profile)] = read(path, columns=COLUMNS)
    assert profile == {"id": "7", "positions": [{"organization": "Acme"}]}


@pytest.mark.slow
def test_a_list_in_capitals_goes_on_where_the_one_before_ended(tmp_path):
    """A yearly list whose headings change their case: the one who moved is seen, nobody else."""
    rows = [f"F{n} Last{n},Eng,Org{n % 20},2018-01-01" for n in range(60)]
    before = ["Name,Job Title,Organization,Hire Date", *rows, "Ada Ex,Clerk,Acme,2019-05-01", ""]
    after = ["NAME, JOB TITLE ,ORGANIZATION,HIRE DATE", *rows, "Ada Ex,Clerk,Beta,2025-02-01", ""]
    config, _ = begun(tmp_path, "2025-04-01.csv", "\n".join(before).encode())
    (config.parent / "inbox/people/2025-05-01.csv").write_text("\n".join(after))
    done = talentwatch("run", "--config", config, "--now", "2025-05-02")
    assert ": 61 profiles, accepted" in done.stdout
    moves = talentwatch("moves", "--config", config, "--since", "2025-01-01").stdout
    assert "Beta" in moves
    assert moves.count("counted") == 1


# -- cells -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u3000", "\u2009", "\u200b", "\ufeff", "\t"])
def test_blanks_of_every_kind_around_a_cell_are_none_of_it(tmp_path, blank):
    """A cell of blanks is empty."""
    path = table(tmp_path, "id,name,organization,title", f"p,{blank},{blank}Acme Corp{blank},Dr")
    [(_, profile)] = read(path)
    assert profile == {"id": "p", "positions": [{"organization": "Acme Corp", "title": "Dr"}]}
    assert stripped(f"{blank}a{blank}b{blank}") == f"a{blank}b"


def test_no_blank_stands_behind_the_last_one():
    """All characters are not looked at anew at each start."""
    assert max(n for n in range(sys.maxunicode + 1) if chr(n).isspace()) == LAST_BLANK


ROWS = [f"p{number},Pers{number} Ex,Organisation {number % 7}" for number in range(20)]


@pytest.mark.parametrize(
    ("last", "is_row"),
    [
        ("q,Ada,Organis", False),
        ("q,Ada,Organisation 99", False),
        ("q,Ada,Organisation 3", True),
        ("q,Ada,Organisation 3\n", True),
        ("q,Ada,New\n", True),
        ("q,Ada,New\r\n", True),
        ('q,Ada,"New"', True),
        ('q,Ada,"Ne', False),
        ('q,Ada,"The ""New""', False),
        ("q,Ada", False),
        ("q,Ada,", False),
        ("q", False),
    ],
)
@pytest.mark.parametrize("more", [[], ["r0,Bo,Organisation 33"]])
def test_a_last_line_without_its_end_is_a_row_only_if_it_is_surely_whole(
    tmp_path, last, is_row, more
):
    """Its last cell stands elsewhere in the column, and begins nothing that does; or is closed."""
    path = tmp_path / "2025-01-01.csv"
    path.write_bytes("\n".join(["id,name,organization", *ROWS, *more, last]).encode())
    found = [profile for _, profile in read(path) if isinstance(profile["positions"], list)]
    also = last == "q,Ada,Organisation 3" and bool(more)
    assert (found[-1]["id"] == "q") is (is_row and not also)
    assert len(found) == len(ROWS) + len(more) + (is_row and not also)


def test_a_last_cell_that_is_not_read_may_be_cut(tmp_path):
    """A column of notes costs nobody."""
    path = tmp_path / "2025-01-01.csv"
    path.write_bytes(b"id,organization,note\np,Acme,fine\nq,Acme,fi")
    assert [profile["id"] for _, profile in read(path)] == ["p", "q"]


@pytest.mark.slow
def test_a_cut_file_moves_nobody(tmp_path):
    """The run says which line, and what to do if it is whole."""
    text = "\n".join(["id,name,organization", *ROWS, ""])
    config, _ = begun(tmp_path, "2025-01-01.csv", text.encode())
    cut = text.removesuffix("\n")[:-7]
    (config.parent / "inbox/people/2025-02-01.csv").write_text(cut)
    talentwatch("run", "--config", config, "--now", "2025-02-02")
    assert "counted" not in talentwatch("moves", "--config", config, "--since", "2025-01-15").stdout
    rejected = next((config.parent / "snapshots").rglob("2025-02-01*/rejected.jsonl"), None)
    assert rejected is not None
    assert "end the file with a line break" in rejected.read_text()


def test_several_spellings_of_what_is_joined_are_lists_in_a_list(tmp_path):
    """The first list counts of which the file has all columns, for an id and for a name."""
    columns = {
        "id": [["Employee #"], ["Emp No"], ["Unit", "Number"]],
        "name": [["Name"], ["First", "Last"]],
        "organization": "Agency",
    }
    for heading, row, who, name in (
        ("Employee #,Emp No,Name,Agency", "1,2,Ada Ex,Acme", "1", "Ada Ex"),
        ("EMP NO,First,Last,Agency", "2,Ada,Ex,Acme", "2", "Ada Ex"),
        ("Unit,Number,First,Agency", "A,7,Ada,Acme", "A 7", None),
    ):
        profile = read(table(tmp_path, heading, row), columns=columns)[0][1]
        assert (profile["id"], profile.get("name")) == (who, name)
    with pytest.raises(SourceError, match="no column 'Emp No', 'Employee #', 'Number'; "):
        read(table(tmp_path, "Unit,Name,Agency", "1,2,3"), columns=columns)


def test_a_table_without_a_heading_is_read_by_places(tmp_path):
    """Its first line is a row, whatever parts the cells."""
    columns = {"id": "column 1", "name": ["column 3", "column 2"], "organization": "column 4"}
    for sign in ",;\t|":
        rows = [sign.join(row) for row in (("7", "Ex", "Ada", "Acme"), ("8", "Ex", "Bo", "Beta"))]
        found = read(table(tmp_path, rows[0], *rows[1:]), columns=columns)
        assert [profile["name"] for _, profile in found] == ["Ada Ex", "Bo Ex"]
    with pytest.raises(SourceError, match="no column 'column 4'; its columns are 'column 1'"):
        read(table(tmp_path, "1,2,3", "1,2,3"), columns=columns)


def test_a_column_whose_heading_is_empty_is_called_by_its_place(tmp_path):
    """The table has a heading, since a column is named by it."""
    path = table(tmp_path, "Key,,Agency", "7,Ada,Acme")
    [(_, profile)] = read(path, columns={"id": "Key", "name": "column 2", "organization": "Agency"})
    assert profile["name"] == "Ada"


def test_init_begins_with_a_table_that_has_no_heading(tmp_path):
    """Whoever maps it says the places; the folder runs at once."""
    places = [f"--column={field}=column {n}" for field, n in (("id", 1), ("organization", 3))]
    content = "".join(f"{n},P{n},Org {n % 3}\n" for n in range(30)).encode()
    config, said = begun(tmp_path, "2025-04-01.csv", content, *places)
    assert "In it: 30 profiles with 30 positions at 3 organisations; 0 set aside." in said
    assert "30 profiles, baseline" in talentwatch("run", "--config", config).stdout
    assert "Its columns are '0', 'P0', 'Org 0'" in refused(tmp_path, "2025-05-01.csv", content)


def refused(tmp_path, name: str, content: bytes) -> str:
    path = tmp_path / name
    path.write_bytes(content)
    done = talentwatch("init", tmp_path / "other", "--from", path, code=2)
    return str(done.exception)


def staff(config, day: str, heading: str, *, columns: int = 3) -> None:
    rows = [",".join([f"e{n}", f"Org {n % 4}", "Clerk"][:columns]) for n in range(30)]
    (config.parent / f"inbox/people/{day}.csv").write_text("\n".join([heading, *rows, ""]))


@pytest.mark.slow
def test_a_missing_column_is_said_once_and_stays_in_status(tmp_path):
    """It costs its field alone, and no gate trips where few cells were filled."""
    config, _ = begun(tmp_path, "2025-04-01.csv", b"Id,Employer,Job Title\ne0,Org 0,\ne1,Org 1,\n")
    said = []
    for number, (heading, columns) in enumerate(
        [("Id,Employer", 2), ("Id,Employer", 2), ("Id,Employer,Job Title", 3)]
    ):
        staff(config, f"2025-05-0{number + 1}", heading, columns=columns)
        done = talentwatch("run", "--config", config, "--now", f"2025-05-0{number + 1}")
        said.append("no column 'Job Title' for `title`" in done.stdout)
        status = " ".join(talentwatch("status", "--config", config, code=None).stdout.split())
        assert ("lacks 'Job Title' (`title`)" in status) is (columns == 2)
    assert said == [True, False, False]


@pytest.mark.parametrize("identity", ["1.23457E+17", "9,8e+12", "1E+15"])
def test_an_id_that_a_spreadsheet_cut_short_is_nobodys(identity, tmp_path):
    """Several people may have it, so its rows are set aside, each with the reason."""
    table = tmp_path / "2025-01-01.csv"
    table.write_text(f'id,name,organization\n"{identity}",Ada,Acme\nE5,Bob,Acme\n')
    (seen,) = Files(source="s", paths=[table]).observations()
    assert isinstance(seen, Observation)
    with seen.open() as stream:
        first, second = map(json.loads, filter(None, stream.read().split(b"\n")))
    assert "cut short" in first["positions"]
    assert second["id"] == "E5"


RENAMED = {"id": "Employee ID", "name": "Name", "organization": "Company", "start": "Start Date"}


def columns_of(names: list[str], **columns: str | list[str]) -> tuple[dict[str, str], FileForm]:
    """Where each field is found in a table whose source names columns, and how that is told."""
    layout, form = Layout(columns=RENAMED | columns), FileForm()
    places = find_columns(names, layout, name="x.csv")
    describe(form, names, layout, places)
    return {field: names[where[0]] for field, where in places.items()}, form


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["Employee ID", "Name", "Employer"], {"organization": "Employer"}),
        (["Employee ID", "Full Name", "Agency"], {"organization": "Agency", "name": "Full Name"}),
        (["EmpNo", "Name", "Company"], {"id": "EmpNo"}),
        (["Employee ID", "Name", "Company", "From"], {"start": "From"}),
        (["Employee ID", "Name", "Company", "Hire Date"], {"start": None}),
        (["Employee ID", "Name", "Company", "Begin Date", "Since"], {"start": None}),
    ],
)
def test_a_column_of_another_known_name_stands_in_for_a_missing_one(names, found):
    """One alone that nothing else is read from, and that means the same."""
    places, form = columns_of(names)
    assert {field: places.get(field) for field in found} == found
    assert set(form.stood_in) == {field for field, name in found.items() if name}


@pytest.mark.parametrize(
    ("names", "line"),
    [
        (["Employee ID", "Name", "Employer", "Agency"], 'organization = ["Company", "Employer"]'),
        (
            ["Employee ID", "Name", "Kind of company"],
            'organization = ["Company", "Kind of company"',
        ),
        (["Employee ID", "Name", "Whatever"], 'organization = ["Company", "ITS NAME"]'),
        (["LinkedIn URL", "Name", "Company"], 'id = ["Employee ID", "LinkedIn URL"]'),
    ],
)
def test_where_nothing_stands_in_the_line_to_write_is_said(names, line):
    """Two candidates are a question, and so is an address in the place of a number."""
    with pytest.raises(FileRefused) as refusal:
        columns_of(names)
    assert line in str(refusal.value)


@pytest.mark.parametrize(
    ("names", "columns", "organization"),
    [
        (["Employee ID", "Name", "Dept"], {}, "Dept"),
        (["Employee ID", "Name", "Dept", "Company"], {}, "Dept"),
        (["Employee ID", "Name", "Division Name", "Section"], {"team": "Section"}, "Division Name"),
    ],
)
def test_a_department_stands_in_for_a_department_that_is_the_organisation(
    names, columns, organization
):
    """As it does in the list of one employer; a column of employers means something else."""
    places, form = columns_of(names, organization="Department", **columns)
    assert places["organization"] == organization
    assert form.stood_in == {"organization": ["Department"]}


@pytest.mark.parametrize(
    ("names", "columns", "line"),
    [
        (["Employee ID", "Name", "Dept"], {"organization": "Company"}, '["Company", "ITS NAME"]'),
        (["Employee ID", "Name", "Company"], {}, '["Department", "Company"]'),
        (["Employee ID", "Name", "Dept", "Bureau"], {}, '["Department", "Dept"]'),
        (["Employee ID", "Name", "Dept"], {"team": "Section"}, '["Department", "Dept"]'),
    ],
)
def test_where_a_department_may_be_something_else_the_file_is_refused(names, columns, line):
    """No employer, one of two departments, or the department under another one."""
    with pytest.raises(FileRefused) as refusal:
        columns_of(names, **{"organization": "Department"} | columns)
    assert f"organization = {line}" in str(refusal.value)


def test_names_as_ids_stand_in_together():
    """Who is known by a name goes on to be known by it."""
    places, _ = columns_of(["Full Name", "Company"], id="Name")
    assert (places["id"], places["name"]) == ("Full Name", "Full Name")


@pytest.mark.slow
def test_a_run_says_which_column_stood_in_and_what_to_write(tmp_path):
    """A renamed heading stops nothing, and nobody moves by it."""
    rows = "".join(f"e{number},Ada{number} Ex,Acme\n" for number in range(9))
    first = tmp_path / "2025-01-01.csv"
    first.write_text("Employee ID,Name,Company\n" + rows)
    talentwatch("init", tmp_path / "watch", "--from", first)
    inbox = tmp_path / "watch" / "inbox" / "people"
    (inbox / "2025-02-01.csv").write_text("Employee ID,Name,Employer\n" + rows)
    config = tmp_path / "watch" / "config.toml"
    done = talentwatch("run", "--config", config, "--now", "2025-02-02")
    said = " ".join(done.output.split())
    assert "there is no column 'Company': 'Employer' is read for `organization`" in said
    assert 'organization = ["Company", "Employer"] into [sources.people.columns]' in said
    assert "0 new moves" in said
