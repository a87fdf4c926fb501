"""The shapes of the rows that the API gives: the keys of the commands' `--json`."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType, field


class Shape(Struct, kw_only=True):
    """A row."""


class IntervalRecord(Shape):
    """A day known only as lying between two days, both included."""

    earliest: str
    latest: str


class SideRecord(Shape):
    """One side of a move."""

    organization: str
    """The canonical id."""
    name: str
    """What the profile wrote."""
    team: str | None
    title: str | None


class EvidenceRecord(Shape):
    """Where a move can be checked."""

    source: str
    before_on: str | None
    after_on: str
    url: str | None


class PersonRecord(Shape):
    """One person of an alert, before and after."""

    person: str
    name: str
    url: str | None
    source: str
    move: str
    from_: SideRecord | None = field(name="from")
    to: SideRecord | None
    left: IntervalRecord
    joined: IntervalRecord
    before_on: str | None
    after_on: str
    evidence: list[EvidenceRecord]
    why: str | UnsetType | None = UNSET
    """Why somebody was left out."""


class AlertRecord(Shape):
    """An alert as it stands."""

    alert: str
    rule: str
    group: dict[str, str]
    status: str
    late: bool
    severity: str
    opened_on: str
    closed_on: str | None
    count: int
    possible: Any
    """How many may count at most; of one alert by itself these people."""
    peak: int
    threshold: int
    people: list[PersonRecord]
    expected: float | None
    """How many people were to be expected; None where that cannot be told."""
    probability: float | None
    """The chance of so many or more, where so many were to be expected."""
    unusual: dict[str, Any] | None
    """What both follow from, as judged when the alert opened."""
    nowcast: dict[str, Any] | None
    """How many people there will be once late profiles are in, or why that cannot be told."""
    first_known_on: str
    late_days: int
    revision: int
    notified_late_days: int | UnsetType = UNSET
    merged_into: str | UnsetType = UNSET
    hushed: str | UnsetType = UNSET
    names: str | UnsetType = UNSET
    """`none` where only counts are shown, and so nobody is listed."""
    left_out: list[PersonRecord] | UnsetType = UNSET


class MoveRecord(Shape):
    """One person who left one tenure and took the next."""

    move: str
    person: str
    name: str
    source: str
    from_: SideRecord | None = field(name="from")
    to: SideRecord | None
    left: IntervalRecord
    joined: IntervalRecord
    observed_on: str
    status: str
    reason: str | None
    evidence: list[EvidenceRecord] | UnsetType = UNSET


class FlowRecord(Shape):
    """How many people went from one organisation to another."""

    from_: str | None = field(name="from")
    to: str | None
    people: int
    first: str
    last: str


class OrganizationRecord(Shape):
    """An organisation with how many people are known there."""

    organization: str
    name: str
    people: int
    at_most: int
    people_a_year_before: int
    came: int
    went: int
    trend: list[int]


class DecisionRecord(Shape):
    """What an operator said of a snapshot."""

    verdict: str
    by: str
    why: str
    on: str


class SnapshotRecord(Shape):
    """All profiles of one source as observed on one day, with the verdict."""

    source: str
    observed_on: str
    profiles: int
    rejected: int
    verdict: str
    reasons: list[str]
    may_miss: dict[str, Any] | None
    decisions: list[DecisionRecord]


class DeliveryRecord(Shape):
    """One message to one channel."""

    id: str
    channel: str
    about: str
    alerts: list[str]
    status: str
    attempts: int
    created_at: str
    next_attempt_at: str
    done_at: str | None
    blame: str | None
    error: str | None


class SilenceRecord(Shape):
    """What is muted for a while."""

    number: int
    status: str
    rule: str | None
    group: dict[str, str]
    organization: str | None
    person: str | None
    since: str
    until: str
    why: str
    by: str


class NamedRecord(Shape):
    """An organisation and how profiles write it."""

    organization: str
    name: str


class HeldRecord(Shape):
    """What may be a change of organisations, and waits for a decision."""

    decided: str | None
    """same, merger or real, where it was decided since the last run: the next one follows."""
    from_: NamedRecord = field(name="from")
    to: NamedRecord
    source: str
    observed_on: str
    kind: str
    people: int
    of_people: int
    existed: bool
    reason: str | None


class RuleRecord(Shape):
    """What is watched for; of a broken rule only the first keys are there."""

    rule: str
    status: str
    open_alerts: int
    file: str
    title: str | UnsetType = UNSET
    severity: str | UnsetType = UNSET
    asks: str | UnsetType = UNSET
    channels: list[str] | UnsetType = UNSET
    confirmed: int | UnsetType = UNSET
    false: int | UnsetType = UNSET
    precision: float | UnsetType | None = UNSET


class CountStep(Shape):
    """From which day on how many count."""

    day: str
    count: int
    """As the rule counts: certainly or possibly, less those who went the other way for `net`."""
    possible: int


class StepsRecord(Shape):
    """What a rule counts in one group, day by day."""

    rule: str
    within_days: int | None
    """The window; None where a rule counts since a day, or who is there."""
    group: dict[str, str]
    known_on: str
    """The day of the newest news of the group."""
    count: int
    """On the day to which the rules were evaluated."""
    peak: int
    possible: int
    threshold: int
    alerts: int
    """How often the count came to the threshold."""
    steps: list[CountStep]


class FoundRecord(Shape):
    """Something whose name or id has what was looked for."""

    kind: str
    """organization, person, alert or rule."""
    id: str
    name: str
    address: str
    """Of its page."""


class StatusRecord(Shape):
    """What is wrong, what waits, and how old the news of each source is."""

    problems: list[str]
    """What is wrong and what to do, in words."""
    problem_reasons: dict[str, int]
    """How many things are wrong, by a word for each kind."""
    sources: dict[str, dict[str, Any]]
    rules: dict[str, Any]
    open_alerts: int
    not_sent: dict[str, Any]
    """How many alerts were recorded and sent to nobody, and why."""
    held_changes: int
    """How many changes of organisations wait for a decision."""
    held_moves: int
    likely_doubles: int
    set_aside: list[dict[str, Any]]
    """What waits, is muted or does not count, each with the command that shows more."""
    outbox: dict[str, dict[str, int]]
    """Messages by channel and by what became of them."""
    channels_off: dict[str, str]
    deferred: dict[str, dict[str, Any]]
    failing: dict[str, dict[str, Any]]
    last_run: str | None
    last_errors: list[str]
    abandoned: list[dict[str, str]]
    """Leases whose holder did not end them."""
    around: list[dict[str, str]]
    lost_snapshots: dict[str, Any]
    stopped: list[str]
    sources_gone: dict[str, str]
    sources_removed: dict[str, str]
    clock: str | None
    inputs: dict[str, str]
    inboxes: dict[str, list[str]]


class ProblemRecord(Shape):
    """What went wrong, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str


ROWS: dict[str, type[Shape]] = {
    "/alerts": AlertRecord,
    "/moves": MoveRecord,
    "/flows": FlowRecord,
    "/organizations": OrganizationRecord,
    "/snapshots": SnapshotRecord,
    "/deliveries": DeliveryRecord,
    "/silences": SilenceRecord,
    "/held": HeldRecord,
    "/rules": RuleRecord,
    "/rules/{rule}/steps": StepsRecord,
    "/find": FoundRecord,
}
"""The rows of each list, by its path."""
ONE: dict[str, type[Shape]] = {"/alerts/{alert}": AlertRecord, "/status": StatusRecord}
"""What is answered about one thing."""
