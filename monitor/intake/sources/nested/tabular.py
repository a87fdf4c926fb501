"""JSON that is a table: a list a column, or a list a row under a row of headings."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeGuard

from monitor.base.records import Json
from monitor.intake.sources.heading_words import plain
from monitor.intake.sources.nested.answers import WRAPPERS, under
from monitor.intake.sources.vocabulary import WORDS

_OF_PEOPLE = frozenset(" ".join((WORDS["id"], WORDS["name"], WORDS["last"])).split())
_TELLING = _OF_PEOPLE | {*WORDS["organization"].split()}
"""An object that says one of these once is one record."""
_KNOWN = frozenset(word for words in WORDS.values() for word in words.split())
_FEWEST = 2
"""How many columns, at the least, are a table."""


COLUMNS = ("columns", "fields", "headers", "meta.view.columns")
"""Under these keys a table has its headings, with dots between keys: texts, or objects with one;"""
ROWS = ("data", "rows", "records")
"""under these its rows."""
HEADINGS = ("name", "id")
"""The keys of the heading of a column that is an object."""


def as_records(found: Iterator[Json], heading: Sequence[str] = ()) -> Iterator[Json]:
    """Turn what a JSON text holds into a record a row, where it is a table; else pass it on.

    Known are {"Name": [...], "Company": [...]}, the same with the number of the row as a key in the
    place of each list, {"columns": [...], "data": [[...]]} as data portals and databases write it,
    and a list of lists of which the first has the headings: by itself, under a key of an answer, or
    one a line. `heading` is what was read before the rows, of a text that is read row by row.
    """
    first = next(found, None)
    second = next(found, None)
    some = chain((one for one in (first, second) if one is not None), found)
    if _is_heading([*heading]) and isinstance(first, list):
        yield from (_record(heading, row) if isinstance(row, list) else row for row in some)
        return
    if _is_heading(first) and _is_row(second):
        next(some)
        for row in some:
            # What is no row is for validation to set aside.
            yield _record(first, row) if _is_row(row) else row
        return
    for one in some:
        rows = table_in(one)
        if rows is None:
            yield one
        else:
            yield from rows


def table_in(value: Json) -> Iterator[Json] | None:
    """The rows of a table as records; None for a value that is none."""
    if _is_list_of_rows(value):
        return _under(value[0], value[1:])
    if not isinstance(value, dict):
        return None
    columns = next((names for key in COLUMNS if (names := _headings(under(value, key)))), [])
    rows = next((value[key] for key in ROWS if isinstance(value.get(key), list)), None)
    if columns and rows is not None and all(isinstance(row, list) for row in rows):
        return _under(columns, rows)
    inside = {key: one for key, one in value.items() if isinstance(one, list | dict)}
    if len(inside) == 1:
        [(key, one)] = inside.items()
        if _is_list_of_rows(one):
            return _under(one[0], one[1:])
        if key in WRAPPERS and isinstance(one, dict) and (found := _of_columns(one)) is not None:
            return found
    return _of_columns(value)


def _headings(columns: Json) -> list[str]:
    """The names of columns; none where they are not known to be that."""
    listed = columns if isinstance(columns, list) else []
    for key in HEADINGS:
        names = [one.get(key) if isinstance(one, dict) else one for one in listed]
        if _is_heading(names):
            return names
    return []


def _of_columns(value: Mapping[str, Json]) -> Iterator[Json] | None:
    """The rows of lists, or of objects with numbers of rows as keys, that are a column each."""
    value = _without_single(value)
    columns = list(value.values())
    if len(columns) < _FEWEST:
        return None
    if all(map(_is_row, columns)) and len({len(column) for column in columns}) == 1:
        return (dict(zip(value, row, strict=True)) for row in zip(*columns, strict=True))
    if all(map(_is_numbered, columns)) and len({tuple(column) for column in columns}) == 1:
        return ({name: of[row] for name, of in value.items()} for row in columns[0])
    return None


def _without_single(value: Mapping[str, Json]) -> Mapping[str, Json]:
    """The columns without what is said once beside them, where people are among the columns."""
    columns = {key: one for key, one in value.items() if isinstance(one, list | dict)}
    single = value.keys() - columns.keys()
    lengths = {len(one) for key, one in columns.items() if plain(key) in _OF_PEOPLE}
    are_people = bool(lengths)
    if len(lengths) == 1 and min(lengths) >= _FEWEST:
        # A list of another length is none of their columns, unless its name says so.
        columns = {
            key: one for key, one in columns.items() if len(one) in lengths or plain(key) in _KNOWN
        }
    return columns if are_people and not any(plain(key) in _TELLING for key in single) else value


def _under(heading: Sequence[str], rows: Sequence[Json]) -> Iterator[Json]:
    return (_record(heading, row) for row in rows)


def _record(heading: Sequence[str], row: Sequence[Json]) -> Json:
    """A row by the names of its columns; a short one has nothing in the last of them.

    Which cells of a longer one are under which heading is not known: it is no record.
    """
    return dict(zip(heading, row, strict=False)) if len(row) <= len(heading) else row


def _is_list_of_rows(value: Json) -> bool:
    return (
        isinstance(value, list)
        and len(value) >= _FEWEST
        and _is_heading(value[0])
        and all(map(_is_row, value))
    )


def _is_heading(value: Json) -> TypeGuard[list[str]]:
    return (
        isinstance(value, list)
        and len(value) >= _FEWEST
        and all(isinstance(name, str) and name.strip() for name in value)
        and len(set(value)) == len(value)
    )


def _is_row(value: Json) -> TypeGuard[list[Json]]:
    return isinstance(value, list) and not any(isinstance(cell, list | dict) for cell in value)


def _is_numbered(value: Json) -> bool:
    """Whether an object has the numbers of rows as its keys: some libraries write columns so."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(key.isdecimal() for key in value)
        and not any(isinstance(cell, list | dict) for cell in value.values())
    )
