"""Snapshots that the state knows and the store lacks stop the evaluation, and take nothing back."""

import json
import shutil
from datetime import date

import pytest
from sqlalchemy import create_engine, make_url, text
from story import World, crowd, flow, job
from tempo import first_quick, long
from typer.testing import CliRunner, Result

from monitor.cli.entry import app
from monitor.intake.snapshots.lost import Lost, lost_snapshots, lost_text
from monitor.intake.snapshots.store import Store
from monitor.state import State, Taken
from monitor.state.migrations import migrate
from monitor.state.tables import METADATA

RULES = {"talent": flow("meta", "xai", people=2, within="180d")}
DAYS = ("2025-01-01", "2025-02-01", "2025-03-01")


def talentwatch(world: World, *arguments: str, code: int = 0) -> Result:
    """Run a command within this process, and expect its exit code."""
    config = ["--config", str(world.root / "config.toml")]
    done = CliRunner().invoke(app, [*arguments, *config])
    assert done.exit_code == code, (done.output, done.exception)
    return done


def play(world: World) -> World:
    """Three people of two sources go, one by one; two of them are told."""
    world.on(DAYS[0], ada=[job("Meta")], bob=[job("Meta")], cyd=[job("Meta")], **crowd("Meta", 12))
    world.then(DAYS[1], ada=[job("xAI")], bob=[job("xAI")])
    world.then(DAYS[2], cyd=[job("xAI")])
    for day in DAYS[1:]:
        world.on(day, "web", **crowd("Google", 3))
    world.run(DAYS[2])
    return world


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> World:
    """Return a world whose alert is open and told."""
    world = World(tmp_path_factory.mktemp("played"), rules=RULES, sources=("press", "web"))
    return play(world)


@pytest.fixture
def world(played, tmp_path) -> World:
    """Return a copy of that world whose inbox is empty: what it saw is in its store alone."""
    copy = World(tmp_path / "copy", rules=RULES, sources=("press", "web"))
    shutil.copytree(played.root / "snapshots", copy.root / "snapshots")
    for source in copy.sources:
        (copy.root / "inbox" / source).mkdir(parents=True)
    assert copy.ledger() == played.ledger() != []
    return copy


def lose(world: World, how: str) -> set[str]:
    """Lose a part of the store; return the sources that it concerns."""
    store = world.root / "snapshots" / "store"
    match how:
        case "all":
            shutil.rmtree(store)
            return {"press", "web"}
        case "a source":
            shutil.rmtree(store / "web")
            return {"web"}
        case "an early day":
            shutil.rmtree(store / "press" / DAYS[0])
        case "the newest day":
            shutil.rmtree(store / "press" / DAYS[2])
        case "a manifest":
            (store / "press" / DAYS[1] / "manifest.json").unlink()
        case _:
            other = World(world.root / "elsewhere", rules=RULES)
            other.on(DAYS[0], eve=[job("OpenAI")], **crowd("Meta", 12))
            other.run(DAYS[0])
            shutil.rmtree(store / "press" / DAYS[0])
            shutil.copytree(
                other.root / "snapshots" / "store" / "press" / DAYS[0], store / "press" / DAYS[0]
            )
    return {"press"}


LOSSES = ("all", "a source", "an early day", "the newest day", "a manifest", "another content")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "derived"),
    [
        ("an early day", "derived tables there"),
        *(long(how, "derived tables there") for how in LOSSES if how != "an early day"),
        long("all", "derived tables gone"),
    ],
)
def test_lost_snapshots_take_nothing_back_and_all_goes_on_once_they_are_back(
    world, tmp_path, how, derived
):
    """Exit 1 names them, one notice says it, and the next good run is as if nothing had been."""
    ledger, sent = world.ledger_bytes(), world.sent()
    shutil.copytree(world.root / "snapshots" / "store", tmp_path / "kept")
    sources = lose(world, how)
    if derived == "derived tables gone":
        (world.root / "snapshots" / "derived.duckdb").unlink()
    for _ in range(4 if how == "all" else 1):
        done = talentwatch(world, "run", "--now", "2025-03-02", code=1)
        assert all(f"source {source}: of the" in done.stderr for source in sources)
        assert "Nothing was evaluated" in done.stdout
    assert (world.ledger_bytes(), world.sent()) == (ledger, sent)
    notices = [key for key in world.notices() if "missing:source" not in key]
    assert notices == ["stopped:snapshots"]
    shutil.rmtree(world.root / "snapshots" / "store", ignore_errors=True)
    shutil.copytree(tmp_path / "kept", world.root / "snapshots" / "store")
    talentwatch(world, "run", "--now", DAYS[2])
    assert (world.ledger_bytes(), world.sent()) == (ledger, sent)
    lose(world, how)
    talentwatch(world, "run", "--now", "2025-03-03", code=1)
    assert world.notices().count("stopped:snapshots") == 2


