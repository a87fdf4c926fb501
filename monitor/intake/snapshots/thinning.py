"""Thinned snapshots: an old one keeps what reads otherwise than in another of its month, the base.

Nothing is lost by it: who was seen is kept in full, and the rest is in the base, so the snapshot
can be made whole again row by row, which is tried before anything is replaced.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa

from monitor.base.engine import Engine
from monitor.intake.profiles import POSITIONS, PROFILES
from monitor.intake.snapshots.files import SEEN, Rows

BASIC = ("profiles.parquet", "positions.parquet")
WHO, CHANGED, CHANGED_POSITIONS = THINNED = (
    "seen.parquet",
    "changed-profiles.parquet",
    "changed-positions.parquet",
)
"""What a thinned snapshot has in the place of the basic files. A program that knows nothing of
thinning misses those, and so cannot take the few profiles here for all there were."""
_WORTH = 0.5
"""A thinned snapshot is to be smaller than this part of the whole one."""


def kept_positions(folder: Path) -> Path:
    """A Parquet file with the positions that are new on a snapshot's day; nothing is made for it.

    It has all of them where the snapshot is whole, else those that read otherwise than on an
    earlier day of the same month.
    """
    whole = folder / BASIC[1]
    return whole if whole.exists() else folder / CHANGED_POSITIONS


def bases(days: Iterable[date], *, before: date) -> dict[date, date]:
    """Say which days may be thinned, each by what: the first of their month before a day.

    >>> days = [date(2025, 1, 3), date(2025, 1, 9), date(2025, 2, 1), date(2025, 2, 8)]
    >>> bases(days, before=date(2025, 2, 8))
    {datetime.date(2025, 1, 9): datetime.date(2025, 1, 3)}
    """
    firsts: dict[tuple[int, int], date] = {}
    kept = {}
    for day in sorted(day for day in days if day < before):
        first = firsts.setdefault((day.year, day.month), day)
        if day != first:
            kept[day] = first
    return kept


def thin(whole: Path, base: Path, into: Path) -> bool:
    """Write the thinned form of a whole snapshot beside it; whether that is exact and worth it."""
    profiles, positions, changed = str(whole / BASIC[0]), str(whole / BASIC[1]), into / CHANGED
    first = str(base / BASIC[0])
    with Engine() as engine:
        write = partial(_write, engine)
        write("thinned_presence", into / WHO, schema=SEEN, profiles=profiles)
        write("thinned_profiles", changed, schema=PROFILES, profiles=profiles, base=first)
        those = {"positions": positions, "changed": str(changed)}
        write("thinned_positions", into / CHANGED_POSITIONS, schema=POSITIONS, **those)
    if _size(into, THINNED) > _WORTH * _size(whole, BASIC):
        return False
    trial = into / "trial"
    trial.mkdir()
    make_whole(into, base, trial)
    exact = all(_same(whole / name, trial / name) for name in BASIC)
    for name in BASIC:
        (trial / name).unlink()
    trial.rmdir()
    return exact


def make_whole(thinned: Path, base: Path, into: Path) -> None:
    """Write the basic files of a thinned snapshot into a folder."""
    seen = {"seen": str(thinned / WHO), "changed": str(thinned / CHANGED)}
    listed = {
        "base_positions": str(base / BASIC[1]),
        "changed_positions": str(thinned / CHANGED_POSITIONS),
    }
    first = str(base / BASIC[0])
    with Engine() as engine:
        write = partial(_write, engine)
        write("restored_profiles", into / BASIC[0], schema=PROFILES, base=first, **seen)
        write("restored_positions", into / BASIC[1], schema=POSITIONS, **listed, **seen)


def _write(engine: Engine, statement: str, path: Path, *, schema: pa.Schema, **values: str) -> None:
    file = Rows(path, schema)
    for batch in engine.batches(statement, **values):
        file.add(pa.Table.from_batches([batch]).cast(schema))
    file.flush()
    file.close()


def _same(path: Path, other: Path) -> bool:
    with Engine() as engine:
        return engine.rows("parquet_row_differences", one=str(path), other=str(other)) == [(0,)]


def _size(folder: Path, names: Sequence[str]) -> int:
    return sum((folder / name).stat().st_size for name in names)
