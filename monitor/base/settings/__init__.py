"""What `config.toml` says, checked once."""

from monitor.base.settings.contradictions import unknown_channel
from monitor.base.settings.loading import check_folder, days_of, load_settings
from monitor.base.settings.parts import (
    ChannelSettings,
    MoveSettings,
    Quality,
    QuietHours,
    Retention,
    RouteSettings,
    Serve,
    Settings,
    SourceSettings,
    Traces,
    Watch,
)
from monitor.base.settings.secret import Secret

__all__ = [
    "ChannelSettings",
    "MoveSettings",
    "Quality",
    "QuietHours",
    "Retention",
    "RouteSettings",
    "Secret",
    "Serve",
    "Settings",
    "SourceSettings",
    "Traces",
    "Watch",
    "check_folder",
    "days_of",
    "load_settings",
    "unknown_channel",
]
