"""What `organizations.toml` lists, as look-up tables."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from monitor.base.config_files.toml_files import Document, KeyPath, listed, nearest
from monitor.base.errors import Problem
from monitor.base.records import Json
from monitor.identity.organizations.names import domain_of, fold, fold_lightly
from monitor.intake.profiles.ids import canonical_id

_WHOLE_NUMBER = re.compile(r"^0*(\d+?)(?:\.0+)?$", re.ASCII)
"""A column of numbers gives a whole one a ".0", and takes the zeros in front of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """What an organisation became, and from which day on."""

    organization: str
    on: date | None  # None: the same organisation at all times (a rename)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOrganization:
    """What a file says of one organisation."""

    name: str
    part_of: str | None
    successions: tuple[Succession, ...]  # latest first
    teams: Mapping[str, str] = field(default_factory=dict)  # fold of each spelling -> id
    domains: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class DirectoryTables:
    """What a file lists, looked up in every way that resolving needs."""

    organizations: dict[str, ListedOrganization] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # fold -> id
    light_names: set[str] = field(default_factory=set)
    external_ids: dict[str, str] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    spellings: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def listing_of(document: Document | None) -> DirectoryTables:
    """This is a checked file as look-up tables; contradictions are in its problems."""
    tables = DirectoryTables()
    if document is None:
        return tables
    entries: Mapping[str, Mapping[str, Json]] = document.content.get("organizations", {})
    for unit, entry in entries.items():
        _add_names(tables, document, unit, entry)
    for unit, entry in entries.items():
        tables.organizations[unit] = ListedOrganization(
            name=entry.get("name", unit),
            part_of=_member(tables, document, ("organizations", unit, "part_of"), entry),
            successions=_successions(tables, document, unit, entry),
            teams=_teams(tables, document, unit, entry),
            domains=tuple(filter(None, map(domain_of, listed(entry.get("domains"))))),
        )
    for group, members in document.content.get("groups", {}).items():
        path = ("groups", group)
        organizations = [_known(tables, document, path, member) for member in listed(members)]
        tables.groups[group] = frozenset(member for member in organizations if member)
    tables.problems += _cycles(tables, document)
    return tables


def _add_names(
    tables: DirectoryTables, document: Document, unit: str, entry: Mapping[str, Json]
) -> None:
    path: KeyPath = ("organizations", unit)
    renamed = tuple(row["from"] for row in entry.get("renamed", ()))
    names = (entry.get("name", unit), *listed(entry.get("aliases")), *renamed)
    for name in (unit, *names):
        tables.light_names.add(fold_lightly(name))
        owner = tables.names.setdefault(fold(name), unit)
        if owner != unit:
            expected = f"{name!r} is claimed by two organisations: {owner!r} and {unit!r}"
            tables.problems.append(document.problem(path, expected))
    tables.spellings += names
    for external_id in listed(entry.get("ids")):
        owner = tables.external_ids.setdefault(plain_id(external_id), unit)
        if owner != unit:
            expected = f"{external_id!r} is claimed by two organisations: {owner!r} and {unit!r}"
            tables.problems.append(document.problem((*path, "ids"), expected))


def _known(tables: DirectoryTables, document: Document, path: KeyPath, name: str) -> str | None:
    unit = tables.names.get(fold(name))
    if unit is None:
        near = nearest(name, {*tables.names.values(), *tables.spellings})
        expected = f"{name!r} is no listed organisation"
        tables.problems.append(document.problem(path, expected, nearest=near))
    return unit


def _member(
    tables: DirectoryTables, document: Document, path: KeyPath, entry: Mapping[str, Json]
) -> str | None:
    key = path[-1]
    return _known(tables, document, path, entry[str(key)]) if key in entry else None


def _successions(
    tables: DirectoryTables, document: Document, unit: str, entry: Mapping[str, Json]
) -> tuple[Succession, ...]:
    successors = entry.get("succeeded_by", ())
    path: KeyPath = ("organizations", unit, "succeeded_by")
    successions: list[Succession] = []
    for row in (successors,) if isinstance(successors, Mapping) else successors:
        successor = _known(tables, document, path, row["organization"])
        if successor is not None:
            # A renamed one is the same at all times; one that was bought was another before.
            on = None if row["kind"] == "renamed" else date.fromisoformat(row["on"])
            successions.append(Succession(organization=successor, on=on))
    return tuple(sorted(successions, key=lambda row: row.on or date.min, reverse=True))


def _teams(
    tables: DirectoryTables, document: Document, unit: str, entry: Mapping[str, Json]
) -> Mapping[str, str]:
    spellings: dict[str, str] = {}
    for team, row in entry.get("teams", {}).items():
        for spelling in (team, row.get("name", team), *listed(row.get("aliases"))):
            owner = spellings.setdefault(fold(spelling), team)
            if owner != team:
                path = ("organizations", unit, "teams", team)
                expected = f"{spelling!r} is claimed by two teams: {owner!r} and {team!r}"
                tables.problems.append(document.problem(path, expected))
    return spellings


def _cycles(tables: DirectoryTables, document: Document) -> Iterator[Problem]:
    """These are the organisations that are, on whatever day, a part of themselves."""
    settled: set[str] = set()
    for start in tables.organizations:
        way: list[str] = []
        todo = [(start, 0)]
        while todo:
            unit, depth = todo.pop()
            del way[depth:]
            if unit in way:
                circle = " -> ".join([*way[way.index(unit) :], unit])
                expected = f"an organisation cannot be a part of itself: {circle}"
                yield document.problem(("organizations", way[-1]), expected)
                continue
            if unit in settled:
                continue
            way.append(unit)
            entry = tables.organizations[unit]
            parents = [row.organization for row in entry.successions]
            parents += [entry.part_of] if entry.part_of else []
            todo += [(parent, depth + 1) for parent in parents]
        settled.update(way)
        settled.add(start)


def plain_id(external_id: str) -> str:
    """This is an external id as it is compared.

    >>> plain_id("ror:https://ror.org/00EXAMP37"), plain_id(" wikidata:Q380 ")
    ('ror:00examp37', 'wikidata:q380')
    >>> plain_id("http://www.Example.org/id/7/"), plain_id("07.0")
    ('example.org/id/7', '7')
    """
    text = canonical_id(external_id).casefold()
    if text.startswith("https://"):
        return text.removeprefix("https://")
    scheme, _, rest = _WHOLE_NUMBER.sub(r"\1", text).partition(":")
    return f"{scheme}:{rest.rstrip('/').rpartition('/')[2]}" if rest else scheme
