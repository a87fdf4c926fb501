"""Coresignal: records of people by the user's own key and contract, one of its credits each.

https://docs.coresignal.com/employee-api
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from monitor.base.errors import SourceError
from monitor.base.records import Json
from monitor.base.settings import CoresignalSource
from monitor.intake.collecting.client import Parked, next_day
from monitor.intake.collecting.connectors.connector import (
    DELETED,
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

ROWS = 1000
"""How many ids a page of a search has, at the most."""
_PERSON = re.compile(r"[A-Za-z0-9%_-]{1,200}")
_LAYOUTS = {"employee_base": "coresignal-base"}
_NOT_FOUND, _PAYMENT = 404, 402


class Coresignal:
    """Records of people by id or shorthand, and a search for more."""

    base_url = "https://api.coresignal.com/cdapi/v2"
    spacing = 0.2
    """Five requests a second, which every plan allows."""
    budget: int | None = None
    parameters: Mapping[str, str] = MappingProxyType({})

    def __init__(self, settings: CoresignalSource) -> None:
        self._settings = settings
        self.secrets = {"apikey": key_of(settings, "Coresignal")}
        self._base = f"{(settings.base_url or self.base_url).rstrip('/')}/{settings.tier}"
        layout = named_layouts()[_LAYOUTS.get(settings.tier, "coresignal")]
        fields = {**layout.fields, **settings.fields}
        self._mapping = RecordMapping(fields, constants=settings.constants, dates=settings.dates)

    def starts(self, followed: Sequence[str]) -> Iterator[Item | Wrong]:
        """Each search, and the record of everybody who is followed."""
        watch = self._settings.watch
        searches, unknown = understood(watch.organizations, self._at)
        people, wrong = people_of(watch, _checked, followed)
        yield from (*unknown, *wrong)
        for search in searches:
            yield self._search(search, "")
        if watch.query is not None:
            yield self._search(_query(watch.query), "")
        yield from map(self._person, people)

    def read(self, item: Item, answer: Answer) -> Reading:
        """The record of a person, or the ids that a search found."""
        if item.person is None:
            return self._found(item, answer)
        if answer.status == _NOT_FOUND:
            # Be it the id or the path: nobody is said to be deleted.
            return Reading(is_unknown=True)
        require_success(answer, person=item.person)
        document = answer.json()
        record = document[0] if isinstance(document, list) and document else document
        if not isinstance(record, dict) or not isinstance(record.get("id"), int | str):
            raise NotReached(f"{shown(answer.url)}: the answer is no person")
        primary = str(record["id"])
        before = record.get("historical_ids")
        earlier = [str(one) for one in (before if isinstance(before, list) else ())]
        is_merged = item.person.isdecimal() and primary != item.person
        if is_merged and item.person not in earlier:
            raise NotReached(f"{shown(answer.url)}: the answer is of {primary}")
        aliases = {item.person: primary} if is_merged else {}
        if str(record.get("is_deleted") or 0) not in {"0", "False"}:
            return Reading(gone=dict.fromkeys((item.person, primary), DELETED))
        return Reading(
            profiles=[with_scheme(self._mapping.profile(record))],
            aliases=aliases,
            took_in=dict.fromkeys(earlier, primary),
            names={} if item.person.isdecimal() else {item.key: primary},
        )

    def throttled(self, answer: Answer, now: datetime) -> float | None:
        """Without credits, nothing more is to be had; limits are told by 429 alone."""
        if answer.status == _PAYMENT:
            raise Parked("no credits are left (402)", until=next_day(now))
        return None

    def cost(self, item: Item, answer: Answer) -> int:
        """One credit for each record; searches are counted apart by the contract."""
        is_success = 200 <= answer.status < 300  # noqa: PLR2004 -- the classes of HTTP statuses
        return int(is_success and item.person is not None)

    def _person(self, person: str) -> Item:
        url = f"{self._base}/collect/{quote(person, safe='%')}"
        return Item(key=f"person {person}", kind="person", request=Request(url=url), person=person)

    def _search(self, query: Mapping[str, Json], after: str) -> Item:
        body = json.dumps(query, sort_keys=True)
        asked = urlencode(
            {"items_per_page": self._settings.limits.rows or ROWS}
            | ({"after": after} if after else {})
        )
        request = Request(
            url=f"{self._base}/search/es_dsl?{asked}",
            headers={"Content-Type": "application/json"},
            body=body,
        )
        return Item(
            key=f"search {body} {after}", kind="search", request=request, about={"query": query}
        )

    def _found(self, item: Item, answer: Answer) -> Reading:
        require_success(answer)
        ids = answer.json()
        if not isinstance(ids, list):
            raise NotReached(f"{shown(answer.url)}: the answer is no list of ids")
        people = [self._person(str(person)) for person in ids if isinstance(person, int | str)]
        after = answer.headers.get("x-next-page-after", "")
        following = [self._search(item.about["query"], after)] if after and people else []
        return Reading(further=[*following, *people])

    def _at(self, organization: str) -> dict[str, Any]:
        """The search for who is at an organisation, by the id that it has there."""
        scheme, _, value = organization.strip().partition(":")
        if scheme != "coresignal" or not value.isdecimal():
            raise SourceError(f"{organization!r} is no organisation, such as coresignal:3124502")
        if self._settings.tier != "employee_multi_source":
            raise SourceError("organizations are searched in employee_multi_source: name a query")
        return {"query": {"term": {"active_experience_company_id": int(value)}}}


def _query(text: str) -> dict[str, Any]:
    """A search in the language of Elasticsearch, as the configuration has it."""
    try:
        query = json.loads(text)
    except ValueError as exc:
        raise SourceError(f"the query of the watch list is no JSON: {exc}") from exc
    if not isinstance(query, dict):
        raise SourceError('the query of the watch list is none, such as {"query": {...}}')
    return query


def _checked(text: str) -> str:
    """An id or a shorthand name, however it is written."""
    person = text.strip().removeprefix("coresignal:").rstrip("/").rpartition("/")[2]
    if not _PERSON.fullmatch(person):
        raise SourceError(f"{text!r} is no person, such as 900001: mend the watch list")
    return person
