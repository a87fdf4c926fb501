"""`/`: what is open, what is new, who went where, and whether the sources can be trusted."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from monitor.base.records import Json
from monitor.board.answers.alerts import alert_rows, newest_news
from monitor.board.answers.asking import Answer, Asked, Filter
from monitor.board.answers.desk import Desk
from monitor.board.rendering import day_text
from monitor.board.server.page import Page, PathValues
from monitor.board.server.pages.alerts import listed
from monitor.delivery.messages import counted

FILTERS = (Filter(name="since", label="Changed since", kind="day"),)
MONTH, QUARTER = timedelta(days=30), timedelta(days=90)
MOST_ALERTS, MOST_FLOWS, MOST_VERDICTS = 10, 10, 60


def answer(desk: Desk, asked: Asked, _: PathValues) -> Answer:
    """Say how things stand, and what changed since a day (default: in 30 days)."""
    newest = desk.newest_snapshot or desk.horizon
    since = asked["since"] or _before(newest, MONTH)
    opened = [one for one in newest_news(desk.ledger, date.min) if one.status == "open"]
    changed = newest_news(desk.ledger, since)
    depth = desk.tx.depth().values()
    waiting = sum(counts.get("pending", 0) for counts in depth)
    dead = sum(counts.get("dead", 0) for counts in depth)
    moving = desk.reading.rows("people_seen_moving", since=since)[0][0]
    flows, flows_since = _flows(desk)
    sources = _sources(desk)
    is_usual = asked["since"] is None and newest == desk.horizon
    when = "in 30 days" if is_usual else f"since {day_text(since)}"
    figures: dict[str, Json] = {
        "since": since.isoformat(),
        "open_alerts": len(opened),
        "changed_alerts": [one.alert for one in changed],
        "people_seen_moving": moving,
        "messages_waiting": waiting,
        "messages_given_up": dead,
        "held_changes": desk.reading.rows("undecided_flow_count")[0][0],
        "strongest_flows": [
            {name: one[name] for name in ("from", "to", "people")} for one in flows
        ],
        "sources": [
            {name: one[name] for name in ("source", "verdict", "last_good", "profiles")}
            for one in sources
        ],
    }
    records = alert_rows(desk, opened)
    return Answer(
        records=records,
        document={**figures, "open": records},
        shown={
            "headline": f"{counted(len(opened), 'open alert')}, {len(changed)} changed {when}",
            "when": when,
            "figures": figures,
            "opened": listed(desk, opened[:MOST_ALERTS]),
            "changed": listed(desk, changed[:MOST_ALERTS]),
            "alerts": len(desk.ledger),
            "flows": flows,
            "flows_since": flows_since,
            "sources": sources,
        },
    )


def _flows(desk: Desk) -> tuple[list[dict[str, Any]], date]:
    """The strongest flows of the last 90 days, with the names of both sides."""
    since = _before(desk.newest_snapshot or desk.horizon, QUARTER)

    def made() -> list[dict[str, Any]]:
        filters = dict.fromkeys(("origins", "destinations", "until", "person", "known_on"))
        found = desk.reading.rows("listed_flows", since=since, **filters)
        strongest = sorted(found, key=lambda row: (-row[2], str(row[0]), str(row[1])))[:MOST_FLOWS]
        names = desk.names(side for row in strongest for side in row[:2])
        return [
            {
                "from": row[0],
                "to": row[1],
                "people": row[2],
                "from_name": names.get(row[0], "unknown"),
                "to_name": names.get(row[1], "unknown"),
            }
            for row in strongest
        ]

    return desk.once("strongest flows", made), since


def _sources(desk: Desk) -> list[dict[str, Any]]:
    """Each source with its last verdicts, oldest first."""
    of_source: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in desk.snapshots:
        of_source[row[0]].append(row)
    return [
        {
            "source": name,
            "verdict": rows[-1][4],
            "last_good": max(
                (str(row[1]) for row in rows if row[4] in {"accepted", "baseline"}), default=None
            ),
            "profiles": rows[-1][2],
            "strip": [{"on": row[1], "verdict": row[4]} for row in rows[-MOST_VERDICTS:]],
            "earlier": max(len(rows) - MOST_VERDICTS, 0),
        }
        for name, rows in sorted(of_source.items())
    ]


def _before(day: date, span: timedelta) -> date:
    return day - span if day - date.min > span else date.min


PAGE = Page(path="/", template="overview.html", answer=answer, filters=FILTERS, menu="Overview")
