"""What a sheet or a page shows otherwise than its cells have it: merged, hidden, packed, twice."""

import gzip
import zipfile
from io import BufferedReader, BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from formats import previewed
from test_init import talentwatch
from test_tables_in_disguise import (
    COLUMNS,
    EXPECTED,
    HEADING,
    TABLE,
    as_page,
    as_text,
    read,
    understood,
    workbook,
)

from monitor.base.errors import FileRefused
from monitor.base.settings import Layout
from monitor.intake.sources.disguised import page_lines

BY_EMPLOYER = [("Acme", 3), ("Beta", 1), ("Gamma", 2)]
"""Who is at which employer, who stands once for several rows."""


def merged_workbook(path: Path) -> Path:
    """Write a list whose employers are cells of several rows, below a heading of two rows."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 1, 0, "Employer")
        sheet.merge_range(0, 1, 0, 2, "Person")
        sheet.write_row(1, 1, ["Employee ID", "Full Name"])
        row = 2
        for employer, count in BY_EMPLOYER:
            if count > 1:
                sheet.merge_range(row, 0, row + count - 1, 0, employer)
            else:
                sheet.write(row, 0, employer)
            for _ in range(count):
                sheet.write_row(row, 1, [f"e{row}", f"Ada{row} Ex"])
                row += 1
    return path


def merged_page(path: Path) -> Path:
    """Write the same as a page of HTML."""
    lines = ['<tr><th rowspan="2">Employer<th colspan="2">Person<tr><th>Employee ID<th>Full Name']
    row = 2
    for employer, count in BY_EMPLOYER:
        for place in range(count):
            first = f'<td rowspan="{count}">{employer}</td>' if place == 0 else ""
            lines.append(f"<tr>{first}<td>e{row}</td><td>Ada{row} Ex</td></tr>")
            row += 1
    path.write_text(f"<html><body><table>{''.join(lines)}</table></body></html>")
    return path


@pytest.mark.parametrize(
    ("write", "suffix"), [(merged_workbook, ".xlsx"), (merged_page, ".html"), (merged_page, ".xls")]
)
def test_a_cell_of_several_rows_says_the_same_in_each(write, suffix, tmp_path):
    """Whoever looks at the list sees one employer beside all of them: nobody is without one."""
    path = write(tmp_path / f"2025-01-01{suffix}")
    columns = {"id": "Employee ID", "name": "Full Name", "organization": "Employer"}
    profiles, _ = read(path, columns=columns)
    where = [profile["positions"][0]["organization"] for profile in profiles]
    assert where == ["Acme", "Acme", "Acme", "Beta", "Gamma", "Gamma"]


def test_a_page_whose_cells_reach_below_its_end_is_read(tmp_path):
    """Rows that are not there are none, and what is no number is one row."""
    path = tmp_path / "2025-01-01.html"
    page = as_page(TABLE).decode().replace("<td>Clerk", '<td rowspan="999">Clerk', 1)
    page = page.replace("<td>e0", '<td rowspan="x">e0')
    page = page.replace("<td>Ada0", f'<td rowspan="{"0" * 5000}">Ada0')
    path.write_text(page.replace("<td>Clerk</td>", ""))
    assert understood(read(path)[0]) == EXPECTED


def test_a_cell_of_several_rows_and_columns_leaves_the_others_in_their_columns():
    """Below it the next cell stands behind all of its columns, and its text in the first alone."""
    table = b'<table><tr><th rowspan="2" colspan="2">Person<th>Work<tr><th>Employer</table>'
    lines = page_lines(BufferedReader(BytesIO(table)), "staff.html")
    assert b"".join(lines).decode().splitlines() == ["Person,,Work", "Person,,Employer"]


@pytest.mark.parametrize(
    "rows",
    ["<tr><td colspan=1000>" * 1100, ("<tr><td colspan=1000 rowspan=1000>" + "<tr>" * 1000) * 2],
    ids=["wide", "wide and high"],
)
def test_a_small_page_whose_merged_cells_are_millions_is_refused(rows):
    """It would take the memory of the machine."""
    page = f"<table>{rows}".encode()
    with pytest.raises(FileRefused, match=r"staff.html: its merged cells are 1,000,000 cells"):
        list(page_lines(BufferedReader(BytesIO(page)), "staff.html"))


def test_a_hidden_sheet_is_read_only_where_nothing_else_is_or_it_is_named(tmp_path):
    """What is hidden is an old list, or a list of words; `init` says that it is not read."""
    old = [HEADING, ["e9", "Old Ex", "Oldco", "Clerk", "2001"]]
    path = tmp_path / "2025-01-01.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in (("Old", old), ("Staff", TABLE)):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        book.get_worksheet_by_name("Old").hide()
        book.get_worksheet_by_name("Staff").activate()
    assert understood(read(path)[0]) == EXPECTED
    assert understood(read(path, sheet="Old")[0]) == [("e9", "Oldco", "2001")]
    done = talentwatch("init", tmp_path / "watch", "--from", path)
    assert "Its sheet 'Staff' is read, and not 'Old'" in done.output


@pytest.mark.parametrize("pack", ["gzip", "zip"])
@pytest.mark.parametrize("content", ["workbook", "page"])
def test_a_packed_workbook_is_a_workbook(content, pack, tmp_path):
    """And what is only called one is read as what it is, packed or not."""
    plain = workbook(tmp_path / "staff.xlsx", Staff=TABLE).read_bytes()
    if content == "page":
        plain = as_page(TABLE)
    suffix = ".xlsx" if content == "workbook" else ".xls"
    if pack == "gzip":
        path = tmp_path / f"2025-01-01{suffix}.gz"
        path.write_bytes(gzip.compress(plain))
    else:
        path = tmp_path / "2025-01-01.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"staff{suffix}", plain)
    assert understood(read(path)[0]) == EXPECTED
    talentwatch("init", tmp_path / "watch", "--from", path)


def test_a_workbook_beside_a_text_in_an_archive_is_passed_over(tmp_path):
    """The text is the list, as it was before workbooks in archives were read."""
    path = tmp_path / "2025-01-01.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(workbook(tmp_path / "a.xlsx", Budget=[["Code", "Sum"]]), "budget.xlsx")
        archive.writestr("staff.csv", as_text(TABLE, ","))
    assert understood(read(path)[0]) == EXPECTED


def test_a_second_column_of_one_name_is_counted_and_said(tmp_path):
    """It is not used, and can be, also by its place: many lists call both names alike."""
    rows = [["Employee ID", "Name", "Name", "Company"], ["e1", "Ada", "Ex", "Acme"]]
    path = tmp_path / "2025-01-01.csv"
    path.write_text(as_text(rows, ","))
    done = talentwatch("init", tmp_path / "watch", "--from", path)
    assert "Not used: Name (2)." in done.output
    columns = {"id": "Employee ID", "organization": "Company", "name": ["Name", "Name (column 3)"]}
    assert read(path, columns=columns)[0][0]["name"] == "Ada Ex"


@pytest.mark.parametrize(("codec", "said"), [("utf-16", "utf-16"), ("utf-8", "utf-8")])
def test_a_preview_says_in_what_a_text_is_written(codec, said, tmp_path):
    """Not what it was made into on the way."""
    path = tmp_path / "2025-01-01.csv"
    path.write_bytes(as_text(TABLE, "\t").encode(codec))
    assert previewed(path, Layout(columns=COLUMNS)).manifest.form.encoding == said


def test_a_workbook_is_no_text_and_has_no_encoding(tmp_path):
    """Nobody could say another."""
    path = workbook(tmp_path / "2025-01-01.xlsx", Staff=TABLE)
    assert previewed(path, Layout(columns=COLUMNS)).manifest.form.encoding is None


def test_an_end_that_means_none_is_shown_as_none(tmp_path):
    """As understood: such a position goes on."""
    path = tmp_path / "2025-01-01.csv"
    path.write_text("id,organization,start,end\na,Acme,2019,9999\nb,Acme,1900-01-01,2024-05\n")
    shown = {profile.id: dict(profile.positions[0]) for profile in previewed(path, Layout()).shown}
    assert shown == {
        "a": {"organization": "Acme", "start": "2019"},
        "b": {"organization": "Acme", "end": "2024-05"},
    }
