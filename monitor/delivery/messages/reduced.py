"""Less than the whole: many alerts in one document, and documents with fewer names in them."""

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from operator import itemgetter
from typing import Literal

import msgspec

from monitor.base.records import Json
from monitor.delivery.messages.bodies import (
    AlertBody,
    DigestBody,
    DigestEntry,
    NoticeBody,
    PersonBody,
)
from monitor.delivery.messages.documents import SCHEMA_VERSION, read
from monitor.delivery.messages.formatting import plain

Names = Literal["full", "short", "none"]
"""How people are named: as the profile does, by first name and initial, or not at all."""

PERSONS = frozenset({"person"})
NOT_NAMED = "not named"
"""What stands in the place of a person of whom a group is."""
ENTRIES = 20
"""How many alerts are in a digest; the rest is counted."""

_SEVERITIES = ("critical", "warning", "info")
_LISTS = ("people", "possible_people", "left_out", "taken_back")


def digest_body(documents: Iterable[Mapping[str, Json]], *, on: date) -> dict[str, Json]:
    """Write one document for many alerts: the gravest and largest in front, the rest counted.

    The documents are read one after the other, and only the top ones are kept.
    """
    rules = Counter[str]()
    # Stable: of two that weigh the same the older one stands first.
    top = heapq.nsmallest(ENTRIES, _weighed(documents, rules), key=itemgetter(0))
    digest = DigestBody(
        schema=SCHEMA_VERSION,
        headline=f"{rules.total()} alerts at once",
        severity=top[0][1].severity,
        on=on,
        count=rules.total(),
        rules=dict(sorted(rules.items(), key=lambda each: (-each[1], each[0]))),
        alerts=tuple(entry for _, entry in top),
    )
    return dict(msgspec.to_builtins(digest))


def _weighed(
    documents: Iterable[Mapping[str, Json]], rules: Counter[str]
) -> Iterator[tuple[tuple[int, int], DigestEntry]]:
    """Yield the entry of each alert with its weight, the least first; count it for its rule."""
    for alert in map(read, documents):
        if isinstance(alert, AlertBody):
            rules[alert.rule] += 1
            entry = DigestEntry(
                alert=alert.alert,
                revision=alert.revision,
                reason=alert.reason,
                rule=alert.rule,
                severity=alert.severity,
                headline=alert.headline,
                link=alert.link,
            )
            yield (_rank(alert.severity), -alert.peak), entry


def with_names(
    document: Mapping[str, Json], names: Names, persons: Collection[str] = PERSONS
) -> dict[str, Json]:
    """Leave of people's names in the document of an alert what a channel may show.

    `persons` are the values of its group that are one person.
    """
    alert = read(document)
    if names == "none" and isinstance(alert, NoticeBody) and "examples" in alert.facts:
        examples = ", ".join(alert.facts["examples"])
        facts = {key: value for key, value in alert.facts.items() if key != "examples"}
        words = alert.text.removesuffix(f" Among them: {examples}.")
        return dict(msgspec.to_builtins(msgspec.structs.replace(alert, text=words, facts=facts)))
    if names == "full" or not isinstance(alert, AlertBody):
        return dict(document)
    lists = {
        key: () if names == "none" else tuple(map(_shortened, getattr(alert, key)))
        for key in _LISTS
    }
    # Why somebody was silenced is in an operator's own words, which may name them.
    kept_back = alert.kept_back and alert.kept_back.partition(" (")[0]
    group = {side: NOT_NAMED if side in persons else value for side, value in alert.group.items()}
    not_listed = alert.not_listed
    if names == "none" and alert.least_people:
        not_listed = None  # it counts few
    less = msgspec.structs.replace(
        alert, names=names, kept_back=kept_back, group=group, not_listed=not_listed, **lists
    )
    return dict(msgspec.to_builtins(less))


def short_name(name: str) -> str:
    """Shorten a name to the first word and an initial.

    >>> short_name("Ada King Lovelace"), short_name("Ada")
    ('Ada L.', 'A.')
    """
    words = plain(name).split()
    if not words:
        return "?"
    return f"{words[0]} {words[-1][0]}." if len(words) > 1 else f"{words[0][0]}."


def _shortened(person: PersonBody) -> PersonBody:
    # An id or an address names a person as well as a name does; the move tells two of them apart.
    evidence = tuple(replace(each, url=None) for each in person.evidence)
    return msgspec.structs.replace(
        person, name=short_name(person.name), person=person.move, evidence=evidence, note=None
    )


def _rank(severity: str) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)
