"""One alert as templates show it: both pictures, and its people before and after.

All that profiles say is made plain here, and escaped by the templates; only http and https
addresses become links.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

from monitor.alerts.lifecycle import ENDED, count_on
from monitor.base.days import earlier, later
from monitor.base.records import Alert, Person
from monitor.board.answers.alert_records import is_named
from monitor.board.charts.axes import drawn
from monitor.board.charts.lanes import Lane, lane_chart
from monitor.board.charts.steps import Span, StepChart, chart_of, step_chart
from monitor.board.group_counts import GroupCounts
from monitor.board.rendering import day_text
from monitor.delivery.messages import counted, days_words, plain, threshold_words
from monitor.delivery.messages.rule_words import window_text
from monitor.delivery.messages.usual_words import (
    UsualFigures,
    expected_people,
    is_that_a_lot,
    nowcast_lines,
)
from monitor.rules.language import Rule

WIDE, NARROW = 1040, 430
"""Two drawings of each chart, in pixels: one that shrinks has letters too small for a phone."""
MOST_LANES = 50
PersonKey = tuple[int, str, str]
"""How somebody stands in an alert, who it is, and by which move."""
DAYS_BEFORE, DAYS_AROUND = 365, 14
"""How many days before an alert are drawn at most, and around what is drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSummary:
    """What is known of a rule beside its alerts."""

    title: str
    window_days: int | None = None
    counts: str | None = None
    window_words: str = ""
    """`within 90 days`."""
    draws: bool = True
    """Whether the count is drawn: each person makes a step of it, which tells of one."""


def rule_summary(rule: Rule | None, name: str, *, least: int = 1) -> RuleSummary:
    """What is known of a rule; of one that cannot be read only its id.

    With `least` over one, no figure of fewer people is shown.
    """
    if rule is None:
        return RuleSummary(title=name, draws=least == 1)
    return RuleSummary(
        title=rule.title,
        window_days=rule.main.window_days,
        counts=rule.count,
        window_words=window_text(rule),
        draws=least == 1,
    )


def alert_view(  # noqa: PLR0913 -- what the page says
    alert: Alert,
    rule: RuleSummary,
    names: Mapping[str, str],
    *,
    evaluated_to: date,
    looks: Sequence[date] = (),
    counts: GroupCounts | None = None,
    listed: Container[PersonKey] | None = None,
) -> dict[str, Any]:
    """Return what templates show of an alert as it stands on a day; `looks` are of snapshots.

    `counts` are those of its group; without them the people of the alert alone are drawn. Of the
    people those in `listed` (None: all) are named.
    """
    everyone = [
        *((person, True) for person in alert.people),
        *((person, False) for person in alert.possible_people),
    ]
    named = [
        (person, standing == 0)
        for standing, people in enumerate(_shown(alert, listed)[:2])
        for person in people
    ]
    threshold = threshold_words(alert.measure, alert.asked_part, alert.threshold)
    sentence = (
        f"At or over the threshold of {threshold} from {day_text(alert.opened_on)} until"
        f" {day_text(alert.closed_on) or 'now'}; {alert.peak} at its peak, possibly"
        f" {alert.possible}; known since {day_text(alert.first_known_on)}"
        + (f", late by {counted(alert.late_days, 'day')}." if alert.late else ".")
    )
    if rule.draws:
        sentence = " ".join((sentence, *_usual_sentences(alert)))
    counted_people = alert.measure == "people"
    # What is known now may be otherwise than what the alert was told by.
    whole = counts if counts and counts.on(alert.opened_on) >= alert.threshold else None
    return {
        "id": alert.alert,
        "title": alert_title(alert.group, names) or plain(rule.title),
        "rule": plain(rule.title),
        "window": rule.window_days,
        "window_words": rule.window_words,
        "alert": alert,
        "count": count_on(alert, evaluated_to, counts=rule.counts),
        "sentence": sentence,
        "is_whole": whole is not None,
        "dated": "joined" if all(person.destination for person, _ in everyone) else "moved",
        "steps": [
            count_chart(alert, rule, width, evaluated_to=evaluated_to, looks=looks, counts=whole)
            for width in (WIDE, NARROW)
        ]
        if everyone and counted_people and rule.draws
        else [],
        "lanes": [_lanes(named, alert, rule, width) for width in (WIDE, NARROW)] if named else [],
        "not_drawn": max(len(named) - MOST_LANES, 0),
        "groups": [
            (title.capitalize(), list(map(_person, shown)), sum(map(is_named, people)))
            for (title, people), shown in zip(standings(alert), _shown(alert, listed), strict=True)
        ],
    }


def _usual_sentences(alert: Alert) -> list[str]:
    """Say whether the count is a lot, and how many are still to come."""
    if alert.status in ENDED:
        return []
    figures = UsualFigures(
        expected=alert.expected, probability=alert.probability, unusual=alert.unusual
    )
    said = is_that_a_lot(figures), *nowcast_lines(alert.nowcast)
    return [sentence.strip() for sentence in said if sentence]


