"""Everything that an erasure has to know, collected before anything is changed."""

import hashlib
import secrets
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from msgspec import structs

from monitor.alerts.lifecycle import identity_of
from monitor.base.engine import Engine
from monitor.base.profile import STANDS_FOR
from monitor.base.records import AlertSummary
from monitor.identity.people.clusters import People, clusters_of
from monitor.identity.people.membership import LIKELY
from monitor.intake.forgetting.forgotten import Forgotten, Link
from monitor.intake.forgetting.stored_rows import Said, StandIn, said_of, urls_of_others
from monitor.intake.forgetting.words import Words, tells, tells_name
from monitor.intake.profiles.side_roles import side_role_patterns
from monitor.intake.snapshots.store import Store
from monitor.operations.rights.journal import Erasure
from monitor.operations.rights.traits import AskedTexts, asked_by, numbered
from monitor.operations.rights.who import persons_of
from monitor.rules.language import Rule
from monitor.state import Transaction

Keys = frozenset[str]
FORGET, EXPIRED, WITHDRAWN = "forget", "expired", "withdrawn"
"""The kinds of erasures, as the log of decisions has them."""
_SALT_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Who is to be erased, by whom, why and when."""

    persons: tuple[Keys, ...]
    """The keys (SOURCE:ID) of each person."""
    kind: str
    by: str
    why: str
    at: datetime
    inbox: Mapping[str, str] | None = None
    """The checksums of the files of the inbox, if they are to be written anew."""
    returns: bool = False
    """Whether they may be collected anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An erasure, and the list of who is not taken in again with what it adds."""

    erasure: Erasure
    forgotten: Forgotten


def plan(  # noqa: PLR0913 -- all that an erasure follows from
    order: Order,
    *,
    store: Store,
    engine: Engine,
    tx: Transaction,
    rules: Sequence[Rule],
    people: People,
    forgotten: Forgotten,
    progress: Callable[[str, date], None] = lambda *_: None,
) -> Planned:
    """Collect what the store, the derived tables and the state have of some people."""
    by_source = _by_source(store, {key for person in order.persons for key in person})
    said = said_of(store, by_source, progress=progress)
    numbers = _Numbers(engine, said, after=forgotten.numbers)
    given = _Given(engine, said, asked_by(rules))
    for person in order.persons:
        own = {key: said.get(_parted(key), Said()) for key in sorted(person)}
        given.add(own, numbers.give(own), said.keys())
    urls = {url for statement in said.values() for url in statement.urls}
    urls -= urls_of_others(store, urls, by_source)
    persons = persons_of(engine, people, forgotten.links)
    links = (*_renamed(forgotten.links, given.keys), *_links(engine, given.keys, persons))
    if order.returns:
        forgotten = forgotten.with_expired(given.keys)
    else:
        names = {name for statement in said.values() for name in statement.names}
        forgotten = forgotten.with_people((*given.keys, *_stated(said)), urls, names)
    erasure = Erasure(
        number=forgotten.numbers + 1,
        kind=order.kind,
        by=order.by,
        why=Words({**given.words, **given.keys}).replaced(order.why),
        at=order.at,
        people=tuple(given.people),
        keys=given.keys,
        others=_others(engine, given.keys),
        moves=_moves(engine, given.keys),
        alerts=_alerts(tx.summaries(), tx, given.keys),
        words={**given.words, **dict.fromkeys(urls, "")},
        salt=secrets.token_bytes(_SALT_BYTES),
        inbox=order.inbox,
    )
    return Planned(erasure=erasure, forgotten=replace(forgotten, numbers=numbers.last, links=links))


def _parted(key: str) -> tuple[str, str]:
    source, _, profile = key.partition(":")
    return source, profile


def _by_source(store: Store, keys: Iterable[str]) -> dict[str, set[str]]:
    """The ids among some keys that may be in the store, by source."""
    sources = {*store.sources()}
    ids: dict[str, set[str]] = {}
    for source, profile in map(_parted, keys):
        if source in sources:
            ids.setdefault(source, set()).add(profile)
    return ids


class _Given:
    """What comes in the place of each profile, of each key, and of each word."""

    def __init__(
        self, engine: Engine, said: Mapping[tuple[str, str], Said], asked: AskedTexts
    ) -> None:
        self.people: list[StandIn] = []
        self.keys: dict[str, str] = {}
        self.words: dict[str, str] = {}
        self._asked = asked
        self._ranks, self._jobs = _traits(engine, said.values())

    def add(
        self, own: Mapping[str, Said], ids: Mapping[str, str], stored: Container[tuple[str, str]]
    ) -> None:
        """Add a person with the numbers of all profiles, of which some are stored."""
        self.keys |= {key: f"{_parted(key)[0]}:{number}" for key, number in ids.items()}
        words = _words(own, ids)
        self.words |= words
        asked, titles = self._asked, _all(own.values(), "title")
        ranks = self._ranks if asked.seniority else {}
        texts = {
            "title": numbered(titles, asked.titles, ranks),
            "id": {text: str(n) for n, text in enumerate(_all(own.values(), "id"), 1)},
            **_named(own.values(), Words(words)),
        }
        if not asked.by_location:
            texts["location"] = numbered(_all(own.values(), "location"), asked.locations, {})
        jobs = {title: self._jobs[title] for title in titles}
        self.people += [
            StandIn(source=source, profile=profile, id=number, texts=texts, jobs=jobs)
            for (source, profile), number in ((_parted(key), ids[key]) for key in ids)
            if (source, profile) in stored
        ]


class _Numbers:
    """Gives each profile its number: the same to a profile whose id changed at its source."""

    def __init__(self, engine: Engine, said: Mapping[tuple[str, str], Said], *, after: int) -> None:
        edges = engine.rows("certain_edges", likely=[*LIKELY])
        self._same = clusters_of([(one, other) for one, other, kind in edges if kind == "rekeyed"])
        self._said = said
        self.last = after

    def give(self, own: Mapping[str, Said]) -> dict[str, str]:
        """Number the profiles of a person in order of their keys."""
        given: dict[str, str] = {}
        taken: dict[tuple[str, str], set[date]] = {}
        for key, said in own.items():
            group = (self._same.get(key, key), key.partition(":")[0])
            if group in taken and not taken[group] & said.days:
                taken[group] |= said.days
                given[key] = given[
                    next(other_key for other_key in given if self._group(other_key) == group)
                ]
                continue
            self.last += 1
            given[key] = f"{STANDS_FOR}{self.last}"
            taken.setdefault(group, set()).update(said.days)
        return given

    def _group(self, key: str) -> tuple[str, str]:
        return self._same.get(key, key), key.partition(":")[0]


def _all(said: Iterable[Said], name: str) -> list[str]:
    """The texts of a field of a position, in the order in which they came up."""
    return [*dict.fromkeys(text for statement in said for text in statement.texts.get(name, ()))]


def _named(said: Iterable[Said], words: Words) -> dict[str, dict[str, str]]:
    """What organisations and teams become that have the person's name in theirs."""
    some = list(said)
    return {
        field: {
            text: f"erased {field} {number}"
            for number, text in enumerate(_all(some, field), 1)
            if words.are_in(text)
        }
        for field in ("organization", "team")
    }


