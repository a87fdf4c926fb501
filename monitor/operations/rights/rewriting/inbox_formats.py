"""Files of people, of every format that is read, without some of them.

What a file says of others stays as it was written, in its encoding and packed as it was; JSON
documents and Parquet files are written anew with the same content. Spreadsheets, YAML and .tar have
more in them than can be written back (formulas, comments, owners): those are not changed.
"""

import bz2
import csv
import gzip
import json
import lzma
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from monitor.base.errors import FileRefused
from monitor.base.settings import Layout
from monitor.intake.forgetting.words import Words, lines_of, tells
from monitor.intake.profiles.ids import canonical_id
from monitor.intake.sources.archives import TAR, ZIP
from monitor.intake.sources.columns import by_position, columns_in, has_heading
from monitor.intake.sources.content import (
    JSON,
    PARQUET,
    SHEETS,
    TABLES,
    YAML,
    content_of,
    encoding_of,
    kind_of,
)
from monitor.intake.sources.headers import DELIMITERS
from monitor.intake.sources.heading_words import plain
from monitor.intake.sources.nested.of_layout import expressions_of

_QUOTE = '"'
_BATCH = 20_000
_TOP = 20
"""In this many rows at the top of a table its heading is looked for."""
_MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
Json = Any


class Unchanged(Exception):
    """A file does not have the person."""


class CannotRewrite(Exception):
    """A file has the person, and cannot be written without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Who is to be taken out of the files of a source."""

    ids: frozenset[str]
    addresses: frozenset[str]
    """In the form of ids."""
    words: Words
    """Ids that nothing else is called by, and addresses."""
    names: Words
    """How they are called, as others may be."""
    id_names: frozenset[str]
    """What columns and keys with ids are called, plain."""
    has_heading: bool = True
    """Whether tables have the names of their columns."""

    @classmethod
    def of(cls, ids: set[str], words: Mapping[str, str], layout: Layout) -> "Sought":
        """Say it by ids, and by all words (an address stands for nothing)."""
        expression = expressions_of(layout).get("id", "id")
        column = layout.columns.get("id")
        names = {"id", expression.replace("]", "").rpartition(".")[2], *columns_in(column)}
        addresses = {word for word, other in words.items() if not other}
        telling = {profile for profile in ids if tells(profile)}
        called = words.keys() - addresses - ids
        return cls(
            ids=frozenset(ids),
            addresses=frozenset(map(canonical_id, addresses)),
            words=Words(dict.fromkeys(addresses | telling, "")),
            names=Words(dict.fromkeys(called, "")),
            id_names=frozenset(map(plain, names)),
            has_heading=has_heading(layout),
        )

    def is_named(self, text: str, key: str = "") -> bool:
        """Whether a cell or value is the person's; a short id only where ids stand."""
        there = canonical_id(text)
        if there in self.addresses:
            return True
        return there in self.ids and (tells(there) or plain(key) in self.id_names)


def holds(path: Path, layout: Layout, sought: Sought) -> bool:
    """Whether a file has the person, or the name. Raises FileRefused if nobody can read it."""
    if kind_of(path) == PARQUET:
        return _parquet_without(path, None, sought)
    with path.open("rb") as file:
        content = content_of(path, file, layout)
        text = content.stream.read()
    encoding = content.encoding or (
        encoding_of(path, layout) if content.suffix in TABLES else "utf-8"
    )
    decoded = text.decode(encoding, "replace")
    return sought.names.are_in(decoded) or _holds_text(decoded, content.suffix, sought)


def rewrite(path: Path, into: Path, layout: Layout, sought: Sought) -> None:
    """Write a file without the person.

    Raises Unchanged where it does not have them, CannotRewrite where it has and cannot be written,
    FileRefused where nobody can read it.
    """
    kind = kind_of(path)
    if kind in SHEETS | YAML | {TAR}:
        raise CannotRewrite if holds(path, layout, sought) else Unchanged
    if kind == PARQUET:
        is_changed = _parquet_without(path, into, sought)
    elif kind == ZIP:
        is_changed = _archive_without(path, into, layout, sought)
    else:
        is_changed = _text_without(path, into, layout, sought)
    if not is_changed:
        raise Unchanged


