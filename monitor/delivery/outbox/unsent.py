"""Alerts that are in the ledger and were sent to nobody: how many, why, and what sends them."""

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from monitor.base.records import AlertStatus, AlertSummary, Json
from monitor.delivery.messages.documents import late_days_of
from monitor.delivery.outbox.model import PendingNotification
from monitor.delivery.outbox.muting import is_muted
from monitor.state import Notification

BACKFILL = "backfill"
EDITED = "over before the rule was changed on"
FIRST_SNAPSHOT = "over before the first snapshot of its source"
KNOWN_BEFORE = "known before"
LATE = "late by more than"
_HISTORY = (BACKFILL, EDITED, FIRST_SNAPSHOT, KNOWN_BEFORE, LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """How many alerts were recorded and sent to nobody."""

    alerts: int = 0
    open: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    """How many of them by why they were not sent, the commonest first."""
    since: date | None = None
    """The first day on which one of those became known that a backfill sends; None if none is."""

    def command(self, config: Path | None) -> str | None:
        """Return the command that sends what was not sent for being history, if anything was."""
        if self.since is None:
            return None
        usual = config is None or config == Path("config.toml").resolve()
        named = "" if usual else f" --config {shlex.quote(str(config))}"
        return f"talentwatch backfill --since {self.since} --deliver{named}"

    def record(self, config: Path | None) -> dict[str, Json]:
        """The same as JSON."""
        return {
            "alerts": self.alerts,
            "open": self.open,
            "reasons": dict(self.reasons),
            "command": self.command(config),
        }


def of_enough(pending: Iterable[PendingNotification], least: int) -> list[PendingNotification]:
    """Leave out what is sent nowhere of alerts of fewer people than `least`."""
    return [
        one for one in pending if least <= 1 or one.sends or one.notification.alert.peak >= least
    ]


def is_history(suppressed: str | None) -> bool:
    """Whether something was not sent for being history: until somebody asks for it."""
    return suppressed is not None and suppressed.startswith(_HISTORY)


def late_notifications(steps: Iterable[Notification]) -> dict[str, int]:
    """Say by alert how many days after its end a channel was told of it first, where it was."""
    first: dict[tuple[str, str, str], tuple[str, int | None]] = {}
    for step in steps:
        thread = (step.channel, step.alert.rule, step.thread)
        if step.message is not None and thread not in first:
            first[thread] = step.alert.alert, late_days_of(step.alert, None, step.on)
    days = dict(reversed(first.values()))
    return {alert: late for alert, late in days.items() if late is not None}


def unsent(
    steps: Iterable[Notification], ledger: Mapping[str, AlertSummary] | None = None
) -> Unsent:
    """Say of which alerts no channel was told, by the last step of each thread.

    An alert that is not in the `ledger`, if one is given, is none.
    """
    heard: set[str] = set()
    why: dict[str, tuple[str, AlertSummary]] = {}
    for step in steps:
        if step.message is not None:
            heard.add(step.alert.alert)
        elif step.suppressed is not None and (
            is_history(step.suppressed) or is_muted(step.suppressed)
        ):
            why[step.alert.alert] = step.suppressed, step.alert
    left = {
        alert: (reason, as_notified if ledger is None else ledger[alert])
        for alert, (reason, as_notified) in why.items()
        if alert not in heard and (ledger is None or alert in ledger)
    }
    days = [alert.first_known_on for reason, alert in left.values() if is_history(reason)]
    return Unsent(
        alerts=len(left),
        open=sum(alert.status is AlertStatus.OPEN for _, alert in left.values()),
        reasons=dict(Counter(reason for reason, _ in left.values()).most_common()),
        since=min(days, default=None),
    )
