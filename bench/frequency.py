"""ElastAlert2's FrequencyRule fed with the same moves, in an environment of its own."""

import json
import subprocess
from pathlib import Path

import duckdb
import environments
from measured import Measured

import rules

HERE = Path(__file__).resolve().parent
ENVIRONMENT = "elastalert"
EVENTS = 200_000


def prepare(folder: Path, moves: int) -> None:
    """Make the environment once, and write what one rule would be sent, in order of time."""
    environments.make(ENVIRONMENT, ("elastalert2==2.19.0", "pytz", "setuptools<81"))
    rules.prepare(folder, moves)
    with duckdb.connect(str(folder / "moves.duckdb"), read_only=True) as bare:
        bare.execute(
            "COPY (SELECT joined_latest AS day, person, to_root AS destination FROM moves"
            f" ORDER BY joined_latest, version LIMIT {EVENTS})"
            f" TO '{folder / 'events.jsonl'}' (FORMAT json)"
        )


def feed(folder: Path) -> Measured:
    """The time that one event costs one rule, which hears of its own events alone."""
    script = [str(environments.interpreter(ENVIRONMENT)), str(HERE / "frequency_feed.py")]
    said = subprocess.run(
        [*script, str(folder / "events.jsonl")], check=True, capture_output=True, text=True
    )
    told = json.loads(said.stdout)
    return Measured(
        seconds={"event": told["seconds"] / told["events"]},
        result=None,
        spent={"events a second per rule": told["events"] / told["seconds"]},
    )
