"""What could be known from the profiles, told from the careers and not from the files."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from monitor.simulate.careers import NOWHERE, Job
from monitor.simulate.market import Kind, Market
from monitor.simulate.profiles import SimulatedProfile, as_written, main_job
from monitor.simulate.showing import edited_start

_NEXT_WITHIN = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The first whole snapshot in which a profile showed a move, and the days it states."""

    profile: str
    visible_on: int
    earliest: int
    latest: int
    shown_until: int | None = None
    """The whole snapshot from which on the profile states other days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One person left one organisation and joined the next; either may be nowhere."""

    person: int
    origin: int
    destination: int
    left: int | None
    joined: int | None
    sights: list[Sight] = field(default_factory=list)

    @property
    def key(self) -> tuple[int, int, int | None]:
        """What makes it another move than all others of the person."""
        return self.origin, self.destination, self.left if self.joined is None else self.joined

    @property
    def visible_on(self) -> int:
        """The first snapshot that showed it."""
        return min(sight.visible_on for sight in self.sights)


def visible_moves(market: Market, profiles: Sequence[SimulatedProfile]) -> list[Move]:
    """The moves of a person that the profiles tell of in the end, with when they first did."""
    moves: dict[object, Move] = {}
    for profile in profiles:
        tell = _dated_moves if profile.dates else _undated_moves
        for move in tell(market, profile):
            earlier = moves.setdefault(move.key, move)
            if earlier is not move:
                earlier.sights.extend(move.sights)
    outside = (move for move in moves.values() if not _inside(market, move))
    return sorted(outside, key=lambda move: (move.visible_on, move.origin))


def _inside(market: Market, move: Move) -> bool:
    """Whether both sides had one name by then, because one had been merged into the other."""
    for one, other in ((move.origin, move.destination), (move.destination, move.origin)):
        event = market.events.get(one)
        if event is not None and event.kind is Kind.MERGER and event.target == other:
            joined = move.visible_on if move.joined is None or not event.dated else move.joined
            return joined >= event.day
    return False


def phantoms(market: Market, profile: SimulatedProfile) -> Iterator[tuple[int, int, int]]:
    """Employers that a profile took back: the organisation, the first snapshot, the day."""
    for wobble in profile.wobbles:
        looks = [day for day in _looks(market, profile) if wobble.on(day)]
        if wobble.phantom is not None and looks:
            yield wobble.phantom, looks[0], wobble.until
    stand_in = profile.stand_in
    looks = [day for day in _looks(market, profile) if stand_in and day < stand_in.until]
    if stand_in is not None and looks:
        yield stand_in.organization, looks[0], stand_in.until


def _looks(market: Market, profile: SimulatedProfile) -> Iterator[int]:
    """The days of the whole snapshots that have the profile."""
    for look in market.looks:
        if look.fault is None and profile.seen(look.day):
            yield look.day


def _dated_moves(market: Market, profile: SimulatedProfile) -> Iterator[Move]:
    """What a profile with dates tells: all moves of the career as it was written last."""
    first: dict[object, Sight] = {}
    moves: list[Move] = []
    written = 0
    for day in _looks(market, profile):
        now = profile.written_by(day)
        # What another employer stands in for is not told.
        if now == written or (profile.stand_in is not None and day < profile.stand_in.until):
            continue
        written = now
        moves = list(moves_of(profile.person, list(as_written(profile.jobs, written))))
        for move in moves:
            if move.key not in first:
                joined = move.joined if move.joined is not None else move.left
                first[move.key] = _stated(profile, joined or day, day)
    for move in moves:
        move.sights.extend(_as_edited(market, profile, move, first[move.key]))
        yield move


def _as_edited(
    market: Market, profile: SimulatedProfile, move: Move, sight: Sight
) -> Iterator[Sight]:
    """The sights of a move: more than one where its day was written otherwise for a while."""
    for wobble in profile.wobbles:
        looks = [day for day in _looks(market, profile) if day >= max(wobble.day, sight.visible_on)]
        job = main_job(profile, profile.written_by(wobble.day))
        same = job and (job.organization, job.start) == (move.destination, move.joined)
        if job is None or not same or wobble.phantom is not None or not looks:
            continue
        if wobble.on(looks[0]):
            stated = _stated(profile, edited_start(job, wobble), looks[0])
            back = next((day for day in looks if not wobble.on(day)), None)
            if sight.visible_on < looks[0]:
                yield replace(sight, shown_until=looks[0])
            yield replace(stated, shown_until=back)
            if back is not None:
                yield replace(sight, visible_on=back)
            return
    yield sight