@pytest.mark.slow
def test_what_is_new_is_taken_in_meanwhile_and_told_once_the_rest_is_back(world, tmp_path):
    """The ledger is then that of a watch without the trouble (replay equality)."""
    store = world.root / "snapshots" / "store"
    shutil.move(store / "web", tmp_path / "web")
    world.on("2025-04-01", ada=[job("xAI")], bob=[job("Meta")], cyd=[job("xAI")], **crowd("Meta"))
    talentwatch(world, "run", "--now", "2025-04-01", code=1)
    assert (store / "press" / "2025-04-01" / "manifest.json").is_file()
    shutil.move(tmp_path / "web", store / "web")
    talentwatch(world, "run", "--now", "2025-04-01")
    undisturbed = play(World(tmp_path / "undisturbed", rules=RULES, sources=("press", "web")))
    undisturbed.on(
        "2025-04-01", ada=[job("xAI")], bob=[job("Meta")], cyd=[job("xAI")], **crowd("Meta")
    )
    undisturbed.run("2025-04-01")
    assert world.ledger_bytes() == undisturbed.ledger_bytes()


@pytest.mark.slow
def test_files_that_are_still_in_the_inbox_bring_a_lost_store_back(played, tmp_path):
    """They are taken in again before anything is missed."""
    world = played.copied(tmp_path / "world")
    ledger = world.ledger_bytes()
    shutil.rmtree(world.root / "snapshots" / "store")
    (world.root / "snapshots" / "derived.duckdb").unlink()
    talentwatch(world, "run", "--now", DAYS[2])
    assert world.ledger_bytes() == ledger


@pytest.mark.slow
def test_status_names_what_is_missing_and_exits_with_1(world):
    """Also as JSON, before any run met it."""
    lose(world, "an early day")
    done = talentwatch(world, "status", "--now", DAYS[2], code=1)
    assert "source press: of the 3 snapshots that the alerts rest on 1 are not" in done.stderr
    facts = json.loads(talentwatch(world, "status", "--json", "--now", DAYS[2], code=1).stdout)
    assert facts["lost_snapshots"] == {"press": {"known": 3, "missing": [DAYS[0]], "other": []}}


@pytest.mark.parametrize("command", [("backfill", "--since", DAYS[0]), ("run", "--dry-run")])
def test_a_replay_and_a_dry_run_stop_as_well(world, command):
    """A backfill over a hole would take alerts back as a run would."""
    ledger = world.ledger_bytes()
    lose(world, "all")
    talentwatch(world, *command, code=1)
    assert world.ledger_bytes() == ledger


@pytest.mark.parametrize("how", first_quick(["all", "a source", "an early day", "another content"]))
def test_an_operator_can_say_that_it_is_meant(world, how):
    """The next run goes by what the store has, and the decision is in the log."""
    for source in sorted(lose(world, how)):
        done = talentwatch(world, "snapshots", "confirm-missing", source, "--why", "asked to")
        assert "may be gone" in done.stdout
    talentwatch(world, "run", "--now", DAYS[2])
    with world.state() as tx:
        decisions = tx.decisions("missing snapshot")
        known = {f"{source} {day}" for source, day in tx.taken_snapshots()}
    assert {decision.why for decision in decisions} == {"asked to"}
    assert known == {line.rpartition(" ")[0] for line in world.snapshots()}
    status = CliRunner().invoke(app, ["status", "--config", str(world.root / "config.toml")])
    assert "rest on" not in status.output


def test_nothing_is_confirmed_where_nothing_is_missing(world):
    """A name that is none is refused."""
    done = talentwatch(world, "snapshots", "confirm-missing", "web", "--why", "none")
    assert "nothing to confirm" in done.stdout
    wrong = ["snapshots", "confirm-missing", "wob", "--why", "x"]
    done = CliRunner().invoke(app, [*wrong, "--config", str(world.root / "config.toml")])
    assert "there is no source 'wob'" in str(done.exception)
    with world.state() as tx:
        assert tx.decisions() == []


@pytest.mark.slow
def test_what_operators_do_on_purpose_is_no_loss(world):
    """Replacing a day, rejecting one, thinning and another limit go through."""
    store = Store(world.root / "snapshots" / "store")
    changed = world.root / f"{DAYS[0]}.jsonl"
    lines = [{"id": who, "positions": what} for who, what in crowd("Meta", 12).items()]
    changed.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    talentwatch(world, "import", "press", str(changed), "--replace")
    talentwatch(world, "run", "--now", DAYS[2])
    talentwatch(world, "snapshots", "reject", "press", DAYS[1])
    talentwatch(world, "run", "--now", DAYS[2])
    store.thin("web", date(2025, 3, 1), date(2025, 2, 1))
    world.rewrite(config="[sources.press.quality]\nmissing = 0.9")
    (world.root / "snapshots" / "derived.duckdb").unlink()
    talentwatch(world, "run", "--now", DAYS[2])
    with world.state() as tx:
        assert lost_snapshots(store, tx.taken_snapshots()) == []


