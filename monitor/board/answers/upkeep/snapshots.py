"""Snapshots with their verdicts: what was looked at, and what was not believed."""

from collections.abc import Sequence
from typing import Any

from monitor.base.errors import UsageError
from monitor.base.records import Json, SnapshotRow, Verdict
from monitor.board.answers.desk import Desk
from monitor.board.answers.filters import Asked, Filter, page_of
from monitor.operations.outcomes import snapshot_record
from monitor.state import Transaction

FILTERS = (
    Filter(name="source", label="Source"),
    Filter(name="verdict", label="Verdict", kind="choice", choices=tuple(map(str, Verdict))),
    Filter(name="since", label="Observed since", kind="day"),
    Filter(
        name="sort", label="Order", kind="choice", choices=("newest", "oldest"), default="newest"
    ),
)
"""`oldest` lists one source after the other."""


def found_snapshots(desk: Desk, asked: Asked) -> tuple[list[dict[str, Json]], str | None]:
    """Return snapshots as `snapshots --json` prints them, and where the next page begins."""
    there = {row[0] for row in desk.snapshots} | {*desk.settings.sources}
    if asked["source"] is not None and asked["source"] not in there:
        raise UsageError(f"there is no source {asked['source']!r}; there are {sorted(there)}")
    rows = [
        row
        for row in desk.snapshots
        if asked["source"] in {None, row[0]}
        if asked["verdict"] in {None, row[4]}
        if asked["since"] is None or row[1] >= asked["since"]
    ]
    key = _oldest if asked["sort"] == "oldest" else _newest
    page, after = page_of(rows, asked, key=key)
    return snapshot_rows(desk, page), after


def snapshot_rows(desk: Desk, rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Json]]:
    """Return rows of `judged_snapshots` as `snapshots --json` prints them."""
    may_miss = desk.once("may miss", lambda: _may_miss(desk))
    decided = snapshot_decisions(desk.tx)
    return [
        snapshot_record(
            SnapshotRow(
                source=source,
                observed_on=day,
                profiles=profiles,
                rejected=rejected,
                verdict=Verdict(verdict),
                reasons=tuple(reasons),
            )
        )
        | {
            "may_miss": may_miss.get((source, day)),
            "decisions": decided.get(f"{source}:{day}", []),
        }
        for source, day, profiles, rejected, verdict, reasons in rows
    ]


def snapshot_decisions(tx: Transaction) -> dict[str, list[dict[str, Json]]]:
    """The log of operators' decisions by snapshot, oldest first."""
    decisions: dict[str, list[dict[str, Json]]] = {}
    for decision in tx.decisions("snapshot"):
        decisions.setdefault(decision.key, []).append(
            {
                "verdict": decision.verdict,
                "by": decision.by,
                "why": decision.why,
                "on": decision.on.isoformat(),
            }
        )
    return decisions


def _may_miss(desk: Desk) -> dict[tuple[Any, ...], dict[str, Json]]:
    return {
        (source, day): {
            "known": people,
            "missing": missing,
            "share": round(share, 4),
            "because": because,
        }
        for source, day, people, missing, share, because, *_ in desk.reading.rows("missing_limits")
    }


def _oldest(row: tuple[Any, ...]) -> tuple[str, str]:
    return row[0], row[1].isoformat()


def _newest(row: tuple[Any, ...]) -> tuple[int, str]:
    return -row[1].toordinal(), row[0]
