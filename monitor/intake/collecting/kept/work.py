"""The work file of a source: what is to be asked, what was answered, who was seen when.

One SQLite file beside the source's inbox. Each answer is one transaction, so that a process that is
killed goes on where it was, and repeats nothing but the request in flight.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex
from typing import Self

import msgspec

from monitor.base.errors import LeaseHeld, SourceError, StorageError
from monitor.base.private_files import make_folder, tighten
from monitor.base.records import Json
from monitor.intake.collecting.connectors.connector import MERGED, Item, Reading, Wrong
from monitor.intake.collecting.kept import rosters
from monitor.intake.collecting.kept.absences import Absences
from monitor.intake.collecting.kept.facts import SmallFacts
from monitor.intake.collecting.kept.names import Holders, digest
from monitor.intake.collecting.kept.tables import (
    FORGET_LISTS,
    FORGET_PAGES,
    FORGETTING,
    IN_OLDER_FILES,
    KEEP_FAILING,
    TABLES,
    WITHOUT_ITEMS,
    Spending,
    Standing,
    Validators,
    id_of,
)
from monitor.intake.profiles.ids import canonical_id

NAME = "work.sqlite"
_WAIT_SECONDS = 0
_HAS_NAMES = "SELECT 1 FROM sqlite_master WHERE name = 'names'"


class Work(Spending, Absences, Standing, Holders, SmallFacts):
    """The work file, opened by one process at a time."""

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, *, reading: bool = False) -> Iterator[Self]:
        """Open the work file of a source.

        Raises LeaseHeld while another process collects it, StorageError where it cannot be used.
        """
        path = folder / NAME
        if not reading:
            make_folder(folder)
        try:
            place = f"{path.absolute().as_uri()}?mode={'ro' if reading else 'rwc'}"
            connection = sqlite3.connect(
                # Threads that ask count what they spend; `lock` keeps them apart.
                *(place, _WAIT_SECONDS, 0, None, False),
                uri=True,
            )
            try:
                if not reading:
                    # The lock of the first transaction is kept until the file is closed.
                    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                    connection.execute("PRAGMA journal_mode = WAL")
                    connection.execute("PRAGMA synchronous = NORMAL")
                    # What is deleted of people leaves no traces in the file.
                    connection.execute("PRAGMA secure_delete = ON")
                    connection.executescript(f"BEGIN IMMEDIATE; {TABLES} COMMIT;")
                    connection.create_function("digest", 2, digest, deterministic=True)
                    tighten(path)
                elif not connection.execute(_HAS_NAMES).fetchone():
                    connection.execute(IN_OLDER_FILES)
                yield cls(connection)
            finally:
                connection.close()
        except sqlite3.OperationalError as exc:
            if "locked" in str(exc):
                raise LeaseHeld(f"{folder.name} is being collected by another process") from exc
            raise StorageError(f"{path} cannot be used: {exc}") from exc
        except sqlite3.DatabaseError as exc:
            raise StorageError(
                f"{path} is damaged ({exc}): move it away; the next collection begins anew"
            ) from exc

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written in the block, or nothing."""
        with self.lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @property
    def round(self) -> int:
        """The number of the round at work, or of the last one."""
        return int(self.fact("round") or 0)

    # -- what is to be asked -----------------------------------------------------------------------

    def begin(self, items: Iterable[Item | Wrong]) -> None:
        """Begin a round with these requests, which may follow each other in any number.

        Raises SourceError where all that the watch list names is wrong.
        """
        self._db.execute("DELETE FROM items")
        self._db.execute("DELETE FROM read_pages")
        self.note("round", self.round + 1)
        self.note("is_open", 1)
        self.widen(items)

    def widen(self, items: Iterable[Item | Wrong]) -> None:
        """Ask for these in the round at work, too. Raises SourceError as `begin` does."""
        asked = list(items)
        wrong = [item.why for item in asked if isinstance(item, Wrong)]
        if wrong and len(wrong) == len(asked):
            raise SourceError("; ".join(wrong))
        self._db.execute("DELETE FROM items WHERE state = 'wrong'")
        self._add(item for item in asked if isinstance(item, Item))
        self._db.executemany(
            "INSERT OR IGNORE INTO items (key, kind, item, state, error) VALUES (?, ?, '', ?, ?)",
            (
                (f"wrong {item.written}", "wrong", "wrong", item.why)
                for item in asked
                if isinstance(item, Wrong)
            ),
        )
        # Of two records that were merged one is asked for.
        self._db.execute(
            "DELETE FROM items WHERE person IN (SELECT old FROM aliases"
            " WHERE EXISTS (SELECT 1 FROM items WHERE person = aliases.id))"
        )

    def _add(self, items: Iterable[Item]) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO items (key, kind, item, person) SELECT ?1, ?2, ?3, ?4"
            # Who is followed under a former id is not discovered under the new one.
            " WHERE NOT EXISTS (SELECT 1 FROM aliases WHERE id = ?4"
            " AND old IN (SELECT id FROM people UNION ALL SELECT id FROM withdrawn))"
            # Nor is who was merged into somebody who is asked for.
            " AND NOT EXISTS (SELECT 1 FROM aliases JOIN items ON items.person = aliases.id"
            " WHERE aliases.old = ?4)"
            # Who was erased is not asked for again.
            " AND (?4 IS NULL OR digest((SELECT value FROM facts WHERE name = 'salt'), ?4)"
            " NOT IN (SELECT digest FROM erased))",
            ((item.key, item.kind, msgspec.json.encode(item), item.person) for item in items),
        )

    # -- what was answered -------------------------------------------------------------------------

    def validators(self, item: Item) -> Validators | None:
        """By what the last answer is told from a new one; None without one.

        A list that lacks somebody is read anew each time.
        """
        row = self._db.execute(
            "SELECT etag, modified, sha256, further FROM answers WHERE key = ?1"
            " AND NOT EXISTS (SELECT 1 FROM absent WHERE key = ?1)",
            (item.key,),
        ).fetchone()
        if row is None:
            return None
        further = msgspec.json.decode(row[3], type=tuple[Item, ...])
        return Validators(etag=row[0], modified=row[1], sha256=row[2], further=further)

    def keep(self, item: Item, validators: Validators, at: datetime) -> None:
        """Remember by what this answer is told from the next one."""
        further = [
            onward
            for onward in validators.further
            if onward.person is None or not self.is_erased(onward.person)
        ]
        self._db.execute(
            "REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(item.key, validators.etag, validators.modified, validators.sha256),
                *(at.isoformat(), msgspec.json.encode(further)),
            ),
        )

    def read_on(
        self, item: Item, seen: str | None, reading: Reading, *, most: int
    ) -> Sequence[Item]:
        """What is to be asked next. Raises NotReached for a list of more pages than are read."""
        return rosters.read_on(self._db, item, seen, reading, most=most)

    def record(self, item: Item, reading: Reading, day: date) -> None:
        """Write down what an answer says: who was seen, who withdrew, what is to be asked next.

        Raises NotReached where a name that was asked for is that of somebody else now, and where a
        list shows too few of those whom it had.
        """
        number = self.round
        # Who is back after having been hidden is read anew, though nothing changed since before.
        self._db.execute("DELETE FROM answers WHERE key = ?", (item.key,))
        reading = self.under_followed_ids(reading)
        merged_names = self.mergers(reading.names, reading.took_in)
        reading = replace(reading, aliases={**merged_names, **reading.aliases})
        self.note_aliases(reading.aliases, day)
        others = self.others_with(item, reading.names)
        profiles = [
            self.with_own_names(profile, others) if reading.names else profile
            for profile in self._under_known_ids(reading, day)
        ]
        if reading.accumulates:
            profiles = [self._with_earlier_positions(profile) for profile in profiles]
        present = {str(profile.get("id")) for profile in profiles}
        if reading.roster is not None:
            merged = rosters.readdressed(self._db, item.key, profiles)
            for person in rosters.left_by(self._db, item.key, merged):
                self.drop(person, MERGED, day)
            rosters.refuse_shrunk(self._db, item.key, reading.roster, present)
            profiles = rosters.united(self._db, item.key, reading.roster, profiles)
        self._db.executemany(
            "REPLACE INTO people VALUES (?, ?, ?, ?, ?, ?)",
            (
                (
                    *(id_of(profile, item, place), item.key, item.kind),
                    *(msgspec.json.encode(profile), day.isoformat(), number),
                )
                for place, profile in enumerate(profiles)
            ),
        )
        if reading.roster is not None:
            rosters.count_absent(self._db, item.key, reading.roster, present, number)
        self.show(present)
        self.withdraw(reading.gone, day)
        if item.person is None:
            # Whoever is in a list with all that is known of them is not asked for again.
            self._db.executemany(
                "UPDATE items SET state = 'done' WHERE person = ? AND state = 'open'",
                ((person,) for person in (*present, *reading.gone)),
            )
        self._done(item, reading.further, day)
        self._note_unknown(item, reading)
        self._follow(reading.discovered, day)

    def _note_unknown(self, item: Item, reading: Reading) -> None:
        """Write down that nobody has what was asked for, be it gone or asked for wrongly.

        Whom it named before stays as last seen.
        """
        if reading.is_unknown or (item.person in reading.gone and not self.was_seen(item.person)):
            nobody = "UPDATE items SET error = 'nobody has it' WHERE key = ?"
            self._db.execute(nobody, (item.key,))
        if reading.is_unknown:
            self._db.execute("UPDATE people SET round = ? WHERE key = ?", (self.round, item.key))

    def _under_known_ids(self, reading: Reading, day: date) -> list[Mapping[str, Json]]:
        """Profiles whose ids were merged stay under the id that is followed, or are left out.

        Nobody is new, or there twice, because a service gave them another id.
        """
        profiles = [
            profile for profile in reading.profiles if not self.is_erased(str(profile.get("id")))
        ]
        for old, new in reading.aliases.items():
            if not self.is_looked_at(new, self.round):
                profiles = [
                    {**profile, "id": old} if profile.get("id") == new else profile
                    for profile in profiles
                ]
            else:
                profiles = [profile for profile in profiles if profile.get("id") != new]
                self.drop(old, MERGED, day)
        return profiles

    def forget(self, people: Iterable[str]) -> int:
        """Erase people, and ask for them no more; returns how many were known.

        Of each a salted hash is kept, by which they are left out when they are found again.
        """
        forgotten = 0
        if self.fact("salt") is None:
            self.note("salt", token_hex(16))
        salt = self.fact("salt") or ""
        with self.transaction():
            self._db.execute(FORGET_LISTS)
            for person in self._written(people):
                forgotten += self.profile(person) is not None
                for statement in FORGETTING:
                    self._db.execute(statement, (person,))
                self._db.execute("REPLACE INTO erased VALUES (?)", (digest(salt, person),))
            self._db.execute(FORGET_PAGES)
        self._db.execute("VACUUM")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return forgotten

    def _written(self, people: Iterable[str]) -> list[str]:
        """Ids as they are, and as the work file writes them: stores have one form of each."""
        asked = {canonical_id(person): person for person in people}
        rows = self._db.execute(
            "SELECT id FROM people UNION SELECT id FROM followed UNION SELECT id FROM withdrawn"
            " UNION SELECT id FROM unshown UNION SELECT id FROM named"
        )
        return [*asked.values(), *(row[0] for row in rows if canonical_id(row[0]) in asked)]

    def _with_earlier_positions(self, profile: Mapping[str, Json]) -> Mapping[str, Json]:
        """A profile with the positions that it had before and does not have now, by their ids."""
        before = self.profile(str(profile.get("id"))) or {}
        there = {position.get("id") for position in profile.get("positions", ())}
        kept = [
            position for position in before.get("positions", ()) if position.get("id") not in there
        ]
        return {**profile, "positions": [*profile.get("positions", ()), *kept]}

    def unchanged(self, item: Item, further: Iterable[Item], at: datetime) -> None:
        """Write down that an answer says what it said before."""
        self.give_back(item.key)
        self._db.execute(
            "UPDATE people SET seen_on = ?1, round = ?2 WHERE key = ?3"
            " OR id IN (SELECT id FROM named WHERE key = ?3)",
            (at.date().isoformat(), self.round, item.key),
        )
        if item.person is None:
            self._db.execute(
                "UPDATE items SET state = 'done' WHERE state = 'open'"
                " AND person IN (SELECT id FROM people WHERE key = ?)",
                (item.key,),
            )
        checked = "UPDATE answers SET checked_at = ? WHERE key = ?"
        self._db.execute(checked, (at.isoformat(), item.key))
        self._done(item, further, at.date())

    def forget_answers(self) -> None:
        """Read each answer anew, and begin the round at work again."""
        self._db.execute("DELETE FROM answers")
        self.note("is_open", None)

    def _done(self, item: Item, further: Iterable[Item], day: date) -> None:
        further = list(further)
        self._db.execute("UPDATE items SET state = 'done' WHERE key = ?", (item.key,))
        self._db.execute("DELETE FROM failing WHERE key = ?", (item.key,))
        self._add(further)
        self._follow([person.person for person in further if person.person is not None], day)

    def _follow(self, people: Iterable[str], day: date) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO followed VALUES (?, ?)",
            ((person, day.isoformat()) for person in people if not self.is_erased(person)),
        )

    def complete(self) -> None:
        """End the round: who was not in it, unless a failure left them out, is followed no more."""
        self._db.execute(
            "DELETE FROM people WHERE round < ? AND kind NOT IN"
            " (SELECT kind FROM items WHERE state IN ('failed', 'open'))",
            (self.round,),
        )
        for statement in (KEEP_FAILING, *WITHOUT_ITEMS):
            self._db.execute(statement)
        self.note("is_open", None)

    def reopen_failed(self) -> None:
        """Ask again on another day, after all others, what found no answer in an open round."""
        if self.fact("is_open") is not None:
            self._db.execute(KEEP_FAILING)
            self._db.execute("UPDATE items SET state = 'open', error = NULL WHERE state = 'failed'")

    # -- who was seen ------------------------------------------------------------------------------

    def followed(self) -> list[str]:
        """Return the ids of the people who were discovered, and are followed on."""
        return [str(row[0]) for row in self._db.execute("SELECT id FROM followed ORDER BY id")]

    def aliases(self) -> dict[str, str]:
        """Return the ids that were merged into others, by the old one."""
        return dict(self._db.execute("SELECT old, id FROM aliases"))

    def people(self) -> Iterator[tuple[Mapping[str, Json], date]]:
        """Yield the profile of each person as it was last seen, and the day of that."""
        for profile, day in self._db.execute("SELECT profile, seen_on FROM people ORDER BY id"):
            yield msgspec.json.decode(profile), date.fromisoformat(day)

    def profile(self, person: str) -> Mapping[str, Json] | None:
        """Return the profile of somebody as it was last seen; None for somebody unknown."""
        row = self._db.execute("SELECT profile FROM people WHERE id = ?", (person,)).fetchone()
        return None if row is None else msgspec.json.decode(row[0])

    def seen(self, day: date) -> tuple[int, int]:
        """Count the people who were seen on a day, and all."""
        row = self._db.execute(
            "SELECT count(*) FILTER (WHERE seen_on = ?), count(*) FROM people", (day.isoformat(),)
        ).fetchone()
        return int(row[0]), int(row[1])
