"""The snapshot store: complete or not there, whatever happens."""

import gzip
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from damages import DAMAGES
from tempo import long

from monitor.base.errors import SnapshotError, SourceError
from monitor.base.records import Json, Manifest, Observation
from monitor.intake.plan import pending
from monitor.intake.profiles import POSITIONS, PROFILES
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files, expand

DAY = date(2025, 1, 1)
FILES = {"profiles.parquet", "positions.parquet", "rejected.jsonl", "warnings.jsonl"}


def observed(path: Path, *, source: str = "press", day: date = DAY) -> Observation:
    """Return the one observation of a file."""
    (one,) = Files(source=source, paths=[path], observed_on=day).observations()
    assert isinstance(one, Observation), one
    return one


def wrote(folder: Path, *records: Json, name: str = "a.jsonl") -> Path:
    """Write records as JSON Lines and return the path; bytes are written as they are."""
    path = folder / name
    lines = (
        record if isinstance(record, bytes) else json.dumps(record).encode() for record in records
    )
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def ada(organization: str = "Engines", **more: Json) -> Json:
    """Return a profile with one position."""
    return {"id": "ada", "positions": [{"organization": organization, **more}]}


def lines_of(store: Store, name: str) -> list[Json]:
    """Return the records of a file of JSON Lines of the one snapshot."""
    text = (store.path("press", DAY) / name).read_text()
    return [json.loads(line) for line in text.splitlines()]


def left_behind(store: Store, source: str = "press") -> list[str]:
    """Return what is in the folder of a source and is no snapshot."""
    return sorted(path.name for path in (store.root / source).iterdir() if path.name[0] == ".")


def test_a_snapshot_holds_what_was_observed(tmp_path: Path) -> None:
    """Two tables, what was set aside, what was warned of, and the manifest that counts it all."""
    store = Store(tmp_path / "store")
    bob = {"id": "bob", "name": "Bob", "same_as": ["x"], "updated_on": "2025"}
    path = wrote(tmp_path, ada(end="0000"), {"id": 5}, bob)
    told: list[int] = []
    manifest = store.write(observed(path), progress=told.append)
    assert (manifest.profiles, manifest.positions) == (2, 1)
    assert (manifest.rejected, manifest.warnings) == (1, 1)
    assert (manifest.source, manifest.observed_on, manifest.origin) == ("press", DAY, "a.jsonl")
    assert set(manifest.files) == FILES
    assert sum(told) == 3
    assert store.manifests("press") == {DAY: manifest}
    assert store.sources() == ["press"]
    assert store.verify("press", DAY) == []
    assert left_behind(store) == []
    profiles = pq.read_table(store.profiles("press", DAY))
    positions = pq.read_table(store.positions("press", DAY))
    assert profiles.schema.names == PROFILES.names
    assert positions.schema.names == POSITIONS.names
    assert profiles["line"].to_pylist() == [1, 3]
    assert positions.select(["profile", "ordinal", "organization", "end"]).to_pylist() == [
        {"profile": "ada", "ordinal": 0, "organization": "Engines", "end": "0000"}
    ]
    (rejected,) = lines_of(store, "rejected.jsonl")
    assert set(rejected) == {"line", "id", "path", "reason", "excerpt"}
    assert (rejected["line"], rejected["path"]) == (2, "$.id")
    (warned,) = lines_of(store, "warnings.jsonl")
    assert set(warned) == {"line", "id", "path", "value", "reason"}


def test_an_empty_file_is_a_snapshot_of_nobody(tmp_path: Path) -> None:
    """The gates have to say what that means."""
    store = Store(tmp_path / "store")
    manifest = store.write(observed(wrote(tmp_path)))
    assert (manifest.profiles, manifest.positions, manifest.rejected) == (0, 0, 0)
    assert pq.read_table(store.positions("press", DAY)).schema.names == POSITIONS.names


def test_the_same_content_is_stored_once(tmp_path: Path) -> None:
    """Writing it again changes nothing on the disk."""
    store = Store(tmp_path / "store")
    one = observed(wrote(tmp_path, ada()))
    first = store.write(one)
    before = store.profiles("press", DAY).stat()
    assert store.write(one) == first
    assert store.profiles("press", DAY).stat() == before


def test_other_content_for_a_stored_day_is_refused(tmp_path: Path) -> None:
    """What is stored stays as it is."""
    store = Store(tmp_path / "store")
    first = store.write(observed(wrote(tmp_path, ada())))
    with pytest.raises(SnapshotError, match=r"b\.jsonl.*was taken from a\.jsonl"):
        store.write(observed(wrote(tmp_path, ada("Notes"), name="b.jsonl")))
    assert store.manifests("press") == {DAY: first}


