"""From accepted snapshots to tenures and moves: what changed for whom, known since when.

Everything here is derived: it follows from the stored snapshots in order of observation, the
directory of organisations and the operators' decisions, and can be dropped and built again. This
module decides which snapshots of a source are judged (again), and in which order.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from monitor.base.engine import Engine
from monitor.base.errors import SnapshotError
from monitor.base.records import Manifest, Notice, SnapshotRow, Verdict
from monitor.base.settings import Quality
from monitor.intake.snapshots.store import Store
from monitor.moves.derivation.buckets.parcels import clear_leftovers
from monitor.moves.derivation.derived_tables import (
    REMOVED,
    accepted_days,
    facts,
    is_made,
    prepare,
    require_tables,
    rewind_source,
    unfinished,
)
from monitor.moves.derivation.inputs import DerivationInputs, snapshot_fingerprint
from monitor.moves.derivation.many_looks import Looks, follow
from monitor.moves.derivation.people_moves import update_moves
from monitor.moves.gates.hold_notices import hold_notices
from monitor.moves.gates.notices import turnover_notices, verdict_notices
from monitor.moves.gates.strays import held_key, set_aside, to_hold

Progress = Callable[[str, date], None]


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
    """Bring the derived tables in step with the stored snapshots.

    A snapshot, or a stretch of snapshots of which no gate speaks, is one transaction. One that came
    in late, was replaced or was decided upon takes its source back to the day before it; so does a
    change of the directory, back to the first day on which somebody listed a name that it reads
    otherwise. A source with a damaged snapshot is left as it was; raises SnapshotError where
    nothing of it is derived, or no source is whole.
    """
    if is_made(engine):
        require_tables(engine)
    clear_leftovers(engine)
    engine.run("derived_tables")
    prepare(engine, store, inputs)
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
    update_moves(engine, inputs.reviews, inputs.people.different)
    all_judged = engine.rows("judged_snapshots")
    accepted = {(row[0], row[1]) for row in all_judged if row[4] == Verdict.ACCEPTED}
    return Derivation(
        snapshots=judged,
        notices=(
            *verdict_notices(all_judged),
            *turnover_notices(engine.rows("missing_limits"), accepted),
            *hold_notices(
                row for row in engine.records("held_flows") if row["moved"] >= inputs.least_people
            ),
        ),
        damaged=damaged,
        held=held,
    )


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
    taken_in = {day: taken for (name, day), taken in inputs.known.items() if name == source}
    if not any(verdicts.get(day) is Verdict.SUSPECT for day in taken_in):
        return None
    manifests = store.manifests(source)
    late = to_hold(
        verdicts,
        {day: manifest.origin_sha256 for day, manifest in manifests.items()},
        taken_in,
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
        is_watched = inputs.watched is None or source in inputs.watched
        manifests = store.manifests(source) if is_watched else {}
        aside = _aside(engine, store, source, manifests, inputs)
        removed_on = _removed_on(inputs, source, manifests)
        since = _divergence(engine, source, manifests, inputs, aside, removed_on=removed_on)
        if since is None:
            return ()
        # Bits rot: what is compared is what was written, or is not compared.
        _, last = accepted_days(engine, source, before=since)
        if any(day >= since for day in manifests):
            for day in sorted(day for day in manifests if day >= (last or since)):
                store.require_whole(source, day)
    except SnapshotError as exc:
        # What was derived of it stays. Where that is not whole, alerts would lose their ground.
        if _is_finished(engine, source):
            raise _Damaged(str(exc)) from exc
        raise
    with engine.transaction():
        rewind_source(engine, source, since)
    looks = Looks(
        engine=engine,
        store=store,
        manifests=manifests,
        inputs=inputs,
        aside=aside,
        source=source,
        progress=progress,
    )
    rows = follow(looks, sorted(day for day in manifests if day >= since))
    with engine.transaction():
        if removed_on is not None:
            engine.run("store_removed_source", source=source, day=removed_on)
        engine.run("store_forget_facts", names=[unfinished(source)])
    return tuple(rows)


def _is_finished(engine: Engine, source: str) -> bool:
    """Whether all that the snapshots of a source told, of which some were judged, is derived."""
    is_judged = bool(engine.rows("judged_fingerprints", source=source))
    return is_judged and unfinished(source) not in facts(engine)


def _removed_on(
    inputs: DerivationInputs, source: str, manifests: Mapping[date, Manifest]
) -> date | None:
    """Return the day from which on a source shows nothing: none before its last snapshot."""
    removed_on = inputs.removed.get(source)
    return None if removed_on is None else max((removed_on, *manifests))


def _aside(
    engine: Engine,
    store: Store,
    source: str,
    manifests: Mapping[date, Manifest],
    inputs: DerivationInputs,
) -> dict[date, str]:
    """Say of each snapshot that is set aside, by its day, why."""

    def shared(manifest: Manifest, other: Manifest) -> int:
        days = [each.observed_on for each in (manifest, other)]
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


def _divergence(  # noqa: PLR0913 -- all that a source was followed by
    engine: Engine,
    source: str,
    manifests: Mapping[date, Manifest],
    inputs: DerivationInputs,
    aside: Mapping[date, str],
    *,
    removed_on: date | None,
) -> date | None:
    """The first day on which the stored snapshots, or decisions on them, were judged otherwise."""
    wanted = {
        day: snapshot_fingerprint(manifest, inputs, aside.get(day))
        for day, manifest in manifests.items()
    }
    judged = dict(engine.rows("judged_fingerprints", source=source))
    days = {day for day in wanted.keys() | judged.keys() if wanted.get(day) != judged.get(day)}
    removals = {removed_on, dict(engine.read("removed_sources", REMOVED)).get(source)}
    if len(removals) > 1:
        days |= {day for day in removals if day is not None}
    return min(days, default=None)
