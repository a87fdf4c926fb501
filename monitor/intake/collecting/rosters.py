"""Lists that are read whole, such as the page of a team: who is no longer in one, and how surely.

Nobody is left out by a single look, nor by one at a list of another make, or with far fewer people.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

import msgspec

from monitor.base.records import Json
from monitor.intake.collecting.connectors.connector import Roster
from monitor.intake.collecting.exchange import NotReached


def readdressed(
    db: sqlite3.Connection, key: str, profiles: Iterable[Mapping[str, Json]]
) -> list[str]:
    """Name those of a list who are in it under another id now, by what only they state to be."""
    present = {str(profile.get("id")): _stated(profile) for profile in profiles}
    rows = db.execute("SELECT id, profile FROM people WHERE key = ?", (key,))
    known = {row[0]: _stated(msgspec.json.decode(row[1])) for row in rows}
    new = _own(present)
    return sorted(
        person
        for place, person in _own(known).items()
        if person not in present and new.get(place, person) not in known
    )


def _own(stated: Mapping[str, Collection[str]]) -> dict[str, str]:
    """By each id elsewhere that one person alone states, this person."""
    counts = Counter(place for places in stated.values() for place in places)
    return {
        place: person for person, places in stated.items() for place in places if counts[place] == 1
    }


def _stated(profile: Mapping[str, Json]) -> set[str]:
    return {*(profile.get("same_as") or ())}


def refuse_shrunk(
    db: sqlite3.Connection, key: str, roster: Roster, present: Collection[str]
) -> None:
    """Raise NotReached for a list that lost more people at once than it may."""
    before = _people(db, key)
    left = len(before.intersection(present))
    if left < roster.least_share * len(before):
        raise NotReached(
            f"{key}: of {len(before):,} people that it had it shows {left:,}: it may be built"
            " otherwise now. They stay as last seen; look at it, and write least_share = 0 into its"
            " section if it is right"
        )


def count_absent(
    db: sqlite3.Connection, key: str, roster: Roster, present: Collection[str], number: int
) -> None:
    """Count a look at a list for those who are not in it, and leave out whom it lacks for good.

    The others stay in the round of this number as they were last seen.
    """
    row = db.execute("SELECT shape FROM rosters WHERE key = ?", (key,)).fetchone()
    db.execute("REPLACE INTO rosters VALUES (?, ?, ?)", (key, roster.shape, roster.reads))
    db.executemany(
        "DELETE FROM absent WHERE key = ? AND id = ?", ((key, person) for person in present)
    )
    is_as_before = row is None or row[0] == roster.shape
    missing = sorted(_people(db, key).difference(present))
    if not is_as_before:
        db.execute("DELETE FROM absent WHERE key = ?", (key,))
    db.executemany(
        "INSERT INTO absent VALUES (?1, ?2, ?3)"
        " ON CONFLICT (key, id) DO UPDATE SET reads = reads + 1",
        ((key, person, int(is_as_before)) for person in missing),
    )
    _settle(db, key, roster.reads, number)


def count_unchanged(db: sqlite3.Connection, key: str, number: int) -> None:
    """Count a look at a list that says what it said before: who was not in it still is not."""
    row = db.execute("SELECT reads FROM rosters WHERE key = ?", (key,)).fetchone()
    if row is not None:
        db.execute("UPDATE absent SET reads = reads + 1 WHERE key = ?", (key,))
        _settle(db, key, int(row[0]), number)


def _settle(db: sqlite3.Connection, key: str, reads: int, number: int) -> None:
    db.execute(
        "DELETE FROM people WHERE key = ?1 AND id IN"
        " (SELECT id FROM absent WHERE key = ?1 AND reads >= ?2)",
        (key, reads),
    )
    db.execute("DELETE FROM absent WHERE key = ? AND reads >= ?", (key, reads))
    db.execute(
        "UPDATE people SET round = ?2 WHERE key = ?1 AND id IN"
        " (SELECT id FROM absent WHERE key = ?1)",
        (key, number),
    )


def _people(db: sqlite3.Connection, key: str) -> set[str]:
    return {row[0] for row in db.execute("SELECT id FROM people WHERE key = ?", (key,))}
