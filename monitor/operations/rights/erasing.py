"""Erasing people, step by step: each may be done again, and the last one forgets who they were."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.base.derived_file import derived_path, erasure_path, published_path
from monitor.base.errors import StorageError, TalentwatchError
from monitor.base.profile import is_stand_in
from monitor.base.settings import CollectedSource, Settings
from monitor.base.telemetry import logs
from monitor.delivery.messages import counted
from monitor.intake.forgetting.forgotten import Forgotten
from monitor.intake.forgetting.stored_rows import number_rows
from monitor.intake.forgetting.words import tells, tells_name
from monitor.operations.rights import journal
from monitor.operations.rights.journal import Erasure
from monitor.operations.rights.plan import Planned
from monitor.operations.rights.rewriting.derived_rows import number_derived, write_without_deleted
from monitor.operations.rights.rewriting.inbox import Observed, keep_origins, rewrite_inbox
from monitor.operations.rights.rewriting.searching import Searched, searched
from monitor.operations.rights.rewriting.texts import Scrubber
from monitor.operations.rights.rewriting.written_files import (
    are_listed,
    definitions,
    inbox_files,
    rewrite_definitions,
    rewrite_side_files,
    rewrite_watch_lists,
)
from monitor.operations.written_inputs import load_definitions
from monitor.state import State, Transaction
from monitor.state.databases.backups import sqlite_path
from monitor.state.erasing import compact_file, rewrite_file

if TYPE_CHECKING:
    from monitor.intake.snapshots.store import Store

Progress = Callable[[str, date], None]
_WAL = ("-wal", "-shm", ".wal")
_TEXTS = (".json", ".jsonl")
_LOG_KEY = "erased-{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure did, and what it could not reach."""

    number: int
    profiles: int
    snapshots: int
    """How many stored snapshots were rewritten."""
    rows: int
    """How many rows of the state."""
    files: tuple[Path, ...] = ()
    """Other files that were rewritten."""
    left: tuple[Path, ...] = ()
    """Files that still name the person."""
    unread: tuple[tuple[Path, str], ...] = ()
    """Files that nobody could search, each with why."""
    troubles: tuple[str, ...] = ()


def start(settings: Settings, planned: Planned) -> None:
    """Write down what is to be done; nobody who is erased is taken in from here on."""
    planned.forgotten.save(settings.snapshots)
    journal.begin(settings, planned.erasure)


def is_over(settings: Settings, state: State, erasure: Erasure, before: Forgotten) -> bool:
    """Whether all of these people were erased before, and nothing but the inbox names them."""
    if erasure.people or not all(map(before.knows, erasure.keys)):
        return False
    parts = [
        *definitions(settings),
        *(path for path in settings.snapshots.rglob("*") if path.suffix in {".db", *_TEXTS}),
    ]
    there = searched(parts, distinct_words(erasure), erasure.keys, ours=settings.snapshots)
    if are_listed(settings, erasure) or there.named or there.unread:
        return False
    with state.reading() as tx:
        return not tx.would_change(Scrubber(erasure).row)


def made_for_people(settings: Settings, erasure: Erasure) -> Searched:
    """The files beside the configuration that name the people, and that no erasure writes."""
    return searched(_beside(settings), distinct_words(erasure), erasure.keys)


