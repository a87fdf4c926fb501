"""A cluster of Spark that follows buckets of profiles, and what it needs on this machine."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from monitor.base.errors import UsageError


class Option(Protocol):
    """The value of an option, which may be a secret: it is read when it is needed."""

    def reveal(self) -> str:
        """Return the value; raise UsageError if it is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where a cluster is, and how it is used."""

    master: str
    """Its address, as Spark writes it."""
    python: str
    """The path of the Python with talentwatch on its machines."""
    memory: int
    """Bytes that the process of one bucket may hold there."""
    answer_seconds: float
    """How long to wait for the master, and for somebody who follows a bucket."""
    options: Mapping[str, Option]
    """What else Spark is told."""

    @property
    def is_here(self) -> bool:
        """Whether this machine alone does the work."""
        return self.master.startswith("local")


def require_spark(cluster: Cluster) -> None:
    """Raise UsageError, which says what to do, if PySpark, Java or a secret is missing here."""
    needs = '[engine] kind = "spark" needs'
    if find_spec("pyspark") is None:
        raise UsageError(
            f'{needs} a package that is not installed: pip install "talentwatch[spark]"'
        )
    home = os.environ.get("JAVA_HOME")
    if shutil.which(Path(home) / "bin" / "java" if home else "java") is None:
        where = f"below JAVA_HOME, {home}" if home else "on the PATH"
        raise UsageError(
            f"{needs} Java 17 or later, and there is no program `java` {where}: install it (on"
            " Debian: apt-get install openjdk-17-jre-headless), or set JAVA_HOME"
        )
    for name, value in cluster.options.items():
        try:
            value.reveal()
        except UsageError as exc:
            raise UsageError(f"{name} in `options` of [engine.spark]: {exc}") from exc
