"""Which organisation and team is meant by what a profile writes."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from monitor.base.config_files.toml_files import Document, listed, read, refused
from monitor.base.inputs import is_there
from monitor.base.records import Decided, Json
from monitor.identity.organizations.imported import Imported, ImportedOrganization, side_file
from monitor.identity.organizations.listing import (
    DirectoryTables,
    ListedOrganization,
    Succession,
    listing_of,
    plain_id,
)
from monitor.identity.organizations.names import (
    FOLD_VERSION,
    PSEUDO,
    fold,
    fold_lightly,
    fold_with_and,
)

BIGGEST_FILE = 64 << 20  # bytes: a directory of some hundred thousand organisations


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The organisation that a written name means, before dated successions are applied."""

    unit: str
    """The canonical id of exactly what is written."""
    root: str
    """The topmost organisation that it is an undated part of; itself if it is no part."""
    pseudo: bool
    """Whether the name says that there is no organisation."""


Segment = tuple[tuple[str, ...], date | None, date | None]
"""A chain from a unit up to its root, and the half-open stretch of days in which it holds."""


class Directory:
    """The organisations and teams a user listed, and what every name means by them."""

    def __init__(
        self, document: Document | None = None, *, imported: Imported | None = None
    ) -> None:
        self._document = document
        content: Mapping[str, Json] = document.content if document else {}
        tables = listing_of(document)
        if document and tables.problems:
            raise refused(Path(document.file), tables.problems)
        self._tables = tables
        self._imported = imported
        self._claimed = _claimed(tables, imported)
        pseudo = listed(content["pseudo"]) if "pseudo" in content else PSEUDO
        self._pseudo = frozenset(fold_lightly(name) for name in pseudo)
        self.is_empty = not any(content.values()) and "pseudo" not in content
        """Whether a person wrote nothing into it; what was imported is beside it."""
        self.fingerprint = _fingerprint(content, self._pseudo, imported)
        """This changes with what a name may resolve to: not with comments, nor with groups."""
        self._add_successions()
        self._segments = {unit: self._chains(unit) for unit in tables.organizations}
        self._parts = _parts(self._segments)
        # A million profiles hold few distinct names; bounded, in case they do not.
        self._real = tuple(
            (row["from"], row["to"], date.fromisoformat(row["on"]) if "on" in row else date.min)
            for row in content.get("real", ())
        )
        self._resolved: Callable[[str, str | None], Resolved] = lru_cache(1 << 16)(self._resolve)
        self._teams: Callable[[str, str], str] = lru_cache(1 << 16)(self._team)

    def __reduce__(self) -> tuple[object, ...]:
        """Another process makes its own of the same documents: look-ups are kept, and not sent."""
        return partial(Directory, imported=self._imported), (self._document,)

    @classmethod
    def load(cls, path: Path) -> "Directory":
        """This reads `organizations.toml`, and what was imported beside it; either may be missing.

        Raises UsageError with every Problem found in the file.
        """
        side = side_file(path)
        imported = Imported(side) if is_there(side) else None
        if not is_there(path):
            return cls(imported=imported)
        return cls(read(path, "organizations", biggest=BIGGEST_FILE), imported=imported)

    def resolve(self, name: str, external_id: str | None = None) -> Resolved:
        """This is the organisation meant by a name; a listed external id wins over the name."""
        return self._resolved(name, external_id)

    def find(self, name: str) -> str | None:
        """This is the listed organisation of that id, name or alias, or None."""
        if name in self._tables.organizations:
            return name
        if self._imported is not None and (imported := self._imported.unit(name)):
            return self._unit_of(imported)
        return self._listed(name)

    def root_of_id(self, organization: str) -> str:
        """This is the id under which an organisation counts that had this id before.

        An id that nothing in the directory means stays as it is.
        """
        unit = self.find(organization)
        return organization if unit is None else self.resolve(unit).root

    def lists(self, unit: str) -> bool:
        """Whether an organisation is in the directory, and not only a name that somebody wrote."""
        if unit in self._tables.organizations:
            return True
        return self._imported is not None and self._imported.unit(unit) is not None

    def groups(self) -> Mapping[str, frozenset[str]]:
        """These are the groups (`@rivals` is `rivals` here) with the ids of their members."""
        return self._tables.groups

    def team(self, organization: str, text: str | None) -> str | None:
        """This is the team meant by a spelling at a unit: its own, then of those it is a part of.

        A spelling that is not listed is its own team under its fold; nothing written is None.
        """
        if text is None or not text.strip():
            return None
        return self._teams(organization, text)

    def display(self, organization: str) -> str:
        """This is the listed name of an organisation, or its id."""
        entry = self._tables.organizations.get(organization)
        if entry:
            return entry.name
        imported = self._imported.unit(organization) if self._imported else None
        return imported.name if imported else organization

    def domains(self, unit: str) -> frozenset[str]:
        """These are the web domains of an organisation, as listed and as imported."""
        entry = self._tables.organizations.get(unit)
        heads = [head for head, one in self._claimed.items() if one == unit]
        domains = frozenset(entry.domains if entry else ())
        if self._imported is None:
            return domains
        if entry is None and (named := self._imported.unit(unit)):
            heads.append(named.head)
        return domains.union(*map(self._imported.domains, heads))

    def dated_roots(self) -> list[tuple[str, str, date | None, date | None]]:
        """These are (unit, root, from, until), half-open, of units whose root changed on a day."""
        rows: list[tuple[str, str, date | None, date | None]] = []
        for unit, segments in self._segments.items():
            stretches = _joined([(chain[-1], start, end) for chain, start, end in segments])
            if len(stretches) > 1:
                rows += [(unit, root, start, end) for root, start, end in stretches]
        return rows

    def parts(self, organization: str) -> list[tuple[str, date | None, date | None]]:
        """These are (unit, from, until), half-open, of all that was a part, itself included."""
        return self._parts.get(organization, [(organization, None, None)])

    def known_ids(self) -> list[str]:
        """These are the ids of all listed organisations."""
        return list(self._tables.organizations)

    def is_real(self, origin: str, destination: str, *, on: date) -> bool:
        """Whether it was decided that people really go from one root to another on a day."""
        return any(
            since <= on
            and self.resolve(left).root == origin
            and self.resolve(joined).root == destination
            for left, joined, since in self._real
        )

    def real_flows(self) -> frozenset[tuple[str, str, date]]:
        """These are (from, to, since), as roots: what `is_real` says yes to from a day on."""
        return frozenset(
            (self.resolve(left).root, self.resolve(joined).root, since)
            for left, joined, since in self._real
        )

    def decided(self, origin: str, destination: str, *, on: date) -> Decided | None:
        """What two roots are to each other on a day, as far as it was decided; None: open."""
        roots = [self.root_of_id(root) for root in (origin, destination)]
        if roots[0] == roots[1]:
            return Decided.SAME
        if self.root_on(roots[0], on) == self.root_on(roots[1], on):
            return Decided.MERGER
        return Decided.REAL if self.is_real(roots[0], roots[1], on=on) else None

    def root_on(self, unit: str, on: date) -> str:
        """This is the topmost organisation that a unit is a part of on a day, or itself."""
        for chain, start, end in self._segments.get(unit, ()):
            if (start is None or start <= on) and (end is None or on < end):
                return chain[-1]
        return unit

    def spellings(self) -> list[str]:
        """These are all listed names and aliases, as written."""
        return list(self._tables.spellings)

    def _listed(self, name: str) -> str | None:
        folded = fold(name)
        unit = self._tables.names.get(folded)
        if unit is None and self._imported is not None:
            imported = self._imported.named(folded) or self._imported.named(fold_with_and(name))
            unit = self._unit_of(imported) if imported else None
        return unit

    def _identified(self, external_id: str) -> str | None:
        key = plain_id(external_id)
        unit = self._tables.external_ids.get(key)
        if unit is None and self._imported is not None:
            imported = self._imported.identified(key)
            unit = self._unit_of(imported) if imported else None
        return unit

    def _unit_of(self, imported: ImportedOrganization) -> str:
        """This is the organisation that a person listed for an imported one, or that one itself."""
        return self._claimed.get(imported.head) or self._tables.names.get(
            fold(imported.name), imported.unit
        )

    def _add_successions(self) -> None:
        """Add the dated successions of imported organisations; what a person wrote goes before."""
        if self._imported is None:
            return
        listed = frozenset(self._tables.organizations)
        for before, after, on in self._imported.successions():
            unit, successor = self._unit_of(before), self._unit_of(after)
            if unit in listed or unit in self._ancestors(successor):
                continue
            for key, imported in ((unit, before), (successor, after)):
                self._tables.organizations.setdefault(
                    key, ListedOrganization(name=imported.name, part_of=None, successions=())
                )
            entry = self._tables.organizations[unit]
            later = Succession(organization=successor, on=on)
            self._tables.organizations[unit] = replace(
                entry, successions=(later, *entry.successions)
            )

    def _ancestors(self, unit: str) -> set[str]:
        """These are all that an organisation is, or on some day was, a part of; itself included."""
        todo, seen = [unit], set[str]()
        while todo:
            current = todo.pop()
            entry = self._tables.organizations.get(current)
            if current in seen:
                continue
            seen.add(current)
            if entry is not None:
                todo += [succession.organization for succession in entry.successions]
                todo += [entry.part_of] if entry.part_of else []
        return seen

    def _resolve(self, name: str, external_id: str | None) -> Resolved:
        unit = self._identified(external_id) if external_id else None
        light = fold_lightly(name)
        # "Independent" is nobody, "The Independent" a newspaper: pseudo employers are compared with
        # all their words, and give way to an organisation that is listed under just these.
        if (
            unit is None
            and light not in self._tables.light_names
            and (not light or light in self._pseudo)
        ):
            return Resolved(unit=light, root=light, pseudo=True)
        unit = unit or self._listed(name)
        if unit is None:
            unit = fold(name)
            return Resolved(unit=unit, root=unit, pseudo=False)
        chains = self._segments.get(unit)
        return Resolved(unit=unit, root=chains[0][0][-1] if chains else unit, pseudo=False)

    def _team(self, organization: str, text: str) -> str:
        key = fold(text)
        chain = self._segments[organization][0][0] if organization in self._segments else ()
        for unit in chain:
            team = self._tables.organizations[unit].teams.get(key)
            if team is not None:
                return team
        return key

    def _chains(self, unit: str) -> list[Segment]:
        """These are the chains from a unit to its root, one for each stretch of days."""
        days = sorted(self._days(unit))
        edges = [None, *days, None]
        chains = [(self._chain(unit, start), start, end) for start, end in pairwise(edges)]
        return _joined(chains)

    def _days(self, unit: str) -> set[date]:
        days: set[date] = set()
        todo, seen = [unit], set[str]()
        while todo:
            current = todo.pop()
            if current in seen:
                continue
            seen.add(current)
            entry = self._tables.organizations[current]
            days |= {succession.on for succession in entry.successions if succession.on}
            todo += [succession.organization for succession in entry.successions]
            todo += [entry.part_of] if entry.part_of else []
        return days

    def _chain(self, unit: str, on: date | None) -> tuple[str, ...]:
        chain = [unit]
        while parent := self._parent(chain[-1], on):
            chain.append(parent)
        return tuple(chain)

    def _parent(self, unit: str, on: date | None) -> str | None:
        entry = self._tables.organizations[unit]
        for succession in entry.successions:
            if succession.on is None or (on is not None and succession.on <= on):
                return succession.organization
        return entry.part_of


