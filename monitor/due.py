"""Which sources are due, what nobody looked at meanwhile, and whether anything changed at all."""

import glob
import hashlib
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from monitor import __version__
from monitor.errors import UsageError
from monitor.records import SPEAKS
from monitor.settings import Settings
from monitor.state import State, Transaction

TRIED = "tried:"
GAP = "gap:"
NEWEST = "newest:"
MARK = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a run has to look at."""

    sources: tuple[str, ...]
    missed: Mapping[str, tuple[date, ...]]
    """By source, the local days whose time passed while nothing ran."""
    upcoming: Mapping[str, datetime]
    """By source that is not due, when it will be."""


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
        schedule, last = source.schedule, tried.get(name)
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
    found: dict[str, list[date]] = {}
    for name in sorted(tx.cursors(GAP)):
        source, _, day = name.removeprefix(GAP).rpartition(":")
        found.setdefault(source, []).append(date.fromisoformat(day))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The newest snapshot of a source, as the last run that compared any left it."""

    observed_on: date
    verdict: str
    good_on: date | None
    """The day of the newest one that speaks."""


def newest_of(judged: Iterable[Sequence[Any]]) -> dict[str, Newest]:
    """Find the newest snapshot of each source, from rows of `judged_rows` in order of days."""
    found: dict[str, Newest] = {}
    for source, day, _, _, verdict, *_ in judged:
        before = found.get(source)
        last = None if before is None else before.good_on
        good = day if verdict in SPEAKS else last
        found[source] = Newest(observed_on=day, verdict=verdict, good_on=good)
    return found


def newest(tx: Transaction) -> dict[str, Newest]:
    """Read the newest snapshot of each source: what a page can show while a run is at work."""
    found = tx.cursors(NEWEST).items()
    return {
        name.removeprefix(NEWEST): msgspec.json.decode(value, type=Newest) for name, value in found
    }


def keep_newest(tx: Transaction, found: Mapping[str, Newest]) -> None:
    """Write down the newest snapshot of each source."""
    for name, one in found.items():
        tx.set_cursor(NEWEST + name, msgspec.json.encode(one).decode())


def fingerprints(
    settings: Settings, state: State, sources: Collection[str], *, on: date
) -> dict[str, str]:
    """These change whenever a cycle over these sources could find something new.

    One is for each source and one for all else, by the name of a small fact. Files are looked at
    and not opened: their sizes, times and inodes tell.
    """
    with state.reading() as tx:
        decided = len(tx.decisions())
    basis = f"{__version__} {on} {decided}"
    found = {MARK: _seen(basis, _words(settings))}
    for name in sources:
        pattern = settings.sources[name].path or ""
        files = glob.iglob(str(settings.root / pattern), recursive=True)  # noqa: PTH207 -- the pattern may be absolute
        found[f"{MARK}:{name}"] = _seen(pattern, map(Path, files))
    return found


def written(settings: Settings) -> str:
    """This changes whenever the configuration, the directory, the people or a rule does."""
    return _seen("", _written(settings))


def _written(settings: Settings) -> Iterator[Path]:
    yield settings.path
    # What was imported lies beside the directory, under a name that begins alike.
    yield from settings.organizations.parent.glob(f"{settings.organizations.stem}*")
    if settings.people is not None:
        yield settings.people
    yield settings.rules
    yield from settings.rules.rglob("*")


def _words(settings: Settings) -> Iterator[Path]:
    yield from _written(settings)
    yield settings.snapshots / "derived.duckdb"
    for name in settings.sources:
        yield settings.snapshots / "store" / name


def _seen(basis: str, paths: Iterable[Path]) -> str:
    seen = hashlib.sha256(basis.encode())
    for path in sorted(paths):
        try:
            status = path.stat()
        except OSError:
            seen.update(os.fsencode(f"{path} is not there"))
        else:
            stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
            seen.update(os.fsencode(f"{path} {stamp}"))
    return seen.hexdigest()
