"""The documents that channels are given: about an alert, or about talentwatch itself.

`body` makes the document of `schemas/alert.schema.json`; everything that shows an alert to people
starts from it, so no channel says more or less than another.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from monitor.base.records import (
    Alert,
    AlertStatus,
    Coverage,
    Evidence,
    Json,
    Notice,
    Person,
    Reason,
    Side,
)
from monitor.delivery.messages.formatting import how_many_people, percent, short

SCHEMA_VERSION = 1
_ENDS = (Reason.CLOSED, Reason.SOURCE_REMOVED)


class SideBody(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a move."""

    organization: str
    name: str
    team: str | None
    title: str | None
    location: str | None


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """A day known only as lying between two days, both included."""

    earliest: date
    latest: date


class PersonBody(msgspec.Struct, frozen=True, kw_only=True):
    """One person, with both sides, dates and evidence."""

    person: str
    name: str
    move: str
    origin: SideBody | None = msgspec.field(name="from")
    destination: SideBody | None = msgspec.field(name="to")
    left: Days
    joined: Days
    certain_from: date | None
    certain_until: date | None
    possible_from: date
    possible_until: date | None
    new: bool
    evidence: tuple[Evidence, ...]
    note: str | None


class CoverageBody(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the origin could be seen."""

    tracked: int
    seen: int
    newly_tracked: int


class RevisionBody(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to an alert since the receiver was last told of it."""

    revision: int
    reason: Reason
    status: AlertStatus
    severity: str
    known_on: date
    opened_on: date
    closed_on: date | None
    people: int
    """How many people it counted then, on any of its days."""


class AlertBody(msgspec.Struct, frozen=True, kw_only=True, tag="alert", tag_field="type"):
    """The document about one alert, as `schemas/alert.schema.json` promises it."""

    schema: int
    alert: str
    revision: int
    reason: Reason
    rule: str
    title: str
    severity: str
    headline: str
    group: dict[str, str]
    window: str
    status: AlertStatus
    opened_on: date
    closed_on: date | None
    ends_on: date | None
    known_on: date
    first_known_on: date
    count: int
    possible: int
    peak: int
    threshold: int
    measure: str = "people"
    part: float | None = None
    asked_part: float | None = None
    headcount: int | None = None
    headcount_base: int | None = None
    expected: float | None
    probability: float | None
    late: bool
    late_days: int
    backfill: bool
    baseline: bool
    backlog: bool
    people: tuple[PersonBody, ...]
    possible_people: tuple[PersonBody, ...]
    left_out: tuple[PersonBody, ...]
    taken_back: tuple[PersonBody, ...]
    coverage: CoverageBody | None
    link: str | None
    kept_back: str | None = None
    """What kept it from the receiver until now, such as `was silenced until 2025-09-01 (why)`."""
    names: str = "full"
    """How people are named on this channel: `full`, `short`, or `none` for counts only."""
    revisions: tuple[RevisionBody, ...] = ()
    """What happened since the receiver was last told, in order."""
    merged_into: str | None = None
    """The id of the alert in which this one goes on."""


class DigestEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One alert of a digest."""

    alert: str
    revision: int
    reason: Reason
    rule: str
    severity: str
    headline: str
    link: str | None


class DigestBody(msgspec.Struct, frozen=True, kw_only=True, tag="digest", tag_field="type"):
    """The document about many alerts of one run: the top ones, and how many there are."""

    schema: int
    headline: str
    severity: str
    """The highest of them."""
    on: date
    count: int
    rules: dict[str, int]
    """How many alerts there are of each rule."""
    alerts: tuple[DigestEntry, ...]
    """The top ones."""


class NoticeBody(msgspec.Struct, frozen=True, kw_only=True, tag="notice", tag_field="type"):
    """The document about talentwatch itself, for the operator."""

    schema: int
    key: str
    title: str
    text: str
    on: date
    facts: dict[str, Json]


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
    known = None if before is None else {person.key for person in before.people}
    now = {person.key for person in alert.people}
    # The people of a merged alert are not taken back: they are in the other one.
    is_taken_back = before is not None and alert.status is not AlertStatus.MERGED
    gone = tuple(p for p in before.people if p.key not in now) if before and is_taken_back else ()
    late_days = _late_days(alert, before, on)
    document = AlertBody(
        schema=SCHEMA_VERSION,
        alert=alert.alert,
        revision=alert.revision,
        reason=reason,
        rule=alert.rule,
        title=subject.title,
        severity=alert.severity,
        headline=_headline(alert, subject, reason, before),
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
        expected=None,
        probability=None,
        late=late_days is not None,
        late_days=late_days or 0,
        backfill=backfill,
        baseline=alert.baseline,
        backlog=alert.backlog,
        people=tuple(_person(person, known) for person in alert.people),
        possible_people=tuple(_person(person, None) for person in alert.possible_people),
        left_out=tuple(_person(person, None) for person in alert.left_out),
        taken_back=tuple(_person(person, None) for person in gone),
        coverage=_coverage(alert.coverage),
        link=_page(alert, subject),
        kept_back=kept_back,
        revisions=tuple(map(_revision, revisions)),
        merged_into=alert.merged_into,
    )
    return dict(msgspec.to_builtins(document))


def _late_days(alert: Alert, before: Alert | None, on: date | None) -> int | None:
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


def _person(person: Person, known: set[str] | None) -> PersonBody:
    return PersonBody(
        person=person.person,
        name=person.name,
        move=person.move,
        origin=_side_body(person.origin),
        destination=_side_body(person.destination),
        left=Days(earliest=person.left.earliest, latest=person.left.latest),
        joined=Days(earliest=person.joined.earliest, latest=person.joined.latest),
        certain_from=person.certain_from,
        certain_until=person.certain_until,
        possible_from=person.possible_from,
        possible_until=person.possible_until,
        new=known is not None and person.key not in known,
        evidence=person.evidence,
        note=person.note,
    )


def _side_body(side: Side | None) -> SideBody | None:
    if side is None:
        return None
    return SideBody(
        organization=side.organization,
        name=side.name,
        team=side.team,
        title=side.title,
        location=side.location,
    )


def _coverage(coverage: Coverage | None) -> CoverageBody | None:
    if coverage is None:
        return None
    return CoverageBody(
        tracked=coverage.tracked, seen=coverage.seen, newly_tracked=coverage.newly_tracked
    )


def _headline(alert: Alert, subject: Subject, reason: Reason, before: Alert | None) -> str:
    known = None if before is None else {person.key for person in before.people}
    # What is withdrawn has nobody left: those who were told of it know it by whom they were told.
    people = alert.people or (before.people if before else ())
    origin = _shared([person.origin for person in people], subject.names)
    destination = _shared([person.destination for person in people], subject.names)
    count = alert.count if alert.status is AlertStatus.OPEN else alert.peak
    flow = _flow(alert, origin, destination) if people else subject.title
    what = f"{flow}: {_figure(alert, count)} {subject.window} (threshold {_threshold(alert)})"
    if reason is Reason.WITHDRAWN:
        return f"Withdrawn: {flow}, {subject.window} (threshold {_threshold(alert)})"
    if reason is Reason.MERGED:
        return f"Merged: {flow}, {subject.window} goes on as alert {alert.merged_into}"
    if alert.status is AlertStatus.CLOSED and reason not in _ENDS:
        what = f"{what}, over since {alert.closed_on}"
    if reason is Reason.GREW:
        new = 0 if known is None else len({p.key for p in alert.people} - known)
        return f"{what}, {new} new" if new else what
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
        share = percent(abs(alert.part))
        if alert.measure == "change":
            share += " fewer" if alert.part < 0 else " more"
        return f"{alert.headcount} of {how_many_people(alert.headcount_base or 0)}, {share}"
    if alert.measure == "net":
        return f"net {alert.peak}, {people}"
    if alert.part is None:
        return people
    return f"{percent(alert.part)}, {people}"


def _threshold(alert: Alert) -> str:
    if alert.asked_part is None:
        return str(alert.threshold)
    if alert.measure == "change":
        direction = "fewer" if alert.asked_part < 0 else "more"
        people = how_many_people(alert.threshold)
        return f"{percent(abs(alert.asked_part))} {direction} of at least {people}"
    return f"{percent(alert.asked_part)} and {how_many_people(alert.threshold)}"


def _shared(sides: Sequence[Side | None], names: Mapping[str, str]) -> str:
    known = [side for side in sides if side is not None]
    organizations = {side.organization for side in known}
    if not known:
        return "unknown"
    if len(organizations) > 1:
        return "several organisations"
    organization = organizations.pop()
    if organization in names:
        return short(names[organization])
    # The spelling that most profiles use; the first in the alphabet if two are as common.
    spellings = Counter(side.name for side in known)
    return short(min(spellings, key=lambda name: (-spellings[name], name)))
