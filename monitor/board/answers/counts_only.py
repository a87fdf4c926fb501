"""Counts only: what is read for lists and pages, without anybody in it and without small figures.

Where the configuration says `names = "none"`, pages and commands read the ledger and the moves
through these two. A statement that is not named here answers nothing, so that a new page shows
nobody until somebody has said which of its figures count people.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self, TypeVar, cast

from monitor.alerts.trials.preview import Near
from monitor.base.errors import UsageError
from monitor.base.records import Alert, AlertSummary, Coverage, Person, Side
from monitor.base.settings import Settings
from monitor.base.statements import Published, Reading
from monitor.board.answers.left_out import LeftOut
from monitor.delivery.messages import NOT_NAMED, at_least
from monitor.delivery.messages.usual_words import not_said_of_few
from monitor.delivery.outbox import SILENCE
from monitor.operations.written_inputs import Definitions
from monitor.rules.language import Rule
from monitor.state import Decision, Notification, Transaction

Row = tuple[Any, ...]
Some = TypeVar("Some", bound=AlertSummary)
PERSON_GROUPS = frozenset({"person"})
"""The group of a rule that is gone, where it may have been one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    """Which columns of a statement count people."""

    decides: tuple[str, ...] = ()
    """A row is left out if each of these counts too few; no column: no row is left out for it."""
    others: tuple[str, ...] = ()
    """These are 0 where they count too few."""
    series: tuple[str, ...] = ()
    """Counts as text with commas between them."""
    what: str = "row"
    """What a row is, as it is called where some are left out."""
    key: tuple[str, ...] = ()
    """By which columns rows are told apart."""
    is_bounded: bool = False
    """Whether the statement leaves rows out by itself (`least`), and counts them (`left_out`)."""


_FLOWS = _Figures(decides=("people",), what="flow", key=("from_root", "to_root"))
_BOUNDED_FLOWS = _Figures(what="flow", is_bounded=True)
_STATEMENTS: Mapping[str, _Figures] = {
    "strongest_flows": _BOUNDED_FLOWS,
    "flow_cells": _BOUNDED_FLOWS,
    "flow_sides": _BOUNDED_FLOWS,
    "listed_flows": _FLOWS,
    "window_flows": _FLOWS,
    "grown_organizations": _Figures(
        decides=("people",),
        others=("people_before",),
        series=("trend",),
        what="organisation",
        key=("organization",),
    ),
    "listed_organizations": _Figures(
        decides=("people",),
        others=("at_most", "people_before", "came", "went"),
        series=("trend",),
        what="organisation",
        key=("organization",),
    ),
    "organization_months": _Figures(
        decides=("people", "at_most", "came", "went"),
        others=("people", "at_most", "came", "went"),
        what="month",
        key=("month",),
    ),
    "organization_teams": _Figures(
        decides=("came", "went"), others=("came", "went"), what="team", key=("team",)
    ),
    "people_seen_moving": _Figures(others=("people",)),
    # Whether a pair was decided is asked of all; the page of held changes leaves out those of few.
    "undecided_holds": _Figures(others=("moved", "of_people")),
    "held_flows_between": _Figures(),
    "judged_snapshots": _Figures(),
    "missing_limits": _Figures(),
    "figures": _Figures(others=("value",)),
    "usual_snapshot_gaps": _Figures(),
    "dated_move_counts": _Figures(),
    "unit_people": _Figures(decides=("people",), what="organisation", key=("unit",)),
    "organization_name_changes": _Figures(
        decides=("people",), what="held change", key=("one", "other", "held")
    ),
    "known_organization_names": _Figures(),
    "organization_names": _Figures(),
    "unit_names": _Figures(),
    "moves_by_id_prefix": _Figures(),
}
_NOBODY = frozenset({"found_people", "move_standings"})
"""These list people beside other things: they list nobody."""


