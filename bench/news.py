"""The next day held against 20, 100 and 1,000 rules, beside comparing that day's snapshot."""

import hashlib
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import compare
import generate
from measured import Measured, TimedEngine

from monitor.alerts.trials.preview import nearest_groups, preview
from monitor.identity.organizations import Directory
from monitor.intake.snapshots.store import Store
from monitor.moves.derivation.derive import derive
from monitor.rules.evaluation.evaluate import Beliefs, evaluate
from monitor.rules.language import Bounds, Condition, Match, Rule

NUMBERS = (20, 100, 1_000)
ORGANIZATIONS = 5_000
NEW_DAY = generate.FIRST_DAY + timedelta(days=1)
ORGANIZATIONS_OF_A_RULE = 20
PAIRS = Condition(
    origin=Match(),
    destination=Match(),
    window_days=90,
    people=Bounds(at_least=3),
    group_by=("from.organization", "to.organization"),
    names=("from.organization", "to.organization"),
)
MANY_ALERTS = Condition(
    origin=Match(),
    window_days=365,
    people=Bounds(at_least=3),
    group_by=("from.organization",),
    names=("from.organization",),
)


def prepare(folder: Path, profiles: int) -> None:
    """Store two snapshots, and derive the tables for the first and for both."""
    compare.prepare(folder, profiles)
    shutil.copyfile(folder / "first.duckdb", folder / "second.duckdb")
    with TimedEngine(folder / "second.duckdb") as engine:
        derive(engine, Store(folder / "store"), compare.GROUNDS)


def next_day(folder: Path) -> Measured:
    """Evaluate the second day by so many rules of all measures."""
    seconds = {f"{number}": _evaluated(folder, _rules(number), NEW_DAY)[0] for number in NUMBERS}
    return Measured(seconds=seconds, result=None)


def same_day_compared(folder: Path) -> Measured:
    """Follow the second snapshot to moves."""
    taken = compare.derive_second(folder).seconds["all"]
    return Measured(seconds={f"{number}": taken for number in NUMBERS}, result=None)


def by_news(folder: Path) -> Measured:
    """Evaluate the second day by a rule with an alert for many organisations."""
    return _many_alerts(folder, since=NEW_DAY)


def afresh(folder: Path) -> Measured:
    """Evaluate both days by the same rule, and keep what became known on the second."""
    return _many_alerts(folder, since=date.min)


def _many_alerts(folder: Path, *, since: date) -> Measured:
    seconds, beliefs, spent = _evaluated(folder, [_rule("many", MANY_ALERTS)], since)
    told = [
        f"{grouping} {belief}"
        for (_, grouping), known in beliefs.items()
        for belief in known
        if belief.known_on >= NEW_DAY and belief.episodes
    ]
    digest = hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()
    return Measured(seconds={"all": seconds}, result=[len(told), digest], spent=spent)


def tried(folder: Path) -> Measured:
    """Preview a rule for every pair of organisations, and say how near each of them came."""
    rule = _rule("pairs", PAIRS)
    return Measured(
        seconds={
            "preview": _timed(
                folder,
                lambda engine: preview(engine, rule, Directory(), since=date.min, horizon=NEW_DAY),
            ),
            "explain": _timed(
                folder, lambda engine: nearest_groups(engine, rule, Directory(), horizon=NEW_DAY)
            ),
        },
        result=None,
    )


def evaluated_once(folder: Path) -> Measured:
    """Evaluate the rule afresh once, with all of its people."""
    seconds, _, _ = _evaluated(folder, [_rule("pairs", PAIRS)], date.min)
    return Measured(seconds={"preview": seconds, "explain": seconds}, result=None)


def _evaluated(
    folder: Path, rules: list[Rule], since: date
) -> tuple[float, Beliefs, dict[str, float]]:
    beliefs: Beliefs = {}
    spent: dict[str, float] = {}

    def run(engine: TimedEngine) -> None:
        days = {rule.id: since for rule in rules}
        for found in evaluate(engine, rules, Directory(), since=days, alerted=(), horizon=NEW_DAY):
            beliefs.update(found)
        spent.update(engine.spent)

    return _timed(folder, run), beliefs, spent


def _timed(folder: Path, run: Callable[[TimedEngine], object]) -> float:
    derived = folder / "derived.duckdb"
    shutil.copyfile(folder / "second.duckdb", derived)
    with TimedEngine(derived) as engine:
        began = time.perf_counter()
        run(engine)
        seconds = time.perf_counter() - began
    derived.unlink()
    return seconds


def _rules(number: int) -> list[Rule]:
    """So many rules: on people, shares, nets and headcounts, each on a few organisations."""
    chance = random.Random(5)  # noqa: S311 -- no secret
    found = []
    for count in range(number):
        named = chance.sample(range(ORGANIZATIONS), ORGANIZATIONS_OF_A_RULE)
        some = Match(organizations=tuple(f"northwind {one}" for one in named))
        by_origin = {"group_by": ("from.organization",), "names": ("from.organization",)}
        people = replace(PAIRS, origin=some, people=Bounds(at_least=4))
        kinds = (
            people,
            replace(people, destination=None, window_days=183, **by_origin),
            replace(people, destination=None, share=0.2, **by_origin),
            replace(people, destination=some, net=3, group_by=(), names=()),
            Condition(
                kind="stock",
                destination=some,
                change=-0.2,
                window_days=180,
                people=Bounds(at_least=10),
                group_by=("to.organization",),
                names=("at.organization",),
            ),
        )
        found.append(_rule(f"rule-{count:04}", kinds[count % len(kinds)]))
    return found


def _rule(name: str, condition: Condition) -> Rule:
    return Rule(id=name, file=Path("rule.toml"), title=name, conditions=(condition,))
