"""What each channel must hear now: the ledger less what was told. Pure functions only."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from monitor.outbox.conversation import Conversation
from monitor.outbox.rewriting import Component, components, settle
from monitor.outbox.words import History, Mode, Owed, Policy, Thread, threads_of
from monitor.records import Alert
from monitor.state import Told, group_key


def owed(
    revisions: Sequence[Alert],
    told: Sequence[Told],
    *,
    policies: Mapping[str, Policy],
    on: date,
    mode: Mode = Mode.LIVE,
) -> list[Owed]:
    """Say what each channel must hear, and what is kept from it and why, oldest first.

    `revisions` is the whole ledger of the rules of `policies`, in order, and `told` all that was
    told about them. Recording the steps and asking again owes nothing.
    """
    ledger = _histories(revisions)
    threads = _threads(told)
    groups: dict[str, set[str]] = {}
    for rule, group in [*ledger, *((rule, group) for rule, group, _ in threads)]:
        groups.setdefault(rule, set()).add(group)
    steps: dict[str, list[Told]] = {}
    for step in told:
        steps.setdefault(step.alert.rule, []).append(step)
    found: list[Owed] = []
    for rule, policy in sorted(policies.items()):
        conversations = _conversations(policy, steps.get(rule, []), on=on, mode=mode)
        for group in sorted(groups.get(rule, ())):
            for conversation in conversations:
                some = threads.get((rule, group, conversation.channel), [])
                found.extend(_group(conversation, ledger.get((rule, group), []), some))
    return sorted(found, key=lambda each: (each.step.alert.known_on, each.step.alert.rule))


def _conversations(
    policy: Policy, told: Sequence[Told], *, on: date, mode: Mode
) -> list[Conversation]:
    old = {step.channel for step in told}
    known: dict[str, bool] = {}
    for step in told:
        known[step.alert.alert] = known.get(step.alert.alert, False) or step.suppressed is None
    return [
        Conversation(
            channel=channel,
            policy=policy,
            mode=mode,
            on=on,
            known_elsewhere={} if channel in old else known,
        )
        for channel in policy.channels
    ]


def _histories(revisions: Sequence[Alert]) -> dict[tuple[str, str], list[History]]:
    alerts: dict[tuple[str, str, str], list[Alert]] = {}
    for revision in revisions:
        key = (revision.rule, group_key(revision.group), revision.alert)
        alerts.setdefault(key, []).append(revision)
    ledger: dict[tuple[str, str], list[History]] = {}
    for (rule, group, _), some in alerts.items():
        history = History(revisions=tuple(sorted(some, key=lambda alert: alert.revision)))
        ledger.setdefault((rule, group), []).append(history)
    for histories in ledger.values():
        histories.sort(key=lambda each: (each.latest.opened_on, each.alert))
    return ledger


def _threads(told: Sequence[Told]) -> dict[tuple[str, str, str], list[Thread]]:
    steps: dict[tuple[str, str, str], list[Told]] = {}
    for step in told:
        key = (step.alert.rule, group_key(step.alert.group), step.channel)
        steps.setdefault(key, []).append(step)
    return {key: threads_of(some) for key, some in steps.items()}


def _group(
    conversation: Conversation, histories: Sequence[History], threads: Sequence[Thread]
) -> Iterator[Owed]:
    for component in components(histories, threads):
        match component:
            case Component(histories=(history,), threads=()):
                yield from conversation.begin(history, taken=threads)
            case Component(histories=(history,), threads=(thread,)) if thread.follows(history):
                yield from conversation.go_on(thread, history)
            case _:
                yield from settle(conversation, component, taken=threads)
