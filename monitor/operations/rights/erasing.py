"""Erasing people, step by step: each may be done again, and the last one forgets who they were."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.base.derived_file import damaged_files, derived_path, published_path
from monitor.base.errors import StorageError, TalentwatchError
from monitor.base.private_files import clear_unfinished
from monitor.base.records import Notice
from monitor.base.settings import CollectedSource, Settings
from monitor.base.telemetry import logs
from monitor.delivery.messages import counted
from monitor.delivery.outbox.enqueue import enqueue_notice
from monitor.intake.forgetting.forgotten import Forgotten
from monitor.intake.forgetting.numbered_copies import FOLDER_NAME
from monitor.intake.forgetting.stored_rows import number_rows
from monitor.intake.forgetting.words import Words
from monitor.operations.rights import journal
from monitor.operations.rights.journal import Erasure
from monitor.operations.rights.plan import Planned
from monitor.operations.rights.rewriting.derived_rows import number_derived, write_without_deleted
from monitor.operations.rights.rewriting.inbox import (
    Observed,
    Rewritten,
    keep_origins,
    remedy,
    rewrite_inbox,
)
from monitor.operations.rights.rewriting.remains import LOGS, copies, is_named, still_named
from monitor.operations.rights.rewriting.searching import Searched
from monitor.operations.rights.rewriting.texts import Scrubber
from monitor.operations.rights.rewriting.written_files import (
    are_listed,
    rewrite_definitions,
    rewrite_side_files,
    rewrite_watch_lists,
)
from monitor.operations.written_inputs import load_definitions
from monitor.state import State, Transaction
from monitor.state.erasing import compact_file, rewrite_file

if TYPE_CHECKING:
    from monitor.intake.snapshots.store import Store

Progress = Callable[[str, date], None]
_SHOWN = 10
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


def rest_notice(erasure: Erasure, erased: Erased) -> Notice | None:
    """What operators should know of an erasure that nobody waited for; None where nothing is left.

    A path that names somebody is written without.
    """
    words = Words({**erasure.words, **erasure.keys})
    left = [f"{path} still names somebody: {remedy(path)}" for path in erased.left]
    left += [f"{path} was not searched: {why}" for path, why in erased.unread]
    left = [words.replaced(text) for text in (*left, *erased.troubles)]
    if not left:
        return None
    more = f"; and {len(left) - _SHOWN} more" if left[_SHOWN:] else ""
    return Notice(
        key=f"erasure:{erasure.number}",
        title="An erasure left something that names people",
        text=f"{counted(len(erasure.people), 'profile')} erased ({erasure.why})."
        f" {'; '.join(left[:_SHOWN])}{more}",
        on=erasure.at.date(),
    )


def tell_rest(settings: Settings, state: State, erasure: Erasure, erased: Erased) -> None:
    """Tell the operators what is left of people whose erasure nobody waited for."""
    notice = rest_notice(erasure, erased)
    if notice is not None:
        with state.transaction() as tx:
            enqueue_notice(tx, notice, channels=settings.operations, at=erasure.at)


def start(settings: Settings, planned: Planned) -> None:
    """Write down what is to be done; nobody who is erased is taken in from here on."""
    planned.forgotten.save(settings.snapshots)
    journal.begin(settings, planned.erasure)


def is_over(settings: Settings, state: State, erasure: Erasure, before: Forgotten) -> bool:
    """Whether all of these people were erased before, and nothing but the inbox names them."""
    if erasure.people or not all(map(before.knows, erasure.keys)):
        return False
    if are_listed(settings, erasure) or is_named(settings, erasure):
        return False
    with state.reading() as tx:
        return not tx.would_change(Scrubber(erasure).row)


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
    taken = Rewritten()
    checksums: dict[str, str] = {}
    if erasure.inbox is not None:
        taken = rewrite_inbox(settings, erasure)
        checksums = keep_origins(store, erasure.inbox, observed())
    followed, listing = _forget_followed(settings, erasure)
    scrubber = Scrubber(erasure, checksums)
    meant = _meanings(settings)
    files = [
        *taken.changed,
        *followed,
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
        left=(*taken.left, *listing),
        unread=tuple(taken.unread),
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
    unread = {path: why for path, why in (*last.unread, *erased.unread) if path not in left}
    return replace(erased, left=tuple(left), unread=tuple(unread.items()), troubles=tuple(troubles))


def close(settings: Settings, erasure: Erasure) -> Searched:
    """Forget what the erasure was about; says which files still name somebody, or may."""
    found = still_named(settings, erasure)
    journal.end(settings)
    return found


def _rewrite_copies(settings: Settings, scrubber: Scrubber) -> tuple[int, list[str]]:
    """Write copies of the state anew; returns how many rows changed, and what went wrong."""
    rows, troubles = 0, []
    for copy in copies(settings):
        try:
            rows += rewrite_file(copy, scrubber.row)
        except StorageError as exc:
            troubles.append(str(exc))
    return rows, troubles


def _drop_copies(settings: Settings) -> None:
    """Delete copies of what is stored: a report is made again by `report`, the tables by a run.

    What commands left that were killed goes, too: in our own folders alone, not in an inbox.
    """
    kept = (settings.snapshots / FOLDER_NAME).glob("*/*")
    for folder in (settings.snapshots, *kept, *settings.stored.glob("*/*")):
        clear_unfinished(folder)
    (settings.snapshots / "report.html").unlink(missing_ok=True)
    for file in damaged_files(settings):
        file.unlink(missing_ok=True)
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
    kept = {published.with_name(f"{published.name}{end}") for end in ("", *LOGS)}
    for file in {*published.parent.glob(f"{published.name}*")} - kept:
        if not file.is_dir():
            file.unlink()
    try:
        if published.exists():
            compact_file(published)
    except StorageError:  # somebody reads it
        _drop_published(settings)
