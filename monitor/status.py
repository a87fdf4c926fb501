"""What `talentwatch status` knows of every source, channel and rule, and what is wrong."""

from collections.abc import Mapping
from datetime import date

from monitor.engines.duckdb import Engine
from monitor.records import Json, Verdict
from monitor.rules import RuleSet
from monitor.settings import Settings
from monitor.state import State

SPEAKS = (Verdict.BASELINE, Verdict.ACCEPTED)


def gather(
    settings: Settings, rules: RuleSet, engine: Engine, state: State, *, on: date
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
        runs = tx.runs(limit=1)
    sources = {}
    for name in sorted(settings.sources):
        rows = [row for row in judged if row[0] == name]
        good = [row[1] for row in rows if Verdict(row[4]) in SPEAKS]
        sources[name] = {
            "snapshots": len(rows),
            "last_good": good[-1].isoformat() if good else None,
            "age_days": (on - good[-1]).days if good else None,
            "last_verdict": rows[-1][4] if rows else None,
            "reasons": list(rows[-1][5]) if rows else [],
        }
    return {
        "sources": sources,
        "rules": {
            "enabled": sum(rule.enabled for rule in rules.rules),
            "broken": sorted(rules.broken),
        },
        "open_alerts": open_alerts,
        "outbox": outbox,
        "channels_off": dict(off),
        "last_run": runs[0].finished_at.isoformat() if runs and runs[0].finished_at else None,
    }


def problems(facts: Mapping[str, Json]) -> list[str]:
    """Say what is wrong, in words."""
    found = [
        f"source {name}: its last snapshot is suspect: {'; '.join(source['reasons'])}"
        for name, source in facts["sources"].items()
        if source["last_verdict"] == Verdict.SUSPECT
    ]
    found += [
        f"source {name} has no good snapshot"
        for name, source in facts["sources"].items()
        if source["last_good"] is None
    ]
    found += [
        f"rule {rule} cannot be used; see `talentwatch rules check`"
        for rule in facts["rules"]["broken"]
    ]
    found += [f"channel {name} is off: {why}" for name, why in facts["channels_off"].items()]
    found += [
        f"channel {name}: {counts['dead']} messages were given up"
        for name, counts in facts["outbox"].items()
        if counts.get("dead")
    ]
    return found
