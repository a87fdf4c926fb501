"""`sources test`: what one file would give, read as a run reads it, and kept nowhere."""

import gzip
import json
import os
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from story import World, crowd, job
from test_init import talentwatch
from test_spreadsheets_and_archives import spreadsheet

from monitor.intake.snapshots.store import Store

CONFIG = """
[sources.staff]
kind = "files"
path = "inbox/staff/*"

[sources.staff.columns]
id = "Employee ID"
name = "Name"
organization = "Agency"
title = ["Job Title", "Position"]
"""
HEADING = ["Employee ID", "Name", "Agency", "Job Title"]


def people(count: int, *, first: int = 0) -> list[list[str]]:
    return [[f"e{n}", f"P{n} Ex", f"Org {n % 4}", "Clerk"] for n in range(first, first + count)]


def text(heading: list[str], rows: list[list[str]]) -> str:
    return "".join(f"{','.join(row)}\n" for row in [heading, *rows])


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    """Return the configuration of a watch whose inbox has one file, which was taken in."""
    inbox = tmp_path / "watch" / "inbox" / "staff"
    inbox.mkdir(parents=True)
    config = tmp_path / "watch" / "config.toml"
    config.write_text(CONFIG)
    (inbox / "2025-01-01.csv").write_text(text(HEADING, people(20)))
    talentwatch("run", "--config", config, "--now", "2025-01-02")
    return config


def put(config: Path, name: str, content: str | bytes) -> Path:
    path = config.parent / "inbox" / "staff" / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def tried(config: Path, *arguments: object, code: int = 0) -> Any:
    done = talentwatch("sources", "test", *arguments, "--config", config, "--json", code=code)
    [record] = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return record


def everything(root: Path) -> dict[str, tuple[int, int]]:
    found = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        found[str(path)] = (status.st_size, status.st_mtime_ns)
    return found


def test_it_tells_what_the_newest_file_would_give_and_keeps_nothing(watch):
    """Columns with samples, people, and what differs from the one that was taken in."""
    heading = ["Employee ID", "NAME", "Agency", "Position", "Salary"]
    rows = [[*row, "1"] for row in people(20, first=5)]
    put(watch, "2025-02-01.csv", text(heading, rows))
    before = everything(watch.parent)
    said = " ".join(talentwatch("sources", "test", "staff", "--config", watch).stdout.split())
    assert everything(watch.parent) == before
    for words in (
        "2025-02-01.csv of staff, observed on 2025-02-01:",
        "title Position Clerk",
        "Not used: Salary.",
        "In it: 20 profiles with 20 positions at 4 organisations; 0 set aside.",
        "e5, P5 Ex: Org 1 (Clerk)",
        "Since 2025-01-01 (2025-01-01.csv): 20 profiles then, 20 now; 15 of those then (75%)",
        "New columns: Salary.",
        "Columns renamed: Name -> NAME, Job Title -> Position.",
    ):
        assert words in said


def test_the_same_is_told_as_json(watch):
    """One object, whose keys are always there."""
    record = tried(watch, "staff")
    assert record["observed_on"] == "2025-01-01"
    assert record["fields"][0] == {"field": "id", "found": ["Employee ID"], "samples": ["e0", "e1"]}
    assert (record["profiles"], record["positions"], record["rejected"]) == (20, 20, 0)
    assert len(record["shown"]) == 5
    assert record["shown"][0] == {
        "id": "e0",
        "name": "P0 Ex",
        "positions": [{"organization": "Org 0", "title": "Clerk"}],
    }
    assert record["since"] is None
    assert record["problems"] == []


@pytest.mark.parametrize(("without_id", "code"), [(1, 0), (2, 1)])
def test_it_fails_where_more_would_be_set_aside_than_is_allowed(watch, without_id, code):
    """One of twenty is the share that is allowed; reasons are counted."""
    rows = people(20 - without_id) + [["", "Nobody", "Org 1", "Clerk"]] * without_id
    path = put(watch, "2025-02-01.csv", text(HEADING, rows))
    record = tried(watch, "staff", path, code=code)
    assert record["reasons"] == [
        {"reason": "is missing", "path": "$.id", "line": 22 - without_id, "count": without_id}
    ]
    assert bool(record["problems"]) is bool(code)


def test_it_says_that_columns_are_hardly_right_where_most_would_be_set_aside(watch):
    """More than half of the records."""
    path = put(watch, "2025-02-01.csv", text(HEADING, [["", "A", "B", "C"]] * 3 + people(2)))
    assert "hardly what they are taken for" in tried(watch, "staff", path, code=1)["problems"][0]


@pytest.mark.slow
def test_it_counts_as_a_run_does(watch):
    """The file is read by the same code; vacant posts are nobody's fault."""
    rows = [*people(18), ["", "x", "y", "z"], ["e99", "Vacant", "Org 1", "Clerk"]]
    put(watch, "2025-02-01.csv", text(HEADING, rows))
    record = tried(watch, "staff")
    talentwatch("run", "--config", watch, "--now", "2025-02-02")
    store = Store(watch.parent / "snapshots" / "store")
    taken = store.manifest("staff", date(2025, 2, 1))
    assert taken is not None
    for key in ("profiles", "positions", "rejected", "nobody"):
        assert record[key] == getattr(taken, key)
    assert record["nobody"] == 1


