"""What each channel must hear now: the ledger less what was told. Pure functions only."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from monitor.base.records import Alert
from monitor.delivery.outbox.conversation import Conversation
from monitor.delivery.outbox.quiet import Louder, Quiet, Silence, inhibitors_first, is_quiet
from monitor.delivery.outbox.rewriting import Component, components, settle
from monitor.delivery.outbox.words import History, Mode, Owed, Policy, Thread, threads_of
from monitor.state import Group, Told, group_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What was found out and what was told, of some groups: the ledger and the told-table."""

    histories: Mapping[Group, Sequence[History]]
    threads: Mapping[Group, Sequence[Thread]]

    def merged(self, other: "Books") -> "Books":
        """Put the books of other groups to these."""
        return Books(
            histories={**self.histories, **other.histories},
            threads={**self.threads, **other.threads},
        )


def books_of(revisions: Iterable[Alert], told: Sequence[Told]) -> Books:
    """Sort a whole ledger, and all that was told about it, by groups."""
    alerts: dict[tuple[Group, str], list[Alert]] = {}
    for revision in revisions:
        group = revision.rule, group_key(revision.group)
        alerts.setdefault((group, revision.alert), []).append(revision)
    return books_from(
        (
            (group, History(revisions=tuple(sorted(some, key=lambda alert: alert.revision))))
            for (group, _), some in alerts.items()
        ),
        threads_of(told),
    )


def books_from(histories: Iterable[tuple[Group, History]], threads: Iterable[Thread]) -> Books:
    """Sort histories and threads by groups."""
    ledger: dict[Group, list[History]] = {}
    for group, history in histories:
        ledger.setdefault(group, []).append(history)
    for some in ledger.values():
        some.sort(key=lambda each: (each.latest.opened_on, each.alert))
    told: dict[Group, list[Thread]] = {}
    for thread in threads:
        first = thread.steps[0]
        told.setdefault((first.rule, first.group), []).append(thread)
    return Books(histories=ledger, threads=told)


def owed(
    books: Books,
    *,
    policies: Mapping[str, Policy],
    on: date,
    mode: Mode = Mode.LIVE,
    silences: Sequence[Silence] = (),
) -> list[Owed]:
    """Say what each channel must hear, and what is kept from it and why, oldest first.

    `books` are of all the groups that something may be owed about, and `silences` those in force.
    Recording the steps and asking again owes nothing.
    """
    groups: dict[str, set[str]] = {}
    for rule, group in (*books.histories, *books.threads):
        groups.setdefault(rule, set()).add(group)
    found: list[Owed] = []
    voices = _Voices(books)
    for rule in inhibitors_first({rule: [*one.inhibited_by] for rule, one in policies.items()}):
        conversations = [
            replace(
                conversation,
                quiet=Quiet(
                    silences=tuple(silences),
                    louder=voices.louder(policies[rule], conversation.channel),
                ),
            )
            for conversation in _conversations(policies[rule], books, on=on, mode=mode)
        ]
        for group in sorted(groups.get(rule, ())):
            told = books.threads.get((rule, group), ())
            for conversation in conversations:
                mine = [one for one in told if one.last.channel == conversation.channel]
                histories = books.histories.get((rule, group), ())
                news = list(_group(conversation, histories, mine))
                voices.add(each.step for each in news)
                found.extend(news)
    return sorted(found, key=lambda each: (each.step.alert.known_on, each.step.alert.rule))


class _Voices:
    """The alerts that each channel knows of, or would but for a silence: they may mute others."""

    def __init__(self, books: Books) -> None:
        self._latest = [history.latest for some in books.histories.values() for history in some]
        self._heard = {
            (step.channel, step.alert)
            for threads in books.threads.values()
            for thread in threads
            for step in thread.steps
            if step.suppressed is None or is_quiet(step.suppressed)
        }

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


def _conversations(policy: Policy, books: Books, *, on: date, mode: Mode) -> list[Conversation]:
    steps = [
        step
        for (rule, _), threads in books.threads.items()
        if rule == policy.rule
        for thread in threads
        for step in thread.steps
    ]
    old = {step.channel for step in steps}
    known: dict[str, bool] = {}
    for step in steps:
        known[step.alert] = known.get(step.alert, False) or step.suppressed is None
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
