"""Rules that were edited while they were live: since when each has its meaning, what changed.

A title, a channel or a severity is no other meaning. With another meaning the ledger is what it
would have been with it all along; nobody is told that this was wrong, and the operators are told
once what differs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from monitor.alerts.ledger import LedgerDelta
from monitor.base.records import Alert, AlertStatus, Notice
from monitor.delivery.outbox import Policy
from monitor.intake.lost_state import begun_anew
from monitor.state import Transaction

VERSION = "version:"
"""The cursors that say what each rule meant when it was last live."""
EDITED = "edited:"
"""The cursors that say on which day it began to mean that, if it meant something else before."""
SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One rule that means something else than before, and what that does to its alerts."""

    rule: str
    version: str
    stay: int
    changed: tuple[Alert, ...]
    """Alerts that stay, of other people than before."""
    gone: tuple[Alert, ...]
    """Alerts that would not have been."""
    new: tuple[Alert, ...]
    """Alerts that would have been."""


def find_edits(tx: Transaction, delta: LedgerDelta) -> list[Edit]:
    """Find the rules that mean something else, before the pages are written."""
    return [
        _edit(tx, delta, rule, version)
        for rule, version in _versions(delta).items()
        if tx.cursor(f"{VERSION}{rule}") not in {None, version}
    ]


def note_versions(tx: Transaction, delta: LedgerDelta, edits: Iterable[Edit]) -> None:
    """Write down what the rules mean from now on."""
    for rule, version in _versions(delta).items():
        tx.set_cursor(f"{VERSION}{rule}", version)
    for edit in edits:
        tx.set_cursor(f"{EDITED}{edit.rule}", delta.horizon.isoformat())


def dated(
    tx: Transaction, policies: Mapping[str, Policy], edits: Iterable[Edit], *, on: date
) -> dict[str, Policy]:
    """Say in each policy since when its rule means what it means, and what a new state may send."""
    days = {
        name.removeprefix(EDITED): date.fromisoformat(day)
        for name, day in tx.cursors(EDITED).items()
    } | {edit.rule: on for edit in edits}
    anew = begun_anew(tx) or date.min
    return {
        rule: replace(policy, edited_on=days.get(rule), send_from=max(policy.send_from, anew))
        for rule, policy in policies.items()
    }


def edit_notice(edit: Edit, *, on: date) -> Notice | None:
    """Say what an edit changed; None if it changed nothing."""
    said = [
        f"{word}: {_listed(alerts)}"
        for word, alerts in (
            ("would not have been", edit.gone),
            ("would have been", edit.new),
            ("of other people", edit.changed),
        )
        if alerts
    ]
    if not said:
        return None
    return Notice(
        key=f"edited:{edit.rule}:{edit.version}:{on.isoformat()}",
        title=f"The rule {edit.rule} means something else now",
        text=f"By its new meaning {_alerts(edit.stay)} as before. {'. '.join(said).capitalize()}."
        " Channels hear of what is open now, and nothing of what was only the old meaning's.",
        on=on,
        facts={
            "rule": edit.rule,
            "version": edit.version,
            "stay": edit.stay,
            "gone": [alert.alert for alert in edit.gone],
            "new": [alert.alert for alert in edit.new],
            "changed": [alert.alert for alert in edit.changed],
        },
    )


def _versions(delta: LedgerDelta) -> dict[str, str]:
    """Return what each rule means, whatever the directory says."""
    return {rule: meaning.partition(":")[0] for rule, meaning in delta.meanings.items()}


def _edit(tx: Transaction, delta: LedgerDelta, rule: str, version: str) -> Edit:
    before = _standing(tx.latest(rule))
    after = _standing(alert for alert in delta.revisions if alert.rule == rule)
    if rule not in delta.since:
        after = before
    both = before.keys() & after.keys()
    other = {
        name
        for name in both
        if {person.key for person in before[name].people}
        != {person.key for person in after[name].people}
    }
    return Edit(
        rule=rule,
        version=version,
        stay=len(both - other),
        changed=tuple(after[name] for name in sorted(other)),
        gone=tuple(before[name] for name in sorted(before.keys() - both)),
        new=tuple(after[name] for name in sorted(after.keys() - both)),
    )


def _standing(revisions: Iterable[Alert]) -> dict[str, Alert]:
    newest = {alert.alert: alert for alert in revisions}
    return {
        name: alert
        for name, alert in newest.items()
        if alert.status in {AlertStatus.OPEN, AlertStatus.CLOSED}
    }


def _alerts(count: int) -> str:
    return "1 alert stays" if count == 1 else f"{count or 'no'} alerts stay"


def _listed(alerts: tuple[Alert, ...]) -> str:
    named = [f"{alert.alert} ({alert.status}, {alert.opened_on})" for alert in alerts[:SHOWN]]
    more = [f"and {len(alerts) - SHOWN} more"] if len(alerts) > SHOWN else []
    return ", ".join([*named, *more])
