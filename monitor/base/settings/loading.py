"""From a config file to settings; past this module nobody reads a key of it."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from pathlib import Path

from monitor.base.config_files.toml_files import read, refused
from monitor.base.errors import UsageError, printable
from monitor.base.records import Json, Layout
from monitor.base.settings.contradictions import SQLITE, contradictions
from monitor.base.settings.parts import (
    BoardSettings,
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
from monitor.base.settings.schedule import Schedule
from monitor.base.settings.secret import Secret

_LAYOUT = (
    "columns",
    "constants",
    "dates",
    "encoding",
    "layout",
    "fields",
    "records",
    "observed_on",
    "days",
    "start_of",
)
_DIGEST = 10
_READ_BY_PEOPLE = frozenset({"apprise", "discord", "email", "slack", "slack_bot", "teams"})


def load_settings(path: Path) -> Settings:
    """This is what a config file says.

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
    return _settings(path.resolve(), document.content)


def check_folder(folder: Path) -> None:
    """Raise UsageError for a folder whose name no database can keep its files under."""
    try:
        str(folder).encode()
    except UnicodeEncodeError as exc:
        raise UsageError(
            f"{printable(folder)}: the name of this folder is not UTF-8, so no database can be kept"
            " in it; rename it"
        ) from exc


def days_of(text: str) -> int:
    """This is a written length of time in days.

    >>> days_of("90d"), days_of("12w")
    (90, 84)
    """
    return int(text[:-1]) * (7 if text[-1] == "w" else 1)


def _settings(path: Path, content: Mapping[str, Json]) -> Settings:
    root = path.parent
    people, send_from = content.get("people"), content.get("send_from")
    sources, channels = content.get("sources", {}), content.get("channels", {})
    zone = content.get("timezone", "UTC")
    return Settings(
        path=path,
        root=root,
        snapshots=root / content.get("snapshots", "snapshots"),
        rules=root / content.get("rules", "rules"),
        organizations=root / content.get("organizations", "organizations.toml"),
        people=root / people if people else None,
        state=_state(root, content.get("state", f"{SQLITE}snapshots/talentwatch.db")),
        timezone=zone,
        send_from=date.fromisoformat(send_from) if send_from else None,
        people_in_messages=content.get("people_in_messages", 50),
        run_deliver_seconds=content.get("run_deliver_seconds", 60),
        operations=tuple(content.get("operations", ())),
        board_url=content.get("board_url"),
        sources={name: _source(name, table, zone) for name, table in sources.items()},
        channels={name: _channel(name, root, table, zone=zone) for name, table in channels.items()},
        routes=tuple(_route(table) for table in content.get("routes", ())),
        moves=_moves(content.get("moves", {})),
        watch=_watch(root, content.get("watch", {})),
        serve=Serve(**content.get("serve", {})),
        board=_board(root, content.get("board", {})),
        retention=_retention(content.get("retention", {})),
        traces=_traces(root, content.get("traces")),
    )


def state_address(root: Path, text: str) -> str | Secret:
    """Read the address of a state as a command is given it: a URL, or env:NAME of a variable."""
    variable = text.removeprefix("env:")
    return _state(root, text if variable == text else {"env": variable})


def _state(root: Path, url: str | Mapping[str, str]) -> str | Secret:
    if not isinstance(url, str):
        return _secret(root, url)
    location = url.removeprefix(SQLITE)
    if location in {"", ":memory:"} or location == url:
        return url
    return f"{SQLITE}{root / location}"


def _watch(root: Path, table: Mapping[str, Json]) -> Watch:
    ping = table.get("ping")
    return Watch(**{**table, "ping": None if ping is None else _secret(root, ping)})


def _board(root: Path, table: Mapping[str, Json]) -> BoardSettings:
    token = table.get("token")
    return BoardSettings(
        **{
            **table,
            "token": None if token is None else _secret(root, token),
            "proxies": tuple(table.get("proxies", ())),
        }
    )


