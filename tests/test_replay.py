"""Replay equals live: the ledger does not tell in which order the files came."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from story import World, flow, job

from monitor.base.derived_file import derived_path
from monitor.base.records import Reason
from monitor.cycle import LATE_SNAPSHOT, run_cycle
from monitor.delivery.outbox import ledger_and_log_of, plan_notifications
from monitor.delivery.outbox.model import share_a_day
from monitor.parts import CycleOutcome
from monitor.state import Notification, group_key, people_of
from monitor.wiring import open_parts, send

RULES = {
    "any": flow(
        "*", "*", people=2, within="120d", group_by=["from.organization", "to.organization"]
    ),
    "left": flow("*", None, people=2, since="year", group_by=["from.organization"]),
    "seen": flow(None, "*", people=2, within="60d", clock="observed", group_by=["to.organization"]),
    "may": flow("meta", "xai", people=1, within="90d", count="possible"),
}
PEOPLE = '[[people]]\nids = ["press:p0", "code:p0"]\n[[people]]\nids = ["press:p1", "code:q1"]\n'
ORGANIZATIONS = ("Meta", "xAI", "OpenAI", "DeepMind")
FIRST = date(2024, 9, 15)

File = tuple[str, str, str]
"""Source, day and text of a snapshot."""


@dataclass(slots=True, kw_only=True)
class Life:
    """A person's profile, which changes from month to month as profiles do."""

    chance: random.Random
    positions: list[dict[str, Any]] = field(default_factory=list)
    hidden: bool = False
    known_as: str = ""
    """Another id, once the source changed it."""
    double: bool = False
    """Whether the same is shown under a second id."""
    same_as: tuple[str, ...] = ()

    def begin(self, today: date) -> None:
        """Have a job, or two."""
        for _ in range(self.chance.choice([1, 1, 2])):
            self.move(today)

    def live(self, today: date) -> None:
        """Let something happen to the profile, or nothing."""
        self.hidden = self.chance.random() < 0.05
        happens = self.chance.choices(
            [
                *(self.move, self.leave, self.plan, self.edit, self.history, self.drop, self.rest),
                *(self.crowd, self.link),
            ],
            [20, 5, 5, 8, 5, 3, 50, 2, 2],
        )[0]
        happens(today)

    def move(self, today: date) -> None:
        """Go elsewhere: the old job ends, with a date or without one, or is gone."""
        at = {position["organization"] for position in self.positions if "end" not in position}
        self.leave(today)
        there = self.chance.choice([one for one in ORGANIZATIONS if one not in at] or ["Acme"])
        self.positions.insert(0, dict(job(there, start=self.when(today), title="Engineer")))

    def leave(self, today: date) -> None:
        """End a job, or take it off the profile."""
        if self.positions and self.chance.random() < 0.3:
            self.positions.pop(0)
        elif self.positions:
            end = self.when(today)
            self.positions[0] |= {"end": end} if end else {"current": False}

    def plan(self, today: date) -> None:
        """Write down a day that has not come yet."""
        ahead = (today + timedelta(days=self.chance.randrange(1, 70))).isoformat()
        if self.positions and self.chance.random() < 0.5:
            self.positions[0]["end"] = ahead
        else:
            self.positions.insert(0, dict(job(self.chance.choice(ORGANIZATIONS), start=ahead)))

    def edit(self, today: date) -> None:
        """Change a date, a title or the spelling of an organisation."""
        if not self.positions:
            return
        one = self.chance.choice(self.positions)
        match self.chance.randrange(4):
            case 0:
                one["start"] = self.when(today)
            case 1:
                one["end"] = self.when(today)
            case 2:
                one["title"] = self.chance.choice(["Head of Things", "Engineer"])
            case _:
                one["organization"] = self.chance.choice(
                    [*ORGANIZATIONS, one["organization"].upper()]
                )

    def history(self, today: date) -> None:
        """Remember a job of long ago."""
        end = today - timedelta(days=self.chance.randrange(400))
        begin = end - timedelta(days=self.chance.randrange(1, 500))
        there = self.chance.choice(ORGANIZATIONS)
        self.positions.append(dict(job(there, start=begin.isoformat(), end=end.isoformat()[:7])))

    def drop(self, today: date) -> None:
        """Take all positions off the profile."""
        del today
        self.positions = []

    def crowd(self, today: date) -> None:
        """Be at many places at once, without a date."""
        del today
        self.positions = [dict(job(there)) for there in ORGANIZATIONS]

    def link(self, today: date) -> None:
        """Get another id, a second profile, or say who one is elsewhere."""
        match self.chance.randrange(3):
            case 0:
                self.known_as = f"-{today.isoformat()}"
            case 1:
                self.double = not self.double
            case _:
                other = self.chance.choice(["press:p2", "code:q3", "orcid:1", "orcid:2"])
                self.same_as = self.chance.choice([(), (other,)])

    def profiles(self, who: str) -> Iterator[dict[str, Any]]:
        """Show it, under one id or two."""
        shown = {"name": who.upper(), "positions": self.positions, "same_as": self.same_as}
        yield {"id": f"{who}{self.known_as}", **shown}
        if self.double:
            yield {"id": f"{who}-too", **shown}

    def rest(self, today: date) -> None:
        """Change nothing."""

    def when(self, today: date) -> str | None:
        """Write a day of the last two months more or less precisely."""
        day = (today - timedelta(days=self.chance.randrange(60))).isoformat()
        return self.chance.choice([None, None, day, day[:7], day[:4]])


