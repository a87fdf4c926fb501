"""Where the fields of a profile are in a table, by the names of its columns."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count

from monitor.base.errors import FileRefused
from monitor.base.profile import FIELDS, OF_ENDS, FileForm
from monitor.base.settings import Column, Layout
from monitor.intake.sources.heading_words import plain, telling
from monitor.intake.sources.numbered import NUMBER, field_of, first_place, further_places, places_of
from monitor.intake.sources.vocabulary import HIRED, LIKE, WORDS

JOINED = frozenset({"id", "name"})
"""Of several columns named for one of these, all are needed; for the others the first there is."""
_KNOWN_BY_ANY_CASE = frozenset(
    {"id", "name", "url", "organization", "team", "title", "location", "start", "end"}
)
"""Our own names of these are found however they are written; the others are rare, and exact."""
_NAMES_OF_PEOPLE = frozenset(" ".join((WORDS["name"], WORDS["first"], WORDS["last"])).split())
Places = Mapping[str, tuple[int, ...]]
_MOST_SHOWN, _LONGEST_SHOWN = 30, 40
"""How many columns, and how much of the name of each, are in an error."""


class ColumnsMissing(FileRefused):
    """Nothing says who, or where: perhaps the table is another one."""


_POSITION = re.compile(r"column (\d+)")
_REPEATED = re.compile(r"(.+) \(column ([1-9]\d{0,4})\)")
"""A name that others have, too, with the place of its column."""


def by_position(count: int) -> tuple[str, ...]:
    """Name the columns of a table that has no heading.

    >>> by_position(2)
    ('column 1', 'column 2')
    """
    return tuple(f"column {number}" for number in range(1, count + 1))


def with_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Return a heading in which no two columns have one name.

    The cells that are empty are named by their positions; those that repeat another are counted, as
    those of further positions are.

    >>> with_names(["Name", "", "Name", "Name"])
    ('Name', 'column 2', 'Name (2)', 'Name (3)')
    """
    taken = {*cells}
    spellings = {cell: _counted(cell, taken) for cell in taken}
    return tuple(
        next(spellings[cell]) if cell.strip() else unnamed
        for cell, unnamed in zip(cells, by_position(len(cells)), strict=True)
    )


def _counted(cell: str, taken: Collection[str]) -> Iterator[str]:
    """A name as it is, and then with numbers, but for those that other columns have."""
    yield cell
    yield from (name for number in count(2) if (name := f"{cell} ({number})") not in taken)


def has_heading(layout: Layout) -> bool:
    """Whether a table has the names of its columns: not where all are given by position."""
    named = [name for column in layout.columns.values() for name in columns_in(column)]
    return not named or not all(map(_POSITION.fullmatch, named))


def columns_in(column: Column | None) -> list[str]:
    """Every column that is named for a field, in order."""
    return [name for some in _alternatives(column) for name in some]


def find_columns(
    names: Sequence[str], layout: Layout, *, name: str, fields: Iterable[str] = FIELDS
) -> Places:
    """Where each of our fields is in a row; fields that the table does not have are left out.

    A column is found by its name, or else by its name without case and punctuation if one alone has
    that. Raises FileRefused where nothing says who or, unless `fields` has no organisation, where.
    """
    wanted = [field for field in fields if field not in layout.constants]
    found = {field: _of_field(field, names, layout) for field in wanted}
    found |= _stand_ins(found, names, layout)
    lacking = [field for field in _NEEDED if field in wanted and not found[field]]
    missing = sorted(
        {repr(column) for field in lacking for column in _missing(field, names, layout)}
    )
    if missing:
        lines = ", ".join(_line(field, found, names, layout) for field in lacking)
        raise ColumnsMissing(
            f"{name}: no column {', '.join(missing)}; "
            f"its columns are {listed(names)}; "
            f"say which it is in the source's `columns`: {lines}"
        )
    return {field: where for field, where in found.items() if where}


