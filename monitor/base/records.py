"""The words of the design as values: what the stages of a cycle hand to each other.

All of them are frozen; days are `datetime.date` in UTC; every stretch of days named `from`/`until`
is half-open, every `Interval` of a partial date is closed on both sides.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, BinaryIO

from monitor.base.profile import FileForm
from monitor.base.usual import Nowcast, Usual

Json = Any  # the JSON edge: values that go straight to a serializer


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A day known only as lying between two days, both included."""

    earliest: date
    latest: date

    def __str__(self) -> str:
        if self.earliest == self.latest:
            return self.earliest.isoformat()
        return f"{self.earliest.isoformat()} to {self.latest.isoformat()}"


class Verdict(StrEnum):
    """What the quality gates, or an operator, said of a snapshot."""

    BASELINE = "baseline"
    ACCEPTED = "accepted"
    SUSPECT = "suspect"
    REJECTED = "rejected"


SPEAKS = (Verdict.BASELINE, Verdict.ACCEPTED)
"""The verdicts of snapshots that are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One source as it can be read for one day: what a snapshot is made of."""

    source: str
    observed_on: date
    origin: str
    """The name a person knows it by: a file's name."""
    sha256: str
    """The checksum of the bytes at the origin: equal bytes are the same content."""
    open: Callable[[], AbstractContextManager[BinaryIO]]
    """Opens a binary stream of JSON Lines, one profile a line, decompressed, in bounded memory.

    Raises SourceError, naming the origin, when the bytes cannot be read.
    """
    place: str | None = None
    """Where a command finds it, if it is a file."""
    first_line: int = 1
    """The line of the origin that the first line of the stream stands for."""
    since: date | None = None
    """The first day of the files that it rests on, if people keep their rows from day to day."""
    final_on: date | None = None
    """Of a history that only grows: the first day on which nothing is added to it any more."""
    form: "FileForm" = field(default_factory=lambda: FileForm(), compare=False)  # noqa: PLW0108 -- it stands below
    """How its table is written: filled in when it is read."""


NO_ROW = "no row of the table: "
"""Begins what stands in the place of positions where a line of a table could not be read."""
SHARED_NAME = "a name that several people have: "
"""Begins the same for rows of one name that are of several people."""

OPEN_ENDS, LATER_STARTS, NAMESAKES = "open_ends", "later_starts", "namesakes"
"""Ends that mean none; starts after the day of observation; names that several people have."""
NOT_LOOKED_AT, SET_ASIDE, ABSENT = "not_looked_at", "set_aside", "absent"
"""People as last seen on an earlier day; records with faults, with a reason that many have; people
of whom the source shows no profile, as it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """Something in a file that was read and means less than it seems to."""

    count: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedRows:
    """That people were erased from a stored snapshot: when, and how many rows were numbered."""

    on: date
    profiles: int
    positions: int
    number: int = 0
    """The first number that this erasure gave; 0 where that was not written down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The description of one stored snapshot; its file makes the snapshot complete."""

    source: str
    observed_on: date
    origin: str
    origin_sha256: str
    profiles: int
    positions: int
    rejected: int
    warnings: int
    schema_version: int
    content: str
    """How the content hashes were made; hashes made in different ways cannot be compared."""
    files: Mapping[str, str]
    """SHA-256 of every file of the snapshot, by name."""
    filled: Mapping[str, int] = field(default_factory=dict)
    """How many cells of each field are filled; empty if it was taken in before this was counted."""
    nobody: int = 0
    """How many of the `rejected` are vacant posts and the like: no fault of the file."""
    base: date | None = None
    """The day of the snapshot that has what this one does not keep; None if it is whole."""
    form: FileForm = field(default_factory=FileForm)
    """How its table was written; empty if it was taken in before this was kept."""
    noticed: Mapping[str, Noticed] = field(default_factory=dict)
    """By kind (OPEN_ENDS, LATER_STARTS, NAMESAKES, NOT_LOOKED_AT, SET_ASIDE, ABSENT): how many,
    and one."""
    erased: tuple[ErasedRows, ...] = ()
    """The erasures that changed it since it was taken in, in order."""

    @property
    def faulty(self) -> int:
        """How many records were set aside by a fault of the file."""
        namesakes = self.noticed.get(NAMESAKES)
        return self.rejected - self.nobody - (namesakes.count if namesakes else 0)

    @property
    def fingerprint(self) -> str:
        """The identity of what the snapshot says, for noticing that it was replaced."""
        return f"{self.observed_on.isoformat()}:{self.origin_sha256}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRow:
    """One snapshot with its verdict, as `talentwatch snapshots` lists it."""

    source: str
    observed_on: date
    profiles: int
    rejected: int
    verdict: Verdict
    reasons: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    """What a run says beside the verdict when it takes the snapshot in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a move: where a person was or went."""

    organization: str
    """The canonical id."""
    name: str
    """What the profile wrote."""
    team: str | None
    title: str | None
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a move can be checked: the last look at the old state, and the first at the new one."""

    source: str
    before_on: date | None
    """The last observation that still showed the earlier state; None at first sight."""
    after_on: date
    """The observation that showed the move."""
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person counted in an alert (or possibly to be counted), with the evidence for it."""

    person: str
    name: str
    url: str | None
    source: str
    move: str
    origin: Side | None
    destination: Side | None
    left: Interval
    joined: Interval
    before_on: date | None
    """The last observation that still showed the earlier state; None at first sight."""
    after_on: date
    """The observation that showed the move."""
    certain_from: date | None
    """From this day on the person counts certainly; None if on no day."""
    certain_until: date | None
    """The first day on which the person no longer counts certainly; None if it never ends."""
    possible_from: date
    possible_until: date | None
    note: str | None = None
    """Why the person is only possible or left out, if so."""
    linked: bool = False
    """Whether `person` is the id that a link of several profiles gave, not one source's own."""
    further: tuple[Evidence, ...] = ()
    """Other profiles of the person that tell of the same move."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Everything by which the move can be checked, what was seen first in front."""
        own = Evidence(
            source=self.source, before_on=self.before_on, after_on=self.after_on, url=self.url
        )
        return (own, *self.further)

    @property
    def key(self) -> str:
        """The identity to count by: ids of different sources are different people until linked."""
        return self.person if self.linked else f"{self.source}:{self.person}"


