"""Many looks followed together: one set of statements for all of them, where no gate speaks.

What follows from a look at a profile rests on what the looks before it told of this profile. So
all profiles are followed in turns, each at its own next look, and there are as many turns as the
looks at the profile that changed most often. The gates, which speak of a look as a whole, are asked
in the end. If one of them may speak of a look, all is taken back, and that look is followed alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from monitor.base.engine import Engine
from monitor.base.records import Manifest, SnapshotRow, Verdict
from monitor.base.settings import Quality
from monitor.intake.snapshots.counted_fields import EMPLOYED
from monitor.intake.snapshots.store import Store
from monitor.moves.derivation.buckets import follow_looks
from monitor.moves.derivation.comparison import mark_people, unclear_ids
from monitor.moves.derivation.derived_tables import accepted_days
from monitor.moves.derivation.inputs import DerivationInputs
from monitor.moves.derivation.judging import (
    JudgedLook,
    is_after_erasure,
    judge_and_compare,
    mixed_up,
    record_verdict,
)
from monitor.moves.gates.listings import PASTED_PROFILES
from monitor.moves.gates.lost_fields import may_have_lost
from monitor.moves.gates.quality import (
    COLLECTIVE_PEOPLE,
    COLLECTIVE_SHARE,
    PastComparison,
    Sighted,
    UpdateBurst,
    judge,
    may_be_mixed_up,
)
from monitor.moves.gates.turnover import PastLook
from monitor.moves.gates.weighing import LookCounts, WeighedFlow, days_with_flows_to_judge

FIRST_STRETCH, LONGEST_STRETCH = 2, 64
"""How many looks are followed together at first, twice as many each next time, and at most."""
FIRST_REST = 4
"""How many looks are followed alone after a gate spoke the first time; twice as many the next."""
MOST_CHANGES = 1_000_000
"""How many changed profiles, of all looks that are followed together, are kept at most."""


@dataclass(slots=True)
class Stretches:
    """How many looks to follow together next: what pays depends on how often gates speak."""

    stretch: int = field(default_factory=lambda: FIRST_STRETCH)
    rest: int = field(default_factory=lambda: FIRST_REST)
    alone: int = 0
    """How many looks are still to be followed alone."""

    @property
    def looks(self) -> int:
        """How many looks come next."""
        return 1 if self.alone else min(self.stretch, LONGEST_STRETCH)

    def was_alone(self) -> None:
        """Note that one look was followed alone."""
        self.alone = max(self.alone - 1, 0)

    def was_together(self) -> None:
        """Note that no gate spoke of a stretch."""
        self.stretch = min(2 * self.stretch, LONGEST_STRETCH)
        self.rest = max(self.rest // 2, FIRST_REST)

    def was_wasted(self) -> None:
        """Note that a gate may speak of a stretch, which was taken back."""
        self.stretch = FIRST_STRETCH
        self.alone = self.rest
        self.rest *= 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """The looks of one source that are to be followed, with what they are followed by."""

    engine: Engine
    store: Store
    manifests: Mapping[date, Manifest]
    inputs: DerivationInputs
    aside: Mapping[date, str]
    """Why a look is set aside, by its day."""
    source: str
    progress: Callable[[str, date], None]

    @property
    def limits(self) -> Quality:
        """The gates of the source."""
        return self.inputs.quality.get(self.source, Quality())


class _SpeaksError(Exception):
    """A gate may speak of a look; `before` are the looks of the stretch that come before it."""

    def __init__(self, before: Sequence[date]) -> None:
        super().__init__(before)
        self.before = before


@dataclass(frozen=True, slots=True)
class _Look:
    """One look of a stretch, and what it is held against."""

    before: Manifest
    now: Manifest
    sighted: Sighted


def follow(looks: Looks, days: Sequence[date]) -> list[SnapshotRow]:
    """Judge and compare the looks of these days in order; what comes out is as if each were alone.

    Each look, or each stretch of looks, is one transaction.
    """
    rows: list[SnapshotRow] = []
    pace = Stretches()
    left = [*days]
    while left:
        together, is_wasted = _follow_stretch(looks, left[: pace.looks])
        if is_wasted:
            pace.was_wasted()
        elif together:
            pace.was_together()
        if not together:
            looks.progress(looks.source, left[0])
            with looks.engine.transaction():
                together = [_follow_alone(looks, left[0])]
            pace.was_alone()
        rows += together
        left = left[len(together) :]
    return rows


def _follow_alone(looks: Looks, day: date) -> SnapshotRow:
    return judge_and_compare(
        looks.engine, looks.store, looks.manifests, day, looks.inputs, aside=looks.aside.get(day)
    )


def _follow_stretch(looks: Looks, days: Sequence[date]) -> tuple[list[SnapshotRow], bool]:
    """Follow the first of these looks together, as far as no gate speaks; none if these are few.

    Says as well whether what was done had to be taken back.
    """
    is_wasted = False
    plain = _plain(looks, days)
    while len(plain) >= FIRST_STRETCH:
        try:
            with looks.engine.transaction():
                return _follow_together(looks, plain), is_wasted
        except _SpeaksError as exc:
            plain, is_wasted = exc.before, True
    return [], is_wasted


def _last_accepted(looks: Looks) -> Manifest | None:
    _, before_on = accepted_days(looks.engine, looks.source)
    return None if before_on is None else looks.manifests[before_on]


def _plain(looks: Looks, days: Sequence[date]) -> Sequence[date]:
    """Return the first of these looks as long as nothing but their profiles tells them apart."""
    before = _last_accepted(looks)
    if before is None or len(days) < FIRST_STRETCH:
        return ()
    for number, day in enumerate(days):
        now = looks.manifests[day]
        if not _is_plain(looks, before, now):
            return days[:number]
        before = now
    return days


def _is_plain(looks: Looks, before: Manifest, now: Manifest) -> bool:
    source, day = looks.source, now.observed_on
    return not (
        (source, day) in looks.inputs.decisions
        or day in looks.aside
        or before.content != now.content
        or before.form.keyed_by_name != now.form.keyed_by_name
        or is_after_erasure(before, day)
        or may_have_lost(before, now, looks.limits)
        or looks.store.carried(source, before.observed_on)
        or looks.store.carried(source, day)
        or looks.store.shared_ids(source, day)
        or looks.store.absences(source, day)
    )


def _follow_together(looks: Looks, days: Sequence[date]) -> list[SnapshotRow]:
    """Follow the first of these looks, up to one that is suspect by what changed.

    Raises _SpeaksError where another gate may speak of one of them.
    """
    engine, source = looks.engine, looks.source
    stretch = _read(looks, days)
    if len(stretch) < FIRST_STRETCH:
        return []
    first, last = stretch[0].now.observed_on, stretch[-1].now.observed_on
    past = [
        PastComparison(*row) for row in engine.rows("past_update_bursts", source=source, day=first)
    ]
    placeholders = UpdateBurst.of(looks.limits, PastComparison(), origins=0, past=past).placeholders
    before_on = stretch[0].before.observed_on
    engine.run("store_unlooked", source=source, day=first, before_on=before_on, unseen=[])
    follow_looks(engine, looks.inputs, source, first, placeholders=placeholders)
    judged = _judged(looks, stretch, past, placeholders=placeholders)
    mark_people(engine, source, first, last)
    for look in stretch:
        looks.progress(source, look.now.observed_on)
    return [
        record_verdict(
            engine,
            looks.inputs,
            look.before,
            look.now,
            judgement=judgement,
            burst=burst,
            aside=None,
        )
        for look, (judgement, burst) in zip(stretch, judged, strict=True)
    ]


def _read(looks: Looks, days: Sequence[date]) -> list[_Look]:
    """Read what each look shows otherwise than the one before, up to one that is suspect by it."""
    engine, store, source = looks.engine, looks.store, looks.source
    former = _last_accepted(looks)
    if former is None:
        return []
    before = former
    engine.run("looks_together")
    past = _turnover(looks, days[0])
    stretch: list[_Look] = []
    for day in days:
        now = looks.manifests[day]
        ((missing, changes, may_be_rekeyed),) = engine.rows(
            "look_changes",
            day=day,
            before_on=before.observed_on,
            before=str(store.profiles(source, before.observed_on)),
            after=str(store.profiles(source, day)),
            positions=str(store.positions(source, day)),
        )
        unclear = [(day, key) for key in unclear_ids(engine, store, now)]
        engine.fill("unclear_at_looks", ["day", "organization_key"], unclear)
        sighted = Sighted(
            known=before.profiles,
            missing=missing,
            employed=before.filled.get(EMPLOYED, before.profiles),
            days=(day - before.observed_on).days,
            past=[*past],
        )
        is_odd = may_be_rekeyed or (missing * 2 > before.profiles and now.profiles)
        is_fine = judge(now, sighted, looks.limits, None) == (Verdict.ACCEPTED, ())
        if is_odd or not is_fine or changes > MOST_CHANGES:
            break
        stretch.append(_Look(before, now, sighted))
        past += _past_look(sighted)
        before = now
    if stretch:
        _begin(looks, former, stretch)
    return stretch


def _turnover(looks: Looks, day: date) -> list[PastLook]:
    rows = looks.engine.rows("past_turnover", source=looks.source, day=day)
    return [PastLook(*row) for row in rows]


def _past_look(sighted: Sighted | None) -> list[PastLook]:
    """Return an accepted look as later ones are held against it, if it tells anything."""
    if sighted is None or not sighted.known or not sighted.days:
        return []
    known, missing, rewritten = sighted.known, sighted.missing, sighted.rewritten
    return [PastLook(known, missing, sighted.days, rewritten, sighted.employed)]


def _begin(looks: Looks, former: Manifest, stretch: Sequence[_Look]) -> None:
    """Note which looks are followed, and read what the one before them shows of their profiles."""
    engine, store, source, day = looks.engine, looks.store, looks.source, former.observed_on
    days = [(look.now.observed_on, look.before.observed_on) for look in stretch]
    engine.fill("looks", ["day", "last_on"], days)
    engine.run(
        "former_look",
        source=source,
        day=day,
        profiles=str(store.profiles(source, day)),
        positions=str(store.positions(source, day)),
    )


def _judged(
    looks: Looks, stretch: Sequence[_Look], past: list[PastComparison], *, placeholders: bool
) -> list[tuple[JudgedLook, UpdateBurst]]:
    """Return the verdict on each look; raises _SpeaksError at the first one that may get another.

    `past` are the comparisons before, to which these are added.
    """
    engine, source = looks.engine, looks.source
    counted = {
        counts.day: counts
        for counts in (
            LookCounts(**row)
            for row in engine.records(
                "look_counts",
                source=source,
                fewest=COLLECTIVE_PEOPLE,
                people=COLLECTIVE_PEOPLE,
                share=COLLECTIVE_SHARE,
                fewest_pasted=PASTED_PROFILES,
            )
        )
    }
    flows = [WeighedFlow(**row) for row in engine.records("flows_to_weigh", source=source)]
    began, _ = accepted_days(engine, source)
    told = days_with_flows_to_judge(flows, began)
    judged = []
    turnover = _turnover(looks, stretch[0].now.observed_on)
    days = [look.now.observed_on for look in stretch]
    for number, look in enumerate(stretch):
        counts = counted[days[number]]
        burst = _burst(looks.limits, look, counts, past)
        judgement = _judgement(looks, look, counts, turnover)
        if (
            judgement is None
            or counts.may_speak
            or days[number] in told
            or burst.backlog
            or burst.placeholders != placeholders
        ):
            raise _SpeaksError(days[:number])
        judged.append((judgement, burst))
        turnover += _past_look(judgement.sighted)
        if burst.seen.days > 0:
            past.append(burst.seen)
    return judged


def _burst(
    limits: Quality, look: _Look, counts: LookCounts, past: Sequence[PastComparison]
) -> UpdateBurst:
    seen = PastComparison(
        counts.undated, look.sighted.days, look.now.profiles, counts.filled, backlog=False
    )
    return UpdateBurst.of(limits, seen, origins=counts.origins, past=past)


def _judgement(
    looks: Looks, look: _Look, counts: LookCounts, past: Sequence[PastLook]
) -> JudgedLook | None:
    """Return the verdict if the look is accepted without a word, whoever departed for where."""
    limits, sighted = looks.limits, replace(look.sighted, rewritten=counts.rewritten, past=[*past])
    if may_be_mixed_up(counts.changed, sighted, limits):
        looks.engine.run("changed_at_look", day=counts.day)
        mixed = mixed_up(
            looks.engine, looks.store, look.before, look.now, sighted=sighted, limits=limits
        )
        sighted = replace(sighted, mixed=mixed)
    verdict, reasons = judge(look.now, sighted, limits, None)
    if verdict is not Verdict.ACCEPTED or reasons:
        return None
    return JudgedLook(verdict=verdict, reasons=reasons, sighted=sighted)