def standings(alert: Alert) -> tuple[tuple[str, Sequence[Person]], ...]:
    """The people of an alert by how they stand in it."""
    return (
        ("counted", alert.people),
        ("possible", alert.possible_people),
        ("left out", alert.left_out),
    )


def _shown(alert: Alert, listed: Container[PersonKey] | None) -> list[list[Person]]:
    """Those of an alert's people who are named, by how they stand in it."""
    return [
        [
            person
            for person in people
            if is_named(person) and (listed is None or person_key(standing, person) in listed)
        ]
        for standing, (_, people) in enumerate(standings(alert))
    ]


def person_key(standing: int, person: Person) -> PersonKey:
    """Where a person stands in the list of an alert's people, whoever else is in it."""
    return standing, person.key, person.move


def alert_title(group: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Say who the alert is of: `OpenAI → Meta`, `to Meta`, or what its group says."""
    sides = dict(group)
    origin, target = sides.pop("from.organization", None), sides.pop("to.organization", None)
    words = [f"{name} {value}" for name, value in sides.items()]
    if origin and target:
        words.insert(0, f"{organization_name(origin, names)} → {organization_name(target, names)}")
    elif origin or target:
        words.insert(
            0, f"{'from' if origin else 'to'} {organization_name(origin or target, names)}"
        )
    return plain(", ".join(words))


def organization_name(organization: str | None, names: Mapping[str, str]) -> str:
    """Write an organisation by its id."""
    return plain(names.get(organization, organization)) if organization else "unknown"


def count_chart(  # noqa: PLR0913 -- what the picture says
    alert: Alert,
    rule: RuleSummary,
    width: int,
    *,
    evaluated_to: date,
    looks: Sequence[date],
    counts: GroupCounts | None = None,
) -> StepChart:
    """Draw how many counted day by day, as it stands on a day, this many pixels wide.

    With the counts of its group also those of a year before it are drawn.
    """
    window = None if rule.window_days is None else (alert.opened_on, rule.window_days)
    expected = None
    if alert.expected is not None:
        expected = alert.expected, expected_people(alert.expected)
    if counts is not None:
        begins = drawn([step[0] for step in counts.steps])
        first = max(earlier(min(begins), DAYS_AROUND), earlier(alert.opened_on, DAYS_BEFORE))
        opened = [earlier(*window)] if window else []
        first = min(first, earlier(min([alert.opened_on, *opened]), DAYS_AROUND))
        ends = later(alert.closed_on or evaluated_to, DAYS_AROUND)
        last = max(min(ends, evaluated_to), alert.first_known_on, alert.opened_on)
        return chart_of(
            counts.figures(first, last),
            last=last,
            threshold=alert.threshold,
            expected=expected,
            known_on=alert.first_known_on,
            width=width,
            window=window,
            looks=looks,
        )
    certain = [
        (person.certain_from, person.certain_until)
        for person in alert.people
        if person.certain_from is not None
    ]
    return step_chart(
        certain,
        list(_maybe((*alert.people, *alert.possible_people))),
        threshold=alert.threshold,
        expected=expected,
        known_on=alert.first_known_on,
        until=max(evaluated_to, alert.first_known_on),
        width=width,
        window=window,
        looks=looks,
    )


def _maybe(people: Iterable[Person]) -> Iterable[Span]:
    """Yield the spans in which people may count and do not certainly."""
    for person in people:
        if person.certain_from is None:
            yield person.possible_from, person.possible_until
            continue
        if person.possible_from < person.certain_from:
            yield person.possible_from, person.certain_from
        if person.certain_until is not None and person.certain_until != person.possible_until:
            yield person.certain_until, person.possible_until


def _lanes(
    everyone: Sequence[tuple[Person, bool]], alert: Alert, rule: RuleSummary, width: int
) -> Any:
    lanes = [
        Lane(
            name=plain(person.name),
            earliest=days.earliest,
            latest=days.latest,
            seen_on=person.after_on,
            certain=certain,
        )
        for person, certain in everyone[:MOST_LANES]
        for days in [person.joined if person.destination else person.left]
    ]
    window = None
    if rule.window_days is not None:
        window = (earlier(alert.opened_on, rule.window_days), alert.opened_on)
    return lane_chart(lanes, window=window, width=width)


def _person(person: Person) -> dict[str, Any]:
    days = person.joined if person.destination else person.left
    key = person.person if person.linked else f"{person.source}:{person.person}"
    return {
        "name": plain(person.name),
        "address": f"/people/{quote(key, safe=':')}",
        "note": person.note,
        "move": person.move,
        "before": _side(person.origin),
        "after": _side(person.destination),
        "before_on": person.before_on,
        "after_on": person.after_on,
        "days": days_words(days),
        "dated": "Joined" if person.destination else "Left",
        "evidence": [
            {
                "source": each.source,
                "on": each.after_on,
                "url": safe_link(each.url),
                "said": each.url,
            }
            for each in person.evidence
        ],
    }


def _side(side: Any) -> str:
    if side is None:
        return "unknown"
    return plain(", ".join(part for part in (side.name, side.team, side.title) if part))


def safe_link(url: str | None) -> str | None:
    """Return an address that may be followed; None for one that may run something."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None
