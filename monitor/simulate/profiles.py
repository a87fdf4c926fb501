"""What the profiles of a person show, and on which days: the career, late and with faults."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from zlib import crc32

from monitor.simulate.careers import Job, career
from monitor.simulate.market import Market
from monitor.simulate.wording import name_spellings, person_name

_LAG = (5.48, 0.6)
"""Of the logarithm of the days: the median is 240, of a hundred one is over 970."""
_LONGEST_LAG = 970
_YEAR = 365
APART = 60
"""What a profile shows this many days apart is not told at once."""
_LONG_THERE = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class Wobble:
    """A stretch of days in which a profile shows something that it takes back."""

    day: int
    until: int
    phantom: int | None = None
    """An organisation that the person never went to; without one only dates and titles differ."""

    def on(self, day: int) -> bool:
        """Whether it shows."""
        return self.day <= day < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class UndatedEmployer:
    """An undated employer that a profile shows until its dated career takes the place of it."""

    organization: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedProfile:
    """One profile of a person."""

    id: str
    person: int
    name: str
    url: str
    same_as: str | None = None
    dates: str | None
    """`day`, `month` or `year` as they are written, None where there are none."""
    written: tuple[int, ...]
    """The days on which the person brings it up to date; it is there from the first one on."""
    gone: tuple[tuple[int, int], ...] = ()
    """Stretches of days in which it cannot be seen."""
    rekeyed: int | None = None
    """The day on which its id changes."""
    wobbles: tuple[Wobble, ...] = ()
    stand_in: UndatedEmployer | None = None
    """What it shows before its career."""
    taken_up: int = 0
    """The day from which on the source has it."""
    jobs: tuple[Job, ...]

    def id_on(self, day: int) -> str:
        """Its id on a day."""
        return self.id if self.rekeyed is None or day < self.rekeyed else f"{self.id}-n"

    def written_by(self, day: int) -> int:
        """The last day up to `day` on which it was brought up to date, 0 if there is none."""
        number = bisect_right(self.written, day)
        return self.written[number - 1] if number else 0

    def seen(self, day: int) -> bool:
        """Whether it can be seen."""
        shown = self.taken_up <= day and self.written[0] <= day
        return shown and not any(a <= day < b for a, b in self.gone)


def profiles_of(market: Market, person: int) -> list[SimulatedProfile]:
    """The profiles of a person: one, or now and then two."""
    jobs = career(market, person)
    random = Random(f"{market.options.seed}:profile:{person}")
    identity = f"p{person:07d}"
    first = SimulatedProfile(
        id=identity,
        person=person,
        name=person_name(random),
        url=f"https://profiles.example/{identity}",
        dates=None,
        written=(0,),
        jobs=tuple(jobs),
    )
    first = _seen_through(market, first)
    doubling = Random(f"{market.options.seed}:double:{person}")
    doubled = doubling.random() < market.options.rates["duplicates"]
    return [
        first,
        *([_double(market, first, doubling)] if doubled else ()),
        *_page_doubles(market, first),
    ]


def _page_doubles(market: Market, first: SimulatedProfile) -> Iterator[SimulatedProfile]:
    """The ids that one page has of one person, each with a spelling of the name of its own."""
    if fraction(f"{market.options.seed}:page:{first.id}") < market.options.rates["page_doubles"]:
        for number, name in enumerate(name_spellings(first.name), start=1):
            yield replace(first, id=f"{first.id}-{number}", name=name)


def _double(market: Market, first: SimulatedProfile, random: Random) -> SimulatedProfile:
    """A second profile: it states the first one, or shares its address, or its whole history."""
    second = replace(first, id=f"q{first.person:07d}")
    manner = random.randrange(3)
    if manner == 0:
        return _seen_through(market, replace(second, same_as=first.id))
    if manner == 1:
        return _seen_through(market, second)
    return replace(second, url=f"{first.url}-2", wobbles=(), gone=(), rekeyed=None)


def _seen_through(market: Market, profile: SimulatedProfile) -> SimulatedProfile:
    """The profile with its manner of dates, its lag and its faults."""
    rates = market.options.rates

    def draw(fault: str) -> Random:
        return Random(f"{market.options.seed}:{fault}:{profile.id}")

    dates = _dates(draw("dates").random(), rates)
    if dates in {None, "year"}:
        # Of two employers without dates, or years alone, nobody can tell which follows which.
        kept = tuple(job for job in profile.jobs if job.main or not job.employment)
        profile = replace(profile, jobs=kept)
    updates = _written(market, profile.jobs, draw("update_lag"))
    updates = tuple(sorted({_passed_on(market, day) for day in updates}))
    first, last = market.looks[0].day, market.looks[-1].day
    growing = draw("growing_panel")
    new, taken_up = growing.random() < rates["growing_panel"], growing.randint(first + 1, last)
    since = max(first, updates[0], taken_up if new else 0)
    years = max(0, last - since) / _YEAR
    profile = replace(profile, dates=dates, written=updates, taken_up=taken_up if new else 0)
    profile = replace(profile, stand_in=_stand_in(market, profile, draw("replaced_careers")))
    rekeying, vanishing = draw("rekeyed_ids"), draw("vanishing")
    struck = rekeying.random() < rates["rekeyed_ids"] * years
    away = vanishing.random() < rates["vanishing"] * years
    begins = vanishing.randint(since, max(since, last))
    leaving = draw("gone_for_good")
    left = leaving.random() < rates["gone_for_good"] * years
    end = (leaving.randint(since, max(since, last)), last + 1)
    return replace(
        profile,
        rekeyed=rekeying.randint(since, max(since, last)) if struck else None,
        gone=(
            *([(begins, begins + vanishing.randint(20, 120))] if away else ()),
            *([end] if left else ()),
        ),
        wobbles=tuple(_wobbles(market, profile, years, since)),
    )


def _stand_in(market: Market, profile: SimulatedProfile, random: Random) -> UndatedEmployer | None:
    """What stands in a profile until its career does, of which the last job began long before."""
    rate = market.options.rates["replaced_careers"]
    organization, until = market.draw(random), random.randint(*_span(market))
    struck = random.random() < rate and profile.dates is not None
    present = main_job(profile, profile.written_by(until)) if struck else None
    own = {job.organization for job in profile.jobs} | {market.raid.origin, market.raid.rival}
    if present is None or present.start > until - _LONG_THERE or organization in own:
        return None
    return UndatedEmployer(organization=organization, until=until)


def _span(market: Market) -> tuple[int, int]:
    return market.looks[0].day + 1, market.looks[-1].day


def _dates(drawn: float, rates: Mapping[str, float]) -> str | None:
    for dates, fault in ((None, "missing_dates"), ("year", "year_dates"), ("month", "month_dates")):
        drawn -= rates[fault]
        if drawn < 0:
            return dates
    return "day"


def _written(market: Market, jobs: Sequence[Job], random: Random) -> tuple[int, ...]:
    """The days on which the profile is brought up to date, each some time after a change."""
    days = set()
    late = market.options.rates["update_lag"]
    for job in jobs:
        times = market.pulls.lateness(job.organization)
        for day in (job.start, job.end):
            lag = min(_LONGEST_LAG, int(times * random.lognormvariate(*_LAG)))
            if day is not None:
                days.add(day + 1 + (lag if random.random() < late else 0))
    return tuple(sorted(days))


def _passed_on(market: Market, day: int) -> int:
    """The day on which the source passes on what was written on a day."""
    begins, ends = market.backlog or (day, day)
    return ends if begins < day < ends else day


def _wobbles(
    market: Market, profile: SimulatedProfile, years: float, since: int
) -> Iterator[Wobble]:
    """What is shown for some weeks between two updates and taken back."""
    for fault in ("edits", "corrections"):
        random = Random(f"{market.options.seed}:{fault}:{profile.id}")
        if random.random() >= market.options.rates[fault] * years:
            continue
        day = random.randint(since, max(since, market.looks[-1].day))
        until = day + random.randint(14, 70)
        phantom = market.draw(random)
        # What is told at once with something else, or not taken back while one looks, is no slip
        # that anybody could see as one.
        quiet = not any(day - APART < written <= until + APART for written in profile.written)
        quiet = quiet and until + APART <= market.looks[-1].day
        quiet = quiet and all(_passed_on(market, end) == end for end in (day, until))
        present = main_job(profile, profile.written_by(day))
        quiet = quiet and profile.stand_in is None
        if quiet and present is not None and profile.person not in market.raid_of:
            if fault == "edits":
                yield Wobble(day=day, until=until)
            elif phantom not in {job.organization for job in profile.jobs}:
                yield Wobble(day=day, until=until, phantom=phantom)


def main_job(profile: SimulatedProfile, written: int) -> Job | None:
    """The employment, of those that follow each other, that goes on as the profile was written."""
    going_on = [job for job in as_written(profile.jobs, written) if job.main and job.end is None]
    return going_on[-1] if going_on else None


def as_written(jobs: Sequence[Job], written: int) -> Iterator[Job]:
    """The jobs as a person writes them on a day: what is to come is not known."""
    for job in jobs:
        if job.start <= written:
            yield job if job.end is None or job.end < written else replace(job, end=None)


def fraction(key: str) -> float:
    """A number from 0 to 1 that follows from the key alone."""
    return crc32(key.encode()) / (1 << 32)
