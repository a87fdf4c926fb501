"""The fields whose filled cells the manifest of a snapshot counts."""

PROFILE_FIELDS = ("name", "url")
POSITION_FIELDS = (
    *("organization_id", "team", "title", "location", "kind"),
    *("start", "end", "current", "primary", "id"),
)
EVERY_POSITION = "positions"
"""All positions, counted as if they were a field."""
EMPLOYED = "profiles with positions"
"""Profiles that list a position at an organisation, counted as if that were a field."""
