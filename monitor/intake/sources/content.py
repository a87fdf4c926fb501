"""What is in a file of profiles, whatever it is packed in: lines, a table as text, or Parquet.

Spreadsheets (.xlsx, .xls, .ods) become CSV; of an archive the one file of profiles is read.
"""

import fnmatch
import os
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from monitor.base.errors import FileRefused, brief, printable
from monitor.base.settings import Layout
from monitor.intake.sources.archives import ARCHIVES, Archive, opened_archive
from monitor.intake.sources.compression import (
    checked,
    decompressed,
    expanded_limit,
    too_large,
    without_compression,
)
from monitor.intake.sources.disguised import check_text, is_book, is_page, page_lines
from monitor.intake.sources.encodings import (
    LEAST_SURE,
    Guessed,
    Letters,
    guessed,
    letters,
    recoded,
    wide_encoding,
)
from monitor.intake.sources.joined_records import are_records, joined
from monitor.intake.sources.lines import Joined
from monitor.intake.sources.spreadsheets import sheet_lines, sheet_names
from monitor.intake.sources.yaml_text import json_of_yaml

JSON = frozenset({".jsonl", ".ndjson", ".json"})
YAML = frozenset({".yaml", ".yml"})
TABLES = frozenset({".csv", ".tsv", ".txt"})
SHEETS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".html", ".htm"})
"""Names of workbooks, and of pages of HTML, as which some tools save them and others name .xls."""
TEXTS = JSON | YAML | TABLES
UTF8 = "utf-8"
PARQUET = ".parquet"
READABLE = (
    ".jsonl, .ndjson, .json, .yaml, .yml, .csv, .tsv, .txt, .xlsx, .xls, .ods, .html, .htm, .tar"
    " (each also with .gz, .bz2, .xz or .zst), .zip and .parquet"
)
_UNPACKED = frozenset({".7z", ".rar", ".lz4", ".lzma", ".br", ".z", ".cab", ".arj"})
"""Archives and packings of other kinds."""
_SAVED = frozenset(
    {".numbers", ".pages", ".pdf", ".doc", ".docx", ".xml", ".rtf", ".mdb", ".accdb"}
)
"""What programs that make tables save beside tables."""
OWN_DATA = ("Connections.csv", "Positions.csv")
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
    written_in: str | None = None
    """The encoding of the file itself, where that is another."""


def kind_of(path: Path) -> str:
    """Name the kind of a file by its name: its last suffix, less that of a compression."""
    return without_compression(path).suffix


def is_readable(path: Path) -> bool:
    """Whether files of this name can be read."""
    return kind_of(path) in JSON | YAML | TABLES | SHEETS | ARCHIVES | {PARQUET}


def unreadable_kind(path: Path) -> str:
    """Say of a file whose kind cannot be read what to do about it."""
    kind, ways = kind_of(path), f"known are {READABLE}"
    if kind in _UNPACKED:
        ways = f"unpack it first, or pack it as .zip; {ways}"
    elif kind in _SAVED:
        ways = f"save or export the list as .csv or .xlsx; {ways}"
    return f"{printable(path.name)}: not a kind of file that can be read; {ways}"


def content_of(path: Path, file: BufferedReader, layout: Layout | None = None) -> Content:
    """Open what is in a file. Raises FileRefused, now or while it is read, if it is damaged.

    Parquet and spreadsheets are read from the file itself, all others as streams. `layout` names
    the sheet of a workbook, or the file of an archive, where the usual choice is wrong.
    """
    name, kind = printable(path.name), kind_of(path)
    if kind in ARCHIVES:
        return _member(kind, file, name, layout)
    stream = decompressed(file, name=name)
    if kind in SHEETS:
        return _sheet(stream, name, layout)
    return _text(kind, stream, name, layout)


def _sheet(stream: BufferedReader, name: str, layout: Layout | None) -> Content:
    """One sheet of a workbook, or what only its name calls one."""
    if not is_book(stream):
        return _text(".csv", stream, name, layout)
    lines = sheet_lines(stream, name, layout.sheet if layout else None)
    return Content(suffix=".csv", stream=Joined(lines).buffered(), encoding=UTF8)


def _text(suffix: str, stream: BufferedReader, name: str, layout: Layout | None) -> Content:
    """A text as it is, or in UTF-8 if a mark at its beginning says that it is in UTF-16."""
    if suffix in YAML:
        # A profile has no numbers: what looks like one, such as an id, is the text that it is.
        are_profiles = layout is not None and not layout.maps_json
        texts = json_of_yaml(stream, name=name, has_numbers=not are_profiles)
        return Content(suffix=".json", stream=Joined(texts).buffered())
    if suffix in TABLES:
        check_text(stream, name)
        if is_page(stream):
            lines = page_lines(stream, name)
            return Content(suffix=".csv", stream=Joined(lines).buffered(), encoding=UTF8)
    wide = None if suffix == PARQUET else wide_encoding(stream)
    if wide is None:
        return Content(suffix=suffix, stream=stream)
    text = Joined(recoded(stream, wide, name=name)).buffered()
    return Content(suffix=suffix, stream=text, encoding=UTF8, written_in=wide)


