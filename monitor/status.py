"""What `talentwatch status` knows of every source, channel and rule, and what is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Any

from monitor.due import gaps
from monitor.engines.duckdb import Engine
from monitor.failures import failing
from monitor.lost_snapshots import lost_snapshots, lost_words
from monitor.records import SPEAKS, Json, Verdict
from monitor.rules import RuleSet, gathered, window_doubts
from monitor.settings import Settings
from monitor.snapshots import Store
from monitor.sources.files import expand
from monitor.state import State, Transaction
from monitor.verify import damages

_GAPS = 11
_FEWEST_GAPS = 2
_PATIENCE = 3
"""A source is old when so many of its usual gaps have passed."""
_SHOWN = 10


def gather(  # noqa: PLR0913 -- all that has a status
    settings: Settings,
    rules: RuleSet,
    engine: Engine,
    state: State,
    *,
    store: Store,
    on: date,
) -> dict[str, Json]:
    """Collect the facts of a status page, as JSON."""
    judged = engine.rows("judged_rows")
    with state.reading() as tx:
        open_alerts = sum(1 for alert in tx.latest() if alert.status == "open")
        outbox = {
            name: {str(status): count for status, count in counts.items()}
            for name, counts in tx.depth().items()
        }
        off = tx.channels_off()
        ended = next((run for run in tx.runs() if run.finished_at is not None), None)
        deferred = _deferred(tx)
        unseen = gaps(tx)
        again_and_again = failing(tx)
        known = tx.taken_snapshots()
    damaged: dict[str, list[date]] = {}
    for damage in damages(store, closely=False):
        damaged.setdefault(damage.source, []).append(damage.observed_on)
    lost = lost_snapshots(store, known)
    seen = {(row[0], row[1]) for row in judged}
    sources = {
        name: {
            **_source(settings, name, [row for row in judged if row[0] == name], on=on),
            "gaps": [day.isoformat() for day in unseen.get(name, ()) if (name, day) not in seen],
            "damaged": [day.isoformat() for day in damaged.get(name, ())],
        }
        for name in sorted(settings.sources)
    }
    return {
        "sources": sources,
        "rules": {
            "enabled": sum(rule.enabled for rule in rules.rules),
            "broken": sorted(rules.broken),
            "doubts": gathered(
                window_doubts(
                    (rule for rule in rules.rules if rule.enabled),
                    dict(engine.rows("usual_gaps")),
                )
            ),
        },
        "lost_snapshots": {one.source: one.record for one in lost},
        "stopped": list(lost_words(lost, store.root)),
        "open_alerts": open_alerts,
        "held_changes": engine.rows("held_changes")[0][0],
        "outbox": outbox,
        "channels_off": dict(off),
        "deferred": deferred,
        "failing": {
            what: {"times": case.times, "since": case.since.isoformat(), "error": case.error}
            for what, case in again_and_again.items()
        },
        "last_run": ended.finished_at.isoformat() if ended and ended.finished_at else None,
        "last_errors": list((ended.outcome or {}).get("errors", ())) if ended else [],
    }


def _source(
    settings: Settings, name: str, judged: Sequence[tuple[Any, ...]], *, on: date
) -> dict[str, Json]:
    """Say what the judged snapshots of a source tell of it, in order of observation."""
    good = [row[1] for row in judged if Verdict(row[4]) in SPEAKS]
    return {
        "snapshots": len(judged),
        "last_good": good[-1].isoformat() if good else None,
        "age_days": (on - good[-1]).days if good else None,
        "last_verdict": judged[-1][4] if judged else None,
        "reasons": list(judged[-1][5]) if judged else [],
        "waits_for": None if judged else _waits_for(settings, name),
        "usual_days": usual_days(good),
        "finished": settings.sources[name].finished,
    }


def _waits_for(settings: Settings, source: str) -> str | None:
    """Name the files that a new source waits for; None if there are some, or no place for them."""
    pattern = settings.sources[source].path
    if pattern is None or not (settings.root / pattern).parent.is_dir():
        return None
    return None if expand(settings.root, pattern) else pattern


def usual_days(good: Sequence[date]) -> int | None:
    """Say how many days lie between the last good snapshots, as a rule; None if they are too few.

    >>> usual_days([date(2025, 1, 1), date(2025, 1, 8), date(2025, 1, 15), date(2025, 3, 1)])
    7
    """
    gaps = [(after - before).days for before, after in pairwise(good[-_GAPS:])]
    return int(median(gaps)) if len(gaps) >= _FEWEST_GAPS else None


def _deferred(tx: Transaction) -> dict[str, Json]:
    """Say of each channel whose first message failed how many wait, until when, and why."""
    first = {name: tx.next_pending(name) for name in tx.waiting_channels()}
    return {
        name: {
            "messages": tx.pending(name),
            "tries": delivery.attempts,
            "until": delivery.next_attempt_at.isoformat(timespec="seconds"),
            "error": delivery.last_error,
        }
        for name, delivery in first.items()
        if delivery is not None and delivery.last_error
    }


def problems(facts: Mapping[str, Json]) -> list[str]:
    """Say what is wrong, in words."""
    found = list(facts["stopped"])
    found += [
        f"source {name}: its last snapshot is suspect: {'; '.join(source['reasons'])}"
        for name, source in facts["sources"].items()
        if source["last_verdict"] == Verdict.SUSPECT
    ]
    found += [
        f"source {name} has no good snapshot"
        for name, source in facts["sources"].items()
        if source["last_good"] is None and source["waits_for"] is None
    ]
    found += [
        f"rule {rule} cannot be used; see `talentwatch rules check`"
        for rule in facts["rules"]["broken"]
    ]
    found += [f"channel {name} is off: {why}" for name, why in facts["channels_off"].items()]
    found += [
        f"channel {name}: {counts['dead']} messages were given up;"
        " `talentwatch deliveries --status dead` lists them"
        for name, counts in facts["outbox"].items()
        if counts.get("dead")
    ]
    found += list(_silent(facts))
    return found


def _silent(facts: Mapping[str, Json]) -> Iterator[str]:
    """Say what would go wrong in silence: damage, old age, messages put off, files refused."""
    for name, source in facts["sources"].items():
        if source["damaged"]:
            yield (
                f"source {name}: the snapshot of {', '.join(source['damaged'])} is damaged;"
                " `talentwatch snapshots verify` says what heals it"
            )
        usual, age = source["usual_days"], source["age_days"]
        if usual is None or source["finished"]:
            continue
        if age > max(_PATIENCE * usual, _PATIENCE):
            yield (
                f"source {name}: its last good snapshot is {age} days old;"
                f" they used to come every {max(usual, 1)} days"
            )
    for name, waits in facts["deferred"].items():
        yield (
            f"channel {name}: {waits['messages']} messages wait, the first of them was tried"
            f" {waits['tries']} times: {waits['error']}"
        )
    told = {waits["error"] for waits in facts["deferred"].values()}
    told.add(". ".join(facts["stopped"]))
    for error in [one for one in facts["last_errors"] if one not in told][:_SHOWN]:
        yield f"the last run: {error}"
