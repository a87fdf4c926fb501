"""Moves and their evidence, as JSON."""

from collections.abc import Mapping
from typing import Any

from monitor.base.records import Evidence, Interval, Json, Side
from monitor.rules.evaluation.people import evidence_of, person_of, side_of


def side_record(side: Side | None) -> dict[str, Json] | None:
    """One side of a move, as JSON; None if it is unknown."""
    if side is None:
        return None
    return {
        "organization": side.organization,
        "name": side.name,
        "team": side.team,
        "title": side.title,
    }


def interval_record(interval: Interval) -> dict[str, Json]:
    """An interval of days, as JSON."""
    return {"earliest": interval.earliest.isoformat(), "latest": interval.latest.isoformat()}


def move_record(row: Mapping[str, Any]) -> dict[str, Json]:
    """A row of `listed_moves.sql`, as JSON; `evidence` only if several profiles tell of it."""
    left = Interval(earliest=row["left_earliest"], latest=row["left_latest"])
    joined = Interval(earliest=row["joined_earliest"], latest=row["joined_latest"])
    return {
        "move": row["move"],
        "person": person_of(row)[0],
        "name": row["name"] or row["profile"],
        "source": row["source"],
        "from": side_record(side_of(row["from_root"], row["from_side"])),
        "to": side_record(side_of(row["to_root"], row["to_side"])),
        "left": interval_record(left),
        "joined": interval_record(joined),
        "observed_on": row["observed_on"].isoformat(),
        "status": row["status"],
        "reason": row["reason"],
    } | ({"evidence": list(map(evidence_record, evidence_of(row)))} if row["evidence"] else {})


def evidence_record(evidence: Evidence) -> dict[str, Json]:
    """One piece of evidence, as JSON."""
    return {
        "source": evidence.source,
        "before_on": evidence.before_on and evidence.before_on.isoformat(),
        "after_on": evidence.after_on.isoformat(),
        "url": evidence.url,
    }
