"""Spark for tests: a driver with workers on this machine, and a cluster of processes on loopback.

python tests/spark_clusters.py starts a master and two workers, writes the master's address, and
ends them at the end of its input.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from test_buckets import Mortal

from monitor.base.errors import UsageError
from monitor.base.machine.cluster import Cluster, require_spark
from monitor.base.settings.secret import Secret
from monitor.moves.derivation.buckets import driving, placing
from monitor.moves.derivation.buckets.work import PieceOfWork

HERE = Path(__file__).resolve().parent
PATIENCE = 120
LOOPBACK = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.executorEnv.PYTHONPATH": str(HERE),  # where pieces of work for tests are
}


def needs_spark() -> None:
    """Skip a test where Spark cannot run, which on CI is a failure."""
    try:
        require_spark(cluster("local", options={}))
    except UsageError as exc:
        pytest.skip(f"needs Spark: {exc}")


def cluster(master: str, *, seconds: float = 300, options: Mapping[str, str] = LOOPBACK) -> Cluster:
    """Return how a master on this machine is used by tests."""
    return Cluster(
        master=master,
        python=sys.executable,
        memory=2_000_000_000,
        answer_seconds=seconds,
        options={name: Secret(literal=value) for name, value in options.items()},
    )


@contextmanager
def standalone(workers: int = 2, *, memory: str = "1g") -> Iterator[str]:
    """Start a master and workers of one core each on loopback; return the master's address."""
    with TemporaryDirectory() as made, ExitStack() as running:
        folder = Path(made)
        _started(running, folder, "Master", "--port", "0")
        master = _said(folder / "Master.log", r"Starting Spark master at (spark://\S+)")
        limits = ("--cores", "1", "--memory", memory, "--port", "0", master)
        for number in range(workers):
            _started(running, folder, "Worker", *limits, number=number)
        for number in range(workers):
            _said(folder / f"Worker{number}.log", "(Successfully registered with master)")
        yield master


def _started(
    running: ExitStack, folder: Path, role: str, *arguments: str, number: int | str = ""
) -> None:
    import pyspark  # noqa: PLC0415 -- an extra

    home = Path(pyspark.__file__).parent
    work = folder / f"{role}{number}"
    work.mkdir()
    log = running.enter_context((folder / f"{role}{number}.log").open("wb"))
    process = subprocess.Popen(
        [
            *(home / "bin" / "spark-class", f"org.apache.spark.deploy.{role.lower()}.{role}"),
            *("--host", "127.0.0.1", "--webui-port", "0"),
            *(("--work-dir", work) if role == "Worker" else ()),
            *arguments,
        ],
        env={
            "PATH": str(Path(sys.executable).parent) + ":/usr/bin:/bin",
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(work),
            "SPARK_DAEMON_MEMORY": "256m",
        },
        stdout=log,
        stderr=log,
    )
    running.callback(process.wait)
    running.callback(process.terminate)


def _said(log: Path, pattern: str) -> str:
    given_up = time.monotonic() + PATIENCE
    while time.monotonic() < given_up:
        said = re.search(pattern, log.read_text(encoding="utf-8", errors="replace"))
        if said:
            return said[1]
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))


def killed(monkeypatch: pytest.MonkeyPatch, marks: Path, victim: Any = os.getpid) -> None:
    """Let a process be killed once, in the midst of bucket 1; `victim` says which."""
    run_all = placing.run_all
    marks.mkdir()

    def run(piece: PieceOfWork, *rest: Any) -> Any:
        return run_all(Mortal(piece, marks, 1, victim), *rest)

    monkeypatch.setattr(driving, "run_all", run)


if __name__ == "__main__":
    with standalone() as address:
        print(address, flush=True)  # noqa: T201 -- what it is called for
        sys.stdin.read()
