"""What each channel must hear now: the ledger less what was told. Pure functions only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from monitor.outbox.conversation import Conversation
from monitor.outbox.quiet import Louder, Quiet, Silence, inhibitors_first, is_quiet
from monitor.outbox.rewriting import Component, components, settle
from monitor.outbox.words import History, Mode, Owed, Policy, Thread, threads_of
from monitor.records import Alert
from monitor.state import Told, group_key


def owed(  # noqa: PLR0913 -- all that follows from the ledger, what was told and the day
    revisions: Sequence[Alert],
    told: Sequence[Told],
    *,
    policies: Mapping[str, Policy],
    on: date,
    mode: Mode = Mode.LIVE,
    silences: Sequence[Silence] = (),
) -> list[Owed]:
    """Say what each channel must hear, and what is kept from it and why, oldest first.

    `revisions` is the whole ledger of the rules of `policies`, in order, `told` all that was told
    about them, and `silences` those in force. Recording the steps and asking again owes nothing.
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
    voices = _Voices(ledger, told)
    for rule in inhibitors_first({rule: [*one.inhibited_by] for rule, one in policies.items()}):
        conversations = [
            replace(
                conversation,
                quiet=Quiet(
                    silences=tuple(silences),
                    louder=voices.louder(policies[rule], conversation.channel),
                ),
            )
            for conversation in _conversations(
                policies[rule], steps.get(rule, []), on=on, mode=mode
            )
        ]
        for group in sorted(groups.get(rule, ())):
            for conversation in conversations:
                some = threads.get((rule, group, conversation.channel), [])
                news = list(_group(conversation, ledger.get((rule, group), []), some))
                voices.add(each.step for each in news)
                found.extend(news)
    return sorted(found, key=lambda each: (each.step.alert.known_on, each.step.alert.rule))


class _Voices:
    """The alerts that each channel knows of, or would but for a silence: they may mute others."""

    def __init__(
        self, ledger: Mapping[tuple[str, str], Sequence[History]], told: Iterable[Told]
    ) -> None:
        self._latest = [history.latest for some in ledger.values() for history in some]
        self._heard: set[tuple[str, str]] = set()
        self.add(told)

    def add(self, steps: Iterable[Told]) -> None:
        """Note what was told, or quieted."""
        self._heard.update(
            (step.channel, step.alert.alert)
            for step in steps
            if step.suppressed is None or is_quiet(step.suppressed)
        )

    def louder(self, policy: Policy, channel: str) -> tuple[Louder, ...]:
        """List what may mute the alerts of a rule at a channel."""
        if not policy.inhibited_by:
            return ()
        return tuple(
            Louder(alert=alert, equal=policy.inhibited_by[alert.rule])
            for alert in self._latest
            if alert.rule in policy.inhibited_by and (channel, alert.alert) in self._heard
        )


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
