"""When something is said again, and when it is not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from samples import NOON, SUBJECT, after, alert, policy
from story import World, crowd, flow, job

from monitor.base.records import Alert, Reason
from monitor.delivery.messages import body, text
from monitor.delivery.outbox import Silence, enqueue_notifications, plan_notifications
from monitor.delivery.outbox.plan import ledger_and_log_of
from monitor.state import Notification, State

A = alert("A", "B", "C")
GROWN = after(A, Reason.GREW, "A", "B", "C", "D")
CLOSED = after(GROWN, Reason.CLOSED)


def hear(
    told: list[Notification], revisions: list[Alert], rule=None, *, on=date(2025, 9, 1)
) -> list[str]:
    """Return why something is sent for a ledger, and write down what was told."""
    rule = rule or policy()
    steps = plan_notifications(
        ledger_and_log_of(revisions, told), policies={rule.rule: rule}, on=on
    )
    told.extend(each.notification for each in steps)
    return [str(each.notification.reason) for each in steps if each.sends]


def test_nobody_hears_of_the_end_of_what_nobody_was_told_of():
    """Case 25: an alert that was kept back and then ends is not told as ended."""
    told: list[Notification] = []
    old = replace(A, known_on=date(2024, 1, 1))
    assert hear(told, [old]) == []
    assert hear(told, [old, after(old, Reason.CLOSED)]) == []


def test_what_is_over_stays_over_when_its_dates_are_edited():
    """Case 26: another set of days for an alert that was told as over is no news."""
    told: list[Notification] = []
    assert hear(told, [A, GROWN, CLOSED]) == ["opened"]
    edited = after(CLOSED, Reason.REVISED, opened_on=date(2025, 6, 1))
    assert hear(told, [A, GROWN, CLOSED, edited], on=date(2026, 9, 1)) == []


@pytest.mark.slow
def test_each_group_is_told_for_itself_and_nobody_is_pooled_under_no_group(tmp_path):
    """Case 27: the same again is silent, another group is sent, and no destination is no group."""
    rules = {"talent": flow("meta", "*", people=1, group_by=["to.organization"])}
    world = World(tmp_path, rules=rules)
    names = ("ada", "bob", "cem", "dan")
    stay = {**crowd("Meta"), **crowd("xAI"), **crowd("OpenAI")}
    world.observe("2025-01-01", {**stay, **{who: [job("Meta")] for who in names}})
    moved = {where: [job("Meta", end="2025-01-10"), job(where)] for where in ("xAI", "OpenAI")}
    world.then("2025-02-01", ada=moved["xAI"])
    world.run()
    world.then("2025-02-02", ada=moved["xAI"])
    world.run()
    assert world.sent() == ["opened ada"]
    world.then("2025-02-03", bob=moved["OpenAI"], cem=[job("Meta", end="2025-01-10")])
    world.then("2025-02-04", dan=[job("Meta", end="2025-01-10")])
    world.run()
    assert world.sent() == ["opened ada", "opened bob"]
    assert {alert["group"]["to.organization"] for alert in world.alerts()} == {"xai", "openai"}


def test_an_alert_that_does_not_change_is_told_once_however_often_it_is_looked_at():
    """Case 29: there is no growing pause between repeats, because there are no repeats."""
    told: list[Notification] = []
    days = [date(2025, 9, 1) + timedelta(days=number) for number in range(60)]
    assert [reason for day in days for reason in hear(told, [A], on=day)] == ["opened"]


def test_a_message_that_could_not_be_sent_counts_as_one_that_waits(tmp_path):
    """Case 30: it is neither forgotten nor put into the outbox a second time."""
    with State.open(f"sqlite:///{tmp_path / 's.db'}") as state:
        for number in range(3):
            with state.transaction() as tx:
                if number == 0:
                    tx.record([A])
                steps = enqueue_notifications(
                    tx,
                    policies={A.rule: policy()},
                    on=date(2025, 8, 7),
                    at=NOON,
                    changed=[(A.rule, '{"from.organization":"meta","to.organization":"xai"}')],
                )
                assert len(steps) == (1 if number == 0 else 0)
                (waiting,) = tx.deliveries()
                tx.mark_deferred(waiting.id, until=NOON, error="unreachable")
        with state.reading() as tx:
            (waiting,) = tx.deliveries()
    assert (waiting.status, waiting.attempts) == ("pending", 3)


def test_what_a_rule_does_not_ask_for_does_not_keep_back_what_it_asks_for():
    """Case 31: an opening that is not asked for leaves the growth to be told."""
    told: list[Notification] = []
    asked = policy(on=frozenset({Reason.GREW}))
    assert hear(told, [A], asked) == []
    assert hear(told, [A, GROWN], asked) == ["grew"]


def test_a_partial_correction_names_who_is_taken_back_and_who_stays():
    """Case 36: one of four goes, and the message says which."""
    fewer = after(GROWN, Reason.CORRECTED, "A", "B", "C")
    document = body(fewer, subject=SUBJECT, before=GROWN)
    assert [person["name"] for person in document["taken_back"]] == ["D"]
    assert [person["name"] for person in document["people"]] == ["A", "B", "C"]
    assert "Taken back: D." in text(document)


def test_a_reminder_comes_when_its_pause_is_over_and_not_before():
    """Case 24: a day less is silence, the day itself says `reminded`."""
    told: list[Notification] = []
    monthly = policy(remind_every_days=30)
    lasting = replace(A, ends_on=None)
    first = date(2025, 9, 1)
    assert hear(told, [lasting], monthly, on=first) == ["opened"]
    assert hear(told, [lasting], monthly, on=first + timedelta(days=29)) == []
    assert hear(told, [lasting], monthly, on=first + timedelta(days=30)) == ["reminded"]
    assert hear(told, [lasting], monthly, on=first + timedelta(days=30)) == []


def test_a_silence_keeps_back_a_reminder_too():
    """Nothing is written down again and again while it lasts."""
    told: list[Notification] = []
    monthly = policy(remind_every_days=30)
    lasting = replace(A, ends_on=None)
    assert hear(told, [lasting], monthly) == ["opened"]
    hush = Silence(rule=A.rule, since=date(2025, 9, 1), until=date(2026, 9, 1), why="known")
    for day in (1, 1, 2, 3):
        steps = plan_notifications(
            ledger_and_log_of([lasting], told),
            policies={A.rule: monthly},
            on=date(2025, 11, day),
            silences=[hush],
        )
        told.extend(each.notification for each in steps)
        assert not any(each.sends for each in steps)
    assert len(told) <= 2


@pytest.mark.slow
def test_up_and_down_within_the_time_it_is_kept_open_is_one_alert(tmp_path):
    """Case 33: at most one opening and one end, however often the count crosses the line."""
    rule = flow("meta", "xai", people=1, within="30d")
    world = World(tmp_path, rules={"once": 'keep_open_for = "60d"\n' + rule})
    stay = {**crowd("Meta"), **crowd("xAI")}
    names = ("ada", "bob")
    world.observe("2025-01-01", {**stay, **{who: [job("Meta")] for who in names}})
    for who, day, seen in (
        ("ada", "2025-01-10", "2025-01-15"),
        ("bob", "2025-03-10", "2025-03-15"),
    ):
        world.then(seen, **{who: [job("Meta", end=day), job("xAI", start=day)]})
    world.run("2025-12-31")
    assert [line.split()[1:] for line in world.ledger()] == [
        ["opened", "ada"],
        ["grew", "ada", "bob"],
        ["closed", "ada", "bob"],
    ]
