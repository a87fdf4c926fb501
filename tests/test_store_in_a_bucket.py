"""Snapshots in a bucket: what holds on a disk holds there, whatever the server does."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from command_line import run_here
from object_servers import (
    CREDENTIALS,
    PATIENCE,
    Between,
    BucketWorld,
    ObjectServer,
    between,
    object_server,
)
from story import World, crowd, flow, job, profile

from monitor.base.errors import SnapshotError, StorageError, UsageError
from monitor.base.settings import load_settings
from monitor.cli.options import assembly
from monitor.intake.lost_state import open_state
from monitor.intake.snapshots.storing import bucket as bucket_module
from monitor.intake.snapshots.storing.bucket import _connected
from monitor.intake.snapshots.storing.bucket_files import BucketFiles
from monitor.intake.sources.files import Files
from monitor.operations.run import Wanted, run_once
from monitor.wiring import open_store

pytestmark = pytest.mark.slow  # a server in a process of its own, and runs of a whole watch
RULES = {"talent": flow("meta", "xai", people=2, within="180d")}
DAYS = ("2025-01-03", "2025-01-10", "2025-01-17", "2025-02-07")
NAME = "Zephyrine Quillfeather"
CONFIG = '[retention]\nthin_after = "5d"'


@pytest.fixture(scope="module")
def server() -> Iterator[ObjectServer]:
    """An S3 server for all tests of this module."""
    with object_server() as there:
        yield there


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the environment what a server asks for."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    _connected.cache_clear()
    yield
    _connected.cache_clear()


@pytest.fixture
def proxy(server: ObjectServer) -> Iterator[Between]:
    """A server that fails as it is told."""
    with between(server) as there:
        yield there


def watched(
    root: Path, server: ObjectServer | Between, bucket: str, *, keys: str = "", config: str = CONFIG
) -> BucketWorld:
    """Return a world whose snapshots are in a bucket."""
    return BucketWorld(
        root,
        rules=RULES,
        config=config,
        address=f"s3://{bucket}/one/watch",
        endpoint=server.endpoint,
        keys=keys,
    )


def play(world: World) -> None:
    """Write four snapshots in which three people go from one place to another."""
    others = {
        who: profile(*jobs, url=f"https://example.org/{sha256(who.encode()).hexdigest()}")
        for who, jobs in (crowd("Meta", 200) | crowd("xAI", 200)).items()
    }
    zq = profile(job("Meta", title="Weaver"), name=NAME)
    people: dict[str, Any] = {"ada": [job("Meta")], "bob": [job("Meta")], "zq": zq}
    world.observe(DAYS[0], {**others, **people})
    people |= {"ada": [job("xAI")], "zq": profile(job("xAI", title="Weaver"), name=NAME)}
    world.observe(DAYS[1], {**others, **people})
    world.observe(DAYS[2], {**others, **people, "eve": [job("OpenAI")]})
    world.observe(DAYS[3], {**others, **people, "bob": [job("xAI")]})


def run(world: World, day: str) -> list[str]:
    """Run as `talentwatch run` does; return what went wrong."""
    moment = datetime.fromisoformat(f"{day}T23:00:00+00:00")
    return run_once(world.settings, Wanted(assembly=assembly, clock=lambda: moment)).errors


def live(world: World, run_on: Any = run) -> None:
    """Run on the day of each snapshot, the third one coming late."""
    files = {path.stem: path for path in world.root.glob("inbox/press/*.jsonl")}
    for path in files.values():
        path.rename(path.with_suffix(".hidden"))
    for new, on in ((0, 0), (1, 1), (3, 3), (2, 3)):
        path = files[DAYS[new]]
        path.with_suffix(".hidden").rename(path)
        assert run_on(world, DAYS[on]) == []


def said(world: World) -> tuple[Any, ...]:
    """Return all that a world tells, for comparing it with another."""
    return world.ledger_bytes(), world.sent(), world.moves(), world.snapshots(), world.notices()


def manifests(server: ObjectServer, world: BucketWorld) -> list[str]:
    """List the days whose snapshots are in the bucket."""
    keys = server.objects(world.address)
    return sorted(Path(key).stem for key in keys if "/snapshots/" in key)


def test_a_watch_on_a_bucket_says_what_one_on_a_disk_says(server, proxy, tmp_path):
    """Live with a late file and thinning, replayed, and on another machine: the same bytes."""
    disk = World(tmp_path / "disk", rules=RULES, config=CONFIG)
    remote = watched(tmp_path / "remote", proxy, server.new_bucket())
    for world in (disk, remote):
        play(world)
        live(world)
    assert said(remote) == said(disk)
    assert remote.ledger()[-1].startswith("2025-02-07")
    there, here = (open_store(world.settings) for world in (remote, disk))
    assert there.sources() == here.sources() == ["press"]
    assert there.manifests("press") == here.manifests("press")
    assert any(manifest.base for manifest in there.manifests("press").values())
    assert not (remote.root / "snapshots" / "store").exists()
    # A run in which nothing is new reads no object, and a second reading fetches nothing.
    proxy.asked.clear()
    assert run(remote, DAYS[3]) == []
    assert proxy.count("GET", "/files/") == proxy.count("PUT") == 0
    # Whatever is on this machine beside the state is made again.
    kept = said(remote)
    for name in ("derived.duckdb", "board.db"):
        (remote.root / "snapshots" / name).unlink()
    shutil.rmtree(remote.root / "snapshots" / "fetched")
    proxy.asked.clear()
    assert run(remote, DAYS[3]) == []
    assert said(remote) == kept
    asked = [path for method, path in proxy.asked if method == "GET" and "/files/" in path]
    assert len(asked) == len(set(asked)) > 0, "each object is fetched once"
    # A rehearsal writes nothing there.
    before = server.objects(remote.address)
    done = run_here("run", "--dry-run", "--config", str(remote.root / "config.toml"))
    assert done.returncode == 0, done.stderr
    assert server.objects(remote.address) == before
    assert (
        run_here("snapshots", "verify", "--config", str(remote.root / "config.toml")).returncode
        == 0
    )


@pytest.fixture(scope="module")
def peace(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, ...]:
    """What a watch on a disk says of the four snapshots, taken in at once."""
    world = World(tmp_path_factory.mktemp("peace"), rules=RULES)
    play(world)
    assert run(world, DAYS[3]) == []
    return said(world)[:4]


FAILURES = (
    ("500", "PUT", "the server failed each of 4 times", "look into its log"),
    ("slow", "PUT", "the answer did not come, or broke off (1 s", "`answer_seconds`"),
    ("lost", "PUT", "the upload was lost", "the next run writes it"),
    ("denied", "PUT", "access is denied", "s3:PutObject"),
    ("denied", "GET", "access is denied", "s3:ListBucket"),
    ("unknown key", "", "the credentials are refused", "AWS_ACCESS_KEY_ID"),
    ("region", "", "the bucket is in another region", "`region` of [bucket]"),
)


@pytest.mark.long
def test_what_a_server_refuses_leaves_nothing_half_and_takes_nothing_back(
    server, proxy, tmp_path, monkeypatch, peace
):
    """The error says what, where and what to do; the next good run is as if nothing had been."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    world = watched(tmp_path, proxy, server.new_bucket(), config="")
    play(world)
    last = world.root / "inbox" / "press" / f"{DAYS[3]}.jsonl"
    last.rename(last.with_suffix(".hidden"))
    assert run(world, DAYS[2]) == []
    before, stored = said(world), manifests(server, world)
    last.with_suffix(".hidden").rename(last)
    config = ["--config", str(world.root / "config.toml")]
    for fault, method, what, advice in FAILURES:
        world.rewrite(keys="answer_seconds = 1" if fault == "slow" else "")
        proxy.fault = lambda asked, path, fault=fault, method=method: (
            (fault if asked == method or not method else None)
            if not path.endswith(".conditions") or fault != "lost"
            else None
        )
        done = run_here("run", "--now", DAYS[3], *config)
        assert done.returncode != 0, fault
        for words in (what, advice, world.address):
            assert words in done.stderr, (fault, done.stderr)
        assert "Traceback" not in done.stderr
        assert manifests(server, world) == stored, fault
        assert (world.ledger_bytes(), world.sent()) == before[:2]
    proxy.fault = lambda *_: None
    assert run(world, DAYS[3]) == []
    assert manifests(server, world) == [*DAYS]
    assert said(world)[2:4] == peace[2:4]
    assert len(world.sent()) == len(before[1]) + 1


