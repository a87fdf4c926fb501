"""Tables that come as something else: pages, texts named .xls, JSON, other sheets, archives."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from test_init import talentwatch

from monitor.base.errors import FileRefused
from monitor.base.profile import FileForm
from monitor.base.settings import Layout, load_settings
from monitor.intake.sources.files import json_lines
from monitor.intake.sources.nested.tabular import table_in
from monitor.intake.sources.opening import opened_file

HEADING = ["Employee ID", "Full Name", "Company", "Job Title", "Start Date"]
ROWS = [
    [f"e{number}", f"Ada{number} Ex", ("Acme", "Beta & Co")[number % 2], "Clerk", f"201{number}-04"]
    for number in range(6)
]
TABLE = [HEADING, *ROWS]
COLUMNS = dict(zip(("id", "name", "organization", "title", "start"), HEADING, strict=True))


def read(path: Path, **layout) -> tuple[list[dict[str, Any]], FileForm]:
    """Read the profiles of a file."""
    form = FileForm()
    usual = {"columns": COLUMNS} if path.suffix not in {".json", ".jsonl"} else {}
    with opened_file(path) as file, json_lines(path, file, Layout(**usual | layout), form) as lines:
        found = [json.loads(line) for line in lines if line.strip()]
    return found, form


def as_page(*tables: list[list[str]], encoding: str = "utf-8") -> bytes:
    """Write tables as a page of HTML."""
    body = "".join(
        "<table>"
        + "".join(
            "<tr>" + "".join(f"<td>{cell.replace('&', '&amp;')}</td>" for cell in row) + "</tr>"
            for row in rows
        )
        + "</table>"
        for rows in tables
    )
    return f'<html><meta charset="{encoding}"><body>{body}</body></html>'.encode(encoding)


def as_text(rows: list[list[str]], mark: str) -> str:
    """Write a table as a text."""
    return "".join(mark.join(row) + "\n" for row in rows)


def understood(profiles: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Say who is where since when."""
    return [
        (one["id"], one["positions"][0]["organization"], one["positions"][0]["start"])
        for one in profiles
    ]


EXPECTED = [(row[0], row[2], row[4]) for row in ROWS]