@pytest.mark.slow
def test_a_rejected_and_a_thinned_snapshot_are_not_lost(world):
    """They stand in the store as before."""
    talentwatch(world, "snapshots", "reject", "press", DAYS[1])
    store = Store(world.root / "snapshots" / "store")
    store.thin("web", date(2025, 3, 1), date(2025, 2, 1))
    talentwatch(world, "run", "--now", DAYS[2])
    with world.state() as tx:
        assert lost_snapshots(store, tx.taken_snapshots()) == []


def test_an_import_over_a_hole_compares_nothing(world, tmp_path):
    """It stores its file, and fills the hole if the file is the one that is missing."""
    kept = tmp_path / "kept"
    shutil.copytree(world.root / "snapshots" / "store", kept)
    lose(world, "an early day")
    new = tmp_path / "2025-04-01.jsonl"
    new.write_text('{"id": "ada", "positions": []}\n', encoding="utf-8")
    talentwatch(world, "import", "press", str(new), code=1)
    assert (world.root / "snapshots" / "store" / "press" / "2025-04-01").is_dir()
    assert [line for line in world.snapshots() if "2025-04-01" in line] == []


# -- what the state remembers ----------------------------------------------------------------------


def test_the_state_remembers_snapshots_by_checksum_and_verdict(state_url):
    """What is not named stays; what is forgotten is gone (both databases)."""
    first, second = ("press", date(2025, 1, 1)), ("press", date(2025, 2, 1))
    with State.open(state_url) as state:
        with state.transaction() as tx:
            tx.remember_snapshots({first: Taken("a", "baseline"), second: Taken("b", "accepted")})
        with state.transaction() as tx:
            tx.remember_snapshots({second: Taken("c", "suspect")})
        with state.reading() as tx:
            known = tx.taken_snapshots()
        assert known == {first: Taken("a", "baseline"), second: Taken("c", "suspect")}
        with state.transaction() as tx:
            tx.forget_snapshots([first])
            assert tx.taken_snapshots().keys() == {second}


def test_a_state_of_an_older_version_knows_its_snapshots_by_their_days(state_url):
    """Even one that is restored without its store; it gets an identity (both databases)."""
    basis = {"grounds": "x", "judged": {"press:2025-01-01": "ab", "move m1 :2025-02-01": "cd"}}
    State.open(state_url).close()  # makes the folder
    engine = create_engine(make_url(state_url))
    with engine.begin() as connection:
        METADATA.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        migrate(connection, to="0003")
        connection.execute(
            text("INSERT INTO cursors VALUES ('basis', :basis)"), {"basis": json.dumps(basis)}
        )
        migrate(connection)
    engine.dispose()
    with State.open(state_url) as state, state.reading() as tx:
        assert tx.taken_snapshots() == {("press", date(2025, 1, 1)): Taken(None, None)}
        assert tx.cursor("watch")


def test_a_state_of_an_older_version_is_held_against_the_store_and_goes_on(world):
    """Its days are enough to miss a snapshot; the first good run adds the checksums."""
    with State.open(world.settings.state) as state, state.transaction() as tx:
        days = {key: Taken(None, None) for key in tx.taken_snapshots()}
        tx.remember_snapshots(days)
    talentwatch(world, "run", "--now", DAYS[2])
    with world.state() as tx:
        assert {snapshot.sha256 is None for snapshot in tx.taken_snapshots().values()} == {False}
    with State.open(world.settings.state) as state, state.transaction() as tx:
        tx.remember_snapshots(days)
    lose(world, "all")
    talentwatch(world, "run", "--now", DAYS[2], code=1)


def test_a_replacement_that_is_cut_off_is_no_loss(world, monkeypatch):
    """The state expects neither content while a day is replaced."""

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    file = world.root / f"{DAYS[0]}.jsonl"
    file.write_text('{"id": "ada", "positions": []}\n', encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(Store, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            world.import_(file, replace=True)
    with world.state() as tx:
        assert ("press", date(2025, 1, 1)) not in tx.taken_snapshots()
    talentwatch(world, "run", "--now", DAYS[2])


def test_a_long_list_of_days_is_cut(tmp_path):
    """Five are named, of more the number."""
    days = tuple(date(2025, 1, day) for day in range(1, 8))
    five = Lost(source="press", known=9, missing=days[:5], other=())
    seven = Lost(source="press", known=9, missing=days, other=())
    assert "2025-01-05. Nothing" in next(lost_text([five], tmp_path))
    assert "2025-01-05 and 2 more. Nothing" in next(lost_text([seven], tmp_path))
