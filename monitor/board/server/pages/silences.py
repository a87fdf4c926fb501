"""`/silences`: who muted what, why, and until when."""

from typing import Any

from monitor.base.records import Json
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked
from monitor.board.answers.upkeep.messages import SILENCE_FILTERS, found_silences
from monitor.board.server.page import Page, PathValues
from monitor.delivery.messages import counted, plain


def answer(desk: Desk, asked: Asked, _: PathValues) -> Answer:
    """List silences in the order in which they were set."""
    records, after = found_silences(desk.tx, asked, today=desk.today)
    names = desk.names(
        value for record in records for value in (record["organization"], *record["group"].values())
    )
    active = sum(1 for record in records if record["status"] == "active")
    return Answer(
        records=records,
        after=after,
        shown={
            "headline": f"{counted(active, 'silence')} in force",
            "listed": [_shown(record, names) for record in records],
        },
    )


def _shown(record: dict[str, Json], names: dict[str, str]) -> dict[str, Any]:
    what = [f"rule {record['rule']}"] if record["rule"] else []
    what += [f"{side} {names.get(value, value)}" for side, value in record["group"].items()]
    if record["organization"]:
        what.append(str(names.get(record["organization"], record["organization"])))
    if record["person"]:
        what.append(f"person {record['person']}")
    return {
        **record,
        "what": plain(", ".join(what)),
        "why": plain(record["why"]),
        "by": plain(record["by"]),
    }


PAGE = Page(
    path="/silences",
    template="silences.html",
    answer=answer,
    filters=SILENCE_FILTERS,
    menu="Silences",
)
