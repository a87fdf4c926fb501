"""Alerts as lists: which there are, by what is asked."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from monitor.base.errors import UsageError
from monitor.base.records import SEVERITIES, Alert, AlertSummary, Json
from monitor.board.alert_view import alert_title
from monitor.board.answers.alert_records import alert_record
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Asked, Filter, page_of
from monitor.board.movement.named import named_organization

AT_ONCE = 100
"""How many alerts are read at once with their people: what bounds the memory."""
STATUSES = ("open", "closed", "withdrawn", "merged")
FILTERS = (
    Filter(name="status", label="Status", kind="choice", choices=STATUSES),
    Filter(name="rule", label="Rule"),
    Filter(name="severity", label="Severity", kind="choice", choices=SEVERITIES),
    Filter(name="organization", label="Organisation"),
    Filter(name="since", label="Known since", kind="day"),
    Filter(name="q", label="Words"),
    Filter(
        name="sort", label="Order", kind="choice", choices=("newest", "oldest"), default="newest"
    ),
)
"""`since` asks for what became known on that day or later; `newest` has the newest news first.

`q` asks for words that stand in what an alert is called, in its rule or in its id, each somewhere.
"""


def found_alerts(desk: Desk, asked: Asked) -> tuple[list[AlertSummary], str | None]:
    """Find the alerts that were asked for, in their order, and where the next page begins."""
    rule = asked["rule"]
    rules = {*(summary.rule for summary in desk.ledger), *_rules(desk)}
    if rule is not None and rule not in rules:
        raise UsageError(f"there is no rule {rule!r} (there are: {', '.join(sorted(rules))})")
    summaries = filter(_is_asked_for(desk, asked), desk.ledger)
    return page_of(summaries, asked, key=_oldest if asked["sort"] == "oldest" else newest_first)


def oldest_alerts(desk: Desk, asked: Asked) -> list[str]:
    """Name the alerts that were asked for, the oldest first; of each its name alone is kept."""
    summaries = filter(_is_asked_for(desk, asked), desk.tx.each_summary())
    found, _ = page_of(map(_oldest, summaries), asked, key=tuple)
    return [alert for *_, alert in found]


def _is_asked_for(desk: Desk, asked: Asked) -> Callable[[AlertSummary], bool]:
    rule, organization = asked["rule"], asked["organization"]
    units = None if organization is None else _units(desk, organization)
    has_words = _has_words(desk, asked["q"])

    def is_asked_for(summary: AlertSummary) -> bool:
        return (
            asked["status"] in {None, str(summary.status)}
            and rule in {None, summary.rule}
            and asked["severity"] in {None, summary.severity}
            and (asked["since"] is None or summary.first_known_on >= asked["since"])
            and (units is None or not units.isdisjoint(summary.group.values()))
            and has_words(summary)
        )

    return is_asked_for


def alert_rows(desk: Desk, summaries: Sequence[AlertSummary]) -> list[dict[str, Json]]:
    """Return alerts as `alerts --json` prints them, in the order given."""
    return list(each_alert_row(desk, [summary.alert for summary in summaries]))


def each_alert_row(desk: Desk, found: Sequence[str]) -> Iterator[dict[str, Json]]:
    """Yield alerts as `alerts --json` prints them, in the order given; some are read at a time."""
    for start in range(0, len(found), AT_ONCE):
        names = found[start : start + AT_ONCE]
        read = desk.tx.latest_named(names)
        for name in names:
            if name in read:
                yield alert_row(desk, read[name])


def alert_row(desk: Desk, alert: Alert) -> dict[str, Json]:
    """One alert as `alerts --json` prints it."""
    counts = {rule.id: rule.count for rule in desk.definitions.rules.rules}
    return alert_record(
        alert,
        horizon=desk.horizon,
        counts=counts.get(alert.rule),
        muted_by=desk.muted.get(alert.alert),
        notified_late=desk.notified_late.get(alert.alert),
        least=desk.settings.least_people,
    )


def _rules(desk: Desk) -> list[str]:
    rules = desk.definitions.rules
    return [*(rule.id for rule in rules.rules), *rules.broken]


def _has_words(desk: Desk, text: str | None) -> Callable[[AlertSummary], bool]:
    """Say of an alert whether it has all of some words; it has if there are none."""
    words = (text or "").lower().split()
    if not words:
        return lambda _: True
    names = desk.names(value for summary in desk.ledger for value in summary.group.values())

    def has_words(summary: AlertSummary) -> bool:
        called = alert_title(summary.group, names), desk.rule_title(summary.rule)
        known_by = " ".join((*called, summary.rule, summary.alert)).lower()
        return all(word in known_by for word in words)

    return has_words


def _units(desk: Desk, name: str) -> set[str]:
    """The ids of an organisation and of its parts, by any name that it goes by.

    Raises UsageError for a name that nobody goes by.
    """
    directory = desk.definitions.directory
    organization = named_organization(desk.reading, directory, name)
    return {organization, *(part[0] for part in directory.parts(organization))}


def _oldest(summary: AlertSummary) -> tuple[str, ...]:
    return (
        summary.first_known_on.isoformat(),
        summary.opened_on.isoformat(),
        summary.rule,
        summary.alert,
    )


def newest_first(summary: AlertSummary) -> tuple[int, int, str, str]:
    """By what alerts are sorted that have the newest news first."""
    return (
        -summary.known_on.toordinal(),
        -summary.opened_on.toordinal(),
        summary.rule,
        summary.alert,
    )


def newest_news(alerts: Sequence[AlertSummary], since: date) -> list[AlertSummary]:
    """The alerts with news on a day or later, newest first."""
    return sorted((alert for alert in alerts if alert.known_on >= since), key=newest_first)
