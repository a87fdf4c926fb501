"""What draws people to organisations, or drives them away, beside how large these are."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from random import Random
from statistics import NormalDist

SECTORS = 12
PEAK = (4, 1)
"""The month and day on which most people leave."""
SURGE_TIMES = 6
_WITHIN, _BEYOND = 3.0, 0.8
"""How many times as many go to one of the same sector, and to one of another."""
_MOST_AFFINE = 12.0
_LAYOFF_DAYS, _SPREE_DAYS = (30, 60), (60, 120)
_STAY_DAYS = 1100
"""How many days a stay is on average, beyond its first months."""
_YEAR = 365.25
_QUARTER = 91
_UNSTEADY = 0.47
"""Of the logarithm: its factor differs by half (one standard deviation)."""
_GROWTH, _MOST_GROWN = 1.0, 2.5
_LATENESS = 0.5
_BEFORE = 4 * 365
"""Surges begin so long before one looks first: they are in the histories."""
_NORMAL = NormalDist()


class SurgeKind(StrEnum):
    """For some weeks several times as many leave an organisation, or join it."""

    LAYOFF = "layoff"
    HIRING_SPREE = "hiring_spree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """One of them, from a day on up to the day before another."""

    kind: SurgeKind
    organization: int
    day: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulls:
    """What is true of the pulls of a market; days are counted as `date.toordinal` does."""

    seed: int
    rates: Mapping[str, float]
    first: int
    """The day of the first look, on which every organisation has the size of its rank."""
    growths: Sequence[float]
    """By organisation: the logarithm by which it grows in three years."""
    surges: Mapping[int, Sequence[Surge]]
    """By organisation."""
    any: bool
    """Whether anything but size decides where somebody goes."""

    def accepts(self, random: Random, at: int, to: int, day: int) -> bool:
        """Whether somebody who leaves `at` (or begins) on a day takes what size alone drew."""
        if not self.any:
            return True
        drawn = random.random() * _MOST_GROWN * SURGE_TIMES
        # The most likely refusals come first: they cost least.
        hires = self._hires(to, day)
        if drawn >= _MOST_GROWN and not hires:
            return False
        if drawn >= self._drift(to, day) * (SURGE_TIMES if hires else 1):
            return False
        return random.random() * _MOST_AFFINE < self.affinity(at, to) * self._fashion(at, to, day)

    def sector(self, organization: int) -> int:
        """The sector of an organisation."""
        return int(SECTORS * _uniform(f"{self.seed}:sector:{organization}"))

    def affinity(self, at: int, to: int) -> float:
        """How much more than their sizes say people go from one to the other; 1 is as they say.

        A gamma of shape 0.5 for each pair is the square of a normal.
        """
        rate = self.rates["affinities"]
        if not rate or at < 0:
            return 1.0
        drawn = _normal(f"{self.seed}:affinity:{at}:{to}") ** 2
        drawn *= _WITHIN if self.sector(at) == self.sector(to) else _BEYOND
        return 1 - rate + rate * drawn

    def _fashion(self, at: int, to: int, day: int) -> float:
        unsteady = _UNSTEADY * self.rates["fashions"]
        if not unsteady or at < 0:
            return 1.0
        drawn = _normal(f"{self.seed}:fashion:{at}:{to}:{day // _QUARTER}")
        return math.exp(unsteady * drawn - unsteady**2 / 2)

    def _drift(self, organization: int, day: int) -> float:
        growth = self.growths[organization]
        grown = math.exp(growth * (day - self.first) / (3 * _YEAR)) if growth else 1.0
        return min(max(grown, 1 / _MOST_GROWN), _MOST_GROWN)

    def _hires(self, organization: int, day: int) -> bool:
        for surge in self.surges.get(organization, ()):
            if surge.day <= day < surge.until and surge.kind is SurgeKind.HIRING_SPREE:
                return True
        return False

    def in_season(self, day: int) -> int:
        """The day of the season on which falls what would fall on a day without seasons."""
        swing = self.rates["seasons"]
        shifted = float(day)
        for _ in range(12 if swing else 0):
            turn = 2 * math.pi * (shifted - date(2000, *PEAK).toordinal()) / _YEAR
            shifted = day - swing * _YEAR / (2 * math.pi) * math.sin(turn)
        return round(shifted)

    def laid_off(self, random: Random, at: int, start: int, end: int) -> int:
        """The last day of a stay: earlier than its end where a lay-off comes before it."""
        for surge in self.surges.get(at, ()):
            since, until = max(surge.day, start + 30), min(surge.until, end)
            if surge.kind is SurgeKind.LAYOFF and since < until:
                chance = 1 - math.exp(-(SURGE_TIMES - 1) * (until - since) / _STAY_DAYS)
                if random.random() < chance:
                    return random.randrange(since, until)
        return end

    def lateness(self, organization: int) -> float:
        """How many times the usual delay people need to report what happens there."""
        rate = self.rates["slow_reporters"]
        drawn = _normal(f"{self.seed}:lateness:{organization}") if rate else 0.0
        return math.exp(_LATENESS * rate * drawn)


PULLS = ("affinities", "fashions", "drifts", "hiring_sprees")
"""The faults that change where somebody goes."""


def growths(seed: int, rate: float, count: int) -> tuple[float, ...]:
    """The logarithms by which organisations grow in three years."""
    return tuple(
        rate * _GROWTH * _normal(f"{seed}:drift:{organization}") if rate else 0.0
        for organization in range(count)
    )


def make_surges(
    random_of: Mapping[SurgeKind, Random],
    rates: Mapping[str, float],
    count: int,
    *,
    span: tuple[int, int],
) -> dict[int, list[Surge]]:
    """The lay-offs and hiring sprees of all organisations, from some years before one looks."""
    surges: dict[int, list[Surge]] = {}
    for kind, lengths in (
        (SurgeKind.LAYOFF, _LAYOFF_DAYS),
        (SurgeKind.HIRING_SPREE, _SPREE_DAYS),
    ):
        rate = rates[f"{kind}s"]
        for organization in range(count if rate else 0):
            for surge in _surges(
                random_of[kind], kind, organization, rate=rate, lengths=lengths, span=span
            ):
                surges.setdefault(organization, []).append(surge)
    return surges


def _surges(  # noqa: PLR0913 -- the parts of a surge
    random: Random,
    kind: SurgeKind,
    organization: int,
    *,
    rate: float,
    lengths: tuple[int, int],
    span: tuple[int, int],
) -> Iterator[Surge]:
    day = span[0] - _BEFORE
    while (day := day + int(random.expovariate(rate / 365)) + 1) < span[1]:
        until = day + random.randint(*lengths)
        yield Surge(kind=kind, organization=organization, day=day, until=until)
        day = until


def _uniform(key: str) -> float:
    """A number from 0 to 1 that follows from the key alone; alike keys give unlike numbers."""
    digest = blake2b(key.encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big") / (1 << 56)


@lru_cache(maxsize=1 << 18)
def _normal(key: str) -> float:
    return _NORMAL.inv_cdf(min(max(_uniform(key), 1e-12), 1 - 1e-12))
