"""Which revisions of an alert say anew how many are still to come, and which keep what was said."""

from dataclasses import replace

import pytest
from samples import after, alert
from test_judging import RULE

from monitor.alerts.judged import Openings, asked_for_newest
from monitor.base.records import Alert, Reason
from monitor.base.usual import Nowcast, Usual
from monitor.identity.organizations import Directory
from monitor.unusual.judging import Judgement


def foretold(*revisions: Alert) -> list[tuple[Reason, str | None]]:
    """Return of each revision which day its nowcast is of."""
    openings = Openings({RULE.id: RULE}, Directory())
    openings.add(revisions)
    asked = {tested for some in openings._foretold.values() for tested in some.values() if tested}
    openings._judged = {
        tested: Judgement(
            usual=Usual(judged_on=tested.known_on),
            nowcast=Nowcast(seen=tested.seen, as_of=tested.known_on),
        )
        for tested in asked
    }
    return [
        (each.reason, None if each.nowcast is None else each.nowcast.as_of.isoformat())
        for each in map(openings.judged, revisions)
    ]


OPENED = alert("Ada", "Bob", "Cleo", rule=RULE.id, unusual=Usual(judged_on=alert("Ada").known_on))
GREW = after(OPENED, Reason.GREW, "Ada", "Bob", "Cleo", "Dan")


def test_what_is_to_come_is_said_anew_when_people_are_added_or_taken_back():
    """Revisions that refine days, or end the alert, keep what was said before."""
    revised = after(GREW, Reason.REVISED)
    corrected = after(revised, Reason.CORRECTED, "Ada", "Bob", "Cleo")
    closed = after(corrected, Reason.CLOSED)
    assert foretold(OPENED, GREW, revised, corrected, closed) == [
        (Reason.OPENED, "2025-08-07"),
        (Reason.GREW, "2025-08-08"),
        (Reason.REVISED, "2025-08-08"),
        (Reason.CORRECTED, "2025-08-10"),
        (Reason.CLOSED, "2025-08-10"),
    ]


def test_what_was_withdrawn_has_nobody_to_come():
    """Nothing is left of it."""
    gone = after(GREW, Reason.WITHDRAWN)
    assert foretold(OPENED, GREW, gone)[-1] == (Reason.WITHDRAWN, None)


@pytest.mark.parametrize("reason", [Reason.CLOSED, Reason.REVISED, Reason.SOURCE_REMOVED])
def test_a_revision_that_a_later_run_adds_keeps_what_the_ledger_has(reason):
    """As it would have been in one run over everything."""
    kept = Nowcast(seen=4, as_of=GREW.known_on)
    later = after(replace(GREW, nowcast=kept), reason)
    assert foretold(later) == [(reason, "2025-08-08")]


def test_the_newest_revision_is_judged_by_the_first_and_the_last_that_says_something():
    """Windows of the revisions between need not be counted; each alert has its own."""
    corrected = after(GREW, Reason.CORRECTED, "Ada", "Bob", "Cleo")
    closed = after(corrected, Reason.CLOSED)
    alone = replace(OPENED, alert="a2")
    asked = asked_for_newest([OPENED, alone, GREW, corrected, closed])
    assert asked == [OPENED, alone, corrected]
    assert foretold(*asked, closed)[-1] == foretold(OPENED, GREW, corrected, closed)[-1]


def test_a_rule_that_counts_no_people_of_a_window_foretells_nothing():
    """There is nothing that it could be held against."""
    stock = replace(RULE, conditions=(replace(RULE.main, kind="stock"),))
    openings = Openings({RULE.id: stock}, Directory())
    openings.add([OPENED])
    assert openings._foretold == {}
