"""What `config.toml` says, checked once."""

from monitor.base.settings.channels import ChannelSettings, QuietHours
from monitor.base.settings.collected import (
    CollectedSource,
    CoresignalSource,
    GithubSource,
    HttpSource,
    LicensedSource,
    OpenalexSource,
    OrcidSource,
    PagesSource,
    PeopleDataLabsSource,
    WikidataSource,
)
from monitor.base.settings.contradictions import unknown_channel
from monitor.base.settings.loading import check_folder, load_settings
from monitor.base.settings.parts import (
    BoardSettings,
    Config,
    MoveSettings,
    Retention,
    RouteSettings,
    Serve,
    Settings,
    Traces,
    Watch,
    days_of,
)
from monitor.base.settings.secret import Secret
from monitor.base.settings.sources import (
    CARRY,
    COMPLETE,
    EMPLOYER,
    FilesSource,
    GitSource,
    Layout,
    Quality,
    SourceSettings,
)
from monitor.base.settings.values import Column

__all__ = [
    "CARRY",
    "COMPLETE",
    "EMPLOYER",
    "BoardSettings",
    "ChannelSettings",
    "CollectedSource",
    "Column",
    "Config",
    "CoresignalSource",
    "FilesSource",
    "GitSource",
    "GithubSource",
    "HttpSource",
    "Layout",
    "LicensedSource",
    "MoveSettings",
    "OpenalexSource",
    "OrcidSource",
    "PagesSource",
    "PeopleDataLabsSource",
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
    "WikidataSource",
    "check_folder",
    "days_of",
    "load_settings",
    "unknown_channel",
]
