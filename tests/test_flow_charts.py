"""Charts of flows and months: marks stay in their box, areas add up, and nothing is no number."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.board.charts.labels import shortened, width_of
from monitor.board.charts.matrix import SHADES, matrix
from monitor.board.charts.months import (
    TREND_HEIGHT,
    TREND_WIDTH,
    Month,
    headcounts,
    trend,
    turnover,
)
from monitor.board.charts.sankey import NODE, OTHERS, gathered, sankey
from monitor.board.charts.sums import largest, summed

WIDTHS = st.sampled_from([430, 1080])
PAIRS = st.dictionaries(
    st.tuples(st.sampled_from("abcdefghijklmnopq"), st.sampled_from("abcdefghijklmnopq")),
    st.integers(1, 10**6),
    max_size=60,
)
FLOWS = PAIRS.map(lambda pairs: [(*pair, people) for pair, people in pairs.items()])
COUNTS = st.integers(0, 10**6)


def numbers(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", path)]


@given(flows=FLOWS, width=WIDTHS, most=st.integers(1, 10), mirrored=st.booleans())
def test_the_ribbons_of_a_sankey_stay_in_the_box_and_fill_their_nodes(flows, width, most, mirrored):
    """Each node is as high as its ribbons are thick, and says how many people that is."""
    chart = sankey(gathered(summed(flows), most=most), {}, width=width, mirrored=mirrored)
    for ribbon in chart.ribbons:
        points = numbers(ribbon.path)
        assert all(0 <= x <= width for x in points[::2])
        assert all(0 <= y <= chart.height + 0.01 for y in points[1::2])
    for side, nodes in (("origin", chart.origins), ("destination", chart.destinations)):
        for node in nodes:
            own = [one for one in chart.ribbons if getattr(one, side) == node.key]
            assert node.people == sum(one.people for one in own)
            assert node.height == pytest.approx(sum(one.thickness for one in own), abs=0.1)
            assert 0 <= node.x <= width - NODE
            assert 0 <= node.label_x <= width
            assert node.y >= 0
            assert node.y + node.height <= chart.height + 0.01


@given(flows=FLOWS, most=st.integers(1, 10))
def test_a_sankey_draws_everybody_but_those_between_others(flows, most):
    """No ribbon from others to others, and what is left out is counted."""
    chart = sankey(gathered(summed(flows), most=most), {}, width=1080)
    drawn = sum(ribbon.people for ribbon in chart.ribbons)
    assert drawn + chart.undrawn == sum(people for *_, people in flows)
    assert not [ribbon for ribbon in chart.ribbons if ribbon.origin == ribbon.destination == OTHERS]
    for nodes in (chart.origins, chart.destinations):
        assert len(nodes) <= most + 1
        tops = [node.y for node in nodes]
        assert tops == sorted(tops)
    assert all(ribbon.color == "grey" for ribbon in chart.ribbons if ribbon.origin == OTHERS)


@given(flows=FLOWS, most=st.integers(1, 10))
def test_pictures_and_tables_need_the_pairs_of_the_largest_alone(flows, most):
    """However many others there are, nobody has to read them."""
    sums = summed(flows)
    sides = [set(largest(totals, most + 1)) for totals in (sums.went, sums.came)]
    few = {
        pair: people
        for pair, people in sums.pairs.items()
        if all(name in side for name, side in zip(pair, sides, strict=True))
    }
    brief = replace(sums, pairs=few)
    assert gathered(brief, most=most) == gathered(sums, most=most)
    assert matrix(brief, most=most) == matrix(sums, most=most)


def test_one_organisation_alone_is_not_called_others():
    """Its name takes no more room."""
    flows = [("a", "x", 3), ("b", "x", 2), ("c", "x", 1)]
    chart = sankey(gathered(summed(flows), most=2), {}, width=1080)
    assert [origin.key for origin in chart.origins] == ["a", "b", "c"]
    flows.append(("d", "x", 1))
    chart = sankey(gathered(summed(flows), most=2), {}, width=1080)
    assert [(origin.key, origin.people) for origin in chart.origins] == [
        ("a", 3),
        ("b", 2),
        (OTHERS, 2),
    ]


def test_a_mirrored_sankey_goes_from_right_to_left():
    """Labels stand outside on both sides."""
    names = {"a": "Alpha", "b": "Beta"}
    straight, mirrored = (
        sankey(gathered(summed([("a", "b", 2)])), names, width=430, mirrored=turned)
        for turned in (False, True)
    )
    assert straight.origins[0].x < straight.destinations[0].x
    assert mirrored.origins[0].x > mirrored.destinations[0].x
    assert (straight.origins[0].anchor, mirrored.origins[0].anchor) == ("end", "start")


@given(text=st.text(max_size=60), pixels=st.integers(0, 400))
def test_a_shortened_label_fits(text, pixels):
    """Unless there is room for nothing at all."""
    short = shortened(text, pixels)
    assert width_of(short) <= max(pixels, width_of("…"))
    assert short == text or short.endswith("…")


@given(flows=FLOWS, most=st.integers(1, 20))
def test_the_cells_of_a_row_and_what_is_not_shown_add_up_to_all(flows, most):
    """A matrix is the whole, as far as a page has room for it."""
    made = matrix(summed(flows), most=most)
    went: dict[str, int] = {}
    for origin, _, people in flows:
        went[origin] = went.get(origin, 0) + people
    assert len(made.rows) + made.hidden_rows == len(went)
    for origin, cells, hidden, total in made.rows:
        assert total == went[origin]
        assert sum(cell.people for cell in cells) + hidden == total
        assert hidden >= 0
        assert [cell.column for cell in cells] == made.columns
        for cell in cells:
            assert (0 < cell.shade <= SHADES) == (cell.people > 0)
            assert cell.same == (cell.column == origin)


@pytest.mark.parametrize(("people", "shade"), [(1, 1), (6, 1), (7, 2), (25, 2), (26, 3), (100, 4)])
def test_a_shade_is_by_the_square_root_of_the_strongest(people, shade):
    """A sixteenth of it is the palest."""
    (_, cells, *_), *_ = [
        row
        for row in matrix(summed([("a", "x", 100), ("b", "x", people)])).rows
        if row[0] == "b" or people == 100
    ]
    assert cells[0].shade == shade


MONTHS = st.lists(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS), min_size=1, max_size=60).map(
    lambda figures: [
        Month(
            first=date(2020 + place // 12, place % 12 + 1, 1),
            people=min(each[:2]),
            at_most=max(each[:2]),
            came=each[2],
            went=each[3],
        )
        for place, each in enumerate(figures)
    ]
)


@given(months=MONTHS, width=WIDTHS)
def test_headcounts_stay_in_the_box_and_begin_at_zero(months, width):
    """The band never lies below its line."""
    chart = headcounts(months, width=width)
    line, band = numbers(chart.line), numbers(chart.band)
    assert len(line) == 2 * len(months)
    assert band[len(line) :: 2] == line[-2::-2]
    assert all(chart.left <= x <= chart.right for x in [*line[::2], *band[::2]])
    assert all(0 <= y <= chart.bottom for y in [*line[1::2], *band[1::2]])
    assert all(high <= low for high, low in zip(band[1 : len(line) : 2], line[1::2], strict=True))
    assert chart.rows[0] == (chart.bottom, 0)
    assert all(0 <= x <= width for x, _ in chart.columns)


@given(months=MONTHS, width=WIDTHS)
def test_bars_of_who_came_and_went_are_as_long_as_their_figures(months, width):
    """By one scale, upwards and downwards from one line."""
    chart = turnover(months, width=width)
    came = {month: height for month, _, _, _, height in chart.came}
    assert len(came) == sum(1 for one in months if one.came)
    heights = [
        (height, count)
        for bars, name in ((chart.came, "came"), (chart.went, "went"))
        for month, x, y, wide, height in bars
        for count in [getattr(month, name)]
        if chart.left <= x <= x + wide <= chart.right + 0.2
        if 0 <= y <= y + height <= chart.bottom + 0.2
        if (y + height if name == "came" else y) == pytest.approx(chart.zero, abs=0.11)
    ]
    assert len(heights) == len(chart.came) + len(chart.went)
    tick = max(chart.rows, key=lambda row: row[1])
    scale = abs(tick[0] - chart.zero) / tick[1]
    assert all(height == pytest.approx(count * scale, abs=0.25) for height, count in heights)
    assert all(0 <= y <= chart.bottom + 0.2 for y, _ in chart.rows)


@given(counts=st.lists(COUNTS, max_size=30))
def test_a_trend_is_a_line_in_its_box(counts):
    """From its least to its greatest count; one count alone is none."""
    points = numbers(trend(counts))
    assert len(points) == (2 * len(counts) if len(counts) > 1 else 0)
    assert all(0 <= x <= TREND_WIDTH for x in points[::2])
    assert all(0 <= y <= TREND_HEIGHT for y in points[1::2])
