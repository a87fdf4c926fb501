"""What was to be expected of one group in one window, from what is usual and what is happening.

The share of the leavers that a destination usually and presently gets, times how much the two have
to do with each other. Season, growth of the panel and imprecise dates stand on both sides of the
sum and cancel.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

QUARTERS = 12
"""How many whole blocks of the window's length, before it, are its past."""
FEWEST_QUARTERS = 4
"""The fewest of them that have to hold moves."""
FEWEST_MOVES = 300
"""The fewest moves that all of them have to hold together."""
FEWEST_IN_WINDOW = 20
"""A window in which fewer people moved in all says nothing."""
LAST_YEAR = 4
"""How many of the newest quarters teach how one side does."""
LEAST_NOISE_OF_ONE_SIDE = 0.1
"""How much one side's rate drifts at the least."""
LEAST_CHANCE = 0.0001
"""No rarer chance was ever checked against what happens;"""
LEAST_CHANCE_OF_ONE_SIDE = 0.001
"""of one side, none rarer than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the whole panel teaches about chance."""

    alikeness: float = 0.3
    """The gamma shape of how much pairs exchange, beside what their sizes say."""
    steadiness: float = 4.0
    """How steadily organisations hire: 1 over the noise of a quarter."""
    noise: float = 0.3
    """What remains of the noise of a pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """One block of the past, in people."""

    pair: int
    left: int
    joined: int
    panel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is known of one window of one group, in people, and its past."""

    seen: int
    left: int
    """From the origin to anywhere."""
    joined: int
    """To the destination from anywhere."""
    panel: int
    past: Sequence[Quarter]
    """The quarters before the window, the oldest first."""
    share_known: float = 1.0
    """The share of the window's moves that is known by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """How many were to be expected, and how steady that is."""

    so_far: float
    """As known now."""
    mean: float
    """In the end, once late profiles are in."""
    size: float
    share: float
    """The share of all other leavers that usually goes there."""
    hiring: float
    """How much more than usual the destination gets; 1 is as usual."""
    closeness: float
    """How much more than their sizes say the two exchange; 1 is as they say."""
    past_seen: int
    past_expected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The sums of a past, in people."""

    pair: float
    left: float
    joined: float
    panel: float
    by_size: float
    """What the sizes of both sides say of the pair, quarter by quarter."""

    @classmethod
    def of(cls, quarters: Sequence[Quarter]) -> "Past":
        """Add the quarters up."""
        return cls(
            pair=sum(quarter.pair for quarter in quarters),
            left=sum(quarter.left for quarter in quarters),
            joined=sum(quarter.joined for quarter in quarters),
            panel=sum(quarter.panel for quarter in quarters),
            by_size=sum(
                quarter.left * quarter.joined / quarter.panel
                for quarter in quarters
                if quarter.panel
            ),
        )


def expect(window: Window, learned: Learned) -> Expected:
    """Return what was to be expected from one side to the other.

    >>> past = [Quarter(pair=0, left=10, joined=5, panel=100)] * 12
    >>> found = expect(Window(seen=0, left=10, joined=5, panel=100, past=past), Learned())
    >>> round(found.so_far, 3), round(found.closeness, 3), found.past_expected
    (0.027, 0.048, 6.0)
    """
    return expect_pair(
        Past.of(window.past),
        left=window.left,
        others=max(window.joined - window.seen, 0),
        leavers=max(window.panel - window.left, 0),
        share_known=window.share_known,
        learned=learned,
    )


def expect_pair(  # noqa: PLR0913 -- all that an expectation follows from
    past: Past, *, left: float, others: float, leavers: float, share_known: float, learned: Learned
) -> Expected:
    """Return the same from sums: `left` leave the origin, and `leavers` any other organisation.

    `others` join the destination from elsewhere: its own people do not explain themselves.
    """
    share = min((past.joined + 0.5) / max(past.panel - past.left, 1), 1.0)
    k, alpha = learned.steadiness, learned.alikeness
    hiring = (k + others) / (k + share * leavers)
    closeness = (alpha + past.pair) / (alpha + past.by_size)
    so_far = left * share * hiring * closeness
    unsteady = 1 / (alpha + past.pair) + 1 / (k + others) + learned.noise
    return Expected(
        so_far=so_far,
        mean=so_far / share_known,
        size=1 / unsteady,
        share=share,
        hiring=hiring,
        closeness=closeness,
        past_seen=round(past.pair),
        past_expected=past.by_size,
    )


def expect_one_side(window: Window, learned: Learned) -> Expected:
    """Return what was to be expected from, or to, one side and anywhere: its usual, now.

    `pair` and `seen` are the side's own people. How it did in the last year is shrunk to how it
    did over the whole past.

    >>> past = [Quarter(pair=5, left=5, joined=100, panel=100)] * 12
    >>> found = expect_one_side(Window(seen=5, left=5, joined=9, panel=200, past=past), Learned())
    >>> round(found.so_far, 2), round(found.size, 2)
    (10.01, 3.17)
    """
    year = window.past[-LAST_YEAR:]
    return expect_side(
        pair=sum(quarter.pair for quarter in window.past),
        panel=sum(quarter.panel for quarter in window.past),
        recent=sum(quarter.pair for quarter in year),
        recent_panel=sum(quarter.panel for quarter in year),
        moved=window.panel,
        share_known=window.share_known,
        learned=learned,
    )


def expect_side(  # noqa: PLR0913 -- all that an expectation follows from
    *,
    pair: float,
    panel: float,
    recent: float,
    recent_panel: float,
    moved: float,
    share_known: float,
    learned: Learned,
) -> Expected:
    """Return the same from sums: `recent` of the `pair` people fall into the last year."""
    share = min((pair + 0.5) / max(panel, 1), 1.0)
    k = learned.steadiness
    now = (k + recent) / (k + share * recent_panel)
    so_far = share * now * moved
    unsteady = 1 / (k + pair) + max(learned.noise, LEAST_NOISE_OF_ONE_SIDE)
    return Expected(
        so_far=so_far,
        mean=so_far / share_known,
        size=1 / unsteady,
        share=share,
        hiring=now,
        closeness=1.0,
        past_seen=round(pair),
        past_expected=share * panel,
    )


def has_past(panel: Iterable[int]) -> bool:
    """Whether the past of a panel, by its blocks, is long and full enough to say what is usual."""
    filled = [people for people in panel if people]
    return len(filled) >= FEWEST_QUARTERS and sum(filled) >= FEWEST_MOVES
