"""What a command imports: nothing that it does not use."""

import json
import subprocess
import sys

import pytest
from command_line import run_here
from story import World, flow
from tempo import long
from test_help import COMMANDS

LOADED = """
import json
import shlex
import sys
from monitor.cli.entry import main
for typed in sys.argv[1:]:
    sys.argv = ["talentwatch", *shlex.split(typed)]
    try:
        main()
    except SystemExit:
        pass
    print("\\nmodules:", json.dumps([typed, sorted(sys.modules)]))
"""
MIGRATIONS = {"alembic"}
HTTP = {"httpx", "standardwebhooks", "apprise"}
SERVICE = {"apscheduler", "prometheus_client", "starlette", "uvicorn", "opentelemetry"}
TABLES = {"rich"}
TEXTS = {"jsonschema", "rapidfuzz", "structlog", "tomlkit"}
DATABASE = {"sqlalchemy", "psycopg"}
ENGINE = {"duckdb", "pyarrow", "monitor.parts", "monitor.wiring"}
CYCLE = {"monitor.cycle"}
ASIDE = {
    "monitor.simulate",
    "monitor.delivery.evidence_bundle",
    "monitor.scaffold.reading",
    "monitor.operations.service.pages",
}
ALWAYS_UNUSED = MIGRATIONS | HTTP | SERVICE | TEXTS | ASIDE
"""What only a few commands use, and the others leave alone; each of them says so below."""
UNUSED: dict[str, set[str]] = {
    "--version": ALWAYS_UNUSED | TABLES | DATABASE | ENGINE | CYCLE,
    "init new": ALWAYS_UNUSED | TABLES | DATABASE | ENGINE | CYCLE,
    "init old --from export.csv": (ALWAYS_UNUSED | DATABASE)
    - {"monitor.scaffold.reading", "tomlkit", "rapidfuzz"},
    "run --now 2025-01-01": ALWAYS_UNUSED | TABLES | ENGINE | CYCLE | {"monitor.cli.views"},
    "run --now 2025-01-01 --json": ALWAYS_UNUSED | TABLES | ENGINE | CYCLE,
    "run --dry-run --now 2025-01-01 --json": ALWAYS_UNUSED | TABLES,
    "import press inbox/press/2025-01-01.jsonl --json": ALWAYS_UNUSED | TABLES,
    "backfill --since 2025-01-01 --json": ALWAYS_UNUSED | TABLES,
    "snapshots": ALWAYS_UNUSED,
    "snapshots --json": ALWAYS_UNUSED | TABLES,
    "snapshots reject press 2025-01-01": ALWAYS_UNUSED | TABLES,
    "snapshots accept press 2025-01-01": ALWAYS_UNUSED | TABLES,
    "snapshots confirm-missing press --why moved": ALWAYS_UNUSED | TABLES,
    "sources --json": ALWAYS_UNUSED | TABLES,
    "sources list --json": ALWAYS_UNUSED | TABLES,
    "sources collect --help": ALWAYS_UNUSED | TABLES,
    "sources test press inbox/press/2025-01-01.jsonl --json": (ALWAYS_UNUSED | TABLES)
    - {"rapidfuzz", "tomlkit"},
    "sources remove wob --why none": ALWAYS_UNUSED | TABLES,
    "state move sqlite:///snapshots/talentwatch.db": ALWAYS_UNUSED | TABLES | ENGINE | CYCLE,
    "state confirm-empty --why meant": ALWAYS_UNUSED | TABLES,
    "export nobody": ALWAYS_UNUSED | TABLES,
    "decisions --json": ALWAYS_UNUSED | TABLES,
    "forget nobody": ALWAYS_UNUSED | TABLES,
    "snapshots verify --json": ALWAYS_UNUSED | TABLES,
    "snapshots copy elsewhere": ALWAYS_UNUSED | TABLES,
    "moves --json": ALWAYS_UNUSED | TABLES,
    "moves decide 0 false": ALWAYS_UNUSED | TABLES,
    "flows --json": ALWAYS_UNUSED | TABLES,
    "alerts --json": ALWAYS_UNUSED | TABLES,
    "report": ALWAYS_UNUSED | TABLES,
    "chart nothing": ALWAYS_UNUSED | TABLES,
    "changes --since 2025-01-01 --json": ALWAYS_UNUSED | TABLES,
    "explain --rule leaving --json": ALWAYS_UNUSED | TABLES,
    "channels list --json": ALWAYS_UNUSED | TABLES,
    "channels test desk": ALWAYS_UNUSED | TABLES,
    "deliveries --json": ALWAYS_UNUSED | TABLES | ENGINE | CYCLE,
    "deliveries retry --channel desk": ALWAYS_UNUSED | TABLES | ENGINE | CYCLE,
    "organizations unresolved --json": ALWAYS_UNUSED | TABLES,
    "organizations import ror.json": ALWAYS_UNUSED | TABLES,
    "organizations suggest --json": (ALWAYS_UNUSED | TABLES) - {"rapidfuzz"},
    "organizations decide Meta xAI real": (ALWAYS_UNUSED | TABLES) - {"tomlkit"},
    "organizations confirm-empty --why meant": ALWAYS_UNUSED | TABLES,
    "rules confirm-empty --why meant": ALWAYS_UNUSED | TABLES,
    "rules check": ALWAYS_UNUSED | TABLES,
    "rules list --json": ALWAYS_UNUSED | TABLES,
    "rules steps leaving --json": ALWAYS_UNUSED | TABLES,
    "rules schema": ALWAYS_UNUSED | TABLES,
    "rules test --json": ALWAYS_UNUSED | TABLES,
    "rules preview leaving --since 2025-01-01 --json": ALWAYS_UNUSED | TABLES,
    "silence add --rule leaving --for 3 --why 'a test'": ALWAYS_UNUSED | TABLES,
    "silence list --json": ALWAYS_UNUSED | TABLES,
    "silence end 1": ALWAYS_UNUSED | TABLES,
    "simulate market --profiles 10 --snapshots 2": (
        ALWAYS_UNUSED | TABLES | DATABASE | ENGINE | CYCLE
    )
    - {"monitor.simulate"},
    "board --help": ALWAYS_UNUSED | TABLES | DATABASE | ENGINE | CYCLE,
    "serve --help": ALWAYS_UNUSED - SERVICE - {"monitor.operations.service.pages", "structlog"},
    "status": ALWAYS_UNUSED,
    "status --json": ALWAYS_UNUSED | TABLES,
    "backup kept.db": ALWAYS_UNUSED | TABLES | ENGINE | CYCLE,
    "restore kept.db": ALWAYS_UNUSED | TABLES | ENGINE | CYCLE,
}


