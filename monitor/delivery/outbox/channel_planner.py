"""What one channel hears of an alert whose history merely goes on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from monitor.base.records import Alert, AlertStatus, Reason
from monitor.delivery.outbox.model import (
    History,
    Mode,
    PendingNotification,
    Policy,
    Thread,
    difference,
    message_id,
)
from monitor.delivery.outbox.muting import Muting, is_muted
from monitor.delivery.outbox.unsent import (
    BACKFILL,
    EDITED,
    FIRST_SNAPSHOT,
    KNOWN_BEFORE,
    LATE,
    is_history,
)
from monitor.state import Notification, digest, people_of

NOT_ASKED = "the rule does not ask for it"
NOTHING_SENT_BEFORE = "nothing was told before"
WITHDRAWN_BEFORE_SENDING = "withdrawn before it was told"
CORRECTED_BEFORE_SENDING = "corrected before it was told"
BEFORE_CHANNEL = "over before the rule named this channel"
NOT_ROUTED = "no route leads to this channel"
OVER_BEFORE_SENDING = "over before it could be told"
_NOT_WITHHELD = {NOT_ASKED, NOTHING_SENT_BEFORE, CORRECTED_BEFORE_SENDING}


@dataclass(slots=True, kw_only=True)
class ThreadState:
    """A thread while steps are added to it."""

    name: str
    last_notified: Alert | None = None
    withheld_because: str | None = None
    """Why the channel was told nothing; it stays silent until the alert grows."""
    muted_by: str | None = None
    """What keeps news from the channel for a while; they are owed when that ends."""
    messages: set[str] = field(default_factory=set)
    """The ids of the earlier messages: one that says the same again gets another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPlanner:
    """One channel and one rule: what is said to it, what is kept from it, and why."""

    channel: str
    policy: Policy
    mode: Mode
    on: date
    notified_elsewhere: Mapping[str, bool]
    """For a channel that the rule has just named: the alerts that others were told of, or not."""
    muting: Muting = field(default_factory=Muting)

    def plan_first(
        self, history: History, *, taken: Sequence[Thread]
    ) -> Iterator[PendingNotification]:
        """Tell of an alert that the channel never heard of."""
        state = ThreadState(name=free_name(history.alert, taken))
        if self.mode is Mode.RECORD or history.alert not in self.notified_elsewhere:
            yield from self.send_revisions(state, history, start=0)
        elif history.latest.status is AlertStatus.OPEN and self.notified_elsewhere[history.alert]:
            yield self.send(state, history, Reason.OPENED, Reason.GREW)
        else:
            yield self.suppress(state, history, BEFORE_CHANNEL)

    def plan_next(self, thread: Thread, history: History) -> Iterator[PendingNotification]:
        """Tell what became known since the last step."""
        state = self.state_of(thread)
        if self.mode is Mode.RECORD and (
            state.last_notified is not None or state.muted_by is not None
        ):
            return  # What was told stays owed until something may be sent again.
        if self.is_no_longer_muted(thread):
            yield self._send_after_muting(state, history)
            return
        start = 0 if self.lifts_backfill(state, history) else thread.last.handled
        if start == len(history) and self._reminds(thread, history):
            yield self.send(state, history, Reason.REMINDED)
            return
        yield from self.send_revisions(state, history, start=start)

    def _reminds(self, thread: Thread, history: History) -> bool:
        """Whether it is time to say again that an alert is open which the channel knows."""
        days = self.policy.remind_every_days
        return (
            days is not None
            and self.mode is Mode.LIVE
            and thread.last_notified is not None
            and history.latest.status is AlertStatus.OPEN
            and (self.on - thread.last.on).days >= days
        )

    def state_of(self, thread: Thread) -> ThreadState:
        """Take up a thread where it stands."""
        suppressed = thread.last.suppressed
        state = ThreadState(name=thread.name, last_notified=thread.last_notified)
        if is_muted(suppressed):
            state.muted_by = suppressed
        elif state.last_notified is None and suppressed not in _NOT_WITHHELD:
            state.withheld_because = suppressed
        state.messages = {step.message for step in thread.notifications if step.message is not None}
        return state

    @property
    def is_edited(self) -> bool:
        """Whether the rule means something else since this very day: what it said was not wrong."""
        return self.policy.edited_on == self.on

    def is_no_longer_muted(self, thread: Thread) -> bool:
        """Whether something was kept from the channel for a while, and that while is over now."""
        last = thread.last
        if self.mode is Mode.RECORD or not is_muted(last.suppressed):
            return False
        return self.muting.reason(last.alert, thread.last_notified, last.reason, on=self.on) is None

    def _send_after_muting(self, state: ThreadState, history: History) -> PendingNotification:
        """Tell once how an alert stands that was kept back for a while."""
        if state.last_notified is None:
            return self.send_if_open(state, history, muted_by=state.muted_by)
        notified, now = people_of(state.last_notified), people_of(history.latest)
        reasons = difference(
            was=state.last_notified.status,
            status=history.latest.status,
            added=bool(now - notified),
            gone=bool(notified - now),
        )
        if not reasons:
            return self.skip(state, history)
        return self.send(state, history, *reasons, muted_by=state.muted_by)

    def send_if_open(
        self, state: ThreadState, history: History, *, muted_by: str | None
    ) -> PendingNotification:
        """Tell of an alert that the channel has not heard of, if there is still something to it."""
        if history.latest.status is not AlertStatus.OPEN:
            return self.suppress(state, history, OVER_BEFORE_SENDING)
        return self.send(state, history, Reason.OPENED, history.latest.reason, muted_by=muted_by)

    def reason_to_withhold(self, alert: Alert, latest: Alert) -> str | None:
        """Say why an alert that the channel knows nothing of is not sent; None if it may be."""
        if self.mode is Mode.RECORD:
            return BACKFILL
        return None if self._is_asked_for(alert) else self._history(alert, latest)

    def _history(self, alert: Alert, latest: Alert) -> str | None:
        """Say why an alert is history, and no news; None if it is none."""
        if alert.late and alert.late_days > self.policy.late_up_to_days:
            return f"{LATE} {self.policy.late_up_to_days} days"
        if alert.known_on < self.policy.send_from:
            return f"{KNOWN_BEFORE} {self.policy.send_from}"
        edited_on = self.policy.edited_on
        if edited_on and alert.known_on < edited_on and latest.status is not AlertStatus.OPEN:
            return f"{EDITED} {edited_on}"
        if alert.baseline and latest.status is not AlertStatus.OPEN:
            return FIRST_SNAPSHOT
        return None

    def send(
        self,
        state: ThreadState,
        history: History,
        *reasons: Reason,
        upto: int = 0,
        muted_by: str | None = None,
    ) -> PendingNotification:
        """Say it for the first of the reasons that the rule asks for; else keep it back.

        `muted_by` is what kept it from the channel until now.
        """
        wanted = [reason for reason in reasons if self.policy.wants(reason)]
        if not wanted:
            return self.suppress(state, history, NOT_ASKED, upto=upto, reason=reasons[0])
        if state.last_notified is None and not self.policy.goes_to(self.channel, history.at(upto)):
            return self.suppress(state, history, NOT_ROUTED, upto=upto, reason=wanted[0])
        alert = history.at(upto)
        # What one run looks back upon is muted as it would have been on its own day.
        day = self.on if muted_by else alert.known_on
        muted_because = self.muting.reason(alert, state.last_notified, wanted[0], on=day)
        if muted_because is not None:
            return self.suppress(state, history, muted_because, upto=upto, reason=wanted[0])
        message = message_id(
            self.channel, state.name, wanted[0], digest(alert), taken=state.messages
        )
        state.messages.add(message)
        before, state.last_notified, state.withheld_because, state.muted_by = (
            state.last_notified,
            alert,
            None,
            None,
        )
        notification = replace(
            self._notification(state, history, upto), reason=wanted[0], message=message
        )
        kept_back = self._muted_until_now(muted_by) if muted_by else None
        return PendingNotification(notification=notification, before=before, kept_back=kept_back)

    def skip(self, state: ThreadState, history: History, *, upto: int = 0) -> PendingNotification:
        """Say nothing: the channel knows all that matters of it already."""
        alert = history.at(upto)
        before, state.last_notified = state.last_notified, alert
        return PendingNotification(
            notification=self._notification(state, history, upto), before=before
        )

    def suppress(
        self,
        state: ThreadState,
        history: History,
        why: str,
        *,
        upto: int = 0,
        reason: Reason | None = None,
    ) -> PendingNotification:
        """Keep it from the channel, and write down why."""
        if is_muted(why):
            state.muted_by = why
        elif state.last_notified is None and why not in _NOT_WITHHELD:
            state.withheld_because = why
        notification = self._notification(state, history, upto)
        kept = replace(notification, reason=reason or notification.reason, suppressed=why)
        return PendingNotification(notification=kept, before=state.last_notified)

    def _is_asked_for(self, alert: Alert) -> bool:
        """Whether a person asked for alerts that became known on such a day, history or not."""
        asked = self.policy.history
        return (
            self.mode is Mode.DELIVER
            and asked is not None
            and asked[0] <= alert.first_known_on <= asked[1]
        )

    def lifts_backfill(self, state: ThreadState, history: History) -> bool:
        """Whether an alert that was only recorded before is to be delivered now."""
        lifts = (
            self.mode is Mode.DELIVER
            and is_history(state.withheld_because)
            and (self._is_asked_for(history.latest) or state.withheld_because == BACKFILL)
        )
        if lifts:
            state.withheld_because = None
        return lifts

    def send_revisions(
        self, state: ThreadState, history: History, *, start: int
    ) -> Iterator[PendingNotification]:
        """Go through the revisions after the first `start` ones, in order."""
        if start == len(history):
            return
        if state.last_notified is None and history.latest.status is AlertStatus.WITHDRAWN:
            yield self.suppress(state, history, state.withheld_because or WITHDRAWN_BEFORE_SENDING)
            return
        corrected = self._last_correction(state, history, start)
        for upto in range(start + 1, len(history) + 1):
            if upto < corrected:
                yield self.suppress(state, history, CORRECTED_BEFORE_SENDING, upto=upto)
            else:
                yield self._send_revision(state, history, upto, fresh=upto == corrected)

    def _last_correction(self, state: ThreadState, history: History, start: int) -> int:
        """Find where to begin so that no name is told which is already known to be wrong."""
        if state.last_notified is not None or state.withheld_because is not None:
            return 0
        corrections = [
            upto
            for upto in range(start + 1, len(history) + 1)
            if history.at(upto).reason is Reason.CORRECTED
        ]
        return corrections[-1] if corrections else 0

    def _send_revision(
        self, state: ThreadState, history: History, upto: int, *, fresh: bool
    ) -> PendingNotification:
        alert = history.at(upto)
        if state.last_notified is None:
            return self._send_first(state, history, upto, fresh=fresh)
        if alert.reason is Reason.REVISED:
            if state.muted_by is not None:
                return self.suppress(state, history, state.muted_by, upto=upto)
            return self.skip(state, history, upto=upto)
        return self.send(state, history, alert.reason, upto=upto)

    def _send_first(
        self, state: ThreadState, history: History, upto: int, *, fresh: bool
    ) -> PendingNotification:
        """Tell a channel that knows nothing yet of the alert, unless there is reason not to."""
        alert = history.at(upto)
        opens = fresh or alert.reason in {Reason.OPENED, Reason.GREW, Reason.ESCALATED}
        why = self.reason_to_withhold(alert, history.latest)
        if (state.withheld_because or state.muted_by) and not opens:
            why = state.withheld_because or state.muted_by
        elif why is None and not opens and alert.reason is not Reason.CLOSED:
            why = NOTHING_SENT_BEFORE
        if why is not None:
            return self.suppress(state, history, why, upto=upto)
        if state.withheld_because is not None or state.muted_by is not None or fresh:
            return self.send(state, history, Reason.OPENED, alert.reason, upto=upto)
        return self.send(state, history, alert.reason, upto=upto)

    def _muted_until_now(self, muted_by: str) -> str:
        """Say what kept something back until now: `was silenced until 2025-09-01 (why)`."""
        word, _, why = muted_by.partition(" ")
        return f"was {word} until {self.on.isoformat()} {why}"

    def _notification(self, state: ThreadState, history: History, upto: int) -> Notification:
        """Write down that the thread has come so far in the history: as far as it goes for 0."""
        handled = upto or len(history)
        alert = history.at(handled)
        return Notification(
            channel=self.channel,
            thread=state.name,
            alert=alert,
            handled=handled,
            chain=history.chain(handled),
            reason=alert.reason,
            message=None,
            suppressed=None,
            on=self.on,
        )


def free_name(alert: str, taken: Sequence[Thread]) -> str:
    """Name a new thread by its alert; by a number more if an older thread has that name."""
    names = {thread.name for thread in taken}
    name, number = alert, 1
    while name in names:
        number += 1
        name = f"{alert}.{number}"
    return name
