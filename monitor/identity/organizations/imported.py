"""The side file of the directory: organisations imported from registries, looked up as needed.

A registry lists hundreds of thousands of organisations, of which profiles name few. So they are in
a file of their own beside `organizations.toml`, an SQLite database with an index of folded names:
opening it costs nothing, a look-up a few microseconds, and what a person wrote stays theirs.
"""

import hashlib
import sqlite3
import weakref
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from monitor.base.errors import UsageError
from monitor.base.private_files import atomic_write
from monitor.base.statements import statement
from monitor.identity.organizations.names import FOLD_VERSION, fold
from monitor.identity.organizations.registries import RegistryEntry, Unread
from monitor.identity.people.clusters import clusters_of

FORMAT = f"2.{FOLD_VERSION}"
_READABLE = frozenset({FORMAT, "2.1"})
"""Folds of the version before have every "and", and are looked up so as well."""
_BEST_NAMED = ("wikidata:", "ror:", "lei:")
"""Which registry's name is shown where several list one organisation: legal names come last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedOrganization:
    """An imported organisation."""

    head: str
    """Its id in the registry that names it."""
    unit: str
    """Its canonical id: its folded name, where no other organisation has that name."""
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What an import did."""

    entries: int
    unread: tuple[Unread, ...]
    organizations: int
    """How many there are now in all, those that are one under several ids counted once."""
    dated: int
    """Successions with a day."""
    undated: int
    """Successions without one: nothing follows from them."""


def side_file(directory: Path) -> Path:
    """Name the side file of a directory file.

    >>> side_file(Path("organizations.toml")).name
    'organizations.imported'
    """
    return directory.with_suffix(".imported")


