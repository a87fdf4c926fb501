"""Which profiles are one person on each day, by the links that were believed then; pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.identity.people.clusters import clusters_of

LIKELY = {
    "history": "identical dated histories",
    "page": "the same name and address",
    "step": "the same name and the same move at one look",
    "double": "one address, names that agree and the same move at one look",
}
"""The kinds of links that are likely only, in words; all others are certain."""
_UNDISPUTED = frozenset({"decided", "erased", "rekeyed"})
MOST_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Two keys of one person, and the half-open stretch of days in which that was believed."""

    one: str
    other: str
    kind: str
    known_from: date
    known_until: date | None

    def holds_on(self, day: date) -> bool:
        """Whether it was believed at the end of a day."""
        return self.known_from <= day and (self.known_until is None or day < self.known_until)


Membership = tuple[str, str | None]
"""The person a profile belongs to, and why that is likely only, if so."""
MembershipPeriod = tuple[str, Membership | None, date, date | None]
"""A profile, what is believed of it (None: no longer what was), and from when until when."""


def clusters_on(
    edges: Sequence[Edge],
    first_seen: Mapping[str, date],
    different: Collection[tuple[str, str]] = (),
) -> dict[str, Membership]:
    """Name the person of each profile that links join with another: the one that was seen first.

    `first_seen` has the profiles; what else the links lead through are ids that they share. Where
    the likely links alone join two profiles, the reason says so. Only decided links and changed ids
    join two profiles that an operator called `different`.
    """
    edges = _without_different(edges, different)
    groups = _clusters(edges)
    certain = clusters_of([(edge.one, edge.other) for edge in edges if edge.kind not in LIKELY])
    kinds: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        if edge.kind in LIKELY:
            kinds[edge.one].add(edge.kind)
    beliefs: dict[str, Membership] = {}
    for members in groups.values():
        profiles = sorted(key for key in members if key in first_seen)
        if len(profiles) > 1:
            person = min(profiles, key=lambda key: (first_seen[key], key))
            likely = set[str]().union(*(kinds[profile] for profile in profiles))
            for key in profiles:
                others = [
                    profile
                    for profile in profiles
                    if _certain_cluster(certain, profile) != _certain_cluster(certain, key)
                ]
                beliefs[key] = (person, _reason(others, likely))
    return beliefs


def certain_persons(
    links: Iterable[tuple[str, str, str]], different: Collection[tuple[str, str]] = ()
) -> dict[str, str]:
    """Name the person of each key that certain links join: the smallest key that they reach.

    A link is two keys and its kind. Only decided links join two that an operator called
    `different`: ids that changed do so where people are counted, and not where they are erased.
    """
    edges = [
        Edge(one=one, other=other, kind=kind, known_from=date.min, known_until=None)
        for one, other, kind in links
        if kind not in LIKELY
    ]
    kept = _without_different(edges, different, undisputed=frozenset({"decided"}))
    return clusters_of([(edge.one, edge.other) for edge in kept])


def membership_periods(
    edges: Sequence[Edge],
    first_seen: Mapping[str, date],
    before: Mapping[str, Membership],
    *,
    since: date,
    different: Collection[tuple[str, str]] = (),
) -> Iterator[MembershipPeriod]:
    """Follow who is who from a day on, given what was believed just before."""
    days = {day for edge in edges for day in (edge.known_from, edge.known_until) if day}
    days |= set(first_seen.values())
    begun: dict[str, tuple[Membership, date | None]] = {
        key: (belief, None) for key, belief in before.items()
    }
    for day in sorted({max(day, since) for day in days if day >= since or day == date.min}):
        seen = {key: first for key, first in first_seen.items() if first <= day}
        now = clusters_on([edge for edge in edges if edge.holds_on(day)], seen, different)
        for key in sorted(begun.keys() | now.keys()):
            belief, started = begun.get(key, (None, None))
            if now.get(key) == belief:
                continue
            if belief is not None:
                yield (key, None, day, day) if started is None else (key, belief, started, day)
                del begun[key]
            if key in now:
                begun[key] = (now[key], day)
    for key, (belief, started) in sorted(begun.items()):
        if started is not None:
            yield key, belief, started, None


def _without_different(
    edges: Sequence[Edge],
    different: Collection[tuple[str, str]],
    *,
    undisputed: Collection[str] = _UNDISPUTED,
) -> Sequence[Edge]:
    """Leave out each link that would make one person of two; certain ones are followed first."""
    keys = {key for edge in edges for key in (edge.one, edge.other)}
    apart = [pair for pair in different if keys.issuperset(pair)]
    if not apart:
        return edges
    kept: list[Edge] = []
    groups: dict[str, set[str]] = {key: {key} for key in keys}

    def certainty(edge: Edge) -> tuple[bool, bool, str, str, str]:
        return edge.kind not in undisputed, edge.kind in LIKELY, edge.kind, edge.one, edge.other

    for edge in sorted(edges, key=certainty):
        one, other = groups[edge.one], groups[edge.other]
        joined = one | other
        if edge.kind not in undisputed and any(
            joined.issuperset(pair) and not one.issuperset(pair) and not other.issuperset(pair)
            for pair in apart
        ):
            continue
        kept.append(edge)
        groups |= dict.fromkeys(joined, joined)
    return kept


def _clusters(edges: Sequence[Edge]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for key, first in clusters_of([(edge.one, edge.other) for edge in edges]).items():
        groups[first].append(key)
    return groups


def _certain_cluster(certain: Mapping[str, str], key: str) -> str:
    return certain.get(key, key)


def _reason(others: Sequence[str], kinds: set[str]) -> str | None:
    if not others:
        return None
    shown = ", ".join(others[:MOST_SHOWN])
    more = f" and {len(others) - MOST_SHOWN} more" if len(others) > MOST_SHOWN else ""
    # Where a page makes one person of all, one name is all that stands there.
    stated = kinds - {"double"} if "page" in kinds else kinds
    why = " and ".join(LIKELY[kind] for kind in sorted(stated))
    return f"counted once with {shown}{more}: likely doubles by {why}"
