"""Sources: files of every kind, whole and broken."""

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from monitor.base.errors import SourceError
from monitor.base.records import Json, Observation
from monitor.base.settings import Layout
from monitor.intake.profiles.schema import Refusal, judge
from monitor.intake.sources import SOURCES
from monitor.intake.sources.checksums import remembered
from monitor.intake.sources.compression import decompressed
from monitor.intake.sources.files import Files, expand, observed_on_from_name

DAY = date(2025, 1, 1)
ADA = {"id": "ada", "name": "Ada", "positions": [{"organization": "Engines", "start": "1842"}]}
BOB = {"id": "bob", "positions": []}
BOB_NOWHERE = {"id": "bob", "positions": [{}]}
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.compress,
}
LINES = b"".join(json.dumps(record).encode() + b"\n" for record in (ADA, BOB))


def observed(path: Path, **layout: Json) -> Observation:
    """Return the one observation of a file, observed on a fixed day."""
    files = Files(source="s", paths=[path], observed_on=DAY, layout=Layout(**layout))
    (one,) = files.observations()
    assert isinstance(one, Observation), one
    return one


def read(path: Path, **layout: Json) -> list[tuple[int, Json]]:
    """Return what a file holds, each profile with its line number."""
    with observed(path, **layout).open() as stream:
        lines = stream.read().split(b"\n")
    return [(number, json.loads(line)) for number, line in enumerate(lines, 1) if line]


def written(path: Path, content: bytes) -> Path:
    """Write a file and return its path."""
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("suffix", [".jsonl", ".ndjson", ".json", ".JSONL"])
@pytest.mark.parametrize("packing", PACKINGS)
def test_json_lines_are_read_packed_or_plain(tmp_path: Path, suffix: str, packing: str) -> None:
    """The suffix says how to read a file."""
    path = written(tmp_path / f"2025-01-01{suffix}{packing}", PACKINGS[packing](LINES))
    assert read(path) == [(1, ADA), (2, BOB)]


def test_packed_files_of_several_parts_are_read_whole(tmp_path: Path) -> None:
    """Both formats allow files to be appended to each other."""
    halves = LINES.splitlines(keepends=True)
    for name, pack in (("a.jsonl.gz", gzip.compress), ("a.jsonl.zst", zstandard.compress)):
        path = written(tmp_path / name, b"".join(pack(half) for half in halves))
        assert read(path) == [(1, ADA), (2, BOB)]


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_truncated_packed_file_is_named(tmp_path: Path, cut: int) -> None:
    """A file that was cut short is an error and not a short file."""
    long = b"".join(b'{"id":"%d"}\n' % number for number in range(5000))
    for name, pack in (("a.jsonl.gz", gzip.compress), ("a.jsonl.zst", zstandard.compress)):
        path = written(tmp_path / name, pack(long)[:-cut])
        with pytest.raises(SourceError, match=name), observed(path).open() as stream:
            stream.read()


def test_a_corrupt_packed_file_is_named(tmp_path: Path) -> None:
    """Bytes that do not unpack are an error of the source."""
    for name in ("a.jsonl.gz", "a.jsonl.zst"):
        path = written(tmp_path / name, b"this is not packed at all")
        with pytest.raises(SourceError, match=name), observed(path).open() as stream:
            stream.read()


def test_an_absurd_expansion_is_refused(tmp_path: Path) -> None:
    """A small file that unpacks to a huge one does not fill the disk."""
    for name, pack in (("b.gz", gzip.compress), ("b.zst", zstandard.compress)):
        path = written(tmp_path / name, pack(bytes(1 << 24)))
        with path.open("rb") as file:
            stream = decompressed(file, name=name, at_least=1 << 20, ratio=100)
            with pytest.raises(SourceError, match="expands to more than"):
                stream.read()


