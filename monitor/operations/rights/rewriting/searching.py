"""Files searched for people in all that they hold; what cannot be searched is named with why."""

import html
import json
import re
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.base.errors import FileRefused, brief
from monitor.intake.forgetting.words import any_of
from monitor.intake.sources.archives import TAR, ZIP, opened_archive
from monitor.intake.sources.compression import decompressed
from monitor.intake.sources.content import PARQUET, kind_of
from monitor.intake.sources.encodings import recoded, wide_encoding
from monitor.intake.sources.lines import Joined

_ROWS, _PIECE = 20_000, 16 << 20
"""How many rows, or bytes, of a file are searched at once; of an unknown kind, no more."""
_ARE_TEXTS: tuple[Callable[[pa.DataType], bool], ...] = (
    *(pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view),
    *(pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view),
    pa.types.is_fixed_size_binary,
)
"""The kinds of columns in which a name or an id may stand."""
_ZIP = b"PK\x03\x04"
"""Archives begin so, with workbooks and documents among them."""
_SQLITE = (b"SQLite format 3\x00", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83", b"\xd9\xd5\x05\xf9")
"""Databases of SQLite begin so, and their logs, of which there are several kinds."""
_HEAD = 16
"""How many bytes tell one of these."""
_PACKED = frozenset({PARQUET, ZIP, TAR, ".gz", ".bz2", ".xz", ".zst", ".tgz", ".xlsx", ".docx"})
"""What is not searched where it lies in an archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a search for people came to."""

    named: tuple[Path, ...] = ()
    """The files that have one of the words."""
    unread: tuple[tuple[Path, str], ...] = ()
    """The files that may have one, each with why it was not searched, and what to do."""


class UnknownKind(FileRefused):
    """A file is of a kind that may keep its texts in another form than they are searched in."""


def searched(paths: Iterable[Path], words: Iterable[str], keys: Iterable[str] = ()) -> Searched:
    """Say which files have one of these words somewhere, as texts, pages or JSON write it.

    Keys (SOURCE:ID) count where they stand whole. Parquet, archives and packed files are unpacked.
    Of kinds that nobody knows the first bytes are searched, and the file is named as not searched.
    """
    forms = {form.lower() for word in words for form in _forms(word)}
    whole = {form.lower() for key in keys for form in _forms(key)}
    if not forms | whole:
        return Searched()
    patterns = [_any_of(forms)] if forms else []
    patterns += [rb"(?<![\w:-])%s(?![\w-])" % _any_of(whole)] if whole else []
    wanted = [re.compile(pattern) for pattern in patterns]
    # A pattern that looks at what stands before each place takes four times as long.
    any_word = re.compile(_any_of(forms | whole))
    longest = max(map(len, forms | whole)) + 2  # what stands on either side of a key
    named, unread = list[Path](), list[tuple[Path, str]]()
    for path in paths:
        try:
            pieces = filter(any_word.search, (piece.lower() for piece in _pieces(path, longest)))
            if any(pattern.search(piece) for piece in pieces for pattern in wanted):
                named.append(path)
        except FileNotFoundError:
            continue  # it went while others were searched
        except (FileRefused, OSError, ValueError, pa.ArrowException) as exc:
            unread.append((path, why_unread(exc)))
    return Searched(named=tuple(named), unread=tuple(unread))


def why_unread(error: Exception) -> str:
    """Say why a file was not searched, and what to do."""
    if isinstance(error, UnknownKind):
        return str(error)
    if isinstance(error, PermissionError):
        return "it may not be read: let this user read it (`chmod u+r`), and say `forget` again"
    return f"{brief(error)}; look into it with the program that wrote it, or delete it"


def _any_of(forms: Iterable[bytes]) -> bytes:
    """A pattern of bytes, each of which is a letter of its own."""
    return any_of(form.decode("latin-1") for form in forms).encode("latin-1")


def _forms(word: str) -> Iterator[bytes]:
    """A word as it stands in a text, in pages of two kinds, in JSON, and in an older encoding."""
    escaped = html.escape(word)
    for form in (word, escaped, escaped.replace("&#x27;", "&#39;"), json.dumps(word)[1:-1]):
        yield form.encode()
        with suppress(UnicodeEncodeError):
            yield form.encode("cp1252")


def _pieces(path: Path, overlap: int) -> Iterator[bytes]:
    """What a file holds, some of it at a time; a word of `overlap` bytes is whole in one piece."""
    with path.open("rb") as file:
        kind, start = kind_of(path), file.peek(_HEAD)
        if kind == PARQUET:
            yield from _rows(path)
        elif start.startswith(_ZIP) or kind == TAR:
            yield from _members(ZIP if start.startswith(_ZIP) else TAR, file, path, overlap)
        else:
            yield from _stream(decompressed(file, name=path.name), path.name, overlap)


def _rows(path: Path) -> Iterator[bytes]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROWS):
            yield from (text for column in batch for text in _texts(column))


def _members(kind: str, file: BufferedReader, path: Path, overlap: int) -> Iterator[bytes]:
    """The names and the bytes of the files in an archive."""
    archive = opened_archive(kind, file, path.name)
    yield "\n".join(archive.sizes).encode(errors="replace")
    unknown = list[UnknownKind]()
    for entry in archive.sizes:
        stream = Joined(_bounded(archive.pieces(entry), archive.limit(entry), entry)).buffered()
        try:
            yield from _stream(stream, entry, overlap)
        except UnknownKind as exc:
            unknown.append(exc)
    packed = [entry for entry in archive.sizes if Path(entry.lower()).suffix in _PACKED]
    if packed:
        raise UnknownKind(
            f"{brief(packed[0])} in it is packed once more: unpack it, and look there"
        )
    if unknown:
        raise unknown[0]


def _bounded(pieces: Iterator[bytes], limit: int, entry: str) -> Generator[bytes, None, None]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limit:
            raise FileRefused(f"{brief(entry)} in it expands to more than {limit:,} bytes")
        yield piece


def _stream(stream: BufferedReader, name: str, overlap: int) -> Iterator[bytes]:
    """A text in any encoding, a database of SQLite, or the bytes of another kind of file."""
    start = stream.peek(_HEAD)
    wide = wide_encoding(stream)
    if wide is not None:
        stream = Joined(recoded(stream, wide, name=name)).buffered()
    is_text = wide is not None or start.startswith(_SQLITE)
    for piece in _overlapping(stream, overlap):
        is_text = is_text or b"\0" not in piece
        yield piece
        if not is_text:
            raise UnknownKind(
                "it is of a kind that is not searched (no text, table or archive that is known):"
                " look into it with the program that wrote it, or delete it"
            )


def _overlapping(stream: BufferedReader, overlap: int) -> Iterator[bytes]:
    end = b""
    while piece := stream.read(_PIECE):
        end += piece
        yield end
        end = end[-overlap:]


def _texts(column: pa.Array) -> Iterator[bytes]:
    """The texts and numbers of a column, a line each; Python may have no value for others."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        yield from _texts(column.dictionary)
    elif pa.types.is_nested(kind):
        flat = column.flatten()
        for part in flat if isinstance(flat, list) else [flat]:
            yield from _texts(part)
    elif pa.types.is_integer(kind):
        yield from _texts(column.cast(pa.string()))
    elif any(is_text(kind) for is_text in _ARE_TEXTS):
        yield b"\n".join(filter(None, column.cast(pa.large_binary()).to_pylist()))