def _text_without(path: Path, into: Path, layout: Layout, sought: Sought) -> bool:
    suffix = kind_of(path)
    encoding, mark = _written_in(path, layout, suffix)
    text = _unpacked(path).removeprefix(mark).decode(encoding, "surrogateescape")
    without = _without(text, suffix, sought)
    if without is None:
        return False
    data = mark + without.encode(encoding, "surrogateescape")
    into.write_bytes(_packed(data, path.suffix.lower()))
    return True


def _written_in(path: Path, layout: Layout, suffix: str) -> tuple[str, bytes]:
    """The encoding of a text, and the mark that it begins with."""
    head = _unpacked(path)[:4]
    for encoding, mark in _MARKS.items():
        if head.startswith(mark):
            return encoding, mark
    if len(head) > 1 and 0 in head[:2]:
        return ("utf-16-le" if head[1] == 0 else "utf-16-be"), b""
    return (encoding_of(path, layout) if suffix in TABLES else "utf-8"), b""


def _unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    unpack, _ = _PACKINGS.get(path.suffix.lower(), (bytes, bytes))
    return unpack(data)


def _packed(data: bytes, suffix: str) -> bytes:
    _, pack = _PACKINGS.get(suffix, (bytes, bytes))
    return pack(data)


def _without_frames(data: bytes) -> bytes:
    frames = zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True)
    return bytes(frames.read())


_PACKINGS: Mapping[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    ".gz": (gzip.decompress, partial(gzip.compress, mtime=0)),
    ".bz2": (bz2.decompress, bz2.compress),
    ".xz": (lzma.decompress, lzma.compress),
    ".zst": (_without_frames, lambda data: bytes(zstandard.ZstdCompressor().compress(data))),
}
"""By the suffix of a packing: what unpacks, and what packs."""


def _without(text: str, suffix: str, sought: Sought) -> str | None:
    """A text without the person; None if it does not have them. Raises CannotRewrite as above."""
    if suffix in TABLES:
        records = list(_records(text))
        names = _named_in_cells(records, sought)
        changed = "".join(record for record in records if not names(record))
    else:
        changed = _json_without(text, sought)
    if _holds_text(changed, suffix, sought):
        raise CannotRewrite
    return None if changed == text else changed


def _holds_text(text: str, suffix: str, sought: Sought) -> bool:
    if sought.words.are_in(text):
        return True
    if suffix in TABLES:
        records = list(_records(text))
        return any(map(_named_in_cells(records, sought), records))
    return _json_without(text, sought) != text


def _json_without(text: str, sought: Sought) -> str:
    """JSON Lines without the lines of a person, or a document without their records."""
    lines = lines_of(text)
    if len(lines) < 2 or _read(lines[0]) is _GONE:  # noqa: PLR2004 -- several lines are records
        return _document_without(text, sought)
    return "".join(_line_without(line, sought) for line in lines)


def _line_without(line: str, sought: Sought) -> str:
    value = _read(line)
    if value is _GONE:  # it is set aside when it is read; it goes where it has the person
        return "" if sought.words.are_in(line) else line
    new = _pruned(value, sought)
    if new is _GONE:
        return ""
    return line if new == value else f"{json.dumps(new, ensure_ascii=False)}\n"


def _read(line: str) -> Json:
    """The value of a line; `_GONE` where it is none."""
    try:
        return orjson.loads(line.removeprefix("\ufeff").encode("utf-8", "surrogateescape"))
    except orjson.JSONDecodeError:
        return None if not line.strip() else _GONE


_GONE: Json = object()
"""What stands in the place of a record of the person."""


def _document_without(text: str, sought: Sought) -> str:
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except ValueError:
        if sought.words.are_in(text):
            raise CannotRewrite from None
        return text
    new = _pruned(value, sought)
    if new is _GONE:
        if _has_records(value):  # what is said of them stands beside the records of others
            raise CannotRewrite
        return ""
    if new == value:
        return text
    indent = 2 if "\n" in text.strip() else None
    return f"{json.dumps(new, ensure_ascii=False, indent=indent)}\n"


