"""Pages of teams: whom they name, and as what; read whole, as often as their sites allow."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from monitor.base.errors import SourceError
from monitor.base.settings import PagesSource
from monitor.intake.collecting.connectors.connector import Item, Reading, Roster, refusal
from monitor.intake.collecting.exchange import Answer, Closed, NotReached, Request, shown
from monitor.intake.sources.nested import RecordMapping, named_layouts

_TYPES = ("text/html", "application/xhtml+xml")


class Pages:
    """The pages that a configuration names, each of which says who is in a team."""

    spacing = 3.0
    budget: int | None = None
    secrets: Mapping[str, str] = MappingProxyType({})
    parameters: Mapping[str, str] = MappingProxyType({})

    def __init__(self, settings: PagesSource) -> None:
        self._settings = settings
        self.base_url = settings.urls[0]
        fields = {**named_layouts()["schemaorg"].fields, "team": "team", **settings.fields}
        self._mapping = RecordMapping(fields, constants=settings.constants, dates=settings.dates)

    def starts(self, followed: Sequence[str]) -> Iterable[Item]:
        """Each page."""
        del followed  # a page has nobody to discover
        watch = self._settings.watch
        if watch.everybody() or watch.organizations or watch.query is not None:
            raise SourceError("pages follow nobody by id or query: name their addresses in `urls`")
        for url in dict.fromkeys(self._settings.urls):
            request = Request(url=url, headers={"Accept": ", ".join(_TYPES)}, is_page=True)
            yield Item(key=f"page {url}", kind="page", request=request)

    def read(self, item: Item, answer: Answer) -> Reading:
        """Everybody whom a page names; a page that names nobody says nothing."""
        from bs4 import BeautifulSoup  # noqa: PLC0415 -- it takes a while to import

        from monitor.intake.collecting.connectors.page_people import (  # noqa: PLC0415 -- as above
            forbids_keeping,
            people_of,
        )

        kind, _, more = answer.headers.get("content-type", "").partition(";")
        place = shown(item.request.url)
        if not 200 <= answer.status < 300:  # noqa: PLR2004 -- the classes of HTTP statuses
            raise NotReached(refusal(answer))
        if kind.strip().lower() not in _TYPES:
            raise NotReached(f"{place} is no page, but {kind or 'of no content type'}")
        _, _, encoding = more.partition("charset=")
        try:
            soup = BeautifulSoup(
                answer.body, "html.parser", from_encoding=encoding.strip(" \"'") or None
            )
            if forbids_keeping(soup, answer.headers):
                raise Closed(f"{place}: the page says that it is not to be listed or mined")
            people = people_of(soup, item.request.url, self._settings.organization)
        except RecursionError as exc:
            raise NotReached(f"{place}: its elements stand too deep in each other") from exc
        if not people.records:
            raise NotReached(f"{place} names nobody in JSON-LD, microdata or microformats")
        return Reading(
            profiles=[self._mapping.profile(record) for record in people.records],
            roster=Roster(
                reads=self._settings.reads,
                least_share=self._settings.least_share,
                shape=people.shape,
                assumed=people.assumed,
            ),
        )

    def throttled(self, answer: Answer, now: datetime) -> float | None:
        """It says so as all do, with 429 and Retry-After."""
        del answer, now
        return None
