"""What this process may use of its machine: memory, cores, and a folder beside its memory.

The limits are one for the process, as the memory is: every connection to DuckDB takes its part.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psutil

from monitor.base.error_words import of_system
from monitor.base.errors import StorageError
from monitor.base.machine.cluster import Cluster
from monitor.base.private_files import make_folder

MAIN, SIDE, READER = 0.5, 0.25, 0.125
"""The parts of the memory: of the derived tables, of what is asked beside them, of taking files in.

What is left, and what they do not use, is for records of this process.
"""
_NUMBERS = count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a process keeps to."""

    memory: int
    """Bytes that the process as a whole may hold."""
    threads: int | None = None
    """None: as many as there are cores that the process may use, which is the most in any case."""
    buckets: int | None = None
    """Into how many parts large pieces of work are divided; None: as their size asks for."""
    workers: int | None = None
    """In how many processes such parts are followed at once; None: one for each core."""
    temp: Path | None = None
    """Where DuckDB puts what its memory cannot hold; None: beside its file."""
    cluster: Cluster | None = None
    """Who follows such parts in the place of this machine."""

    @property
    def cores(self) -> int:
        """On how many cores a statement may run."""
        return min(self.threads or usable_cores(), usable_cores())

    @property
    def processes(self) -> int:
        """In how many processes parts of a piece of work are followed at once."""
        return self.workers or self.cores

    def room(self) -> Path | None:
        """Return our own folder in the configured one, made if it is not there; None if none is.

        Raises StorageError if it cannot be made.
        """
        if self.temp is None:
            return None
        ours = self.temp / "talentwatch"
        try:
            make_folder(ours)
        except OSError as exc:
            raise StorageError(
                f"{self.temp}, the `temp` of [engine], cannot be used: {of_system(exc)}"
            ) from exc
        return ours

    def room_of_connection(self, file: Path | None) -> Path | None:
        """Name a folder for one connection, which DuckDB makes and removes; None: its own choice.

        Two databases that spill into one folder would take each other's files for their own.
        """
        room = self.room()
        return room and room / f"{os.getpid()}-{next(_NUMBERS)}-{file.name if file else 'memory'}"


def usable_cores() -> int:
    """Return on how many cores this process may run, at least one."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def usable_memory(root: Path = Path("/")) -> int:
    """Return the bytes of memory that this process may have: the machine's, or its cgroups' least.

    `root` is where `proc` and `sys` are.
    """
    return min((psutil.virtual_memory().total, *_of_cgroups(root)))


def _of_cgroups(root: Path) -> Iterator[int]:
    """Yield the limits of the process's cgroup and of those around it, of both versions."""
    hierarchies = root / "sys/fs/cgroup"
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if not controllers:
            top, name = hierarchies, "memory.max"
        elif "memory" in controllers.split(","):
            top, name = hierarchies / "memory", "memory.limit_in_bytes"
        else:
            continue
        inside = top / path.lstrip("/")
        # In a container the path may be that of the host, and the limit at the top of what is seen.
        for folder in (inside, *inside.parents):
            if folder.is_relative_to(top) and (limit := _text(folder / name).strip()).isdigit():
                yield int(limit)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def usual() -> Limits:
    """Return the limits where nothing is configured: half of the memory, and all cores."""
    return Limits(memory=usable_memory() // 2)


_in_force: list[Limits] = []


def obey(limits: Limits) -> None:
    """Let every connection that this process opens from now on keep to some limits."""
    _in_force[:] = [limits]


def in_force() -> Limits:
    """Return what this process keeps to."""
    return _in_force[0] if _in_force else usual()
