"""Files unpacked as they are read: truncated, corrupt and absurdly expanding ones are refused."""

import gzip
import os
import zlib
from collections.abc import Generator, Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

import zstandard

from monitor.base.errors import FileRefused, brief
from monitor.intake.sources.lines import Joined

EXPANDED_BYTES = 64 << 20
"""A packed file may always expand to so much."""
EXPANDED_RATIO = 100
"""Beyond that, it may expand to so many times its own size: lists become 5 to 30 times theirs."""
_GZIP_PIECE = 1 << 20
# One packed byte can stand for 32 KiB, so the input of one step bounds the memory of its output.
_ZSTANDARD_PIECE = 1 << 10
_ZSTANDARD_WINDOW = 1 << 27
_SUFFIXES = frozenset({".gz", ".zst"})


def without_compression(path: Path) -> Path:
    """The name less the suffix of its compression, in lower case.

    >>> without_compression(Path("2025-01-01.JSONL.gz")).name
    '2025-01-01.jsonl'
    """
    lower = path.with_name(path.name.lower())
    return lower.with_suffix("") if lower.suffix in _SUFFIXES else lower


def expanded_limit(packed: int, *, at_least: int | None = None, ratio: int | None = None) -> int:
    """How many bytes a packed file of so many may expand to."""
    least = EXPANDED_BYTES if at_least is None else at_least
    return max(least, packed * (EXPANDED_RATIO if ratio is None else ratio))


def decompressed(
    file: BufferedReader,
    *,
    name: str,
    at_least: int | None = None,
    ratio: int | None = None,
) -> BufferedReader:
    """The bytes of a file as its name says it is packed.

    Reading raises FileRefused for a packed file that is cut short or corrupt, or that expands to
    more than `at_least` bytes and more than `ratio` times its size.
    """
    suffix = Path(name.lower()).suffix
    if suffix not in _SUFFIXES:
        return file
    limit = expanded_limit(os.fstat(file.fileno()).st_size, at_least=at_least, ratio=ratio)
    pieces = _gzip(file) if suffix == ".gz" else _zstandard(file)
    return Joined(checked(pieces, name=name, limit=limit)).buffered()


def too_large(name: str, limit: int) -> FileRefused:
    """The refusal of a file that becomes far more than its size."""
    return FileRefused(
        f"{name}: expands to more than {limit:,} bytes, which no snapshot of this size does;"
        " unpack it first if it is what it should be"
    )


def checked(pieces: Iterator[bytes], *, name: str, limit: int) -> Generator[bytes, None, None]:
    """Pass unpacked pieces on. Raises FileRefused for damage, and beyond the limit in bytes."""
    total = 0
    try:
        for piece in pieces:
            total += len(piece)
            if total > limit:
                raise too_large(name, limit)
            yield piece
    except EOFError as error:
        raise FileRefused(f"{name}: cut short: the packed data ends too early") from error
    except (gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        raise FileRefused(f"{name}: corrupt: {brief(error)}") from error


def _gzip(file: BinaryIO) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=file, mode="rb") as unpacked:
        while piece := unpacked.read(_GZIP_PIECE):
            yield piece


def _zstandard(file: BinaryIO) -> Iterator[bytes]:
    """The frames one after the other; raises EOFError if the last one does not end.

    `stream_reader` would bound its output by itself but takes a truncated frame for a whole one.
    """
    context = zstandard.ZstdDecompressor(max_window_size=_ZSTANDARD_WINDOW)
    frame = None
    while packed := file.read(_ZSTANDARD_PIECE):
        while packed:
            frame = frame or context.decompressobj()
            if piece := frame.decompress(packed):
                yield piece
            packed = frame.unused_data if frame.eof else b""
            frame = None if frame.eof else frame
    if frame is not None:
        raise EOFError