def names_there(column: Column | None, names: Sequence[str]) -> list[str]:
    """The columns of a table that are named for a field, each of those with a number."""
    return [
        found
        for name in columns_in(column)
        for found in (
            [names[place] for place in places_of(name, names).values()]
            if NUMBER in name
            else [name]
        )
    ]


def find_further(names: Sequence[str], layout: Layout) -> Places:
    """Where the fields of further positions are in a row that has several side by side."""
    return further_places({field: columns_in(of) for field, of in layout.columns.items()}, names)


def listed(names: Sequence[str]) -> str:
    """The names of columns as an error quotes them; what is no heading may be long."""
    quoted = [repr(name[:_LONGEST_SHOWN]) for name in names[:_MOST_SHOWN]]
    more = [f"{len(names) - _MOST_SHOWN} more"] if len(names) > _MOST_SHOWN else []
    return ", ".join([*quoted, *more]) or "none"


def _stand_ins(
    found: Mapping[str, tuple[int, ...]], names: Sequence[str], layout: Layout
) -> dict[str, tuple[int, ...]]:
    """Where fields are whose columns have another name than the source says.

    It is the one column of such a name that is known for the field, as the former one is, and that
    nothing else is read from. What it holds instead is for the gates to find out.
    """
    used = {place for where in found.values() for place in where}
    stand_ins: dict[str, tuple[int, ...]] = {}
    for field, where in found.items():
        if where or field not in WORDS or (field not in layout.columns and field not in _NEEDED):
            continue
        former = columns_in(layout.columns.get(field, field))
        if field == "id" and former and former == columns_in(layout.columns.get("name")):
            continue  # whoever is known by the name is known by what stands in for it
        if former and all(_is_known(field, column) for column in former):
            some = [
                place
                for place in _known(field, names)
                if place not in used and _is_alike(field, former, names[place])
            ]
            if len(some) == 1:
                stand_ins[field] = (some[0],)
    if "name" in stand_ins and columns_in(layout.columns.get("id")) == columns_in(
        layout.columns.get("name")
    ):
        stand_ins["id"] = stand_ins["name"]
    if "team" in stand_ins and stand_ins["team"] == stand_ins.get("organization"):
        del stand_ins["team"], stand_ins["organization"]  # it may be either
    return stand_ins


def _is_known(field: str, column: str) -> bool:
    """Whether a name is one that columns of the field have."""
    word = plain(column)
    vocabulary = _NAMES_OF_PEOPLE if field == "name" else _words(field)
    return word == plain(field) or word in vocabulary


def _known(field: str, names: Sequence[str]) -> list[int]:
    return [place for place, name in enumerate(names) if plain(name) in _words(field)]


def _words(field: str) -> list[str]:
    """The names that columns of a field have; a department may be the organisation."""
    teams = WORDS["team"] if field == "organization" else ""
    return (WORDS[field] + teams).split()


def _is_alike(field: str, former: Sequence[str], name: str) -> bool:
    """Whether a column may stand in for former ones.

    An address is no id, a hire no other start, and a department no employer.
    """
    if field == "id":
        addresses = WORDS["url"].split()
        return (plain(name) in addresses) == any(plain(one) in addresses for one in former)
    if field == "organization":
        teams = WORDS["team"].split()
        return any((plain(name) in teams) == (plain(column) in teams) for column in former)
    if field == "start":
        return bool(HIRED.search(plain(name))) == any(HIRED.search(plain(one)) for one in former)
    return True


