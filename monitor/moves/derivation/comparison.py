"""One comparison: what the changed profiles state now, and what follows for tenures and moves.

The statements are in `sql/`; this module puts them in order.
"""

from collections.abc import Sequence
from datetime import date

from monitor.base.engine import Engine
from monitor.base.records import Manifest
from monitor.base.settings import Quality
from monitor.intake.profiles import ONGOING
from monitor.intake.snapshots.store import Store
from monitor.moves.derivation.inputs import DerivationInputs
from monitor.moves.derivation.people_moves import UNDONE_WITHIN_DAYS
from monitor.moves.gates.collective import Flow, held_flows
from monitor.moves.gates.quality import (
    CROWDED_DATED,
    CROWDED_UNDATED,
    LAG_DAYS,
    PastComparison,
    UpdateBurst,
)


def read_statements(
    engine: Engine, store: Store, manifest: Manifest, inputs: DerivationInputs
) -> None:
    """Read what the profiles that changed state now, and what was believed of them."""
    source = manifest.source
    positions = str(store.positions(source, manifest.observed_on))
    _resolve(engine, engine.rows("stated_positions", positions=positions), inputs)
    engine.run("previous_tenures", source=source)
    _state_tenures(engine, inputs)
    engine.run(
        "shown_match_keys",
        source=source,
        profiles=str(store.profiles(source, manifest.observed_on)),
    )


def follow_changes(
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
        _state_tenures(engine, inputs)
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


def _state_tenures(engine: Engine, inputs: DerivationInputs) -> None:
    engine.run("lost_ends", ongoing=sorted(ONGOING))
    engine.run("stated_tenures", gap=inputs.moves.tenure_gap_days)


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
