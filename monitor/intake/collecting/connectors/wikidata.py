"""Wikidata: the employers that items of people state, with ranks and dates as precise as they are.

Wikibase REST API: https://www.wikidata.org/wiki/Wikidata:REST_API
Names of organisations: https://www.mediawiki.org/wiki/Wikibase/API#wbgetentities
Who works somewhere: https://www.wikidata.org/wiki/Wikidata:SPARQL_query_service
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import orjson

from monitor.base.errors import SourceError
from monitor.base.records import Json
from monitor.base.settings import WikidataSource
from monitor.intake.collecting.connectors.connector import (
    GONE,
    Item,
    Reading,
    Wrong,
    merged_into,
    people_of,
    require_success,
    understood,
)
from monitor.intake.collecting.connectors.wikidata_time import is_over, partial_date
from monitor.intake.collecting.exchange import Answer, NotReached, Request, shown

ROWS = 1000
"""How many people one query is asked for."""
_FEWEST = 50
"""A query of so few that is cut off is not asked for fewer."""
_MOST_NAMES = 50
"""How many items can be asked for at once."""
_EMPLOYER, _START, _END = "P108", "P580", "P582"
_ROLES = ("P39", "P794", "P3831", "P2868")
"""Position held, as, object has role, subject has role: the first that is there is the title."""
_SAME = {
    "P496": "https://orcid.org/{}",
    "P2037": "https://github.com/{}",
}
_ITEM = re.compile(r"Q[1-9][0-9]{0,11}")
_FINE = 200
_LAG_SECONDS = 5
Node = Mapping[str, Json]


class Wikidata:
    """Items of people, the names of what they name, and a query for who works somewhere."""

    base_url = "https://www.wikidata.org"
    spacing = 0.5
    budget: int | None = None
    parameters: Mapping[str, str] = MappingProxyType({})

    def __init__(self, settings: WikidataSource) -> None:
        self._settings = settings
        self._base = (settings.base_url or self.base_url).rstrip("/")
        self.secrets: dict[str, str] = {}
        self._headers = {"Accept": "application/json"}
        if settings.token is not None:
            self.secrets["Authorization"] = f"Bearer {settings.token.reveal()}"

    def starts(self, followed: Sequence[str]) -> Iterator[Item | Wrong]:
        """A query for each organisation, and the item of everybody who is followed."""
        watch = self._settings.watch
        organizations, unknown = understood(watch.organizations, _checked)
        people, wrong = people_of(watch, _checked, followed)
        yield from (*unknown, *wrong)
        for organization in organizations:
            yield self._query(organization, 0, self._settings.limits.rows or ROWS)
        if watch.query is not None:
            yield self._asking(f"query {watch.query}", watch.query)
        yield from map(self._person, people)

    def read(self, item: Item, answer: Answer) -> Reading:
        """The profile of an item, once what it names has names; or the people of a query."""
        match item.kind:
            case "query":
                return self._found(item, answer)
            case _ if item.person is None:
                return self._named(item, answer)
            case _:
                return self._stated(item, item.person, answer)

    def throttled(self, answer: Answer, now: datetime) -> float | None:
        """It lags: it says so in an answer that looks like a good one."""
        del now
        if answer.status != _FINE or b'"maxlag"' not in answer.body[:500]:
            return None
        return _LAG_SECONDS

    # -- people ------------------------------------------------------------------------------------

    def _person(self, person: str) -> Item:
        url = f"{self._base}/w/rest.php/wikibase/v1/entities/items/{person}"
        asked = urlencode({"_fields": "labels,statements"})
        request = Request(url=f"{url}?{asked}", headers=self._headers)
        return Item(key=f"person {person}", kind="person", request=request, person=person)

    def _stated(self, item: Item, person: str, answer: Answer) -> Reading:
        if answer.status in GONE:
            return Reading(gone={person: GONE[answer.status]})
        require_success(answer, person=person)
        document = answer.json()
        identity = document.get("id") if isinstance(document, dict) else None
        if not isinstance(identity, str) or not _ITEM.fullmatch(identity):
            raise NotReached(f"{item.key}: the answer is no item")
        aliases = merged_into(item, identity, answer)
        statements = _table(document.get("statements"))
        positions = [*_positions(statements)]
        profile = {
            "id": identity,
            "name": self._label(document.get("labels")) or identity,
            "url": f"https://www.wikidata.org/wiki/{identity}",
            "same_as": _same_as(statements),
            "positions": positions,
        }
        wanted = sorted({name for position in positions for name in _unnamed(position)})
        if not wanted:
            return Reading(profiles=[profile], aliases=aliases)
        context: dict[str, Any] = {"profile": profile, "aliases": aliases, "names": {}}
        return Reading(further=[self._names(person, wanted, context)])

    def _names(self, person: str, wanted: Sequence[str], context: Mapping[str, Any]) -> Item:
        asked = urlencode(
            {
                "action": "wbgetentities",
                "ids": "|".join(wanted[:_MOST_NAMES]),
                "props": "labels",
                "languages": "|".join(self._settings.languages),
                "format": "json",
                "formatversion": "2",
                "maxlag": str(_LAG_SECONDS),
            }
        )
        about = {**context, "person": person, "wanted": list(wanted)}
        # Whoever states something new is named anew, though the names stay.
        mark = hashlib.sha256(orjson.dumps(about)).hexdigest()[:16]
        return Item(
            key=f"names of {person} {mark}",
            kind="person",
            request=Request(url=f"{self._base}/w/api.php?{asked}", headers=self._headers),
            about=about,
        )

    def _named(self, item: Item, answer: Answer) -> Reading:
        """The profile that waited for names; or the request for more of them."""
        require_success(answer)
        document = answer.json()
        entities = document.get("entities") if isinstance(document, dict) else None
        if not isinstance(entities, dict):
            raise NotReached(f"{shown(answer.url)}: the answer has no items")
        about = item.about
        names = {**about["names"]}
        for asked in about["wanted"][:_MOST_NAMES]:
            entity = _table(entities.get(asked))
            names[asked] = self._label(entity.get("labels")) or asked
        rest = about["wanted"][_MOST_NAMES:]
        if rest:
            return Reading(further=[self._names(about["person"], rest, {**about, "names": names})])
        profile = about["profile"]
        positions = [
            {
                key: names.get(position[key], position[key])
                for key in position
                if key in {"organization", "title"}
            }
            | {
                key: value
                for key, value in position.items()
                if key not in {"organization", "title"}
            }
            for position in profile["positions"]
        ]
        return Reading(profiles=[{**profile, "positions": positions}], aliases=about["aliases"])

    def _label(self, labels: Json) -> str | None:
        """The label in the first language that has one; any other rather than none."""
        texts = {
            language: record.get("value") if isinstance(record, dict) else record
            for language, record in _table(labels).items()
        }
        for language in (*self._settings.languages, *sorted(texts)):
            label = texts.get(language)
            if isinstance(label, str) and label.strip():
                return label
        return None

    # -- queries -----------------------------------------------------------------------------------

    def _query(self, organization: str, offset: int, rows: int) -> Item:
        text = (
            f"SELECT DISTINCT ?p WHERE {{ VALUES ?org {{ wd:{organization} }} "
            "?p p:P108 ?st . ?st ps:P108 ?org ; wikibase:rank ?rank . "
            "FILTER(?rank != wikibase:DeprecatedRank) } "
            f"ORDER BY ?p LIMIT {rows} OFFSET {offset}"
        )
        return self._asking(f"people of {organization} {offset} {rows}", text)

    def _asking(self, key: str, text: str) -> Item:
        url = f"{self._settings.sparql_url}?{urlencode({'query': text, 'format': 'json'})}"
        headers = {"Accept": "application/sparql-results+json"}
        return Item(key=key, kind="query", request=Request(url=url, headers=headers, is_query=True))

    def _found(self, item: Item, answer: Answer) -> Reading:
        organization, offset, rows = _parts(item.key)
        try:
            require_success(answer)
            document = answer.json()  # what ran out of time is cut off, though it began well
        except NotReached:
            if organization is None or rows <= _FEWEST:
                raise
            return Reading(further=[self._query(organization, offset, rows // 4)])
        listed = _table(_table(document).get("results")).get("bindings")
        if not isinstance(listed, list):
            raise NotReached(f"{shown(answer.url)}: the answer is none of a query")
        further = [self._person(person) for person in dict.fromkeys(_people(listed))]
        if organization is not None and len(listed) >= rows:
            further.insert(0, self._query(organization, offset + rows, rows))
        return Reading(further=further)


def _parts(key: str) -> tuple[str | None, int, int]:
    """The organisation, the offset and the number of rows of a query; None for one's own."""
    words = key.split(" ")
    if not key.startswith("people of "):
        return None, 0, 0
    return words[2], int(words[3]), int(words[4])


