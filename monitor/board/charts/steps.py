"""How many counted, day by day: a line of steps, a band of who may have, and the threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.board.charts.axes import Days, count_ticks

HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 260, 30, 232, 40, 16
Span = tuple[date, date | None]
"""The first day, and the first day after; None if it never ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepChart:
    """What is drawn; texts are not escaped yet."""

    width: int
    height: int
    line: str
    """The certain count, as a path."""
    band: str
    """Who counted at most, as a closed path."""
    over: str
    """Where the count is at or over the threshold, as closed paths."""
    threshold: int
    threshold_y: float
    rows: list[tuple[float, int]]
    columns: list[tuple[float, str]]
    known_x: float
    bottom: float
    top: float
    figures: list[tuple[date, int, int]]
    """The same as a table: from which day on, how many counted, how many at most."""


def step_chart(  # noqa: PLR0913 -- what the picture says
    certain: Sequence[Span],
    possible: Sequence[Span],
    *,
    threshold: int,
    known_on: date,
    until: date,
    width: int,
) -> StepChart:
    """Draw counts from the spans in which each person counts, up to a day."""
    changes = [day for span in (*certain, *possible) for day in span if day is not None]
    first = min([*changes, known_on, until]) - timedelta(days=14)
    last = max(min(max([*changes, known_on]) + timedelta(days=14), until), known_on, first)
    days = Days(first=first, last=last, left=LEFT, right=width - RIGHT)
    starts = sorted({first, *(day for day in changes if first <= day <= last)})
    figures = [(day, _count(certain, day), _count((*certain, *possible), day)) for day in starts]
    most = max(threshold, *(count for _, _, count in figures))
    ticks = count_ticks(most)

    def height(count: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * count / ticks[-1], 1)

    places = [days.place(day) for day, *_ in figures] + [days.place(last)]
    heights = [height(count) for _, count, _ in figures]
    tops = [height(count) for _, _, count in figures]
    return StepChart(
        width=width,
        height=HEIGHT,
        line=_steps(places, heights),
        band=f"{_steps(places, tops)} V{BOTTOM} H{places[0]} Z",
        over=" ".join(
            f"M{start} {BOTTOM} V{high} H{end} V{BOTTOM} Z"
            for start, end, high, (_, count, _) in zip(
                places, places[1:], heights, figures, strict=False
            )
            if count >= threshold
        ),
        threshold=threshold,
        threshold_y=height(threshold),
        rows=[(height(tick), tick) for tick in ticks],
        columns=days.ticks(),
        known_x=days.place(known_on),
        bottom=BOTTOM,
        top=TOP,
        figures=figures,
    )


def _count(spans: Sequence[Span], day: date) -> int:
    return sum(1 for start, end in spans if start <= day and (end is None or day < end))


def _steps(places: Sequence[float], heights: Sequence[float]) -> str:
    """Write a line of steps; there is one place more than there are heights."""
    parts = [f"V{high} H{end}" for high, end in zip(heights[1:], places[2:], strict=True)]
    return " ".join([f"M{places[0]} {heights[0]} H{places[1]}", *parts])
