"""JSON or CSV from any address: a list in pages, or one address a person; read as files are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BufferedReader, BytesIO
from types import MappingProxyType
from typing import cast
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

import httpx
import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from monitor.base.errors import FileRefused, SourceError
from monitor.base.profile import FileForm
from monitor.base.records import NO_ROW, Json
from monitor.base.settings import HttpSource
from monitor.intake.collecting.connectors.connector import (
    GONE,
    Item,
    Reading,
    require_success,
)
from monitor.intake.collecting.exchange import Answer, NotReached, Request, shown
from monitor.intake.sources.day_columns import DayColumns
from monitor.intake.sources.days_in_files import json_rows
from monitor.intake.sources.grouping import grouped, padded
from monitor.intake.sources.names_as_ids import Names
from monitor.intake.sources.nested import (
    are_keyed_by_name,
    are_positions,
    json_profiles,
    mapping_of,
)
from monitor.intake.sources.tables import csv_profiles

_PERSON = "{id}"


class Http:
    """The list that an address has, page after page, or the record of each person at an address."""

    spacing = 1.0
    budget: int | None = None
    parameters: Mapping[str, str] = MappingProxyType({})

    def __init__(self, settings: HttpSource) -> None:
        self._settings = settings
        self.secrets = {name: secret.reveal() for name, secret in settings.headers.items()}
        if settings.token is not None:
            self.secrets["Authorization"] = f"Bearer {settings.token.reveal()}"
        self.base_url = settings.url
        self._mapping, self._reader = mapping_of(settings)

    def starts(self, followed: Sequence[str]) -> Iterable[Item]:
        """The first page; or everybody who is followed."""
        del followed  # an address has nobody to discover
        if _PERSON not in self._settings.url:
            return [self._page(self._first(), "page 1")]
        return (self._person(person) for person in self._settings.watch.everybody())

    def read(self, item: Item, answer: Answer) -> Reading:
        """The profiles of a page, and the next page."""
        if item.person is not None and answer.status in GONE:
            return Reading(gone={item.person: GONE[answer.status]})
        require_success(answer, person=item.person)
        name = shown(answer.url)
        if not answer.body.strip() and item.key != "page 1" and item.person is None:
            return Reading()  # so some services say that a list is at its end
        if not answer.body.strip():
            raise NotReached(f"{name}: an empty answer")
        try:
            lines = list(self._lines(answer.body, name))
            records = [msgspec.json.decode(line) for line in lines if not line.isspace()]
        except (FileRefused, msgspec.MsgspecError) as exc:
            kind = answer.headers.get("content-type", "no content type")
            why = str(exc).removeprefix(f"{name}: ")
            raise NotReached(
                f"{name}: not read as {self._settings.format} ({kind}): {why}"
            ) from exc
        if records and not any(isinstance(record, dict) for record in records):
            raise NotReached(f"{name}: no record of the answer is an object")
        profiles = [*_objects(records, item.key)]
        # An answer without records may be taken for one that says nothing of anybody.
        people = sum("id" in profile for profile in profiles)
        following = None if item.person is not None else self._next(item, answer, people)
        merged = _merged(item, answer, profiles)
        further = [] if following is None else [following]
        return Reading(
            profiles=profiles,
            further=further,
            aliases=merged,
            names=_named(item, merged, profiles),
            is_unknown=item.person is not None and not records,
        )

    def _lines(self, body: bytes, name: str) -> Iterable[bytes]:
        """The profiles of an answer, as those of a file: what is a record a position is joined."""
        settings = self._settings
        if settings.format == "csv":
            stream = BufferedReader(cast("Json", BytesIO(body)))
            return csv_profiles(stream, settings, name=name, form=FileForm())
        days = DayColumns(settings.dates, None, name=name)
        if self._mapping is not None:
            self._mapping.days = days
        if are_positions(settings) or are_keyed_by_name(settings):
            names = Names.PEOPLE if are_keyed_by_name(settings) else None
            rows, _ = json_rows(BytesIO(body), settings, self._mapping, name=name)
            return padded(grouped(rows, name=name, watched=None, names=names, late=days.read))
        return json_profiles(
            BytesIO(body),
            self._mapping,
            name=name,
            where=settings.records,
            reader=self._reader,
        )

    def throttled(self, answer: Answer, now: datetime) -> float | None:
        """It says so as all do, with 429 and Retry-After."""
        del answer, now
        return None

    def _person(self, person: str) -> Item:
        url = self._settings.url.replace(_PERSON, quote(person, safe=""))
        request = Request(url=url)
        return Item(key=f"person {person}", kind="person", request=request, person=person)

    def _page(self, url: str, key: str) -> Item:
        return Item(key=key, kind="page", request=Request(url=url))

    def _first(self) -> str:
        paging = self._settings.paging
        if paging is None or paging.parameter is None or paging.cursor is not None:
            return self._settings.url
        return _with(self._settings.url, paging.parameter, str(paging.first))

    def _next(self, item: Item, answer: Answer, records: int) -> Item | None:
        """The page after this one; None after the last."""
        number = int(item.key.removeprefix("page "))
        url = self._following(number, answer, records)
        if url is None or url == item.request.url:
            return None
        if urlsplit(url).netloc != urlsplit(item.request.url).netloc:
            raise SourceError(f"{shown(answer.url)}: its next page is at another host")
        return self._page(url, f"page {number + 1}")

    def _following(self, number: int, answer: Answer, records: int) -> str | None:
        paging = self._settings.paging
        if paging is None:
            link = httpx.Response(200, headers=dict(answer.headers)).links.get("next", {})
            return urljoin(answer.url, link["url"]) if "url" in link else None
        if paging.cursor is not None:
            mark = _found(paging.cursor, answer.json())
            if not mark:
                return None
            if paging.parameter is None:
                return urljoin(answer.url, str(mark))
            return _with(self._settings.url, paging.parameter, str(mark))
        if paging.parameter is None or records < (paging.size or 1):
            return None
        step = records if paging.counts == "records" else 1
        before = dict(parse_qsl(urlsplit(answer.url).query)).get(paging.parameter, "")
        start = int(before) if before.isdecimal() else paging.first + number - 1
        return _with(self._settings.url, paging.parameter, str(start + step))


def _objects(records: Sequence[Json], key: str) -> Iterator[dict[str, Json]]:
    """The records of an answer; one that is no object says its place, and intake sets it aside."""
    for number, record in enumerate(records, 1):
        place = f"{key} record {number}"
        is_object = isinstance(record, dict)
        yield record if is_object else {"id": place, "positions": f"{NO_ROW}{place} is no object"}


def _merged(item: Item, answer: Answer, profiles: Sequence[Mapping[str, Json]]) -> dict[str, str]:
    """Whose record moved for good to one under another id."""
    ids = [profile.get("id") for profile in profiles]
    if item.person is None or not answer.is_moved or len(ids) != 1 or ids[0] == item.person:
        return {}
    return {item.person: str(ids[0])}


def _named(
    item: Item, merged: Mapping[str, str], profiles: Sequence[Mapping[str, Json]]
) -> dict[str, str]:
    """Whom a name stands for that is in the address of a record with an id of its own."""
    ids = [profile.get("id") for profile in profiles]
    if item.person is None or merged or len(ids) != 1 or ids[0] in {None, item.person}:
        return {}
    return {item.key: str(ids[0])}


def _found(expression: str, document: Json) -> Json:
    try:
        return jmespath.search(expression, document)
    except JMESPathError:
        return None


def _with(url: str, parameter: str, value: str) -> str:
    """An address with a parameter set.

    >>> _with("https://example.org/people?size=10&page=1", "page", "2")
    'https://example.org/people?size=10&page=2'
    """
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != parameter]
    return parts._replace(query=urlencode([*query, (parameter, value)])).geturl()
