"""How many known profiles may be missing: in the course of time people are replaced by others."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

SPAN_DAYS = 60
"""A list that is looked at so often, or more often, loses at most the share that is configured."""
SHRINKING_SPAN_DAYS = 2 * SPAN_DAYS
"""The same for a list in which nobody follows those who leave: it loses the share half as fast."""
MOST_OF_A_SHRINKING_LIST = 1 / 3
"""A list in which nobody follows them never loses more by itself: half a file is a fault."""
FEWEST_PAST = 3
"""So many accepted looks, at the least, tell what is usual for a source."""
MANY_TIMES = 3
"""So many times what is usual may be missing."""
YEAR = 365


@dataclass(frozen=True, slots=True)
class PastLook:
    """How many of the known profiles an accepted snapshot lacked, and after how many days."""

    known: int
    missing: int
    days: int

    @property
    def rate(self) -> float:
        """The share of those left that goes, a day."""
        return -math.log1p(-self.missing / self.known) / self.days


@dataclass(frozen=True, slots=True)
class MissingLimit:
    """The largest share of the known profiles that may be missing, and where it comes from."""

    share: float
    because: str

    @property
    def words(self) -> str:
        """The limit as a reason says it."""
        return f"at most {self.share:.0%} are allowed{self.because and f', {self.because}'}"


def missing_limit(
    base: float, *, days: int, replaced: bool, past: Sequence[PastLook], most: float
) -> MissingLimit:
    """Say which share of the known profiles may be missing after so many days.

    `base` is the share that is configured, and holds for looks up to SPAN_DAYS apart. After more
    days it is the share that is lost if `base` goes in each SPAN_DAYS, or MANY_TIMES what was usual
    at the accepted looks before, whichever is more, but never more than `most`. Without as many
    profiles as before (`replaced`) the list shrinks, or a broken collection lacks people: `base`
    goes in each SHRINKING_SPAN_DAYS, the past teaches nothing, and MOST_OF_A_SHRINKING_LIST is
    the most.
    """
    span, most = _pace(most, replaced=replaced)
    if days <= span:
        return MissingLimit(base, "")
    in_time = 1 - (1 - base) ** (days / span)
    shrinks = "" if replaced else " of a list that shrinks"
    limit = MissingLimit(in_time, f"{base:.0%} in {span} days{shrinks}, after {days} days")
    rates = [look.rate for look in past if look.days and look.missing < look.known]
    if replaced and len(rates) >= FEWEST_PAST:
        usual = median(rates)
        learned = -math.expm1(-MANY_TIMES * usual * days)
        if learned > limit.share:
            a_year = -math.expm1(-usual * YEAR)
            because = f"{MANY_TIMES} times the {a_year:.0%} a year that are usual for the source"
            limit = MissingLimit(learned, f"{because}, after {days} days")
    least = max(base, most)
    return limit if limit.share <= least else MissingLimit(least, limit.because)


def needed(missing: int, known: int, *, days: int, replaced: bool, most: float) -> float:
    """The smallest whole percentage that, configured as `base`, would let a snapshot through."""
    share = missing / known
    span, most = _pace(most, replaced=replaced)
    if days > span and share < 1 and share <= most:
        share = 1 - (1 - share) ** (span / days)
    return math.ceil(share * 100 - 1e-9) / 100


def _pace(most: float, *, replaced: bool) -> tuple[int, float]:
    """In how many days the configured share goes, and the most that may go in all."""
    if replaced:
        return SPAN_DAYS, most
    return SHRINKING_SPAN_DAYS, min(most, MOST_OF_A_SHRINKING_LIST)
