"""The derived tables without erased people, who are numbered in their place.

What follows from a profile alone follows from its number, too, and so its rows are kept. What a
look as a whole, or who is who, rests on is derived again from the first day on which it may: a
source from that look on, who is who from that day on. Where the names of organisations change with
the person, all of it is derived anew.
"""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from monitor.base.engine import Engine
from monitor.base.errors import LeaseHeld, StorageError
from monitor.base.telemetry import logs
from monitor.intake.forgetting.words import Words
from monitor.moves.derivation.derived_tables import is_made, require_tables, rewind_source
from monitor.operations.rights.journal import Erasure

_RENAMED = ("organization", "team")
"""Texts of positions from which units are resolved."""
_NUMBERED = ("title", "location", "id")
_LEFT_BY_A_KILLED_RUN = {".tmp", ".buckets"}
"""How the names of folders end in which a run keeps what its memory cannot hold."""


def number_derived(path: Path, erasure: Erasure) -> bool:
    """Put numbers in the place of people in the file of the derived tables.

    Returns false where it has to be made anew, and was deleted. Bytes of what was deleted stay in
    the file until `write_without_deleted()`.
    """
    kept = path.exists() and _is_numbered(path, erasure)
    for file in path.parent.glob(f"{path.name}*"):
        if file.is_dir() and file.suffix in _LEFT_BY_A_KILLED_RUN:
            shutil.rmtree(file)
        elif not file.is_dir() and not (kept and file == path):
            file.unlink()
    logs.info("derived tables", numbered=kept)
    return kept


def write_without_deleted(path: Path) -> None:
    """Write the file of the derived tables without a byte of the rows that were deleted from it.

    What is derived after an erasure replaces rows, too: this comes last. Where it fails, the file
    is deleted, and the next run makes it again.
    """
    if not path.exists():
        return
    try:
        with Engine(path) as engine:
            engine.write_anew()
    except (StorageError, LeaseHeld) as exc:
        logs.warning("the derived tables are made anew", why=str(exc))
        path.unlink(missing_ok=True)


def _is_numbered(path: Path, erasure: Erasure) -> bool:
    if any(person.texts.get(field) for person in erasure.people for field in _RENAMED):
        return False
    try:
        with Engine(path) as engine:
            if not is_made(engine):
                return False
            require_tables(engine)
            _number(engine, erasure)
    except (StorageError, LeaseHeld) as exc:
        logs.warning("the derived tables are made anew", why=str(exc))
        return False
    return True


def _number(engine: Engine, erasure: Erasure) -> None:
    engine.hand_over("erased_profiles", ERASED_PROFILE, [*_profiles(erasure)])
    engine.hand_over("erased_texts", ERASED_TEXT, [*_texts(erasure)])
    moves = [(move, number_move) for move, (number_move, _) in erasure.moves.items()]
    engine.hand_over("erased_moves", ERASED_MOVE, moves)
    sources = _days_by_source(engine, erasure)
    ((signs_since,),) = engine.rows("first_day_of_shared_signs")
    since = min((day for day in (signs_since, *sources.values()) if day), default=None)
    with engine.transaction():
        engine.run("store_numbers")
        for source, day in sources.items():
            rewind_source(engine, source, day)
        if since is not None:
            engine.run("store_rewind_people", since=since)
            engine.run("store_stale_from", since=since)


ERASED_PROFILE = dict.fromkeys(("source", "profile", "key", "number", "number_key"), "VARCHAR")
"""A profile that is erased, with its key and what comes in the place of both."""
ERASED_TEXT = dict.fromkeys(("source", "profile", "field", "written", "becomes"), "VARCHAR")
"""A text of its positions, and what comes in the place of it."""
ERASED_MOVE = dict.fromkeys(("move", "number_move"), "VARCHAR")
"""The id of a move, and what comes in its place."""


def _profiles(erasure: Erasure) -> Iterator[tuple[str, ...]]:
    for key, number_key in erasure.keys.items():
        (source, _, profile), number = key.partition(":"), number_key.partition(":")[2]
        yield source, profile, key, number, number_key


def _texts(erasure: Erasure) -> Iterator[tuple[str, ...]]:
    for person in erasure.people:
        for field in _NUMBERED:
            for written, becomes in person.texts.get(field, {}).items():
                yield person.source, person.profile, field, written, becomes


def _days_by_source(engine: Engine, erasure: Erasure) -> dict[str, date]:
    """From which look on each source has to be followed again; others do not."""
    rows = engine.rows("days_that_rest_on_erased", erased_on=erasure.at.date())
    words = Words({**erasure.words, **erasure.keys, **erasure.kept})
    reasons = engine.rows("judged_and_held_reasons")
    rows += [(source, day) for source, day, text in reasons if words.replaced(text) != text]
    days: dict[str, date] = {}
    for source, day in rows:
        days[source] = min(day, days.get(source, day))
    return days
