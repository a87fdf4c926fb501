"""A stream cut into chunks of whole lines, whatever the length of its lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LONGEST = 8 << 20
"""Bytes of a line; a longer one is set aside."""
MOST_LINES = 1 << 16
_BOM = b"\xef\xbb\xbf"
_EXCERPT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A record set aside, and why."""

    line: int
    id: str | None
    path: str
    """The JSON path of what is wrong, such as `$.positions[2].organization`."""
    reason: str
    excerpt: str
    """The beginning of the line, with everything unprintable escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Whole lines that follow each other."""

    first: int
    """The number of its first line, from 1."""
    raw: bytes
    """The lines with their ends; the last one may have none."""
    overlong: Rejected | None = None
    """A line that was too long to be read; such a chunk has no other."""


def excerpt(line: bytes) -> str:
    r"""The first 200 characters of a line, safe to print.

    >>> print(excerpt(b"a\x00b"))
    a\x00b
    """
    text = line[: 4 * _EXCERPT].decode("utf-8", "backslashreplace")[:_EXCERPT]
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def chunks(
    stream: BinaryIO, *, size: int, longest: int = LONGEST, first: int = 1
) -> Iterator[Chunk]:
    """The stream in chunks of about `size` bytes; of too long a line only the beginning.

    At most `longest` and `size` bytes are held at once. `first` is the number of the first line.
    """
    number = first
    piece = stream.read(size).removeprefix(_BOM)
    while piece:
        rest = b"" if piece.endswith(b"\n") else stream.readline(longest)
        if len(rest) == longest and not rest.endswith(b"\n"):
            whole, last = _whole_lines(piece)
            yield from _split(whole, number)
            number += whole.count(b"\n") + 1
            yield Chunk(first=number - 1, raw=b"", overlong=too_long(number - 1, last, longest))
            _skip_line(stream, size)
        else:
            piece += rest
            yield from _split(piece, number)
            number += piece.count(b"\n")
        piece = stream.read(size)


def too_long(number: int, line: bytes, longest: int) -> Rejected:
    """Sets a line aside for its length; its beginning is enough."""
    return Rejected(
        line=number,
        id=None,
        path="$",
        reason=f"longer than {longest:,} bytes, which no profile is",
        excerpt=excerpt(line),
    )


def _split(raw: bytes, number: int) -> Iterator[Chunk]:
    """The lines as one chunk, or as several if they are many: memory follows lines too."""
    if raw.count(b"\n") <= MOST_LINES:
        if raw:
            yield Chunk(first=number, raw=raw)
        return
    lines = raw.split(b"\n")
    for start in range(0, len(lines), MOST_LINES):
        some = b"\n".join(lines[start : start + MOST_LINES])
        if some:
            yield Chunk(first=number + start, raw=some)


def _whole_lines(piece: bytes) -> tuple[bytes, bytes]:
    end = piece.rfind(b"\n") + 1
    return piece[:end], piece[end:]


def _skip_line(stream: BinaryIO, size: int) -> None:
    while (piece := stream.readline(size)) and not piece.endswith(b"\n"):
        pass
