"""Which lines of a chunk are profiles: the fast way for all of them at once, or line by line."""

from array import array
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

import msgspec
import pyarrow as pa

from monitor.base.profile import Profile
from monitor.intake.profiles.lines import Chunk, Rejected, excerpt, too_long
from monitor.intake.profiles.schema import DEEPEST, Refusal, judge

_SLOW_BYTES = 1 << 20
_SHORT = 256
_NUL = b"\\u0000"
_decode = msgspec.json.Decoder(Profile).decode
_FAULTS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """The profiles among some lines, each still a line of JSON, and what was set aside."""

    accepted: pa.Table
    """`line` and `record`, in order of lines."""
    rejected: list[Rejected] = field(default_factory=list)


def admit(chunk: Chunk, *, longest: int, repeated: Mapping[int, int]) -> Admitted:
    """The profiles of a chunk, less the lines that repeat an id of the line they map to."""
    if chunk.overlong:
        return Admitted(
            accepted=_table(b"", array("i", [0]), array("q")), rejected=[chunk.overlong]
        )
    lines = _lines(chunk.raw)
    if not repeated and _all_plain(chunk.raw, lines):
        # The line ends stay in the buffer: to JSON they are white space behind the record.
        ends = array("i", accumulate(map(len, lines), initial=0))
        numbers = array("q", range(chunk.first, chunk.first + len(lines)))
        return Admitted(accepted=_table(chunk.raw, ends, numbers))
    return _one_by_one(chunk.first, lines, longest=longest, repeated=repeated)


def _lines(raw: bytes) -> list[bytes]:
    """The lines with their ends; a carriage return alone ends none."""
    if b"\r" not in raw:
        return raw.splitlines(keepends=True)
    lines = raw.split(b"\n")
    last = lines.pop()
    return [*(line + b"\n" for line in lines), *([last] if last else [])]


def _all_plain(raw: bytes, lines: list[bytes]) -> bool:
    """Whether every line is a profile beyond doubt; blank ids come later."""
    if _has_nul(raw) or not _is_utf8(raw):
        return False
    if max(map(len, lines)) > 2 * DEEPEST and any(map(_is_doubtful, lines)):
        return False
    try:
        deque(map(_decode, lines), maxlen=0)
    except _FAULTS:
        return False
    return True


def _is_plain(line: bytes) -> bool:
    if _has_nul(line) or not _is_utf8(line) or _is_doubtful(line):
        return False
    try:
        _decode(line)
    except _FAULTS:
        return False
    return True


def _has_nul(raw: bytes) -> bool:
    # Looking for the one byte first is several times faster where there is none.
    return b"\\" in raw and _NUL in raw


def _is_utf8(raw: bytes) -> bool:
    """Whether all of it is text: what skips unknown keys does not look."""
    if raw.isascii():
        return True
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_doubtful(line: bytes) -> bool:
    """Whether a line may be nested deeper than the slow way allows, or is huge."""
    return len(line) > _SLOW_BYTES or (
        len(line) > 2 * DEEPEST and line.count(b"[") + line.count(b"{") > DEEPEST
    )


def _one_by_one(
    first: int, lines: list[bytes], *, longest: int, repeated: Mapping[int, int]
) -> Admitted:
    rejected: list[Rejected] = []

    def verdicts() -> Iterator[tuple[int, bytes]]:
        for number, line in enumerate(lines, first):
            if line.isspace():
                continue
            if len(line) > longest:
                rejected.append(too_long(number, line, longest))
                continue
            verdict = line if _is_plain(line) else _judged(line)
            if isinstance(verdict, bytes) and number in repeated:
                again = f"an id that stands on line {repeated[number]} already; the first stands"
                verdict = Refusal(id=identity(verdict), path="$.id", reason=again)
            if isinstance(verdict, bytes):
                yield number, verdict
            else:
                rejected.append(set_aside(number, line, verdict))

    accepted = list(verdicts())
    ends = array("i", accumulate((len(record) for _, record in accepted), initial=0))
    numbers = array("q", (number for number, _ in accepted))
    raw = b"".join(record for _, record in accepted)
    return Admitted(accepted=_table(raw, ends, numbers), rejected=rejected)


def _judged(line: bytes) -> bytes | Refusal:
    return _judged_before(line) if len(line) <= _SHORT else judge(line)


# What is wrong with a file is often the same short line over and over.
_judged_before = lru_cache(maxsize=4096)(judge)


def set_aside(number: int, line: bytes, refusal: Refusal) -> Rejected:
    """The refusal of a line as it is recorded."""
    line = line.rstrip(b"\r\n")
    return Rejected(
        line=number,
        id=refusal.id,
        path=refusal.path,
        reason=refusal.reason,
        excerpt=excerpt(line),
    )


def identity(record: bytes) -> str:
    """The id of a line that is a profile."""
    return str(msgspec.json.decode(record, type=_Identified).id)


class _Identified(msgspec.Struct):
    id: str


def _table(raw: bytes, ends: "array[int]", numbers: "array[int]") -> pa.Table:
    """The records as Arrow sees them, without a copy."""
    records = pa.StringArray.from_buffers(len(numbers), pa.py_buffer(ends), pa.py_buffer(raw))
    lines = pa.Int64Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])
    return pa.table({"line": lines, "record": records})
