"""Into how many buckets a piece of work is divided; how it is handed out and put together.

What crosses profiles is asked of all of them afterwards: gates, likely doubles, who is who. So a
look in buckets tells what it tells in one.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from monitor.base.engine import Engine
from monitor.base.machine.limits import in_force
from monitor.base.telemetry import logs
from monitor.base.telemetry.timing import stage
from monitor.moves.derivation.buckets.parcels import Parcel, given_folder, opened, whole_file
from monitor.moves.derivation.buckets.placing import run_all
from monitor.moves.derivation.buckets.turns import follow_turns
from monitor.moves.derivation.buckets.work import (
    BELIEVED,
    MEANT,
    NEEDED,
    READ,
    FirstLook,
    LooksTogether,
    PieceOfWork,
    Spent,
    for_buckets,
)
from monitor.moves.derivation.comparison import ShownLook
from monitor.moves.derivation.inputs import DerivationInputs

OF_A_BUCKET = 62_500
"""How many profiles are followed at once, where the derived tables are; more are divided."""


def number_of_buckets(profiles: int) -> int:
    """Return into how many buckets this many profiles are divided; 1 is the case of few."""
    if profiles <= OF_A_BUCKET:
        return 1
    return in_force().buckets or math.ceil(profiles / OF_A_BUCKET)


def is_large(profiles: int) -> bool:
    """Whether this many profiles are divided."""
    return number_of_buckets(profiles) > 1


def follow_first_look(engine: Engine, look: ShownLook, inputs: DerivationInputs) -> None:
    """Follow the first look at a source in buckets, up to the moves of its profiles."""
    number = number_of_buckets(look.people)
    shared: dict[int, list[str]] = defaultdict(list)
    for bucket, profile in engine.rows(
        "shared_in_buckets", shared=list(look.shared), buckets=number
    ):
        shared[bucket].append(profile)
    with opened(engine) as folder:
        for name, files in (("profiles", look.profiles), ("positions", look.positions)):
            place = given_folder(folder, name)
            engine.split(f"{name}_in_buckets", place, number, buckets=number, **{name: files})
        piece = FirstLook(inputs=for_buckets(inputs), look=look, shared=dict(shared))
        _run(engine, piece, folder, range(number))


def follow_looks(
    engine: Engine, inputs: DerivationInputs, source: str, first: date, *, placeholders: bool
) -> None:
    """Follow the looks that were read together, in buckets if they show many profiles otherwise."""
    ((profiles,),) = engine.rows("looked_profiles_count")
    number = number_of_buckets(profiles)
    if number == 1:
        follow_turns(engine, inputs, source, first, placeholders=placeholders)
        return
    engine.run("look_buckets", source=source, buckets=number)
    with opened(engine) as folder:
        keys = {
            **dict.fromkeys(BELIEVED, ("source", "profile")),
            **dict.fromkeys(READ, ("profile",)),
        }
        for table, key in keys.items():
            engine.split_table(table, "look_buckets", key, given_folder(folder, table))
        engine.split("sides_in_buckets", given_folder(folder, "sides"), number)
        for table in NEEDED:
            engine.give(table, whole_file(folder, table))
        piece = LooksTogether(
            inputs=for_buckets(inputs), source=source, first=first, placeholders=placeholders
        )
        # What is believed of these profiles is what their buckets tell.
        engine.run("store_forget_looked")
        _run(engine, piece, folder, range(number))


def _run(engine: Engine, piece: PieceOfWork, folder: Path, buckets: range) -> None:
    """Let every bucket work, and add what all of them tell."""
    with stage("buckets") as note:
        note(**_summary(run_all(piece, folder, buckets)))
    for table in piece.tells:
        files = [
            str(Parcel(folder=folder, bucket=bucket).told / f"{table}.parquet")
            for bucket in buckets
        ]
        engine.take(table, files, once=table in MEANT)


def _summary(spent: Sequence[Spent]) -> dict[str, object]:
    """Say of all buckets what they took, and log it of each."""
    for each in spent:
        logs.info("bucket", **asdict(each))
    return {
        "buckets": len(spent),
        "hosts": len({each.host for each in spent}),
        "worker_seconds": round(sum(each.seconds for each in spent), 3),
        "worker_processor": round(sum(each.processor for each in spent), 3),
        "longest": max((each.seconds for each in spent), default=0),
        "most_memory": max((each.memory for each in spent), default=0),
    }
