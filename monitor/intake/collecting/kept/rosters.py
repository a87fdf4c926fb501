"""Lists that are read whole, such as the page of a team: who is no longer in one, and how surely.

Nobody is left out by a single look, nor by one at a list of another make, or with far fewer people.
Whoever is in several lists is as all of them say together.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

import msgspec

from monitor.base.records import Json
from monitor.intake.collecting.connectors.connector import Item, Reading, Roster
from monitor.intake.collecting.exchange import NotReached, shown

_LOOKED_BACK = 50
"""After this many pages, and as many again, a list is asked whether it names anybody new."""


def readdressed(
    db: sqlite3.Connection, key: str, profiles: Iterable[Mapping[str, Json]]
) -> list[str]:
    """Name those of a list who are in it under another id now, by what only they state to be."""
    present = {str(profile.get("id")): _stated(profile) for profile in profiles}
    rows = db.execute("SELECT id, profile FROM named WHERE key = ?", (key,))
    before = {row[0]: _stated(msgspec.json.decode(row[1])) for row in rows}
    new = _own(present)
    return sorted(
        person
        for place, person in _own(before).items()
        if person not in present and new.get(place, person) not in before
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
    before = {*members(db, key)}
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
    missing = sorted({*members(db, key)}.difference(present))
    if not is_as_before:
        db.execute("DELETE FROM absent WHERE key = ?", (key,))
    db.executemany(
        "INSERT INTO absent VALUES (?1, ?2, ?3)"
        " ON CONFLICT (key, id) DO UPDATE SET reads = reads + 1",
        ((key, person, int(is_as_before)) for person in missing),
    )
    _settle(db, key, roster.reads, number)


def united(
    db: sqlite3.Connection, key: str, roster: Roster, profiles: Iterable[Mapping[str, Json]]
) -> list[Mapping[str, Json]]:
    """Write down what a list says of people, and return each as all lists together have them.

    Somebody may be in several lists, and none takes back what another one says.
    """
    listed = list(profiles)
    db.executemany(
        "REPLACE INTO named VALUES (?, ?, ?, ?)",
        (
            (key, profile["id"], msgspec.json.encode(profile), profile["id"] in roster.assumed)
            for profile in listed
        ),
    )
    return [{**profile, **_of_all_lists(db, profile["id"])} for profile in listed]


def _of_all_lists(db: sqlite3.Connection, person: str) -> Mapping[str, Json]:
    """Somebody as the lists of the round have them; an assumed employer gives way to a stated one.

    Nothing where none of them names the person.
    """
    rows = db.execute(
        "SELECT profile, is_assumed FROM named WHERE id = ?"
        " AND key IN (SELECT key FROM items) ORDER BY is_assumed, key",
        (person,),
    ).fetchall()
    profiles = [msgspec.json.decode(row[0]) for row in rows if row[1] == rows[0][1]]
    if not profiles:
        return {}
    positions = list[Mapping[str, Json]]()
    for position in chain.from_iterable(profile.get("positions", ()) for profile in profiles):
        if not any(_says_all_of(other, position) for other in positions):
            positions = [other for other in positions if not _says_all_of(position, other)]
            positions.append(position)
    same = [address for profile in profiles for address in profile.get("same_as", ())]
    return {
        **profiles[0],
        **({"same_as": [*dict.fromkeys(same)]} if same else {}),
        "positions": positions,
    }


def _says_all_of(position: Mapping[str, Json], other: Mapping[str, Json]) -> bool:
    return all(position.get(name) == value for name, value in other.items())


def left_by(db: sqlite3.Connection, key: str, people: Iterable[str]) -> list[str]:
    """Write down that people are in a list no longer, and return those who are in no other.

    The rest are as the others have them.
    """
    gone = []
    for person in people:
        db.execute("DELETE FROM named WHERE key = ? AND id = ?", (key, person))
        profile = _of_all_lists(db, person)
        if profile:
            encoded = msgspec.json.encode(profile)
            db.execute("UPDATE people SET profile = ? WHERE id = ?", (encoded, person))
        else:
            gone.append(person)
    return gone


def members(db: sqlite3.Connection, key: str) -> list[str]:
    """Who is in a list, as far as it is one that is read whole."""
    return [row[0] for row in db.execute("SELECT id FROM named WHERE key = ?", (key,))]


def _settle(db: sqlite3.Connection, key: str, reads: int, number: int) -> None:
    rows = db.execute("SELECT id FROM absent WHERE key = ? AND reads >= ?", (key, reads))
    for person in left_by(db, key, [row[0] for row in rows]):
        db.execute("DELETE FROM people WHERE id = ?", (person,))
    db.execute("DELETE FROM absent WHERE key = ? AND reads >= ?", (key, reads))
    db.execute(
        "UPDATE people SET round = ?2 WHERE id IN (SELECT id FROM absent WHERE key = ?1)",
        (key, number),
    )


def read_on(
    db: sqlite3.Connection, item: Item, seen: str | None, reading: Reading, *, most: int
) -> Sequence[Item]:
    """What is asked after a page of a list, which may have no end.

    The last page is the one before what an earlier one said. Raises NotReached for a list that has
    more pages than are read.
    """
    following = [
        onward for onward in reading.further if _is_list(onward) and onward.kind == item.kind
    ]
    if not _is_list(item) or not following:
        return reading.further
    first = item.part_of or item.key
    names_anybody = reading.profiles or len(following) < len(reading.further)
    again = "SELECT 1 FROM read_pages WHERE list = ? AND sha256 = ?"
    if names_anybody and db.execute(again, (first, seen)).fetchone() is not None:
        # Some services give the last page again to whoever asks for one behind it.
        return [onward for onward in reading.further if onward not in following]
    db.execute("REPLACE INTO read_pages VALUES (?, ?, ?)", (item.key, first, seen))
    pages = db.execute("SELECT count(*) FROM read_pages WHERE list = ?", (first,)).fetchone()[0]
    if pages >= most:
        raise NotReached(
            f"{shown(item.request.url)}: the list has more than {most:,} pages: raise"
            " `limits.pages` if it is so long, and look at `paging` if it has no end; nobody of it"
            " is taken for gone"
        )
    if reading.profiles and pages % _LOOKED_BACK == 0:
        _refuse_repeating(db, item, first, pages)
    return [
        msgspec.structs.replace(onward, part_of=first) if onward in following else onward
        for onward in reading.further
    ]


def _refuse_repeating(db: sqlite3.Connection, item: Item, first: str, pages: int) -> None:
    """Raise NotReached for a list that names the same people for ever, in pages that differ.

    Whoever is in several pages is kept as of the last one.
    """
    asked = "SELECT count(*) FROM people WHERE key IN (SELECT page FROM read_pages WHERE list = ?)"
    people = db.execute(asked, (first,)).fetchone()[0]
    if 2 * people < pages:
        raise NotReached(
            f"{shown(item.request.url)}: {pages:,} pages of the list name {people:,} people, so it"
            " may have no end: look at `paging`; nobody of it is taken for gone"
        )


def _is_list(item: Item) -> bool:
    return item.person is None
