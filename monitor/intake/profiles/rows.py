"""A stream of JSON Lines as blocks of rows, made in order and a little ahead of who reads them."""

import re
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO, Protocol, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from monitor.base.profile import (
    ABSENT_BECAUSE,
    FLAG,
    POSITION_TYPES,
    PROFILE_TYPES,
    SEEN_ON,
    TEXT,
    SqlTypes,
)
from monitor.base.records import (
    ABSENT,
    NAMESAKES,
    NOT_LOOKED_AT,
    SET_ASIDE,
    SHARED_NAME,
    Noticed,
)
from monitor.intake.profiles.admission import Admitted, admit, set_aside
from monitor.intake.profiles.dates import DateWarnings, date_notices, date_warnings
from monitor.intake.profiles.ids import canonical_id, canonical_key, is_plain
from monitor.intake.profiles.lines import LONGEST, Chunk, Rejected, chunks
from monitor.intake.profiles.placeholders import may_be_nobody, reason_for_nobody
from monitor.intake.profiles.schema import SCHEMA, Refusal, judge

BLOCK_BYTES = 8 << 20
# Small enough that memory is used again instead of asked for anew, which costs more than the work.
_CHUNK_BYTES = 1 << 18
_REJECTED_BYTES = 1 << 10  # about what a record set aside takes in memory
_AHEAD = 2
_VISIBLE = re.compile(SCHEMA["properties"]["id"]["pattern"])
_TEXT = pa.string()
_DIGITS = re.compile(r"\d+")
_NO_REASONS = ("", "false", "0")
_LONGEST_REASON = 200


def _columns(types: SqlTypes) -> list[tuple[str, pa.DataType]]:
    single = {TEXT: _TEXT, FLAG: pa.bool_()}
    return [
        (name, pa.list_(single[kind[0]]) if isinstance(kind, list) else single[kind])
        for name, kind in types.items()
    ]


PROFILES = pa.schema([*_columns(PROFILE_TYPES), ("line", pa.int64()), ("content", pa.uint64())])
"""The columns of profiles.parquet."""
POSITIONS = pa.schema([("profile", _TEXT), ("ordinal", pa.int32()), *_columns(POSITION_TYPES)])
"""The columns of positions.parquet; `ordinal` counts the positions of a profile from 0."""

Rows = Callable[[pa.Table], pa.Table]
"""Makes rows of `line` and `record`: the columns of PROFILES and `positions`, in order."""
_T = TypeVar("_T")


class Away(Protocol):
    """Keeps people who were forgotten out of what is read."""

    def are_forgotten(self, made: pa.Table) -> list[bool]:
        """Say of each profile whether it is of such a person."""

    def without_people(self, rejected: Sequence[Rejected]) -> list[Rejected]:
        """Leave such people out of lines that were set aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The profiles of some lines that follow each other, and what was set aside among them."""

    profiles: pa.Table
    positions: pa.Table
    rejected: list[Rejected]
    warnings: DateWarnings
    nobody: int
    """How many of those that were set aside are vacant posts and the like, which is no fault."""
    carried: Mapping[str, str] = field(default_factory=dict)
    """By id, the day on which somebody was last looked at, where that was an earlier one."""
    absences: Mapping[str, str] = field(default_factory=dict)
    """By id, why the source shows no profile of somebody."""
    noticed: Mapping[str, Noticed] = field(default_factory=dict)
    """What was read and means less than it seems to."""


def blocks(  # noqa: PLR0913 -- all but two have a value that is right nearly always
    stream: BinaryIO,
    rows: Rows,
    *,
    block_bytes: int = BLOCK_BYTES,
    longest: int = LONGEST,
    day: date | None = None,
    first: int = 1,
    repeated: Iterable[tuple[int, int]] = (),
    away: Away | None = None,
) -> Generator[Block, None, None]:
    """The profiles of a stream, in order, in bounded memory.

    `first` is the number of the first line; `day` that of observation; `away` keeps people out.
    `repeated` names lines to be set aside, in order, each with the line that has its id already.
    What reading the stream raises is raised here.
    """
    size = min(block_bytes, _CHUNK_BYTES)
    coming = chunks(stream, size=size, longest=longest, first=first)
    admitted = _admitted(coming, longest=longest, repeated=repeated)
    batches = _ahead(_batches(admitted, block_bytes))
    with closing(batches), closing(_made(batches, rows, day, away)) as made:
        yield from made


def _admitted(
    chunks_read: Iterable[Chunk], *, longest: int, repeated: Iterable[tuple[int, int]]
) -> Iterator[Admitted]:
    due = deque[tuple[int, int]]()
    coming = iter(repeated)
    for chunk in chunks_read:
        # A line that is cut off by the end of the stream counts, though nothing ends it.
        last = chunk.first + chunk.raw.removesuffix(b"\n").count(b"\n")
        while (not due or due[-1][0] <= last) and (pair := next(coming, None)) is not None:
            due.append(pair)
        now = {}
        while due and due[0][0] <= last:
            line, first = due.popleft()
            now[line] = first
        yield admit(chunk, longest=longest, repeated=now)


