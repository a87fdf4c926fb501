"""Whether the snapshot of one day may speak and, if so, what it shows: verdict, then comparison."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from monitor.base.engine import Engine
from monitor.base.records import SPEAKS, Manifest, SnapshotRow, Verdict
from monitor.base.settings import Quality
from monitor.intake.remarks import remarks
from monitor.intake.snapshots.counted_fields import EMPLOYED
from monitor.intake.snapshots.store import Store
from monitor.moves.derivation.buckets import follow_first_look, is_large
from monitor.moves.derivation.comparison import (
    ShownLook,
    follow_changes,
    mark_people,
    read_statements,
    shown_look,
)
from monitor.moves.derivation.derived_tables import accepted_days
from monitor.moves.derivation.inputs import DerivationInputs, snapshot_fingerprint
from monitor.moves.derivation.rekeyed_by_name import rekeyed_by_name
from monitor.moves.gates.lost_fields import may_have_lost
from monitor.moves.gates.quality import (
    AGREEING,
    COLLECTIVE_PEOPLE,
    COLLECTIVE_SHARE,
    Sighted,
    UpdateBurst,
    judge,
    may_be_mixed_up,
)
from monitor.moves.gates.turnover import PastLook


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLook:
    """What is said of a snapshot, and what was counted for it."""

    verdict: Verdict
    reasons: tuple[str, ...]
    sighted: Sighted | None
    """None of the first snapshot of a source."""
    agreeing: int = 0
    """How many suspect snapshots in a row agree; 0 if the snapshot is not suspect by itself."""


def judge_and_compare(  # noqa: PLR0913 -- all that a verdict follows from
    engine: Engine,
    store: Store,
    manifests: Mapping[date, Manifest],
    day: date,
    inputs: DerivationInputs,
    *,
    aside: str | None,
) -> SnapshotRow:
    """Judge the snapshot of one day and, if it may speak, compare it with the last one that did."""
    now = manifests[day]
    _, before_on = accepted_days(engine, now.source)
    before = None if before_on is None else manifests[before_on]
    limits = inputs.quality.get(now.source, Quality())
    look = shown_look(engine, store, now, before_on)
    if before is None and aside is None and is_large(now.profiles):
        decision = inputs.decisions.get((now.source, day))
        verdict, reasons = judge(now, None, limits, decision)
        if verdict in SPEAKS:
            _note_unlooked(engine, store, look)
            follow_first_look(engine, look, inputs)
            mark_people(engine, now.source, day, day)
            first = JudgedLook(verdict=verdict, reasons=reasons, sighted=None)
            return record_verdict(
                engine, inputs, None, now, judgement=first, burst=UpdateBurst(), aside=None
            )
    judgement = _judge(engine, store, before, now, inputs, look=look)
    if aside is not None and (now.source, day) not in inputs.decisions:
        reasons = (aside, *judgement.reasons)
        judgement = replace(judgement, verdict=Verdict.SUSPECT, reasons=reasons)
    elif judgement.verdict is Verdict.SUSPECT:
        agreeing = _agreeing(engine, store, manifests, day, limits)
        judgement = replace(judgement, agreeing=agreeing)
        if agreeing >= AGREEING:
            judgement = _renewed_baseline(judgement)
            _sight(engine, store, before, now, limits)
            read_statements(engine, look, inputs)
    burst = UpdateBurst()
    if judgement.verdict in SPEAKS:
        _note_unlooked(engine, store, look)
        burst = follow_changes(engine, look, inputs, silent=judgement.agreeing > 0)
        mark_people(engine, now.source, day, day)
    return record_verdict(
        engine, inputs, before, now, judgement=judgement, burst=burst, aside=aside
    )


def _note_unlooked(engine: Engine, store: Store, look: ShownLook) -> None:
    """Note who is in a snapshot though nobody looked at them."""
    unseen = list(store.carried(look.source, look.day))
    engine.run(
        "store_unlooked", source=look.source, day=look.day, before_on=look.before_on, unseen=unseen
    )


def record_verdict(  # noqa: PLR0913 -- all that is kept of a snapshot
    engine: Engine,
    inputs: DerivationInputs,
    before: Manifest | None,
    now: Manifest,
    *,
    judgement: JudgedLook,
    burst: UpdateBurst,
    aside: str | None,
) -> SnapshotRow:
    """Store the verdict on a snapshot with what later ones are held against; return it as told."""
    engine.run(
        "store_judged_snapshot",
        source=now.source,
        day=now.observed_on,
        fingerprint=snapshot_fingerprint(now, inputs, aside),
        profiles=now.profiles,
        rejected=now.rejected,
        verdict=str(judgement.verdict),
        reasons=list(judgement.reasons),
        agreeing=judgement.agreeing,
        filled=burst.seen.filled,
        undated=burst.seen.undated,
        days=burst.seen.days,
        backlog=burst.backlog,
        **_turnover(now, judgement.sighted, inputs.quality.get(now.source, Quality())),
    )
    return SnapshotRow(
        source=now.source,
        observed_on=now.observed_on,
        profiles=now.profiles,
        rejected=now.rejected,
        verdict=judgement.verdict,
        reasons=judgement.reasons,
        remarks=remarks(now, before),
    )


def _judge(  # noqa: PLR0913 -- as above
    engine: Engine,
    store: Store,
    before: Manifest | None,
    now: Manifest,
    inputs: DerivationInputs,
    *,
    look: ShownLook,
) -> JudgedLook:
    """Judge by what changed, and then by how profiles were rewritten.

    If the snapshot may speak, its statements have been read.
    """
    limits = inputs.quality.get(now.source, Quality())
    decision = inputs.decisions.get((now.source, now.observed_on))
    sighted = _sight(engine, store, before, now, limits)
    verdict, reasons = judge(now, sighted, limits, decision)
    if verdict in SPEAKS:
        read_statements(engine, look, inputs)
        if sighted is not None:
            ((rewritten,),) = engine.rows(
                "scattered_departures_count", people=COLLECTIVE_PEOPLE, share=COLLECTIVE_SHARE
            )
            mixed = mixed_up(engine, store, before, now, sighted=sighted, limits=limits)
            sighted = replace(sighted, rewritten=rewritten, mixed=mixed)
            verdict, reasons = judge(now, sighted, limits, decision)
    return JudgedLook(verdict=verdict, reasons=reasons, sighted=sighted)


def mixed_up(  # noqa: PLR0913 -- what both looks show, and what they are held against
    engine: Engine,
    store: Store,
    before: Manifest | None,
    now: Manifest,
    *,
    sighted: Sighted,
    limits: Quality,
) -> dict[str, tuple[int, int]]:
    """By field, how many people have another value, and of how many it only changed places."""
    ((changed,),) = engine.rows("changed_profiles_count")
    if before is None or not may_be_mixed_up(changed, sighted, limits):
        return {}
    source, before_on, day = now.source, before.observed_on, now.observed_on
    rows = engine.rows(
        "mixed_up_cells",
        before=str(store.profiles(source, before_on)),
        after=str(store.profiles(source, day)),
        before_positions=str(store.positions(source, before_on)),
        after_positions=str(store.positions(source, day)),
        before_on=before_on,
    )
    return {field: (people, places) for field, people, places in rows}


def _renewed_baseline(judgement: JudgedLook) -> JudgedLook:
    because = f"{judgement.agreeing} snapshots in a row agree: a new baseline"
    return replace(judgement, verdict=Verdict.BASELINE, reasons=(because, *judgement.reasons))


_TURNOVER = (
    *("known", "missing", "after_days", "may_miss", "may_miss_because", "may_miss_at_once"),
    *("rewritten", "employed"),
)


def _turnover(
    manifest: Manifest, sighted: Sighted | None, limits: Quality
) -> dict[str, int | float | str | None]:
    """What is kept of who is missing or elsewhere: the numbers, and the limit with its origin."""
    if sighted is None:
        return dict.fromkeys(_TURNOVER)
    limit = sighted.limit(manifest, limits)
    return {
        "known": sighted.known,
        "missing": sighted.missing,
        "after_days": sighted.days,
        "may_miss": None if limit is None else limit.share,
        "may_miss_because": None if limit is None else limit.because or "as configured",
        "may_miss_at_once": None if limits.missing is False else limits.missing,
        "rewritten": sighted.rewritten,
        "employed": sighted.employed,
    }


def _find_changes(engine: Engine, store: Store, before: Manifest, now: Manifest) -> None:
    """Find the profiles that changed; who was not looked at was seen at the last look."""
    source, before_on, day = now.source, before.observed_on, now.observed_on
    carried = store.carried(source, before_on)
    engine.run(
        "changed_profiles",
        source=source,
        before=str(store.profiles(source, before_on)),
        after=str(store.profiles(source, day)),
        before_on=before_on,
        day=day,
        comparable=before.content == now.content,
        carried=list(carried),
        carried_on=[str(seen_on) for seen_on in carried.values()],
        unseen=list(store.carried(source, day)),
    )


def _sight(
    engine: Engine, store: Store, before: Manifest | None, now: Manifest, limits: Quality
) -> Sighted | None:
    """Find the profiles that changed since another snapshot, and count what the gates ask for."""
    source, day = now.source, now.observed_on
    after = str(store.profiles(source, day))
    if before is None:
        engine.run("first_changed_profiles", after=after, day=day)
        return None
    before_on = before.observed_on
    _find_changes(engine, store, before, now)
    formers, latters = rekeyed_by_name(store, before, now)
    (respelled,) = engine.rows(
        "respelled_profiles",
        before=str(store.profiles(source, before_on)),
        after=after,
        formers=formers,
        latters=latters,
    )[0]
    fields: dict[str, tuple[int, int]] = {}
    if may_have_lost(before, now, limits):
        counts = engine.rows(
            "field_fill_counts",
            before=str(store.profiles(source, before_on)),
            after=after,
            before_positions=str(store.positions(source, before_on)),
            after_positions=str(store.positions(source, day)),
        )
        fields = {name: (was, is_now) for name, was, is_now in counts}
    had, have = fields.pop("employed", (0, 0))
    absent = [*store.absences(source, day)]
    [(missing, explained, erased)] = engine.rows(
        "missing_profiles_count", absent=absent, below=_first_number_given_after(before, day)
    )
    if not is_after_erasure(before, day):
        erased = 0
    otherwise = None
    if missing * 2 > before.profiles and now.profiles:
        [otherwise] = engine.rows(
            "ids_written_otherwise", before=str(store.profiles(source, before_on)), after=after
        )
    return Sighted(
        known=before.profiles - erased,
        missing=missing - respelled - erased,
        explained=explained,
        otherwise=otherwise,
        emptied=had - have,
        fields=fields,
        employed=before.filled.get(EMPLOYED, before.profiles),
        days=(day - before_on).days,
        past=[PastLook(*row) for row in engine.rows("past_turnover", source=source, day=day)],
    )


def is_after_erasure(before: Manifest, day: date) -> bool:
    """Whether somebody of a snapshot was erased by a day, who is not missed since."""
    return any(erasure.on <= day for erasure in before.erased)


def _first_number_given_after(before: Manifest, day: date) -> int | None:
    """Return the first number that stands for somebody of a snapshot who was erased after a day.

    Whoever was erased later was missing on that day: what a look said stays what it was.
    """
    later = [erasure.number for erasure in before.erased if erasure.on > day and erasure.number]
    return min(later, default=None)


def _agreeing(
    engine: Engine, store: Store, manifests: Mapping[date, Manifest], day: date, limits: Quality
) -> int:
    """How many suspect snapshots in a row, up to this one, agree each with the one before."""
    if not limits.renewal:
        return 0
    for last, agreeing in engine.rows("last_suspect_snapshot", source=manifests[day].source):
        sighted = _sight(engine, store, manifests[last], manifests[day], limits)
        if judge(manifests[day], sighted, limits, None)[0] in SPEAKS:
            return int(agreeing) + 1
    return 1
