"""Silences and messages, as JSON."""

from collections.abc import Sequence
from datetime import date

from monitor.base.records import Json
from monitor.delivery.outbox import Silence
from monitor.state import Delivery


def silence_record(row: tuple[Silence, date]) -> dict[str, Json]:
    """A silence as it stands on a day, as JSON."""
    silence, today = row
    standing = (
        "ended" if silence.until <= today else "coming" if today < silence.since else "active"
    )
    return {
        "number": silence.number,
        "status": standing,
        "rule": silence.rule,
        "group": dict(silence.group),
        "organization": silence.organization,
        "person": silence.person,
        "since": silence.since.isoformat(),
        "until": silence.until.isoformat(),
        "why": silence.why,
        "by": silence.by,
    }


def delivery_record(row_and_alerts: tuple[Delivery, Sequence[str]]) -> dict[str, Json]:
    """One message of the outbox, as JSON, with the alerts that it tells of."""
    row, alerts = row_and_alerts
    return {
        "id": row.id,
        "channel": row.channel,
        "about": row.about,
        "alerts": list(alerts),
        "status": str(row.status),
        "attempts": row.attempts,
        "created_at": row.created_at.isoformat(),
        "next_attempt_at": row.next_attempt_at.isoformat(),
        "done_at": row.done_at and row.done_at.isoformat(),
        "blame": row.blame and str(row.blame),
        "error": row.last_error,
    }
