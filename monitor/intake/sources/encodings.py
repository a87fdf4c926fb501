"""Which encoding a text is in: by its mark, by being UTF-8, as configured, or by its letters."""

import codecs
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from io import BufferedReader

from monitor.base.errors import FileRefused, brief

_PIECE = 1 << 20
_SAMPLE = 1 << 18
"""So many bytes of lines with other letters than ASCII are enough to guess from."""
_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""By their marks; that of UTF-32 begins with that of UTF-16."""
_TELLING = 1024
"""So many bytes at the beginning tell whether every other one is empty."""
_MOSTLY_EMPTY = 0.8
_USUAL = "cp1252"
_CANDIDATES = (
    *(_USUAL, "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859_15"),
    *("cp932", "gb18030", "big5", "cp949", "koi8_r"),
)
"""What exports are written in that are no UTF-8."""
_FEW = 10
"""So many bytes that are no UTF-8 are taken for slips, each of which costs its own row."""
LEAST_SURE = 0.2
"""A guess of an unusual encoding that is less sure is none: names would be garbled for good."""
_MARGIN = 0.05
"""By so much the letters of another have to fit a language better than those of the first do."""


@dataclass(frozen=True, slots=True)
class Guessed:
    """An encoding, and how sure it is, from 0 to 1."""

    encoding: str
    confidence: float


def utf8(stream: BufferedReader, *, name: str) -> Generator[bytes, None, None] | None:
    """The text of a stream as UTF-8, if it begins with the mark of UTF-16 or UTF-32; else None.

    Without a mark, it is UTF-16 where every other byte of the beginning is empty. Reading raises
    FileRefused where half a character is left. A wrong one costs its own line.
    """
    head = stream.peek(_TELLING)[:_TELLING]
    wide = next((known for begins, known in _WIDE.items() if head.startswith(begins)), None)
    wide = wide or _unmarked(head)
    return None if wide is None else _recoded(stream, wide, name)


def _unmarked(head: bytes) -> str | None:
    """UTF-16 of mostly Latin letters, by the bytes that are empty; None for any other text."""
    first, second = head[::2], head[1::2]
    empty = first.count(0), second.count(0)
    if min(empty) or max(empty) < _MOSTLY_EMPTY * len(second):
        return None
    return "utf-16-le" if empty[1] else "utf-16-be" if empty[0] else None


def _recoded(stream: BufferedReader, encoding: str, name: str) -> Generator[bytes, None, None]:
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    try:
        while piece := stream.read(_PIECE):
            yield decoder.decode(piece).encode("utf-8", "surrogatepass")
        yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")
    except UnicodeError as error:
        raise FileRefused(
            f"{name}: not written in {encoding}, as its beginning says: {brief(error)}"
        ) from error


@dataclass(slots=True)
class Letters:
    """What a text has beside ASCII, if it is read as UTF-8."""

    good: int = 0
    """Characters; one that says that something was not understood is as good as any."""
    bad: int = 0
    """Bytes that are no UTF-8."""

    def add(self, text: str) -> None:
        """Count what is in a text in which escapes stand for bytes that are no UTF-8."""
        if not text.isascii():
            kept = text.encode("utf-8", "ignore").decode()
            self.bad += len(text) - len(kept)
            self.good += len(kept) - len(kept.encode("ascii", "ignore"))

    @property
    def are_utf8(self) -> bool:
        """Whether they are meant as UTF-8; a few broken ones do not make it something else."""
        return self.bad <= max(self.good, _FEW)

    @property
    def are_surely_utf8(self) -> bool:
        """Whether they can hardly be anything else: text of another encoding is no UTF-8.

        A few broken ones among them do not garble all others.
        """
        return self.good >= max(self.bad, 1)


def letters(stream: BufferedReader) -> Letters:
    """Read a text to its end and count its letters beside ASCII."""
    counted = Letters()
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    piece = stream.read(_PIECE)
    while piece:
        counted.add(decoder.decode(piece))
        piece = stream.read(_PIECE)
    counted.add(decoder.decode(b"", final=True))
    return counted


def guessed(stream: BufferedReader) -> Guessed:
    """Guess the encoding of a text that is no UTF-8, by the letters of its languages."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 -- most texts are UTF-8

    sample = b"".join(_telling_lines(stream))
    best = from_bytes(sample, cp_isolation=list(_CANDIDATES)).best()
    usual = from_bytes(sample, cp_isolation=[_USUAL]).best()
    if usual and (best is None or usual.coherence + _MARGIN >= best.coherence):
        best = usual
    if best is None:
        return Guessed(_name(_USUAL), 0.0)
    return Guessed(_name(best.encoding), best.coherence)


def _telling_lines(stream: BufferedReader) -> Iterator[bytes]:
    held = 0
    while held < _SAMPLE and (line := stream.readline(_SAMPLE)):
        if not line.isascii():
            held += len(line)
            yield line


def _name(codec: str) -> str:
    """The name that people know.

    >>> _name("cp1250"), _name("mac_roman")
    ('windows-1250', 'mac-roman')
    """
    if codec.startswith("cp125"):
        return f"windows-{codec.removeprefix('cp')}"
    return codec.replace("_", "-")


USUAL = _name(_USUAL)
"""What is taken where nothing else fits better."""
