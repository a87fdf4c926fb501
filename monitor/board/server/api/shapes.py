"""The shapes of the rows that the API gives: the keys of the commands' `--json`."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType, field


class Shape(Struct, kw_only=True):
    """A row."""


class Interval(Shape):
    """A day known only as lying between two days, both included."""

    earliest: str
    latest: str


class Side(Shape):
    """One side of a move."""

    organization: str
    """The canonical id."""
    name: str
    """What the profile wrote."""
    team: str | None
    title: str | None


class Evidence(Shape):
    """Where a move can be checked."""

    source: str
    before_on: str | None
    after_on: str
    url: str | None


class Person(Shape):
    """One person of an alert, before and after."""

    person: str
    name: str
    url: str | None
    source: str
    move: str
    from_: Side | None = field(name="from")
    to: Side | None
    left: Interval
    joined: Interval
    before_on: str | None
    after_on: str
    evidence: list[Evidence]
    why: str | UnsetType | None = UNSET
    """Why somebody was left out."""


class Alert(Shape):
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
    people: list[Person]
    first_known_on: str
    late_days: int
    revision: int
    notified_late_days: int | UnsetType = UNSET
    merged_into: str | UnsetType = UNSET
    hushed: str | UnsetType = UNSET
    left_out: list[Person] | UnsetType = UNSET


class Move(Shape):
    """One person who left one tenure and took the next."""

    move: str
    person: str
    name: str
    source: str
    from_: Side | None = field(name="from")
    to: Side | None
    left: Interval
    joined: Interval
    observed_on: str
    status: str
    reason: str | None
    evidence: list[Evidence] | UnsetType = UNSET


class Flow(Shape):
    """How many people went from one organisation to another."""

    from_: str | None = field(name="from")
    to: str | None
    people: int
    first: str
    last: str


class Organization(Shape):
    """An organisation with how many people are known there."""

    organization: str
    name: str
    people: int
    at_most: int
    people_a_year_before: int
    came: int
    went: int
    trend: list[int]


class Decision(Shape):
    """What an operator said of a snapshot."""

    verdict: str
    by: str
    why: str
    on: str


class Snapshot(Shape):
    """All profiles of one source as observed on one day, with the verdict."""

    source: str
    observed_on: str
    profiles: int
    rejected: int
    verdict: str
    reasons: list[str]
    may_miss: dict[str, Any] | None
    decisions: list[Decision]


class Delivery(Shape):
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


class Silence(Shape):
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


class Named(Shape):
    """An organisation and how profiles write it."""

    organization: str
    name: str


class Held(Shape):
    """What may be a change of organisations, and waits for a decision."""

    from_: Named = field(name="from")
    to: Named
    source: str
    observed_on: str
    kind: str
    people: int
    of_people: int
    existed: bool
    reason: str | None


class Rule(Shape):
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


class Found(Shape):
    """Something whose name or id has what was looked for."""

    kind: str
    """organization, person, alert or rule."""
    id: str
    name: str
    address: str
    """Of its page."""


class Problem(Shape):
    """What went wrong, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str


ROWS: dict[str, type[Shape]] = {
    "/alerts": Alert,
    "/moves": Move,
    "/flows": Flow,
    "/organizations": Organization,
    "/snapshots": Snapshot,
    "/deliveries": Delivery,
    "/silences": Silence,
    "/held": Held,
    "/rules": Rule,
    "/find": Found,
}
"""The rows of each list, by its path."""
ONE: dict[str, type[Shape]] = {"/alerts/{alert}": Alert}
"""What is answered about one thing."""
