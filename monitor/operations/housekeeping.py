"""What a run clears up once a day: old snapshots are thinned, old records forgotten.

The ledger, what was told and the decisions stay for ever, and from thinned snapshots the same
history follows. What cannot be cleared up stays as it is until the next day.
"""

from datetime import date, datetime, timedelta
from time import monotonic

from monitor.base.errors import SnapshotError, StorageError
from monitor.base.settings import Settings, days_of
from monitor.base.telemetry import logs
from monitor.base.telemetry.timing import stage
from monitor.intake.snapshots.store import Store
from monitor.intake.snapshots.thinning import bases
from monitor.operations.due import GAP
from monitor.state import State

TIDIED = "tidied"
THINNED = "thinned:"
_SECONDS = 300
"""For so long a source's snapshots are thinned on one day: a long past takes several."""


def tidy(settings: Settings, store: Store, state: State, *, now: datetime) -> None:
    """Clear up, unless that was done on this day already."""
    with state.reading() as tx:
        if tx.cursor(TIDIED) == now.date().isoformat():
            return
    with stage("tidy") as note:
        note(thinned=_thin(settings, store, state, on=now.date()))
        before = now - timedelta(days=days_of(settings.retention.records))
        with state.transaction() as tx:
            note(messages=tx.forget_messages(before=before), runs=tx.drop_runs(before=before))
            tx.forget_wording(before=before.date())
            for name in tx.cursors(GAP):
                if date.fromisoformat(name.rpartition(":")[2]) < before.date():
                    tx.set_cursor(name, None)
            tx.set_cursor(TIDIED, now.date().isoformat())


def _thin(settings: Settings, store: Store, state: State, *, on: date) -> int:
    after = settings.retention.thin_after
    if isinstance(after, bool):
        return 0
    before = on - timedelta(days=days_of(after))
    return sum(_thin_source(store, state, source, before=before) for source in store.sources())


def _thin_source(store: Store, state: State, source: str, *, before: date) -> int:
    with state.reading() as tx:
        reached = tx.cursor(THINNED + source) or ""
    needed = bases(store.days(source), before=before)
    thinned, begun = 0, monotonic()
    for day in (day for day in needed if day.isoformat() > reached):
        if monotonic() > begun + _SECONDS:
            break
        try:
            thinned += store.thin(source, day, needed[day])
        except (SnapshotError, StorageError, OSError) as exc:
            logs.warning("not thinned", source=source, day=str(day), error=str(exc))
            break
        with state.transaction() as tx:
            tx.set_cursor(THINNED + source, day.isoformat())
    return thinned