def test_columns_that_are_gone_and_an_encoding_that_changed_are_named(watch):
    """A title that nobody has any more, and letters that were written otherwise."""
    rows = [[*row[:2], "Société Générale"] for row in people(20)]
    put(watch, "2025-02-01.csv", text(HEADING[:3], rows).encode("utf-16"))
    put(watch, "2025-03-01.csv", text(HEADING[:3], rows))
    record = tried(watch, "staff")
    assert record["since"]["gone"] == ["Job Title"]
    assert record["missing"] == {"title": ["Job Title", "Position"]}
    assert any(
        "no column 'Job Title' or 'Position' for `title`" in remark for remark in record["remarks"]
    )
    assert record["since"]["kept"] == 20


@pytest.mark.slow
def test_other_kinds_of_files_are_tried_as_well(watch, tmp_path):
    """A spreadsheet, Parquet and JSON Lines."""
    sheet = spreadsheet(tmp_path / "2025-02-01.xlsx", [HEADING, *people(20)])
    table = tmp_path / "2025-02-02.parquet"
    columns = dict(zip(HEADING, map(list, zip(*people(20), strict=True)), strict=True))
    pq.write_table(pa.table(columns), table)
    lines = tmp_path / "2025-02-03.jsonl"
    lines.write_text('{"id": "a", "positions": [{"organization": "Acme", "start": "2024"}]}\n')
    for path, count in ((sheet, 20), (table, 20), (lines, 1)):
        assert tried(watch, "staff", path)["profiles"] == count
    shown = tried(watch, "staff", lines)["shown"]
    assert shown == [
        {"id": "a", "name": None, "positions": [{"organization": "Acme", "start": "2024"}]}
    ]


def test_a_file_without_a_day_is_tried_all_the_same(watch, tmp_path):
    """And it is said that a run needs one."""
    path = tmp_path / "export.csv"
    path.write_text(text(HEADING, people(3)))
    done = talentwatch("sources", "test", "staff", path, "--config", watch)
    assert "its name tells none, and a run needs one" in " ".join(done.stdout.split())


@pytest.mark.slow
def test_what_cannot_be_tried_is_said_in_words(watch, tmp_path):
    """No such source, no such file, a folder, a pipe, no table, a bomb, another encoding."""
    pipe = tmp_path / "2025-02-01.csv"
    os.mkfifo(pipe)
    for arguments, words in (
        (["other"], "there is no source 'other' (there are: staff)"),
        (["staff", tmp_path / "gone.csv"], "no such file"),
        (["staff", tmp_path], "expected files"),
        (["staff", pipe], "expected files"),
    ):
        done = talentwatch("sources", "test", *arguments, "--config", watch, code=2)
        assert words in str(done.exception)
    bomb = tmp_path / "2025-02-02.csv.gz"
    bomb.write_bytes(gzip.compress(b"0" * (80 << 20)))
    packed = tmp_path / "2025-02-03.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.csv", "x")
    cut = tmp_path / "2025-02-04.parquet"
    cut.write_bytes(b"PAR1 and no more")
    other = tmp_path / "2025-02-05.csv"
    other.write_bytes(text(HEADING, people(3)).replace("Org", "Žluťoučký kůň").encode("cp1250"))
    for path, words in (
        (bomb, ""),
        (packed, "needs one file of profiles in it, and has 2"),
        (cut, "not a readable Parquet file"),
        (other, "not written in UTF-8; its letters do not tell how: set encoding"),
    ):
        done = talentwatch("sources", "test", "staff", path, "--config", watch, code=1)
        assert words in str(done.exception)
        assert path.name in str(done.exception)


def test_an_inbox_that_is_empty_is_named(watch):
    """There is no newest file."""
    (watch.parent / "inbox" / "staff" / "2025-01-01.csv").unlink()
    done = talentwatch("sources", "test", "staff", "--config", watch, code=1)
    assert "no file matches inbox/staff/*" in str(done.exception)


@pytest.mark.slow
def test_a_thinned_snapshot_is_compared_with_and_stays_as_it_is(tmp_path):
    """Whoever tries a file makes no snapshot whole."""
    world = World(tmp_path / "world", rules={})
    world.observe("2025-01-01", crowd("Meta", 4000))
    world.observe("2025-01-02", {**crowd("Meta", 3999), "ada": [job("xAI")]})
    world.run("2025-01-02")
    store = Store(world.root / "snapshots" / "store")
    assert store.thin("press", date(2025, 1, 2), date(2025, 1, 1))
    path = tmp_path / "2025-01-03.jsonl"
    path.write_text('{"id": "ada", "positions": [{"organization": "xAI"}]}\n')
    before = everything(store.root)
    record = tried(world.root / "config.toml", "press", path)
    assert (record["since"]["profiles"], record["since"]["kept"]) == (4000, 1)
    assert everything(store.root) == before


@pytest.mark.slow
def test_ends_that_mean_none_are_said_once_and_starts_to_come_while_they_are(tmp_path):
    """Files of equal bytes, too: which starts are to come depends on the day."""
    world = World(tmp_path / "world", rules={})
    plan = {"ada": [job("xAI", start="2025-03-01")], "bo": [job("Meta", end="9999-12-31")]}
    days = ("2025-01-01", "2025-02-01", "2025-04-01")
    for day in days:
        world.observe(day, plan)
    done = talentwatch(
        "run", "--json", "--config", world.root / "config.toml", "--now", "2025-04-01"
    )
    [record] = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"run"')]
    said = [" ".join(row["remarks"]) for row in record["sources"]["press"]]
    ends, plans = "1 end such as '9999-12-31' means that there is none", "1 position begins after"
    assert [ends in one for one in said] == [True, False, False]
    assert [plans in one for one in said] == [True, True, False]
