"""Which of the observations that can be seen are to be taken: a decision, nothing is read here."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from monitor.base.errors import SourceError
from monitor.base.records import Manifest, Observation

_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b"'\\")
"""Bytes that stand for themselves between $' and '."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done with what was seen; what is stored already is in neither part."""

    take: tuple[Observation, ...]
    """In order of the days observed; at most one for each day."""
    refused: tuple[str, ...]
    """Sentences for the operator, each naming its file and what to do."""


def pending(
    observations: Iterable[Observation | SourceError],
    stored: Mapping[date, Manifest],
    *,
    replace: bool = False,
) -> Plan:
    """Plans what to take: each day once, the same content never twice for one day.

    A day that is stored with other content is refused unless `replace`; of several files for one
    day the first by name stands. The same content on another day is taken: that nothing changed
    is an observation too. Of a history that was rewritten only what is newer than all that is
    stored is taken.
    """
    everything = list(observations)
    refused = [str(error) for error in everything if isinstance(error, SourceError)]
    seen = [observed for observed in everything if isinstance(observed, Observation)]
    chosen: dict[date, Observation] = {}
    if gone := _gone(seen, stored):
        return Plan(take=(), refused=(*refused, *gone))
    if not replace and (rewritten := _rewritten(seen, stored)):
        newest = max(stored)
        refused.append(rewritten)
        seen = [
            observed
            for observed in seen
            if observed.final_on is None or observed.observed_on > newest
        ]
    otherwise, twice = list[Observation](), list[tuple[Observation, Observation]]()
    for observation in sorted(
        seen, key=lambda observed: (observed.observed_on, observed.origin, observed.sha256)
    ):
        first = chosen.get(observation.observed_on)
        manifest = stored.get(observation.observed_on)
        if manifest is not None and manifest.origin_sha256 == observation.sha256:
            continue
        if manifest is not None and not replace:
            otherwise.append(observation)
        elif first is None:
            chosen[observation.observed_on] = observation
        elif first.sha256 != observation.sha256:
            twice.append((observation, first))
    refused += _stored_otherwise(otherwise, stored)
    refused += _claimed_twice(twice)
    return Plan(take=tuple(chosen.values()), refused=tuple(refused))


def final(
    observations: Iterable[Observation | SourceError], *, on: date | None
) -> Iterator[Observation | SourceError]:
    """Pass on what nothing is added to any more on a day; None: whenever that is."""
    for observation in observations:
        if isinstance(observation, SourceError) or not (
            on and observation.final_on and observation.final_on > on
        ):
            yield observation


def quoted(path: str) -> str:
    r"""A path as a shell reads it, whatever bytes are in it.

    >>> print(quoted("a b.csv"), quoted("a\n\udcff.csv"))
    'a b.csv' $'a\x0a\xff.csv'
    """
    if path.isprintable():
        return shlex.quote(path)
    escaped = (
        chr(byte) if byte in _PLAIN else f"\\x{byte:02x}"
        for byte in path.encode("utf-8", "surrogateescape")
    )
    return f"$'{''.join(escaped)}'"


def _rewritten(seen: Iterable[Observation], stored: Mapping[date, Manifest]) -> str | None:
    """Say that a history shows other content for days that were taken from it."""
    changed = [
        observation
        for observation in seen
        if observation.final_on and observation.observed_on in stored
        if stored[observation.observed_on].origin_sha256 != observation.sha256
    ]
    if not changed:
        return None
    first = min(changed, key=lambda observation: observation.observed_on)
    place = quoted(first.place or first.origin)
    return (
        f"{first.origin}: {_named(changed)} had other content when source {first.source} took"
        f" it from {stored[first.observed_on].origin}: the history was rewritten, or `path` or the"
        " mapping was changed. What was taken stays, and only what is newer than it is taken. To"
        f" take the history as it is: talentwatch import {first.source} {place} --replace"
    )


def _stored_otherwise(
    observations: Iterable[Observation], stored: Mapping[date, Manifest]
) -> Iterator[str]:
    """One sentence a file, however many of its days are stored already."""
    for _, of_file in groupby(sorted(observations, key=_file), key=_file):
        days = list(of_file)
        first = days[0]
        place = quoted(first.place or first.origin)
        before = sorted({stored[day.observed_on].origin for day in days})
        yield (
            f"{first.origin}: source {first.source} already has {_named(days)}, taken"
            f" from {_listed(before)} with other content; to put this file in its place: "
            f"talentwatch import {first.source} {place} --replace"
        )


def _claimed_twice(pairs: Iterable[tuple[Observation, Observation]]) -> Iterator[str]:
    def files(pair: tuple[Observation, Observation]) -> tuple[str, str]:
        return _file(pair[0]), _file(pair[1])

    for _, of_files in groupby(sorted(pairs, key=files), key=files):
        some = list(of_files)
        again, first = some[0]
        yield (
            f"{again.origin}: {first.origin} is of {_same(some)}, with other content, and was"
            " taken; one source has one snapshot a day: join the files,"
            " or rename one of them"
        )


def _gone(seen: Sequence[Observation], stored: Mapping[date, Manifest]) -> list[str]:
    """Say which days were taken that the files of people who keep their rows no longer have."""
    since = min((observation.since for observation in seen if observation.since), default=None)
    days = sorted(day for day in stored if since and day < since)
    if not days:
        return []
    text = (
        f"people keep their last row, and the files begin on {since}, though {_counted(days)}"
        f" before that, from {days[0]} on, are taken: who was last seen then would be lost."
        " Put the files of these days back beside the others; nothing is taken until then"
    )
    return [text]


def _file(observation: Observation) -> str:
    return observation.place or observation.origin


def _named(observations: Sequence[Observation]) -> str:
    days = sorted(observation.observed_on for observation in observations)
    if len(days) == 1:
        return f"a snapshot of {days[0]}"
    return f"snapshots of {_counted(days)} from {days[0]} to {days[-1]}"


def _same(pairs: Sequence[tuple[Observation, Observation]]) -> str:
    days = sorted(observation.observed_on for observation, _ in pairs)
    if len(days) == 1:
        return f"the same day, {days[0]}"
    return f"the same {len(days):,} days, {days[0]} to {days[-1]}"


def _counted(days: Sequence[date]) -> str:
    return f"{len(days):,} {'day' if len(days) == 1 else 'days'}"


def _listed(origins: Sequence[str]) -> str:
    return origins[0] if len(origins) == 1 else f"{origins[0]} and {len(origins) - 1:,} more"
