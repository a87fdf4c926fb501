"""One service of each kind with six people, and the troubles that any of them may have."""

import gzip
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from types import MappingProxyType

from orcid_service import OrcidService, employment, orcid_id, record
from services import BEGAN, Said, Service
from test_github import Fake as Github
from test_github import user
from test_licensed_services import Coresignal, PeopleDataLabs, employee, pdl_id
from test_licensed_services import person as pdl_person
from test_openalex import Fake as OpenAlex
from test_openalex import author
from test_team_pages import Site, linked
from test_team_pages import person as page_person
from test_wikidata import Fake as Wikidata
from test_wikidata import item, statement

PEOPLE = 6
NUMBERS = range(1, PEOPLE + 1)


def followed(kind: str, running: Service, *, more: str = "") -> str:
    """Let a service have six people at Example Corp; return the keys that follow them."""
    if kind == "pages":
        people = [page_person(f"P {number}", url=f"/{number}") for number in NUMBERS]
        Site(running).pages["/team"] = linked(*people)
        return f'kind = "pages"\n{more}\nurls = ["{running.url}/team"]\norganization = "E"'
    place = f'url = "{running.url}/people/{{id}}"' if kind == "http" else ""
    if kind in {"peopledatalabs", "coresignal"}:
        place = 'licence_ack = true\ntoken = { env = "OWN_KEY" }'
    base = "" if kind == "http" else f'base_url = "{running.url}"\n'
    ids = json.dumps([*FILLED[kind](running)])
    return f'kind = "{kind}"\n{base}{place}\n{more}\nwatch = {{ ids = {ids} }}'


def _orcid(running: Service) -> Iterable[str]:
    ids = [orcid_id(number) for number in NUMBERS]
    jobs = {who: record(who, employment(1, "Example Corp")) for who in ids}
    running.answer = OrcidService(records=jobs)
    return ids


def _github(running: Service) -> Iterable[str]:
    Github(running).add(*(user(number) for number in NUMBERS))
    return map(str, NUMBERS)


def _wikidata(running: Service) -> Iterable[str]:
    items = {f"Q{number}": item(f"Q{number}", statement("a", "Q100")) for number in NUMBERS}
    Wikidata(running).items |= items
    return items


def _openalex(running: Service) -> Iterable[str]:
    known = OpenAlex(running)
    known.add(*(author(number + 10, (100, [2024])) for number in NUMBERS))
    return known.authors


def _people_data_labs(running: Service) -> Iterable[str]:
    PeopleDataLabs(running).add(*(pdl_person(number) for number in NUMBERS))
    return map(pdl_id, NUMBERS)


def _coresignal(running: Service) -> Iterable[str]:
    Coresignal(running).add(*(employee(number) for number in NUMBERS))
    return map(str, NUMBERS)


def _at_any_address(running: Service) -> Iterable[str]:
    jobs = [{"organization": "Example Corp"}]
    running.answer = lambda asked: Said.json(
        {"id": asked.path.rpartition("/")[2], "positions": jobs}
    )
    return [f"p{number}" for number in NUMBERS]


FILLED: Mapping[str, Callable[[Service], Iterable[str]]] = MappingProxyType(
    {
        "coresignal": _coresignal,
        "github": _github,
        "http": _at_any_address,
        "openalex": _openalex,
        "orcid": _orcid,
        "peopledatalabs": _people_data_labs,
        "wikidata": _wikidata,
    }
)
"""By kind: puts six people in, and names them as a watch list does."""


def _half(said: Said) -> Said:
    return replace(said, body=said.body[: len(said.body) // 2])


def _short(said: Said) -> Said:
    half = str(len(said.body) // 2)
    return replace(said, headers={**said.headers, "Content-Length": half})


def _packed(body: bytes) -> Said:
    return Said(headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}, body=body)


def _status(status: int, **headers: str) -> Callable[[Said], Said]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Said(status=status, headers=named, body=b"no")


_BOMB = gzip.compress(b" " * (32 << 20))
_LATER = format_datetime(BEGAN + timedelta(days=4), usegmt=True)
TROUBLES: Mapping[str, Callable[[Said], Said]] = MappingProxyType(
    {
        "401": _status(401),
        "403": _status(403),
        "400": _status(400),
        "422": _status(422),
        "429, no word": _status(429),
        "429, seconds": _status(429, Retry_After="5"),
        "429, a day": _status(429, Retry_After="90000"),
        "429, a date": _status(429, Retry_After=_LATER),
        "429, nonsense": _status(429, Retry_After="soon"),
        "500": _status(500),
        "502": _status(502),
        "503": _status(503),
        "503, a day": _status(503, Retry_After="90000"),
        "504": _status(504),
        "204": _status(204),
        "nothing": lambda said: replace(said, body=b"", headers={}),
        "cut": lambda said: replace(said, cut=True),
        "half": _half,
        "too short a length": _short,
        "another page": lambda _: Said(
            headers={"Content-Type": "text/html"}, body=b"<html><body>Sign in</body></html>"
        ),
        "null": lambda _: Said.json(None),
        "empty table": lambda _: Said.json({}),
        "empty list": lambda _: Said.json([]),
        "an error with 200": lambda _: Said.json({"error": {"code": "internal"}}),
        "a ring": lambda _: Said(status=302, headers={"Location": "/ring"}),
        "a private place": lambda _: Said(status=302, headers={"Location": "http://10.0.0.1/"}),
        "no place": lambda _: Said(status=302),
        "a sign-in": lambda _: Said(status=302, headers={"Location": "/login"}),
        "too large": lambda said: replace(said, body=said.body + b" " * (2 << 20)),
        "a bomb": lambda _: _packed(_BOMB),
        "no gzip": lambda said: _packed(said.body),
    }
)
