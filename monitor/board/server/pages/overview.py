"""`/`: what is open, what is new, who went where, and whether the sources can be trusted."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from monitor.base.records import Json
from monitor.board.answers.alerts import alert_rows, newest_first, newest_news
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked, Filter, Later, page_of
from monitor.board.answers.upkeep.held import still_waiting
from monitor.board.charts.months import TREND_HEIGHT, TREND_WIDTH, trend
from monitor.board.charts.sankey import OTHERS
from monitor.board.movement.flows import flow_rows, flows_of_window
from monitor.board.movement.views import (
    Behind,
    brief_names,
    flow_charts,
    organization_address,
    sides,
)
from monitor.board.rendering import day_text
from monitor.board.server.page import Page, PathValues
from monitor.board.server.pages.alerts import listed
from monitor.delivery.messages import counted

FILTERS = (Filter(name="since", label="Changed since", kind="day"),)
MONTH, QUARTER = timedelta(days=30), timedelta(days=90)
MOST_ALERTS, MOST_FLOWS, MOST_NODES, MOST_VERDICTS = 10, 10, 8, 60
LOOKS_BACK = ((1, "yesterday"), (7, "7 days ago"), (30, "30 days ago"))
"""Since when somebody may want to know what is new, in days."""
HALF = 560
"""How wide a picture is drawn that stands beside another one."""


def answer(desk: Desk, asked: Asked, _: PathValues) -> Answer:
    """Say how things stand, and what changed since a day (default: in 30 days)."""
    newest = desk.newest_snapshot or desk.horizon
    since = asked["since"] or _before(newest, MONTH)
    opened = [summary for summary in newest_news(desk.ledger, date.min) if summary.status == "open"]
    changed = newest_news(desk.ledger, since)
    moving = desk.reading.rows("people_seen_moving", since=since)[0][0]
    flows, grown = _flows(desk, asked), _grown(desk)
    sources = _sources(desk)
    is_usual = asked["since"] is None and newest == desk.horizon
    when = "in 30 days" if is_usual else f"since {day_text(since)}"
    figures: dict[str, Json] = {
        "since": since.isoformat(),
        "open_alerts": len(opened),
        "changed_alerts": [summary.alert for summary in changed],
        "people_seen_moving": moving,
        **_messages(desk),
        "held_changes": still_waiting(desk),
        "strongest_flows": flows["strongest"],
        "grew_and_shrank": [
            {name: record[name] for name in ("organization", "people", "grew")} for record in grown
        ],
        "sources": [
            {name: source[name] for name in ("source", "verdict", "last_good", "profiles")}
            for source in sources
        ],
    }
    page, after = page_of(opened, asked, key=newest_first)
    records = Later(lambda: alert_rows(desk, page))
    return Answer(
        records=records,
        after=after,
        document={**figures, "open": records},
        shown={
            "headline": f"{counted(len(opened), 'open alert')}, {len(changed)} changed {when}",
            "when": when,
            "looks_back": _looks_back(desk.today),
            "figures": figures,
            "opened": listed(desk, opened[:MOST_ALERTS]),
            "changed": listed(desk, changed[:MOST_ALERTS]),
            "alerts": len(desk.ledger),
            "flows": flows,
            "grown": grown,
            "box": (TREND_WIDTH, TREND_HEIGHT),
            "sources": sources,
        },
    )


def _messages(desk: Desk) -> dict[str, int]:
    """How many messages wait at all channels, and how many were given up."""
    depth = desk.tx.depth().values()
    waiting, dead = (sum(counts.get(kind, 0) for counts in depth) for kind in ("pending", "dead"))
    return {"messages_waiting": waiting, "messages_given_up": dead}


def _flows(desk: Desk, asked: Asked) -> dict[str, Any]:
    """The flows of the last 90 days: the strongest as rows, all as a picture."""
    window = Asked(written={"window": str(QUARTER.days)}, values={"window": str(QUARTER.days)})

    def made() -> dict[str, Any]:
        rows, _ = flow_rows(desk, QUARTER.days, Asked(limit=MOST_FLOWS))
        flows = flows_of_window(desk, QUARTER.days)
        return {
            "strongest": [{name: row[name] for name in ("from", "to", "people")} for row in rows],
            "sums": flows.sums,
            "names": brief_names(desk, sides(rows) | flows.sums.drawn) | {OTHERS: "others"},
        }

    flows = desk.once("flows of the overview", made)
    return {
        **flows,
        "charts": flow_charts(
            flows["sums"],
            flows["names"],
            mirrored=asked["dir"] == "rtl",
            wide=HALF,
            most=MOST_NODES,
        ),
        "behind": Behind(asked=window, usual=None),
    }


def _grown(desk: Desk) -> list[dict[str, Any]]:
    """The organisations that grew or shrank most in 90 days."""
    rows = desk.reading.records("grown_organizations", most=MOST_NODES)
    names = brief_names(desk, [row["organization"] for row in rows])
    return [
        {
            "organization": row["organization"],
            "name": names[row["organization"]],
            "address": organization_address(row["organization"]),
            "people": row["people"],
            "grew": row["people"] - row["people_before"],
            "line": trend([int(count) for count in row["trend"].split(",")]),
        }
        for row in rows
    ]


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


def _looks_back(today: date) -> list[tuple[str, str]]:
    return [(_before(today, timedelta(days=days)).isoformat(), words) for days, words in LOOKS_BACK]


def _before(day: date, span: timedelta) -> date:
    return day - span if day - date.min > span else date.min


PAGE = Page(path="/", template="overview.html", answer=answer, filters=FILTERS, menu="Overview")
