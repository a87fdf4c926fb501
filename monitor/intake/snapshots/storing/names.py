"""Which names in the store are those of sources and days."""

import re
from datetime import date

from monitor.base.errors import SnapshotError

_SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def is_source(name: str) -> bool:
    """Whether a source can have this name.

    >>> is_source("press"), is_source(".writing-2025-01-01")
    (True, False)
    """
    return _SOURCE.fullmatch(name) is not None


def require_source(name: str) -> None:
    """Raises SnapshotError, saying what a name is made of, for one that no source can have."""
    if not is_source(name):
        raise SnapshotError(
            f"{name!r} is no name for a source: small letters, digits, - and _, at most 64"
        )


def day_of(name: str) -> date | None:
    """The day that has this name; None if none has.

    >>> day_of("2025-01-01"), day_of("20250101")
    (datetime.date(2025, 1, 1), None)
    """
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.isoformat() == name else None
