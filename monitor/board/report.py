"""The report: one HTML file with the alerts, their pictures and their people, that needs nothing.

No script, no other file and no other host: the policy in it allows its own style alone. All that
profiles say is escaped by the templates; only http and https addresses become links.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitor.base.errors import UsageError
from monitor.base.records import Alert
from monitor.board.alert_view import RuleSummary, alert_view, organization_name, rule_summary
from monitor.board.answers.desk import Desk
from monitor.board.charts.sankey import OTHERS
from monitor.board.charts.sums import summed
from monitor.board.movement.flows import known_flows
from monitor.board.movement.views import flow_charts, flow_matrix
from monitor.board.rendering import environment, style_text
from monitor.delivery.messages import counted

MOST_FLOWS = 12
MOST_ALERTS = 200
"""How many alerts a report has; the newest of more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a report is made of."""

    alerts: Sequence[Alert]
    rules: Mapping[str, RuleSummary]
    flows: Sequence[Mapping[str, Any]]
    """`from`, `to` (None where unknown) and `people`, the strongest first."""
    names: Mapping[str, str]
    """How to write the ids of organisations."""
    evaluated_to: date
    newest_snapshot: date | None
    looks: Sequence[date] = ()
    """The days of snapshots."""
    left_out: str = ""
    """What is said of rows that count too few people."""
    days: str = ""
    """What is said of the days that were asked for."""


def report_contents(
    desk: Desk,
    *,
    rule: str | None = None,
    alert: str | None = None,
    days: tuple[date | None, date | None] = (None, None),
) -> Contents:
    """What a report is made of: the newest alerts of a rule, or one of them.

    `days` are the first and the last on which one became known; None: any.
    Raises UsageError where not exactly one alert begins with `alert`.
    """
    first, last = (day or usual for day, usual in zip(days, (date.min, date.max), strict=True))
    summaries = [
        summary
        for summary in desk.ledger
        if rule in {None, summary.rule}
        if first <= summary.first_known_on <= last
        if alert is None or summary.alert.startswith(alert)
    ]
    summaries.sort(
        key=lambda summary: (summary.first_known_on, summary.opened_on, summary.alert), reverse=True
    )
    summaries.sort(key=lambda summary: summary.status != "open")
    if alert is not None and len(summaries) != 1:
        raise UsageError(
            f"{len(summaries)} alerts begin with {alert!r}; `talentwatch alerts` lists them all"
        )
    shown = desk.tx.latest_named([summary.alert for summary in summaries[:MOST_ALERTS]])
    filters = dict.fromkeys(("origins", "destinations", "since", "until", "person", "known_on"))
    flows = [
        {"from": row[0], "to": row[1], "people": row[2]}
        for row in desk.reading.rows("listed_flows", **filters)
    ]
    looks = [row[1] for row in desk.reading.rows("judged_snapshots")]
    units = {side for flow in flows for side in (flow["from"], flow["to"]) if side}
    unit_names = dict(desk.reading.rows("unit_names", units=sorted(units)))
    directory = desk.definitions.directory
    names = unit_names | {known: directory.display(known) for known in directory.known_ids()}
    newest = max(looks, default=None)
    horizon = None if desk.horizon == date.min else desk.horizon
    return Contents(
        alerts=[shown[summary.alert] for summary in summaries[:MOST_ALERTS]],
        rules={
            loaded.id: rule_summary(loaded, loaded.id, least=desk.settings.least_people)
            for loaded in desk.definitions.rules.rules
        },
        flows=flows,
        names=names,
        evaluated_to=horizon or newest or date.min,
        newest_snapshot=newest,
        looks=looks,
        left_out=desk.left_out.sentence,
        days=_days_text(*days),
    )


def _days_text(first: date | None, last: date | None) -> str:
    """Say which alerts a report leaves out because of the days that were asked for."""
    match first, last:
        case None, None:
            return ""
        case _, None:
            said = f"that became known on {first} or later: earlier ones are left out"
        case None, _:
            said = f"that became known on {last} or before: later ones are left out"
        case _:
            said = f"that became known from {first} to {last}: others are left out"
    return (
        f"Alerts {said}. Each is shown as it stands at present, and who went where is of all days."
    )


def report(contents: Contents) -> str:
    """Write the report; equal contents make equal text."""
    style = style_text()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    alerts = [
        alert_view(
            alert,
            contents.rules.get(alert.rule, RuleSummary(title=alert.rule)),
            contents.names,
            evaluated_to=contents.evaluated_to,
            looks=contents.looks,
        )
        for alert in contents.alerts
    ]
    opened = sum(1 for alert in contents.alerts if alert.status == "open")
    sums = summed(known_flows(contents.flows))
    names = {key: organization_name(key, contents.names) for key in sums.drawn} | {OTHERS: "others"}
    strongest = sorted(contents.flows, key=lambda flow: -flow["people"])[:MOST_FLOWS]
    return (
        environment()
        .get_template("report.html")
        .render(
            style=style,
            digest=digest,
            headline=f"{counted(opened, 'open alert')} of {counted(len(alerts), 'alert')}",
            alerts=alerts,
            flows=[
                {
                    **flow,
                    "from": organization_name(flow["from"], contents.names),
                    "to": organization_name(flow["to"], contents.names),
                }
                for flow in strongest
            ],
            charts_drawn=flow_charts(sums, names),
            matrix=flow_matrix(sums),
            names=names,
            most=max((flow["people"] for flow in strongest), default=1),
            evaluated_to=contents.evaluated_to,
            newest_snapshot=contents.newest_snapshot,
            left_out=contents.left_out,
            days=contents.days,
        )
    )
