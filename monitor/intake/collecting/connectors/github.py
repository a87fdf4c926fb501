"""GitHub: the employer that a user's profile names, and the public members of organisations.

REST: https://docs.github.com/rest/users/users, https://docs.github.com/rest/orgs/members
GraphQL: https://docs.github.com/graphql; limits: https://docs.github.com/rest/using-the-rest-api
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from monitor.base.errors import SourceError
from monitor.base.records import Json
from monitor.base.settings import GithubSource
from monitor.intake.collecting.connectors.connector import (
    DELETED,
    GONE,
    Item,
    Reading,
    Wrong,
    require_success,
    understood,
)
from monitor.intake.collecting.exchange import Answer, NotReached, Request, shown

BATCH = 100
"""How many users one query is asked for, and how many members are on a page."""
_SECONDARY_SECONDS = 60.0
"""Who is sent away without a word waits for at least so long."""
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,98}[A-Za-z0-9])?")
_MENTION = re.compile(r"@([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)")
_WAS = r"(?:ex|former(?:ly)?|prev(?:iously)?|alumn\w*)\b"
_PARTS = re.compile(
    rf"\s*[,;/|]\s*|\s+&\s+(?=@)|(?<=\s)and\s+(?=@)|\s+(?={_WAS}[\s:.-]*@)", re.IGNORECASE
)
_PAST = re.compile(rf"{_WAS}[\s:.-]*(?:known as\s+)?", re.IGNORECASE)
_ASIDE = re.compile(rf"[(\[]\s*({_WAS}[^)\]]*)[)\]]?", re.IGNORECASE)
"""A bracket about the past is a part of its own: "one (formerly two)"."""
_ADDRESS = re.compile(r"https?://(?:www\.)?([^\s/?#,;|]+)[^\s,;|]*", re.IGNORECASE)
"""An address stands for its host, by which the organisation is known."""
_LEGAL = frozenset(
    {"inc", "llc", "ltd", "co", "corp", "gmbh", "ag", "sa", "sas", "bv", "ab", "oy", "plc", "lp"}
)
_QUERY = """query($ids:[ID!]!){nodes(ids:$ids){__typename ... on User
{databaseId login name company location url}}}"""
_REFUSED, _LIMITED = (403, 429), "RATE_LIMITED"
_FINE = 200


class Github:
    """Users one by one, with marks, or many at once; and who is a member of an organisation."""

    base_url = "https://api.github.com"
    spacing = 0.75
    """4,800 requests an hour: 5,000 are allowed with a token."""
    budget: int | None = None
    parameters: Mapping[str, str] = MappingProxyType({})

    def __init__(self, settings: GithubSource) -> None:
        self._settings = settings
        self._base = (settings.base_url or self.base_url).rstrip("/")
        self._rows = settings.limits.rows or BATCH
        self.secrets: dict[str, str] = {}
        self._headers = {
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        if settings.token is not None:
            self.secrets["Authorization"] = f"Bearer {settings.token.reveal()}"
        elif settings.batches:
            raise SourceError("GitHub answers to `batches` with a `token` only: set one")

    def starts(self, followed: Sequence[str]) -> Iterator[Item | Wrong]:
        """The members of each organisation, the users named by login, and who is followed."""
        watch = self._settings.watch
        if watch.query is not None:
            raise SourceError("a `query` is none of a GitHub source: name `organizations` or `ids`")
        organizations, unknown = understood(watch.organizations, _checked)
        named, wrong = understood(watch.everybody(), _checked)
        yield from (*unknown, *wrong)
        yield from map(self._members, organizations)
        for login in (one for one in named if not one.isdecimal()):
            yield self._asking("login", login, f"users/{quote(login)}")
        numbers = [one for one in named if one.isdecimal()]
        yield from self._people(
            [*dict.fromkeys((*numbers, *(followed if watch.follow else ())))],
        )

    def read(self, item: Item, answer: Answer) -> Reading:
        """The profile of a user, or of many; or the users whom a list has."""
        if item.person is not None and answer.status in GONE:
            return Reading(gone={item.person: GONE[answer.status]})
        if item.kind == "login" and answer.status in GONE:
            # Renamed, too; who was found under it is followed by number.
            return Reading(is_unknown=True)
        login = item.key.removeprefix("login ") if item.kind == "login" else None
        require_success(answer, person=item.person or login)
        document = answer.json()
        if item.about:
            return _of_batch(item.about, document, answer)
        if item.kind == "login":
            user = _identified(document, answer)
            reading = self._discovered([user])
            place = str(user.get("html_url")).lower()
            names = {name: who for who in reading.discovered for name in (item.key, place)}
            return replace(reading, names=names, is_unknown=not names)
        if item.kind == "members":
            if not isinstance(document, list):
                raise NotReached(f"{shown(answer.url)}: the answer is no list of members")
            reading = self._discovered([_table(one) for one in document])
            following = self._next(item, answer, len(document))
            onward = [] if following is None else [following]
            return replace(reading, further=[*onward, *reading.further])
        user = _identified(document, answer)
        if str(user["id"]) != item.person:
            raise NotReached(f"{shown(answer.url)}: the answer is of {user['id']}")
        profiles = [*filter(None, [_profile(user)])]
        return Reading(profiles=profiles, names=_logins(profiles), is_unknown=not profiles)

    def throttled(self, answer: Answer, now: datetime) -> float | None:
        """A limit is told from a refusal by the headers, or by its words."""
        reset = answer.headers.get("x-ratelimit-reset", "")
        until = max(float(reset) - now.timestamp(), 1.0) if reset.isdecimal() else None
        if answer.status == _FINE:
            limited = b'"errors"' in answer.body and _LIMITED.encode() in answer.body
            return (until or _SECONDARY_SECONDS) if limited else None
        if answer.status not in _REFUSED:
            return None
        if answer.headers.get("x-ratelimit-remaining") == "0" and until is not None:
            return until
        is_limit = "retry-after" in answer.headers or b"rate limit" in answer.body
        return _SECONDARY_SECONDS if is_limit or answer.status != _REFUSED[0] else None

    # -- what is asked -----------------------------------------------------------------------------

    def _people(self, numbers: Sequence[str]) -> Iterator[Item]:
        if not self._settings.batches:
            for number in numbers:
                yield self._asking("person", number, f"user/{number}", person=number)
            return
        for first in range(0, len(numbers), self._rows):
            some = numbers[first : first + self._rows]
            nodes = {_node(number): number for number in some}
            body = json.dumps({"query": _QUERY, "variables": {"ids": [*nodes]}})
            mark = hashlib.sha256(body.encode()).hexdigest()[:16]
            request = Request(url=self._graphql, headers=self._headers, body=body)
            yield Item(
                key=f"batch {mark}", kind="person", request=request, about={"people": [*some]}
            )

    @property
    def _graphql(self) -> str:
        # GitHub Enterprise has both interfaces below /api.
        return f"{self._base.removesuffix('/v3')}/graphql"

    def _members(self, organization: str) -> Item:
        path = f"orgs/{quote(organization)}/public_members?per_page={self._rows}"
        return self._asking("members", organization, path)

    def _asking(self, kind: str, whom: str, path: str, person: str | None = None) -> Item:
        request = Request(url=f"{self._base}/{path}", headers=self._headers)
        return Item(key=f"{kind} {whom}", kind=kind, request=request, person=person)

    def _next(self, item: Item, answer: Answer, rows: int) -> Item | None:
        """The page after this one; None after the last.

        A full page may get a next one and stay as it is, marks and all.
        """
        link = httpx.Response(_FINE, headers=dict(answer.headers)).links.get("next", {})
        asked = httpx.URL(item.request.url)
        after = str(int(asked.params.get("page", "1")) + 1)
        url = link.get("url") or str(asked.copy_set_param("page", after))
        if "url" not in link and rows < self._rows:
            return None
        if urlsplit(url).netloc != urlsplit(item.request.url).netloc:
            raise SourceError(f"{shown(answer.url)}: its next page is at another host")
        page = httpx.URL(url).params.get("page", after)
        key = f"{item.key.partition(' page ')[0]} page {page}"
        return Item(key=key, kind=item.kind, request=Request(url=url, headers=self._headers))

    def _discovered(self, users: Sequence[Mapping[str, Any]]) -> Reading:
        """Users by their numbers, which stay when a login changes, or becomes somebody else's."""
        numbers = [str(user["id"]) for user in users if _is_person(user)]
        return Reading(further=[*self._people(numbers)], discovered=numbers)


