"""A state that moves into another database tells nothing twice."""

import shutil
from datetime import UTC, datetime

import pytest
from databases import new_schema
from sqlalchemy import create_engine, func, make_url, select
from story import World, crowd, flow, job
from typer.testing import CliRunner, Result

from monitor.base.errors import LeaseHeld, StorageError, UsageError
from monitor.cli.entry import app
from monitor.operations.lease import held_state
from monitor.state import Outgoing, State
from monitor.state.tables import LEASES, METADATA

NEXT = "2025-03-01"


def talentwatch(world: World, *arguments: str) -> Result:
    """Run a command within this process."""
    return CliRunner().invoke(app, [*arguments, "--config", str(world.root / "config.toml")])


def refused(done: Result) -> str:
    """Return the words in which a command was refused."""
    assert isinstance(done.exception, UsageError | LeaseHeld | StorageError), done.output
    return str(done.exception)


def counts(url: str) -> dict[str, int]:
    """Count the rows of every table of a state that is worth keeping."""
    engine = create_engine(make_url(url))
    with engine.connect() as connection:
        found = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
            if table is not LEASES
        }
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> World:
    """Return a world with one open alert that was told, and files of a later day."""
    world = World(tmp_path_factory.mktemp("played"), rules={"t": flow("meta", "xai", people=1)})
    world.on("2025-01-01", **crowd("Meta"), ada=[job("Meta")], bob=[job("Meta")])
    world.then("2025-02-01", ada=[job("xAI")])
    assert talentwatch(world, "run", "--now", "2025-02-01").exit_code == 0
    return world


@pytest.fixture
def world(played, tmp_path) -> World:
    """Return a copy of that world."""
    copy = World(tmp_path / "copy", rules=played.rules)
    for folder in ("snapshots", "inbox"):
        shutil.copytree(played.root / folder, copy.root / folder)
    return copy


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request, tmp_path):
    """Give the URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'moved.db'}"
        return
    with new_schema() as url:
        yield url


@pytest.mark.slow
def test_every_row_goes_and_nothing_is_told_twice(world, target):
    """The next run by the new database sends nothing; one by the old database is refused."""
    before, sent = counts(world.settings.state), world.sent()
    done = talentwatch(world, "state", "move", target)
    assert done.exit_code == 0, done.output
    assert counts(target) == before
    assert "was moved to" in refused(talentwatch(world, "run", "--now", NEXT))
    config = world.root / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f'state = "{target}"\n{text}', encoding="utf-8")
    assert talentwatch(world, "run", "--now", "2025-02-01").exit_code == 0
    assert world.sent() == sent
    with State.open(target) as state, state.transaction() as tx:
        tx.decide("snapshot", "press:2025-02-01", "accepted", "ada", "", on=datetime.now(UTC))
        tx.enqueue([Outgoing(id="new", channel="lines", about="x", body={})], at=datetime.now(UTC))


@pytest.mark.slow
def test_there_and_back_again_is_the_same(world, tmp_path):
    """From SQLite to PostgreSQL and back, each row is as it was, and a later day is told once."""
    back = f"sqlite:///{tmp_path / 'back.db'}"
    config = world.root / "config.toml"
    text = config.read_text(encoding="utf-8")
    ledger = world.ledger_bytes()
    with new_schema() as url:
        assert talentwatch(world, "state", "move", url).exit_code == 0
        config.write_text(f'state = "{url}"\n{text}', encoding="utf-8")
        assert talentwatch(world, "state", "move", back).exit_code == 0
    config.write_text(f'state = "{back}"\n{text}', encoding="utf-8")
    assert world.ledger_bytes() == ledger
    world.then(NEXT, ada=[job("xAI")], bob=[job("xAI")], **crowd("Meta"))
    assert talentwatch(world, "run", "--now", NEXT).exit_code == 0
    assert [line.split()[0] for line in world.sent()] == ["opened", "grew"]


@pytest.mark.slow
def test_a_target_that_is_not_empty_is_refused(world, target):
    """Nothing of it is changed, and the old database goes on."""
    with State.open(target) as state, state.transaction() as tx:
        tx.set_cursor("horizon", "2025-01-01")
    before = counts(target)
    assert "is not empty: cursors have rows" in refused(talentwatch(world, "state", "move", target))
    assert counts(target) == before
    assert "is not empty" in refused(talentwatch(world, "state", "move", world.settings.state))
    assert talentwatch(world, "run", "--now", "2025-02-01").exit_code == 0


@pytest.mark.slow
def test_a_move_waits_for_a_run_and_for_a_message(world, tmp_path):
    """A lease that is held and a message that was claimed refuse it, and nothing is copied."""
    target = f"sqlite:///{tmp_path / 'moved.db'}"
    state = State.open(world.settings.state)
    lease = state.lease("run", process="a", now=datetime.now(UTC), seconds=60)
    with state, lease:
        assert "has been at work" in refused(talentwatch(world, "state", "move", target))
    at = datetime.now(UTC)
    with State.open(world.settings.state) as state, state.transaction() as tx:
        tx.enqueue([Outgoing(id="one", channel="lines", about="x", body={})], at=at)
        tx.claim("one", process="a", now=at, seconds=300)
    assert "is on its way" in refused(talentwatch(world, "state", "move", target))
    assert sum(counts(target).values()) == 1  # the identity that each new state gets


@pytest.mark.slow
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://a/b", "is no state database"),
        ("postgresql://postgres@127.0.0.1:1/none", "cannot be opened"),
        ("env:TALENTWATCH_UNSET", "TALENTWATCH_UNSET"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused(world, url, said):
    """The old database goes on."""
    assert said in refused(talentwatch(world, "state", "move", url))
    with held_state(State.open(world.settings.state)) as state, state.reading() as tx:
        assert tx.cursor("moved") is None
