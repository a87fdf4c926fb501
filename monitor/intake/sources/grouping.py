"""Rows of a table as profiles: all rows of one id are one profile, wherever they stand."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

import msgspec
import orjson

from monitor.base.profile import POSITION_FIELDS, PROFILE_FIELDS
from monitor.base.records import NO_ROW, Json
from monitor.intake.profiles.ids import canonical_id
from monitor.intake.sources.many_days import OBSERVED_ON, refuse_many_days
from monitor.intake.sources.names_as_ids import Names, means, means_one, several_people

Row = Mapping[str, Json]
Numbered = tuple[int, Row]
"""A row, and the line on which it begins."""


_TELL_APART = """
UPDATE rows SET apart = true, id = CAST(id || char(0) || means AS BLOB)
WHERE id IN (SELECT id FROM rows GROUP BY id HAVING count(DISTINCT means) > 1)
"""
"""Of rows of one name those are apart that say whom they mean; a row that does not is of either."""


def grouped(
    rows: Iterable[Numbered],
    *,
    name: str,
    watched: str | None,
    names: Names | None = None,
    late: Callable[[Row], Row] | None = None,
) -> Iterator[Numbered]:
    """The rows of one id as one profile, in order of first appearance.

    They go through a temporary database that is written to disk when it outgrows its cache.
    `watched` is a column that nobody mapped and that may say when each row was seen: raises
    ManyDays if it repeats people over several days. Where ids are `names`, it says what rows of one
    name are. `late` changes a row by what only all of them tell.
    """
    with closing(sqlite3.connect("")) as spool:
        spool.execute(
            "CREATE TABLE rows"
            " (line INTEGER PRIMARY KEY, id BLOB, day TEXT, start TEXT, row BLOB,"
            " means TEXT, apart INTEGER DEFAULT false)"
        )
        spool.executemany(
            "INSERT INTO rows (line, id, day, start, row, means) VALUES (?, ?, ?, ?, ?, ?)",
            (
                (line, key(line, row), *_days(row, watched), encoded(row), means(row, names))
                for line, row in map(identified, rows)
            ),
        )
        spool.execute("CREATE INDEX by_id ON rows (id, line)")
        if names is not None:
            spool.execute(_TELL_APART)
        if watched is not None:
            refuse_many_days(spool, watched, name=name)
        ordered = spool.execute(
            "SELECT first, row, means, apart FROM rows"
            " JOIN (SELECT id, min(line) AS first FROM rows GROUP BY id) USING (id)"
            " ORDER BY first, line"
        )
        for first, group in groupby(ordered, itemgetter(0)):
            rows_of_one = [
                means_one(decoded(row), meant) if apart else decoded(row)
                for _, row, meant, apart in group
            ]
            if late is not None:
                rows_of_one = list(map(late, rows_of_one))
            yield first, profile(rows_of_one, names)


def _days(row: Row, watched: str | None) -> tuple[str | None, str | None]:
    """What decides whether a column repeats people over several days."""
    if watched is None:
        return None, None
    return text_of_day(row.get(OBSERVED_ON)), text_of_day(row.get("start"))


def text_of_day(value: Json) -> str | None:
    """The text of a cell that may be a day; None if it is empty."""
    if value is None or isinstance(value, bytes):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = value.isoformat() if isinstance(value, date) else str(value)
    # Half of a character has no place in the spool.
    return text.strip().encode("utf-8", "replace").decode() or None


def identified(numbered: Numbered) -> Numbered:
    """A row with the one form of its id, so that rows that write it otherwise are one profile's."""
    line, row = numbered
    person = row.get("id")
    if not isinstance(person, str) or (identity := canonical_id(person)) == person:
        return numbered
    rest = {field: value for field, value in row.items() if field != "id"}
    return line, {"id": identity, **rest} if identity else rest


def key(line: int, row: Row) -> bytes:
    """What the rows of one profile share; a row without an id is a (wrong) profile of its own."""
    identity = row.get("id") or f"\0{line}"
    if isinstance(identity, bytes):
        return identity
    return str(identity).encode("utf-8", "surrogateescape")


def profile(rows: list[Row], names: Names | None = None) -> Row:
    """The profile that rows of one id make; a row may have its positions inside.

    Rows of one name that are of several people make none.
    """
    fields = {
        field: row[field] for row in reversed(rows) for field in PROFILE_FIELDS if field in row
    }
    misfits = [row["misfit"] for row in rows if "misfit" in row]
    if misfits:
        return {**fields, "positions": f"{NO_ROW}{misfits[0]}"}
    shared = None if names is None else several_people(rows, names)
    if shared is not None:
        return {**fields, "positions": shared}
    if names is Names.PEOPLE:
        rows = rows[:1]  # they are equal
    nested = [row["positions"] for row in rows if "positions" in row]
    if nested:
        wrong = [one for one in nested if not isinstance(one, list)]
        return {**fields, "positions": wrong[0] if wrong else [one for of in nested for one in of]}
    positions = [position for position in map(position_of, rows) if position]
    # A row that names no employer says that there is none.
    return {**fields, "positions": positions or [{}]}


def position_of(row: Row) -> Row:
    """What a row says of a position."""
    position = {field: row[field] for field in POSITION_FIELDS if field in row}
    if "position_id" in position:
        position["id"] = position.pop("position_id")
    return position


def padded(profiles: Iterable[Numbered], *, first: int = 1) -> Iterator[bytes]:
    """JSON Lines in which each profile has the line number it is known by; empty lines fill up.

    The first of them stands for the line `first`.
    """
    line = first
    for number, row in profiles:
        yield b"\n" * (number - line) + encoded(row) + b"\n"
        line = number + 1


def encoded(row: Row) -> bytes:
    """A row as JSON, with bytes that are no text as they were."""
    try:
        line = orjson.dumps(row, default=_text, option=orjson.OPT_PASSTHROUGH_DATETIME)
    except TypeError:
        pass  # half a character, or a number of more than 64 bits
    else:
        if b"null" not in line:  # which a number that is none may stand behind
            return line
    text = json.dumps(row, ensure_ascii=False, default=_text, separators=(",", ":"))
    return text.encode("utf-8", "surrogateescape")


def decoded(row: bytes) -> Json:
    """A row that was `encoded`."""
    try:
        return msgspec.json.decode(row)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass  # bytes that are no text, or a number that is none
    return json.loads(row.decode("utf-8", "surrogateescape"))


def _text(value: object) -> str:
    """Days that a typed table has as days; whatever else is no JSON is shown and then set aside."""
    if isinstance(value, bytes):  # some writers do not say that their bytes are text
        return value.decode("utf-8", "surrogateescape")
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else repr(value)
