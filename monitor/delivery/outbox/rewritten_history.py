"""What one channel hears when the history that it was told was rewritten.

A late file or a change of the directory may give an alert another id, join two alerts, part one, or
take it away. What the channel knows is then held against the ledger as it stands: the same people
and the same status are no news, whatever the path that led there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from monitor.alerts.removed import rests_on_removed, stopped
from monitor.base.records import Alert, AlertStatus, Person, Reason
from monitor.delivery.outbox.channel_planner import ChannelPlanner, ThreadState, free_name
from monitor.delivery.outbox.model import (
    History,
    Mode,
    PendingNotification,
    Thread,
    difference,
    is_over,
    share_a_day,
)
from monitor.delivery.outbox.muting import is_muted
from monitor.state import people_of

KEPT_BACK = "kept back before"
RULE_CHANGED = "the rule was changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Alerts of the ledger and threads that are about the same thing."""

    histories: tuple[History, ...]
    threads: tuple[Thread, ...]


def components(histories: Sequence[History], threads: Sequence[Thread]) -> list[Component]:
    """Put together what is about the same thing: by id where it is still there, else by days."""
    by_id = {history.alert: history for history in histories}
    members: dict[str, list[Thread]] = {history.alert: [] for history in histories}
    lost: list[Thread] = []
    for thread in threads:
        members.get(thread.last.alert.alert, lost).append(thread)
    unmet = [history for history in histories if not members[history.alert]]
    parts: list[tuple[set[str], list[Thread]]] = []
    for thread in lost:
        met = _met(thread, unmet)
        if not met and not is_over(thread.last.alert):
            met = _met(thread, histories)[:1]
        parts.append(({history.alert for history in met}, [thread]))
    parts.extend(({alert}, some) for alert, some in members.items())
    joined = _joined(parts)
    return [
        Component(
            histories=tuple(history for alert, history in by_id.items() if alert in alerts),
            threads=tuple(thread for thread in threads if thread in some),
        )
        for alerts, some in joined
    ]


def plan_rewritten(
    planner: ChannelPlanner, component: Component, *, taken: Sequence[Thread]
) -> Iterator[PendingNotification]:
    """Say what changed for the channel, in at most one message for each alert."""
    if _merely_goes_on(component):
        yield from planner.plan_next(component.threads[0], component.histories[0])
        return
    ids = {history.alert for history in component.histories}
    notified_threads = sorted(
        (thread for thread in component.threads if thread.last_notified is not None),
        key=lambda thread: thread.last.alert.alert not in ids,
    )
    if notified_threads and planner.mode is Mode.RECORD:
        return  # What was told stays owed until something may be sent again.
    if not component.histories:
        yield from _take_back(planner, notified_threads)
    elif notified_threads:
        yield from _send_difference(planner, component, notified_threads, taken=taken)
    else:
        yield from _stay_silent(planner, component, taken=taken)


def _met(thread: Thread, histories: Sequence[History]) -> list[History]:
    return [each for each in histories if share_a_day(thread.last.alert, each.latest)]


def _joined(
    parts: Sequence[tuple[set[str], list[Thread]]],
) -> list[tuple[set[str], list[Thread]]]:
    """Join the parts that share an alert."""
    joined: list[tuple[set[str], list[Thread]]] = []
    for alerts, threads in parts:
        apart = [each for each in joined if not each[0] & alerts]
        shared = [*(each for each in joined if each[0] & alerts), (alerts, threads)]
        union = set[str]().union(*(each[0] for each in shared))
        joined = [*apart, (union, [thread for each in shared for thread in each[1]])]
    return joined


def _merely_goes_on(component: Component) -> bool:
    """Whether several threads were joined into one alert before, and it merely went on."""
    match component:
        case Component(histories=(history,), threads=(first, *rest)):
            return first.follows(history) and all(
                thread.last.alert.alert == history.alert for thread in rest
            )
        case _:
            return False


def _take_back(
    planner: ChannelPlanner, notified_threads: Sequence[Thread]
) -> Iterator[PendingNotification]:
    """Take back what the ledger no longer holds, from those who were told."""
    for thread in notified_threads:
        state = planner.state_of(thread)
        if state.last_notified is None or is_over(state.last_notified):
            continue
        if rests_on_removed(state.last_notified, planner.policy.removed):
            if state.last_notified.status is AlertStatus.OPEN:
                history = History(revisions=(stopped(state.last_notified, on=planner.on),))
                yield planner.send(state, history, Reason.SOURCE_REMOVED)
            continue
        if is_over(thread.last.alert) and not planner.is_no_longer_muted(thread):
            continue  # Silenced until now, and still.
        gone = tuple(person.person for person in state.last_notified.people)
        withdrawn = _ended(state.last_notified, Reason.WITHDRAWN, on=planner.on)
        history = History(revisions=(replace(withdrawn, gone_people=gone),))
        if planner.is_edited:
            yield planner.suppress(state, history, RULE_CHANGED)
        else:
            yield planner.send(state, history, Reason.WITHDRAWN)


