"""The documents that channels are given: about an alert, or about talentwatch itself.

`body` makes the document of `schemas/alert.schema.json`; everything that shows an alert to people
starts from it, so no channel says more or less than another.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import msgspec

from monitor.base.records import (
    Alert,
    AlertStatus,
    Json,
    Notice,
    Person,
    Reason,
    Side,
)
from monitor.delivery.messages.bodies import (
    AlertBody,
    DigestBody,
    NoticeBody,
    NotListed,
    PersonBody,
    RevisionBody,
)
from monitor.delivery.messages.formatting import (
    at_least,
    fewer_people,
    how_many_people,
    part_words,
    percent,
    short,
    threshold_words,
)
from monitor.delivery.messages.usual_words import not_said_of_few

SCHEMA_VERSION = 1
_ENDS = (Reason.CLOSED, Reason.SOURCE_REMOVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a message says about its rule beyond the alert itself."""

    title: str
    window: str
    """The window in words: `within 90 days`, `since 2025-01-01`."""
    board: str | None = None
    """The address of the board, if there is one: each alert has its page on it."""
    names: Mapping[str, str] = field(default_factory=dict)
    """How to write organisations, by canonical id; the rest is written as the profiles do."""
    most_people: int | None = None
    """The most people that a message lists; None: all."""
    least_people: int = 1
    """Figures of fewer people are not said."""
    persons: frozenset[str] = frozenset({"person"})
    """The values of a group of the rule that are one person."""


def body(  # noqa: PLR0913 -- all that a message says
    alert: Alert,
    *,
    subject: Subject,
    reason: Reason | None = None,
    before: Alert | None = None,
    revisions: Sequence[Alert] = (),
    backfill: bool = False,
    kept_back: str | None = None,
    on: date | None = None,
) -> dict[str, Json]:
    """Write an alert revision as the document of `schemas/alert.schema.json`.

    `reason` is why this message is sent, the revision's own if not given; `before` is the alert as
    the receiver was last told of it, from which follows who is new and who is taken back;
    `revisions` is what happened since; `on` is the day of the message.
    """
    reason = alert.reason if reason is None else reason
    late_days = late_days_of(alert, before, on)
    kept, not_listed = _bounded(_lists(alert, before), subject.most_people, alert.alert)
    document = msgspec.structs.replace(
        _as_it_stands(alert, subject, kept),
        reason=reason,
        headline=_headline(alert, subject, reason, before),
        late=late_days is not None,
        late_days=late_days or 0,
        backfill=backfill,
        kept_back=kept_back,
        revisions=tuple(map(_revision, revisions)),
        not_listed=not_listed,
    )
    return dict(msgspec.to_builtins(_without_few(document, subject.least_people)))


def _without_few(alert: AlertBody, least: int) -> AlertBody:
    """Leave out the figures of fewer people than `least`, where it is more than one."""
    if least <= 1:
        return alert
    figures = ("count", "possible", "peak", "headcount", "headcount_base")
    shown = {name: at_least(getattr(alert, name), least) for name in figures}
    seen = alert.coverage
    if seen is not None:
        names = ("tracked", "seen", "newly_tracked")
        seen = replace(seen, **{name: at_least(getattr(seen, name), least) for name in names})
    revisions = [
        msgspec.structs.replace(revision, people=at_least(revision.people, least))
        for revision in alert.revisions
    ]
    unsaid = not_said_of_few(alert.peak, alert.unusual, alert.nowcast, least=least)
    return msgspec.structs.replace(
        alert, coverage=seen, revisions=tuple(revisions), least_people=least, **shown, **unsaid
    )


