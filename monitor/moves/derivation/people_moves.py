"""Who is who, and which of their moves count: from what profiles tell to what people did.

Several profiles may be one person: by links that an operator decided, by ids that profiles state,
by an id that was changed at its source, or likely so, by identical dated histories, or one name on
one page or in one undated move at one look. All of it is known from a day on, as the moves are, so
that replay equals live.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.base.engine import Engine
from monitor.identity.people.clusters import clusters_of
from monitor.moves.gates.quality import LAG_DAYS

LIKELY = {
    "history": "identical dated histories",
    "page": "the same name and address",
    "step": "the same name and the same move at one look",
}
"""The kinds of links that are likely only, in words; all others are certain."""
UNDONE_WITHIN_DAYS = 120
"""An undated move that is undone so soon, without a date again, was a slip of the source."""
SAME_MOVE_DAYS = 365
"""So far apart may two profiles of one person state the days of the same move."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveReview:
    """What an analyst said of a move, and the half-open stretch of days in which it holds."""

    move: str
    verdict: str
    reason: str
    known_from: date
    known_until: date | None


def update_moves(engine: Engine, reviews: Sequence[MoveReview]) -> None:
    """Bring the moves in step with what the profiles tell and with what analysts judged.

    Only what changed since the first unsettled day is looked at.
    """
    _renew_reviews(engine, reviews)
    since = engine.rows("first_stale_day")[0][0]
    if since is None:
        return
    with engine.transaction():
        engine.run("store_rewind_people", since=since)
        engine.run("store_edges", since=since)
        while engine.rows("further_reached_keys") != [(0,)]:
            pass
        edges = [Edge(**row) for row in engine.records("reached_edges")]
        if edges:
            _store_clusters(engine, edges, since)
        engine.run(
            "store_moves",
            since=since,
            undone_within=UNDONE_WITHIN_DAYS,
            near=SAME_MOVE_DAYS,
            lag=LAG_DAYS,
        )


def clusters_on(edges: Sequence[Edge], first_seen: Mapping[str, date]) -> dict[str, Membership]:
    """Name the person of each profile that links join with another: the one that was seen first.

    `first_seen` has the profiles; what else the links lead through are ids that they share. Where
    the likely links alone join two profiles, the reason says so.
    """
    groups = _clusters(edges)
    certain = clusters_of([(one.one, one.other) for one in edges if one.kind not in LIKELY])
    kinds: dict[str, set[str]] = defaultdict(set)
    for one in edges:
        if one.kind in LIKELY:
            kinds[one.one].add(one.kind)
    beliefs: dict[str, Membership] = {}
    for members in groups.values():
        profiles = sorted(key for key in members if key in first_seen)
        if len(profiles) > 1:
            person = min(profiles, key=lambda key: (first_seen[key], key))
            for key in profiles:
                others = [
                    one
                    for one in profiles
                    if _certain_cluster(certain, one) != _certain_cluster(certain, key)
                ]
                found = set[str]().union(*(kinds[one] for one in profiles)) if others else set()
                beliefs[key] = (person, _reason(others, found))
    return beliefs


def membership_periods(
    edges: Sequence[Edge],
    first_seen: Mapping[str, date],
    before: Mapping[str, Membership],
    *,
    since: date,
) -> Iterator[MembershipPeriod]:
    """Follow who is who from a day on, given what was believed just before."""
    days = {day for one in edges for day in (one.known_from, one.known_until) if day}
    days |= set(first_seen.values())
    begun: dict[str, tuple[Membership, date | None]] = {
        key: (one, None) for key, one in before.items()
    }
    for day in sorted({max(day, since) for day in days if day >= since or day == date.min}):
        seen = {key: first for key, first in first_seen.items() if first <= day}
        now = clusters_on([one for one in edges if one.holds_on(day)], seen)
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


def _clusters(edges: Sequence[Edge]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for key, first in clusters_of([(one.one, one.other) for one in edges]).items():
        groups[first].append(key)
    return groups


def _certain_cluster(certain: Mapping[str, str], key: str) -> str:
    return certain.get(key, key)


def _reason(others: Sequence[str], kinds: set[str]) -> str | None:
    if not others:
        return None
    shown = ", ".join(others[:MOST_SHOWN])
    more = f" and {len(others) - MOST_SHOWN} more" if len(others) > MOST_SHOWN else ""
    why = " and ".join(LIKELY[kind] for kind in sorted(kinds))
    return f"counted once with {shown}{more}: likely doubles by {why}"


def _store_clusters(engine: Engine, edges: Sequence[Edge], since: date) -> None:
    first_seen = dict(engine.rows("reached_profiles"))
    before = {key: (person, why) for key, person, why in engine.rows("reached_clusters")}
    engine.run("found_clusters")
    engine.fill(
        "found_clusters",
        ["source", "profile", "person", "reason", "starts_on", "ends_on"],
        [
            (*key.split(":", 1), *(belief or (None, None)), starts, ends)
            for key, belief, starts, ends in membership_periods(
                edges, first_seen, before, since=since
            )
        ],
    )
    engine.run("store_clusters")


def _renew_reviews(engine: Engine, reviews: Sequence[MoveReview]) -> None:
    """Replace the analysts' judgements, if they changed, and mark from which day on."""
    rows = {(one.move, one.verdict, one.reason, one.known_from, one.known_until) for one in reviews}
    stored = set(engine.rows("move_reviews"))
    if rows == stored:
        return
    changed = [day for row in rows ^ stored for day in row[3:] if day]
    with engine.transaction():
        engine.run("store_forget_move_reviews", since=min(changed))
        engine.fill(
            "move_reviews",
            ["move", "verdict", "reason", "known_from", "known_until"],
            sorted(rows, key=str),
        )
