"""Names that a service may give to somebody else, such as logins: who had each first."""

import sqlite3
from collections.abc import Collection, Mapping
from hashlib import sha256

from monitor.base.records import Json
from monitor.intake.collecting.connectors.connector import Item
from monitor.intake.collecting.exchange import NotReached
from monitor.intake.profiles.ids import canonical_id

_ERASED = "somebody erased"


class GivenOn(NotReached):
    """The name that was asked for is somebody else's now."""

    def __init__(self, name: str, former: str, latter: str) -> None:
        super().__init__(f"{name}: {former} had this name, and {latter} has it now")
        self.former = former
        self.latter = latter


class Holders:
    """Who has the names that a service may give to somebody else: the first who was seen with it.

    A name that is given on is no link to whoever has it now, and who is asked for by it is not
    whom the watch list means.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def others_with(self, item: Item, names: Mapping[str, str]) -> Collection[str]:
        """Write down who has names; return those that others had before.

        Raises GivenOn where what was asked for is one of them.
        """
        others = self._given_on(names)
        # A name that leads to an id is somebody else's, too, where its address is.
        taken = [name for name in names if name in others and item.person is None]
        for name in [item.key] if item.key in others else taken if item.key in names else []:
            raise GivenOn(item.key, others[name], names[name])
        return others

    def mergers(self, names: Mapping[str, str], took_in: Mapping[str, str]) -> dict[str, str]:
        """Those who had names and went into the record that has them now, by the former id."""
        merged = dict[str, str]()
        for name, person in names.items():
            row = self._db.execute("SELECT id FROM names WHERE name = ?", (name,)).fetchone()
            if row is not None and row[0] != person and took_in.get(row[0]) == person:
                merged[row[0]] = person
        return merged

    def _given_on(self, names: Mapping[str, str]) -> dict[str, str]:
        """By name that somebody else had before, who."""
        others = dict[str, str]()
        for name, person in names.items():
            former = self._first_with(name)
            if former is None and not self.is_erased(person) and self.is_erased(name):
                others[name] = _ERASED
            elif former is None or self._are_one(former, person):
                self._db.execute("REPLACE INTO names VALUES (?, ?, NULL)", (name, former or person))
            else:
                self._db.execute("UPDATE names SET taken_by = ? WHERE name = ?", (person, name))
                others[name] = former
        return others

    def _first_with(self, name: str) -> str | None:
        """Who had a name first; of a file without names, whom it has as the answer to the name."""
        row = self._db.execute(
            "SELECT id FROM names WHERE name = ?1 UNION ALL"
            " SELECT max(id) FROM people WHERE key = ?1 GROUP BY key HAVING count(*) = 1 LIMIT 1",
            (name,),
        ).fetchone()
        return None if row is None else str(row[0])

    def give_on(self, name: str, former: str, person: str) -> None:
        """Write down that a name that was asked for is somebody else's now."""
        self._db.execute("INSERT OR IGNORE INTO names VALUES (?, ?, NULL)", (name, former))
        self._db.execute("UPDATE names SET taken_by = ? WHERE name = ?", (person, name))

    def give_back(self, name: str) -> None:
        """Write down that whoever had a name first has it again."""
        self._db.execute("UPDATE names SET taken_by = NULL WHERE name = ?", (name,))

    def with_own_names(
        self, profile: Mapping[str, Json], others: Collection[str]
    ) -> Mapping[str, Json]:
        """A profile with the addresses that it had and has, and without those of others."""
        rows = self._db.execute(
            "SELECT name FROM names WHERE id = ? AND name GLOB 'http*://*' ORDER BY name",
            (profile.get("id"),),
        )
        links = profile.get("same_as") or []
        if not isinstance(links, list) or not all(isinstance(link, str) for link in links):
            return profile  # intake says what is wrong with it
        stated = [link for link in links if link.lower() not in others]
        there = {link.lower() for link in stated}
        earlier = [row[0] for row in rows if row[0] not in there]
        same = [*stated, *earlier]
        return profile if same == links else {**profile, "same_as": same}

    def _are_one(self, one: str, other: str) -> bool:
        merged = "SELECT 1 FROM aliases WHERE (old, id) IN ((?1, ?2), (?2, ?1))"
        return one == other or self._db.execute(merged, (one, other)).fetchone() is not None

    def is_erased(self, person: str) -> bool:
        """Whether somebody was erased, or somebody who had a name."""
        salt = self._db.execute("SELECT value FROM facts WHERE name = 'salt'").fetchone()
        mark = digest("" if salt is None else salt[0], person)
        row = self._db.execute("SELECT 1 FROM erased WHERE digest = ?", (mark,)).fetchone()
        return row is not None


def digest(salt: str | None, person: str) -> str:
    """By what somebody who was erased is known again."""
    return sha256(f"{salt}{canonical_id(person)}".encode()).hexdigest()
