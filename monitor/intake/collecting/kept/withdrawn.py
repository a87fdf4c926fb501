"""The list of who is hidden, locked or deleted at a service, for whoever erases them."""

from datetime import timedelta
from pathlib import Path

import orjson

from monitor.base.private_files import atomic_write
from monitor.intake.collecting.kept.work import Work

WITHDRAWN = "withdrawn.json"
"""The file beside the inbox that lists who is to be erased, one JSON object a line."""


def write_withdrawn(source: str, folder: Path, work: Work, *, erased_after: timedelta) -> None:
    """List who is hidden, locked or deleted at the source, each with a day for the erasure."""
    path, rows = folder / WITHDRAWN, work.withdrawn()
    if not rows and not path.exists():
        return
    with atomic_write(path, private=True) as unfinished, unfinished.open("wb") as lines:
        for withdrawal in rows:
            row = {
                "source": source,
                "id": withdrawal.id,
                "day": withdrawal.day.isoformat(),
                "reason": withdrawal.reason,
                "erase_on": (withdrawal.day + erased_after).isoformat(),
            }
            lines.write(orjson.dumps(row) + b"\n")
