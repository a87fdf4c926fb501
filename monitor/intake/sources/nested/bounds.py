"""Bounds for JSON that is read as a stream: how deep it nests, and how large one record may be.

A text of nothing but brackets costs a parser the square of its length in memory.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate

from monitor.base.errors import FileRefused

DEEPEST = 200
LARGEST_RECORD = 64 << 20
"""Bytes between two places in which no record is open, as far as pieces tell."""
_RECORDS = 2
"""A list of records in an answer is so deep."""
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_OPENING, _CLOSING = b"[{", b"]}"
_OTHERS = bytes(sorted(set(range(256)) - set(_OPENING + _CLOSING)))
_STEPS = bytes.maketrans(_OPENING + _CLOSING, bytes([2, 2, 0, 0]))


def bounded(pieces: Iterable[bytes], *, name: str) -> Iterator[bytes]:
    """Pass pieces of a JSON text on. Raises FileRefused where it leaves the bounds."""
    depth = large = 0
    rest = b""
    for piece in pieces:
        plain = _STRING.sub(b"", rest + piece)
        # A string that goes on in the next piece is looked at there.
        plain, quote, unfinished = plain.partition(b'"')
        rest = quote + unfinished[-LARGEST_RECORD:]
        depths = [depth, *accumulate(_steps(plain), initial=depth)]
        depth = depths[-1]
        large = large + len(piece) if min(depths) > _RECORDS or len(rest) > len(piece) else 0
        if max(depths) > DEEPEST:
            raise FileRefused(f"{name}: nested more than {DEEPEST} deep, which no record is")
        if large > LARGEST_RECORD:
            raise FileRefused(
                f"{name}: one record of more than {LARGEST_RECORD:,} bytes, which none is"
            )
        yield piece


def _steps(plain: bytes) -> Iterator[int]:
    """One down or up for each bracket."""
    return (step - 1 for step in plain.translate(_STEPS, _OTHERS))
