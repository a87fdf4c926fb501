"""The state database: what must survive a crash, read and written in transactions only.

`State.open` brings the database to the program's version; `State.transaction` is the only way in.
SQLite by default, PostgreSQL by URL; the statements are SQLAlchemy Core and run on both.
"""

from monitor.state.alerts.alert_spool import AlertSpool
from monitor.state.alerts.digests import (
    ContentDigests,
    chain_of,
    digest,
    hashed,
    people_of,
    said_by,
    without_people,
)
from monitor.state.alerts.encoding import Group, encoded, group_key, group_of_alert
from monitor.state.database import State
from monitor.state.leases import Lease
from monitor.state.marks import sqlite_mark, state_mark
from monitor.state.outgoing.dead_letters import Blame, DeliveryStatus
from monitor.state.outgoing.notifications import (
    Delivery,
    Notification,
    NotificationHeader,
    Outgoing,
)
from monitor.state.outgoing.outbox import DELIVERY_STATUSES
from monitor.state.small_facts import MOVED, Decision, Run
from monitor.state.taken import WATCH, Snapshots, Taken
from monitor.state.transactions import Transaction

__all__ = [
    "DELIVERY_STATUSES",
    "MOVED",
    "WATCH",
    "AlertSpool",
    "Blame",
    "ContentDigests",
    "Decision",
    "Delivery",
    "DeliveryStatus",
    "Group",
    "Lease",
    "Notification",
    "NotificationHeader",
    "Outgoing",
    "Run",
    "Snapshots",
    "State",
    "Taken",
    "Transaction",
    "chain_of",
    "digest",
    "encoded",
    "group_key",
    "group_of_alert",
    "hashed",
    "people_of",
    "said_by",
    "sqlite_mark",
    "state_mark",
    "without_people",
]