T = TypeVar("T")


def _joined(
    stretches: list[tuple[T, date | None, date | None]],
) -> list[tuple[T, date | None, date | None]]:
    """These are the stretches of days with neighbours of one value made one."""
    joined: list[tuple[T, date | None, date | None]] = []
    for value, start, end in stretches:
        if joined and joined[-1][0] == value and joined[-1][2] == start:
            joined[-1] = (value, joined[-1][1], end)
        else:
            joined.append((value, start, end))
    return joined


def _parts(
    segments: Mapping[str, list[Segment]],
) -> Mapping[str, list[tuple[str, date | None, date | None]]]:
    parts: dict[str, list[tuple[str, date | None, date | None]]] = {}
    for unit, stretches in segments.items():
        for chain, start, end in stretches:
            for organization in chain:
                parts.setdefault(organization, []).append((unit, start, end))
    return {organization: _joined(rows) for organization, rows in parts.items()}


def _claimed(tables: DirectoryTables, imported: Imported | None) -> Mapping[str, str]:
    """These are the listed organisations of imported ones, by the ids that a person wrote."""
    if imported is None:
        return {}
    units = [(imported.identified(key), unit) for key, unit in tables.external_ids.items()]
    return {organization.head: unit for organization, unit in units if organization}


def _fingerprint(
    content: Mapping[str, Json], pseudo: frozenset[str], imported: Imported | None
) -> str:
    meaning = [FOLD_VERSION, sorted(pseudo), content.get("organizations", {})]
    meaning += [imported.digest] if imported else []
    meaning += [content["real"]] if content.get("real") else []
    text = json.dumps(meaning, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