class CountedReading:
    """The moves as figures of at least this many people."""

    def __init__(self, reading: Reading, least: int, left_out: LeftOut) -> None:
        """`left_out` is told of the rows that count too few."""
        self._reading = reading
        self._least = least
        self._left_out = left_out

    def rows(self, name: str, **values: object) -> list[Row]:
        """Return the rows of a statement that counts. Raises UsageError for any other."""
        return [tuple(record.values()) for record in self.records(name, **values)]

    def records(self, name: str, **values: object) -> list[dict[str, Any]]:
        """Return the rows of a statement that counts. Raises UsageError for any other."""
        return list(self.stream(name, **values))

    def stream(self, name: str, **values: object) -> Iterator[dict[str, Any]]:
        """Yield the rows of a statement that counts. Raises UsageError for any other."""
        if name in _NOBODY:
            return
        figures = _STATEMENTS.get(name)
        if figures is None or values.get("person") is not None:
            raise not_shown()
        if figures.is_bounded:
            values["least"] = self._least
        left_out = 0
        for row in self._reading.stream(name, **values):
            left_out += row.get("left_out", 0)
            most = max((row[column] or 0 for column in figures.decides), default=self._least)
            if most >= self._least:
                yield self._counted(row, figures)
            elif most:
                self._left_out.note(figures.what, tuple(row[column] for column in figures.key))
        self._left_out.add({figures.what: set(range(left_out))})

    def stand_in(self, table: str, name: str, **values: object) -> None:
        """Let the rows of a statement be read in the place of a table's, as they are counted."""
        cast("Published", self._reading).stand_in(table, name, **values)

    def _counted(self, row: Mapping[str, Any], figures: _Figures) -> dict[str, Any]:
        changed: dict[str, Any] = {
            column: at_least(row[column], self._least) for column in figures.others
        }
        for column in figures.series:
            counts = (at_least(int(count), self._least) for count in row[column].split(","))
            changed[column] = ",".join(map(str, counts))
        return {**row, **changed}


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedAlerts:
    """Alerts without anybody in them; those of too few people are left out."""

    least: int
    groups: Mapping[str, Collection[str]]
    """By rule, which values of its groups are people."""
    left_out: LeftOut
    """It is told of the alerts and groups that count too few."""

    @classmethod
    def of(cls, settings: Settings, rules: Iterable[Rule], left_out: LeftOut | None = None) -> Self:
        """What the configuration and the rules say."""
        groups = {
            rule.id: {name for condition in rule.conditions for name in condition.person_groups}
            for rule in rules
        }
        left_out = left_out or LeftOut(settings.least_people)
        return cls(least=settings.least_people, groups=groups, left_out=left_out)

    def shown(self, alerts: Iterable[Some]) -> list[Some]:
        """The alerts that may be shown, as they may be shown."""
        return [self._without_people(alert) for alert in alerts if self._is_shown(alert.peak)]

    def listed(self, alerts: Iterable[Some]) -> list[Some]:
        """The same of the newest revisions of alerts; those of too few people are noted."""
        some = list(alerts)
        for alert in some:
            if not self._is_shown(alert.peak):
                self.left_out.note("alert", alert.alert)
        return self.shown(some)

    def _is_shown(self, peak: int) -> bool:
        return self.least == 1 or peak >= self.least

    def near(self, rule: str, groups: Iterable[Near]) -> list[Near]:
        """How near the groups of a rule came, without the people; those of too few left out."""
        some = list(groups)
        for near_group in some:
            if not self._is_shown(near_group.peak):
                self.left_out.note("group", (rule, *sorted(near_group.group.items())))
        return [
            replace(
                near_group,
                group=self.group(rule, near_group.group),
                possible=at_least(near_group.possible, self.least),
                counting=at_least(near_group.counting, self.least),
                people=(),
                possible_people=(),
                left_out=(),
            )
            for near_group in some
            if self._is_shown(near_group.peak)
        ]

    def group(self, rule: str, group: Mapping[str, str]) -> dict[str, str]:
        """A group of a rule without a person in it."""
        hidden = self.groups.get(rule, PERSON_GROUPS)
        return {side: NOT_NAMED if side in hidden else value for side, value in group.items()}

    def _without_people(self, alert: Some) -> Some:
        changes: dict[str, Any] = {
            "group": self.group(alert.rule, alert.group),
            "count": at_least(alert.count, self.least),
            "possible": at_least(alert.possible, self.least),
        }
        if isinstance(alert, Alert):
            changes |= self._lists(alert)
        return replace(alert, **changes)

    def _lists(self, alert: Alert) -> dict[str, Any]:
        figures = {
            name: at_least(getattr(alert, name), self.least)
            for name in ("headcount", "headcount_base")
        }
        people = {
            name: tuple(map(_nobody, getattr(alert, name)))
            for name in ("people", "possible_people")
        }
        return {
            **people,
            **figures,
            **not_said_of_few(alert.peak, alert.unusual, alert.nowcast, least=self.least),
            "left_out": (),
            "new_people": (),
            "gone_people": (),
            "coverage": alert.coverage and self._coverage(alert.coverage),
        }

    def _coverage(self, coverage: Coverage) -> Coverage:
        return Coverage(
            tracked=at_least(coverage.tracked, self.least),
            seen=at_least(coverage.seen, self.least),
            newly_tracked=at_least(coverage.newly_tracked, self.least),
        )


