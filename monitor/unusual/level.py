"""How rare a count has to be, so that chance makes no more alerts a year than a rule allows."""

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.unusual.tail import rate

YEAR = 365
_LEAST_RATE = 1e-8
"""What happens less often than this a window, over all groups alike, adds nothing to a year."""
_POINTS_A_DECADE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Groups that are alike: how many there are, and what is to be expected of each."""

    number: float
    mean: float
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How many alerts a year chance makes over all groups of a rule, by the rate of a count.

    A group fires at the least count whose rate is at most the level. So each group adds what it can
    reach itself, and no bound.
    """

    rates: tuple[float, ...] = ()
    """Rising."""
    alerts: tuple[float, ...] = ()
    """Alerts a year if the level is the rate in the same place."""

    def at(self, count_rate: float) -> float:
        """Return how many alerts a year chance makes at a level."""
        place = bisect_right(self.rates, count_rate)
        return self.alerts[place - 1] if place else 0.0

    def most(self, alerts_a_year: float) -> float:
        """Return the highest level at which chance makes at most this many alerts a year."""
        place = bisect_right(self.alerts, alerts_a_year)
        if place == len(self.rates):
            return math.inf
        # Just below the next rate: what has that rate would make too many.
        return self.rates[place] * (1 - 1e-6)


def level_of(groups: Iterable[Groups], *, window_days: int, least: int) -> Level:
    """Return how the alerts of chance grow with the level; groups fire from `least` people on.

    >>> level = level_of([Groups(number=1000, mean=0.1, size=1.0)], window_days=365, least=1)
    >>> [round(level.at(rate(n, 0.1, 1.0)), 3) for n in (1, 2, 3)]
    [100.0, 17.355, 2.329]
    """
    steps: dict[float, float] = {}
    for some in groups:
        count = least
        this = rate(count, some.mean, some.size)
        least_rate = _LEAST_RATE / max(some.number, 1)
        while this > least_rate:
            further = rate(count + 1, some.mean, some.size)
            further = further if further > least_rate else 0.0
            steps[this] = steps.get(this, 0.0) + some.number * (this - further)
            count, this = count + 1, further
    rates: list[float] = []
    alerts: list[float] = []
    total = 0.0
    for reached in sorted(steps):
        total += steps[reached] * YEAR / window_days
        # Rates that differ by a few per cent are one, as rare as the commonest of them is.
        if rates and _point(rates[-1]) == _point(reached):
            alerts[-1] = total
        else:
            rates.append(reached)
            alerts.append(total)
    return Level(rates=tuple(rates), alerts=tuple(alerts))


def _point(value: float) -> int:
    return math.floor(math.log10(value) * _POINTS_A_DECADE)
