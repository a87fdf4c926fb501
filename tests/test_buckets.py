"""Looks in buckets tell what they tell in one, wherever the buckets are followed."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
from test_many_looks import INPUTS, Derived, derived, differences, stored, world

from monitor.base.derived_file import derived_path
from monitor.base.engine import Engine
from monitor.base.errors import StorageError
from monitor.base.machine.limits import Limits, in_force, obey
from monitor.base.records import Observation
from monitor.base.settings import Layout, load_settings
from monitor.identity.organizations import Directory
from monitor.intake.snapshots.store import Store
from monitor.intake.sources.files import Files
from monitor.moves.derivation.buckets import driving, placing
from monitor.moves.derivation.buckets.parcels import Parcel, clear_leftovers, opened
from monitor.moves.derivation.buckets.work import PieceOfWork, work
from monitor.moves.derivation.inputs import DerivationInputs
from monitor.operations.rights.journal import Erasure
from monitor.operations.rights.rewriting.derived_rows import number_derived


@pytest.fixture(autouse=True)
def _limits():
    """Let other tests keep to what they kept to."""
    before = in_force()
    yield
    obey(before)


def in_buckets(store: Store, number: int, *, workers: int = 1) -> tuple[Derived, list[str]]:
    """Derive all snapshots in so many buckets; return with it what was divided, in order."""
    divided: list[str] = []
    run = driving._run

    def noted(engine: Engine, piece: PieceOfWork, *rest: Any) -> None:
        divided.append(type(piece).__name__)
        run(engine, piece, *rest)

    obey(replace(in_force(), buckets=number, workers=workers))
    with patch.object(driving, "OF_A_BUCKET", 0), patch.object(driving, "_run", noted):
        return derived(store), divided


def check(seed: int, *numbers: int, looks: int = 9) -> set[str]:
    """Hold a world in buckets against the same one undivided; return what was divided."""
    with TemporaryDirectory() as folder:
        store = stored(Path(folder), world(seed, number=looks))
        whole = derived(store)
        kinds: set[str] = set()
        for number in numbers:
            parts, divided = in_buckets(store, number)
            assert differences(whole, parts) == []
            kinds |= {*divided}
        return kinds


@pytest.mark.slow
def test_looks_in_buckets_tell_what_they_tell_in_one():
    """All rows of all tables, verdicts and notices are equal, of first looks and later ones."""
    assert check(1, 3, looks=5) == {"FirstLook", "LooksTogether"}


@pytest.mark.long
def test_looks_in_buckets_tell_the_same_in_many_worlds():
    """As the short form, for more worlds with faults and without, and more buckets than people."""
    kinds = [check(seed, 1, 4, 16, 64) for seed in range(10)]
    assert sum("LooksTogether" in some for some in kinds) > 4


# -- processes -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mortal:
    """A piece of work whose process is killed in the midst of one bucket, so many times."""

    piece: PieceOfWork
    marks: Path
    deaths: int
    victim: Callable[[], int] = os.getpid

    @property
    def inputs(self) -> Any:
        """As the piece of work has them."""
        return self.piece.inputs

    @property
    def tells(self) -> Any:
        """As the piece of work has them."""
        return self.piece.tells

    def follow(self, engine: Engine, parcel: Parcel) -> None:
        """Follow the bucket, and die at its end as often as was asked for."""
        self.piece.follow(engine, parcel)
        died = len(list(self.marks.iterdir()))
        if parcel.bucket == 1 and died < self.deaths:
            (self.marks / str(died)).touch()
            os.kill(self.victim(), signal.SIGKILL)


@pytest.mark.slow
def test_a_worker_that_is_killed_is_followed_by_another_or_the_run_says_so(tmp_path):
    """Nothing of its bucket is told twice, nor lost; what always dies ends in words."""
    store = stored(tmp_path, dict(list(world(5).items())[:1]))
    whole = derived(store)
    run_all, marks = placing.run_all, tmp_path / "marks"
    marks.mkdir()

    def killed(piece: PieceOfWork, *rest: Any) -> Any:
        return run_all(Mortal(piece, marks, deaths), *rest)

    with patch.object(driving, "run_all", killed):
        deaths = 1
        parts, divided = in_buckets(store, 4, workers=2)
        assert (differences(whole, parts), divided) == ([], ["FirstLook"])
        deaths = 9
        with patch.object(placing, "TRIES", 1), pytest.raises(StorageError, match="`buckets`"):
            in_buckets(store, 4, workers=2)


# -- what it needs ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Large:
    """A piece of work that needs more memory than it may have."""

    inputs: DerivationInputs = INPUTS
    tells: tuple[str, ...] = ()

    def follow(self, engine: Engine, parcel: Parcel) -> None:
        """Make a large table, and see where it went."""
        engine._connection.execute(
            "CREATE TEMP TABLE large AS"
            " SELECT i, repeat(md5(i::VARCHAR), 4) AS t FROM range(600000) AS r (i)"
        )
        assert list((parcel.folder / "spill" / str(parcel.bucket)).iterdir())


def test_what_the_memory_of_a_bucket_cannot_hold_goes_beside_it(tmp_path):
    """Less memory costs time, and no bucket."""
    obey(Limits(memory=120_000_000, threads=1))
    spent = work(Large(), Parcel(folder=tmp_path, bucket=7))
    assert (spent.bucket, (tmp_path / "told" / "7").is_dir()) == (7, True)
    assert spent.seconds >= 0


def test_a_process_makes_the_directory_of_the_same_documents(tmp_path):
    """Another process resolves names as this one does."""
    file = tmp_path / "organizations.toml"
    file.write_text('[organizations.acme]\nname = "Acme"\naliases = ["Acme Labs"]\n', "utf-8")
    directory = Directory.load(file)
    again = ForkingPickler.loads(ForkingPickler.dumps(directory))
    assert again.fingerprint == directory.fingerprint
    assert again.resolve("acme labs") == directory.resolve("acme labs")
    assert again.resolve("acme labs").root == "acme"


def test_what_a_killed_run_left_of_its_buckets_is_gone_after_the_next(tmp_path):
    """Rows of people do not stay beside the derived tables, wherever memory is continued."""
    for temp in (None, tmp_path / "room"):
        obey(replace(in_force(), temp=temp))
        with Engine(tmp_path / "derived.duckdb") as engine:
            with opened(engine) as folder:
                assert folder.is_relative_to(temp or tmp_path)
                assert folder.stat().st_mode & 0o077 == 0
            assert not folder.exists()
            (folder / "given").mkdir(parents=True)
            clear_leftovers(engine)
            assert not folder.exists()


def test_an_erasure_deletes_what_a_killed_run_left_of_rows(tmp_path):
    """Neither buckets nor what DuckDB's memory could not hold keep who is erased."""
    config = tmp_path / "config.toml"
    config.write_text('[sources.press]\nkind = "files"\n', "utf-8")
    settings = load_settings(config)
    for end in (".buckets/given", ".tmp", ".damaged-1"):
        (settings.snapshots / f"derived.duckdb{end}").mkdir(parents=True)
    nobody = Erasure(
        number=1, kind="forget", by="", why="", at=datetime.now(UTC), people=(), keys={}, salt=b""
    )
    assert not number_derived(derived_path(settings), nobody)
    # What a person put there is for that person to take away.
    assert [path.name for path in settings.snapshots.iterdir()] == ["derived.duckdb.damaged-1"]


