"""Several conditions in one: on which days all hold, any does, or one after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

FOREVER = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """An unbroken stretch of days on which a condition holds; half-open, up to `FOREVER`."""

    opens: date
    closes: date
    peak: int
    """The most people (or, of a net, the most more there than back) on one of its days."""
    part: float | None = None
    """The share or the change that was farthest from none on one of its days."""
    headcount: int | None = None
    """How many people were counted on that day; None where there is no such part."""
    headcount_base: int | None = None
    """Of how many: of a share the people there, of a change those there one window before."""


def combined(
    steps: Sequence[Sequence[Span]],
    combine: Literal["all", "any", "ordered"],
    *,
    within_days: int = 0,
    keep_open_days: int = 0,
) -> list[Span]:
    """Return the days on which conditions hold together, given the days of each.

    >>> def days(first, last):
    ...     return [Span(opens=date(2025, 1, first), closes=date(2025, 1, last), peak=1)]
    >>> [(span.opens.day, span.closes.day) for span in combined([days(1, 9), days(5, 20)], "all")]
    [(5, 9)]
    """
    match combine:
        case "all":
            return _merged(_all(steps), days=keep_open_days)
        case "any":
            return _merged((span for spans in steps for span in spans), days=keep_open_days)
        case "ordered":
            return _merged(_ordered(steps, within_days), days=keep_open_days)


def _all(steps: Sequence[Sequence[Span]]) -> list[Span]:
    joined = list(steps[0])
    for spans in steps[1:]:
        joined = [
            replace(span, opens=max(span.opens, other.opens), closes=min(span.closes, other.closes))
            for span in joined
            for other in spans
            if span.opens < other.closes and other.opens < span.closes
        ]
    return sorted(joined, key=lambda span: span.opens)


def _ordered(steps: Sequence[Sequence[Span]], within_days: int) -> list[Span]:
    """Keep the days of the last step where the steps before it came in their order."""
    within = timedelta(days=within_days)
    reached = list(steps[0])
    for spans in steps[1:]:
        reached = [
            span
            for span in spans
            if any(
                before.opens < span.opens
                and (before.closes >= span.opens or span.opens - before.closes <= within)
                for before in reached
            )
        ]
    return sorted(reached, key=lambda span: span.opens)


def _merged(spans: Iterable[Span], *, days: int) -> list[Span]:
    """Let each go on for this many days more, and make those one that touch then."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: span.opens):
        longest = (FOREVER - span.closes).days
        kept = replace(span, closes=span.closes + timedelta(days=min(days, longest)))
        if merged and kept.opens <= merged[-1].closes:
            before = merged[-1]
            farthest = max((before, kept), key=lambda span: abs(span.part or 0))
            merged[-1] = replace(
                farthest,
                opens=before.opens,
                closes=max(before.closes, kept.closes),
                peak=max(before.peak, kept.peak),
            )
        else:
            merged.append(kept)
    return merged
