"""Flows that look like a change of organisations rather than of people, from counts alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor.base.settings import Quality
from monitor.identity.organizations.names import (
    fold,
    fold_lightly,
    is_written_otherwise,
    one_letter_apart,
    parts_of,
)
from monitor.moves.gates.quality import (
    COLLECTIVE_BY_MONTH,
    COLLECTIVE_KEPT_SHARE,
    COLLECTIVE_PEOPLE,
    COLLECTIVE_SHARE,
)

WHOLE_PEOPLE = 3
"""How many people may be a whole organisation, if all go to one other and nobody elsewhere."""
SMALL = 2
"""The fewest people who tell that an organisation got another name; one may have left."""
NEW_DAYS = 365
"""A name that nobody had this many days ago may be a new name for an old organisation."""
SEVERAL = 3
"""How many organisations that become one, or small ones renamed in one go, are no chance."""
MANY_RENAMED = 10
"""How many organisations renamed at once mean a source that tidies up: those of one person too."""
CARVED_PEOPLE = 10
"""The fewest people of a part of an organisation that goes elsewhere as it was."""
CARVED_KEPT_SHARE = 0.8
"""The least share of them that keeps title and team: of people who are hired, few do."""
CARVED_TITLES = 3
"""The fewest different titles of those who come into another team and kept their places."""
CARVED_ARRIVALS_SHARE = 0.6
"""The least share that they make up of all who are new at the destination at that look."""
CARVED_GROWTH = 0.25
"""The destination grows by at least this share of the people who were there."""
SLOW_SHARE = 0.8
"""The least share of all who ever came to a name that spreads slowly that came from one name."""
MOST_NAMESAKES = 3
"""A first word that more organisations have ("Bank", "University") is no stem."""
LETTERS_OF_A_STEM = 4
RENAMED_PEOPLE = 3
"""How many people who keep their start under another name tell that the name may have changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The people who go one way, in one manner, in one comparison: `collective_flows.sql`."""

    from_root: str
    to_root: str
    from_name: str
    to_name: str
    ended_on: date | None
    """The day that all ends may state; None if it is in place: the old name gone, no day stated."""
    to_the_day: bool
    """Whether some state just that day, and not its month."""
    relabelled: int
    """How many have a position there, past or present, that got the new name and kept its start."""
    moved: int
    kept: int
    """How many of them have the title and the team there that they had at the origin."""
    titled: int
    """How many have the title that they had, in whatever team."""
    titles: int
    """How many different titles those have."""
    titles_with_earlier: int
    """How many they and those who went before have."""
    earlier: int
    """How many went before, undated in the last year, or with the same day."""
    kept_earlier: int
    """How many of those kept title and team."""
    titled_earlier: int
    """How many of those kept the title."""
    elsewhere: int
    """How many leave the origin at the same look for anywhere else, unknown included."""
    of_people: int
    """How many were at the origin until now."""
    there_before: int
    """How many of the newest snapshot were at the destination before."""
    arrived: int
    """How many are at the destination who were not there before, from wherever they came."""
    namesakes: int
    """How many organisations have a name with the first word of the origin's, itself included."""
    existed_since: date | None
    """The first observation that showed anyone at the destination; None if this one does."""
    examples: Sequence[str]
    held_before: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFlow:
    """A flow that is held, and as what."""

    flow: Flow
    kind: str
    moved: int
    of_people: int
    reason: str

    def row(self) -> dict[str, object]:
        """The columns of `holds`, but for its source and day."""
        flow = self.flow
        return {
            "from_root": flow.from_root,
            "to_root": flow.to_root,
            "from_name": flow.from_name,
            "to_name": flow.to_name,
            "kind": self.kind,
            "ended_on": flow.ended_on,
            "moved": self.moved,
            "of_people": self.of_people,
            "existed": flow.existed_since is not None,
            "examples": list(flow.examples),
            "reason": self.reason,
        }


