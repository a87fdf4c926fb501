"""Old snapshots take less room, and everything follows from them as before."""

import json
import random
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from kill_harness import zygote
from story import World, flow, job, profile
from typer.testing import CliRunner, Result

from monitor.base.errors import SnapshotError
from monitor.base.records import Manifest
from monitor.cli.entry import app
from monitor.cli.options import assembly
from monitor.intake.snapshots.store import Store
from monitor.intake.snapshots.thinning import BASIC, bases
from monitor.operations.housekeeping import TIDIED
from monitor.operations.run import Wanted, run_once
from monitor.state import State

BEGIN = date(2025, 1, 25)
DAYS = 16
LAST = DAYS - 1
PLACES = ("Meta", "xAI", "OpenAI", "Google")
PEOPLE = 300
RULE = flow("*", "*", people=4, within="30d", group_by=["from.organization", "to.organization"])


def day(number: int) -> str:
    return (BEGIN + timedelta(days=number)).isoformat()


def observe(world: World, days: int) -> None:
    """Write a snapshot a day: some move, some vanish and come back, some are only touched."""
    chance = random.Random(3)
    people: dict[str, dict[str, Any]] = {
        f"p{n}": {
            "name": f"Person {chance.random()}",
            "url": f"https://example.org/{chance.random()}",
            "positions": [{"organization": PLACES[n % 4], "title": f"engineer {n}"}],
        }
        for n in range(PEOPLE)
    }
    for number in range(days):
        for person in chance.sample(sorted(people), 6 if number else 0):
            before = people[person]["positions"][0]
            moved = {"organization": chance.choice(PLACES), "start": day(number)}
            people[person] = {"positions": [moved, {**before, "end": day(number)}]}
        people[chance.choice(sorted(people))]["updated_on"] = day(number)
        people[chance.choice(sorted(people))]["same_as"] = [f"other:{number}"]
        away = set(chance.sample(sorted(people), 3))
        order = sorted(people, key=lambda who: (chance.random() < 0.02, who))
        world.observe(day(number), {who: people[who] for who in order if who not in away})


def run(world: World, number: int) -> None:
    moment = datetime.fromisoformat(f"{day(number)}T23:00:00+00:00")
    assert not run_once(world.settings, Wanted(assembly=assembly, clock=lambda: moment)).errors


def talentwatch(world: World, *arguments: str) -> Result:
    config = ["--config", str(world.root / "config.toml")]
    return CliRunner().invoke(app, [*arguments, *config])


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """A world of sixteen days of two months, all of them whole."""
    world = World(
        tmp_path_factory.mktemp("origin"),
        rules={"pairs": RULE},
        config="[retention]\nthin_after = false",
    )
    observe(world, DAYS)
    run(world, LAST)
    return world


@pytest.fixture(scope="module")
def slim(origin, tmp_path_factory):
    """The same world after a run that thinned what is older than five days."""
    root = tmp_path_factory.mktemp("slim") / "world"
    shutil.copytree(origin.root, root)
    world = World(root, rules={"pairs": RULE}, config="[retention]\nthin_after = '5d'")
    with State.open(world.settings.state) as state, state.transaction() as tx:
        tx.set_cursor(TIDIED, None)  # which the other world has done on this day already
    run(world, LAST)
    assert sum(manifest.base is not None for manifest in manifests(world).values()) == 8
    return world


@pytest.fixture
def thinned(slim, tmp_path):
    """A copy of the thinned world, to change it."""
    shutil.copytree(slim.root, tmp_path / "world")
    return World(tmp_path / "world", rules={"pairs": RULE}, config=slim.config)


def store(world: World) -> Store:
    return Store(world.root / "snapshots" / "store")


def manifests(world: World) -> dict[date, Manifest]:
    return store(world).manifests("press")


def size(world: World, on: date) -> int:
    return sum(path.stat().st_size for path in store(world).path("press", on).iterdir())


def rows(world: World, on: date) -> list[list[dict[str, Any]]]:
    """Read all that a snapshot says, in order."""
    paths = store(world).profiles("press", on), store(world).positions("press", on)
    return [pq.read_table(path).to_pylist() for path in paths]


@pytest.mark.slow
def test_a_thinned_snapshot_reads_as_it_did_and_takes_a_part_of_the_room(origin, thinned):
    """All but the first of each month are thinned; each row is there again, in its order."""
    found = {on: manifest.base for on, manifest in manifests(thinned).items() if manifest.base}
    before = BEGIN + timedelta(days=LAST - 5)
    assert found == bases(manifests(origin), before=before)
    for on in found:
        assert rows(thinned, on) == rows(origin, on)
        assert not store(thinned).verify("press", on)
    assert sum(size(thinned, on) for on in found) < 0.5 * sum(size(origin, on) for on in found)
    assert talentwatch(thinned, "snapshots", "verify").exit_code == 0


