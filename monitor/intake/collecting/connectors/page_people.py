"""The people whom a page names: by schema.org in JSON-LD or microdata, or else in microformats.

https://schema.org/Person, https://html.spec.whatwg.org/multipage/microdata.html,
https://microformats.org/wiki/h-card, https://microformats.org/wiki/h-resume
"""

import json
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urljoin

from monitor.base.records import Json
from monitor.intake.collecting.exchange import NotReached, shown
from monitor.intake.profiles.name_keys import name_key
from monitor.intake.sources.nested.documents import schemaorg

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

_WRAPPED = re.compile(
    r"^\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?)|(?:-->|(?://|/\*)?\s*\]\]>\s*(?:\*/)?)\s*$"
)
_TRAILING = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
_SAYING = {
    **dict.fromkeys(("a", "area", "link"), "href"),
    **dict.fromkeys(("audio", "embed", "iframe", "img", "source", "track", "video"), "src"),
    **dict.fromkeys(("data", "meter"), "value"),
    "object": "data",
    "time": "datetime",
}
"""By element, the attribute that has what it says; `content` of all others."""
_MOST_READ = 300_000
"""How many elements of a page are read as microdata, each as often as something refers to it."""
_FORBIDDEN = frozenset({"noindex", "none"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePeople:
    """What one page says of people."""

    records: tuple[Mapping[str, Json], ...]
    """As the layout `schemaorg` reads them, each with its `id`."""
    shape: str
    """How the page is built, as far as its people are concerned."""
    assumed: frozenset[str] = frozenset()
    """Who is taken to be at the organisation, for the page names no employer, by their ids."""


def people_of(soup: "BeautifulSoup", url: str, organization: str | None) -> PagePeople:
    """Find the people of a page; whoever names no employer is at the organisation, if one is given.

    Who has neither an employer nor a title, as the author of a text, is none of them.
    """
    persons, types = _linked_data(soup), "json-ld"
    if not any(map(_says_something, persons)):
        persons, types = _named(schemaorg(_Microdata(soup, url).items())), "microdata"
    if not any(map(_says_something, persons)):
        import mf2py  # noqa: PLC0415 -- few pages need it

        items = mf2py.Parser(doc=soup, url=url).to_dict()["items"]
        persons, types = [*_of_items(items)], "microformats"
    people = [_placed(record, organization) for record in persons if _says_something(record)]
    records = tuple(_identified(people, url))
    return PagePeople(
        records=records,
        shape=f"{types} {_make(soup, types)}",
        assumed=frozenset(str(record["id"]) for record in records if _is_assumed(record)),
    )


def forbids_keeping(soup: "BeautifulSoup", headers: Mapping[str, str]) -> bool:
    """Whether a page says that nobody may list it, or reserves it from being read by machines.

    https://www.rfc-editor.org/rfc/rfc9309, https://www.w3.org/community/reports/tdmrep/
    """
    robots = [headers.get("x-robots-tag", "")]
    robots += _meta(soup, "robots") + _meta(soup, "talentwatch")
    said = (word.strip().lower() for text in robots for word in text.split(","))
    words = {word.removeprefix("talentwatch:").strip() for word in said}
    reserved = {headers.get("tdm-reservation", ""), *_meta(soup, "tdm-reservation")}
    return bool(words & _FORBIDDEN) or "1" in reserved


def _meta(soup: "BeautifulSoup", name: str) -> list[str]:
    tags = soup.find_all("meta", attrs={"name": re.compile(f"^{name}$", re.IGNORECASE)})
    return [str(tag.get("content") or "") for tag in tags]


def _make(soup: "BeautifulSoup", types: str) -> str:
    """A few words that stay while a page is built in the same way, whoever is on it."""
    if types == "json-ld":
        blocks = soup.find_all("script", attrs={"type": "application/ld+json"})
        return " ".join(sorted({tag.parent.name for tag in blocks if tag.parent}))
    if types == "microdata":
        cards = soup.find_all(itemtype=re.compile("schema.org/Person"))
    else:
        cards = soup.find_all(class_=re.compile("^(?:h-card|h-resume|vcard|hresume)$"))
    return " ".join(sorted({f"{tag.parent.name}>{tag.name}" for tag in cards if tag.parent}))


# -- JSON-LD ---------------------------------------------------------------------------------------


def _linked_data(soup: "BeautifulSoup") -> list[dict[str, Json]]:
    """The persons of all blocks together, for one may point at another; broken ones say nothing."""
    blocks = []
    for tag in soup.find_all("script", attrs={"type": re.compile(r"^application/ld\+json")}):
        with suppress(ValueError, RecursionError):
            blocks.append(_lenient(tag.get_text()))
    return _named(schemaorg(blocks))


def _named(people: Iterable[dict[str, Json]]) -> list[dict[str, Json]]:
    return [person for person in people if isinstance(person["name"], str) and person["name"]]


def _lenient(text: str) -> Json:
    """JSON as pages have it: within a comment, with line breaks in texts and commas at the end."""
    text = _WRAPPED.sub("", text)
    with suppress(ValueError):
        return json.loads(text, strict=False)
    return json.loads(_TRAILING.sub(lambda match: match[1] or "", text), strict=False)


def _says_something(record: Mapping[str, Json]) -> bool:
    return bool(record["positions"] or record["title"])


def _placed(record: Mapping[str, Json], organization: str | None) -> dict[str, Json]:
    stated = record["positions"]
    if not any(position["of"] != "alumniOf" for position in stated) and organization is not None:
        assumed = {"of": None, "organization": organization, "title": record["title"]}
        stated = [assumed, *stated]
    return {**record, "positions": stated}


def _is_assumed(record: Mapping[str, Json]) -> bool:
    return any(position["of"] is None for position in record["positions"])


def _identified(people: Iterable[Mapping[str, Json]], url: str) -> Iterator[dict[str, Json]]:
    """Give each person an id that stays: an address of their own, or the page with their name.

    Two of one name without addresses cannot be told apart, and are left out; so is a repetition.
    """
    listed, page = list(people), urldefrag(url)[0]
    names: dict[str, set[str]] = {}
    for person in listed:
        for address in _own_addresses(person, url):
            names.setdefault(address, set()).add(name_key(person["name"]))
    given = [
        next((place for place in _own_addresses(person, url) if len(names[place]) == 1), None)
        for person in listed
    ]
    pairs = [*zip(listed, given, strict=True)]
    alike = Counter(name_key(person["name"]) for person, place in pairs if place is None)
    seen = set[str]()
    for person, place in pairs:
        key = name_key(person["name"])
        identity = place or f"{page}#{key}"
        if identity in seen or (place is None and alike[key] > 1):
            continue
        seen.add(identity)
        yield {**person, "id": identity, "url": place or page}


def _own_addresses(record: Mapping[str, Json], url: str) -> Iterator[str]:
    """Addresses that may be the person's alone: not the page's, nor names within a block."""
    for address in (record.get("node"), record.get("url")):
        if isinstance(address, str) and address and not address.startswith("_:"):
            with suppress(ValueError):
                place = urljoin(url, address.strip())
                if place.startswith(("http://", "https://")) and place != urldefrag(url)[0]:
                    yield place


# -- microdata -------------------------------------------------------------------------------------


class _Microdata:
    """The microdata of one page."""

    def __init__(self, soup: "BeautifulSoup", url: str) -> None:
        self._soup, self._url, self._left = soup, url, _MOST_READ
        self._by_id: dict[str, Tag] = {}
        for tag in soup.find_all(id=True):
            self._by_id.setdefault(str(tag["id"]), tag)

    def items(self) -> list[dict[str, Json]]:
        """The items as nodes of JSON-LD; each is read within the one that it is of.

        Raises NotReached for a page whose items lead to each other without an end.
        """
        items = self._soup.find_all(itemscope=True)
        return [self._item(tag, ()) for tag in items if not tag.has_attr("itemprop")]

    def _item(self, tag: "Tag", within: tuple["Tag", ...]) -> dict[str, Json]:
        """One item with its properties, those elsewhere that it refers to included."""
        node: dict[str, Json] = {"@type": _words(tag, "itemtype")}
        if tag.get("itemid"):
            node["@id"] = str(tag["itemid"])
        # What an item refers to may hold the item itself.
        elsewhere = map(self._by_id.get, _words(tag, "itemref"))
        waiting = deque([*_children(tag), *filter(None, elsewhere)])
        seen = {id(outer) for outer in (*within, tag)}
        while waiting:
            element = waiting.popleft()
            if id(element) in seen:
                continue
            seen.add(id(element))
            self._count()
            is_item = element.has_attr("itemscope")
            names = _properties(element)
            stated = self._value(element) if names and not is_item else ""
            for name in names:
                value = self._item(element, (*within, tag)) if is_item else stated
                node.setdefault(name, []).append(value)
            if not is_item:
                waiting.extendleft(reversed(_children(element)))
        return {key: value[0] if len(value) == 1 else value for key, value in node.items() if value}

    def _value(self, tag: "Tag") -> str:
        """What an element says: in an attribute where it has one for that, or else as its text."""
        stated = tag.get(_SAYING.get(tag.name, "content"))
        if stated is not None:
            return str(stated)
        for _ in tag.descendants:
            self._count()
        return " ".join(tag.get_text(" ").split())

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise NotReached(f"{shown(self._url)}: its microdata lead to each other without an end")


def _properties(tag: "Tag") -> list[str]:
    """What an element says of its item; names with a mark are those of JSON-LD itself."""
    names = [name.rpartition("/")[2] for name in _words(tag, "itemprop")]
    return [name for name in names if not name.startswith("@")]


def _children(tag: "Tag") -> list["Tag"]:
    return tag.find_all(recursive=False)


def _words(tag: "Tag", name: str) -> list[str]:
    return str(tag.get(name) or "").split()


# -- microformats ----------------------------------------------------------------------------------


def _of_items(items: Iterable[Json]) -> Iterator[dict[str, Json]]:
    """The people of cards and resumes, wherever in the page they stand; each part once."""
    waiting = [*reversed([*items])]
    while waiting:
        item = waiting.pop()
        if not isinstance(item, dict):
            continue
        types, properties = item.get("type") or (), item.get("properties") or {}
        if "h-resume" in types:
            yield from _of_resume(properties)
            continue
        if "h-card" in types:
            yield from _of_card(properties)
            continue
        inside = [*(item.get("children") or ())]
        inside += [value for values in properties.values() for value in values]
        waiting.extend(reversed(inside))


def _of_card(properties: Mapping[str, Any]) -> Iterator[dict[str, Json]]:
    name, employer = _text(properties, "name"), _text(properties, "org")
    if not name or name == employer:
        return  # the card of an organisation
    title = _text(properties, "job-title") or _text(properties, "role")
    unit = _text(properties, "organization-unit")
    for organization in properties.get("org") or ():
        if isinstance(organization, dict):
            unit = unit or _text(organization.get("properties") or {}, "organization-unit")
    job = {"of": "org", "organization": employer, "team": unit, "title": title}
    yield _card(properties, name, title, [job] if employer else [])


def _of_resume(properties: Mapping[str, Any]) -> Iterator[dict[str, Json]]:
    contacts = properties.get("contact") or ()
    contact = next((card for card in contacts if isinstance(card, dict)), {})
    of_contact = contact.get("properties") or {}
    name = _text(of_contact, "name") or _text(properties, "name")
    jobs = [*filter(None, map(_experience, properties.get("experience") or ()))]
    if name:
        yield _card(of_contact, name, None, jobs)


def _experience(item: Json) -> dict[str, Json] | None:
    """A job of a resume: an event at a place, or a card of its own."""
    if not isinstance(item, dict):
        return None
    properties = item.get("properties") or {}
    if "h-card" in (item.get("type") or ()):
        employer = _text(properties, "org")
        title = _text(properties, "job-title") or _text(properties, "role")
    else:
        employer = _text(properties, "location") or _text(properties, "org")
        title = _text(properties, "name")
    dates = {"start": _text(properties, "start"), "end": _text(properties, "end")}
    return {"of": "org", "organization": employer, "title": title, **dates} if employer else None


def _card(
    properties: Mapping[str, Any], name: str, title: str | None, jobs: list[dict[str, Json]]
) -> dict[str, Json]:
    return {
        "node": _text(properties, "uid"),
        "url": _text(properties, "url"),
        "name": name,
        "title": title,
        "positions": jobs,
    }


def _text(properties: Mapping[str, Any], key: str) -> str | None:
    """The first value of a property, be it a text or something with one inside."""
    for value in properties.get(key) or ():
        text = value.get("value") if isinstance(value, dict) else value
        if isinstance(text, str) and text.strip():
            return " ".join(text.split())
    return None