def _logins(profiles: Sequence[Mapping[str, Json]]) -> dict[str, str]:
    """By the address that a login makes, the number of the account."""
    return {
        profile["url"].lower(): profile["id"]
        for profile in profiles
        if isinstance(profile["url"], str)
    }


def _of_batch(about: Mapping[str, Any], document: Json, answer: Answer) -> Reading:
    """The users of a query: whoever is none any more is null, and has an error beside it."""
    nodes = _table(_table(document).get("data")).get("nodes")
    people = about["people"]
    if not isinstance(nodes, list) or len(nodes) != len(people):
        raise NotReached(f"{shown(answer.url)}: the answer has no users")
    errors = _table(document).get("errors")
    missing = {
        error["path"][-1]
        for error in (errors if isinstance(errors, list) else ())
        if _table(error).get("type") == "NOT_FOUND" and error.get("path")
    }
    gone, profiles = dict[str, str](), list[dict[str, Json]]()
    for place, (person, node) in enumerate(zip(people, nodes, strict=True)):
        if node is None and place in missing:
            gone[person] = DELETED
        elif node is None:
            # Another error than that there is none: nobody is said to be gone.
            raise NotReached(f"{shown(answer.url)}: it could not say who {person} is")
        else:
            user = _table(node)
            profile = _profile(
                {**user, "id": user.get("databaseId"), "type": user.get("__typename")}
                | {"html_url": user.get("url")}
            )
            profiles += [profile] if profile else []
    return Reading(profiles=profiles, gone=gone, names=_logins(profiles))