def _checked(text: str) -> str:
    """The id of an item, however it is written.

    >>> _checked("wikidata:Q42"), _checked("https://www.wikidata.org/wiki/Q42")
    ('Q42', 'Q42')
    """
    item = text.strip().removeprefix("wikidata:").rpartition("/")[2].upper()
    if not _ITEM.fullmatch(item):
        raise SourceError(f"{text!r} is no item of Wikidata, such as Q42: mend the watch list")
    return item


def _people(bindings: Iterable[Json]) -> Iterator[str]:
    """The items that the rows of a query name first; a blank node is none."""
    for row in bindings:
        for cell in _table(row).values():
            value = _table(cell).get("value")
            item = str(value).rpartition("/")[2]
            if _table(cell).get("type") == "uri" and _ITEM.fullmatch(item):
                yield item
                break


def _table(value: Json) -> dict[str, Any]:
    """A table; PHP writes an empty one as a list."""
    return value if isinstance(value, dict) else {}


def _listed(value: Json) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _positions(statements: Node) -> Iterator[dict[str, Json]]:
    """The employers that are stated and not deprecated, in one order whatever theirs is."""
    for statement in sorted(
        _listed(statements.get(_EMPLOYER)), key=lambda record: str(record.get("id"))
    ):
        value = _table(statement.get("value"))
        employer = value.get("content")
        # An employer that is unknown, or stated to be none, names nobody.
        if statement.get("rank") == "deprecated" or value.get("type") != "value":
            continue
        if not isinstance(employer, str):
            continue
        qualifiers = _listed(statement.get("qualifiers"))
        ends = [*_qualified(qualifiers, _END)]
        position = {
            "organization": employer,
            "organization_id": f"wikidata:{employer}",
            "title": next(filter(None, (_content(qualifiers, role) for role in _ROLES)), None),
            "start": partial_date(_content(qualifiers, _START)),
            "end": partial_date(_content(qualifiers, _END)),
            "current": _is_current(ends),
            "id": statement.get("id"),
        }
        yield {key: value for key, value in position.items() if value is not None}


