"""One comparison: what the changed profiles state now, and what follows for tenures and moves.

The statements are in `sql/`; this module puts them in order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from monitor.base.engine import Engine
from monitor.base.records import Manifest
from monitor.base.settings import Quality, days_of
from monitor.identity.people.names import may_be_one_person
from monitor.intake.profiles import ONGOING
from monitor.intake.profiles.placeholders import words_for_no_employer
from monitor.intake.profiles.side_roles import side_role_patterns
from monitor.intake.snapshots.store import Store
from monitor.moves.derivation.derived_tables import accepted_days
from monitor.moves.derivation.doubles import mark_doubles
from monitor.moves.derivation.inputs import DerivationInputs
from monitor.moves.derivation.people_moves import UNDONE_WITHIN_DAYS
from monitor.moves.gates.collective import RENAMED_PEOPLE, Flow, held_flows
from monitor.moves.gates.listings import PASTED_PROFILES, JointListing, held_listings
from monitor.moves.gates.quality import (
    COLLECTIVE_PEOPLE,
    CROWDED_DATED,
    CROWDED_UNDATED,
    LAG_DAYS,
    PastComparison,
    UpdateBurst,
)

TWO_NAMES = 0.8
"""The share of what has one organisation's id that bears its two commonest names, old and new."""

Change = TypeVar("Change", Flow, JointListing)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLook:
    """One look at a source, where its rows are, and the accepted look before it."""

    source: str
    day: date
    people: int
    """How many profiles it shows."""
    profiles: str | list[str]
    """The Parquet file of its profiles, or several; so are those of the positions."""
    positions: str | list[str]
    shared: Sequence[str] = ()
    """The ids that several people share on that day."""
    unclear: Sequence[str] = ()
    """The ids of organisations that tell nothing of whose they are."""
    before_on: date | None = None
    """None of the first look at a source."""
    former_profiles: str | list[str]
    """The Parquet file of the profiles on that day before; its own where there is none."""


def shown_look(engine: Engine, store: Store, now: Manifest, before_on: date | None) -> ShownLook:
    """Say where the rows of a snapshot are, and of the one that it is compared with."""
    source, day = now.source, now.observed_on
    return ShownLook(
        source=source,
        day=day,
        people=now.profiles,
        profiles=str(store.profiles(source, day)),
        positions=str(store.positions(source, day)),
        shared=store.shared_ids(source, day),
        unclear=unclear_ids(engine, store, now),
        before_on=before_on,
        former_profiles=str(store.profiles(source, before_on or day)),
    )


def unclear_ids(engine: Engine, store: Store, now: Manifest) -> list[str]:
    """Return the ids of organisations of a snapshot that tell nothing of whose they are."""
    if not now.filled.get("organization_id", 1):
        return []
    rows = engine.rows(
        "unclear_organization_ids",
        positions=str(store.positions(now.source, now.observed_on)),
        share=TWO_NAMES,
        words=list(words_for_no_employer()),
    )
    return [row[0] for row in rows]


def read_statements(engine: Engine, look: ShownLook, inputs: DerivationInputs) -> None:
    """Read what the profiles that changed state now, and what was believed of them."""
    engine.run("listed_positions", positions=look.positions, unclear=list(look.unclear))
    state_positions(engine, inputs, look.source)
    engine.run("shown_profile_names", profiles=look.profiles)
    engine.run("shown_match_keys", source=look.source)


def state_positions(engine: Engine, inputs: DerivationInputs, source: str) -> None:
    """Make of the positions that the changed profiles list the tenures that they state."""
    _resolve(engine, engine.rows("stated_positions", side_roles=side_role_patterns()), inputs)
    engine.run("previous_tenures", source=source)
    _state_tenures(engine, inputs, source)


def follow_changes(
    engine: Engine, look: ShownLook, inputs: DerivationInputs, *, silent: bool
) -> UpdateBurst:
    """Follow what changed since the last accepted snapshot through tenures to moves."""
    source, day, before_on = look.source, look.day, look.before_on
    _follow_tenures(engine, look, inputs, silent=silent)
    find_moves(engine, inputs, source, day)
    _hold(engine, inputs, source, day, baseline=before_on is None)
    burst = _update_burst(engine, inputs.quality.get(source, Quality()), look)
    if burst.backlog:
        engine.run("backdated_moves", lag=LAG_DAYS, day=day)
    engine.run("replaced_profiles")
    engine.run_from("replaced_profiles", "former_names", before=look.former_profiles)
    engine.run_from("replaced_profiles", "reassigned_profiles", source=source)
    engine.run(
        "store_profile_moves",
        source=source,
        day=day,
        baseline=before_on is None,
        silent=silent,
        placeholders=burst.placeholders,
    )
    return burst


