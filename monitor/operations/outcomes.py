"""What a run or a backfill did, as JSON with stable keys."""

from collections.abc import Mapping, Sequence

from monitor.base.records import Json, SnapshotRow
from monitor.parts import CycleOutcome


def outcome_record(
    run: str, outcome: CycleOutcome, deliveries: Mapping[str, int], errors: Sequence[str]
) -> dict[str, Json]:
    """What a run or backfill did, as JSON."""
    return {
        "run": run,
        "sources": {
            name: [_taken_record(row) for row in rows] for name, rows in outcome.snapshots.items()
        },
        "moves": outcome.moves,
        "histories": outcome.histories,
        "alerts": outcome.alerts,
        "not_sent": outcome.unsent.record(outcome.config),
        "deliveries": dict(deliveries),
        "errors": list(errors),
    }


def _taken_record(row: SnapshotRow) -> dict[str, Json]:
    """A snapshot as the run that took it in reports it, as JSON."""
    return snapshot_record(row) | {"remarks": list(row.remarks)}


def snapshot_record(row: SnapshotRow) -> dict[str, Json]:
    """A snapshot with its verdict, as JSON."""
    return {
        "source": row.source,
        "observed_on": row.observed_on.isoformat(),
        "profiles": row.profiles,
        "rejected": row.rejected,
        "verdict": str(row.verdict),
        "reasons": list(row.reasons),
    }
