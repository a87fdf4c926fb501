"""Alerts whose source an operator removed: they are closed, and nobody is taken back."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from monitor.base.records import Alert, AlertStatus, Reason


def rests_on_removed(alert: Alert, gone: Collection[str]) -> bool:
    """Whether somebody counts in an alert of whom only sources tell that are removed by now."""
    return any(
        {evidence.source for evidence in person.evidence} <= {*gone} for person in alert.people
    )


def stopped(alert: Alert, *, on: date) -> Alert:
    """Write the revision that ends an alert whose source was removed: nobody is taken back."""
    return replace(
        alert,
        revision=alert.revision + 1,
        reason=Reason.SOURCE_REMOVED,
        known_on=on,
        status=AlertStatus.CLOSED,
        closed_on=on,
        ends_on=on,
        count=0,
        new_people=(),
        gone_people=(),
    )
