"""What each channel must hear now: the ledger less what was told. Pure functions only."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from monitor.base.records import Alert
from monitor.delivery.outbox.channel_planner import ChannelPlanner
from monitor.delivery.outbox.model import (
    History,
    Mode,
    PendingNotification,
    Policy,
    Thread,
    threads_of,
)
from monitor.delivery.outbox.muting import Inhibitor, Muting, Silence, inhibitors_first, is_muted
from monitor.delivery.outbox.rewritten_history import Component, components, plan_rewritten
from monitor.state import (
    Group,
    Notification,
    NotificationHeader,
    group_key,
    people_of,
    without_people,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAndLog:
    """What was found out and what was told, of some groups: the ledger and the told-table."""

    histories: Mapping[Group, Sequence[History]]
    threads: Mapping[Group, Sequence[Thread]]

    def groups(self) -> list[Group]:
        """The groups in order."""
        return sorted({*self.histories, *self.threads})

    def headers(self) -> Iterator[NotificationHeader]:
        """Yield all steps."""
        for threads in self.threads.values():
            for thread in threads:
                yield from thread.notifications

    def renamed(self, name: Callable[[str], str]) -> "LedgerAndLog":
        """Put what was told of a group that is gone to the group of the names by which it goes on.

        `name` gives the id under which an organisation counts now. So an alert whose organisation
        an operator takes for another name of another one is no news.
        """
        threads = dict(self.threads)
        for rule, group in self.threads:
            now = renamed_group(group, name)
            if (
                now != group
                and (rule, group) not in self.histories
                and (rule, now) in self.histories
            ):
                later = threads.get((rule, now), ())
                threads[rule, now] = _continued(threads.pop((rule, group)), later)
        return replace(self, threads=threads)


def renamed_group(group: str, name: Callable[[str], str]) -> str:
    """Return the key of a group by the names under which its organisations count now."""
    return group_key(
        {
            key: name(value) if key.endswith("organization") else value
            for key, value in json.loads(group).items()
        }
    )


def _continued(earlier: Sequence[Thread], later: Sequence[Thread]) -> list[Thread]:
    """Join what was told before a name changed to what the same threads were told after it."""
    rest = {(thread.last.channel, thread.name): thread for thread in later}
    joined = []
    for thread in earlier:
        after = rest.pop((thread.last.channel, thread.name), None)
        notifications = (*thread.notifications, *(after.notifications if after else ()))
        last_notified = (after and after.last_notified) or thread.last_notified
        joined.append(
            replace(after or thread, notifications=notifications, last_notified=last_notified)
        )
    return [*joined, *rest.values()]


def ledger_and_log_of(
    revisions: Iterable[Alert], notifications: Sequence[Notification]
) -> LedgerAndLog:
    """Sort a whole ledger, and all that was told about it, by groups."""
    alerts: dict[tuple[Group, str], list[Alert]] = {}
    for revision in revisions:
        group = revision.rule, group_key(revision.group)
        alerts.setdefault((group, revision.alert), []).append(revision)
    return ledger_and_log_from(
        (
            (group, History(revisions=tuple(sorted(some, key=lambda alert: alert.revision))))
            for (group, _), some in alerts.items()
        ),
        threads_of(notifications),
    )


def ledger_and_log_from(
    histories: Iterable[tuple[Group, History]], threads: Iterable[Thread]
) -> LedgerAndLog:
    """Sort histories and threads by groups."""
    ledger: dict[Group, list[History]] = {}
    for group, history in histories:
        ledger.setdefault(group, []).append(history)
    for some in ledger.values():
        some.sort(key=lambda each: (each.latest.opened_on, each.alert))
    threads_by_group: dict[Group, list[Thread]] = {}
    for thread in threads:
        first = thread.notifications[0]
        threads_by_group.setdefault((first.rule, first.group), []).append(thread)
    return LedgerAndLog(histories=ledger, threads=threads_by_group)


def plan_notifications(
    ledger_and_log: LedgerAndLog,
    *,
    policies: Mapping[str, Policy],
    on: date,
    mode: Mode = Mode.LIVE,
    silences: Sequence[Silence] = (),
) -> list[PendingNotification]:
    """Say what each channel must hear, and what is kept from it and why, oldest first.

    `ledger_and_log` covers every group that may need a message; `silences` are those in force.
    Planning again after recording the notifications returns nothing.
    """
    planning = Planning(policies, on=on, mode=mode, silences=silences)
    for histories in ledger_and_log.histories.values():
        planning.add_inhibitors(history.latest for history in histories)
    planning.add_known(ledger_and_log.headers())
    pending: list[PendingNotification] = []
    for rule in planning.rules:
        planners = planning.planners(
            rule, (header for header in ledger_and_log.headers() if header.rule == rule)
        )
        for group in ledger_and_log.groups():
            if group[0] == rule:
                pending.extend(planning.plan_group(planners, ledger_and_log, group))
    return sorted(pending, key=told_first)


def told_first(step: PendingNotification) -> tuple[date, str]:
    """Order steps: what became known first is told first; of one day, by rule."""
    return step.notification.alert.known_on, step.notification.alert.rule


class Planning:
    """What is planned for each channel, rule by rule and group by group.

    Groups of one rule may come in any order, and some at a time: what other groups have to do with
    them is asked beforehand, by `add_inhibitors`, `add_known` and `planners`.
    """

    def __init__(
        self,
        policies: Mapping[str, Policy],
        *,
        on: date,
        mode: Mode,
        silences: Sequence[Silence] = (),
    ) -> None:
        self._policies = policies
        self._on = on
        self._mode = mode
        self._silences = tuple(silences)
        self.inhibiting = frozenset(
            rule for policy in policies.values() for rule in policy.inhibited_by
        )
        """The rules whose alerts may mute those of others."""
        self._inhibitors: list[tuple[Alert, frozenset[str]]] = []
        self._known: set[tuple[str, str]] = set()
        """Channels with the inhibiting alerts that they know of, or would but for a silence."""

    @property
    def rules(self) -> list[str]:
        """The rules in the order in which they have to be planned."""
        return inhibitors_first(
            {rule: [*policy.inhibited_by] for rule, policy in self._policies.items()}
        )

    def add_inhibitors(self, alerts: Iterable[Alert]) -> None:
        """Note how the alerts stand that may mute others; those of other rules are passed over."""
        self._inhibitors += (
            (without_people(alert), people_of(alert))
            for alert in alerts
            if alert.rule in self.inhibiting
        )

    def add_known(self, headers: Iterable[NotificationHeader]) -> None:
        """Note which channels were told of inhibiting alerts, or would have been."""
        for header in headers:
            self._add_known(header.rule, header.channel, header.alert, header.suppressed)

    def _add_known(self, rule: str, channel: str, alert: str, suppressed: str | None) -> None:
        if rule in self.inhibiting and (suppressed is None or is_muted(suppressed)):
            self._known.add((channel, alert))

    def planners(self, rule: str, headers: Iterable[NotificationHeader]) -> list[ChannelPlanner]:
        """Make the planners of a rule's channels, given all steps of the groups to be planned."""
        channels, notified = set[str](), dict[str, bool]()
        for header in headers:
            channels.add(header.channel)
            notified[header.alert] = notified.get(header.alert, False) or header.suppressed is None
        policy = self._policies[rule]
        return [
            ChannelPlanner(
                channel=channel,
                policy=policy,
                mode=self._mode,
                on=self._on,
                notified_elsewhere={} if channel in channels else notified,
                muting=Muting(
                    silences=self._silences, inhibitors=self._inhibitors_of(policy, channel)
                ),
            )
            for channel in policy.channels
        ]

    def _inhibitors_of(self, policy: Policy, channel: str) -> tuple[Inhibitor, ...]:
        """List what may mute the alerts of a rule at a channel."""
        if not policy.inhibited_by:
            return ()
        return tuple(
            Inhibitor(alert=alert, people=people, equal=policy.inhibited_by[alert.rule])
            for alert, people in sorted(
                self._inhibitors, key=lambda each: (each[0].rule, each[0].alert)
            )
            if alert.rule in policy.inhibited_by and (channel, alert.alert) in self._known
        )

    def plan_group(
        self, planners: Sequence[ChannelPlanner], ledger_and_log: LedgerAndLog, group: Group
    ) -> list[PendingNotification]:
        """Say what the channels must hear of one group."""
        histories = ledger_and_log.histories.get(group, ())
        threads = ledger_and_log.threads.get(group, ())
        pending = [
            step
            for planner in planners
            for step in _plan_group(
                planner,
                histories,
                [thread for thread in threads if thread.last.channel == planner.channel],
            )
        ]
        for step in pending:
            notification = step.notification
            alert = notification.alert
            self._add_known(alert.rule, notification.channel, alert.alert, notification.suppressed)
        return pending


def _plan_group(
    planner: ChannelPlanner, histories: Sequence[History], threads: Sequence[Thread]
) -> Iterator[PendingNotification]:
    for component in components(histories, threads):
        match component:
            case Component(histories=(history,), threads=()):
                yield from planner.plan_first(history, taken=threads)
            case Component(histories=(history,), threads=(thread,)) if thread.follows(history):
                yield from planner.plan_next(thread, history)
            case _:
                yield from plan_rewritten(planner, component, taken=threads)