def _as_it_stands(alert: Alert, subject: Subject, lists: "_Lists") -> AlertBody:
    """Write an alert as if nobody had been told of it before."""
    return AlertBody(
        schema=SCHEMA_VERSION,
        alert=alert.alert,
        revision=alert.revision,
        reason=alert.reason,
        rule=alert.rule,
        title=subject.title,
        severity=alert.severity,
        headline=subject.title,
        group=dict(sorted(alert.group.items())),
        window=subject.window,
        status=alert.status,
        opened_on=alert.opened_on,
        closed_on=alert.closed_on,
        ends_on=alert.ends_on,
        known_on=alert.known_on,
        first_known_on=alert.first_known_on,
        count=alert.count,
        possible=alert.possible,
        peak=alert.peak,
        threshold=alert.threshold,
        measure=alert.measure,
        part=alert.part,
        asked_part=alert.asked_part,
        headcount=alert.headcount,
        headcount_base=alert.headcount_base,
        expected=alert.expected,
        probability=alert.probability,
        unusual=alert.unusual,
        nowcast=alert.nowcast,
        late=alert.late,
        late_days=alert.late_days,
        backfill=False,
        baseline=alert.baseline,
        backlog=alert.backlog,
        people=lists.people,
        possible_people=lists.possible_people,
        left_out=lists.left_out,
        taken_back=lists.taken_back,
        coverage=alert.coverage,
        link=_page(alert, subject),
        merged_into=alert.merged_into,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lists:
    """The people of a message."""

    people: tuple[PersonBody, ...]
    possible_people: tuple[PersonBody, ...]
    left_out: tuple[PersonBody, ...]
    taken_back: tuple[PersonBody, ...]


def _lists(alert: Alert, before: Alert | None) -> _Lists:
    """Write everyone, with who is new to a receiver and who was taken back since."""
    told_before = None if before is None else {person.key for person in before.people}
    now = {person.key for person in alert.people}
    # The people of a merged alert are not taken back: they are in the other one.
    is_taken_back = before is not None and alert.status is not AlertStatus.MERGED
    gone = tuple(p for p in before.people if p.key not in now) if before and is_taken_back else ()
    return _Lists(
        people=tuple(_person(person, told_before) for person in alert.people),
        possible_people=tuple(_person(person, None) for person in alert.possible_people),
        left_out=tuple(_person(person, None) for person in alert.left_out),
        taken_back=tuple(_person(person, None) for person in gone),
    )


def _bounded(lists: _Lists, most: int | None, alert: str) -> tuple[_Lists, NotListed | None]:
    """Leave in the lists the most important people: the new ones, then who is taken back."""
    everyone = sum(
        map(len, (lists.people, lists.possible_people, lists.left_out, lists.taken_back))
    )
    if most is None or everyone <= most:
        return lists, None
    new = [person for person in lists.people if person.new][:most]
    room = most - len(new)
    taken_back = lists.taken_back[:room]
    room -= len(taken_back)
    others = [person for person in lists.people if not person.new][:room]
    room -= len(others)
    possible = lists.possible_people[:room]
    left_out = lists.left_out[: room - len(possible)]
    listed = {*(person.move for person in (*new, *others))}
    kept = _Lists(
        people=tuple(person for person in lists.people if person.move in listed),
        possible_people=possible,
        left_out=left_out,
        taken_back=taken_back,
    )
    return kept, NotListed(
        people=len(lists.people) - len(kept.people),
        new=sum(person.new for person in lists.people) - len(new),
        possible_people=len(lists.possible_people) - len(possible),
        left_out=len(lists.left_out) - len(left_out),
        taken_back=len(lists.taken_back) - len(taken_back),
        command=f"talentwatch explain {alert}",
    )


def late_days_of(alert: Alert, before: Alert | None, on: date | None) -> int | None:
    """How many days after its end an alert becomes known, or is told first; None if it is news."""
    if alert.late:
        return alert.late_days
    if before is not None or on is None or alert.closed_on is None or on <= alert.closed_on:
        return None
    return (on - alert.closed_on).days


def _revision(alert: Alert) -> RevisionBody:
    return RevisionBody(
        revision=alert.revision,
        reason=alert.reason,
        status=alert.status,
        severity=alert.severity,
        known_on=alert.known_on,
        opened_on=alert.opened_on,
        closed_on=alert.closed_on,
        people=len(alert.people),
    )


def _page(alert: Alert, subject: Subject) -> str | None:
    return subject.board and f"{subject.board.rstrip('/')}/alerts/{alert.alert}"


def notice_body(notice: Notice, *, names: bool = True) -> dict[str, Json]:
    """Write a notice as a document, with the people that it gives as examples or without."""
    examples = list(notice.examples) if names else []
    among = f" Among them: {', '.join(examples)}." if examples else ""
    document = NoticeBody(
        schema=SCHEMA_VERSION,
        key=notice.key,
        title=notice.title,
        text=f"{notice.text}{among}",
        on=notice.on,
        facts={**notice.facts, **({"examples": examples} if examples else {})},
    )
    return dict(msgspec.to_builtins(document))


def read(document: Mapping[str, Json]) -> AlertBody | DigestBody | NoticeBody:
    """Read a document back into its parts."""
    return msgspec.convert(dict(document), AlertBody | DigestBody | NoticeBody)


def _person(person: Person, told_before: set[str] | None) -> PersonBody:
    return PersonBody(
        person=person.person,
        name=person.name,
        move=person.move,
        origin=person.origin,
        destination=person.destination,
        left=person.left,
        joined=person.joined,
        certain_from=person.certain_from,
        certain_until=person.certain_until,
        possible_from=person.possible_from,
        possible_until=person.possible_until,
        new=told_before is not None and person.key not in told_before,
        evidence=person.evidence,
        note=person.note,
    )


def _headline(alert: Alert, subject: Subject, reason: Reason, before: Alert | None) -> str:
    told_before = None if before is None else {person.key for person in before.people}
    # What is withdrawn has nobody left: those who were told of it know it by whom they were told.
    people = alert.people or (before.people if before else ())
    origin = _shared([person.origin for person in people], subject.names)
    destination = _shared([person.destination for person in people], subject.names)
    count = alert.count if alert.status is AlertStatus.OPEN else alert.peak
    flow = _flow(alert, origin, destination) if people else subject.title
    figure = (
        _figure(alert, count)
        if at_least(count, subject.least_people)
        else fewer_people(subject.least_people)
    )
    threshold = threshold_words(alert.measure, alert.asked_part, alert.threshold)
    what = f"{flow}: {figure} {subject.window} (threshold {threshold})"
    if reason is Reason.WITHDRAWN:
        return f"Withdrawn: {flow}, {subject.window} (threshold {threshold})"
    if reason is Reason.MERGED:
        return f"Merged: {flow}, {subject.window} goes on as alert {alert.merged_into}"
    if alert.status is AlertStatus.CLOSED and reason not in _ENDS:
        what = f"{what}, over since {alert.closed_on}"
    if reason is Reason.GREW:
        new = 0 if told_before is None else len({p.key for p in alert.people} - told_before)
        return f"{what}, {new} new" if at_least(new, subject.least_people) else what
    said = {
        Reason.ESCALATED: f"Now {alert.severity}",
        Reason.REVISED: "Revised",
        Reason.CORRECTED: "Corrected",
        Reason.CLOSED: "Over",
        Reason.SOURCE_REMOVED: "Source removed",
        Reason.REMINDED: "Still open",
    }
    return f"{said[reason]}: {what}" if reason in said else what


def _flow(alert: Alert, origin: str, destination: str) -> str:
    """Say from where to where people went; of a headcount, the place whose it is."""
    if alert.headcount is None or alert.measure != "change":
        only_there = alert.headcount is not None and origin == "unknown"
        return destination if only_there else f"{origin} → {destination}"
    return origin if (alert.asked_part or 0) < 0 else destination


def _figure(alert: Alert, count: int) -> str:
    """Say the figure that the rule measures: at its peak, where it is no plain count."""
    people = how_many_people(count)
    if alert.headcount is not None and alert.part is not None:
        share = part_words(alert.measure, alert.part)
        return f"{alert.headcount} of {how_many_people(alert.headcount_base or 0)}, {share}"
    if alert.measure == "net":
        return f"net {alert.peak}, {people}"
    if alert.part is None:
        return people
    return f"{percent(alert.part)}, {people}"


def _shared(sides: Sequence[Side | None], names: Mapping[str, str]) -> str:
    stated = [side for side in sides if side is not None]
    organizations = {side.organization for side in stated}
    if not stated:
        return "unknown"
    if len(organizations) > 1:
        return "several organisations"
    organization = organizations.pop()
    if organization in names:
        return short(names[organization])
    # The spelling that most profiles use; the first in the alphabet if two are as common.
    spellings = Counter(side.name for side in stated)
    return short(min(spellings, key=lambda name: (-spellings[name], name)))