def _retention(table: Mapping[str, Json]) -> Retention:
    usual = Retention()
    thin_after, records = table.get("thin_after"), table.get("records")
    return Retention(
        thin_after_days=(
            None
            if thin_after is False
            else days_of(thin_after)
            if thin_after
            else usual.thin_after_days
        ),
        records_days=days_of(records) if records else usual.records_days,
    )


def _traces(root: Path, table: Mapping[str, Json] | None) -> Traces | None:
    if table is None:
        return None
    endpoint, headers = table.get("endpoint"), table.get("headers", {})
    return Traces(
        endpoint=None if endpoint is None else _secret(root, endpoint),
        headers={name: _secret(root, value) for name, value in headers.items()},
    )


def _source(name: str, table: Mapping[str, Json], zone: str) -> SourceSettings:
    quality, schedule = table.get("quality", {}), table.get("schedule")
    stale_after = table.get("stale_after")
    return SourceSettings(
        name=name,
        kind=table["kind"],
        path=table.get("path"),
        schedule=Schedule(schedule, table.get("timezone", zone)) if schedule else None,
        stale_after_days=days_of(stale_after) if stale_after else None,
        finished=table.get("finished", False),
        layout=_layout(table),
        quality=Quality(**{gate: _gate(gate, value) for gate, value in quality.items()}),
    )


def _layout(table: Mapping[str, Json]) -> Layout:
    """How files are written; the spellings of a column of days are a list, empty for `false`."""
    given = {key: table[key] for key in _LAYOUT if key in table}
    if "observed_on" in given:
        column = given["observed_on"]
        given["observed_on"] = () if column is False else _several(column)
    return Layout(**given)


def _several(names: str | Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _gate(gate: str, value: Json) -> Json:
    """A share, None for one that is switched off, or a switch."""
    if isinstance(getattr(Quality(), gate), bool):
        return value
    return None if value is False else float(value)


def _route(table: Mapping[str, Json]) -> RouteSettings:
    return RouteSettings(
        channels=tuple(table["channels"]),
        severities=tuple(table.get("severity", ())),
        rules=tuple(table.get("rule", ())),
        organizations=tuple(table.get("organization", ())),
    )


def _quiet_hours(table: Mapping[str, Json] | None, *, zone: str) -> QuietHours | None:
    if table is None:
        return None
    return QuietHours(
        start=time.fromisoformat(table.get("from", "00:00")),
        until=time.fromisoformat(table.get("until", "00:00")),
        weekends=table.get("weekends", False),
        zone=zone,
    )


def _channel(name: str, root: Path, table: Mapping[str, Json], *, zone: str) -> ChannelSettings:
    options: dict[str, Json] = {}
    for key, value in table.items():
        match key:
            case "kind" | "names" | "digest" | "quiet_hours":
                continue
            case "path" | "ca_file":
                options[key] = root / value
            case "url" | "secret" | "old_secret" | "token" | "routing_key" | "password":
                options[key] = _secret(root, value)
            case "headers":
                options[key] = {header: _secret(root, item) for header, item in value.items()}
            case _:
                options[key] = value
    kind = table["kind"]
    return ChannelSettings(
        name=name,
        kind=kind,
        options=options,
        names=table.get("names", "full"),
        digest=table.get("digest", _DIGEST if kind in _READ_BY_PEOPLE else 0),
        quiet_hours=_quiet_hours(table.get("quiet_hours"), zone=zone),
    )


def _secret(root: Path, value: str | Mapping[str, str]) -> Secret:
    if isinstance(value, str):
        return Secret(literal=value)
    if "env" in value:
        return Secret(env=value["env"])
    return Secret(file=root / value["file"])


def _moves(table: Mapping[str, Json]) -> MoveSettings:
    return MoveSettings(**{f"{name}_days": days_of(text) for name, text in table.items()})
