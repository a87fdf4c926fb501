"""talentwatch: sees who moved between organisations, in snapshots of public profiles."""

__version__ = "0.2.0"