def finish(  # noqa: PLR0913 -- all that an erasure needs
    settings: Settings,
    store: "Store",
    state: State,
    erasure: Erasure,
    *,
    observed: Observed,
    progress: Progress = lambda *_: None,
) -> Erased:
    """Erase from whatever point on; what is derived is numbered or goes, and the journal stays."""
    snapshots = number_rows(store, erasure.numbering(store.sources()), progress=progress)
    inbox, compressed = list[Path](), list[Path]()
    checksums: dict[str, str] = {}
    if erasure.inbox is not None:
        inbox, compressed = rewrite_inbox(settings, erasure)
        checksums = keep_origins(store, erasure.inbox, observed())
    followed, listing = _forget_followed(settings, erasure)
    inbox, compressed = [*inbox, *followed], [*compressed, *listing]
    scrubber = Scrubber(erasure, checksums)
    meant = _meanings(settings)
    files = [
        *inbox,
        *rewrite_definitions(settings, erasure),
        *rewrite_side_files(settings, scrubber),
    ]
    with state.transaction() as tx:
        rows = tx.rewrite_texts(scrubber.row)
        _keep_meanings(tx, meant, _meanings(settings))
        key = _LOG_KEY.format(number=erasure.number)
        if key not in {decision.key for decision in tx.decisions(erasure.kind)}:
            said = counted(len(erasure.people), "profile")
            tx.decide(erasure.kind, key, said, erasure.by, erasure.why, on=erasure.at)
    rows_of_copies, troubles = _rewrite_copies(settings, scrubber)
    _drop_copies(settings)
    if not number_derived(derived_path(settings), erasure):
        _drop_published(settings)
    try:
        state.compact()
    except StorageError as exc:
        troubles.append(str(exc))
    logs.info("erased", number=erasure.number, profiles=len(erasure.people), snapshots=snapshots)
    return Erased(
        number=erasure.number,
        profiles=len(erasure.people),
        snapshots=snapshots,
        rows=rows + rows_of_copies,
        files=tuple(files),
        left=tuple(compressed),
        troubles=tuple(troubles),
    )


def _forget_followed(settings: Settings, erasure: Erasure) -> tuple[list[Path], list[Path]]:
    """Erase people from what was collected of services, and ask for them no more.

    Returns the files that changed, and those that still list somebody.
    """
    if not any(isinstance(source, CollectedSource) for source in settings.sources.values()):
        return [], []
    from monitor.operations.collecting import forget_followed  # noqa: PLC0415 -- HTTP takes a while to import

    people = {name: ids for name in settings.sources if (ids := erasure.ids_at(name))}
    lists, left = rewrite_watch_lists(settings, erasure)
    return [*forget_followed(settings, people), *lists], left


def _meanings(settings: Settings) -> dict[str, str]:
    """What the files mean in which an operator names people, by rule, and of the people."""
    try:
        definitions = load_definitions(settings)
    except TalentwatchError:
        return {}  # whatever is wrong with them is said elsewhere
    return {f"rule {rule.id}": rule.meaning for rule in definitions.rules.rules} | {
        "people": definitions.people.fingerprint
    }


def _keep_meanings(tx: Transaction, before: dict[str, str], now: dict[str, str]) -> None:
    """Take a file that names a number in the place of an id for what it was: nobody edited it."""
    changed = {before[name]: new for name, new in now.items() if before.get(name, new) != new}
    for name, value in tx.cursors("").items() if changed else ():
        new = value
        for old, meaning in changed.items():
            new = new.replace(old, meaning)
        if new != value:
            tx.set_cursor(name, new)


def erase(  # noqa: PLR0913 -- all that an erasure needs
    settings: Settings,
    store: "Store",
    state: State,
    erasure: Erasure,
    *,
    derive: Callable[[], None],
    observed: Observed,
    progress: Callable[[str, str], None],
) -> Erased:
    """Do all that an erasure has to do, and make again what is derived.

    The caller holds the lease. What is derived is a cache: that it cannot be made is no reason to
    keep anything of the person.
    """

    def on(source: str, day: date) -> None:
        progress("erasing", f"{source} {day}")

    erased = finish(settings, store, state, erasure, observed=observed, progress=on)
    troubles = [*erased.troubles]
    try:
        derive()
        _compact_published(settings)
    except TalentwatchError as exc:
        troubles.append(str(exc))
        _drop_published(settings)
    write_without_deleted(derived_path(settings))
    last = close(settings, erasure)
    left = dict.fromkeys((*erased.left, *last.named))
    return replace(erased, left=tuple(left), unread=last.unread, troubles=tuple(troubles))


