"""Profiles as they come in: what fits the schema becomes rows, the rest is set aside."""

from monitor.intake.profiles.dates import ONGOING, Warned, means_no_end, parse_partial_date
from monitor.intake.profiles.lines import Rejected
from monitor.intake.profiles.rows import POSITIONS, PROFILES, Block, blocks

__all__ = [
    "ONGOING",
    "POSITIONS",
    "PROFILES",
    "Block",
    "Rejected",
    "Warned",
    "blocks",
    "means_no_end",
    "parse_partial_date",
]
