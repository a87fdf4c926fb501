"""How often chance alone makes a count: the negative binomial, and its rate in a sliding window.

A mean that is itself uncertain (gamma with shape `size`) makes a Poisson count negative binomial.
"""

import math

_ENOUGH = 1e-4
"""A tail above this is one less what is below it: nothing is lost by the difference."""
_NEGLIGIBLE = 1e-13
_MOST = 1_000_000
_LEAST_LOGARITHM = -600.0
"""Below this a probability is too small for a float."""


def tail(count: int, mean: float, size: float) -> float:
    """Return P(X >= count) of a negative binomial by its mean and its size (the gamma's shape).

    >>> round(tail(1, 1.0, 1.0), 6), round(tail(3, 1.0, 1e9), 6), tail(0, 5.0, 1.0)
    (0.5, 0.080301, 1.0)
    """
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    ratio = mean / (size + mean)
    if count <= mean:
        return max(1 - _below(count, mean, size), 0.0)
    nobody = -size * math.log1p(mean / size)
    if nobody > _LEAST_LOGARITHM:
        below, term = 0.0, math.exp(nobody)
        for number in range(count):
            below += term
            term *= (number + size) / (number + 1) * ratio
        if 1 - below > _ENOUGH:
            return 1 - below
    term = _probability(count, mean, size)
    total, number = 0.0, count
    while term > _NEGLIGIBLE * total and number < _MOST:
        total += term
        term *= (number + size) / (number + 1) * ratio
        number += 1
    return min(total, 1.0)


def _below(count: int, mean: float, size: float) -> float:
    """Return P(X < count), from the largest term down."""
    ratio = mean / (size + mean)
    term, total = _probability(count - 1, mean, size), 0.0
    for number in range(count - 1, -1, -1):
        total += term
        if term < _NEGLIGIBLE * total:
            break
        term *= number / ((number - 1 + size) * ratio) if number else 0.0
    return total


def log_probability(count: int, mean: float, size: float) -> float:
    """Return log P(X = count) of the same distribution; a mean of 0 allows 0 alone."""
    if mean <= 0:
        return 0.0 if count == 0 else -math.inf
    if count == 0:
        return -size * math.log1p(mean / size)
    ways = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    return ways - size * math.log1p(mean / size) + count * math.log(mean / (size + mean))


def _probability(count: int, mean: float, size: float) -> float:
    return math.exp(log_probability(count, mean, size))


def rate(count: int, mean: float, size: float) -> float:
    """Return how many people a window are expected to make a count full, wherever windows end.

    The expected number of arrivals that find `count - 1` others in the window before them: an
    arrival sees the gamma tilted by its own size (the Palm form of the mixed Poisson process).

    >>> round(rate(1, 2.0, 3.0), 6)
    2.0
    """
    if mean <= 0:
        return 0.0
    return mean * tail(count - 1, mean * (size + 1) / size, size + 1)


def least_count(mean: float, size: float, most: float, *, least: int) -> int:
    """Return the smallest count from `least` on whose rate is at most `most`.

    >>> least_count(0.1, 1.0, 0.001, least=2)
    4
    """
    low, step = least, 1
    if rate(low, mean, size) <= most:
        return low
    while rate(low + step, mean, size) > most:
        low, step = low + step, step * 2
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if rate(middle, mean, size) <= most else (middle, high)
    return high
