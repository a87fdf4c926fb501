"""How late news is: which share of the moves of a day is known this many days later.

The reverse-time product limit of right-truncated delays (Lagakos and others; in insurance the chain
ladder): of what is known by now, early news is known too well, for late news had less time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BUCKET = 7
"""Days are counted in weeks."""
REACH = 980
"""News that comes later than this many days is not waited for: "in the end" means by then."""
CAREFUL = 0.15
"""The share of dated moves that is taken to be known while nobody can say."""
FEWEST_DAYS, FEWEST_NEWS = 180, 200
"""How many days of looks, and how much late news, it takes to say how late news is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delayed:
    """Moves that are as old as each other and became known as late, in weeks."""

    delay: int
    """From the move's latest day to the day it became known."""
    age: int
    """From the move's latest day to the day of the fit: no longer delay could be seen."""
    moves: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """The share of moves that is known, by their age in weeks; empty if nobody can say."""

    known: tuple[float, ...] = ()
    days: int = 0
    """How many days "in the end" is."""

    def share(self, age_days: int) -> float:
        """Return which share of the dated moves of a day is known this many days later."""
        if not self.known:
            return CAREFUL
        week = age_days // BUCKET
        return self.known[week] if week < len(self.known) else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """The known moves of a window that are as old as each other."""

    days: int
    moves: int
    dated: bool = True
    """Undated moves have the day of their observation, and none of them is late."""


def product_limit(news: Iterable[Delayed], *, looked_days: int) -> Delays:
    """Return the delays that late news shows; `looked_days` is how long one has looked.

    >>> news = [Delayed(delay=week, age=40, moves=100) for week in range(20)]
    >>> delays = product_limit(news, looked_days=280)
    >>> [round(delays.share(days), 2) for days in (0, 63, 140)]
    [0.05, 0.5, 1.0]
    """
    some = list(news)
    if looked_days < FEWEST_DAYS or sum(one.moves for one in some) < FEWEST_NEWS:
        return Delays()
    last = min(looked_days, REACH) // BUCKET
    at: dict[int, int] = {}
    for delayed in some:
        if delayed.delay <= min(last, delayed.age):
            at[delayed.delay] = at.get(delayed.delay, 0) + delayed.moves
    known, share = [1.0] * (last + 1), 1.0
    for week in range(last, 0, -1):
        at_risk = sum(delayed.moves for delayed in some if delayed.delay <= week <= delayed.age)
        share *= 1 - (at.get(week, 0) / at_risk if at_risk else 0.0)
        known[week - 1] = share
    return Delays(known=tuple(known), days=last * BUCKET)


def share_known(moves: Sequence[Aged], delays: Delays) -> float:
    """Return which share of a window's moves is known: known by what they are to become.

    Not the mean of the shares of its days: what is certain lies late in the window.

    >>> share_known([Aged(days=0, moves=3, dated=False)], Delays()), share_known([], Delays())
    (1.0, 1.0)
    >>> share_known([Aged(days=10, moves=3)], Delays())
    0.15
    """
    known = sum(move.moves for move in moves)
    ends = sum(
        move.moves / max(delays.share(move.days) if move.dated else 1.0, 1e-3) for move in moves
    )
    return known / ends if known else 1.0


def pooled(shares: Mapping[str, Delays], moves: Mapping[str, Sequence[Aged]]) -> float:
    """Return the share of a window's moves that is known, each source by its own delays."""
    known = ends = 0.0
    for source, some in moves.items():
        of_source = sum(one.moves for one in some)
        known += of_source
        ends += of_source / share_known(some, shares.get(source, Delays()))
    return known / ends if known else 1.0