def test_answers_that_are_lost_or_break_off_are_asked_for_again(server, proxy, tmp_path):
    """What was done although nobody heard so is not done twice, and no file is cut short."""
    world = watched(tmp_path, proxy, server.new_bucket())
    play(world)
    first: set[tuple[str, str]] = set()

    def once(method: str, path: str) -> str | None:
        if path.endswith(".conditions") or (method, path) in first:
            return None
        first.add((method, path))
        if method == "PUT":
            return "cut"
        return "short" if method == "GET" and "/files/" in path else None

    proxy.fault = once
    assert run(world, DAYS[3]) == []
    shutil.rmtree(world.root / "snapshots" / "fetched")
    first.clear()
    assert (
        run_here("snapshots", "verify", "--config", str(world.root / "config.toml")).returncode == 0
    )
    assert manifests(server, world) == [*DAYS]


def test_a_place_that_is_not_there_is_named_and_is_no_empty_store(server, tmp_path, monkeypatch):
    """No bucket, no server, no credentials, no package: each is said, and nothing is begun."""
    world = watched(tmp_path, server, server.new_bucket())
    play(world)
    config = ["--config", str(world.root / "config.toml")]

    def refused() -> str:
        done = run_here("run", *config)
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
        return done.stderr

    world.rewrite(address="s3://no-such-bucket/x")
    assert "s3://no-such-bucket/x: listing" in refused()
    assert "there is no such bucket" in refused()
    world.rewrite(endpoint="http://127.0.0.1:9")
    assert "failed at http://127.0.0.1:9: the server cannot be reached" in refused()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    _connected.cache_clear()
    assert "there are no credentials to ask with" in refused()
    monkeypatch.setitem(sys.modules, "botocore.config", None)
    _connected.cache_clear()
    assert 'pip install "talentwatch[s3]"' in refused()


