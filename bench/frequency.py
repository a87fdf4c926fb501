"""ElastAlert2's FrequencyRule fed with the same moves, in an environment of its own."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
from measured import Measured

import rules

HERE = Path(__file__).resolve().parent
HOME = HERE.parent / "build" / "elastalert"
VERSION = "2.19.0"
EVENTS = 200_000


def prepare(folder: Path, moves: int) -> None:
    """Make the environment once, and write what one rule would be sent, in order of time."""
    python = HOME / "bin" / "python"
    installed = HOME / f"elastalert2-{VERSION}"
    if not installed.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(HOME)], check=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, f"elastalert2=={VERSION}", "pytz", "setuptools<81"], check=True)
        installed.touch()
    rules.prepare(folder, moves)
    with duckdb.connect(str(folder / "moves.duckdb"), read_only=True) as bare:
        bare.execute(
            "COPY (SELECT joined_latest AS day, person, to_root AS destination FROM moves"
            f" ORDER BY joined_latest, version LIMIT {EVENTS})"
            f" TO '{folder / 'events.jsonl'}' (FORMAT json)"
        )


def feed(folder: Path) -> Measured:
    """The time that one event costs one rule, which hears of its own events alone."""
    script = [str(HOME / "bin" / "python"), str(HERE / "frequency_feed.py")]
    said = subprocess.run(
        [*script, str(folder / "events.jsonl")], check=True, capture_output=True, text=True
    )
    told = json.loads(said.stdout)
    return Measured(
        seconds={"event": told["seconds"] / told["events"]},
        result=None,
        spent={"events a second per rule": told["events"] / told["seconds"]},
    )