def _is_current(ends: Sequence[Node]) -> bool | None:
    """Whether it is stated to go on, or to have ended on a day that is not known."""
    types = {str(end.get("type")) for end in ends}
    if "novalue" in types:
        return True
    has_ended = "somevalue" in types or any(is_over(end.get("content")) for end in ends)
    return False if has_ended else None


def _qualified(qualifiers: Iterable[Node], wanted: str) -> Iterator[Node]:
    for qualifier in qualifiers:
        if _table(qualifier.get("property")).get("id") == wanted:
            yield _table(qualifier.get("value"))


def _content(qualifiers: Iterable[Node], wanted: str) -> Json:
    return next(
        (
            mapping.get("content")
            for mapping in _qualified(qualifiers, wanted)
            if mapping.get("content")
        ),
        None,
    )


def _unnamed(position: Node) -> Iterator[str]:
    """The items in the place of names."""
    for key in ("organization", "title"):
        value = position.get(key)
        if isinstance(value, str) and _ITEM.fullmatch(value):
            yield value


def _same_as(statements: Node) -> list[str]:
    return [
        place.format(value)
        for identifier, place in _SAME.items()
        for statement in _listed(statements.get(identifier))
        if statement.get("rank") != "deprecated"
        if isinstance(value := _table(statement.get("value")).get("content"), str)
    ]
