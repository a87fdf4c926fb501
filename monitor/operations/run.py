"""One run, from its lease to the last message: only what is due, and cheap when nothing is."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from monitor.base.derived_file import erasure_path, healed, is_unpublished
from monitor.base.error_words import explained
from monitor.base.errors import LeaseHeld, TalentwatchError
from monitor.base.records import Json
from monitor.base.settings import CollectedSource, Settings
from monitor.base.telemetry import logs
from monitor.base.telemetry.timing import measured, span, stage
from monitor.delivery.patience import Patience
from monitor.operations.due import (
    FINGERPRINT,
    GAP,
    TRIED,
    Due,
    Newest,
    ServicesAsked,
    due,
    expected,
    fingerprints,
    keep_newest,
    last_tried,
    newest,
    newest_of,
)
from monitor.operations.failures import watch_over
from monitor.operations.health.surroundings import lack_of_space
from monitor.operations.lease import run_lease
from monitor.state import State

if TYPE_CHECKING:
    # A quiet run imports neither.
    from monitor.intake.snapshots.store import Store
    from monitor.operations.rights.erasing import Erased
    from monitor.operations.rights.journal import Erasure
    from monitor.parts import Parts

Progress = Callable[[str, str], None]
_SUPPLY, _WATCH_LIST = "supply of ", "watch list of "
_AT_ONCE = (_SUPPLY, _WATCH_LIST)
"""What is told at its first look: nothing but a hand, or a new file, changes it."""
_NOTHING: Mapping[str, Json] = {
    "sources": {},
    "moves": 0,
    "histories": 0,
    "alerts": {"opened": 0, "grew": 0, "closed": 0, "withdrawn": 0, "late": 0},
    "not_sent": {"alerts": 0, "open": 0, "reasons": {}, "command": None},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a run did."""

    run: str
    outcome: Any
    """A cycle's `Outcome`; None when nothing was due, or nothing had changed."""
    deliveries: dict[str, int]
    errors: list[str]
    notes: Sequence[str] = ()
    """Of whom the services that were asked do not speak, and why."""
    record: dict[str, Json] = field(default_factory=dict)
    """The same as JSON."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """How long each stage took."""


class Assembly(Protocol):
    """What a run has put together for it; `monitor.wiring` does so."""

    def open_parts(
        self, settings: Settings, *, state: State, progress: Progress, only: Collection[str] | None
    ) -> AbstractContextManager["Parts"]:
        """Open what a cycle works with."""

    def open_store(self, settings: Settings) -> "Store":
        """Open the snapshot store."""

    def erase(self, settings: Settings, state: State, erasure: "Erasure") -> "Erased":
        """Erase people whose erasure was begun."""

    def observed_checksums(self, settings: Settings) -> dict[str, str]:
        """Say by SOURCE:DAY what checksum the files of the inbox have, as they are."""

    def send(
        self, settings: Settings, state: State, *, now: Callable[[], datetime], patience: Patience
    ) -> tuple[dict[str, int], list[str]]:
        """Send what waits; return how much, and what went wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which run is wanted."""

    clock: Callable[[], datetime]
    assembly: Callable[[], Assembly]
    """Called when something is due or waits: a quiet run imports none of it."""
    now: datetime | None = None
    """A moment that stands for the present one."""
    named: Collection[str] = ()
    """Only these sources, due or not."""
    everything: bool = False
    progress: Progress = lambda *_: None
    patience: Patience = field(default_factory=Patience)
    """How long it goes on trying what receivers put off."""

    @property
    def at(self) -> datetime:
        """The moment of the run."""
        return self.clock() if self.now is None else self.now


def run_once(settings: Settings, wanted: Wanted) -> Done:
    """Look at what is due, follow it to alerts, and send what waits.

    Raises LeaseHeld when another run is at work, TalentwatchError when this one could not be done;
    that is told to the operators as every failure is.
    """
    with (
        run_lease(settings, at=wanted.clock()) as (state, run),
        pinged(settings, run, wanted.clock),
        logs.bound(run=run),
        span("run", run=run),
        measured() as seconds,
    ):
        try:
            with explained():
                _enough_space(settings)
                done = _work(settings, state, run, wanted)
        except LeaseHeld:
            raise
        except TalentwatchError as exc:
            _watch(settings, state, {"run": str(exc)}, wanted.at)
            send_waiting(settings, state, wanted)
            raise
    return replace(done, seconds=seconds)


def _work(settings: Settings, state: State, run: str, wanted: Wanted) -> Done:
    at = wanted.at
    with state.reading() as tx:
        tried, fingerprints_before = last_tried(tx), tx.cursors(FINGERPRINT)
    todo = due(settings, tried, now=at, named=wanted.named, everything=wanted.everything)
    todo, asked = _collect(settings, todo, wanted)
    seen = fingerprints(settings, state, todo.sources, on=at.date())
    # What could not be published is published by the next run, though nothing else is new.
    unchanged = seen.items() <= fingerprints_before.items() and not is_unpublished(settings)
    # An erasure that was cut off is finished as soon as anything opens the store.
    unchanged = unchanged and not erasure_path(settings).exists()
    findings = (
        _Findings()
        if unchanged
        else healed(settings, partial(_cycle, settings, state, todo, wanted))
    )
    findings = replace(
        findings,
        failed={
            **findings.failed,
            **{f"source {name}": why for name, why in asked.failed.items()},
            **{f"{_WATCH_LIST}{name}": why for name, why in asked.wrong.items()},
        },
    )
    outcome = findings.outcome
    _record_findings(settings, state, todo, findings, at)
    deliveries, troubles = send_waiting(settings, state, wanted)
    unasked = [f"{name}: {why}" for name, why in asked.failed.items()]
    errors = [*unasked, *(outcome.errors if outcome else ()), *troubles]
    if outcome is None:
        record = {"run": run, **_NOTHING, "deliveries": deliveries, "errors": errors}
        logs.info("quiet", due=len(todo.sources))
    else:
        from monitor.operations.outcomes import outcome_record  # noqa: PLC0415 -- as _cycle

        record = outcome_record(run, outcome, deliveries, errors)
    record["notes"] = notes = [f"{name}: {note}" for name, note in asked.notes.items()]
    with state.transaction() as tx:
        tx.finish_run(run, at=wanted.clock(), outcome=record)
    if outcome is not None and not outcome.stopped:
        _clear_up(settings, state, wanted)
    return Done(
        run=run, outcome=outcome, deliveries=deliveries, errors=errors, record=record, notes=notes
    )


_NOT_ASKED = (
    "the service was not asked: it shows what there is at present, and `--now` names a day; leave"
    " `--now` out"
)


def _collect(settings: Settings, todo: Due, wanted: Wanted) -> tuple[Due, ServicesAsked]:
    """Ask the services that are due, or were left in the middle; say what came of each.

    A day that stands for the present one asks nobody: services show what there is at present.
    """
    names = [
        name for name, source in settings.sources.items() if isinstance(source, CollectedSource)
    ]
    if wanted.now is not None:
        due_now = [name for name in names if name in todo.sources]
        return todo, ServicesAsked(notes=dict.fromkeys(due_now, _NOT_ASKED))
    if not names:
        return todo, ServicesAsked()
    from monitor.operations.collecting import collect_sources, unfinished  # noqa: PLC0415 -- HTTP takes a while to import

    begun = () if wanted.named else unfinished(settings, names, wanted.clock())
    todo = replace(todo, sources=tuple(dict.fromkeys((*todo.sources, *begun))))
    with stage("ask") as note:
        asked = collect_sources(
            settings,
            [name for name in names if name in todo.sources],
            now=wanted.clock,
            progress=wanted.progress,
        )
        note(failed=len(asked.failed))
    return todo, asked


@dataclass(frozen=True, slots=True, kw_only=True)
class _Findings:
    """What a run found out; by default that nothing is new."""

    outcome: Any = None
    failed: Mapping[str, str | None] = field(default_factory=lambda: {"run": None})
    """All that was tried, each with its error or None."""
    gone: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    """By source, the days that were due and left no snapshot."""
    newest: Mapping[str, Newest] = field(default_factory=dict)


def _cycle(settings: Settings, state: State, todo: Due, wanted: Wanted) -> _Findings:
    from monitor.cycle import run_cycle  # noqa: PLC0415 -- a quiet run needs none of it
    from monitor.rules.language import RuleSet  # noqa: PLC0415 -- as above

    at = wanted.at
    opened = wanted.assembly().open_parts(
        settings, state=state, progress=wanted.progress, only=todo.sources
    )
    with opened as parts:
        outcome = run_cycle(parts, now=at)
        gone = {
            name: tuple(sorted({*days} - set(parts.store.days(name))))
            for name, days in todo.missed.items()
        }
        snapshots = _newest(parts, outcome)
        # What a rule says is not known while another input stops the evaluation.
        findings = RuleSet() if outcome.stopped else parts.rules
        rules = {f"rule {rule.id}": None for rule in findings.rules}
        broken = {
            f"rule {name}": "; ".join(map(str, problems))
            for name, problems in findings.broken.items()
        }
    failed: dict[str, str | None] = {"run": None, **rules, **broken}
    failed |= {
        f"source {name}": outcome.failed.get(name) for name in (*todo.sources, *outcome.failed)
    }
    if not outcome.stopped:
        failed |= _stale(settings, snapshots, at.date())
    return _Findings(outcome=outcome, failed=failed, gone=gone, newest=snapshots)


def _newest(parts: Any, outcome: Any) -> Mapping[str, Newest]:
    if outcome.stopped:  # nothing was derived, not even the tables of it
        with parts.state.reading() as tx:
            return newest(tx)
    return newest_of(parts.engine.rows("judged_snapshots"))


def _stale(settings: Settings, snapshots: Mapping[str, Newest], on: date) -> dict[str, str | None]:
    """Say of each source whether its last good snapshot is older than one may expect."""
    findings: dict[str, str | None] = {}
    for name, source in settings.sources.items():
        last = snapshots.get(name)
        expectation = None if last is None else expected(source, last)
        if expectation is not None and last is not None:
            late = on > expectation.until
            error = f"no good snapshot since {last.good_on}; {expectation.why}" if late else None
        else:
            is_watched = source.stale_after is not None and not source.finished
            error = "no good snapshot ever" if is_watched else None
        findings[f"supply of {name}"] = error
    return findings


def _clear_up(settings: Settings, state: State, wanted: Wanted) -> None:
    from monitor.operations.housekeeping import tidy  # noqa: PLC0415 -- a quiet run leaves all as it is

    tidy(settings, wanted.assembly().open_store(settings), state, now=wanted.at)
    if any(source.retention for source in settings.sources.values()):
        from monitor.operations.rights.retention import expire  # noqa: PLC0415 -- as above

        expire(settings, state, wanted.assembly(), now=wanted.at)
    if any(isinstance(source, CollectedSource) for source in settings.sources.values()):
        from monitor.operations.rights.withdrawn import erase_withdrawn  # noqa: PLC0415 -- as above

        erase_withdrawn(settings, state, wanted.assembly(), now=wanted.at)


def _record_findings(
    settings: Settings, state: State, todo: Due, findings: _Findings, at: datetime
) -> None:
    """Write down what a run found, in one transaction, and tell what fails."""
    # A supply that dries up needs no second look: a new file, or a new day, brings one.
    failed = [
        what for what, error in findings.failed.items() if error and not what.startswith(_AT_ONCE)
    ]
    well = findings.outcome is None or not (failed or findings.outcome.stopped)
    fingerprints_now = fingerprints(settings, state, todo.sources, on=at.date())
    with state.transaction() as tx:
        for name in todo.sources:
            tx.set_cursor(TRIED + name, at.isoformat())
        for name, days in findings.gone.items():
            for day in days:
                tx.set_cursor(f"{GAP}{name}:{day}", at.isoformat())
        keep_newest(tx, findings.newest)
        for name, fingerprint in fingerprints_now.items():
            tx.set_cursor(name, fingerprint if well else None)
    for name, days in findings.gone.items():
        if days:
            logs.warning("gap", source=name, days=[str(day) for day in days])
    _watch(settings, state, findings.failed, at)


def _watch(
    settings: Settings, state: State, findings: Mapping[str, str | None], at: datetime
) -> None:
    with state.transaction() as tx:
        for what, error in findings.items():
            most = 1 if what.startswith(_AT_ONCE) else settings.watch.failures
            watch_over(tx, {what: error}, most=most, channels=settings.operations, at=at)


def send_waiting(
    settings: Settings, state: State, wanted: Wanted
) -> tuple[dict[str, int], list[str]]:
    """Send what waits, if anything does; return how much, and what went wrong.

    The clock of delivery is the real one, whatever day stands for the present one.
    """
    with state.reading() as tx:
        waiting = {*tx.waiting_channels(), *tx.channels_to_probe(at=wanted.clock())}
    if not waiting:
        return {"sent": 0, "deferred": 0, "dead": 0}, []
    with stage("deliver") as note:
        sent = wanted.assembly().send(settings, state, now=wanted.clock, patience=wanted.patience)
        note(**sent[0])
    with state.reading() as tx:
        failing = {failure.channel: failure.last_error for failure in tx.pending_failures()}
    _watch(
        settings,
        state,
        {f"channel {name}": failing.get(name) for name in waiting},
        wanted.clock(),
    )
    return sent


def _enough_space(settings: Settings) -> None:
    short = lack_of_space(settings)
    if short is not None:
        raise TalentwatchError(short)


@contextmanager
def pinged(settings: Settings, run: str, clock: Callable[[], datetime]) -> Iterator[None]:
    """Tell the dead-man's switch that a run starts, and how it ends; what it answers is no matter.

    The address, `/start` and `/fail` are those of healthchecks.io, with the run as `rid`.
    """
    if settings.watch.ping is None:
        yield
        return
    from monitor.delivery.channels.ping import ping  # noqa: PLC0415 -- HTTP takes a while to import

    address, rid = settings.watch.ping, UUID(hex=run * 2)
    ping(address, "/start", rid=rid, now=clock)
    try:
        yield
    except BaseException:
        ping(address, "/fail", rid=rid, now=clock)
        raise
    ping(address, "", rid=rid, now=clock)
