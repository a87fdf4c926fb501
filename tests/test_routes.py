"""Who is told, how, and when: routes, names, digests, reminders and quiet hours."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from samples import NOON, SUBJECT, after, alert, person, policy

from monitor.base.errors import UsageError
from monitor.base.records import Alert, Notice, Reason
from monitor.base.settings import QuietHours, load_settings
from monitor.delivery.messages import body, digest_body, text, with_names
from monitor.delivery.outbox import (
    ChannelFormat,
    Mode,
    Policy,
    Route,
    enqueue_notice,
    enqueue_notifications,
)
from monitor.operations.instructions.policies import policies
from monitor.operations.written_inputs import load_definitions
from monitor.state import State, group_key

A = alert("A", "B", "C")
TODAY = NOON.date()


@pytest.fixture
def state(tmp_path):
    """Return a new state."""
    with State.open(f"sqlite:///{tmp_path}/state.db") as opened:
        yield opened


def tell(
    state: State,
    revisions: Sequence[Alert],
    rule: Policy,
    *,
    day: date = TODAY,
    mode: Mode = Mode.LIVE,
) -> list[tuple[str, str]]:
    """Record revisions and return what is sent for them: channel and reason."""
    with state.transaction() as tx:
        tx.record(revisions)
        steps = enqueue_notifications(
            tx,
            policies={rule.rule: rule},
            on=day,
            at=datetime.combine(day, time(12), UTC),
            mode=mode,
            changed={(revision.rule, group_key(revision.group)) for revision in revisions},
        )
    return [
        (each.notification.channel, str(each.notification.reason)) for each in steps if each.sends
    ]


def outbox(state: State) -> list[Any]:
    """List what waits, oldest first."""
    with state.reading() as tx:
        return tx.deliveries()[::-1]


# Routes.


def routed(**routes: Sequence[Route]) -> Policy:
    """Return a policy of two channels, with routes to some of them."""
    return policy(["pager", "talent"], routes={key: tuple(some) for key, some in routes.items()})


def test_a_channel_with_a_route_gets_only_what_it_takes(state):
    """The others get everything."""
    critical = routed(pager=[Route(severities=("critical",))])
    assert tell(state, [A], critical) == [("talent", "opened")]
    grave = replace(A, alert="a2", group={"x": "y"}, severity="critical")
    assert tell(state, [grave], critical) == [("pager", "opened"), ("talent", "opened")]


def test_what_becomes_graver_reaches_the_channel_for_it(state):
    """It is told of the alert as it is then, and of its end."""
    critical = routed(pager=[Route(severities=("critical",))])
    tell(state, [A], critical)
    graver = replace(after(A, Reason.ESCALATED, "A", "B", "C", "D"), severity="critical")
    assert ("pager", "opened") in tell(state, [graver], critical)
    over = after(graver, Reason.CLOSED)
    assert ("pager", "closed") in tell(state, [over], critical)


def test_a_route_may_name_organisations_and_rules():
    """Either side of anybody counted will do."""
    assert Route(organizations=("xai",)).takes(A)
    assert Route(organizations=("meta",)).takes(A)
    assert not Route(organizations=("openai",)).takes(A)
    assert not Route(organizations=("xai",), severities=("critical",)).takes(A)


def test_what_no_channel_is_for_goes_to_every_one(state):
    """A gap in the routes loses no alert."""
    nobody = routed(
        pager=[Route(severities=("critical",))], talent=[Route(organizations=("openai",))]
    )
    assert tell(state, [A], nobody) == [("pager", "opened"), ("talent", "opened")]


CONFIG = """
timezone = "Europe/Zurich"
[channels.pager]
kind = "console"
[channels.talent]
kind = "slack"
url = { env = "X" }
names = "short"
digest = 5
quiet_hours = { from = "20:00", until = "07:00", weekends = true }
[[routes]]
channels = ["pager"]
severity = ["critical"]
rule = ["meta-*"]
organization = ["Meta"]
"""
RULE = '[flow]\nfrom = "*"\nwithin = "90d"\npeople = 3\ngroup_by = ["from.organization"]\n'


def test_the_configuration_says_who_is_told_how(tmp_path):
    """Routes are resolved by the directory; a rule that names its channels goes there."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/meta-any.toml").write_text(RULE)
    (tmp_path / "rules/other.toml").write_text(RULE)
    (tmp_path / "rules/meta-own.toml").write_text(
        RULE + '[notify]\nchannels = ["talent"]\nremind_every = "2w"\n'
    )
    (tmp_path / "config.toml").write_text(CONFIG)
    settings = load_settings(tmp_path / "config.toml")
    found = policies(settings, load_definitions(settings), NOON.date())
    assert found["meta-any"].routes.keys() == {"pager"}
    (route,) = found["meta-any"].routes["pager"]
    assert route == Route(severities=("critical",), organizations=("meta",))
    assert found["other"].routes == {"pager": ()}
    assert found["meta-own"].routes == {}
    assert found["meta-own"].remind_every_days == 14
    assert found["other"].formats["talent"] == ChannelFormat(names="short", digest=5)
    assert found["other"].formats["pager"] == ChannelFormat()