def test_a_day_can_be_replaced(tmp_path: Path) -> None:
    """Nothing of the old snapshot stays."""
    store = Store(tmp_path / "store")
    store.write(observed(wrote(tmp_path, ada())))
    second = store.write(observed(wrote(tmp_path, ada("Notes"))), replace=True)
    assert store.manifests("press") == {DAY: second}
    (organization,) = pq.read_table(store.positions("press", DAY))["organization"].to_pylist()
    assert organization == "Notes"
    assert left_behind(store) == []


def test_the_same_content_on_another_day_shares_the_files(tmp_path: Path) -> None:
    """That nothing changed costs next to nothing; each day can be removed by itself."""
    store = Store(tmp_path / "store")
    path = wrote(tmp_path, ada())
    store.write(observed(path))
    later = DAY + timedelta(days=1)
    manifest = store.write(observed(path, day=later))
    assert manifest.observed_on == later
    assert store.profiles("press", DAY).samefile(store.profiles("press", later))
    shutil.rmtree(store.path("press", DAY))
    assert store.verify("press", later) == []
    assert list(store.manifests("press")) == [later]


def test_damaged_files_are_found_and_not_shared(tmp_path: Path) -> None:
    """Checksums tell; a day made from the same bytes is then read again."""
    store = Store(tmp_path / "store")
    path = wrote(tmp_path, ada())
    store.write(observed(path))
    damaged = store.profiles("press", DAY)
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes().replace(b"ada", b"eve"))
    (found,) = store.verify("press", DAY)
    assert str(damaged) in found
    later = DAY + timedelta(days=1)
    store.write(observed(path, day=later))
    assert store.verify("press", later) == []
    (store.path("press", DAY) / "warnings.jsonl").unlink()
    assert len(store.verify("press", DAY)) == 2


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["manifest.json", "profiles.parquet", "positions.parquet"])
def test_each_damage_to_each_file_of_a_snapshot_is_found_and_healed(
    tmp_path: Path, name: str, damage: str
) -> None:
    """Its day says so until the original is taken in again, which gives the same bytes."""
    store, observation = Store(tmp_path / "store"), observed(wrote(tmp_path, ada()))
    whole = store.write(observation)
    path = store.path("press", DAY) / name
    path.chmod(0o644)
    DAMAGES[damage](path)
    with pytest.raises(SnapshotError):
        store.require_whole("press", DAY)
    assert store.restore(observation) == whole
    store.require_whole("press", DAY)


def test_a_damaged_manifest_is_named(tmp_path: Path) -> None:
    """It is no snapshot that could be passed over in silence."""
    store = Store(tmp_path / "store")
    store.write(observed(wrote(tmp_path, ada())))
    manifest = store.path("press", DAY) / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text('{"source": "press"}')
    with pytest.raises(SnapshotError, match=str(manifest)):
        store.manifests("press")
    manifest.unlink()
    manifest.mkdir()
    with pytest.raises(SnapshotError, match=f"{manifest} cannot be read: Is a directory$"):
        store.manifests("press")
    with pytest.raises(SnapshotError, match="there is no snapshot of press of 2025-01-02"):
        store.verify("press", DAY + timedelta(days=1))


def test_an_origin_that_breaks_off_leaves_no_snapshot(tmp_path: Path) -> None:
    """Nor does it hurt the one that it was to replace."""
    store = Store(tmp_path / "store")
    first = store.write(observed(wrote(tmp_path, ada())))
    records = b"".join(b'{"id":"%d"}\n' % number for number in range(200_000))
    broken = tmp_path / "b.jsonl.gz"
    broken.write_bytes(gzip.compress(records, 1)[:-1000])
    with pytest.raises(SourceError, match=r"b\.jsonl\.gz: cut short"):
        store.write(observed(broken), replace=True)
    with pytest.raises(SourceError, match="cut short"):
        store.write(observed(broken, source="other"))
    assert store.manifests("press") == {DAY: first}
    assert store.manifests("other") == {}
    assert left_behind(store) == left_behind(store, "other") == []


def test_of_an_id_that_repeats_the_first_stands(tmp_path: Path) -> None:
    """Later ones are set aside with the line of the first, be they near or far, equal or not."""
    store = Store(tmp_path / "store")
    many = [{"id": f"p{number}", "name": "x" * 500} for number in range(20_000)]
    records = [ada("First"), b"no", ada("Second"), *many, ada("First"), many[7]]
    manifest = store.write(observed(wrote(tmp_path, *records)))
    assert (manifest.profiles, manifest.positions, manifest.rejected) == (20_001, 1, 4)
    rejected = lines_of(store, "rejected.jsonl")
    assert [path["line"] for path in rejected] == [2, 3, 20_004, 20_005]
    assert rejected[1]["reason"] == "an id that stands on line 1 already; the first stands"
    assert "line 11 already" in rejected[3]["reason"]
    assert rejected[1]["excerpt"].startswith('{"id": "ada"')
    (organization,) = pq.read_table(store.positions("press", DAY))["organization"].to_pylist()
    assert organization == "First"
    assert store.verify("press", DAY) == []


