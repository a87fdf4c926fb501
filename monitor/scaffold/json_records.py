"""Where in the records of a stranger's JSON the fields of a profile are: known, or guessed."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import msgspec
from msgspec import structs

from monitor.base.errors import FileRefused, SourceError, printable
from monitor.base.profile import POSITION_FIELDS, PROFILE_FIELDS
from monitor.base.records import Json
from monitor.base.settings import Column, Layout
from monitor.intake.sources.columns import columns_in
from monitor.intake.sources.content import content_of
from monitor.intake.sources.heading_words import plain
from monitor.intake.sources.nested import NamedLayout, RecordMapping, layout_of, records
from monitor.intake.sources.vocabulary import WORDS
from monitor.scaffold.guessing.columns import Guess, Uncertainty, recognized, understood
from monitor.scaffold.guessing.starts import column_of_hire

_SAMPLE = 200
_MOSTLY = 0.5
"""Records are in our own form if this share of them are: what does not fit is set aside."""
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MOST_KEYS = 400
_PARTS_OF_A_DATE = ("year", "month", "day")
"""The keys of an object that is a date."""
_PERSONS = frozenset(
    ("profile", "person", "user", "member", "employee", "worker", "staff", "candidate", "contact")
)
"""Keys of an object that is a person: a name inside of it is the person's."""
_WRAPPERS = frozenset(("attributes", "fields", "properties", "value", "node", "data", "source"))
"""Keys that only hold what is in them."""
_IDS = frozenset(("id", "uuid", "uid", "guid", "url", "login", "username"))
_NAMES = frozenset(word for field in ("name", "first", "last") for word in WORDS[field].split())
_ANSWERED = frozenset(f"{WORDS['current']} {WORDS['status']}".split())
_OF_PEOPLE = (Uncertainty.NAMES, Uncertainty.ONE_PERSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonExport:
    """How a JSON export is written."""

    layout: Layout
    named: NamedLayout | None = None
    """The shipped layout that fits, if one does."""
    examples: Mapping[str, str] = field(default_factory=dict)
    """By field, a value of the first record that has one."""
    uncertainties: tuple[str, ...] = ()
    hired_on: str | None = None
    """The key with the day on which people were hired, which is no start of a position."""
    guessed: bool = False
    """Whether its keys were guessed, as they are of no shipped layout and not our own."""


def json_export(path: Path, given: Layout) -> JsonExport:
    """Find out where in a JSON export the fields are; what is `given` stands.

    Raises SourceError if the file cannot be read.
    """
    try:
        sample = list(islice(_sample(path, given), _SAMPLE))
    except (FileRefused, OSError) as exc:
        raise SourceError(f"{printable(path.name)}: cannot be read: {exc}") from exc
    own = sum(map(_is_profile, sample))
    if own >= _MOSTLY * len(sample):
        return JsonExport(layout=given)
    # Persons and organisations may stand apart in one document, which is read whole only then.
    named = layout_of(sample) or layout_of(list(islice(_sample(path, given, whole=True), 1)))
    if named is not None and not given.fields:
        return JsonExport(
            layout=structs.replace(given, layout=named.name),
            named=named,
            examples=_examples(named.fields, sample),
        )
    return _guessed(sample, given)


def _sample(path: Path, given: Layout, *, whole: bool = False) -> Iterator[Json]:
    with path.open("rb") as file:
        text = content_of(path, file, given).stream
        keys = {"keys": ()} if whole else {}
        for record in records(text, _ByWords(), name=printable(path.name), **keys):
            if isinstance(record, dict):
                yield record


class _ByWords:
    """Tells somebody's record from an answer before there is a mapping: by its keys."""

    def telling(self, record: Json) -> tuple[bool, bool]:
        """Whether a record is of a known kind, and whether it has somebody's name."""
        if not isinstance(record, dict):
            return False, False
        told_by_words = _is_profile(record) or layout_of([record]) is not None
        return told_by_words, told_by_words or any(plain(key) in _NAMES for key in record)


def _is_profile(record: Json) -> bool:
    """Whether a record is a profile in our own form already."""
    positions = record.get("positions")
    return (
        isinstance(record.get("id"), str)
        and isinstance(positions, list)
        and all(isinstance(position, dict) and "organization" in position for position in positions)
    )


def _guessed(sample: Sequence[Json], given: Layout) -> JsonExport:
    """Guess as for a table, whose columns are the keys of the records and of their positions."""
    outer = _Table.of(sample)
    who = understood(outer.names, outer.rows, Layout(constants=given.constants))
    tables: dict[str | None, _Table] = {None: outer}
    tables |= {key: _Table.of(_entries(sample, key)) for key in _lists(sample)}
    outside = structs.replace(given, constants={**given.constants, "id": "outside"})
    guesses = {key: understood(table.names, table.rows, outside) for key, table in tables.items()}
    key = max(guesses, key=lambda place: _telling(guesses[place], tables[place]))
    fields = {} if key is None else {"positions": _quoted(key)}
    fields |= outer.expressions(who.layout.columns, PROFILE_FIELDS)
    fields |= tables[key].expressions(guesses[key].layout.columns, POSITION_FIELDS)
    fields |= given.fields
    hired_on = None
    if key is None and "start" not in given.fields:
        columns = {**guesses[None].layout.columns, "id": who.layout.columns.get("id", "id")}
        layout = structs.replace(given, columns=columns)
        hired_on = column_of_hire(layout, outer.names, outer.rows)
    doubts = [uncertainty for uncertainty in who.uncertainties if uncertainty in set(_OF_PEOPLE)]
    return JsonExport(
        layout=structs.replace(given, fields=fields, dates=guesses[key].layout.dates),
        examples=_examples(fields, sample),
        guessed=True,
        hired_on=hired_on,
        uncertainties=(*doubts, *guesses[key].uncertainties),
    )


def _telling(guess: Guess, table: "_Table") -> tuple[bool, int]:
    """How much a table says of positions: above all, at which organisations they are."""
    expressions = table.expressions(guess.layout.columns, POSITION_FIELDS)
    return "organization" in expressions, len(expressions)


def _lists(sample: Sequence[Json]) -> list[str]:
    """The keys under which records have lists of objects."""
    return list(
        dict.fromkeys(
            key
            for record in sample
            for key, value in record.items()
            if isinstance(value, list) and value and isinstance(value[0], dict)
        )
    )


def _entries(sample: Sequence[Json], key: str) -> list[Json]:
    listed = (entry for record in sample for entry in _list(record.get(key)))
    return [entry for entry in listed if isinstance(entry, dict)]


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Objects as a table: a column is the way to a value."""

    ways: Mapping[str, str]
    """By column, the JMESPath expression."""
    rows: Sequence[Sequence[str]]

    @classmethod
    def of(cls, objects: Sequence[Json]) -> "_Table":
        flat = [dict(_flat(item)) for item in objects]
        found = dict.fromkeys(way for row in flat for way in row)
        # As an empty column of a table: ends are all null until somebody leaves.
        found |= dict.fromkeys(_always_null(objects, found))
        ways = {_column(way): way for way in reversed(list(found)[:_MOST_KEYS])}
        return cls(
            ways=ways, rows=[tuple(row.get(way, "") for way in ways.values()) for row in flat]
        )

    @property
    def names(self) -> list[str]:
        """Its columns."""
        return list(self.ways)

    def expressions(self, columns: Mapping[str, Column], wanted: Collection[str]) -> dict[str, str]:
        """By field, the expression of the columns that are taken for it."""
        paths = {}
        for name in wanted:
            column = columns.get(name, name if name in self.ways else False)
            ways = [self.ways[part] for part in columns_in(column)]
            if ways:
                paths[name] = ways[0] if len(ways) == 1 else f"join(' ', [{', '.join(ways)}][?@])"
        return paths


def _always_null(objects: Sequence[Json], found: Iterable[str]) -> list[str]:
    """The ways to what is null wherever it is there, in objects inside as well."""
    beginnings = {way[:place] for way in found for place in _ends(way)}
    ways = dict.fromkeys(way for item in objects for way in _nulls(item))
    return [way for way in ways if way not in beginnings]


def _ends(way: str) -> list[int]:
    return [*(place for place, mark in enumerate(way) if mark == "."), len(way)]


def _nulls(value: Mapping[str, Json], before: str = "") -> Iterator[str]:
    for key, inside in value.items():
        way = f"{before}{_quoted(key)}"
        if inside is None:
            yield way
        elif isinstance(inside, dict):
            yield from _nulls(inside, f"{way}.")


def _column(way: str) -> str:
    """Name the column of a way: all of it, or as much of its end as the vocabulary knows."""
    # `title.name` is a title: a name inside of something is what that is called.
    keys = way.replace('"', "").split(".")
    keys = [key for key in keys if plain(key) not in _WRAPPERS] or keys
    if len(keys) > 1 and plain(keys[-1]) in _IDS and plain(keys[-2]) not in _PERSONS:
        return ".".join(keys)  # of an organisation, or of anything else
    if keys[-1] == "name" and len(keys) > 1:
        keys = keys[-1:] if plain(keys[-2]) in _PERSONS else keys[:-1]
    paths = (".".join(keys[start:]) for start in range(len(keys)))
    return next((name for name in paths if recognized([name])), ".".join(keys))


def _flat(value: Mapping[str, Json], before: str = "") -> Iterator[tuple[str, str]]:
    """Every text and number in an object, with the way to it."""
    for key, inside in value.items():
        way = f"{before}{_quoted(key)}"
        if isinstance(inside, dict) and _PARTS_OF_A_DATE[0] in inside.keys() <= {*_PARTS_OF_A_DATE}:
            yield way, "-".join(str(inside[part]) for part in _PARTS_OF_A_DATE if inside.get(part))
        elif isinstance(inside, dict):
            yield from _flat(inside, f"{way}.")
        elif isinstance(inside, bool):
            # Any other only says that there is something.
            if plain(key) in _ANSWERED:
                yield way, str(inside).lower()
        elif isinstance(inside, str | int | float):
            yield way, str(inside)


def _quoted(key: str) -> str:
    return key if _BARE.fullmatch(key) else msgspec.json.encode(key).decode()


def _examples(fields: Mapping[str, str], sample: Sequence[Json]) -> dict[str, str]:
    """By field, the first value that there is."""
    mapping = RecordMapping(fields)
    examples: dict[str, str] = {}
    for record in sample:
        profile = mapping.profile(record)
        positions = profile.pop("positions")
        position = dict(next(iter(positions), {}))
        if "id" in position:
            position["position_id"] = position.pop("id")
        for name, value in (*profile.items(), *position.items()):
            examples.setdefault(name, str(value))
    return examples
