"""Flows summed up: how many left and reached each organisation, and the pairs of the largest."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Flow = tuple[str, str, int]
"""From where, to where, how many people."""
MOST = 18
"""Of this many, the largest of each side, every pair is at hand; of others it may be missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What pictures, and rows and columns, are made from; both sides of all flows are known."""

    went: Mapping[str, int]
    came: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]
    strongest: int
    """How many people the strongest pair has."""

    @property
    def people(self) -> int:
        """How many there are in all."""
        return sum(self.went.values())

    @property
    def drawn(self) -> set[str]:
        """The organisations that may stand by themselves."""
        return {*largest(self.went, MOST), *largest(self.came, MOST)}


def summed(flows: Iterable[Flow]) -> Sums:
    """Sum up flows of at least one person each."""
    went: Counter[str] = Counter()
    came: Counter[str] = Counter()
    pairs = Counter[tuple[str, str]]()
    for origin, destination, people in flows:
        went[origin] += people
        came[destination] += people
        pairs[origin, destination] += people
    return Sums(went=went, came=came, pairs=pairs, strongest=max(pairs.values(), default=0))


def largest(totals: Mapping[str, int], most: int) -> list[str]:
    """The largest, in order; of equals the first in the alphabet comes first."""
    return sorted(totals, key=lambda key: (-totals[key], key))[:most]