@pytest.mark.parametrize("name", ["", "..", "a/b", "Press", "-a", "a" * 65, "a\n", "é"])
def test_a_source_cannot_name_a_path(tmp_path: Path, name: str) -> None:
    """Names are letters, digits, - and _, so that none leads out of the store."""
    store = Store(tmp_path / "store")
    for call in (store.manifests, lambda one: store.path(one, DAY)):
        with pytest.raises(SnapshotError, match="is no name for a source"):
            call(name)
    with pytest.raises(SnapshotError, match="is no name for a source"):
        store.write(observed(wrote(tmp_path, ada()), source=name))


def test_other_things_in_the_store_are_no_snapshots(tmp_path: Path) -> None:
    """A folder without a manifest, or with another name, does not count; nor does no store."""
    store = Store(tmp_path / "store")
    assert store.sources() == []
    assert store.manifests("press") == {}
    store.write(observed(wrote(tmp_path, ada())))
    for name in ("2025-01-02", "20250103", "notes", ".writing-2025-01-04"):
        (store.root / "press" / name).mkdir()
    (store.root / "README").touch()
    assert list(store.manifests("press")) == [DAY]
    assert store.sources() == ["press"]


def test_a_crash_between_the_two_renames_of_a_replacement_keeps_the_old(tmp_path: Path) -> None:
    """The old one is found beside its place at once, and put back by the next write."""
    store = Store(tmp_path / "store")
    first = store.write(observed(wrote(tmp_path, ada())))
    folder = store.path("press", DAY)
    folder.rename(folder.with_name(".replaced-2025-01-01"))
    assert store.manifests("press") == {DAY: first}
    assert store.verify("press", DAY) == []
    assert store.profiles("press", DAY).is_file()
    store.write(observed(wrote(tmp_path, ada()), day=DAY + timedelta(days=1)))
    assert folder.is_dir()
    assert left_behind(store) == []
    assert len(store.manifests("press")) == 2


WRITER = """
import sys
from datetime import date
from pathlib import Path
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files

root, *paths = map(Path, sys.argv[1:])
print("ready", flush=True)
for at in range(10_000):
    path = paths[at % len(paths)]
    one, = Files(source="press", paths=[path], observed_on=date(2025, 1, 1 + at % 3)).observations()
    Store(root).write(one, replace=True)
    print(at, flush=True)
"""


@pytest.mark.slow
def test_a_killed_writer_leaves_whole_snapshots_only(tmp_path: Path) -> None:
    """Kill -9 at random moments, replacing and writing anew: what can be seen is complete."""
    paths = [
        wrote(
            tmp_path, *({"id": f"{at}-{version}"} for at in range(2_000)), name=f"{version}.jsonl"
        )
        for version in range(4)
    ]
    root = tmp_path / "store"
    store = Store(root)
    chance = random.Random(7)
    seen: set[date] = set()
    for number in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, root, *paths], stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout is not None
            for _ in range(1 + number):  # "ready", and then each snapshot that was written
                writer.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.4))
            writer.send_signal(signal.SIGKILL)
        manifests = store.manifests("press")
        assert seen <= set(manifests)
        seen |= set(manifests)
        for day, manifest in manifests.items():
            assert manifest.profiles == 2_000
            assert store.verify("press", day) == []
            assert pq.read_table(store.profiles("press", day)).num_rows == 2_000
    assert seen
    store.write(observed(paths[0], day=date(2025, 1, 9)))
    assert left_behind(store) == []
    assert set(store.manifests("press")) == seen | {date(2025, 1, 9)}


def _rows(manifests: dict[date, Manifest]) -> int:
    return sum(manifest.profiles for manifest in manifests.values())


@pytest.mark.parametrize(
    ("name", "days", "profiles"),
    [
        ("congress", 54, 29_067),
        long("developers", 18, 224_983),
        ("developers-dated", 3, 72_545),
    ],
)
@pytest.mark.slow
def test_real_files_are_taken_in_whole(
    tmp_path: Path, shared_data: Path, name: str, days: int, profiles: int
) -> None:
    """No record of the shared data is set aside."""
    store = Store(tmp_path / "store")
    paths = expand(shared_data / name, "*.jsonl.zst")
    plan = pending(Files(source=name, paths=paths).observations(), {})
    assert plan.refused == ()
    for observation in plan.take:
        assert store.write(observation).rejected == 0
    manifests = store.manifests(name)
    assert len(manifests) == days
    assert _rows(manifests) == profiles
    assert pending(Files(source=name, paths=paths).observations(), manifests).take == ()
