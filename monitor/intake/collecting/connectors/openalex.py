"""OpenAlex: where authors say that they work, in their papers; evidence, and never a departure.

https://docs.openalex.org/api-entities/authors
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from monitor.base.errors import SourceError
from monitor.base.records import Json
from monitor.base.settings import OpenalexSource
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
from monitor.intake.collecting.exchange import Answer, NotReached, Request, shown
from monitor.intake.profiles.ids import is_ror

ROWS = 200
"""How many authors a page has, at the most."""
_FIELDS = "id,orcid,display_name,affiliations"
_AUTHOR = re.compile(r"A[0-9]{2,12}")
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_TOO_MANY = 429
_YEARS = range(1900, 2201)


class Openalex:
    """Authors one by one, which costs nothing, and lists of those of an institution."""

    base_url = "https://api.openalex.org"
    spacing = 0.2
    budget: int | None = 10_000

    def __init__(self, settings: OpenalexSource) -> None:
        self.secrets: dict[str, str] = {}
        self.parameters: dict[str, str] = {}
        if settings.token is not None:
            self.parameters["api_key"] = settings.token.reveal()
        self._settings = settings
        self._base = (settings.base_url or self.base_url).rstrip("/")
        self._rows = settings.limits.rows or ROWS

    def starts(self, followed: Sequence[str]) -> Iterator[Item | Wrong]:
        """The authors of each institution or search, and everybody who is followed."""
        watch = self._settings.watch
        institutions, unknown = understood(watch.organizations, _of_institution)
        people, wrong = people_of(watch, _checked, followed)
        yield from (*unknown, *wrong)
        for institution in institutions:
            yield self._list(f"filter={institution}", "*")
        if watch.query is not None:
            yield self._list(f"search={quote(watch.query)}", "*")
        yield from map(self._author, people)

    def read(self, item: Item, answer: Answer) -> Reading:
        """The affiliations of an author, or the authors of a list."""
        if item.person is not None and answer.status in GONE:
            return Reading(gone={item.person: GONE[answer.status]})
        require_success(answer, person=item.person)
        document = _table(answer.json())
        if item.person is None:
            return self._found(item, document, answer)
        author = str(document.get("id")).rpartition("/")[2]
        if not _AUTHOR.fullmatch(author):
            raise NotReached(f"{item.person}: the answer is no author")
        # Whoever is asked for by an iD of ORCID is found under an id of their own.
        is_own = _AUTHOR.fullmatch(item.person)
        aliases = merged_into(item, author, answer) if is_own else {}
        return Reading(profiles=[_profile(author, document)], aliases=aliases, accumulates=True)

    def throttled(self, answer: Answer, now: datetime) -> float | None:
        """The day's allowance is spent: until it is renewed, as a header says in seconds."""
        del now
        left = answer.headers.get("x-ratelimit-reset", "")
        if answer.status != _TOO_MANY or not left.isdecimal():
            return None
        return float(left)

    def _author(self, person: str) -> Item:
        url = f"{self._base}/authors/{quote(person, safe=':')}?select={_FIELDS}"
        return Item(key=f"person {person}", kind="person", request=Request(url=url), person=person)

    def _list(self, asked: str, cursor: str) -> Item:
        more = urlencode({"select": "id", "per-page": self._rows, "cursor": cursor})
        url = f"{self._base}/authors?{asked}&{more}"
        return Item(key=f"list {asked} {cursor}", kind="list", request=Request(url=url))

    def _found(self, item: Item, document: dict[str, Any], answer: Answer) -> Reading:
        results = document.get("results")
        if not isinstance(results, list):
            raise NotReached(f"{shown(answer.url)}: the answer is no list")
        authors = [str(_table(result).get("id")).rpartition("/")[2] for result in results]
        people = [self._author(author) for author in authors if _AUTHOR.fullmatch(author)]
        cursor = _table(document.get("meta")).get("next_cursor")
        asked = item.key.split(" ")[1]
        following = [self._list(asked, cursor)] if isinstance(cursor, str) and results else []
        return Reading(further=[*following, *people])


def _profile(author: str, document: dict[str, Any]) -> dict[str, Json]:
    orcid = document.get("orcid")
    return {
        "id": author,
        "name": document.get("display_name") or author,
        "url": f"https://openalex.org/{author}",
        "same_as": [orcid] if isinstance(orcid, str) else [],
        "positions": [*_positions(document.get("affiliations"))],
    }


def _positions(affiliations: Json) -> Iterator[dict[str, Json]]:
    """One for each institution, from the first year of a paper on: papers do not say who left."""
    listed = (
        [_table(affiliation) for affiliation in affiliations]
        if isinstance(affiliations, list)
        else []
    )
    for record in sorted(
        listed, key=lambda record: str(_table(record.get("institution")).get("id"))
    ):
        institution, years = _table(record.get("institution")), record.get("years")
        name, ror = institution.get("display_name"), institution.get("ror")
        if not isinstance(name, str):
            continue
        stated = years if isinstance(years, list) else []
        possible_years = [year for year in stated if isinstance(year, int) and year in _YEARS]
        position = {
            "organization": name,
            "organization_id": f"ror:{ror.rpartition('/')[2]}" if isinstance(ror, str) else None,
            "start": str(min(possible_years)) if possible_years else None,
            "id": str(institution.get("id")).rpartition("/")[2],
        }
        yield {key: value for key, value in position.items() if value is not None}


def _of_institution(text: str) -> str:
    """The filter for the authors of an institution.

    >>> _of_institution("ror:00examp37")
    'last_known_institutions.ror:https://ror.org/00examp37'
    """
    scheme, _, value = text.strip().partition(":")
    if scheme == "ror" and is_ror(value):
        return f"last_known_institutions.ror:https://ror.org/{value}"
    if scheme == "openalex" and re.fullmatch(r"I\d+", value):
        return f"last_known_institutions.id:{value}"
    raise SourceError(f"{text!r} is no institution, such as ror:00examp37 or openalex:I100")


def _checked(text: str) -> str:
    """An author's id, or an ORCID iD, as addresses take it."""
    person = text.strip().removeprefix("openalex:").removeprefix("orcid:").rpartition("/")[2]
    if _ORCID.fullmatch(person.upper()):
        return f"orcid:{person.upper()}"
    if not _AUTHOR.fullmatch(person.upper()):
        raise SourceError(f"{text!r} is no author, such as A5023888391: mend the watch list")
    return person.upper()


def _table(value: Json) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
