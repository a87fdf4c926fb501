"""The reasons for which nobody can tell whether a count is a lot, on both sides of each limit."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from monitor.base.engine import Engine
from monitor.identity.organizations import Directory
from monitor.rules.language import Bounds, Condition, Match, Rule
from monitor.unusual import judging
from monitor.unusual.expectation import Learned, Quarter, Window
from monitor.unusual.fits import Fit
from monitor.unusual.judging import _judge_window, judge
from monitor.unusual.level import Groups, level_of
from monitor.unusual.panels import Panel, panel_of

RULE = Rule(
    id="r",
    file=Path("r.toml"),
    title="r",
    conditions=(
        Condition(
            origin=Match(),
            destination=Match(),
            window_days=90,
            people=Bounds(at_least=3),
            unusual=1.0,
            group_by=("from.organization", "to.organization"),
            names=("from.organization", "to.organization"),
        ),
    ),
)
TESTED = judging.Tested(
    rule="r", grouping="a\x1fb", known_on=date(2025, 1, 1), ends_on=date(2024, 12, 1), seen=3
)
QUARTER = Quarter(pair=1, left=9, joined=9, panel=100)
WINDOW = Window(seen=3, left=5, joined=5, panel=20, past=[QUARTER] * 12)


def panel() -> Panel:
    found = panel_of(RULE)
    assert found is not None
    return found


def fit(groups: int = 9) -> Fit:
    level = level_of([Groups(number=9, mean=1.0, size=1.0)], window_days=90, least=3)
    return Fit(day=TESTED.known_on, learned=Learned(), level=level, groups=groups)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"panel": 19}, "small_window"),
        ({"past": [replace(QUARTER, panel=75)] * 4}, None),
        ({"past": [replace(QUARTER, panel=74)] * 4}, "short_history"),
        ({"past": [replace(QUARTER, panel=999)] * 3}, "short_history"),
    ],
)
def test_where_nobody_can_tell_there_is_a_reason_and_no_figure(changes, reason):
    """Twenty people in the window; four blocks and three hundred people before it."""
    judged = _judge_window(panel(), fit(), TESTED, replace(WINDOW, **changes))
    assert judged.usual.reason == reason
    for figure in (judged.expected, judged.probability, judged.threshold, judged.rate):
        assert (figure is None) is (reason is not None)


def test_without_a_window_that_others_can_stand_for_nobody_can_tell():
    """The fit found none that was full enough."""
    judged = _judge_window(panel(), fit(groups=0), TESTED, WINDOW)
    assert judged.usual.reason == "short_history"


def test_a_window_that_was_over_for_more_than_a_year_is_not_judged():
    """After 366 days it is too old; no table is asked for it."""
    old = replace(TESTED, ends_on=date(2024, 1, 1))
    judged = judge(Engine(), [RULE], Directory(), [old])
    assert judged[old].usual.reason == "old_window"
