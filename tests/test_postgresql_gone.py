"""A PostgreSQL server that goes away in the middle of a run costs that run, and nothing else."""

import gc
import select
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest
from databases import SERVER, new_schema
from sqlalchemy import make_url
from story import World, crowd, flow, job
from typer.testing import CliRunner, Result

from monitor.base.errors import LeaseHeld, StorageError, UsageError
from monitor.base.machine.processes import this_process
from monitor.cli.entry import app
from monitor.operations.lease import held_state
from monitor.state import State

FIRST, NEXT = "2025-02-01", "2025-03-01"


class Proxy:
    """Passes bytes on to the server until so many have come from clients, and then is gone."""

    def __init__(self, room: int | None) -> None:
        self._room = room
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.passed = 0
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                address = make_url(SERVER)
                server = socket.create_connection((address.host, address.port or 5432))
                self._open += [client, server]
                threading.Thread(target=self._pass, args=(client, server), daemon=True).start()

    def _pass(self, client: socket.socket, server: socket.socket) -> None:
        other = {client: server, server: client}
        with suppress(OSError, ValueError):
            while True:
                for one in select.select([client, server], [], [])[0]:
                    data = one.recv(65536)
                    if one is client:
                        self.passed += len(data)
                    if not data or (self._room is not None and self.passed > self._room):
                        self.close() if data else None
                        return
                    other[one].sendall(data)

    def close(self) -> None:
        """Cut every connection, and take no new one."""
        for one in (self._listener, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@pytest.fixture(autouse=True)
def _collected():
    """A connection that broke while it was made is left to the collector, which says so."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


@contextmanager
def proxied(world: World, url: str, room: int | None) -> Iterator[Proxy]:
    """Let the configuration name the server behind a proxy."""
    proxy = Proxy(room)
    address = make_url(url).set(host="127.0.0.1", port=proxy.port)
    named(world, address.render_as_string(hide_password=False))
    try:
        yield proxy
    finally:
        proxy.close()
        named(world, url)


def named(world: World, url: str) -> None:
    """Write a configuration with this state."""
    world.rewrite()
    config = world.root / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f'state = "{url}"\n{text}', encoding="utf-8")


def run(world: World, day: str) -> Result:
    """Run once on a day."""
    arguments = ["run", "--now", day, "--config", str(world.root / "config.toml")]
    return CliRunner().invoke(app, arguments)


def play(world: World, url: str) -> World:
    """One goes and is told; the files of a second one are there."""
    named(world, url)
    world.on("2025-01-01", ada=[job("Meta")], bob=[job("Meta")], **crowd("Meta"))
    world.then(FIRST, ada=[job("xAI")])
    assert run(world, FIRST).exit_code == 0
    world.then(NEXT, ada=[job("xAI")], bob=[job("xAI")])
    return world


def told(world: World) -> list[str]:
    """Return the lines that the channel was sent, each message once."""
    lines = (world.root / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    return sorted({line for line in lines if '"alert"' in line})


@pytest.mark.long
@pytest.mark.slow
def test_a_server_that_goes_in_the_middle_of_a_run_costs_that_run_alone(tmp_path):
    """Wherever it goes: words, exit 1, 2 or 75, nothing withdrawn, and the next run is equal."""
    rules = {"one": flow("meta", "xai", people=1)}
    with new_schema() as url:
        peace = play(World(tmp_path / "peace", rules=rules), url)
        with proxied(peace, url, None) as proxy:
            assert run(peace, NEXT).exit_code == 0
        whole, expected, ledger = proxy.passed, told(peace), peace.ledger_bytes()
    for part in (0.0, 0.1, 0.3, 0.6, 0.9):
        with new_schema() as url:
            world = play(World(tmp_path / f"{part}", rules=rules), url)
            with proxied(world, url, int(whole * part)):
                done = run(world, NEXT)
            assert isinstance(done.exception, StorageError | UsageError | LeaseHeld | SystemExit)
            assert done.exit_code != 0
            assert "127.0.0.1" in f"{done.exception}{done.output}"
            again = run(world, NEXT)
            assert again.exit_code == 0, (part, again.output, again.exception)
            assert "withdrawn" not in "".join(told(world))
            assert told(world) == expected
            assert world.ledger_bytes() == ledger


@pytest.mark.slow
def test_a_server_that_goes_is_named_and_the_next_run_goes_on(tmp_path):
    """It goes while the run compares."""
    rules = {"one": flow("meta", "xai", people=1)}
    with new_schema() as url:
        world = play(World(tmp_path, rules=rules), url)
        with proxied(world, url, 20_000):
            done = run(world, NEXT)
        assert isinstance(done.exception, StorageError | LeaseHeld | SystemExit)
        assert done.exit_code != 0
        assert run(world, NEXT).exit_code == 0
        assert ["withdrawn" in line for line in told(world)] == [False, False]


def test_a_lease_that_could_not_be_given_back_holds_nothing_up(tmp_path):
    """A process that goes on, as the service does, takes its own lost lease again; only that."""
    url = f"sqlite:///{tmp_path / 'state.db'}"
    now = datetime.now(UTC)
    with State.open(url) as state:
        lost = state.lease("run", process=this_process(), now=now, seconds=900)
        lost.__enter__()
    with held_state(State.open(url)), pytest.raises(LeaseHeld), held_state(State.open(url)):
        pass
    with held_state(State.open(url)) as state, state.reading() as tx:
        assert [lease.holder for lease in tx.leases()] == [this_process()]
