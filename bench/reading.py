"""Commands that read, as whole processes, and the bare query of the same rows."""

import subprocess
import sys
from pathlib import Path

from measured import Measured, processor

COMMANDS = {
    "moves": ["moves", "--person", "person-17", "--csv"],
    "to": ["moves", "--to", "northwind 17", "--csv"],
}
QUERIES = {
    "moves": "SELECT * FROM moves WHERE profile = 'person-17' AND known_until IS NULL",
    "to": "SELECT * FROM moves WHERE to_root = 'northwind17' AND known_until IS NULL",
}
BARE = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as bare:
    print(len(bare.execute(sys.argv[2]).fetchall()))
"""


def commands(folder: Path) -> Measured:
    """Ask for the moves of a person, and for those to an organisation."""
    asked = [sys.executable, "-m", "monitor"]
    config = ["--config", str(folder / "config.toml")]
    counts, seconds = {}, {}
    for name, words in COMMANDS.items():
        said, seconds[name] = _asked([*asked, *words, *config])
        counts[name] = len(said.splitlines()) - 1  # the first line names the columns
    return Measured(seconds=seconds, result=counts)


def queries(folder: Path) -> Measured:
    """Read the same rows from the derived tables."""
    derived = str(folder / "snapshots" / "derived.duckdb")
    counts, seconds = {}, {}
    for name, query in QUERIES.items():
        said, seconds[name] = _asked([sys.executable, "-c", BARE, derived, query])
        counts[name] = int(said)
    return Measured(seconds=seconds, result=counts)


def _asked(command: list[str]) -> tuple[str, float]:
    before = processor()
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return said, processor() - before
