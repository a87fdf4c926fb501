"""`/organizations`: every organisation with who is there, came and went, the largest first."""

from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked
from monitor.board.charts.months import TREND_HEIGHT, TREND_WIDTH, trend
from monitor.board.movement.move_filters import anchor
from monitor.board.movement.organizations import LIST_FILTERS, listed_organizations
from monitor.board.movement.views import brief, organization_address
from monitor.board.server.page import Page, PathValues


def answer(desk: Desk, asked: Asked, _: PathValues) -> Answer:
    """List the organisations whose name has a part in common with what was asked for."""
    records, after = listed_organizations(desk, asked)
    return Answer(
        records=records,
        after=after,
        shown={
            "newest": anchor(desk),
            "box": (TREND_WIDTH, TREND_HEIGHT),
            "organizations": [
                {
                    **record,
                    "name": brief(record["name"]),
                    "address": organization_address(record["organization"]),
                    "line": trend(record["trend"]),
                    "grew": record["people"] - record["people_a_year_before"],
                }
                for record in records
            ],
        },
    )


PAGE = Page(
    path="/organizations",
    template="organizations.html",
    answer=answer,
    filters=LIST_FILTERS,
    menu="Organisations",
)
