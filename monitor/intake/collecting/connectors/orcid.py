"""ORCID: the employments that researchers state, person by person, and who is at an organisation.

Public API 3.0: https://info.orcid.org/documentation/api-tutorials/
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType
from urllib.parse import urlencode

from monitor.base.errors import SourceError
from monitor.base.records import Json
from monitor.base.settings import OrcidSource
from monitor.intake.collecting.client import next_day
from monitor.intake.collecting.connectors.connector import (
    DELETED,
    GONE,
    HIDDEN,
    LOCKED,
    Item,
    Reading,
    Wrong,
    error_code,
    merged_into,
    people_of,
    require_success,
    understood,
)
from monitor.intake.collecting.exchange import Answer, NotReached, Request
from monitor.intake.profiles.ids import is_ror
from monitor.intake.sources.nested import RecordMapping, named_layouts

ROWS = 1000
"""How many hits a page has, at the most."""
DEEPEST = 10_000
"""A search shows no hit behind this one: where there are more, the range of days is halved."""
_BEGAN, _ENDS = date(2012, 1, 1), date(2100, 1, 1)
"""No record was changed before ORCID began."""
_AT_ROR = "https://ror.org/"
_FIELDS = {"ror": "ror-org-id", "grid": "grid-org-id", "ringgold": "ringgold-org-id"}
_DEACTIVATED, _UNCLAIMED, _NOT_PUBLIC = 9044, 9036, frozenset({9013, 9039})
_FORBIDDEN, _CONFLICT, _TOO_MANY = 403, 409, 429
_LENGTH, _CHECKED = 16, 15


class Orcid:
    """The records of people, and a search for the people of an organisation."""

    base_url = "https://pub.orcid.org/v3.0"
    spacing = 0.1
    budget: int | None = 100_000
    parameters: Mapping[str, str] = MappingProxyType({})

    def __init__(self, settings: OrcidSource) -> None:
        self._settings = settings
        self._base = (settings.base_url or self.base_url).rstrip("/")
        self._rows = settings.limits.rows or ROWS
        self.secrets: dict[str, str] = {}
        self._headers = {"Accept": "application/json"}
        if settings.token is not None:
            self.secrets["Authorization"] = f"Bearer {settings.token.reveal()}"
        fields = {**named_layouts()["orcid"].fields, **settings.fields}
        self._mapping = RecordMapping(fields, constants=settings.constants, dates=settings.dates)

    def starts(self, followed: Sequence[str]) -> Iterator[Item | Wrong]:
        """A search for each organisation, and the record of everybody who is followed."""
        watch = self._settings.watch
        queries, unknown = understood(watch.organizations, _of_organization)
        people, wrong = people_of(watch, _checked, followed)
        yield from (*unknown, *wrong)
        for query in (*queries, *filter(None, [watch.query])):
            yield self._search(query, _BEGAN, _ENDS, 0)
        yield from map(self._person, people)

    def read(self, item: Item, answer: Answer) -> Reading:
        """The profile of a record, or the people whom a search found."""
        if item.person is None:
            return self._found(item, answer)
        if answer.status == _CONFLICT or _is_not_public(answer):
            return Reading(gone={item.person: _withdrawn(answer)})
        if answer.status in GONE:
            return Reading(gone={item.person: GONE[answer.status]})
        require_success(answer, person=item.person)
        profile = self._mapping.profile(answer.json())
        primary = profile.get("id")
        if not isinstance(primary, str):
            raise NotReached(f"{item.person}: the answer is no record")
        return Reading(profiles=[profile], aliases=merged_into(item, primary, answer))

    def throttled(self, answer: Answer, now: datetime) -> float | None:
        """The quota of a day is over where a refusal names no wait: until the next day."""
        if answer.status != _TOO_MANY or "retry-after" in answer.headers:
            return None
        return (next_day(now) - now).total_seconds()

    def _person(self, person: str) -> Item:
        request = Request(url=f"{self._base}/{person}/record", headers=self._headers)
        return Item(key=f"person {person}", kind="person", request=request, person=person)

    def _search(self, query: str, since: date, until: date, start: int) -> Item:
        days = f"profile-last-modified-date:[{since}T00:00:00Z TO {until}T00:00:00Z]"
        asked = urlencode({"q": f"({query}) AND {days}", "start": start, "rows": self._rows})
        return Item(
            key=f"search {since} {until} {start} {query}",
            kind="search",
            request=Request(url=f"{self._base}/expanded-search/?{asked}", headers=self._headers),
        )

    def _found(self, item: Item, answer: Answer) -> Reading:
        require_success(answer)
        document = answer.json()
        if not isinstance(document, dict) or not isinstance(document.get("num-found"), int):
            raise NotReached(f"{item.key}: the answer is no search's")
        _, since, until, start, query = item.key.split(" ", 4)
        first, last = date.fromisoformat(since), date.fromisoformat(until)
        if document["num-found"] > DEEPEST and last - first > timedelta(days=1):
            middle = first + (last - first) // 2
            halves = ((first, middle), (middle, last))
            return Reading(further=[self._search(query, *half, 0) for half in halves])
        people = [
            self._person(profile_id) for profile_id in _ids(document.get("expanded-result") or ())
        ]
        after = int(start) + self._rows
        if after <= DEEPEST and after < document["num-found"]:
            return Reading(further=[self._search(query, first, last, after), *people])
        return Reading(further=people)


def _ids(hits: Iterable[Json]) -> Iterator[str]:
    for hit in hits:
        person = hit.get("orcid-id") if isinstance(hit, dict) else None
        if isinstance(person, str) and is_orcid(person):
            yield person


def _of_organization(text: str) -> str:
    """The search for an organisation by its id, or by its name as records write it.

    >>> _of_organization("ror:00examp37") == _of_organization("https://ror.org/00examp37")
    True
    """
    scheme, _, value = text.replace(_AT_ROR, "ror:", 1).partition(":")
    if scheme not in _FIELDS:
        return f'affiliation-org-name:"{_quoted(text)}"'
    if scheme == "ror" and not is_ror(value):
        raise SourceError(
            f"{text!r} is no id at ROR, such as ror:00examp37 (a letter may be wrong): look it"
            " up at https://ror.org, and mend it in `organizations` of the watch list"
        )
    value = f"{_AT_ROR}{value}" if scheme == "ror" else value
    return f'{_FIELDS[scheme]}:"{_quoted(value)}"'


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _is_not_public(answer: Answer) -> bool:
    """Whether a refusal is about the record, and not about who asks."""
    return answer.status == _FORBIDDEN and error_code(answer) in _NOT_PUBLIC


def _withdrawn(answer: Answer) -> str:
    """Why a record may not be shown: it is locked, deactivated, not public, or nobody's yet."""
    code = error_code(answer)
    if code == _DEACTIVATED:
        return DELETED
    return HIDDEN if code == _UNCLAIMED or code in _NOT_PUBLIC else LOCKED


def _checked(text: str) -> str:
    person = text.removeprefix("https://orcid.org/").strip().upper()
    if not is_orcid(person):
        raise SourceError(
            f"{text!r} is no ORCID iD, such as 0000-0002-1825-0097: mend it in the watch list"
        )
    return person


def is_orcid(text: str) -> bool:
    """Whether a text is an ORCID iD, its check digit included (ISO 7064, mod 11-2).

    >>> is_orcid("0000-0002-1825-0097"), is_orcid("0000-0002-1825-0098")
    (True, False)
    """
    digits = text.replace("-", "")
    body, check = digits[:_CHECKED], digits[_CHECKED:]
    is_formed = len(digits) == _LENGTH and body.isascii() and body.isdecimal()
    if not is_formed or text != "-".join(digits[at : at + 4] for at in range(0, _LENGTH, 4)):
        return False
    return check == check_digit(body)


def check_digit(body: str) -> str:
    """The last character of an iD whose other digits these are."""
    total = 0
    for digit in body:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)  # noqa: PLR2004 -- the digit ten
