"""`/rules/ID/steps`: the counts of each group of a rule, day by day."""

from monitor.board.alert_view import alert_title
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked
from monitor.board.answers.rule_counts import FILTERS, counts_of, page_of_steps
from monitor.board.server.errors import NotThere
from monitor.board.server.page import Page, PathValues
from monitor.delivery.messages import plain


def answer(desk: Desk, asked: Asked, path: PathValues) -> Answer:
    """List the groups whose counts came to a threshold, the highest first."""
    rule = next((rule for rule in desk.definitions.rules.rules if rule.id == path["rule"]), None)
    if rule is None:
        raise NotThere(f"There is no rule {plain(path['rule'])[:80]} that can be read.")
    counts = counts_of(desk, rule, asked["within"])
    records, after = page_of_steps(desk, rule, counts, asked)
    names = desk.names(value for record in records for value in record["group"].values())
    return Answer(
        records=records,
        after=after,
        shown={
            "title": plain(rule.title),
            "rule": rule.id,
            "people": asked["people"] or max(rule.main.threshold, counts.least),
            "why": counts.why,
            "remark": counts.remark,
            "listed": [
                {**record, "title": alert_title(record["group"], names) or "everybody"}
                for record in records
            ],
        },
    )


PAGE = Page(
    path="/rules/{rule}/steps",
    template="rule_steps.html",
    answer=answer,
    filters=FILTERS,
    under="/rules",
)
