"""What is kept from channels for a while, and told when that ends."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOON, after, alert, person, policy
from story import World, crowd, flow, job
from typer.testing import CliRunner

from monitor.base.errors import UsageError
from monitor.base.records import Alert, Reason
from monitor.cli.entry import app
from monitor.delivery.outbox import (
    SILENCE,
    Mode,
    PendingNotification,
    Policy,
    Silence,
    ledger_and_log_of,
    plan_notifications,
    silences,
    silences_on,
)
from monitor.delivery.outbox.muting import inhibitors_first
from monitor.state import Notification, State

AUGUST = date(2025, 8, 7)
TODAY = date(2025, 8, 20)
A = alert("A", "B", "C")
GROWN = after(A, Reason.GREW, "A", "B", "C", "D")
CLOSED = after(GROWN, Reason.CLOSED)
HUSH = Silence(rule="meta-to-xai", since=AUGUST, until=date(2025, 9, 1), why="known")


class Ear(list[Notification]):
    """A channel: what it was told so far; hearing adds to it, as the outbox does."""

    def steps(
        self,
        revisions: Sequence[Alert],
        *policies: Policy,
        silences: Sequence[Silence] = (),
        on: date = TODAY,
        mode: Mode = Mode.LIVE,
    ) -> list[PendingNotification]:
        """Return every step, and write them down; asking again then owes nothing."""
        rules = {one.rule: one for one in policies or (policy(),)}
        steps = plan_notifications(
            ledger_and_log_of(revisions, self), policies=rules, on=on, mode=mode, silences=silences
        )
        self.extend(each.notification for each in steps)
        again = plan_notifications(
            ledger_and_log_of(revisions, self), policies=rules, on=on, mode=mode, silences=silences
        )
        assert again == []
        return steps

    def hears(self, *args, **named) -> list[str]:
        """Return what is sent, as reason and people."""
        return [said(each) for each in self.steps(*args, **named) if each.sends]


def said(each: PendingNotification) -> str:
    names = "".join(person.name for person in each.notification.alert.people)
    return f"{each.notification.alert.rule[0]} {each.notification.reason} {names}"


def test_a_silenced_alert_that_is_open_when_the_silence_ends_is_told_then():
    """Case 37: it comes with the next run, and says that it was silenced, and until when."""
    ear = Ear()
    (kept,) = ear.steps([A], silences=[HUSH])
    assert kept.notification.suppressed == "silenced (known)"
    assert ear.hears([A], silences=[HUSH]) == []
    (told,) = ear.steps([A], on=date(2025, 9, 1))
    assert said(told) == "m opened ABC"
    assert told.kept_back == "was silenced until 2025-09-01 (known)"
    assert ear.hears([A], on=date(2025, 9, 2)) == []


def test_growth_during_a_silence_is_told_once_when_it_ends():
    """However often it grew meanwhile, one message says who is new."""
    ear = Ear()
    assert ear.hears([A]) == ["m opened ABC"]
    assert ear.hears([A, GROWN], silences=[HUSH]) == []
    more = after(GROWN, Reason.GREW, "A", "B", "C", "D", "E")
    assert ear.hears([A, GROWN, more], silences=[HUSH]) == []
    (told,) = ear.steps([A, GROWN, more])
    assert said(told) == "m grew ABCDE"
    assert told.before == A


def test_an_alert_that_was_over_before_its_silence_ended_is_not_told():
    """Only what is still open is worth a late word."""
    ear = Ear()
    assert ear.hears([A, GROWN, CLOSED], silences=[HUSH]) == []
    assert ear.hears([A, GROWN, CLOSED]) == []


def test_whoever_was_told_of_an_alert_hears_after_the_silence_how_it_ended():
    """A channel that knows of an open alert does not take it for open for ever."""
    ear = Ear()
    assert ear.hears([A]) == ["m opened ABC"]
    assert ear.hears([A, GROWN, CLOSED], silences=[HUSH]) == []
    assert ear.hears([A, GROWN, CLOSED]) == ["m grew ABCD"]


def test_what_was_told_and_is_gone_is_taken_back_when_the_silence_ends():
    """Nobody keeps a false alert because of a silence."""
    ear = Ear()
    assert ear.hears([A]) == ["m opened ABC"]
    assert ear.hears([], silences=[HUSH]) == []
    assert ear.hears([]) == ["m withdrawn "]


def test_a_change_of_dates_during_a_silence_loses_no_news():
    """A revision that is never sent does not count as telling what was silenced before it."""
    ear = Ear()
    assert ear.hears([A]) == ["m opened ABC"]
    revised = after(GROWN, Reason.REVISED)
    assert ear.hears([A, GROWN, revised], silences=[HUSH]) == []
    assert ear.hears([A, GROWN, revised]) == ["m grew ABCD"]


@pytest.mark.parametrize(
    ("silence", "hushes"),
    [
        ({"rule": "meta-to-xai"}, True),
        ({"rule": "another"}, False),
        ({"group": {"to.organization": "xai"}}, True),
        ({"group": {"to.organization": "openai"}}, False),
        ({"organization": "meta"}, True),
        ({"organization": "google"}, False),
        ({"rule": "meta-to-xai", "organization": "google"}, False),
        ({"person": "a"}, False),
    ],
)
def test_a_silence_hushes_what_fits_all_that_it_names(silence, hushes):
    """Rule, group, organisation and person narrow each other down."""
    hush = Silence(since=AUGUST, until=date(2025, 9, 1), why="x", **silence)
    assert bool(Ear().hears([A], silences=[hush])) is not hushes


def test_an_organisation_is_silenced_where_no_group_names_it():
    """An alert without a group is about the organisations that all of its people share."""
    hush = Silence(organization="xai", since=AUGUST, until=date(2025, 9, 1), why="x")
    assert Ear().hears([replace(A, group={})], silences=[hush]) == []
    elsewhere = person("Z", destination=None)
    mixed = replace(A, group={}, people=(*A.people, elsewhere))
    assert Ear().hears([mixed], silences=[hush]) == ["m opened ABCZ"]


def test_a_silenced_person_hushes_news_about_nobody_else():
    """Growth by that person alone waits, and goes along with the next news."""
    hush = Silence(person="d", since=AUGUST, until=date(2025, 9, 1), why="x")
    ear = Ear()
    assert ear.hears([A], silences=[hush]) == ["m opened ABC"]
    assert ear.hears([A, GROWN], silences=[hush]) == []
    more = after(GROWN, Reason.GREW, "A", "B", "C", "D", "E")
    assert ear.hears([A, GROWN, more], silences=[hush]) == ["m grew ABCDE"]


def test_silences_for_each_of_the_people_silence_them_together():
    """Two people who are both silenced are no news."""
    both = [Silence(person=who, since=AUGUST, until=TODAY, why="x") for who in ("Ada", "press:bob")]
    assert Ear().hears([alert("Ada", "Bob")], silences=both) == []
    assert Ear().hears([alert("Ada", "Bob")], silences=both[:1]) == ["m opened AdaBob"]


def test_a_backfill_that_records_only_does_not_end_a_silence():
    """What was kept back is owed until something may be sent again."""
    ear = Ear()
    assert ear.hears([A], silences=[HUSH]) == []
    assert ear.steps([A, GROWN], mode=Mode.RECORD) == []
    assert ear.hears([A, GROWN]) == ["m opened ABCD"]


NARROW = replace(A, alert="n1", rule="zurich", group={}, people=A.people[:2])
LOUD = policy(rule="meta-to-xai")


def quiet(*equal: str) -> Policy:
    return policy(rule="zurich", inhibited_by={"meta-to-xai": equal})


def test_an_alert_mutes_narrower_ones_of_the_same_people():
    """The broader one tells all that the narrower one would say."""
    ear = Ear()
    steps = ear.steps([A, NARROW], LOUD, quiet())
    assert [said(each) for each in steps if each.sends] == ["m opened ABC"]
    (kept,) = [each.notification.suppressed for each in steps if not each.sends]
    assert kept == "inhibited (by a1 of meta-to-xai)"


def test_an_alert_with_one_person_more_is_not_muted():
    """Nobody is lost between two alerts."""
    wider = replace(NARROW, people=(*A.people, person("Z")))
    assert Ear().hears([A, wider], LOUD, quiet()) == ["m opened ABC", "z opened ABCZ"]


def test_a_muted_alert_is_told_when_it_outlives_the_one_that_muted_it():
    """It is still open, and nothing speaks for it any more."""
    ear = Ear()
    assert ear.hears([A, NARROW], LOUD, quiet()) == ["m opened ABC"]
    over = after(A, Reason.CLOSED, known_on=date(2025, 8, 15))
    steps = ear.steps([A, over, NARROW], LOUD, quiet())
    told = {said(each): each.kept_back for each in steps if each.sends}
    assert told.keys() == {"m closed ABC", "z opened AB"}
    assert told["z opened AB"] == "was inhibited until 2025-08-20 (by a1 of meta-to-xai)"


def test_an_alert_does_not_inhibit_itself():
    """Case 39: a rule that is named by itself still speaks."""
    itself = policy(rule="meta-to-xai", inhibited_by={"meta-to-xai": ()})
    assert Ear().hears([A], itself) == ["m opened ABC"]


def test_with_nothing_that_has_to_be_equal_the_people_alone_decide():
    """Case 40: an empty `equal` asks nothing, and a side that neither group has is the same."""
    assert Ear().hears([A, NARROW], LOUD, quiet()) == ["m opened ABC"]
    ungrouped = replace(A, group={})
    assert Ear().hears([ungrouped, NARROW], LOUD, quiet("to.organization")) == ["m opened ABC"]
    assert len(Ear().hears([A, NARROW], LOUD, quiet("to.organization"))) == 2


def test_an_alert_that_the_channel_does_not_hear_of_mutes_nothing_there():
    """Each channel hears of the people in one way or the other."""
    elsewhere = policy(["other"], rule="meta-to-xai")
    assert Ear().hears([A, NARROW], elsewhere, quiet()) == ["m opened ABC", "z opened AB"]
    old = replace(A, known_on=date(2024, 12, 1), first_known_on=date(2024, 12, 1))
    assert Ear().hears([old, NARROW], LOUD, quiet()) == ["z opened AB"]


def test_a_muted_alert_that_was_told_before_is_corrected_all_the_same():
    """Another alert does not take the place of the truth about what was said."""
    ear = Ear()
    assert ear.hears([NARROW], LOUD, quiet()) == ["z opened AB"]
    fewer = after(NARROW, Reason.CORRECTED, "A")
    said_now = ear.hears([A, NARROW, fewer], LOUD, quiet())
    assert sorted(said_now) == ["m opened ABC", "z corrected A"]


def test_rules_come_after_those_that_inhibit_them():
    """The order holds however the rules are named, and a circle does not hang."""
    assert inhibitors_first({"a": ["c"], "b": ["a"], "c": []}) == ["c", "a", "b"]
    assert sorted(inhibitors_first({"a": ["b"], "b": ["a"]})) == ["a", "b"]


@given(st.lists(st.sampled_from(["grow", "hush", "speak", "run", "close"]), max_size=12))
def test_after_every_silence_a_channel_knows_how_open_alerts_stand(acts):
    """Whatever the order, nothing is told twice and nothing that stands stays untold."""
    ear, revisions, hushed = Ear(), [A], False
    names = ["A", "B", "C"]
    for act in acts:
        last = revisions[-1]
        if act == "grow" and last.reason is not Reason.CLOSED:
            names.append(chr(ord("A") + len(names)))
            revisions.append(after(last, Reason.GREW, *names))
        elif act == "close" and last.reason is not Reason.CLOSED:
            revisions.append(after(last, Reason.CLOSED))
        elif act in {"hush", "speak"}:
            hushed = act == "hush"
        elif act == "run":
            ear.steps(revisions, silences=[HUSH] if hushed else [])
    ear.steps(revisions)
    told = [step for step in ear if step.message]
    assert len({step.message for step in told}) == len(told)
    if revisions[-1].reason is not Reason.CLOSED:
        assert {person.name for person in told[-1].alert.people} == set(names)


def test_the_log_of_decisions_keeps_every_word_about_a_silence(tmp_path):
    """The newest word on the same things holds, under the number of the first."""
    with State.open(f"sqlite:///{tmp_path / 's.db'}") as state, state.transaction() as tx:
        longer = replace(HUSH, until=date(2025, 10, 1), why="longer")
        for silence in (HUSH, replace(HUSH, person="x"), longer):
            tx.decide(SILENCE, silence.key, silence.span, "me", silence.why, on=NOON)
        found = silences(tx.decisions(SILENCE))
        assert len(tx.decisions(SILENCE)) == 3
        assert found[0] == replace(longer, by="me", number=1)
        assert [silence.number for silence in found] == [1, 2]
        assert silences_on(tx.decisions(SILENCE), date(2025, 9, 15)) == (found[0],)
        assert silences_on(tx.decisions(SILENCE), date(2025, 10, 1)) == ()


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path, rules={"talent": flow("meta", "xai", people=2)})
    world.on("2025-01-01", **crowd("Meta"), **crowd("xAI"), ada=[job("Meta")], bob=[job("Meta")])
    moved = [job("Meta", end="2025-01-10"), job("xAI", start="2025-01-11")]
    world.then("2025-02-01", ada=moved, bob=moved)
    return world


def command(world: World, *words: str) -> tuple[int, str]:
    """Return the exit code and all that a command said."""
    answer = CliRunner().invoke(app, [*words, "--config", str(world.root / "config.toml")])
    wrong = answer.exception if isinstance(answer.exception, UsageError) else None
    return 2 if wrong else answer.exit_code, answer.output + str(wrong or "")


@pytest.mark.slow
def test_a_silence_of_the_command_line_hushes_a_run_and_is_listed(world):
    """Case 38: the alert is recorded and shown with what hushes it, and nothing is sent."""
    named = ["--rule", "talent", "--organization", "X.AI", "--since", "2025-01-01"]
    code, words = command(
        world, "silence", "add", *named, "--until", "2025-03-01", "--why", "reorganisation"
    )
    assert (code, words) == (0, "Silence 1 holds from 2025-01-01 until 2025-03-01.\n")
    world.run("2025-02-02")
    assert (world.sent(), world.kept_back()) == ([], ["opened: silenced (reorganisation)"])
    assert world.ledger() == ["2025-02-01 opened ada bob"]
    assert '"hushed":"silenced (reorganisation)"' in command(world, "alerts", "--json")[1]
    assert "silenced (reorganisation)" in command(world, "alerts")[1]
    assert "organization xai" in command(world, "silence", "list", "--all")[1]
    assert '"status":"ended"' in command(world, "silence", "list", "--all", "--json")[1]
    assert "No silences" in command(world, "silence", "list")[1]
    world.run("2025-03-01")
    assert world.sent() == ["opened ada bob"]
    (delivery,) = world._deliveries()
    assert delivery.body["kept_back"] == "was silenced until 2025-03-01 (reorganisation)"


def test_a_silence_ends_when_it_is_told_to(world):
    """The next run tells what is still open."""
    world.run("2025-01-02")
    assert command(world, "silence", "add", "--person", "ada", "--for", "9", "--why", "x")[0] == 0
    assert '"status":"active"' in command(world, "silence", "list", "--json")[1]
    code, words = command(world, "silence", "end", "1")
    assert (code, words) == (0, "Silence 1 is over; the next run tells what is still open.\n")
    assert "No silences" in command(world, "silence", "list")[1]
    code, words = command(world, "silence", "end", "1")
    assert code == 2
    assert "there is no silence 1" in words


def test_a_silence_of_somebody_whom_no_profile_names_is_refused(world):
    """Nobody is somebody before anything was taken in; afterwards the nearest name is told."""
    silence = ("silence", "add", "--for", "9", "--why", "x", "--person")
    code, words = command(world, *silence, "ada")
    assert (code, words) == (2, "nobody goes by 'ada', as an id or a whole name")
    world.run("2025-01-02")
    code, words = command(world, *silence, "adda")
    assert code == 2
    assert "did you mean 'Ada'?" in words
    assert command(world, *silence, "press:ADA")[0] == 0


@pytest.mark.parametrize(
    ("named", "wrong"),
    [
        ([], "name what to silence"),
        (["--rule", "talnt"], "there is no rule 'talnt'"),
        (["--organization", "Mata"], "did you mean 'Meta'?"),
        (["--group", "xai"], "is no SIDE=VALUE"),
        (["--group", "to.place=x"], "there is no side of a group 'to.place'"),
        (["--person", "ada", "--until", "2000-01-01"], "before it begins"),
        (["--person", "ada", "--for", "999999999"], "more than the calendar has"),
    ],
)
def test_a_silence_that_cannot_be_meant_is_refused(world, named, wrong):
    """A silence that hushes nothing, or for ever, would only be found out too late."""
    end = [] if {"--for", "--until"} & {*named} else ["--for", "9"]
    code, words = command(world, "silence", "add", *named, *end, "--why", "x")
    assert code == 2
    assert wrong in words


def test_rules_that_inhibit_each_other_are_refused(tmp_path):
    """In a circle nobody would be told; a name that is no rule's is only pointed out."""
    world = World(tmp_path)
    inhibit = '[inhibit]\nrules = ["{}"]\n'
    rule = flow("meta", "xai", people=2)
    world.rewrite(rules={"a": rule + inhibit.format("b"), "b": rule + inhibit.format("*")})
    code, words = command(world, "rules", "check")
    assert code == 2
    assert words.count("do not inhibit this one in turn") == 2
    world.rewrite(rules={"talent": rule, "b": rule + inhibit.format("tallent")})
    code, words = command(world, "rules", "check")
    assert code == 0
    assert "there is no rule 'tallent' to inhibit; nearest: 'talent'" in words


