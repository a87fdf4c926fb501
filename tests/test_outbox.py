"""What is sent is the ledger less what was told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOON, SUBJECT, after, alert, june, policy

from monitor.base.records import Alert, AlertStatus, Notice, Reason
from monitor.delivery.messages import body, text
from monitor.delivery.outbox import (
    Mode,
    PendingNotification,
    Policy,
    enqueue_notice,
    enqueue_notifications,
    ledger_and_log_of,
    plan_notifications,
)
from monitor.delivery.outbox.model import share_a_day, threads_of
from monitor.state import Notification, State, digest, people_of

TODAY = date(2025, 9, 1)


class Told_(list[Notification]):  # noqa: N801 -- the told-table of a test
    """What was told so far; hearing adds to it, as the outbox does."""

    def hear(
        self,
        revisions: Sequence[Alert],
        rule: Policy | None = None,
        *,
        mode: Mode = Mode.LIVE,
    ) -> list[tuple[str, str]]:
        """Return what is sent for a ledger: reason and people, in order."""
        return [_said(each) for each in self.steps(revisions, rule, mode=mode) if each.sends]

    def steps(
        self, revisions: Sequence[Alert], rule: Policy | None = None, *, mode: Mode = Mode.LIVE
    ) -> list[PendingNotification]:
        """Return every step, and write them down; asking again then owes nothing."""
        rule = rule or policy()
        policies = {rule.rule: rule}
        steps = plan_notifications(
            ledger_and_log_of(revisions, self), policies=policies, on=TODAY, mode=mode
        )
        self.extend(each.notification for each in steps)
        assert (
            plan_notifications(
                ledger_and_log_of(revisions, self), policies=policies, on=TODAY, mode=mode
            )
            == []
        )
        return steps


def _said(each: PendingNotification) -> tuple[str, str]:
    return each.notification.reason, "".join(
        person.name for person in each.notification.alert.people
    )


def kept_back(steps: Sequence[PendingNotification]) -> list[str | None]:
    """Return why the steps said nothing."""
    return [each.notification.suppressed for each in steps if not each.sends]


A = alert("A", "B", "C")
GROWN = after(A, Reason.GREW, "A", "B", "C", "D")
CLOSED = after(GROWN, Reason.CLOSED)


def test_an_alert_is_told_once_and_each_change_once():
    """Cases 22 and 23: an update names the new person, and what is known is not repeated."""
    told = Told_()
    assert told.hear([A]) == [("opened", "ABC")]
    assert told.hear([A]) == []
    grown = told.steps([A, GROWN])
    assert [_said(each) for each in grown] == [("grew", "ABCD")]
    assert grown[0].before == A
    assert told.hear([A, GROWN, CLOSED]) == [("closed", "ABCD")]


def test_what_happened_before_anything_was_sent_is_one_message_that_says_all_of_it():
    """Case 35: opened, grown and closed arrive together, never the end alone."""
    (step,) = Told_().steps([A, GROWN, CLOSED])
    assert _said(step) == ("opened", "ABCD")
    assert step.notification.alert.status is AlertStatus.CLOSED
    assert [each.reason for each in step.revisions] == ["opened", "grew", "closed"]


def test_what_happened_since_the_last_message_is_one_message_in_order():
    """A run that comes late sends each channel one message for each alert."""
    told = Told_()
    told.hear([A])
    most = after(GROWN, Reason.GREW, "A", "B", "C", "D", "E")
    over = after(most, Reason.CLOSED)
    (step,) = told.steps([A, GROWN, most, over])
    assert _said(step) == ("grew", "ABCDE")
    assert step.before == A
    assert [each.reason for each in step.revisions] == ["grew", "grew", "closed"]
    assert told.hear([A, GROWN, most, over]) == []


def test_the_reason_of_one_message_is_the_first_that_the_rule_asks_for():
    """Who asks only for ends hears of the end, and with it of those who came."""
    told = Told_()
    asked = policy(on=frozenset({Reason.OPENED, Reason.CLOSED}))
    told.hear([A], asked)
    (step,) = told.steps([A, GROWN, CLOSED], asked)
    assert _said(step) == ("closed", "ABCD")


def test_what_came_and_went_between_two_runs_is_not_told():
    """The channel knows the alert as it stands again: compared, nothing is new."""
    told = Told_()
    told.hear([A])
    back = after(GROWN, Reason.CORRECTED, "A", "B", "C")
    assert told.hear([A, GROWN, back]) == []


def test_what_was_not_asked_for_meanwhile_is_in_the_next_message():
    """The list of what happened begins after the last message, not after the last run."""
    told = Told_()
    asked = policy(on=frozenset({Reason.OPENED, Reason.CLOSED}))
    told.hear([A], asked)
    assert told.hear([A, GROWN], asked) == []
    (step,) = told.steps([A, GROWN, CLOSED], asked)
    assert [each.reason for each in step.revisions] == ["grew", "closed"]


def test_an_alert_merged_into_an_older_one_is_told_with_the_id_it_goes_on_under():
    """Those who were told of it, and nobody else, get one message; nobody is taken back."""
    young = replace(A, alert="a2")
    merged = after(young, Reason.MERGED, status=AlertStatus.MERGED, people=(), merged_into="a0")
    told = Told_()
    told.hear([young], policy(["one", "two"]))
    steps = told.steps([young, merged], policy(["one", "two"]))
    assert [_said(each) for each in steps] == [("merged", "")] * 2
    document = body(merged, subject=SUBJECT, reason=Reason.MERGED, before=young)
    assert (document["status"], document["merged_into"]) == ("merged", "a0")
    assert not document["taken_back"]
    assert "goes on as a0" in text(document)
    assert kept_back(Told_().steps([young, merged])) == ["merged before it was told"]


def test_every_channel_is_told_for_itself():
    """Two channels of a rule hear the same, under different ids."""
    steps = Told_().steps([A], policy(["one", "two"]))
    assert [each.notification.channel for each in steps] == ["one", "two"]
    assert len({each.notification.message for each in steps}) == 2


def test_a_message_id_says_what_is_said_to_whom():
    """The id depends on nothing else, so that a rebuilt database repeats no message."""
    first = Told_().steps([A])
    second = Told_().steps([replace(A, coverage=None, revision=7)])
    assert first[0].notification.message == second[0].notification.message
    assert (first[0].notification.message or "").startswith("msg_")


def test_what_is_said_a_second_time_has_another_id():
    """An alert that grows, is corrected and grows again must reach receivers that drop repeats."""
    back = after(GROWN, Reason.CORRECTED, "A", "B", "C")
    again = after(back, Reason.GREW, "A", "B", "C", "D")
    steps = Told_().steps([A, GROWN])
    told = Told_(each.notification for each in steps)
    more = [*told.steps([A, GROWN, back]), *told.steps([A, GROWN, back, again])]
    ids = [each.notification.message for each in [*steps, *more]]
    assert None not in ids
    assert len(set(ids)) == 3


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"late": True, "late_days": 366}, "late by more than 365 days"),
        ({"known_on": date(2024, 12, 31)}, "known before 2025-01-01"),
        (
            {"baseline": True, "status": AlertStatus.CLOSED},
            "over before the first snapshot of its source",
        ),
    ],
)
def test_an_alert_kept_back_stays_silent_until_it_grows(changes, why):
    """Neither a first import nor a long replay floods anyone; news in it is told from the start."""
    told = Told_()
    old = replace(A, **changes)
    assert kept_back(told.steps([old])) == [why]
    over = after(A, Reason.CLOSED, revision=2)
    assert kept_back(told.steps([old, over])) == [why]
    grown = after(A, Reason.GREW, "A", "B", "C", "D", revision=3)
    assert told.hear([old, over, grown]) == [("opened", "ABCD")]
    closed = after(grown, Reason.CLOSED)
    assert told.hear([old, over, grown, closed]) == [("closed", "ABCD")]


def test_a_late_alert_within_the_limit_is_sent():
    """Late is not too late."""
    late = replace(A, late=True, late_days=365, status=AlertStatus.CLOSED)
    assert Told_().hear([late]) == [("opened", "ABC")]
    assert Told_().hear([late], policy(late_up_to_days=30)) == []


def test_an_alert_of_the_first_snapshot_is_sent_if_it_is_still_open():
    """What is going on now is news even to a newcomer."""
    told = Told_()
    baseline = replace(A, baseline=True)
    assert told.hear([baseline]) == [("opened", "ABC")]
    closed = after(baseline, Reason.CLOSED)
    assert told.hear([baseline, closed]) == [("closed", "ABC")]


def test_a_rule_hears_only_what_it_asks_for():
    """`on` chooses the kinds of messages; a withdrawal counts as a correction."""
    closes = policy(on=frozenset({Reason.CLOSED}))
    told = Told_()
    assert kept_back(told.steps([A], closes)) == ["the rule does not ask for it"]
    assert told.hear([A, GROWN, CLOSED], closes) == [("closed", "ABCD")]
    corrects = policy(on=frozenset({Reason.OPENED, Reason.CORRECTED}))
    told = Told_()
    told.hear([A], corrects)
    assert told.hear([A, after(A, Reason.WITHDRAWN)], corrects) == [("withdrawn", "")]


def test_a_new_date_alone_is_not_told():
    """A revision that changes neither people nor status is recorded, never sent."""
    told = Told_()
    told.hear([A])
    revised = after(A, Reason.REVISED)
    steps = told.steps([A, revised])
    assert [(each.sends, each.notification.suppressed) for each in steps] == [(False, None)]
    grown = after(revised, Reason.GREW, "A", "B", "C", "D")
    assert told.hear([A, revised, grown]) == [("grew", "ABCD")]


def test_what_was_wrong_before_it_was_told_is_never_told():
    """A name that is known to be wrong is sent to nobody."""
    assert Told_().hear([A, after(A, Reason.WITHDRAWN)]) == []
    wrong = after(A, Reason.GREW, "A", "B", "C", "X")
    right = after(wrong, Reason.CORRECTED, "A", "B", "C")
    assert Told_().hear([A, wrong, right]) == [("opened", "ABC")]


def test_a_withdrawn_alert_that_opens_again_is_told_again():
    """The receiver was told that it was nothing."""
    told = Told_()
    told.hear([A])
    gone = after(A, Reason.WITHDRAWN)
    assert told.hear([A, gone]) == [("withdrawn", "")]
    back = after(gone, Reason.OPENED, "A", "B", "C", status=AlertStatus.OPEN)
    assert told.hear([A, gone, back]) == [("opened", "ABC")]


def test_a_backfill_records_only():
    """Case 60: replaying sends nothing, and a later run does not send it either."""
    told = Told_()
    assert kept_back(told.steps([A, GROWN], mode=Mode.RECORD)) == ["backfill"]
    assert told.hear([A, GROWN]) == []
    assert told.hear([A, GROWN, CLOSED]) == []


def test_a_backfill_told_to_deliver_sends_what_an_earlier_one_recorded():
    """The operator looked at the record and wants it sent."""
    told = Told_()
    told.hear([A, GROWN], mode=Mode.RECORD)
    said = told.hear([A, GROWN], mode=Mode.DELIVER)
    assert said == [("opened", "ABCD")]
    told = Told_()
    told.hear([A], mode=Mode.RECORD)
    moved = replace(A, alert="a2")
    assert told.hear([moved], mode=Mode.DELIVER) == [("opened", "ABC")]


def test_a_backfill_over_what_was_told_leaves_the_news_owed():
    """Case 59: it sends nothing, and what it found out is told by the next run."""
    told = Told_()
    told.hear([A])
    assert told.steps([A, GROWN], mode=Mode.RECORD) == []
    assert told.steps([], mode=Mode.RECORD) == []
    assert told.hear([A, GROWN]) == [("grew", "ABCD")]


def test_an_older_file_causes_no_second_message_about_the_same():
    """The alert gets another id because it was known earlier; the receiver knows all of it."""
    told = Told_()
    told.hear([A, GROWN])
    earlier = replace(A, alert="b1", known_on=june(26), first_known_on=june(26))
    grown = after(earlier, Reason.GREW, "A", "B", "C", "D")
    assert told.hear([earlier, grown]) == []
    closed = after(grown, Reason.CLOSED)
    said = told.steps([earlier, grown, closed])
    assert [_said(each) for each in said] == [("closed", "ABCD")]
    assert said[0].notification.thread == "a1"


def test_an_older_file_with_another_person_is_one_update():
    """However many revisions the new history has, the difference is told once."""
    told = Told_()
    told.hear([A])
    earlier = replace(alert("A", "B"), alert="b1", known_on=june(26))
    more = after(earlier, Reason.GREW, "A", "B", "C")
    most = after(more, Reason.GREW, "A", "B", "C", "D")
    steps = told.steps([earlier, more, most])
    assert [_said(each) for each in steps] == [("grew", "ABCD")]
    before = steps[0].before
    assert before is not None
    assert people_of(before) == people_of(A)


def test_fewer_or_other_people_are_one_correction():
    """Those who were told a name that does not count are told so, once."""
    told = Told_()
    told.hear([A])
    other = replace(alert("A", "B", "D"), alert="b1", known_on=june(26))
    steps = told.steps([other])
    assert [_said(each) for each in steps] == [("corrected", "ABD")]
    assert steps[0].before is not None
    assert people_of(steps[0].before) - people_of(other) == {"press:c"}


def test_an_alert_that_is_gone_from_the_ledger_is_withdrawn_once():
    """Told and no longer in the ledger: one correction to those who were told."""
    told = Told_()
    rule = policy(["one", "two"])
    told.hear([A], rule)
    steps = told.steps([], rule)
    assert [_said(each) for each in steps] == [("withdrawn", ""), ("withdrawn", "")]
    assert steps[0].before == A
    assert told.hear([], rule) == []
    assert told.hear([A], rule) == [("opened", "ABC"), ("opened", "ABC")]


def test_what_was_never_told_is_not_withdrawn():
    """Nobody needs to hear that what they never heard of is nothing."""
    told = Told_()
    told.hear([replace(A, late=True, late_days=999)])
    assert told.steps([]) == []


def test_an_alert_of_another_group_or_time_is_another():
    """Only rule, group and overlap make an alert the same."""
    told = Told_()
    told.hear([A])
    elsewhere = replace(A, alert="b1", group={"to.organization": "openai"})
    assert sorted(told.hear([elsewhere])) == [("opened", "ABC"), ("withdrawn", "")]
    told = Told_()
    told.hear([A])
    assert A.ends_on is not None
    later = replace(A, alert="b1", opened_on=A.ends_on, ends_on=None, known_on=TODAY)
    assert sorted(told.hear([later])) == [("opened", "ABC"), ("withdrawn", "")]
    assert not share_a_day(A, later)


def test_an_end_that_a_rewritten_history_brings_is_told():
    """The receiver believes the alert open; it is not."""
    told = Told_()
    told.hear([A])
    over = replace(A, alert="b1", status=AlertStatus.CLOSED, closed_on=A.ends_on)
    assert told.hear([over]) == [("closed", "ABC")]
    assert told.hear([replace(A, alert="b2")]) == [("corrected", "ABC")]


def test_alerts_that_turn_out_to_be_one_are_told_as_merged_and_not_again():
    """Two told alerts that a late file joins hold the same people together; one id goes on."""
    first = replace(alert("A", "B"), opened_on=june(1), ends_on=june(10))
    second = replace(alert("C", "D"), alert="a2", opened_on=june(20), ends_on=june(29))
    told = Told_()
    told.hear([first, second])
    joined = replace(alert("A", "B", "C", "D"), alert="a1", opened_on=june(1), ends_on=june(29))
    (step,) = [each for each in told.steps([joined]) if each.sends]
    assert (step.notification.thread, step.notification.alert.merged_into) == ("a2", "a1")
    grown = after(joined, Reason.GREW, "A", "B", "C", "D", "E")
    assert told.hear([joined, grown]) == [("grew", "ABCDE")]
    assert told.hear([replace(joined, alert="b1")]) == [("corrected", "ABCD")]


def test_an_alert_that_turns_out_to_be_two_is_not_told_again():
    """The receiver knows everybody of both parts."""
    told = Told_()
    told.hear([replace(alert("A", "B", "C", "D"), opened_on=june(1), ends_on=june(29))])
    first = replace(alert("A", "B"), alert="b1", opened_on=june(1), ends_on=june(10))
    second = replace(alert("C", "D"), alert="b2", opened_on=june(20), ends_on=june(29))
    assert told.hear([first, second]) == []
    grown = after(second, Reason.GREW, "C", "D", "E")
    assert told.hear([first, second, grown]) == [("grew", "CDE")]


def test_a_part_with_somebody_new_is_told():
    """Only the part that has news is a message, and the other is silent."""
    told = Told_()
    told.hear([replace(alert("A", "B", "C"), opened_on=june(1), ends_on=june(29))])
    first = replace(alert("A", "B"), alert="b1", opened_on=june(1), ends_on=june(10))
    second = replace(alert("C", "D"), alert="b2", opened_on=june(20), ends_on=june(29))
    assert told.hear([first, second]) == [("opened", "CD")]


def test_a_rewritten_history_of_what_was_kept_back_stays_silent_unless_it_grew():
    """A late file does not lift a silence; somebody new does."""
    told = Told_()
    told.hear([A], mode=Mode.RECORD)
    moved = replace(A, alert="b1")
    assert kept_back(told.steps([moved])) == ["backfill"]
    more = replace(GROWN, alert="b2")
    assert told.hear([more]) == [("opened", "ABCD")]


def test_a_channel_that_a_rule_names_later_is_not_flooded():
    """It hears of what is open, once, and of what comes."""
    over = replace(A, alert="a0", status=AlertStatus.CLOSED, opened_on=june(1), ends_on=june(2))
    told = Told_()
    told.hear([over, A, GROWN], policy(["one"]))
    both = policy(["one", "two"])
    fresh = replace(alert("X"), alert="a3", opened_on=date(2026, 1, 1), ends_on=None)
    steps = told.steps([over, A, GROWN, fresh], both)
    said = [(each.notification.channel, *_said(each)) for each in steps if each.sends]
    assert sorted(said) == [
        ("one", "opened", "X"),
        ("two", "opened", "ABCD"),
        ("two", "opened", "X"),
    ]


def test_rules_without_a_policy_are_left_alone():
    """A broken rule file freezes its alerts; it does not withdraw them."""
    told = Told_()
    told.hear([A])
    other = policy(rule="other")
    assert told.steps([], other) == []


def test_what_is_owed_is_written_with_the_ledger_or_not_at_all(tmp_path):
    """A crash before the commit leaves neither; a crash after it leaves both."""
    policies = {"meta-to-xai": policy(["one", "two"])}

    def crash(state: State) -> None:
        with state.transaction() as tx:
            tx.record([A])
            enqueue_notifications(tx, policies=policies, on=TODAY, at=NOON)
            raise KeyboardInterrupt

    with State.open(f"sqlite:///{tmp_path}/s.db") as state:
        with pytest.raises(KeyboardInterrupt):
            crash(state)
        with state.reading() as tx:
            assert (tx.revisions(), tx.notifications(), tx.depth()) == ([], [], {})
        with state.transaction() as tx:
            tx.record([A])
            assert len(enqueue_notifications(tx, policies=policies, on=TODAY, at=NOON)) == 2
            assert enqueue_notifications(tx, policies=policies, on=TODAY, at=NOON) == []
        with state.reading() as tx:
            deliveries = tx.deliveries()
            assert {each.channel for each in deliveries} == {"one", "two"}
            assert {each.id for each in deliveries} == {step.message for step in tx.notifications()}
            assert deliveries[0].body["reason"] == "opened"


def test_a_backfill_marks_its_messages(tmp_path):
    """A receiver can tell old news from new."""
    with State.open(f"sqlite:///{tmp_path}/s.db") as state, state.transaction() as tx:
        tx.record([A])
        policies = {"meta-to-xai": policy()}
        enqueue_notifications(tx, policies=policies, on=TODAY, at=NOON, mode=Mode.RECORD)
        assert tx.deliveries() == []
        enqueue_notifications(tx, policies=policies, on=TODAY, at=NOON, mode=Mode.DELIVER)
        assert [each.body["backfill"] for each in tx.deliveries()] == [True]


def test_a_notice_goes_to_every_operations_channel_once(tmp_path):
    """The same cause is told once, and again after it went away."""
    notice = Notice(key="suspect:press", title="t", text="x", on=TODAY)
    with State.open(f"sqlite:///{tmp_path}/s.db") as state, state.transaction() as tx:
        assert enqueue_notice(tx, notice, channels=["one", "two"], at=NOON)
        assert not enqueue_notice(tx, notice, channels=["one", "two"], at=NOON)
        assert len(tx.messages_about("suspect:press")) == 2
        tx.forget_notice("suspect:press")
        later = NOON + timedelta(days=1)
        assert enqueue_notice(tx, notice, channels=["one"], at=later)
        assert len(tx.deliveries()) == 3


# Random ledgers: a few alerts of one group side by side, each with a random history.

NAMES = "ABCDEF"


@st.composite
def histories(draw: st.DrawFn) -> list[Alert]:
    """Draw a ledger of one rule and group, as it could have become known."""
    ledger: list[Alert] = []
    day = 1
    for number in range(draw(st.integers(0, 3))):
        length = draw(st.integers(1, 8))
        names = draw(st.sets(st.sampled_from(NAMES), min_size=1))
        first = alert(
            *sorted(names),
            alert=f"a{draw(st.integers(0, 5))}-{number}",
            opened_on=june(day),
            ends_on=june(day + length),
            known_on=june(day),
            late_days=draw(st.sampled_from([0, 1, 400])),
            late=True,
            baseline=draw(st.booleans()),
        )
        ledger.append(first)
        for _ in range(draw(st.integers(0, 3))):
            ledger.append(_next(draw, ledger[-1]))
        day += length + draw(st.integers(0, 2))
    return sorted(ledger, key=lambda each: (each.known_on, each.alert, each.revision))


def _next(draw: st.DrawFn, last: Alert) -> Alert:
    if last.status is AlertStatus.WITHDRAWN:
        return after(last, Reason.OPENED, "A", status=AlertStatus.OPEN)
    known = {person.name for person in last.people}
    names = draw(st.sets(st.sampled_from(NAMES), min_size=1))
    if known - names:
        reason = draw(st.sampled_from([Reason.CORRECTED, Reason.WITHDRAWN]))
    elif names - known:
        reason = Reason.GREW
    else:
        reason = draw(st.sampled_from([Reason.REVISED, Reason.CLOSED]))
    if reason is Reason.WITHDRAWN:
        return after(last, reason)
    if reason is Reason.CLOSED:
        return after(last, reason, ends_on=last.ends_on)
    return after(last, reason, *sorted(names))


RULES = st.builds(
    policy,
    st.sampled_from([("one",), ("one", "two")]),
    on=st.frozensets(st.sampled_from(list(Reason))),
    send_from=st.sampled_from([date(2025, 1, 1), june(5)]),
)


@pytest.mark.slow
@given(st.lists(st.tuples(histories(), RULES, st.sampled_from(Mode)), min_size=1, max_size=5))
def test_whatever_the_ledger_becomes_asking_again_owes_nothing(ledgers):
    """Idempotence, through any rewriting of history, any change of policy and any backfill."""
    told = Told_()
    messages: list[str] = []
    for revisions, rule, mode in ledgers:
        steps = told.steps(revisions, rule, mode=mode)
        messages += [
            each.notification.message for each in steps if each.notification.message is not None
        ]
        if mode is Mode.RECORD:
            assert not any(each.sends for each in steps)
    assert len(messages) == len(set(messages))


@pytest.mark.slow
@given(st.lists(histories(), min_size=1, max_size=4))
def test_in_the_end_the_channel_knows_what_the_ledger_says(ledgers):
    """Whatever the way there, nothing told stays wrong, and nothing sendable stays untold."""
    told = Told_()
    rule = policy()
    for revisions in ledgers:
        told.steps(revisions, rule)
    latest = {each.alert: each for each in ledgers[-1]}
    now: set[str] = set().union(*(people_of(each) for each in latest.values()))
    known = _known(told)
    assert known <= now
    for thread in threads_of(told):
        if thread.last_notified is not None and thread.last.alert.alert in latest:
            assert people_of(thread.last_notified) == people_of(latest[thread.last.alert.alert])
    sendable = [
        each.alert
        for each in ledgers[-1]
        if each.late_days <= 365 and not each.baseline and each.reason is Reason.OPENED
    ]
    if len(ledgers) == 1:
        for name in sendable:
            assert people_of(latest[name]) <= known


def _known(told: Sequence[Notification]) -> set[str]:
    """Add up what a receiver knows: for each alert the last that it was told."""
    last = {step.thread: step.alert for step in told if step.suppressed is None}
    return set().union(*(people_of(each) for each in last.values()))


@given(histories(), st.permutations(range(12)))
def test_the_order_in_which_rows_are_read_does_not_matter(revisions, order):
    """The database may give equal days in any order."""
    shuffled = [revisions[place] for place in order if place < len(revisions)]
    if len(shuffled) == len(revisions):
        assert sorted(Told_().hear(shuffled)) == sorted(Told_().hear(revisions))


def test_a_digest_is_of_people_and_status_only():
    """An edited date or a new spelling is no news."""
    assert digest(A) == digest(replace(A, opened_on=june(1), peak=9))
    assert digest(A) != digest(replace(A, status=AlertStatus.CLOSED))
    assert digest(A) != digest(GROWN)
