"""Which encoding a text is in: by its mark, by being UTF-8, as configured, or by its letters."""

import codecs
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader

from monitor.base.errors import FileRefused, brief

_PIECE = 1 << 20
_SAMPLE = 1 << 18
"""How many bytes of lines with other letters than ASCII are enough to guess from."""
_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""By their marks; that of UTF-32 begins with that of UTF-16."""
_TELLING = 1024
"""How many bytes at the beginning tell whether every other one is empty."""
_MOSTLY_EMPTY = 0.8
_USUAL = "cp1252"
_CANDIDATES = (
    *(_USUAL, "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859_15"),
    *("cp932", "gb18030", "big5", "cp949", "koi8_r"),
)
"""What exports are written in that are no UTF-8."""
_FREQUENT: Mapping[str, tuple[range, range]] = {
    "cp932": (range(0x82, 0x98), range(0x40, 0xFD)),
    "gb18030": (range(0xB0, 0xD8), range(0xA1, 0xFF)),
    "big5": (range(0xA4, 0xC7), range(0x40, 0xFF)),
    "cp949": (range(0xB0, 0xC9), range(0xA1, 0xFF)),
}
"""Of encodings with two bytes a letter, what both are of the letters that are in everyday use.

These come first in each standard: kana and kanji of the first level, hanzi of the first level,
syllables. Read in the wrong one of them, a text has others.
"""
_EVERYDAY = 0.6
"""The share of the letters of a text that are such, or it is in another encoding."""
_FEW = 10
"""How many bytes that are no UTF-8 are taken for slips, each of which costs its own row."""
LEAST_SURE = 0.2
"""A guess of an unusual encoding that is less sure is none: names would be garbled for good."""
_MARGIN = 0.05
"""By so much the letters of another have to fit a language better than those of the first do."""


@dataclass(frozen=True, slots=True)
class Guessed:
    """An encoding, and how sure it is, from 0 to 1."""

    encoding: str
    confidence: float
    rival: str | None = None
    """Another one that fits as well, so that nothing decides."""


def wide_encoding(stream: BufferedReader) -> str | None:
    """Name UTF-16 or UTF-32 if a text begins with the mark of that; None for any other text.

    Without a mark, it is UTF-16 where every other byte of the beginning is empty.
    """
    head = stream.peek(_TELLING)[:_TELLING]
    wide = next((known for begins, known in _WIDE.items() if head.startswith(begins)), None)
    return wide or _unmarked(head)


def _unmarked(head: bytes) -> str | None:
    """UTF-16 of mostly Latin letters, by the bytes that are empty; None for any other text."""
    first, second = head[::2], head[1::2]
    empty = first.count(0), second.count(0)
    if min(empty) or max(empty) < _MOSTLY_EMPTY * len(second):
        return None
    return "utf-16-le" if empty[1] else "utf-16-be" if empty[0] else None


def recoded(stream: BufferedReader, encoding: str, *, name: str) -> Generator[bytes, None, None]:
    """The text of a stream in UTF-8.

    Raises FileRefused where half a character is left. A wrong one costs its own line.
    """
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
    matches = from_bytes(sample, cp_isolation=list(_CANDIDATES))
    of_two_bytes = _of_two_bytes(sample, {match.encoding: match.chaos for match in matches})
    if of_two_bytes is not None:
        return of_two_bytes
    best = matches.best()
    usual = from_bytes(sample, cp_isolation=[_USUAL]).best()
    if usual and (best is None or usual.coherence + _MARGIN >= best.coherence):
        best = usual
    if best is None:
        return Guessed(_name(_USUAL), 0.0)
    rivals = [match.encoding for match in matches if match.encoding != best.encoding]
    rival = _name(rivals[0]) if rivals and best.coherence < LEAST_SURE else None
    return Guessed(_name(best.encoding), best.coherence, rival)


def _of_two_bytes(sample: bytes, chaos: Mapping[str, float]) -> Guessed | None:
    """Guess among encodings with two bytes a letter, by the letters in everyday use.

    `chaos` says of each encoding in which it can be written how disorderly it looks. None where
    one with a byte a letter looks as orderly.
    """
    scores: dict[str, float] = {}
    shares: dict[str, float] = {}
    for encoding in (name for name in _FREQUENT if name in chaos):
        shares[encoding] = _everyday(sample, encoding)
        if shares[encoding] >= _EVERYDAY:
            scores[encoding] = shares[encoding] - chaos[encoding]
    if not scores:
        return None
    best, *others = sorted(scores, key=lambda encoding: -scores[encoding])
    if any(chaos[other] < chaos[best] + _MARGIN for other in chaos.keys() - _FREQUENT.keys()):
        return None
    if others and scores[best] - scores[others[0]] < _MARGIN:
        return Guessed(_name(best), 0.0, _name(others[0]))
    return Guessed(_name(best), shares[best])


def _everyday(sample: bytes, encoding: str) -> float:
    """The share of the letters beside ASCII that are in everyday use, if it is written so."""
    leads, trails = _FREQUENT[encoding]
    found = Counter(letter for letter in sample.decode(encoding, "ignore") if letter > "\x7f")
    common = 0
    for letter, count in found.items():
        written = letter.encode(encoding, "ignore")
        if len(written) == 2 and written[0] in leads and written[1] in trails:  # noqa: PLR2004
            common += count
    return common / max(found.total(), 1)


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
