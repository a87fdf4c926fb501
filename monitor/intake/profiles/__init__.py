"""Profiles as they come in: what fits the schema becomes rows, the rest is set aside."""

from monitor.intake.profiles.dates import (
    ONGOING,
    Warned,
    leaves_open,
    parse_partial_date,
    stands_for_none,
)
from monitor.intake.profiles.lines import Rejected
from monitor.intake.profiles.rows import POSITIONS, PROFILES, Away, Block, blocks

__all__ = [
    "ONGOING",
    "POSITIONS",
    "PROFILES",
    "Away",
    "Block",
    "Rejected",
    "Warned",
    "blocks",
    "leaves_open",
    "parse_partial_date",
    "stands_for_none",
]
