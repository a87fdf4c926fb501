"""One bad file in an inbox or among the rules stops nobody else."""

import gzip
import json
import os
from array import array
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from damages import socket_at
from story import World, flow, job
from typer.testing import CliRunner

from monitor.base.errors import SourceError, UsageError, printable
from monitor.base.settings import Layout
from monitor.cli.entry import app
from monitor.intake.profiles import Rejected
from monitor.intake.snapshots.rejected_file import MOST_EXCERPTS, MOST_REASONS, RejectedFile
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.checksums import remembered
from monitor.intake.sources.files import Files, expand
from monitor.intake.sources.tables import parquet_profiles

LINE = b'{"id": "ada", "positions": [{"organization": "Meta"}]}\n'
BYTES = os.fsdecode(b"2025-01-02-\xff.jsonl")


def talentwatch(world: World, *arguments: str) -> tuple[int, str, str]:
    """Run a command of the watch; return its exit code and what it printed."""
    done = CliRunner().invoke(app, [*arguments, "--config", str(world.root / "config.toml")])
    assert done.exception is None or isinstance(done.exception, (SystemExit, UsageError)), done
    return done.exit_code, done.stdout, done.stderr


def test_a_name_that_is_no_text_costs_its_file_alone(tmp_path: Path) -> None:
    """The other file is taken in; run, its JSON, status and import name the bytes escaped."""
    world = World(tmp_path)
    good = world.on("2025-01-01", ada=[job("Meta")])
    bad = good.with_name(BYTES)
    bad.write_bytes(LINE)
    code, out, err = talentwatch(world, "run", "--json")
    assert code == 1
    assert r"2025-01-02-\xff.jsonl: its name is not UTF-8" in err
    assert r"2025-01-02-\xff.jsonl" in json.loads(out)["errors"][0]
    assert world.snapshots() == ["press 2025-01-01 baseline"]
    assert r"\xff.jsonl" in talentwatch(world, "status")[2]
    code, _, err = talentwatch(world, "import", "press", str(bad))
    assert (code, r"\xff.jsonl: its name is not UTF-8" in err) == (1, True)
    bad.unlink()
    assert talentwatch(world, "run")[0] == 0


def test_a_rule_whose_name_is_no_text_breaks_itself_alone(tmp_path: Path) -> None:
    """Its name is said with the bytes escaped, as text and as JSON, and the run goes on."""
    world = World(tmp_path, rules={"good": flow("meta", "xai", people=1)})
    world.on("2025-01-01", ada=[job("Meta")])
    rules = tmp_path / "rules"
    for name in (b"\xff.toml", b"a\nb.toml"):
        Path(rules, os.fsdecode(name)).write_bytes((rules / "good.toml").read_bytes())
    os.mkfifo(rules / "pipe.toml")
    code, _, err = talentwatch(world, "run")
    assert code == 1
    for shown in (r"\xff.toml", r"a\nb.toml", "pipe.toml"):
        assert f"{shown}: " in err
    rows = [
        json.loads(line)
        for line in talentwatch(world, "rules", "list", "--json")[1].split("\n")
        if line
    ]
    assert [row["rule"] for row in rows if row["status"] == "broken"] == [r"\xff", r"a\nb", "pipe"]


def test_a_name_with_a_line_break_forges_no_line(tmp_path: Path) -> None:
    """The file is taken in, and is known by its escaped name."""
    path = tmp_path / "2025-01-01\nerror: forged\x1b[2J.jsonl"
    path.write_bytes(LINE)
    (one,) = Files(source="s", paths=[path]).observations()
    assert not isinstance(one, SourceError)
    assert one.origin == r"2025-01-01\nerror: forged\x1b[2J.jsonl"
    (error,) = Files(source="s", paths=[tmp_path / "a\nb.jsonl"]).observations()
    assert "\n" not in str(error)


def test_what_is_no_file_is_named_and_never_waited_for(tmp_path: Path) -> None:
    """A pipe without a writer, a socket and an endless device each cost themselves alone."""
    (tmp_path / "2025-01-01.jsonl").write_bytes(LINE)
    os.mkfifo(tmp_path / "2025-01-02.jsonl")
    (tmp_path / "2025-01-03.jsonl").symlink_to("/dev/zero")
    (tmp_path / "2025-01-04.jsonl").mkdir()
    socket_at(tmp_path / "2025-01-05.jsonl")
    found = list(Files(source="s", paths=expand(tmp_path, "*")).observations())
    assert [
        str(observation).partition(":")[0]
        for observation in found
        if isinstance(observation, SourceError)
    ] == [
        "2025-01-02.jsonl",
        "2025-01-03.jsonl",
        "2025-01-05.jsonl",
    ]


def test_a_folder_whose_name_is_no_text_is_refused_in_words(tmp_path: Path) -> None:
    """No database can be kept in it; neither a watch nor a new folder."""
    folder = tmp_path / os.fsdecode(b"\xff")
    folder.mkdir()
    (folder / "config.toml").write_text("")
    for arguments in (["run", "--config", str(folder / "config.toml")], ["init", str(folder)]):
        done = CliRunner().invoke(app, arguments)
        assert isinstance(done.exception, UsageError)
        assert rf"{printable(folder)}: the name of this folder is not UTF-8" in str(done.exception)


