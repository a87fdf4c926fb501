"""Which sources are due, what nobody looked at meanwhile, and whether anything changed at all."""

import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from monitor import __version__
from monitor.base.days.schedule import Schedule
from monitor.base.derived_file import PUBLISHED_FORMAT
from monitor.base.errors import UsageError, printable
from monitor.base.inputs import look
from monitor.base.records import SPEAKS
from monitor.base.settings import GitSource, Settings, SourceSettings, days_of
from monitor.base.settings.parts import bucket_address
from monitor.state import State, Transaction

TRIED = "tried:"
GAP = "gap:"
NEWEST = "newest:"
FINGERPRINT = "fingerprint"
_GAPS = 11
_FEWEST_GAPS = 2
_PATIENCE = 3
"""How many usual gaps, times of a schedule, or days may pass before a source is stale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a run has to look at."""

    sources: tuple[str, ...]
    missed: Mapping[str, tuple[date, ...]]
    """By source, the local days whose time passed while nothing ran."""
    upcoming: Mapping[str, datetime]
    """By source that is not due, when it will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesAsked:
    """What came of asking services, each by its source."""

    failed: Mapping[str, str] = field(default_factory=dict)
    """Why one could not be collected."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """Of whom one that was does not speak, and why."""
    wrong: Mapping[str, str | None] = field(default_factory=dict)
    """What of its watch list is to be mended; None where all of it is right."""


def due(
    settings: Settings,
    tried: Mapping[str, datetime],
    *,
    now: datetime,
    named: Collection[str] = (),
    everything: bool = False,
) -> Due:
    """Decide which sources a run looks at, given when each was looked at last.

    A source without a schedule is due at every run. Raises UsageError for a name of none.
    """
    for name in named:
        if name not in settings.sources:
            there = ", ".join(sorted(settings.sources)) or "none"
            raise UsageError(f"there is no source {name!r} (there are: {there})")
    taken, missed, upcoming = [], {}, {}
    for name, source in settings.sources.items():
        schedule, last = source.due, tried.get(name)
        if schedule is None or everything or name in named:
            taken += [name] if not named or name in named else []
        elif not named and schedule.is_due(last, now):
            taken.append(name)
        elif last is not None:
            upcoming[name] = schedule.after(min(last, now))
        if schedule is not None and name in taken:
            zone = ZoneInfo(schedule.timezone)
            days = {moment.astimezone(zone).date() for moment in schedule.missed(last, now)}
            missed[name] = tuple(sorted(days - {now.astimezone(zone).date()}))
    return Due(
        sources=tuple(taken),
        missed={name: days for name, days in missed.items() if days},
        upcoming=upcoming,
    )


def last_tried(tx: Transaction) -> dict[str, datetime]:
    """Read when each source was looked at last."""
    return {
        name.removeprefix(TRIED): datetime.fromisoformat(moment)
        for name, moment in tx.cursors(TRIED).items()
    }


def gaps(tx: Transaction) -> dict[str, list[date]]:
    """Read the days of each source that were due and brought no snapshot, because nothing ran."""
    days: dict[str, list[date]] = {}
    for name in sorted(tx.cursors(GAP)):
        source, _, day = name.removeprefix(GAP).rpartition(":")
        days.setdefault(source, []).append(date.fromisoformat(day))
    return days


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The newest snapshot of a source, as the last run that compared any left it."""

    observed_on: date
    verdict: str
    good_on: date | None
    """The day of the newest one that speaks."""
    usual_days: int | None = None
    """How many days lie between the last ones that speak, as a rule; None if they are too few."""


def newest_of(judged: Iterable[Sequence[Any]]) -> dict[str, Newest]:
    """Find the newest snapshot of each source, from rows of `judged_rows` in order of days."""
    last: dict[str, tuple[date, str]] = {}
    good: dict[str, list[date]] = {}
    for source, day, _, _, verdict, *_ in judged:
        last[source] = (day, verdict)
        if verdict in SPEAKS:
            good.setdefault(source, []).append(day)
    return {
        source: Newest(
            observed_on=day,
            verdict=verdict,
            good_on=good[source][-1] if source in good else None,
            usual_days=usual_days(good.get(source, ())),
        )
        for source, (day, verdict) in last.items()
    }


