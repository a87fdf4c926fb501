"""A cluster of processes on loopback, as people run them: a master, and two workers."""

import shutil
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from command_line import run_here
from spark_clusters import LOOPBACK, cluster, killed, needs_spark, standalone
from test_buckets import in_buckets
from test_many_looks import derived, differences, stored, world

from monitor.base.machine.limits import in_force, obey
from monitor.moves.derivation.buckets import driving


@pytest.fixture(autouse=True)
def _limits():
    """Let other tests keep to what they kept to."""
    before = in_force()
    yield
    obey(before)


def executor() -> int:
    """Return the number of the process that Spark runs this one's tasks in."""
    return next(each.pid for each in psutil.Process().parents() if each.name() == "java")


@pytest.mark.slow
def test_an_executor_that_is_killed_is_followed_by_another(tmp_path, monkeypatch):
    """A master and two workers on loopback; an executor dies in the midst of a bucket."""
    needs_spark()
    store = stored(tmp_path, dict(list(world(5).items())[:1]))
    whole = derived(store)
    killed(monkeypatch, tmp_path / "marks", executor)
    with standalone() as master:
        obey(replace(in_force(), cluster=cluster(master)))
        parts, divided = in_buckets(store, 4)
        assert (differences(whole, parts), divided) == ([], ["FirstLook"])
        assert len(list((tmp_path / "marks").iterdir())) == 1


# -- from files to alerts --------------------------------------------------------------------------

PROFILES = 3_000


def worker() -> int:
    """Return the number of the process that began the one that runs this one's tasks."""
    return [each.pid for each in psutil.Process().parents() if each.name() == "java"][1]


def ledger(folder: Path, engine: str) -> str:
    """Run once over a market, and return its alerts."""
    with (folder / "config.toml").open("a", encoding="utf-8") as file:
        file.write(engine)
    config = ("--config", str(folder / "config.toml"))
    done = run_here("run", "--now", "2021-07-01", *config)
    assert done.returncode == 0, done.stderr
    return run_here("alerts", "--json", *config).stdout


@pytest.mark.long
def test_a_worker_that_is_killed_on_the_way_changes_no_alert(
    tmp_path, monkeypatch, record_property
):
    """From the files of a market to its alerts, in 16 buckets: every alert as without a cluster."""
    needs_spark()
    market = ("--profiles", str(PROFILES), "--snapshots", "4", "--days", "30")
    run_here("simulate", str(tmp_path / "here"), *market)
    rule = tmp_path / "here" / "rules" / "any-to-any.toml"
    rule.write_text(rule.read_text("utf-8").replace("people = 5", "people = 2"), "utf-8")
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    whole = ledger(tmp_path / "here", "")
    assert whole
    monkeypatch.setattr(driving, "OF_A_BUCKET", 0)
    killed(monkeypatch, tmp_path / "marks", worker)
    with standalone() as master:
        options = ", ".join(f'"{name}" = "{value}"' for name, value in LOOPBACK.items())
        spark = (
            f'spark = {{ master = "{master}", answer_seconds = 300, options = {{ {options} }} }}'
        )
        engine = f'[engine]\nkind = "spark"\nbuckets = 16\n{spark}\n'
        assert ledger(tmp_path / "there", engine) == whole
    assert len(list((tmp_path / "marks").iterdir())) == 1
    record_property(
        "proof",
        f"{PROFILES:,} profiles in 4 snapshots, 16 buckets, a worker of two killed:"
        f" {whole.count(chr(10))} equal alerts",
    )
