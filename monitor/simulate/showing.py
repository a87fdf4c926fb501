"""What a profile looks like in each snapshot: its jobs as they are written, and what is added."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from zlib import crc32

import orjson

from monitor.simulate.careers import NOWHERE, Job
from monitor.simulate.market import Kind, Look, Market, MarketEvent
from monitor.simulate.profiles import (
    APART,
    SimulatedProfile,
    Wobble,
    as_written,
    fraction,
    profiles_of,
)
from monitor.simulate.wording import spellings

_DIGITS = {"day": 10, "month": 7, "year": 4}
_PASTED_SHARE = 0.02
_TWO_YEARS = 730


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
        if look.fault in {"shuffled_rows", "backdated_ends"}:
            line = _line(_mixed_up(market, profile, look))
        elif look.fault not in {None, "partial_crawls"}:
            line = _broken(market, record(market, profile, look.day), look)
        yield number, look, line


def _missed(look: Look, number: int, identity: str) -> bool:
    spoilt = look.fault == "partial_crawls"
    return spoilt and fraction(f"{identity}:{number}") < look.share


def _changes(market: Market, profile: SimulatedProfile) -> list[int]:
    """The days from which on the profile may look otherwise."""
    days = [
        *profile.written,
        *(day for wobble in profile.wobbles for day in (wobble.day, wobble.until)),
    ]
    days += [day for day in (profile.rekeyed, market.new_ids) if day is not None]
    days += [employer.day for employer in market.second_employers.values()]
    days += [] if market.pasted is None else [market.pasted.day]
    days += [] if profile.stand_in is None else [profile.stand_in.until]
    for organization in {job.organization for job in profile.jobs}:
        event = market.events.get(organization)
        if event is not None:
            days += [_rewritten_on(event, profile)]
            days += [event.until] if event.until is not None else []
    return sorted(days)


def record(market: Market, profile: SimulatedProfile, day: int) -> dict[str, object]:
    """The profile as it looks on a day, less what is wrong with the snapshot."""
    written = profile.written_by(day)
    wobbles = [wobble for wobble in profile.wobbles if wobble.on(day)]
    jobs = list(as_written(profile.jobs, written))
    if profile.dates is None:
        jobs = [job for job in jobs if job.end is None]
    for wobble in wobbles:
        jobs = list(_wobbling(jobs, wobble))
    if profile.dates is None:
        mains = [job for job in jobs if job.main and job.end is None]
        jobs = [job for job in jobs if not job.main or job is mains[-1]]
    split = [part for job in jobs for part in _parts(market, profile, job, written, day)]
    profile_record: dict[str, object] = {
        "id": id_on(market, profile, day),
        "name": profile.name,
        "url": profile.url,
    }
    if profile.same_as:
        profile_record["same_as"] = [profile.same_as]
    positions = [_position(profile, job, name) for job, name in reversed(split)]
    if profile.stand_in is not None and day < profile.stand_in.until:
        positions = [{"organization": market.names[profile.stand_in.organization]}]
    else:
        positions += _second_employer(market, profile, jobs, day)
        positions += _pasted(market, profile, day)
    return profile_record | {"positions": positions}


def _second_employer(
    market: Market, profile: SimulatedProfile, jobs: Sequence[Job], day: int
) -> Iterator[dict[str, object]]:
    """What the source lists beside the present employer."""
    for job in jobs:
        second = market.second_employers.get(job.organization)
        there = job.main and job.end is None and second is not None and day >= second.day
        if second is not None and there and not _ever_at(profile, second.organization):
            yield {"organization": market.names[second.organization]}


def _pasted(market: Market, profile: SimulatedProfile, day: int) -> Iterator[dict[str, object]]:
    """The stays that the source wrote into a profile which was there on the day."""
    pasted = market.pasted
    if pasted is None or day < pasted.day or profile.dates not in {"day", "month"}:
        return
    wrote_before = profile.written[0] < pasted.day - APART and profile.stand_in is None
    struck = fraction(f"pasted:{profile.id}") < _PASTED_SHARE
    if wrote_before and struck and not _ever_at(profile, *pasted.organizations):
        for number, organization in enumerate(pasted.organizations):
            start, end = pasted.turns[number : number + 2]
            job = Job(organization=organization, title="Analyst", start=start, end=end)
            yield _position(profile, job, market.names[organization])


def _ever_at(profile: SimulatedProfile, *organizations: int) -> bool:
    return any(job.organization in organizations for job in profile.jobs)


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
    if event is None or not _applies(event, profile, written, day) or not _befalls(event, job):
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
    rewritten = fraction(f"{event.name}:{profile.id}") < event.share
    rewritten = rewritten and day >= _rewritten_on(event, profile)
    return rewritten or (event.kind is not Kind.MISLABEL and written >= event.day)


def _befalls(event: MarketEvent, job: Job) -> bool:
    return not event.teams or job.team in event.teams


def _rewritten_on(event: MarketEvent, profile: SimulatedProfile) -> int:
    """The day on which the source rewrites a profile, if it does."""
    return event.day + int(event.spread * fraction(f"{event.name}:{profile.id}:day"))


def _spelled(market: Market, profile: SimulatedProfile, job: Job, written: int, name: str) -> str:
    key = f"{market.options.seed}:{profile.id}:{job.organization}:{written}"
    drawn = fraction(key)
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


def _broken(market: Market, record: dict[str, object], look: Look) -> bytes:
    """A line of a snapshot that went wrong."""
    identity = str(record["id"])
    drawn = fraction(f"{identity}:{look.day}")
    jobs = record["positions"] if isinstance(record["positions"], list) else []
    match look.fault:
        case "foreign_ids":
            return _line({**record, "id": _foreign(identity)})
        case "scrambled_employers":
            other = market.names[int(drawn * len(market.names))]
            return _line({**record, "positions": [{"organization": other}]})
        case _ if drawn >= look.share:
            return _line(record)
        case "broken_records":
            return _line(record)[:-20] + b"\n"
        case "emptied_profiles":
            return _line({**record, "positions": []})
        case _:
            bare = [{"organization": job["organization"]} for job in jobs]
            return _line({"id": identity, "positions": bare})


def _mixed_up(market: Market, profile: SimulatedProfile, look: Look) -> dict[str, object]:
    """A row with the jobs of the next person, as after a sort of a few columns, or old ends."""
    row = record(market, profile, look.day)
    if look.fault == "shuffled_rows":
        after = profiles_of(market, (profile.person + 1) % market.options.profiles)[0]
        return row | {"positions": record(market, after, look.day)["positions"]}
    jobs = row["positions"]
    if not isinstance(jobs, list) or fraction(f"{profile.id}:{look.day}") >= look.share:
        return row
    return row | {"positions": [_backdated(job, look) for job in jobs]}


def _backdated(job: dict[str, object], look: Look) -> dict[str, object]:
    """A present job as it looks with an end of two years ago, or of the day on which it began."""
    if job.get("end") or not job.get("start"):
        return job
    start = str(job["start"])
    return job | {"end": max(start, written_day(look.day - _TWO_YEARS)[: len(start)])}


def _foreign(identity: str) -> str:
    return f"urn:{crc32(identity.encode()):08x}:{identity[::-1]}"


def _line(record: dict[str, object]) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