def observed(world: World, day: str, text: str) -> Any:
    """Return the observation of a file with other lines."""
    path = world.root / f"{day}-{len(text)}.jsonl"
    path.write_text(text)
    (one,) = Files(source="press", paths=[path], observed_on=date.fromisoformat(day)).observations()
    return one


def test_of_two_writers_one_wins_and_the_other_is_told(server, tmp_path):
    """What is stored is the winner's, whole, for a new day and for one that is replaced."""
    world = watched(tmp_path, server, server.new_bucket())
    ours, theirs = open_store(world.settings), open_store(world.settings)
    texts = [json.dumps({"id": f"p{n}", "positions": []}) * (n and 1) + "\n" for n in (1, 22, 333)]
    for store in (ours, theirs):
        assert store.days("press") == []
    manifest = ours.write(observed(world, DAYS[0], texts[0]))
    with pytest.raises(SnapshotError, match="was written by another process meanwhile"):
        theirs.write(observed(world, DAYS[0], texts[1]))
    after = open_store(world.settings)
    assert after.manifests("press") == {date.fromisoformat(DAYS[0]): manifest}
    assert after.verify("press", date.fromisoformat(DAYS[0])) == []
    # Both know of the first one now, and replace it.
    again = open_store(world.settings)
    assert again.days("press") == after.days("press")
    replaced = after.write(observed(world, DAYS[0], texts[1]), replace=True)
    with pytest.raises(SnapshotError, match="another process"):
        again.write(observed(world, DAYS[0], texts[2]), replace=True)
    assert open_store(world.settings).manifests("press") == {manifest.observed_on: replaced}
    assert open_store(world.settings).verify("press", manifest.observed_on) == []