class Imported:
    """The imported organisations, for reading."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
            )
            weakref.finalize(self, self._connection.close)
            facts = dict(self._connection.execute("SELECT name, value FROM facts"))
        except sqlite3.Error as exc:
            raise UsageError(f"{path} cannot be read: {exc}; import its registries again") from exc
        if facts.get("format") not in _READABLE:
            raise UsageError(f"{path} is of another version: remove it and import again")
        self.digest = facts["digest"]
        """This changes with everything that was imported."""

    def __reduce__(self) -> tuple[object, ...]:
        """Another process opens the file itself."""
        return Imported, (self._path,)

    def named(self, folded: str) -> ImportedOrganization | None:
        """Return the only organisation that goes by a folded name, or None."""
        return self._one(
            "SELECT e.head, e.unit, e.name FROM lookup AS l JOIN entries AS e ON e.id = l.head"
            " WHERE l.fold = ?",
            folded,
        )

    def identified(self, external: str) -> ImportedOrganization | None:
        """Return the organisation of an external id, or None."""
        return self._one(
            "SELECT h.head, h.unit, h.name FROM ids AS i JOIN entries AS e ON e.id = i.entry"
            " JOIN entries AS h ON h.id = e.head WHERE i.external = ?",
            external,
        )

    def unit(self, unit: str) -> ImportedOrganization | None:
        """Return the organisation of a canonical id, or None."""
        return self._one("SELECT head, unit, name FROM entries WHERE unit = ?", unit)

    def domains(self, head: str) -> frozenset[str]:
        """Return the web domains of an organisation, by its id in the registry that names it."""
        rows = self._connection.execute(
            "SELECT domain FROM domains JOIN entries ON entries.id = entry WHERE head = ?", (head,)
        )
        return frozenset(domain for (domain,) in rows)

    def successions(self) -> Iterator[tuple[ImportedOrganization, ImportedOrganization, date]]:
        """List who was succeeded by whom on which day, in order."""
        rows = self._connection.execute(
            "SELECT DISTINCT a.head, a.unit, a.name, b.head, b.unit, b.name, s.happened"
            " FROM successors AS s JOIN entries AS x ON x.id = s.entry"
            " JOIN entries AS y ON y.id = s.successor JOIN entries AS a ON a.id = x.head"
            " JOIN entries AS b ON b.id = y.head"
            " WHERE s.happened IS NOT NULL AND a.head <> b.head ORDER BY s.happened, a.head, b.head"
        )
        for *before, head, unit, name, happened in rows:
            yield (
                ImportedOrganization(head=before[0], unit=before[1], name=before[2]),
                ImportedOrganization(head=head, unit=unit, name=name),
                date.fromisoformat(happened),
            )

    def _one(self, query: str, value: str) -> ImportedOrganization | None:
        row = self._connection.execute(query, (value,)).fetchone()
        return None if row is None else ImportedOrganization(head=row[0], unit=row[1], name=row[2])


def add(path: Path, entries: Iterable[RegistryEntry | Unread]) -> Counts:
    """Put entries into the side file, in the place of those of the same ids.

    Who reads the file meanwhile sees the old one. Raises UsageError when nothing fits, or the file
    cannot be written.
    """
    try:
        with atomic_write(path) as unfinished:
            if path.exists():
                Imported(path)  # refuses a file of another version
                unfinished.write_bytes(path.read_bytes())
            return _added(unfinished, entries)
    except (sqlite3.Error, OSError) as exc:
        raise UsageError(f"{path} cannot be written: {exc}") from exc


def _added(unfinished: Path, entries: Iterable[RegistryEntry | Unread]) -> Counts:
    with closing(sqlite3.connect(unfinished)) as connection, connection:
        connection.executescript(statement("registry_tables"))
        read, unread = _fill(connection, entries)
        if not read:
            reasons = f": {unread[0].why}" if unread else ""
            raise UsageError(f"there is no organisation to import{reasons}")
        return _resolve_heads(connection, read, unread)


def _fill(
    connection: sqlite3.Connection, entries: Iterable[RegistryEntry | Unread]
) -> tuple[int, tuple[Unread, ...]]:
    read, unread = 0, list[Unread]()
    for entry in entries:
        if isinstance(entry, Unread):
            unread.append(entry)
            continue
        read += 1
        for table in ("names", "ids", "successors", "domains"):
            connection.execute(f"DELETE FROM {table} WHERE entry = ?", (entry.id,))  # noqa: S608 -- own names
        folded = fold(entry.name)
        connection.execute(
            "INSERT OR REPLACE INTO entries (id, name, fold) VALUES (?, ?, ?)",
            (entry.id, entry.name, folded),
        )
        names = {(folded, 0), *((other, 1) for other in map(fold, entry.names) if other != folded)}
        connection.executemany(
            "INSERT OR IGNORE INTO names VALUES (?, ?, ?)",
            [(name, rank, entry.id) for name, rank in sorted(names)],
        )
        connection.executemany(
            "INSERT OR IGNORE INTO ids VALUES (?, ?)",
            [(key, entry.id) for key in (entry.id, *entry.ids)],
        )
        connection.executemany(
            "INSERT INTO successors VALUES (?, ?, ?, ?)",
            [(entry.id, to.id, to.on and to.on.isoformat(), to.always) for to in entry.successors],
        )
        connection.executemany(
            "INSERT INTO domains VALUES (?, ?)", [(domain, entry.id) for domain in entry.domains]
        )
    return read, tuple(unread)


def _resolve_heads(connection: sqlite3.Connection, read: int, unread: tuple[Unread, ...]) -> Counts:
    """Say which entries are one organisation, and by which names it alone is meant."""
    shared = connection.execute(
        "SELECT entry, external FROM ids WHERE external IN"
        " (SELECT external FROM ids GROUP BY external HAVING count(*) > 1)"
    ).fetchall()
    renamed = connection.execute(
        "SELECT entry, successor FROM successors JOIN entries ON id = successor WHERE always"
    ).fetchall()
    former = {entry for entry, _ in renamed}
    groups: dict[str, list[str]] = {}
    for key, first in clusters_of([*shared, *renamed]).items():
        groups.setdefault(first, []).append(key)
    ids = {row[0] for row in connection.execute("SELECT id FROM entries")}
    heads = [
        (min(here, key=lambda key: (key in former, _rank(key), key)), key)
        for members in groups.values()
        for here in [[member for member in members if member in ids]]
        for key in here
    ]
    connection.execute("UPDATE entries SET head = id, unit = NULL")
    connection.executemany("UPDATE entries SET head = ? WHERE id = ?", heads)
    connection.executescript(statement("registry_lookup"))
    counted = connection.execute(
        "SELECT (SELECT count(*) FROM entries WHERE id = head),"
        " count(*) FILTER (WHERE happened IS NOT NULL),"
        " count(*) FILTER (WHERE happened IS NULL AND NOT always) FROM successors"
    ).fetchone()
    facts = [("format", FORMAT), ("digest", _digest(connection))]
    connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts)
    organizations, dated, undated = counted
    return Counts(
        entries=read, unread=unread, organizations=organizations, dated=dated, undated=undated
    )


def _rank(key: str) -> int:
    return next(
        (place for place, scheme in enumerate(_BEST_NAMED) if key.startswith(scheme)),
        len(_BEST_NAMED),
    )


def _digest(connection: sqlite3.Connection) -> str:
    said = hashlib.sha256()
    for query in (
        "SELECT lookup.fold, unit FROM lookup JOIN entries ON entries.id = lookup.head ORDER BY 1",
        "SELECT external, head FROM ids JOIN entries ON entries.id = entry ORDER BY 1, 2",
        "SELECT * FROM successors ORDER BY 1, 2, 3",
    ):
        for row in connection.execute(query):
            said.update(repr(row).encode())
    return said.hexdigest()
