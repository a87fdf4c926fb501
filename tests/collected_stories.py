"""What two collections of a service come to: the moves, and where their evidence leads."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from command_line import run_here
from services import Watch

RULE = """
id = "leaving"
title = "Somebody leaves {organization}"
[flow]
from = {{ organization = "{organization}" }}
people = 1
within = "90d"
clock = "observed"
count = "possible"
"""


@dataclass(frozen=True, slots=True)
class Came:
    """What a story came to."""

    moves: list[str]
    """Each as `PERSON: FROM > TO`, less the first jobs of dated histories."""
    links: list[str]
    """Where the evidence of the alerts leads."""
    verdicts: list[str]
    """On the snapshots, in order of days."""


def came_of(watching: Watch, organization: str, days: list[str]) -> Came:
    """Run over the files that were collected, day by day, with a rule about an organisation."""
    rules = watching.folder / "rules"
    rules.mkdir(exist_ok=True)
    (rules / "leaving.toml").write_text(RULE.format(organization=organization), encoding="utf-8")
    config = watching.folder / "config.toml"
    for day in days:
        done = run_here("run", "--config", str(config), "--now", day)
        assert done.returncode == 0, done.stdout + done.stderr
    moves = lines("moves", "--config", str(config), "--json")
    alerts = lines("alerts", "--config", str(config), "--json")
    snapshots = lines("snapshots", "--config", str(config), "--json")
    return Came(
        verdicts=[row["verdict"] for row in sorted(snapshots, key=lambda row: row["observed_on"])],
        moves=[
            f"{move['person']}: {side(move['from'])} > {side(move['to'])}"
            for move in moves
            if move["from"]
        ],
        links=sorted(
            {
                evidence["url"]
                for alert in alerts
                for person in alert["people"]
                for evidence in person["evidence"]
            }
        ),
    )


def lines(*command: str) -> list[Mapping[str, Any]]:
    """Return what a command prints as JSON Lines."""
    done = run_here(*command)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def side(mapping: Mapping[str, Any] | None) -> str | None:
    """Name a side of a move as it was written."""
    return None if mapping is None else mapping["name"]