def test_what_no_manifest_names_goes_after_a_day_by_the_clock_of_the_server(
    server, tmp_path, monkeypatch
):
    """Until then it may be what another process is about to name."""
    world = watched(tmp_path, server, server.new_bucket())
    bucket = server.bucket(world.address)
    lost = f"press/files/{sha256(b'lost').hexdigest()}"
    server.ask("PUT", f"/{bucket.address.bucket}/{bucket.address.prefix}/{lost}", b"lost")
    text = '{"id": "ada", "positions": []}\n'
    open_store(world.settings).write(observed(world, DAYS[0], text))
    assert lost in server.objects(world.address)
    monkeypatch.setattr(
        "monitor.intake.snapshots.storing.bucket_files._ABANDONED", timedelta(seconds=-60)
    )
    kept = open_store(world.settings)
    kept.write(observed(world, DAYS[1], text))
    assert lost not in server.objects(world.address)
    assert [kept.verify("press", day) for day in kept.days("press")] == [[], []]
    # The same file of two days is one object.
    tables = [manifest.files["profiles.parquet"] for manifest in kept.manifests("press").values()]
    assert len(tables) == 2
    assert len(set(tables)) == 1


def test_a_server_that_overwrites_although_asked_not_to_is_refused(server, tmp_path, monkeypatch):
    """On such a server two runs could both win."""
    world = watched(tmp_path, server, server.new_bucket())
    play(world)
    client = _connected(server.endpoint, None, 60)
    put = client.put_object

    def careless(**asked: Any) -> Any:
        return put(**{name: value for name, value in asked.items() if name != "IfNoneMatch"})

    monkeypatch.setattr(client, "put_object", careless)
    store = open_store(world.settings)
    with pytest.raises(StorageError, match="If-None-Match"):
        store.write(observed(world, DAYS[0], '{"id": "a", "positions": []}\n'))
    assert manifests(server, world) == []


WRITING = """
import sys
from datetime import date
from pathlib import Path
from monitor.base.settings import load_settings
from monitor.intake.sources.files import Files
from monitor.wiring import open_store
config, inbox = map(Path, sys.argv[1:])
store = open_store(load_settings(config))
for observation in Files(source="press", paths=sorted(inbox.iterdir())).observations():
    store.write(observation)
"""


def test_a_process_killed_in_the_middle_of_an_upload_leaves_nothing_half(
    server, proxy, tmp_path, peace
):
    """Whichever write it was, the next run ends where an undisturbed one does."""
    world = watched(tmp_path, proxy, server.new_bucket(), config="")
    play(world)
    with open_state(world.settings):
        paths = [world.root / "config.toml", world.root / "inbox" / "press"]
    # Among the files of the first snapshot, at its manifest, and some snapshots later.
    for held in (4, 2, 8):
        proxy.asked.clear()
        proxy.reached.clear()
        proxy.fault = lambda method, _, held=held: (
            "hold" if method == "PUT" and proxy.count("PUT") > held else None
        )
        with subprocess.Popen(
            [sys.executable, "-c", WRITING, *map(str, paths)], env={**os.environ}
        ) as process:
            assert proxy.reached.wait(PATIENCE)
            process.send_signal(signal.SIGKILL)
        proxy.fault = lambda *_: None
        store = open_store(world.settings)
        for day in store.days("press"):
            assert store.verify("press", day) == []
    assert len(manifests(server, world)) < len(DAYS)
    assert run(world, DAYS[3]) == []
    assert said(world)[:4] == peace
    assert manifests(server, world) == [*DAYS]


@pytest.mark.long
def test_a_damaged_object_is_named_and_heals_and_takes_nothing_back(server, tmp_path, peace):
    """Truncated, missing or with other bytes: nothing is derived from it."""
    world = watched(tmp_path, server, server.new_bucket(), config="")
    play(world)
    assert run(world, DAYS[3]) == []
    config = ["--config", str(world.root / "config.toml")]
    bucket, objects = server.bucket(world.address), server.objects(world.address)
    manifest = open_store(world.settings).manifests("press")[date.fromisoformat(DAYS[1])]
    key = f"press/files/{manifest.files['profiles.parquet']}"
    whole = objects[key]
    broken = {"truncated": whole[:-20], "other": whole[:9] + b"?" + whole[10:], "missing": b""}
    for how, content in broken.items():
        bucket.delete(key)
        if content:
            server.ask("PUT", f"/{bucket.address.bucket}/{bucket.address.prefix}/{key}", content)
        shutil.rmtree(world.root / "snapshots" / "fetched")
        done = run_here("snapshots", "verify", *config)
        assert done.returncode == 1
        named = f"{world.address}/{key} (profiles.parquet of press of {DAYS[1]}) is"
        assert named in " ".join(done.stdout.split()), (how, done.stdout)
        if how == "truncated":
            (world.root / "snapshots" / "derived.duckdb").unlink()
            done = run_here("run", "--now", DAYS[3], *config)
            assert done.returncode == 1
            assert named in done.stderr
            assert (world.ledger_bytes(), world.sent()) == peace[:2]
        assert run_here("snapshots", "verify", "--heal", *config).returncode == 0
        assert run_here("snapshots", "verify", *config).returncode == 0
        assert server.objects(world.address)[key] == whole
    assert run(world, DAYS[3]) == []
    assert said(world)[:4] == peace