def history(seed: int) -> list[File]:
    """Write two sources' snapshots of a year, in order of observation."""
    chance = random.Random(seed)
    files = []
    for source, names, number in (("press", "p", 5), ("code", "pq", 2)):
        lives = {f"{name}{n}": Life(chance=chance) for n in range(12) for name in names}
        today = FIRST + timedelta(days=chance.randrange(30))
        for life in lives.values():
            life.begin(today)
        for _ in range(chance.randrange(number - 1, number + 1)):
            shown = (
                profile
                for who, life in lives.items()
                if not life.hidden
                for profile in life.profiles(who)
            )
            files.append((source, today.isoformat(), _lines(shown)))
            today += timedelta(days=chance.choice([3, 20, 31, 62]))
            for life in lives.values():
                life.live(today)
    return sorted(files, key=lambda file: file[1])


def _lines(profiles: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(profile) + "\n" for profile in profiles)


@contextmanager
def world() -> Iterator[World]:
    """Set an installation up."""
    with TemporaryDirectory() as folder:
        yield World(Path(folder), rules=RULES, people=PEOPLE, sources=("press", "code"))


def write(world: World, file: File) -> Path:
    """Put a snapshot into the inbox."""
    source, day, text = file
    return world.file(day, text, source=source)


def run(world: World, now: str) -> CycleOutcome:
    """Run a cycle at the end of a day and deliver, as the command does."""
    at = datetime.combine(date.fromisoformat(now), time(23, 59), UTC)
    with open_parts(world.settings) as parts:
        outcome = run_cycle(parts, now=at)
        with parts.state.reading() as tx:
            # A run deals with the groups that changed; it must leave nothing owed in any other.
            policies = parts.policies(date.fromisoformat(tx.cursor("first_run") or ""))
            assert (
                plan_notifications(
                    ledger_and_log_of(tx.revisions(), tx.notifications()),
                    policies=policies,
                    on=at.date(),
                )
                == []
            )
        send(world.settings, parts.state, now=lambda: at)
    return outcome


def imported(files: Sequence[File], *, together: bool) -> tuple[bytes, object]:
    """Take the files in, in the order given, and replay."""
    with world() as one:
        if together:
            for source in one.sources:
                some = [write(one, file) for file in files if file[0] == source]
                assert one.import_(*some, source=source) == []
        else:
            for file in files:
                assert one.import_(write(one, file), source=file[0]) == []
        one.backfill("2000-01-01")
        assert one.sent() == []
        # A replay ends with the newest snapshot that may speak; after it only time has passed.
        passed = one.run(max(day for _, day, _ in files)).revisions
        assert {revision.reason for revision in passed} <= {Reason.CLOSED}
        return one.ledger_bytes(), one.revisions()


