"""Tables in which a row has several positions side by side: Company 1, Title 1, Company 2, Title 2.

In the name of a column `{n}` stands for what counts: a number, a word such as "previous", or
nothing where the first ones have none (`Employer`, `Employer (2)`).
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from monitor.base.profile import POSITION_FIELDS
from monitor.intake.sources.heading_words import plain
from monitor.intake.sources.vocabulary import FORMER

NUMBER = "{n}"
COUNTING = rf"\d{{1,3}}|{FORMER}"
"""What stands in the place of `{n}`; of words in front of another one, the whole word."""
_MARK = "\0"
"""Parts a field from the number of its position; no field and no number has it."""
Row = Mapping[str, Any]


@lru_cache(maxsize=4096)
def _pattern(column: str) -> re.Pattern[str]:
    before, _, behind = column.partition(NUMBER)
    return re.compile(f"{re.escape(plain(before))}({COUNTING}|){re.escape(plain(behind))}")


@lru_cache(maxsize=256)
def _places(column: str, names: tuple[str, ...]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for place, name in enumerate(names):
        match = _pattern(column).fullmatch(plain(name))
        if match is not None:
            found.setdefault(match[1], place)
    return found


def places_of(column: str, names: Sequence[str]) -> dict[str, int]:
    """By what counts them, where the columns are that a name with `{n}` means, in their order.

    >>> places_of("Employer ({n})", ["Name", "Employer (2)", "Employer", "Employer (10)"])
    {'': 2, '2': 1, '10': 3}
    """
    found = _places(column, tuple(names))
    return {key: found[key] for key in sorted(found, key=_order)}


def first_place(column: str, names: Sequence[str]) -> int | None:
    """Where a column of the first position is; one that counts from two is none of it.

    >>> first_place("End {n}", ["End 2", "End 3"]), first_place("End {n}", ["End 2", "End 1"])
    (None, 1)
    """
    places = places_of(column, names)
    return next((places[key] for key in places if key in ("", "0", "1")), None)


def _order(key: str) -> tuple[bool, int]:
    """Nothing goes before the numbers, and whatever is former behind them."""
    return (not key.isdecimal() and bool(key), int(key) if key.isdecimal() else -1)


def further_places(
    columns: Mapping[str, Sequence[str]], names: Sequence[str]
) -> dict[str, tuple[int, ...]]:
    """Where the fields of every position but the first are in a row.

    `columns` has the spellings of each field of a position. They are counted as their organizations
    are, or else their titles. Of the fields of the first one, `find_columns` tells.
    """
    numbered = {
        field: [places_of(column, names) for column in spellings if NUMBER in column]
        for field, spellings in columns.items()
        if field in POSITION_FIELDS
    }
    counted = next((of for field in ("organization", "title") if (of := numbered.get(field))), [])
    keys = sorted({key for places in counted for key in places}, key=_order)
    further: dict[str, tuple[int, ...]] = {}
    for key in keys[1:]:
        for field, spellings in numbered.items():
            place = next((places[key] for places in spellings if key in places), None)
            if place is not None:
                further[f"{field}{_MARK}{key}"] = (place,)
    return further


def field_of(name: str) -> str:
    """The field of a place, whichever position it is of."""
    return name.partition(_MARK)[0]


def apart(row: Row) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a row says of a person and the first position, and each further position."""
    first: dict[str, Any] = {}
    further: dict[str, dict[str, Any]] = {}
    for name, value in row.items():
        field, mark, key = name.partition(_MARK)
        (further.setdefault(key, {}) if mark else first)[field] = value
    return first, [_former(key, position) for key, position in further.items()]


def are_dated(places: Mapping[str, Sequence[int]]) -> bool:
    """Whether a table says of further positions when they ended, or whether they go on."""
    return any(name.startswith((f"end{_MARK}", f"current{_MARK}")) for name in places)


def _former(key: str, position: dict[str, Any]) -> dict[str, Any]:
    """A position that is called a former one, and has no dates, is over."""
    named = bool(key) and not key.isdecimal()
    dated = position.keys() & {"start", "end", "current"}
    return {**position, "current": False} if named and not dated else position
