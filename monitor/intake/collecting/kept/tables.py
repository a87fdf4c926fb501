"""What a work file keeps: its tables, and the rows that are handed out of them."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import RLock

import msgspec

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
CREATE TABLE IF NOT EXISTS failing (key TEXT PRIMARY KEY, person TEXT);
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
CREATE TABLE IF NOT EXISTS named (
    key TEXT NOT NULL, id TEXT NOT NULL, profile BLOB NOT NULL, is_assumed INTEGER NOT NULL,
    PRIMARY KEY (key, id)
);
CREATE INDEX IF NOT EXISTS named_people ON named (id);
INSERT INTO named SELECT key, id, profile, 0 FROM people
    WHERE key IN (SELECT key FROM rosters) AND NOT EXISTS (SELECT 1 FROM named);
CREATE TABLE IF NOT EXISTS withdrawn (id TEXT PRIMARY KEY, day TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS unshown (id TEXT PRIMARY KEY, day TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS names (name TEXT PRIMARY KEY, id TEXT NOT NULL, taken_by TEXT);
INSERT OR IGNORE INTO names
    SELECT lower(json_extract(CAST(profile AS TEXT), '$.url')), id, NULL FROM people
    WHERE json_extract(CAST(profile AS TEXT), '$.url') GLOB 'http*://*'
    AND NOT EXISTS (SELECT 1 FROM names);
CREATE TABLE IF NOT EXISTS read_pages (page TEXT PRIMARY KEY, list TEXT NOT NULL, sha256 TEXT);
CREATE INDEX IF NOT EXISTS pages_of_list ON read_pages (list);
CREATE TABLE IF NOT EXISTS erased (digest TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS spent (day TEXT PRIMARY KEY, requests INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS credits (month TEXT PRIMARY KEY, spent INTEGER NOT NULL);
"""
"""A request (`items`) is open, done or failed; wrong, if it cannot be asked for as the watch list
writes it; or missing, if nobody has it any more, until it is known whether that is the service's
fault."""
_SHOWN = 3
IN_OLDER_FILES = "CREATE TEMP TABLE names (name TEXT PRIMARY KEY, id TEXT NOT NULL, taken_by TEXT)"
"""What a file lacks that was written before, where it is only read."""
WITHOUT_ITEMS = (
    "DELETE FROM answers WHERE key NOT IN (SELECT key FROM items)",
    "DELETE FROM rosters WHERE key NOT IN (SELECT key FROM items)",
    "DELETE FROM absent WHERE key NOT IN (SELECT key FROM items)",
    "DELETE FROM failing WHERE key NOT IN (SELECT key FROM items)",
    "DELETE FROM named WHERE key NOT IN (SELECT key FROM items)",
)
"""What is deleted of requests that are asked no more."""
KEEP_FAILING = "INSERT OR IGNORE INTO failing SELECT key, person FROM items WHERE state = 'failed'"
"""What found no answer in a round is asked for last in the next one."""
FORGET_LISTS = "DELETE FROM answers WHERE CAST(further AS TEXT) <> '[]'"
"""Lists name the people whom they found: they are read anew once somebody is erased."""
FORGET_PAGES = "DELETE FROM read_pages WHERE list NOT IN (SELECT key FROM items)"
"""Pages of requests that named somebody who is erased."""
FORGETTING = (
    (
        "DELETE FROM answers WHERE key IN (SELECT key FROM items WHERE person = ?1"
        " OR json_extract(CAST(item AS TEXT), '$.about.person') = ?1"
        " OR EXISTS (SELECT 1 FROM json_each(CAST(item AS TEXT), '$.about.people')"
        " WHERE value = ?1))"
    ),
    (
        "DELETE FROM answers WHERE key IN (SELECT key FROM people WHERE id = ?1)"
        " OR key IN (SELECT key FROM named WHERE id = ?1)"
    ),
    (
        "DELETE FROM items WHERE key IN (SELECT key FROM items WHERE person = ?1"
        " OR json_extract(CAST(item AS TEXT), '$.about.person') = ?1"
        " OR EXISTS (SELECT 1 FROM json_each(CAST(item AS TEXT), '$.about.people')"
        " WHERE value = ?1))"
    ),
    "DELETE FROM people WHERE id = ?1",
    "DELETE FROM named WHERE id = ?1",
    "DELETE FROM failing WHERE person = ?1 OR key NOT IN (SELECT key FROM items)",
    "DELETE FROM absent WHERE id = ?1",
    "DELETE FROM followed WHERE id = ?1",
    "DELETE FROM withdrawn WHERE id = ?1",
    "DELETE FROM unshown WHERE id = ?1",
    "DELETE FROM aliases WHERE id = ?1 OR old = ?1",
    (
        "INSERT OR IGNORE INTO erased SELECT digest("
        "(SELECT value FROM facts WHERE name = 'salt'), name) FROM names WHERE id = ?1"
    ),
    "UPDATE names SET taken_by = NULL WHERE taken_by = ?1",
    "DELETE FROM names WHERE id = ?1",
)
"""All that is deleted of a person who is erased, and of requests that know something of them."""


IF_IT_STAYS = (
    "if it stays so, look at its address, its token and `watch` in the configuration, or ask the"
    " service"
)
"""What is to be done where a service says nothing that can be used."""


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

    @property
    def is_blind(self) -> bool:
        """Whether all were sent, and none was answered."""
        return self.failed > 0 and self.failed == self.total


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """Of whom a collection does not speak, or not for sure: how many, and in words."""

    what: str
    count: int
    text: str

    @property
    def is_to_be_mended(self) -> bool:
        """Whether it stays until the watch list is changed: by a slip, or a name given on."""
        return self.what in {"wrong_ids", "handed_on"}