def held_flows(
    flows: Iterable[Flow], limits: Quality, *, day: date, began: date | None
) -> Iterator[HeldFlow]:
    """Yield the flows of one comparison that are held; `began` is the source's first day.

    What was held before is held anyway, without another notice.
    """
    left = [flow for flow in flows if not flow.held_before]
    held: list[HeldFlow] = []
    if limits.collective:
        for judged in (_whole, _kept, _relabelled, _spread, _slow, _split, _joined, _carved):
            some = list(judged(left, day=day, began=began))
            taken = {id(flow_held.flow) for flow_held in some}
            left = [flow for flow in left if id(flow) not in taken]
            held += some
    if limits.small:
        small = list(
            _small(left, renamed=sum(flow_held.flow.existed_since is None for flow_held in held))
        )
        taken = {id(flow_held.flow) for flow_held in small}
        left = [flow for flow in left if id(flow) not in taken]
        akin_flows = list(_akin(left))
        taken = {id(flow_held.flow) for flow_held in akin_flows}
        misspelt = _misspelt(flow for flow in left if id(flow) not in taken)
        held += (*small, *akin_flows, *misspelt)
    if limits.collective:
        taken = {id(flow_held.flow) for flow_held in held}
        held += _whole_organization(flow for flow in left if id(flow) not in taken)
    yield from held


def _whole(flows: Sequence[Flow], **_: date | None) -> Iterator[HeldFlow]:
    """Most of an organisation, at once."""
    for flow in flows:
        # A team that a rival hires states one month, too: without a day it takes more people.
        told_in_months = flow.ended_on is not None and not flow.to_the_day
        fewest = COLLECTIVE_BY_MONTH if told_in_months else COLLECTIVE_PEOPLE
        if flow.moved >= fewest and flow.moved >= COLLECTIVE_SHARE * flow.of_people:
            yield _held(flow, "collective", "in one comparison")


def _whole_organization(flows: Iterable[Flow]) -> Iterator[HeldFlow]:
    """Most of a small organisation, where nobody leaves it for anywhere else.

    At once, or with one stated day. A rival may hire most of a small team within one month: where
    months alone are stated, nobody may stay.
    """
    for flow in flows:
        dated = flow.ended_on is not None
        earlier = flow.earlier if flow.to_the_day else 0
        total, people = flow.moved + earlier, flow.of_people + earlier
        share = 1 if dated and not flow.to_the_day else COLLECTIVE_SHARE
        # Whoever was never seen at the origin is none of its people.
        if not flow.elsewhere and people >= total >= max(WHOLE_PEOPLE, share * people):
            how = f"all by {flow.ended_on}" if flow.to_the_day else "in one comparison"
            how += ", and nobody left for anywhere else"
            whole = replace(flow, moved=total, of_people=people)
            yield _held(whole, "whole_organization", how, of=flow)


def _kept(flows: Sequence[Flow], **_: date | None) -> Iterator[HeldFlow]:
    """A smaller part, where most are shown as what they were: who is hired seldom is.

    At once, or with ends that may all be one day.
    """
    for flow in flows:
        earlier = flow.earlier if flow.ended_on else 0
        kept = flow.kept + (flow.kept_earlier if flow.ended_on else 0)
        total, people = flow.moved + earlier, flow.of_people + earlier
        enough = kept >= COLLECTIVE_PEOPLE and kept >= COLLECTIVE_KEPT_SHARE * people
        if enough and kept >= COLLECTIVE_SHARE * total:
            how = f"all by {flow.ended_on}" if earlier else "in one comparison"
            how += f", {kept} of them with the title and team that they had"
            yield _held(replace(flow, moved=total, of_people=people), "kept", how, of=flow)


def _relabelled(flows: Sequence[Flow], **_: date | None) -> Iterator[HeldFlow]:
    """Any share of an organisation, where as many show by their dates that it is the name alone."""
    for flow in flows:
        renamed = flow.relabelled
        if flow.ended_on is None and renamed >= COLLECTIVE_PEOPLE and 2 * renamed >= flow.moved:
            how = f"in one comparison, in which {renamed} got that name in the place of the old one"
            yield _held(flow, "relabelled", how)