def _batches(admitted: Iterator[Admitted], size: int) -> Iterator[list[Admitted]]:
    """What was admitted, several chunks at a time: each call of the engine has its price."""
    batch: list[Admitted] = []
    held = 0
    for chunk in admitted:
        batch.append(chunk)
        held += chunk.accepted.nbytes + _REJECTED_BYTES * (1 + len(chunk.rejected))
        if held >= size:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _ahead(items: Iterator[_T]) -> Generator[_T, None, None]:
    """The same items, made in a thread of their own, a few ahead of who takes them."""
    with ThreadPoolExecutor(1, thread_name_prefix="profiles") as pool:
        coming: deque[Future[_T | None]] = deque()
        try:
            coming.extend(pool.submit(next, items, None) for _ in range(_AHEAD))
            while (item := coming.popleft().result()) is not None:
                coming.append(pool.submit(next, items, None))
                yield item
        finally:
            for future in coming:
                future.cancel()


def _made(
    batches: Iterator[list[Admitted]], rows: Rows, day: date | None, away: Away | None
) -> Generator[Block, None, None]:
    """The blocks of the batches, in their order, two of them in the making at once."""
    with ThreadPoolExecutor(2, thread_name_prefix="blocks") as pool:
        coming: deque[Future[Block]] = deque()
        try:
            for batch in batches:
                coming.append(pool.submit(_block, batch, rows, day, away))
                if len(coming) > _AHEAD:
                    yield coming.popleft().result()
            while coming:
                yield coming.popleft().result()
        finally:
            for future in coming:
                future.cancel()


def _block(batch: list[Admitted], rows: Rows, day: date | None, away: Away | None) -> Block:
    accepted = pa.concat_tables(admitted.accepted for admitted in batch)
    rejected = [record for admitted in batch for record in admitted.rejected]
    made = rows(accepted)
    blank = _lines_of_blanks(made)
    if blank:
        refused = _judged(accepted, blank)
        gone = pa.array([rejected_row.line for rejected_row in refused], pa.int64())
        accepted = accepted.filter(pc.invert(pc.is_in(accepted["line"], value_set=gone)))
        rejected = sorted([*rejected, *refused], key=lambda rejected_row: rejected_row.line)
        made = rows(accepted)
    made = _with_canonical_ids(made)
    if away is not None:
        gone = pa.array(away.are_forgotten(made), pa.bool_())
        made = made.filter(pc.invert(gone))
    made, absences = _absences(made)
    nobody = _nobody(made)
    if nobody:
        refused = [
            set_aside(row["line"], row["record"].encode(), nobody[row["line"]])
            for row in accepted.to_pylist()
            if row["line"] in nobody
        ]
        rejected = sorted([*rejected, *refused], key=lambda rejected_row: rejected_row.line)
        lines = pa.array(list(nobody), pa.int64())
        made = made.filter(pc.invert(pc.is_in(made["line"], value_set=lines)))
    if away is not None:
        rejected = away.without_people(rejected)
    nested = _one_array(made["positions"])
    of_profile = pc.list_parent_indices(nested)
    positions = _positions(made, nested, of_profile)
    lines = _one_array(made["line"]).take(of_profile)
    carried = _carried(made, day)
    return Block(
        profiles=made.select(PROFILES.names).cast(PROFILES),
        positions=positions,
        rejected=rejected,
        warnings=date_warnings(positions, lines),
        nobody=len(nobody),
        carried=carried,
        absences=absences,
        noticed=(
            date_notices(positions, day)
            | _namesakes(rejected)
            | _not_looked_at(carried)
            | _absent(absences)
            | _reasons(rejected, nobody)
        ),
    )


def _carried(made: pa.Table, day: date | None) -> dict[str, str]:
    """Say who is in the file as last seen, on which day; a day that is none says nothing."""
    some = made.select(["id", SEEN_ON]).filter(pc.is_valid(made[SEEN_ON])).to_pylist()
    seen = {row["id"]: _day(row[SEEN_ON]) for row in some}
    return {
        person: str(when)
        for person, when in seen.items()
        if when is not None and (day is None or when < day)
    }


def _not_looked_at(carried: Mapping[str, str]) -> dict[str, Noticed]:
    """Count who is as last seen, with the day of one such look."""
    if not carried:
        return {}
    return {NOT_LOOKED_AT: Noticed(count=len(carried), example=min(carried.values()))}


def _absences(made: pa.Table) -> tuple[pa.Table, dict[str, str]]:
    """The rows that are profiles, and of whom the source shows none, by id: why.

    A blank is no reason, nor is a no.
    """
    reasons = made[ABSENT_BECAUSE]
    if reasons.null_count == len(reasons):
        return made, {}
    words = pc.utf8_lower(pc.utf8_trim_whitespace(reasons))
    is_stated = pc.invert(pc.is_in(words, pa.array([*_NO_REASONS, None], pa.string())))
    some = made.select(["id", ABSENT_BECAUSE]).filter(is_stated).to_pylist()
    absences = {row["id"]: row[ABSENT_BECAUSE][:_LONGEST_REASON] for row in some}
    return made.filter(pc.invert(is_stated)), absences