def test_a_table_is_one_row_per_position(tmp_path: Path) -> None:
    """Rows of one id need not be adjacent; a profile has the line of its first row."""
    text = (
        "id,name,same_as,organization,start,current,position_id\n"
        'ada,Ada,x; y,"Engines, Ltd",1842,true,p1\n'
        "bob,,,,,,\n"
        "ada,,,Notes,1843,No,\n"
    )
    for name, content in (
        ("a.csv", b"\xef\xbb\xbf" + text.encode()),
        ("a.csv.gz", gzip.compress(text.encode())),
        ("a.csv.zst", zstandard.compress(text.replace("\n", "\r\n").encode())),
    ):
        engines = {"organization": "Engines, Ltd", "start": "1842", "current": True, "id": "p1"}
        notes = {"organization": "Notes", "start": "1843", "current": False}
        ada = {"id": "ada", "name": "Ada", "same_as": ["x", "y"], "positions": [engines, notes]}
        assert read(written(tmp_path / name, content)) == [(2, ada), (3, BOB_NOWHERE)]


def test_the_columns_of_a_table_can_have_other_names(tmp_path: Path) -> None:
    """`columns` says which is which, and whatever parts the cells is found out."""
    path = written(tmp_path / "a.csv", b"Person;Firma\nada;Engines\n")
    columns = {"id": "Person", "organization": "Firma"}
    ada = {"id": "ada", "positions": [{"organization": "Engines"}]}
    assert read(path, columns=columns) == [(2, ada)]
    assert observed(path).sha256 != observed(path, columns=columns).sha256


def test_a_table_may_have_words_above_it(tmp_path: Path) -> None:
    """It begins where its columns are named, whatever stands there; lines are counted on."""
    path = written(
        tmp_path / "a.csv",
        b'Notes:\n"some; words,\nin two lines"\n\nid,name,organization\nada,Ada,\n',
    )
    assert read(path) == [(6, {"id": "ada", "name": "Ada", "positions": [{}]})]


def test_a_layout_says_how_a_table_is_written(tmp_path: Path) -> None:
    """Joined and unused columns, constants, forms of dates and the encoding."""
    layout = {
        "columns": {"id": "Nr", "name": ["Vor", "Nach"], "url": "Nr", "kind": False},
        "constants": {"organization": "Büro"},
        "dates": ["%b %Y", "%d.%m.%Y"],
        "encoding": "windows-1252",
    }
    text = (
        "Nr;Vor;Nach;kind;start;end\n7;Zoë;;Full-time;Feb 2020;01.03.2021\n;;;;;\n8;;;;2020;soon\n"
    )
    path = written(tmp_path / "a.csv", text.encode("cp1252"))
    zoe = {"organization": "Büro", "start": "2020-02", "end": "2021-03-01"}
    other = {"organization": "Büro", "start": "2020", "end": "soon"}
    assert read(path, **layout) == [
        (2, {"id": "7", "name": "Zoë", "url": "7", "positions": [zoe]}),
        (4, {"id": "8", "url": "8", "positions": [other]}),
    ]
    sums = {observed(path, **{key: value}).sha256 for key, value in layout.items()}
    assert len(sums | {observed(path).sha256}) == len(layout) + 1


def test_another_encoding_than_the_configured_one_is_said(tmp_path: Path) -> None:
    """Text that cannot be read as such at all is an error of the file."""
    path = written(tmp_path / "a.csv", "id\nada\n".encode("utf-16") + b"\x00")
    with pytest.raises(SourceError, match="utf-16"), observed(path, encoding="utf-16").open() as it:
        it.read()


def test_numbers_of_a_typed_table_are_the_texts_of_a_profile(tmp_path: Path) -> None:
    """An id that is a number, a year, two columns in one field, one column in two fields."""
    row = {"key": 7, "first": "Zoë", "last": None, "organization": "Büro", "start": 2020}
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist([row]), path)
    columns = {"id": "key", "url": "key", "name": ["first", "last"]}
    position = {"organization": "Büro", "start": "2020"}
    assert read(path, columns=columns) == [
        (1, {"id": "7", "name": "Zoë", "url": "7", "positions": [position]})
    ]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    """The message lists the columns that there are."""
    path = written(tmp_path / "a.csv", b"Person,Firma\nada,Engines\n")
    for columns in ({"id": "Nobody"}, {}):
        with (
            pytest.raises(SourceError, match=r"no column.*'Person', 'Firma'"),
            observed(path, columns=columns).open() as stream,
        ):
            stream.read()


