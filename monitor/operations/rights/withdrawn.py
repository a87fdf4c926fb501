"""Whoever is hidden, locked or deleted at a service is erased here, too, after some days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.base.errors import LeaseHeld
from monitor.base.settings import CollectedSource, Settings, days_of
from monitor.base.telemetry import logs
from monitor.intake.forgetting.forgotten import Forgotten
from monitor.intake.profiles.ids import canonical_id
from monitor.operations.rights.erasing import start, tell_rest
from monitor.operations.rights.plan import WITHDRAWN, Order, Planned, plan
from monitor.state import State

if TYPE_CHECKING:
    from monitor.operations.run import Assembly

WITHDRAWN_ON = "withdrawn_on"
"""The cursor with the day on which this was last looked at."""


def erase_withdrawn(
    settings: Settings, state: State, assembly: "Assembly", *, now: datetime
) -> int:
    """Erase whoever has been hidden at a source for its `erase_after`; once a day.

    Returns how many. Their lines are taken out of the files that were collected, and they are not
    taken in again. The caller holds the lease.
    """
    asked = {
        name: source
        for name, source in settings.sources.items()
        if isinstance(source, CollectedSource)
    }
    with state.reading() as tx:
        if not asked or tx.cursor(WITHDRAWN_ON) == now.date().isoformat():
            return 0
    from monitor.operations.collecting import withdrawn_before  # noqa: PLC0415 -- HTTP takes a while to import

    erased = 0
    for name, source in sorted(asked.items()):
        before = now.date() - timedelta(days=days_of(source.erase_after))
        try:
            people = withdrawn_before(settings.root / source.path, before)
            if people:
                planned = _planned(settings, state, assembly, name, people, now)
                start(settings, planned)
                done = assembly.erase(settings, state, planned.erasure)
                tell_rest(settings, state, planned.erasure, done)
        except LeaseHeld:
            logs.info("erased later", source=name, why="it is being collected")
            continue
        erased += len(people)
    with state.transaction() as tx:
        tx.set_cursor(WITHDRAWN_ON, now.date().isoformat())
    return erased


def _planned(  # noqa: PLR0913, PLR0917 -- all that it follows from
    settings: Settings,
    state: State,
    assembly: "Assembly",
    source: str,
    people: Sequence[str],
    now: datetime,
) -> Planned:
    files = assembly.observed_checksums(settings)
    with (
        assembly.open_parts(settings, state=state, progress=lambda *_: None, only=()) as parts,
        state.reading() as tx,
    ):
        order = Order(
            persons=tuple(frozenset({f"{source}:{canonical_id(person)}"}) for person in people),
            kind=WITHDRAWN,
            by="talentwatch",
            why=f"hidden, locked or deleted at {source} for longer than its erase_after",
            at=now,
            inbox={day: sha for day, sha in files.items() if day.startswith(f"{source}:")},
        )
        return plan(
            order,
            store=parts.store,
            engine=parts.engine,
            tx=tx,
            rules=parts.rules.rules,
            people=parts.people,
            forgotten=Forgotten.load(settings.snapshots),
        )
