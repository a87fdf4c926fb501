"""Buckets on a cluster: Spark places them, watches them, and tries those again that died.

Each bucket is a job of one task, so that what is on the way at once is bounded by what the cluster
has cores for, whatever the number of buckets.
"""

import os
import signal
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from subprocess import Popen, TimeoutExpired
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.base.errors import StorageError, brief
from monitor.base.machine.cluster import Cluster, require_spark
from monitor.base.machine.limits import Limits, in_force
from monitor.moves.derivation.buckets.parcels import Parcel
from monitor.moves.derivation.buckets.shipping import follow_shipped, given, shared, take_back
from monitor.moves.derivation.buckets.work import PieceOfWork, Spent

if TYPE_CHECKING:
    from pyspark import SparkContext

POLL_SECONDS = 0.5
MOST_AT_ONCE = 1_000
"""How many buckets are on the way at once at most, however many cores a cluster has."""
USUAL = {
    "spark.app.name": "talentwatch",
    "spark.rpc.message.maxSize": "1024",  # MiB of one bucket
    "spark.ui.enabled": "false",  # its pages would be open to whoever reaches this machine
    "spark.ui.showConsoleProgress": "false",
}
"""Options that the configuration may change."""
OPTIONS = "options"
"""The file with the options, which is there while Spark starts."""
HERE = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
"""Options where no other machine is asked."""


def on_spark(piece: PieceOfWork, parcels: Sequence[Parcel], cluster: Cluster) -> list[Spent]:
    """Follow all buckets on a cluster, each in a task; nothing is left of Spark afterwards.

    Raises UsageError if Spark or a secret is missing here; StorageError if the master or a worker
    does not answer in time, or a bucket fails as often as Spark tries it.
    """
    require_spark(cluster)
    with connected(cluster) as context, _explained(f"Spark failed with {cluster.master}"):
        return follow_all(context, piece, parcels, cluster)


# -- the cluster -----------------------------------------------------------------------------------


@contextmanager
def connected(cluster: Cluster) -> Iterator["SparkContext"]:
    """Run Spark's driver in a Java of its own, which ends with the block.

    Raises StorageError if the master does not answer, or Spark cannot be started.
    """
    from pyspark import SparkContext  # noqa: PLC0415 -- an extra

    _reach(cluster)
    with TemporaryDirectory(prefix="talentwatch-spark-") as made, ExitStack() as ending:
        with _explained(f"Spark cannot be started with {cluster.master}", Path(made) / "log"):
            gateway = ending.enter_context(_java(cluster, Path(made)))
            context = SparkContext(gateway=gateway, batchSize=1)
        (Path(made) / OPTIONS).unlink()
        ending.callback(context.stop)
        context.pythonExec = cluster.python
        yield context


def _reach(cluster: Cluster) -> None:
    """Raise StorageError unless somebody listens where the master is, if the address says where."""
    _, _, rest = cluster.master.partition("://")
    problem: Exception | None = None
    for written in filter(None, rest.split(",")):
        try:
            place = urlsplit(f"//{written.rpartition('//')[2]}")
            with socket.create_connection(
                (place.hostname or "", place.port or 443), timeout=cluster.answer_seconds
            ):
                return
        except (OSError, ValueError) as exc:
            problem = exc
    if problem is not None:
        raise StorageError(
            f"{cluster.master}, the `master` of [engine.spark], does not answer: {brief(problem)};"
            " start it, or mend the address"
        ) from problem


@contextmanager
def _java(cluster: Cluster, folder: Path) -> Iterator[Any]:
    """Start Java with Spark, whose options stand in a file: all users see a command line."""
    from pyspark import SparkContext  # noqa: PLC0415 -- an extra
    from pyspark.java_gateway import launch_gateway  # noqa: PLC0415

    options = USUAL | (HERE if cluster.is_here else {}) | {"spark.master": cluster.master}
    options |= {name: value.reveal() for name, value in cluster.options.items()}
    file = folder / OPTIONS
    file.write_text("".join(f"{name}={_escaped(each)}\n" for name, each in options.items()))
    arguments = f"--load-spark-defaults --properties-file '{file}' pyspark-shell"
    with (folder / "log").open("wb") as log, _as_it_was(), _environment(arguments):
        gateway = launch_gateway(popen_kwargs={"stdout": log, "stderr": log})
        try:
            yield gateway
        finally:
            gateway.shutdown()
            _end(gateway.proc)
            # Otherwise the next one would ask a Java that is gone.
            SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001


def _end(java: "Popen[bytes]") -> None:
    if java.stdin is not None:
        java.stdin.close()
    try:
        java.wait(timeout=10)
    except TimeoutExpired:
        java.kill()
        java.wait()