def test_broken_rows_of_a_table_are_passed_on_to_be_set_aside(tmp_path: Path) -> None:
    """Not UTF-8, too many cells, no id: each is a profile that validation refuses."""
    path = written(
        tmp_path / "a.csv",
        b"id,organization,current\n\xff,Engines,\nb,Engines,,9\n,Engines,\n,Notes,\nc,E,perhaps\n",
    )
    with observed(path).open() as stream:
        lines = stream.read().split(b"\n")
    assert b"\xff" in lines[1]
    assert "4 cells" in json.loads(lines[2])["positions"]
    assert "id" not in json.loads(lines[3])
    assert "id" not in json.loads(lines[4])
    assert json.loads(lines[5])["positions"] == [{"organization": "E"}]


@pytest.mark.parametrize("before", [1, 100])
def test_a_line_of_ten_megabytes_costs_a_table_no_other_row(tmp_path: Path, before: int) -> None:
    """It is set aside under its line, wherever it stands."""
    rows = [f"p{number},Ada\n" for number in range(before)]
    long = f"x,{'x' * 10_000_000}\n"
    head = "id,organization\n"
    path = written(tmp_path / "a.csv", "".join([head, *rows, long, "q,Bo\n"]).encode())
    with observed(path).open() as stream:
        read = [json.loads(line) for line in stream if line.strip()]
    assert [one["id"] for one in read[-2:]] == [f"line {before + 2}", "q"]
    assert len(read) == before + 2
    line = f"line {before + 2}: field larger than field limit (131072)"
    assert read[-2]["positions"] == f"no row of the table: {line}"
    refused = judge(json.dumps(read[-2]).encode())
    assert isinstance(refused, Refusal)
    assert (refused.path, refused.reason) == ("$", read[-2]["positions"])


def test_an_unclosed_quote_in_a_table_is_an_error_of_the_file(tmp_path: Path) -> None:
    """It would swallow the rest of the file as one cell."""
    path = written(tmp_path / "a.csv", b'id,organization\nada,"' + b"x" * 200_000)
    with pytest.raises(SourceError, match=r"a\.csv: line 2"), observed(path).open() as stream:
        stream.read()


def test_parquet_is_read_nested_and_flat(tmp_path: Path) -> None:
    """Typed days become dates as profiles write them."""
    nested = tmp_path / "nested.parquet"
    positions = [{"organization": "Engines", "start": date(1842, 10, 1)}]
    pq.write_table(pa.Table.from_pylist([{"id": "ada", "positions": positions}]), nested)
    flat = tmp_path / "flat.parquet"
    rows = [
        {"id": "ada", "organization": "Engines", "start": date(1842, 10, 1)},
        {"id": "bob", "organization": None, "start": None},
    ]
    pq.write_table(pa.Table.from_pylist(rows), flat)
    ada = {"id": "ada", "positions": [{"organization": "Engines", "start": "1842-10-01"}]}
    assert read(nested) == [(1, ada)]
    assert read(flat) == [(1, ada), (2, BOB_NOWHERE)]


def test_a_damaged_parquet_file_is_named(tmp_path: Path) -> None:
    """Its error is an error of the source."""
    path = written(tmp_path / "a.parquet", b"PAR1 but not really PAR1")
    with pytest.raises(SourceError, match=r"a\.parquet"), observed(path).open() as stream:
        stream.read()


def test_a_file_that_changes_while_it_is_read_is_no_observation(tmp_path: Path) -> None:
    """Its checksum would tell of other bytes."""
    path = written(tmp_path / "a.jsonl", LINES)
    one = observed(path)
    with path.open("ab") as file:
        file.write(LINES)
    with pytest.raises(SourceError, match="changed while it was read"), one.open() as stream:
        stream.read()


