"""Whether the snapshot of one day may speak and, if so, what it shows: verdict, then comparison."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from monitor.base.engine import Engine
from monitor.base.records import SPEAKS, Manifest, SnapshotRow, Verdict
from monitor.base.settings import Quality
from monitor.intake.remarks import remarks
from monitor.intake.snapshots.counted_fields import EMPLOYED
from monitor.intake.snapshots.store import Store
from monitor.moves.derivation.comparison import follow_changes, read_statements
from monitor.moves.derivation.inputs import DerivationInputs, snapshot_fingerprint
from monitor.moves.derivation.name_keys import rekeyed_by_name
from monitor.moves.gates.quality import (
    AGREEING,
    COLLECTIVE_PEOPLE,
    COLLECTIVE_SHARE,
    Sighted,
    UpdateBurst,
    judge,
    may_have_lost,
)
from monitor.moves.gates.turnover import PastLook


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
    manifest = manifests[day]
    source = manifest.source
    limits = inputs.quality.get(source, Quality())
    decision = inputs.decisions.get((source, day))
    before_on = engine.rows("last_accepted_day", source=source)[0][0]
    before = None if before_on is None else manifests[before_on]
    sighted = _sight(engine, store, before, manifest, limits)
    verdict, reasons = judge(manifest, sighted, limits, decision)
    if verdict in SPEAKS:
        read_statements(engine, store, manifest, inputs)
        if before and sighted:
            found = engine.rows(
                "scattered_departures_count", people=COLLECTIVE_PEOPLE, share=COLLECTIVE_SHARE
            )
            sighted = replace(sighted, rewritten=found[0][0])
            verdict, reasons = judge(manifest, sighted, limits, decision)
    agreeing, burst = 0, UpdateBurst()
    if aside is not None and decision is None:
        verdict, reasons = Verdict.SUSPECT, (aside, *reasons)
    elif verdict is Verdict.SUSPECT:
        agreeing = _agreeing(engine, store, manifests, day, limits)
        if agreeing >= AGREEING:
            verdict = Verdict.BASELINE
            reasons = (f"{agreeing} snapshots in a row agree: a new baseline", *reasons)
            _sight(engine, store, before, manifest, limits)
            read_statements(engine, store, manifest, inputs)
    if verdict in SPEAKS:
        burst = follow_changes(engine, store, manifest, before_on, inputs, silent=agreeing > 0)
    row = SnapshotRow(
        source=source,
        observed_on=day,
        profiles=manifest.profiles,
        rejected=manifest.rejected,
        verdict=verdict,
        reasons=reasons,
        remarks=remarks(manifest, before),
    )
    engine.run(
        "store_judged_snapshot",
        source=source,
        day=day,
        fingerprint=snapshot_fingerprint(manifest, inputs, aside),
        profiles=manifest.profiles,
        rejected=manifest.rejected,
        verdict=str(verdict),
        reasons=list(reasons),
        agreeing=agreeing,
        filled=burst.seen.filled,
        undated=burst.seen.undated,
        days=burst.seen.days,
        backlog=burst.backlog,
        **_turnover(manifest, sighted, limits),
    )
    return row


_TURNOVER = (
    *("known", "missing", "after_days", "may_miss", "may_miss_because", "may_miss_at_once"),
)


def _turnover(
    manifest: Manifest, sighted: Sighted | None, limits: Quality
) -> dict[str, int | float | str | None]:
    """What is kept of who is missing: the numbers, and the limit in force with its origin."""
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
    }


def _sight(
    engine: Engine, store: Store, before: Manifest | None, now: Manifest, limits: Quality
) -> Sighted | None:
    """Find the profiles that changed since another snapshot, and count what the gates ask for."""
    source, day = now.source, now.observed_on
    after = str(store.profiles(source, day))
    if before is None:
        engine.run("first_changed_profiles", after=after)
        return None
    before_on = before.observed_on
    engine.run(
        "changed_profiles",
        source=source,
        before=str(store.profiles(source, before_on)),
        after=after,
        before_on=before_on,
        day=day,
        comparable=before.content == now.content,
    )
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
        found = engine.rows(
            "field_fill_counts",
            before=str(store.profiles(source, before_on)),
            after=after,
            before_positions=str(store.positions(source, before_on)),
            after_positions=str(store.positions(source, day)),
        )
        fields = {name: (was, is_now) for name, was, is_now in found}
    had, have = fields.pop("employed", (0, 0))
    return Sighted(
        known=before.profiles,
        missing=engine.rows("missing_profiles_count")[0][0] - respelled,
        emptied=had - have,
        fields=fields,
        employed=before.filled.get(EMPLOYED, before.profiles),
        days=(day - before_on).days,
        past=[PastLook(*row) for row in engine.rows("past_turnover", source=source, day=day)],
    )


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
