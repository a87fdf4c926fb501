"""A person: the profiles, what was believed of the moves and when, and the alerts with them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from monitor.base.records import AlertSummary, Json
from monitor.board.answers.desk import Desk
from monitor.board.answers.moves import move_record

Row = Mapping[str, Any]


_SHOWN = (
    *("from_root", "from_side", "to_root", "to_side", "status", "reason", "name"),
    *("left_earliest", "left_latest", "joined_earliest", "joined_latest"),
)
"""What differs between two versions of a move that a reader is told of."""


def keys_of(desk: Desk, key: str) -> list[str]:
    """The ids under which moves of a person may stand, whichever of the profiles is named."""
    return [person_key for (person_key,) in desk.reading.rows("person_keys", key=key)]


def versions_of(desk: Desk, keys: Sequence[str]) -> list[Row]:
    """Every version of every move, in the order in which it became known."""
    return list(desk.reading.records("person_versions", keys=keys))


def version_record(row: Row) -> dict[str, Json]:
    """A version of a move, as `moves --json` prints it, with the days in which it was believed."""
    return {
        **move_record(row),
        "known_from": row["known_from"].isoformat(),
        "known_until": row["known_until"] and row["known_until"].isoformat(),
    }


def what_changed(versions: Sequence[Row]) -> list[tuple[date, str, Row]]:
    """List what became known of the moves: the day, what happened, and the version.

    `seen` is a move that was not known before, `changed` one that was otherwise, `taken back` one
    that was believed until then and no longer is.
    """
    followed: dict[str, list[Row]] = {}
    for row in versions:
        followed.setdefault(row["move"], []).append(row)
    events = []
    for rows in followed.values():
        ended: date | None = None
        before: Row | None = None
        for row in rows:
            is_next = ended == row["known_from"]
            if not is_next or before is None or any(before[name] != row[name] for name in _SHOWN):
                events.append((row["known_from"], "changed" if is_next else "seen", row))
            ended, before = row["known_until"], row
            if ended is not None and not any(later["known_from"] == ended for later in rows):
                events.append((ended, "taken back", row))
    return sorted(events, key=lambda event: (event[0], event[2]["joined_latest"], event[2]["move"]))


def alerts_with(desk: Desk, keys: Sequence[str], moves: set[str]) -> list[AlertSummary]:
    """The alerts that ever named one of these moves, or where one of the ids is; newest first."""
    wanted = {alert.alert for alert in desk.tx.latest_about(keys, sorted(moves))}
    summaries = [summary for summary in desk.ledger if summary.alert in wanted]
    return sorted(
        summaries, key=lambda summary: (summary.first_known_on, summary.alert), reverse=True
    )


def profiles_of(desk: Desk, keys: Sequence[str]) -> list[dict[str, Json]]:
    """The profiles of a person, with every name that each had."""
    profiles: dict[tuple[str, str], list[str]] = {}
    for source, profile, name in desk.reading.rows("person_names", keys=keys):
        profiles.setdefault((source, profile), []).extend([name] if name else [])
    return [
        {"source": source, "profile": profile, "names": names}
        for (source, profile), names in profiles.items()
    ]


def links_of(desk: Desk, keys: Sequence[str]) -> list[dict[str, Json]]:
    """Which profiles were taken for one person, why, and in which days."""
    return [
        {
            "profile": f"{row['source']}:{row['profile']}",
            "person": row["person"],
            "reason": row["reason"],
            "known_from": row["known_from"].isoformat(),
            "known_until": row["known_until"] and row["known_until"].isoformat(),
        }
        for row in desk.reading.records("person_links", keys=keys)
    ]
