"""How much of an alert's origin could be seen, and how many count on the day of each revision."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from monitor.alerts.lifecycle import count_on
from monitor.base.engine import Engine
from monitor.base.records import Alert, Coverage
from monitor.identity.organizations import Directory
from monitor.rules.language import Rule

Question = tuple[tuple[str, ...], date, date]
"""Units, the day on which they are looked at, and the first day of the window."""


class CoverageQuestions:
    """What is to be found out for revisions: of one origin, day and window it is asked once."""

    def __init__(self, rules: Mapping[str, Rule], directory: Directory) -> None:
        self._rules = rules
        self._directory = directory
        self._origins: dict[str, tuple[str, ...]] = {}
        self._numbers: dict[Question, int] = {}
        self._answers: dict[int, Coverage] = {}

    def add(self, alerts: Iterable[Alert]) -> None:
        """Note what has to be asked for some revisions."""
        for alert in alerts:
            self._numbers.setdefault(self._question(alert), len(self._numbers))

    def ask(self, engine: Engine) -> None:
        """Ask all of it at once."""
        asked = [
            (number, unit, day, since)
            for (units, day, since), number in self._numbers.items()
            for unit in units
        ]
        engine.fill("coverage_questions", ["question", "unit", "day", "since"], asked)
        self._answers = {row.pop("question"): Coverage(**row) for row in engine.records("coverage")}

    def covered(self, alert: Alert) -> Alert:
        """Add to a revision its count on its day and what was answered about its origin."""
        rule = self._rules[alert.rule]
        return replace(
            alert,
            count=count_on(alert, alert.known_on, counts=rule.main.count),
            coverage=self._answers.get(self._numbers[self._question(alert)]),
            backlog=_is_backlog(rule, alert),
        )

    def _question(self, alert: Alert) -> Question:
        rule = self._rules[alert.rule]
        if alert.alert not in self._origins:
            self._origins[alert.alert] = tuple(_origins(self._directory, rule, alert))
        return self._origins[alert.alert], alert.known_on, _window_opened(rule, alert)


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
