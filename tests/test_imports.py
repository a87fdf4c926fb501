"""What a command imports: nothing that it does not use."""

import subprocess
import sys

import pytest
from story import World, flow

LOADED = """
import sys
from monitor.cli import main
sys.argv = ["talentwatch", *sys.argv[1:]]
try:
    main()
finally:
    print("\\nmodules:", *sorted(sys.modules))
"""


def modules(world: World, *arguments: str) -> set[str]:
    """Return the names of the modules that a command had imported when it ended."""
    command = [sys.executable, "-c", LOADED, *arguments]
    config = () if "--version" in arguments else ("--config", str(world.root / "config.toml"))
    done = subprocess.run(
        [*command, *config], capture_output=True, text=True, timeout=60, check=False
    )
    assert "\nmodules: " in done.stdout, done.stderr
    return set(done.stdout.rpartition("\nmodules: ")[2].split())


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return a world that was run once, so that its state is up to date."""
    world = World(
        tmp_path_factory.mktemp("imports"), rules={"leaving": flow("meta", None, people=9)}
    )
    world.on("2025-01-01")
    modules(world, "run", "--now", "2025-01-01")
    return world


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [
        (("--version",), {"duckdb", "sqlalchemy", "httpx", "pyarrow", "monitor.wiring"}),
        (
            ("run", "--now", "2025-01-01"),
            {
                "alembic",
                "duckdb",
                "httpx",
                "jsonschema",
                "monitor.cycle",
                "monitor.views",
                "opentelemetry",
                "pyarrow",
                "rich",
                "structlog",
            },
        ),
        (("moves",), {"alembic", "monitor.simulate", "monitor.bundle"}),
        (("status",), {"alembic", "monitor.simulate", "monitor.bundle"}),
    ],
)
def test_a_command_imports_nothing_that_it_does_not_use(world, arguments, unused):
    """What stands beside it, and what only another day needs, is left alone."""
    assert not unused & modules(world, *arguments)