@contextmanager
def _environment(arguments: str) -> Iterator[None]:
    name = "PYSPARK_SUBMIT_ARGS"
    before = os.environ.get(name)
    os.environ[name] = arguments
    try:
        yield
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Let Ctrl-C mean afterwards what it meant before: Spark takes it for itself."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _escaped(text: str) -> str:
    r"""Write a value of a file of properties so that all of it is read as it is.

    >>> _escaped("a b")
    'a\\u0020b'
    """
    units = text.encode("utf-16-be")
    return "".join(
        chr(unit) if unit < 128 and chr(unit).isalnum() else f"\\u{unit:04x}"  # noqa: PLR2004 -- ASCII
        for unit in (int.from_bytes(units[at : at + 2]) for at in range(0, len(units), 2))
    )


# -- the buckets -----------------------------------------------------------------------------------


def follow_all(
    context: "SparkContext", piece: PieceOfWork, parcels: Sequence[Parcel], cluster: Cluster
) -> list[Spent]:
    """Send every bucket, so many at once as there are cores and one more, and take all back.

    Raises StorageError if a bucket fails for good, or nobody is there to follow one.
    """
    sent = context.broadcast(shared(piece))
    limits = Limits(memory=cluster.memory, threads=1)
    left, on_the_way, spent = deque(parcels), set[Future[Spent]](), list[Spent]()
    watch = _Watch(context, cluster)
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        try:
            while left or on_the_way:
                while left and len(on_the_way) < _at_once(context):
                    parcel = left.popleft()
                    task = partial(follow_shipped, sent, limits, parcel.bucket)
                    on_the_way.add(pool.submit(_followed, context, task, piece, parcel))
                done, on_the_way = wait(on_the_way, POLL_SECONDS, FIRST_COMPLETED)
                spent += [future.result() for future in done]
                watch.look()
        except BaseException:
            with suppress(Exception):  # Where Java is gone, so are the jobs.
                context.cancelAllJobs()
            raise
    sent.destroy()
    return spent


def _at_once(context: "SparkContext") -> int:
    return min(in_force().workers or context.defaultParallelism + 1, MOST_AT_ONCE)


def _followed(context: "SparkContext", task: Any, piece: PieceOfWork, parcel: Parcel) -> Spent:
    with _explained(f"bucket {parcel.bucket} failed on the cluster"):
        pieces = context.parallelize(given(parcel), 1).mapPartitions(task).collect()
    return take_back(piece, parcel, pieces)


class _Watch:
    """Notices that nobody is left who could follow a bucket: Spark would wait for ever."""

    def __init__(self, context: "SparkContext", cluster: Cluster) -> None:
        self._context, self._cluster = context, cluster
        self._last = time.monotonic()

    def look(self) -> None:
        """Raise StorageError if there was no worker for as long as is allowed."""
        # The driver is one of those who have memory.
        there = self._context._jsc.sc().getExecutorMemoryStatus().size()  # noqa: SLF001
        if there > 1 or self._cluster.is_here:
            self._last = time.monotonic()
        elif time.monotonic() - self._last > self._cluster.answer_seconds:
            raise StorageError(
                f"{self._cluster.master} has given no worker for"
                f" {self._cluster.answer_seconds:g} seconds: look whether it has some, whether they"
                " have the memory and cores that `options` of [engine.spark] ask for, and whether"
                " they reach this machine (spark.driver.host)"
            )


_HINTS = {
    "stopped SparkContext": "the master ended the work, does not answer any more, or has another"
    " `spark.authenticate.secret`: its log says why",
    "No module named 'monitor'": "the `python` of [engine.spark] has to be one of each worker in"
    " which the same talentwatch is installed",
    "Cannot run program": "the `python` of [engine.spark] has to be one of each worker in which the"
    " same talentwatch is installed",
    "PYTHON_VERSION_MISMATCH": "the `python` of [engine.spark] has to be of the version that runs"
    " here",
    "Could not create the Java Virtual Machine": "look at what `options` of [engine.spark] ask of"
    " Java: sizes of memory are written as 4g",
    "Java heap space": "give [engine] more `buckets`, or Spark more memory: spark.driver.memory and"
    " spark.executor.memory in `options` of [engine.spark]",
    "maxResultSize": "give [engine] more `buckets`",
    "spark.rpc.message.maxSize": "give [engine] more `buckets`",
    "UnsupportedClassVersionError": "install a newer Java",
}


@contextmanager
def _explained(what: str, log: Path | None = None) -> Iterator[None]:
    """Raise StorageError for what Spark raises, in words."""
    from py4j.protocol import Py4JError  # noqa: PLC0415 -- an extra
    from pyspark.errors import PySparkException  # noqa: PLC0415

    try:
        yield
    except (Py4JError, PySparkException, OSError) as exc:
        raise StorageError(f"{what}: {_in_words(exc, log)}") from exc


def _in_words(exc: Exception, log: Path | None = None) -> str:
    """Say what Spark raised, of which the last line of Python's own error tells most."""
    said = str(exc)
    if log is not None and log.exists():
        said += log.read_text(encoding="utf-8", errors="replace")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "Error: " in line or "Exception: " in line] or lines
    hints = [hint for words, hint in _HINTS.items() if words in said]
    return "; ".join([brief(telling[-1] if telling else repr(exc)), *hints[:1]])