@pytest.mark.parametrize(
    "wrong",
    [
        '[[routes]]\nchannels = ["nowhere"]\n',
        '[[routes]]\nseverity = ["grave"]\nchannels = ["a"]\n[channels.a]\nkind = "console"\n',
        '[channels.a]\nkind = "console"\nnames = "initials"\n',
        '[channels.a]\nkind = "console"\nquiet_hours = { from = "20:00" }\n',
        '[channels.a]\nkind = "console"\nquiet_hours = { from = "8pm", until = "07:00" }\n',
    ],
)
def test_a_slip_in_it_is_refused(wrong, tmp_path: Path):
    """Nobody learns of it by an alert that did not come."""
    (tmp_path / "config.toml").write_text(wrong)
    with pytest.raises(UsageError):
        load_settings(tmp_path / "config.toml")


# Quiet hours.


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2025-08-07T17:59:00+00:00", False),
        ("2025-08-07T18:00:00+00:00", True),  # 20:00 in Zurich
        ("2025-08-08T04:59:00+00:00", True),
        ("2025-08-08T05:00:00+00:00", False),
        ("2025-08-09T12:00:00+00:00", True),  # a Saturday
        ("2025-11-07T18:59:00+00:00", False),  # winter time
    ],
)
def test_quiet_hours_are_those_of_the_place(moment, quiet):
    """Past midnight, over the weekend, and across the change of the clock."""
    hours = QuietHours(start="20:00", until="07:00", weekends=True)
    assert hours.covers(datetime.fromisoformat(moment), zone="Europe/Zurich") is quiet
    day = QuietHours(start="12:00", until="13:00")
    assert day.covers(NOON, zone="UTC")
    assert not day.covers(NOON + timedelta(hours=1), zone="UTC")


# Names.


def test_a_channel_may_show_short_names(state):
    """First name and initial, and nothing that leads to the profile."""
    ada = person("p1", name="Ada King Lovelace", note="as Ada Lovelace says")
    full = replace(A, people=(ada,), left_out=(ada,))
    tell(state, [full], policy(["talent"], formats={"talent": ChannelFormat(names="short")}))
    (waiting,) = outbox(state)
    shown = text(waiting.body)
    assert "Ada L.: Meta" in shown
    assert "Lovelace" not in str(waiting.body)
    assert "people.example" not in str(waiting.body)
    assert "'p1'" not in str(waiting.body)


def test_a_short_name_at_the_end_of_a_sentence_ends_it(state):
    """One stop is enough."""
    grown = after(A, Reason.GREW, "A", "B", "C", "Zoe Quux")
    short = policy(["talent"], formats={"talent": ChannelFormat(names="short")})
    tell(state, [A], short)
    tell(state, [grown], short)
    assert "New: Zoe Q.\n" in text(outbox(state)[-1].body)


def test_a_channel_may_show_counts_only(state):
    """No name is even written down for it."""
    grown = after(A, Reason.GREW, "A", "B", "C", "Zoe")
    counts = policy(["talent"], formats={"talent": ChannelFormat(names="none")})
    tell(state, [A, grown], counts)
    for waiting in outbox(state):
        assert waiting.body["people"] == []
        assert "Zoe" not in str(waiting.body)
        assert "Names are left out on this channel." in text(waiting.body)
        assert "at the peak: 3" in text(waiting.body)


@pytest.mark.parametrize("names", ["short", "none"])
def test_why_somebody_was_silenced_is_not_told_where_nobody_is_named(names):
    """An operator's own words may name them."""
    kept_back = "was silenced until 2025-08-07 (Zoe Quux asked us to)"
    said = with_names(body(A, subject=SUBJECT, kept_back=kept_back), names)
    assert said["kept_back"] == "was silenced until 2025-08-07"
    assert "Zoe" not in str(said)


def test_a_notice_gives_examples_only_where_people_are_named(state):
    """An id of a source often is a name, too."""
    notice = Notice(key="hold:1", title="t", text="Held.", on=TODAY, examples=("ada-king",))
    with state.transaction() as tx:
        enqueue_notice(tx, notice, channels=["open", "counts"], at=NOON, nameless=["counts"])
    said = {waiting.channel: waiting.body for waiting in outbox(state)}
    assert said["open"]["text"] == "Held. Among them: ada-king."
    assert said["open"]["facts"] == {"examples": ["ada-king"]}
    assert "ada-king" not in str(said["counts"])


