"""The generation: it changes whenever anything that a page is made from does."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from monitor.base.settings import Settings
from monitor.board.read_model import read_model_path
from monitor.operations.due import definitions_fingerprint
from monitor.state import state_mark


def generation(settings: Settings, *, today: str) -> str:
    """Name what pages are made from: the publication, the state, what people wrote, and the day."""
    seen = hashlib.sha256(f"{definitions_fingerprint(settings)} {today}".encode())
    seen.update(state_mark(settings.state).encode())
    for path in _with_log(read_model_path(settings)):
        seen.update(os.fsencode(f"{path.name} {_stamp(path)} "))
    return seen.hexdigest()[:32]


def _with_log(path: Path) -> Iterator[Path]:
    yield path
    yield path.with_name(f"{path.name}-wal")


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return "none"
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns}" if status.st_size else "none"
