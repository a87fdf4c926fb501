"""Keeping the ledger in step with the moves: from which day, by which rules, up to which horizon.

What the ledger says is decided in `monitor.rules.evaluation` and `monitor.alerts.lifecycle`; this
module finds the first day on which it may differ from what is written, and writes it from there on.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from types import MappingProxyType

from monitor.alerts.coverage import CoverageQuestions
from monitor.alerts.judged import Holds, Openings, judged_beliefs
from monitor.alerts.lifecycle import AlertTemplate, follow
from monitor.base.engine import Engine
from monitor.base.records import Alert, Json, Reason
from monitor.identity.organizations import Directory
from monitor.moves.derivation.derived_tables import REMOVED, accepted_days, facts
from monitor.rules.evaluation import counts
from monitor.rules.evaluation.counts import CountsPlan, plan_counts, version
from monitor.rules.evaluation.evaluate import Beliefs, Grouping, evaluate, group_of, grouping_of
from monitor.rules.language import Rule, RuleSet
from monitor.state import (
    AlertSpool,
    ContentDigests,
    Group,
    Transaction,
    group_key,
    group_of_alert,
)

RULE = "rule:"
"""The cursors that say what each rule meant when its pages were written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a run says of one revision that is new; there may be hundreds of thousands."""

    alert: str
    known_on: date
    reason: Reason
    late: bool
    peak: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDelta:
    """The part of the ledger that is written anew: what follows from the moves, not yet written."""

    horizon: date
    basis: str
    """What the moves rest on, to find the first difference by next time."""
    since: Mapping[str, date]
    """The rules whose revisions from a day on are replaced."""
    meanings: Mapping[str, str]
    """By rule: what it meant when its pages were written."""
    dropped: tuple[str, ...]
    """Rules that are gone, and their alerts with them."""
    unread: tuple[str, ...]
    """Rules that are gone or broken: once they can be read again, they begin from the start."""
    revisions: AlertSpool
    news: tuple[News, ...]
    """The revisions that the ledger did not hold before."""
    changed: frozenset[Group]
    """The groups whose ledger is not what it was."""

    def news_of(self, least: int) -> tuple[News, ...]:
        """Return the news of alerts of `least` people or more; of fewer nothing is told."""
        return tuple(news for news in self.news if least <= 1 or news.peak >= least)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePoint:
    """Where the written ledger stands, and where it has to be taken up again."""

    horizon: date
    basis: str
    since: Mapping[str, date]
    meanings: Mapping[str, str]
    replaced: Mapping[bytes, Group]
    """The revisions from the day of their rule in `since` on, in digests, each with its group."""
    dropped: tuple[str, ...]
    unread: tuple[str, ...]
    counts: CountsPlan


def find_resume_point(  # noqa: PLR0913 -- all that the ledger follows from
    tx: Transaction,
    engine: Engine,
    rules: RuleSet,
    directory: Directory,
    *,
    horizon: date | None,
    again: Mapping[str, date],
) -> ResumePoint:
    """Find where the ledger has to be taken up: where the moves, or a rule, changed.

    Without a horizon it is the newest accepted observation; it never goes back behind one that was
    reached. `again` names rules to take up from a day on in any case.
    """
    enabled = [rule for rule in rules.rules if rule.enabled]
    restless = {rule.id for rule in enabled if rule.restless}
    newest = accepted_days(engine)[1]
    reached = tx.cursor("horizon")
    days = [day for day in (horizon, newest, reached and date.fromisoformat(reached)) if day]
    basis, changed = _compare_basis(engine, tx.cursor("basis"))
    meanings = {rule.id: f"{rule.meaning}:{directory.fingerprint}" for rule in enabled}
    since: dict[str, date] = {}
    for rule, meaning in meanings.items():
        rewritten = None if tx.cursor(f"{RULE}{rule}") == meaning else date.min
        # Time alone may open these: they are taken up where the ledger ends.
        passing = date.fromisoformat(reached) if reached and rule in restless else None
        causes = [day for day in (rewritten, changed, again.get(rule), passing) if day]
        if causes:
            since[rule] = min(causes)
    digests = ContentDigests()
    return ResumePoint(
        counts=plan_counts(
            engine,
            enabled,
            since=since,
            ledger={
                rule: version(tx.cursor(f"{RULE}{rule}"), tx.cursor("basis")) for rule in meanings
            },
            now={rule: version(meaning, basis) for rule, meaning in meanings.items()},
            is_past_replaced=_is_past_replaced(tx.cursor("basis"), changed),
        ),
        horizon=max(days, default=date.min),
        basis=basis,
        since=since,
        meanings=meanings,
        replaced={
            digests.of(alert): group_of_alert(alert)
            for rule, day in since.items()
            for alert in tx.revisions_since(rule, day)
        },
        dropped=_dropped(tx, rules, meanings),
        unread=tuple(
            rule
            for rule in (name.removeprefix(RULE) for name in tx.cursors(RULE))
            if rule not in meanings
        ),
    )


def _dropped(tx: Transaction, rules: RuleSet, meanings: Mapping[str, str]) -> tuple[str, ...]:
    ids = {rule.id for rule in rules.rules}
    return tuple(
        rule
        for rule in tx.rules_with_alerts()
        # A rule that is missed may be in a file that does not show its id now.
        if rule not in meanings
        and rule not in rules.broken
        and not (rules.unidentified and rule not in ids)
    )


def compute_delta(
    tx: Transaction, engine: Engine, rules: RuleSet, directory: Directory, resume_point: ResumePoint
) -> LedgerDelta:
    """Evaluate the rules from where the ledger is taken up, and follow their alerts.

    Of the alerts only those are read of which something became known, or which are open.
    """
    enabled = {rule.id: rule for rule in rules.rules if rule.enabled}
    questions, openings = CoverageQuestions(enabled, directory), Openings(enabled, directory)
    followed, revisions = AlertSpool(), AlertSpool()
    since, horizon, counting = resume_point.since, resume_point.horizon, resume_point.counts
    on = list(enabled.values())
    counts.begin(engine, on, directory, counting, since=since, horizon=horizon)
    for some in _follow_changes(tx, engine, enabled, directory, resume_point):
        questions.add(some)
        openings.add(some)
        followed.add(some)
    counts.finish(engine, counting)
    openings.ask(engine)
    questions.ask(engine)
    digests = ContentDigests()
    news: list[News] = []
    changed: set[Group] = set()
    there: set[bytes] = set()
    for some in followed.chunks():
        covered = list(map(questions.covered, map(openings.judged, some)))
        for _, of_group in groupby(covered, key=group_of_alert):
            revisions.add(list(of_group))
        contents = {digests.of(alert): alert for alert in covered}
        there |= contents.keys()
        new = [alert for content, alert in contents.items() if content not in resume_point.replaced]
        news += map(_news, new)
        changed |= set(map(group_of_alert, new))
    lost = (group for content, group in resume_point.replaced.items() if content not in there)
    return LedgerDelta(
        horizon=resume_point.horizon,
        basis=resume_point.basis,
        since=resume_point.since,
        meanings=resume_point.meanings,
        dropped=resume_point.dropped,
        unread=resume_point.unread,
        revisions=revisions,
        news=tuple(news),
        changed=frozenset((*lost, *changed)),
    )


def _follow_changes(
    tx: Transaction,
    engine: Engine,
    enabled: Mapping[str, Rule],
    directory: Directory,
    resume_point: ResumePoint,
) -> Iterator[list[Alert]]:
    """Follow the groups of which something became known, then those in which an alert is open.

    Yields the revisions of some groups at a time.
    """
    removed = dict(engine.read("removed_sources", REMOVED))
    evaluated = evaluate(
        engine,
        list(enabled.values()),
        directory,
        since=resume_point.since,
        alerted=_alerted(tx, enabled, resume_point),
        horizon=resume_point.horizon,
        kept=resume_point.counts.kept,
    )
    believed: set[Group] = set()
    for beliefs, holds in judged_beliefs(engine, enabled, directory, evaluated):
        groups = {(rule, group_key(group_of(enabled[rule], key))) for rule, key in beliefs}
        threads = _threads(enabled, _latest(tx, groups, resume_point))
        yield follow_groups(
            enabled, threads, beliefs, removed, horizon=resume_point.horizon, holds=holds
        )
        believed |= groups
    # Of the others only time tells something: it closes what is open.
    others = {
        group
        for rule in resume_point.meanings
        for group in tx.open_groups(rule, before=resume_point.since.get(rule))
        if group not in believed
    }
    threads = _threads(enabled, _latest(tx, others, resume_point))
    yield follow_groups(enabled, threads, {}, removed, horizon=resume_point.horizon)


def _alerted(
    tx: Transaction, enabled: Mapping[str, Rule], resume_point: ResumePoint
) -> list[tuple[str, Grouping]]:
    """Return the groups of which the ledger has alerts, of each rule that is taken up again."""
    return [
        (rule, grouping)
        for rule in resume_point.since
        for _, key in tx.groups(rule)
        if (grouping := _grouping(enabled[rule], json.loads(key))) is not None
    ]


def not_yet_evaluated(tx: Transaction, rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules that are on and that no run has evaluated yet."""
    evaluated = {name.removeprefix(RULE) for name in tx.cursors(RULE)}
    return [rule for rule in rules if rule.enabled and rule.id not in evaluated]