def find_moves(engine: Engine, inputs: DerivationInputs, source: str, day: date) -> None:
    """Find the moves that follow from the tenures that changed, by the holds of before a day."""
    when = {"source": source, "day": day}
    limits = inputs.moves
    engine.run_from("holds", "second_tenures", **when)
    engine.run_from("holds", "renamed_tenures", **when)
    engine.run(
        "step_candidates", next_within=days_of(limits.next_within), before=days_of(limits.before)
    )
    _pair(engine)
    real = [[*flow[:2], flow[2].isoformat()] for flow in sorted(inputs.directory.real_flows())]
    engine.run("next_moves", source=source, lag=LAG_DAYS, real=real)
    _pair(engine)
    engine.run("new_move_versions")


def mark_people(engine: Engine, source: str, since: date, day: date) -> None:
    """Give profiles whose moves the looks from `since` to `day` show what tells who they are."""
    engine.run("store_undated_step_keys", source=source, since=since, day=day)
    mark_doubles(engine, source, since, day)


def _follow_tenures(
    engine: Engine, look: ShownLook, inputs: DerivationInputs, *, silent: bool
) -> None:
    """Continue the tenures believed so far by what the profiles state now."""
    source, day, before_on = look.source, look.day, look.before_on
    when = {"source": source, "day": day}
    engine.run("missing_profiles", source=source, before_on=before_on)
    formers, latters = _continued_histories(engine, source)
    names = {"formers": formers, "latters": latters}
    limits = {"source": source, "undone_within": UNDONE_WITHIN_DAYS}
    if engine.rows("rekeyed_profiles", **limits, **names) != [(0,)]:
        engine.run("store_rekeyed_profiles", **when)
        engine.run("previous_tenures", source=source)
        _state_tenures(engine, inputs, source)
    engine.run("store_match_keys", source=source)
    engine.run("store_sightings", source=source)
    pair_tenures(engine, inputs)
    may_hold = before_on is not None and not silent
    if may_hold and _hold_names(engine, inputs, source, day):
        # Where several people show another name, they state again what they do under the former.
        _state_tenures(engine, inputs, source)
        _pair_by_name_and_start(engine, inputs)
    store_believed(engine, inputs, source, day, shared=look.shared)


def _continued_histories(engine: Engine, source: str) -> tuple[list[str], list[str]]:
    """Find new profiles that go on with the history of one that is missing, under another name.

    Returns those that are missing, and the new one of each.
    """
    pairs = [
        (former, latter)
        for former, latter, *names in engine.rows("continuation_candidates", source=source)
        if may_be_one_person(*names)
    ]
    return [former for former, _ in pairs], [latter for _, latter in pairs]


def store_believed(
    engine: Engine, inputs: DerivationInputs, source: str, day: date, *, shared: Sequence[str]
) -> None:
    """Store the tenures that follow from the pairs; `shared` has the ids shared on a day."""
    limits = inputs.moves
    engine.run(
        "next_tenures",
        source=source,
        undone_within=UNDONE_WITHIN_DAYS,
        gap=days_of(limits.tenure_gap),
    )
    engine.run("corrected_departures", before=days_of(limits.before))
    engine.run("store_tenures")
    engine.run(
        "store_crowded_profiles",
        source=source,
        day=day,
        undated=CROWDED_UNDATED,
        dated=CROWDED_DATED,
        shared=list(shared),
    )
    engine.run("store_profile_names", source=source)


def pair_tenures(engine: Engine, inputs: DerivationInputs) -> None:
    """Pair the tenures believed so far with those stated now: by organisation, then by start."""
    _pair_by_name_and_start(engine, inputs)
    engine.run("relabelled_tenures")


def _pair_by_name_and_start(engine: Engine, inputs: DerivationInputs) -> None:
    engine.run(
        "same_tenure_candidates",
        gap=days_of(inputs.moves.tenure_gap),
        undone_within=UNDONE_WITHIN_DAYS,
    )
    _pair(engine)
    engine.run("relabelled_tenure_candidates")
    _pair(engine)


