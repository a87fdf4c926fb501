"""The state database: what is committed stays, what is not was never there."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import new_schema
from samples import NOON, after, alert, person
from sqlalchemy import create_engine, make_url, select

from monitor.base.errors import LeaseHeld, TalentwatchError, UsageError
from monitor.base.records import Alert, Notice, Reason
from monitor.state import (
    AlertSpool,
    ContentDigests,
    Notification,
    Outgoing,
    State,
    encoded,
    group_key,
    migrations,
    said_by,
)
from monitor.state.database import VERSIONS
from monitor.state.tables import ALERT_PEOPLE, METADATA


def url_in(folder: Path) -> str:
    """Return the URL of a SQLite database in a folder."""
    return f"sqlite:///{folder / 'state.db'}"


def notification(told: Alert) -> Notification:
    """Return a step in which a channel was told of an alert."""
    return Notification(
        channel="talent",
        thread="a1",
        alert=told,
        handled=1,
        chain="c",
        reason=Reason.OPENED,
        message="msg_1",
        suppressed=None,
        on=date(2025, 8, 7),
    )


@pytest.fixture
def url(state_url):
    """Return the URL of an empty database, of each kind in turn."""
    return state_url


@pytest.fixture
def state(url):
    """Return a new state of each kind."""
    with State.open(url) as opened:
        yield opened


def test_an_error_rolls_the_whole_transaction_back(state):
    """Half a step of a run must not be seen by the next one."""

    def fail() -> None:
        with state.transaction() as tx:
            tx.set_cursor("evaluated", "2025-06-01")
            tx.record([alert("Ada")])
            raise ValueError("in between")

    with pytest.raises(ValueError, match="in between"):
        fail()
    with state.transaction() as tx:
        assert tx.cursor("evaluated") is None
        assert tx.revisions() == []


def test_what_was_committed_is_there_after_opening_again(state, url):
    """A state is kept for years."""
    with state.transaction() as tx:
        tx.set_cursor("rule:a", "1")
        tx.set_cursor("rule:a", "2")
        tx.set_cursor("rule%b", "3")
        tx.set_cursor("gone", "4")
        tx.set_cursor("gone", None)
    with State.open(url) as again, again.reading() as tx:
        assert tx.cursor("rule:a") == "2"
        assert tx.cursors("rule:") == {"rule:a": "2"}
        assert tx.cursors("rule") == {"rule:a": "2", "rule%b": "3"}
        assert tx.cursor("gone") is None


def test_an_alert_reads_back_equal(state):
    """The ledger loses nothing of a revision."""
    full = alert("Ada", possible_people=(person("Bo", certain_from=None, origin=None),))
    with state.transaction() as tx:
        tx.record([full])
    with state.reading() as tx:
        (again,) = tx.latest()
    assert again == full
    assert encoded(again) == encoded(full)
    assert ContentDigests().of(again) == ContentDigests().of(full)


def test_two_revisions_that_differ_in_one_thing_have_different_contents():
    """Of whom, in which role, and in what the alert says beside its people."""
    bo = person("Bo", certain_from=None, origin=None)
    variants = [
        alert("Ada", "Bo"),
        alert("Ada", possible_people=(bo,)),
        alert("Ada", left_out=(bo,)),
        alert("Ada"),
        replace(alert("Ada"), peak=99),
    ]
    digests = ContentDigests()
    assert len({digests.of(each) for each in variants}) == len(variants)


def test_a_person_is_kept_once_for_all_revisions_of_an_alert(state):
    """A hundred revisions of the same two people keep two records, and no body repeats them."""
    first = alert("Ada", "Bo")
    revisions = [replace(first, revision=number) for number in range(1, 101)]
    with state.transaction() as tx:
        tx.record(revisions[:60])
        tx.record(revisions[60:])
    with state.reading() as tx:
        assert tx.revisions() == revisions
        rows = tx.connection.execute(select(ALERT_PEOPLE.c.number)).scalars()
        assert sorted(rows) == [1, 2]
        assert "Ada" not in next(tx.latest_bodies())


def test_a_spool_gives_back_what_was_put_into_it_in_order_and_in_the_same_parts():
    """It may be read while it is read, and what several revisions share is one record again."""
    first = alert("Ada", "Bo")
    grown = after(first, Reason.GREW, "Ada", "Bo", "Cyd")
    spool = AlertSpool()
    spool.add([first, replace(first, revision=2)])
    spool.add([])
    spool.add([grown])
    assert len(spool) == 3
    assert [[*spool] for _ in spool] == [[first, replace(first, revision=2), grown]] * 3
    parts = list(spool.chunks())
    assert [len(part) for part in parts] == [2, 1]
    assert parts[0][0].people[0] is parts[0][1].people[0]


def test_people_whom_nothing_names_any_more_are_forgotten(state):
    """What takes the place of revisions may name others; a notification keeps whom it told of."""
    first = alert("Ada", "Bo")
    told = alert("Cyd")
    with state.transaction() as tx:
        tx.record([first, replace(told, revision=2)])
        tx.record_stored([(notification(told), *tx.stored_bodies([told]))])
    with state.transaction() as tx:
        gone = tx.forget_from(first.rule, None)
        tx.record([alert("Ada")])
        tx.forget_people(gone)
    with state.reading() as tx:
        kept = tx.connection.execute(select(ALERT_PEOPLE.c.body)).scalars()
        assert sorted(json.loads(body)["name"] for body in kept) == ["Ada", "Cyd"]
        assert [each.alert for each in tx.notifications()] == [told]
    assert group_key({"b": "1", "a": "2"}) == group_key({"a": "2", "b": "1"})


def test_the_alerts_of_a_profile_are_those_that_ever_named_its_moves_or_its_stays(state):
    """And of no other whose id begins so, or differs in capital letters."""
    moves = ("press:a_a:2", "press:a_a:b:1", "press:A_A:1", "press:aaa:1", "m1", "m2")
    alerts = {
        move: alert("Ada", alert=move, rule=f"rule-{number}", people=(person("Ada", move=move),))
        for number, move in enumerate(moves)
    }
    with state.transaction() as tx:
        tx.record([*alerts.values(), replace(alerts["m1"], revision=2, people=())])
    with state.reading() as tx:
        found = tx.latest_about(["press:a_a"], ["m1"])
    assert [(each.alert, each.revision) for each in found] == [("m1", 2), ("press:a_a:2", 1)]


def test_the_ledger_gives_revisions_in_order_and_the_latest_of_each_alert(state):
    """Order is that of becoming known, whatever the order of writing."""
    first = alert("Ada")
    grown = after(first, Reason.GREW, "Ada", "Bo")
    other = replace(alert("Cy"), alert="a2", rule="other", known_on=date(2025, 8, 7))
    with state.transaction() as tx:
        tx.record([grown, other])
        tx.record([first])
        tx.record([])
    with state.reading() as tx:
        assert tx.revisions() == [first, other, grown]
        assert tx.revisions("other") == [other]
        assert tx.revisions(alert="a1") == [first, grown]
        assert tx.revisions(rules=["other", "none"]) == [other]
        assert tx.latest() == [grown, other]
        assert tx.latest("meta-to-xai", before=grown.known_on) == [first]
        assert tx.rules_with_alerts() == ["meta-to-xai", "other"]


def test_the_ledger_gives_only_the_groups_that_are_asked_for(state):
    """A run reads what changed and what is open, however long the past is."""
    first = alert("Ada")
    closed = after(first, Reason.CLOSED)
    other = replace(alert("Cy"), alert="a2", group={"to.organization": "elsewhere"})
    mine, theirs = (("meta-to-xai", group_key(alert.group)) for alert in (first, other))
    with state.transaction() as tx:
        tx.record([first, closed, other])
    with state.reading() as tx:
        assert sorted(tx.groups("meta-to-xai")) == sorted([mine, theirs])
        assert tx.groups("unheard") == []
        assert tx.open_groups("meta-to-xai") == [theirs]
        assert sorted(tx.open_groups("meta-to-xai", before=closed.known_on)) == sorted(
            [mine, theirs]
        )
        assert tx.said([mine, ("other", mine[1])]) == {"a1": [said_by(first), said_by(closed)]}
        assert tx.revisions_after("a1", 0) == [first, closed]
        assert tx.revisions_after("a1", 1) == [closed]
        assert list(tx.revisions_since("meta-to-xai", closed.known_on)) == [closed]
        assert tx.latest_of([mine, mine]) == [closed]
        assert tx.latest_of([mine], before=closed.known_on) == [first]
        assert tx.latest_of([]) == []


def test_a_thousand_groups_can_be_asked_for_at_once(state):
    """Databases bind only so many values to one statement."""
    many = [("meta-to-xai", f"g{number}") for number in range(1_500)]
    first = alert("Ada")
    with state.transaction() as tx:
        tx.record([first])
        asked = [*many, ("meta-to-xai", group_key(first.group))]
        assert tx.said(asked) == {"a1": [said_by(first)]}
        assert tx.latest_of(asked) == [first]
        assert tx.notification_headers(asked) == []


def test_forgetting_takes_the_revisions_of_a_day_and_later(state):
    """A rule is evaluated again from the day on which something changed."""
    first = alert("Ada")
    grown = after(first, Reason.GREW, "Ada", "Bo")
    with state.transaction() as tx:
        tx.record([first, grown])
        assert tx.forget_from("meta-to-xai", grown.known_on) == [grown.alert]
        assert tx.revisions() == [first]
        assert tx.forget_from("other", None) == []
        assert tx.forget_from("meta-to-xai", None) == [grown.alert]
        assert tx.revisions() == []


def test_decisions_are_only_added_and_keep_their_order(state):
    """The newest decision on a key holds; the older ones explain the past."""
    with state.transaction() as tx:
        tx.decide("snapshot", "press:2025-06-01", "accept", "ada", "checked", on=NOON)
        tx.decide("collective", "a>b", "same", "bo", "renamed", on=NOON + timedelta(days=1))
        tx.decide("snapshot", "press:2025-06-01", "reject", "bo", "wrong", on=NOON)
    with state.reading() as tx:
        assert [each.verdict for each in tx.decisions()] == ["accept", "same", "reject"]
        assert [each.by for each in tx.decisions("snapshot")] == ["ada", "bo"]
        assert tx.decisions("collective")[0].on == NOON + timedelta(days=1)


def test_runs_are_listed_newest_first_with_their_outcome(state):
    """A run that was killed shows as one that never ended."""
    with state.transaction() as tx:
        tx.start_run("r1", at=NOON)
        tx.start_run("r2", at=NOON + timedelta(hours=1))
        tx.finish_run("r2", at=NOON + timedelta(hours=2), outcome={"moves": 3})
    with state.reading() as tx:
        newest, killed = tx.runs()
    assert (newest.run, newest.outcome) == ("r2", {"moves": 3})
    assert (killed.run, killed.finished_at) == ("r1", None)


def test_a_notice_is_told_once_until_its_cause_went_away(state):
    """The operator hears of a cause once, and again if it comes back."""
    notice = Notice(key="suspect", title="t", text="x", on=date(2025, 1, 1))
    with state.transaction() as tx:
        assert tx.record_notice(notice)
        assert not tx.record_notice(notice)
        assert tx.notices() == [notice]
        tx.forget_notice("suspect")
        assert tx.record_notice(notice)


def test_what_was_told_reads_back(state):
    """The told-table decides what is sent, so it must lose nothing."""
    step = notification(alert("Ada"))
    kept_back = replace(step, channel="other", message=None, suppressed="backfill")
    with state.transaction() as tx:
        bodies = tx.stored_bodies([step.alert, kept_back.alert])
        tx.record_stored([*zip([step, kept_back], bodies, strict=True)])
        tx.record_stored([])
        assert tx.notifications() == [step, kept_back]
        assert tx.notifications(["meta-to-xai"]) == [step, kept_back]
        assert tx.notifications(["other"]) == []


def test_the_outbox_takes_a_message_once(state):
    """A message that is there already keeps its place, its tries and its body."""
    with state.transaction() as tx:
        tx.enqueue([Outgoing(id="m1", channel="c", about="a1", body={"n": 1})], at=NOON)
        tx.mark_deferred("m1", until=NOON + timedelta(hours=1), error="down")
        again = Outgoing(id="m1", channel="c", about="a1", body={"n": 2})
        tx.enqueue([again, Outgoing(id="m2", channel="c", about="a2", body={})], at=NOON)
        first = tx.next_pending("c")
        assert first is not None
        assert (first.id, first.body, first.attempts) == ("m1", {"n": 1}, 1)
        assert tx.pending("c") == 2
        assert tx.messages_about("a2") == ["m2"]


def test_what_is_settled_stays_settled(state):
    """A slower process that reports late must not undo what a faster one noted."""
    with state.transaction() as tx:
        tx.enqueue([Outgoing(id="m1", channel="c", about="a1", body={})], at=NOON)
        tx.mark_sent("m1", at=NOON)
        tx.mark_deferred("m1", until=NOON, error="late")
        tx.mark_dead("m1", at=NOON, error="later")
        assert tx.depth() == {"c": {"pending": 0, "sent": 1, "accepted": 0, "dead": 0}}
        assert not tx.revive("m1", at=NOON)


def test_a_dead_message_can_be_revived(state):
    """An operator repairs a channel and sends what was given up."""
    with state.transaction() as tx:
        tx.enqueue([Outgoing(id="m1", channel="c", about="a1", body={})], at=NOON)
        tx.mark_dead("m1", at=NOON, error="404")
        tx.turn_off("c", at=NOON, why="gone")
        tx.turn_off("c", at=NOON, why="gone again")
        assert tx.channels_off() == {"c": "gone again"}
        tx.turn_on("c")
        assert tx.channels_off() == {}
        assert tx.revive("m1", at=NOON + timedelta(days=1))
        revived = tx.next_pending("c")
        assert revived is not None
        assert (revived.attempts, revived.done_at) == (0, None)


def waiting(state: State, *messages: str) -> None:
    """Put messages for one channel into the outbox."""
    with state.transaction() as tx:
        outgoing = [Outgoing(id=message, channel="c", about="a1", body={}) for message in messages]
        tx.enqueue(outgoing, at=NOON)


def claim(state: State, message: str, *, by: str, now: datetime = NOON, gone: str = "") -> bool:
    """Claim a message for a minute."""
    with state.transaction(exclusive=False) as tx:
        return tx.claim(message, process=by, now=now, seconds=60, is_gone=lambda one: one == gone)


def test_a_message_is_claimed_by_one_deliverer_until_the_claim_ends(state):
    """A claim ends with its time, with its holder, or with what became of the message."""
    waiting(state, "m1")
    assert claim(state, "m1", by="one")
    assert not claim(state, "m1", by="two")
    assert not claim(state, "m1", by="one"), "two threads of one process are two deliverers"
    assert claim(state, "m1", by="two", gone="one")
    assert claim(state, "m1", by="three", now=NOON + timedelta(seconds=61))
    with state.transaction() as tx:
        tx.mark_deferred("m1", until=NOON, error="down")
    assert claim(state, "m1", by="four")
    with state.transaction() as tx:
        tx.mark_sent("m1", at=NOON)
    assert not claim(state, "m1", by="five", gone="four")
    assert not claim(state, "none", by="five")


def test_a_claim_from_before_the_clock_was_set_back_holds_nobody_up(state):
    """It would last until the clock comes round to where it was."""
    waiting(state, "m1")
    assert claim(state, "m1", by="one", now=NOON + timedelta(days=365))
    assert claim(state, "m1", by="two")


def test_many_deliverers_claim_each_message_once(state, url):
    """Whoever comes second goes on with something else and does not wait."""
    messages = [f"m{number}" for number in range(40)]
    waiting(state, *messages)
    won: list[str] = []

    def deliver(name: str) -> None:
        with State.open(url) as mine:
            won.extend(message for message in messages if claim(mine, message, by=name))

    threads = [threading.Thread(target=deliver, args=(f"t{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == sorted(messages)


def test_a_claim_waits_for_nobody_where_rows_are_locked():
    """On PostgreSQL a delivery goes on while a cycle writes, or another one has its row."""
    with new_schema() as url, State.open(url) as state:
        waiting(state, "m1", "m2")
        with state.transaction() as cycle:
            cycle.set_cursor("a", "b")
            assert claim(state, "m1", by="one")
            with state.transaction(exclusive=False) as other:
                assert other.claim("m2", process="two", now=NOON, seconds=60)
                assert not claim(state, "m2", by="three")


def test_the_machines_on_one_database_share_its_clock(state, url):
    """A lease taken on a machine whose clock is wrong ends when it should."""
    if url.startswith("sqlite"):
        assert state.server_time is None
    else:
        assert abs(state.server_time - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_moment_without_a_time_zone_is_refused(state):
    """It would silently be another moment."""
    with state.transaction() as tx, pytest.raises(Exception, match="time zone"):
        tx.start_run("r", at=datetime(2025, 1, 1))  # noqa: DTZ001 -- this is the mistake


def test_a_second_run_learns_who_is_at_work_and_since_when(state, url):
    """The loser ends with a message that an operator can act on."""
    with (
        state.lease("run", process="pid 1 on host", now=NOON, seconds=60),
        State.open(url) as other,
        pytest.raises(LeaseHeld, match=r"pid 1 on host has been at work since 2025-08-07 12:00:00"),
        other.lease("run", process="pid 2", now=NOON + timedelta(seconds=59), seconds=60),
    ):
        pass


def test_a_lease_that_was_given_back_is_free(state):
    """The next run need not wait for the end of the time."""
    with state.lease("run", process="one", now=NOON, seconds=60) as first:
        pass
    with state.lease("run", process="two", now=NOON, seconds=60) as second:
        assert second.fence == first.fence + 1
    with state.lease("other", process="two", now=NOON, seconds=60) as other:
        assert other.fence == 1


def test_an_overtaken_run_can_write_nothing_more(state, url):
    """A run that slept through the end of its lease must not write over its successor."""
    later = NOON + timedelta(seconds=61)

    def overtaken() -> None:
        with state.lease("run", process="slow", now=NOON, seconds=60) as lease:
            with State.open(url) as other, other.lease("run", process="new", now=later, seconds=60):
                pass
            with pytest.raises(LeaseHeld, match="taken over by new"):
                state.renew(lease, now=later, seconds=60)
            with state.transaction() as tx:
                tx.set_cursor("a", "overwritten")

    with pytest.raises(LeaseHeld, match="taken over by new"):
        overtaken()
    with state.transaction() as tx:
        assert tx.cursor("a") is None


def test_a_renewed_lease_is_not_taken_over(state, url):
    """A long run keeps its right as long as it shows that it lives."""
    with (
        state.lease("run", process="long", now=NOON, seconds=60) as lease,
        State.open(url) as other,
    ):
        state.renew(lease, now=NOON + timedelta(seconds=50), seconds=60)
        late = other.lease("run", process="x", now=NOON + timedelta(seconds=70), seconds=60)
        with pytest.raises(LeaseHeld), late:
            pass
        with state.transaction() as tx:
            tx.set_cursor("a", "b")


def test_the_tables_are_those_that_the_migrations_make(url):
    """The code's tables and the migrations' tables are written twice, and must not part."""
    State.open(url).close()
    engine = create_engine(make_url(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_the_program_names_the_migrations_that_are_there():
    """Otherwise a database would be migrated for ever, or never."""
    folder = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert [script.revision for script in folder.walk_revisions()][::-1] == list(VERSIONS)


def test_a_database_of_a_newer_program_is_left_alone(tmp_path):
    """An older program would misread it."""
    url = url_in(tmp_path)
    State.open(url).close()
    with sqlite3.connect(tmp_path / "state.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    with pytest.raises(UsageError, match=r"made by a newer talentwatch .*0999"):
        State.open(url)


def test_opening_an_up_to_date_database_does_not_import_alembic(tmp_path):
    """Its import takes longer than a quiet cycle."""
    url = url_in(tmp_path)
    State.open(url).close()
    program = (
        "import sys; from monitor.state import State;"
        f"State.open({url!r}).close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_many_programs_may_open_a_new_database_at_once(url):
    """Cron and a service may start in the same second."""
    errors: list[Exception] = []

    def open_it() -> None:
        try:
            State.open(url).close()
        except TalentwatchError as exc:
            errors.append(exc)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_a_reader_does_not_wait_for_a_writer(state):
    """`talentwatch status` answers while a run writes, with what was committed."""
    with state.transaction() as tx:
        tx.set_cursor("a", "before")
    with state.transaction() as writing:
        writing.set_cursor("a", "after")
        with state.reading() as tx:
            assert tx.cursor("a") == "before"


def test_writers_wait_for_each_other(state):
    """Two threads that count up lose no step."""

    def count_up() -> None:
        for _ in range(20):
            with state.transaction() as tx:
                tx.set_cursor("n", str(int(tx.cursor("n") or 0) + 1))

    with state.transaction() as tx:
        tx.set_cursor("n", "0")
    threads = [threading.Thread(target=count_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with state.reading() as tx:
        assert tx.cursor("n") == "60"


def test_a_missing_database_is_not_made_by_a_reading_command(tmp_path):
    """Reading must leave no trace."""
    with pytest.raises(UsageError, match="no state database at"):
        State.open(url_in(tmp_path / "none"), create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("password", ["hunt@er2", "hunt@er/2", "a@hunter@er2"])
def test_no_part_of_a_password_with_an_unwritten_at_is_in_an_error(password):
    """What follows its first @ would be taken for the host."""
    with pytest.raises(UsageError, match="written %40") as caught:
        State.open(f"postgresql+psycopg://me:{password}@127.0.0.1:1/none")
    assert "er2" not in str(caught.value)
    assert "hunt" not in str(caught.value)


def test_a_password_is_in_no_error():
    """The URL is named without it."""
    with pytest.raises(UsageError, match="cannot be opened") as caught:
        State.open("postgresql+psycopg://me:hunter2@127.0.0.1:1/none?password=hunter2")
    assert "hunter2" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite", "nosuch://x/y"])
def test_a_wrong_url_is_explained(url):
    """The user must learn how to write it."""
    with pytest.raises(UsageError):
        State.open(url)


def test_a_file_that_is_no_database_is_named(tmp_path):
    """A truncated or foreign file is not silently replaced."""
    (tmp_path / "state.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(UsageError, match=r"state\.db cannot be opened: file is not a database"):
        State.open(url_in(tmp_path))


def test_damage_met_later_is_named(tmp_path):
    """A disk that goes bad in the middle of a run is not a crash of the program."""
    state = State.open(url_in(tmp_path))
    with state.transaction() as tx:
        tx.set_cursor("a", "b" * 100_000)
    state.close()
    path = tmp_path / "state.db"
    path.write_bytes(path.read_bytes()[:4096] + os.urandom(len(path.read_bytes()) - 4096))

    def read() -> None:
        with State.open(url_in(tmp_path)) as damaged, damaged.transaction() as tx:
            tx.cursor("a")

    with pytest.raises(TalentwatchError, match=r"state database .*state\.db"):
        read()


def test_a_killed_writer_leaves_nothing_half_done(tmp_path):
    """SIGKILL in the middle of a transaction: the next program sees the state before it."""
    url = url_in(tmp_path)
    program = (
        "import os, signal; from monitor.state import State;"
        f"state = State.open({url!r});\n"
        "with state.transaction() as tx:\n"
        "    tx.set_cursor('a', '1')\n"
        "with state.transaction() as tx:\n"
        "    tx.set_cursor('a', '2')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=False)
    with State.open(url) as state, state.reading() as tx:
        assert tx.cursor("a") == "1"


def test_a_moment_is_kept_whatever_its_time_zone(state):
    """Noon in another zone is the same moment."""
    with state.transaction() as tx:
        tx.start_run("r", at=datetime.fromisoformat("2025-08-07T14:00:00+02:00"))
        assert tx.runs()[0].started_at == datetime(2025, 8, 7, 12, tzinfo=UTC)
