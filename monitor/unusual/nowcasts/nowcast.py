"""How many people a window will have in the end, from those who are known by now.

Either all is as usual, and then the rest comes as usual; or it is some multiple of the usual, and
then the rest comes as they did. How many are known says which of the two it is likely to be.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.base.usual import Nowcast
from monitor.unusual.expectation import Expected
from monitor.unusual.nowcasts.gate import Gate
from monitor.unusual.tail import log_probability, tail

LEVEL = 0.9
"""How often the end lies between the bounds, as a share."""
FEWEST_OF_A_PAIR, FEWEST_OF_ONE_SIDE = 2, 3
"""Fewer people who are known say nothing of those to come."""
LEAST_SHARE_KNOWN = 0.2
"""Where a smaller share of a window is known, it is too early."""
FEWEST_DAYS = 365
"""How many days one has to have looked."""
_MULTIPLES = tuple(2**power for power in range(8))
_AS_USUAL = 0.99
"""How likely it is before anybody is known that a window is as usual."""
_LEAST_NOISE = 0.05
"""How far nowcasts are off at the least, as a share of what is to come, squared."""
_MOST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a window on a day."""

    seen: int
    age_days: int
    """How many days ago it ended."""
    share_known: float
    is_pair: bool
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCome:
    """How many people are still to come: the mean, and between which bounds."""

    mean: float
    low: int
    high: int


def nowcast(known: Known, expected: Expected, gate: Gate) -> Nowcast:
    """Return how many there will be in the end, or why that cannot be told."""
    fewest = FEWEST_OF_A_PAIR if known.is_pair else FEWEST_OF_ONE_SIDE
    if known.seen < fewest or known.share_known < LEAST_SHARE_KNOWN:
        return Nowcast(seen=known.seen, as_of=known.as_of, reason="too_early")
    if known.share_known < 1:
        error = gate.error(known.age_days)
        if gate.looked_days < FEWEST_DAYS or error is None:
            return Nowcast(seen=known.seen, as_of=known.as_of, reason="short_history")
        if not gate.passes(known.age_days):
            return Nowcast(seen=known.seen, as_of=known.as_of, reason="uneven_news")
        rest = to_come(known.seen, expected, known.share_known, noise=error**2)
    else:
        rest = ToCome(mean=0.0, low=0, high=0)
    return Nowcast(
        seen=known.seen,
        expected=known.seen + round(rest.mean),
        low=known.seen + rest.low,
        high=known.seen + max(rest.high, round(rest.mean)),
        level=LEVEL,
        share_known=round(known.share_known, 6),
        within_days=gate.within_days,
        as_of=known.as_of,
    )


def to_come(
    seen: int, expected: Expected, share_known: float, *, noise: float = _LEAST_NOISE
) -> ToCome:
    """Return how many are still to come of a window of which a share is known.

    >>> usual = Expected(
    ...     so_far=2.0, mean=4.0, size=3.0, share=0.1, hiring=1.0, closeness=1.0,
    ...     past_seen=9, past_expected=9.0,
    ... )
    >>> to_come(2, usual, 0.5)
    ToCome(mean=2.0..., low=0, high=5)
    >>> to_come(2, usual, 1.0)
    ToCome(mean=0.0, low=0, high=0)
    """
    size, unknown = expected.size, 1 - share_known
    weights = _weights(seen, expected, share_known)
    means = [
        (size + seen) / (size / max(multiple * expected.mean, 1e-9) + share_known) * unknown
        for multiple in _MULTIPLES
    ]
    mean = sum(weight * each for weight, each in zip(weights, means, strict=True))
    squares = sum(
        weight * (each + each**2 / (size + seen) + each**2)
        for weight, each in zip(weights, means, strict=True)
    )
    variance = squares - mean**2 + max(noise, _LEAST_NOISE) * mean**2
    if mean < 1e-9:  # noqa: PLR2004 -- nothing is to come
        return ToCome(mean=0.0, low=0, high=0)
    spread = mean**2 / max(variance - mean, 1e-6 * mean**2)
    return ToCome(
        mean=mean,
        low=_quantile((1 - LEVEL) / 2, mean, spread),
        high=_quantile((1 + LEVEL) / 2, mean, spread),
    )


def _weights(seen: int, expected: Expected, share_known: float) -> Sequence[float]:
    """Return how likely each multiple of the usual is, now that this many are seen."""
    before = [_AS_USUAL, *([(1 - _AS_USUAL) / (len(_MULTIPLES) - 1)] * (len(_MULTIPLES) - 1))]
    logarithms = [
        math.log(weight)
        + log_probability(seen, multiple * max(expected.mean, 1e-9) * share_known, expected.size)
        for multiple, weight in zip(_MULTIPLES, before, strict=True)
    ]
    most = max(logarithms)
    likely = [math.exp(each - most) for each in logarithms]
    return [each / sum(likely) for each in likely]


def _quantile(share: float, mean: float, size: float) -> int:
    """Return the smallest count that a negative binomial does not exceed so often.

    >>> _quantile(0.05, 4.0, 1e9), _quantile(0.95, 4.0, 1e9)
    (1, 8)
    """
    low, high = -1, 1
    while tail(high + 1, mean, size) > 1 - share and high < _MOST:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if tail(middle + 1, mean, size) > 1 - share else (low, middle)
    return high