def test_few_profiles_are_never_divided_and_many_by_their_number(tmp_path):
    """A quiet day costs what it did; a configured number counts for large looks."""
    config = tmp_path / "config.toml"
    config.write_text('[engine]\nthreads = 1\n[sources.press]\nkind = "files"\n', "utf-8")
    load_settings(config)
    counts = (62_500, 62_501, 130_000)
    assert [driving.number_of_buckets(count) for count in counts] == [1, 2, 3]
    assert in_force().processes == 1
    config.write_text(
        "[engine]\nbuckets = 7\nworkers = 2\n" + config.read_text("utf-8")[9:], "utf-8"
    )
    load_settings(config)
    assert [driving.number_of_buckets(count) for count in counts] == [1, 7, 7]
    assert in_force().processes == 2


@pytest.mark.slow
def test_ids_that_several_people_share_are_marked_by_one_bucket(tmp_path):
    """They are in no bucket's profiles, and each is crowded once."""
    path = tmp_path / "2025-01-06.csv"
    rows = ("Ann Lee,Acme", "Ann Lee,Border", "Bo Ex,Acme", "Cy Small,Border")
    path.write_text("\n".join(("Name,Agency", *rows, "")), "utf-8")
    columns = {"id": "Name", "name": "Name", "organization": "Agency"}
    store = Store(tmp_path / "store")
    for seen in Files(source="press", paths=[path], layout=Layout(columns=columns)).observations():
        assert isinstance(seen, Observation)
        store.write(seen)
    whole = derived(store)
    assert len(whole[1]["crowded_profiles"]) == 1
    parts, _ = in_buckets(store, 4)
    assert differences(whole, parts) == []
