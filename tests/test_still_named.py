"""An erasure names the files that it does not write and that still have the person."""

import gzip
import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command_line import run_here
from msgspec import structs
from permissions import permissions_hold
from story import World

from monitor.delivery.evidence_bundle import write_bundle
from monitor.intake.forgetting.stored_rows import StandIn
from monitor.operations.rights.access import write_about
from monitor.operations.rights.erasing import Erased, close, rest_notice
from monitor.operations.rights.journal import Erasure
from monitor.operations.rights.rewriting import searching
from monitor.operations.rights.rewriting.searching import searched
from monitor.operations.rights.rewriting.texts import Scrubber
from monitor.operations.rights.rewriting.written_files import rewrite_side_files

NAME, ID = "Zoë O'Quill <Quillfeather>", "zq-77319"
ERASURE = Erasure(
    number=1,
    kind="forget",
    by="a test",
    why="",
    at=datetime(2025, 3, 1, tzinfo=UTC),
    people=(),
    keys={f"press:{ID}": "press:erased-1"},
    words={NAME: "erased-1", ID: "erased-1"},
    salt=b"",
)


def named(paths, words, keys=()):
    """Return the files that a search finds, all of which it could read."""
    found = searched(paths, words, keys)
    assert not found.unread
    return [*found.named]


def test_what_commands_wrote_beside_the_configuration_is_named(tmp_path):
    """Exports and their pages, evidence, moves in Parquet, and what somebody kept of a command."""
    settings = World(tmp_path).settings
    write_about({"profiles": [ID], "name": NAME}, tmp_path / "about.json")
    write_bundle(tmp_path / "alert.zip", f'{{"name": "{NAME}"}}'.encode())
    pq.write_table(pa.table({"name": [NAME]}), tmp_path / "moves.parquet", compression="zstd")
    for name in ("alerts.jsonl", "moves.csv", "run.log", "seen.txt"):
        (tmp_path / name).write_text(f"{NAME}\n", encoding="utf-8")
    (tmp_path / "others.csv").write_text("Ada Long\n", encoding="utf-8")
    inbox = tmp_path / "inbox" / "press" / "2025-01-05.jsonl"
    inbox.parent.mkdir(parents=True)
    inbox.write_text(f'{{"id": "{ID}"}}\n', encoding="utf-8")
    assert {path.name for path in close(settings, ERASURE).named} == {
        *("about.json", "about.html", "alert.zip", "moves.parquet"),
        *("alerts.jsonl", "moves.csv", "run.log", "seen.txt"),
    }


def test_a_file_of_the_inbox_beside_the_configuration_is_none_of_them(tmp_path):
    """It stays as it is where nobody asked for it."""
    world = World(tmp_path, sources=(), config='[sources.p]\nkind = "files"\npath = "*.csv"\n')
    (tmp_path / "2025-01-05.csv").write_text(f"id,name\n{ID},{NAME}\n", encoding="utf-8")
    assert close(world.settings, ERASURE).named == ()


@pytest.mark.parametrize(
    "text",
    [
        "<td>Zoë O&#x27;Quill &lt;Quillfeather&gt;</td>",
        "<td>Zoë O&#39;Quill &lt;Quillfeather&gt;</td>",
        '{"name": "Zo\\u00eb O\'Quill <Quillfeather>"}',
        "ZoË o'quill <QUILLFEATHER>".replace("Ë", "ë"),
    ],
)
def test_a_name_is_found_as_pages_and_json_write_it(tmp_path, text):
    """Whatever letters it has."""
    place = tmp_path / "about"
    place.write_text(text, encoding="utf-8")
    assert named([place], [NAME]) == [place]


def test_a_name_that_two_pieces_of_a_large_file_share_is_found(tmp_path, monkeypatch):
    """A file is searched some bytes at a time."""
    monkeypatch.setattr(searching, "_PIECE", 8)
    place = tmp_path / "log"
    for before in range(12):
        place.write_text(f"{'.' * before}{NAME}{'.' * 9}", encoding="utf-8")
        assert named([place], [NAME]) == [place]
    place.write_text(f"{NAME[:-1]}{'.' * 9}", encoding="utf-8")
    assert named([place], [NAME]) == []


def test_texts_of_a_packed_table_are_found(tmp_path):
    """Names that compress well stand nowhere as they are."""
    place = tmp_path / "moves.parquet"
    names = [f"Ada Long {number}" for number in range(2_000)]
    for chosen in ([*names, NAME], names):
        pq.write_table(pa.table({"name": chosen}), place, compression="zstd", use_dictionary=False)
        assert bool(named([place], [NAME])) is (NAME in chosen)