def usual_days(good: Sequence[date]) -> int | None:
    """Say how many days lie between the last good snapshots, as a rule; None if they are too few.

    >>> usual_days([date(2025, 1, 1), date(2025, 1, 8), date(2025, 1, 15), date(2025, 3, 1)])
    7
    """
    between = [(after - before).days for before, after in pairwise(good[-_GAPS:])]
    return int(median(between)) if len(between) >= _FEWEST_GAPS else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Until when a new good snapshot of a source was to come, and what lets one expect it."""

    until: date
    why: str


def expected(source: SourceSettings, last: Newest) -> Expectation | None:
    """Say until when the next good snapshot was to come; None where nothing lets one expect it.

    `stale_after` says it. Without it three of the usual gaps may pass, and three times of the
    schedule, whichever takes longer, and three days at least. A source with neither is not watched.
    """
    if source.finished or last.good_on is None:
        return None
    if source.stale_after is not None:
        days = days_of(source.stale_after)
        return Expectation(until=_later(last.good_on, days), why=f"`stale_after` is {days} days")
    delays = []
    if last.usual_days is not None:
        until = _later(last.good_on, max(_PATIENCE * last.usual_days, _PATIENCE))
        why = f"they used to come every {max(last.usual_days, 1)} days"
        delays.append(Expectation(until=until, why=why))
    if source.due is not None:
        until = max(_third_time(source.due, last.good_on), _later(last.good_on, _PATIENCE))
        why = f"its schedule, {source.schedule}, looked for one {_PATIENCE} times since"
        delays.append(Expectation(until=until, why=why))
    return max(delays, key=lambda delay: delay.until, default=None)


def _later(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (date.max - day).days))


def _third_time(schedule: Schedule, day: date) -> date:
    """Return the day of the third time of a schedule after a day."""
    zone = ZoneInfo(schedule.timezone)
    moment = datetime.combine(day, time.max, zone)
    try:
        for _ in range(_PATIENCE):
            moment = schedule.after(moment)
        return moment.astimezone(zone).date()
    except (OverflowError, StopIteration, ValueError):
        return date.max  # at the end of the calendar


def newest(tx: Transaction) -> dict[str, Newest]:
    """Read the newest snapshot of each source: what a page can show while a run is at work."""
    cursors = tx.cursors(NEWEST).items()
    return {
        name.removeprefix(NEWEST): msgspec.json.decode(value, type=Newest)
        for name, value in cursors
    }


def keep_newest(tx: Transaction, newest_of: Mapping[str, Newest]) -> None:
    """Write down the newest snapshot of each source."""
    for name, news in newest_of.items():
        tx.set_cursor(NEWEST + name, msgspec.json.encode(news).decode())


def fingerprints(
    settings: Settings, state: State, sources: Collection[str], *, on: date
) -> dict[str, str]:
    """These change whenever a cycle over these sources could find something new.

    One is for each source and one for all else, by the name of a small fact. Files are looked at
    and not opened: their sizes, times and inodes tell.
    """
    with state.reading() as tx:
        decided = len(tx.decisions())
    basis = f"{__version__} {PUBLISHED_FORMAT} {on} {decided} {_standing(settings)}"
    marks = {FINGERPRINT: _fingerprint(basis, _inputs(settings))}
    for name in sources:
        source = settings.sources[name]
        if isinstance(source, GitSource):
            from monitor.intake.sources.repository import standing  # noqa: PLC0415 -- as above

            marks[f"{FINGERPRINT}:{name}"] = standing(settings.root / source.repository, source)
            continue
        pattern = source.inbox or ""
        listing = look(settings.root, pattern)
        faults = printable(f"{pattern} {listing.missing} {listing.unreadable}")
        marks[f"{FINGERPRINT}:{name}"] = _fingerprint(faults, listing.files)
    return marks


def definitions_fingerprint(settings: Settings) -> str:
    """This changes whenever the configuration, the directory, the people or a rule does."""
    return _fingerprint("", _definition_files(settings))


def _definition_files(settings: Settings) -> Iterator[Path]:
    yield settings.path
    # What was imported lies beside the directory, under a name that begins alike.
    yield from settings.organizations.parent.glob(f"{settings.organizations.stem}*")
    if settings.people is not None:
        yield settings.people
    yield settings.rules
    yield from settings.rules.rglob("*")


def _inputs(settings: Settings) -> Iterator[Path]:
    yield from _definition_files(settings)
    yield settings.snapshots / "derived.duckdb"
    for name in settings.sources:
        yield settings.stored / name


def _standing(settings: Settings) -> str:
    """What a bucket has of each source; nothing where the snapshots are in folders."""
    if bucket_address(settings.snapshots_place) is None:
        return ""
    from monitor.intake.snapshots.storing.opening import bucket_files  # noqa: PLC0415 -- an extra

    files = bucket_files(settings)
    return "" if files is None else " ".join(map(files.standing, sorted(settings.sources)))


def _fingerprint(basis: str, paths: Iterable[Path]) -> str:
    seen = hashlib.sha256(basis.encode())
    for path in sorted(paths):
        try:
            status = path.stat()
        except OSError:
            seen.update(os.fsencode(f"{path} is not there"))
        else:
            stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
            if not os.access(path, os.R_OK):
                seen.update(b"cannot be read")
            seen.update(os.fsencode(f"{path} {stamp}"))
    return seen.hexdigest()