def _identified(document: Json, answer: Answer) -> dict[str, Any]:
    """The account that an answer is about. Raises NotReached for an answer about none."""
    user = _table(document)
    if not isinstance(user.get("id"), int):
        raise NotReached(f"{shown(answer.url)}: the answer is no account")
    return user


def _is_person(user: Mapping[str, Any]) -> bool:
    return isinstance(user.get("id"), int) and user.get("type", "User") == "User"


def _profile(user: Mapping[str, Any]) -> dict[str, Json] | None:
    """The profile of a user; None for an organisation and for a machine."""
    if not _is_person(user):
        return None
    company, location = user.get("company"), user.get("location")
    positions = [
        {
            "organization": name,
            **({"location": location} if isinstance(location, str) and is_current else {}),
            "current": is_current,
        }
        for name, is_current in employers(company if isinstance(company, str) else "")
    ]
    return {
        "id": str(user["id"]),
        "name": user.get("name") or user.get("login"),
        "url": user.get("html_url"),
        # As other sources name the user.
        "same_as": [user["html_url"]] if isinstance(user.get("html_url"), str) else [],
        "positions": positions,
    }


def employers(company: str) -> list[tuple[str, bool]]:
    """The employers that a free text names, and whether each is one at present.

    >>> employers("@one @other"), employers("Foo, Inc."), employers("ex-@one / Two")
    ([('one', True), ('other', True)], [('Foo, Inc.', True)], [('one', False), ('Two', True)])
    >>> employers("@one (formerly @other)"), employers("https://www.example.org/team")
    ([('one', True), ('other', False)], [('example.org', True)])
    """
    parts = list[str]()
    plain = _ASIDE.sub(r", \1, ", _ADDRESS.sub(r"\1", " ".join(company.split())))
    for part in filter(None, _PARTS.split(plain)):
        if parts and part.lower().replace(".", "") in _LEGAL:
            parts[-1] = f"{parts[-1]}, {part}"
        else:
            parts.append(part)
    organizations: dict[str, bool] = {}
    for part in parts:
        past = _PAST.match(part)
        rest = part[past.end() :] if past else part
        mentions = _MENTION.findall(rest)
        for name in mentions or ([rest.strip()] if re.search(r"\w", rest) else []):
            organizations.setdefault(name, past is None)
    return [*organizations.items()]


def _node(number: str) -> str:
    """The name of a user in GraphQL, made of the number: the older of two forms, which both do."""
    return base64.b64encode(f"04:User{number}".encode()).decode()


def _checked(text: str) -> str:
    """A login or a number, however it is written."""
    name = text.strip().removeprefix("github:").rstrip("/").rpartition("/")[2].lstrip("@")
    if not _NAME.fullmatch(name):
        raise SourceError(f"{text!r} is no login at GitHub: mend the watch list")
    return name


def _table(value: Json) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
