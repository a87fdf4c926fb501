"""The report: one HTML file with the alerts, their pictures and their people, that needs nothing.

No script, no other file and no other host: the policy in it allows its own style alone. All that
profiles say is escaped by the templates; only http and https addresses become links.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from monitor.alerts.lifecycle import count_on
from monitor.base.records import Alert, Person
from monitor.board.charts.lanes import Lane, lane_chart
from monitor.board.charts.steps import Span, step_chart
from monitor.delivery.messages import counted, days_words, plain

WIDE, NARROW = 1040, 430
"""Two drawings of each chart, in pixels: one that shrinks has letters too small for a phone."""
MOST_FLOWS = 12
MOST_LANES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSummary:
    """What is known of a rule beside its alerts."""

    title: str
    window_days: int | None
    counts: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a report is made of."""

    alerts: Sequence[Alert]
    rules: Mapping[str, RuleSummary]
    flows: Sequence[Mapping[str, Any]]
    """`from`, `to` (None where unknown) and `people`, the strongest first."""
    names: Mapping[str, str]
    """How to write the ids of organisations."""
    evaluated_to: date
    newest_snapshot: date | None


def report(contents: Contents) -> str:
    """Write the report; equal contents make equal text."""
    style = _text("style.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    alerts = [_alert(one, contents) for one in contents.alerts]
    opened = sum(1 for one in contents.alerts if one.status == "open")
    strongest = sorted(contents.flows, key=lambda flow: -flow["people"])[:MOST_FLOWS]
    return (
        _environment()
        .get_template("report.html")
        .render(
            style=style,
            digest=digest,
            headline=f"{counted(opened, 'open alert')} of {counted(len(alerts), 'alert')}",
            alerts=alerts,
            flows=[
                {**flow, "from": _name(flow["from"], contents), "to": _name(flow["to"], contents)}
                for flow in strongest
            ],
            most=max((flow["people"] for flow in strongest), default=1),
            evaluated_to=contents.evaluated_to,
            newest_snapshot=contents.newest_snapshot,
        )
    )


def _alert(alert: Alert, contents: Contents) -> dict[str, Any]:
    rule = contents.rules.get(
        alert.rule, RuleSummary(title=alert.rule, window_days=None, counts=None)
    )
    everyone = [
        *((one, True) for one in alert.people),
        *((one, False) for one in alert.possible_people),
    ]
    sentence = (
        f"At or over the threshold of {alert.threshold} from {alert.opened_on} until"
        f" {alert.closed_on or 'now'}; {alert.peak} at its peak, possibly {alert.possible};"
        f" known since {alert.first_known_on}"
        + (f", late by {counted(alert.late_days, 'day')}." if alert.late else ".")
    )
    counted_people = alert.measure == "people"
    return {
        "id": alert.alert,
        "title": _title(alert, contents) or plain(rule.title),
        "rule": plain(rule.title),
        "window": rule.window_days,
        "alert": alert,
        "count": count_on(alert, contents.evaluated_to, counts=rule.counts),
        "sentence": sentence,
        "steps": [_steps(alert, contents, width) for width in (WIDE, NARROW)]
        if everyone and counted_people
        else [],
        "lanes": [_lanes(everyone, alert, rule, width) for width in (WIDE, NARROW)]
        if everyone
        else [],
        "not_drawn": max(len(everyone) - MOST_LANES, 0),
        "groups": [
            ("Counted", [_person(one) for one in alert.people]),
            ("Possible", [_person(one) for one in alert.possible_people]),
            ("Left out", [_person(one) for one in alert.left_out]),
        ],
    }


def _title(alert: Alert, contents: Contents) -> str:
    """Say who the alert is of: `OpenAI → Meta`, `to Meta`, or what its group says."""
    sides = dict(alert.group)
    origin, target = sides.pop("from.organization", None), sides.pop("to.organization", None)
    words = [f"{name} {value}" for name, value in sides.items()]
    if origin and target:
        words.insert(0, f"{_name(origin, contents)} → {_name(target, contents)}")
    elif origin or target:
        words.insert(0, f"{'from' if origin else 'to'} {_name(origin or target, contents)}")
    return plain(", ".join(words))


def _name(organization: str | None, contents: Contents) -> str:
    return plain(contents.names.get(organization, organization)) if organization else "unknown"


def _steps(alert: Alert, contents: Contents, width: int) -> Any:
    certain = [
        (one.certain_from, one.certain_until)
        for one in alert.people
        if one.certain_from is not None
    ]
    return step_chart(
        certain,
        list(_maybe((*alert.people, *alert.possible_people))),
        threshold=alert.threshold,
        known_on=alert.first_known_on,
        until=max(contents.evaluated_to, alert.first_known_on),
        width=width,
    )


def _maybe(people: Iterable[Person]) -> Iterable[Span]:
    """Yield the spans in which people may count and do not certainly."""
    for one in people:
        if one.certain_from is None:
            yield one.possible_from, one.possible_until
            continue
        if one.possible_from < one.certain_from:
            yield one.possible_from, one.certain_from
        if one.certain_until is not None and one.certain_until != one.possible_until:
            yield one.certain_until, one.possible_until


def _lanes(
    everyone: Sequence[tuple[Person, bool]], alert: Alert, rule: RuleSummary, width: int
) -> Any:
    lanes = [
        Lane(
            name=plain(one.name),
            earliest=days.earliest,
            latest=days.latest,
            seen_on=one.after_on,
            certain=certain,
        )
        for one, certain in everyone[:MOST_LANES]
        for days in [one.joined if one.destination else one.left]
    ]
    window = None
    if rule.window_days is not None:
        window = (alert.opened_on - timedelta(days=rule.window_days), alert.opened_on)
    return lane_chart(lanes, window=window, width=width)


def _person(one: Person) -> dict[str, Any]:
    days = one.joined if one.destination else one.left
    return {
        "name": plain(one.name),
        "note": one.note,
        "before": _side(one.origin),
        "after": _side(one.destination),
        "before_on": one.before_on,
        "after_on": one.after_on,
        "days": days_words(days),
        "dated": "Joined" if one.destination else "Left",
        "evidence": [
            {"source": each.source, "on": each.after_on, "url": _link(each.url), "said": each.url}
            for each in one.evidence
        ],
    }


def _side(side: Any) -> str:
    if side is None:
        return "unknown"
    return plain(", ".join(part for part in (side.name, side.team, side.title) if part))


def _link(url: str | None) -> str | None:
    """Return an address that may be followed; None for one that may run something."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def _text(name: str) -> str:
    source, _, _ = _environment().loader.get_source(_environment(), name)  # type: ignore[union-attr]
    return source


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("monitor.board", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