def follow_groups(  # noqa: PLR0913 -- all that alerts follow from
    rules: Mapping[str, Rule],
    threads: Mapping[tuple[str, Grouping], Sequence[Alert]],
    beliefs: Beliefs,
    removed: Mapping[str, date],
    *,
    horizon: date,
    holds: Holds = MappingProxyType({}),
) -> list[Alert]:
    """Follow the alerts of each group in `threads` through what became known of it since.

    `removed` has by source that an operator removed the day from which on it shows nothing.
    """
    return [
        revision
        for group in sorted(threads.keys() | beliefs.keys())
        for revision in follow(
            threads.get(group, ()),
            beliefs.get(group, ()),
            template=replace(
                _watch(rules[group[0]], group[1]), removed=removed, hold=holds.get(group)
            ),
            horizon=horizon,
        )
    ]


def _threads(
    rules: Mapping[str, Rule], alerts: Iterable[Alert]
) -> dict[tuple[str, Grouping], list[Alert]]:
    threads: dict[tuple[str, Grouping], list[Alert]] = {}
    for alert in alerts:
        grouping = grouping_of(rules[alert.rule], alert.group)
        threads.setdefault((alert.rule, grouping), []).append(alert)
    return threads


def _latest(tx: Transaction, groups: Iterable[Group], resume_point: ResumePoint) -> Iterator[Alert]:
    """Read the alerts that may go on: the newest revision of each, before its rule's day."""
    for rule, of_rule in groupby(sorted(groups), key=lambda group: group[0]):
        yield from tx.latest_of(of_rule, before=resume_point.since.get(rule))


