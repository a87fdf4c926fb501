"""Rules: what each asks for, whether it is on, and what it made so far."""

from collections import Counter
from typing import Any

from monitor.base.errors import printable
from monitor.base.records import AlertStatus, Json
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Asked, Filter, page_of
from monitor.delivery.messages.rule_words import condition_text
from monitor.moves.reviews import precision, precision_record
from monitor.rules.language import Rule

FILTERS = (Filter(name="status", label="Status", kind="choice", choices=("on", "off", "broken")),)


def found_rules(desk: Desk, asked: Asked) -> tuple[list[dict[str, Json]], str | None]:
    """Return rules as `rules list --json` prints them, the broken ones last."""
    rules = desk.definitions.rules
    counts = Counter(summary.rule for summary in desk.ledger if summary.status is AlertStatus.OPEN)
    records = [rule_record(desk, rule, opened=counts[rule.id]) for rule in rules.rules]
    records += [
        {"rule": rule, "status": "broken", "open_alerts": counts[rule], "file": problems[0].file}
        for rule, problems in rules.broken.items()
    ]
    wanted = [record for record in records if asked["status"] in {None, record["status"]}]
    return page_of(wanted, asked, key=_key)


def rule_record(desk: Desk, rule: Rule, *, opened: int) -> dict[str, Json]:
    """One rule as `rules list --json` prints it."""
    right = desk.once(f"precision {rule.id}", lambda: precision_record(precision(desk.tx, rule.id)))
    return {
        "rule": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "status": "on" if rule.enabled else "off",
        "asks": condition_text(rule),
        "channels": list(rule.notify.channels or sorted(desk.settings.channels)),
        "open_alerts": opened,
        **right,
        "file": printable(rule.file),
    }


def _key(record: dict[str, Any]) -> tuple[bool, str]:
    return record["status"] == "broken", record["rule"]