@pytest.mark.parametrize(
    "content",
    [
        as_page(TABLE),
        as_page([["Staff list"]], TABLE, encoding="windows-1252"),
        as_text(TABLE, "\t").encode(),
        as_text(TABLE, "\t").encode("utf-16"),
        as_text(TABLE, ";").encode("utf-8-sig"),
    ],
)
@pytest.mark.parametrize("suffix", [".xls", ".xlsx", ".csv", ".html", ".HTM"])
def test_a_table_that_is_no_workbook_is_read_as_what_it_is(content, suffix, tmp_path):
    """Web tools save pages and texts under the name of a workbook."""
    path = tmp_path / f"2025-01-01{suffix}"
    path.write_bytes(content)
    assert understood(read(path)[0]) == EXPECTED


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("x.csv", b"PK\x03\x04rest", "name it .xlsx, .ods or .zip"),
        ("x.csv", b"\x1f\x8brest", "add .gz"),
        ("x.csv", b"PAR1rest", "name it .parquet"),
        (
            "x.xls",
            b"<html><form>Log in</form></html>",
            "without a table: download the export again",
        ),
        (
            "x.xls",
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "the XML of 2003: open it, and save it as .xlsx",
        ),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(name, content, why, tmp_path):
    """The first bytes say what it is."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=r"x\.") as refusal:
        read(path)
    assert why in str(refusal.value)


@pytest.mark.slow
def test_a_page_is_taken_in_under_its_own_name(tmp_path):
    """The source begins with one, and a later one is a snapshot of it."""
    page = tmp_path / "2025-01-01.html"
    page.write_bytes(as_page(TABLE))
    talentwatch("init", tmp_path / "watch", "--from", page)
    inbox = tmp_path / "watch" / "inbox" / "people"
    (inbox / "2025-02-01.html").write_bytes(as_page([["Staff list"]], TABLE))
    done = talentwatch("run", "--config", tmp_path / "watch" / "config.toml", "--now", "2025-02-02")
    assert done.exit_code == 0, done.output
    stored = sorted(day.name for day in (tmp_path / "watch").rglob("2025-0[12]-01") if day.is_dir())
    assert stored == ["2025-01-01", "2025-02-01"]


JSON_TABLES = {
    "a list a column": {name: [row[at] for row in ROWS] for at, name in enumerate(HEADING)},
    "numbers of rows as keys": {
        name: {str(line): row[at] for line, row in enumerate(ROWS)}
        for at, name in enumerate(HEADING)
    },
    "columns and data": {"columns": HEADING, "index": [0, 1], "data": ROWS},
    "a list a row": TABLE,
    "values of an answer": {"range": "A1:E7", "values": TABLE},
    "a list a column of an answer": {
        "status": 200,
        "data": {name: [row[at] for row in ROWS] for at, name in enumerate(HEADING)},
    },
}
FIELDS = {field: f'"{name}"' for field, name in COLUMNS.items()}


@pytest.mark.parametrize("shape", JSON_TABLES)
def test_a_table_as_json_is_a_record_a_row(shape, tmp_path):
    """However it is laid out."""
    path = tmp_path / "2025-01-01.json"
    path.write_text(json.dumps(JSON_TABLES[shape]))
    assert understood(read(path, fields=FIELDS)[0]) == EXPECTED


def test_a_list_a_line_under_a_heading_is_a_table(tmp_path):
    """As JSON Lines of lists are written."""
    path = tmp_path / "2025-01-01.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in TABLE))
    assert understood(read(path, fields=FIELDS)[0]) == EXPECTED


def test_a_list_of_ids_is_nobodys_id(tmp_path):
    """A table of which one column is shorter is no table, and no person with all of its ids."""
    path = tmp_path / "2025-01-01.json"
    columns = {name: [row[at] for row in ROWS] for at, name in enumerate(HEADING)}
    path.write_text(json.dumps({**columns, "Job Title": ["Clerk"]}))
    ((profile,), _) = read(path, fields=FIELDS)
    assert "id" not in profile


def test_a_person_with_lists_is_no_table(tmp_path):
    """A record that says who somebody is has more than lists of one length."""
    path = tmp_path / "2025-01-01.json"
    record = {"id": "a", "skills": ["x", "y"], "positions": [{"organization": "Acme"}]}
    path.write_text(json.dumps([record]))
    assert read(path)[0][0]["positions"] == [{"organization": "Acme"}]


def workbook(path: Path, **sheets: list[list[str]]) -> Path:
    """Write a workbook of these sheets."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def test_init_finds_the_sheet_of_the_list(tmp_path):
    """The first one is about the workbook; the configuration names the one that is read."""
    path = workbook(tmp_path / "2025-01-01.xlsx", About=[["A list", "of people"]], Staff=TABLE)
    done = talentwatch("init", tmp_path / "watch", "--from", path)
    assert "Its sheet 'Staff' is read, and not 'About'" in done.output
    assert load_settings(tmp_path / "watch" / "config.toml").sources["people"].sheet == "Staff"
    assert understood(read(path, sheet="staff ")[0]) == EXPECTED


def test_a_sheet_that_is_not_there_is_said_with_those_that_are(tmp_path):
    """And a run without the key names the sheets, where the first one is no list."""
    path = workbook(tmp_path / "2025-01-01.xlsx", About=[["A list", "of people"]], Staff=TABLE)
    with pytest.raises(FileRefused, match=r"no sheet 'People'.*About.*Staff"):
        read(path, sheet="People")
    with pytest.raises(FileRefused, match=r"'About', 'Staff'.*`sheet = \"Staff\"`"):
        read(path)


def archive(path: Path, **members: str) -> Path:
    """Write an archive of tables."""
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in members.items():
            packed.writestr(f"{name}.csv", content)
    return path


