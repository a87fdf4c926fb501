"""Files unpacked as they are read: truncated, corrupt and absurdly expanding ones are refused."""

import bz2
import gzip
import lzma
import os
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

import zstandard

from monitor.base.errors import FileRefused, brief
from monitor.intake.sources.lines import Joined

EXPANDED_BYTES = 64 << 20
"""A packed file may always expand to so much."""
EXPANDED_RATIO = 100
"""Beyond that, it may expand to this many times its own size: lists become 5 to 30 times theirs."""
_PIECE = 1 << 20
# One packed byte can stand for 32 KiB, so the input of one step bounds the memory of its output.
_ZSTANDARD_PIECE = 1 << 10
_ZSTANDARD_WINDOW = 1 << 27
_STEP = 1 << 16
_BZIP2 = b"BZh"
"""A stream of bzip2 begins so."""
_XZ_MEMORY = 256 << 20
"""What a text of .xz may take to be unpacked; `xz -9` needs 65 MiB."""
_TAR = ".tar"
_IN_SHORT = {".tgz": ".gz", ".tbz2": ".bz2", ".tbz": ".bz2", ".txz": ".xz", ".tzst": ".zst"}
"""Suffixes of packed archives, each with that of the packing alone."""


def without_compression(path: Path) -> Path:
    """The name less the suffix of its compression, in lower case.

    >>> without_compression(Path("2025-01-01.JSONL.gz")).name
    '2025-01-01.jsonl'
    """
    lower = path.with_name(path.name.lower())
    if lower.suffix in _IN_SHORT:
        return lower.with_suffix(_TAR)
    return lower.with_suffix("") if lower.suffix in _PACKINGS else lower


def expanded_limit(packed: int, *, at_least: int | None = None, ratio: int | None = None) -> int:
    """How many bytes a packed file of this many may expand to."""
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
    unpacked = _PACKINGS.get(_IN_SHORT.get(suffix, suffix))
    if unpacked is None:
        return file
    limit = expanded_limit(os.fstat(file.fileno()).st_size, at_least=at_least, ratio=ratio)
    return Joined(checked(unpacked(file), name=name, limit=limit)).buffered()


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
        while piece := unpacked.read(_PIECE):
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


def _bzip2(file: BinaryIO) -> Iterator[bytes]:
    return _streams(file, bz2.BZ2Decompressor, _stream_of_bzip2)


def _xz(file: BinaryIO) -> Iterator[bytes]:
    return _streams(file, lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY), _stream_of_xz)


def _stream_of_bzip2(packed: bytes) -> bytes | None:
    """What comes after a stream, if another one begins there; bzip2 passes over anything else."""
    return packed if packed.startswith(_BZIP2[: len(packed)]) else None


def _stream_of_xz(packed: bytes) -> bytes:
    """What comes after a stream, without the zeros that may pad it."""
    return packed.lstrip(b"\0")


def _streams(
    file: BinaryIO,
    begin: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor],
    following: Callable[[bytes], bytes | None],
) -> Iterator[bytes]:
    """The streams one after the other; raises EOFError if the last one does not end.

    `following` is given what comes after a stream, and returns what there is of another one; None
    where there is none.
    """
    stream, has_ended = None, False
    while packed := file.read(_STEP):
        while packed:
            if stream is None and has_ended:
                rest = following(packed)
                if rest is None:
                    return
                packed = rest
                if not packed:
                    break
            stream = stream or begin()
            yield _step(stream, packed)
            while not (stream.eof or stream.needs_input):
                yield _step(stream, b"")
            packed = stream.unused_data if stream.eof else b""
            has_ended = stream.eof
            stream = None if has_ended else stream
    if stream is not None:
        raise EOFError


def _step(stream: bz2.BZ2Decompressor | lzma.LZMADecompressor, packed: bytes) -> bytes:
    try:
        return stream.decompress(packed, _PIECE)
    except (OSError, lzma.LZMAError) as error:  # bz2 raises no error of its own
        raise zlib.error(str(error)) from error


_PACKINGS: Mapping[str, Callable[[BinaryIO], Iterator[bytes]]] = {
    ".gz": _gzip,
    ".bz2": _bzip2,
    ".xz": _xz,
    ".zst": _zstandard,
}
"""By the suffix of a packing: what unpacks it, piece by piece."""
