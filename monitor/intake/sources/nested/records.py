"""The records of a JSON file, one by one, wherever in it they are and however it is broken up."""

import codecs
from collections.abc import Collection, Generator, Iterator
from functools import partial
from io import BytesIO
from itertools import chain
from typing import BinaryIO

import ijson
import msgspec
import orjson

from monitor.base.errors import FileRefused
from monitor.base.records import Json
from monitor.intake.sources.nested.bounds import bounded
from monitor.intake.sources.nested.documents import READERS
from monitor.intake.sources.nested.mapping import RecordMapping

WRAPPERS = ("data", "results", "items", "records", "hits", "people", "profiles")
"""Keys of an answer under which services put their records."""
_PIECE = 1 << 20
_decoded = msgspec.json.Decoder().decode


def json_profiles(
    stream: BinaryIO,
    mapping: RecordMapping | None,
    *,
    name: str,
    where: str | None = None,
    reader: str | None = None,
) -> Generator[bytes, None, None]:
    """The profiles of a JSON file as JSON Lines; without a mapping its records are profiles.

    A line that is no JSON is passed on as it is, so that it is set aside under its number. Raises
    FileRefused if the file is one JSON text and that is damaged.
    """
    for record, profile in json_pairs(stream, mapping, name=name, where=where, reader=reader):
        if isinstance(record, bytes):
            yield record
        else:
            yield orjson.dumps(profile, option=orjson.OPT_APPEND_NEWLINE)


def json_pairs(
    stream: BinaryIO,
    mapping: RecordMapping | None,
    *,
    name: str,
    where: str | None = None,
    reader: str | None = None,
) -> Iterator[tuple[Json | bytes, Json]]:
    """Each record of a JSON file beside the profile that it makes; otherwise as `json_profiles`.

    A line that is no JSON comes as its bytes, beside None.
    """
    keys = () if reader else WRAPPERS if where is None else (where,)
    for record in records(stream, mapping, name=name, keys=keys):
        if isinstance(record, bytes):
            yield record, None
            continue
        for person in READERS[reader](record) if reader else (record,):
            yield person, person if mapping is None else mapping.profile(person)


def records(
    stream: BinaryIO,
    mapping: RecordMapping | None,
    *,
    name: str,
    keys: Collection[str] = WRAPPERS,
) -> Iterator[Json | bytes]:
    """Read the records: one a line, a list, the list in an answer, or one object after the other.

    `keys` are those under which an answer has its list, with dots between keys. A line that cannot
    be read comes as its bytes.
    """
    head = stream.read(_PIECE).removeprefix(codecs.BOM_UTF8)
    if is_lines(head):
        for line in _lines(head, stream):
            try:
                record = _decoded(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                yield line if line.endswith(b"\n") else line + b"\n"
            else:
                yield from unwrapped(record, keys, mapping)
        return
    pieces = bounded(chain([head], iter(partial(stream.read, _PIECE), b"")), name=name)
    place = _place(next(pieces), keys)
    try:
        found = ijson.items(
            ijson.from_iter(chain([head], pieces)), place, use_float=True, multiple_values=True
        )
        for record in found:
            yield from [record] if place else unwrapped(record, keys, mapping)
    except (ijson.JSONError, UnicodeDecodeError, RecursionError) as exc:
        reason = " ".join(str(exc).split())
        raise FileRefused(f"{name}: damaged or cut short, not readable as JSON: {reason}") from exc


def unwrapped(record: Json, keys: Collection[str], mapping: RecordMapping | None) -> Iterator[Json]:
    """Take an answer of a service apart: the records under one of the keys, or the one there."""
    if not keys:
        yield record
        return
    if isinstance(record, list):
        yield from record
        return
    if not isinstance(record, dict) or (mapping is not None and mapping.has_id(record)):
        yield record
        return
    for key in keys:
        inside: Json = record
        for part in key.split("."):
            inside = inside.get(part) if isinstance(inside, dict) else None
        if isinstance(inside, list) and all(isinstance(one, dict) for one in inside):
            yield from inside
            return
        if isinstance(inside, dict):
            yield inside
            return
    yield record


def is_lines(head: bytes) -> bool:
    """Whether a file that begins so is JSON Lines: its first line that says anything is an object.

    A first line that is longer than the head is taken for one.
    """
    first, end, _ = head.lstrip().partition(b"\n")
    if not first.startswith(b"{"):
        return not first.startswith(b"[")
    # An object over many lines breaks off where something is to follow; a damaged line rarely does.
    return not (end and first.rstrip().endswith((b"{", b"[", b",")))


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
