"""`forget --inbox`: files of every format that is read lose the person, or are named."""

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import zstandard
from tempo import first_slow
from typer.testing import CliRunner

from monitor.base.settings import Layout
from monitor.cli.entry import app
from monitor.operations.rights.rewriting.inbox import remedy
from monitor.operations.rights.rewriting.inbox_formats import (
    CannotRewrite,
    Sought,
    Unchanged,
    holds,
    rewrite,
)

NAME, ID, URL = "Zephyrine Quillfeather", "zq-77319", "https://people.example/zephyrine-q"
SHORT = "7"
"""An id that may be any number elsewhere."""
NAMESAKE = {
    "id": "other-1",
    "name": "Ada Long",
    "organization": "Meta",
    "title": "Engineer, Zürich",
}


def rows(mine: str = ID) -> list[dict[str, str]]:
    """Rows of a table: the person twice, and four others."""
    me = {"id": mine, "name": NAME, "organization": "Meta", "title": "Lead"}
    others = [
        {**NAMESAKE, "id": f"other-{n}", "title": f"Engineer {n} in Zürich, 7"} for n in range(4)
    ]
    return [others[0], me, *others[1:], {**me, "organization": "xAI"}]


def profiles(mine: str = ID) -> list[dict[str, Any]]:
    """The same as profiles."""
    me = {"id": mine, "name": NAME, "url": URL, "positions": [{"organization": "Meta"}]}
    others = [
        {"id": f"other-{n}", "name": "Ada Long", "positions": [{"organization": "Meta", "rank": 7}]}
        for n in range(4)
    ]
    return [others[0], me, *others[1:]]


def table(some: list[dict[str, str]], delimiter: str = ",") -> str:
    lines = [list(some[0]), *(list(row.values()) for row in some)]
    return "".join(
        delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in line) + "\r\n"
        for line in lines
    )


def lines(some: list[Any]) -> str:
    return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in some)


def parquet(some: list[Any]) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(some), target, compression="zstd")
    return target.getvalue()


def archive(name: str, data: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, data)
        packed.writestr("picture.png", b"\x89PNG")
    return target.getvalue()


