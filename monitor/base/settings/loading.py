"""From a config file to settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import convert
from msgspec.structs import replace

from monitor.base.config_files.toml_files import read, refused
from monitor.base.days.schedule import DEFAULT_ZONE
from monitor.base.errors import UsageError, printable
from monitor.base.machine.limits import obey
from monitor.base.records import Json
from monitor.base.settings.contradictions import contradictions
from monitor.base.settings.parts import BucketSettings, Settings, bucket_address, state_address
from monitor.base.settings.secret import Secret


def load_settings(path: Path) -> Settings:
    """This is what a config file says; this process keeps to its limits of [engine] from now on.

    Raises UsageError with every Problem found, or when there is no such file.
    """
    if not path.exists():
        raise UsageError(
            f"there is no {path}: `talentwatch init` writes one, or name another with --config"
        )
    check_folder(path.resolve().parent)
    document = read(path, "config")
    if not document.content:  # it would be a watch of nothing, of which all is well
        raise UsageError(f"{path} is empty: put back what was in it; `talentwatch init` writes one")
    problems = list(contradictions(document))
    if problems:
        raise refused(path, problems)
    settings = _settings(path.resolve(), document.content)
    obey(settings.engine.limits)
    return settings


def check_folder(folder: Path) -> None:
    """Raise UsageError for a folder whose name no database can keep its files under."""
    try:
        str(folder).encode()
    except UnicodeEncodeError as exc:
        raise UsageError(
            f"{printable(folder)}: the name of this folder is not UTF-8, so no database can be kept"
            " in it; rename it"
        ) from exc


def _settings(path: Path, content: Mapping[str, Json]) -> Settings:
    root = path.parent
    zone = content.get("timezone", DEFAULT_ZONE)
    snapshots = content.get("snapshots", "snapshots")
    if bucket_address(snapshots) is not None:
        snapshots = content.get("bucket", {}).get("folder", BucketSettings().folder)
    sources = {
        name: {"timezone": zone, **_inbox(name, table, snapshots), **table}
        for name, table in content.get("sources", {}).items()
    }

    def made(kind: Any, value: Json) -> object:
        return root / value if kind is Path else kind.of(root, value)

    settings = convert({**content, "sources": sources, "path": path.name}, Settings, dec_hook=made)
    if settings.board_url is None and "board" in content:
        return replace(settings, board_url=settings.board.address)
    return settings


def _inbox(name: str, table: Mapping[str, Json], snapshots: str) -> dict[str, Json]:
    """Where a source that is collected has its files, if the configuration does not say."""
    return {"path": f"{snapshots}/inbox/{name}"} if "contact" in table else {}


def written_address(root: Path, text: str) -> str | Secret:
    """Read the address of a state as a command is given it: a URL, or env:NAME of a variable."""
    variable = text.removeprefix("env:")
    return state_address(root, text if variable == text else {"env": variable})
