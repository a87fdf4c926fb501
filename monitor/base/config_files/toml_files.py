"""TOML files that people write: read, checked by a JSON Schema, every error put in their words.

A schema says what was expected in the `description` of each part; `writeOnly` marks values that may
be secret and so are never shown.
"""

import json
import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema_rs

from monitor.base.config_files.partial import valid_part
from monitor.base.errors import Problem, UsageError, printable
from monitor.base.records import Json

if TYPE_CHECKING:
    # It words the errors, and takes a while to import; most files have none.
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_TYPE_NAMES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a table",
    "string": "a text",
}

KeyPath = tuple[str | int, ...]

DEEPEST = 16  # levels of nesting; hostile files nest deeper than the recursion limit
MOST_PROBLEMS = 50  # more would bury the first ones
LONGEST = 500  # characters; what was written may be of any length
LONGEST_NAME = 300  # characters, of an organisation or a column
BIGGEST_FILE = 1 << 20  # bytes; organizations.toml may be larger and says so
INTEGERS = range(-(1 << 63), 1 << 63)  # what TOML promises; larger ones cannot even be printed

_KEY_PART = re.compile(r"""[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*(\.)?""")
_OPENING = re.compile(r"[ \t]*(\[\[|\[)?")
_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}\n]',
    re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One TOML file that fits its schema, with days as `YYYY-MM-DD` texts."""

    file: str
    content: Mapping[str, Json]
    text: str = field(repr=False)  # as it was written, for finding the line of a key

    def problem(self, path: KeyPath, expected: str, *, nearest: str | None = None) -> Problem:
        """This says what is wrong at a key path, with the line of its nearest written ancestor."""
        return Problem(
            file=self.file,
            path=dotted(path),
            line=_line(_key_lines(self.text), path),
            expected=expected if len(expected) <= LONGEST else f"{expected[:LONGEST]}...",
            nearest=nearest,
        )


def can_be_written(text: str) -> bool:
    """Whether a text may stand in a file as a name."""
    return len(text) <= LONGEST_NAME and not text.isspace() and not _CONTROL.search(text)


def read(path: Path, schema: str, *, biggest: int = BIGGEST_FILE) -> Document:
    """This is the content of a file that fits `schemas/<schema>.schema.json`.

    Raises UsageError with every Problem found: unreadable, not TOML, not what the schema expects.
    """
    document, problems = read_partly(path, schema, biggest)
    if problems:
        raise refused(path, problems)
    return document


def read_partly(
    path: Path, schema: str, most: int = BIGGEST_FILE
) -> tuple[Document, list[Problem]]:
    """This is as much of a file as fits its schema, and what does not.

    Keys may still be missing where there are problems. Raises UsageError where nothing can be read.
    """
    text = _text(path, biggest=most)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise _refused(path, f"not TOML: {exc}", line=_line_in(str(exc), text)) from exc
    except ValueError as exc:  # int() refuses numbers of thousands of digits
        raise _refused(path, "not TOML: a number that is far too long") from exc
    except RecursionError as exc:
        raise _refused(path, "nested too deeply") from exc
    wrong: list[tuple[KeyPath, str]] = []
    document = Document(file=printable(path), content=_plain(raw, (), wrong), text=text)
    if wrong:
        raise refused(path, [document.problem(key_path, expected) for key_path, expected in wrong])
    problems = list(islice(_misfits(document, schema), MOST_PROBLEMS))
    sound = valid_part(document.content, _validator(schema)) if problems else document.content
    return replace(document, content=sound), problems


def refused(path: Path, problems: Iterable[Problem]) -> UsageError:
    """This is the error that stops the use of a file, with its problems in order of line."""
    ordered = sorted(dict.fromkeys(problems), key=lambda problem: (problem.line or 0, problem.path))
    return UsageError(f"{printable(path)} cannot be used:", *ordered[:MOST_PROBLEMS])


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """This is the valid name nearest to what was written, or None if none is near.

    >>> nearest("chanels", ["channels", "sources"])
    'channels'
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 -- for what was misspelt

    best = process.extractOne(
        word[:200], list(choices), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=60
    )
    return None if best is None else str(best[0])


