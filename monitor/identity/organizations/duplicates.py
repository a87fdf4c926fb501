"""Which organisations may be one: likely twins with a score and the reasons, never merged silently.

Names are compared within blocks of those that share a word, a beginning or initials, so the cost
grows with the names and not with their square.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from types import MappingProxyType

from monitor.identity.organizations.names import domain_of, fold, fold_lightly

MOST_NAMES = 50_000
"""Only this many organisations, those with the most people, are compared by name."""
BLOCK = 40
"""A word that more names share than this tells nothing, and blocks no pairs."""
SIMILAR = 85.0
"""Names that are less alike than this, of 100, are not alike."""
BEGINNING = 5
SHORTEST_INITIALS = 3
HELD = 0.7
"""The least score of two between which moves are held."""
_ENDINGS = ("com", "net", "org", "io", "ai", "co", "de", "fr", "uk", "eu", "app", "dev")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """An organisation as profiles write it."""

    unit: str
    name: str
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicatePair:
    """Two organisations that may be one, the one with more people first."""

    one: Unit
    other: Unit
    score: float
    """Between 0 and 1: how sure the reasons make it, taken as independent of each other."""
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One organisation that was shown in the place of another."""

    one: str
    other: str
    one_name: str
    other_name: str
    people: int
    of_people: int
    since: date
    held: bool
    """Whether they are moves that count in no rule until somebody decides; else names of a stay."""


Clue = tuple[float, str]


def find_duplicates(  # noqa: PLR0913 -- each kind of clue
    units: Sequence[Unit],
    *,
    flows: Iterable[tuple[str, str, int, int]] = (),
    shared: Iterable[tuple[str, Sequence[str]]] = (),
    domains: Mapping[str, Iterable[str]] = MappingProxyType({}),
    changes: Iterable[Change] = (),
    least: float = 0.5,
) -> list[DuplicatePair]:
    """Find likely twins among organisations, best first.

    `flows` has (one, other, people there, people back), `shared` an external id and who has it,
    `domains` the web domains of each, `changes` those of which one took the place of
    the other, all of them among the units.
    """
    by_unit = {unit.unit: unit for unit in units}
    clues_of: dict[tuple[str, str], list[Clue]] = defaultdict(list)
    for pair, clue in _by_name(units[:MOST_NAMES]):
        clues_of[pair].append(clue)
    for pair, clue in _by_flows(by_unit, flows):
        clues_of[pair].append(clue)
    for external, having in shared:
        for one, other in combinations([unit for unit in having if unit in by_unit], 2):
            clues_of[_pair(one, other)].append((0.9, f"both are written with {external}"))
    for domain, having in _sharing(units, domains):
        for one, other in combinations(having, 2):
            clues_of[_pair(one, other)].append((0.75, f"both have the web domain {domain}"))
    for change in changes:
        clues_of[_pair(change.one, change.other)].append(_in_its_place(change))
    ranked = [
        _scored(by_unit[one], by_unit[other], clues) for (one, other), clues in clues_of.items()
    ]
    return sorted(
        (pair for pair in ranked if pair.score >= least),
        key=lambda pair: (-pair.score, -pair.other.people, pair.one.unit, pair.other.unit),
    )


def _scored(one: Unit, other: Unit, clues: Sequence[Clue]) -> DuplicatePair:
    larger, smaller = sorted((one, other), key=lambda unit: (-unit.people, unit.unit))
    doubt = 1.0
    for score, _ in clues:
        doubt *= 1 - score
    return DuplicatePair(
        one=larger,
        other=smaller,
        score=round(1 - doubt, 3),
        reasons=tuple(reason for _, reason in sorted(clues, reverse=True)),
    )


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _by_flows(
    by_unit: Mapping[str, Unit], flows: Iterable[tuple[str, str, int, int]]
) -> Iterator[tuple[tuple[str, str], Clue]]:
    for one, other, there, back in flows:
        if one in by_unit and other in by_unit:
            yield _pair(one, other), _both_ways(by_unit[one], by_unit[other], there, back)


def _both_ways(one: Unit, other: Unit, there: int, back: int) -> Clue:
    """People who go there and come back look like one name that changes, if they are many."""
    share = min(there, back) / max(1, min(one.people, other.people))
    return min(0.9, 0.3 + share), f"people went both ways: {there} there and {back} back"