def moves_of(person: int, jobs: Sequence[Job]) -> Iterator[Move]:
    """The moves between the jobs of a career, in order; those held beside others go nowhere."""
    before: Job | None = None
    for job in _tenures(jobs):
        if before is not None and before.end is not None:
            if job.start - before.end <= _NEXT_WITHIN:
                yield _move(person, before, job)
            else:
                yield _move(person, before, None)
                yield _move(person, None, job)
        else:
            yield _move(person, None, job)  # a first job, or one before the last one is left
        before = job
    if before is not None and before.end is not None:
        yield _move(person, before, None)
    for job in jobs:
        if not job.main and job.employment:
            yield _move(person, None, job)
            if job.end is not None:
                yield _move(person, job, None)


def _tenures(jobs: Sequence[Job]) -> list[Job]:
    """One job for each unbroken time at one organisation."""
    tenures: list[Job] = []
    for job in jobs:
        if not job.main or job.organization == NOWHERE:
            continue
        if tenures and tenures[-1].organization == job.organization:
            start = tenures.pop().start
            job = Job(organization=job.organization, start=start, end=job.end)  # noqa: PLW2901
        tenures.append(job)
    return tenures


def _move(person: int, origin: Job | None, destination: Job | None) -> Move:
    return Move(
        person=person,
        origin=NOWHERE if origin is None else origin.organization,
        destination=NOWHERE if destination is None else destination.organization,
        left=None if origin is None else origin.end,
        joined=None if destination is None else destination.start,
    )


def _stated(profile: SimulatedProfile, stated: int, day: int) -> Sight:
    """The days that a date as it is written may mean, none after it was seen."""
    earliest, latest = _meant(stated, profile.dates)
    return Sight(
        profile=profile.id, visible_on=day, earliest=min(earliest, day), latest=min(latest, day)
    )


def _meant(day: int, dates: str | None) -> tuple[int, int]:
    meant = date.fromordinal(day)
    if dates == "year":
        return meant.replace(month=1, day=1).toordinal(), meant.replace(
            month=12, day=31
        ).toordinal()
    if dates == "month":
        return day - meant.day + 1, day - meant.day + monthrange(meant.year, meant.month)[1]
    return day, day


def _undated_moves(market: Market, profile: SimulatedProfile) -> Iterator[Move]:
    """What a profile without dates tells: that another employer stands there than before.

    Where nobody stood before it tells nothing: the employer may have been there all the time.
    """
    stays = _tenures(profile.jobs)
    before: Job | None = None
    heard = 0
    for day in _looks(market, profile):
        job = main_job(profile, profile.written_by(day))
        if job is None:
            continue  # a profile that names no employer says nothing
        had_a_job = before is not None and before.organization != NOWHERE
        if before is not None and had_a_job and job.organization != before.organization:
            to = None if job.organization == NOWHERE else _stay(stays, job)
            move = _move(profile.person, _stay(stays, before), to)
            since = _passed_on_since(market, heard, day)
            sight = Sight(profile=profile.id, visible_on=day, earliest=since + 1, latest=day)
            move.sights.append(sight)
            yield move
        before, heard = job, day


def _stay(stays: Sequence[Job], job: Job) -> Job:
    """The unbroken time at an organisation that a position is part of."""
    same = (stay for stay in stays if stay.organization == job.organization)
    return max((other for other in same if other.start <= job.start), key=lambda other: other.start)


def _passed_on_since(market: Market, heard: int, day: int) -> int:
    """The day up to which a profile that said something on two days was surely as it was first."""
    begins, ends = market.backlog or (heard, heard)
    return begins if begins <= heard < ends <= day else heard


def first_evidence(
    sights: Iterable[tuple[int, Sequence[Sight]]],
    *,
    people: int,
    within: int,
    of: Collection[int] | None = None,
) -> int | None:
    """The first snapshot by which this many people, one of them `of` these, went in `days`.

    `sights` has the person and when each profile showed their move. A person counts on a day if the
    whole of the stated days lies in the window that ends there: (day - within, day].
    """
    evidence = [(sight.visible_on, person, sight) for person, seen in sights for sight in seen]
    for on in sorted({visible for visible, _, _ in evidence}):
        by_then = [
            (person, sight)
            for visible, person, sight in evidence
            if visible <= on and (sight.shown_until is None or on < sight.shown_until)
        ]
        for end in {sight.latest for _, sight in by_then}:
            inside = {
                person
                for person, sight in by_then
                if sight.latest <= end and sight.earliest > end - within
            }
            if len(inside) >= people and (of is None or not inside.isdisjoint(of)):
                return on
    return None
