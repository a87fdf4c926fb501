"""What one channel hears when the history that it was told was rewritten.

A late file or a change of the directory may give an alert another id, join two alerts, part one, or
take it away. What the channel knows is then held against the ledger as it stands: the same people
and the same status are no news, whatever the path that led there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.base.records import Alert, AlertStatus, Person, Reason
from monitor.delivery.outbox.conversation import Conversation, Draft, free_name
from monitor.delivery.outbox.quiet import is_quiet
from monitor.delivery.outbox.words import History, Mode, Owed, Thread, difference, overlap
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
        if not met and thread.last.alert.status is not AlertStatus.WITHDRAWN:
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


def settle(
    conversation: Conversation, component: Component, *, taken: Sequence[Thread]
) -> Iterator[Owed]:
    """Say what changed for the channel, in at most one message for each alert."""
    if _is_settled(component):
        yield from conversation.go_on(component.threads[0], component.histories[0])
        return
    known = [thread for thread in component.threads if thread.known is not None]
    if known and conversation.mode is Mode.RECORD:
        return  # What was told stays owed until something may be sent again.
    if not component.histories:
        yield from _gone(conversation, known)
    elif known:
        yield from _told_otherwise(conversation, component, known, taken=taken)
    else:
        yield from _still_silent(conversation, component, taken=taken)


def _met(thread: Thread, histories: Sequence[History]) -> list[History]:
    return [each for each in histories if overlap(thread.last.alert, each.latest)]


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


def _is_settled(component: Component) -> bool:
    """Whether several threads were joined into one alert before, and it merely went on."""
    match component:
        case Component(histories=(history,), threads=(first, *rest)):
            return first.follows(history) and all(
                thread.last.alert.alert == history.alert for thread in rest
            )
        case _:
            return False


def _gone(conversation: Conversation, known: Sequence[Thread]) -> Iterator[Owed]:
    """Take back what the ledger no longer holds, from those who were told."""
    for thread in known:
        draft = conversation.resume(thread)
        if draft.known is None or draft.known.status is AlertStatus.WITHDRAWN:
            continue
        if thread.last.alert.status is AlertStatus.WITHDRAWN and not conversation.ends_quiet(
            thread
        ):
            continue  # Silenced until now, and still.
        withdrawn = replace(
            draft.known,
            revision=draft.known.revision + 1,
            reason=Reason.WITHDRAWN,
            status=AlertStatus.WITHDRAWN,
            known_on=conversation.on,
            count=0,
            possible=0,
            people=(),
            possible_people=(),
            new_people=(),
            gone_people=tuple(person.person for person in draft.known.people),
        )
        gone = History(revisions=(withdrawn,))
        if conversation.is_edited:
            yield conversation.suppress(draft, gone, RULE_CHANGED)
        else:
            yield conversation.hear(draft, gone, Reason.WITHDRAWN)


def _still_silent(
    conversation: Conversation, component: Component, *, taken: Sequence[Thread]
) -> Iterator[Owed]:
    """Stay silent about what was kept back before, unless there is somebody new in it."""
    seen = frozenset[str]().union(*(people_of(each.last.alert) for each in component.threads))
    first, *rest = component.threads
    why = first.last.suppressed or KEPT_BACK
    quieted = is_quiet(why)
    lifted = conversation.lifts(conversation.resume(first), component.histories[0])
    for number, history in enumerate(component.histories):
        draft = Draft(name=free_name(history.alert, taken))
        if number == 0:
            draft = replace(conversation.resume(first), hush=None if lifted else why)
        hush = conversation.hushed(history.latest, history.latest)
        if lifted:
            yield from conversation.hear_all(draft, history, start=0)
        elif quieted and hush is None:
            yield conversation.tell_if_open(draft, history, quieted=why)
        elif people_of(history.latest) <= seen:
            yield conversation.suppress(draft, history, why)
        elif hush is not None:
            yield conversation.suppress(draft, history, hush)
        else:
            yield conversation.hear(draft, history, Reason.OPENED, history.latest.reason)
    for thread in rest:
        draft = conversation.resume(thread)
        kept = KEPT_BACK if quieted else why
        yield conversation.suppress(draft, component.histories[0], kept)


def _told_otherwise(
    conversation: Conversation,
    component: Component,
    known: Sequence[Thread],
    *,
    taken: Sequence[Thread],
) -> Iterator[Owed]:
    """Hold what the channel knows against the ledger, and say the difference once."""
    main, parted = _main_first(component.histories, known[0])
    told = _people(thread.known for thread in known)
    now = _people(history.latest for history in component.histories)
    elsewhere = _people(history.latest for history in parted)
    mine = people_of(main.latest)
    draft = conversation.resume(known[0])
    if draft.known is not None:
        kept = tuple(told[key] for key in sorted(told) if key in mine or key not in elsewhere)
        draft.known = replace(draft.known, people=kept)
    reasons = difference(
        was=_status(thread.known for thread in known),
        status=_status(history.latest for history in component.histories),
        added=bool(mine - told.keys()),
        gone=bool(told.keys() - now.keys()),
    )
    if conversation.is_edited:
        grew = mine - told.keys() and main.latest.status is AlertStatus.OPEN
        reasons = [Reason.GREW] if grew else []
    yield conversation.hear(draft, main, *reasons) if reasons else conversation.keep(draft, main)
    for history in parted:
        part = Draft(name=free_name(history.alert, taken))
        hush = conversation.hushed(history.latest, history.latest)
        if people_of(history.latest) <= told.keys():
            yield conversation.keep(part, history)
        elif hush is not None:
            yield conversation.suppress(part, history, hush)
        else:
            yield conversation.hear(part, history, Reason.OPENED, Reason.GREW)
    for thread in component.threads:
        if thread is not known[0]:
            yield conversation.keep(conversation.resume(thread), main)


def _main_first(histories: Sequence[History], thread: Thread) -> tuple[History, list[History]]:
    """Choose the alert that goes on in the thread: the same id, else one that stands, else any."""
    ranked = sorted(
        histories,
        key=lambda each: (
            each.alert != thread.last.alert.alert,
            each.latest.status is AlertStatus.WITHDRAWN,
        ),
    )
    return ranked[0], ranked[1:]


def _people(alerts: Iterable[Alert | None]) -> dict[str, Person]:
    return {
        person.key: person
        for alert in alerts
        if alert is not None and alert.status is not AlertStatus.WITHDRAWN
        for person in alert.people
    }


def _status(alerts: Iterable[Alert | None]) -> AlertStatus:
    """Take several alerts together: open if one is, else closed if one is, else withdrawn."""
    statuses = {alert.status for alert in alerts if alert is not None}
    for status in (AlertStatus.OPEN, AlertStatus.CLOSED):
        if status in statuses:
            return status
    return AlertStatus.WITHDRAWN
