"""What is in a file of profiles, whatever it is packed in: lines, a table as text, or Parquet.

Spreadsheets (.xlsx, .xls, .ods) become CSV; of an archive (.zip) the one file of profiles is read.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from monitor.base.errors import FileRefused, brief, printable
from monitor.intake.sources.compression import (
    EXPANDED_BYTES,
    EXPANDED_RATIO,
    checked,
    decompressed,
    without_compression,
)
from monitor.intake.sources.encodings import Guessed, Letters, guessed, letters, utf8
from monitor.intake.sources.lines import Joined
from monitor.intake.sources.spreadsheets import NO_ARCHIVE, sheet_lines
from monitor.intake.sources.yaml_text import json_of_yaml

JSON = frozenset({".jsonl", ".ndjson", ".json"})
YAML = frozenset({".yaml", ".yml"})
TABLES = frozenset({".csv", ".tsv", ".txt"})
SHEETS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
UTF8 = "utf-8"
PARQUET, ARCHIVE = ".parquet", ".zip"
READABLE = (
    ".jsonl, .ndjson, .json, .yaml, .yml, .csv, .tsv, .txt (each also with .gz or .zst), .xlsx,"
    " .xls, .ods, .zip and .parquet"
)
_PIECE = 1 << 20
_OWN_DATA = ("Connections.csv", "Positions.csv")
"""Of an export of somebody's own data at LinkedIn: the connections, or else the owner's jobs."""
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The bytes of a file, unpacked, and what kind of bytes they are."""

    suffix: str
    """Of the kind: one of JSON or TABLES, or PARQUET."""
    stream: BufferedReader
    encoding: str | None = None
    """Of a table that we made text of ourselves."""


def kind_of(path: Path) -> str:
    """Name the kind of a file by its name: its last suffix, less that of a compression."""
    lower = path.suffix.lower()
    return lower if lower in {PARQUET, ARCHIVE} | SHEETS else without_compression(path).suffix


def is_readable(path: Path) -> bool:
    """Whether files of this name can be read."""
    return kind_of(path) in JSON | YAML | TABLES | SHEETS | {PARQUET, ARCHIVE}


def content_of(path: Path, file: BufferedReader) -> Content:
    """Open what is in a file. Raises FileRefused, now or while it is read, if it is damaged.

    Parquet and spreadsheets are read from the file itself, all others as streams.
    """
    name, kind = printable(path.name), kind_of(path)
    if kind == ARCHIVE:
        return _member(file, name)
    if kind in SHEETS:
        lines = sheet_lines(file, name)
        return Content(suffix=".csv", stream=Joined(lines).buffered(), encoding="utf-8")
    return _text(kind, decompressed(file, name=name), name)


def _text(suffix: str, stream: BufferedReader, name: str) -> Content:
    """A text as it is, or in UTF-8 if a mark at its beginning says that it is in UTF-16."""
    if suffix in YAML:
        return Content(suffix=".json", stream=Joined(json_of_yaml(stream, name=name)).buffered())
    recoded = None if suffix == PARQUET else utf8(stream, name=name)
    if recoded is None:
        return Content(suffix=suffix, stream=stream)
    return Content(suffix=suffix, stream=Joined(recoded).buffered(), encoding="utf-8")


def encoding_of(path: Path, configured: str) -> str:
    """Name the encoding of a table: UTF-8 if it surely is, else as configured.

    It is read to its end. Raises FileRefused for one that is not in UTF-8 where nothing else is
    configured, and says what it looks like; a few broken letters cost their own rows.
    """
    found = letters_of(path)
    if found.are_surely_utf8 or (configured == UTF8 and found.are_utf8):
        return UTF8
    if configured != UTF8:
        return configured
    guess = guess_of(path)
    raise FileRefused(
        f"{printable(path.name)}: not written in UTF-8; it looks like {guess.encoding}"
        f" ({guess.confidence:.0%} sure): set `encoding` of the source, or save the file as UTF-8"
    )


def letters_of(path: Path) -> Letters:
    """Count what is in a table beside ASCII, reading it to its end."""
    with path.open("rb") as file:
        return letters(content_of(path, file).stream)


def guess_of(path: Path) -> Guessed:
    """Guess the encoding of a table that is not in UTF-8."""
    with path.open("rb") as file:
        return guessed(content_of(path, file).stream)


def _member(file: BufferedReader, name: str) -> Content:
    """The one file of profiles in an archive."""
    try:
        archive = zipfile.ZipFile(file)
        names = [entry.filename for entry in archive.infolist() if _holds_profiles(entry)]
    except NO_ARCHIVE as exc:
        raise FileRefused(f"{name}: not an archive that can be read: {brief(exc)}") from exc
    own = [entry for want in _OWN_DATA for entry in names if entry.rpartition("/")[2] == want]
    chosen = own[:1] or names
    if len(chosen) != 1:
        listed = ", ".join(printable(entry) for entry in chosen[:_MOST_NAMED]) or "none"
        raise FileRefused(
            f"{name}: needs one file of profiles in it, and has {len(chosen)} ({listed}): unpack it"
        )
    limit = max(EXPANDED_BYTES, EXPANDED_RATIO * archive.getinfo(chosen[0]).compress_size)
    pieces = checked(_unpacked(archive, chosen[0], name), name=name, limit=limit)
    return _text(Path(chosen[0]).suffix.lower(), Joined(pieces).buffered(), name)


def _holds_profiles(entry: zipfile.ZipInfo) -> bool:
    path = Path(entry.filename)
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return not entry.is_dir() and not hidden and path.suffix.lower() in JSON | TABLES


def _unpacked(archive: zipfile.ZipFile, entry: str, name: str) -> Iterator[bytes]:
    try:
        with archive.open(entry) as member:
            while piece := member.read(_PIECE):
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError) as exc:
        raise FileRefused(f"{name}: {printable(entry)} is corrupt: {brief(exc)}") from exc
    except (RuntimeError, NotImplementedError) as exc:  # a password, or a way of packing
        raise FileRefused(f"{name}: {printable(entry)} cannot be unpacked: {brief(exc)}") from exc
