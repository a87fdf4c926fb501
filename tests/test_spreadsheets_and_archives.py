"""Spreadsheets and archives: what is in them is read as the table or the JSON that it is."""

import bz2
import gzip
import lzma
import tarfile
import zipfile
from contextlib import suppress
from datetime import date, datetime
from io import BufferedReader, BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, cast

import psutil
import pytest
import xlsxwriter
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from tempo import examples
from test_exports import CONNECTIONS, POSITIONS
from test_init import talentwatch

from monitor.base.errors import FileRefused
from monitor.intake.sources.archives import opened_archive
from monitor.intake.sources.compression import decompressed
from monitor.intake.sources.content import content_of, members_of

HEADER = ["Employee ID", "Full Name", "Employer", "Hire Date", "Active"]
ROWS = [
    [1001, "Ada Ex", "Acme", datetime(2020, 3, 1), True],  # noqa: DTZ001 -- sheets have no zones
    [1002.0, "Bo Ex", "Bêta, Inc.", date(2021, 5, 31), False],
]


def spreadsheet(path: Path, *sheets: list[list[Any]]) -> Path:
    """Write a spreadsheet as Excel does."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def archive(path: Path, **members: bytes | str) -> Path:
    """Write an archive of these files; two underscores stand for a dot."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "."), content)
    return path


def text_of(path: Path) -> str:
    """Read what is in a file."""
    with path.open("rb") as file:
        return content_of(path, file).stream.read().decode()


def test_a_spreadsheet_is_a_table(tmp_path):
    """Days have no time, whole numbers no point, and names their letters."""
    path = spreadsheet(tmp_path / "2025-01-01.xlsx", [HEADER, *ROWS])
    assert text_of(path).splitlines() == [
        "Employee ID,Full Name,Employer,Hire Date,Active",
        "1001,Ada Ex,Acme,2020-03-01,true",
        '1002,Bo Ex,"Bêta, Inc.",2021-05-31,false',
    ]


def test_the_first_sheet_with_anything_in_it_is_read(tmp_path):
    """A cover sheet that is empty is none."""
    path = spreadsheet(tmp_path / "2025-01-01.xlsx", [], [["id"], ["a"]], [["id"], ["b"]])
    assert text_of(path).split() == ["id", "a"]


def test_a_spreadsheet_begins_a_watch(tmp_path):
    """`init` finds its columns and `run` takes it in."""
    path = spreadsheet(tmp_path / "2025-01-01.xlsx", [["Staff list"], [], HEADER, *ROWS])
    talentwatch("init", tmp_path / "watch", "--from", path)
    config = tmp_path / "watch" / "config.toml"
    run = talentwatch("run", "--config", config, "--now", "2025-01-02")
    assert "2 profiles" in run.output
    moves = talentwatch("moves", "--config", config, "--json").output
    assert "2021-05-31" in moves
    assert "Bêta, Inc." in moves


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html>", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_spreadsheet_is_refused(content, tmp_path):
    """In words that name the file."""
    path = tmp_path / "2025-01-01.xlsx"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=r"2025-01-01\.xlsx"):
        text_of(path)


def test_a_spreadsheet_that_unpacks_to_far_more_is_refused(tmp_path, monkeypatch):
    """A bomb costs nothing: its size stands in front."""
    monkeypatch.setattr("monitor.intake.sources.compression.EXPANDED_BYTES", 3000)
    monkeypatch.setattr("monitor.intake.sources.compression.EXPANDED_RATIO", 0)
    with pytest.raises(FileRefused, match="expands to more than 3,000 bytes"):
        text_of(spreadsheet(tmp_path / "2025-01-01.xlsx", [HEADER, *ROWS]))


def test_an_archive_is_the_file_in_it(tmp_path):
    """Whatever else lies beside it that holds no profiles."""
    path = archive(
        tmp_path / "2025-01-01.zip",
        staff__csv="id,organization\na,Acme\n",
        readme__md="words",
        **{"__MACOSX/._staff__csv": "x", ".hidden__csv": "x"},
    )
    assert text_of(path) == "id,organization\na,Acme\n"


