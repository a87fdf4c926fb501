"""People Data Labs: records of people by the user's own key and contract, one credit each.

https://docs.peopledatalabs.com/docs/reference-person-retrieve-api,
https://docs.peopledatalabs.com/docs/reference-person-changelog-api
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from monitor.base.errors import SourceError
from monitor.base.records import Json
from monitor.base.settings import PeopleDataLabsSource
from monitor.intake.collecting.client import Parked, next_day
from monitor.intake.collecting.connectors.connector import (
    DELETED,
    GONE,
    OPTED_OUT,
    Item,
    Reading,
    Wrong,
    people_of,
    require_success,
    understood,
)
from monitor.intake.collecting.connectors.licensed import key_of, with_scheme
from monitor.intake.collecting.exchange import Answer, NotReached, Request, shown
from monitor.intake.sources.nested import RecordMapping, named_layouts

BATCH = 100
"""How many ids one look at the changelog asks for, and how many records a page of a search has."""
_WINDOW_SECONDS = 60.0
"""Limits are those of a minute, and begin anew with the next."""
_ID = re.compile(r"[A-Za-z0-9_-]{20,30}_\d{4}")
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_PROFILE = re.compile(r"[\w.-]+\.[a-z]{2,}/\S+")
_PAYMENT, _TOO_MANY = 402, 429


class PeopleDataLabs:
    """Records of people by id, by the address of a profile, and by a search."""

    base_url = "https://api.peopledatalabs.com"
    spacing = 0.7
    """A little less than the 100 requests a minute of a free plan."""
    budget: int | None = None
    parameters: Mapping[str, str] = MappingProxyType({})

    def __init__(self, settings: PeopleDataLabsSource) -> None:
        self._settings = settings
        self._rows = settings.limits.rows or BATCH
        self.secrets = {"X-Api-Key": key_of(settings, "People Data Labs")}
        self._base = (settings.base_url or self.base_url).rstrip("/") + "/v5/person"
        fields = {**named_layouts()["peopledatalabs"].fields, **settings.fields}
        self._mapping = RecordMapping(fields, constants=settings.constants, dates=settings.dates)

    def starts(self, followed: Sequence[str]) -> Iterator[Item | Wrong]:
        """Who opted out, each search, and the record of everybody who is followed."""
        watch = self._settings.watch
        searches, unknown = understood(watch.organizations, _at)
        people, wrong = people_of(watch, _checked, followed)
        yield from (*unknown, *wrong)
        ids = [person for person in people if _ID.fullmatch(person)]
        for first in range(0, len(ids), self._rows):
            yield self._changes(ids[first : first + self._rows], None)
        for search in searches:
            yield self._search({"query": {"term": search}}, None)
        if watch.query is not None:
            yield self._search(_query(watch.query), None)
        yield from map(self._person, people)

    def read(self, item: Item, answer: Answer) -> Reading:
        """The record of a person, a page of a search, or who opted out, was deleted or merged."""
        if answer.status in GONE and item.kind != "changes":
            is_known = item.person is not None and _ID.fullmatch(item.person)
            why = GONE[answer.status]
            gone = {item.person: why} if is_known and item.person else {}
            return Reading(gone=gone, is_unknown=item.person is not None and not gone)
        require_success(answer, person=item.person)
        document = _table(answer.json())
        match item.kind:
            case "changes":
                return self._changed(item, document.get("data"))
            case "search":
                return self._found(item, document, answer)
            case _:
                return self._person_of(item, document, answer)

    def _person_of(self, item: Item, document: Mapping[str, Any], answer: Answer) -> Reading:
        profile = self._profile(document.get("data"))
        primary = profile.get("id")
        if not isinstance(primary, str):
            raise NotReached(f"{shown(answer.url)}: the answer is no person")
        if not _ID.fullmatch(item.person or ""):
            # An address of a profile may be somebody else's one day.
            return Reading(profiles=[profile], names={item.key: primary})
        is_merged = primary != item.person
        return Reading(profiles=[profile], aliases={str(item.person): primary} if is_merged else {})

    def throttled(self, answer: Answer, now: datetime) -> float | None:
        """A limit of a minute is over at its reset; without credits, nothing more is to be had."""
        if answer.status == _PAYMENT:
            raise Parked("no credits are left (402)", until=next_day(now))
        if answer.status != _TOO_MANY or "retry-after" in answer.headers:
            return None
        try:
            reset = datetime.fromisoformat(answer.headers.get("x-ratelimit-reset", ""))
            return min(max((reset - now).total_seconds(), 1.0), _WINDOW_SECONDS)
        except (TypeError, ValueError):
            return _WINDOW_SECONDS

    def cost(self, item: Item, answer: Answer) -> int:
        """The credits that an answer cost: as it says, or else one for each record in it."""
        if not 200 <= answer.status < 300 or item.kind == "changes":  # noqa: PLR2004 -- success
            return 0
        said = answer.headers.get("x-call-credits-spent", "")
        if re.fullmatch(r"\d+(\.0+)?", said):
            return int(float(said))
        if item.kind != "search":
            return 1
        try:
            listed = _table(answer.json()).get("data")
        except NotReached:
            return 0
        return len(listed) if isinstance(listed, list) else 0

    # -- what is asked -----------------------------------------------------------------------------

    def _person(self, person: str) -> Item:
        asked = {"titlecase": "true"}
        if _ID.fullmatch(person):
            url = f"{self._base}/retrieve/{person}?{urlencode(asked)}"
        else:
            asked |= {"profile": person, "min_likelihood": str(self._settings.min_likelihood)}
            url = f"{self._base}/enrich?{urlencode(asked)}"
        return Item(key=f"person {person}", kind="person", request=Request(url=url), person=person)

    def _changes(self, ids: Sequence[str], token: str | None) -> Item:
        body: dict[str, Json] = {"ids": [*ids]} | ({"scroll_token": token} if token else {})
        return self._posted(
            "changes",
            f"{ids[0]} {token or ''}",
            "changelog",
            body,
            {"people": [*ids], "token": token or ""},
        )

    def _search(self, asked: Mapping[str, Json], token: str | None) -> Item:
        body: dict[str, Json] = {**asked, "size": self._rows, "titlecase": True}
        body |= {"scroll_token": token} if token else {}
        mark = f"{json.dumps(asked, sort_keys=True)} {token or ''}"
        return self._posted("search", mark, "search", body, {"asked": asked})

    def _posted(
        self, kind: str, mark: str, path: str, body: Mapping[str, Json], about: Mapping[str, Json]
    ) -> Item:
        headers = {"Content-Type": "application/json"}
        request = Request(url=f"{self._base}/{path}", headers=headers, body=json.dumps(body))
        return Item(key=f"{kind} {mark}", kind=kind, request=request, about=about)

    # -- what is said ------------------------------------------------------------------------------

    def _profile(self, record: Json) -> dict[str, Json]:
        return with_scheme(self._mapping.profile(_table(record)))

    def _found(self, item: Item, document: Mapping[str, Any], answer: Answer) -> Reading:
        listed = document.get("data")
        if not isinstance(listed, list):
            raise NotReached(f"{shown(answer.url)}: the answer is no list of people")
        profiles = [self._profile(record) for record in listed]
        ids = [str(profile["id"]) for profile in profiles if "id" in profile]
        token = document.get("scroll_token")
        further = (
            [self._search(item.about["asked"], token)] if isinstance(token, str) and ids else []
        )
        return Reading(profiles=profiles, discovered=ids, further=further)

    def _changed(self, item: Item, data: Json) -> Reading:
        if not isinstance(data, dict):
            raise NotReached(f"{item.key}: the answer does not say who opted out")
        asked = frozenset(item.about["people"])
        gone = dict.fromkeys(_ids(data.get("deleted"), asked), DELETED)
        gone |= dict.fromkeys(_ids(data.get("opted_out"), asked), OPTED_OUT)
        token = data.get("scroll_token")
        is_last = not isinstance(token, str) or token == item.about.get("token")
        any_said = any(isinstance(value, list) and value for value in data.values())
        if is_last or not any_said:
            return Reading(gone=gone)
        return Reading(gone=gone, further=[self._changes(item.about["people"], token)])


def _ids(listed: Json, asked: frozenset[str]) -> list[str]:
    """Those of the people who were asked for that a list of the changelog names."""
    entries = listed if isinstance(listed, list) else []
    ids = [_table(entry).get("id", entry) for entry in entries]
    return [person for person in ids if isinstance(person, str) and person in asked]


def _at(organization: str) -> dict[str, str]:
    """What is true of who is at an organisation: by its domain, or the id that it has there.

    >>> _at("example.com"), _at("peopledatalabs:aKCIYBNF9ey6o5CjHCCO4goHYKlf")
    ({'job_company_website': 'example.com'}, {'job_company_id': 'aKCIYBNF9ey6o5CjHCCO4goHYKlf'})
    """
    scheme, colon, value = organization.strip().partition(":")
    if colon and scheme == "peopledatalabs" and value:
        return {"job_company_id": value}
    domain = scheme.lower()
    if colon or not _DOMAIN.fullmatch(domain):
        raise SourceError(f"{organization!r} is no organisation, such as example.com")
    return {"job_company_website": domain}


def _query(text: str) -> dict[str, Json]:
    """A search in one of its two languages: SQL, or that of Elasticsearch as JSON."""
    if not text.lstrip().startswith("{"):
        return {"sql": text}
    try:
        return {"query": json.loads(text)}
    except ValueError as exc:
        raise SourceError(f"the query of the watch list is no JSON: {exc}") from exc


def _checked(text: str) -> str:
    """An id of a person, or the address of a profile without its scheme."""
    person = re.sub(r"^https?://(?:www\.)?", "", text.strip()).rstrip("/")
    if not _ID.fullmatch(person) and not _PROFILE.fullmatch(person):
        raise SourceError(
            f"{text!r} is no person, such as qEnOZ5Oh0poWnQ1luFBfVw_0000 or"
            " github.com/jo-fictional: mend the watch list"
        )
    return person


def _table(value: Json) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
