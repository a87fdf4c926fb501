"""Buckets on a cluster of Spark tell what they tell on one machine."""

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock, patch

import pytest
from command_line import run_here
from spark_clusters import LOOPBACK, cluster, killed, needs_spark
from test_buckets import in_buckets
from test_many_looks import TABLES, derived, differences, stored, world

from monitor.base.engine import Engine
from monitor.base.errors import StorageError, UsageError
from monitor.base.machine.cluster import require_spark
from monitor.base.machine.limits import Limits, in_force, obey
from monitor.moves.derivation.buckets import cluster as buckets_on_spark
from monitor.moves.derivation.buckets import driving, shipping
from monitor.moves.derivation.buckets.parcels import Parcel

LOCAL = cluster("local[2,4]")
"""Two processes of this machine; a task is tried four times."""


@pytest.fixture(autouse=True)
def _limits():
    """Let other tests keep to what they kept to."""
    before = in_force()
    yield
    obey(before)


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Give a driver that all tests share: each would start Java anew."""
    needs_spark()
    interrupted = signal.getsignal(signal.SIGINT)
    with (
        patch.dict(os.environ, PYTHONPATH=LOOPBACK["spark.executorEnv.PYTHONPATH"]),
        buckets_on_spark.connected(LOCAL) as context,
    ):
        yield context
    assert signal.getsignal(signal.SIGINT) is interrupted


@pytest.fixture
def on_spark(spark, monkeypatch):
    """Let buckets be followed by that driver, also where a configuration is read."""
    monkeypatch.setattr(buckets_on_spark, "connected", lambda _: nullcontext(spark))
    obey(replace(in_force(), cluster=LOCAL))


# -- the same --------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("on_spark")
def test_a_world_in_buckets_on_spark_tells_what_it_tells_undivided(tmp_path, monkeypatch):
    """All rows of all tables, verdicts and notices are equal, though a process is killed."""
    store = stored(tmp_path, world(1, number=5))
    whole = derived(store)
    killed(monkeypatch, tmp_path / "marks")
    parts, divided = in_buckets(store, 4)
    assert differences(whole, parts) == []
    assert len(list((tmp_path / "marks").iterdir())) == 1
    assert {*divided} == {"FirstLook", "LooksTogether"}


@pytest.mark.long
@pytest.mark.usefixtures("on_spark")
def test_many_worlds_on_spark_tell_what_they_tell_undivided(tmp_path):
    """As the short form, for more worlds with faults and without, and more buckets than people."""
    for seed in range(5):
        store = stored(tmp_path / str(seed), world(seed))
        whole = derived(store)
        for number in (1, 4, 16, 64):
            parts, _ = in_buckets(store, number)
            assert differences(whole, parts) == []


def followed(root: Path, folder: Path, engine: str) -> tuple[str, dict[str, list[str]]]:
    """Run the shipped example; return its ledger, and all rows of all derived tables."""
    shutil.copytree(root / "rules", folder / "rules")
    shutil.copytree(root / "snapshots" / "inbox", folder / "snapshots" / "inbox")
    shutil.copy(root / "organizations.toml", folder)
    config = folder / "config.toml"
    config.write_text(f"{(root / 'config.toml').read_text('utf-8')}\n{engine}", "utf-8")
    done = run_here("run", "--now", "2026-11-23", "--config", str(config))
    assert done.returncode == 0, done.stderr
    with Engine(folder / "snapshots" / "derived.duckdb", read_only=True) as opened:
        tables = [name for (name,) in opened._connection.execute(TABLES).fetchall()]
        rows = {
            table: sorted(map(repr, opened._connection.execute(f"FROM {table}").fetchall()))
            for table in tables
        }
    ledger = run_here("alerts", "--json", "--config", str(config))
    return ledger.stdout, rows


@pytest.mark.slow
@pytest.mark.usefixtures("on_spark")
def test_the_shipped_example_in_buckets_on_spark_has_the_same_ledger(root, tmp_path, monkeypatch):
    """As configured, with 1, 4 and 16 buckets: all alerts, and all rows of all derived tables."""
    whole = followed(root, tmp_path / "whole", "")
    assert whole[0].count("\n") > 5
    monkeypatch.setattr(driving, "OF_A_BUCKET", 0)
    for number in (1, 4, 16):
        engine = f'[engine]\nkind = "spark"\nbuckets = {number}\nspark.master = "local[2,4]"\n'
        assert followed(root, tmp_path / str(number), engine) == whole


# -- what fails ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("on_spark")
def test_a_bucket_that_always_fails_ends_the_run_in_words(tmp_path, monkeypatch):
    """The last error of the worker is said, and nothing of the look is stored."""
    store = stored(tmp_path, dict(list(world(5).items())[:1]))
    monkeypatch.setattr(shipping, "program", lambda: "another program")
    with pytest.raises(StorageError) as said:
        in_buckets(store, 2)
    assert "failed on the cluster" in str(said.value)
    assert "another program sent the work: install the same version" in str(said.value)


def test_a_master_that_does_not_answer_is_named_before_java_is_started():
    """Of several masters one has to listen."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        buckets_on_spark._reach(cluster(f"spark://127.0.0.1:9,127.0.0.1:{port}"))
        buckets_on_spark._reach(cluster(f"k8s://https://127.0.0.1:{port}"))
    for master in (f"spark://127.0.0.1:{port}", f"k8s://https://127.0.0.1:{port}", "spark://[x:1"):
        with pytest.raises(StorageError, match=r"the `master` of \[engine.spark\], does not ans"):
            buckets_on_spark._reach(cluster(master))
    for master in ("local[2]", "yarn"):
        buckets_on_spark._reach(cluster(master))


