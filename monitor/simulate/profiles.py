"""What the profiles of a person show, and on which days: the career, late and with faults."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from zlib import crc32

import orjson

from monitor.simulate.careers import NOWHERE, Job, career
from monitor.simulate.market import Kind, Look, Market, MarketEvent
from monitor.simulate.wording import person_name, spellings

_LAG = (5.48, 0.6)
"""Of the logarithm of the days: the median is 240, of a hundred one is over 970."""
_LONGEST_LAG = 970
_YEAR = 365
_APART = 60
_DIGITS = {"day": 10, "month": 7, "year": 4}


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
        return self.written[0] <= day and not any(a <= day < b for a, b in self.gone)


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
    if doubling.random() >= market.options.rates["duplicates"]:
        return [first]
    return [first, _double(market, first, doubling)]


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
    written = _written(profile.jobs, draw("update_lag"), rates["update_lag"])
    written = tuple(sorted({_passed_on(market, day) for day in written}))
    first, last = market.looks[0].day, market.looks[-1].day
    since = max(first, written[0])
    years = max(0, last - since) / _YEAR
    profile = replace(profile, dates=dates, written=written)
    rekeying, vanishing = draw("rekeyed_ids"), draw("vanishing")
    struck = rekeying.random() < rates["rekeyed_ids"] * years
    away = vanishing.random() < rates["vanishing"] * years
    begins = vanishing.randint(since, max(since, last))
    return replace(
        profile,
        rekeyed=rekeying.randint(since, max(since, last)) if struck else None,
        gone=((begins, begins + vanishing.randint(20, 120)),) if away else (),
        wobbles=tuple(_wobbles(market, profile, years, since)),
    )


def _dates(drawn: float, rates: Mapping[str, float]) -> str | None:
    for dates, fault in ((None, "missing_dates"), ("year", "year_dates"), ("month", "month_dates")):
        drawn -= rates[fault]
        if drawn < 0:
            return dates
    return "day"


def _written(jobs: Sequence[Job], random: Random, late: float) -> tuple[int, ...]:
    """The days on which the profile is brought up to date, each some time after a change."""
    days = set()
    for job in jobs:
        for day in (job.start, job.end):
            lag = min(_LONGEST_LAG, int(random.lognormvariate(*_LAG)))
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
        quiet = not any(day - _APART < one <= until + _APART for one in profile.written)
        quiet = quiet and until + _APART <= market.looks[-1].day
        quiet = quiet and {_passed_on(market, one) for one in (day, until)} == {day, until}
        present = main_job(profile, profile.written_by(day))
        if quiet and present is not None and profile.person not in market.raid.days:
            if fault == "edits":
                yield Wobble(day=day, until=until)
            elif phantom not in {job.organization for job in profile.jobs}:
                yield Wobble(day=day, until=until, phantom=phantom)


def main_job(profile: SimulatedProfile, written: int) -> Job | None:
    """The employment, of those that follow each other, that goes on as the profile was written."""
    going_on = [job for job in as_written(profile.jobs, written) if job.main and job.end is None]
    return going_on[-1] if going_on else None


def shown(market: Market, profile: SimulatedProfile) -> Iterator[tuple[int, Look, bytes]]:
    """The lines of a profile, each with the number of the snapshot that has it."""
    changes = _changes(market, profile)
    known: tuple[int, bytes] = (-1, b"")
    for number, look in enumerate(market.looks):
        if not profile.seen(look.day) or _missed(look, number, profile.id):
            continue
        changed = bisect_right(changes, look.day)
        if known[0] != changed:
            known = (changed, _line(record(market, profile, look.day)))
        line = known[1]
        if look.fault not in {None, "partial_crawls"}:
            line = _broken(market, record(market, profile, look.day), look)
        yield number, look, line


def _missed(look: Look, number: int, identity: str) -> bool:
    spoilt = look.fault == "partial_crawls"
    return spoilt and _fraction(f"{identity}:{number}") < look.share


def _fraction(key: str) -> float:
    return crc32(key.encode()) / (1 << 32)


def _changes(market: Market, profile: SimulatedProfile) -> list[int]:
    """The days from which on the profile may look otherwise."""
    days = [*profile.written, *(day for one in profile.wobbles for day in (one.day, one.until))]
    days += [day for day in (profile.rekeyed, market.new_ids) if day is not None]
    for organization in {job.organization for job in profile.jobs}:
        event = market.events.get(organization)
        if event is not None:
            days += [event.day, *([event.until] if event.until is not None else ())]
    return sorted(days)


def record(market: Market, profile: SimulatedProfile, day: int) -> dict[str, object]:
    """The profile as it looks on a day, less what is wrong with the snapshot."""
    written = profile.written_by(day)
    wobbles = [one for one in profile.wobbles if one.on(day)]
    jobs = list(as_written(profile.jobs, written))
    if profile.dates is None:
        jobs = [job for job in jobs if job.end is None]
    for one in wobbles:
        jobs = list(_wobbling(jobs, one))
    if profile.dates is None:
        mains = [job for job in jobs if job.main and job.end is None]
        jobs = [job for job in jobs if not job.main or job is mains[-1]]
    split = [part for job in jobs for part in _parts(market, profile, job, written, day)]
    found: dict[str, object] = {
        "id": id_on(market, profile, day),
        "name": profile.name,
        "url": profile.url,
    }
    if profile.same_as:
        found["same_as"] = [profile.same_as]
    found["positions"] = [_position(profile, job, name) for job, name in reversed(split)]
    return found


def as_written(jobs: Sequence[Job], written: int) -> Iterator[Job]:
    """The jobs as a person writes them on a day: what is to come is not known."""
    for job in jobs:
        if job.start <= written:
            yield job if job.end is None or job.end < written else replace(job, end=None)


def id_on(market: Market, profile: SimulatedProfile, day: int) -> str:
    """The id of a profile on a day."""
    identity = profile.id_on(day)
    return identity if market.new_ids is None or day < market.new_ids else _foreign(identity)


def _wobbling(jobs: Sequence[Job], wobble: Wobble) -> Iterator[Job]:
    """The jobs, the present one written otherwise or followed by one that never was."""
    main = next((job for job in reversed(jobs) if job.main and job.end is None), None)
    for job in jobs:
        if job is not main:
            yield job
        elif wobble.phantom is None:
            yield replace(job, title=f"{job.title} II", start=edited_start(job, wobble))
        else:
            ended = max(job.start, wobble.day - 20)
            yield replace(job, end=ended)
            yield replace(job, organization=wobble.phantom, team=None, start=ended + 1, end=None)


def edited_start(job: Job, wobble: Wobble) -> int:
    """The start of a job as it is written while it is written otherwise."""
    moved = job.start + 31
    return moved if moved < wobble.day else job.start


def _parts(
    market: Market, profile: SimulatedProfile, job: Job, written: int, day: int
) -> Iterator[tuple[Job, str]]:
    """The positions that stand for a job on a day, with the names of their organisations."""
    if job.organization == NOWHERE:
        yield job, job.name or ""
        return
    name = market.names[job.organization]
    event = market.events.get(job.organization)
    if event is None or not _applies(event, profile, written, day):
        yield job, _spelled(market, profile, job, written, name)
    elif not event.dated or profile.dates is None or job.start >= event.day:
        yield job, _spelled(market, profile, job, written, event.name)
    elif job.end is not None and job.end <= event.day:
        yield job, _spelled(market, profile, job, written, name)
    else:
        yield replace(job, end=event.day), _spelled(market, profile, job, written, name)
        yield replace(job, start=event.day), _spelled(market, profile, job, written, event.name)


def _applies(event: MarketEvent, profile: SimulatedProfile, written: int, day: int) -> bool:
    if day < event.day or (event.until is not None and day >= event.until):
        return False
    rewritten = _fraction(f"{event.name}:{profile.id}") < event.share
    return rewritten or (event.kind is not Kind.MISLABEL and written >= event.day)


def _spelled(market: Market, profile: SimulatedProfile, job: Job, written: int, name: str) -> str:
    key = f"{market.options.seed}:{profile.id}:{job.organization}:{written}"
    drawn = _fraction(key)
    rate = market.options.rates["spellings"]
    if drawn >= rate:
        return name
    ways = spellings(name)
    return ways[1 + int(drawn / rate * (len(ways) - 1))]


def _position(profile: SimulatedProfile, job: Job, name: str) -> dict[str, object]:
    digits = _DIGITS[profile.dates] if profile.dates else 0
    return {
        "organization": name,
        "team": job.team,
        "title": job.title,
        **({"kind": job.kind} if job.kind else {}),
        "start": written_day(job.start)[:digits] or None,
        "end": (written_day(job.end)[:digits] or None) if job.end is not None else None,
    }


def written_day(day: int) -> str:
    """A day in figures."""
    return date.fromordinal(day).isoformat()


def _broken(market: Market, found: dict[str, object], look: Look) -> bytes:
    """A line of a snapshot that went wrong."""
    identity = str(found["id"])
    drawn = _fraction(f"{identity}:{look.day}")
    jobs = found["positions"] if isinstance(found["positions"], list) else []
    match look.fault:
        case "foreign_ids":
            return _line({**found, "id": _foreign(identity)})
        case "scrambled_employers":
            other = market.names[int(drawn * len(market.names))]
            return _line({**found, "positions": [{"organization": other}]})
        case _ if drawn >= look.share:
            return _line(found)
        case "broken_records":
            return _line(found)[:-20] + b"\n"
        case "emptied_profiles":
            return _line({**found, "positions": []})
        case _:
            bare = [{"organization": one["organization"]} for one in jobs]
            return _line({"id": identity, "positions": bare})


def _foreign(identity: str) -> str:
    return f"urn:{crc32(identity.encode()):08x}:{identity[::-1]}"


def _line(found: dict[str, object]) -> bytes:
    return orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE)
