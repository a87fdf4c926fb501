"""Archives of JSON with one record, or one answer, in each file."""

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from test_mutated_files import people

from monitor.base.settings import Layout
from monitor.scaffold.json_records import json_export
from monitor.scaffold.parts import with_part

FIELDS = {"id": "id", "positions": "jobs", "organization": "company", "start": "since"}


def record(number: int, **more: object) -> dict[str, object]:
    """Somebody's record."""
    return {"id": f"p{number}", "jobs": [{"company": f"Firm {number}", "since": "2020"}], **more}


def packed(path: Path, texts: Mapping[str, str]) -> Path:
    """An archive of these files."""
    content = {name: text.encode() for name, text in texts.items()}
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in content.items():
                archive.writestr(name, data)
        return path
    with tarfile.open(path, "w:gz") as archive_of_tar:
        for name, data in content.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive_of_tar.addfile(entry, io.BytesIO(data))
    return path


def found(path: Path) -> tuple[set[str], list[str]]:
    """Who is in a file, and what is wrong with it."""
    there, errors = people(path, Layout(fields=FIELDS))
    return {person for _, person in there}, errors


KINDS: Mapping[str, Mapping[str, str]] = {
    "one a file": {f"all/{n}.json": json.dumps(record(n)) for n in range(3)},
    "over many lines": {f"{n}.json": json.dumps(record(n), indent=2) for n in range(3)},
    "with a mark": {f"{n}.json": f"\ufeff{json.dumps(record(n))}" for n in range(3)},
    "lines": {
        "a.jsonl": f"{json.dumps(record(0))}\n{json.dumps(record(1))}\n",
        "b.jsonl": json.dumps(record(2)),
    },
    "answers": {
        "page-1.json": json.dumps({"results": [record(0), record(1)], "next": 2}, indent=1),
        "page-2.json": json.dumps({"results": [record(2)], "next": None}, indent=1),
    },
    "lists": {
        "page-1.json": json.dumps([record(0), record(1)], indent=1),
        "page-2.json": json.dumps([record(2)]),
    },
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", ["zip", "tar.gz"])
def test_files_of_one_kind_in_an_archive_are_read_as_one(
    tmp_path: Path, kind: str, suffix: str
) -> None:
    """However many records each of them has."""
    path = packed(tmp_path / f"2025-06-14.{suffix}", KINDS[kind])
    assert found(path) == ({"p0", "p1", "p2"}, [])
    layout, said = with_part(path, Layout())
    assert said == "Its files of JSON have records of one kind and are read as one."
    assert json_export(path, layout).layout.fields["organization"] == "company"


def test_a_damaged_file_costs_its_own_record(tmp_path: Path) -> None:
    """The others are whole."""
    texts = {**KINDS["one a file"], "all/1.json": json.dumps(record(1))[:-5]}
    assert found(packed(tmp_path / "2025-06-14.zip", texts)) == ({"p0", "p2"}, [])


def test_files_of_several_kinds_are_no_list(tmp_path: Path) -> None:
    """Which of them is, somebody has to say."""
    texts = {
        "people.json": json.dumps([record(0, name="Ada")]),
        "firms.json": json.dumps([{"title": "Acme", "seat": "Leeds", "id": "f"}]),
    }
    path = packed(tmp_path / "2025-06-14.zip", texts)
    there, errors = found(path)
    assert not there
    assert "needs one file of profiles in it, and has 2" in errors[0]
    there_of, errors = people(path, Layout(fields=FIELDS, member="people.json"))
    assert (len(there_of), errors) == (1, [])


def test_a_pattern_may_name_several_files_of_one_kind(tmp_path: Path) -> None:
    """Beside others that are none of them."""
    texts = {**KINDS["one a file"], "notes.csv": "a,b\n"}
    path = packed(tmp_path / "2025-06-14.zip", texts)
    there, errors = people(path, Layout(fields=FIELDS, member="all/*.json"))
    assert (len(there), errors) == (3, [])