@pytest.mark.parametrize("packed", ["", ".gz", ".bz2", ".xz", ".zst"])
def test_an_archive_of_tar_is_the_last_file_of_its_name(packed, tmp_path):
    """However it is packed; a link and a folder are no files, and a cut one is refused."""
    plain = BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, kind, content in (
            ("x", tarfile.DIRTYPE, b""),
            ("x/link.csv", tarfile.SYMTYPE, b""),
            ("x/staff.csv", tarfile.REGTYPE, b"id,organization\na,Old\n"),
            ("x/staff.csv", tarfile.REGTYPE, b"id,organization\na,Acme\n"),
        ):
            entry = tarfile.TarInfo(name)
            entry.type, entry.size = kind, len(content)
            tar.addfile(entry, BytesIO(content))
    pack: dict[str, Any] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
    content = pack.get(packed, zstandard.compress if packed else bytes)(plain.getvalue())
    path = tmp_path / f"2025-01-01.tar{packed}"
    path.write_bytes(content)
    assert text_of(path) == "id,organization\na,Acme\n"
    path.write_bytes(content[: len(content) // 2] if packed else content[:1900])
    with pytest.raises(FileRefused):
        text_of(path)


@pytest.mark.parametrize(("suffix", "pack"), [(".bz2", bz2.compress), (".xz", lzma.compress)])
def test_packed_texts_of_every_kind_are_read_and_bombs_refused(suffix, pack, tmp_path, monkeypatch):
    """Streams that follow one another are one text; what is damaged says so."""
    path = tmp_path / f"2025-01-01.csv{suffix}"
    path.write_bytes(pack(b"id,organization\n") + pack(b"a,Acme\n"))
    assert text_of(path) == "id,organization\na,Acme\n"
    path.write_bytes(b"id,organization\n")
    with pytest.raises(FileRefused, match="corrupt"):
        text_of(path)
    monkeypatch.setattr("monitor.intake.sources.compression.EXPANDED_BYTES", 1000)
    path.write_bytes(pack(b"id\n" + b"a" * 9_000_000))
    with pytest.raises(FileRefused, match="expands to more than"):
        text_of(path)


@pytest.mark.parametrize(
    ("suffix", "packed"),
    [
        (".xz", lzma.compress(b"a") + bytes(8)),
        (".xz", lzma.compress(b"a") + bytes(1 << 17)),
        (".xz", lzma.compress(b"") + bytes(4) + lzma.compress(b"a") + bytes(4)),
        (".bz2", bz2.compress(b"a") + b"signed"),
        (".bz2", bz2.compress(b"a") + b"x" * (1 << 16) + b"BZh9"),
        (".bz2", bz2.compress(b"") + bz2.compress(b"a")),
    ],
)
def test_what_may_follow_packed_data_is_passed_over(suffix, packed, tmp_path):
    """Zeros that pad it, and whatever is behind a stream of bzip2; more streams are read."""
    path = tmp_path / f"2025-06-14.csv{suffix}"
    path.write_bytes(packed)
    with path.open("rb") as file:
        assert decompressed(file, name=path.name).read() == b"a"


@pytest.mark.parametrize(
    ("suffix", "packed"),
    [
        (".xz", lzma.compress(b"a") + b"signed"),
        (".bz2", bz2.compress(b"a") + bz2.compress(b"b")[:-9]),
        (".bz2", bz2.compress(b"a") + b"BZ"),
    ],
)
def test_packed_data_that_is_cut_or_followed_by_anything_else_is_refused(suffix, packed, tmp_path):
    """As xz and bzip2 do."""
    path = tmp_path / f"2025-06-14.csv{suffix}"
    path.write_bytes(packed)
    with path.open("rb") as file, pytest.raises(FileRefused, match=r"cut short|corrupt"):
        decompressed(file, name=path.name).read()


@pytest.mark.parametrize("format_", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize(("length", "said"), [(60_000, "\\.\\.\\."), (1 << 17, "a name of 131,")])
def test_a_long_name_in_an_archive_is_quoted_in_short(format_, length, said, tmp_path):
    """Nobody reads it, and it takes no room."""
    path = tmp_path / "2025-06-14.tar"
    with tarfile.open(path, "w", format=format_) as tar:
        for name in ("x" * length + ".csv", "b.csv"):
            tar.addfile(tarfile.TarInfo(name), BytesIO())
    with pytest.raises(FileRefused, match=said) as refused:
        text_of(path)
    assert len(str(refused.value)) < 1000


def test_an_archive_of_very_many_files_is_refused(tmp_path, monkeypatch):
    """What is known of each of them takes memory."""
    monkeypatch.setattr("monitor.intake.sources.archives._MOST_ENTRIES", 2)
    path = tmp_path / "2025-06-14.tar"
    with tarfile.open(path, "w") as tar:
        for name in ("a.txt", "b.csv"):
            tar.addfile(tarfile.TarInfo(name), BytesIO())
    assert members_of(path) == ["a.txt", "b.csv"]
    with tarfile.open(path, "a") as tar:
        tar.addfile(tarfile.TarInfo("c.csv"), BytesIO())
    with pytest.raises(FileRefused, match="more than 2 files in it; put the one"):
        members_of(path)


def test_the_own_data_of_linkedin_is_read_as_it_comes(tmp_path):
    """The connections, with the notes above them; without them the owner's own jobs."""
    data = {"Connections__csv": CONNECTIONS, "Profile__csv": "First Name\nJo\n"}
    path = archive(tmp_path / "2025-01-01.zip", Positions__csv=POSITIONS, **data)
    assert text_of(path) == CONNECTIONS
    only = archive(tmp_path / "2025-01-02.zip", Positions__csv=POSITIONS, Skills__csv="Name\n")
    assert text_of(only) == POSITIONS
    done = talentwatch("init", tmp_path / "watch", "--from", path)
    assert "In it: 2 profiles" in done.output


def test_json_in_an_archive_is_mapped(tmp_path):
    """An archive changes nothing of what is in it."""
    content = '[{"login": "jo", "id": 9, "node_id": "U", "html_url": "h", "company": "Acme"}]'
    path = archive(tmp_path / "2025-01-01.zip", users__json=content)
    done = talentwatch("init", tmp_path / "watch", "--from", path)
    assert "GitHub" in done.output


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({}, "has 0 (none)"),
        ({"a__csv": "id", "b__csv": "id"}, r"has 2 (a.csv, b.csv)"),
        ({"a__pdf": "x"}, "has 0 (a.pdf): unpack it"),
    ],
)
def test_an_archive_of_several_files_is_refused(members, why, tmp_path):
    """Nobody knows which day each of them is of."""
    with pytest.raises(FileRefused) as refusal:
        text_of(archive(tmp_path / "2025-01-01.zip", **members))
    assert why in str(refusal.value)


def test_an_archive_that_expands_absurdly_is_refused(tmp_path, monkeypatch):
    """As packed files are."""
    monkeypatch.setattr("monitor.intake.sources.compression.EXPANDED_BYTES", 1000)
    path = archive(tmp_path / "2025-01-01.zip", a__csv="id\n" + "a" * 2_000_000)
    with pytest.raises(FileRefused, match="expands to more than"):
        text_of(path)


@pytest.mark.parametrize("column", [300, 16_383])
def test_a_stray_cell_far_from_the_table_costs_its_file_alone(column, tmp_path):
    """A full rectangle of cells up to there fits in no memory: the file is refused, no more."""
    path = tmp_path / "2025-01-01.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write(1_048_575, column, "stray")
    with pytest.raises(FileRefused, match=r"2025-01-01\.xlsx: its first sheet takes more than 480"):
        text_of(path)


def test_a_stray_cell_near_the_table_costs_nothing(tmp_path):
    """Rows without a value are none."""
    path = tmp_path / "2025-01-01.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(20, 3, HEADER)
        sheet.write_row(9_000, 3, [1001, "Ada Ex", "Acme"])
    assert [line for line in text_of(path).splitlines() if line.strip(",")] == [
        "Employee ID,Full Name,Employer,Hire Date,Active",
        "1001,Ada Ex,Acme,,",
    ]


def test_a_spreadsheet_whose_rest_nobody_wants_leaves_no_process(tmp_path):
    """Its reader ends with it."""
    rows = [[number, "Ada Ex", "Acme", "", ""] for number in range(30_000)]
    path = spreadsheet(tmp_path / "2025-01-01.xlsx", [HEADER, *rows])
    with path.open("rb") as file:
        stream = content_of(path, file).stream
        assert stream.read(10) == b"Employee I"
        [reader] = psutil.Process().children()
        stream.close()
    assert not reader.is_running()


@pytest.mark.slow
@settings(deadline=None, max_examples=examples(60))
@given(st.data())
def test_no_damage_breaks_the_reading(data):
    """A damaged file gives text or is refused."""
    kind = data.draw(st.sampled_from([".xlsx", ".zip"]))
    content = bytearray(_WHOLE[kind])
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    cut = content[: data.draw(st.integers(0, len(content)))]
    with TemporaryFile() as file:
        file.write(cut)
        file.seek(0)
        with suppress(FileRefused):
            content_of(Path(f"2025-01-01{kind}"), cast("BufferedReader", file)).stream.read()


def _whole() -> dict[str, bytes]:
    sheet, packed = BytesIO(), BytesIO()
    with xlsxwriter.Workbook(sheet, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, ["id", "organization"])
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive_:
        archive_.writestr("a.csv", "id,organization\na,Acme\n" * 20)
    return {".xlsx": sheet.getvalue(), ".zip": packed.getvalue()}


_WHOLE = _whole()


@pytest.mark.parametrize("is_old", [False, True])
def test_a_list_of_the_holes_of_a_file_in_an_archive_is_not_kept(tmp_path, is_old):
    """It may be as long as all that is unpacked; the message says how to pack without holes."""
    path = tmp_path / "x.tar"
    holes = b"2\n0\n0\n0\n0\n".ljust(512, b"\0")
    entry = tarfile.TarInfo("2025-01-01.csv")
    entry.size = len(holes)
    if is_old:
        entry.type = tarfile.GNUTYPE_SPARSE
    else:
        entry.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(entry, BytesIO(holes))
    with path.open("rb") as file, pytest.raises(FileRefused, match="without --sparse"):
        opened_archive(".tar", file, "x.tar")
