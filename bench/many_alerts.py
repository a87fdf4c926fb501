"""Rules with many alerts that grow for long: what the ledger costs beside the evaluation."""

import math
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
from measured import Measured, TimedEngine, processor

from monitor.alerts import ledger
from monitor.base.machine.limits import Limits, obey
from monitor.base.records import Reason
from monitor.delivery.messages import Subject
from monitor.delivery.outbox import Policy, enqueue_notifications
from monitor.identity.organizations import Directory
from monitor.rules.evaluation.evaluate import evaluate
from monitor.rules.language import Bounds, Condition, Match, Rule, RuleSet
from monitor.state import State

MEMORY = 1 << 30
"""Bytes that each side is told to keep to."""
BEGAN = date(2023, 1, 1)
DAYS = 364
SHAPES = (
    (30, ("from.organization", "to.organization"), 3),
    (60, ("from.organization", "to.organization"), 4),
    (90, ("from.organization", "to.organization"), 5),
    (180, ("from.organization", "to.organization"), 6),
    (120, ("from.organization", "to.organization"), 5),
    (365, ("from.organization", "to.organization"), 10),
)
"""Of each rule its window in days, what it groups by, and how many people it asks for."""
MOVES = (Path(__file__).resolve().parent / "daily_moves.sql").read_text(encoding="utf-8")


def prepare(folder: Path, moves: int) -> None:
    """Fill the derived tables with as many moves, some of them seen on each day."""
    with TimedEngine(folder / "moves.duckdb") as engine:
        engine.run("derived_tables")
        engine.run("derived_views")
    with duckdb.connect(str(folder / "moves.duckdb")) as bare:
        values = {
            "moves": moves,
            # As many moves to a pair of organisations whatever their number.
            "organizations": max(12, round(math.sqrt(moves / 4))),
            "began": BEGAN,
            "days": DAYS,
        }
        for statement in bare.extract_statements(MOVES):
            bare.execute(statement, {key: values[key] for key in statement.named_parameters})


def evaluated(folder: Path) -> Measured:
    """Find what the rules believe of every group on every day, and write nothing."""
    obey(Limits(memory=MEMORY))
    derived = _copied(folder)
    with TimedEngine(derived) as engine:
        began = processor()
        found = evaluate(
            engine,
            _rules(),
            Directory(),
            since={rule.id: date.min for rule in _rules()},
            alerted=(),
            horizon=BEGAN + timedelta(days=DAYS),
        )
        for _ in found:
            pass
        seconds = processor() - began
    derived.unlink()
    return Measured(seconds={"all": seconds}, result=None, spent=dict(engine.spent))


def recorded(folder: Path) -> Measured:
    """Follow the alerts of every group, write their ledger, and decide what is owed for it."""
    obey(Limits(memory=MEMORY))
    derived = _copied(folder)
    path = folder / "state.db"
    rules = RuleSet(rules=tuple(_rules()))
    spent: dict[str, float] = {}
    with (
        TimedEngine(derived) as engine,
        State.open(f"sqlite:///{path}") as state,
    ):
        began = processor()
        with state.reading() as tx:
            point = ledger.find_resume_point(
                tx, engine, rules, Directory(), horizon=BEGAN + timedelta(days=DAYS), again={}
            )
            delta = ledger.compute_delta(tx, engine, rules, Directory(), point)
        spent["settle"] = processor() - began
        with state.transaction() as tx:
            ledger.write(tx, delta)
            enqueue_notifications(
                tx,
                policies={rule.id: _policy(rule) for rule in rules.rules},
                on=delta.horizon,
                at=datetime(2025, 6, 1, tzinfo=UTC),
                changed=delta.changed,
            )
        seconds = processor() - began
        spent["record"] = seconds - spent["settle"]
    spent["MB of state"] = path.stat().st_size / 1e6
    derived.unlink()
    for one in folder.glob("state.db*"):
        one.unlink()
    return Measured(seconds={"all": seconds}, result=None, spent=spent)


def _copied(folder: Path) -> Path:
    derived = folder / "derived.duckdb"
    shutil.copyfile(folder / "moves.duckdb", derived)
    return derived


def _rules() -> list[Rule]:
    return [
        Rule(
            id=f"rule-{number}",
            file=Path("r"),
            title="r",
            conditions=(
                Condition(
                    origin=Match(),
                    destination=Match(),
                    window_days=days,
                    people=Bounds(at_least=people),
                    group_by=sides,
                    names=sides,
                ),
            ),
        )
        for number, (days, sides, people) in enumerate(SHAPES)
    ]


def _policy(rule: Rule) -> Policy:
    return Policy(
        rule=rule.id,
        subject=Subject(title=rule.title, window="within some days", most_people=50),
        channels=("file",),
        on=frozenset({Reason.OPENED, Reason.GREW}),
        send_from=BEGAN,
        late_up_to_days=365,
    )