def _traits(engine: Engine, said: Iterable[Said]) -> tuple[dict[str, str | None], dict[str, bool]]:
    """By title its rank, and whether a position of no known kind is a job by it."""
    titles = sorted({text for statement in said for text in statement.texts.get("title", ())})
    engine.run("rule_tables")
    rows = engine.rows("title_traits", titles=titles, side_roles=side_role_patterns())
    return {row[0]: row[2] for row in rows}, {row[0]: row[1] for row in rows}


def _words(own: Mapping[str, Said], ids: Mapping[str, str]) -> dict[str, str]:
    """What names a person in texts: names, and ids that nothing else is called by."""
    words: dict[str, str] = {}
    for key, said in own.items():
        profile = key.partition(":")[2]
        words |= {profile: ids[key]} if tells(profile) else {}
        words |= {name: ids[key] for name in said.names if tells_name(name)}
    return words


def _stated(said: Mapping[tuple[str, str], Said]) -> set[str]:
    """The ids that the profiles state of themselves, each as SOURCE:ID; an id may have a colon."""
    stated = {(source, alias) for (source, _), one in said.items() for alias in one.same_as}
    return {f"{source}:{alias}" for source, alias in stated} | {
        alias for _, alias in stated if ":" in alias
    }


def _others(engine: Engine, keys: Mapping[str, str]) -> tuple[str, ...]:
    ids = {*keys, *(_parted(key)[1] for key in keys)}
    rows = engine.rows("others_of_same_id", ids=sorted(ids), keys=sorted(keys))
    return tuple(key for (key,) in rows)


def _moves(engine: Engine, keys: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """By the id of each move of these profiles, its new one and the number of its profile."""
    moves = {}
    for move, source, profile, origin, target, occurrence in engine.rows(
        "first_move_versions", keys=sorted(keys)
    ):
        number = keys[f"{source}:{profile}"].partition(":")[2]
        text = "\x1f".join((source, number, origin, target, str(occurrence)))
        # As the derivation makes it of the numbered profile.
        new = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:16]
        moves[move] = (new, number)
    return moves


def _alerts(
    latest: Iterable[AlertSummary], tx: Transaction, keys: Mapping[str, str]
) -> dict[str, str]:
    """By the id of each alert whose group names one of these people, its new one."""
    alerts = {}
    for alert in latest:
        if not keys.keys() & {*alert.group.values()}:
            continue
        first = tx.revisions(alert=alert.alert)[0]
        group = {name: keys.get(value, value) for name, value in alert.group.items()}
        alerts[alert.alert] = identity_of(
            alert.rule, group, known_on=first.first_known_on, opens=first.opened_on
        )
    return alerts


def _links(engine: Engine, keys: Mapping[str, str], persons: Mapping[str, str]) -> list[Link]:
    """Which profiles were one person when, for those that are numbered.

    `persons` has those of profiles that certainly are one person with others now.
    """
    rows = engine.rows("clusters_with_keys", keys=sorted(keys))
    links = {
        Link(
            one=keys.get(key, key),
            other=keys.get(person, person),
            known_from=known_from,
            known_until=known_until,
            certain=known_until is None and persons.get(key, key) == persons.get(person, person),
        )
        for key, person, known_from, known_until in rows
        if keys.get(key, key) != keys.get(person, person)
    }
    return sorted(links, key=str)


def _renamed(links: Iterable[Link], keys: Mapping[str, str]) -> list[Link]:
    """The links that there are, with numbers in the place of the keys that go now."""
    return [
        structs.replace(
            link, one=keys.get(link.one, link.one), other=keys.get(link.other, link.other)
        )
        for link in links
    ]