def _hold_names(engine: Engine, inputs: DerivationInputs, source: str, day: date) -> bool:
    """Hold the names that several people show in the place of another; say whether any are new."""
    limits = inputs.quality.get(source, Quality())
    if not limits.collective:
        return False
    names = engine.records_from(
        "relabelled_tenures",
        "renamed_organizations_to_hold",
        source=source,
        day=day,
        people=RENAMED_PEOPLE,
    )
    rows = [
        name
        for name in names
        if not inputs.directory.is_real(name["from_root"], name["to_root"], on=day)
    ]
    if rows:
        engine.fill("holds", list(rows[0]), [tuple(row.values()) for row in rows])
    return bool(rows)


def _hold(
    engine: Engine, inputs: DerivationInputs, source: str, day: date, *, baseline: bool
) -> None:
    """Hold the moves that look like a change of the organisations, and those before with them."""
    when = {"source": source, "day": day}
    gates = inputs.quality.get(source, Quality())
    pasted = engine.records(
        "pasted_histories",
        day=day,
        fewest=PASTED_PROFILES,
        compared=gates.collective and not baseline,
    )
    rows: list[dict[str, object]] = []
    if not baseline:
        began = accepted_days(engine, source)[0]
        flows = _undecided(_flows(engine, source, day), inputs, day)
        rows += [held.row() for held in held_flows(flows, gates, day=day, began=began)]
    if not baseline and gates.collective:
        beside = engine.records("second_employers", fewest=COLLECTIVE_PEOPLE, **when)
        listings = [JointListing(**listing) for listing in (*pasted, *beside)]
        rows += [listing.row() for listing in held_listings(_undecided(listings, inputs, day))]
    if rows:
        columns = ["source", "observed_on", *rows[0]]
        engine.fill("holds", columns, [(source, day, *row.values()) for row in rows])
        engine.run("store_earlier_holds", **when)
    engine.run_from("holds", "moves_by_listing", **when)


def _flows(engine: Engine, source: str, day: date) -> list[Flow]:
    """Find who went one way in a manner that may be a change of the organisations."""
    when = {"source": source, "day": day}
    engine.run("flow_candidates", day=day)
    engine.run_from("flow_candidates", "flow_steps", **when)
    return [Flow(**flow) for flow in engine.records_from("flow_steps", "collective_flows", **when)]


def _undecided(changes: Iterable[Change], inputs: DerivationInputs, day: date) -> list[Change]:
    """Leave out those of which the operator decided that people really move so."""
    return [
        change
        for change in changes
        if not inputs.directory.is_real(change.from_root, change.to_root, on=day)
    ]


def _update_burst(engine: Engine, gates: Quality, look: ShownLook) -> UpdateBurst:
    """Count what was seen at once without a date, held against what is usual for the source."""
    source, day, before_on = look.source, look.day, look.before_on
    if before_on is None:
        return UpdateBurst()
    undated, origins, filled = engine.rows("update_burst", source=source)[0]
    past = [
        PastComparison(*row) for row in engine.rows("past_update_bursts", source=source, day=day)
    ]
    return UpdateBurst.of(
        gates,
        PastComparison(undated, (day - before_on).days, look.people, filled, backlog=False),
        origins=origins,
        past=past,
    )


def _state_tenures(engine: Engine, inputs: DerivationInputs, source: str) -> None:
    engine.run_from("holds", "held_names", source=source)
    engine.run("lost_ends", ongoing=sorted(ONGOING))
    engine.run("stated_tenures", gap=days_of(inputs.moves.tenure_gap))
    engine.run("speaking_profiles")


def _resolve(engine: Engine, names: Sequence[tuple[str, str]], inputs: DerivationInputs) -> None:
    """Look the names not met before up in the directory, and the team spellings after them."""
    resolved = [(*name, inputs.directory.resolve(name[0], name[1] or None)) for name in names]
    engine.fill(
        "names",
        ["organization", "external", "unit", "root", "pseudo"],
        [(name, external, to.unit, to.root, to.pseudo) for name, external, to in resolved],
    )
    engine.fill(
        "teams",
        ["unit", "written", "team"],
        [
            (unit, spelling, inputs.directory.team(unit, spelling))
            for unit, spelling in engine.rows("unknown_team_spellings")
        ],
    )


def _pair(engine: Engine) -> None:
    while engine.has_rows("pair_candidates"):
        engine.run("greedy_matching")