class Standing:
    """The requests of the round at work: which is next, and how they stand."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def next_item(self, but: Iterable[str] = ()) -> Item | None:
        """Return the next request of the round that is open, but some; None if there is none.

        Searches come first, for they say how much there is to do; last what found no answer before.
        """
        for is_failing in (False, True):
            row = self._db.execute(
                "SELECT item FROM items WHERE state = 'open'"
                " AND (key IN (SELECT key FROM failing)) = ?"
                " AND key NOT IN (SELECT value FROM json_each(?))"
                " ORDER BY person IS NOT NULL, number LIMIT 1",
                (is_failing, msgspec.json.encode([*but]).decode()),
            ).fetchone()
            if row is not None:
                return msgspec.json.decode(row[0], type=Item)
        return None

    def has_read(self, kind: str) -> bool:
        """Whether a request of a kind was answered in this round by something to be read."""
        asked = "SELECT 1 FROM items WHERE state = 'done' AND kind = ? LIMIT 1"
        return self._db.execute(asked, (kind,)).fetchone() is not None

    def counts(self) -> Counts:
        """Count the requests of the round by how they stand."""
        found = dict(self._db.execute("SELECT state, count(*) FROM items GROUP BY state"))
        return Counts(
            open=found.get("open", 0),
            done=found.get("done", 0) + found.get("missing", 0),
            failed=found.get("failed", 0),
        )

    def lacks(self, *, is_nameless: bool = False) -> list[Lack]:
        """Say of whom the round speaks not, or not for sure, and why; with or without examples."""

        def such_as(some: Sequence[str], most: int = 1) -> str:
            return "" if is_nameless else f", such as {', '.join(some[:most])}"

        asked = "SELECT error FROM items WHERE state = 'wrong' ORDER BY key"
        failed = [
            str(row[0])
            for row in self._db.execute(
                "SELECT error FROM items WHERE state = 'failed'"
                " AND key NOT IN (SELECT name FROM names WHERE taken_by IS NOT NULL) ORDER BY key"
            )
        ]
        wrong = [str(row[0]) for row in self._db.execute(asked)]
        unknown = self._unknown()
        links, taken = self._taken()
        lacks = [
            Lack(
                what="not_reached",
                count=len(failed),
                text=f"{len(failed):,} could not be reached{such_as(failed)}"
                f" (whoever was seen stays so, and is asked for again; {IF_IT_STAYS})",
            ),
            Lack(
                what="wrong_ids",
                count=len(wrong),
                text=f"{_names(len(wrong))} of the watch list cannot be asked for{such_as(wrong)}",
            ),
            Lack(
                what="not_found",
                count=len(unknown),
                text=f"{_names(len(unknown))} of the watch list not found there"
                f"{such_as([*map(repr, unknown)], _SHOWN)}",
            ),
            Lack(
                what="handed_on",
                count=len(taken),
                text=f"{_names(len(taken))} given to somebody else{such_as(taken)}:"
                " links with it mean whoever had it first, and nobody is followed by it; write the"
                " id of whom you mean into the watch list",
            ),
            Lack(
                what="links_kept",
                count=len(links),
                text=f"{_names(len(links))} in links given to somebody else{such_as(links)}:"
                " they mean whoever had it first",
            ),
        ]
        return [lack for lack in lacks if lack.count]

    def _unknown(self) -> list[str]:
        """Those ids and names that were asked for in the round and that nobody has."""
        rows = self._db.execute(
            "SELECT key FROM items WHERE state = 'done' AND error IS NOT NULL ORDER BY key"
        )
        return [str(row[0]).partition(" ")[2] for row in rows]

    def _taken(self) -> tuple[list[str], list[str]]:
        """Names that somebody had and somebody else has: addresses, and those asked for.

        A name that the watch list has no longer misleads nobody.
        """
        rows = self._db.execute(
            "SELECT name, id, taken_by, name IN (SELECT key FROM items) AS is_asked_for FROM names"
            " WHERE taken_by IS NOT NULL AND (is_asked_for OR name GLOB 'http*://*') ORDER BY name"
        )
        taken = list[str](), list[str]()
        for name, former, latter, is_asked_for in rows:
            taken[is_asked_for].append(f"{name} ({former} had it, {latter} has it now)")
        return taken

    def is_failing(self, item: Item) -> bool:
        """Whether a request found no answer before, in this round or the last one."""
        row = self._db.execute("SELECT 1 FROM failing WHERE key = ?", (item.key,)).fetchone()
        return row is not None

    def failed(self, item: Item, error: str) -> None:
        """Write down that a request found no answer in this round."""
        self._db.execute(
            "UPDATE items SET state = 'failed', error = ? WHERE key = ?", (error, item.key)
        )

    def reopen(self, items: Collection[Item]) -> None:
        """Ask these again in this round, after all others; each once."""
        self._db.executemany(
            "UPDATE items SET state = 'open', error = NULL WHERE key = ?1"
            " AND NOT EXISTS (SELECT 1 FROM failing WHERE key = ?1)",
            ((item.key,) for item in items),
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO failing VALUES (?, ?)",
            ((item.key, item.person) for item in items),
        )


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


def _names(count: int) -> str:
    return f"{count:,} name{'' if count == 1 else 's'}"


def id_of(profile: Mapping[str, Json], item: Item, place: int) -> str:
    """The id of a profile; one without any keeps its place, so that intake sets it aside."""
    value = profile.get("id")
    return value if isinstance(value, str) else f"{item.key} record {place + 1}"
