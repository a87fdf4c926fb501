"""Alerts, their people and the evidence, as JSON and in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from monitor.alerts.trials.preview import Near
from monitor.base.records import Alert, Evidence, Json, Person
from monitor.board.answers.alert_records import is_named
from monitor.board.answers.moves import side_record
from monitor.cli.views.movement.moves import JOBS, side_words
from monitor.delivery.messages import (
    counted,
    days_words,
    how_many_people,
    part_words,
    percent,
    plain,
    threshold_words,
)
from monitor.delivery.messages.text import erased_line
from monitor.delivery.messages.usual_words import UsualFigures, nowcast_lines, sum_lines

if TYPE_CHECKING:
    # Tables are for people; what asks for JSON does without.
    from rich.console import Console


def print_alerts(console: "Console", records: Iterable[Mapping[str, Json]]) -> None:
    """List alerts with their people."""
    for record in records:
        group = ", ".join(f"{key} {value}" for key, value in record["group"].items())
        by = counted(record["late_days"], "day")
        late = f", late by {by}" if record["late_days"] else ", the day on which it was over"
        late = late if record["late"] else ""
        until = f"until {record['closed_on'] or 'now'}"
        status = record["status"]
        if status == "withdrawn":
            # The day on which it was taken back says nothing of the threshold.
            status, until = f"withdrawn on {record['closed_on']}, was", "on"
        elif status == "merged":
            into = record["merged_into"]
            status, until = f"merged into {into} on {record['closed_on']}, was", "on"
        else:
            status = f"{status},"
        console.print(
            f"{record['alert']}  {record['rule']}" + (f"  ({plain(group)})" if group else ""),
            style="bold",
        )
        console.print(
            f"  {status} over the threshold of {_threshold(record)} from"
            f" {record['opened_on']} {until}; {_at_its_farthest(record)}{record['peak']} at its"
            f" peak, possibly {record['possible']}; known on {record['first_known_on']}{late}",
        )
        if "hushed" in record:
            console.print(f"  {plain(record['hushed'])}")
        names = ", ".join(plain(person["name"]) for person in record["people"])
        if record.get("names") != "none":
            console.print(f"  {names or 'nobody is left'}")
        if erased := erased_line([person["person"] for person in record["people"]]):
            console.print(f"  {erased}")


def _threshold(record: Mapping[str, Json]) -> str:
    return threshold_words(
        record.get("measure", "people"), record.get("asked_part"), record["threshold"]
    )


def _at_its_farthest(record: Mapping[str, Json]) -> str:
    """Say the figure of a rule that measures more than people."""
    part, headcount = record.get("part"), record.get("headcount")
    if part is None:
        return ""
    words = part_words(record["measure"], part)
    if headcount is not None:
        words = f"{headcount} of {how_many_people(record['headcount_base'] or 0)}, {words}"
    return f"{words} at its farthest; "


def _sums(alert: Alert) -> list[str]:
    """Say how usual the count is, and how many of its people were erased since."""
    figures = UsualFigures(
        expected=alert.expected, probability=alert.probability, unusual=alert.unusual
    )
    erased = erased_line([person.person for person in alert.people])
    return [*sum_lines(figures), *nowcast_lines(alert.nowcast), *([erased] if erased else [])]


def print_explanation(
    console: "Console",
    alert: Alert,
    revisions: Sequence[Alert],
    *,
    standing: Mapping[str, tuple[str, str | None]] | None = None,
) -> None:
    """Print each person's before and after, both dates, and who was left out and why.

    Where nobody counts any more, `alert` is the last revision that had people, and `standing` says
    what has become of their moves: status and reason by id.
    """
    named = [person for person in alert.people if is_named(person)]
    for person in named:
        role = "counted" if standing is None else _role_before(standing.get(person.move))
        _print_person(console, person, role)
    for person in filter(is_named, alert.possible_people):
        _print_person(console, person, "possible, not counted")
    for person in alert.left_out:
        _print_person(console, person, "left out")
    if not alert.left_out and standing is None and len(named) == len(alert.people):
        console.print("Nobody was left out.")
    for line in _sums(alert):
        console.print(line)
    if alert.coverage:
        console.print(
            f"Coverage: {alert.coverage.tracked} people tracked at the origin,"
            f" {alert.coverage.seen} of them seen in the latest snapshots,"
            f" {alert.coverage.newly_tracked} newly tracked."
        )
    console.print(JOBS)
    console.print("How it became known:")
    for revision in revisions:
        news = "".join(f" +{name}" for name in revision.new_people) + "".join(
            f" -{name}" for name in revision.gone_people
        )
        console.print(
            f"  {revision.known_on}  {revision.reason}: {revision.status},"
            f" {revision.peak} people at the peak,"
            f" possibly {revision.possible}{plain(news) and ' ' + plain(news)}",
        )


def _role_before(standing: tuple[str, str | None] | None) -> str:
    """Say what has become of a move that counted until its alert was withdrawn."""
    status, reason = standing or ("retracted", None)
    if status == "counted":
        return "counted before; the move stands"
    return f"counted before; the move is {status}" + (f": {plain(reason)}" if reason else "")


def print_near(console: "Console", groups: Sequence[Near], *, on: date) -> None:
    """Say how near each group came by a day, and of each person why they count or not."""
    for near in groups:
        name = ", ".join(f"{side} {value}" for side, value in near.group.items())
        console.print(plain(name) or "everyone", style="bold")
        console.print(f"  {_nearness(near, on=on)}")
        for people, role in (
            (near.people, "counted"),
            (near.possible_people, "possible, not counted"),
            (near.left_out, "left out"),
        ):
            for person in people:
                _print_person(console, person, role)
    console.print(JOBS)


def _nearness(near: Near, *, on: date) -> str:
    """Say how near a group came, in the measure of its rule."""
    net = "net " if near.measure == "net" else ""
    counts = (
        f"{net}{near.peak} at the peak, possibly {near.possible}; {near.counting} counting on {on}"
    )
    if near.asked_part is None:
        short = f"{near.short} short of {net}{near.threshold}" if near.short else "enough people"
        gap = "fired" if near.fired else f"{short}, did not fire"
        return f"{counts}; threshold {net}{near.threshold}: {gap}"
    asked = part_words(near.measure, near.asked_part)
    asked = f"asked {asked} of at least {near.threshold} people"
    if near.part is None:
        figure = f"no {near.measure}, for there were never enough people"
    else:
        figure = f"{part_words(near.measure, near.part)} at its farthest"
    # The people of a window that opens later may be fewer: of those who vanish nobody has left.
    short = f"{percent(near.part_short)} short" if near.part_short else f"far enough after {on}"
    return f"{figure}, {asked}: {'fired' if near.fired else f'{short}, did not fire'}; {counts}"


def print_unassigned(console: "Console", people: Sequence[Person]) -> None:
    """List who fits a rule and is in none of its groups."""
    console.print("not assigned to any group", style="bold")
    for person in people:
        _print_person(console, person, "in no group")


def _print_person(console: "Console", person: Person, role: str) -> None:
    note = f", {plain(person.note)}" if person.note else ""
    was = side_words(side_record(person.origin), full=True)
    now = side_words(side_record(person.destination), full=True)
    certain = _span(person.certain_from, person.certain_until)
    possible = _span(person.possible_from, person.possible_until)
    lines = [
        f"{plain(person.name)} ({plain(person.person)}, {person.source}): {role}{note}",
        f"    was:    {was}, left {days_words(person.left)}",
        f"    is:     {now}, joined {days_words(person.joined)}",
        *(f"    seen:   {_seen_words(evidence, person)}" for evidence in person.evidence),
        f"    counts: {certain} for certain, {possible} at most",
        *(f"    see:    {plain(evidence.url)}" for evidence in person.evidence if evidence.url),
    ]
    console.print("\n".join(lines))


def _seen_words(evidence: Evidence, person: Person) -> str:
    place = f" (at {evidence.source})" if person.further else ""
    before = f"last as before on {evidence.before_on}" if evidence.before_on else "never as before"
    return f"{before}, as after on {evidence.after_on}{place}"


def _span(opens: date | None, closes: date | None) -> str:
    if opens is None:
        return "on no day"
    return f"from {opens} on" if closes is None else f"from {opens} until {closes}"