def _line(
    field: str, found: Mapping[str, tuple[int, ...]], names: Sequence[str], layout: Layout
) -> str:
    """The line of the configuration that says which column it is, with the likeliest one."""
    used = {place for where in found.values() for place in where}
    free = [name for place, name in enumerate(names) if place not in used]
    former = columns_in(layout.columns.get(field)) or [field]
    likely = [name for name in free if plain(name) in WORDS[field].split()]
    likely += [name for name in free if field in LIKE and LIKE[field].search(name.casefold())]
    candidates = [names[place] for place in _known(field, names)]
    likely += [name for name in candidates if name in free and _is_alike(field, former, name)]
    listed = ", ".join(f'"{name}"' for name in [*former, (*likely, "ITS NAME")[0]])
    return f"{field} = [{listed}]"


_NEEDED = ("id", "organization")


def describe(form: FileForm, names: Sequence[str], layout: Layout, places: Places) -> None:
    """Write down how a table is written: its columns, where each field is, and what it lacks."""
    # A broken byte in the name of a column is no text, which the form is kept as.
    kept = [name.encode("utf-8", "backslashreplace").decode() for name in names]
    form.columns = kept
    further = find_further(names, layout)
    form.found = {
        field: [kept[place] for place in where]
        + [kept[at] for name, of in further.items() if field_of(name) == field for at in of]
        for field, where in places.items()
    }
    form.keyed_by_name = are_keyed_by_name(places)
    form.stood_in = {
        field: columns_in(layout.columns.get(field, field))
        for field, where in places.items()
        if field not in layout.constants and where and not _of_field(field, names, layout)
    }
    used = {name for columns in form.found.values() for name in columns}
    left = {*OF_ENDS} - places.keys() - layout.columns.keys() - layout.constants.keys()
    form.unused = telling((name for name in kept if name not in used), left)
    form.absent = {
        field: columns_in(column)
        for field, column in layout.columns.items()
        if field not in places and field not in layout.constants and columns_in(column)
    }


def are_keyed_by_name(places: Places) -> bool:
    """Whether ids are names, alone or with something beside them."""
    name = places.get("name", ())
    return bool(name) and set(name) <= set(places.get("id", ()))


def fit(names: Sequence[str], layout: Layout) -> int:
    """Count the fields that the names of columns say, which tells the header from other lines."""
    return sum(
        bool(_of_field(field, names, layout)) for field in FIELDS if field not in layout.constants
    )


def _of_field(field: str, names: Sequence[str], layout: Layout) -> tuple[int, ...]:
    """Where a field is: of several spellings the first there is, unless they are joined."""
    if field not in layout.columns:
        place = _place(field, names, exact=field not in _KNOWN_BY_ANY_CASE)
        return () if place is None else (place,)
    for columns in _alternatives(layout.columns[field], joined=field in JOINED):
        where = [_place(column, names) for column in columns]
        there = tuple(place for place in where if place is not None)
        if len(there) == len(where):
            return there
    return ()


def _missing(field: str, names: Sequence[str], layout: Layout) -> Iterable[str]:
    """The columns that were looked for in vain; none where the field is not to be read."""
    columns = columns_in(layout.columns.get(field, field))
    return [column for column in columns if _place(column, names) is None]


def _alternatives(column: Column | None, *, joined: bool = False) -> list[list[str]]:
    """The columns of a field, several ones in each list where they are `joined`."""
    if column is None or isinstance(column, bool):
        return []
    if isinstance(column, str):
        return [[column]]
    listed = [[part] if isinstance(part, str) else [*part] for part in column]
    whole = joined and all(isinstance(part, str) for part in column)
    return [[name for part in listed for name in part]] if whole else listed


def _place(column: str, names: Sequence[str], *, exact: bool = False) -> int | None:
    if column in names:
        return names.index(column)
    at = _REPEATED.fullmatch(column)
    if at is not None and int(at[2]) <= len(names):
        name = names[int(at[2]) - 1]
        return int(at[2]) - 1 if name == at[1] or name.startswith(f"{at[1]} (") else None
    if NUMBER in column:
        return first_place(column, names)
    word = plain(column)
    alike = [place for place, name in enumerate(names) if plain(name) == word]
    return alike[0] if word and len(alike) == 1 and not exact else None