def encoding_of(path: Path, layout: Layout) -> str:
    """Name the encoding of a table: UTF-8 if it surely is, else as configured.

    It is read to its end. Raises FileRefused for one that is not in UTF-8 where nothing else is
    configured, and says what it looks like; a few broken letters cost their own rows.
    """
    configured = layout.encoding
    letters = letters_of(path, layout)
    if letters.are_surely_utf8 or (configured == UTF8 and letters.are_utf8):
        return UTF8
    if configured != UTF8:
        return configured
    guess = guess_of(path, layout)
    said = "its letters do not tell how"
    if guess.confidence >= LEAST_SURE:
        said = f"it looks like {guess.encoding} ({guess.confidence:.0%} sure)"
    elif guess.rival is not None:
        said += f", perhaps in {guess.encoding} or {guess.rival}"
    raise FileRefused(
        f'{printable(path.name)}: not written in UTF-8; {said}: set encoding = "{guess.encoding}",'
        " or what the system writes that makes it, in the source, or save the file as UTF-8;"
        " `talentwatch sources test` shows the names as they are read then"
    )


def letters_of(path: Path, layout: Layout) -> Letters:
    """Count what is in a table beside ASCII, reading it to its end."""
    with path.open("rb") as file:
        return letters(content_of(path, file, layout).stream)


def guess_of(path: Path, layout: Layout) -> Guessed:
    """Guess the encoding of a table that is not in UTF-8."""
    with path.open("rb") as file:
        return guessed(content_of(path, file, layout).stream)


def members_of(path: Path) -> list[str]:
    """Name the files of profiles in an archive; raises FileRefused if it is none."""
    with path.open("rb") as file:
        return _profile_files(opened_archive(kind_of(path), file, printable(path.name)))


def sheets_of(path: Path) -> list[str]:
    """Name the sheets of a workbook with anything in them; none of what only its name calls one."""
    name = printable(path.name)
    with path.open("rb") as file:
        stream = decompressed(file, name=name)
        return sheet_names(stream, name) if is_book(stream) else []


def _profile_files(archive: Archive) -> list[str]:
    """The files of profiles in an archive; workbooks only where nothing else is."""
    texts = [entry for entry in archive.sizes if _is_one_of(entry, TEXTS)]
    return texts or [entry for entry in archive.sizes if _is_one_of(entry, SHEETS)]


def are_together(path: Path) -> bool:
    """Whether an archive has files of JSON that are read as one. Raises FileRefused for none."""
    with path.open("rb") as file:
        archive = opened_archive(kind_of(path), file, printable(path.name))
        return _are_together(archive, _profile_files(archive))


def _are_together(archive: Archive, entries: list[str]) -> bool:
    are_json = len(entries) > 1 and all(_is_one_of(entry, JSON) for entry in entries)
    return are_json and are_records(archive, entries)


def _member(kind: str, file: BufferedReader, name: str, layout: Layout | None) -> Content:
    """The one file of profiles in an archive, or the one that the layout names."""
    pattern = layout.member if layout else None
    archive = opened_archive(kind, file, name)
    names = _profile_files(archive)
    own = [entry for want in OWN_DATA for entry in names if entry.rpartition("/")[2] == want]
    chosen = own[:1] or names
    if pattern is not None:
        chosen = [entry for entry in names if is_member(entry, pattern)]
    if _are_together(archive, chosen):
        limit = expanded_limit(os.fstat(file.fileno()).st_size)
        if sum(archive.sizes[entry] for entry in chosen) > limit:
            raise too_large(name, limit)
        lines = checked(joined(archive, chosen), name=name, limit=limit + len(chosen))
        return _text(".json", Joined(lines).buffered(), name, layout)
    if len(chosen) != 1:
        raise _not_one(name, list(archive.sizes), names, chosen, pattern)
    limit = archive.limit(chosen[0])
    if archive.sizes[chosen[0]] > limit:
        raise too_large(name, limit)
    pieces = checked(archive.pieces(chosen[0]), name=name, limit=limit)
    stream, suffix = Joined(pieces).buffered(), Path(chosen[0]).suffix.lower()
    return _sheet(stream, name, layout) if suffix in SHEETS else _text(suffix, stream, name, layout)


def is_member(entry: str, pattern: str) -> bool:
    """Whether a pattern names a file of an archive, by its path or its last part.

    >>> is_member("export/staff-2025.csv", "staff-*.csv")
    True
    """
    return any(
        fnmatch.fnmatchcase(part.casefold(), pattern.casefold())
        for part in (entry, entry.rpartition("/")[2])
    )


def _not_one(
    name: str, there: list[str], names: list[str], chosen: list[str], pattern: str | None
) -> FileRefused:
    """Refuse an archive in which nothing says which file is meant."""
    which = (
        f"needs one file of profiles in it, and has {len(chosen)}"
        if pattern is None
        else f"{len(chosen)} of its files are named by member = {pattern!r}"
    )
    listed = ", ".join(map(brief, (names or there)[:_MOST_NAMED])) or "none"
    way = (
        f': member = "{brief(names[0])}" of the source says which (it may hold * and ?; `init`'
        " has --member)"
        if names
        else ": unpack it"
    )
    return FileRefused(f"{name}: {which} ({listed}){way}")


def _is_one_of(entry: str, suffixes: frozenset[str]) -> bool:
    path = Path(entry)
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return not hidden and path.suffix.lower() in suffixes
