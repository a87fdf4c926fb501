"""What a work file keeps: its tables, and the rows that are handed out of them."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from threading import RLock

from monitor.base.records import Json
from monitor.intake.collecting.connectors.connector import Item

TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS items (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, item BLOB NOT NULL,
    person TEXT, state TEXT NOT NULL DEFAULT 'open', error TEXT
);
CREATE INDEX IF NOT EXISTS open_items ON items (person IS NOT NULL, number) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS people_asked_for ON items (person);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, etag TEXT, modified TEXT, sha256 TEXT, checked_at TEXT NOT NULL,
    further BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS people (
    id TEXT PRIMARY KEY, key TEXT NOT NULL, kind TEXT NOT NULL, profile BLOB NOT NULL,
    seen_on TEXT NOT NULL, round INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS people_of_item ON people (key);
CREATE TABLE IF NOT EXISTS followed (id TEXT PRIMARY KEY, since TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS aliases (old TEXT PRIMARY KEY, id TEXT NOT NULL, day TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rosters (
    key TEXT PRIMARY KEY, shape TEXT NOT NULL, reads INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS absent (
    key TEXT NOT NULL, id TEXT NOT NULL, reads INTEGER NOT NULL, PRIMARY KEY (key, id)
);
CREATE TABLE IF NOT EXISTS withdrawn (id TEXT PRIMARY KEY, day TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS erased (digest TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS spent (day TEXT PRIMARY KEY, requests INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS credits (month TEXT PRIMARY KEY, spent INTEGER NOT NULL);
"""
WITHOUT_ITEMS = (
    "DELETE FROM answers WHERE key NOT IN (SELECT key FROM items)",
    "DELETE FROM rosters WHERE key NOT IN (SELECT key FROM items)",
    "DELETE FROM absent WHERE key NOT IN (SELECT key FROM items)",
)
"""What is deleted of requests that are asked no more."""
FORGET_LISTS = "DELETE FROM answers WHERE CAST(further AS TEXT) <> '[]'"
"""Lists name the people whom they found: they are read anew once somebody is erased."""
FORGETTING = (
    (
        "DELETE FROM answers WHERE key IN (SELECT key FROM items WHERE person = ?1"
        " OR json_extract(CAST(item AS TEXT), '$.about.person') = ?1"
        " OR EXISTS (SELECT 1 FROM json_each(CAST(item AS TEXT), '$.about.people')"
        " WHERE value = ?1))"
    ),
    "DELETE FROM answers WHERE key IN (SELECT key FROM people WHERE id = ?1)",
    (
        "DELETE FROM items WHERE key IN (SELECT key FROM items WHERE person = ?1"
        " OR json_extract(CAST(item AS TEXT), '$.about.person') = ?1"
        " OR EXISTS (SELECT 1 FROM json_each(CAST(item AS TEXT), '$.about.people')"
        " WHERE value = ?1))"
    ),
    "DELETE FROM people WHERE id = ?1",
    "DELETE FROM absent WHERE id = ?1",
    "DELETE FROM followed WHERE id = ?1",
    "DELETE FROM withdrawn WHERE id = ?1",
    "DELETE FROM aliases WHERE id = ?1 OR old = ?1",
)
"""All that is deleted of a person who is erased, and of requests that know something of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """By what a service tells whether something changed, word for word, and what it led to."""

    etag: str | None
    modified: str | None
    sha256: str | None
    further: tuple[Item, ...]

    @property
    def headers(self) -> dict[str, str]:
        """The headers that ask for an answer only if it changed."""
        both = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in both.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How far a round is."""

    open: int = 0
    done: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """How many requests there are in it, as far as is known."""
        return self.open + self.done + self.failed


class Spending:
    """How many requests were sent on each day, and what answers cost in each month."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.lock = RLock()
        """Held by a transaction, and by a thread that counts what it spends."""

    def spent(self, day: date) -> int:
        """Return how many requests were sent on a day."""
        row = self._db.execute(
            "SELECT requests FROM spent WHERE day = ?", (day.isoformat(),)
        ).fetchone()
        return 0 if row is None else int(row[0])

    def spend(self, day: date) -> None:
        """Count one request, before it is sent."""
        self._db.execute(
            "INSERT INTO spent VALUES (?, 1)"
            " ON CONFLICT (day) DO UPDATE SET requests = requests + 1",
            (day.isoformat(),),
        )

    def credits(self, day: date) -> int:
        """Return how many credits answers cost in the month of a day."""
        row = self._db.execute(
            "SELECT spent FROM credits WHERE month = ?", (f"{day:%Y-%m}",)
        ).fetchone()
        return 0 if row is None else int(row[0])

    def spend_credits(self, day: date, count: int) -> None:
        """Count what an answer cost."""
        self._db.execute(
            "INSERT INTO credits VALUES (?, ?)"
            " ON CONFLICT (month) DO UPDATE SET spent = spent + excluded.spent",
            (f"{day:%Y-%m}", count),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Somebody who was hidden, locked or deleted at the source: to be erased."""

    id: str
    day: date
    reason: str


def id_of(profile: Mapping[str, Json], item: Item, place: int) -> str:
    """The id of a profile; one without any keeps its place, so that intake sets it aside."""
    written = profile.get("id")
    return written if isinstance(written, str) else f"{item.key} record {place + 1}"
