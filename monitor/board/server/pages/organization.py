"""`/organizations/ID`: who is there, who came and went, from where and where to."""

import json
import re
from typing import Any

from monitor.base.records import Json
from monitor.board.alert_view import NARROW, WIDE
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked
from monitor.board.charts.months import Month, headcounts, turnover
from monitor.board.movement.flows import USUAL_WINDOW
from monitor.board.movement.move_filters import ALL, anchor
from monitor.board.movement.organizations import (
    ONE_FILTERS,
    alerts_of,
    drawn_months,
    flows_of,
    months_of,
    names_of,
    parts_of,
    teams_of,
)
from monitor.board.movement.views import NOWHERE, Behind, brief, brief_names, organization_address
from monitor.board.server.errors import NotThere
from monitor.board.server.page import Page, PathValues
from monitor.board.server.pages.alerts import listed
from monitor.board.server.pages.flows import CHOICES
from monitor.delivery.messages import plain

NARROW_MONTHS = 36
"""How many months are drawn for a phone: a bar has to be wide enough for a finger."""
MOST = 15
"""How many organisations people came from, or went to, are listed."""


def answer(desk: Desk, asked: Asked, path: PathValues) -> Answer:
    """Show an organisation; raises NotThere for one that nobody was at, came to or left."""
    organization = path["organization"]
    months = months_of(desk, organization)
    window = asked["window"] or USUAL_WINDOW
    flows = flows_of(desk, organization, 0 if window == ALL else int(window))
    if not months and not any(flows.values()):
        raise NotThere(
            f"Nobody is, was, came to or left {organization!r}: /organizations lists who there is."
        )
    document: dict[str, Json] = {
        "organization": organization,
        "name": desk.names([organization])[organization],
        "months": months,
        "came_from": flows["came"],
        "went_to": flows["went"],
        "teams": teams_of(desk, organization),
        "parts": parts_of(desk, organization),
        "names": names_of(desk, organization),
        "alerts": [alert.alert for alert in alerts_of(desk, organization)],
    }
    return Answer(records=months, document=document, shown=_shown(desk, asked, document, window))


def _shown(desk: Desk, asked: Asked, document: dict[str, Json], window: str) -> dict[str, Any]:
    organization = document["organization"]
    drawn = drawn_months(document["months"])
    last = drawn[-1] if drawn else None
    newest = anchor(desk)
    others = (
        flow["organization"] for side in ("came_from", "went_to") for flow in document[side][:MOST]
    )
    names = brief_names(desk, [*others, *document["parts"]])
    behind = Behind(asked=asked, usual=USUAL_WINDOW)
    ways = {
        "came_from": lambda other: behind.moves(other, organization),
        "went_to": lambda other: behind.moves(organization, other),
    }
    return {
        "one": document,
        "title": brief(document["name"]),
        "id": brief(organization),
        "now": last if last and newest and last.name == f"{newest:%Y-%m}" else None,
        "newest": newest,
        "headcounts": _charts(drawn, headcounts),
        "turnover": _charts(drawn, turnover),
        "month_address": lambda side, month: _month_address(organization, side, month),
        "months": list(reversed(drawn)),
        "choices": CHOICES,
        "window": window,
        "sides": [
            (title, [_other(flow, names, ways[side]) for flow in document[side][:MOST]], hidden)
            for side, title in (("came_from", "From where"), ("went_to", "To where"))
            for hidden in [max(len(document[side]) - MOST, 0)]
        ],
        "units": [(names[part], organization_address(part)) for part in document["parts"]],
        "names": [brief(plain(name["name"])) for name in document["names"]],
        "teams": [{**team, "team": brief(plain(team["team"]))} for team in document["teams"]],
        "alerts": listed(desk, alerts_of(desk, organization)),
        "rule": rule_text(organization, document["name"]),
        "rule_file": f"rules/{rule_name(organization)}.toml",
        "flows_address": f"/flows{Asked(written={'from_root': organization}).address()}",
    }


def _charts(months: list[Month], draw: Any) -> list[Any]:
    """Draw months for a screen and for a phone; nothing where there are none."""
    if not months:
        return []
    return [draw(months, width=WIDE), draw(months[-NARROW_MONTHS:], width=NARROW)]


def _month_address(organization: str, side: str, month: Month) -> str:
    asked = Asked(written={side: organization, "month": month.name, "status": "counted"})
    return f"/moves{asked.address()}"


def _other(record: dict[str, Json], names: dict[str, str], address: Any) -> dict[str, Any]:
    other = record["organization"]
    return {
        "name": NOWHERE if other is None else names.get(other, plain(other)),
        "page": other and organization_address(other),
        "people": record["people"],
        "address": address(other),
    }


def rule_name(organization: str) -> str:
    """Name the file of a rule about an organisation."""
    slug = re.sub(r"[^a-z0-9]+", "-", organization.lower()).strip("-")[:40].strip("-")
    return f"leaving-{slug or 'one'}"


def rule_text(organization: str, name: str) -> str:
    """Write a rule that watches an organisation, to be copied into a file."""
    title = json.dumps(f"People leave {name}"[:200], ensure_ascii=False)
    return f"""title = {title}

[flow]
from = {{ organization = {json.dumps(organization, ensure_ascii=False)} }}
within = "90d"
people = 3
"""


PAGE = Page(
    path="/organizations/{organization:path}",
    template="organization.html",
    answer=answer,
    filters=ONE_FILTERS,
    under="/organizations",
)
