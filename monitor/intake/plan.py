"""Which of the observations that can be seen are to be taken: a decision, nothing is read here."""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

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
    is an observation too.
    """
    refused: list[str] = []
    seen: list[Observation] = []
    for observation in observations:
        if isinstance(observation, SourceError):
            refused.append(str(observation))
        else:
            seen.append(observation)
    chosen: dict[date, Observation] = {}
    for observation in sorted(seen, key=lambda one: (one.observed_on, one.origin, one.sha256)):
        first = chosen.get(observation.observed_on)
        manifest = stored.get(observation.observed_on)
        if manifest is not None and manifest.origin_sha256 == observation.sha256:
            continue
        if manifest is not None and not replace:
            refused.append(_stored_otherwise(observation, manifest))
        elif first is None:
            chosen[observation.observed_on] = observation
        elif first.sha256 != observation.sha256:
            refused.append(_claimed_twice(observation, first))
    return Plan(take=tuple(chosen.values()), refused=tuple(refused))


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


def _stored_otherwise(observation: Observation, manifest: Manifest) -> str:
    day = observation.observed_on.isoformat()
    place = quoted(observation.place or observation.origin)
    return (
        f"{observation.origin}: source {observation.source} already has a snapshot of {day}, taken "
        f"from {manifest.origin} with other content; to put this file in its place: "
        f"talentwatch import {observation.source} {place} --replace"
    )


def _claimed_twice(observation: Observation, first: Observation) -> str:
    day = observation.observed_on.isoformat()
    return (
        f"{observation.origin}: {first.origin} is of the same day, {day}, with other content, and "
        "was taken; one source has one snapshot a day: join the files, or rename one of them"
    )