def lived(files: Sequence[File], *, arrivals: int = 1) -> tuple[bytes, object] | None:
    """Run whenever some files have arrived, in the order given, and hold what is said each time.

    Returns None where a late snapshot waits for the operator's word. The ledger rests on the log
    of decisions then, and a replay by that log has to give the same.
    """
    with world() as one:
        now = ""
        for start in range(0, len(files), arrivals):
            arrived = files[start : start + arrivals]
            for file in arrived:
                write(one, file)
            now = max(now, *(file[1] for file in arrived))
            told = len(_messages(one))
            run(one, now)
            assert_nothing_is_said_twice(_messages(one), told)
        said = _messages(one)
        again = run(one, now)
        assert (again.revisions, again.pending, again.moves) == ((), (), 0)
        assert _messages(one) == said
        lines = (one.root / "alerts.jsonl").read_text().splitlines() if said else []
        ids = [json.loads(line)["id"] for line in lines if '"type":"alert"' in line]
        assert sorted(ids) == sorted(str(step.message) for step in said)
        ledger = one.ledger_bytes(), one.revisions()
        with one.state() as tx:
            is_held = bool(tx.decisions(LATE_SNAPSHOT))
        if not is_held:
            return ledger
        derived_path(one.settings).unlink()
        one.backfill("2000-01-01")
        assert (one.ledger_bytes(), one.revisions()) == ledger
        return None


def _messages(world: World) -> list[Notification]:
    with world.state() as tx:
        return [step for step in tx.notifications() if step.message is not None]


def assert_nothing_is_said_twice(messages: Sequence[Notification], before: int) -> None:
    """No message tells a channel of the same people and the same status it was told of last."""
    assert len({step.message for step in messages}) == len(messages)
    for number, step in enumerate(messages[before:], before):
        standing: dict[tuple[str, str], Notification] = {}
        for message in messages[:number]:
            standing[message.channel, message.thread] = message
        for other in standing.values():
            about_the_same = (
                other.channel == step.channel
                and other.alert.rule == step.alert.rule
                and group_key(other.alert.group) == group_key(step.alert.group)
                and (other.thread == step.thread or share_a_day(other.alert, step.alert))
            )
            assert not (
                about_the_same
                and other.alert.status is step.alert.status
                and people_of(other.alert) == people_of(step.alert)
            ), (other, step)


def check(seed: int) -> int:
    """Hold the four ways of living through one history against each other; count its alerts."""
    files = history(seed)
    chance = random.Random(seed)
    shuffled = chance.sample(files, len(files))
    expected = lived(files)
    assert expected is not None  # nothing comes late in order of observation
    assert imported(files, together=True) == expected
    assert imported(shuffled, together=False) == expected
    assert lived(shuffled, arrivals=chance.choice([1, 2])) in (expected, None)
    return expected[0].count(b"\n")


def prove(examples: int) -> int:
    """Check so many histories; return how many alerts they brought."""
    alerts = []

    @settings(
        max_examples=examples, suppress_health_check=list(HealthCheck), report_multiple_bugs=False
    )
    @given(seed=st.integers(0, 2**32))
    def holds(seed):
        alerts.append(check(seed))

    holds()
    return sum(alerts)


@pytest.mark.slow
def test_the_ledger_is_the_same_imported_at_once_and_lived_day_by_day():
    """One history is enough to see that both ways are one way."""
    files = history(1)
    expected = lived(files)
    assert expected is not None
    assert imported(files, together=True) == expected
    assert expected[0]


@pytest.mark.long
def test_a_history_with_late_snapshots_that_wait_replays_by_its_log_of_decisions():
    """A late snapshot by which accepted ones would be suspect is held, in a replay as well."""
    files = history(243)
    shuffled = random.Random(243).sample(files, len(files))
    assert lived(shuffled) is None


@pytest.mark.long
@pytest.mark.slow
def test_the_ledger_is_the_same_in_whatever_order_the_files_come():
    """Imported, lived day by day or with late files: one ledger, and nothing said twice."""
    assert prove(2) > 10


@pytest.mark.long
def test_the_ledger_is_the_same_for_many_histories(record_property):
    """As the short form, for many more histories."""
    alerts = prove(40)
    record_property("proof", f"40 histories in 4 orders, {alerts} alerts")
