"""Several conditions in one rule, their order, and what is kept open, against single days."""

from datetime import date, timedelta
from typing import Literal

import hypothesis.strategies as st
import measures_oracle as oracle
from hypothesis import given, settings
from tempo import examples

from monitor.rules.evaluation.combine import FOREVER, Span, combined

START = date(2025, 1, 1)
LENGTH = 24
CALENDAR = oracle.calendar_of(START, START + timedelta(days=LENGTH + 40))

# The last day of the calendar belongs to what goes on for ever.
steps = st.lists(
    st.sets(st.integers(0, LENGTH), max_size=12).map(
        lambda some: {START + timedelta(days=day) for day in some}
    ),
    min_size=2,
    max_size=3,
)


def spans(found: set[date]) -> list[Span]:
    """Say days as the product's spans."""
    return [
        Span(opens=opens, closes=closes or FOREVER, peak=1)
        for opens, closes in oracle.spans(found, CALENDAR)
    ]


@settings(max_examples=examples(500))
@given(
    steps=steps,
    combine=st.sampled_from(["all", "any", "ordered"]),
    within=st.integers(0, 9),
    keep_open=st.integers(0, 9),
)
def test_conditions_together_are_what_trying_every_day_finds(steps, combine, within, keep_open):
    """All, any or one after the other, and kept open: the same days as by looking at each."""
    found = combined(
        [spans(step) for step in steps], combine, within_days=within, keep_open_days=keep_open
    )
    expected = oracle.together(
        steps, combine, within=within, keep_open=keep_open, calendar=CALENDAR
    )
    told = [(span.opens, None if span.closes == FOREVER else span.closes) for span in found]
    assert told == expected


def days(first: int, last: int) -> Span:
    return Span(opens=date(2025, 1, first), closes=date(2025, 1, last), peak=1)


def test_a_freeze_and_then_departures_match_and_not_the_other_way_round():
    """The order counts, as in Sigma's temporal_ordered (case 19)."""
    freeze, departures = [days(2, 9)], [days(5, 20)]
    ordered: Literal["ordered"] = "ordered"
    assert combined([freeze, departures], ordered, within_days=10) == departures
    assert combined([departures, freeze], ordered, within_days=10) == []
    assert combined([freeze, [days(2, 20)]], ordered, within_days=10) == []


def test_a_step_that_comes_too_late_does_not_match():
    """The time between two steps is bounded, from the end of the one to the start of the next."""
    assert combined([[days(2, 4)], [days(9, 12)]], "ordered", within_days=5) == [days(9, 12)]
    assert combined([[days(2, 4)], [days(9, 12)]], "ordered", within_days=4) == []


def test_what_flaps_within_the_hold_period_is_one_episode():
    """It opens once and closes once (case 33)."""
    flapping = [days(1, 3), days(5, 6), days(9, 11)]
    assert combined([flapping], "all", keep_open_days=3) == [days(1, 14)]
    assert len(combined([flapping], "all", keep_open_days=1)) == 3


def test_what_goes_on_for_ever_is_kept_open_for_no_longer():
    """The last of all days has no day after it."""
    endless = Span(opens=START, closes=FOREVER, peak=2)
    assert combined([[endless]], "all", keep_open_days=9) == [endless]
