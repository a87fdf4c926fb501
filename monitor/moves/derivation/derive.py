"""From accepted snapshots to tenures and moves: what changed for whom, known since when.

Everything here is derived: it follows from the stored snapshots in order of observation, the
directory of organisations and the operators' decisions, and can be dropped and built again. The
statements are in `sql/`; this module puts them in order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from monitor.base.engine import Engine
from monitor.base.errors import SnapshotError
from monitor.base.records import SPEAKS, Manifest, Notice, SnapshotRow, Verdict
from monitor.base.settings import MoveSettings, Quality
from monitor.identity.organizations import Directory
from monitor.identity.people.clusters import People
from monitor.intake.snapshots.counted_fields import EMPLOYED
from monitor.intake.snapshots.store import Store
from monitor.moves.derivation.people_moves import UNDONE_WITHIN_DAYS, MoveReview, update_moves
from monitor.moves.gates.collective import Flow, held_flows, hold_notices
from monitor.moves.gates.notices import verdict_notices
from monitor.moves.gates.quality import (
    AGREEING,
    COLLECTIVE_PEOPLE,
    COLLECTIVE_SHARE,
    CROWDED_DATED,
    CROWDED_UNDATED,
    LAG_DAYS,
    PastComparison,
    Sighted,
    UpdateBurst,
    judge,
    may_have_lost,
)
from monitor.moves.gates.strays import held_key, set_aside, to_hold
from monitor.state import Snapshots

DERIVATION = "20"
"""Grows when the derivation itself changes its meaning, so that old derived tables are dropped."""

Decisions = Mapping[tuple[str, date], Verdict]
Progress = Callable[[str, date], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivationInputs:
    """What the derivation follows from, besides the snapshots themselves."""

    directory: Directory
    people: People
    moves: MoveSettings
    quality: Mapping[str, Quality]
    decisions: Decisions
    reviews: Sequence[MoveReview] = ()
    """What analysts said of moves."""
    known: Snapshots = field(default_factory=dict)
    """The snapshots that the ledger rests on."""
    held: frozenset[str] = frozenset()
    """The late snapshots that wait for the operator's word, as `held_key` names them."""

    @property
    def fingerprint(self) -> str:
        """Equal fingerprints derive equal tables from equal snapshots."""
        return f"{DERIVATION}:{self.directory.fingerprint}:{self.people.fingerprint}:{self.moves}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """What one call of `derive` did."""

    snapshots: Mapping[str, tuple[SnapshotRow, ...]]
    """The snapshots judged now, by source, in order of observation."""
    notices: tuple[Notice, ...]
    """All that operators must know of the snapshots that stand, told before or not: a run that was
    killed after a comparison, and before it said so, leaves it to the next one."""
    damaged: Mapping[str, str] = field(default_factory=dict)
    """By source that was left as it was, because what would be compared is not what was written."""
    held: frozenset[str] = frozenset()
    """The late snapshots that were found to wait for the operator's word, as above."""


def derive(
    engine: Engine, store: Store, inputs: DerivationInputs, *, progress: Progress = lambda *_: None
) -> Derivation:
    """Bring the derived tables in step with the stored snapshots, in one transaction a snapshot.

    A snapshot that came in late, was replaced or was decided upon takes its source back to the day
    before it; a change of the grounds takes everything back. A source with a damaged snapshot is
    left as it was; raises SnapshotError where nothing of it is derived, or no source is whole.
    """
    if _is_made(engine):
        _require_tables(engine)
    engine.run("derived_tables")
    _prepare(engine, inputs)
    judged: dict[str, tuple[SnapshotRow, ...]] = {}
    damaged: dict[str, str] = {}
    held: frozenset[str] = frozenset()
    # A source whose snapshots are gone for good is taken back as any other change is.
    sources = sorted({*store.sources(), *(row[0] for row in engine.rows("judged_snapshots"))})
    for source in sources:
        try:
            rows, of_source = _follow_source(engine, store, source, inputs, progress)
        except _Damaged as exc:
            damaged[source] = str(exc)
            continue
        held |= of_source
        if rows:
            judged[source] = rows
    if damaged and damaged.keys() == {*sources}:
        raise SnapshotError("; ".join(damaged.values()))
    update_moves(engine, inputs.reviews)
    return Derivation(
        snapshots=judged,
        notices=(
            *verdict_notices(engine.rows("judged_snapshots")),
            *hold_notices(engine.records("held_flows")),
        ),
        damaged=damaged,
        held=held,
    )


