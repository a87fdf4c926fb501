"""What is sent is the ledger less what was told.

`owed` decides, from the ledger of some groups and what each channel was told about it, what each
channel must hear now; `post` writes that into the outbox, in the transaction of the ledger.
"""

from monitor.delivery.outbox.enqueue import (
    enqueue_notice,
    enqueue_notifications,
    foresee_notifications,
)
from monitor.delivery.outbox.model import ChannelFormat, Mode, PendingNotification, Policy, Route
from monitor.delivery.outbox.muting import SILENCE, Silence, muted_alerts, silences, silences_on
from monitor.delivery.outbox.plan import LedgerAndLog, ledger_and_log_of, plan_notifications
from monitor.delivery.outbox.reading import ForeseenReader
from monitor.delivery.outbox.unsent import Unsent, late_notifications, of_enough, unsent

__all__ = [
    "SILENCE",
    "ChannelFormat",
    "ForeseenReader",
    "LedgerAndLog",
    "Mode",
    "PendingNotification",
    "Policy",
    "Route",
    "Silence",
    "Unsent",
    "enqueue_notice",
    "enqueue_notifications",
    "foresee_notifications",
    "late_notifications",
    "ledger_and_log_of",
    "muted_alerts",
    "of_enough",
    "plan_notifications",
    "silences",
    "silences_on",
    "unsent",
]
