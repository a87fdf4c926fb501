"""The records of a JSON file, one by one, wherever in it they are and however it is broken up."""

import codecs
import json
from collections.abc import Collection, Generator, Iterator
from functools import partial
from io import BytesIO
from itertools import chain, islice
from typing import BinaryIO

import ijson
import msgspec
import orjson

from monitor.base.errors import FileRefused, brief
from monitor.base.profile import FileForm
from monitor.base.records import Json
from monitor.intake.sources.nested.answers import (
    WRAPPERS,
    PersonTest,
    inside_of,
    is_person,
    unwrapped,
)
from monitor.intake.sources.nested.bounds import bounded
from monitor.intake.sources.nested.documents import READERS
from monitor.intake.sources.nested.mapping import NOBODY, RecordMapping
from monitor.intake.sources.nested.own_form import LOOKED_AT, refuse_strangers
from monitor.intake.sources.nested.tabular import COLUMNS, HEADINGS, ROWS, as_records, table_in

_PIECE = 1 << 20
_decoded = msgspec.json.Decoder().decode


_OWN = RecordMapping({"id": "id", "positions": "positions", "organization": "organization"})
"""Without a mapping, records are profiles."""


def json_profiles(  # noqa: PLR0913 -- a file and how it is written
    stream: BinaryIO,
    mapping: RecordMapping | None,
    *,
    name: str,
    where: str | None = None,
    reader: str | None = None,
    form: FileForm | None = None,
) -> Generator[bytes, None, None]:
    """The profiles of a JSON file as JSON Lines; without a mapping its records are profiles.

    A line that is no JSON is passed on as it is, so that it is set aside under its number. Raises
    FileRefused if the file is one JSON text and that is damaged.
    """
    pairs = json_pairs(stream, mapping, name=name, where=where, reader=reader, form=form)
    for record, profile in pairs:
        if isinstance(record, bytes):
            yield record
        else:
            yield _encoded(profile)