def is_derived(engine: Engine) -> bool:
    """Whether moves were derived: a run that ended early leaves tables without anything in them.

    Raises SnapshotError if the derived tables were made by a talentwatch that derived otherwise,
    CacheDamaged if some of them are gone.
    """
    if _is_made(engine):
        _require_tables(engine)
        return True
    if _grounds(engine):
        raise SnapshotError(
            "the derived tables were made by another version of talentwatch:"
            " `talentwatch run` makes them again from the stored snapshots"
        )
    return False


def _grounds(engine: Engine) -> str:
    """What the derived tables were built from; empty where there are none."""
    found = (
        engine.rows("derivation_fingerprint")
        if engine.rows("has_derived_tables") == [(True,)]
        else []
    )
    return str(found[0][0]) if found else ""


def _is_made(engine: Engine) -> bool:
    """Whether this program made the derived tables, as it makes them now."""
    return _grounds(engine).startswith(f"{DERIVATION}:")


def _require_tables(engine: Engine) -> None:
    """Raises CacheDamaged where a table is gone: an empty one in its place would be believed."""
    with Engine() as whole:
        whole.run("derived_tables")
        missing = {*whole.rows("inventory")} - {*engine.rows("inventory")}
    if missing:
        raise engine.damaged(f"{min(missing)[0]} is not the table that it was")


class _Damaged(SnapshotError):
    """What would be compared is not what was written, and nothing was changed yet."""


def _follow_source(
    engine: Engine, store: Store, source: str, inputs: DerivationInputs, progress: Progress
) -> tuple[tuple[SnapshotRow, ...], frozenset[str]]:
    """Judge a source; hold each late snapshot that turns one suspect which the ledger rests on."""
    rows = {row.observed_on: row for row in _follow_from(engine, store, source, inputs, progress)}
    held: frozenset[str] = frozenset()
    while (late := _to_hold(engine, store, source, inputs)) is not None:
        held |= {late}
        inputs = replace(inputs, held=inputs.held | held)
        again = _follow_from(engine, store, source, inputs, progress)
        rows |= {row.observed_on: row for row in again}
    return tuple(row for _, row in sorted(rows.items())), held


def _to_hold(engine: Engine, store: Store, source: str, inputs: DerivationInputs) -> str | None:
    judged = [row for row in engine.rows("judged_snapshots") if row[0] == source]
    verdicts = {row[1]: Verdict(row[4]) for row in judged}
    known = {day: taken for (name, day), taken in inputs.known.items() if name == source}
    if not any(verdicts.get(day) is Verdict.SUSPECT for day in known):
        return None
    manifests = store.manifests(source)
    late = to_hold(
        verdicts,
        {day: manifest.origin_sha256 for day, manifest in manifests.items()},
        known,
        settled=[
            day
            for day, manifest in manifests.items()
            if held_key(manifest) in inputs.held or (source, day) in inputs.decisions
        ],
    )
    return None if late is None else held_key(manifests[late])


def _follow_from(
    engine: Engine, store: Store, source: str, inputs: DerivationInputs, progress: Progress
) -> tuple[SnapshotRow, ...]:
    """Judge the snapshots of a source from the first day on that was judged otherwise, or never."""
    try:
        manifests = store.manifests(source)
        aside = _aside(engine, store, source, manifests, inputs)
        since = _divergence(engine, source, manifests, inputs, aside)
        if since is None:
            return ()
        # Bits rot: what is compared is what was written, or is not compared.
        last = engine.rows("last_accepted_day_before", source=source, day=since)[0][0]
        for day in sorted(day for day in manifests if day >= (last or since)):
            store.require_whole(source, day)
    except SnapshotError as exc:
        # What was derived of it stays. Where that is not whole, alerts would lose their ground.
        if engine.rows("source_is_finished", source=source) == [(True,)]:
            raise _Damaged(str(exc)) from exc
        raise
    with engine.transaction():
        engine.run("store_rewind_source", source=source, day=since)
    rows = []
    for day in sorted(day for day in manifests if day >= since):
        progress(source, day)
        with engine.transaction():
            rows.append(_take(engine, store, manifests, day, inputs, aside=aside.get(day)))
    engine.run("store_source_finished", source=source)
    return tuple(rows)


