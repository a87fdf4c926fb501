"""Of whom a source shows no profile any more, as it says itself, and how surely it says so."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from monitor.base.records import Json
from monitor.intake.collecting.connectors.connector import HIDDEN, MERGED, Item, Reading
from monitor.intake.collecting.exchange import NotReached, shown
from monitor.intake.collecting.kept import rosters

MANY, NOBODY = 5, 2
"""How many people not found at once, if more than are found; and how many if nobody is found."""
_SHOWING = ("DELETE FROM withdrawn WHERE id = ?", "DELETE FROM unshown WHERE id = ?")
"""What is deleted of a person who is seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Somebody who was hidden, locked or deleted at the source: to be erased."""

    id: str
    day: date
    reason: str


def linked(profile: Mapping[str, Json], former: Sequence[str]) -> Mapping[str, Json]:
    """A profile that states which ids its person had before: all of them are one person."""
    links = profile.get("same_as") or []
    if not former or not isinstance(links, list):
        return profile  # intake says what is wrong with it
    return {**profile, "same_as": [*links, *(one for one in former if one not in links)]}


class Absences:
    """Of whom the source shows no profile any more, as it says itself: they are not missing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def withdrawn(self) -> list[Withdrawn]:
        """Return who is hidden, locked or deleted at the source, and since when."""
        rows = self._db.execute("SELECT id, day, reason FROM withdrawn ORDER BY day, id")
        return [Withdrawn(id=row[0], day=date.fromisoformat(row[1]), reason=row[2]) for row in rows]

    def absent_since(self, day: date) -> dict[str, str]:
        """Why the source shows no profile of people who were seen before, where that began since.

        Who was merged into another who is followed as well is among them.
        """
        rows = self._db.execute(
            "SELECT id, reason FROM unshown WHERE day >= ? ORDER BY id", (day.isoformat(),)
        )
        return dict(rows)

    def was_seen(self, person: str | None) -> bool:
        """Whether somebody of whom there is no profile any more had one."""
        row = self._db.execute("SELECT 1 FROM unshown WHERE id = ?", (person,)).fetchone()
        return row is not None

    def show(self, people: Collection[str]) -> None:
        """Write down that people are seen, whatever was said of them before."""
        for statement in _SHOWING:
            self._db.executemany(statement, ((person,) for person in people))

    def withdraw(self, reasons: Mapping[str, str], day: date) -> None:
        """Write down who is hidden, locked or deleted, and drop their profiles at once."""
        self._db.executemany(
            "INSERT OR IGNORE INTO withdrawn VALUES (?, ?, ?)",
            ((person, day.isoformat(), reason) for person, reason in reasons.items()),
        )
        for person, reason in reasons.items():
            self.drop(person, reason, day)

    def has_profiles_of(self, people: Collection[str]) -> bool:
        """Whether there is somebody, and each was seen before and is not hidden."""
        asked = "SELECT 1 FROM people WHERE id = ?"
        rows = [self._db.execute(asked, (person,)).fetchone() for person in people]
        return bool(rows) and None not in rows

    def miss(self, item: Item, reason: str) -> None:
        """Write down that somebody who was seen before is not found, until `settle_missing`."""
        self._db.execute("DELETE FROM answers WHERE key = ?", (item.key,))
        self._db.execute(
            "UPDATE items SET state = 'missing', error = ? WHERE key = ?", (reason, item.key)
        )

    def refuse_emptied(self, item: Item, reading: Reading) -> None:
        """Raise NotReached for a list that names nobody, where it had named people itself.

        Only its first page tells: behind the last one there is nobody.
        """
        if item.person is not None or item.part_of or reading.profiles or not reading.is_silent:
            return
        asked = "SELECT count(*) FROM people WHERE key = ?"
        before = self._db.execute(asked, (item.key,)).fetchone()[0]
        if before >= NOBODY:
            raise NotReached(
                f"{shown(item.request.url)}: the list names nobody, and {before:,} people when it"
                " was read last: if that is right, take the source out of the configuration"
            )

    def settle_missing(self, day: date, number: int, *, is_over: bool) -> None:
        """Withdraw those who are not found in the round of this number, unless they are most.

        Then they stay as last seen: once the round is over, as people who could not be reached.
        """
        rows = self._db.execute("SELECT person, error FROM items WHERE state = 'missing'")
        reasons = dict(rows.fetchall())
        seen = self._db.execute("SELECT count(*) FROM people WHERE round = ?", (number,)).fetchone()
        in_doubt = max(MANY, seen[0] + 1) if seen[0] else NOBODY if is_over else 1
        if len(reasons) < in_doubt:
            self.withdraw(reasons, day)
            self._db.execute(
                "DELETE FROM failing WHERE key IN (SELECT key FROM items WHERE state = 'missing')"
            )
            self._db.execute(
                "UPDATE items SET state = 'done', error = NULL WHERE state = 'missing'"
            )
        elif is_over:
            everybody = len(reasons) + seen[0]
            why = (
                f": not found, and so are {len(reasons):,} people of {everybody:,}: the service may"
                " have moved, look at its address (`base_url`, `url`), and take those out of the"
                " watch list who are gone"
            )
            self._db.execute(
                "UPDATE items SET state = 'failed', error = person || ? WHERE state = 'missing'",
                (why,),
            )

    def forget_merged(self, before: date) -> None:
        """Explain no longer of whom there was another record before a day: nobody waits for it."""
        self._db.execute(
            "DELETE FROM unshown WHERE reason = ? AND day < ?", (MERGED, before.isoformat())
        )

    def note_aliases(self, aliases: Mapping[str, str], day: date) -> None:
        """Write down which records went into which."""
        for old, new in aliases.items():
            # A merger may be turned round: of two that lead to each other one is asked for.
            self._db.execute("DELETE FROM aliases WHERE old = ?", (new,))
            self._db.execute("REPLACE INTO aliases VALUES (?, ?, ?)", (old, new, day.isoformat()))

    def is_looked_at(self, person: str, number: int) -> bool:
        """Whether the round of this number asks for somebody, or has seen them in a list."""
        asked = (
            "SELECT 1 FROM items WHERE person = ?1 UNION ALL"
            " SELECT 1 FROM people WHERE id = ?1 AND round = ?2 LIMIT 1"
        )
        return self._db.execute(asked, (person, number)).fetchone() is not None

    def under_followed_ids(self, reading: Reading) -> Reading:
        """An answer in which whoever is followed under a former id is found under it, too."""
        rows = self._db.execute(
            "SELECT aliases.id, old FROM aliases JOIN people ON people.id = old"
            " WHERE aliases.id NOT IN (SELECT id FROM people)"
        )
        former = dict(rows.fetchall())
        if not former:
            return reading
        profiles = [
            {**profile, "id": former.get(str(profile.get("id")), profile.get("id"))}
            if "id" in profile
            else profile
            for profile in reading.profiles
        ]
        discovered = [former.get(person, person) for person in reading.discovered]
        return replace(reading, profiles=profiles, discovered=discovered)

    def former_ids(self) -> dict[str, list[str]]:
        """By id, those of all records that went into the one that has it now."""
        merged = dict(self._db.execute("SELECT old, id FROM aliases ORDER BY old"))
        former: dict[str, list[str]] = {}
        for old in merged:
            onward = old
            passed = set[str]()
            while onward in merged and onward not in passed:
                passed.add(onward)
                onward = merged[onward]
                former.setdefault(onward, []).append(old)
        return former

    def hide_all(self, item: Item, day: date) -> None:
        """Write down that all whom a list alone had are hidden, and read it anew."""
        people = rosters.members(self._db, item.key)
        self.withdraw(dict.fromkeys(rosters.left_by(self._db, item.key, people), HIDDEN), day)
        self._db.execute("DELETE FROM answers WHERE key = ?", (item.key,))

    def drop(self, person: str, reason: str, day: date) -> None:
        """Drop the profile of somebody, and keep why; who was never seen is not missed."""
        self._db.execute(
            "INSERT OR IGNORE INTO unshown SELECT id, ?2, ?3 FROM people WHERE id = ?1",
            (person, day.isoformat(), reason),
        )
        self._db.execute("DELETE FROM people WHERE id = ?", (person,))
