"""`/snapshots`: what was looked at, as a calendar and as a list with the reasons."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked
from monitor.board.answers.upkeep.snapshots import FILTERS, found_snapshots
from monitor.board.server.page import Page, PathValues
from monitor.delivery.messages import counted, plain
from monitor.operations.due import gaps

WEEKS = 53


def answer(desk: Desk, asked: Asked, _: PathValues) -> Answer:
    """List the snapshots that were asked for, beside the last year's calendar of each source."""
    records, after = found_snapshots(desk, asked)
    missed = gaps(desk.tx)
    sources = {row[0] for row in desk.snapshots} | {*desk.settings.sources}
    shown = sorted(sources if asked["source"] is None else {asked["source"]})
    suspect = sum(1 for row in desk.snapshots if row[4] == "suspect")
    return Answer(
        records=records,
        after=after,
        shown={
            "headline": f"{counted(len(desk.snapshots), 'snapshot')}, {suspect} of them suspect",
            "listed": [
                {**record, "why": [plain(each) for each in record["reasons"]]} for record in records
            ],
            "calendars": [_calendar(desk, name, missed.get(name, ())) for name in shown],
        },
    )


def _calendar(desk: Desk, source: str, missed: Any) -> dict[str, Any]:
    """The last year of a source up to the newest snapshot: a week a column, Monday first."""
    of_day = {row[1]: row for row in desk.snapshots if row[0] == source}
    last = desk.newest_snapshot or desk.today
    monday = last - timedelta(days=min(last.weekday(), last.toordinal() - 1))
    first = monday - timedelta(days=min(7 * (WEEKS - 1), monday.toordinal() - 1))
    gone = set(missed)
    weeks: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        weeks[number // 7].append(_day(day, of_day.get(day), is_gap=day in gone))
    return {
        "source": source,
        "weeks": list(weeks.values()),
        "first": first,
        "earlier": sum(1 for day in of_day if day < first),
    }


def _day(day: date, row: Any, *, is_gap: bool) -> dict[str, Any]:
    if row is None:
        kind = "gap" if is_gap else "none"
        return {"day": day, "kind": kind, "said": "was due, not looked at" if is_gap else ""}
    return {"day": day, "kind": row[4], "said": f"{row[4]}, {row[2]:,} profiles"}


PAGE = Page(
    path="/snapshots", template="snapshots.html", answer=answer, filters=FILTERS, menu="Snapshots"
)
