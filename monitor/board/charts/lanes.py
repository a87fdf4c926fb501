"""One row a person: the days that a stated date may mean, and the snapshot that showed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.base.days import earlier, later
from monitor.board.charts.axes import Days, drawn
from monitor.board.charts.labels import shortened

ROW, TOP, FOOT = 24, 12, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """What is known of one person."""

    name: str
    earliest: date
    latest: date
    seen_on: date
    certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneChart:
    """What is drawn; names are not escaped yet."""

    width: int
    height: int
    left: float
    bottom: float
    bars: list[tuple[str, float, float, float, float, bool]]
    """Name, height of its middle, left end and width of the bar, place of the diamond, certain."""
    window: tuple[float, float] | None
    """Left end and width of the window that ended when the threshold was reached."""
    columns: list[tuple[float, str]]


def lane_chart(lanes: Sequence[Lane], *, window: tuple[date, date] | None, width: int) -> LaneChart:
    """Draw at least one lane."""
    marks = drawn(day for lane in lanes for day in (lane.earliest, lane.latest, lane.seen_on))
    marks += drawn(window or ())
    left = round(width * 0.24, 1)
    days = Days(
        first=earlier(min(marks), 7),
        last=later(max(marks), 7),
        left=left,
        right=width - 16,
    )
    bars = []
    for place, lane in enumerate(lanes):
        start, end = days.place(lane.earliest), days.place(later(lane.latest, 1))
        name = shortened(lane.name, left - 14)
        middle = TOP + ROW * place + ROW / 2
        bars.append(
            (
                name,
                middle,
                start,
                round(max(end - start, 3), 1),
                days.place(lane.seen_on),
                lane.certain,
            )
        )
    bottom = TOP + ROW * len(lanes)
    strip = None
    if window is not None:
        start = days.place(window[0])
        strip = (start, round(days.place(window[1]) - start, 1))
    return LaneChart(
        width=width,
        height=bottom + FOOT,
        left=left,
        bottom=bottom,
        bars=bars,
        window=strip,
        columns=days.ticks(),
    )
