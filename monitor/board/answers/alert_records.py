"""Alerts, their people and the evidence, as JSON."""

from collections.abc import Sequence
from datetime import date

import msgspec

from monitor.alerts.lifecycle import count_on
from monitor.alerts.trials.preview import Near
from monitor.base.records import Alert, Json, Person
from monitor.base.usual import Nowcast, Usual
from monitor.board.answers.moves import evidence_record, interval_record, side_record
from monitor.delivery.messages import at_least


def person_record(person: Person) -> dict[str, Json]:
    """A person of an alert with the evidence, as JSON."""
    return {
        "person": person.person,
        "name": person.name,
        "url": person.url,
        "source": person.source,
        "move": person.move,
        "from": side_record(person.origin),
        "to": side_record(person.destination),
        "left": interval_record(person.left),
        "joined": interval_record(person.joined),
        "before_on": person.before_on and person.before_on.isoformat(),
        "after_on": person.after_on.isoformat(),
        "evidence": [evidence_record(evidence) for evidence in person.evidence],
    }


def is_named(person: Person) -> bool:
    """Whether it is said who it is; where only counts are shown, nobody is."""
    return bool(person.person)


def person_records(people: Sequence[Person]) -> list[dict[str, Json]]:
    """The people of an alert, as JSON; nobody where only counts are shown."""
    return [person_record(person) for person in people if is_named(person)]


def alert_record(  # noqa: PLR0913 -- all that an alert's record depends on
    alert: Alert,
    *,
    horizon: date,
    counts: str | None,
    muted_by: str | None = None,
    notified_late: int | None = None,
    least: int = 1,
) -> dict[str, Json]:
    """An alert as it stands at the horizon, as JSON; `muted_by` only if something keeps it back.

    `counts` is how its rule counts people; None where the rule cannot be read. `notified_late` is
    how many days after its end the first notification of it was sent; None if that was in time. It
    depends on when runs happened, and so is apart from what the snapshots say. A count of fewer
    people than `least` is 0.
    """
    return {
        "alert": alert.alert,
        "rule": alert.rule,
        "group": dict(alert.group),
        "status": str(alert.status),
        "late": alert.late,
        "severity": alert.severity,
        "opened_on": alert.opened_on.isoformat(),
        "closed_on": alert.closed_on and alert.closed_on.isoformat(),
        "count": at_least(count_on(alert, horizon, counts=counts), least),
        "possible": alert.possible,
        "peak": alert.peak,
        "threshold": alert.threshold,
        "people": person_records(alert.people),
        "first_known_on": alert.first_known_on.isoformat(),
        "late_days": alert.late_days,
        **({"notified_late_days": notified_late} if notified_late is not None else {}),
        "revision": alert.revision,
        "expected": alert.expected,
        "probability": alert.probability,
        "unusual": usual_record(alert.unusual),
        "nowcast": usual_record(alert.nowcast),
        **_in_measure(alert),
        **({"merged_into": alert.merged_into} if alert.merged_into else {}),
        **({"hushed": muted_by} if muted_by else {}),
        **({"names": "none"} if any(not is_named(person) for person in alert.people) else {}),
    }


def _in_measure(alert: Alert) -> dict[str, Json]:
    """The figures of a rule that measures more than people; none of one that counts them."""
    if alert.measure == "people":
        return {}
    names = ("measure", "asked_part", "part", "headcount", "headcount_base")
    return {name: getattr(alert, name) for name in names}


def usual_record(usual: Usual | Nowcast | None) -> dict[str, Json] | None:
    """What an alert's count was held against, as JSON; None where nothing was to be said."""
    return None if usual is None else dict(msgspec.to_builtins(usual))


def near_record(near: Near) -> dict[str, Json]:
    """How near a group came to firing, as JSON."""
    return {
        "group": dict(near.group),
        "peak": near.peak,
        "possible": near.possible,
        "count": near.counting,
        "threshold": near.threshold,
        "short": near.short,
        "measure": near.measure,
        "part": near.part,
        "asked_part": near.asked_part,
        "fired": near.fired,
        "people": [person_record(person) for person in near.people],
        "possible_people": [person_record(person) for person in near.possible_people],
        "left_out": [{**person_record(person), "why": person.note} for person in near.left_out],
    }


def unassigned_record(people: Sequence[Person]) -> dict[str, Json]:
    """Who fits a rule and is in none of its groups, as JSON."""
    return {
        "group": None,
        "unassigned": [{**person_record(person), "why": person.note} for person in people],
    }