def test_of_nobody_no_file_is_read(tmp_path):
    """A word of few letters is anybody's, and is not searched for."""
    place = tmp_path / "any"
    place.write_text("", encoding="utf-8")
    assert named([place], []) == []


@pytest.mark.parametrize(
    ("text", "is_named"),
    [("press:p1", True), ("of press:p1.", True), ("press:p10", False), ("code:press:p1", False)],
)
def test_a_short_id_is_named_by_its_key_where_that_stands_whole(tmp_path, text, is_named):
    """Those of others begin or end so."""
    place = tmp_path / "about.json"
    place.write_text(f'["{text}"]', encoding="utf-8")
    assert bool(named([place], [], ["press:p1"])) is is_named


@pytest.mark.parametrize(
    "beside",
    [
        pa.array([1_700_000_000_123_456_789], pa.timestamp("ns")),
        pa.array([2**30], pa.date32()),
        pa.Array.from_buffers(
            pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]
        ),
        pa.array([[{"more": "text"}]]),
    ],
)
def test_parquet_of_any_kind_is_searched(tmp_path, beside):
    """Moments to the nanosecond, days of no calendar, and texts that are none stop nothing."""
    table = pa.Table.from_arrays([pa.array([f"{NAME}\u00a0Jr"]), beside], names=["name", "name"])
    pq.write_table(table, tmp_path / "kept.parquet")
    assert named([tmp_path / "kept.parquet"], [f"{NAME}\u00a0Jr"])
    assert not named([tmp_path / "kept.parquet"], ["Ada Long"])


def test_parquet_of_listed_values_is_searched(tmp_path):
    """Tables of other programs keep each name once."""
    names = pa.array([NAME, "Ada Long"]).dictionary_encode()
    pq.write_table(pa.table({"name": names}), tmp_path / "kept.parquet")
    assert named([tmp_path / "kept.parquet"], [NAME])


@pytest.mark.parametrize(
    "kind",
    [
        *(pa.string(), pa.large_string(), pa.string_view()),
        *(pa.binary(), pa.large_binary(), pa.binary_view(), pa.binary(len(NAME.encode()))),
    ],
    ids=str,
)
def test_a_name_is_found_however_parquet_keeps_texts(tmp_path, kind):
    """Other programs write their texts as bytes, of one length or of any."""
    names = pa.array([NAME.encode()], pa.binary()).cast(kind)
    pq.write_table(pa.table({"name": names}), tmp_path / "kept.parquet")
    assert named([tmp_path / "kept.parquet"], [NAME])


def test_each_value_of_parquet_stands_by_itself(tmp_path):
    """A key is whole between those of others, and a number is an id, too."""
    table = pa.table({"person": ["press:p1", "press:p2", "press:p30"], "id": [1, 77319, 3]})
    pq.write_table(table, tmp_path / "kept.parquet")
    for key, is_named in (("press:p2", True), ("press:p3", False)):
        assert bool(named([tmp_path / "kept.parquet"], [], [key])) is is_named
    assert named([tmp_path / "kept.parquet"], ["77319"])


# -- what cannot be searched -----------------------------------------------------------------------


@pytest.mark.slow
def test_what_cannot_be_searched_is_named_with_why(tmp_path):
    """Nobody is told that a file is well into which nobody looked."""
    settings = World(tmp_path).settings
    for name in ("closed.csv", "fine.csv"):
        (tmp_path / name).write_text("Ada Long\n", encoding="utf-8")
    (tmp_path / "closed.csv").chmod(0)
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b"Ada Long" * 99)[:20])
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(b"\n" * (65 << 20)))
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7\0\1\2")
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as archive:
        archive.writestr("inner.csv.gz", gzip.compress(b"Ada Long"))
    with permissions_hold():
        found = close(settings, ERASURE)
    why = {path.name: said for path, said in found.unread}
    expected = {
        "bomb.csv.gz": "expands to more than",
        "closed.csv": "may not be read: let this user read it",
        "cut.jsonl.gz": "cut short",
        "cut.parquet": "with the program that wrote it, or delete it",
        "cut.zip": "not an archive that can be read",
        "scan.pdf": "of a kind that is not searched",
        "twice.zip": "inner.csv.gz in it is packed once more: unpack it",
    }
    assert {*why} == {*expected}
    assert [name for name, said in expected.items() if said not in why[name]] == []
    assert found.named == ()


