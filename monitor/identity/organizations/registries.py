"""Extracts of registries of organisations, read into one form: ROR, GLEIF and Wikidata.

ROR: the JSON dump (schema v2), as published. GLEIF: answers of the API, or the golden copy as JSON
or CSV. Wikidata: entities as JSON, or a table with the columns of a query's answer. Files may be
packed (.zip, .gz, .zst).
"""

import csv
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ijson

from monitor.base.errors import SourceError, UsageError
from monitor.base.records import Json
from monitor.identity.organizations.names import domain_of
from monitor.identity.organizations.registry_files import records

MOST_LETTERS = 300
_ROR = re.compile(r"^https://ror\.org/(0[a-z0-9]{8})$")
_LEI = re.compile(r"^[A-Z0-9]{18}[0-9]{2}$")
_ITEM = re.compile(r"(Q[1-9][0-9]*)$")
_DAY = re.compile(r"^\+?([1-9][0-9]{3}-[0-9]{2}-[0-9]{2})")
_OTHER_NAMES = re.compile(
    r"^Entity\.(TransliteratedO|O)therEntityNames\.\w+\.\d+(\.\w*[Nn]ame\w*)?$"
)
_SUCCESSOR = re.compile(r"^Entity\.SuccessorEntity\.\d+\.SuccessorLEI$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """What an organisation became: on a day, or, where `always`, it is the same at all times."""

    id: str
    on: date | None = None
    always: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryEntry:
    """One organisation as a registry lists it."""

    id: str
    """`ror:...`, `lei:...` or `wikidata:Q...`."""
    name: str
    names: tuple[str, ...] = ()
    """Other names it goes or went by; acronyms are not among them: they mean too many."""
    ids: tuple[str, ...] = ()
    """What other registries call it."""
    domains: tuple[str, ...] = ()
    """The web domains that are its own."""
    successors: tuple[Successor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A record that is set aside, and why."""

    number: int
    why: str


def read_registry(path: Path) -> Iterator[RegistryEntry | Unread]:
    """Read an extract, whichever registry it is of; a record that does not fit is set aside.

    Raises UsageError when the file cannot be read, or is no such extract.
    """
    try:
        for number, record in enumerate(records(path), 1):
            yield _entry(record, number)
    except (OSError, SourceError, zipfile.BadZipFile, UnicodeDecodeError, csv.Error) as exc:
        raise UsageError(f"{path} cannot be read: {exc}") from exc
    except ijson.JSONError as exc:
        raise UsageError(f"{path} is no JSON that could be read: {exc}") from exc


def _entry(record: Json, number: int) -> RegistryEntry | Unread:
    for fits, read in _READERS:
        try:
            if fits(record):
                return read(record)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as exc:
            return Unread(number=number, why=f"{type(exc).__name__}: {exc}")
    return Unread(number=number, why="neither of ROR (v2), nor of GLEIF, nor of Wikidata")


# -- ROR -------------------------------------------------------------------------------------------


def _is_ror(record: Json) -> bool:
    return bool(_ROR.match(str(record["id"]))) and isinstance(record.get("names"), list)


def _ror(record: Json) -> RegistryEntry:
    names = [(name["value"], name["types"]) for name in record["names"]]
    (shown,) = [value for value, types in names if "ror_display" in types]
    external = [
        f"wikidata:{item}"
        for external_id in record.get("external_ids", ())
        if external_id["type"] == "wikidata"
        for item in external_id["all"]
    ]
    successors = [
        _ror_id(relationship["id"])
        for relationship in record.get("relationships", ())
        if relationship["type"].lower() == "successor"
    ]
    # The day is not given. A withdrawn record was a double, an inactive one with a single
    # successor goes on in it; what was split among several did not become one of them.
    gone = record["status"] in {"withdrawn", "inactive"} and len(successors) == 1
    return _made(
        f"ror:{_ror_id(record['id'])}",
        shown,
        [value for value, types in names if {"label", "alias"} & set(types)],
        ids=external,
        successors=[
            Successor(id=f"ror:{successor}", always=record["status"] == "withdrawn" and gone)
            for successor in successors
        ],
        sites=[
            *record.get("domains", ()),
            *(link["value"] for link in record.get("links", ()) if link["type"] == "website"),
        ],
    )


def _ror_id(url: str) -> str:
    match = _ROR.match(url)
    if match is None:
        raise ValueError(f"{url!r} is no id of ROR")
    return match[1]


# -- GLEIF -----------------------------------------------------------------------------------------


def _is_gleif_answer(record: Json) -> bool:
    return isinstance(record.get("attributes"), dict) and "lei" in record["attributes"]


def _gleif_answer(record: Json) -> RegistryEntry:
    said = record["attributes"]
    entity = said["entity"]
    others = (*entity.get("otherNames", ()), *entity.get("transliteratedOtherNames", ()))
    events = [
        event
        for group in entity.get("eventGroups") or ()
        for event in group.get("events") or ()
        if event.get("status") == "COMPLETED"
    ]
    next_ones = entity.get("successorEntities") or [entity.get("successorEntity") or {}]
    return _lei(
        said["lei"],
        entity["legalName"]["name"],
        [other["name"] for other in others],
        successors=[entry["lei"] for entry in next_ones if entry.get("lei")],
        days=[
            *(event.get("effectiveDate") for event in events if "MERGER" in str(event.get("type"))),
            (entity.get("expiration") or {}).get("date"),
        ],
        status=said.get("registration", {}).get("status"),
    )


def _is_golden_copy(record: Json) -> bool:
    return isinstance(record.get("LEI"), dict) and "Entity" in record


def _golden_copy(record: Json) -> RegistryEntry:
    entity = record["Entity"]
    others = [
        other_name["$"]
        for kind in ("OtherEntityName", "TransliteratedOtherEntityName")
        for other_name in entity.get(f"{kind}s", {}).get(kind, ())
    ]
    events = [
        event
        for group in entity.get("LegalEntityEvents", {}).get("LegalEntityEvent", ())
        for event in (group, *group.get("LegalEntityEvents", ()))
    ]
    return _lei(
        record["LEI"]["$"],
        entity["LegalName"]["$"],
        others,
        successors=[
            successor["SuccessorLEI"]["$"]
            for successor in entity.get("SuccessorEntity", ())
            if "SuccessorLEI" in successor
        ],
        days=[
            *(
                event.get("LegalEntityEventEffectiveDate", {}).get("$")
                for event in events
                if "MERGER" in event.get("LegalEntityEventType", {}).get("$", "")
            ),
            entity.get("EntityExpirationDate", {}).get("$"),
        ],
        status=record.get("Registration", {}).get("RegistrationStatus", {}).get("$"),
    )


def _is_gleif_row(record: Json) -> bool:
    return "LEI" in record and "Entity.LegalName" in record


def _gleif_row(record: Json) -> RegistryEntry:
    return _lei(
        record["LEI"],
        record["Entity.LegalName"],
        [value for key, value in record.items() if value and key and _OTHER_NAMES.match(key)],
        successors=[value for key, value in record.items() if value and _SUCCESSOR.match(key)],
        days=[record.get("Entity.EntityExpirationDate")],
        status=record.get("Registration.RegistrationStatus"),
    )


def _lei(  # noqa: PLR0913 -- what a record of an LEI says
    lei: str,
    name: str,
    names: list[str],
    *,
    successors: list[str],
    days: list[str | None],
    status: str | None,
) -> RegistryEntry:
    for key in (lei, *successors):
        if not _LEI.match(key):
            raise ValueError(f"{key!r} is no LEI")
    on = next((day for day in map(_day, days) if day), None)
    same = status == "DUPLICATE"
    return _made(
        f"lei:{lei}",
        name,
        names,
        successors=[
            Successor(id=f"lei:{successor}", on=None if same else on, always=same)
            for successor in successors
        ],
    )


# -- Wikidata --------------------------------------------------------------------------------------


def _is_wikidata(record: Json) -> bool:
    return bool(_ITEM.match(str(record["id"]))) and isinstance(record.get("labels"), dict)


def _wikidata(record: Json) -> RegistryEntry:
    labels = {key: label["value"] for key, label in record["labels"].items()}
    if not labels:
        raise ValueError("it has no label")
    aliases = record.get("aliases") or {}
    claims = record.get("claims") or {}
    official = [value["text"] for value in _values(claims, "P1448")]
    over = next((day for day in map(_time, _values(claims, "P576")) if day), None)
    return _made(
        f"wikidata:{record['id']}",
        labels.get("mul") or labels.get("en") or labels[min(labels)],
        [
            *labels.values(),
            *official,
            *(alias["value"] for some in aliases.values() for alias in some),
        ],
        ids=[
            *(f"ror:{value}" for value in _values(claims, "P6782")),
            *(f"lei:{value}" for value in _values(claims, "P1278")),
        ],
        successors=[
            Successor(id=f"wikidata:{claim['mainsnak']['datavalue']['value']['id']}", on=on)
            for claim in claims.get("P1366", ())
            if "datavalue" in claim["mainsnak"]
            for on in [_qualified(claim) or over]
        ],
        sites=_values(claims, "P856"),
    )


def _values(claims: Json, key: str) -> list[Json]:
    return [
        claim["mainsnak"]["datavalue"]["value"]
        for claim in claims.get(key, ())
        if claim.get("rank") != "deprecated" and "datavalue" in claim["mainsnak"]
    ]


def _qualified(claim: Json) -> date | None:
    qualifiers = claim.get("qualifiers") or {}
    for key in ("P585", "P580"):
        for qualifier in qualifiers.get(key, ()):
            if "datavalue" in qualifier:
                return _time(qualifier["datavalue"]["value"])
    return None


def _time(value: Json) -> date | None:
    """Read a day; a month or a year is no day, and none is invented."""
    whole_day = 11
    return _day(value["time"]) if value.get("precision", whole_day) >= whole_day else None


def _is_item_row(record: Json) -> bool:
    return bool(_ITEM.search(str(record.get("item")))) and bool(_label(record))


def _item_row(record: Json) -> RegistryEntry:
    match = _ITEM.search(record["item"])
    if match is None:
        raise ValueError(f"{record['item']!r} is no item of Wikidata")
    aliases = record.get("altLabel") or record.get("itemAltLabel") or record.get("alias") or ""
    return _made(f"wikidata:{match[1]}", _label(record), re.split(r"\s*[|;]\s*", aliases))


def _label(record: Json) -> str:
    return record.get("itemLabel") or record.get("label") or ""


# -- all -------------------------------------------------------------------------------------------


def _made(  # noqa: PLR0913 -- what an entry is made of
    key: str,
    name: str,
    names: list[str],
    *,
    ids: list[str] | None = None,
    successors: list[Successor] | None = None,
    sites: list[str] | None = None,
) -> RegistryEntry:
    shown = " ".join(name.split())
    if not shown or len(shown) > MOST_LETTERS:
        raise ValueError("its name is empty or longer than 300 letters")
    others = {" ".join(spelling.split()) for spelling in names}
    return RegistryEntry(
        id=key.casefold(),
        name=shown,
        names=tuple(sorted(other for other in others - {shown} if 0 < len(other) <= MOST_LETTERS)),
        ids=tuple(sorted({external.casefold() for external in ids or ()})),
        successors=tuple(
            Successor(id=successor.id.casefold(), on=successor.on, always=successor.always)
            for successor in successors or ()
            if successor.id.casefold() != key.casefold()
        ),
        domains=tuple(sorted({domain for site in sites or () if (domain := domain_of(site))})),
    )


def _day(text: str | None) -> date | None:
    match = _DAY.match(text or "")
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


_READERS: tuple[tuple[Callable[[Json], bool], Callable[[Json], RegistryEntry]], ...] = (
    (lambda record: "id" in record and _is_ror(record), _ror),
    (_is_gleif_answer, _gleif_answer),
    (_is_golden_copy, _golden_copy),
    (_is_gleif_row, _gleif_row),
    (lambda record: "id" in record and _is_wikidata(record), _wikidata),
    (_is_item_row, _item_row),
)