@pytest.mark.slow
def test_a_run_that_is_killed_while_it_thins_leaves_each_snapshot_whole_or_thinned(
    origin, tmp_path
):
    """Whatever stands there reads as it did, and the next run goes on."""
    shutil.copytree(origin.root, tmp_path / "world")
    config = "[retention]\nthin_after = '5d'"
    world = World(tmp_path / "world", rules={"pairs": RULE}, config=config)
    chance, killed, counts = random.Random(8), 0, set()
    with zygote() as forks:
        for number in range(DAYS, DAYS + 20):
            moment = datetime.fromisoformat(f"{day(number)}T23:00:00+00:00")
            after = chance.uniform(0.5, 2.5)
            killed += forks.run_at(world.root / "config.toml", moment, kill_after=after) < 0
            found = manifests(world)
            assert found.keys() == manifests(origin).keys()
            counts.add(sum(manifest.base is not None for manifest in found.values()))
            if len(counts) > 3:
                break
    assert killed
    for on in manifests(world):
        assert not store(world).verify("press", on)
        assert rows(world, on) == rows(origin, on)


@pytest.mark.slow
def test_history_follows_from_thinned_snapshots_as_from_whole_ones(origin, thinned):
    """Dropping all that is derived, and a late file in their middle, end as in the other world."""
    late = BEGIN + timedelta(days=4)
    for world in (origin, thinned):
        assert world.ledger_bytes()
    (thinned.root / "snapshots" / "derived.duckdb").unlink()
    shutil.rmtree(store(thinned).path("press", late))
    run(thinned, LAST)
    assert thinned.ledger_bytes() == origin.ledger_bytes()
    assert thinned.move_rows() == origin.move_rows()
    assert thinned.snapshots() == origin.snapshots()
    leftover = [*(thinned.root / "snapshots" / "store" / "press").glob(".whole-*")]
    assert len(leftover) <= 3


@pytest.mark.slow
def test_evidence_is_quoted_from_thinned_snapshots(origin, thinned):
    """A bundle holds the same records as it would have."""
    alert = origin.alerts()[0]["alert"]
    bundles = []
    for world in (origin, thinned):
        file = world.root / "bundle.zip"
        assert talentwatch(world, "explain", alert, "--bundle", str(file)).exit_code == 0
        folder = world.root / "bundle"
        shutil.unpack_archive(file, folder)
        bundles.append(
            {
                path.relative_to(folder).as_posix(): path.read_bytes()
                for path in folder.rglob("records/**/*.jsonl")
            }
        )
        shutil.rmtree(folder)
        file.unlink()
    assert bundles[0]
    assert bundles[0] == bundles[1]


@pytest.mark.slow
def test_damage_to_a_base_is_damage_to_what_rests_on_it_and_is_healed(origin, thinned):
    """Each is named; taking the one snapshot again heals all."""
    base = BEGIN
    for name in BASIC:
        path = store(thinned).path("press", base) / name
        path.chmod(0o644)
        path.write_bytes(b"scribbled over")
    resting = [on for on, manifest in manifests(thinned).items() if manifest.base == base]
    with pytest.raises(SnapshotError, match="is damaged"):
        store(thinned).require_whole("press", resting[0])
    assert talentwatch(thinned, "snapshots", "verify", "--heal").exit_code == 0
    assert rows(thinned, resting[0]) == rows(origin, resting[0])
    assert talentwatch(thinned, "snapshots", "verify").exit_code == 0


@pytest.mark.long
def test_what_rests_on_a_snapshot_is_whole_before_that_is_replaced(origin, thinned):
    """Another content of the base day changes that day and no other."""
    resting = [on for on, manifest in manifests(thinned).items() if manifest.base == BEGIN]
    file = thinned.file(BEGIN.isoformat(), json.dumps({"id": "p1"}) + "\n")
    done = talentwatch(thinned, "import", "press", str(file), "--replace")
    assert done.exit_code == 0, done.output
    assert manifests(thinned)[BEGIN].profiles == 1
    for on in resting[::2]:
        assert manifests(thinned)[on].base is None
        assert rows(thinned, on) == rows(origin, on)


def test_what_would_not_become_smaller_stays(tmp_path):
    """A snapshot of other people than the first of its month is left as it is."""
    world = World(tmp_path, rules={"pairs": RULE}, config="[retention]\nthin_after = '0d'")
    for number in range(3):
        people = {f"{number}-{n}": {"positions": [{"organization": "Meta"}]} for n in range(9)}
        world.observe(day(number), people)
    run_once(
        world.settings, Wanted(assembly=assembly, clock=lambda: datetime(2025, 9, 1, tzinfo=UTC))
    )
    assert {manifest.base for manifest in manifests(world).values()} == {None}