def test_names_are_left_alone_in_what_is_no_alert():
    """A digest has none, and a notice is about talentwatch."""
    digest = digest_body([body(A, subject=SUBJECT)], on=NOON.date())
    assert with_names(digest, "none") == digest


# Digests.


def many(count: int) -> list[Alert]:
    """Return so many alerts of one rule."""
    return [
        replace(A, alert=f"a{number:02}", group={"g": str(number)}, peak=number)
        for number in range(count)
    ]


def test_many_alerts_of_one_run_are_one_message(state):
    """Case 41: the top ones, the rest counted, and the log says which alert went where."""
    few = policy(["talent", "all"], formats={"talent": ChannelFormat(digest=10)})
    tell(state, many(25), few)
    waiting = outbox(state)
    (digest,) = [each for each in waiting if each.channel == "talent"]
    assert len([each for each in waiting if each.channel == "all"]) == 25
    assert digest.body["count"] == 25
    assert [each["alert"] for each in digest.body["alerts"]][:2] == ["a24", "a23"]
    assert "and 5 more; `talentwatch deliveries` says which" in text(digest.body)
    with state.reading() as tx:
        assert len(tx.alerts_in([digest.id])[digest.id]) == 25
        assert digest.id in tx.messages_about("a07")


def test_as_many_as_the_channel_takes_stay_alone(state):
    """Only more than that are too many."""
    tell(state, many(10), policy(["talent"], formats={"talent": ChannelFormat(digest=10)}))
    assert {each.body["type"] for each in outbox(state)} == {"alert"}


def test_what_a_digest_told_is_told(state):
    """The next run owes nothing, and news of one of them is a message of its own."""
    few = policy(["talent"], formats={"talent": ChannelFormat(digest=2)})
    some = many(3)
    tell(state, some, few)
    assert tell(state, [], few) == []
    grown = after(some[0], Reason.GREW, "A", "B", "C", "D")
    assert tell(state, [grown], few) == [("talent", "grew")]
    assert [each.body["type"] for each in outbox(state)] == ["digest", "alert"]


def test_a_backfill_that_delivers_tells_the_same_alerts_in_one_message(state, tmp_path):
    """Case 42: a digest is of one run, so only how they are gathered differs from live."""
    few = policy(["talent"], formats={"talent": ChannelFormat(digest=2)})
    for number, each in enumerate(many(3)):
        tell(state, [each], few, day=TODAY + timedelta(days=number))
    lived = [each.body["alert"] for each in outbox(state)]
    with State.open(f"sqlite:///{tmp_path}/backfilled.db") as other:
        tell(other, many(3), few, mode=Mode.DELIVER)
        (digest,) = outbox(other)
    assert sorted(each["alert"] for each in digest.body["alerts"]) == sorted(lived)


# Reminders.


def test_what_stays_open_is_said_again(state):
    """Each time the rule's days have passed, for as long as it is open."""
    monthly = policy(["talent"], remind_every_days=30)
    assert tell(state, [A], monthly) == [("talent", "opened")]
    said = [
        day
        for day in range(1, 91)
        if tell(state, [], monthly, day=NOON.date() + timedelta(days=day))
    ]
    assert said == [30, 60, 90]
    assert len({each.id for each in outbox(state)}) == 4
    assert text(outbox(state)[-1].body).startswith("Still open: Meta → xAI: 3 people")


def test_a_reminder_is_owed_once_and_never_by_a_backfill(state):
    """Asking again on the same day adds nothing."""
    monthly = policy(["talent"], remind_every_days=30)
    tell(state, [A], monthly)
    later = NOON.date() + timedelta(days=31)
    assert tell(state, [], monthly, day=later, mode=Mode.RECORD) == []
    assert tell(state, [], monthly, day=later) == [("talent", "reminded")]
    assert tell(state, [], monthly, day=later) == []


def test_nobody_is_reminded_of_what_is_over(state):
    """Nor where the rule does not ask for it."""
    monthly = policy(["talent"], remind_every_days=30)
    tell(state, [A, after(A, Reason.CLOSED)], monthly)
    assert tell(state, [], monthly, day=NOON.date() + timedelta(days=40)) == []
    never = policy(["talent"], rule="other")
    tell(state, [replace(A, rule="other", alert="b1")], never)
    assert tell(state, [], never, day=NOON.date() + timedelta(days=40)) == []
