"""Who holds a lease: one process of one machine, told apart from a later one with its number."""

import os
import socket
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PIDS = Path("/proc/self/ns/pid")
_STATE, _STARTED = 0, 19  # fields 3 and 22 of /proc/<pid>/stat, counted after the name in brackets
_DEAD = {"Z", "X", "x"}


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
    own = _start_of(os.getpid())
    if not birth or own is None:
        return not _exists(int(number))
    boot, pids, _ = birth.split(".")
    own_boot, own_pids, _ = own.split(".")
    if boot != own_boot:
        return True  # The machine was started again since, and nothing outlives that.
    return pids == own_pids and _start_of(int(number)) != birth


def _start_of(pid: int) -> str | None:
    """Tell one life of a process number from the next; None if it is dead or cannot be told."""
    try:
        boot = _BOOT.read_text(encoding="ascii")[:8]
        pids = _PIDS.stat().st_ino
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name may hold spaces and brackets; what follows its last bracket does not.
    fields = status.rpartition(")")[2].split()
    # A killed process keeps its number until its parent has taken note.
    return None if fields[_STATE] in _DEAD else f"{boot}.{pids}.{fields[_STARTED]}"


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
