"""What a cycle works with, and what it returns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from monitor.alerts import vanished_inputs
from monitor.alerts.ledger import News
from monitor.base.engine import Engine
from monitor.base.inputs import Listing
from monitor.base.records import Notice, Reason, SnapshotRow
from monitor.base.settings import Settings
from monitor.delivery.outbox import PendingNotification, Policy, Unsent, unsent
from monitor.identity.organizations import Directory
from monitor.identity.people.clusters import People
from monitor.intake.refused_files import Refusals
from monitor.intake.snapshots.store import Store
from monitor.intake.sources import Source
from monitor.rules.language import RuleSet
from monitor.state import State

_COUNTED_AS = {Reason.SOURCE_REMOVED: "closed"}
"""What the summary of a run counts under another word."""
Progress = Callable[[str, str], None]
"""Told the stage and what it works on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a cycle works with; `monitor.wiring` puts it together."""

    settings: Settings
    state: State
    store: Store
    engine: Engine
    directory: Directory
    people: People
    rules: RuleSet
    sources: Mapping[str, Source]
    inputs: tuple[vanished_inputs.Input, ...]
    """What a person wrote: whether each has content."""
    listings: Mapping[str, Listing]
    """By source that is not fed by hand: what its inbox shows."""
    policies: Callable[[date], Mapping[str, Policy]]
    """By rule, given the day of the first run."""
    refusals: Refusals = field(default_factory=Refusals)
    progress: Progress = lambda *_: None


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleOutcome:
    """What a cycle did, before anything is sent."""

    snapshots: Mapping[str, tuple[SnapshotRow, ...]]
    moves: int
    revisions: tuple[News, ...]
    """What is new in the ledger."""
    pending: tuple[PendingNotification, ...]
    notices: tuple[Notice, ...]
    errors: tuple[str, ...] = field(default=())
    failed: Mapping[str, str] = field(default_factory=dict)
    """By source that could not be taken in, whole or in part: why."""
    stopped: Mapping[str, str] = field(default_factory=dict)
    """By input for want of which nothing was evaluated: why."""
    history_moves: int = 0
    """How many of the moves are a history that came with a profile that was new."""
    histories: int = 0
    """The number of people whose histories these are."""
    config: Path | None = None
    """The configuration's file, for commands that it tells."""

    @property
    def unsent(self) -> Unsent:
        """The alerts that it recorded and that no channel was told of."""
        return unsent(
            pending.notification
            for pending in self.pending
            if pending.before is None or pending.sends
        )

    @property
    def alerts(self) -> dict[str, int]:
        """How many alerts were opened, grew, closed, were withdrawn, or came late."""
        reasons = [
            (
                "late"
                if revision.reason is Reason.OPENED and revision.late
                else _COUNTED_AS.get(revision.reason, str(revision.reason))
            )
            for revision in self.revisions
        ]
        # What was told and is in the ledger no longer is withdrawn without a revision of its own.
        there = {revision.alert for revision in self.revisions}
        gone = {
            pending.notification.thread
            for pending in self.pending
            if pending.sends and pending.notification.reason is Reason.WITHDRAWN
            if pending.notification.alert.alert not in there
        }
        reasons += [str(Reason.WITHDRAWN)] * len(gone)
        return {
            word: reasons.count(word) for word in ("opened", "grew", "closed", "withdrawn", "late")
        }
