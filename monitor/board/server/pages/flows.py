"""`/flows`: who went where, as a picture, as rows and columns, and as a list."""

from typing import Any

from monitor.base.records import Json
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked
from monitor.board.charts.sankey import OTHERS
from monitor.board.movement.flows import (
    USUAL_WINDOW,
    Flows,
    asked_window,
    flow_rows,
    flows_of_window,
)
from monitor.board.movement.move_filters import ALL, FLOW_FILTERS, anchor, window_of
from monitor.board.movement.views import (
    NOWHERE,
    Behind,
    brief_names,
    flow_charts,
    flow_matrix,
    organization_address,
    sides,
)
from monitor.board.rendering import day_text
from monitor.board.server.page import Page, PathValues
from monitor.delivery.messages import counted

_IN = {30: "in 30 days", 90: "in 90 days", 365: "in a year"}
CHOICES = [("30", "30 days"), ("90", "90 days"), ("365", "a year"), (ALL, "all")]


def answer(desk: Desk, asked: Asked, _: PathValues) -> Answer:
    """Show the flows that were asked for, by default those of a year."""
    days = asked_window(desk, asked)
    page, after = flow_rows(desk, days, asked)
    flows = flows_of_window(desk, days)
    table = flow_matrix(flows.sums)
    names = brief_names(desk, sides(page) | flows.sums.drawn) | {OTHERS: "others"}
    behind = Behind(asked=asked, usual=USUAL_WINDOW)
    window = window_of(asked, usual=USUAL_WINDOW)
    dated = asked["since"] or asked["until"]
    return Answer(
        records=page,
        after=after,
        shown={
            "headline": f"Who went where{_when(asked, window)}",
            "words": _words(flows),
            "ends_on": None if window is None else anchor(desk, asked["known"]),
            "choices": CHOICES,
            "window": None if dated and window is None else str(window or ALL),
            "charts_drawn": flow_charts(flows.sums, names, mirrored=asked["dir"] == "rtl"),
            "matrix": table,
            "names": names,
            "behind": behind,
            "organization_address": organization_address,
            "pairs": [_pair(record, names, behind) for record in page],
            "most": flows.strongest or 1,
        },
    )


def _when(asked: Asked, window: int | None) -> str:
    words = [f" {_IN[window]}"] if window else []
    words += [f" {word} {day_text(asked[word])}" for word in ("since", "until") if asked[word]]
    return "".join(words) or ", ever"


def _words(flows: Flows) -> str:
    people, came, went = flows.sums.people, flows.came, flows.went
    words = (
        f"{people:,} {'person' if people == 1 else 'people'} in {counted(flows.pairs, 'pair')}."
        " A person who went twice the same way counts once."
    )
    undrawn = [f"{came:,} who came from somewhere unknown (or to a first job)"] if came else []
    undrawn += [f"{went:,} who went somewhere unknown"] if went else []
    return f"{words} Not drawn: {' and '.join(undrawn)}." if undrawn else words


def _pair(record: dict[str, Json], names: dict[str, str], behind: Behind) -> dict[str, Any]:
    return {
        "from": names.get(record["from"], NOWHERE),
        "to": names.get(record["to"], NOWHERE),
        "people": record["people"],
        "address": behind.moves(record["from"], record["to"]),
    }


PAGE = Page(path="/flows", template="flows.html", answer=answer, filters=FLOW_FILTERS, menu="Flows")
