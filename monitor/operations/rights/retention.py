"""Nobody is kept longer than the source says: counted from the first look at a person on."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.base.engine import Engine
from monitor.base.settings import Settings, days_of
from monitor.identity.people.clusters import People
from monitor.intake.forgetting.forgotten import Forgotten
from monitor.operations.rights.erasing import start, tell_rest
from monitor.operations.rights.plan import EXPIRED, Order, Planned, plan
from monitor.operations.rights.who import persons_of
from monitor.state import State

if TYPE_CHECKING:
    from monitor.operations.run import Assembly

EXPIRED_ON = "expired_on"
"""The cursor with the day on which this was last looked at."""
MOST = 50_000
"""How many people of a source are erased on one day; a long past takes several."""


def expire(settings: Settings, state: State, assembly: "Assembly", *, now: datetime) -> int:
    """Erase who is kept for longer than a source's `retention`; once a day, and return how many.

    The caller holds the lease.
    """
    kept = {
        name: described.retention
        for name, described in settings.sources.items()
        if described.retention
    }
    with state.reading() as tx:
        if not kept or tx.cursor(EXPIRED_ON) == now.date().isoformat():
            return 0
    erased = 0
    for source, retention in sorted(kept.items()):
        planned = _planned(settings, state, assembly, source, days_of(retention), now)
        if planned is not None:
            start(settings, planned)
            done = assembly.erase(settings, state, planned.erasure)
            tell_rest(settings, state, planned.erasure, done)
            erased += len(planned.erasure.people)
    with state.transaction() as tx:
        tx.set_cursor(EXPIRED_ON, now.date().isoformat())
    return erased


def _planned(  # noqa: PLR0913, PLR0917 -- all that it follows from
    settings: Settings,
    state: State,
    assembly: "Assembly",
    source: str,
    days: int,
    now: datetime,
) -> Planned | None:
    """Plan the erasure of those of a source whose time is over; None if there is nobody."""
    before = now.date() - timedelta(days=days)
    with (
        assembly.open_parts(settings, state=state, progress=lambda *_: None, only=()) as parts,
        state.reading() as tx,
    ):
        people = _over(parts.engine, parts.people, source, before)
        if not people:
            return None
        order = Order(
            persons=tuple(
                frozenset(f"{source}:{profile}" for profile in profiles) for (profiles,) in people
            ),
            kind=EXPIRED,
            by="talentwatch",
            why=f"kept for longer than the retention of {source}",
            at=now,
            returns=settings.sources[source].recollect,
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


def _over(engine: Engine, people: People, source: str, before: date) -> list[tuple[list[str]]]:
    """The ids of everybody who was first collected before a day."""

    def asked(most: int, persons: dict[str, str]) -> list[tuple[list[str]]]:
        links = {"keys": [*persons], "persons": [*persons.values()]}
        return engine.rows("people_collected_before", source=source, day=before, most=most, **links)

    # Whose time is over has an id that is as old: links are read only where there is one.
    return asked(MOST, _linked(engine, people, source)) if asked(1, {}) else []


def _linked(engine: Engine, people: People, source: str) -> dict[str, str]:
    """The person of each profile of a source that certain links join with others, at any source.

    Links of numbers lead to the time before somebody was collected anew.
    """
    persons = persons_of(engine, people)
    return {key: person for key, person in persons.items() if key.startswith(f"{source}:")}