def _encoded(profile: Json) -> bytes:
    try:
        return orjson.dumps(profile, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # a number of more than 64 bits, or half of a character
        return json.dumps(profile).encode() + b"\n"


def json_pairs(  # noqa: PLR0913 -- as above
    stream: BinaryIO,
    mapping: RecordMapping | None,
    *,
    name: str,
    where: str | None = None,
    reader: str | None = None,
    form: FileForm | None = None,
) -> Iterator[tuple[Json | bytes, Json]]:
    """Each record of a JSON file beside the profile that it makes; otherwise as `json_profiles`.

    A line that is no JSON comes as its bytes, beside None.
    """
    keys = () if reader else WRAPPERS if where is None else (where,)
    people = (mapping or _OWN) if where is None else None
    found = records(stream, people, name=name, keys=keys)
    if mapping is None and reader is None:
        found = _own_records(found, name)
    if mapping is not None:
        mapping.form = form
    for number, record in enumerate(found, 1):
        if isinstance(record, bytes):
            yield record, None
            continue
        for person in READERS[reader](record) if reader else (record,):
            yield person, _profile(person, mapping, number)
    if mapping is not None and mapping.days is not None:
        mapping.days.check()
    if mapping is not None and form is not None:
        form.unread, form.keys, form.unused = mapping.unread(), mapping.keys(), mapping.unused()


def _own_records(found: Iterator[Json | bytes], name: str) -> Iterator[Json | bytes]:
    """The same records. Raises FileRefused where none of the first is a profile."""
    first = list(islice(found, LOOKED_AT))
    refuse_strangers(first, name=name)
    return chain(first, found)


def _profile(person: Json, mapping: RecordMapping | None, number: int) -> Json:
    if mapping is None or person is None or isinstance(person, str | int | float):
        return person  # what is no object is for validation to set aside
    if mapping.is_nobody(person):
        return {"id": f"record {number}", "name": NOBODY, "positions": []}
    return mapping.profile(person)


def records(
    stream: BinaryIO,
    people: PersonTest | None,
    *,
    name: str,
    keys: Collection[str] = WRAPPERS,
) -> Iterator[Json | bytes]:
    """Read the records: one a line, a list, the list in an answer, or one object after the other.

    `keys` are those under which an answer has its list, with dots between keys; `people` tells an
    answer from a person who has such a key. A line that cannot be read comes as its bytes.
    """
    head = stream.read(_PIECE).removeprefix(codecs.BOM_UTF8)
    # One line of more than a piece is a large answer rather than somebody's record.
    if is_lines(head) and (b"\n" in head or len(head) < _PIECE - len(codecs.BOM_UTF8)):
        for line in _lines(head, stream):
            try:
                record = _decoded(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                yield line if line.endswith(b"\n") else line + b"\n"
            else:
                table = table_in(record) if keys else None
                yield from unwrapped(record, keys, people) if table is None else table
        return
    pieces = bounded(chain([head], iter(partial(stream.read, _PIECE), b"")), name=name)
    first, second = next(pieces), next(pieces, b"")
    # A text that is there as a whole is looked at as a whole; a larger one has many records.
    place = _place(first, {*keys, *ROWS} if keys else ()) if second else ""
    try:
        items = ijson.items(
            ijson.from_iter(chain([head, second], pieces)),
            place,
            use_float=True,
            multiple_values=True,
        )
        for record in as_records(items, _heading(first, place)) if keys else items:
            yield from unwrapped(record, keys, people)
    except (ijson.JSONError, UnicodeDecodeError, RecursionError) as exc:
        raise FileRefused(
            f"{name}: damaged or cut short, not readable as JSON: {brief(exc)}"
        ) from exc


def are_own_lines(head: bytes, *, name: str) -> bool:
    """Whether a file that begins so has a profile in our own form on each line, as far as told.

    A damaged line is for the one who counts lines. Raises FileRefused for records of another form.
    """
    first, end, _ = _without_mark(head).partition(b"\n")
    if not is_lines(head) or not end:
        return False
    try:
        record = _decoded(first)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return True
    if table_in(record) is not None:
        return False
    inside = inside_of(record, WRAPPERS)
    if inside is not None and not is_person(record, inside, _OWN):
        return False
    *whole, _ = _without_mark(head).split(b"\n")
    refuse_strangers([_record_in(line) for line in whole[:LOOKED_AT]], name=name)
    return True


def _record_in(line: bytes) -> Json:
    try:
        return _decoded(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def is_lines(head: bytes) -> bool:
    """Whether a file that begins so is JSON Lines: its first line that says anything is an object.

    A first line that is longer than the head is taken for one.
    """
    first, end, _ = _without_mark(head).partition(b"\n")
    if not first.startswith(b"{"):
        return not first.startswith(b"[")
    # An object over many lines breaks off where something is to follow; a damaged line rarely does.
    return not (end and first.rstrip().endswith((b"{", b"[", b",")))


def _without_mark(head: bytes) -> bytes:
    return head.removeprefix(codecs.BOM_UTF8).lstrip()


def _lines(head: bytes, stream: BinaryIO) -> Iterator[bytes]:
    rest = head
    while True:
        *whole, rest = rest.splitlines(keepends=True) if rest.endswith(b"\n") else _parted(rest)
        yield from whole
        if rest.endswith(b"\n"):
            yield rest
            rest = b""
        piece = stream.read(_PIECE)
        if not piece:
            break
        rest += piece
    if rest:
        yield rest


def _parted(piece: bytes) -> list[bytes]:
    end = piece.rfind(b"\n") + 1
    return [*(line + b"\n" for line in piece[:end].split(b"\n")[:-1]), piece[end:]]


def _place(head: bytes, keys: Collection[str]) -> str:
    """Where the records of a JSON text are, as ijson names places; empty for the text itself."""
    lists = {"": "item"} | {key: f"{key}.item" for key in keys} if keys else {}
    try:
        for place, event, _ in ijson.parse(BytesIO(head), multiple_values=True):
            if event == "start_array" and place in lists:
                return lists[place]
            if event == "end_map" and not place:
                break
    except ijson.JSONError:
        pass  # the head ends somewhere, or is damaged, which reading all of it says
    return ""


def _heading(head: bytes, rows: str) -> list[str]:
    """The names of columns that stand above the place of the rows."""
    places = {f"{key}.item": "" for key in COLUMNS}
    places |= {f"{key}.item.{name}": name for key in COLUMNS for name in HEADINGS}
    found: dict[str, list[str]] = {}
    try:
        for place, event, value in ijson.parse(BytesIO(head), multiple_values=True):
            if event == "start_array" and f"{place}.item" == rows:
                break
            if event == "string" and place in places:
                found.setdefault(place, []).append(value)
    except ijson.JSONError:
        pass  # as above
    return next((names for place in places if (names := found.get(place))), [])
