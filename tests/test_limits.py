"""What a process may use of its machine: found out, configured, and kept to by each connection."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import psutil
import pytest
from story import World, flow, job

from monitor.base.engine import Engine, in_words
from monitor.base.errors import StorageError
from monitor.base.machine.limits import MAIN, READER, SIDE, Limits, in_force, obey, usable_memory
from monitor.base.settings import load_settings
from monitor.intake.snapshots.profile_rows import ProfileReader

MIB = 1 << 20


@pytest.fixture(autouse=True)
def _limits():
    """Let other tests keep to what they kept to."""
    before = in_force()
    yield
    obey(before)


def machine(root: Path, *, cgroup: str, limits: Mapping[str, str]) -> Path:
    """Write what a system says of control groups: the limits by their files."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(cgroup, encoding="utf-8")
    for name, limit in limits.items():
        path = root / "sys/fs/cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{limit}\n", encoding="utf-8")
    return root


def setting(engine: Engine, name: str) -> str:
    """Return what a connection keeps to."""
    return str(
        engine._connection.execute("SELECT current_setting($n)", {"n": name}).fetchall()[0][0]
    )


@pytest.mark.parametrize(
    ("cgroup", "limits", "least"),
    [
        ("0::/a/b\n", {"a/b/memory.max": f"{300 * MIB}", "a/memory.max": "max"}, 300),
        ("0::/a/b\n", {"a/b/memory.max": "max", "a/memory.max": f"{200 * MIB}"}, 200),
        ("0::/of/the/host\n", {"memory.max": f"{100 * MIB}"}, 100),
        ("7:cpu:/a\n4:memory:/a\n", {"memory/a/memory.limit_in_bytes": f"{400 * MIB}"}, 400),
        ("4:memory,hugetlb:/a\n", {"memory/memory.limit_in_bytes": f"{500 * MIB}"}, 500),
    ],
    ids=["own group", "group around", "container", "version 1", "version 1 in a container"],
)
def test_the_memory_is_that_of_the_least_control_group(tmp_path, cgroup, limits, least):
    """A container, or a service with MemoryMax=, has less than the machine."""
    assert usable_memory(machine(tmp_path, cgroup=cgroup, limits=limits)) == least * MIB


@pytest.mark.parametrize("cgroup", ["", "0::/a\n", "4:memory:/\n", "nothing of the kind"])
def test_the_memory_is_that_of_the_machine_where_no_group_limits_it(tmp_path, cgroup):
    """Version 1 writes a huge number for no limit, version 2 the word max."""
    huge = str(2**63 - 4096)
    limits = {"memory.max": "max", "memory/memory.limit_in_bytes": huge}
    whole = psutil.virtual_memory().total
    assert usable_memory(machine(tmp_path, cgroup=cgroup, limits=limits)) == whole


def test_without_settings_a_run_may_hold_half_of_the_memory(tmp_path):
    """The other half is for whatever else the machine does."""
    world = World(tmp_path, rules={})
    assert load_settings(world.root / "config.toml").engine.limits.memory == usable_memory() // 2


def test_each_connection_takes_its_part_of_what_is_configured(tmp_path):
    """The parts come to less than the whole, for records of the process need memory as well."""
    world = World(tmp_path, rules={})
    world.rewrite(config='[engine]\nmemory = "2GB"\nthreads = 1\n' + world.config)
    load_settings(world.root / "config.toml")
    assert in_force() == Limits(memory=2_000_000_000, threads=1)
    assert MAIN + SIDE + READER < 1
    with Engine(tmp_path / "derived.duckdb") as engine:
        assert setting(engine, "memory_limit") == "953.6 MiB"
        assert setting(engine, "threads") == "1"
    with Engine() as engine:
        assert setting(engine, "memory_limit") == "476.8 MiB"
    with ProfileReader(tmp_path / "spill") as reader:
        found = reader._connection.execute("SELECT current_setting('memory_limit')").fetchall()
    assert found == [("238.4 MiB",)]


def test_what_memory_cannot_hold_goes_into_the_configured_folder_and_is_gone_afterwards(tmp_path):
    """Each connection has a folder of its own in it, that nobody else may read."""
    obey(Limits(memory=60 * MIB, threads=1, temp=tmp_path / "room"))
    with Engine(tmp_path / "derived.duckdb") as engine:
        engine._connection.execute(
            "CREATE TEMP TABLE large AS"
            " SELECT i, repeat(md5(i::VARCHAR), 4) AS t FROM range(900000) AS r (i)"
        )
        (mine,) = (tmp_path / "room" / "talentwatch").iterdir()
        assert sum(path.stat().st_size for path in mine.iterdir()) > 0
        assert (tmp_path / "room" / "talentwatch").stat().st_mode & 0o77 == 0
    assert list((tmp_path / "room" / "talentwatch").iterdir()) == []


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    """A file stands in its place."""
    (tmp_path / "room").write_text("")
    obey(Limits(memory=60 * MIB, temp=tmp_path / "room"))
    with pytest.raises(StorageError, match=r"room, the `temp` of \[engine\], cannot be used"):
        Engine()


@pytest.mark.slow
def test_a_run_within_a_small_memory_comes_to_the_same(tmp_path):
    """Nothing is decided by how much memory there is."""
    ledgers = []
    for name, engine in (("usual", ""), ("small", '[engine]\nmemory = "500MB"\nthreads = 1\n')):
        world = World(tmp_path / name, rules={"talent": flow("meta", "xai", people=1)})
        world.rewrite(config=engine + world.config)
        world.on("2025-01-01", ada=[job("Meta")])
        world.then("2025-02-01", ada=[job("Meta", end="2025-01-10"), job("xAI")])
        world.run()
        with world.state() as tx:
            ledgers.append(tx.latest())
    assert len(ledgers[0]) == 1
    assert ledgers[0] == ledgers[1]


@pytest.mark.parametrize(
    ("temp", "lacks", "other"),
    [("", "`memory` in [engine]", "disk"), ("spill", "`temp` in [engine]", "`memory`")],
)
def test_what_runs_out_is_said_with_the_setting_that_gives_more(tmp_path, temp, lacks, other):
    """Memory is no disk: where nothing can be put aside, more of it helps, or less at once."""
    with duckdb.connect() as bare:
        bare.execute("SET memory_limit = '12MB'; SET threads = 1")
        bare.execute(f"SET temp_directory = '{tmp_path / temp if temp else ''}'")
        if temp:
            bare.execute("SET max_temp_directory_size = '1MB'")
        with pytest.raises(duckdb.OutOfMemoryException) as raised:
            bare.execute(
                "CREATE TABLE t AS SELECT i, hash(i) AS h FROM range(1_500_000) t(i) ORDER BY h"
            )
    said = str(in_words(raised.value, tmp_path / "bucket.duckdb"))
    assert lacks in said
    assert other not in said
