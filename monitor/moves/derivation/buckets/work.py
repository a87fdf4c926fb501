"""What one bucket does: the statements of a whole look, on its rows alone, in its own memory."""

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from socket import gethostname
from typing import Protocol

from monitor.base.engine import Engine
from monitor.base.machine.processes import most_memory
from monitor.base.private_files import make_folder
from monitor.identity.people.clusters import People
from monitor.moves.derivation.buckets.parcels import SPILL, Parcel
from monitor.moves.derivation.buckets.turns import follow_turns
from monitor.moves.derivation.comparison import ShownLook, follow_changes, read_statements
from monitor.moves.derivation.derived_tables import ROOTS
from monitor.moves.derivation.inputs import DerivationInputs

BELIEVED = (
    *("tenures", "profile_moves", "match_keys", "profile_names", "sightings"),
    "crowded_profiles",
)
"""The derived tables of which each row is of one profile: a bucket has those of its profiles."""
MEANT = ("names", "teams", "sides")
"""Those whose rows say what something means: several buckets may tell one of them."""
READ = ("look_changes", "look_names", "look_positions")
"""What was read of several looks, by profile."""
SIGNS = ("followed_looks", "look_departures", "look_relabels", "look_moves")
"""What the gates will ask of several looks."""
NEEDED = ("looks", "unclear_at_looks", "judged", "holds")
"""What every bucket needs whole."""


class PieceOfWork(Protocol):
    """What every bucket of a piece of work does; it can be sent to another process."""

    @property
    def inputs(self) -> DerivationInputs:
        """What the derivation follows from, besides the looks."""

    @property
    def tells(self) -> Sequence[str]:
        """The tables whose rows it tells."""

    def follow(self, engine: Engine, parcel: Parcel) -> None:
        """Fill the tables that it tells from what it is given; the derived ones are empty."""


@dataclass(frozen=True, kw_only=True)
class FirstLook:
    """Follow the first look at a source, of whose profiles nothing is believed."""

    inputs: DerivationInputs
    look: ShownLook
    shared: Mapping[int, Sequence[str]] = field(default_factory=dict)
    """By bucket, the ids that several people share."""

    @property
    def tells(self) -> Sequence[str]:
        """The tables whose rows it tells."""
        return *BELIEVED, *MEANT

    def follow(self, engine: Engine, parcel: Parcel) -> None:
        """Do as the first look at a source alone does."""
        profiles = parcel.given("profiles")
        look = replace(
            self.look,
            profiles=profiles,
            positions=parcel.given("positions"),
            former_profiles=profiles,
            shared=self.shared.get(parcel.bucket, ()),
        )
        engine.run("first_changed_profiles", after=profiles, day=look.day)
        read_statements(engine, look, self.inputs)
        follow_changes(engine, look, self.inputs, silent=False)


@dataclass(frozen=True, kw_only=True)
class LooksTogether:
    """Follow several looks together, of whose profiles something may be believed."""

    inputs: DerivationInputs
    source: str
    first: date
    """The day of the first of them."""
    placeholders: bool
    """As `follow_turns` takes it."""

    @property
    def tells(self) -> Sequence[str]:
        """The tables whose rows it tells."""
        return *BELIEVED, *MEANT, *SIGNS

    def follow(self, engine: Engine, parcel: Parcel) -> None:
        """Do as many looks together do, before a gate is asked."""
        engine.run("looks_together")
        for table in (*BELIEVED, *READ, "sides"):
            engine.take(table, parcel.given(table))
        for table in NEEDED:
            engine.take(table, [parcel.whole(table)])
        follow_turns(engine, self.inputs, self.source, self.first, placeholders=self.placeholders)


def for_buckets(inputs: DerivationInputs) -> DerivationInputs:
    """Return what a bucket needs of the inputs: who is who is settled later, for all of them."""
    return replace(
        inputs,
        people=People(),
        decisions={},
        reviews=(),
        known={},
        removed={},
        held=frozenset(),
        links=(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one bucket took, where it was followed."""

    bucket: int
    seconds: float
    processor: float
    """Seconds of it."""
    memory: int
    """The most bytes that its process held until then, with what it did before."""
    host: str


def work(piece: PieceOfWork, parcel: Parcel) -> Spent:
    """Follow one bucket, and write what it tells: all of it, or nothing."""
    began, processor = time.monotonic(), time.process_time()
    unfinished = parcel.told.with_name(f"{parcel.bucket}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    # DuckDB makes the last folder of a path alone.
    make_folder(parcel.folder / SPILL)
    with Engine(spill=parcel.folder / SPILL / str(parcel.bucket)) as engine:
        engine.run("derived_tables")
        engine.fill("roots", ROOTS, piece.inputs.directory.dated_roots())
        piece.follow(engine, parcel)
        for table in piece.tells:
            engine.give(table, unfinished / f"{table}.parquet")
    unfinished.rename(parcel.told)
    return Spent(
        bucket=parcel.bucket,
        seconds=round(time.monotonic() - began, 3),
        processor=round(time.process_time() - processor, 3),
        memory=most_memory(),
        host=gethostname(),
    )
