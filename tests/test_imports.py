"""What a command imports: nothing that it does not use."""

import shlex
import subprocess
import sys

import pytest
from story import World, flow
from test_help import COMMANDS

LOADED = """
import sys
from monitor.cli.entry import main
sys.argv = ["talentwatch", *sys.argv[1:]]
try:
    main()
finally:
    print("\\nmodules:", *sorted(sys.modules))
"""
MIGRATIONS = {"alembic"}
HTTP = {"httpx", "standardwebhooks", "apprise"}
SERVICE = {"apscheduler", "prometheus_client", "starlette", "uvicorn", "opentelemetry"}
TABLES = {"rich"}
TEXTS = {"jsonschema", "rapidfuzz", "structlog", "tomlkit"}
DATABASE = {"sqlalchemy", "psycopg"}
ENGINE = {"duckdb", "pyarrow", "monitor.cycle", "monitor.wiring"}
ASIDE = {
    "monitor.simulate",
    "monitor.delivery.evidence_bundle",
    "monitor.scaffold.reading",
    "monitor.operations.service.pages",
}
ALWAYS_UNUSED = MIGRATIONS | HTTP | SERVICE | TEXTS | ASIDE
"""What only a few commands use, and the others leave alone; each of them says so below."""
UNUSED: dict[str, set[str]] = {
    "--version": ALWAYS_UNUSED | TABLES | DATABASE | ENGINE,
    "init new": ALWAYS_UNUSED | TABLES | DATABASE | ENGINE,
    "init old --from export.csv": (ALWAYS_UNUSED | DATABASE)
    - {"monitor.scaffold.reading", "tomlkit", "rapidfuzz"},
    "run --now 2025-01-01": ALWAYS_UNUSED | TABLES | ENGINE | {"monitor.cli.views"},
    "run --now 2025-01-01 --json": ALWAYS_UNUSED | TABLES | ENGINE,
    "run --dry-run --now 2025-01-01 --json": ALWAYS_UNUSED | TABLES,
    "import press inbox/press/2025-01-01.jsonl --json": ALWAYS_UNUSED | TABLES,
    "backfill --since 2025-01-01 --json": ALWAYS_UNUSED | TABLES,
    "snapshots": ALWAYS_UNUSED,
    "snapshots --json": ALWAYS_UNUSED | TABLES,
    "snapshots reject press 2025-01-01": ALWAYS_UNUSED | TABLES,
    "snapshots accept press 2025-01-01": ALWAYS_UNUSED | TABLES,
    "snapshots confirm-missing press --why moved": ALWAYS_UNUSED | TABLES,
    "snapshots verify --json": ALWAYS_UNUSED | TABLES,
    "moves --json": ALWAYS_UNUSED | TABLES,
    "moves decide 0 false": ALWAYS_UNUSED | TABLES,
    "flows --json": ALWAYS_UNUSED | TABLES,
    "alerts --json": ALWAYS_UNUSED | TABLES,
    "explain --rule leaving --json": ALWAYS_UNUSED | TABLES,
    "channels list --json": ALWAYS_UNUSED | TABLES,
    "channels test desk": ALWAYS_UNUSED | TABLES,
    "deliveries --json": ALWAYS_UNUSED | TABLES | ENGINE,
    "deliveries retry --channel desk": ALWAYS_UNUSED | TABLES | ENGINE,
    "organizations unresolved --json": ALWAYS_UNUSED | TABLES,
    "organizations import ror.json": ALWAYS_UNUSED | TABLES,
    "organizations suggest --json": (ALWAYS_UNUSED | TABLES) - {"rapidfuzz"},
    "organizations decide Meta xAI real": (ALWAYS_UNUSED | TABLES) - {"tomlkit"},
    "organizations confirm-empty --why meant": ALWAYS_UNUSED | TABLES,
    "rules confirm-empty --why meant": ALWAYS_UNUSED | TABLES,
    "rules check": ALWAYS_UNUSED | TABLES,
    "rules list --json": ALWAYS_UNUSED | TABLES,
    "rules schema": ALWAYS_UNUSED | TABLES,
    "rules test --json": ALWAYS_UNUSED | TABLES,
    "rules preview leaving --since 2025-01-01 --json": ALWAYS_UNUSED | TABLES,
    "silence add --rule leaving --for 3 --why 'a test'": ALWAYS_UNUSED | TABLES,
    "silence list --json": ALWAYS_UNUSED | TABLES,
    "silence end 1": ALWAYS_UNUSED | TABLES,
    "simulate market --profiles 10 --snapshots 2": (ALWAYS_UNUSED | TABLES | DATABASE | ENGINE)
    - {"monitor.simulate"},
    "serve --help": ALWAYS_UNUSED - SERVICE - {"monitor.operations.service.pages", "structlog"},
    "status": ALWAYS_UNUSED,
    "status --json": ALWAYS_UNUSED | TABLES,
    "backup kept.db": ALWAYS_UNUSED | TABLES | ENGINE,
    "restore kept.db": ALWAYS_UNUSED | TABLES | ENGINE,
}


def modules(world: World, typed: str) -> set[str]:
    """Return the names of the modules that a command had imported when it ended."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *shlex.split(typed)],
        cwd=world.root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "\nmodules: " in done.stdout, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return set(done.stdout.rpartition("\nmodules: ")[2].split())


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return a world that was run once, so that its state is up to date."""
    world = World(
        tmp_path_factory.mktemp("imports"), rules={"leaving": flow("meta", None, people=9)}
    )
    world.on("2025-01-01")
    (world.root / "export.csv").write_text("id,company\np1,Acme\n", encoding="utf-8")
    (world.root / "ror.json").write_text("[]", encoding="utf-8")
    modules(world, "run --now 2025-01-01")
    return world


def test_every_command_is_looked_at():
    """A new command says what it leaves alone."""
    missing = {
        command
        for command in COMMANDS
        if not any(f"{typed} ".startswith(f"{command} ") for typed in UNUSED)
    }
    assert missing == set()


@pytest.mark.parametrize("typed", UNUSED)
def test_a_command_imports_nothing_that_it_does_not_use(world, typed):
    """What stands beside it, and what only another day needs, is left alone."""
    assert UNUSED[typed] & modules(world, typed) == set()


def test_what_is_left_alone_is_there_where_it_is_used(world):
    """The names above are right: the commands that use them import them."""
    used = {
        "serve --help": {"apscheduler", "starlette", "uvicorn"},
        "moves": TABLES,
        "alerts --json": {"sqlalchemy"} | ENGINE,
        "organizations suggest": {"rich"},
        "simulate other --profiles 10 --snapshots 2": {"monitor.simulate"},
        "init third --from export.csv": {"monitor.scaffold", "tomlkit", "rich"},
        "rules check --config wrong.toml": {"jsonschema"},
    }
    (world.root / "wrong.toml").write_text("rules = 3\n", encoding="utf-8")
    for typed, there in used.items():
        assert there - modules(world, typed) == set(), typed
