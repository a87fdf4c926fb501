"""What a message says to people, in pieces that each channel writes in its own way.

Every word in it is safe to show, and every link leads where it seems to lead. Only marks that mean
something to one channel (Slack's brackets, Markdown's stars) are left for that channel to escape.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from monitor.base.records import Json
from monitor.delivery.messages.bodies import AlertBody, DigestBody, NoticeBody
from monitor.delivery.messages.documents import read
from monitor.delivery.messages.formatting import is_link, plain, short
from monitor.delivery.messages.text import (
    NAMELESS,
    ListedPerson,
    by_rule,
    coverage_line,
    entry_line,
    erased_line,
    facts,
    headline,
    lists,
    not_listed,
    not_shown,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line, and the addresses that belong to it."""

    words: str
    links: tuple[str, ...] = ()
    label: str = "profile"
    """What the links are called."""
    bold: bool = False
    item: bool = False
    """Whether it is one of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A message in pieces."""

    title: str
    severity: str
    lead: tuple[Line, ...]
    sections: tuple[tuple[Line, ...], ...] = ()
    """Lists, each with its title as the first line."""
    notes: tuple[str, ...] = ()
    link: str | None = None
    """The page with all of it."""


def outline(document: Mapping[str, Json]) -> Outline:
    """Say what a document says, in pieces."""
    match read(document):
        case AlertBody() as alert:
            return _alert(alert)
        case DigestBody() as digest:
            return _digest(digest)
        case NoticeBody() as notice:
            lead = (Line(words=plain(notice.text)),)
            return Outline(title=plain(notice.title), severity="warning", lead=lead)


def fitted(
    said: Outline,
    *,
    write: Callable[[Line], T],
    size: Callable[[T], int],
    room: int,
) -> list[T]:
    """Write as many lines as there is room for, and say how many are left out.

    `size` tells how much of the room a written line takes.
    """
    notes = [write(Line(words=note)) for note in said.notes]
    more = write(Line(words="and 1,000,000 more"))
    left = room - sum(map(size, notes)) - size(more) * (1 + len(said.sections))
    lines: list[T] = []
    for block in (said.lead, *said.sections):
        taken = 0
        for line in map(write, block):
            if size(line) > left:
                break
            lines.append(line)
            left -= size(line)
            taken += 1
        if taken < len(block):
            lines.append(write(Line(words=f"and {len(block) - taken} more")))
    return [*lines, *notes]


def _alert(alert: AlertBody) -> Outline:
    about = [alert.reason, plain(alert.severity), f"rule {plain(alert.rule)}"]
    erased = erased_line([person.person for person in alert.people])
    notes = [
        *not_listed(alert),
        *([erased] if erased else []),
        coverage_line(alert.coverage, alert.least_people),
    ]
    if alert.names == "none":
        notes.append(NAMELESS)
    return Outline(
        title=headline(alert),
        severity=alert.severity,
        lead=(
            Line(words=plain(alert.title), bold=True),
            *(Line(words=words) for words in facts(alert)),
        ),
        sections=tuple(tuple(_people(title, people)) for title, people in lists(alert)),
        notes=(*notes, " | ".join([*about, f"alert {alert.alert} revision {alert.revision}"])),
        link=next(iter(_links([alert.link])), None),
    )


def _people(title: str, people: Sequence[ListedPerson]) -> Iterator[Line]:
    yield Line(words=title, bold=True)
    for each in people:
        urls = [evidence.url for evidence in each.person.evidence if evidence.url]
        # What is no address is shown as it is: it may still tell where to look.
        words = [each.line, *(short(url) for url in urls if not is_link(url))]
        yield Line(words=", ".join(word for word in words if word), links=_links(urls), item=True)


def _digest(digest: DigestBody) -> Outline:
    alerts = [
        Line(words=entry_line(each), links=_links([each.link]), label="alert", item=True)
        for each in digest.alerts
    ]
    return Outline(
        title=plain(digest.headline),
        severity=digest.severity,
        lead=(Line(words=by_rule(digest)),),
        sections=((Line(words="The first of them", bold=True), *alerts),),
        notes=tuple(not_shown(digest)),
    )


def _links(urls: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(url for url in urls if url is not None and is_link(url)))
