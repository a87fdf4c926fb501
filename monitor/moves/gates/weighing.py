"""Which looks the gates may have something to say of, told by numbers that err on one side.

Looks of which they say nothing are followed together. What may be held is at most as large, and
what it is held against at least as large, as the gates would count: all they would hold is told.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.identity.organizations.names import one_letter_apart
from monitor.moves.gates.collective import (
    MANY_RENAMED,
    RENAMED_PEOPLE,
    SEVERAL,
    SMALL,
    WHOLE_PEOPLE,
    is_new,
    may_be_one,
)
from monitor.moves.gates.quality import (
    COLLECTIVE_KEPT_SHARE,
    COLLECTIVE_PEOPLE,
    COLLECTIVE_SHARE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedFlow:
    """The people who may go one way at one look: a row of `flows_to_weigh.sql`."""

    day: date
    from_root: str
    to_root: str
    from_names: Sequence[str]
    to_names: Sequence[str]
    in_place: bool
    people: int
    """How many they are, at the most."""
    earlier: int
    """How many went before, at the most."""
    kept_earlier: int
    """How many of those kept title and team."""
    of_people: int
    """How many were at the origin, at the least."""
    existed_since: date | None

    @property
    def is_of_most(self) -> bool:
        """Whether they may be most of the people of the origin, with those who went before."""
        return self._may_be(COLLECTIVE_SHARE, self.earlier)

    @property
    def may_have_kept(self) -> bool:
        """Whether enough may have kept title and team, with those who did so before."""
        enough = self.people + self.kept_earlier >= COLLECTIVE_PEOPLE
        return enough and self._may_be(COLLECTIVE_KEPT_SHARE, self.kept_earlier)

    def _may_be(self, share: float, earlier: int) -> bool:
        # Who went before counts among the people, too: the share grows with them by the rest only.
        return self.people + (1 - share) * earlier >= share * self.of_people


@dataclass(frozen=True, slots=True, kw_only=True)
class LookCounts:
    """What the gates ask of one look besides its flows: a row of `look_counts.sql`."""

    day: date
    changed: int
    rewritten: int
    undated: int
    origins: int
    filled: int
    relabelled: int
    tells: bool

    @property
    def may_speak(self) -> bool:
        """Whether names, ids or listings may be held by it, or go on as others."""
        return self.tells or self.relabelled >= RENAMED_PEOPLE


def days_with_flows_to_judge(flows: Iterable[WeighedFlow], began: date | None) -> set[date]:
    """Return the looks at which a flow may be held; `began` is the first day of the source."""
    by_day: dict[date, list[WeighedFlow]] = defaultdict(list)
    for flow in flows:
        by_day[flow.day].append(flow)
    return {day for day, some in by_day.items() if _may_be_held(some, began)}


def _may_be_held(flows: Sequence[WeighedFlow], began: date | None) -> bool:
    """Whether one of the flows of a look may be held, by itself or with others."""
    new = [flow for flow in flows if flow.existed_since is None]
    return (
        any(_alone(flow, began) for flow in flows)
        or len(new) >= MANY_RENAMED
        or _together(flows, lambda flow: flow.from_root, fewest=2)
        or _together(flows, lambda flow: flow.to_root, fewest=SEVERAL)
    )


def _alone(flow: WeighedFlow, began: date | None) -> bool:
    total = flow.people + flow.earlier
    return (
        flow.people >= COLLECTIVE_PEOPLE
        or (total >= WHOLE_PEOPLE and flow.is_of_most)
        or flow.may_have_kept
        or (total >= COLLECTIVE_PEOPLE and is_new(flow.existed_since, flow.day, began))
        or (flow.people >= SMALL and flow.existed_since is None and flow.is_of_most)
        or (flow.in_place and _may_be_one_organization(flow))
    )


def _may_be_one_organization(flow: WeighedFlow) -> bool:
    """Whether two names may be one's; how many have the first word is not asked for."""
    return any(
        may_be_one(name, other, namesakes=1) or one_letter_apart(name, other)
        for name in flow.from_names
        for other in flow.to_names
    )


def _together(
    flows: Iterable[WeighedFlow], end: Callable[[WeighedFlow], str], *, fewest: int
) -> bool:
    """Whether several flows from or to one organisation are many people together."""
    parts: dict[str, list[WeighedFlow]] = defaultdict(list)
    for flow in flows:
        parts[end(flow)].append(flow)
    return any(
        len(some) >= fewest and sum(flow.people for flow in some) >= COLLECTIVE_PEOPLE
        for some in parts.values()
    )
