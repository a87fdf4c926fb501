"""Which files may still have people who were erased: those of the store, and those beside it."""

from collections.abc import Iterator
from pathlib import Path

from monitor.base.derived_file import derived_path, erasure_path, published_path
from monitor.base.profile import is_stand_in
from monitor.base.settings import Settings
from monitor.intake.forgetting.forgotten import KEY
from monitor.intake.forgetting.words import tells, tells_name
from monitor.operations.rights.journal import Erasure
from monitor.operations.rights.rewriting.searching import Searched, searched
from monitor.operations.rights.rewriting.written_files import (
    definitions,
    inbox_files,
    side_files,
)
from monitor.state.databases.backups import sqlite_path

LOGS = ("-wal", "-shm", ".wal")
"""What the names of a database's files end with that stand beside it."""
_INDEX = "-shm"
"""Such a file says where what stands in a log, and has no text."""
_FEW = 50
"""How many people are searched for in the files, too, that the erasure wrote anew; of more, these
are trusted: they may be as large as the state."""


def still_named(settings: Settings, erasure: Erasure) -> Searched:
    """The files that still name the people, or that nobody could search.

    Those of the inbox are left out unless the erasure is about them, too.
    """
    trusted = set[Path]()
    if len(erasure.people) > _FEW:
        trusted = {*_state(settings), *copies(settings), *side_files(settings)}
    files = (path for path in _files(settings, erasure) if path not in trusted)
    return searched(files, distinct_words(erasure), erasure.keys)


def is_named(settings: Settings, erasure: Erasure) -> bool:
    """Whether a file names the people that an erasure would write anew."""
    files = {*definitions(settings), *side_files(settings), *copies(settings)}
    return bool(searched(sorted(files), distinct_words(erasure), erasure.keys).named)


def distinct_words(erasure: Erasure) -> list[str]:
    """Words that nothing but these people is called by, for searching files."""
    words = {word for word in erasure.words if tells_name(word)}
    words |= {key.partition(":")[2] for key in erasure.keys if tells(key.partition(":")[2])}
    return sorted(words - {word for word in words if is_stand_in(word)})


def copies(settings: Settings) -> list[Path]:
    """The copies of a SQLite state that lie where talentwatch makes them."""
    place = sqlite_path(settings.state)
    backups = [*(settings.snapshots / "backups").glob("*.db")]
    beside = [] if place is None else [*place.parent.glob(f"{place.name}.*")]
    return sorted(
        path
        for path in {*backups, *beside}
        if path.is_file() and not path.name.endswith(LOGS) and _is_sqlite(path)
    )


def _files(settings: Settings, erasure: Erasure) -> Iterator[Path]:
    """All files of the store and beside the configuration in which something may still stand."""
    inbox = set() if erasure.inbox is not None else {*inbox_files(settings)}
    derived, published = derived_path(settings), published_path(settings)
    # What was made again since has the names of namesakes, and nobody else's.
    ours = {erasure_path(settings), settings.snapshots / KEY}
    ours |= {
        path.with_name(f"{path.name}{end}") for path in (derived, published) for end in ("", *LOGS)
    }
    beside = {*_state(settings)}
    for path in sorted(settings.snapshots.rglob("*")):
        is_row = path.suffix == ".parquet" and path.is_relative_to(settings.stored)
        is_index = (
            path.name.endswith(_INDEX) and path.with_name(path.name.removesuffix(_INDEX)).exists()
        )
        if path not in inbox | ours and not is_row and not is_index and _may_be_file(path):
            yield path
    for path in sorted(settings.root.iterdir()):
        if (
            path not in inbox | beside
            and not path.is_relative_to(settings.snapshots)
            and _may_be_file(path)
        ):
            yield path


def _state(settings: Settings) -> list[Path]:
    place = sqlite_path(settings.state)
    return [] if place is None else [place.with_name(f"{place.name}{end}") for end in ("", *LOGS)]


def _may_be_file(path: Path) -> bool:
    """Whether it is a file, or a link to what nobody can look at."""
    try:
        return path.is_file()
    except OSError:
        return True


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\x00"
    except OSError:
        return False  # it is named as not searched
