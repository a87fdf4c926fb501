"""`/rules`: what is watched for, and how often it spoke."""

from collections import Counter
from typing import Any

from monitor.base.records import Json
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked
from monitor.board.answers.upkeep.rules import FILTERS, found_rules
from monitor.board.server.page import Page, PathValues
from monitor.delivery.messages import counted, plain


def answer(desk: Desk, asked: Asked, _: PathValues) -> Answer:
    """List the rules, the broken ones last."""
    records, after = found_rules(desk, asked)
    made = Counter(summary.rule for summary in desk.ledger)
    rules = desk.definitions.rules
    on = sum(1 for rule in rules.rules if rule.enabled)
    return Answer(
        records=records,
        after=after,
        shown={
            "headline": f"{on} of {counted(len(rules.rules) + len(rules.broken), 'rule')} on",
            "listed": [_shown(record, made[record["rule"]]) for record in records],
        },
    )


def _shown(record: dict[str, Json], made: int) -> dict[str, Any]:
    usual: dict[str, Any] = {"severity": "", "asks": "", "precision": None, "channels": []}
    title = plain(record.get("title", "it cannot be read: `talentwatch rules check` says why"))
    reviewed = record.get("confirmed", 0) + record.get("false", 0)
    return {**usual, **record, "title": title, "made": made, "reviewed": reviewed}


PAGE = Page(path="/rules", template="rules.html", answer=answer, filters=FILTERS, menu="Rules")