@pytest.mark.long
def test_whoever_is_forgotten_is_in_no_object_and_no_former_version(server, tmp_path):
    """Thinned snapshots, former versions and what was fetched lose the person, too."""
    world = watched(tmp_path, server, server.new_bucket(keeps_versions=True))
    play(world)
    live(world)
    for path in world.root.glob("inbox/press/*"):
        path.unlink()
    moves, config = world.moves(), ["--config", str(world.root / "config.toml")]
    assert [key for key, said in versions(server, world).items() if NAME in said]
    done = run_here("forget", "press:zq", "--reason", "asked for it", *config)
    assert done.returncode == 0, done.stderr + done.stdout
    assert [key for key, said in versions(server, world).items() if NAME in said] == []
    fetched = [path for path in world.root.glob("snapshots/fetched/*/*/*") if path.is_file()]
    assert [path for path in fetched if NAME in words_of(path.read_bytes())] == []
    assert run_here("snapshots", "verify", *config).returncode == 0
    assert len(world.moves()) == len(moves)


def test_an_erasure_goes_on_where_a_server_has_nothing_to_delete(server, proxy, tmp_path):
    """Some know no versions; what a killed run left here goes; a write says what failed."""
    bucket = ObjectServer(proxy.port).bucket(f"s3://{server.new_bucket()}/watch")
    begun = tmp_path / "press" / ".writing-2025-02-14"
    begun.mkdir(parents=True)
    proxy.fault = lambda _, path: "not known" if "versions" in path or "uploads" in path else None
    BucketFiles(bucket=bucket, root=tmp_path, room=1).clear_leftovers("press", at_once=True)
    assert not begun.exists()
    assert (proxy.count("GET", "versions"), proxy.count("GET", "uploads")) == (1, 1)
    proxy.fault = lambda *_: "gone"
    bucket.delete("press/files/1")
    file = tmp_path / "file"
    file.write_bytes(b"x")
    with pytest.raises(StorageError, match=r"writing press/files/1 failed at .*NoSuchKey"):
        bucket.upload("press/files/1", file)


def words_of(content: bytes) -> str:
    """Return what is in a file, be it a table or a text."""
    if content[:4] == b"PAR1":
        return str(pq.read_table(BytesIO(content)).to_pylist())
    return content.decode()


def versions(server: ObjectServer, world: BucketWorld) -> dict[str, str]:
    """Return what the bucket keeps, former versions included."""
    client = _connected(server.endpoint, None, 60)
    bucket = server.bucket(world.address).address.bucket
    kept = client.list_object_versions(Bucket=bucket).get("Versions", ())
    return {
        f"{entry['Key']} {entry['VersionId']}": words_of(
            client.get_object(Bucket=bucket, Key=entry["Key"], VersionId=entry["VersionId"])[
                "Body"
            ].read()
        )
        for entry in kept
    }


def test_a_bucket_that_is_emptied_stops_the_evaluation_and_takes_nothing_back(server, tmp_path):
    """A lost store looks like a past that never was."""
    world = watched(tmp_path, server, server.new_bucket())
    play(world)
    assert run(world, DAYS[3]) == []
    before, bucket = said(world), server.bucket(world.address)
    for path in world.root.glob("inbox/press/*"):
        path.unlink()
    for key in server.objects(world.address):
        bucket.delete(key)
    done = run_here("run", "--now", "2025-02-08", "--config", str(world.root / "config.toml"))
    assert done.returncode == 1
    assert f"are not in {world.address}/press" in done.stderr
    assert "Nothing was evaluated" in done.stdout
    assert said(world)[:2] == before[:2]


