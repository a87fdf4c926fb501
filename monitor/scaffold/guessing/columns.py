"""Which column of a stranger's table says what: guessed from the names and from what is in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial

from msgspec.structs import replace

from monitor.base.config_files.toml_files import can_be_written
from monitor.base.profile import FIELDS, FLAGS
from monitor.base.settings import Column, Layout
from monitor.intake.profiles.name_keys import name_key
from monitor.intake.sources.columns import columns_in
from monitor.intake.sources.heading_words import (
    has_both_names,
    is_former,
    level_of,
    plain,
    reduced,
    words_of,
)
from monitor.intake.sources.vocabulary import LIKE, NOT_LIKE, ROLES, WORDS
from monitor.scaffold.guessing.date_forms import Rows, cells_of, is_date, with_dates
from monitor.scaffold.guessing.side_by_side import side_by_side
from monitor.scaffold.guessing.starts import periods_in_one
from monitor.scaffold.guessing.statuses import by_answers, said_of_status

_KINDS = frozenset(
    {"employment", "advisory", "board", "education", "contract", "volunteer", "other"}
)
_REGISTERS = ("ror:", "wikidata:", "lei:")
_USUALLY = 0.9
"""An id that is missing in more of the rows than the rest of this share is none."""

_POSITIONS_OF_LINKEDIN = frozenset({"companyname", "title", "startedon", "finishedon"})


class Uncertainty(StrEnum):
    """What a guess rests on that somebody should look at."""

    NAMES = (
        "there are no ids: people are told apart by their names, and those who share one are set"
        " aside"
    )
    ONE_PERSON = "no column says who: all rows are taken to be of one person, the owner"
    EITHER_WAY = (
        "dates such as {} may have the day or the month first, so they are left unknown:"
        " --dates %d/%m/%Y or --dates %m/%d/%Y says which"
    )
    LEFT_EMPTY = "hardly anything is in {!r}, so {!r} is taken for the {}"
    DEPARTMENTS = (
        "no column names an employer, so {!r} is taken for the organisation;"
        " --constant organization=NAME makes it the team"
    )
    SHARED_IDS = (
        "{} of {} values of {!r} stand beside several names: it may tell something else than people"
        " apart (--column id=COLUMN says what does)"
    )
    NO_DATES = "it has no dates: a move is dated by the two exports that show it"


@dataclass(frozen=True, slots=True)
class Guess:
    """How a table is taken to be written."""

    layout: Layout
    uncertainties: tuple[str, ...]
    either_way: str | None = None
    """A date of which nothing tells the day from the month."""


def understood(
    names: Sequence[str],
    rows: Rows,
    given: Layout,
    *,
    today: date | None = None,
    day_first: bool | None = None,
) -> Guess:
    """Guess what each column says; what is `given` stands.

    `today` and `day_first` help where the day and the month of dates cannot be told apart.

    >>> understood(["Person Id", "Employer"], [["p1", "Acme"]], Layout()).layout.columns
    {'id': 'Person Id', 'organization': 'Employer'}
    """
    several = side_by_side(names, rows, given, organizations=partial(_named, "organization"))
    if several is None:
        return _understood(names, rows, given, today, day_first)
    guess = _understood(several.names, several.rows, given, today, day_first)
    return Guess(several.layout(guess.layout), guess.uncertainties, guess.either_way)


def _understood(
    names: Sequence[str],
    rows: Rows,
    given: Layout,
    today: date | None,
    day_first: bool | None,  # noqa: FBT001 -- None is a value of it
) -> Guess:
    columns, constants, doubts = dict(given.columns), dict(given.constants), list[str]()
    headings = {plain(name) for name in names}
    of_given = {name for column in given.columns.values() for name in columns_in(column)}
    taken = {*of_given}
    for field in FIELDS:
        if field in columns or field in constants:
            continue
        free = [name for name in names if field in _SHARED or name not in taken]
        column = _column(field, free, names, rows)
        if column is not None or plain(field) in headings:
            columns[field] = False if column is None else column
        taken |= set() if field in _SHARED else {*columns_in(column)}
        doubts += _left_empty(field, column, free, names, rows)
    if not columns.get("start") or not columns.get("end"):
        columns |= periods_in_one(names, rows, taken=taken, is_date=is_date)
    parts = _fitting("team", [name for name in names if name not in of_given], names, rows)
    breadths = {name: _breadth(name, names, rows) for name in parts}
    doubts += _department_as_organization(columns, constants, breadths)
    if not columns.get("id") and "id" not in constants:
        who, doubt = _who(names, columns)
        columns |= {"id": who} if who else {}
        constants |= {} if who or doubt is None else {"id": "owner"}
        doubts += [doubt] if doubt else []
    layout = replace(given, columns=columns, constants=constants)
    doubts += _shared_ids(columns, names, rows)
    layout, unclear = with_dates(layout, names, rows, today, day_first)
    doubts += [] if columns.get("start") or columns.get("end") else [Uncertainty.NO_DATES]
    doubts += [Uncertainty.EITHER_WAY.format(unclear)] if unclear else []
    doubts += said_of_status(columns.get("current"), {*names} - taken, names, rows)
    kept = {field: heading for field, heading in layout.columns.items() if heading != field}
    return Guess(replace(layout, columns=kept), tuple(doubts), unclear)


def recognized(names: Sequence[str]) -> int:
    """Count the columns whose names are known, which tells the header from other lines."""
    return sum(plain(name) in _KNOWN for name in dict.fromkeys(names))


_KNOWN = frozenset(word for words in WORDS.values() for word in words.split())


_SHARED = frozenset({"id", "url", "name"})
"""An address is often an id, too; a column that was named for something else is no team."""
_FEWEST_SHARED, _SHARED_OFTEN = 2, 0.1
"""How many ids of several names, and which share of the ids, are no slips or new names."""
_SURER = frozenset({"personname", "employeename"})
"""Beside these, a `name` is that of something else."""
_EITHER_HALF = frozenset("name naam namn navn nimi nume ime 이름".split())  # noqa: SIM905
"""Names of columns that have the whole name, or the half that no other one has."""
_WHOLE_ALONE = frozenset({"nome", "nombre", "nom", "имя", "όνομα", "jméno"})
"""Names of columns that have whole names where no other one has the first or the last."""
_FILLED = 0.5
"""A column of which fewer cells are filled than this share of the fullest one's is passed over."""


