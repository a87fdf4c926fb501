"""From a record of any shape to a profile: each field by a JMESPath expression.

JMESPath: https://jmespath.org/specification.html
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import jmespath
from jmespath import functions
from jmespath.exceptions import JMESPathError

from monitor.base.errors import UsageError
from monitor.base.profile import (
    DATES,
    FLAGS,
    JSON_FIELDS,
    POSITION_FIELDS,
    PROFILE_FIELDS,
    FileForm,
)
from monitor.base.records import Json
from monitor.intake.profiles.name_keys import name_key
from monitor.intake.sources.cells import of_employer
from monitor.intake.sources.dates import partial_date
from monitor.intake.sources.heading_words import telling
from monitor.intake.sources.months import month_number
from monitor.intake.sources.periods import start_and_end
from monitor.intake.sources.yes_no import with_answers

NOBODY = "No person"
"""The name of a record that is of no person: it is set aside as nobody, and is no fault."""
_FORMS = ("%B %Y", "%b %Y", "%d %b %Y", "%d %B %Y", "%B %d, %Y", "%b %d, %Y", "%m/%Y", "%Y/%m")
"""How vendors write days and months in words and figures, tried after the forms of the source."""
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*")
_SEPT = re.compile(r"\bSept\b", re.IGNORECASE)
_DOT = re.compile(r"(?<=[a-z])\.", re.IGNORECASE)
_REGISTER = re.compile(r"https?://(?:www\.)?(ror\.org|wikidata\.org)/(?:wiki/|entity/)?(\w+)/?$")
_PREFIXES = {"ror.org": "ror", "wikidata.org": "wikidata"}
_LISTED = ", "
_FIRST_RECORDS, _MOST_KEYS, _MOST_SEEN = 20, 40, 1000
Read = Callable[[Json], Json]


class _Functions(functions.Functions):
    """The functions of JMESPath, `split`, which a later version of it has, and `inner`."""

    @functions.signature({"types": ["string"]}, {"types": ["string", "number"], "variadic": True})
    def _func_split(self, text: str, separator: str, *most: float) -> list[str]:
        # https://github.com/jmespath-community/jmespath.spec: jep-014-string-functions
        return text.split(separator, int(most[0]) if most else -1) if separator else [text]

    @functions.signature({"types": ["array", "null"]}, {"types": ["string"]})
    def _func_inner(self, listed: Json, key: str) -> list[Json]:
        """Objects of lists that are inside of objects, each with the latter as its `outer`."""
        entries = []
        for one in listed or ():
            inside = one.get(key) if isinstance(one, dict) else None
            objects = [item for item in inside or () if isinstance(item, dict)]
            entries += [{**item, "outer": one} for item in objects] or [one]
        return entries


_OPTIONS = jmespath.Options(custom_functions=_Functions())


class DateLearner(Protocol):
    """Learns from the dates of a file."""

    def see(self, row: Mapping[str, Json]) -> None:
        """Remember dates as they are written, by field."""

    def check(self) -> None:
        """Learn what all of them tell; raises FileRefused where the source says otherwise."""


class RecordMapping:
    """Reads profiles out of records, by expressions for fields that were checked once."""

    def __init__(
        self,
        fields: Mapping[str, str],
        *,
        constants: Mapping[str, str] | None = None,
        dates: Sequence[str] = (),
        nobody: str | None = None,
    ) -> None:
        """Raises UsageError for a field that no profile has, or an expression that is none.

        `constants` has fields that are the same in every record; `nobody` is an expression that is
        true of records that are of no person.
        """
        self._forms = (*dates, *_FORMS)
        self.days: DateLearner | None = None
        """Is shown every date as it is written."""
        self.form: FileForm | None = None
        """Is told what is read and says nothing."""
        self.watched: frozenset[str] = frozenset()
        """Fields that are not read, of which keys may tell."""
        self._seen: set[str] = set()
        self._keyed = "name" in fields and fields["name"] == fields.get("id")
        """Whether ids are names."""
        self._in_one = "end" in fields and fields["end"] == fields.get("start")
        self._nobody = None if nobody is None else _compiled("nobody", nobody)
        unknown = sorted(fields.keys() - set(JSON_FIELDS))
        if unknown:
            raise UsageError(
                f"{unknown[0]!r} is no field of a profile; there are: {', '.join(JSON_FIELDS)}"
            )
        read = {name: _compiled(name, expression) for name, expression in fields.items()}
        read |= {name: _always(value) for name, value in (constants or {}).items()}
        self._positions: Read = read.get("positions", _alone)
        self._of_profile = [(name, read[name]) for name in PROFILE_FIELDS if name in read]
        self._of_position = [
            ("id" if name == "position_id" else name, read[name])
            for name in POSITION_FIELDS
            if name in read
        ]
        self._is_of_one = "organization" in (constants or {})
        self._organization: Read = read.get("organization", _nothing)
        self._expressions = {name: fields[name] for name in read if name in fields}
        self._unread = set(self._expressions)
        self._keys: dict[str, None] = {}
        self._looked_at = 0

    def unread(self) -> dict[str, str]:
        """Return the fields that no record had, each with its expression."""
        return {name: self._expressions[name] for name in self._expressions if name in self._unread}

    def keys(self) -> list[str]:
        """Return the keys of the first records, and of objects in lists of theirs."""
        return list(self._keys)[:_MOST_KEYS]

    def profile(self, record: Json) -> dict[str, Json]:
        """Return the profile of a record. What has no value is left out.

        A position that names no organisation stays one: it says that its person has no employer. A
        position whose organisation is withheld (`true`) is left out.
        """
        profile = self._values(self._of_profile, record)
        if self._keyed and "id" in profile:
            profile["id"] = name_key(profile["id"])
        entries = self._entries(record) if self._of_position else []
        profile["positions"] = [
            of_employer(with_answers(self._values(self._of_position, entry), self.form))
            for entry in entries
            if self._organization(entry) is not True
        ]
        if self._unread:
            self._note(record, entries, profile)
        if self.watched and len(self._seen) < _MOST_SEEN:
            self._see(record, *entries)
        return profile

    def unused(self) -> dict[str, list[str]]:
        """Return the fields that are not read, with the keys that tell of them."""
        return telling(sorted(self._seen), sorted(self.watched))

    def _see(self, *objects: Json) -> None:
        """Remember the keys of objects, and of those inside."""
        for one in objects:
            if isinstance(one, dict):
                self._seen |= one.keys()
                for inside in one.values():
                    if isinstance(inside, dict):
                        self._seen |= inside.keys()

    def is_nobody(self, record: Json) -> bool:
        """Whether a record is of no person, as an answer that found nobody."""
        return self._nobody is not None and bool(self._nobody(record))

    def telling(self, record: Json) -> tuple[bool, bool]:
        """Whether a record says where somebody is, and who: of two, the larger is the person."""
        if not isinstance(record, dict):
            return False, False
        there = any(_text(self._organization(entry)) for entry in self._entries(record))
        return there, any(name == "id" and _text(read(record)) for name, read in self._of_profile)

    def _entries(self, record: Json) -> list[Json]:
        """The positions of a record: `true`, which says that there are some, is none of them.

        Where everybody is of one organisation, a record without positions is one itself.
        """
        listed = self._positions(record)
        entries = (
            listed if isinstance(listed, list) else [listed] if isinstance(listed, dict) else []
        )
        return entries or ([record] if self._is_of_one else [])

    def _values(self, reads: Sequence[tuple[str, Read]], entry: Json) -> dict[str, Json]:
        values = {}
        for name, read in reads:
            value = self._value(name, read(entry))
            if value is not None:
                values[name] = value
        return values

    def _note(self, record: Json, entries: Sequence[Json], profile: Mapping[str, Json]) -> None:
        """Note what was read of a record, and the keys of the first ones."""
        if entries:
            self._unread.discard("positions")
        self._unread.difference_update(name for name in profile if name != "positions")
        for position in profile["positions"]:
            self._unread.difference_update(
                "position_id" if name == "id" else name for name in position
            )
        if self._looked_at < _FIRST_RECORDS:
            self._looked_at += 1
            for one in (record, *entries[:_FIRST_RECORDS]):
                self._keys |= dict.fromkeys(one if isinstance(one, dict) else ())

    def _value(self, name: str, value: Json) -> Json:
        if value is None:
            return None
        if name in DATES:
            return self._date(name, value)
        if name in FLAGS:
            return value if isinstance(value, bool) else _text(value)
        if name == "organization_id":
            return (
                _REGISTER.sub(lambda match: f"{_PREFIXES[match[1]]}:{match[2]}", _text(value) or "")
                or None
            )
        if name == "same_as":
            texts = (_text(item) for item in (value if isinstance(value, list) else [value]))
            return [text for text in texts if text] or None
        return _text(value)

    def _date(self, name: str, value: Json) -> str | None:
        """A date as a text, a year, `[year, month, day]` or `{year, month, day}`."""
        if isinstance(value, dict):
            value = [value.get(part) for part in ("year", "month", "day")]
        if isinstance(value, list):
            return _joined_date(value)
        text = _text(value)
        if text and self._in_one:
            text = start_and_end(text)[name == "end"]
        if not text:
            return None
        if self.days is not None:
            self.days.see({name: text})
        moment = _MOMENT.fullmatch(text)
        if moment:
            return moment[1]
        return partial_date(_SEPT.sub("Sep", _DOT.sub("", text)), self._forms)


def _always(value: str) -> Read:
    return lambda _record: value


def _nothing(_record: Json) -> Json:
    return None


def _alone(record: Json) -> Json:
    """A record without a list of positions is one position itself."""
    return [record]


def _compiled(name: str, expression: str) -> Read:
    """Compile an expression. A plain path, as nearly all are, is followed without JMESPath."""
    try:
        parsed = jmespath.compile(expression)
    except JMESPathError as exc:
        reason = " ".join(str(exc).split())
        raise UsageError(f"{name}: {expression!r} is no JMESPath expression: {reason}") from exc
    path = _plain_path(parsed.parsed)
    if path is not None:
        if name == "id":
            return lambda record: _alone_in_list(_followed(record, path))
        return lambda record: _followed(record, path)

    def searched(record: Json) -> Json:
        try:
            return parsed.search(record, options=_OPTIONS)
        except JMESPathError:
            return None  # a value of another type than the expression needs says nothing

    return searched


def _plain_path(node: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Name the keys of an expression that only follows keys; None for any other."""
    if node["type"] == "field":
        return (node["value"],)
    if node["type"] == "subexpression":
        paths = [_plain_path(child) for child in node["children"]]
        if all(path is not None for path in paths):
            return tuple(key for path in paths if path is not None for key in path)
    return None


def _followed(record: Json, path: Sequence[str]) -> Json:
    for key in path:
        if not isinstance(record, dict):
            return None
        record = record.get(key)
    return record


def _alone_in_list(value: Json) -> Json:
    """An id. A list of several under one key is of several people, and so nobody's."""
    return None if isinstance(value, list) and len(value) > 1 else value


def _text(value: Json) -> str | None:
    """A text, a number as a text, or a list of texts as one; None of what only says "there is"."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, list):
        texts = [text for item in value if (text := _text(item))]
        return _LISTED.join(texts) or None
    return None


def _joined_date(parts: Sequence[Json]) -> str | None:
    """Year, month and day as a partial date, as far as they go; zero and None say nothing.

    What is no date is passed on, as a text would be: an end that cannot be read is still an end.
    """
    texts: list[str] = []
    for place, part in enumerate(parts[:3]):
        text = _text(part)
        if text is None or not text.strip("0"):
            break
        if place == 1 and not text.isdecimal():
            text = str(month_number(text) or text)
        texts.append(text.zfill(2 if texts else 4))
    return "-".join(texts) or None