def test_what_is_fetched_keeps_to_its_room(server, tmp_path, monkeypatch):
    """What is not at hand goes, the oldest first, and is fetched again when it is asked for."""
    monkeypatch.setattr("monitor.intake.snapshots.storing.bucket_files._AT_HAND", 1)
    world = watched(tmp_path, server, server.new_bucket())
    ours = open_store(world.settings)
    for number, day in enumerate(DAYS):
        ours.write(observed(world, day, json.dumps({"id": f"p{number}", "positions": []}) + "\n"))
    assert ours.bucket is not None
    little = replace(ours, bucket=replace(ours.bucket, room=1))
    fetched = world.root / "snapshots" / "fetched" / "press"
    for stored_on in little.days("press"):
        for path in fetched.glob(f"{stored_on}-*"):
            shutil.rmtree(path)
        assert little.verify("press", stored_on) == []
        assert little.ids("press", stored_on).exists()
    assert len([*fetched.glob("2025-*")]) == 1


def test_a_large_file_is_uploaded_in_parts(server, tmp_path, monkeypatch):
    """It arrives whole, and what was cut off is nobody's."""
    monkeypatch.setattr(bucket_module, "PART", 5 * 1024 * 1024)
    bucket = server.bucket(f"s3://{server.new_bucket()}/x")
    path, back = tmp_path / "large", tmp_path / "back"
    path.write_bytes(os.urandom(6 * 1024 * 1024))
    bucket.upload("large", path)
    bucket.download("large", back)
    assert back.read_bytes() == path.read_bytes()


@pytest.mark.long
def test_a_store_moves_to_a_bucket_and_back(server, tmp_path):
    """What is known and told stays as it was, and a second copy finds nothing to do."""
    world = World(tmp_path, rules=RULES, config=CONFIG)
    play(world)
    live(world)
    before, config = said(world), ["--config", str(world.root / "config.toml")]
    address = f"s3://{server.new_bucket()}/moved"
    table = f'\n[bucket]\nendpoint = "{server.endpoint}"\n'
    path = world.root / "config.toml"
    on_disk = path.read_text() + table
    path.write_text(on_disk)
    done = run_here("snapshots", "copy", address, *config)
    assert done.returncode == 0, done.stderr
    assert "4 snapshots" in done.stdout
    path.write_text(f'snapshots = "{address}"\n{on_disk}')
    shutil.rmtree(world.root / "snapshots" / "store")
    (world.root / "snapshots" / "derived.duckdb").unlink()
    assert run(world, DAYS[3]) == []
    assert said(world) == before
    done = run_here("snapshots", "copy", "snapshots", *config)
    assert done.returncode == 0, done.stderr
    done = run_here("snapshots", "copy", "snapshots", *config)
    assert "nothing" in done.stdout.lower()
    path.write_text(on_disk)
    (world.root / "snapshots" / "derived.duckdb").unlink()
    assert run(world, DAYS[3]) == []
    assert said(world) == before


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('snapshots = "s3://"', "s3://BUCKET/PREFIX"),
        ('snapshots = "s3://key:secret@bucket/x"', "secrets are not allowed literally"),
        ('snapshots = "gs://bucket/x"', "s3://BUCKET/PREFIX"),
    ],
)
def test_an_address_that_names_no_bucket_is_refused(tmp_path, line, expected):
    """Before anything is done."""
    path = tmp_path / "config.toml"
    path.write_text(line)
    with pytest.raises(UsageError, match=expected):
        load_settings(path)


@pytest.mark.long
def test_what_stays_on_the_machine_stays_in_its_folder(tmp_path):
    """The state, the derived tables and what collected sources say lie where they lie else."""
    path = tmp_path / "config.toml"
    path.write_text('snapshots = "s3://people/x"\n[bucket]\nfolder = "here"')
    settings = load_settings(path)
    assert settings.snapshots == tmp_path / "here"
    assert settings.stored == tmp_path / "here" / "fetched"
