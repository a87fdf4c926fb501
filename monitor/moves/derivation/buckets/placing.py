"""Where the buckets of a piece of work are followed: in this process, in several, on a cluster."""

import atexit
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from os import _exit
from pathlib import Path

from monitor.base.errors import StorageError
from monitor.base.machine.limits import Limits, in_force, obey
from monitor.moves.derivation.buckets.cluster import on_spark
from monitor.moves.derivation.buckets.parcels import Parcel
from monitor.moves.derivation.buckets.work import PieceOfWork, Spent, work

WORTH_A_PROCESS = 2
"""A process takes as long to begin as to follow a bucket: it has to follow this many at least."""
TRIES = 3
"""How often workers may die, one after the other, while no bucket is finished."""

_piece: list[PieceOfWork] = []


def run_all(piece: PieceOfWork, folder: Path, buckets: Sequence[int]) -> list[Spent]:
    """Follow every bucket of a piece of work, of which none was followed before.

    A worker that dies leaves nothing half done: another one takes its bucket. Raises StorageError
    where workers die again and again, and what a bucket raises.
    """
    limits = in_force()
    parcels = [Parcel(folder=folder, bucket=bucket) for bucket in buckets]
    if limits.cluster is not None:
        return on_spark(piece, parcels, limits.cluster)
    processes = min(limits.processes, len(parcels) // WORTH_A_PROCESS)
    if processes <= 1:
        return [work(piece, parcel) for parcel in parcels]
    share = replace(
        limits, memory=limits.memory // processes, threads=max(limits.cores // processes, 1)
    )
    return _in_spite_of_deaths(piece, parcels, processes, share)


def _in_spite_of_deaths(
    piece: PieceOfWork, parcels: Sequence[Parcel], processes: int, share: Limits
) -> list[Spent]:
    spent: list[Spent] = []
    tries = 0
    while parcels:
        try:
            spent.extend(_in_processes(piece, parcels, processes, share))
        except BrokenProcessPool as exc:
            left = [parcel for parcel in parcels if not parcel.told.is_dir()]
            tries = tries + 1 if len(left) == len(parcels) else 1
            if tries >= TRIES:
                raise StorageError(
                    f"{TRIES} times in a row, a process that follows a part of the profiles was"
                    " ended from outside: the machine may lack memory; give [engine] more"
                    " `buckets`, or fewer `workers`"
                ) from exc
            parcels = left
        else:
            break
    return spent


def _in_processes(
    piece: PieceOfWork, parcels: Sequence[Parcel], processes: int, share: Limits
) -> Iterator[Spent]:
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(piece, share)
    ) as pool:
        try:
            futures = [pool.submit(_work, parcel) for parcel in parcels]
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _begin(piece: PieceOfWork, share: Limits) -> None:
    """Let this process keep to its share, and end with the one that began it."""
    with suppress(ValueError):  # Ctrl-C is for whoever began it, who ends the pool.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nothing is left to do at its end: DuckDB would complain of what the interpreter has not freed.
    atexit.register(_exit, 0)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    obey(share)
    _piece[:] = [piece]


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    _exit(1)


def _work(parcel: Parcel) -> Spent:
    return work(_piece[0], parcel)