def _column(field: str, free: Sequence[str], names: Sequence[str], rows: Rows) -> Column | None:
    """Choose a column for a field: the surest one by its name of those that are filled."""
    fitting = _fitting(field, free, names, rows)
    first, last = (_named(part, free) if field == "name" else [] for part in ("first", "last"))
    if first and last:
        fitting = [name for name in fitting if plain(name) not in ROLES]
    parts = _with_other_half(fitting, first, last, names, rows)
    if parts:
        return parts
    most = max((_filled(name, names, rows) for name in fitting), default=0)
    for name in fitting:
        if _filled(name, names, rows) >= _FILLED * most and (most or not rows):
            return name
    if first and last:
        return [first[0], *_named("infix", free)[:1], last[0]]
    whole = [name for name in (*first, *last) if plain(name) in _WHOLE_ALONE]
    if whole:
        return whole[0]
    return fitting[0] if fitting else None


def _with_other_half(
    fitting: Sequence[str],
    first: Sequence[str],
    last: Sequence[str],
    names: Sequence[str],
    rows: Rows,
) -> list[str]:
    """The first and the last name where one of them is in a column that is called name alone."""
    whole = next((name for name in fitting if plain(name) in _EITHER_HALF), None)
    if whole is None or bool(first) == bool(last):
        return []
    half = (*first, *last)[0]
    pairs = zip(cells_of(whole, names, rows), cells_of(half, names, rows), strict=True)
    pairs_there = [(name.casefold(), part.casefold()) for name, part in pairs if name and part]
    both = sum(part in name for name, part in pairs_there)
    if not pairs_there or half == whole or both > _SHARED_OFTEN * len(pairs_there):
        return []
    return [half, whole] if first else [whole, half]


def _fitting(field: str, free: Sequence[str], names: Sequence[str], rows: Rows) -> list[str]:
    """The columns that may hold a field by their names and by what is in them, surest first."""
    if field in FLAGS:
        status = _named("status", free) if field == "current" else []
        return by_answers([*_named(field, free), *status], names, rows)
    fits = _TESTS.get(field, bool)
    return [
        name
        for name in _named(field, free)
        if all(fits(value) for value in _values(name, names, rows))
        and (field != "id" or _tells_apart(name, names, rows))
        and (field != "title" or not _are_numbers(_values(name, names, rows)))
    ]


def _are_numbers(values: Sequence[str]) -> bool:
    """Whether a column has nothing but numbers: a place in a list, or a code, is no title."""
    return bool(values) and all(map(str.isdecimal, values))


def _tells_apart(name: str, names: Sequence[str], rows: Rows) -> bool:
    """Whether a column may have ids: most rows have one, and it is listed or of one name each."""
    if not _usual(name, names, rows):
        return False
    is_listed = plain(name) in _KNOWN or reduced(name) in WORDS["id"].split()
    called = None if is_listed else _column("name", names, names, rows)
    return called is None or not _shared_ids({"id": name, "name": called}, names, rows)


def _left_empty(
    field: str, column: Column | None, free: Sequence[str], names: Sequence[str], rows: Rows
) -> list[str]:
    """Say which surer columns were passed over because hardly anything is in them."""
    surer = _fitting(field, free, names, rows)
    if not isinstance(column, str) or column not in surer:
        return []
    return [
        Uncertainty.LEFT_EMPTY.format(name, column, field) for name in surer[: surer.index(column)]
    ]