def test_a_file_of_an_unknown_kind_that_names_the_person_is_named_so(tmp_path):
    """Its first bytes are searched all the same, whatever comes before the name."""
    place = tmp_path / "scan.pdf"
    place.write_bytes(b"%PDF\0" + f"{ID} {NAME}".encode())
    assert named([place], [NAME]) == [place]


def test_of_a_large_file_of_an_unknown_kind_the_rest_is_not_read_and_it_is_named(
    tmp_path, monkeypatch
):
    """The disk of a machine beside the configuration costs no hour: it is named in any case."""
    monkeypatch.setattr(searching, "_PIECE", 8)
    place = tmp_path / "disk.img"
    place.write_bytes(b"\0" * 64 + NAME.encode())
    found = searched([place], [NAME])
    assert found.named == ()
    assert [path for path, _ in found.unread] == [place]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["seen.csv", "seen.csv.gz", "seen.zip"])
def test_packed_texts_in_any_encoding_are_searched(tmp_path, name, encoding):
    """Logs are packed when they are old, and workbooks are archives."""
    place, data = tmp_path / name, f"id,name\n1,{NAME}\n".encode(encoding)
    if name.endswith(".zip"):
        with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("seen.csv", data)
    else:
        place.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    assert named([place], [NAME]) == [place]
    assert named([place], ["Nobody At All"]) == []


def test_forget_says_what_it_did_not_search(tmp_path):
    """In words, and in JSON; also where nothing is stored of somebody any more."""
    world = World(tmp_path)
    world.observe("2025-01-05", {ID: [{"organization": "Acme"}]})
    world.run()
    (tmp_path / "scan.pdf").write_bytes(b"%PDF\0")
    first = run_here("forget", f"press:{ID}", "--json", "--config", str(world.settings.path))
    assert [Path(unread["file"]).name for unread in json.loads(first.stdout)["unread"]] == [
        "scan.pdf"
    ]
    again = run_here("forget", f"press:{ID}", "--config", str(world.settings.path))
    assert "not searched: " in again.stderr
    assert "scan.pdf" in again.stderr


def test_what_lies_in_the_store_and_is_of_an_unknown_kind_is_named_as_not_searched(tmp_path):
    """What talentwatch writes there itself is known: logs of SQLite, the secret, derived tables."""
    settings = World(tmp_path).settings
    folder = settings.snapshots
    (folder / "backups").mkdir(parents=True)
    for name in ("scan.pdf", "backups/old.bak"):
        (folder / name).write_bytes(b"%PDF\0\1")
    (folder / "forgotten.key").write_bytes(b"\0" * 32)
    for name in ("derived.duckdb", "derived.duckdb.wal"):
        (folder / name).write_bytes(b"\0DUCK")
    database = folder / "talentwatch.db"
    with closing(sqlite3.connect(database)) as kept:
        kept.execute("PRAGMA journal_mode = WAL")
        kept.execute("CREATE TABLE said (words TEXT)")
        kept.execute("INSERT INTO said VALUES (?)", (f"of {NAME}",))
        kept.commit()
        found = close(settings, ERASURE)
    assert {path.name for path, _ in found.unread} == {"scan.pdf", "old.bak"}
    assert [path.name for path in found.named] == ["talentwatch.db-wal"]


def test_of_many_people_the_files_are_searched_too(tmp_path):
    """All but those that the erasure wrote itself; the last of the people is found."""
    settings = World(tmp_path).settings
    many = {f"Ada Long of House {number}": f"erased-{number}" for number in range(3_000)}
    ids = [f"ada-long-{number}" for number in range(3_000)]
    people = tuple(StandIn(source="press", profile=one, id=one, texts={}, jobs={}) for one in ids)
    erasure = structs.replace(ERASURE, people=people, words=many)
    (tmp_path / "seen.csv").write_text("x,ada long of house 2999\n", encoding="utf-8")
    (tmp_path / "others.csv").write_text("x,Ada Long of Castle 1\n", encoding="utf-8")
    settings.snapshots.mkdir()
    (settings.snapshots / "notes.txt").write_text("Ada Long of House 7", encoding="utf-8")
    assert {path.name for path in close(settings, erasure).named} == {"seen.csv", "notes.txt"}


