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
from monitor.identity.people.links import People
from monitor.intake.snapshots.counted_fields import EMPLOYED
from monitor.intake.snapshots.store import Store
from monitor.moves.derivation.people_moves import UNDONE_WITHIN_DAYS, Judgement, settle
from monitor.moves.gates.collective import Flow, held_flows, hold_notices
from monitor.moves.gates.notices import verdict_notices
from monitor.moves.gates.quality import (
    AGREEING,
    COLLECTIVE_PEOPLE,
    COLLECTIVE_SHARE,
    CROWDED_DATED,
    CROWDED_UNDATED,
    LAG_DAYS,
    Past,
    Sighted,
    Surge,
    judge,
    may_have_lost,
)
from monitor.moves.gates.strays import held_key, set_aside, to_hold
from monitor.state import Snapshots

DERIVATION = "19"
"""Grows when the derivation itself changes its meaning, so that old derived tables are dropped."""

Decisions = Mapping[tuple[str, date], Verdict]
Progress = Callable[[str, date], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What the derivation follows from, besides the snapshots themselves."""

    directory: Directory
    people: People
    moves: MoveSettings
    quality: Mapping[str, Quality]
    decisions: Decisions
    judgements: Sequence[Judgement] = ()
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
    engine: Engine, store: Store, grounds: Grounds, *, progress: Progress = lambda *_: None
) -> Derivation:
    """Bring the derived tables in step with the stored snapshots, in one transaction a snapshot.

    A snapshot that came in late, was replaced or was decided upon takes its source back to the day
    before it; a change of the grounds takes everything back. A source with a damaged snapshot is
    left as it was; raises SnapshotError where nothing of it is derived, or no source is whole.
    """
    if _is_made(engine):
        _require_tables(engine)
    engine.run("schema")
    _prepare(engine, grounds)
    judged: dict[str, tuple[SnapshotRow, ...]] = {}
    damaged: dict[str, str] = {}
    held: frozenset[str] = frozenset()
    # A source whose snapshots are gone for good is taken back as any other change is.
    sources = sorted({*store.sources(), *(row[0] for row in engine.rows("judged_rows"))})
    for source in sources:
        try:
            rows, of_source = _follow_source(engine, store, source, grounds, progress)
        except _Damaged as exc:
            damaged[source] = str(exc)
            continue
        held |= of_source
        if rows:
            judged[source] = rows
    if damaged and damaged.keys() == {*sources}:
        raise SnapshotError("; ".join(damaged.values()))
    settle(engine, grounds.judgements)
    return Derivation(
        snapshots=judged,
        notices=(
            *verdict_notices(engine.rows("judged_rows")),
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
    found = engine.rows("grounds") if engine.rows("is_derived") == [(True,)] else []
    return str(found[0][0]) if found else ""


def _is_made(engine: Engine) -> bool:
    """Whether this program made the derived tables, as it makes them now."""
    return _grounds(engine).startswith(f"{DERIVATION}:")


def _require_tables(engine: Engine) -> None:
    """Raises CacheDamaged where a table is gone: an empty one in its place would be believed."""
    with Engine() as whole:
        whole.run("schema")
        missing = {*whole.rows("inventory")} - {*engine.rows("inventory")}
    if missing:
        raise engine.damaged(f"{min(missing)[0]} is not the table that it was")


class _Damaged(SnapshotError):
    """What would be compared is not what was written, and nothing was changed yet."""


def _follow_source(
    engine: Engine, store: Store, source: str, grounds: Grounds, progress: Progress
) -> tuple[tuple[SnapshotRow, ...], frozenset[str]]:
    """Judge a source; hold each late snapshot that turns one suspect which the ledger rests on."""
    rows = {row.observed_on: row for row in _follow_from(engine, store, source, grounds, progress)}
    held: frozenset[str] = frozenset()
    while (late := _to_hold(engine, store, source, grounds)) is not None:
        held |= {late}
        grounds = replace(grounds, held=grounds.held | held)
        again = _follow_from(engine, store, source, grounds, progress)
        rows |= {row.observed_on: row for row in again}
    return tuple(row for _, row in sorted(rows.items())), held


def _to_hold(engine: Engine, store: Store, source: str, grounds: Grounds) -> str | None:
    judged = [row for row in engine.rows("judged_rows") if row[0] == source]
    verdicts = {row[1]: Verdict(row[4]) for row in judged}
    known = {day: taken for (name, day), taken in grounds.known.items() if name == source}
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
            if held_key(manifest) in grounds.held or (source, day) in grounds.decisions
        ],
    )
    return None if late is None else held_key(manifests[late])


def _follow_from(
    engine: Engine, store: Store, source: str, grounds: Grounds, progress: Progress
) -> tuple[SnapshotRow, ...]:
    """Judge the snapshots of a source from the first day on that was judged otherwise, or never."""
    try:
        manifests = store.manifests(source)
        aside = _aside(engine, store, source, manifests, grounds)
        since = _divergence(engine, source, manifests, grounds, aside)
        if since is None:
            return ()
        # Bits rot: what is compared is what was written, or is not compared.
        last = engine.rows("accepted_before", source=source, day=since)[0][0]
        for day in sorted(day for day in manifests if day >= (last or since)):
            store.require_whole(source, day)
    except SnapshotError as exc:
        # What was derived of it stays. Where that is not whole, alerts would lose their ground.
        if engine.rows("stands", source=source) == [(True,)]:
            raise _Damaged(str(exc)) from exc
        raise
    with engine.transaction():
        engine.run("rewind", source=source, day=since)
    rows = []
    for day in sorted(day for day in manifests if day >= since):
        progress(source, day)
        with engine.transaction():
            rows.append(_take(engine, store, manifests, day, grounds, aside=aside.get(day)))
    engine.run("followed", source=source)
    return tuple(rows)


def _prepare(engine: Engine, grounds: Grounds) -> None:
    """Drop the derived tables if their grounds changed."""
    if engine.rows("grounds") == [(grounds.fingerprint,)]:
        return
    with engine.transaction():
        engine.run("forget_derived")
        engine.run("schema")
        engine.run("views")
        engine.fill("facts", ["name", "value"], [("grounds", grounds.fingerprint)])
        engine.fill("roots", ["unit", "root", "starts", "ends"], grounds.directory.dated_roots())
        engine.fill(
            "links",
            ["one", "other", "kind", "mark", "known_from"],
            [(one, other, "decided", "", date.min) for one, other in grounds.people.pairs],
        )
        engine.fill("facts", ["name", "value"], [("unsettled", date.min.isoformat())])


def _aside(
    engine: Engine,
    store: Store,
    source: str,
    manifests: Mapping[date, Manifest],
    grounds: Grounds,
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
        {day: grounds.decisions.get((source, day)) for day in manifests},
        shared,
        held=grounds.held,
        limits=grounds.quality.get(source, Quality()),
    )


def _divergence(
    engine: Engine,
    source: str,
    manifests: Mapping[date, Manifest],
    grounds: Grounds,
    aside: Mapping[date, str],
) -> date | None:
    """The first day on which the stored snapshots, or decisions on them, were judged otherwise."""
    wanted = {
        day: _fingerprint(manifest, grounds, aside.get(day)) for day, manifest in manifests.items()
    }
    judged = dict(engine.rows("judged_fingerprints", source=source))
    return min(
        (day for day in wanted.keys() | judged.keys() if wanted.get(day) != judged.get(day)),
        default=None,
    )


def _fingerprint(manifest: Manifest, grounds: Grounds, aside: str | None) -> str:
    decision = grounds.decisions.get((manifest.source, manifest.observed_on), "")
    limits = grounds.quality.get(manifest.source, Quality())
    return f"{manifest.fingerprint}:{decision}:{limits}{f':{aside}' if aside else ''}"


def _take(  # noqa: PLR0913 -- all that a verdict follows from
    engine: Engine,
    store: Store,
    manifests: Mapping[date, Manifest],
    day: date,
    grounds: Grounds,
    *,
    aside: str | None,
) -> SnapshotRow:
    """Judge the snapshot of one day and, if it may speak, compare it with the last one that did."""
    manifest = manifests[day]
    source = manifest.source
    limits = grounds.quality.get(source, Quality())
    decision = grounds.decisions.get((source, day))
    before_on = engine.rows("last_accepted", source=source)[0][0]
    before = None if before_on is None else manifests[before_on]
    sighted = _sight(engine, store, before, manifest, limits)
    verdict, reasons = judge(manifest, sighted, limits, decision)
    if verdict in SPEAKS:
        _read(engine, store, manifest, grounds)
        if before and sighted:
            found = engine.rows("rewritten", people=COLLECTIVE_PEOPLE, share=COLLECTIVE_SHARE)
            sighted = replace(sighted, rewritten=found[0][0])
            verdict, reasons = judge(manifest, sighted, limits, decision)
    agreeing, surge = 0, Surge()
    if aside is not None and decision is None:
        verdict, reasons = Verdict.SUSPECT, (aside, *reasons)
    elif verdict is Verdict.SUSPECT:
        agreeing = _agreeing(engine, store, manifests, day, limits)
        if agreeing >= AGREEING:
            verdict = Verdict.BASELINE
            reasons = (f"{agreeing} snapshots in a row agree: a new baseline", *reasons)
            _sight(engine, store, before, manifest, limits)
            _read(engine, store, manifest, grounds)
    if verdict in SPEAKS:
        surge = _follow(engine, manifest, before_on, grounds, silent=agreeing > 0)
    row = SnapshotRow(
        source=source,
        observed_on=day,
        profiles=manifest.profiles,
        rejected=manifest.rejected,
        verdict=verdict,
        reasons=reasons,
    )
    engine.run(
        "record_verdict",
        source=source,
        day=day,
        fingerprint=_fingerprint(manifest, grounds, aside),
        profiles=manifest.profiles,
        rejected=manifest.rejected,
        verdict=str(verdict),
        reasons=list(reasons),
        agreeing=agreeing,
        filled=surge.seen.filled,
        undated=surge.seen.undated,
        days=surge.seen.days,
        backlog=surge.backlog,
    )
    return row


def _sight(
    engine: Engine, store: Store, before: Manifest | None, now: Manifest, limits: Quality
) -> Sighted | None:
    """Find the profiles that changed since another snapshot, and count what the gates ask for."""
    source, day = now.source, now.observed_on
    after = str(store.profiles(source, day))
    if before is None:
        engine.run("first_sight", after=after)
        return None
    before_on = before.observed_on
    engine.run(
        "changes",
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
            "fields",
            before=str(store.profiles(source, before_on)),
            after=after,
            before_positions=str(store.positions(source, before_on)),
            after_positions=str(store.positions(source, day)),
        )
        fields = {name: (was, is_now) for name, was, is_now in found}
    had, have = fields.pop("employed", (0, 0))
    return Sighted(
        known=before.profiles,
        missing=engine.rows("missing")[0][0],
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
    for last, agreeing in engine.rows("last_suspect", source=manifests[day].source):
        sighted = _sight(engine, store, manifests[last], manifests[day], limits)
        if judge(manifests[day], sighted, limits, None)[0] in SPEAKS:
            return int(agreeing) + 1
    return 1


def _read(engine: Engine, store: Store, manifest: Manifest, grounds: Grounds) -> None:
    """Read what the profiles that changed state now, and what was believed of them."""
    source = manifest.source
    positions = str(store.positions(source, manifest.observed_on))
    _resolve(engine, engine.rows("written", positions=positions), grounds)
    engine.run("prior", source=source)
    engine.run("observed", gap=grounds.moves.tenure_gap_days)
    engine.run("marks", source=source, profiles=str(store.profiles(source, manifest.observed_on)))


def _follow(
    engine: Engine, manifest: Manifest, before_on: date | None, grounds: Grounds, *, silent: bool
) -> Surge:
    """Follow what changed since the last accepted snapshot through tenures to moves."""
    source, day = manifest.source, manifest.observed_on
    when = {"source": source, "day": day}
    limits = grounds.moves
    if engine.rows("rekeyed", source=source) != [(0,)]:
        engine.run("carry_over", before_on=before_on, **when)
        engine.run("prior", source=source)
        engine.run("observed", gap=limits.tenure_gap_days)
    engine.run("store_marks", **when)
    engine.run("sightings", before_on=before_on, **when)
    engine.run("same_tenures", gap=limits.tenure_gap_days, **when)
    _pair(engine)
    engine.run("relabelled")
    _pair(engine)
    engine.run("next_tenures", undone_within=UNDONE_WITHIN_DAYS, gap=limits.tenure_gap_days, **when)
    engine.run("store_tenures", **when)
    engine.run("crowds", undated=CROWDED_UNDATED, dated=CROWDED_DATED, **when)
    engine.run("store_wearers", **when)
    engine.run("next_steps", next_within=limits.next_within_days, before=limits.before_days)
    _pair(engine)
    engine.run("next_moves", lag=LAG_DAYS, **when)
    _pair(engine)
    engine.run("new_moves", **when)
    if before_on is not None:
        _hold(engine, grounds, source, day)
    surge = _surge(engine, grounds.quality.get(source, Quality()), manifest, before_on)
    if surge.backlog:
        engine.run("open_left", lag=LAG_DAYS, day=day)
    engine.run(
        "store_moves",
        baseline=before_on is None,
        silent=silent,
        placeholders=surge.placeholders,
        **when,
    )
    engine.run("shared_steps", **when)
    return surge


def _hold(engine: Engine, grounds: Grounds, source: str, day: date) -> None:
    """Hold the moves that look like a change of the organisations, and those before with them."""
    began = engine.rows("began", source=source)[0][0]
    found = engine.records("collective_flows", source=source, day=day)
    flows = [
        Flow(**flow)
        for flow in found
        if not grounds.directory.is_real(flow["from_root"], flow["to_root"], on=day)
    ]
    gates = grounds.quality.get(source, Quality())
    held = list(held_flows(flows, gates, day=day, began=began))
    if not held:
        return
    rows = [one.row() for one in held]
    columns = ["source", "observed_on", *rows[0]]
    engine.fill("holds", columns, [(source, day, *row.values()) for row in rows])
    engine.run("hold_earlier", source=source, day=day)


def _surge(engine: Engine, gates: Quality, manifest: Manifest, before_on: date | None) -> Surge:
    """Count what was seen at once without a date, held against what is usual for the source."""
    source, day = manifest.source, manifest.observed_on
    if before_on is None:
        return Surge()
    undated, origins, filled = engine.rows("surge", source=source)[0]
    past = [Past(*row) for row in engine.rows("past_surges", source=source, day=day)]
    return Surge.of(
        gates,
        Past(undated, (day - before_on).days, manifest.profiles, filled, backlog=False),
        origins=origins,
        past=past,
    )


def _resolve(engine: Engine, names: Sequence[tuple[str, str]], grounds: Grounds) -> None:
    """Look the names not met before up in the directory, and the team spellings after them."""
    found = [(*name, grounds.directory.resolve(name[0], name[1] or None)) for name in names]
    engine.fill(
        "names",
        ["organization", "external", "unit", "root", "pseudo"],
        [(name, external, to.unit, to.root, to.pseudo) for name, external, to in found],
    )
    engine.fill(
        "teams",
        ["unit", "written", "team"],
        [
            (unit, written, grounds.directory.team(unit, written))
            for unit, written in engine.rows("unmet_teams")
        ],
    )


def _pair(engine: Engine) -> None:
    while engine.rows("unpaired") != [(0,)]:
        engine.run("greedy")
