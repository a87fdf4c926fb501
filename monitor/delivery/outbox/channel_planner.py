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
    changes_between,
    is_over,
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
from monitor.state import Notification, digest

NOT_ASKED = "the rule does not ask for it"
NOTHING_SENT_BEFORE = "nothing was told before"
BEFORE_SENDING = "before it was told"
BEFORE_CHANNEL = "over before the rule named this channel"
NOT_ROUTED = "no route leads to this channel"
TOO_FEW = "fewer people than least_people"
OVER_BEFORE_SENDING = "over before it could be told"
_NOT_WITHHELD = {NOT_ASKED, NOTHING_SENT_BEFORE}


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
            yield self.plan_news(state, history, start=0)
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
        if start < len(history):
            yield self.plan_news(state, history, start=start)
        elif self._reminds(thread, history):
            yield self.send(state, history, Reason.REMINDED)

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
        reasons = changes_between(state.last_notified, history.latest)
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
        revisions: Sequence[Alert] = (),
        muted_by: str | None = None,
    ) -> PendingNotification:
        """Send one message for the first reason that the rule asks for; else keep it back.

        `revisions` are those that bring the news, the latest if none are named. `muted_by` is what
        kept it from the channel until now.
        """
        wanted = [reason for reason in reasons if self.policy.wants(reason)]
        if not wanted:
            return self.suppress(state, history, NOT_ASKED, reason=reasons[0])
        alert, before = history.latest, state.last_notified
        least = self.policy.subject.least_people
        if before is None and least > 1 and alert.peak < least:
            return self.suppress(state, history, TOO_FEW, reason=wanted[0])
        if before is None and not self.policy.goes_to(self.channel, alert):
            return self.suppress(state, history, NOT_ROUTED, reason=wanted[0])
        if muted_by:
            muted_because = self.muting.reason(alert, before, wanted[0], on=self.on)
        else:
            muted_because = self._muted_on_each_day(before, revisions or (alert,), wanted[0])
        if muted_because is not None:
            return self.suppress(state, history, muted_because, reason=wanted[0])
        message = message_id(
            self.channel, state.name, wanted[0], digest(alert), taken=state.messages
        )
        state.messages.add(message)
        state.last_notified, state.withheld_because, state.muted_by = alert, None, None
        notification = replace(
            self._notification(state, history), reason=wanted[0], message=message
        )
        kept_back = self._muted_until_now(muted_by) if muted_by else None
        return PendingNotification(
            notification=notification,
            before=before,
            revisions=history.since(before),
            kept_back=kept_back,
        )

    def _muted_on_each_day(
        self, before: Alert | None, revisions: Sequence[Alert], reason: Reason
    ) -> str | None:
        """Say what kept each of these revisions from the channel on its own day; None if one spoke.

        So a run that looks back on many days sends what it would have sent on one of them.
        """
        muted_because: str | None = None
        for alert in revisions:
            change = reason if len(revisions) == 1 else alert.reason
            muted_because = self.muting.reason(alert, before, change, on=alert.known_on)
            if muted_because is None:
                return None
        return muted_because

    def skip(self, state: ThreadState, history: History) -> PendingNotification:
        """Say nothing: the channel knows all that matters of it already."""
        before, state.last_notified = state.last_notified, history.latest
        return PendingNotification(notification=self._notification(state, history), before=before)

    def suppress(
        self, state: ThreadState, history: History, why: str, *, reason: Reason | None = None
    ) -> PendingNotification:
        """Keep it from the channel, and write down why."""
        if is_muted(why):
            state.muted_by = why
        elif state.last_notified is None and why not in _NOT_WITHHELD:
            state.withheld_because = why
        notification = self._notification(state, history)
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

    def plan_news(self, state: ThreadState, history: History, *, start: int) -> PendingNotification:
        """Compare what the channel knows with the alert as it stands, after `start` revisions.

        However many revisions came since, the channel gets at most one message about all of them.
        """
        revisions = history.after(start)
        if state.last_notified is None:
            return self._plan_unknown(state, history, revisions)
        changes = changes_between(state.last_notified, history.latest)
        if not changes:
            return self.skip(state, history)
        return self.send(state, history, *changes, revisions=revisions)

    def _plan_unknown(
        self, state: ThreadState, history: History, revisions: Sequence[Alert]
    ) -> PendingNotification:
        """Tell a channel that knows nothing yet of the alert, unless there is reason not to."""
        if is_over(history.latest):
            why = state.withheld_because or f"{history.latest.status} {BEFORE_SENDING}"
            return self.suppress(state, history, why)
        news, why = self._news_for_newcomer(state, revisions, latest=history.latest)
        if not news:
            return self.suppress(state, history, why)
        reasons = (Reason.OPENED, *(alert.reason for alert in news))
        return self.send(state, history, *reasons, revisions=news)

    def _news_for_newcomer(
        self, state: ThreadState, revisions: Sequence[Alert], *, latest: Alert
    ) -> tuple[list[Alert], str]:
        """Return the revisions that may be sent to a channel that knows nothing of the alert.

        With them goes why the others may not. What was kept back stays so until the alert grows.
        """
        news: list[Alert] = []
        kept_back = state.withheld_because or state.muted_by
        why = kept_back or NOTHING_SENT_BEFORE
        for alert in revisions:
            opens = alert.reason in {Reason.OPENED, Reason.GREW, Reason.ESCALATED}
            if kept_back is not None and not opens:
                continue
            history = self.reason_to_withhold(alert, latest)
            if history is not None:
                kept_back = why = history
            elif opens or alert.reason is Reason.CLOSED:
                kept_back = None
                news.append(alert)
        return news, why

    def _muted_until_now(self, muted_by: str) -> str:
        """Say what kept something back until now: `was silenced until 2025-09-01 (why)`."""
        word, _, why = muted_by.partition(" ")
        return f"was {word} until {self.on.isoformat()} {why}"

    def _notification(self, state: ThreadState, history: History) -> Notification:
        """Write down that the thread has come to the end of the history."""
        alert = history.latest
        return Notification(
            channel=self.channel,
            thread=state.name,
            alert=alert,
            handled=len(history),
            chain=history.chain(),
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