def _spread(flows: Sequence[Flow], *, day: date, began: date | None) -> Iterator[HeldFlow]:
    """Most of an organisation, little by little: to a new name, or with one stated day."""
    for flow in flows:
        total = flow.moved + flow.earlier
        people = flow.of_people + flow.earlier
        tells = flow.to_the_day if flow.ended_on else is_new(flow.existed_since, day, began)
        if tells and total >= COLLECTIVE_PEOPLE and total >= COLLECTIVE_SHARE * people:
            how = f"all by {flow.ended_on}" if flow.ended_on else "in place, within a year"
            yield _held(replace(flow, moved=total, of_people=people), "spread", how, of=flow)


def _slow(flows: Sequence[Flow], *, day: date, began: date | None) -> Iterator[HeldFlow]:
    """The first people of an organisation that gets another name little by little.

    Next to nobody else ever came to the new name, and what they do goes on: so many titles of
    people who are hired do not.
    """
    for flow in flows:
        total = flow.moved + flow.earlier
        others = flow.arrived - flow.moved + max(0, flow.there_before - flow.earlier)
        if (
            flow.ended_on is None
            and is_new(flow.existed_since, day, began)
            and total >= COLLECTIVE_PEOPLE
            and flow.titled + flow.titled_earlier >= CARVED_KEPT_SHARE * total
            and flow.titles_with_earlier >= CARVED_TITLES
            and total >= SLOW_SHARE * (total + others)
        ):
            how = "in place, within a year, with their titles, where next to nobody else was"
            yield _held(
                replace(flow, moved=total, of_people=flow.of_people + flow.earlier),
                "spread",
                how,
                of=flow,
            )


def _split(flows: Sequence[Flow], **_: date | None) -> Iterator[HeldFlow]:
    """Most of an organisation, to several names of one stem."""
    parts: dict[tuple[str, str], list[Flow]] = defaultdict(list)
    for flow in flows:
        if flow.ended_on is None:
            parts[flow.from_root, _stem(flow.to_name)].append(flow)
    for some in parts.values():
        total, people = sum(flow.moved for flow in some), some[0].of_people
        enough = total >= COLLECTIVE_PEOPLE and total >= COLLECTIVE_SHARE * people
        if len(some) > 1 and enough:
            for flow in some:
                yield _held(flow, "split", f"and {total} to names of one stem, in one comparison")


def _joined(flows: Sequence[Flow], **_: date | None) -> Iterator[HeldFlow]:
    """Most of several organisations, to one name that is new or of their stem."""
    whole: dict[str, list[Flow]] = defaultdict(list)
    for flow in flows:
        if (
            flow.ended_on is None
            and flow.moved >= COLLECTIVE_SHARE * flow.of_people
            and (flow.existed_since is None or akin(flow.from_name, flow.to_name))
        ):
            whole[flow.to_root].append(flow)
    for some in whole.values():
        if len(some) >= SEVERAL and sum(flow.moved for flow in some) >= COLLECTIVE_PEOPLE:
            for flow in some:
                how = f"in one comparison, as did {len(some) - 1} other organisations"
                yield _held(flow, "joined", how)


def _carved(flows: Sequence[Flow], **_: date | None) -> Iterator[HeldFlow]:
    """Hold a unit that goes elsewhere as it was: the destination grows by its people alone.

    It may go at several looks, if many go at each.
    """
    for flow in flows:
        total = flow.moved + flow.earlier
        kept, kept_earlier = flow.kept, flow.kept_earlier
        if flow.titles >= CARVED_TITLES:
            kept, kept_earlier = max(kept, flow.titled), max(kept_earlier, flow.titled_earlier)
        if (
            flow.ended_on is None
            and flow.moved >= COLLECTIVE_PEOPLE
            and total >= CARVED_PEOPLE
            and kept + kept_earlier >= CARVED_KEPT_SHARE * total
            and flow.moved >= CARVED_ARRIVALS_SHARE * flow.arrived
            and total >= CARVED_GROWTH * (flow.there_before - flow.earlier)
        ):
            how = (
                f"in one comparison, {kept} of them with the position that they had:"
                f" of all {flow.arrived} people who are new there"
            )
            yield _held(flow, "carved", how)


