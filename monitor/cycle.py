"""One cycle, from top to bottom: what talentwatch does each time it runs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from types import MappingProxyType

from monitor.alerts import ledger, vanished_inputs
from monitor.alerts.clock import CLOCK, check_clock
from monitor.alerts.ledger import LedgerDelta
from monitor.base.error_words import of_system
from monitor.base.errors import SnapshotError, SourceError, StorageError, TalentwatchError
from monitor.base.inputs import Listing
from monitor.base.records import Notice, Observation, Verdict
from monitor.base.telemetry import logs
from monitor.base.telemetry.timing import span, stage
from monitor.delivery import rule_edits
from monitor.delivery.messages import at_least
from monitor.delivery.outbox import (
    ForeseenReader,
    Mode,
    PendingNotification,
    enqueue_notice,
    enqueue_notifications,
    foresee_notifications,
    of_enough,
)
from monitor.intake import gone_sources
from monitor.intake.forgetting.forgotten import Forgotten
from monitor.intake.plan import final, pending
from monitor.intake.snapshots.lost import (
    INPUT,
    STOPPED,
    lost_snapshots,
    rested_on,
    stop_notice,
    stops,
)
from monitor.moves.derivation.derive import Derivation, derive
from monitor.moves.derivation.inputs import Decisions, DerivationInputs
from monitor.moves.gates.strays import LATE
from monitor.moves.reviews import move_reviews
from monitor.parts import CycleOutcome, Parts
from monitor.state import Transaction

LATE_SNAPSHOT = "late snapshot"
"""The kind of the decision that a late snapshot waits for the operator's word."""


def run_cycle(
    parts: Parts,
    *,
    now: datetime,
    mode: Mode = Mode.LIVE,
    again: Mapping[str, date] = MappingProxyType({}),
    write: bool = True,
) -> CycleOutcome:
    """Take in what is new, follow it to moves and alerts, and put what is owed into the outbox.

    `now` is the horizon when live; a backfill (`mode`) looks no further than the newest snapshot.
    `again` names rules to evaluate again from a day on. With `write` false nothing is recorded in
    the state (the caller passes copies of the rest).
    """
    with stage("collect") as note:
        failed = _collect(parts, until=now.date())
        note(sources=len(parts.sources), failed=len(failed))
    if stopped := evaluation_stops(parts):
        return _stop(parts, failed, stopped, now=now if write else None)
    with stage("compare") as note:
        derivation = derive_moves(parts, on=now.date())
        note(snapshots=sum(map(len, derivation.snapshots.values())))
    with stage("evaluate") as note:
        delta = update_alerts(parts, horizon=now.date() if mode is Mode.LIVE else None, again=again)
        note(
            rules=len(parts.rules.rules), revisions=len(delta.news_of(parts.settings.least_people))
        )
    with stage("record") as note:
        pending = (
            record(parts, delta, derivation, now=now, mode=mode)
            if write
            else foresee(parts, delta, now=now)
        )
        pending = of_enough(pending, parts.settings.least_people)
        note(owed=len(pending))
    for name, error in derivation.damaged.items():
        failed.setdefault(name, []).append(f"{name}: {error}")
    outcome = _outcome(parts, failed, derivation, delta, pending)
    logs.info(
        "cycle",
        moves=outcome.moves,
        owed=len(outcome.pending),
        errors=len(outcome.errors),
        **outcome.alerts,
    )
    return outcome


def _outcome(
    parts: Parts,
    failed: Mapping[str, Sequence[str]],
    derivation: Derivation,
    delta: LedgerDelta,
    pending: Sequence[PendingNotification],
) -> CycleOutcome:
    """Sum up a cycle that came to its end; `failed` has the errors of each source."""
    errors = [error for of_source in failed.values() for error in of_source]
    errors += [str(problem) for problems in parts.rules.broken.values() for problem in problems]
    moves, history_moves, histories = _new_moves(parts, derivation)
    return CycleOutcome(
        snapshots=derivation.snapshots,
        moves=moves,
        history_moves=history_moves,
        histories=histories,
        revisions=delta.news_of(parts.settings.least_people),
        pending=tuple(pending),
        notices=derivation.notices,
        errors=tuple(errors),
        failed={name: "; ".join(of_source) for name, of_source in failed.items()},
        config=parts.settings.path,
    )


