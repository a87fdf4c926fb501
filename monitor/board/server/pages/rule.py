"""`/rules/ID`: what a rule asks for, its alerts, and how many a higher threshold had made."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from monitor.base.records import AlertSummary
from monitor.board.alert_view import alert_title
from monitor.board.answers.alerts import alert_rows, newest_news
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked, Filter
from monitor.board.answers.upkeep.rules import rule_record
from monitor.board.server.errors import NotThere
from monitor.board.server.page import Page, PathValues
from monitor.board.server.pages.alerts import listed
from monitor.delivery.messages import plain

FILTERS = (Filter(name="people", label="People", kind="count"),)
MOST_ALERTS, MOST_GROUPS, MOST_THRESHOLDS = 20, 15, 12


def answer(desk: Desk, asked: Asked, path: PathValues) -> Answer:
    """Show a rule by the alerts that the ledger has of it."""
    rules = desk.definitions.rules
    rule = next((known for known in rules.rules if known.id == path["rule"]), None)
    made = [
        summary for summary in newest_news(desk.ledger, date.min) if summary.rule == path["rule"]
    ]
    if rule is None and path["rule"] not in rules.broken and not made:
        raise NotThere(f"There is no rule {plain(path['rule'])[:80]}.")
    opened = sum(1 for summary in made if summary.status == "open")
    record = (
        rule_record(desk, rule, opened=opened)
        if rule
        else {"rule": path["rule"], "status": "broken" if path["rule"] in rules.broken else "gone"}
    )
    threshold = rule.main.threshold if rule else None
    people = asked["people"] or threshold
    reached = [summary for summary in made if people is None or summary.peak >= people]
    thresholds = _by_threshold(made, threshold)
    return Answer(
        records=alert_rows(desk, reached[:MOST_ALERTS]),
        document={**record, "alerts": len(made), "thresholds": thresholds},
        shown={
            "title": plain(rule.title) if rule else path["rule"],
            "rule": path["rule"],
            "record": record,
            "description": plain(rule.description) if rule else "",
            "problems": [plain(str(problem)) for problem in rules.broken.get(path["rule"], ())],
            "measures_people": rule is not None and rule.main.measure == "people",
            "threshold": threshold,
            "people": people,
            "made": len(made),
            "reached": len(reached),
            "alerts": listed(desk, reached[:MOST_ALERTS]),
            "thresholds": thresholds,
            "months": _by_month(made),
            "groups": _groups(desk, made),
        },
    )


def _by_threshold(made: Sequence[AlertSummary], threshold: int | None) -> list[dict[str, int]]:
    """How many of its alerts came to so many people; none that a lower threshold adds."""
    if threshold is None:
        return []
    most = max((summary.peak for summary in made), default=threshold)
    asked = range(threshold, most + 1)
    step = max(1, -(-len(asked) // MOST_THRESHOLDS))
    return [
        {"people": people, "alerts": sum(1 for summary in made if summary.peak >= people)}
        for people in asked[::step]
    ]


def _by_month(made: Sequence[AlertSummary]) -> list[dict[str, Any]]:
    """How many became known each month of the last year that had any."""
    counts = Counter(f"{summary.first_known_on:%Y-%m}" for summary in made)
    return [{"month": month, "alerts": count} for month, count in sorted(counts.items())[-12:]]


def _groups(desk: Desk, made: Sequence[AlertSummary]) -> list[dict[str, Any]]:
    """Its groups by the highest count that an alert of them reached."""
    peaks: dict[tuple[tuple[str, str], ...], list[AlertSummary]] = defaultdict(list)
    for summary in made:
        peaks[tuple(sorted(summary.group.items()))].append(summary)
    strongest = sorted(peaks.items(), key=lambda each: (-max(a.peak for a in each[1]), each[0]))
    shown = strongest[:MOST_GROUPS]
    names = desk.names(value for group, _ in shown for _, value in group)
    return [
        {
            "title": alert_title(dict(group), names) or "everybody",
            "peak": max(alert.peak for alert in alerts),
            "alerts": len(alerts),
            "newest": alerts[0].alert,
        }
        for group, alerts in shown
    ]


PAGE = Page(
    path="/rules/{rule}", template="rule.html", answer=answer, filters=FILTERS, under="/rules"
)