def _akin(flows: Iterable[Flow]) -> Iterator[HeldFlow]:
    """Hold what changes in place between two names that may be one organisation's."""
    for flow in flows:
        if flow.ended_on is None and may_be_one(
            flow.from_name, flow.to_name, namesakes=flow.namesakes
        ):
            how = f"in place: {flow.from_name!r} and {flow.to_name!r} may be one organisation"
            yield _held(flow, "akin", how)


def _misspelt(flows: Iterable[Flow]) -> Iterator[HeldFlow]:
    """Hold one wrong letter: of a name that others keep, or put right where nobody else has it."""
    for flow in flows:
        others_keep = flow.there_before == 0 and flow.moved < flow.of_people
        if (
            flow.ended_on is None
            and (others_keep or flow.moved >= flow.of_people)
            and one_letter_apart(flow.from_name, flow.to_name)
        ):
            how = f"in place: {flow.from_name!r} and {flow.to_name!r} differ by one letter"
            yield _held(flow, "misspelt", how)


def _small(flows: Sequence[Flow], *, renamed: int) -> Iterator[HeldFlow]:
    """All of a small organisation, to a name that nobody had; one person only among many such."""
    whole = [
        flow
        for flow in flows
        if flow.ended_on is None and flow.existed_since is None and flow.moved >= flow.of_people
    ]
    several = [flow for flow in whole if flow.moved >= SMALL]
    for flow in whole if renamed + len(several) >= MANY_RENAMED else several:
        yield _held(flow, "small", "in one comparison, where nobody was before")


def _held(flow: Flow, kind: str, how: str, *, of: Flow | None = None) -> HeldFlow:
    reason = (
        f"{flow.moved} of {flow.of_people} people of {flow.from_root} went to {flow.to_root} {how}"
    )
    return HeldFlow(
        flow=of or flow, kind=kind, moved=flow.moved, of_people=flow.of_people, reason=reason
    )


def is_new(since: date | None, day: date, began: date | None) -> bool:
    """Whether a name that somebody had since a day, or nobody yet, may be new: not a first day."""
    if since is None:
        return True
    return began is not None and since > began and since >= day - timedelta(days=NEW_DAYS)


def _stem(name: str) -> str:
    words = name.split()
    return fold_lightly(words[0]) if words else ""


def akin(one: str, other: str) -> bool:
    """Whether two names begin alike: by their first word, or one being the beginning of the other.

    >>> akin("Cockroach", "Cockroach Labs"), akin("TIBCOSoftware", "Tibco"), akin("Meta", "xAI")
    (True, True, False)
    """
    shorter, longer = sorted((fold(one), fold(other)), key=len)
    begins = len(shorter) >= LETTERS_OF_A_STEM and longer.startswith(shorter)
    return begins or _stem(one) == _stem(other)


def may_be_one(one: str, other: str, *, namesakes: int) -> bool:
    """Whether one name contains the other or is it, or both begin with a rare word.

    `namesakes` says how many organisations have a name that begins with that word.

    >>> may_be_one("CollabNet", "CollabNet VersionOne", namesakes=9)
    True
    >>> may_be_one("Tibco", "TIBCOSoftware", namesakes=9), may_be_one("Meta", "Metal", namesakes=1)
    (True, False)
    >>> [may_be_one("Bank of Lund", "Bank of Turin", namesakes=n) for n in (2, 9)]
    [True, False]
    """
    if is_written_otherwise(one, other):
        return True
    shorter, longer = sorted((parts_of(one), parts_of(other)), key=len)
    letters = len("".join(shorter))
    if letters < LETTERS_OF_A_STEM:  # "AI" is a word of many names, and "LG" begins "LG Chem"
        return letters > 1 and longer[: len(shorter)] == shorter
    spans = range(len(longer) - len(shorter) + 1)
    if any(longer[at : at + len(shorter)] == shorter for at in spans):
        return True
    same_first = shorter[0] == longer[0] and len(shorter[0]) >= LETTERS_OF_A_STEM
    return same_first and namesakes <= MOST_NAMESAKES