def test_init_finds_the_list_in_an_archive(tmp_path):
    """The other table is of something else; the day in the name is left open."""
    staff = {"staff-2025-01-01": as_text(TABLE, ","), "budget": "Code,Sum\n1,2\n"}
    path = archive(tmp_path / "2025-01-01.zip", **staff)
    talentwatch("init", tmp_path / "watch", "--from", path)
    settings = load_settings(tmp_path / "watch" / "config.toml")
    assert settings.sources["people"].member == "staff-*.csv"
    assert understood(read(path, member="staff-*.csv")[0]) == EXPECTED


def test_two_lists_in_an_archive_are_a_question(tmp_path):
    """Nothing tells which is meant: both the run and `init` say how to say it."""
    path = archive(tmp_path / "2025-01-01.zip", a=as_text(TABLE, ","), b=as_text(TABLE, ","))
    with pytest.raises(FileRefused, match=r'has 2 \(a\.csv, b\.csv\): member = "a\.csv"'):
        read(path)
    done = talentwatch("init", tmp_path / "watch", "--from", path, code=2)
    assert "--member" in str(done.exception)


def test_the_error_of_a_formula_is_no_empty_cell(tmp_path):
    """Where somebody is cannot be told then, so the row is set aside; a title is unknown."""
    path = tmp_path / "2025-01-01.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Staff")
        for number, row in enumerate(TABLE):
            sheet.write_row(number + 1, 1, row)
        sheet.write_formula(3, 3, "=NA()", None, "#REF!")
        sheet.write_formula(4, 4, "=NA()", None, "#N/A")
    profiles, form = read(path)
    broken = next(one for one in profiles if one["id"] == "e1")
    assert "has #REF! in the place of the organization" in broken["positions"]
    assert form.errors == {"title": 1}
    assert "title" not in next(one for one in profiles if one["id"] == "e2")["positions"][0]


@pytest.mark.parametrize("error", ["#N/A", "#VALUE!", "#WERT!", "#NOM?", "Err:502"])
def test_a_run_says_what_it_set_aside_for_errors_of_formulas(error, tmp_path):
    """In a text they are words; a firm that begins with # is one."""
    path = tmp_path / "2025-01-01.csv"
    rows = [[*row] for row in TABLE]
    rows[1][2], rows[2][2] = error, "#1 Movers"
    path.write_text(as_text(rows, ","))
    profiles, _ = read(path)
    assert "the error of a formula" in profiles[0]["positions"]
    assert profiles[1]["positions"][0]["organization"] == "#1 Movers"


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ([str(44197 + number) for number in range(6)], "excel"),
        ([str(1609459200 + 86400 * number) for number in range(6)], "unix"),
        ([str(1609459200000 + 86400000 * number) for number in range(6)], "unix ms"),
        (["44197", "", "44199.5", "0", "44201", "44202"], "excel"),
    ],
)
def test_a_column_of_numbers_is_read_as_days(written, form, tmp_path):
    """Where all of it is so, by a run as well, and it is said."""
    path = tmp_path / "2025-01-01.csv"
    rows = [HEADING, *([*row[:4], day] for row, day in zip(ROWS, written, strict=True))]
    path.write_text(as_text(rows, ","))
    profiles, told = read(path)
    assert profiles[0]["positions"][0]["start"] == "2021-01-01"
    assert told.number_dates == {"start": form}
    talentwatch("init", tmp_path / "watch", "--from", path)
    settings = load_settings(tmp_path / "watch" / "config.toml")
    assert list(settings.sources["people"].dates) == [form]


@pytest.mark.parametrize(
    "written",
    [
        ["44197", "13/01/2021", "44199", "44200", "44201", "44202"],
        ["20210131", "20210201", "20210301", "20210401", "20210501", "20210601"],
        ["2021", "2020", "2019", "2018", "2017", "2016"],
        ["44197", "", "", "", "", ""],
    ],
)
def test_numbers_among_other_dates_are_none(written, tmp_path):
    """A spreadsheet that took some dates for others has swapped their days and months."""
    path = tmp_path / "2025-01-01.csv"
    rows = [HEADING, *([*row[:4], day] for row, day in zip(ROWS, written, strict=True))]
    path.write_text(as_text(rows, ","))
    profiles, told = read(path)
    assert profiles[0]["positions"][0]["start"] == written[0]
    assert told.number_dates == {}


