"""A state that is gone while the snapshots are there: nothing begins anew until it is meant.

An empty database beside stored snapshots looks like a first run, and everything would be told a
second time. So it is refused, whichever command comes first, until an operator confirms it.
"""

from datetime import date, datetime, timedelta
from pathlib import Path

from monitor.base.errors import StorageError, UsageError
from monitor.base.settings import Settings
from monitor.base.settings.parts import bucket_address
from monitor.state import State, Transaction
from monitor.state.databases.backups import sqlite_path

DECISION = "state"
"""The kind of the decision that a state is meant to be empty."""
ANEW = "begun_anew"
"""The cursor with the first day whose news is sent, in a state that was confirmed to be empty."""


def open_state(settings: Settings, *, create: bool = True) -> State:
    """Open the state of a watch.

    Raises as `State.open` does, and StorageError where it is missing or empty though the store has
    snapshots: nothing is made then.
    """
    # SQLite would write into an empty file, and delete what its log holds.
    if lacks_content(settings):
        _refuse(settings)
    return State.open(settings.state, create=create, begin=lambda _: _refuse(settings))


def lacks_content(settings: Settings) -> bool:
    """Tell whether the state is a SQLite file that is missing or has no byte."""
    path = sqlite_path(settings.state)
    try:
        return path is not None and (
            not path.exists() or (path.is_file() and not path.stat().st_size)
        )
    except OSError:
        return False  # opening it says why it cannot be read


def confirm_empty(settings: Settings, *, by: str, why: str, at: datetime) -> date:
    """Begin a new state beside stored snapshots: an operator says that it is meant.

    What becomes known up to the day of `at` is recorded in it and not sent, for the state that is
    gone may have told it. Returns the first day whose news is sent. Raises UsageError where there
    is nothing to confirm.
    """
    if not _stored(settings):
        raise UsageError(
            f"{_place(settings)} has no snapshots: the first run begins a state by"
            " itself, there is nothing to confirm"
        )
    since = at.date() + timedelta(days=1)
    begun = []

    def begin(tx: Transaction) -> None:
        tx.decide(DECISION, "state", "empty", by, why, on=at)
        tx.set_cursor(ANEW, since.isoformat())
        begun.append(since)

    with State.open(settings.state, begin=begin) as state:
        if not begun:
            raise UsageError(f"the state in {state.url} has content: there is nothing to confirm")
    return since


def begun_anew(tx: Transaction) -> date | None:
    """Return the first day whose news is sent, where a state was begun beside stored snapshots."""
    text = tx.cursor(ANEW)
    return None if text is None else date.fromisoformat(text)


def _stored(settings: Settings) -> int:
    """Count the stored snapshots."""
    # Only a state that begins has to ask, and a quiet run imports none of it.
    from monitor.intake.gone_sources import stored_sources  # noqa: PLC0415
    from monitor.intake.snapshots.store import Store  # noqa: PLC0415

    return sum(count for _, count in stored_sources(Store.of(settings)))


def _place(settings: Settings) -> str:
    """What messages call the store."""
    return str(bucket_address(settings.snapshots_place) or settings.stored)


def _refuse(settings: Settings) -> None:
    stored = _stored(settings)
    if not stored:
        return
    path = sqlite_path(settings.state)
    if path is None:
        what, way = "the state database has no tables", "pg_restore"
    else:
        gone = "is empty" if path.exists() else "is missing"
        what, way = f"the state database {path} {gone}", f"talentwatch restore {_newest(settings)}"
    raise StorageError(
        f"{what}, and {_place(settings)} has {stored} snapshots that it worked with."
        " Lost are the ledger, what each channel was told, the messages that wait and the"
        " operators' decisions. Nothing is done without them, so that nothing is told twice. Mend"
        f" `state` in {settings.path} if it names the wrong place, or put the state back, in this"
        " order: stop what runs by itself; see that snapshots, rules and organisations are of the"
        f" same time or newer; {way}; talentwatch status. If the state is meant to begin anew, say"
        " so: talentwatch state confirm-empty --why TEXT; what is known that day is then recorded"
        " and not sent"
    )


def _newest(settings: Settings) -> Path | str:
    """Return the newest backup without a name; FILE where there is none to be seen."""
    try:
        return max((settings.snapshots / "backups").glob("*.db"), default="FILE")
    except OSError:
        return "FILE"
