"""What the whole panel teaches about chance: how alike pairs are, and how steady."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.unusual.expectation import FEWEST_MOVES, FEWEST_QUARTERS, Learned
from monitor.unusual.tail import log_probability, tail

_ALIKENESS = (0.02, 150.0)
_STEADINESS = (0.25, 50.0)
_NOISE = (0.0, 4.0)
_FEWEST_OF_A_QUARTER = 20
"""A quarter of fewer moves teaches nothing."""
_OUTLYING = 0.001
"""What chance makes less often than this is a burst of the past, and no usual noise."""
_ROUNDS = 4
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs that are alike: how many, how many people each exchanged, and what sizes say."""

    number: float
    seen: int
    by_size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One quarter of an organisation or a pair: how many people, and how many were usual."""

    seen: int
    usual: float


def teaches(quarters: Sequence[int]) -> bool:
    """Whether the moves of the whole panel in each quarter are enough to learn from.

    >>> teaches([100] * 4), teaches([100] * 3), teaches([20] * 20)
    (True, False, False)
    """
    full = [moves for moves in quarters if moves > _FEWEST_OF_A_QUARTER]
    return len(full) >= FEWEST_QUARTERS and sum(quarters) >= FEWEST_MOVES


def learn(
    pairs: Sequence[Pairs],
    hirers: Sequence[Counted],
    exchanges: Sequence[Counted],
    *,
    quarters: Sequence[int],
) -> Learned:
    """Return what a past teaches, or careful values where it is too short.

    `hirers` are quarters of organisations with 20 people, `exchanges` those of pairs with 5 who
    are no large part of either side, `quarters` the moves of the whole panel in each.
    """
    if not teaches(quarters):
        return Learned()
    careful = Learned()
    return Learned(
        alikeness=round(_alikeness(pairs), 6),
        steadiness=round(
            _within(1 / max(_noise(hirers, 1 / careful.steadiness), 1e-6), _STEADINESS), 6
        ),
        noise=round(_within(_noise(exchanges, careful.noise), _NOISE), 6),
    )


def _alikeness(pairs: Sequence[Pairs]) -> float:
    """Return the shape that makes the pairs' exchanges most likely, by golden section."""

    def likelihood(logarithm: float) -> float:
        shape = math.exp(logarithm)
        return sum(
            some.number * log_probability(some.seen, some.by_size, shape)
            for some in pairs
            if some.by_size > 0
        )

    low, high = (math.log(bound) for bound in _ALIKENESS)
    while high - low > 0.005:  # noqa: PLR2004 -- half a per cent of the shape
        one, other = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        low, high = (low, other) if likelihood(one) > likelihood(other) else (one, high)
    return math.exp((low + high) / 2)


def _noise(counted: Iterable[Counted], first: float) -> float:
    """Return by how much counts vary more than Poisson counts do, as a share of the mean squared.

    A burst of the past is left out: else what was once unusual would be usual for years.
    """
    left = [count for count in counted if count.usual > 0]
    noise = first
    for _ in range(_ROUNDS):
        size = 1 / max(noise, 1e-6)
        kept = [count for count in left if tail(count.seen, count.usual, size) >= _OUTLYING]
        squares = sum(count.usual**2 for count in kept)
        if not squares:
            return first
        noise = max(
            sum((count.seen - count.usual) ** 2 - count.usual for count in kept) / squares, 0.0
        )
    return noise


def _within(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])
