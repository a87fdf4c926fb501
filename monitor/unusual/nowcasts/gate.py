"""Whether nowcasts may be shown: whether earlier ones of the same panel came true.

Where news comes in bursts, delays say little of what is still to come. So it is asked what would
have been foretold of the whole panel on days that are past, and what of it came.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from monitor.base.days import earlier
from monitor.base.engine import Engine
from monitor.unusual.nowcasts.delays import Delayed, Delays, product_limit

AGES = (0, 30, 60, 90, 180, 360)
"""Nowcasts are checked of windows that had ended so many days before,"""
CHECKS, BETWEEN = 12, 30
"""on so many days, so far apart,"""
YOUNGEST = 120
"""the last of them so many days ago."""
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
    """"In the end" means within so many days."""

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


def _checks(engine: Engine, day: date, window_days: int) -> list[Check]:
    days = check_days(day)
    then, began = _delays_then(engine, days)
    windows: dict[tuple[date, int], list[tuple[str, date, bool, int, int]]] = {}
    rows = engine.rows("past_windows", day=day, days=days, ages=list(AGES), window_days=window_days)
    for checked_on, age, *counted in rows:
        windows.setdefault((checked_on, age), []).append((*counted,))
    checks = []
    for (checked_on, age), some in windows.items():
        delays = then.get(checked_on, {})
        # What was over before the first look was never news.
        begins = checked_on - timedelta(days=age + window_days)
        if not any(each.known for each in delays.values()) or begins < began[checked_on]:
            continue
        foretold = 0.0
        for source, latest, dated, known_then, _ in some:
            share = delays.get(source, Delays()).share
            by_now = share((day - latest).days) / max(share((checked_on - latest).days), 1e-3)
            foretold += known_then * (by_now if dated else 1.0)
        known = sum(known_now for *_, known_now in some)
        checks.append(Check(checked_on=checked_on, age=age, foretold=foretold, known=known))
    return checks


def _delays_then(
    engine: Engine, days: list[date]
) -> tuple[dict[date, dict[str, Delays]], dict[date, date]]:
    """Return the delays as learnt on each day, and when the first look was as known on it."""
    news: dict[tuple[date, str], list[Delayed]] = {}
    looked: dict[tuple[date, str], int] = {}
    for checked_on, source, looked_days, delay, age, moves in engine.rows("past_delays", days=days):
        news.setdefault((checked_on, source), []).append(Delayed(delay=delay, age=age, moves=moves))
        looked[checked_on, source] = looked_days
    delays: dict[date, dict[str, Delays]] = {}
    began: dict[date, date] = {}
    for (checked_on, source), some in news.items():
        looked_days = looked[checked_on, source]
        delays.setdefault(checked_on, {})[source] = product_limit(some, looked_days=looked_days)
        first = earlier(checked_on, looked_days)
        began[checked_on] = min(first, began.get(checked_on, first))
    return delays, began
