"""Reading the ledger and what was told of it: some groups at a time, and each as a whole."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

from monitor.base.records import Alert
from monitor.delivery.outbox.model import History, Thread, threads_from
from monitor.delivery.outbox.plan import LedgerAndLog, ledger_and_log_from, renamed_group
from monitor.state import (
    AlertSpool,
    Group,
    NotificationHeader,
    Transaction,
    chain_of,
    group_of_alert,
)

AT_ONCE = 500
"""How many revisions are read at once, or those of one group: what bounds the memory."""


class GroupReader:
    """The groups of each rule that may owe something, with their ledger and what was told.

    `rules` are read whole, of the others the `groups` named. `channels` has the channels of each
    rule. `name` gives the id under which an organisation counts now: groups that go by one name now
    are read together.
    """

    def __init__(  # noqa: PLR0913 -- what is read, and how much at once
        self,
        tx: Transaction,
        *,
        rules: Collection[str],
        groups: Collection[Group],
        channels: Mapping[str, Sequence[str]],
        name: Callable[[str], str] = str,
        at_once: int = AT_ONCE,
    ) -> None:
        self._tx = tx
        self._whole = frozenset(rules)
        self._named: dict[str, set[Group]] = {}
        for group in groups:
            self._named.setdefault(group[0], set()).add(group)
        self._channels = channels
        self._name = name
        self._at_once = at_once

    def headers(self, rule: str) -> Iterator[NotificationHeader]:
        """Yield the steps about all groups of a rule that are read."""
        for groups in _some(self._groups(rule), AT_ONCE):
            yield from self._tx.notification_headers(groups)

    def newest(self, rule: str) -> Iterator[Alert]:
        """Yield the newest revision of each alert of all groups of a rule that are read."""
        for groups in _some(self._groups(rule), self._at_once):
            yield from self._tx.latest_of(groups)

    def parts(self, rule: str) -> Iterator[LedgerAndLog]:
        """Yield the ledger and what was told of all groups of a rule, some groups at a time."""
        groups = self._groups(rule)
        counts = self._counts(groups)
        together: dict[str, list[Group]] = {}
        for group in groups:
            together.setdefault(renamed_group(group[1], self._name), []).append(group)
        chosen: list[Group] = []
        count = 0
        for some in together.values():
            chosen += some
            count += sum(counts.get(group, 1) for group in some)
            if count >= self._at_once:
                yield self._read(chosen)
                chosen, count = [], 0
        if chosen:
            yield self._read(chosen)

    def _groups(self, rule: str) -> list[Group]:
        named = self._named.get(rule, set())
        if rule in self._whole:
            named = {*self._tx.groups(rule), *self._tx.notified_groups(rule)}
        return sorted(named)

    def _counts(self, groups: Sequence[Group]) -> dict[Group, int]:
        return self._tx.revision_counts(groups)

    def _read(self, groups: Sequence[Group]) -> LedgerAndLog:
        headers = self._tx.notification_headers(groups)
        threads = threads_from(headers, self._tx.notifications_numbered)
        return ledger_and_log_from(self._histories(groups, threads), threads).renamed(self._name)

    def _histories(
        self, groups: Sequence[Group], threads: Sequence[Thread]
    ) -> list[tuple[Group, History]]:
        """Read the ledger of some groups: only what was not dealt with yet.

        An alert that grew for years has many revisions, and all but the newest have been told.
        """
        threads_of_alert: dict[str, list[Thread]] = {}
        for thread in threads:
            threads_of_alert.setdefault(thread.last.alert.alert, []).append(thread)
        contents = self._tx.said(groups)
        handled = {
            alert: min(self._handled(threads_of_alert.get(alert, ()), said), len(said) - 1)
            for alert, said in contents.items()
        }
        revisions: dict[str, list[Alert]] = {}
        new = [alert for alert, number in handled.items() if not number]
        for revision in self._tx.revisions_of(new):
            revisions.setdefault(revision.alert, []).append(revision)
        for alert, number in handled.items():
            if number:
                revisions[alert] = self._tx.revisions_after(alert, number)
        return [
            (
                group_of_alert(some[-1]),
                History(revisions=tuple(some), earlier=tuple(contents[alert][: handled[alert]])),
            )
            for alert, some in revisions.items()
        ]

    def _handled(self, threads: Sequence[Thread], contents: Sequence[str]) -> int:
        """Count the first revisions that every channel was told of, as they stand.

        What was kept from a channel is not counted: its next message says what happened meanwhile.
        """
        steps = [thread.last for thread in threads]
        following = [step for step in steps if step.chain == chain_of(contents[: step.handled])]
        channels_notified = {step.channel for step in following}
        if (
            not steps
            or len(following) < len(steps)
            or not channels_notified.issuperset(self._channels[steps[0].alert.rule])
        ):
            return 0
        return min(map(_notified_revisions, threads))


class ForeseenReader(GroupReader):
    """Reads the ledger as it will be once `revisions` take the place of what is written.

    They replace what became known from the day of their rule in `since` on. All groups are read.
    """

    def __init__(  # noqa: PLR0913 -- what is read, and how much at once
        self,
        tx: Transaction,
        *,
        rules: Collection[str],
        revisions: AlertSpool,
        since: Mapping[str, date],
        name: Callable[[str], str] = str,
        at_once: int = AT_ONCE,
    ) -> None:
        super().__init__(tx, rules=rules, groups=(), channels={}, name=name, at_once=at_once)
        self._revisions = revisions
        self._since = since

    def newest(self, rule: str) -> Iterator[Alert]:
        """Yield the newest revision of each alert of all groups of a rule."""
        for groups in _some(self._groups(rule), self._at_once):
            for _, history in self._histories(groups, ()):
                yield history.latest

    def _groups(self, rule: str) -> list[Group]:
        new = (group for group in self._revisions.groups() if group[0] == rule)
        return sorted({*super()._groups(rule), *new})

    def _histories(
        self, groups: Sequence[Group], threads: Sequence[Thread]
    ) -> list[tuple[Group, History]]:
        del threads
        day = self._since.get(groups[0][0], date.max)
        alerts: dict[str, list[Alert]] = {}
        for alert in (*self._tx.revisions_before(groups, day), *self._revisions.of({*groups})):
            alerts.setdefault(alert.alert, []).append(alert)
        return [
            (
                group_of_alert(some[0]),
                History(revisions=tuple(sorted(some, key=lambda alert: alert.revision))),
            )
            for some in alerts.values()
        ]


def _notified_revisions(thread: Thread) -> int:
    """Count the first revisions that a message of the thread told of."""
    if thread.last.suppressed is None:
        return thread.last.handled
    notified = thread.last_notified
    is_same = notified is not None and notified.alert == thread.last.alert.alert
    return min(notified.revision, thread.last.handled) if notified and is_same else 0


def _some(groups: Sequence[Group], most: int) -> Iterator[list[Group]]:
    rest = iter(groups)
    while some := list(islice(rest, most)):
        yield some
