"""Alerts without their people: what lists are filtered and sorted by."""

from collections.abc import Mapping
from datetime import date

import msgspec

from monitor.base.records import AlertStatus, Reason
from monitor.state import Transaction


class AlertSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The newest revision of an alert, its people left out."""

    alert: str
    rule: str
    group: Mapping[str, str]
    reason: Reason
    known_on: date
    """The day whose evaluation made the newest revision: its newest news."""
    first_known_on: date
    status: AlertStatus
    late: bool
    late_days: int
    severity: str
    opened_on: date
    closed_on: date | None
    count: int
    possible: int
    peak: int
    threshold: int


_SUMMARY = msgspec.json.Decoder(AlertSummary)


def summaries(tx: Transaction) -> list[AlertSummary]:
    """Read the whole ledger; people are skipped and cost little."""
    return [_SUMMARY.decode(body) for body in tx.latest_bodies()]