def _prepare(engine: Engine, inputs: DerivationInputs) -> None:
    """Drop the derived tables if their grounds changed."""
    if engine.rows("derivation_fingerprint") == [(inputs.fingerprint,)]:
        return
    with engine.transaction():
        engine.run("drop_derived_tables")
        engine.run("derived_tables")
        engine.run("derived_views")
        engine.fill("facts", ["name", "value"], [("grounds", inputs.fingerprint)])
        engine.fill("roots", ["unit", "root", "starts", "ends"], inputs.directory.dated_roots())
        engine.fill(
            "edges",
            ["one", "other", "kind", "match_key", "known_from"],
            [(one, other, "decided", "", date.min) for one, other in inputs.people.pairs],
        )
        engine.fill("facts", ["name", "value"], [("stale_from", date.min.isoformat())])


def _aside(
    engine: Engine,
    store: Store,
    source: str,
    manifests: Mapping[date, Manifest],
    inputs: DerivationInputs,
) -> dict[date, str]:
    """Say of each snapshot that is set aside, by its day, why."""

    def shared(one: Manifest, other: Manifest) -> int:
        days = [each.observed_on for each in (one, other)]
        for day in days:
            store.require_whole(source, day)
        files = [str(store.profiles(source, day)) for day in days]
        return int(engine.rows("shared_profiles", one=files[0], other=files[1])[0][0])

    return set_aside(
        manifests,
        {day: inputs.decisions.get((source, day)) for day in manifests},
        shared,
        held=inputs.held,
        limits=inputs.quality.get(source, Quality()),
    )


def _divergence(
    engine: Engine,
    source: str,
    manifests: Mapping[date, Manifest],
    inputs: DerivationInputs,
    aside: Mapping[date, str],
) -> date | None:
    """The first day on which the stored snapshots, or decisions on them, were judged otherwise."""
    wanted = {
        day: _fingerprint(manifest, inputs, aside.get(day)) for day, manifest in manifests.items()
    }
    judged = dict(engine.rows("judged_fingerprints", source=source))
    return min(
        (day for day in wanted.keys() | judged.keys() if wanted.get(day) != judged.get(day)),
        default=None,
    )


def _fingerprint(manifest: Manifest, inputs: DerivationInputs, aside: str | None) -> str:
    decision = inputs.decisions.get((manifest.source, manifest.observed_on), "")
    limits = inputs.quality.get(manifest.source, Quality())
    return f"{manifest.fingerprint}:{decision}:{limits}{f':{aside}' if aside else ''}"