def test_bad_files_come_as_errors_among_the_good_ones(tmp_path: Path) -> None:
    """A file without a day, of no known kind, or gone stops no other."""
    good = written(tmp_path / "2025-01-01.jsonl", LINES)
    undated = written(tmp_path / "undated.jsonl", LINES)
    strange = written(tmp_path / "2025-01-01.docx", LINES)
    gone = tmp_path / "2025-01-02.jsonl"
    found = list(SOURCES["files"](source="s", paths=[undated, strange, gone, good]).observations())
    assert [isinstance(observation, SourceError) for observation in found] == [
        True,
        True,
        True,
        False,
    ]
    for path, error in zip([undated, strange, gone], found, strict=False):
        assert path.name in str(error)


def test_checksums_are_not_taken_again_while_a_file_stays(tmp_path: Path) -> None:
    """An unchanged file costs next to nothing, in a later run too; a changed one is seen."""
    path = written(tmp_path / "2025-01-01.jsonl", LINES)
    kept = tmp_path / "kept" / "checksums.json"

    def checksum() -> str:
        with remembered(kept) as checksums:
            (one,) = Files(source="s", paths=[path], checksums=checksums).observations()
        assert isinstance(one, Observation)
        return one.sha256

    first = checksum()
    kept.write_text(kept.read_text().replace(first, "remembered"))
    assert checksum() == "remembered"
    path.write_bytes(LINES + LINES)
    assert checksum() not in {first, "remembered"}
    path.write_bytes(LINES)
    assert checksum() == first
    for damaged in ("", "[]", "{", '{"a": 5}'):
        kept.write_text(damaged)
        assert checksum() == first
    assert [one.name for one in kept.parent.iterdir()] == ["checksums.json"]


def test_globs_are_expanded_in_order_without_hidden_files(tmp_path: Path) -> None:
    """Editors and downloads leave hidden files beside the real ones."""
    for name in ("2.jsonl", "1.jsonl", ".3.jsonl"):
        written(tmp_path / name, b"")
    (tmp_path / "4.jsonl").mkdir()
    names = [path.name for path in expand(tmp_path, "*.jsonl")]
    assert names == [path.name for path in expand(Path("/"), f"{tmp_path}/*.jsonl")]
    assert names == ["1.jsonl", "2.jsonl"]


def test_a_link_that_leads_nowhere_is_said(tmp_path: Path) -> None:
    """A disk that is not mounted is not a day without a file."""
    (tmp_path / "2025-01-01.jsonl").symlink_to(tmp_path / "nowhere")
    (found,) = Files(source="press", paths=expand(tmp_path, "*.jsonl")).observations()
    assert isinstance(found, SourceError)
    assert str(found) == "2025-01-01.jsonl: cannot be read: No such file or directory"


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["{}.jsonl", "press_{}-v2.csv"]))
def test_the_day_is_in_the_name(day: date, pattern: str) -> None:
    """Both ways of writing it are understood, anywhere in the name."""
    assert observed_on_from_name(pattern.format(day.isoformat())) == day
    assert observed_on_from_name(pattern.format(day.isoformat().replace("-", ""))) == day


@pytest.mark.parametrize(
    "name", ["press.jsonl", "2025-02-30.jsonl", "2025-01-01_2025-01-02.jsonl", "120250101.jsonl"]
)
def test_a_name_without_one_valid_day_is_refused(name: str) -> None:
    """No day, an impossible one, several, or digits that are something else."""
    with pytest.raises(SourceError, match="in the file's name"):
        observed_on_from_name(name)


def test_the_same_day_twice_in_a_name_is_one_day() -> None:
    """`20250101/2025-01-01` agree."""
    assert observed_on_from_name("20250101-2025-01-01.jsonl") == date(2025, 1, 1)


def test_an_unreadable_file_is_an_error_of_the_source(tmp_path: Path) -> None:
    """A directory in place of a file, say."""
    path = tmp_path / "2025-01-01.jsonl"
    path.mkdir()
    (one,) = Files(source="s", paths=[path]).observations()
    assert isinstance(one, SourceError)