def _grouping(rule: Rule, group: Mapping[str, str]) -> Grouping | None:
    """Return the grouping of an alert; None if the rule grouped by something else then."""
    try:
        return grouping_of(rule, group)
    except KeyError:
        return None


def _news(alert: Alert) -> News:
    return News(
        alert=alert.alert,
        known_on=alert.known_on,
        reason=alert.reason,
        late=alert.late,
        peak=alert.peak,
    )


def write(tx: Transaction, delta: LedgerDelta) -> None:
    """Put the pages in the place of what they replace."""
    rewritten = [alert for rule in delta.dropped for alert in tx.forget_from(rule, None)]
    # What happens while a rule cannot be read must not be passed over when it can be again.
    for rule in delta.unread:
        tx.set_cursor(f"{RULE}{rule}", None)
    for rule, day in delta.since.items():
        rewritten += tx.forget_from(rule, day)
        tx.set_cursor(f"{RULE}{rule}", delta.meanings[rule])
    tx.record(delta.revisions)
    tx.forget_people(rewritten)
    tx.set_cursor("basis", delta.basis)
    tx.set_cursor("horizon", delta.horizon.isoformat())


def _compare_basis(engine: Engine, before: str | None) -> tuple[str, date | None]:
    """Describe what the moves rest on, and the first day on which that differs from before."""
    judged = {
        f"{source}:{day.isoformat()}": mark for source, day, mark in engine.rows("evaluation_basis")
    }
    inputs = facts(engine)["grounds"]
    basis = json.dumps({"grounds": inputs, "judged": judged}, sort_keys=True)
    basis_before: Mapping[str, Json] = (
        json.loads(before) if before else {"grounds": None, "judged": {}}
    )
    if basis_before["grounds"] != inputs:
        return basis, date.min
    differing = [
        key
        for key in judged.keys() | basis_before["judged"].keys()
        if judged.get(key) != basis_before["judged"].get(key)
    ]
    return basis, min((date.fromisoformat(key[-10:]) for key in differing), default=None)


def _is_past_replaced(before: str | None, changed: date | None) -> bool:
    """Whether the first difference lies among the snapshots that the moves rested on before."""
    judged = json.loads(before)["judged"] if before else {}
    newest = max((key[-10:] for key in judged), default="")
    return changed is not None and changed.isoformat() <= newest


def _watch(rule: Rule, grouping: Grouping) -> AlertTemplate:
    condition = rule.main
    return AlertTemplate(
        rule=rule.id,
        group=group_of(rule, grouping),
        severity=rule.severity,
        threshold=condition.threshold,
        measure=condition.measure,
        asked_part=condition.asked,
        of_stock=condition.kind == "stock",
        levels=condition.levels,
    )
