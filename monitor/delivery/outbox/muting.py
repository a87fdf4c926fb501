"""What is kept from a channel for a while: by a silence that a person set, or by another alert.

Both hush what is sent and never what is recorded. What is still open when they end is told then.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from monitor.base.records import Alert, AlertStatus, Json, Person, Reason
from monitor.state import Decision, Group, Notification, encoded, group_key, people_of

SILENCE = "silence"
"""The kind of decision that sets, prolongs and ends a silence."""
SILENCED = "silenced"
INHIBITED = "inhibited"
NEVER_MUTED = {Reason.CORRECTED, Reason.WITHDRAWN, Reason.MERGED}
"""What another alert does not take the place of: the truth about what was told before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """What a person does not want to hear of for a while; all that is named has to fit."""

    rule: str | None = None
    group: Mapping[str, str] = field(default_factory=dict)
    """Values of the alert's group, by side."""
    organization: str | None = None
    """Canonical id of an organisation that the alert is about, on either side."""
    person: str | None = None
    """An id or a whole name: news about this person only, or several silenced ones."""
    since: date
    until: date
    """The first day on which it no longer holds."""
    why: str = ""
    by: str = ""
    number: int = 0
    """The number that the log of decisions gave it when it was first set."""

    @property
    def key(self) -> str:
        """What is silenced, as the log of decisions keeps it."""
        named = {
            "rule": self.rule,
            "group": dict(self.group),
            "organization": self.organization,
            "person": self.person,
        }
        return encoded({name: value for name, value in named.items() if value})

    @property
    def span(self) -> str:
        """From when until when it holds, as the log of decisions keeps it."""
        return f"{self.since.isoformat()}/{self.until.isoformat()}"

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """Read a silence back from the log."""
        named: Mapping[str, Json] = json.loads(decision.key)
        since, _, until = decision.verdict.partition("/")
        return cls(
            **named,
            since=date.fromisoformat(since),
            until=date.fromisoformat(until),
            why=decision.why,
            by=decision.by,
            number=decision.number,
        )

    def is_in_force(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.since <= on < self.until

    def covers(self, alert: Alert) -> bool:
        """Whether the alert is one that it names, whoever it is about."""
        return (
            self.rule in {None, alert.rule}
            and all(alert.group.get(side) == value for side, value in self.group.items())
            and (self.organization is None or self.organization in _organizations(alert))
        )

    def names(self, person: Person) -> bool:
        """Whether it is about this person, or about everyone."""
        if self.person is None:
            return True
        wanted = self.person.casefold()
        return wanted in {person.person.casefold(), person.key.casefold(), person.name.casefold()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhibitor:
    """An alert that a channel knows of, and that may speak for others of the same people."""

    alert: Alert
    """Without the records of its people."""
    people: frozenset[str]
    """Whom it stands for, by their keys."""
    equal: tuple[str, ...]
    """Sides on which both groups must have the same value; both having none is the same."""

    def covers(self, alert: Alert, *, on: date) -> bool:
        """Whether all that an alert says is said by this one, which stands on that day."""
        mine = self.alert
        return (
            mine.alert != alert.alert
            and mine.status in {AlertStatus.OPEN, AlertStatus.CLOSED}
            and mine.first_known_on <= on
            and (mine.closed_on is None or on < mine.closed_on)
            and all(mine.group.get(side) == alert.group.get(side) for side in self.equal)
            and people_of(alert) <= self.people
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Muting:
    """All that keeps a channel quiet on one day: silences in force, and alerts that inhibit."""

    silences: tuple[Silence, ...] = ()
    inhibitors: tuple[Inhibitor, ...] = ()

    def reason(
        self, alert: Alert, last_notified: Alert | None, change: Reason, *, on: date
    ) -> str | None:
        """Say why a message about an alert is kept back for now; None if it is not.

        `last_notified` is the alert as the channel knows it: only what is new beyond it counts.
        """
        notified = frozenset[str]() if last_notified is None else people_of(last_notified)
        news = [person for person in alert.people if person.key not in notified] or alert.people
        covering = [silence for silence in self.silences if silence.covers(alert)]
        muting = [each for each in covering if any(each.names(person) for person in news)]
        if muting and all(any(each.names(person) for each in muting) for person in news):
            return f"{SILENCED} ({muting[0].why})"
        if not news and (general := [each for each in covering if each.person is None]):
            return f"{SILENCED} ({general[0].why})"
        if change in NEVER_MUTED:
            return None
        for inhibitor in self.inhibitors:
            if inhibitor.covers(alert, on=on):
                return f"{INHIBITED} (by {inhibitor.alert.alert} of {inhibitor.alert.rule})"
        return None


def is_muted(suppressed: str | None) -> bool:
    """Whether something was kept back for a while only, and is owed when that ends."""
    return suppressed is not None and suppressed.startswith((SILENCED, INHIBITED))


def muted_alerts(notifications: Iterable[Notification]) -> dict[str, str]:
    """Say, by alert, what keeps news of it from a channel for now."""
    return {alert: why for (_, _, alert), why in _muted(notifications)}


def muted_groups(notifications: Iterable[Notification]) -> set[Group]:
    """Name the groups from which something is kept back for a while."""
    return {(rule, group) for (rule, group, _), _ in _muted(notifications)}


def _muted(notifications: Iterable[Notification]) -> list[tuple[tuple[str, str, str], str]]:
    """List rule, group and alert of each thread that is muted by its last step, and by what."""
    last: dict[tuple[str, str, str], tuple[tuple[str, str, str], str] | None] = {}
    for step in notifications:
        about = (step.alert.rule, group_key(step.alert.group), step.alert.alert)
        why = step.suppressed or ""
        thread = (step.channel, step.alert.rule, step.thread)
        last[thread] = (about, why) if is_muted(why) else None
    return [muted for muted in last.values() if muted is not None]


def silences(decisions: Iterable[Decision]) -> list[Silence]:
    """Read the silences from the log, each as last decided, in the order they were first set."""
    by_key: dict[str, Silence] = {}
    for decision in decisions:
        silence = Silence.of(decision)
        first = by_key.get(decision.key, silence)
        by_key[decision.key] = replace(silence, number=first.number)
    return list(by_key.values())


def silences_on(decisions: Iterable[Decision], day: date) -> tuple[Silence, ...]:
    """Read the silences that hold on a day."""
    return tuple(silence for silence in silences(decisions) if silence.is_in_force(day))


def inhibitors_first(inhibited_by: Mapping[str, Sequence[str]]) -> list[str]:
    """Order rules so that each comes after those that inhibit it; by name where it is free."""
    ordered: dict[str, None] = {}

    def visit(rule: str, above: frozenset[str]) -> None:
        for other in sorted(inhibited_by[rule]):
            if other in inhibited_by and other not in above:
                visit(other, above | {other})
        ordered.setdefault(rule)

    for rule in sorted(inhibited_by):
        visit(rule, frozenset({rule}))
    return list(ordered)


def _organizations(alert: Alert) -> set[str]:
    """Name the organisations that an alert is about: of its group, or shared by all its people."""
    named = set(alert.group.values())
    for sides in (
        {person.origin.organization if person.origin else None for person in alert.people},
        {
            person.destination.organization if person.destination else None
            for person in alert.people
        },
    ):
        if len(sides) == 1:
            named |= {side for side in sides if side is not None}
    return named