def collect_named(
    parts: Parts, *, until: date | None = None, replace_days: bool = False
) -> list[str]:
    """Store a snapshot of every observation not yet taken; return what could not be, in words.

    What was named to be taken and is dated after `until` cannot be right, and is refused.
    """
    failed = _collect(parts, until=until, replace_days=replace_days, named=True)
    return [error for of_source in failed.values() for error in of_source]


def _collect(
    parts: Parts, *, until: date | None, replace_days: bool = False, named: bool = False
) -> dict[str, list[str]]:
    failed: dict[str, list[str]] = {}
    for name in parts.sources:
        with span("source", source=name) as note:
            errors = _collect_source(
                parts, name, until=until, replace_days=replace_days, named=named
            )
            note(errors=len(errors))
        if errors:
            failed[name] = errors
    return failed


def _collect_source(
    parts: Parts, name: str, *, until: date | None, replace_days: bool, named: bool
) -> list[str]:
    observations = parts.sources[name].observations
    with parts.state.reading() as tx:
        faults = vanished_inputs.inbox_faults(tx, name, parts.listings.get(name, Listing()))
    try:
        stored = parts.store.manifests(name)
        plan = pending(final(observations(), on=until), stored, replace=replace_days)
    except OSError as exc:
        return [f"{name}: {of_system(exc)}"]
    except TalentwatchError as exc:
        return [f"{name}: {exc}"]
    errors = [f"{name}: {refusal}" for refusal in (*faults, *plan.refused)]
    for observation in plan.take:
        if not named and parts.refusals.is_past(observation, newest=max(stored, default=None)):
            continue
        if until and observation.observed_on > until and named:
            errors.append(
                f"{name}: {observation.origin}: {observation.observed_on} is still to come, so"
                " nobody can have seen it then: mend the day in its name, or in --observed-on"
            )
        elif until and observation.observed_on > until:
            logs.warning("dated ahead", source=name, file=observation.origin, until=str(until))
        else:
            errors += _store(parts, observation, replace_days=replace_days, named=named)
    return errors


def _store(parts: Parts, observation: Observation, *, replace_days: bool, named: bool) -> list[str]:
    parts.progress("taking in", f"{observation.source} {observation.origin}")
    if replace_days:
        # Before the store has another content, so that a crash in between is no loss.
        with parts.state.transaction() as tx:
            tx.forget_snapshots([(observation.source, observation.observed_on)])
    try:
        manifest = parts.refusals.take(
            observation, partial(parts.store.write, replace=replace_days), again=named
        )
    except OSError as exc:
        return [f"{observation.source}: {of_system(exc)}"]
    except (SourceError, SnapshotError, StorageError) as exc:
        return [f"{observation.source}: {exc}"]
    logs.info(
        "snapshot",
        source=manifest.source,
        observed_on=str(manifest.observed_on),
        profiles=manifest.profiles,
        rejected=manifest.rejected,
        warnings=manifest.warnings,
    )
    return []


def evaluation_stops(parts: Parts) -> dict[str, str]:
    """Say of each input for want of which nothing may be evaluated why, by its name."""
    with parts.state.reading() as tx:
        stopped = vanished_inputs.input_stops(tx, parts.inputs, parts.directory)
        taken = tx.taken_snapshots()
    try:
        lost = lost_snapshots(parts.store, taken)
    except StorageError as exc:
        return {**stopped, INPUT: f"{exc}. Nothing is evaluated until it can be read"}
    return {**stopped, **stops(lost, parts.store)}