def _absent(absences: Mapping[str, str]) -> dict[str, Noticed]:
    """Count of whom no profile is shown, with one reason for it."""
    if not absences:
        return {}
    return {ABSENT: Noticed(count=len(absences), example=min(absences.values()))}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _namesakes(rejected: Sequence[Rejected]) -> dict[str, Noticed]:
    """Count the names that several people have."""
    names = [
        rejected_row.id or ""
        for rejected_row in rejected
        if rejected_row.reason.startswith(SHARED_NAME)
    ]
    return {NAMESAKES: Noticed(count=len(names), example=min(names))} if names else {}


def _reasons(rejected: Sequence[Rejected], nobody: Mapping[int, Refusal]) -> dict[str, Noticed]:
    """Count the records with faults, with the most frequent reason as its first record has it."""
    faults = [
        f"{record.path}: {record.reason}"
        for record in rejected
        if record.line not in nobody and not record.reason.startswith(SHARED_NAME)
    ]
    if not faults:
        return {}
    alike = Counter(_DIGITS.sub("N", fault) for fault in faults)
    [(most, _)] = alike.most_common(1)
    first = next(fault for fault in faults if _DIGITS.sub("N", fault) == most)
    return {SET_ASIDE: Noticed(count=len(faults), example=first[:_LONGEST_REASON])}


def _positions(made: pa.Table, nested: pa.ListArray, of_profile: pa.Array) -> pa.Table:
    flat = nested.flatten()
    starts = nested.offsets.slice(0, len(nested)).take(of_profile)
    counted = pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int32()), len(flat)))
    ordinal = pc.subtract(pc.subtract(counted, 1), pc.subtract(starts, nested.offsets[0]))
    organizations, *others = flat.flatten()
    names = _without_blanks(organizations)
    columns = [_one_array(made["id"]).take(of_profile), ordinal, names, *others]
    return pa.table(columns, names=POSITIONS.names).cast(POSITIONS)


def _lines_of_blanks(made: pa.Table) -> set[int]:
    """The lines whose id may be blank: the schema has to say."""
    ids = _one_array(made["id"])
    unusual = ids.filter(pc.invert(is_plain(ids)))
    return {*_one_array(made["line"]).filter(_are_invisible(unusual, ids)).to_pylist()}


def _nobody(made: pa.Table) -> dict[int, Refusal]:
    """The lines of profiles that are no persons, each with the reason."""
    names, ids = _one_array(made["name"]), _one_array(made["id"])
    some = made.select(["line", "id", "name"]).filter(may_be_nobody(names, ids))
    return {
        row["line"]: Refusal(
            id=row["id"], path="$.id" if row["name"] is None else "$.name", reason=reason
        )
        for row in some.to_pylist()
        if (reason := reason_for_nobody(row["name"], row["id"])) is not None
    }


def _are_invisible(distinct: pa.Array, texts: pa.Array) -> pa.Array:
    """Which of the texts are among the distinct ones that show nothing."""
    invisible = [text for text in distinct.to_pylist() if text and not _VISIBLE.search(text)]
    return pc.is_in(texts, value_set=pa.array(["", *invisible], _TEXT))


def _with_canonical_ids(made: pa.Table) -> pa.Table:
    """The rows with their ids, and those that they state, each in its one form."""
    ids = _one_array(made["id"])
    plain = is_plain(ids)
    unusual = [canonical_id(text) or text for text in ids.filter(pc.invert(plain)).to_pylist()]
    if unusual:
        canonical = pc.replace_with_mask(ids, pc.invert(plain), pa.array(unusual, _TEXT))
        made = made.set_column(made.schema.get_field_index("id"), "id", canonical)
    stated = _one_array(made["same_as"])
    keys = [canonical_key(text) or text for text in stated.flatten().to_pylist()]
    if keys:
        offsets = pc.subtract(stated.offsets, stated.offsets[0])
        lists = pa.ListArray.from_arrays(offsets, pa.array(keys, _TEXT))
        made = made.set_column(made.schema.get_field_index("same_as"), "same_as", lists)
    return made


def _judged(accepted: pa.Table, lines: set[int]) -> list[Rejected]:
    wanted = accepted.filter(pc.is_in(accepted["line"], value_set=pa.array(sorted(lines))))
    refused = []
    for row in wanted.to_pylist():
        record = row["record"].encode().rstrip(b"\n")
        verdict = judge(record)
        if isinstance(verdict, Refusal):
            refused.append(set_aside(row["line"], record, verdict))
    return refused


def _without_blanks(names: pa.Array) -> pa.Array:
    """The names of organisations; one in which nothing can be seen is none."""
    return pc.if_else(_are_invisible(names.unique(), names), pa.scalar(None, _TEXT), names)


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
