"""What an alert says to a receiver, in a few characters: equal if and only if it says the same."""

import hashlib

from monitor.base.records import Alert, AlertStatus, Reason
from monitor.state.encoding import encoded


def hashed(*parts: str) -> str:
    """Hash some texts, in their order, the same on every machine."""
    return hashlib.sha256(encoded(parts).encode()).hexdigest()[:32]


def people_of(alert: Alert) -> frozenset[str]:
    """Name the people that an alert stands for; a withdrawn or merged one stands for nobody."""
    if alert.status in {AlertStatus.WITHDRAWN, AlertStatus.MERGED}:
        return frozenset()
    return frozenset(person.key for person in alert.people)


def digest(alert: Alert) -> str:
    """Digest what matters to a receiver: who is counted, and whether it is open."""
    return hashed(alert.status, *sorted(people_of(alert)))


def said_by(alert: Alert) -> str:
    """Digest what a revision says that the one before it did not; nothing if it only refines."""
    return "" if alert.reason is Reason.REVISED else f"{alert.reason}:{digest(alert)}"
