"""An archive of JSON with a record, or some of them, in each file, as one text of JSON."""

import codecs
import json
from collections.abc import Collection, Iterator, Sequence
from itertools import chain

from monitor.intake.sources.archives import Archive
from monitor.intake.sources.nested.records import is_lines

_LOOKED_AT = 20
"""How many of the files say whether all of them have records of one kind."""
_ALIKE = 0.5
"""The first record of each has this share of the keys of the first file's, or of its own."""


def are_records(archive: Archive, entries: Sequence[str]) -> bool:
    """Whether files of JSON have records of one kind: each begins with keys like the others'."""
    heads = (next(pieces, b"") for pieces in archive.each(entries[:_LOOKED_AT]))
    first, *others = [keys for keys in map(_keys, heads) if keys is not None] or [set()]
    return bool(first) and all(
        len(first & keys) >= _ALIKE * min(len(first), len(keys)) for keys in others
    )


def joined(archive: Archive, entries: Collection[str]) -> Iterator[bytes]:
    """The files as one text, in which one that is no JSON Lines is a line."""
    for pieces in archive.each(entries):
        head = next(pieces, b"").removeprefix(codecs.BOM_UTF8)
        one_line = not is_lines(head) or b"\n" not in head.strip()
        for piece in chain([head], pieces):
            yield piece.replace(b"\n", b" ").replace(b"\r", b" ") if one_line else piece
        yield b"\n"


def _keys(head: bytes) -> set[str] | None:
    """The keys of the first object of a file; None if its head does not tell."""
    try:
        value, _ = json.JSONDecoder().raw_decode(head.decode("utf-8-sig").lstrip())
    except (ValueError, RecursionError):
        return None
    record = value[0] if isinstance(value, list) and value else value
    return set(record) if isinstance(record, dict) else None
