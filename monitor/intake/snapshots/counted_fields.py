"""The fields whose filled cells the manifest of a snapshot counts."""

from monitor.base.profile import POSITION_TYPES

COUNTED_OF_PROFILES = ("name", "url")
COUNTED_OF_POSITIONS = tuple(name for name in POSITION_TYPES if name != "organization")
EVERY_POSITION = "positions"
"""All positions, counted as if they were a field."""
EMPLOYED = "profiles with positions"
"""Profiles that list a position at an organisation, counted as if that were a field."""
