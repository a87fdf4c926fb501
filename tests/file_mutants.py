"""Files of every format with something wrong in them, and what may then come of them.

Each mutation knows how much of the truth must remain: all of it, whole people and positions less
some, everybody but one, or nothing but an error in words.
"""

import csv
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from formats import FORMATS, Format

Rows = list[list[str]]


class Truth(Enum):
    """What a file may say in the end, if it is not refused."""

    ALL = auto()
    """The same people with the same positions."""
    ALL_OR_REFUSED = auto()
    """The same, unless the file is refused."""
    FEWER = auto()
    """No more than that: whole people, and whole positions."""
    BUT_ONE = auto()
    """The same, but for one person or row, and for people who are absent."""
    ANY = auto()
    """Its values were changed, so nobody knows: it may not break the reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One file with something wrong."""

    of: Format
    how: str
    suffix: str
    content: bytes
    truth: Truth


SHARED = ("days", "years", "popolo", "schemaorg", "columns", "rows")
"""Files in which one value is of several people: a day, an organisation, a column."""
Mutate = Callable[[random.Random, bytes], tuple[bytes, Truth]]


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def truncated(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Cut it off anywhere."""
    return content[: chance.randrange(len(content))], Truth.FEWER


def with_control_bytes(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Put a NUL, or what is no text, in one place."""
    place = chance.randrange(len(content) + 1)
    wrong = chance.choice([b"\0", b"\0" * 64, b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x1b[2J"])
    return content[:place] + wrong + content[place:], Truth.BUT_ONE


def with_a_quote(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Open a quote that nobody closes, at the beginning of a cell."""
    places = [place + 1 for place, byte in enumerate(content) if byte in b",;\t\n"]
    place = chance.choice(places or [0])
    return content[:place] + b'"' + content[place:], Truth.ANY


def doubled(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Write a line twice."""
    lines = _lines(content)
    place = chance.randrange(len(lines))
    return b"".join([*lines[: place + 1], lines[place], *lines[place + 1 :]]), Truth.BUT_ONE


def appended(_chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Write the whole file twice, as `cat` does."""
    return content + content.removeprefix("\ufeff".encode()), Truth.BUT_ONE


def garbage(chance: random.Random, _content: bytes) -> tuple[bytes, Truth]:
    """Have something else under the name."""
    page = b"<!DOCTYPE html><html><body>Sign in, please</body></html>\n"
    error = b'{"detail": "Insufficient credits"}\n'
    return chance.choice(
        [b"", b"\n\n\n", page, error, b"null", b"[]", b"7\n", chance.randbytes(500)]
    ), Truth.FEWER


def recoded(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Write it in another encoding, with a mark and without one."""
    text = content.decode("utf-8-sig")
    name = chance.choice(
        ["utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1", "utf-16-le", "utf-16-be", "cp037"]
    )
    truth = Truth.ALL_OR_REFUSED if name in {"cp1252", "latin-1"} else Truth.ALL
    return text.encode(name, "replace"), Truth.FEWER if name == "cp037" else truth


TEXTS: Sequence[Mutate] = (
    truncated,
    with_control_bytes,
    doubled,
    appended,
    garbage,
    recoded,
)


def _table(content: bytes) -> tuple[Rows, str]:
    text = content.decode("utf-8-sig")
    delimiter = max("\t;,|^~", key=text.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), delimiter


def _written(rows: Rows, delimiter: str, *, end: str = "\n") -> bytes:
    text = io.StringIO(newline="")
    # Without quotes, a line break in a cell would be one of the table where lines end otherwise.
    quoted = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    plain = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    (plain if end == "\n" else quoted).writerows(rows)
    return text.getvalue().encode()


def _header(rows: Rows) -> int:
    """The record with the names of the columns: the first of the widest."""
    return max(range(len(rows)), key=lambda place: (len(rows[place]), -place))


def shuffled_columns(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Put the columns into another order."""
    rows, delimiter = _table(content)
    width = len(rows[_header(rows)])
    order = chance.sample(range(width), width)
    moved = [[row[place] for place in order] if len(row) == width else row for row in rows]
    return _written(moved, delimiter), Truth.ALL


def shuffled_rows(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Put the rows into another order."""
    rows, delimiter = _table(content)
    head = _header(rows) + 1
    below = rows[head:]
    chance.shuffle(below)
    return _written([*rows[:head], *below], delimiter), Truth.ALL


def other_delimiter(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Part the cells by something else, and end the lines otherwise."""
    rows, _ = _table(content)
    end = chance.choice(["\n", "\r\n", "\r"])
    return _written(rows, chance.choice(",;\t|"), end=end), Truth.ALL


def repeated_heading(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Repeat the names of the columns somewhere below, as pages of a list do."""
    rows, delimiter = _table(content)
    head = _header(rows)
    place = chance.randrange(head + 1, len(rows) + 1)
    return _written([*rows[:place], rows[head], *rows[place:]], delimiter), Truth.ALL


def blank_rows(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Put empty rows and rows of blanks somewhere below."""
    rows, delimiter = _table(content)
    head = _header(rows)
    blank = [chance.choice(["", " ", "\u00a0"])] * len(rows[head])
    place = chance.randrange(head + 1, len(rows) + 1)
    return _written([*rows[:place], blank, [], *rows[place:]], delimiter), Truth.ALL


def two_columns_of_one_name(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Add a column that is called as another one, after it."""
    rows, delimiter = _table(content)
    head = _header(rows)
    name = chance.choice(rows[head])
    more = [[*row, "else"] if len(row) == len(rows[head]) else row for row in rows]
    more[head][-1] = name
    return _written(more, delimiter), Truth.ALL


def uneven_row(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Give a row too many cells, or too few."""
    rows, delimiter = _table(content)
    place = chance.randrange(_header(rows) + 1, len(rows))
    rows[place] = chance.choice(
        [rows[place][:-1], [*rows[place], "else"], rows[place][:1], rows[place] * 2]
    )
    return _written(rows, delimiter), Truth.BUT_ONE


def huge_cell(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Fill one cell with far more than anybody writes."""
    rows, delimiter = _table(content)
    place = chance.randrange(_header(rows) + 1, len(rows))
    rows[place][chance.randrange(len(rows[place]))] = chance.choice("x9=\u202e") * 300_000
    return _written(rows, delimiter), Truth.BUT_ONE


def lost_column(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Leave a column out."""
    rows, delimiter = _table(content)
    width = len(rows[_header(rows)])
    lost = chance.randrange(width)
    left = [row[:lost] + row[lost + 1 :] if len(row) == width else row for row in rows]
    return _written(left, delimiter), Truth.ANY


def wrong_cell(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Put something of another kind into a cell."""
    rows, delimiter = _table(content)
    place = chance.randrange(_header(rows) + 1, len(rows))
    wrong = [
        "",
        "\0",
        "#REF!",
        "1e999",
        "-1",
        "NaN",
        "2025-13-45",
        "0000-00-00",
        "\u202e",
        "{}",
        "=1+1",
        "\ud800",
    ]
    rows[place][chance.randrange(len(rows[place]))] = chance.choice(wrong[:-1])
    return _written(rows, delimiter), Truth.BUT_ONE


TABLES: Sequence[Mutate] = (
    *(shuffled_columns, shuffled_rows, other_delimiter, repeated_heading, blank_rows),
    *(two_columns_of_one_name, uneven_row, huge_cell, lost_column, wrong_cell, with_a_quote),
    *TEXTS,
)

WRONG: Sequence[str] = (
    *("null", "true", "7", "-1.5", "1e400", "NaN", "-Infinity", "123456789012345678901234567890"),
    *(
        '""',
        '"\\ud800"',
        '"\\u0000"',
        "[]",
        "{}",
        "[[]]",
        "[null]",
        '{"a": {"b": []}}',
        '"2025-13-45"',
    ),
    *('"' + "x" * 300_000 + '"', "[" * 150 + "]" * 150, "[" * 5000 + "]" * 5000),
)
"""Values that stand where others should, as JSON."""
_MARK = "\u2063here\u2063"


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inside in list(items):
        yield value, key
        if isinstance(inside, dict | list):
            yield from _places(inside)


def _documents(content: bytes) -> list[Any]:
    try:
        return [json.loads(content)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in _lines(content)]


def _as_json(documents: Sequence[Any], *, indent: int | None = None) -> bytes:
    return b"".join(
        json.dumps(document, ensure_ascii=False, indent=indent).encode() + b"\n"
        for document in documents
    )


def wrong_value(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Put a value of another type, or one beyond all bounds, anywhere."""
    documents = _documents(content)
    container, key = chance.choice([place for document in documents for place in _places(document)])
    container[key] = _MARK
    wrong = chance.choice(WRONG)
    text = _as_json(documents).decode().replace(json.dumps(_MARK, ensure_ascii=False), wrong)
    return text.encode(), Truth.BUT_ONE


def unknown_key(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Add a key that nobody knows, with any value."""
    documents = _documents(content)
    inside = [document for document in documents if isinstance(document, dict)]
    inside += [
        box[key]
        for document in documents
        for box, key in _places(document)
        if isinstance(box[key], dict)
    ]
    if not inside:
        return content, Truth.ALL  # a table of lists has no keys
    chance.choice(inside)["colour"] = _MARK
    wrong = chance.choice([one for one in WRONG if not one.startswith("[[[")])
    text = _as_json(documents).decode().replace(json.dumps(_MARK, ensure_ascii=False), wrong)
    # A value that no JSON has costs its own record, or the text.
    return text.encode(), Truth.ANY if wrong[:1] in "N-1" or "ud800" in wrong else Truth.ALL


def shuffled_keys(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Write the keys in another order, and over many lines or one."""

    def turned(value: Any) -> Any:
        if isinstance(value, list):
            return [turned(one) for one in value]
        if not isinstance(value, dict):
            return value
        keys = chance.sample(sorted(value), len(value))
        return {key: turned(value[key]) for key in keys}

    documents = [turned(document) for document in _documents(content)]
    return _as_json(documents, indent=chance.choice([None, 1])), Truth.ALL


def lost_key(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Leave a key out."""
    documents = _documents(content)
    container, key = chance.choice([place for document in documents for place in _places(document)])
    del container[key]
    return _as_json(documents), Truth.BUT_ONE


def in_an_answer(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Have the same records under another key, or in a list of lists."""
    documents = _documents(content)
    whole = documents[0] if len(documents) == 1 else documents
    key = chance.choice(["data", "results", "items", "records", "people"])
    return _as_json([{key: whole}], indent=chance.choice([None, 2])), Truth.FEWER


JSONS: Sequence[Mutate] = (wrong_value, unknown_key, shuffled_keys, lost_key, in_an_answer, *TEXTS)


def flipped(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Change some bytes."""
    changed = bytearray(content)
    for _ in range(chance.randrange(1, 9)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed), Truth.ANY


def bomb(chance: random.Random, content: bytes) -> tuple[bytes, Truth]:
    """Have an archive whose one table becomes far more than its size."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("staff.csv", content[:50] + b"\n" * chance.randrange(4_000_000, 9_000_000))
    return packed.getvalue(), Truth.FEWER


PACKED = frozenset({".xlsx", ".ods", ".zip", ".parquet", ".gz", ".bz2", ".xz", ".zst"})
BINARIES: Sequence[Mutate] = (truncated, flipped, flipped, garbage, bomb)


def _packed(chance: random.Random, mutant: Mutant) -> Mutant:
    """Pack a text, and break the packing now and then."""
    content = gzip.compress(mutant.content, 1, mtime=0)
    cut = chance.random() < 0.5
    return Mutant(
        of=mutant.of,
        how=f"{mutant.how}, packed{' and cut' if cut else ''}",
        suffix=f"{mutant.suffix}.gz",
        content=content[: chance.randrange(len(content))] if cut else content,
        truth=Truth.FEWER if cut and mutant.truth is not Truth.ANY else mutant.truth,
    )


def _ways(one: Format, content: bytes) -> Sequence[Mutate]:
    suffix = one.path.suffix
    if suffix in PACKED:
        return BINARIES
    if content.startswith(b"<") or suffix == ".yaml":
        return TEXTS  # what is done to the cells of a text would break tags and indents
    return JSONS if suffix.startswith(".json") else TABLES


def _truth(one: Format, how: Mutate, truth: Truth, ways: Sequence[Mutate]) -> Truth:
    """What remains of the truth, by what the format is."""
    if how is recoded and ways in (JSONS, TEXTS):
        return Truth.FEWER
    if how is truncated and one.path.suffix == ".yaml":
        return Truth.BUT_ONE  # its last record may end with any of its lines
    return Truth.ANY if truth is Truth.BUT_ONE and one.file.startswith(SHARED) else truth


def mutants(count: int, *, seed: int) -> Iterator[Mutant]:
    """So many mutants, each format in turn."""
    chance = random.Random(seed)
    for number in range(count):
        one = FORMATS[number % len(FORMATS)]
        content = one.path.read_bytes()
        ways = _ways(one, content)
        if ways is TABLES and content.startswith(b"\xff\xfe"):
            content = content.decode("utf-16").encode()
        elif ways is TABLES and "1252" in one.file:
            content = content.decode("cp1252").encode()
        how = chance.choice(ways)
        changed, truth = how(chance, content)
        made = Mutant(
            of=one,
            how=how.__name__,
            suffix=one.path.suffix,
            content=changed,
            truth=_truth(one, how, truth, ways),
        )
        yield _packed(chance, made) if ways is not BINARIES and chance.random() < 0.1 else made