def _stop(
    parts: Parts,
    failed: Mapping[str, Sequence[str]],
    stopped: Mapping[str, str],
    *,
    now: datetime | None,
) -> CycleOutcome:
    """Tell the operators why nothing is evaluated; without a moment nothing is recorded."""
    notices = [stop_notice(name, error, on=now.date()) for name, error in stopped.items() if now]
    if now is not None:
        with parts.state.transaction() as tx:
            vanished_inputs.remember(tx, parts.inputs, parts.listings, evaluated=False)
            for notice in notices:
                enqueue_notice(tx, notice, channels=parts.settings.operations, at=now)
    logs.error("nothing evaluated", inputs=sorted(stopped))
    return CycleOutcome(
        snapshots={},
        moves=0,
        revisions=(),
        pending=(),
        notices=tuple(notices),
        errors=(*(error for each in failed.values() for error in each), *stopped.values()),
        failed={name: "; ".join(of_source) for name, of_source in failed.items()},
        stopped=stopped,
    )


def derive_moves(parts: Parts, *, on: date | None = None) -> Derivation:
    """Judge and compare the stored snapshots that were not, and say what changed.

    On day `on` the sources end that an operator removed and no run has dated yet; None: on none.
    """
    configured = parts.settings.sources.keys()
    with parts.state.reading() as tx:
        taken = tx.taken_snapshots()
        inputs = DerivationInputs(
            directory=parts.directory,
            people=parts.people,
            moves=parts.settings.moves,
            quality=gone_sources.limits_of(tx, parts.settings),
            decisions=snapshot_decisions(tx),
            reviews=move_reviews(tx),
            known=taken,
            watched=frozenset({*configured, *(source for source, _ in taken)}),
            removed=gone_sources.removal_days(tx, configured, on=on),
            held=frozenset(decision.key for decision in tx.decisions(LATE_SNAPSHOT)),
            links=Forgotten.load(parts.settings.snapshots).links,
            least_people=parts.settings.least_people,
        )
    return derive(
        parts.engine,
        parts.store,
        inputs,
        progress=lambda source, day: parts.progress("comparing", f"{source} {day}"),
    )


def note_held(tx: Transaction, derivation: Derivation, *, at: datetime) -> None:
    """Write down which late snapshots wait for the operator's word from now on."""
    for key in sorted(derivation.held):
        tx.decide(LATE_SNAPSHOT, key, "held", "talentwatch", LATE, on=at)


def snapshot_decisions(tx: Transaction) -> Decisions:
    """Return the operators' last word on each snapshot."""
    decided = {}
    for decision in tx.decisions("snapshot"):
        source, _, day = decision.key.rpartition(":")
        decided[source, date.fromisoformat(day)] = Verdict(decision.verdict)
    return decided


def update_alerts(parts: Parts, *, horizon: date | None, again: Mapping[str, date]) -> LedgerDelta:
    """Evaluate the rules from the first day whose moves may differ, and follow their alerts."""
    parts.progress("evaluating", f"{len(parts.rules.rules)} rules")
    with parts.state.reading() as tx:
        resume_point = ledger.find_resume_point(
            tx, parts.engine, parts.rules, parts.directory, horizon=horizon, again=again
        )
        return ledger.compute_delta(tx, parts.engine, parts.rules, parts.directory, resume_point)


