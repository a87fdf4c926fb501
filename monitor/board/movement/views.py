"""What templates show of flows and moves: names, charts and the addresses behind each figure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from monitor.base.records import Interval, Json
from monitor.board.alert_view import NARROW, WIDE
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Asked
from monitor.board.charts.matrix import Matrix, matrix
from monitor.board.charts.sankey import MOST_NODES, OTHERS, Sankey, gathered, sankey
from monitor.board.charts.sums import Sums
from monitor.board.movement.move_filters import ALL, UNKNOWN, window_of
from monitor.board.rendering import day_text
from monitor.delivery.messages import days_words, plain

MOST_LETTERS = 100
NOWHERE = "unknown"
"""How a side is shown that nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The addresses that show who is behind the figures of a page of flows."""

    asked: Asked
    usual: str | None
    """The window that is meant where none was asked for."""

    def moves(self, origin: str | None, destination: str | None, **more: str) -> str:
        """The address of the people who went one way."""
        window = window_of(self.asked, usual=self.usual)
        kept = {"limit": None, "after": None, "window": str(window) if window else ALL}
        ends = {"from_root": origin or UNKNOWN, "to_root": destination or UNKNOWN}
        return f"/moves{self.asked.address(**kept, **ends, status='counted', **more)}"

    def flows(self, origin: str, destination: str) -> str:
        """The address of a ribbon: its people, or the flows of the side that is shown."""
        if OTHERS not in (origin, destination):
            return self.moves(origin, destination)
        side = {"to_root": destination} if origin == OTHERS else {"from_root": origin}
        return f"/flows{self.asked.address(limit=None, after=None, **side)}"


def organization_address(organization: str) -> str:
    """The address of an organisation's page."""
    return f"/organizations/{quote(organization, safe='')}"


def person_address(person: str) -> str:
    """The address of a person's page."""
    return f"/people/{quote(person, safe=':')}"


def flow_charts(
    sums: Sums,
    names: Mapping[str, str],
    *,
    mirrored: bool = False,
    wide: int = WIDE,
    most: int = MOST_NODES,
) -> list[Sankey]:
    """Draw flows for a screen and for a phone; nothing where there are none."""
    if not sums.pairs:
        return []
    few = gathered(sums, most=most)
    return [sankey(few, names, width=width, mirrored=mirrored) for width in (wide, NARROW)]


def flow_matrix(sums: Sums) -> Matrix | None:
    """Lay flows out as rows and columns; None where there are none."""
    return matrix(sums) if sums.pairs else None


def sides(flows: Iterable[Mapping[str, Json]]) -> set[str]:
    """The organisations of flows."""
    return {side for flow in flows for side in (flow["from"], flow["to"]) if side is not None}


def brief(text: str) -> str:
    """Cut a text that a table has no room for; JSON and CSV have all of it.

    >>> brief("Meta"), len(brief("m" * 3000))
    ('Meta', 100)
    """
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"


def brief_names(desk: Desk, units: Iterable[str | None]) -> dict[str, str]:
    """How pages write organisations, none of them too long for a table."""
    return {unit: brief(name) for unit, name in desk.names(units).items()}


def move_view(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return what a table shows of a move."""
    joined = Interval(earliest=row["joined_earliest"], latest=row["joined_latest"])
    left = Interval(earliest=row["left_earliest"], latest=row["left_latest"])
    return {
        "move": row["move"],
        "name": brief(plain(row["name"] or row["profile"])),
        "address": person_address(row["person"]),
        "before": _place(row["from_root"], row["from_side"], names),
        "after": _place(row["to_root"], row["to_side"], names),
        "when": days_words(joined if row["to_root"] else left),
        "dated": "joined" if row["to_root"] else "left",
        "seen": day_text(row["observed_on"]),
        "last_before": day_text(row["before_on"]),
        "source": plain(row["source"]),
        "status": row["status"],
        "reason": row["reason"] and plain(row["reason"]),
    }


def _place(
    root: str | None, side: Mapping[str, Any] | None, names: Mapping[str, str]
) -> dict[str, str | None]:
    if root is None:
        return {"name": NOWHERE, "address": None, "more": None}
    more = [brief(plain(side[part])) for part in ("team", "title") if side and side[part]]
    return {
        "name": names.get(root) or brief(plain(root)),
        "address": organization_address(root),
        "more": ", ".join(more) or None,
    }
