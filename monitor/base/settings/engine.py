"""What talentwatch may use of its machine, or of a cluster, as the configuration says it."""

import sys
from typing import Annotated, Literal

from msgspec import Meta, field

from monitor.base.machine.cluster import Cluster
from monitor.base.machine.limits import Limits, usual
from monitor.base.settings.values import (
    Count,
    Master,
    Options,
    ProgramPath,
    ResolvedPath,
    Seconds,
    Size,
    Table,
)


class SparkSettings(Table, frozen=True, kw_only=True):
    """The cluster of Spark that follows the buckets of large looks, with kind = "spark"."""

    master: Master
    """Where Spark gets its workers from."""
    python: ProgramPath | None = None
    """The Python on the workers in which the same talentwatch is installed; without it the path of
    the one that runs here."""
    memory: Size = "2GB"
    """How much memory the process of one bucket may hold, beside Spark's own."""
    answer_seconds: Seconds = 60
    """How long to wait for the master, and while no worker is there that could take a bucket."""
    options: Options = field(default_factory=dict)
    """What else Spark is told, as in `spark-defaults.conf`."""

    @property
    def cluster(self) -> Cluster:
        """What is asked of Spark."""
        return Cluster(
            master=self.master,
            python=self.python or sys.executable,
            memory=size_of(self.memory),
            answer_seconds=self.answer_seconds,
            options=self.options,
        )


class EngineSettings(Table, frozen=True, kw_only=True):
    """What talentwatch may use of its machine, or of a cluster."""

    kind: Annotated[
        Literal["local", "spark"],
        Meta(description="local: this machine; spark: the cluster of [engine.spark]"),
    ] = "local"
    """Who follows the buckets of large looks; all else this machine does."""
    memory: Size | None = None
    """How much memory a run may hold as a whole; without it half of what the machine has, or the
    control group that talentwatch is in."""
    threads: Count | None = None
    """On how many cores a statement may run, of those that the process may use."""
    temp: ResolvedPath | None = None
    """A folder for what memory cannot hold; without it, beside the derived tables."""
    buckets: Count | None = None
    """Into how many parts a look is divided that shows more than 62,500 profiles for the first time
    or otherwise; without it so many that none of them has more."""
    workers: Count | None = None
    """In how many processes these parts are followed at once, each with a share of `memory`; as
    many as `threads` allows without it. 1: one part after the other, in the process of the run. On
    a cluster: how many are on the way at once; without it one more than it has cores."""
    spark: SparkSettings | None = None

    @property
    def limits(self) -> Limits:
        """What the process keeps to."""
        memory = size_of(self.memory) if self.memory else usual().memory
        return Limits(
            memory=memory,
            threads=self.threads,
            buckets=self.buckets,
            workers=self.workers,
            temp=self.temp,
            cluster=self.spark.cluster if self.spark and self.kind == "spark" else None,
        )


def size_of(text: str) -> int:
    """This is a written size in bytes.

    >>> size_of("800MB"), size_of("4GB")
    (800000000, 4000000000)
    """
    return int(text[:-2]) * (1_000_000_000 if text.endswith("GB") else 1_000_000)