def record(
    parts: Parts, delta: LedgerDelta, derivation: Derivation, *, now: datetime, mode: Mode
) -> list[PendingNotification]:
    """Write the ledger, what is owed for it, and how far it goes, in one transaction."""
    with parts.state.transaction() as tx:
        first_run = tx.cursor("first_run") or now.date().isoformat()
        tx.set_cursor("first_run", first_run)
        edited = rule_edits.find_edits(tx, delta)
        ledger.write(tx, delta)
        if mode is not Mode.RECORD:
            # Channels have not heard of an edit that only a recording backfill met.
            rule_edits.note_versions(tx, delta, edited)
        verdicts = {(row[0], row[1]): row[4] for row in parts.engine.rows("judged_snapshots")}
        tx.remember_snapshots(rested_on(parts.store, verdicts))
        note_held(tx, derivation, at=now)
        removed = gone_sources.removal_days(tx, parts.settings.sources, on=now.date())
        missing = _note_inputs(tx, parts, removed, horizon=delta.horizon, now=now)
        edits = filter(None, (rule_edits.edit_notice(edit, on=delta.horizon) for edit in edited))
        _tell_operators(tx, parts, (*derivation.notices, *missing, *edits), now=now)
        dated = rule_edits.dated(
            tx, parts.policies(date.fromisoformat(first_run)), edited, on=delta.horizon
        )
        policies = {
            rule: replace(policy, removed=frozenset(removed)) for rule, policy in dated.items()
        }
        return enqueue_notifications(
            tx,
            policies=policies,
            on=delta.horizon,
            at=now,
            changed=delta.changed,
            mode=mode,
            name=parts.directory.root_of_id,
        )


def _note_inputs(
    tx: Transaction, parts: Parts, removed: dict[str, date], *, horizon: date, now: datetime
) -> list[Notice]:
    """Write down which inputs there were, and return what to tell the operators of the others."""
    vanished_inputs.remember(tx, parts.inputs, parts.listings, evaluated=True)
    for name in (INPUT, *(written_input.name for written_input in parts.inputs)):
        tx.forget_notice(STOPPED + name)
    gone_sources.remember(tx, parts.settings, removed, at=now)
    stored = gone_sources.stored_sources(parts.store)
    absent = {
        **vanished_inputs.absences(tx, parts.settings, parts.sources, parts.listings, on=horizon),
        CLOCK: check_clock(tx, on=now.date()),
        **gone_sources.notices(tx, parts.settings, stored, on=horizon),
    }
    for key, notice in absent.items():
        if notice is None:
            # What is there again may be missed again, and is said again then.
            tx.forget_notice(key)
    return [notice for notice in absent.values() if notice is not None]


def _tell_operators(
    tx: Transaction, parts: Parts, notices: Sequence[Notice], *, now: datetime
) -> None:
    """Put the notices into the outbox for the channels of the operators."""
    settings = parts.settings
    nameless = [
        name
        for name, channel in settings.channels.items()
        if settings.names == "none" or channel.names != "full"
    ]
    for notice in notices:
        enqueue_notice(tx, notice, channels=settings.operations, at=now, nameless=nameless)


def foresee(parts: Parts, delta: LedgerDelta, *, now: datetime) -> list[PendingNotification]:
    """Say what `record` would put into the outbox, and write nothing."""
    with parts.state.reading() as tx:
        first_run = tx.cursor("first_run") or now.date().isoformat()
        policies = rule_edits.dated(
            tx,
            parts.policies(date.fromisoformat(first_run)),
            rule_edits.find_edits(tx, delta),
            on=delta.horizon,
        )
        reader = ForeseenReader(
            tx,
            rules=policies,
            revisions=delta.revisions,
            since=delta.since,
            name=parts.directory.root_of_id,
        )
        return foresee_notifications(tx, reader, policies=policies, on=delta.horizon, at=now)


def _new_moves(parts: Parts, derivation: Derivation) -> tuple[int, int, int]:
    """Count the new moves, those of them that are histories, and the people of the histories."""
    counts = [
        parts.engine.rows(
            "new_move_count", source=source, since=rows[0].observed_on, until=rows[-1].observed_on
        )[0]
        for source, rows in derivation.snapshots.items()
        if rows
    ]
    sums = (sum(column) for column in zip(*counts, (0, 0, 0), strict=True))
    moves, in_histories, people = (at_least(each, parts.settings.least_people) for each in sums)
    return moves, in_histories, people