def dotted(path: KeyPath) -> str:
    """This is a key path as people write it.

    >>> dotted(("channels", "talent", "headers", 0))
    'channels.talent.headers[0]'
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            bare = part[:80] if re.fullmatch(r"[\w@-]+", part) else json.dumps(part[:80])
            text += f".{bare}" if text else bare
    return text


def listed(value: Json) -> tuple[str, ...]:
    """This is a text or a list of texts as a tuple; an absent one is empty."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


@lru_cache
def schema_of(name: str) -> Mapping[str, Json]:
    """This is the JSON Schema of that name that ships with the program."""
    text = (files("monitor") / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    schema: Mapping[str, Json] = json.loads(text)
    return schema


@lru_cache
def _validator(name: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415 -- words what the fast one refused

    return Draft202012Validator(schema_of(name), format_checker=Draft202012Validator.FORMAT_CHECKER)


def _refused(path: Path, expected: str, *, line: int | None = None) -> UsageError:
    return refused(path, [Problem(file=printable(path), path="", line=line, expected=expected)])


def _text(path: Path, *, biggest: int) -> str:
    try:
        if not path.exists():
            raise _refused(path, "there is no such file")
        if not path.is_file():  # a pipe or a device would be read for ever
            raise _refused(path, "expected a file, this is a directory or a device")
        with path.open("rb") as stream:
            content = stream.read(biggest + 1)
    except OSError as exc:
        raise _refused(path, f"cannot be read: {exc.strerror}") from exc
    if len(content) > biggest:
        raise _refused(path, f"expected a file of at most {biggest >> 20} MiB")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as exc:
        line = content.count(b"\n", 0, exc.start) + 1
        raise _refused(path, f"expected UTF-8, byte {exc.start} is not", line=line) from exc


def _line_in(message: str, text: str) -> int:
    match = re.search(r"at line (\d+)", message)
    return int(match[1]) if match else text.count("\n") + 1


def _plain(value: Json, path: KeyPath, problems: list[tuple[KeyPath, str]]) -> Json:
    """This is the value with days as texts; what no file may hold is added to `found`."""
    if len(path) > DEEPEST:
        problems.append((path[:4], "nested too deeply"))
        return None
    if isinstance(value, dict):
        if any(_CONTROL.search(key) for key in value):
            problems.append((path, "expected keys without control characters"))
        return {key: _plain(item, (*path, key), problems) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, (*path, index), problems) for index, item in enumerate(value)]
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    expected = _unfit(value)
    if expected is not None:
        problems.append((path, expected))
    return value


def _unfit(value: Json) -> str | None:
    match value:
        case str() if _CONTROL.search(value):
            return "expected a text without control characters"
        case float() if not math.isfinite(value):
            return "expected a finite number"
        case datetime() | time():
            return "expected a text, a number or a day; times of day are never asked for"
        case int() if value not in INTEGERS:
            return "expected a number of at most 64 bits"
        case _:
            return None


@lru_cache
def _fast_validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(dict(schema_of(name)), validate_formats=True)


def _misfits(document: Document, schema: str) -> Iterator[Problem]:
    """These are the problems that the schema finds.

    One validator is a hundred times as fast, the other knows the words; both have to be content.
    """
    refusal = next(_fast_validator(schema).iter_errors(document.content), None)
    if refusal is None:
        return
    worded = False
    for error in _validator(schema).iter_errors(document.content):
        worded = True
        yield from _problems(document, error)
    if not worded:  # they read a pattern differently: a text that ends in a line break, say
        expected = "expected what the schema says, without a line break at its end"
        yield document.problem(tuple(refusal.instance_path), expected)


def _problems(document: Document, error: "ValidationError") -> Iterator[Problem]:
    path = tuple(error.absolute_path)
    rule: Mapping[str, Json] = error.schema if isinstance(error.schema, Mapping) else {}
    instance: Json = error.instance
    if "propertyNames" in error.absolute_schema_path:
        expected = f"{str(instance)[:80]!r} is no valid name; expected {_described(error, rule)}"
        yield document.problem((*path, str(instance)), expected)
        return
    match error.validator:
        case "additionalProperties" | "unevaluatedProperties":
            yield from _unknown_keys(document, path, error)
        case "enum":
            choices = [str(choice) for choice in rule["enum"]]
            near = nearest(str(instance), choices)
            expected = f"expected one of {', '.join(choices)}{_got(error, rule)}"
            yield document.problem(path, expected, nearest=near)
        case "required":
            for key in rule["required"]:
                if key not in instance:
                    yield document.problem(path, f"the key {key!r} is missing")
        case _:
            yield document.problem(path, f"expected {_described(error, rule)}{_got(error, rule)}")


def _unknown_keys(document: Document, path: KeyPath, error: "ValidationError") -> Iterator[Problem]:
    rule: Mapping[str, Json] = error.schema if isinstance(error.schema, Mapping) else {}
    valid = list(rule.get("properties", {}))
    instance: Json = error.instance
    for key in instance:
        if key in valid:
            continue
        near = nearest(key, valid)
        expected = f"unknown key; valid here: {', '.join(valid)}"
        yield document.problem((*path, key), expected, nearest=near)


def _described(error: "ValidationError", rule: Mapping[str, Json]) -> str:
    if "description" in rule:
        return str(rule["description"])
    match error.validator:
        case "type":
            wanted = [rule["type"]] if isinstance(rule["type"], str) else rule["type"]
            return " or ".join(_TYPE_NAMES[name] for name in wanted)
        case "minimum" | "exclusiveMinimum":
            return f"at least {error.validator_value}"
        case "maximum":
            return f"at most {error.validator_value}"
        case "minLength" | "minItems" | "minProperties":
            return "something, this is empty"
        case _:
            return f"what {error.validator} = {str(error.validator_value)[:80]} says"


def _got(error: "ValidationError", rule: Mapping[str, Json]) -> str:
    if rule.get("writeOnly"):
        return ""
    if isinstance(error.instance, dict):
        return ", got a table"
    text = repr(error.instance)
    return f", got {text if len(text) <= 60 else text[:57] + '...'}"  # noqa: PLR2004 -- a line's length


def _line(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


@lru_cache(maxsize=1)  # all problems of a file are found before the next file is read
def _key_lines(text: str) -> Mapping[KeyPath, int]:
    """This is the line of each table and key of a valid TOML text, but for inline tables."""
    lines: dict[KeyPath, int] = {}
    rows: dict[KeyPath, int] = {}  # how many [[rows]] of each array of tables were seen
    table: KeyPath = ()
    position, line = 0, 1
    while position < len(text):
        opening = _OPENING.match(text, position)
        bracket, start = (opening[1], opening.end()) if opening else (None, position)
        path, start = _key(text, start)
        if path and bracket:
            table = _row(path, rows, new=bracket == "[[")
            lines.setdefault(table, line)
            start += len(bracket)
        elif path:
            _remember(lines, table, path, line)
        position, passed = _end_of_value(text, start)
        line += passed
    return lines


def _remember(lines: dict[KeyPath, int], table: KeyPath, path: KeyPath, line: int) -> None:
    for length in range(1, min(len(path), DEEPEST) + 1):
        lines.setdefault(table + path[:length], line)


def _row(path: KeyPath, rows: dict[KeyPath, int], *, new: bool) -> KeyPath:
    """This is the path of a table with the index of each array of tables on its way."""
    full: KeyPath = ()
    for index, part in enumerate(path[: DEEPEST + 1]):
        full = (*full, part)
        if new and index == len(path) - 1:
            rows[full] = rows.get(full, -1) + 1
        if full in rows:
            full = (*full, rows[full])
    return full


def _key(text: str, position: int) -> tuple[KeyPath, int]:
    parts: list[str] = []
    while match := _KEY_PART.match(text, position):
        part = match[1]
        parts.append(_unquoted(part))
        position = match.end()
        if not match[2]:
            break
    return tuple(parts), position


def _unquoted(part: str) -> str:
    if part[0] == '"':
        return next(iter(tomllib.loads(f"{part} = 0")))
    return part.strip("'") if part[0] == "'" else part


def _end_of_value(text: str, position: int) -> tuple[int, int]:
    """This is where the next statement begins, and how many lines lie before it."""
    depth, passed = 0, 0
    for token in _TOKEN.finditer(text, position):
        mark = token[0]
        passed += mark.count("\n")
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        elif mark == "\n" and depth <= 0:
            return token.end(), passed
    return len(text), passed