class AlertStatus(StrEnum):
    """Where an alert stands at the horizon."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    """It goes on in an older alert of its rule and group."""


SEVERITIES = ("info", "warning", "critical")
"""How grave an alert may be, from the least on."""


class Reason(StrEnum):
    """Why an alert got a new revision, and so why a message is sent."""

    OPENED = "opened"
    GREW = "grew"
    ESCALATED = "escalated"
    """It is graver than before, by people who are new or by a figure that rose."""
    CORRECTED = "corrected"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    """It goes on in an older alert of its rule and group."""
    SOURCE_REMOVED = "source_removed"
    """An operator removed the source that it rests on: it is closed, and nothing is taken back."""
    REMINDED = "reminded"
    """Nothing is new and it is still open: no revision, only a message."""
    REVISED = "revised"
    """Dates or evidence changed, the people and the status did not: recorded, never sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the origin could be seen when an alert was evaluated."""

    tracked: int
    """People known to be at the origin (or to have left it within the window)."""
    seen: int
    """How many of them the latest accepted snapshots showed."""
    newly_tracked: int
    """How many of them were first seen within the window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSummary:
    """One revision of an alert without its people: what lists are filtered and sorted by."""

    alert: str
    rule: str
    group: Mapping[str, str]
    revision: int
    reason: Reason
    known_on: date
    """The day whose evaluation made this revision."""
    first_known_on: date
    status: AlertStatus
    late: bool
    late_days: int
    severity: str
    opened_on: date
    closed_on: date | None
    """The first day below the threshold, once it has come."""
    ends_on: date | None
    """The first day below the threshold if nothing new becomes known; None if it never comes."""
    count: int
    possible: int
    peak: int
    threshold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(AlertSummary):
    """One revision of an alert: an episode as it was known on one day."""

    measure: str = "people"
    """What the rule measures: people, share, net, first or change."""
    part: float | None = None
    """The share or change that was farthest from none on one of its days; None of people."""
    asked_part: float | None = None
    """The share or change that the rule asks for."""
    headcount: int | None = None
    """How many were there on the day of `part`, or at the peak; None where moves are counted."""
    headcount_base: int | None = None
    """Of how many: of a share all at the place, of a change those there one window before."""
    people: tuple[Person, ...]
    """Everyone certain on any day of the episode, in order of person."""
    possible_people: tuple[Person, ...] = ()
    """Everyone who may have counted on some day of the episode but never certainly did."""
    left_out: tuple[Person, ...] = ()
    """People whose moves fit the group but do not count (held, say), with the note why."""
    new_people: tuple[str, ...] = ()
    """The person ids that this revision adds."""
    gone_people: tuple[str, ...] = ()
    """The person ids that this revision takes back."""
    baseline: bool = False
    """Whether all of it was revealed by the first snapshot of its source."""
    backlog: bool = False
    expected: float | None = None
    probability: float | None = None
    unusual: Usual | None = None
    nowcast: Nowcast | None = None
    coverage: Coverage | None = None
    merged_into: str | None = None
    """The id of the older alert in which a merged one goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing the operator must know, told once under its key."""

    key: str
    """The identity of the cause: the same cause is told once."""
    title: str
    text: str
    on: date
    facts: Mapping[str, Json] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    """The ids of some people that it is about; channels that name nobody are not told them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a channel is asked to send: one alert revision or one notice, already addressed.

    `body` is the JSON document of `schemas/alert.schema.json` (or of a notice); a channel that
    shows people text renders it with `monitor.delivery.messages`.
    """

    id: str
    """Never changes between tries; receivers drop repeats by it."""
    channel: str
    body: Mapping[str, Json]
    thread: str | None = None
    """What the message belongs to: the same for all messages to a channel about one alert."""
    handle: str | None = None
    """What the channel called the first message of the thread, if it said so."""
    picture: bytes | None = field(default=None, repr=False)
    """A PNG that goes with the words, where the channel can show one."""


class Decided(StrEnum):
    """What two organisations are to each other."""

    SAME = "same"
    """One organisation under two names, at all times."""
    MERGER = "merger"
    """Two of which one became a part of the other on a day."""
    REAL = "real"
    """Two, between which people really moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationDecision:
    """What was decided of two organisations: as names or ids, from a day on."""

    origin: str
    destination: str
    decided: Decided
    on: date | None
    """None: at all times, which a merger cannot be."""