def chains() -> list[list[str]]:
    """Put commands that may import ever more behind each other: each chain takes one process.

    What a command must not import, none before it in its chain may import either. So a module
    that is there when the command has ended is one that the command itself imported.
    """
    found: list[list[str]] = []
    for typed in sorted(UNUSED, key=lambda typed: -len(UNUSED[typed])):
        for chain in found:
            if UNUSED[chain[-1]] >= UNUSED[typed]:
                chain.append(typed)
                break
        else:
            found.append([typed])
    return found


def modules(world: World, *commands: str) -> dict[str, set[str]]:
    """Run commands in one process; return the names of the modules it had after each of them."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *commands],
        cwd=world.root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("modules: ")]
    after = dict(json.loads(line.removeprefix("modules: ")) for line in lines)
    assert list(after) == list(commands), done.stderr
    return {typed: set(names) for typed, names in after.items()}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return a world that was run once, so that its state is up to date."""
    world = World(
        tmp_path_factory.mktemp("imports"), rules={"leaving": flow("meta", None, people=9)}
    )
    world.on("2025-01-01")
    (world.root / "export.csv").write_text("id,company\np1,Acme\n", encoding="utf-8")
    (world.root / "ror.json").write_text("[]", encoding="utf-8")
    run_here("run", "--now", "2025-01-01", "--config", str(world.root / "config.toml"))
    return world


def test_every_command_is_looked_at():
    """A new command says what it leaves alone."""
    missing = {
        command
        for command in COMMANDS
        if not any(f"{typed} ".startswith(f"{command} ") for typed in UNUSED)
    }
    assert missing == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    "chain",
    [chain if len(chain) > 1 else long(chain) for chain in chains()],
    ids=lambda chain: chain[0],
)
def test_a_command_imports_nothing_that_it_does_not_use(world, chain):
    """What stands beside it, and what only another day needs, is left alone."""
    after = modules(world, *chain)
    wrong = {typed: sorted(UNUSED[typed] & names) for typed, names in after.items()}
    assert {typed: names for typed, names in wrong.items() if names} == {}


def test_each_command_is_in_one_chain():
    """None is left out where the chains are made."""
    assert sorted(typed for chain in chains() for typed in chain) == sorted(UNUSED)


@pytest.mark.slow
def test_what_is_left_alone_is_there_where_it_is_used(world):
    """The names above are right: the commands that use them import them."""
    (world.root / "wrong.toml").write_text("rules = 3\n", encoding="utf-8")
    used = {
        "rules check --config wrong.toml": {"jsonschema"},
        "simulate other --profiles 10 --snapshots 2": {"monitor.simulate"},
        "init third --from export.csv": {"monitor.scaffold", "tomlkit"},
        "alerts --json": {"sqlalchemy"} | ENGINE,
        "moves": TABLES,
        "run --all --now 2025-01-02": CYCLE,
        "serve --help": {"apscheduler", "starlette", "uvicorn"},
    }
    after = modules(world, *used)
    assert {typed: there - after[typed] for typed, there in used.items()} == {
        typed: set() for typed in used
    }
