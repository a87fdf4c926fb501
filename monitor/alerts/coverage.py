"""How much of an alert's origin could be seen, and how many count on the day of each revision."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from monitor.alerts.lifecycle import count_on
from monitor.base.engine import Engine
from monitor.base.records import Alert, Coverage
from monitor.identity.organizations import Directory
from monitor.rules.language import Rule


def covered(
    engine: Engine, directory: Directory, rules: Mapping[str, Rule], revisions: Sequence[Alert]
) -> Iterator[Alert]:
    """Add to each revision its count on its day and how much of its origin could be seen."""
    # Of one origin, day and window all revisions ask the same: it is asked once.
    questions = [
        (
            tuple(_origins(directory, rules[alert.rule], alert)),
            alert.known_on,
            _window_opened(rules[alert.rule], alert),
        )
        for alert in revisions
    ]
    numbers = {question: number for number, question in enumerate(dict.fromkeys(questions))}
    asked = [
        (number, unit, day, since)
        for (units, day, since), number in numbers.items()
        for unit in units
    ]
    engine.fill("coverage_questions", ["question", "unit", "day", "since"], asked)
    coverages = {row.pop("question"): Coverage(**row) for row in engine.records("coverage")}
    for question, alert in zip(questions, revisions, strict=True):
        count = count_on(alert, alert.known_on, counts=rules[alert.rule].main.count)
        backlog = _is_backlog(rules[alert.rule], alert)
        yield replace(
            alert, count=count, coverage=coverages.get(numbers[question]), backlog=backlog
        )


def _is_backlog(rule: Rule, alert: Alert) -> bool:
    """Whether an alert on the observed clock rests on moves that are old by their own dates.

    It does when fewer people than its threshold moved within the window before they were seen.
    """
    if rule.main.clock != "observed" or rule.main.window_days is None:
        return False
    window = timedelta(days=rule.main.window_days)
    fresh = [
        person
        for person in alert.people
        if (person.joined if person.destination else person.left).earliest
        >= person.after_on - window
    ]
    return bool(alert.people) and len(fresh) < alert.threshold


def _window_opened(rule: Rule, alert: Alert) -> date:
    # Who may always have been there opened an alert at the beginning of the calendar.
    days = min(rule.main.window_days or 365, alert.opened_on.toordinal() - 1)
    return alert.opened_on - timedelta(days=days)


def _origins(directory: Directory, rule: Rule, alert: Alert) -> list[str]:
    """The organisations that people left; of a stock those where they are."""
    condition = rule.main
    side, match = (
        ("to", condition.destination) if condition.kind == "stock" else ("from", condition.origin)
    )
    names = dict(zip(condition.group_by, condition.names, strict=True))
    grouped = names.get(f"{side}.organization") or names.get(f"{side}.unit")
    organizations = (alert.group[grouped],) if grouped else (match and match.organizations) or ()
    return sorted(
        {part[0] for organization in organizations for part in directory.parts(organization)}
    )
