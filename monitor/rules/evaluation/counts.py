"""The counts of every rule and group, day by day, as they are stored beside the derived tables.

They follow from the moves, the rules and the directory alone. The evaluation makes them again for
the groups of which something new is known, so that any threshold can be held against them without
an evaluation. They are stored before the ledger is: a run that dies in between leaves counts that
stand elsewhere than the ledger, which shows in their version, and they are made anew.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.base.engine import Engine
from monitor.identity.organizations import Directory
from monitor.rules.evaluation.evaluate import evaluate
from monitor.rules.language import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsPlan:
    """What is to be done about the stored counts."""

    kept: frozenset[str]
    """The rules whose counts the evaluation brings up to date."""
    recounted: frozenset[str]
    """The rules whose counts are made anew without one."""
    versions: Mapping[str, str]
    """By rule: what its counts will rest on."""
    before: Mapping[str, str]
    """By rule: what the stored ones rest on."""


def version(meaning: str | None, basis: str | None) -> str:
    """Name what the counts of a rule rest on: what it means, and which moves there are."""
    return hashlib.sha256(f"{meaning}\x1f{basis}".encode()).hexdigest()


def plan_counts(  # noqa: PLR0913 -- where the ledger stands, and where it goes
    engine: Engine,
    rules: Collection[Rule],
    *,
    since: Mapping[str, date],
    ledger: Mapping[str, str],
    now: Mapping[str, str],
    is_past_replaced: bool,
) -> CountsPlan:
    """Decide which counts the evaluation can bring up to date, and which are made anew.

    `ledger` and `now` are the versions where the ledger stands and where it goes, by rule; `since`
    has the rules that are evaluated, each from its day on. Of a rule on a share the newest news of
    the whole is not stored, so that its counts are made anew where the past was replaced.
    """
    stored = dict(engine.read("counted_rules", ("rule", "version")))
    kept, recounted = set(), set()
    for rule in rules:
        follows = stored.get(rule.id) == ledger[rule.id]
        if is_past_replaced and any(condition.share is not None for condition in rule.conditions):
            follows = False
        if since.get(rule.id) == date.min or (follows and rule.id in since):
            kept.add(rule.id)
        elif not follows:
            recounted.add(rule.id)
    return CountsPlan(
        kept=frozenset(kept), recounted=frozenset(recounted), versions=now, before=stored
    )


def begin(  # noqa: PLR0913 -- all that counts follow from
    engine: Engine,
    rules: Sequence[Rule],
    directory: Directory,
    plan: CountsPlan,
    *,
    since: Mapping[str, date],
    horizon: date,
) -> None:
    """Mark the counts that are about to change, and make those anew that no evaluation does."""
    afresh = plan.recounted | {rule for rule in plan.kept if since[rule] == date.min}
    gone = plan.before.keys() - plan.versions.keys()
    if afresh or plan.kept or gone:
        engine.run(
            "store_counts_begun",
            begun=sorted(plan.kept | plan.recounted | gone),
            afresh=sorted(afresh | gone),
        )
    again = [rule for rule in rules if rule.id in plan.recounted]
    beginning = dict.fromkeys(plan.recounted, date.min)
    for _ in evaluate(
        engine,
        again,
        directory,
        since=beginning,
        alerted=(),
        horizon=horizon,
        listed=(),
        kept=plan.recounted,
    ):
        pass


def finish(engine: Engine, plan: CountsPlan) -> None:
    """Say that the counts are whole."""
    made = sorted(plan.kept | plan.recounted)
    engine.fill(
        "counted_rules", ["rule", "version"], [(rule, plan.versions[rule]) for rule in made]
    )


def recount(engine: Engine, rule: Rule, directory: Directory, *, horizon: date) -> None:
    """Make the counts of one rule anew in the place of those that are stored.

    The engine has to be a copy: no run stands where these counts do.
    """
    plan = CountsPlan(
        kept=frozenset(), recounted=frozenset([rule.id]), versions={rule.id: ""}, before={}
    )
    begin(engine, [rule], directory, plan, since={}, horizon=horizon)
    finish(engine, plan)
