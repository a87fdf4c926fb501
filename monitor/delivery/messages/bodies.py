"""The shapes of the documents that channels are given, as `schemas/alert.schema.json` has them.

Sides, days, evidence and coverage are the records themselves; a person and an alert say there what
a receiver needs of them, and so have shapes of their own.
"""

from datetime import date

import msgspec

from monitor.base.records import AlertStatus, Coverage, Evidence, Interval, Json, Reason, Side
from monitor.base.usual import Nowcast, Usual


class PersonBody(msgspec.Struct, frozen=True, kw_only=True):
    """One person, with both sides, dates and evidence."""

    person: str
    name: str
    move: str
    origin: Side | None = msgspec.field(name="from")
    destination: Side | None = msgspec.field(name="to")
    left: Interval
    joined: Interval
    certain_from: date | None
    certain_until: date | None
    possible_from: date
    possible_until: date | None
    new: bool
    evidence: tuple[Evidence, ...]
    note: str | None


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


class NotListed(msgspec.Struct, frozen=True, kw_only=True):
    """How many people of each list a message leaves out, and the command that lists them all."""

    people: int
    new: int
    """How many of those people are new."""
    possible_people: int
    left_out: int
    taken_back: int
    command: str

    @property
    def count(self) -> int:
        """All of them together."""
        return self.people + self.possible_people + self.left_out + self.taken_back


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
    expected: float | None = None
    probability: float | None = None
    unusual: Usual | None = None
    """What both follow from, or why nobody can tell; None where the rule has no such figures."""
    nowcast: Nowcast | None = None
    """How many there will be once late profiles are in; None where the rule has no such figure."""
    late: bool
    late_days: int
    backfill: bool
    baseline: bool
    backlog: bool
    people: tuple[PersonBody, ...]
    possible_people: tuple[PersonBody, ...]
    left_out: tuple[PersonBody, ...]
    taken_back: tuple[PersonBody, ...]
    coverage: Coverage | None
    link: str | None
    kept_back: str | None = None
    """What kept it from the receiver until now, such as `was silenced until 2025-09-01 (why)`."""
    names: str = "full"
    """How people are named on this channel: `full`, `short`, or `none` for counts only."""
    revisions: tuple[RevisionBody, ...] = ()
    """What happened since the receiver was last told, in order."""
    merged_into: str | None = None
    """The id of the alert in which this one goes on."""
    least_people: int | None = None
    """Figures of fewer people are 0 in it; None: all figures are as they are."""
    not_listed: NotListed | None = None
    """The people beyond those that a message lists; None if all are listed."""


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
