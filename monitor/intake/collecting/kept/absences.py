"""Of whom a source shows no profile any more, as it says itself, and how surely it says so."""

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from monitor.intake.collecting.connectors.connector import HIDDEN, MERGED, Item
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