@pytest.mark.parametrize(
    ("kind", "layout"),
    [(".jsonl", {"fields": FIELDS}), (".json", {"fields": FIELDS | {"positions": "[@]"}})],
)
def test_days_and_months_that_change_places_are_refused_in_json_too(kind, layout, tmp_path):
    """By what only the other order has, as in tables."""
    path = tmp_path / f"2025-01-01{kind}"
    rows = [
        dict(zip(HEADING, [*row[:4], f"03/{13 + at}/2020"], strict=True))
        for at, row in enumerate(ROWS)
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_text(text if kind == ".jsonl" else json.dumps(rows))
    with pytest.raises(FileRefused, match="are written %m/%d/%Y"):
        read(path, dates=("%d/%m/%Y",), **layout)


def test_numbers_of_positions_inside_of_records_are_days_where_the_source_says_so(tmp_path):
    """Such records are passed on before all of their dates were seen: nothing else is claimed."""
    path = tmp_path / "2025-01-01.json"
    people = [{"id": f"p{at}", "jobs": [{"at": "Acme", "since": 44197 + at}]} for at in range(6)]
    path.write_text(json.dumps(people))
    fields = {"id": "id", "positions": "jobs", "organization": "at", "start": "since"}
    profiles, told = read(path, fields=fields)
    assert profiles[0]["positions"][0]["start"] == "44197"
    assert told.number_dates == {}
    profiles, _ = read(path, fields=fields, dates=("excel",))
    assert profiles[0]["positions"][0]["start"] == "2021-01-01"


def test_rows_after_a_table_inside_of_another_are_of_the_outer_one(tmp_path):
    """Pages are laid out by tables, too: a footer is no person."""
    page = tmp_path / "2025-01-01.html"
    inside = as_page(TABLE).decode().partition("<body>")[2].removesuffix("</body></html>")
    page.write_text(f"<table><tr><td>{inside}</td></tr><tr><td>Legal notice</td></tr></table>")
    assert understood(read(page)[0]) == EXPECTED


def test_the_id_of_a_position_is_not_taken_for_that_of_the_person(tmp_path):
    """A key that no record has is named, though another field has the same name of ours."""
    path = tmp_path / "2025-01-01.json"
    path.write_text(json.dumps([{"key": "p1", "jobs": [{"number": "j1", "at": "Acme"}]}] * 2))
    fields = {"id": "uuid", "positions": "jobs", "organization": "at", "position_id": "number"}
    _, told = read(path, fields=fields)
    assert told.unread == {"id": "uuid"}


def test_profiles_of_our_own_form_have_no_keys_that_a_source_could_name(tmp_path):
    """Without their starts they are still read as they are."""
    path = tmp_path / "2025-01-01.json"
    path.write_text(json.dumps([{"id": "p1", "positions": [{"organization": "Acme"}]}]))
    _, told = read(path, start_of="employer")
    assert told.unread == {}


def test_a_list_of_another_length_beside_the_columns_costs_no_row() -> None:
    """A column whose name is known has to have a cell for each of them."""
    columns = {"Name": ["Ada", "Bo"], "Company": ["Acme", "Beta"]}
    rows = table_in({**columns, "colour": [None]})
    assert rows is not None
    assert [*rows] == [{"Name": "Ada", "Company": "Acme"}, {"Name": "Bo", "Company": "Beta"}]
    assert table_in({**columns, "Title": ["Head"]}) is None


def test_a_row_that_is_longer_than_its_heading_is_no_record() -> None:
    """A heading is gone: whose cells the others are is not known, and nobody has left by them."""
    rows = table_in({"columns": ["id", "title"], "data": [["1", "Fire", "Clerk"], ["2", "Head"]]})
    assert rows is not None
    assert [*rows] == [["1", "Fire", "Clerk"], {"id": "2", "title": "Head"}]
