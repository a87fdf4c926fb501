"""A bucket on its way to another machine and back: its files in pieces, beside what is to be done.

Nothing of it needs a disk that both machines see.
"""

import hashlib
import os
import pickle
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cache, lru_cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import orjson

from monitor.base.errors import StorageError
from monitor.base.machine.limits import Limits, obey
from monitor.moves.derivation.buckets.parcels import GIVEN, WHOLE, Parcel
from monitor.moves.derivation.buckets.work import PieceOfWork, Spent, work

CHUNK = 4 << 20
"""Bytes of one piece."""
SPENT = "spent"
"""The name of the last piece: what the bucket took, as JSON."""
Shipped = tuple[str, bytes]
"""A piece of a file: the file's name in its folder, and bytes that follow those before."""


class Shared(Protocol):
    """What every bucket of a piece of work gets, as Spark hands it out."""

    @property
    def value(self) -> tuple[str, bytes]:
        """What the program is called that sends it, and the piece of work."""


def shared(piece: PieceOfWork) -> tuple[str, bytes]:
    """Return what `follow_shipped` needs for every bucket."""
    return program(), pickle.dumps(piece)


def given(parcel: Parcel) -> Iterator[Shipped]:
    """Return what a bucket is given, in pieces."""
    paths = [
        *(parcel.folder / GIVEN).glob(f"*/bucket={parcel.bucket}/*.parquet"),
        *(parcel.folder / WHOLE).glob("*.parquet"),
    ]
    return _pieces(parcel.folder, sorted(paths))


def follow_shipped(
    shared: Shared, limits: Limits, bucket: int, pieces: Iterable[Shipped]
) -> Iterator[Shipped]:
    """Follow a bucket on this machine, which is another one; return in pieces what it tells.

    Raises StorageError if this is another program than the one that sent it.
    """
    sender, what = shared.value
    if sender != program():
        raise StorageError(
            f"talentwatch on this worker is {program()}, and {sender} sent the work: install the"
            " same version, with the same version of DuckDB, on all machines"
        )
    obey(limits)
    with TemporaryDirectory(prefix="talentwatch-", dir=_room()) as made:
        parcel = Parcel(folder=Path(made), bucket=bucket)
        _put_together(parcel.folder, pieces)
        spent = work(_piece(what), parcel)
        yield from _pieces(parcel.told, sorted(parcel.told.iterdir()))
    yield SPENT, orjson.dumps(asdict(spent))


def take_back(piece: PieceOfWork, parcel: Parcel, pieces: Iterable[Shipped]) -> Spent:
    """Write what a bucket told, all of it or nothing; return what it took.

    Raises StorageError if anything is missing.
    """
    *tables, (last, spent) = pieces
    names = {f"{table}.parquet" for table in piece.tells}
    if last != SPENT or {name for name, _ in tables} != names:
        raise StorageError(f"bucket {parcel.bucket} came back from the cluster incomplete")
    unfinished = parcel.told.with_name(f"{parcel.bucket}.unfinished")
    _put_together(unfinished, tables)
    unfinished.rename(parcel.told)
    return Spent(**orjson.loads(spent))


@cache
def program() -> str:
    """Name this program: those of one name do the same work."""
    digest = hashlib.sha256()
    for name, file in sorted(_files(files("monitor"), "monitor")):
        digest.update(f"{name}\0".encode())
        digest.update(file.read_bytes())
    return f"{version('talentwatch')}-{digest.hexdigest()[:12]} (DuckDB {version('duckdb')})"


def _files(folder: Traversable, above: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        name = f"{above}/{entry.name}"
        if entry.is_file():
            yield name, entry
        elif entry.name != "__pycache__":
            yield from _files(entry, name)


@lru_cache(maxsize=1)
def _piece(what: bytes) -> PieceOfWork:
    made: PieceOfWork = pickle.loads(what)  # noqa: S301 -- Spark runs what its driver sends anyway
    return made


def _pieces(folder: Path, paths: Iterable[Path]) -> Iterator[Shipped]:
    for path in paths:
        name = path.relative_to(folder).as_posix()
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield name, chunk


def _put_together(folder: Path, pieces: Iterable[Shipped]) -> None:
    for name, chunk in pieces:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(chunk)


def _room() -> str | None:
    """Name the folder that Spark has for what its memory cannot hold, and removes itself."""
    rooms = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")
    return next((room for room in rooms if Path(room).is_dir()), None) if rooms[0] else None
