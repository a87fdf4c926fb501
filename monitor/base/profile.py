"""A profile as it is stored: its fields stand here, and every other form of it is made of them.

The other forms: a line of JSON (`Profile` itself), a row of a table (`FIELDS`), the rows that
DuckDB makes of lines (`JSON_STRUCTURE`), and the columns of the stored files
(`monitor/intake/profiles/rows.py`). `schemas/profile.schema.json` says what each field means; a
test holds it in step.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeAlias

from msgspec import Meta, Struct, structs

_Id: TypeAlias = Annotated[str, Meta(min_length=1)]
_Ids: TypeAlias = list[_Id] | None
_Text: TypeAlias = str | None
_Flag: TypeAlias = bool | None


class Position(Struct, gc=False):
    """What a person is or was at one organisation. The order is that of the stored columns."""

    organization: _Text = None
    organization_id: _Text = None
    team: _Text = None
    title: _Text = None
    location: _Text = None
    kind: _Text = None
    start: _Text = None
    end: _Text = None
    current: _Flag = None
    primary: _Flag = None
    id: _Text = None


class Profile(Struct, gc=False):
    """One person's public professional record at one source, in the order of the columns."""

    id: _Id
    name: _Text = None
    url: _Text = None
    same_as: _Ids = None
    updated_on: _Text = None
    positions: list[Position] | None = None


TEXT, FLAG = "VARCHAR", "BOOLEAN"
_SQL_TYPES: dict[Any, str | list[str]] = {_Id: TEXT, _Text: TEXT, _Flag: FLAG, _Ids: [TEXT]}

SqlTypes = dict[str, str | list[str]]
POSITION_TYPES: SqlTypes = {
    field.name: _SQL_TYPES[field.type] for field in structs.fields(Position)
}
PROFILE_TYPES: SqlTypes = {
    field.name: _SQL_TYPES[field.type]
    for field in structs.fields(Profile)
    if field.name != "positions"
}
"""The columns of a profile, positions aside, and of a position, with their types in DuckDB."""
SEEN_ON = "seen_on"
"""Of a line: when its person was last looked at, if that was before the day of the file."""
ABSENT_BECAUSE = "absent_because"
"""Of a line: why the source shows no profile of its person, such as `locked`, if it says so."""
JSON_STRUCTURE = json.dumps(
    {**PROFILE_TYPES, SEEN_ON: TEXT, ABSENT_BECAUSE: TEXT, "positions": [POSITION_TYPES]}
)
"""How DuckDB's `from_json` reads a line."""

DATES = ("start", "end", "updated_on")
"""The fields that are dates."""
OF_ENDS = ("end", "current")
"""The fields that say that a position is over."""
FLAGS = ("current", "primary")
"""The fields that answer yes or no."""
PROFILE_FIELDS = tuple(PROFILE_TYPES)
POSITION_FIELDS = tuple("position_id" if name == "id" else name for name in POSITION_TYPES)
FIELDS = (*PROFILE_FIELDS, *POSITION_FIELDS)
"""What a row of a table may say: of a profile, and of one of its positions."""
JSON_FIELDS = (*PROFILE_FIELDS, "positions", *POSITION_FIELDS)
"""What a mapping of JSON may name: also where the list of positions is."""


STANDS_FOR = "erased-"
"""What ids begin with that stand in the place of those of erased people; a number follows."""
_NUMBERED = re.compile(r"erased-[0-9]+")


def is_stand_in(profile: str) -> bool:
    """Whether an id stands in the place of that of an erased person.

    >>> is_stand_in("erased-12"), is_stand_in("erased-ada")
    (True, False)
    """
    return _NUMBERED.fullmatch(profile) is not None


@dataclass(slots=True, kw_only=True)
class FileForm:
    """How a file was written; of JSON only what its fields say."""

    columns: Sequence[str] = field(default_factory=list)
    """The names of its columns, in order."""
    found: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By field, the columns that it was read from."""
    absent: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By field that the source names columns for and that the file lacks, these columns."""
    encoding: str | None = None
    """Of a text."""
    keyed_by_name: bool = False
    """Whether its ids are made of names, each in its common form."""
    stood_in: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By field that was read from a column of another name, the columns that its source names."""
    errors: Mapping[str, int] = field(default_factory=dict)
    """By field, how many cells held the error of a formula, such as #REF!."""
    unanswered: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By field that answers yes or no, words that are neither and how often they are there."""
    unused: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By field that is not read, the columns or keys whose names tell of it."""
    notes: Sequence[str] = field(default_factory=list)
    """What stands below its table, each with its line."""
    number_dates: Mapping[str, str] = field(default_factory=dict)
    """By field, the form of its days as numbers, where its source does not name it."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """Of JSON, by field that no record has, where the source says that it is."""
    keys: Sequence[str] = field(default_factory=list)
    """Of such JSON, the keys of its first records."""
