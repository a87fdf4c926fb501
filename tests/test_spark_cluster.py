"""A cluster of processes on loopback, as people run them: a master, and two workers."""

from dataclasses import replace

import psutil
import pytest
from spark_clusters import cluster, killed, needs_spark, standalone
from test_buckets import in_buckets
from test_many_looks import derived, differences, stored, world

from monitor.base.machine.limits import in_force, obey


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