@pytest.fixture(scope="module")
def days(tmp_path_factory):
    """Three days of one month, in which one of many people moves."""
    world = World(
        tmp_path_factory.mktemp("days"),
        rules={"one": flow("meta", "xai", people=1)},
        config="[retention]\nthin_after = false",
    )
    here = {f"p{n}": profile(job("Meta", title=f"engineer {n}")) for n in range(200)}
    for number in range(7, 10):
        moved = {"p0": profile(job("Meta", end=day(9)), job("xAI"))} if number == 9 else {}
        world.observe(day(number), here | moved)
    run(world, 10)
    return world


@pytest.fixture
def thin(days, tmp_path):
    """A copy of the three days, after a run that thinned the one in the middle."""
    world = replace(days.copied(tmp_path / "world"), config="[retention]\nthin_after = '1d'")
    run(world, 11)
    kept = [manifest.base is None for manifest in manifests(world).values()]
    assert kept == [True, False, True]
    return world


@pytest.mark.slow
def test_each_row_of_a_thinned_snapshot_is_there_again_and_tells_the_same(days, thin):
    """In less room; what is derived from it anew is what was."""
    on = BEGIN + timedelta(days=8)
    assert rows(thin, on) == rows(days, on)
    assert not store(thin).verify("press", on)
    assert size(thin, on) < size(days, on)
    (thin.root / "snapshots" / "derived.duckdb").unlink()
    run(thin, 12)
    assert thin.move_rows() == days.move_rows() != []
    assert thin.ledger() == days.ledger() != []


@pytest.mark.slow
def test_the_base_of_thinned_snapshots_is_healed_and_replaced_alone(days, thin):
    """Also where what rests on it was made from the same bytes; no other day changes."""
    base, resting = (BEGIN + timedelta(days=number) for number in (7, 8))
    path = store(thin).path("press", base) / "profiles.parquet"
    path.chmod(0o644)
    path.write_bytes(b"scribbled over")
    with pytest.raises(SnapshotError, match="is damaged"):
        store(thin).require_whole("press", resting)
    assert talentwatch(thin, "snapshots", "verify", "--heal").exit_code == 0
    assert rows(thin, resting) == rows(days, resting)
    file = thin.file(day(7), json.dumps({"id": "p1"}) + "\n")
    assert talentwatch(thin, "import", "press", str(file), "--replace").exit_code == 0
    assert manifests(thin)[base].profiles == 1
    assert rows(thin, resting) == rows(days, resting)


@pytest.mark.slow
def test_records_of_long_ago_are_forgotten(days, tmp_path):
    """The messages and the runs; the ledger, and what was told, stay."""
    config = "[retention]\nthin_after = false\nrecords = '100d'"
    world = replace(days.copied(tmp_path / "world"), config=config)
    ledger, sent = world.ledger(), world.sent()
    run(world, 200)
    with world.state() as tx:
        assert {delivery.created_at.date() for delivery in tx.deliveries()} <= {
            BEGIN + timedelta(days=200)
        }
        assert len(tx.runs()) == 1
    assert world.ledger()[: len(ledger)] == ledger
    assert world.sent()[: len(sent)] == sent


@pytest.mark.slow
def test_old_records_are_forgotten_and_nothing_is_told_again(origin, tmp_path):
    """Messages, runs, gaps and wording go; the ledger, and what was told, stay."""
    shutil.copytree(origin.root, tmp_path / "world")
    config = "[retention]\nthin_after = false\nrecords = '100d'"
    world = World(tmp_path / "world", rules={"pairs": RULE}, config=config)
    file: Path = world.root / "alerts.jsonl"
    said, ledger = file.read_bytes(), world.ledger()
    with State.open(world.settings.state) as state, state.transaction() as tx:
        assert tx.deliveries()
        tx.set_cursor(f"gap:press:{day(3)}", "x")
        told = tx.notifications()
    for number in (60, 200, 201):
        run(world, number)
    with world.state() as tx:
        assert tx.cursors("gap:") == {}
        assert {delivery.created_at.date() for delivery in tx.deliveries()} <= {
            BEGIN + timedelta(days=200)
        }
        assert len(tx.runs()) == 2
        assert tx.notifications()[: len(told)] == told
    assert world.ledger()[: len(ledger)] == ledger
    ids = [json.loads(line)["id"] for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(ids) == len(set(ids))
    assert file.read_bytes().startswith(said)
