"""Organisations: who is there, came and went, and what is known of each."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from monitor.base.errors import UsageError
from monitor.base.records import AlertSummary, Json
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import NO_KEY, Asked, Filter, next_page
from monitor.board.charts.months import Month, next_month
from monitor.board.read_model import lowered

LIST_FILTERS = (Filter(name="q", label="Name"),)
ONE_FILTERS = (
    Filter(name="window", label="Window", kind="choice", choices=("30", "90", "365", "all")),
)
_MOST_NAMES = 40


def listed_organizations(desk: Desk, asked: Asked) -> tuple[list[dict[str, Json]], str | None]:
    """Find a page of the organisations, the largest first."""
    people, organization = _begins_after(asked)
    rows = desk.reading.records(
        "listed_organizations",
        pattern=asked["q"] and f"%{_escaped(str(lowered(asked['q'])))}%",
        after=organization,
        after_people=people,
        most=None if asked.limit is None else asked.limit + 1,
    )
    more = asked.limit is not None and len(rows) > asked.limit
    page = rows[: asked.limit]
    names = desk.names(row["organization"] for row in page)
    records = [
        {
            "organization": row["organization"],
            "name": names[row["organization"]],
            "people": row["people"],
            "at_most": row["at_most"],
            "people_a_year_before": row["people_before"],
            "came": row["came"],
            "went": row["went"],
            "trend": [int(count) for count in row["trend"].split(",")],
        }
        for row in page
    ]
    last = page[-1] if page else None
    return records, next_page((last["people"], last["organization"])) if more and last else None


def _begins_after(asked: Asked) -> tuple[int | None, str | None]:
    match asked.after:
        case None:
            return None, None
        case (int() as people, str() as organization):
            return people, organization
        case _:
            raise UsageError(NO_KEY)


def _escaped(text: str) -> str:
    """Make a text stand for itself in a pattern."""
    return "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in text)


def months_of(desk: Desk, organization: str) -> list[dict[str, Json]]:
    """The months of an organisation, as JSON."""
    rows = desk.reading.records("organization_months", organization=organization)
    return [{**row, "month": row["month"][:7]} for row in rows]


def drawn_months(months: Sequence[Mapping[str, Json]]) -> list[Month]:
    """The months from the first to the last, those without anybody between them, too."""
    by_name = {month["month"]: month for month in months}
    if not by_name:
        return []
    drawn, first = [], date.fromisoformat(f"{min(by_name)}-01")
    while f"{first:%Y-%m}" <= max(by_name):
        figures = by_name.get(f"{first:%Y-%m}", {})
        counts = {name: figures.get(name, 0) for name in ("people", "at_most", "came", "went")}
        drawn.append(Month(first=first, **counts))
        first = next_month(first)
    return drawn


def parts_of(desk: Desk, organization: str) -> list[str]:
    """The parts of an organisation, without itself."""
    parts = {part[0] for part in desk.definitions.directory.parts(organization)}
    return sorted(parts - {organization})


def names_of(desk: Desk, organization: str) -> list[dict[str, Json]]:
    """How profiles write an organisation and its parts; the first of many."""
    units = [organization, *parts_of(desk, organization)]
    rows = desk.reading.rows("organization_names", units=units)
    return [{"name": name, "organization": unit} for name, unit in rows[:_MOST_NAMES]]


def teams_of(desk: Desk, organization: str) -> list[dict[str, Json]]:
    """The teams of an organisation with who came and went, those with most of both first."""
    return desk.reading.records("organization_teams", organization=organization)


def alerts_of(desk: Desk, organization: str) -> list[AlertSummary]:
    """The alerts whose group an organisation or a part of it makes, newest first."""
    units = {organization, *parts_of(desk, organization)}
    summaries = [summary for summary in desk.ledger if not units.isdisjoint(summary.group.values())]
    return sorted(
        summaries, key=lambda summary: (summary.first_known_on, summary.alert), reverse=True
    )


def flows_of(desk: Desk, organization: str, window: int) -> dict[str, list[dict[str, Any]]]:
    """From where people came, and where they went, within a window (0: ever)."""
    sides = {"came": ("destination", "from"), "went": ("origin", "to")}
    flows: dict[str, list[dict[str, Any]]] = {}
    for name, (own, other) in sides.items():
        asked = {"days": window, "origin": None, "destination": None, own: organization}
        rows = desk.reading.rows("window_flows", **asked)
        place = 0 if other == "from" else 1
        flows[name] = [{"organization": row[place], "people": row[2]} for row in rows]
    return flows