@pytest.mark.parametrize("name", ["a.jsonl", "Zürich 2025.csv", "李雷.csv"])
def test_a_name_that_can_be_printed_is_printed_as_it_is(name: str) -> None:
    """Letters of any script are text."""
    assert printable(name) == name


def table_of(**columns: pa.Array) -> pa.Table:
    """Return a table of two rows, ada and bob, each at Meta unless told."""
    usual = {"id": pa.array(["ada", "bob"]), "organization": pa.array(["Meta", "Meta"])}
    return pa.table({**usual, **columns})


def stored(path: Path) -> Path:
    """Take a file in, and return the folder of its snapshot."""
    (one,) = Files(source="s", paths=[path]).observations()
    assert not isinstance(one, SourceError)
    store = Store(path.parent / "store")
    store.write(one)
    return store.path("s", one.observed_on)


NOT_UTF8 = pa.StringArray.from_buffers(
    2, pa.py_buffer(array("i", [0, 2, 6])), pa.py_buffer(b"\xff\xfeMeta")
)
DAYS = pa.array([2**31 - 1, 19_000], pa.int32()).cast(pa.date32())
MICROSECONDS = pa.array([2**62, 0], pa.int64())
INSIDE = pa.ListArray.from_arrays(
    pa.array([0, 1, 2], pa.int32()),
    pa.StructArray.from_arrays([pa.array(["Meta", "Meta"]), DAYS], ["organization", "start"]),
)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"start": DAYS}, "the column 'start' cannot be read: it is out of range"),
        ({"start": MICROSECONDS.cast(pa.timestamp("us"))}, "the column 'start' cannot be read"),
        ({"start": MICROSECONDS.cast(pa.time64("us"))}, "the column 'start' cannot be read"),
        ({"organization": NOT_UTF8}, "the column 'organization' cannot be read: it is not UTF-8"),
        ({"positions": INSIDE}, "the column 'positions' cannot be read"),
    ],
)
def test_a_cell_that_cannot_be_read_costs_its_row_alone(
    tmp_path: Path, columns: dict[str, pa.Array], reason: str
) -> None:
    """The other row is a profile, and the reason names the column."""
    path = tmp_path / "2025-01-01.parquet"
    table = table_of(**columns)
    pq.write_table(table.drop(["organization"]) if "positions" in columns else table, path)
    folder = stored(path)
    (refused,) = map(json.loads, (folder / "rejected.jsonl").read_text().splitlines())
    assert (refused["line"], refused["id"]) == (1, "ada")
    assert reason in refused["reason"]
    assert pq.read_table(folder / "profiles.parquet")["id"].to_pylist() == ["bob"]


@pytest.mark.parametrize(
    ("columns", "ids"),
    [
        ({"id": pa.array([Decimal(5), Decimal(6)])}, ["5", "6"]),
        ({"id": pa.array([b"ada", b"bob"])}, ["ada", "bob"]),
        ({"id": pa.array(["ada", "bob"]).dictionary_encode()}, ["ada", "bob"]),
        ({"title": pa.nulls(2), "start": pa.array([1, 2], pa.timestamp("ns"))}, ["ada", "bob"]),
    ],
)
def test_columns_of_unusual_types_are_read(
    tmp_path: Path, columns: dict[str, pa.Array], ids: list[str]
) -> None:
    """Decimals and bytes as ids, dictionaries, columns of nothing, and nanoseconds."""
    path = tmp_path / "2025-01-01.parquet"
    pq.write_table(table_of(**columns), path)
    (one,) = Files(source="s", paths=[path]).observations()
    assert not isinstance(one, SourceError)
    with one.open() as stream:
        assert [json.loads(line)["id"] for line in stream if line.strip()] == ids


def test_the_first_of_two_columns_of_one_name_counts_and_no_rows_are_no_fault(
    tmp_path: Path,
) -> None:
    """As in a table of text."""
    twice = pa.Table.from_arrays(
        [*table_of().columns, pa.array(["xAI", "xAI"])], ["id", "organization", "organization"]
    )
    for table, seen in ((twice, ["Meta", "Meta"]), (twice.slice(0, 0), [])):
        path = tmp_path / "2025-01-01.parquet"
        pq.write_table(table, path)
        (one,) = Files(source="s", paths=[path]).observations()
        assert not isinstance(one, SourceError)
        with one.open() as stream:
            rows = [json.loads(line) for line in stream if line.strip()]
        assert [row["positions"][0]["organization"] for row in rows] == seen