@pytest.mark.slow
def test_a_file_that_cannot_be_read_makes_no_second_erasure(tmp_path):
    """Nor does one that an erasure does not write: both are named, and nothing is done."""
    world = World(tmp_path)
    world.observe("2025-01-05", {ID: [{"organization": "Acme"}]})
    world.run()
    config = str(world.settings.path)
    assert run_here("forget", f"press:{ID}", "--config", config).returncode == 0
    (world.settings.snapshots / "closed.json").write_text("{}", encoding="utf-8")
    (world.settings.snapshots / "closed.json").chmod(0)
    kept = world.settings.snapshots / "kept"
    kept.mkdir()
    (kept / "old.jsonl").write_text(f'{{"id": "{ID}"}}\n', encoding="utf-8")
    with permissions_hold():
        again = run_here("forget", f"press:{ID}", "--config", config)
    assert again.returncode == 2
    assert f"nothing is stored of 'press:{ID}' any more" in again.stderr
    assert "old.jsonl: delete that" in again.stderr
    assert "closed.json: it may not be read" in again.stderr


@pytest.mark.slow
def test_an_inbox_within_the_store_makes_no_second_erasure(tmp_path):
    """Its files are left as they are unless they are asked for."""
    inbox = '[sources.p]\nkind = "files"\npath = "snapshots/inbox/*.jsonl"\n'
    world = World(tmp_path, sources=(), config=inbox)
    place = world.settings.snapshots / "inbox" / "2025-01-05.jsonl"
    place.parent.mkdir(parents=True)
    line = f'{{"id": "{ID}", "positions": [{{"organization": "Acme"}}]}}\n'
    place.write_text(line, encoding="utf-8")
    world.run("2025-01-05")
    config = str(world.settings.path)
    assert run_here("forget", f"p:{ID}", "--config", config).returncode == 0
    again = run_here("forget", f"p:{ID}", "--config", config)
    assert (again.returncode, "any more" in again.stderr) == (2, True)
    assert place.read_text(encoding="utf-8") == line


@pytest.mark.slow
def test_damaged_tables_that_were_kept_go_with_the_person(tmp_path):
    """They are copies that nobody can search."""
    world = World(tmp_path)
    world.observe("2025-01-05", {ID: [{"organization": "Acme"}]})
    world.run()
    for end in (".damaged-1", ".wal.damaged-1"):
        (world.settings.snapshots / f"derived.duckdb{end}").write_bytes(b"\0DUCK")
    said = run_here("forget", f"press:{ID}", "--json", "--config", str(world.settings.path))
    assert json.loads(said.stdout)["unread"] == []
    assert not [*world.settings.snapshots.glob("*.damaged*")]


@pytest.mark.slow
def test_a_file_of_the_inbox_that_cannot_be_read_is_not_said_to_name_anybody(tmp_path):
    """It is named as not searched, with why."""
    world = World(tmp_path)
    world.observe("2025-01-05", {ID: [{"organization": "Acme"}]})
    world.run()
    broken = tmp_path / "inbox" / "press" / "2025-01-06.jsonl"
    broken.write_text("{}\n", encoding="utf-8")
    broken.chmod(0)
    with permissions_hold():
        said = run_here(
            "forget", f"press:{ID}", "--inbox", "--json", "--config", str(world.settings.path)
        )
    record = json.loads(said.stdout)
    assert record["left"] == []
    assert [one["file"] for one in record["unread"]] == [str(broken)]
    assert "may not be read" in record["unread"][0]["why"]


def test_what_is_left_of_people_for_whom_nobody_waited_is_a_notice_without_their_names(tmp_path):
    """Nothing is told where nothing is left."""
    done = Erased(number=1, profiles=1, snapshots=1, rows=0)
    assert rest_notice(ERASURE, done) is None
    left = replace(done, left=(tmp_path / f"{ID}.json",), unread=((tmp_path / "a.pdf", "odd"),))
    notice = rest_notice(ERASURE, left)
    assert notice is not None
    assert f"{tmp_path / 'erased-1.json'} still names somebody: " in notice.text
    assert f"{tmp_path / 'a.pdf'} was not searched: odd" in notice.text
    assert ID not in notice.text


def test_the_file_of_a_channel_keeps_the_ends_of_its_lines(tmp_path):
    """It is written anew a line at a time, and where nobody is named it stays the same file."""
    settings = World(tmp_path).settings
    place = tmp_path / "alerts.jsonl"
    for text, changes in (("{}\r\nAda\r\n", False), (f"a\r\n{ID}\r\n\u2028b", True)):
        place.write_bytes(text.encode())
        before = place.stat().st_ino
        assert rewrite_side_files(settings, Scrubber(ERASURE)) == [place] * changes
        assert place.read_bytes() == text.replace(ID, "erased-1").encode()
        assert (place.stat().st_ino != before) is changes
