"""What one channel hears of an alert whose history merely goes on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from monitor.base.records import Alert, AlertStatus, Reason
from monitor.delivery.outbox.quiet import Quiet, is_quiet
from monitor.delivery.outbox.unsent import (
    BACKFILL,
    EDITED,
    FIRST_SNAPSHOT,
    KNOWN_BEFORE,
    LATE,
    is_history,
)
from monitor.delivery.outbox.words import (
    History,
    Mode,
    Owed,
    Policy,
    Thread,
    difference,
    message_id,
)
from monitor.state import Told, digest, people_of

NOT_ASKED = "the rule does not ask for it"
NOTHING_TOLD = "nothing was told before"
WITHDRAWN_UNTOLD = "withdrawn before it was told"
CORRECTED_UNTOLD = "corrected before it was told"
BEFORE_CHANNEL = "over before the rule named this channel"
NOT_ROUTED = "no route leads to this channel"
QUIET_UNTOLD = "over before it could be told"
_NO_HUSH = {NOT_ASKED, NOTHING_TOLD, CORRECTED_UNTOLD}


@dataclass(slots=True, kw_only=True)
class Draft:
    """A thread while steps are added to it."""

    name: str
    known: Alert | None = None
    hush: str | None = None
    """Why the channel was told nothing; it stays silent until the alert grows."""
    quieted: str | None = None
    """What keeps news from the channel for a while; they are owed when that ends."""
    messages: set[str] = field(default_factory=set)
    """The ids of the earlier messages: one that says the same again gets another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One channel and one rule: what is said to it, what is kept from it, and why."""

    channel: str
    policy: Policy
    mode: Mode
    on: date
    known_elsewhere: Mapping[str, bool]
    """For a channel that the rule has just named: the alerts that others were told of, or not."""
    quiet: Quiet = field(default_factory=Quiet)

    def begin(self, history: History, *, taken: Sequence[Thread]) -> Iterator[Owed]:
        """Tell of an alert that the channel never heard of."""
        draft = Draft(name=free_name(history.alert, taken))
        if self.mode is Mode.RECORD or history.alert not in self.known_elsewhere:
            yield from self.hear_all(draft, history, start=0)
        elif history.latest.status is AlertStatus.OPEN and self.known_elsewhere[history.alert]:
            yield self.hear(draft, history, Reason.OPENED, Reason.GREW)
        else:
            yield self.suppress(draft, history, BEFORE_CHANNEL)

    def go_on(self, thread: Thread, history: History) -> Iterator[Owed]:
        """Tell what became known since the last step."""
        draft = self.resume(thread)
        if self.mode is Mode.RECORD and (draft.known is not None or draft.quieted is not None):
            return  # What was told stays owed until something may be sent again.
        if self.ends_quiet(thread):
            yield self._catch_up(draft, history)
            return
        start = 0 if self.lifts(draft, history) else thread.last.handled
        if start == len(history) and self._reminds(thread, history):
            yield self.hear(draft, history, Reason.REMINDED)
            return
        yield from self.hear_all(draft, history, start=start)

    def _reminds(self, thread: Thread, history: History) -> bool:
        """Whether it is time to say again that an alert is open which the channel knows."""
        days = self.policy.remind_every_days
        return (
            days is not None
            and self.mode is Mode.LIVE
            and thread.known is not None
            and history.latest.status is AlertStatus.OPEN
            and (self.on - thread.last.on).days >= days
        )

    def resume(self, thread: Thread) -> Draft:
        """Take up a thread where it stands."""
        hush = thread.last.suppressed
        draft = Draft(name=thread.name, known=thread.known)
        if is_quiet(hush):
            draft.quieted = hush
        elif draft.known is None and hush not in _NO_HUSH:
            draft.hush = hush
        draft.messages = {step.message for step in thread.steps if step.message is not None}
        return draft

    @property
    def is_edited(self) -> bool:
        """Whether the rule means something else since this very day: what it said was not wrong."""
        return self.policy.edited_on == self.on

    def ends_quiet(self, thread: Thread) -> bool:
        """Whether something was kept from the channel for a while, and that while is over now."""
        last = thread.last
        if self.mode is Mode.RECORD or not is_quiet(last.suppressed):
            return False
        return self.quiet.why(last.alert, thread.known, last.reason, on=self.on) is None

    def _catch_up(self, draft: Draft, history: History) -> Owed:
        """Tell once how an alert stands that was kept back for a while."""
        if draft.known is None:
            return self.tell_if_open(draft, history, quieted=draft.quieted)
        known, now = people_of(draft.known), people_of(history.latest)
        reasons = difference(
            was=draft.known.status,
            status=history.latest.status,
            added=bool(now - known),
            gone=bool(known - now),
        )
        if not reasons:
            return self.keep(draft, history)
        return self.hear(draft, history, *reasons, quieted=draft.quieted)

    def tell_if_open(self, draft: Draft, history: History, *, quieted: str | None) -> Owed:
        """Tell of an alert that the channel has not heard of, if there is still something to it."""
        if history.latest.status is not AlertStatus.OPEN:
            return self.suppress(draft, history, QUIET_UNTOLD)
        return self.hear(draft, history, Reason.OPENED, history.latest.reason, quieted=quieted)

    def hushed(self, alert: Alert, latest: Alert) -> str | None:
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

    def hear(
        self,
        draft: Draft,
        history: History,
        *reasons: Reason,
        upto: int = 0,
        quieted: str | None = None,
    ) -> Owed:
        """Say it for the first of the reasons that the rule asks for; else keep it back.

        `quieted` is what kept it from the channel until now.
        """
        wanted = [reason for reason in reasons if self.policy.wants(reason)]
        if not wanted:
            return self.suppress(draft, history, NOT_ASKED, upto=upto, reason=reasons[0])
        if draft.known is None and not self.policy.goes_to(self.channel, history.at(upto)):
            return self.suppress(draft, history, NOT_ROUTED, upto=upto, reason=wanted[0])
        alert = history.at(upto)
        # What one run looks back upon is muted as it would have been on its own day.
        day = self.on if quieted else alert.known_on
        quiet = self.quiet.why(alert, draft.known, wanted[0], on=day)
        if quiet is not None:
            return self.suppress(draft, history, quiet, upto=upto, reason=wanted[0])
        message = message_id(
            self.channel, draft.name, wanted[0], digest(alert), taken=draft.messages
        )
        draft.messages.add(message)
        before, draft.known, draft.hush, draft.quieted = draft.known, alert, None, None
        step = replace(self._step(draft, history, upto), reason=wanted[0], message=message)
        kept_back = self._ended(quieted) if quieted else None
        return Owed(step=step, before=before, kept_back=kept_back)

    def keep(self, draft: Draft, history: History, *, upto: int = 0) -> Owed:
        """Say nothing: the channel knows all that matters of it already."""
        alert = history.at(upto)
        before, draft.known = draft.known, alert
        return Owed(step=self._step(draft, history, upto), before=before)

    def suppress(
        self,
        draft: Draft,
        history: History,
        why: str,
        *,
        upto: int = 0,
        reason: Reason | None = None,
    ) -> Owed:
        """Keep it from the channel, and write down why."""
        if is_quiet(why):
            draft.quieted = why
        elif draft.known is None and why not in _NO_HUSH:
            draft.hush = why
        step = self._step(draft, history, upto)
        kept = replace(step, reason=reason or step.reason, suppressed=why)
        return Owed(step=kept, before=draft.known)

    def _is_asked_for(self, alert: Alert) -> bool:
        """Whether a person asked for alerts that became known on such a day, history or not."""
        asked = self.policy.history
        return (
            self.mode is Mode.DELIVER
            and asked is not None
            and asked[0] <= alert.first_known_on <= asked[1]
        )

    def lifts(self, draft: Draft, history: History) -> bool:
        """Whether an alert that was only recorded before is to be delivered now."""
        lifts = (
            self.mode is Mode.DELIVER
            and is_history(draft.hush)
            and (self._is_asked_for(history.latest) or draft.hush == BACKFILL)
        )
        if lifts:
            draft.hush = None
        return lifts

    def hear_all(self, draft: Draft, history: History, *, start: int) -> Iterator[Owed]:
        """Go through the revisions after the first `start` ones, in order."""
        if start == len(history):
            return
        if draft.known is None and history.latest.status is AlertStatus.WITHDRAWN:
            yield self.suppress(draft, history, draft.hush or WITHDRAWN_UNTOLD)
            return
        corrected = self._last_correction(draft, history, start)
        for upto in range(start + 1, len(history) + 1):
            if upto < corrected:
                yield self.suppress(draft, history, CORRECTED_UNTOLD, upto=upto)
            else:
                yield self._hear_one(draft, history, upto, fresh=upto == corrected)

    def _last_correction(self, draft: Draft, history: History, start: int) -> int:
        """Find where to begin so that no name is told which is already known to be wrong."""
        if draft.known is not None or draft.hush is not None:
            return 0
        corrections = [
            upto
            for upto in range(start + 1, len(history) + 1)
            if history.at(upto).reason is Reason.CORRECTED
        ]
        return corrections[-1] if corrections else 0

    def _hear_one(self, draft: Draft, history: History, upto: int, *, fresh: bool) -> Owed:
        alert = history.at(upto)
        if draft.known is None:
            return self._hear_first(draft, history, upto, fresh=fresh)
        if alert.reason is Reason.REVISED:
            if draft.quieted is not None:
                return self.suppress(draft, history, draft.quieted, upto=upto)
            return self.keep(draft, history, upto=upto)
        return self.hear(draft, history, alert.reason, upto=upto)

    def _hear_first(self, draft: Draft, history: History, upto: int, *, fresh: bool) -> Owed:
        """Tell a channel that knows nothing yet of the alert, unless there is reason not to."""
        alert = history.at(upto)
        opens = fresh or alert.reason in {Reason.OPENED, Reason.GREW, Reason.ESCALATED}
        why = self.hushed(alert, history.latest)
        if (draft.hush or draft.quieted) and not opens:
            why = draft.hush or draft.quieted
        elif why is None and not opens and alert.reason is not Reason.CLOSED:
            why = NOTHING_TOLD
        if why is not None:
            return self.suppress(draft, history, why, upto=upto)
        if draft.hush is not None or draft.quieted is not None or fresh:
            return self.hear(draft, history, Reason.OPENED, alert.reason, upto=upto)
        return self.hear(draft, history, alert.reason, upto=upto)

    def _ended(self, quieted: str) -> str:
        """Say what kept something back until now: `was silenced until 2025-09-01 (why)`."""
        word, _, why = quieted.partition(" ")
        return f"was {word} until {self.on.isoformat()} {why}"

    def _step(self, draft: Draft, history: History, upto: int) -> Told:
        """Write down that the thread has come so far in the history: as far as it goes for 0."""
        handled = upto or len(history)
        alert = history.at(handled)
        return Told(
            channel=self.channel,
            thread=draft.name,
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