def _has_records(value: Json) -> bool:
    if not isinstance(value, dict) or "id" in value or "positions" in value:
        return False
    lists = [part for part in value.values() if isinstance(part, list)]
    return any(isinstance(part, dict) for some in lists for part in some)


def _pruned(value: Json, sought: Sought, key: str = "") -> Json:
    """JSON without the smallest records that are the person's; `_GONE` if it is one itself."""
    if isinstance(value, list):
        kept = [new for part in value if (new := _pruned(part, sought, key)) is not _GONE]
        return _GONE if value and not kept and not isinstance(value[0], dict) else kept
    if not isinstance(value, dict):
        is_theirs = isinstance(value, str | int) and sought.is_named(str(value), key)
        return _GONE if is_theirs else value
    kept_of = {}
    for name, one in value.items():
        if sought.is_named(str(name), "id") and isinstance(one, dict | list):
            continue  # records that stand each under its id
        new = _pruned(one, sought, name)
        if new is _GONE:
            return _GONE
        kept_of[name] = new
    return kept_of


def _named_in_cells(records: list[str], sought: Sought) -> Callable[[str], bool]:
    """Say of the rows of a table whether they are the person's, by their cells."""
    top = [record.lstrip("\ufeff") for record in records[:_TOP]]
    delimiter = max(DELIMITERS, key=lambda mark: sum(line.count(mark) for line in top))
    heads = [next(csv.reader([line], delimiter=delimiter), []) for line in top]
    with_id = (head for head in heads if any(plain(cell) in sought.id_names for cell in head))
    columns = next(with_id, heads[0] if heads else [])
    if not sought.has_heading:
        columns = list(by_position(len(columns)))

    def names(record: str) -> bool:
        cells = next(csv.reader([record], delimiter=delimiter), [])
        padded = [*columns, *[""] * (len(cells) - len(columns))]
        return any(map(sought.is_named, cells, padded))

    return names


def _records(text: str) -> Iterator[str]:
    """The rows of a table, each with its end; a quoted cell may go over several lines."""
    held = ""
    for line in lines_of(text):
        held += line
        if held.count(_QUOTE) % 2 == 0:
            yield held
            held = ""
    if held:
        yield held


def _parquet_without(path: Path, into: Path | None, sought: Sought) -> bool:
    """Write the rows of a Parquet file that are not the person's; whether any were."""
    gone = 0
    with pq.ParquetFile(path) as file:
        codec = (
            file.metadata.row_group(0).column(0).compression if file.num_row_groups else "SNAPPY"
        )
        schema = file.schema_arrow
        writer = None if into is None else pq.ParquetWriter(into, schema, compression=codec)
        for batch in file.iter_batches(_BATCH):
            keep = [_pruned(row, sought) is not _GONE for row in batch.to_pylist()]
            gone += keep.count(False)
            if writer is not None:
                writer.write_batch(batch.filter(pa.array(keep, pa.bool_())))
        if writer is not None:
            writer.close()
    return gone > 0


def _archive_without(path: Path, into: Path, layout: Layout, sought: Sought) -> bool:
    """Write an archive anew; the texts in it lose the person, all else in it stays as it is."""
    changed = False
    try:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(into, "w") as new:
            for entry in old.infolist():
                data = old.read(entry)
                suffix = Path(entry.filename).suffix.lower()
                if suffix in JSON | TABLES:
                    encoding = _encoding_of_bytes(data, layout)
                    without = _without(data.decode(encoding, "surrogateescape"), suffix, sought)
                    changed = changed or without is not None
                    data = data if without is None else without.encode(encoding, "surrogateescape")
                new.writestr(entry, data)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as exc:
        raise FileRefused(f"{path.name}: cannot be unpacked: {exc}") from exc
    return changed


def _encoding_of_bytes(data: bytes, layout: Layout) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return layout.encoding if layout.encoding != "utf-8" else "cp1252"
    return "utf-8"
