"""Whatever the outages, late files, decisions and edits: in the end a channel was told the same."""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from receivers import Receiver, receiver
from story import ORGANIZATIONS, World
from test_replay import PEOPLE, RULES, File, history, run, write

from monitor.base.records import Alert, AlertStatus
from monitor.cycle import LATE_SNAPSHOT

CHANGE = '[stock]\nat = "*"\nchange = {}\nwithin = "90d"\npeople = 2\ngroup_by = ["organization"]\n'
STOCKS = {
    "has": '[stock]\nat = "meta"\npeople = 3\n',
    "grows": CHANGE.format(0.2),
    "shrinks": CHANGE.format(-0.2),
}
EDITED = ORGANIZATIONS.replace('aliases = ["X.AI"]', 'aliases = ["X.AI", "Acme"]').replace(
    'part_of = "google"', 'part_of = "openai"'
)
CHANNEL = '[channels.hook]\nkind = "webhook"\nurl = "{url}"\nallow_private = true\n'
Told = set[tuple[str, str, tuple[str, ...], str]]
"""Rule, alert, people and status, as a channel knows them."""
STANDS = {AlertStatus.OPEN, AlertStatus.CLOSED}
CHANNELS = "lines", "hook"
SOURCES = "press", "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """On which day each file arrives, on which days a run happens, and what an operator does."""

    arrivals: Sequence[tuple[str, File]]
    runs: Sequence[str]
    edited_on: str
    rejected: File
    """Its snapshot is rejected at the first run on or after the day of the edit that has it."""


def plans(seed: int) -> tuple[Plan, Plan]:
    """Draw one year as it is best, and with outages and late files."""
    chance = random.Random(seed)
    files = history(seed)
    days = [file[1] for file in files]
    last = str(date.fromisoformat(max(days)) + timedelta(days=chance.randrange(70, 200)))
    rejected = chance.choice(files[2:])
    edited_on = chance.choice(days)
    # What a source's first snapshot tells is sent only while it is open: it comes in time.
    firsts = {source: min(file[1] for file in files if file[0] == source) for source in SOURCES}
    begun = max(firsts.values())
    best = [(file[1], file) for file in files]
    late = [
        (_later(file[1], 0 if file[1] <= begun else chance.choice([0, 0, 5, 40])), file)
        for file in files
    ]
    outages = [
        (first, _later(first, chance.randrange(10, 150))) for first in chance.sample(days, 2)
    ]
    on_time = {
        day
        for day in (*days, *(on for on, _ in late))
        if day <= begun or not any(first <= day < ends for first, ends in outages)
    }

    def plan(arrivals: Sequence[tuple[str, File]], runs: Iterable[str]) -> Plan:
        return Plan(
            arrivals=sorted(arrivals),
            runs=sorted({*runs, last}),
            edited_on=edited_on,
            rejected=rejected,
        )

    return plan(best, days), plan(late, on_time)


def _later(day: str, days: int) -> str:
    return str(date.fromisoformat(day) + timedelta(days=days))


@contextmanager
def installation() -> Iterator[tuple[World, Receiver]]:
    """Set an installation up whose alerts go to a file and to a webhook on loopback."""
    notify = f"channels = {json.dumps(CHANNELS)}\n"
    rules = {name: f"{text}[notify]\n{notify}" for name, text in STOCKS.items()}
    rules |= {name: text + notify for name, text in RULES.items()}
    with TemporaryDirectory() as folder, receiver() as hook:
        config = CHANNEL.format(url=hook.url)
        world = World(Path(folder), rules=rules, people=PEOPLE, sources=SOURCES, config=config)
        yield world, hook


def lived(plan: Plan) -> tuple[bytes, Told] | None:
    """Live by a plan; return the ledger, and what each channel knows in the end.

    Returns None where a late snapshot waits for the operator's word, by which the ledger differs.
    """
    arrivals = list(plan.arrivals)
    is_rejected = False
    with installation() as (world, hook):
        for day in plan.runs:
            while arrivals and arrivals[0][0] <= day:
                write(world, arrivals.pop(0)[1])
            if day >= plan.edited_on:
                world.rewrite(organizations=EDITED)
            source, observed_on, _ = plan.rejected
            is_there = (world.root / "inbox" / source / f"{observed_on}.jsonl").exists()
            if day >= plan.edited_on and is_there and not is_rejected:
                world.decide(source, observed_on, "rejected")
                is_rejected = True
            run(world, day)
        with world.state() as tx:
            if tx.decisions(LATE_SNAPSHOT):
                return None
            steps = [step for step in tx.notifications() if step.message is not None]
            ledger = {alert.alert: alert for alert in tx.latest()}
        received = [json.loads(request.body) for request in hook.requests]
        sent = {step.message for step in steps if step.channel == "hook"}
        assert {request.headers["webhook-id"] for request in hook.requests} == sent
        assert len(received) == len(sent)
        known = {(step.channel, step.thread): step.alert for step in steps}
        # What the first snapshot of a source tells is sent only while it is open.
        stands = {
            one: alert
            for one, alert in known.items()
            if alert.status in STANDS and not alert.baseline
        }
        told = {
            channel: {_told(alert) for (to, _), alert in stands.items() if to == channel}
            for channel in CHANNELS
        }
        assert told["hook"] == told["lines"]
        # Nobody is left with what the ledger does not say.
        assert told["hook"] <= {_told(alert) for alert in ledger.values()}
        return world.ledger_bytes(), told["hook"]


def _told(alert: Alert) -> tuple[str, str, tuple[str, ...], str]:
    people = tuple(sorted(person.key for person in alert.people))
    return alert.rule, alert.alert, people, alert.status


def check(seed: int) -> int:
    """Hold the best year against the one with outages; count the alerts that were told."""
    best, hard = (lived(plan) for plan in plans(seed))
    assert best is not None  # nothing comes late
    assert hard in (best, None)
    return len(best[1])


def prove(examples: int) -> int:
    """Check so many years; return how many alerts they brought."""
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
def test_a_channel_knows_the_same_after_outages_late_files_decisions_and_edits():
    """Of rules on flows and on stocks, with the people of each alert."""
    assert prove(1) > 0


@pytest.mark.long
def test_a_channel_knows_the_same_after_many_such_years(record_property):
    """As the short form, for many more years."""
    alerts = prove(30)
    record_property("proof", f"30 years with outages, {alerts} alerts told alike")
