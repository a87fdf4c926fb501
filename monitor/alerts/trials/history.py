"""The ledger that rules would have by the moves as they are, whatever was written before."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from monitor.alerts.coverage import CoverageQuestions
from monitor.alerts.judged import Openings, judged_beliefs
from monitor.alerts.ledger import follow_groups
from monitor.base.engine import Engine
from monitor.base.records import Alert
from monitor.identity.organizations import Directory
from monitor.moves.derivation.derived_tables import REMOVED
from monitor.rules.evaluation.evaluate import Beliefs, evaluate
from monitor.rules.language import Rule


def from_scratch(
    engine: Engine, rules: Sequence[Rule], directory: Directory, *, horizon: date
) -> list[Alert]:
    """Return the whole ledger that rules have by the moves as derived, whatever was written.

    Nothing is recorded but what the engine keeps to find matches by: give it a copy.
    """
    followed = follow_from_scratch(engine, rules, directory, horizon=horizon)
    return complete(engine, rules, directory, followed, opened=followed)


def follow_from_scratch(
    engine: Engine,
    rules: Sequence[Rule],
    directory: Directory,
    *,
    horizon: date,
    listed: Collection[str] | None = None,
) -> list[Alert]:
    """Return the same revisions as `from_scratch`, before they are completed.

    Those of rules that are not in `listed` (None: all are) have their days alone, and no people.
    """
    by_id = {rule.id: rule for rule in rules}
    since, removed = dict.fromkeys(by_id, date.min), dict(engine.read("removed_sources", REMOVED))
    # How what rests on a source that was removed ends, is told by its people; so is a threshold.
    if removed or any(rule.main.unusual for rule in rules):
        listed = None
    beliefs_in_parts = evaluate(
        engine, rules, directory, since=since, alerted=(), horizon=horizon, listed=listed
    )
    return [
        revision
        for beliefs, holds in judged_beliefs(engine, by_id, directory, beliefs_in_parts)
        for revision in follow_groups(by_id, {}, beliefs, removed, horizon=horizon, holds=holds)
    ]


def first_known_days(
    engine: Engine, rules: Sequence[Rule], directory: Directory, *, horizon: date
) -> Iterator[tuple[str, date]]:
    """Yield of each alert of `from_scratch` its rule, and the day on which it became known.

    The rules have thresholds of their own, and none on `unusual`. There may be thousands for every
    person, so that no alert is made where its days tell all.
    """
    by_id = {rule.id: rule for rule in rules}
    since, removed = dict.fromkeys(by_id, date.min), dict(engine.read("removed_sources", REMOVED))
    listed = None if removed else ()
    for beliefs in evaluate(
        engine, rules, directory, since=since, alerted=(), horizon=horizon, listed=listed
    ):
        several: Beliefs = {}
        for group, known in beliefs.items():
            if removed or len(known) > 1:
                several[group] = known
                continue
            # Of episodes that became known at once none belongs to the alert of another.
            begun = (episode.opens for episode in known[0].episodes if episode.opens <= horizon)
            yield from ((group[0], max(opens, known[0].known_on)) for opens in begun)
        revisions = follow_groups(by_id, {}, several, removed, horizon=horizon)
        alerts = {revision.alert: revision for revision in revisions}
        yield from ((alert.rule, alert.first_known_on) for alert in alerts.values())


def complete(
    engine: Engine,
    rules: Sequence[Rule],
    directory: Directory,
    revisions: Sequence[Alert],
    *,
    opened: Iterable[Alert],
) -> list[Alert]:
    """Add to revisions how many count, what could be seen, and what the opening was held against.

    `opened` has the revisions that they are judged by (`asked_for_newest`), or all.
    """
    by_id = {rule.id: rule for rule in rules}
    questions, openings = CoverageQuestions(by_id, directory), Openings(by_id, directory)
    questions.add(revisions)
    openings.add(opened)
    openings.ask(engine)
    questions.ask(engine)
    return list(map(questions.covered, map(openings.judged, revisions)))