@pytest.mark.slow
def test_a_rule_mutes_another_through_the_pipeline(tmp_path):
    """The rule file says it, the run keeps to it, and the ledger holds both alerts."""
    every = flow("meta", None, people=1) + '[inhibit]\nrules = ["talent"]\n'
    world = World(tmp_path, rules={"talent": flow("meta", "xai", people=2), "any": every})
    world.on("2025-01-01", **crowd("Meta"), **crowd("xAI"), ada=[job("Meta")], bob=[job("Meta")])
    moved = [job("Meta", end="2025-01-10"), job("xAI", start="2025-01-11")]
    world.then("2025-02-01", ada=moved, bob=moved)
    world.run()
    assert len(world.ledger()) == 2
    assert world.sent() == ["opened ada bob"]
    (muted,) = world.kept_back()
    assert muted.startswith("opened: inhibited (by ")
    assert muted.endswith(" of any)")


@pytest.mark.slow
def test_a_silence_is_read_again_where_nothing_else_is_new(tmp_path):
    """A run reads what changed; what was kept back counts as such until it is told."""
    rules = {"talent": flow("meta", "xai", people=1, group_by=["to.organization"])}
    world = World(tmp_path, rules=rules)
    world.on("2025-01-01", **crowd("Meta"), **crowd("xAI"), ada=[job("Meta")])
    world.then("2025-02-01", ada=[job("Meta", end="2025-01-10"), job("xAI", start="2025-01-11")])
    hush = replace(HUSH, rule="talent", since=date(2025, 1, 1), until=date(2025, 3, 1))
    with State.open(world.settings.state) as state, state.transaction() as tx:
        tx.decide(SILENCE, hush.key, hush.span, "me", "x", on=NOON)
    for day in ("2025-02-01", "2025-02-02", "2025-02-03"):
        world.run(day)
    assert world.kept_back() == ["opened: silenced (x)"]
    world.backfill(now="2025-02-04")
    assert world.sent() == []
    world.run("2025-03-02")
    world.run("2025-03-03")
    assert world.sent() == ["opened ada"]
