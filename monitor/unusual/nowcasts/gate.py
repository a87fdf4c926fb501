"""Whether nowcasts may be shown: whether earlier ones of the same panel came true.

Where news comes in bursts, delays say little of what is still to come. So it is asked what would
have been foretold of the whole panel on days that are past, and what of it came.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from monitor.base.days import earlier
from monitor.base.engine import Engine
from monitor.unusual.nowcasts.delays import Delayed, Delays, product_limit

AGES = (0, 30, 60, 90, 180, 360)
"""Nowcasts are checked of windows that had ended this many days before,"""
CHECKS, BETWEEN = 12, 30
"""on this many days, so far apart,"""
YOUNGEST = 120
"""the last of them this many days ago."""
FEWEST_CHECKS = 6
LARGEST_ERROR = 0.35
"""How far off nowcasts may have been: the root mean square of the logarithm of the quotient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """How far off past nowcasts of a panel were, by the age of their windows."""

    errors: Mapping[int, float] = field(default_factory=dict)
    """By the ages of which enough nowcasts could be checked."""
    looked_days: int = 0
    within_days: int = 0
    """"In the end" means within this many days."""

    def error(self, age_days: int) -> float | None:
        """Return how far off nowcasts of windows of this age were; None where nobody can say.

        >>> gate = Gate(errors={0: 0.5, 30: 0.1, 90: 0.2})
        >>> [gate.error(days) for days in (14, 15, 74, 75, 500)], Gate().error(30)
        ([0.5, 0.1, None, 0.2, None], None)
        """
        nearest = min(AGES, key=lambda age: (abs(age - age_days), -age))
        return self.errors.get(nearest)

    def passes(self, age_days: int) -> bool:
        """Whether nowcasts of windows of this age came true."""
        error = self.error(age_days)
        return error is not None and error <= LARGEST_ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was known of a past window of the panel when it was nowcast, and what is known now."""

    checked_on: date
    age: int
    foretold: float
    """How many of its moves should be known by now."""
    known: int
    """How many are."""


def check_days(day: date) -> list[date]:
    """Return the days whose nowcasts are checked on a day, the newest first."""
    return [earlier(day, YOUNGEST + BETWEEN * number) for number in range(CHECKS)]


def errors_of(checks: Iterable[Check]) -> dict[int, float]:
    """Return how far off nowcasts were by the age of their windows, where enough were checked.

    >>> day = date(2025, 1, 1)
    >>> some = [Check(checked_on=day, age=30, foretold=99.5, known=199)] * 6
    >>> errors_of(some), errors_of(some[:5])
    ({30: 0.690644}, {})
    """
    squares: dict[int, list[float]] = {}
    for check in checks:
        off = math.log((check.foretold + 0.5) / (check.known + 0.5))
        squares.setdefault(check.age, []).append(off**2)
    return {
        age: round(math.sqrt(sum(some) / len(some)), 6)
        for age, some in sorted(squares.items())
        if len(some) >= FEWEST_CHECKS
    }


def make_gate(
    engine: Engine, day: date, *, window_days: int, looked_days: int, delays: Mapping[str, Delays]
) -> Gate:
    """Check past nowcasts by the moves as known on a day: those of then, and those of now."""
    within = max((each.days for each in delays.values()), default=0)
    errors = errors_of(_checks(engine, day, window_days)) if within else {}
    return Gate(errors=errors, looked_days=looked_days, within_days=within)


def delays_as_known(
    engine: Engine, days: Iterable[date]
) -> dict[date, tuple[dict[str, Delays], int]]:
    """Return for each day the delays of each source as learnt on it, and how long one had looked.

    `move_days` has counted the moves.
    """
    news: dict[tuple[date, str, int], list[Delayed]] = {}
    for day, source, looked, delay, age, moves in engine.rows("usual_delays", days=list(days)):
        one = Delayed(delay=delay, age=age, moves=moves)
        news.setdefault((day, source, looked), []).append(one)
    found: dict[date, tuple[dict[str, Delays], int]] = {}
    for (day, source, looked), some in news.items():
        delays, longest = found.get(day, ({}, 0))
        delays[source] = product_limit(some, looked_days=looked)
        found[day] = delays, max(longest, looked)
    return found


def _checks(engine: Engine, day: date, window_days: int) -> list[Check]:
    days = check_days(day)
    then = delays_as_known(engine, days)
    windows: dict[tuple[date, int], list[tuple[str, date, bool, int, int]]] = {}
    rows = engine.rows("past_windows", day=day, days=days, ages=list(AGES), window_days=window_days)
    for checked_on, age, *counted in rows:
        windows.setdefault((checked_on, age), []).append((*counted,))
    checks = []
    for (checked_on, age), some in windows.items():
        delays, looked = then.get(checked_on, ({}, 0))
        # What was over before the first look was never news.
        is_older = age + window_days > looked
        if is_older or not any(each.known for each in delays.values()):
            continue
        foretold = 0.0
        for source, latest, dated, known_then, _ in some:
            share = delays.get(source, Delays()).share
            by_now = share((day - latest).days) / max(share((checked_on - latest).days), 1e-3)
            foretold += known_then * (by_now if dated else 1.0)
        known = sum(known_now for *_, known_now in some)
        checks.append(Check(checked_on=checked_on, age=age, foretold=foretold, known=known))
    return checks
