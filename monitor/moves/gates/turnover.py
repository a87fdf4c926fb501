"""How many known profiles may be missing, or elsewhere: in the course of time people move on."""

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
"""The fewest accepted looks that tell what is usual for a source."""
MANY_TIMES = 3
"""How many times what is usual may be missing."""
YEAR = 365
AS_ACCEPTED = 1.5
"""How many times as many as at a look that an operator let speak may be elsewhere; and how many
times as many as usual may be gone, where that is more than the ids that may change."""


@dataclass(frozen=True, slots=True)
class PastLook:
    """How many of the known profiles an accepted snapshot lacked, and after how many days.

    And how many of those employed were in none of their former places.
    """

    known: int
    missing: int
    days: int
    rewritten: int = 0
    employed: int = 0

    @property
    def rate(self) -> float:
        """The share of those left that goes, a day."""
        return -math.log1p(-self.missing / self.known) / self.days


@dataclass(frozen=True, slots=True)
class Limit:
    """The largest share of the people that a gate lets through, and where it comes from."""

    share: float
    because: str

    @property
    def words(self) -> str:
        """The limit as a reason says it."""
        return f"at most {self.share:.0%} are allowed{self.because and f', {self.because}'}"


def missing_limit(
    base: float, *, days: int, replaced: bool, past: Sequence[PastLook], most: float
) -> Limit:
    """Say which share of the known profiles may be missing after this many days.

    `base` is the share that is configured, and holds for looks up to SPAN_DAYS apart. After more
    days it is the share that is lost if `base` goes in each SPAN_DAYS, or MANY_TIMES what was usual
    at the accepted looks before, whichever is more, but never more than `most`. Without as many
    profiles as before (`replaced`) the list shrinks, or a broken collection lacks people: `base`
    goes in each SHRINKING_SPAN_DAYS, the past teaches nothing, and MOST_OF_A_SHRINKING_LIST is
    the most.
    """
    span, most = _pace(most, replaced=replaced)
    if days <= span:
        return Limit(base, "")
    in_time = 1 - (1 - base) ** (days / span)
    shrinks = "" if replaced else " of a list that shrinks"
    limit = Limit(in_time, f"{base:.0%} in {span} days{shrinks}, after {days} days")
    rates = [look.rate for look in past if look.days and look.missing < look.known]
    if replaced and len(rates) >= FEWEST_PAST:
        usual = median(rates)
        learned = -math.expm1(-MANY_TIMES * usual * days)
        if learned > limit.share:
            a_year = -math.expm1(-usual * YEAR)
            because = f"{MANY_TIMES} times the {a_year:.0%} a year that are usual for the source"
            limit = Limit(learned, f"{because}, after {days} days")
    least = max(base, most)
    return limit if limit.share <= least else Limit(least, limit.because)


def usually_gone(past: Sequence[PastLook], *, days: int) -> float:
    """The share that goes in this many days at AS_ACCEPTED times the pace of the past.

    Zero where there is too little of a past.
    """
    rates = [look.rate for look in past if look.days and look.missing < look.known]
    usual = median(rates) if len(rates) >= FEWEST_PAST else 0.0
    return -math.expm1(-AS_ACCEPTED * usual * days)


def rewritten_limit(base: float, *, days: int, past: Sequence[PastLook], most: float) -> Limit:
    """Say which share of the people may be in none of their former places after this many days.

    `base` is a year's worth, and holds for shorter times too. More may be if that is MANY_TIMES
    what was usual at the accepted looks before, or AS_ACCEPTED times what an operator let speak in
    as much time, but never more than `most`.
    """
    paces = [(look.rewritten / look.employed, look.days) for look in past if look.employed]
    limits = []
    if len(paces) >= FEWEST_PAST:
        usual = median(share / length for share, length in paces)
        because = f"{MANY_TIMES} times the {usual * YEAR:.0%} a year that are usual for the source"
        limits.append(Limit(MANY_TIMES * usual * days, because))
    for share, length in paces:
        if share > _in_years(base, length):
            because = f"as {share:.0%} after {length} days were accepted"
            limits.append(Limit(AS_ACCEPTED * share * days / length, because))
    usual_limits = [Limit(min(limit.share, most), limit.because) for limit in limits]
    plain = Limit(_in_years(base, days), "")
    return max([plain, *usual_limits], key=lambda limit: limit.share)


def _in_years(base: float, days: int) -> float:
    """A year's worth, and as much for each further year."""
    return min(base * max(1.0, days / YEAR), 1.0)


def allowed_by(key: str, share: float) -> str:
    """The smallest whole percentage of a limit that would let a snapshot through, in words.

    >>> allowed_by("rewritten", 0.371)
    " `rewritten = 0.38` in the source's quality would allow it"
    """
    least = math.ceil(min(share, 1.0) * 100 - 1e-9) / 100
    return f" `{key} = {least}` in the source's quality would allow it"


def needed(missing: int, people: int, *, days: int, replaced: bool, most: float) -> float:
    """The smallest whole percentage that, configured as `base`, would let a snapshot through."""
    share = missing / people
    span, most = _pace(most, replaced=replaced)
    if days > span and share < 1 and share <= most:
        share = 1 - (1 - share) ** (span / days)
    return math.ceil(share * 100 - 1e-9) / 100


def _pace(most: float, *, replaced: bool) -> tuple[int, float]:
    """In how many days the configured share goes, and the most that may go in all."""
    if replaced:
        return SPAN_DAYS, most
    return SHRINKING_SPAN_DAYS, min(most, MOST_OF_A_SHRINKING_LIST)
