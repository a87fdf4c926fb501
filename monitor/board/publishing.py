"""Publishing: the read model gets what changed in the derived tables, in one transaction.

A failure to publish fails no run: what could not be brought up to date is put aside, so that nobody
reads what is no longer true, and commands read the derived tables until a run has made it again.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from monitor.base.engine import Engine
from monitor.base.errors import TalentwatchError
from monitor.base.private_files import tighten, touch
from monitor.base.statements import statement
from monitor.base.telemetry import logs
from monitor.board.read_model import BUSY_SECONDS, FORMAT, facts_of

TABLES = (
    *("moves", "snapshots", "gaps", "names", "units", "people", "figures"),
    *("months", "flows", "links", "holds", "counts"),
)
"""Each is made by a statement and kept in the table `board_<name>`."""
_MADE_BY = {
    "figures": "figures",
    "gaps": "usual_snapshot_gaps",
    "names": "known_organization_names",
    "units": "unit_names",
}
"""What commands read of the derived tables as well; the others have a `published_<name>`."""
LARGE = frozenset({"moves", "counts"})
"""Of these only what is new is written out: their digests cost little, and their rows much."""
_FEW = 20_000
_CACHE_KIB = 65_536


def publish(engine: Engine, path: Path) -> bool:
    """Bring the read model to what the derived tables say; return whether that could be done.

    Where these are as they were when it was published, nothing is read or written.
    """
    try:
        try:
            _publish(engine, path)
        except sqlite3.DatabaseError as exc:
            if isinstance(exc, sqlite3.OperationalError):
                raise
            _set_aside(path, exc)
            _publish(engine, path)
    except (sqlite3.Error, OSError, TalentwatchError, pa.ArrowException) as exc:
        logs.warning(
            "the read model could not be published; commands read the derived tables until the"
            " next run that publishes",
            file=str(path),
            error=str(exc).partition("\n")[0],
        )
        _remove(path)
        return False
    return True


def _publish(engine: Engine, path: Path) -> None:
    touch(path)
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as model:
        model.execute("PRAGMA journal_mode = WAL")
        model.execute("PRAGMA synchronous = NORMAL")
        model.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        content = engine.content_mark()
        if content is not None and _known(model) == {"format": FORMAT, "content": content}:
            return
        model.execute("BEGIN IMMEDIATE")
        try:
            _drop_others(model)
            _prepare(model, begins="CREATE TABLE")
            changed = {name for name in TABLES if _bring(engine, model, name)}
            if "months" in changed:
                _sum_up(model)
            _prepare(model, begins="CREATE INDEX")
            _prepare(model, begins="CREATE VIEW")
            facts = {"format": FORMAT} | ({} if content is None else {"content": content})
            model.execute("DELETE FROM board_meta")
            model.executemany("INSERT INTO board_meta VALUES (?, ?)", facts.items())
        except BaseException:
            with suppress(sqlite3.Error):
                model.execute("ROLLBACK")
            raise
        model.execute("COMMIT")
    for place in _files(path):
        tighten(place)


def _known(model: sqlite3.Connection) -> dict[str, str]:
    """What the last publication wrote of itself; nothing where there is none."""
    return facts_of(model) if _named(model, "table") else {}


def _named(model: sqlite3.Connection, kind: str) -> list[str]:
    """Return what the read model has of a kind: "table" or "view"."""
    found = model.execute("SELECT name FROM sqlite_master WHERE type = ?", (kind,))
    return [name for (name,) in found.fetchall()]


def _drop_others(model: sqlite3.Connection) -> None:
    """Drop what was published in another format."""
    if _known(model).get("format") != FORMAT:
        for kind in ("view", "table"):
            for name in _named(model, kind):
                model.execute(f'DROP {kind} "{name}"')


def _prepare(model: sqlite3.Connection, begins: str) -> None:
    """Make the tables, or once they have rows the rest: many rows are sorted faster at once."""
    for part in statement("board_tables").split(";"):
        lines = [line for line in part.splitlines() if line and not line.startswith("--")]
        if lines and lines[0].startswith(begins):
            model.execute(part)


def _bring(engine: Engine, model: sqlite3.Connection, name: str) -> bool:
    """Make one table equal to what its statement finds; rows that stay are not written again.

    Returns whether any row came or went.
    """
    table = f"board_{name}"
    had = pa.array(
        [digest for (digest,) in model.execute(f"SELECT digest FROM {table}")],  # noqa: S608 -- own names
        pa.int64(),
    )
    there: list[pa.Array] = []
    came = 0
    made_by = _MADE_BY.get(name, f"published_{name}")
    if name in LARGE:
        there = [batch.column("digest") for batch in engine.digests(made_by)]
        new = _fresh(_joined(there), had)
        is_few = len(new) <= _FEW
        rows_of = engine.batches_of(made_by, new.to_pylist()) if is_few else engine.batches(made_by)
    else:
        rows_of = engine.hashed_batches(made_by)
    for batch in rows_of:
        digests = batch.column("digest")
        if name not in LARGE:
            there.append(digests)
        fresh = batch.filter(pc.invert(pc.is_in(digests, value_set=had)))
        if fresh.num_rows:
            came += fresh.num_rows
            marks = ", ".join("?" * fresh.num_columns)
            rows = zip(*(column.to_pylist() for column in fresh.columns), strict=True)
            model.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)  # noqa: S608 -- own names
    now = _joined(there)
    gone = had.filter(pc.invert(pc.is_in(had, value_set=now))).to_pylist()
    model.executemany(
        f"DELETE FROM {table} WHERE digest = ?",  # noqa: S608 -- own names
        ((digest,) for digest in gone),
    )
    return bool(came or gone)


def _sum_up(model: sqlite3.Connection) -> None:
    """Make what lists say of each organisation, of its months."""
    model.execute("DELETE FROM board_organizations")
    summed = statement("board_summed_organizations").rstrip().rstrip(";")
    model.execute(f"INSERT INTO board_organizations {summed}")


def _joined(arrays: list[pa.Array]) -> pa.Array:
    return pa.concat_arrays(arrays) if arrays else pa.array([], pa.int64())


def _fresh(digests: pa.Array, had: pa.Array) -> pa.Array:
    return digests.filter(pc.invert(pc.is_in(digests, value_set=had)))


def _set_aside(path: Path, why: sqlite3.Error) -> None:
    """Rename a damaged read model, in the place of the one before, and say so."""
    kept = path.with_name(f"{path.name}.damaged")
    path.replace(kept)
    for place in _files(path)[1:]:
        place.unlink(missing_ok=True)
    logs.warning("the read model was damaged, and is made again", kept=str(kept), error=str(why))


def _remove(path: Path) -> None:
    for place in _files(path):
        with suppress(OSError):
            place.unlink(missing_ok=True)


def _files(path: Path) -> tuple[Path, ...]:
    return path, *(path.with_name(f"{path.name}-{end}") for end in ("wal", "shm"))