def test_a_java_that_cannot_be_started_is_said_with_what_to_look_at(tmp_path):
    """Its own last line says that it ends, and not why."""
    log = tmp_path / "log"
    log.write_text(
        "Invalid initial heap size: -Xms4x\nError: Could not create the Java Virtual Machine.\n"
        "Error: A fatal exception has occurred. Program will exit.\n"
    )
    said = buckets_on_spark._in_words(RuntimeError("JAVA_GATEWAY_EXITED"), log)
    assert "look at what `options` of [engine.spark] ask of Java" in said


def test_a_cluster_without_workers_is_not_waited_for_for_ever(monkeypatch):
    """As long as some worker is there, nothing is said."""
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    executors = Mock(return_value=2)
    context = Mock()
    context._jsc.sc().getExecutorMemoryStatus().size = executors
    watch = buckets_on_spark._Watch(context, cluster("spark://here:7077", seconds=5))
    for at, number in ((10, 2), (15, 1), (16, 2), (21, 1)):
        clock[0], executors.return_value = at, number
        watch.look()
    clock[0] = 21.5
    with pytest.raises(StorageError, match="spark://here:7077 has given no worker for 5 seconds"):
        watch.look()


def test_what_spark_needs_is_said_before_anything_is_done(tmp_path, monkeypatch):
    """Neither PySpark nor Java comes with talentwatch; a run without them does nothing."""
    monkeypatch.delenv("NOWHERE_SAID", raising=False)
    (tmp_path / "config.toml").write_text(
        '[engine]\nkind = "spark"\nspark.master = "local[2]"\n[sources.a]\nkind = "files"\n'
        '[engine.spark.options]\n"spark.authenticate.secret" = { env = "NOWHERE_SAID" }\n'
    )
    monkeypatch.setattr("monitor.base.machine.cluster.find_spec", lambda _: None)
    done = run_here("run", "--config", str(tmp_path / "config.toml"))
    assert (done.returncode, 'pip install "talentwatch[spark]"' in done.stderr) == (2, True)
    monkeypatch.setattr("monitor.base.machine.cluster.find_spec", lambda _: object())
    with monkeypatch.context() as with_java:
        with_java.setattr("monitor.base.machine.cluster.shutil.which", lambda _: "java")
        done = run_here("run", "--config", str(tmp_path / "config.toml"))
    assert done.returncode == 2
    assert "spark.authenticate.secret in `options` of [engine.spark]: the env" in done.stderr
    assert "NOWHERE_SAID is not set" in done.stderr
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UsageError, match=f"no program `java` below JAVA_HOME, {tmp_path}"):
        require_spark(LOCAL)
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="no program `java` on the PATH: install it"):
        require_spark(LOCAL)


# -- a bucket on its way ---------------------------------------------------------------------------


def test_options_are_read_by_java_as_they_are_written():
    """No value can begin a line or a key of its own."""
    assert buckets_on_spark._escaped("4g") == "4g"
    assert buckets_on_spark._escaped("a\nb=é 𝄞\\") == (
        r"a\u000ab\u003d\u00e9\u0020\ud834\udd1e\u005c"
    )


class Shared:
    """What Spark hands out, of this program or another one."""

    def __init__(self, piece: Any, sender: str | None = None) -> None:
        sender_here, what = shipping.shared(piece)
        self.value = (sender or sender_here, what)


@dataclass(frozen=True)
class Copying:
    """A piece of work that tells what it is given."""

    inputs: Any
    tells: tuple[str, ...] = ("tenures",)

    def follow(self, engine: Engine, parcel: Parcel) -> None:
        """Take and tell."""
        engine.take("tenures", [*parcel.given("tenures"), parcel.whole("tenures")])


def test_a_bucket_comes_back_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    """Files go and come in pieces, and no disk is shared; a worker of another version refuses."""
    from test_many_looks import INPUTS  # noqa: PLC0415

    monkeypatch.setattr(shipping, "CHUNK", 100)
    parcel, piece = Parcel(folder=tmp_path, bucket=3), Copying(INPUTS)
    with Engine() as engine:
        engine.run("derived_tables")
        for folder in ("given/tenures/bucket=3", "given/tenures/bucket=4", "whole"):
            (tmp_path / folder).mkdir(parents=True)
            engine.give("tenures", tmp_path / folder / "tenures.parquet")
    pieces = list(shipping.given(parcel))
    assert len(pieces) > 4
    assert {name for name, _ in pieces} == {
        "given/tenures/bucket=3/tenures.parquet",
        "whole/tenures.parquet",
    }
    limits = Limits(memory=500_000_000, threads=1)
    returned = list(shipping.follow_shipped(Shared(piece), limits, 3, pieces))
    with pytest.raises(StorageError, match="bucket 3 came back from the cluster incomplete"):
        shipping.take_back(piece, parcel, returned[-1:])
    assert not parcel.told.exists()
    spent = shipping.take_back(piece, parcel, returned)
    assert [path.name for path in parcel.told.iterdir()] == ["tenures.parquet"]
    assert (spent.bucket, spent.host) == (3, socket.gethostname())
    assert spent.memory > 1_000_000
    with pytest.raises(StorageError, match=r"and 0\.1 sent the work: install the same version"):
        next(iter(shipping.follow_shipped(Shared(piece, "0.1"), limits, 3, pieces)))
