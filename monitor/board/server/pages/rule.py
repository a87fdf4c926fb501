"""`/rules/ID`: what a rule asks for, its alerts, and its counts against any threshold."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from monitor.base.days import earlier, later
from monitor.base.records import AlertSummary
from monitor.board.alert_view import NARROW, WIDE, alert_title
from monitor.board.answers.alerts import alert_rows, newest_news
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked, Filter, Later
from monitor.board.answers.rule_counts import FILTERS as STEP_FILTERS
from monitor.board.answers.rule_counts import MOST_GROUPS as MOST_GROUPS_HELD
from monitor.board.answers.rule_counts import (
    RuleCounts,
    counts_of,
    counts_of_group,
    groups_below,
    thresholds,
)
from monitor.board.answers.upkeep.rules import rule_record
from monitor.board.charts.steps import chart_of
from monitor.board.group_counts import GroupCounts
from monitor.board.server.errors import NotThere
from monitor.board.server.page import Page, PathValues
from monitor.board.server.pages.alerts import listed
from monitor.delivery.messages import plain
from monitor.rules.language import Rule

FILTERS = (*STEP_FILTERS, Filter(name="group", label="Group"))
MOST_ALERTS, MOST_GROUPS, MOST_THRESHOLDS, MOST_NEAR = 20, 15, 12, 10
_AFTER = 30
"""How many days are drawn after the last look, or the last change of a count."""
_KEPT = ("thresholds", "nearest", "highest")
"""What JSON has of the counts."""
Near = tuple[GroupCounts, int, int | None]


def answer(desk: Desk, asked: Asked, path: PathValues) -> Answer:
    """Show a rule by its counts and by the alerts that the ledger has of it."""
    rules = desk.definitions.rules
    rule = next((rule for rule in rules.rules if rule.id == path["rule"]), None)
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
    people = asked["people"] or (rule.main.threshold if rule else None)
    reached = [summary for summary in made if people is None or summary.peak >= people]
    counting = _counting(desk, rule, people, asked) if rule else {name: [] for name in _KEPT}
    kept = {name: counting[name] for name in _KEPT}
    return Answer(
        records=Later(lambda: alert_rows(desk, reached[:MOST_ALERTS])),
        document={
            **record,
            "alerts": len(made),
            **kept,
            **{name: counting.get(name) for name in ("within", "why", "remark")},
        },
        shown={
            "title": plain(rule.title) if rule else path["rule"],
            "rule": path["rule"],
            "record": record,
            "description": plain(rule.description) if rule else "",
            "problems": [plain(str(problem)) for problem in rules.broken.get(path["rule"], ())],
            "threshold": rule.main.threshold if rule else None,
            "people": people,
            "made": len(made),
            "alerts": listed(desk, reached[:MOST_ALERTS]),
            "months": _by_month(made),
            "groups": _groups(desk, made),
            "counting": counting,
        },
    )


def _counting(desk: Desk, rule: Rule, people: int | None, asked: Asked) -> dict[str, Any]:
    """What the stored counts say of a threshold, or why they say nothing."""
    counts, on = counts_of(desk, rule, asked["within"]), desk.horizon
    people = people or 1
    near = groups_below(counts, people, on=on, most=MOST_NEAR)
    highest = counts.groups[:MOST_NEAR]
    some = (*highest, *(group for group, *_ in near))
    names = desk.names(value for group in some for value in group.group.values())
    chosen = _chosen(desk, rule, counts, near, asked)
    why = counts.why
    if why is None and people < counts.least:
        why = (
            f"More than {MOST_GROUPS_HELD:,} groups came to {people}, which are too many to be"
            f" held here: ask for {counts.least} or more."
        )
    days = asked["within"] or rule.main.window_days
    return {
        "why": why,
        "remark": counts.remark,
        "within": days if rule.main.kind == "flow" else None,
        "least": counts.least,
        "thresholds": thresholds(counts, _around(counts, people, rule.main.threshold), on=on),
        "asked": next(iter(thresholds(counts, [people], on=on)), None),
        "nearest": [
            {
                "group": dict(group.group),
                "title": alert_title(group.group, names) or "everybody",
                "count": count,
                "people": people,
                "days_left": left,
                "possible": group.possible,
                "address": _address(asked, group),
            }
            for group, count, left in near
        ],
        "highest": [
            {
                "group": dict(group.group),
                "title": alert_title(group.group, names) or "everybody",
                "peak": group.peak,
                "short": max(people - group.peak, 0),
                "address": _address(asked, group),
            }
            for group in highest
        ],
        "chart": chosen and _chart(desk, rule, chosen, people),
    }


def _address(asked: Asked, group: GroupCounts) -> str:
    """Where a group is drawn; a rule without groups has one, which needs no name."""
    return asked.address(group="~".join(group.group.values())) or "?"


def _around(counts: RuleCounts, people: int, own: int) -> list[int]:
    """The thresholds that are shown: the one asked for, the rule's own, and those around."""
    most = max((group.peak for group in counts.groups), default=0)
    whole = range(counts.least, max(most, people) + 1)
    step = max(1, -(-len(whole) // MOST_THRESHOLDS))
    around = {*whole[::step], *range(people - 2, people + 3), people, own}
    return sorted(threshold for threshold in around if threshold >= counts.least)


def _chosen(
    desk: Desk, rule: Rule, counts: RuleCounts, near: Sequence[Near], asked: Asked
) -> GroupCounts | None:
    """The group that is drawn: the one that was named, else the nearest one, else the highest.

    Raises NotThere for one of which nothing is known.
    """
    named = asked["group"]
    if named is None:
        nearest = [group for group, *_ in near]
        return next(iter([*nearest, *counts.groups]), None)
    values = named.split("~")
    if len(values) == len(rule.group_by):
        group = dict(zip(rule.group_by, values, strict=True))
        held = next((one for one in counts.groups if one.group == group), None)
        if held is None and asked["within"] is None:
            held = counts_of_group(desk, rule, group)
        if held is not None:
            return held
    raise NotThere(f"The rule {rule.id} knows of no group {plain(named)[:80]}.")


def _chart(desk: Desk, rule: Rule, group: GroupCounts, people: int) -> dict[str, Any]:
    """Draw the counts of a group over the days of the snapshots."""
    names = desk.names(group.group.values())
    looks = [row[1] for row in desk.snapshots]
    last = max(desk.horizon, *looks) if looks else desk.horizon
    # Where nothing is looked at any more the picture ends a while after the last change.
    changes = [step[0] for step in group.steps if step[0] <= last]
    last = min(last, later(max([*looks, *changes], default=last), _AFTER))
    first = min(looks, default=last)
    return {
        "title": alert_title(group.group, names) or "everybody",
        "now": group.on(desk.horizon),
        "drawn": [
            chart_of(
                group.figures(min(first, earlier(last, 1)), last),
                last=last,
                threshold=people,
                width=width,
                looks=looks,
            )
            for width in (WIDE, NARROW)
        ],
        "address": f"/rules/{quote(rule.id)}/steps",
    }


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
