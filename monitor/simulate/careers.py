"""What a person really does: jobs one after the other, and others beside them."""

from dataclasses import dataclass
from random import Random

from monitor.simulate.market import Market
from monitor.simulate.wording import ADVISERS, NOBODY, TEAMS, TITLES

NOWHERE = -1
"""Stands for an organisation where there is none."""
_LONGEST_GAP = 280
_BREAK = (800, 1200)  # so long that however the dates are written nobody takes it for a gap
_SETTLED = 400  # a job beside another begins so long after it
_SIDE_ENDS_BEFORE = 200  # and ends so long before it, or not at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A position; days are counted as `date.toordinal` does, an end is the last day."""

    organization: int
    name: str | None = None
    """What is written where there is no organisation."""
    team: str | None = None
    title: str | None = None
    kind: str | None = None
    start: int
    end: int | None
    main: bool = True
    """Whether it is one of the jobs that follow each other."""
    employment: bool = True


def career(market: Market, person: int) -> list[Job]:
    """The jobs of a person up to the last snapshot, in order of their starts."""
    random = Random(f"{market.options.seed}:career:{person}")
    horizon = market.looks[-1].day
    jobs: list[Job] = []
    day = _beginning(market, random)
    raid = market.raid_of.get(person)
    if raid is not None:
        raided = raid.days[person]
        day = raided - random.randint(500, 1500)
        jobs += _stay(raid.origin, day, raided, random, team=raid.team)
        day = raided + random.randint(1, 5)
        jobs += _stay(raid.rival, day, None, random)
        return _with_others(market, person, jobs)
    at = NOWHERE
    while day < horizon:
        at = market.draw_next(random, at, day)
        until = market.pulls.in_season(day + 90 + int(random.expovariate(1 / 1100)))
        until = market.pulls.laid_off(random, at, day, until)
        jobs += _stay(at, day, until if until < horizon else None, random)
        gap = _gap(random)
        if until + gap < horizon:
            jobs += _nobody(market, until, gap, random)
        day = until + gap
        if random.random() < 0.02:  # noqa: PLR2004 -- one in fifty stops working
            break
    return _with_others(market, person, jobs)


def _beginning(market: Market, random: Random) -> int:
    first, horizon = market.looks[0].day, market.looks[-1].day
    if random.random() < 0.1:  # noqa: PLR2004 -- one in ten begins while one looks
        return random.randint(first, max(first, horizon - 30))
    return first - random.randint(30, 20 * 365)


def _gap(random: Random) -> int:
    """Days from the last day of a job to the first of the next."""
    drawn = random.random()
    if drawn < 0.05:  # noqa: PLR2004 -- of twenty, one begins before the last one ends
        return -random.randint(1, 20)
    if drawn < 0.65:  # noqa: PLR2004 -- most go at once
        return random.randint(1, 14)
    if drawn < 0.97:  # noqa: PLR2004 -- or after a while
        return random.randint(15, _LONGEST_GAP)
    return random.randint(*_BREAK)


def _stay(
    at: int, start: int, end: int | None, random: Random, *, team: str | None = None
) -> list[Job]:
    """The positions of one unbroken time at an organisation."""
    titles = iter(random.sample(TITLES, 3))
    team = team or random.choice(TEAMS)
    positions = []
    while random.random() < 0.25 and (end is None or start + 400 < end):  # noqa: PLR2004 -- promoted
        until = start + random.randint(200, 380)
        positions.append(
            Job(organization=at, team=team, title=next(titles), start=start, end=until)
        )
        start = until + 1
        if len(positions) == 2:  # noqa: PLR2004 -- twice at most
            break
    last = Job(organization=at, team=team, title=next(titles), start=start, end=end)
    return [*positions, last]


def _nobody(market: Market, until: int, gap: int, random: Random) -> list[Job]:
    filled = random.random() < market.options.rates["pseudo_employers"]
    word = random.choice(NOBODY)
    if gap <= 14 or not filled:  # noqa: PLR2004 -- a gap that is none
        return []
    return [Job(organization=NOWHERE, name=word, start=until + 1, end=until + gap - 1)]


def _with_others(market: Market, person: int, jobs: list[Job]) -> list[Job]:
    """Add the jobs held beside them: another employment, or advice."""
    random = Random(f"{market.options.seed}:beside:{person}")
    rates = market.options.rates
    own = {job.organization for job in jobs}
    beside: list[Job] = []
    for job in jobs:
        second, advice = (
            random.random() < rates[fault] for fault in ("concurrent_jobs", "advisers")
        )
        elsewhere = market.draw(random)
        start = job.start + _SETTLED + random.randint(0, 200)
        end = None if job.end is None else job.end - _SIDE_ENDS_BEFORE
        long = end is None or end > start + 100
        if elsewhere in own or job.organization == NOWHERE or not long:
            continue
        own.add(elsewhere)
        if second and job.organization not in (market.raid.origin, market.raid.rival):
            beside.append(Job(organization=elsewhere, start=start, end=end, main=False))
        elif advice:
            kind, title = random.choice(ADVISERS)
            beside.append(
                Job(
                    organization=elsewhere,
                    kind=kind,
                    title=title,
                    start=start,
                    end=end,
                    main=False,
                    employment=False,
                )
            )
    return sorted((*jobs, *beside), key=lambda job: (job.start, job.organization))