def close(settings: Settings, erasure: Erasure) -> Searched:
    """Forget what the erasure was about; says which files still name somebody, or may."""
    inbox = {*inbox_files(settings)} if erasure.inbox is None else set()
    parquet = settings.stored
    # What was made again since has the names of namesakes, and nobody else's.
    again = {derived_path(settings), published_path(settings)}
    files = [
        path
        for path in (*settings.snapshots.rglob("*"), *_beside(settings))
        if _may_be_file(path)
        and path not in inbox
        and path != erasure_path(settings)
        and path not in again
        and not (path.is_relative_to(parquet) and path.suffix == ".parquet")
    ]
    few = len(erasure.people) <= _FEW
    words = distinct_words(erasure)
    found = searched(files, words, erasure.keys, ours=settings.snapshots) if few else Searched()
    journal.end(settings)
    return found


def _beside(settings: Settings) -> list[Path]:
    """All files beside the configuration but those of the inbox and of the state."""
    inbox = {*inbox_files(settings)}
    state = sqlite_path(settings.state)
    kept = {state.with_name(f"{state.name}{end}") for end in ("", *_WAL)} if state else set()
    return [
        path
        for path in sorted(settings.root.iterdir())
        if path not in inbox | kept and _may_be_file(path)
    ]


def _may_be_file(path: Path) -> bool:
    """Whether it is a file, or a link to what nobody can look at."""
    try:
        return path.is_file()
    except OSError:
        return True


_FEW = 50
"""So many people are searched for in every file; of more, each step is trusted."""


def distinct_words(erasure: Erasure) -> list[str]:
    """Words that nothing but these people is called by, for searching files."""
    words = {word for word in erasure.words if tells_name(word)}
    words |= {key.partition(":")[2] for key in erasure.keys if tells(key.partition(":")[2])}
    return sorted(words - {word for word in words if is_stand_in(word)})


def _copies(settings: Settings) -> list[Path]:
    """The copies of a SQLite state that lie where talentwatch makes them."""
    place = sqlite_path(settings.state)
    backups = [*(settings.snapshots / "backups").glob("*.db")]
    beside = [] if place is None else [*place.parent.glob(f"{place.name}.*")]
    return sorted(
        path
        for path in {*backups, *beside}
        if path.is_file() and not path.name.endswith(_WAL) and _is_sqlite(path)
    )


def _rewrite_copies(settings: Settings, scrubber: Scrubber) -> tuple[int, list[str]]:
    """Write copies of the state anew; returns how many rows changed, and what went wrong."""
    rows, troubles = 0, []
    for copy in _copies(settings):
        try:
            rows += rewrite_file(copy, scrubber.row)
        except StorageError as exc:
            troubles.append(str(exc))
    return rows, troubles


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"


def _drop_copies(settings: Settings) -> None:
    """Delete copies of what is stored: a report is made again by `report`."""
    (settings.snapshots / "report.html").unlink(missing_ok=True)
    for source in settings.stored.glob("*/.whole-*"):
        for file in source.iterdir():
            file.unlink()
        source.rmdir()


def _drop_published(settings: Settings) -> None:
    """Delete the read model, which is made again from the derived tables."""
    published = published_path(settings)
    for file in published.parent.glob(f"{published.name}*"):
        if not file.is_dir():
            file.unlink()


def _compact_published(settings: Settings) -> None:
    """Rid the read model of what it had before, in its free pages and its log."""
    published = published_path(settings)
    kept = {published.with_name(f"{published.name}{end}") for end in ("", *_WAL)}
    for file in {*published.parent.glob(f"{published.name}*")} - kept:
        if not file.is_dir():
            file.unlink()
    try:
        if published.exists():
            compact_file(published)
    except StorageError:  # somebody reads it
        _drop_published(settings)
