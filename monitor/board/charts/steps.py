"""How many counted, day by day: a line of steps, a band of who may have, and the threshold."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.base.days import earlier, later
from monitor.board.charts.axes import Days, count_ticks, drawn

LOOK = 9
"""The least width of a snapshot's mark with its room, in pixels."""
HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 300, 48, 272, 40, 16
Span = tuple[date, date | None]
"""The first day, and the first day after; None if it never ends."""
Figure = tuple[date, int, int]
"""From which day on, how many counted, how many at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepChart:
    """What is drawn; texts are not escaped yet."""

    width: int
    height: int
    line: str
    """The certain count, as a path."""
    band: str
    """Who counted at most, as a closed path."""
    under: str
    """Where the certain count is below the threshold, as closed paths."""
    over: str
    """Where the count is at or over the threshold, as closed paths."""
    threshold: int
    threshold_y: float
    expected: tuple[float, str] | None
    """How many would have been usual in a window, also in words, if that can be told."""
    expected_y: float | None
    rows: list[tuple[float, int]]
    columns: list[tuple[float, str]]
    known_x: float | None
    """Where it became known; None where no day is told."""
    bottom: float
    top: float
    window: tuple[float, float] | None
    """Both ends of the window that ended on the day on which the threshold was reached."""
    window_days: int | None
    looks: list[float]
    """Where snapshots were taken; none if they are too many to be told apart."""
    figures: list[Figure]
    """The same as a table: from which day on, how many counted, how many at most."""


def step_chart(  # noqa: PLR0913 -- what the picture says
    certain: Sequence[Span],
    possible: Sequence[Span],
    *,
    threshold: int,
    known_on: date,
    until: date,
    width: int,
    expected: tuple[float, str] | None = None,
    window: tuple[date, int] | None = None,
    looks: Sequence[date] = (),
) -> StepChart:
    """Draw counts from the spans in which each person counts, up to a day.

    `window` is the day on which the threshold was reached, and the days that the rule's window has;
    `looks` are the days of snapshots.
    """
    changes = drawn(day for span in (*certain, *possible) for day in span if day is not None)
    opened = earlier(*window) if window else None
    first = earlier(min([*changes, known_on, until, *([opened] if opened else [])]), 14)
    last = max(min(later(max([*changes, known_on]), 14), until), known_on, first)
    starts = sorted({first, *(day for day in changes if first <= day <= last)})
    figures = [(day, _count(certain, day), _count((*certain, *possible), day)) for day in starts]
    return chart_of(
        figures,
        last=last,
        threshold=threshold,
        known_on=known_on,
        width=width,
        window=window,
        looks=looks,
        expected=expected,
    )


def chart_of(  # noqa: PLR0913 -- what the picture says
    figures: Sequence[Figure],
    *,
    last: date,
    threshold: int,
    width: int,
    known_on: date | None = None,
    window: tuple[date, int] | None = None,
    looks: Sequence[date] = (),
    expected: tuple[float, str] | None = None,
) -> StepChart:
    """Draw counts that are told as figures: from which day on how many, the first day first.

    The rest is as for `step_chart`.
    """
    opened = earlier(*window) if window else None
    first = figures[0][0]
    days = Days(first=first, last=last, left=LEFT, right=width - RIGHT)
    most = max(
        threshold, math.ceil(expected[0] if expected else 0), *(count for _, _, count in figures)
    )
    ticks = count_ticks(most)

    def height(count: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * count / ticks[-1], 1)

    places = [days.place(day) for day, *_ in figures] + [days.place(last)]
    heights = [height(count) for _, count, _ in figures]
    tops = [height(count) for _, _, count in figures]
    return StepChart(
        width=width,
        height=HEIGHT,
        line=_steps(places, heights),
        band=f"{_steps(places, tops)} V{BOTTOM} H{places[0]} Z",
        under=_areas(places, heights, [0 < count < threshold for _, count, _ in figures]),
        over=_areas(places, heights, [count >= threshold for _, count, _ in figures]),
        threshold=threshold,
        threshold_y=height(threshold),
        expected=expected,
        expected_y=None if expected is None else height(expected[0]),
        rows=[(height(tick), tick) for tick in ticks],
        columns=days.ticks(),
        known_x=None if known_on is None else days.place(known_on),
        bottom=BOTTOM,
        top=TOP,
        window=(days.place(opened), days.place(window[0])) if window and opened else None,
        window_days=window and window[1],
        looks=_looks(days, looks),
        figures=list(figures),
    )


def _areas(places: Sequence[float], heights: Sequence[float], drawn: Sequence[bool]) -> str:
    """Fill the steps that are to be drawn, down to the ground."""
    return " ".join(
        f"M{start} {BOTTOM} V{high} H{end} V{BOTTOM} Z"
        for start, end, high, wanted in zip(places, places[1:], heights, drawn, strict=False)
        if wanted
    )


def _looks(days: Days, looks: Sequence[date]) -> list[float]:
    places = sorted({days.place(look) for look in looks if days.first <= look <= days.last})
    return places if len(places) * LOOK <= days.right - days.left else []


def _count(spans: Sequence[Span], day: date) -> int:
    return sum(1 for start, end in spans if start <= day and (end is None or day < end))


def _steps(places: Sequence[float], heights: Sequence[float]) -> str:
    """Write a line of steps; there is one place more than there are heights."""
    parts = [f"V{high} H{end}" for high, end in zip(heights[1:], places[2:], strict=True)]
    return " ".join([f"M{places[0]} {heights[0]} H{places[1]}", *parts])
