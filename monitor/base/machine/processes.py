"""Who holds a lease: one process of one machine, told apart from a later one with its number."""

import os
import socket
import sys
from pathlib import Path

import psutil

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PIDS = Path("/proc/self/ns/pid")
_TICKS = 100
_CLOCK_SECONDS = 60
"""By so much somebody may have set the clock."""


def this_process() -> str:
    """Name this process so that another one on this machine can tell when it is gone.

    It is `host:pid`, and where the system tells them, when the machine was started, which process
    numbers it can see, and when the process began.
    """
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{_start_of(pid) or ''}"


def is_gone(process: str) -> bool:
    """Say whether the process that `this_process` named has ended for certain.

    A process of another machine, or of another container on this one, cannot be seen: it counts as
    at work until its lease expires.
    """
    host, _, rest = process.partition(":")
    number, _, birth = rest.partition(":")
    if host != socket.gethostname() or not number.isdecimal():
        return False
    if not birth:
        return not _exists(int(number))
    boot, pids, _ = birth.split(".")
    own_boot, own_pids = _machine()
    if boot != own_boot:
        return True  # The machine was started again since, and nothing outlives that.
    return pids == own_pids and _start_of(int(number)) != birth


def has_left(pid: int, at: float) -> bool:
    """Say whether what a process of this number wrote at a moment is nobody's any more.

    The process has ended, or the number went to one that began later.
    """
    try:
        process = psutil.Process(pid)
        is_dead = process.status() in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}
        return is_dead or process.create_time() > at + _CLOCK_SECONDS
    except (psutil.NoSuchProcess, OverflowError):
        return True
    except psutil.Error:
        return False


def _start_of(pid: int) -> str | None:
    """Tell one life of a process number from the next; None if it is dead or cannot be told."""
    try:
        process = psutil.Process(pid)
        # A killed process keeps its number until its parent has taken note.
        if process.status() in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}:
            return None
        # Both figures follow the clock when somebody sets it; their difference stays.
        since_boot = process.create_time() - psutil.boot_time()
    except psutil.Error:
        return None
    boot, pids = _machine()
    return f"{boot}.{pids}.{round(since_boot * _TICKS)}"


def _machine() -> tuple[str, str]:
    """Tell this start of the machine and the processes seen here; empty where no system says it."""
    try:
        return _BOOT.read_text(encoding="ascii")[:8], str(_PIDS.stat().st_ino)
    except OSError:
        return "", ""


def _exists(pid: int) -> bool:
    try:
        return psutil.pid_exists(pid)
    except OverflowError:  # no number that a process could have
        return False


def most_memory() -> int:
    """Return the most bytes that this process ever held."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource  # noqa: PLC0415 -- Windows has none

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
