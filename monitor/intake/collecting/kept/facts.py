"""Small facts of a collection, by their names."""

import sqlite3
from datetime import date, datetime


class SmallFacts:
    """Texts, days and moments that are kept from one collection to the next."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def fact(self, name: str) -> str | None:
        """Return a small fact; None if it was never written."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def note(self, name: str, value: object) -> None:
        """Write a small fact down; None takes it away."""
        if value is None:
            self._db.execute("DELETE FROM facts WHERE name = ?", (name,))
        else:
            self._db.execute("REPLACE INTO facts VALUES (?, ?)", (name, str(value)))

    def day(self, name: str) -> date | None:
        """Return a fact that is a day."""
        text = self.fact(name)
        return None if text is None else date.fromisoformat(text)

    def moment(self, name: str) -> datetime | None:
        """Return a fact that is a moment."""
        text = self.fact(name)
        return None if text is None else datetime.fromisoformat(text)