def _ended(alert: Alert, reason: Reason, *, on: date, heir: str | None = None) -> Alert:
    """Write the revision that ends an alert which is no longer in the ledger."""
    return replace(
        alert,
        revision=alert.revision + 1,
        reason=reason,
        status=AlertStatus(reason),
        known_on=on,
        closed_on=on,
        count=0,
        possible=0,
        people=(),
        possible_people=(),
        left_out=(),
        new_people=(),
        gone_people=(),
        merged_into=heir,
    )


def _stay_silent(
    planner: ChannelPlanner, component: Component, *, taken: Sequence[Thread]
) -> Iterator[PendingNotification]:
    """Stay silent about what was kept back before, unless there is somebody new in it."""
    seen = frozenset[str]().union(*(people_of(each.last.alert) for each in component.threads))
    first, *rest = component.threads
    why = first.last.suppressed or KEPT_BACK
    muted = is_muted(why)
    lifted = planner.lifts_backfill(planner.state_of(first), component.histories[0])
    for number, history in enumerate(component.histories):
        state = ThreadState(name=free_name(history.alert, taken))
        if number == 0:
            state = replace(planner.state_of(first), withheld_because=None if lifted else why)
        withheld_because = planner.reason_to_withhold(history.latest, history.latest)
        if lifted:
            yield planner.plan_news(state, history, start=0)
        elif muted and withheld_because is None:
            yield planner.send_if_open(state, history, muted_by=why)
        elif people_of(history.latest) <= seen:
            yield planner.suppress(state, history, why)
        elif withheld_because is not None:
            yield planner.suppress(state, history, withheld_because)
        else:
            yield planner.send(state, history, Reason.OPENED, history.latest.reason)
    for thread in rest:
        state = planner.state_of(thread)
        kept = KEPT_BACK if muted else why
        yield planner.suppress(state, component.histories[0], kept)


def _send_difference(
    planner: ChannelPlanner,
    component: Component,
    notified_threads: Sequence[Thread],
    *,
    taken: Sequence[Thread],
) -> Iterator[PendingNotification]:
    """Hold what the channel knows against the ledger, and say the difference once."""
    main, parted = _main_first(component.histories, notified_threads[0])
    notified = _people(thread.last_notified for thread in notified_threads)
    now = _people(history.latest for history in component.histories)
    elsewhere = _people(history.latest for history in parted)
    mine = people_of(main.latest)
    state = planner.state_of(notified_threads[0])
    if state.last_notified is not None:
        kept = tuple(
            notified[key] for key in sorted(notified) if key in mine or key not in elsewhere
        )
        state.last_notified = replace(state.last_notified, people=kept)
    reasons = difference(
        was=_status(thread.last_notified for thread in notified_threads),
        status=_status(history.latest for history in component.histories),
        added=bool(mine - notified.keys()),
        gone=bool(notified.keys() - now.keys()),
    )
    if planner.is_edited:
        grew = mine - notified.keys() and main.latest.status is AlertStatus.OPEN
        reasons = [Reason.GREW] if grew else []
    yield planner.send(state, main, *reasons) if reasons else planner.skip(state, main)
    for history in parted:
        part = ThreadState(name=free_name(history.alert, taken))
        withheld_because = planner.reason_to_withhold(history.latest, history.latest)
        if people_of(history.latest) <= notified.keys():
            yield planner.skip(part, history)
        elif withheld_because is not None:
            yield planner.suppress(part, history, withheld_because)
        else:
            yield planner.send(part, history, Reason.OPENED, Reason.GREW)
    for thread in component.threads:
        if thread is not notified_threads[0]:
            yield _join(planner, thread, main, component.histories)


def _join(
    planner: ChannelPlanner, thread: Thread, main: History, histories: Sequence[History]
) -> PendingNotification:
    """End a thread whose alert goes on in another, and say in which if the channel knows of it."""
    state = planner.state_of(thread)
    last = state.last_notified
    stands = last is not None and not is_over(last) and not planner.is_edited
    if last is None or not stands or thread.last.alert.alert == main.alert:
        return planner.skip(state, main)
    people = people_of(last)
    heir = max(histories, key=lambda history: len(people & people_of(history.latest)))
    merged = _ended(last, Reason.MERGED, on=planner.on, heir=heir.alert)
    return planner.send(state, History(revisions=(merged,)), Reason.MERGED)


def _main_first(histories: Sequence[History], thread: Thread) -> tuple[History, list[History]]:
    """Choose the alert that goes on in the thread: the same id, else one that stands, else any."""
    ranked = sorted(
        histories,
        key=lambda each: (
            each.alert != thread.last.alert.alert,
            is_over(each.latest),
        ),
    )
    return ranked[0], ranked[1:]


def _people(alerts: Iterable[Alert | None]) -> dict[str, Person]:
    return {
        person.key: person
        for alert in alerts
        if alert is not None and not is_over(alert)
        for person in alert.people
    }


def _status(alerts: Iterable[Alert | None]) -> AlertStatus:
    """Take several alerts together: open if one is, else closed if one is, else withdrawn."""
    statuses = {alert.status for alert in alerts if alert is not None}
    for status in (AlertStatus.OPEN, AlertStatus.CLOSED):
        if status in statuses:
            return status
    return AlertStatus.WITHDRAWN
