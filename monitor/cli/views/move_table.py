"""Moves as a Parquet file: one row a move, one flat column for each fact, for other programs.

Only `evidence` is a list: of where else it can be checked, if several profiles tell of it.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from monitor.base.engine import Engine
from monitor.base.errors import UsageError
from monitor.base.private_files import atomic_write
from monitor.rules.evaluation.evaluate import person_of

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


def write_moves(engine: Engine, file: Path, **filters: object) -> int:
    """Write the moves as `listed_moves.sql` finds them into a Parquet file; return how many.

    Who reads it while it is written sees the old file or the new one, never a part. Raises
    UsageError when the file cannot be written.
    """
    found = engine.table("listed_moves", **filters).flatten()
    columns = {name: found[column] for name, column in COLUMNS.items()}
    people = zip(found["person"].to_pylist(), found["source"].to_pylist(), strict=True)
    columns["person"] = pa.array(
        [person_of({"person": person, "source": source})[0] for person, source in people],
        pa.string(),
    )
    try:
        with atomic_write(file) as unfinished:
            pq.write_table(pa.table(columns), unfinished, compression="zstd")
    except OSError as exc:
        raise UsageError(f"{file} cannot be written: {exc.strerror or exc}") from exc
    return int(found.num_rows)