@pytest.mark.parametrize(
    "columns",
    [
        {"id": pa.repeat("a", 100_000)},
        {"id": pa.DictionaryArray.from_arrays(pa.repeat(0, 1000), pa.array(["a" * 100]))},
    ],
)
def test_a_parquet_file_that_becomes_far_more_than_its_size_is_refused(
    tmp_path: Path, columns: dict[str, pa.Array]
) -> None:
    """Whether it says so of itself or its rows show it."""
    path = tmp_path / "2025-01-01.parquet"
    pq.write_table(pa.table({**columns, "organization": columns["id"]}), path)
    with path.open("rb") as file:
        pieces = parquet_profiles(file, Layout(), name=path.name, at_least=0, ratio=10)
        with pytest.raises(SourceError, match=r"2025-01-01.parquet: expands to more than"):
            list(pieces)


def any_file(root: Path) -> World:
    """Return a world whose source takes files of every kind."""
    world = World(root)
    config = root / "config.toml"
    config.write_text(config.read_text().replace("*.jsonl", "*"))
    return world


@pytest.mark.slow
def test_a_refused_file_is_not_read_again_until_it_changes(tmp_path: Path) -> None:
    """Each run names it with the same reason; a changed file, and import, are read."""
    world = any_file(tmp_path)
    bad = world.on("2025-01-01", ada=[job("Meta")]).with_name("2025-01-02.jsonl.gz")
    bad.write_bytes(gzip.compress(LINE)[:-4])
    first = talentwatch(world, "run")
    assert first[0] == 1
    assert "2025-01-02.jsonl.gz: cut short" in first[2]
    assert f"talentwatch import press {bad}" in first[2]
    kept = tmp_path / "snapshots" / "refused.json"
    refusal = [line for line in first[2].splitlines() if not line.startswith("warning: ")]
    assert talentwatch(world, "run")[2].splitlines() == refusal
    assert "cut short" in talentwatch(world, "status")[2]
    # What is kept, and not the file, is what the next run says; import looks at the file.
    kept.write_text(kept.read_text().replace("cut short", "kept so"))
    assert "kept so" in talentwatch(world, "run")[2]
    assert "cut short" in talentwatch(world, "import", "press", str(bad))[2]
    bad.write_bytes(gzip.compress(LINE))
    assert talentwatch(world, "run")[0] == 0
    assert json.loads(kept.read_text()) == {}


def test_a_dry_run_remembers_no_refusal(tmp_path: Path) -> None:
    """It leaves no trace."""
    world = any_file(tmp_path)
    bad = world.on("2025-01-01", ada=[job("Meta")]).with_name("2025-01-02.jsonl.gz")
    bad.write_bytes(b"no gzip")
    assert "corrupt" in talentwatch(world, "run", "--dry-run")[2]
    assert not (tmp_path / "snapshots" / "refused.json").exists()


def test_what_is_set_aside_takes_bounded_room_and_is_counted_exactly(tmp_path: Path) -> None:
    """The first records stand one by one, a line says where they end, and counts follow."""
    path = tmp_path / "2025-01-01.jsonl"
    path.write_bytes(b"{}\n" * 30_000 + b'{"id": 5}\n' * 20_000 + LINE)
    folder = stored(path)
    assert json.loads((folder / "manifest.json").read_text())["rejected"] == 50_000
    rows = [json.loads(line) for line in (folder / "rejected.jsonl").read_text().splitlines()]
    excerpts, (end, *counts) = rows[:MOST_EXCERPTS], rows[MOST_EXCERPTS:]
    assert [row["line"] for row in excerpts] == list(range(1, MOST_EXCERPTS + 1))
    assert (end["line"], end["reason"]) == (
        MOST_EXCERPTS + 1,
        "45,000 more records were set aside, counted below by reason",
    )
    assert [(row["line"], row["path"], row["count"]) for row in counts] == [
        (MOST_EXCERPTS + 1, "$.id", 25_000),
        (30_001, "$.id", 20_000),
    ]


def test_reasons_beyond_some_hundreds_are_counted_together(tmp_path: Path) -> None:
    """Numbers in a reason make no other reason, and the counts add up."""
    path = tmp_path / "rejected.jsonl"
    file = RejectedFile(path)
    reasons = ["first"] * MOST_EXCERPTS + [f"at character {place}" for place in range(100)]
    reasons += ["x" * length for length in range(1, MOST_REASONS + 100)]
    file.add(
        Rejected(line=line, id=None, path="$", reason=reason, excerpt="")
        for line, reason in enumerate(reasons, 1)
    )
    file.close()
    rows = [json.loads(line) for line in path.read_text().splitlines()][MOST_EXCERPTS + 1 :]
    assert len(rows) <= MOST_REASONS + 1
    assert sum(row["count"] for row in rows) == len(reasons) - MOST_EXCERPTS
    assert {row["count"] for row in rows if row["reason"] == "at character 0"} == {100}


def test_a_pipe_in_the_place_of_the_checksums_is_not_waited_for(tmp_path: Path) -> None:
    """Files are read once more, and the checksums take its place."""
    path = tmp_path / "checksums.json"
    os.mkfifo(path)
    with remembered(path) as checksums:
        assert checksums == {}
        checksums["a"] = "b"
    with remembered(path) as checksums:
        assert checksums == {"a": "b"}
