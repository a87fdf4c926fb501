"""`/held`: changes of organisations that count in no rule until somebody decides."""

import shlex

from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked
from monitor.board.answers.upkeep.held import FILTERS, decided_of, found_held, still_waiting
from monitor.board.server.page import Page, PathValues
from monitor.delivery.messages import counted, plain


def answer(desk: Desk, asked: Asked, _: PathValues) -> Answer:
    """List what waits for a decision, the largest first."""
    records, after = found_held(desk, asked)
    names = desk.names(
        record[side]["organization"] for record in records for side in ("from", "to")
    )
    count, decided = still_waiting(desk), len(decided_of(desk))
    headline = f"{counted(count, 'change')} of organisations held until you decide"
    if decided:
        headline += f", {decided} decided since the last run"
    return Answer(
        records=records,
        after=after,
        shown={
            "headline": headline,
            "listed": [
                {
                    **record,
                    "from_name": names[record["from"]["organization"]],
                    "to_name": names[record["to"]["organization"]],
                    "why": plain(record["reason"] or ""),
                    "command": plain(
                        shlex.join(
                            [
                                *("talentwatch", "organizations", "decide"),
                                *(record[side]["organization"] for side in ("from", "to")),
                            ]
                        )
                    ),
                }
                for record in records
            ],
        },
    )


PAGE = Page(path="/held", template="held.html", answer=answer, filters=FILTERS, menu="Held")
