"""What `talentwatch status` knows of every source, channel and rule."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from monitor.alerts.clock import CLOCK
from monitor.alerts.vanished_inputs import inbox_faults, input_stops
from monitor.base.inputs import look
from monitor.base.records import Json, Verdict
from monitor.base.settings import Settings
from monitor.base.statements import Reading
from monitor.delivery.outbox import unsent
from monitor.intake.gone_sources import gone_sources, removal_days, stored_sources
from monitor.intake.snapshots.lost import lost_snapshots, lost_text
from monitor.intake.snapshots.store import Store
from monitor.intake.snapshots.verify import damages
from monitor.operations.due import Newest, gaps, newest_of
from monitor.operations.health.problems import counts, facts_of_state, source_facts, troubles
from monitor.operations.health.set_aside import at_services, in_files, set_aside
from monitor.operations.instructions.organizations import waiting_changes
from monitor.operations.written_inputs import look_at_inboxes, read_inputs
from monitor.rules.language import Rule, RuleSet, lint_windows, merged_hints
from monitor.state import Transaction
from monitor.unusual.counting import tells_from, windows_of


def gather(
    settings: Settings, engine: Reading, tx: Transaction, *, on: date, at: datetime
) -> dict[str, Json]:
    """Collect the facts of a status page, as JSON; `on` is its day, `at` the real moment.

    Raises UsageError where what people wrote cannot be used.
    """
    words, inputs = read_inputs(settings)
    store, rules = Store.of(settings), words.rules
    judged, figures = engine.rows("judged_snapshots"), dict(engine.rows("figures"))
    lost_of_store = lost_snapshots(store, tx.taken_snapshots())
    aside = set_aside(settings, tx, judged, rules, on=on)
    aside += in_files(settings, store, judged)
    aside += at_services(settings, at)
    facts = {
        "sources": _sources(settings, judged, gaps(tx), _damaged_days(store), on=on),
        "rules": _rules(rules, engine),
        "lost_snapshots": {loss.source: loss.record for loss in lost_of_store},
        "stopped": list(lost_text(lost_of_store, store.files.name)),
        **_sources_gone(settings, store, tx, on=on),
        "clock": tx.cursor(CLOCK),
        "set_aside": [group.record for group in aside],
        **_alerts(settings, tx),
        "held_changes": waiting_changes(words.directory, engine.records("undecided_holds")),
        "held_moves": figures["held_moves"],
        "likely_doubles": figures["likely_doubles"],
        **facts_of_state(settings, tx, at=at),
        "inputs": input_stops(tx, inputs, words.directory),
        "inboxes": {
            name: inbox_faults(tx, name, listing)
            for name, listing in look_at_inboxes(settings).items()
        },
    }
    problems = troubles(facts)
    facts["problem_reasons"] = counts(problems)
    facts["problems"] = [problem.text for problem in problems]
    return facts


def _damaged_days(store: Store) -> dict[str, list[date]]:
    days: dict[str, list[date]] = {}
    for damage in damages(store, closely=False):
        days.setdefault(damage.source, []).append(damage.observed_on)
    return days


def _sources(
    settings: Settings,
    judged: Sequence[tuple[Any, ...]],
    gaps: Mapping[str, Sequence[date]],
    damaged: Mapping[str, Sequence[date]],
    *,
    on: date,
) -> dict[str, Json]:
    """Say of each source what its snapshots tell, and which of its days are missing or damaged."""
    seen, last = {(row[0], row[1]) for row in judged}, newest_of(judged)
    return {
        name: {
            **_source(settings, name, [row for row in judged if row[0] == name], last.get(name)),
            **source_facts(settings, name, last.get(name), on=on),
            "gaps": [day.isoformat() for day in gaps.get(name, ()) if (name, day) not in seen],
            "damaged": [day.isoformat() for day in damaged.get(name, ())],
        }
        for name in sorted(settings.sources)
    }


def _rules(rules: RuleSet, engine: Reading) -> dict[str, Json]:
    enabled = [rule for rule in rules.rules if rule.enabled]
    usual_gaps = dict(engine.rows("usual_snapshot_gaps"))
    return {
        "enabled": len(enabled),
        "broken": sorted(rules.broken),
        "doubts": merged_hints(lint_windows(enabled, usual_gaps)),
        "unusual_tells_from": _unusual_tells_from(enabled, engine),
    }


def _unusual_tells_from(rules: Sequence[Rule], engine: Reading) -> dict[str, str | None]:
    """Say of each rule on `unusual` from which day on it can tell; None: not yet."""
    windows = windows_of(rules)
    moves = engine.rows("dated_move_counts") if windows else []
    days = {rule: tells_from(moves, window) for rule, window in windows.items()}
    return {rule: None if day is None else day.isoformat() for rule, day in sorted(days.items())}


def _sources_gone(
    settings: Settings, store: Store, tx: Transaction, *, on: date
) -> dict[str, dict[str, str]]:
    """Say which sources are missing from the configuration, and which were removed on which day."""
    missing = gone_sources(tx, settings.sources, stored_sources(store))
    removed = removal_days(tx, settings.sources, on=on)
    return {
        "sources_gone": {source.name: source.text(settings.path) for source in missing},
        "sources_removed": {name: day.isoformat() for name, day in removed.items()},
    }


def _alerts(settings: Settings, tx: Transaction) -> dict[str, Json]:
    least = settings.least_people
    ledger = {alert.alert: alert for alert in tx.summaries() if least == 1 or alert.peak >= least}
    return {
        "open_alerts": sum(1 for alert in ledger.values() if alert.status == "open"),
        "not_sent": unsent(tx.untold(), ledger).record(settings.path),
    }


def _source(
    settings: Settings, name: str, judged: Sequence[tuple[Any, ...]], last: Newest | None
) -> dict[str, Json]:
    """Say what the judged snapshots of a source tell of it, in order of observation."""
    return {
        "snapshots": len(judged),
        "reasons": list(judged[-1][5]) if judged else [],
        "never_accepted": never_accepted([row[4] for row in judged]),
        "waits_for": None if judged else _waits_for(settings, name),
        "usual_days": last.usual_days if last else None,
        "finished": settings.sources[name].finished,
    }


def never_accepted(verdicts: Sequence[str]) -> int:
    """Count the snapshots after the first if none of them was ever accepted, else 0.

    Those that an operator rejected do not count. A renewed baseline ends no such silence: it is
    compared with nothing before it.
    """
    if Verdict.ACCEPTED in verdicts:
        return 0
    return max(0, sum(verdict != Verdict.REJECTED for verdict in verdicts) - 1)


def _waits_for(settings: Settings, source: str) -> str | None:
    """Name the files that a new source waits for; None if there are some, or no place for them."""
    pattern = settings.sources[source].inbox
    if pattern is None:
        return None
    listing = look(settings.root, pattern)
    return None if listing.files or listing.missing or listing.unreadable else pattern
