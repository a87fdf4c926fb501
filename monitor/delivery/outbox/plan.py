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
from monitor.state import Group, Notification, group_key


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAndLog:
    """What was found out and what was told, of some groups: the ledger and the told-table."""

    histories: Mapping[Group, Sequence[History]]
    threads: Mapping[Group, Sequence[Thread]]

    def merged(self, other: "LedgerAndLog") -> "LedgerAndLog":
        """Put the books of other groups to these."""
        return LedgerAndLog(
            histories={**self.histories, **other.histories},
            threads={**self.threads, **other.threads},
        )

    def renamed(self, name: Callable[[str], str]) -> "LedgerAndLog":
        """Put what was told of a group that is gone to the group of the names by which it goes on.

        `name` gives the id under which an organisation counts now. So an alert whose organisation
        an operator takes for another name of another one is no news.
        """
        threads = dict(self.threads)
        for rule, group in self.threads:
            now = group_key(
                {
                    key: name(value) if key.endswith("organization") else value
                    for key, value in json.loads(group).items()
                }
            )
            if (
                now != group
                and (rule, group) not in self.histories
                and (rule, now) in self.histories
            ):
                later = threads.get((rule, now), ())
                threads[rule, now] = _continued(threads.pop((rule, group)), later)
        return replace(self, threads=threads)


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
    groups: dict[str, set[str]] = {}
    for rule, group in (*ledger_and_log.histories, *ledger_and_log.threads):
        groups.setdefault(rule, set()).add(group)
    pending: list[PendingNotification] = []
    inhibitors = _Inhibitors(ledger_and_log)
    for rule in inhibitors_first(
        {rule: [*policy.inhibited_by] for rule, policy in policies.items()}
    ):
        planners = [
            replace(
                planner,
                muting=Muting(
                    silences=tuple(silences),
                    inhibitors=inhibitors.of(policies[rule], planner.channel),
                ),
            )
            for planner in _planners(policies[rule], ledger_and_log, on=on, mode=mode)
        ]
        for group in sorted(groups.get(rule, ())):
            threads = ledger_and_log.threads.get((rule, group), ())
            for planner in planners:
                mine = [thread for thread in threads if thread.last.channel == planner.channel]
                histories = ledger_and_log.histories.get((rule, group), ())
                news = list(_plan_group(planner, histories, mine))
                inhibitors.add(each.notification for each in news)
                pending.extend(news)
    return sorted(
        pending, key=lambda each: (each.notification.alert.known_on, each.notification.alert.rule)
    )


class _Inhibitors:
    """The alerts that each channel knows of, or would but for a silence: they may mute others."""

    def __init__(self, ledger_and_log: LedgerAndLog) -> None:
        self._latest = [
            history.latest for some in ledger_and_log.histories.values() for history in some
        ]
        self._notified = {
            (step.channel, step.alert)
            for threads in ledger_and_log.threads.values()
            for thread in threads
            for step in thread.notifications
            if step.suppressed is None or is_muted(step.suppressed)
        }

    def add(self, notifications: Iterable[Notification]) -> None:
        """Note what was told, or quieted."""
        self._notified.update(
            (notification.channel, notification.alert.alert)
            for notification in notifications
            if notification.suppressed is None or is_muted(notification.suppressed)
        )

    def of(self, policy: Policy, channel: str) -> tuple[Inhibitor, ...]:
        """List what may mute the alerts of a rule at a channel."""
        if not policy.inhibited_by:
            return ()
        return tuple(
            Inhibitor(alert=alert, equal=policy.inhibited_by[alert.rule])
            for alert in self._latest
            if alert.rule in policy.inhibited_by and (channel, alert.alert) in self._notified
        )


def _planners(
    policy: Policy, ledger_and_log: LedgerAndLog, *, on: date, mode: Mode
) -> list[ChannelPlanner]:
    steps = [
        step
        for (rule, _), threads in ledger_and_log.threads.items()
        if rule == policy.rule
        for thread in threads
        for step in thread.notifications
    ]
    old = {step.channel for step in steps}
    notified: dict[str, bool] = {}
    for step in steps:
        notified[step.alert] = notified.get(step.alert, False) or step.suppressed is None
    return [
        ChannelPlanner(
            channel=channel,
            policy=policy,
            mode=mode,
            on=on,
            notified_elsewhere={} if channel in old else notified,
        )
        for channel in policy.channels
    ]


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
