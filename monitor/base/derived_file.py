"""The file of the derived tables: where it is, and what becomes of a damaged one.

Nothing is lost with it: all of it follows from the stored snapshots, and is made again.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from monitor.base.errors import CacheDamaged
from monitor.base.settings import Settings
from monitor.base.telemetry import logs

T = TypeVar("T")
PUBLISHED_FORMAT = 10
"""Raised when the tables of the read model or their columns change: the next run makes it again."""
KEPT = 2
"""How many damaged files are kept, for who wants to find out what happened to them."""

_ASIDE = re.compile(r"\.damaged-(\d+)")


def derived_path(settings: Settings) -> Path:
    """The file of the derived tables; deleting it costs one derivation and loses nothing."""
    return settings.snapshots / "derived.duckdb"


def published_path(settings: Settings) -> Path:
    """The file of the read model, which commands and pages read; it is made of the derived ones."""
    return settings.snapshots / "board.db"


def erasure_path(settings: Settings) -> Path:
    """The file that is there while an erasure of people is not finished."""
    return settings.snapshots / "erasing.json"


def is_unpublished(settings: Settings) -> bool:
    """Whether there are derived tables and no read model: the last publication failed."""
    return derived_path(settings).exists() and not published_path(settings).exists()


def healed(settings: Settings, work: Callable[[], T]) -> T:
    """Do a piece of work; where it meets damaged derived tables, set them aside and do it again.

    Who calls must hold the lease of a run. Damage that is met a second time is raised.
    """
    try:
        return work()
    except CacheDamaged as exc:
        set_aside(settings, exc)
        return work()


def set_aside(settings: Settings, why: CacheDamaged) -> None:
    """Rename the derived tables out of the way, say so, and forget the oldest such file."""
    path = derived_path(settings)
    numbers = sorted(_numbers(path))
    number = numbers[-1] + 1 if numbers else 1
    for place in _files(path):
        if place.is_symlink() or place.exists():
            place.rename(_aside(place, number))
    for old in numbers[: len(numbers) + 1 - KEPT]:
        for place in _files(path):
            # What a person put there is for that person to take away.
            if not _aside(place, old).is_dir():
                _aside(place, old).unlink(missing_ok=True)
    logs.warning(
        "the derived tables were damaged, and are made again from the snapshots",
        kept=str(_aside(path, number)),
        error=str(why.__cause__ or why).partition("\n")[0],
    )


def damaged_files(settings: Settings) -> list[Path]:
    """The damaged files that are kept, with all that they have of people."""
    path = derived_path(settings)
    places = (_aside(place, number) for number in _numbers(path) for place in _files(path))
    return [place for place in places if place.is_file()]


def _files(path: Path) -> tuple[Path, Path]:
    """The file, and what DuckDB writes beside it before it is written into it."""
    return path, path.with_name(f"{path.name}.wal")


def _aside(place: Path, number: int) -> Path:
    return place.with_name(f"{place.name}.damaged-{number}")


def _numbers(path: Path) -> set[int]:
    folder = path.parent.iterdir() if path.parent.is_dir() else ()
    matches = (_ASIDE.fullmatch(file.name.removeprefix(path.name)) for file in folder)
    return {int(match[1]) for match in matches if match}
