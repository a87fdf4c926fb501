"""`/alerts`: the ledger, newest news first."""

from collections.abc import Iterable
from typing import Any

from monitor.base.records import AlertSummary
from monitor.board.alert_view import alert_title
from monitor.board.answers.alerts import FILTERS, alert_rows, found_alerts
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked, Later
from monitor.board.server.page import Page, PathValues
from monitor.delivery.messages import counted


def listed(desk: Desk, summaries: Iterable[AlertSummary]) -> list[dict[str, Any]]:
    """Return what a table of alerts shows of each."""
    summaries = list(summaries)
    names = desk.names(value for summary in summaries for value in summary.group.values())
    return [
        {
            "alert": summary,
            "title": alert_title(summary.group, names) or desk.rule_title(summary.rule),
            "rule": desk.rule_title(summary.rule),
            "muted": desk.muted.get(summary.alert),
        }
        for summary in summaries
    ]


def answer(desk: Desk, asked: Asked, _: PathValues) -> Answer:
    """List the alerts that were asked for."""
    summaries, after = found_alerts(desk, asked)
    opened = sum(1 for summary in desk.ledger if summary.status == "open")
    return Answer(
        records=Later(lambda: alert_rows(desk, summaries)),
        after=after,
        shown={
            "headline": f"{counted(opened, 'open alert')} of {counted(len(desk.ledger), 'alert')}",
            "listed": listed(desk, summaries),
        },
    )


PAGE = Page(path="/alerts", template="alerts.html", answer=answer, filters=FILTERS, menu="Alerts")