def _department_as_organization(
    columns: dict[str, Column],
    constants: Mapping[str, str],
    breadths: Mapping[str, tuple[bool, int, int]],
) -> list[str]:
    """Take the broadest part for the organisation where nothing else says where people are.

    The next broad one is then the team.
    """
    if not columns.get("team") or columns.get("organization") or "organization" in constants:
        return []
    used = {name for field in ("title", "location") for name in columns_in(columns.get(field, ""))}
    ranked = sorted((name for name in breadths if name not in used), key=breadths.__getitem__)
    if not ranked:
        return []
    lower = [name for name in ranked if breadths[name] > breadths[ranked[0]]]
    below = [name for name in lower if not breadths[name][0]]
    columns["organization"] = ranked[0]
    columns["team"] = below[0] if below else False
    return [Uncertainty.DEPARTMENTS.format(ranked[0])]


def _breadth(name: str, names: Sequence[str], rows: Rows) -> tuple[bool, int, int]:
    """How broad a column of parts is: by how many there are, or else by its name.

    There are fewer of the broader. Last are columns that say the same in all rows.
    """
    count = len(_values(name, names, rows))
    return count == 1 and len(rows) > 1, count.bit_length(), level_of(name)


def _shared_ids(columns: Mapping[str, Column], names: Sequence[str], rows: Rows) -> list[str]:
    """Say that an id stands beside several names where it does so often."""
    who, name = columns_in(columns.get("id")), columns_in(columns.get("name"))
    if len(who) != 1 or not name or not {*who, *name} <= {*names}:
        return []
    place, places = names.index(who[0]), [names.index(part) for part in name]
    names_of: dict[str, set[str]] = {}
    for row in rows:
        if max(place, *places) < len(row) and row[place].strip():
            value_of_row = " ".join(row[part] for part in places)
            names_of.setdefault(row[place].strip(), set()).add(name_key(value_of_row).casefold())
    shared = sum(len(some) > 1 for some in names_of.values())
    if shared < max(_FEWEST_SHARED, _SHARED_OFTEN * len(names_of)):
        return []
    return [Uncertainty.SHARED_IDS.format(shared, len(names_of), who[0])]


def _filled(name: str, names: Sequence[str], rows: Rows) -> int:
    return sum(map(bool, cells_of(name, names, rows)))


def _named(field: str, names: Sequence[str]) -> list[str]:
    """Name the columns that may hold a field, the surest first; our own name is the surest."""
    writable = [name for name in names if can_be_written(name)]
    by_word = {plain(name): name for name in reversed(writable)}
    words = WORDS[field].split()
    candidates = [by_word[word] for word in words if word in by_word]
    is_own = field in names and field not in {"id", "url"} and plain(candidates[0]) not in _SURER
    own = [field] if is_own else []
    by_rest = {reduced(name): name for name in reversed(writable) if plain(name) not in _KNOWN}
    candidates += [by_rest[word] for word in words if word in by_rest]
    alike = [name for name in writable if field in LIKE and _is_like(field, name)]
    if field == "title":  # a description of a job is one of what it is, or of what is done in it
        alike.sort(key=lambda name: field not in words_of(name))
    addresses = _named("url", writable) if field == "id" else []
    return list(dict.fromkeys([*own, *candidates, *alike, *addresses]))


def _is_like(field: str, name: str) -> bool:
    """Whether words in a name that no list has tell of a field."""
    if plain(name) in _KNOWN or is_former(name):
        return False
    words = words_of(name)
    if has_both_names(name):
        return field == "name"
    is_another = field in NOT_LIKE and NOT_LIKE[field].search(words)
    if is_another or (field == "title" and _is_of_a_part(words)):
        return False
    return LIKE[field].search(words) is not None


def _is_of_a_part(words: str) -> bool:
    """Whether a title is that of a department or an employer."""
    before, title, _ = words.partition(" title")
    return bool(title) and any(LIKE[field].search(before) for field in ("organization", "team"))


def _values(column: Column | None, names: Sequence[str], rows: Rows) -> list[str]:
    if not isinstance(column, str) or column not in names:
        return []
    place = names.index(column)
    cells = (row[place].strip() for row in rows if place < len(row))
    return list(dict.fromkeys(cell for cell in cells if cell))


def _usual(name: str, names: Sequence[str], rows: Rows) -> bool:
    """Whether nearly every row that says anything much has a value there."""
    place = names.index(name)
    telling = [row for row in rows if sum(map(bool, row)) > 1 and place < len(row)]
    there = sum(bool(row[place].strip()) for row in telling)
    return not telling or there >= _USUALLY * len(telling)


_TESTS: Mapping[str, Callable[[str], bool]] = {
    "kind": lambda value: value.casefold() in _KINDS,
    "organization_id": lambda value: value.startswith(_REGISTERS),
    "updated_on": is_date,
}


def _who(
    names: Sequence[str], columns: Mapping[str, Column]
) -> tuple[Column | None, Uncertainty | None]:
    """Say what tells people apart where there are no ids."""
    name = columns.get("name")
    if name:
        joined = [*columns_in(name)]
        since = [heading for heading in names if plain(heading) == "connectedon"]
        return [*joined, *since], Uncertainty.NAMES
    if {plain(heading) for heading in names} >= _POSITIONS_OF_LINKEDIN:
        return None, Uncertainty.ONE_PERSON
    return None, None
