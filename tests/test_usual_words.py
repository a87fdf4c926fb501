"""What messages say of how many are still to come, or why nobody can tell."""

import re
from dataclasses import replace
from datetime import date

import pytest
from samples import SUBJECT, after, alert
from test_messages import JUDGED, check

from monitor.base.records import Reason
from monitor.base.usual import Nowcast, Usual, UsualPast, UsualWindow
from monitor.board.answers.counts_only import CountedAlerts
from monitor.board.answers.left_out import LeftOut
from monitor.delivery.messages import body, text
from monitor.delivery.messages.usual_words import (
    UsualFigures,
    not_said_of_few,
    nowcast_lines,
    sum_lines,
)

FORETOLD = Nowcast(
    seen=5,
    expected=7,
    low=5,
    high=11,
    level=0.9,
    share_known=0.71,
    within_days=980,
    as_of=date(2025, 8, 7),
)
REFUSED = Nowcast(seen=5, as_of=date(2025, 8, 7), reason="uneven_news")
USUAL = alert("Ada", expected=1.7, probability=0.0024, unusual=JUDGED, known_on=date(2025, 8, 7))


@pytest.mark.parametrize(
    ("nowcast", "said"),
    [
        (
            FORETOLD,
            (
                "5 are seen so far. Some profiles show a move late: about 7 are likely in the end,"
                " and 5 to 11 with a certainty of 90%, since about 70% of the moves of those days"
                " are known by now."
            ),
        ),
        (
            REFUSED,
            (
                "How many more will turn up later cannot be told: news of this source comes in"
                " bursts, and earlier estimates did not come true."
            ),
        ),
        (
            replace(REFUSED, reason="too_early"),
            (
                "How many more will turn up later cannot be told yet: too few of the moves of those"
                " days are known by now."
            ),
        ),
        (
            replace(REFUSED, reason="short_history"),
            (
                "How many more will turn up later cannot be told yet: too few earlier estimates"
                " could be checked."
            ),
        ),
    ],
)
def test_a_message_says_how_many_are_still_to_come(nowcast, said):
    """Or why nobody can tell."""
    document = body(replace(USUAL, nowcast=nowcast), subject=SUBJECT)
    check(document)
    assert said in text(document)


def test_no_number_of_the_words_is_missing_in_the_document():
    """The shares stand there as such; that of the moves is rounded to tens of a per cent."""
    numbers = {"5", "7", "11", "70", "90", "980", "2025", "08", "07"}
    lines = " ".join(nowcast_lines(FORETOLD))
    assert set(re.findall(r"\d+", lines)) == numbers


@pytest.mark.parametrize(
    "nowcast", [None, replace(FORETOLD, expected=5, low=5, high=5, share_known=1.0)]
)
def test_nothing_is_said_where_nobody_is_to_come(nowcast):
    """Nor where a rule has no such figure."""
    said = text(body(replace(USUAL, nowcast=nowcast), subject=SUBJECT))
    assert "turn up later" not in said
    assert "in the end" not in said


@pytest.mark.parametrize("reason", [Reason.CLOSED, Reason.WITHDRAWN])
def test_a_message_foretells_nothing_of_an_earlier_day(reason):
    """What a revision leaves as it was is of the day on which it was foretold."""
    told = replace(USUAL, nowcast=FORETOLD)
    over = replace(after(told, reason), known_on=date(2025, 9, 7))
    assert "likely in the end" not in text(body(over, subject=SUBJECT, before=told))


def test_where_few_people_are_not_said_nothing_of_chance_is():
    """A figure of what was to be expected tells of the few who are seen."""
    document = body(
        replace(USUAL, nowcast=FORETOLD, peak=5), subject=replace(SUBJECT, least_people=6)
    )
    for key in ("expected", "probability", "unusual", "nowcast"):
        assert document[key] is None


@pytest.mark.parametrize(
    ("at_opening", "foretold_of", "kept"),
    [(6, 6, {"unusual", "nowcast"}), (5, 6, {"nowcast"}), (6, 5, {"unusual"})],
)
def test_what_an_alert_was_held_against_while_few_counted_is_not_said_once_many_do(
    at_opening, foretold_of, kept
):
    """It tells how many there were on that day, in messages and on pages."""
    assert JUDGED.window is not None
    assert JUDGED.past is not None
    window = replace(JUDGED.window, seen=at_opening)
    grown = replace(
        USUAL,
        peak=9,
        unusual=replace(JUDGED, window=window, past=replace(JUDGED.past, seen=8)),
        nowcast=replace(FORETOLD, seen=foretold_of),
    )
    document = body(grown, subject=replace(SUBJECT, least_people=6))
    alerts = CountedAlerts(least=6, groups={}, left_out=LeftOut(6))
    [shown] = alerts.shown([grown])
    for name in ("unusual", "nowcast"):
        assert (document[name] is not None) is (name in kept)
        assert (getattr(shown, name) is not None) is (name in kept)
    assert (document["probability"] is None, shown.probability is None) == (
        ("unusual" not in kept,) * 2
    )


def test_the_past_of_two_that_are_small_says_nothing_of_them():
    """Nobody was to be expected, and nobody came: they exchange neither more nor fewer."""
    assert JUDGED.past is not None
    small = replace(JUDGED, closeness=0.9999, past=replace(JUDGED.past, seen=0, expected=0.04))
    figures = UsualFigures(expected=0.7, probability=0.003, unusual=small)
    said = " ".join(sum_lines(figures))
    assert "nobody was to be expected between these two" in said
    assert "exchange" not in said
    larger = replace(small, past=replace(JUDGED.past, seen=0, expected=0.05))
    assert "exchange fewer" in " ".join(sum_lines(replace(figures, unusual=larger)))


def test_an_expectation_is_not_told_where_few_of_any_figure_of_its_sum_moved():
    """Whoever knows the sum can reckon each figure of it."""
    day = date(2025, 8, 7)
    window = UsualWindow(ends_on=day, days=30, seen=6, left=9, joined=7, panel=80)
    past = UsualPast(since=day, until=day, seen=5, expected=2.0)

    def unsaid(window: UsualWindow, past: UsualPast) -> set[str]:
        usual = Usual(judged_on=day, window=window, past=past)
        return {*not_said_of_few(6, usual, None, least=5)}

    hidden = {"expected", "probability", "unusual"}
    assert unsaid(window, past) == set()
    assert unsaid(window, replace(past, seen=4)) == hidden
    assert unsaid(replace(window, joined=4), past) == hidden
    assert unsaid(replace(window, left=4), past) == hidden
    assert unsaid(replace(window, left=None, joined=None), past) == set()
