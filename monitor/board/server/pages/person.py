"""`/people/SOURCE:ID`: one person: what is believed of the moves, and what was believed when."""

from typing import Any

from monitor.base.records import Json
from monitor.board.alert_view import MOST_LANES, NARROW, WIDE
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Answer, Asked
from monitor.board.charts.lanes import Lane, LaneChart, lane_chart
from monitor.board.movement.person import (
    Row,
    alerts_with,
    keys_of,
    links_of,
    profiles_of,
    version_record,
    versions_of,
    what_changed,
)
from monitor.board.movement.views import brief, brief_names, move_view
from monitor.board.rendering import day_text
from monitor.board.server.errors import NotThere
from monitor.board.server.page import Page, PathValues
from monitor.board.server.pages.alerts import listed
from monitor.delivery.messages import counted, plain


def answer(desk: Desk, _: Asked, path: PathValues) -> Answer:
    """Show a person by the id of any of the profiles, as SOURCE:ID."""
    keys = keys_of(desk, path["person"])
    versions, profiles = versions_of(desk, keys), profiles_of(desk, keys)
    if not versions and not profiles:
        raise NotThere("No profile has this id: it is SOURCE:ID, as /moves links to it.")
    links = links_of(desk, keys)
    alerts = alerts_with(desk, keys, {row["move"] for row in versions})
    records = [version_record(row) for row in versions]
    document: dict[str, Json] = {
        "person": path["person"],
        "profiles": profiles,
        "links": links,
        "versions": records,
        "alerts": [alert.alert for alert in alerts],
    }
    names = brief_names(desk, (row[side] for row in versions for side in ("from_root", "to_root")))
    return Answer(
        records=records,
        document=document,
        shown={
            **_moves(versions, profiles, names),
            "profiles": list(map(_profile, profiles)),
            "links": list(map(_link, links)),
            "alerts": listed(desk, alerts),
        },
    )


def _moves(
    versions: list[Row], profiles: list[dict[str, Json]], names: dict[str, str]
) -> dict[str, Any]:
    """Show who it is, which moves are believed, and what changed in that."""
    believed = [row for row in versions if row["known_until"] is None and row["status"] != "false"]
    return {
        "headline": brief(_name(versions, profiles)),
        "words": f"{counted(len(believed), 'move')} believed now,"
        f" {counted(len(profiles), 'profile')}.",
        "believed": [move_view(row, names) for row in believed],
        "lanes": [_lanes(believed, names, width) for width in (WIDE, NARROW)] if believed else [],
        "events": [
            {"on": day_text(day), "what": word, **move_view(row, names)}
            for day, word, row in what_changed(versions)
        ],
    }


def _profile(profile: dict[str, Json]) -> dict[str, Any]:
    return {
        "id": plain(f"{profile['source']}:{profile['profile']}"),
        "names": [brief(plain(name)) for name in profile["names"]],
    }


def _link(link: dict[str, Json]) -> dict[str, Any]:
    return {
        "profile": plain(link["profile"]),
        "reason": plain(link["reason"] or "a link, or an id that both state"),
        "since": day_text(link["known_from"]),
        "until": day_text(link["known_until"]),
    }


def _name(versions: list[Row], profiles: list[dict[str, Json]]) -> str:
    names = [row["name"] for row in versions if row["name"]]
    names += [name for profile in profiles for name in profile["names"]]
    return plain(names[-1 if versions and names else 0]) if names else "A person without a name"


def _lanes(rows: list[Row], names: dict[str, str], width: int) -> LaneChart:
    lanes: list[Lane] = []
    for row in sorted(rows, key=lambda move: move["joined_latest"])[-MOST_LANES:]:
        view: dict[str, Any] = move_view(row, names)
        lanes.append(
            Lane(
                name=f"to {view['after']['name']}"
                if row["to_root"]
                else f"from {view['before']['name']}",
                earliest=row["joined_earliest"],
                latest=row["joined_latest"],
                seen_on=row["observed_on"],
                certain=row["status"] == "counted",
            )
        )
    return lane_chart(lanes, window=None, width=width)


PAGE = Page(
    path="/people/{person:path}",
    template="person.html",
    answer=answer,
    under="/moves",
    of_people=True,
)
