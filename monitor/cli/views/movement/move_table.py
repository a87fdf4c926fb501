"""Moves as a Parquet file: one row a move, one flat column for each fact, for other programs.

Only `evidence` is a list: of where else it can be checked, if several profiles tell of it.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.base.errors import UsageError
from monitor.base.private_files import atomic_write
from monitor.rules.evaluation.people import person_of

MOVES_AT_ONCE = 20_000
"""How many moves are in memory, and in one part of the file."""
_SIDE = ("name", "team", "title", "location")
COLUMNS = {
    "move": "move",
    "person": "person",
    "profile": "profile",
    "name": "name",
    "url": "url",
    "source": "source",
    "from_organization": "from_root",
    **{f"from_{part}": f"from_side.{part}" for part in _SIDE},
    "to_organization": "to_root",
    **{f"to_{part}": f"to_side.{part}" for part in _SIDE},
    "left_earliest": "left_earliest",
    "left_latest": "left_latest",
    "joined_earliest": "joined_earliest",
    "joined_latest": "joined_latest",
    "before_on": "before_on",
    "observed_on": "observed_on",
    "status": "status",
    "reason": "reason",
    "evidence": "evidence",
}
"""What each column of the file is called in `listed_moves.sql`."""
_DAYS = (
    *(f"{side}_{end}" for side in ("left", "joined") for end in ("earliest", "latest")),
    "before_on",
    "observed_on",
)
_EVIDENCE = [
    ("source", pa.string()),
    ("before_on", pa.date32()),
    ("observed_on", pa.date32()),
    ("url", pa.string()),
]
_TYPES = {**dict.fromkeys(_DAYS, pa.date32()), "evidence": pa.list_(pa.struct(_EVIDENCE))}
_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in COLUMNS])


def write_moves(rows: Iterable[Mapping[str, Any]], file: Path) -> int:
    """Write the moves as `listed_moves.sql` finds them into a Parquet file; return how many.

    Some are in memory at a time. Who reads it while it is written sees the old file or the new one,
    never a part. Raises UsageError when the file cannot be written.
    """
    rest, count = iter(rows), 0
    try:
        with (
            atomic_write(file, private=True) as unfinished,
            pq.ParquetWriter(unfinished, _SCHEMA, compression="zstd") as writer,
        ):
            while some := list(islice(rest, MOVES_AT_ONCE)):
                facts = [[_fact(row, column) for row in some] for column in COLUMNS.values()]
                arrays = [
                    pa.array(column, kind)
                    for column, kind in zip(facts, _SCHEMA.types, strict=True)
                ]
                writer.write_table(pa.table(arrays, schema=_SCHEMA))
                count += len(some)
    except OSError as exc:
        raise UsageError(f"{file} cannot be written: {exc.strerror or exc}") from exc
    return count


def _fact(row: Mapping[str, Any], column: str) -> Any:
    if column == "person":
        return person_of(row)[0]
    side, _, part = column.partition(".")
    if part:
        return row[side] and row[side][part]
    return row[column]
