"""Whether an alert's count is a lot, as alerts carry it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualWindow:
    """The window that was judged, in people."""

    ends_on: date
    days: int
    seen: int
    left: int | None
    """From the origin to anywhere; None where the rule names no origin."""
    joined: int | None
    """Into the destination from anywhere; None where the rule names none."""
    panel: int
    """All who moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualPast:
    """What the window was held against: whole blocks of its length before it."""

    since: date
    until: date
    seen: int
    expected: float
    """What the sizes of both sides say of that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """How an alert's count compares with what was to be expected, as judged when it opened."""

    judged_on: date
    reason: str | None = None
    """Why nobody can tell: short_history, small_window, old_window or whole_organization."""
    chance_per_year: float | None = None
    """How many alerts as rare as this chance makes a year, over all groups of the rule."""
    groups: int | None = None
    basis: str | None = None
    """`pair`, `new` (nobody ever joined there before) or `one side`."""
    expected_so_far: float | None = None
    """As known on that day; `expected` of the alert is with late profiles."""
    share_known: float | None = None
    leaver_share: float | None = None
    """Of those who move, the share that the other side gets, usually and presently."""
    closeness: float | None = None
    """How much more than their sizes say the two exchange; 1 is as they say."""
    window: UsualWindow | None = None
    past: UsualPast | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nowcast:
    """How many people of an alert's fullest window there will be once late profiles are in."""

    seen: int
    """How many are known."""
    expected: int | None = None
    """How many are to be expected in the end, with those who are known."""
    low: int | None = None
    high: int | None = None
    level: float | None = None
    """How often the end lies from `low` to `high`."""
    share_known: float | None = None
    within_days: int | None = None
    """"In the end" means within this many days."""
    as_of: date
    reason: str | None = None
    """Why it cannot be told: too_early, short_history or uneven_news."""
