"""An alert in plain words, from its document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.base.profile import is_stand_in
from monitor.base.records import AlertStatus, Coverage, Evidence, Json, Reason, Side
from monitor.delivery.messages.bodies import (
    AlertBody,
    DigestBody,
    DigestEntry,
    NoticeBody,
    PersonBody,
    RevisionBody,
)
from monitor.delivery.messages.documents import read
from monitor.delivery.messages.formatting import (
    counted,
    day_words,
    days_words,
    how_many_people,
    percent,
    plain,
    short,
)
from monitor.delivery.messages.usual_words import UsualFigures, how_many_to_come, is_that_a_lot

NAMES_SHOWN = 20
"""How many names are in one sentence; the rest is counted."""
NAMELESS = "Names are left out on this channel."


BACKLOG = (
    "A backlog: these were seen close together, and by their own dates most are older or of any day"
    " before. It is no burst."
)


def text(document: Mapping[str, Json]) -> str:
    """Write a document in plain words, for a terminal, a file or a fallback."""
    match read(document):
        case AlertBody() as alert:
            return "\n".join([plain(alert.headline), *_alert_lines(alert)])
        case DigestBody() as digest:
            return "\n".join([plain(digest.headline), *_digest_lines(digest)])
        case NoticeBody() as notice:
            return f"{plain(notice.title)}\n{plain(notice.text)}"


def headline(alert: AlertBody) -> str:
    """Say in one line what happened, safe to show."""
    return plain(alert.headline)


def facts(alert: AlertBody) -> list[str]:
    """Say when it was over the threshold, how many, how late, and what was taken back."""
    kept_back = f"It {plain(alert.kept_back)}." if alert.kept_back else ""
    old = BACKLOG if alert.backlog else ""
    said = (
        *(_span(alert), _since(alert), _counts(alert), _usual(alert)),
        *(_what_changed(alert), _late(alert)),
        *(old, kept_back),
    )
    return [line for line in said if line]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """One person of a list, and the line about them."""

    person: PersonBody
    line: str
    """Foreign words and all, safe to show; without the addresses of the evidence."""


def lists(alert: AlertBody) -> list[tuple[str, list[ListedPerson]]]:
    """List everyone whom a message names, under titles; who is new comes before any cut."""
    more = alert.not_listed
    titled = [
        ("Counted", alert.people, None, more.people if more else 0),
        (
            "Possible, not counted",
            alert.possible_people,
            "possible",
            more.possible_people if more else 0,
        ),
        ("Left out", alert.left_out, "left out", more.left_out if more else 0),
        ("Taken back", alert.taken_back, "taken back", more.taken_back if more else 0),
    ]
    return [
        (
            f"{title} ({len(people) + unlisted})",
            [_line(person, sure) for person in _new_first(people)],
        )
        for title, people, sure, unlisted in titled
        if people
    ]


def not_listed(alert: AlertBody) -> list[str]:
    """Say how many people a message does not list, and what lists them, if there are any."""
    more = alert.not_listed
    if more is None or alert.names == "none":
        return []
    people = "1 more person is" if more.count == 1 else f"{more.count} more people are"
    return [f"{people} not listed here; `{plain(more.command)}` lists everyone."]


def _new_first(people: Sequence[PersonBody]) -> list[PersonBody]:
    return sorted(people, key=lambda person: not person.new)


def _line(person: PersonBody, sure: str | None) -> ListedPerson:
    """Say who moved, from where to where, when, how sure that is, and when it was seen."""
    new = " (new)" if person.new else ""
    parts = [
        f"{short(person.name)}{new}: {_side(person.origin)} → {_side(person.destination)}",
        _moved(person),
        sure or ("possible" if person.certain_from is None else "certain"),
        *_looks(person),
    ]
    if person.note:
        parts.append(plain(person.note))
    return ListedPerson(person=person, line="; ".join(parts))


def erased_line(people: Sequence[str]) -> str | None:
    """Say how many of the people that count were erased since; None if nobody was.

    >>> erased_line(["ada", "erased-4"]), erased_line(["press:erased-1", "erased-4"])
    ('2 people, one of them erased since.', '2 people, 2 of them erased since.')
    """
    erased = sum(is_stand_in(person.rpartition(":")[2]) for person in people)
    if not erased:
        return None
    those = "one" if erased == 1 else str(erased)
    return f"{how_many_people(len(people))}, {those} of them erased since."


def coverage_line(coverage: Coverage | None, least: int | None = None) -> str:
    """Say how much of the origin could be seen; 0 stands for all figures below `least`."""
    if coverage is None:
        return "Coverage: not known."
    few = f"fewer than {least}" if least else "0"
    tracked = how_many_people(coverage.tracked) if coverage.tracked else f"{few} people"
    return (
        f"Coverage: {tracked} tracked at the origin,"
        f" {coverage.seen or few} of them seen in the latest snapshots,"
        f" {coverage.newly_tracked or few} newly tracked."
    )


def _alert_lines(alert: AlertBody) -> list[str]:
    lines = [
        " | ".join(
            [
                plain(alert.title),
                alert.reason,
                plain(alert.severity),
                f"{alert.alert} revision {alert.revision}",
            ]
        ),
        *facts(alert),
        *(line for title, people in lists(alert) for line in _listed(title, people)),
        *not_listed(alert),
        *filter(None, [erased_line([person.person for person in alert.people])]),
        coverage_line(alert.coverage, alert.least_people),
        *([NAMELESS] if alert.names == "none" else []),
    ]
    return lines if alert.link is None else [*lines, plain(alert.link)]


def _digest_lines(digest: DigestBody) -> list[str]:
    lines = [by_rule(digest)]
    for each in digest.alerts:
        links = [plain(each.link)] if each.link else []
        lines.append("; ".join([f"  - {entry_line(each)}", *links]))
    return [*lines, *not_shown(digest)]


def by_rule(digest: DigestBody) -> str:
    """Say how many alerts of a digest each rule has."""
    counted = ", ".join(f"{count} of {plain(rule)}" for rule, count in digest.rules.items())
    return f"By rule: {counted}."


def entry_line(entry: DigestEntry) -> str:
    """Say in one line which alert of a digest it is."""
    return f"{plain(entry.headline)} | {plain(entry.severity)} | {entry.alert}"


def not_shown(digest: DigestBody) -> list[str]:
    """Say how many alerts of a digest are not listed in it, if any."""
    more = digest.count - len(digest.alerts)
    return [f"and {more} more; `talentwatch deliveries` says which"] if more else []


def _listed(title: str, people: Sequence[ListedPerson]) -> list[str]:
    lines = [f"{title}:"]
    for each in people:
        links = [plain(evidence.url) for evidence in each.person.evidence if evidence.url]
        lines.append("; ".join([f"  - {each.line}", *links]))
    return lines


def _side(side: Side | None) -> str:
    if side is None:
        return "unknown"
    details = [short(part) for part in (side.team, side.title) if part]
    name = short(side.name)
    return f"{name} ({', '.join(details)})" if details else name


def _moved(person: PersonBody) -> str:
    if person.destination is None:
        return f"left {days_words(person.left)}"
    if person.origin is None or person.left == person.joined:
        return f"joined {days_words(person.joined)}"
    return f"left {days_words(person.left)}, joined {days_words(person.joined)}"


def _looks(person: PersonBody) -> Iterator[str]:
    """Say what each profile that tells of the move showed, and at which source if at several."""
    for evidence in person.evidence:
        place = f" (at {plain(evidence.source)})" if len(person.evidence) > 1 else ""
        yield f"{_seen(person, evidence)}{place}"


def _seen(person: PersonBody, evidence: Evidence) -> str:
    after = day_words(evidence.after_on)
    if evidence.before_on is None:
        return f"first seen on {after}, with this in the history"
    before = day_words(evidence.before_on)
    origin = None if person.origin is None else short(person.origin.name)
    if person.destination is None:
        return f"still at {origin or 'work'} on {before}, no longer on {after}"
    destination = short(person.destination.name)
    if origin is None:
        return f"not yet at {destination} on {before}, there on {after}"
    return f"still at {origin} on {before}, at {destination} on {after}"


def _since(alert: AlertBody) -> str:
    """Say all that happened since the last message, in order, if it was more than one thing."""
    if len(alert.revisions) < 2:  # noqa: PLR2004 -- one thing is what the message is about
        return ""
    return f"Since the last message: {', '.join(map(_event, alert.revisions))}."


def _event(revision: RevisionBody) -> str:
    people = how_many_people(revision.people) if revision.people else "few"
    said = {
        Reason.OPENED: f"opened with {people}",
        Reason.GREW: f"grew to {people}",
        Reason.ESCALATED: f"became {plain(revision.severity)} with {people}",
        Reason.CORRECTED: f"corrected to {people}",
        Reason.SOURCE_REMOVED: "source removed",
    }
    # An alert that was over when it became known opened and closed at once.
    began = {*said} - {Reason.SOURCE_REMOVED}
    over = revision.status is AlertStatus.CLOSED and revision.reason in began
    end = f", over since {day_words(revision.closed_on)}" if over and revision.closed_on else ""
    what = said.get(revision.reason, str(revision.reason))
    return f"{what} on {day_words(revision.known_on)}{end}"


def _span(alert: AlertBody) -> str:
    if alert.status is AlertStatus.MERGED:
        return f"It is one with an older alert and goes on as {plain(alert.merged_into or '')}."
    if alert.status is AlertStatus.WITHDRAWN:
        return "What was said before no longer holds: the profiles do not support it any more."
    start = f"At or over the threshold from {day_words(alert.opened_on)}"
    since = f"; known since {day_words(alert.first_known_on)}."
    if alert.closed_on is None:
        return start + since
    over = f"{start} until {day_words(alert.closed_on)}{since}"
    if alert.reason is Reason.SOURCE_REMOVED:
        return (
            f"{over} An operator removed the source that showed it: nothing more is known of it,"
            " and nothing is taken back."
        )
    if alert.reason is Reason.CLOSED:
        return f"{over} The window moved on; it does not say that anyone returned."
    return over


def _counts(alert: AlertBody) -> str:
    if alert.measure == "change" and alert.part is not None and alert.headcount is not None:
        return _headcount_line(alert, alert.part)
    said = (
        f"Counting on {day_words(alert.known_on)}: {_shown(alert, alert.count)}; at the peak:"
        f" {_shown(alert, alert.peak)} (possibly {_shown(alert, alert.possible)}); threshold"
        f" {alert.threshold}."
    )
    if alert.part is None or alert.asked_part is None:
        return said
    asked = percent(alert.asked_part)
    return f"{said} As a {alert.measure}: {percent(alert.part)} at its farthest, asked {asked}."


def _shown(alert: AlertBody, count: int) -> str:
    """Write a figure; one of too few people to be shown is 0 in the document."""
    return str(count) if count or not alert.least_people else f"fewer than {alert.least_people}"


def _usual(alert: AlertBody) -> str:
    if alert.status in {AlertStatus.WITHDRAWN, AlertStatus.MERGED}:
        return ""
    said = is_that_a_lot(
        UsualFigures(expected=alert.expected, probability=alert.probability, unusual=alert.unusual)
    )
    nowcast = alert.nowcast
    is_of_now = nowcast is not None and nowcast.as_of == alert.known_on
    to_come = how_many_to_come(nowcast) if is_of_now else ""
    return " ".join(sentence for sentence in (said, to_come) if sentence)


def _headcount_line(alert: AlertBody, part: float) -> str:
    """Say how many left or came within the window, and what that made of the headcount."""
    fell = (alert.asked_part or 0) < 0
    gone = "Left" if fell else "Came"
    return (
        f"{gone} {plain(alert.window)}, counting on {day_words(alert.known_on)}:"
        f" {_shown(alert, alert.count)}; at the peak: {_shown(alert, alert.peak)} (possibly"
        f" {_shown(alert, alert.possible)}). Headcount at its"
        f" {'lowest' if fell else 'highest'}: {alert.headcount} of {alert.headcount_base} one"
        f" window before, {percent(part)}; asked {percent(alert.asked_part or 0)}"
        f" of at least {alert.threshold}."
    )


def _what_changed(alert: AlertBody) -> str:
    new = [short(person.name) for person in alert.people if person.new]
    gone = [short(person.name) for person in alert.taken_back]
    more = alert.not_listed
    parts = []
    if new:
        parts.append(f"New: {_names(new, more.new if more else 0).removesuffix('.')}.")
    if gone:
        names = _names(gone, more.taken_back if more else 0)
        parts.append(f"Taken back: {names.removesuffix('.')}.")
    return " ".join(parts)


def _names(names: Sequence[str], unlisted: int) -> str:
    more = max(len(names) - NAMES_SHOWN, 0) + unlisted
    return f"{', '.join(names[:NAMES_SHOWN])}{f' and {more} more' if more else ''}"


def _late(alert: AlertBody) -> str:
    if not alert.late:
        return ""
    if not alert.late_days:
        return "Late: it became known on the day on which it was over."
    known_late = alert.closed_on is None or alert.first_known_on >= alert.closed_on
    happened = "it became known" if known_late else "you are told of it"
    return f"Late: {happened} {counted(alert.late_days, 'day')} after it was over."