def _take(  # noqa: PLR0913 -- all that a verdict follows from
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
        _read(engine, store, manifest, inputs)
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
            _read(engine, store, manifest, inputs)
    if verdict in SPEAKS:
        burst = _follow(engine, manifest, before_on, inputs, silent=agreeing > 0)
    row = SnapshotRow(
        source=source,
        observed_on=day,
        profiles=manifest.profiles,
        rejected=manifest.rejected,
        verdict=verdict,
        reasons=reasons,
    )
    engine.run(
        "store_judged_snapshot",
        source=source,
        day=day,
        fingerprint=_fingerprint(manifest, inputs, aside),
        profiles=manifest.profiles,
        rejected=manifest.rejected,
        verdict=str(verdict),
        reasons=list(reasons),
        agreeing=agreeing,
        filled=burst.seen.filled,
        undated=burst.seen.undated,
        days=burst.seen.days,
        backlog=burst.backlog,
    )
    return row


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
        missing=engine.rows("missing_profiles_count")[0][0],
        emptied=had - have,
        fields=fields,
        employed=before.filled.get(EMPLOYED, before.profiles),
        days=(day - before_on).days,
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


def _read(engine: Engine, store: Store, manifest: Manifest, inputs: DerivationInputs) -> None:
    """Read what the profiles that changed state now, and what was believed of them."""
    source = manifest.source
    positions = str(store.positions(source, manifest.observed_on))
    _resolve(engine, engine.rows("stated_positions", positions=positions), inputs)
    engine.run("previous_tenures", source=source)
    engine.run("stated_tenures", gap=inputs.moves.tenure_gap_days)
    engine.run(
        "shown_match_keys",
        source=source,
        profiles=str(store.profiles(source, manifest.observed_on)),
    )


def _follow(
    engine: Engine,
    manifest: Manifest,
    before_on: date | None,
    inputs: DerivationInputs,
    *,
    silent: bool,
) -> UpdateBurst:
    """Follow what changed since the last accepted snapshot through tenures to moves."""
    source, day = manifest.source, manifest.observed_on
    when = {"source": source, "day": day}
    limits = inputs.moves
    if engine.rows("rekeyed_profiles", source=source) != [(0,)]:
        engine.run("store_rekeyed_profiles", before_on=before_on, **when)
        engine.run("previous_tenures", source=source)
        engine.run("stated_tenures", gap=limits.tenure_gap_days)
    engine.run("store_match_keys", **when)
    engine.run("store_sightings", before_on=before_on, **when)
    engine.run("same_tenure_candidates", gap=limits.tenure_gap_days, **when)
    _pair(engine)
    engine.run("relabelled_tenure_candidates")
    _pair(engine)
    engine.run("next_tenures", undone_within=UNDONE_WITHIN_DAYS, gap=limits.tenure_gap_days, **when)
    engine.run("store_tenures", **when)
    engine.run("store_crowded_profiles", undated=CROWDED_UNDATED, dated=CROWDED_DATED, **when)
    engine.run("store_profile_names", **when)
    engine.run("step_candidates", next_within=limits.next_within_days, before=limits.before_days)
    _pair(engine)
    engine.run("next_moves", lag=LAG_DAYS, **when)
    _pair(engine)
    engine.run("new_move_versions", **when)
    if before_on is not None:
        _hold(engine, inputs, source, day)
    burst = _update_burst(engine, inputs.quality.get(source, Quality()), manifest, before_on)
    if burst.backlog:
        engine.run("backdated_moves", lag=LAG_DAYS, day=day)
    engine.run(
        "store_profile_moves",
        baseline=before_on is None,
        silent=silent,
        placeholders=burst.placeholders,
        **when,
    )
    engine.run("store_undated_step_keys", **when)
    return burst


def _hold(engine: Engine, inputs: DerivationInputs, source: str, day: date) -> None:
    """Hold the moves that look like a change of the organisations, and those before with them."""
    began = engine.rows("first_accepted_day", source=source)[0][0]
    found = engine.records("collective_flows", source=source, day=day)
    flows = [
        Flow(**flow)
        for flow in found
        if not inputs.directory.is_real(flow["from_root"], flow["to_root"], on=day)
    ]
    gates = inputs.quality.get(source, Quality())
    held = list(held_flows(flows, gates, day=day, began=began))
    if not held:
        return
    rows = [one.row() for one in held]
    columns = ["source", "observed_on", *rows[0]]
    engine.fill("holds", columns, [(source, day, *row.values()) for row in rows])
    engine.run("store_earlier_holds", source=source, day=day)


def _update_burst(
    engine: Engine, gates: Quality, manifest: Manifest, before_on: date | None
) -> UpdateBurst:
    """Count what was seen at once without a date, held against what is usual for the source."""
    source, day = manifest.source, manifest.observed_on
    if before_on is None:
        return UpdateBurst()
    undated, origins, filled = engine.rows("update_burst", source=source)[0]
    past = [
        PastComparison(*row) for row in engine.rows("past_update_bursts", source=source, day=day)
    ]
    return UpdateBurst.of(
        gates,
        PastComparison(undated, (day - before_on).days, manifest.profiles, filled, backlog=False),
        origins=origins,
        past=past,
    )


def _resolve(engine: Engine, names: Sequence[tuple[str, str]], inputs: DerivationInputs) -> None:
    """Look the names not met before up in the directory, and the team spellings after them."""
    found = [(*name, inputs.directory.resolve(name[0], name[1] or None)) for name in names]
    engine.fill(
        "names",
        ["organization", "external", "unit", "root", "pseudo"],
        [(name, external, to.unit, to.root, to.pseudo) for name, external, to in found],
    )
    engine.fill(
        "teams",
        ["unit", "written", "team"],
        [
            (unit, written, inputs.directory.team(unit, written))
            for unit, written in engine.rows("unknown_team_spellings")
        ],
    )


def _pair(engine: Engine) -> None:
    while engine.rows("unmatched_candidate_count") != [(0,)]:
        engine.run("greedy_matching")