def sheet(some: list[dict[str, str]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, cells in enumerate([list(some[0]), *(list(row.values()) for row in some)]):
            page.write_row(number, 0, cells)
    return target.getvalue()


REWRITTEN = {
    "lines.jsonl": lines(profiles()).encode(),
    "lines-packed.jsonl.gz": gzip.compress(lines(profiles()).encode()),
    "lines-zstd.jsonl.zst": zstandard.compress(lines(profiles()).encode()),
    "list.json": json.dumps(profiles(), ensure_ascii=False).encode(),
    "answer.json": json.dumps({"data": profiles(), "count": 5}, indent=1).encode(),
    "keyed.json": json.dumps({one["id"]: one for one in profiles()}).encode(),
    "one.json": json.dumps(profiles()[1]).encode(),
    "table.csv": table(rows()).encode(),
    "table-marked.csv": b"\xef\xbb\xbf" + table(rows(), ";").encode(),
    "table-wide.csv": b"\xff\xfe" + table(rows(), "\t").encode("utf-16-le"),
    "table-packed.csv.gz": gzip.compress(table(rows()).encode()),
    "table.tsv": table(rows(), "\t").encode(),
    "rows.parquet": parquet(rows()),
    "nested.parquet": parquet(profiles()),
    "export.zip": archive("staff.csv", table(rows()).encode()),
    "export-json.zip": archive("staff.jsonl", lines(profiles()).encode()),
    "short.csv": table(rows(SHORT)).encode(),
    "short.jsonl": lines(profiles(SHORT)).encode(),
    "short.parquet": parquet(profiles(SHORT)),
}
NAMED = {
    "book.xlsx": sheet(rows()),
    "staff.yaml": f"- id: {ID}\n  name: {NAME}\n  positions: [{{organization: Meta}}]\n".encode(),
    "broken.json": f'[{{"id": "{ID}", "name": '.encode(),
}
LATIN = table(rows()).encode("windows-1252")


def watch(root: Path, name: str, data: bytes, more: str = "") -> Path:
    """A watch with one file in its inbox that was taken in."""
    (root / "inbox").mkdir(parents=True)
    (root / "rules").mkdir()
    stem, _, suffix = name.partition(".")
    file = root / "inbox" / f"{stem}-2025-01-05.{suffix}"
    file.write_bytes(data)
    (root / "config.toml").write_text(
        f'[sources.press]\nkind = "files"\npath = "inbox/*"\n{more}\n'
        "quality = { missing = 0.9, rejected = 0.9 }\n",
        encoding="utf-8",
    )
    return file


def talentwatch(root: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, [*arguments, "--config", str(root / "config.toml")])
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def readable(path: Path) -> str:
    """What is in a file, unpacked, as text."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    if path.suffix == ".zst":
        data = zstandard.decompress(data)
    if path.suffix == ".parquet":
        return repr(pq.read_table(path).to_pylist())
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            assert packed.read("picture.png") == b"\x89PNG"
            data = b"".join(packed.read(name) for name in packed.namelist() if "staff" in name)
    return data.decode("utf-16" if data.startswith(b"\xff\xfe") else "utf-8")


WORDS = {ID: "erased-1", NAME: "erased-1", URL: ""}
"""What an erasure replaces: ids and names by a number, addresses by nothing."""


def sought(mine: str, layout: Layout | None = None) -> Sought:
    return Sought.of({mine}, WORDS, layout or Layout())


@pytest.mark.parametrize("name", sorted(REWRITTEN))
def test_a_file_of_each_format_loses_the_person_and_keeps_the_others(tmp_path, name):
    """Packed as it was, in its encoding; done again, nothing changes."""
    stem, _, suffix = name.partition(".")
    file, into = tmp_path / f"{stem}-2025-01-05.{suffix}", tmp_path / f"new-2025-01-05.{suffix}"
    file.write_bytes(REWRITTEN[name])
    whom = sought(SHORT if name.startswith("short") else ID)
    assert NAME in readable(file)
    assert holds(file, Layout(), whom)
    rewrite(file, into, Layout(), whom)
    text = readable(into)
    assert [word for word in WORDS if word in text] == []
    assert sum(f"other-{n}" in text for n in range(4)) == (0 if name == "one.json" else 4)
    assert "7" in text or "short" not in name
    assert not holds(into, Layout(), whom)
    with pytest.raises(Unchanged):
        rewrite(into, tmp_path / "again", Layout(), whom)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", first_slow(["answer.json", "export.zip", "nested.parquet", "short.csv"])
)
def test_no_run_takes_a_rewritten_file_in_again(tmp_path, name):
    """The command writes the file anew, and its snapshot is of the file as it is now."""
    file = watch(tmp_path, name, REWRITTEN[name])
    talentwatch(tmp_path, "run", "--now", "2025-01-06")
    mine = SHORT if name.startswith("short") else ID
    said = json.loads(talentwatch(tmp_path, "forget", f"press:{mine}", "--inbox", "--json"))
    assert said["left"] == []
    assert str(file) in said["files"]
    assert NAME not in readable(file)
    printed = talentwatch(tmp_path, "run", "--now", "2025-01-07")
    assert "2025-01-05" not in printed, printed


def test_a_document_that_speaks_of_the_person_outside_of_all_records_is_not_emptied(tmp_path):
    """The records of others are in it; an operator is told instead."""
    file = tmp_path / "answer-2025-01-05.json"
    file.write_text(json.dumps({"asked_by": {"id": ID}, "data": profiles()}), encoding="utf-8")
    with pytest.raises(CannotRewrite):
        rewrite(file, tmp_path / "new", Layout(), sought(ID))


def test_the_smallest_record_goes_and_not_the_organisation_around_it(tmp_path):
    """People who stand within an organisation's record are taken out of it one by one."""
    whole = {
        "organizations": [{"name": "Meta", "people": profiles()}, {"name": "xAI", "people": []}]
    }
    file, into = tmp_path / "all-2025-01-05.json", tmp_path / "new.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    rewrite(file, into, Layout(), sought(ID))
    left = json.loads(into.read_text(encoding="utf-8"))["organizations"]
    assert [len(one["people"]) for one in left] == [4, 0]


@pytest.mark.slow
@pytest.mark.parametrize("name", first_slow(sorted(NAMED)))
def test_a_file_that_cannot_be_written_is_named_with_what_to_do(tmp_path, name):
    """A spreadsheet, YAML, and what nobody can read: each is named, and stays as it is."""
    (tmp_path / "w").mkdir()
    file = watch(tmp_path / "w" / "x", "lines.jsonl", REWRITTEN["lines.jsonl"])
    talentwatch(tmp_path / "w" / "x", "run", "--now", "2025-01-06")
    stem, _, suffix = name.partition(".")
    other = file.with_name(f"{stem}-2025-01-06.{suffix}")
    other.write_bytes(NAMED[name])
    root = tmp_path / "w" / "x"
    said = talentwatch(root, "forget", f"press:{ID}", "--inbox")
    assert f"Still names the person: {other}: {remedy(other)}" in said.replace("\n", " ").replace(
        "  ", " "
    )
    assert other.read_bytes() == NAMED[name]
    assert NAME not in readable(file)


def test_a_table_in_another_encoding_stays_in_it(tmp_path):
    """What the source's configuration says is how it is read and written."""
    file, into = tmp_path / "latin-2025-01-05.csv", tmp_path / "new"
    file.write_bytes(LATIN)
    layout = Layout(encoding="windows-1252")
    rewrite(file, into, layout, sought(ID, layout))
    text = into.read_bytes().decode("windows-1252")
    assert text == table([row for row in rows() if row["id"] != ID])


@pytest.mark.slow
def test_a_namesake_stays_and_the_file_is_named_for_the_name(tmp_path):
    """A name may be that of another: nothing of theirs is deleted, and an operator is told."""
    other = {"id": "other-9", "name": NAME, "positions": [{"organization": "Acme"}]}
    file = watch(tmp_path, "lines.jsonl", lines([*profiles(), other]).encode())
    talentwatch(tmp_path, "run", "--now", "2025-01-06")
    said = json.loads(talentwatch(tmp_path, "forget", f"press:{ID}", "--inbox", "--json"))
    assert str(file) in said["files"]
    assert str(file) in said["left"]
    text = readable(file)
    assert ("other-9" in text, ID in text) == (True, False)


def test_a_person_whose_column_has_another_name_is_found(tmp_path):
    """Short ids are looked for where the configuration says that ids are."""
    some = [{"Staff number": row["id"], **row} for row in rows(SHORT)]
    some = [{name: value for name, value in row.items() if name != "id"} for row in some]
    file, into = tmp_path / "staff-2025-01-05.csv", tmp_path / "new.csv"
    file.write_text(f"Staff of 2025\n\n{table(some)}", encoding="utf-8")
    layout = Layout(columns={"id": "Staff number"})
    rewrite(file, into, layout, sought(SHORT, layout))
    assert NAME not in readable(into)
    assert readable(into).count("other-") == 4


@pytest.mark.slow
@pytest.mark.parametrize("named", [f"press:{ID}", ID])
def test_somebody_erased_without_the_inbox_is_taken_out_of_it_later(tmp_path, named):
    """By the hash alone is known who that is; exports beside the configuration are named."""
    file = watch(tmp_path, "lines.jsonl", lines(profiles()).encode())
    talentwatch(tmp_path, "run", "--now", "2025-01-06")
    talentwatch(tmp_path, "export", ID, "--out", str(tmp_path / "about.json"))
    first = json.loads(talentwatch(tmp_path, "forget", ID, "--json"))
    assert {*first["left"]} == {str(tmp_path / "about.json"), str(tmp_path / "about.html")}
    assert NAME in readable(file)
    said = talentwatch(tmp_path, "forget", named, "--inbox")
    assert f"No snapshot has press:{ID}: never, or no longer." in said
    assert NAME not in readable(file)
    assert readable(file).count("Ada Long") == len(profiles()) - 1
    assert "2025-01-05" not in talentwatch(tmp_path, "run", "--now", "2025-01-07")


@pytest.mark.slow
@pytest.mark.parametrize(
    "odd",
    first_slow(["press:zq-773", "a/zq%2F7 3", f"zq{'x' * 298}", "zq-\N{FOX FACE}-73"]),
)
def test_an_id_is_found_as_it_is_written_whatever_letters_it_has(tmp_path, odd):
    """Also one that begins as if a source stood before it."""
    file = watch(tmp_path, "lines.jsonl", lines(profiles(odd)).encode())
    talentwatch(tmp_path, "run", "--now", "2025-01-06")
    said = json.loads(talentwatch(tmp_path, "forget", odd, "--inbox", "--json"))
    assert (said["profiles"], said["left"]) == (1, [])
    assert NAME not in readable(file)
