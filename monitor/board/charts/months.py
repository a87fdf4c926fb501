"""By month: who was there as a line with a band, who came and went as bars, and small trends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.board.charts.axes import Days, count_ticks

LEFT, RIGHT, TOP, FOOT = 44, 16, 14, 28
LINE_HEIGHT, BARS_HEIGHT = 240, 220
TREND_WIDTH, TREND_HEIGHT = 120, 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The figures of one month."""

    first: date
    people: int
    at_most: int
    came: int
    went: int

    @property
    def name(self) -> str:
        """As `2025-06`."""
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headcounts:
    """A line of who was certainly there, and a band up to who may have been."""

    width: int
    height: int
    line: str
    band: str
    rows: list[tuple[float, int]]
    columns: list[tuple[float, str]]
    left: int
    right: int
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover:
    """Bars of who came, upwards, and of who went, downwards."""

    width: int
    height: int
    came: list[tuple[Month, float, float, float, float]]
    """The month, x, y, width and height of each bar."""
    went: list[tuple[Month, float, float, float, float]]
    zero: float
    rows: list[tuple[float, int]]
    columns: list[tuple[float, str]]
    left: int
    right: int
    bottom: float


def headcounts(months: Sequence[Month], *, width: int) -> Headcounts:
    """Draw at least one month, from 0."""
    days = _days(months, width)
    bottom = LINE_HEIGHT - FOOT
    ticks = count_ticks(
        max(1, *(month.at_most for month in months), *(month.people for month in months))
    )

    def y(count: int) -> float:
        return round(bottom - (bottom - TOP) * count / ticks[-1], 1)

    places = [days.place(_middle(month.first)) for month in months]
    top = [f"{x} {y(month.at_most)}" for x, month in zip(places, months, strict=True)]
    line = [f"{x} {y(month.people)}" for x, month in zip(places, months, strict=True)]
    return Headcounts(
        width=width,
        height=LINE_HEIGHT,
        line=f"M{' L'.join(line)}",
        band=f"M{' L'.join([*top, *reversed(line)])} Z",
        rows=[(y(tick), tick) for tick in ticks],
        columns=days.ticks(),
        left=LEFT,
        right=width - RIGHT,
        bottom=bottom,
    )


def turnover(months: Sequence[Month], *, width: int) -> Turnover:
    """Draw at least one month, both ways by one scale."""
    days = _days(months, width)
    bottom = BARS_HEIGHT - FOOT
    up, down = (
        count_ticks(max(1, *figures))
        for figures in ([figure.came for figure in months], [figure.went for figure in months])
    )
    step = max(up[1], down[1])
    highest, lowest = (-(-ticks[-1] // step) * step for ticks in (up, down))
    scale = (bottom - TOP) / (highest + lowest)
    zero = round(TOP + highest * scale, 1)

    def bars(figures: Sequence[int], sign: int) -> list[tuple[Month, float, float, float, float]]:
        return [
            (
                month,
                round(start + (end - start) * 0.15, 1),
                round(zero - (count * scale if sign > 0 else 0), 1),
                round((end - start) * 0.7, 1),
                round(count * scale, 1),
            )
            for month, count in zip(months, figures, strict=True)
            if count
            for start, end in [(days.place(month.first), days.place(next_month(month.first)))]
        ]

    return Turnover(
        width=width,
        height=BARS_HEIGHT,
        came=bars([figure.came for figure in months], 1),
        went=bars([figure.went for figure in months], -1),
        zero=zero,
        rows=[
            (round(zero - tick * scale, 1), abs(tick))
            for tick in range(-lowest, highest + step, step)
        ],
        columns=days.ticks(),
        left=LEFT,
        right=width - RIGHT,
        bottom=bottom,
    )


def trend(counts: Sequence[int]) -> str:
    """Draw a small line from its least to its greatest count, as a path; nothing for one alone."""
    if len(counts) < 2:  # noqa: PLR2004 -- a line has two ends
        return ""
    least, reach = min(counts), max(max(counts) - min(counts), 1)
    points = [
        f"{round(2 + (TREND_WIDTH - 4) * place / (len(counts) - 1), 1)}"
        f" {round(TREND_HEIGHT - 3 - (TREND_HEIGHT - 6) * (count - least) / reach, 1)}"
        for place, count in enumerate(counts)
    ]
    return f"M{' L'.join(points)}"


def _days(months: Sequence[Month], width: int) -> Days:
    """The days of all months: what a month has stands in its middle."""
    first, last = months[0].first, months[-1].first
    return Days(first=first, last=next_month(last), left=LEFT, right=width - RIGHT)


def _middle(first: date) -> date:
    return first.replace(day=15)


def next_month(first: date) -> date:
    """Return the first day of the month after one, given by its first day."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