class CountedTransaction(Transaction):
    """The state without anybody in its alerts, and without alerts of too few people."""

    def __init__(self, tx: Transaction, alerts: CountedAlerts) -> None:
        """`alerts` says what of them may be shown."""
        super().__init__(tx.connection)
        self._shown, self._listed = alerts.shown, alerts.listed

    def each_summary(self) -> Iterator[AlertSummary]:
        """Yield the newest revision of each alert, as `Ledger.each_summary` does."""
        for summary in super().each_summary():
            yield from self._listed([summary])

    def revisions(
        self,
        rule: str | None = None,
        *,
        alert: str | None = None,
        rules: Sequence[str] | None = None,
    ) -> list[Alert]:
        """List revisions, as `Ledger.revisions` does."""
        return self._shown(super().revisions(rule, alert=alert, rules=rules))

    def newest_revisions(self, most: int) -> list[Alert]:
        """List the newest revisions, as `Ledger.newest_revisions` does."""
        return self._shown(super().newest_revisions(most))

    def latest_named(self, alerts: Sequence[str]) -> dict[str, Alert]:
        """Read some alerts, as `Ledger.latest_named` does."""
        found = super().latest_named(alerts)
        return {alert.alert: alert for alert in self._shown(found.values())}

    def latest(self, rule: str | None = None, *, before: date | None = None) -> list[Alert]:
        """List the newest revision of each alert, as `Ledger.latest` does."""
        return self._listed(super().latest(rule, before=before))

    def latest_about(self, profiles: Sequence[str], moves: Sequence[str]) -> list[Alert]:  # noqa: ARG002 -- never answered
        """Whom an alert names is not said. Raises UsageError."""
        raise not_shown()

    def newest(self, rule: str | None = None, *, before: date | None = None) -> Iterator[Alert]:
        """Yield the newest revision of each alert, as `Ledger.newest` does."""
        for alert in super().newest(rule, before=before):
            yield from self._listed([alert])

    def news_since(self, day: date) -> Iterator[Alert]:
        """Yield the revisions that became known since a day, as `Ledger.news_since` does."""
        for alert in super().news_since(day):
            yield from self._shown([alert])

    def steps(
        self,
        *,
        rules: Sequence[str] | None = None,
        alerts: Sequence[str] | None = None,
        beginning: str | None = None,
    ) -> Iterator[Notification]:
        """Yield what channels were told, as `Outbox.steps` does."""
        for step in super().steps(rules=rules, alerts=alerts, beginning=beginning):
            for alert in self._shown([step.alert]):
                yield replace(step, alert=alert)

    def notifications(self, rules: Sequence[str] | None = None) -> list[Notification]:
        """List what channels were told, as `Notifications.notifications` does."""
        steps = super().notifications(rules)
        return [replace(step, alert=alert) for step in steps for alert in self._shown([step.alert])]

    def decisions(self, kind: str | None = None) -> list[Decision]:
        """List decisions without what somebody wrote, who may be named in it."""
        return [
            replace(
                decision,
                why="",
                key=_without_person(decision.key) if decision.kind == SILENCE else decision.key,
            )
            for decision in super().decisions(kind)
        ]


def not_shown() -> UsageError:
    """Say that the configuration shows nobody."""
    return UsageError(
        'the configuration says names = "none": no person is shown, only counts'
        " (`talentwatch flows` and `talentwatch alerts` have them)"
    )


def counted_transaction(
    settings: Settings, tx: Transaction, words: Definitions, left_out: LeftOut | None = None
) -> Transaction:
    """The state as the configuration lets lists and pages read it."""
    if settings.names == "full":
        return tx
    return CountedTransaction(tx, CountedAlerts.of(settings, words.rules.rules, left_out))


def counted_reading(
    settings: Settings, reading: Reading, left_out: LeftOut | None = None
) -> Reading:
    """The moves as the configuration lets lists and pages read them."""
    if settings.names == "full":
        return reading
    least = settings.least_people
    return CountedReading(reading, least, left_out or LeftOut(least))


def _nobody(person: Person) -> Person:
    """A person of whom is known nothing but when they count."""
    return replace(
        person,
        person="",
        name="",
        url=None,
        move="",
        origin=_side(person.origin),
        destination=_side(person.destination),
        note=None,
        further=(),
    )


def _side(side: Side | None) -> Side | None:
    return side and replace(side, title=None, location=None)


def _without_person(key: str) -> str:
    named = json.loads(key)
    return json.dumps({**named, "person": NOT_NAMED} if "person" in named else named)
