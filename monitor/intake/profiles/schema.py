"""The slow way, which is the meaning: one line held against the schema, and faults in words."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import jsonschema_rs
import orjson

from monitor.base.records import NO_ROW, SHARED_NAME, Json

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

SCHEMA: Json = orjson.loads(files("monitor.schemas").joinpath("profile.schema.json").read_bytes())
DEEPEST = 500
"""Brackets within brackets; what is deeper is set aside."""

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ID = re.compile(rb'"id"\s*:\s*"([^"\\\x00-\x1f]{1,200})"')
_HALF = "holds half of a character (a lone surrogate)"
_LOOKED_AT = 4096
_SHOWN = 40
_NUMBER_AS_ID = (
    ": write ids in quotes, or say in the source's `fields` where each field is"
    ' (id = "id", positions = "positions", organization = "organization"): those may be numbers'
)
_KINDS = {str: "text", bool: "true or false", list: "a list", dict: "an object"}
_WANTED = {"string": "text", "boolean": "true or false", "array": "a list", "object": "an object"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a line is no profile."""

    id: str | None
    path: str
    reason: str


class _NoProfileError(Exception):
    """A line that is not even JSON; the text says why."""


def judge(line: bytes) -> bytes | Refusal:
    """The profile of a line, as JSON of the schema's own keys and each of them once; or why not.

    A key that stands twice in an object counts as it stands first.
    """
    try:
        record = _parsed(line)
    except _NoProfileError as refused:
        return Refusal(id=_id_in(line), path="$", reason=str(refused))
    fields = _known(record)
    if not _is_valid(fields):
        return _refusal(fields)
    try:
        return orjson.dumps(fields)
    except orjson.JSONEncodeError:  # half of a surrogate pair, which is no text anywhere
        return Refusal(
            id=_id_in(line), path="$", reason="holds half of a character (a lone surrogate)"
        )


def _parsed(line: bytes) -> Json:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _NoProfileError(f"not UTF-8: byte {error.start + 1} of the line") from error
    if line.lstrip().startswith(b"["):
        raise _NoProfileError(
            "expected an object, found a list: profiles stand one a line, as"
            " `jq -c '.[]' FILE` writes those of a list"
        )
    if line.count(b"[") + line.count(b"{") > DEEPEST and _depth(line) > DEEPEST:
        raise _NoProfileError(f"brackets within brackets, more than {DEEPEST} deep")
    try:
        return json.loads(
            text, object_pairs_hook=_first_of_each, parse_constant=_no_number, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        raise _NoProfileError(f"not JSON: {error.msg} at character {error.pos + 1}") from error
    except RecursionError as error:
        raise _NoProfileError("brackets within brackets, too deep to read") from error


def _first_of_each(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    return dict(reversed(pairs))


def _no_number(name: str) -> Json:
    raise _NoProfileError(f"not JSON: {name} is no number there")


def _integer(digits: str) -> float:
    """Any number will do: none is a value of the schema, and Python limits the digits of an int."""
    return float(digits)


def _depth(line: bytes) -> int:
    depth = deepest = 0
    for byte in _STRING.sub(b"", line):
        depth += (byte in b"[{") - (byte in b"]}")
        deepest = max(deepest, depth)
    return deepest


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(SCHEMA)


@cache
def _explainer() -> "Draft202012Validator":
    # It words what the fast one refused, and takes a while to import.
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    return Draft202012Validator(SCHEMA)


def _is_valid(record: Json) -> bool:
    try:
        return _validator().is_valid(record)
    except ValueError:  # half of a surrogate pair, or deeper than the validator goes
        return False


def _known(record: Json) -> Json:
    """The record less the keys that the schema does not know, which may be anything."""
    if not isinstance(record, dict):
        return record
    own_fields = {key: record[key] for key in SCHEMA["properties"] if key in record}
    positions = own_fields.get("positions")
    if isinstance(positions, list):
        fields = SCHEMA["$defs"]["position"]["properties"]
        own_fields["positions"] = [
            {key: position[key] for key in fields if key in position}
            if isinstance(position, dict)
            else position
            for position in positions
        ]
    return own_fields


def _refusal(record: Json) -> Refusal:
    identity = record.get("id") if isinstance(record, dict) else None
    known_as = identity if isinstance(identity, str) and identity.isprintable() else None
    try:
        errors = sorted(
            _explainer().iter_errors(record), key=lambda error: list(map(str, error.path))
        )
    except RecursionError:
        errors = []
    if not errors:
        return Refusal(id=known_as, path="$", reason=_HALF)
    path, reason = _words(errors[0])
    more = len({error.json_path for error in errors}) - 1
    also = f" (and {more} more {'fault' if more == 1 else 'faults'})" if more else ""
    return Refusal(id=known_as or None, path=path, reason=reason + also)


def _words(error: "ValidationError") -> tuple[str, str]:
    path = error.json_path
    value: Json = error.instance
    asked: Json = error.validator_value
    match error.validator:
        case "required":
            missing = next(key for key in asked if key not in value)
            return f"{path}.{missing}", "is missing"
        case "type" if isinstance(value, str) and value.startswith((NO_ROW, SHARED_NAME)):
            return "$", value
        case "type":
            names = [asked] if isinstance(asked, str) else asked
            expected = " or ".join(_WANTED[name] for name in names if name != "null")
            way = _NUMBER_AS_ID if path == "$.id" and isinstance(value, float) else ""
            return path, f"expected {expected}, found {_shown(value)}{way}"
        case "minLength":
            return path, "is empty"
        case "pattern" if "\0" not in value:
            return path, "is blank"
        case _:
            return path, "holds a NUL character, which is no text"


def _shown(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"the number {value:.15g}"
    if isinstance(value, str):
        return f"the text {value[:_SHOWN]!r}"
    return _KINDS[type(value)]


def _id_in(line: bytes) -> str | None:
    """The id of a line that cannot be parsed, if one can be made out."""
    match = _ID.search(line[:_LOOKED_AT])
    with_replacements = match[1].decode("utf-8", "replace") if match else None
    return with_replacements if with_replacements and "\ufffd" not in with_replacements else None