def _in_its_place(change: Change) -> Clue:
    """What is held is always said: it waits for somebody who decides."""
    score = 0.5 + 0.45 * min(1.0, change.people / max(1, change.of_people))
    who = f"{change.people} of {change.of_people} people of {change.one_name}"
    if not change.held:
        return score, (
            f"{who} are shown at {change.other_name} with the dates of their time there, since"
            f" {change.since}"
        )
    decide = f"talentwatch organizations decide {change.one} {change.other} same|merger|real"
    return max(HELD, score), (
        f"{who} went to {change.other_name}, seen on {change.since}; held until you decide:"
        f" {decide}"
    )


def _sharing(
    units: Iterable[Unit], domains: Mapping[str, Iterable[str]]
) -> Iterator[tuple[str, list[str]]]:
    """List the domains that a few have in common; a name may be a domain itself."""
    having: dict[str, list[str]] = defaultdict(list)
    for unit in units:
        for domain in {*domains.get(unit.unit, ()), *filter(None, [domain_of(unit.name)])}:
            having[domain].append(unit.unit)
    return ((domain, some) for domain, some in sorted(having.items()) if 1 < len(some) <= BLOCK)


def _by_name(units: Sequence[Unit]) -> Iterator[tuple[tuple[str, str], Clue]]:
    blocks: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        for key in _keys(unit.name):
            blocks[key].append(unit)
    seen: set[tuple[str, str]] = set()
    for _, members in sorted(blocks.items()):
        if len(members) > BLOCK:
            continue
        for one, other in combinations(members, 2):
            pair = _pair(one.unit, other.unit)
            if pair in seen or one.unit == other.unit:
                continue
            seen.add(pair)
            clue = _alike(one.name, other.name)
            if clue is not None:
                yield pair, clue


def _keys(name: str) -> set[str]:
    """Name the blocks that a name belongs to.

    >>> sorted(_keys("Scale AI"))
    ['begins scale', 'ends aleai', 'is scaleai', 'stem scale', 'word scale']
    """
    words = [fold_lightly(word) for word in name.replace("/", " ").split()]
    folded = fold(name)
    keys = {f"is {folded}", f"stem {_stem(name)}"}
    keys |= {f"begins {folded[:BEGINNING]}", f"ends {folded[-BEGINNING:]}"}
    keys |= {f"word {word}" for word in words if len(word) >= SHORTEST_INITIALS}
    initials = "".join(word[0] for word in words if word)
    if len(initials) >= SHORTEST_INITIALS:
        keys.add(f"is {initials}")
    return keys


def _stem(name: str) -> str:
    """Take the ending of a web domain, and words after the first, off a name.

    >>> _stem("stripe.com"), _stem("Stripe Payments")
    ('stripe', 'stripe')
    """
    first = name.split(maxsplit=1)[0] if name.split() else name
    stem, _, ending = first.rpartition(".")
    return fold_lightly(stem if ending.lower() in _ENDINGS and stem else first)


def _alike(one: str, other: str) -> Clue | None:
    # Tables of twins are shown, and read, by who does not look for any.
    from rapidfuzz import fuzz  # noqa: PLC0415

    first, second = fold(one), fold(other)
    if _initials(one) == second or _initials(other) == first:
        return 0.75, f"one is made of the initials of the other: {one}, {other}"
    if one != other and {_stem(one), _stem(other)} == {first} | {second}:
        return 0.85, f"one is the web domain of the other: {one}, {other}"
    likeness = max(
        fuzz.ratio(first, second), fuzz.token_sort_ratio(one.casefold(), other.casefold())
    )
    if likeness >= SIMILAR:
        return (likeness - 50) / 55, f"the names are alike by {likeness:.0f} of 100"
    short, long = sorted((first, second), key=len)
    if len(short) >= BEGINNING and long.startswith(short):
        return 0.6, f"one name begins with the other: {one}, {other}"
    return None


def _initials(name: str) -> str | None:
    words = [fold_lightly(word) for word in name.split()]
    initials = "".join(word[0] for word in words if word)
    return initials if len(initials) >= SHORTEST_INITIALS else None
