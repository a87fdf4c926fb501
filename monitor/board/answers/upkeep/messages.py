"""Silences and messages, as JSON."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from monitor.base.errors import UsageError
from monitor.base.records import Json
from monitor.board.answers.filters import MOST_ROWS, NO_KEY, Asked, Filter, next_page, page_of
from monitor.delivery.outbox import SILENCE, Silence, silences
from monitor.state import DELIVERY_STATUSES, Delivery, DeliveryStatus, Transaction


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


DELIVERY_FILTERS = (
    Filter(
        name="status", label="Status", kind="choice", choices=tuple(map(str, DELIVERY_STATUSES))
    ),
    Filter(name="channel", label="Channel"),
    Filter(name="alert", label="Alert"),
    Filter(name="since", label="Written since", kind="day"),
)


def found_deliveries(tx: Transaction, asked: Asked) -> tuple[list[dict[str, Json]], str | None]:
    """Return messages as `deliveries --json` prints them, newest first, and where more begin."""
    before = _number(asked)
    limit = asked.limit or MOST_ROWS
    since = asked["since"]
    rows = tx.deliveries(
        status=asked["status"] and DeliveryStatus(asked["status"]),
        channel=asked["channel"],
        messages=asked["alert"] and tx.messages_about(asked["alert"]),
        since=since and datetime.combine(since, time(), UTC),
        before=before,
        limit=limit + 1,
    )
    page = rows[:limit]
    about = tx.alerts_in([row.id for row in page])
    records = [delivery_record((row, about.get(row.id, []))) for row in page]
    return records, next_page([page[-1].number]) if len(rows) > limit else None


def _number(asked: Asked) -> int | None:
    if asked.after is None:
        return None
    if len(asked.after) != 1 or not isinstance(asked.after[0], int):
        raise UsageError(NO_KEY)
    return asked.after[0]


SILENCE_FILTERS = (
    Filter(name="show", label="Show", kind="choice", choices=("current", "all"), default="current"),
)


def found_silences(
    tx: Transaction, asked: Asked, *, today: date
) -> tuple[list[dict[str, Json]], str | None]:
    """Return silences as `silence list --json` prints them; `current` are those not over."""
    matching = [
        silence
        for silence in silences(tx.decisions(SILENCE))
        if asked["show"] == "all" or today < silence.until
    ]
    page, after = page_of(matching, asked, key=lambda silence: (silence.number,))
    return [silence_record((silence, today)) for silence in page], after
