"""What `config.toml` says, checked once; past this module nobody reads a key of it."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from monitor.errors import Problem, UsageError
from monitor.records import Json
from monitor.schedule import Schedule, ScheduleError
from monitor.toml_files import Document, KeyPath, nearest, read, refused

_SATURDAY = 5
_DIGEST = 10
_READ_BY_PEOPLE = frozenset({"apprise", "discord", "email", "slack", "slack_bot", "teams"})
_SQLITE = "sqlite:///"
_POSTGRESQL = ("postgresql+psycopg://", "postgresql://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A value that no log, error or page shows; it is read where it is needed, when it is needed.

    A literal one is an address that a person wrote into the config.
    """

    env: str | None = None
    file: Path | None = None
    literal: str | None = field(default=None, repr=False)

    def reveal(self) -> str:
        """This is the value itself.

        Raises UsageError, naming the variable or file, if it is missing or empty.
        """
        if self.literal is not None:
            return self.literal
        if self.env is not None:
            value = os.environ.get(self.env, "").strip()
            if not value:
                raise UsageError(f"the environment variable {self.env} is not set; set it")
            return value
        return self._from_file()

    def _from_file(self) -> str:
        try:
            value = Path(self.file or "").read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as exc:
            raise UsageError(f"the secret's file {self.file} cannot be read") from exc
        if not value:
            raise UsageError(f"the secret's file {self.file} is empty")
        return value

    def __str__(self) -> str:
        if self.env is not None:
            return f"(secret from the environment variable {self.env})"
        return "(secret)" if self.file is None else f"(secret from the file {self.file})"

    __repr__ = __str__


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What makes a snapshot of a source suspect, and its moves doubtful; None or False: never.

    Numbers are shares, over which a snapshot is suspect.
    """

    missing: float | None = 0.20
    """Of the known profiles, those that are missing."""
    rejected: float | None = 0.05
    """Of the records, those that were set aside."""
    emptied: float | None = 0.10
    """Of the known profiles, those that list no position any more."""
    fields: float | None = 0.20
    """Of the filled cells of any one field of the known profiles, those that are empty now."""
    rekeyed: float | None = 0.50
    """Of the known ids, those that are gone although there are as many profiles as before."""
    rewritten: float | None = 0.30
    """Of the known people, those that are nowhere any more where they were."""
    renewal: bool = True
    """Whether three suspect snapshots in a row that agree are a new baseline."""
    collective: bool = True
    """Whether the moves of most people of an organisation to one other at once are held."""
    small: bool = True
    """Whether those of all people of a small one to a name that nobody had are."""
    placeholders: bool = True
    """Whether undated changes to and from pseudo employers are, where a source fills them in."""
    backlog: bool = True
    """Whether the undated moves of a day with far too many of them may be of any day before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """Where one source's snapshots come from."""

    name: str
    kind: str
    path: str | None = None
    """A glob, relative to `root`; None for a source that only `import` feeds."""
    schedule: Schedule | None = None
    """When it is due; None: at every run."""
    stale_after_days: int | None = None
    """So many days without a good snapshot are said; None: never."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """For CSV: what a profile has (`position_id` is the id of a position) to the column's name."""
    quality: Quality = field(default_factory=Quality)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When a channel is not to be sent to: what is written then waits until the end."""

    start: time
    until: time
    """Past midnight if it is before the start."""
    weekends: bool = False
    """Whether all of Saturday and Sunday is quiet."""
    zone: str = "UTC"

    def hush(self, moment: datetime) -> bool:
        """Whether a moment is in them."""
        here = moment.astimezone(ZoneInfo(self.zone))
        if self.weekends and here.weekday() >= _SATURDAY:
            return True
        if self.start <= self.until:
            return self.start <= here.time() < self.until
        return here.time() >= self.start or here.time() < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSettings:
    """Which alerts some channels are for; an empty tuple asks nothing."""

    channels: tuple[str, ...]
    severities: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    """Globs of ids."""
    organizations: tuple[str, ...] = ()
    """Ids, names, or "@group"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """Where one channel sends: options as the schema of its kind allows them.

    A `path` or `ca_file` is absolute; what may be secret (a `url`, a `token`, each of the
    `headers`) is a Secret.
    """

    name: str
    kind: str
    options: Mapping[str, Json] = field(default_factory=dict)
    names: Literal["full", "short", "none"] = "full"
    """How people are named."""
    digest: int = 0
    """Over so many alerts of one run it gets one message for all; 0: each has its own."""
    quiet_hours: QuietHours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveSettings:
    """How far apart in days positions may lie and still belong together."""

    tenure_gap_days: int = 31
    """Positions at one organisation that follow within so many days are one tenure."""
    next_within_days: int = 365
    """A next tenure starts at most so many days after the end of the one before."""
    before_days: int = 180
    """A next tenure starts at most so many days before the end of the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How talentwatch watches over itself."""

    failures: int = 3
    """So many failures in a row of one source or rule are said."""
    ping: Secret | None = None
    """The address of a dead-man's switch, as healthchecks.io has it."""
    backups: int = 7
    """So many backups made by itself are kept."""
    free_mib: int = 200
    """A run with less free disk than that does nothing and says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """How the service listens, delivers and stops."""

    host: str = "127.0.0.1"
    port: int = 9464
    deliver_seconds: int = 60
    """Between two looks into the outbox."""
    stop_seconds: int = 30
    """How long a run that is at work may go on after a request to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The configuration; paths are absolute, the globs of sources excepted."""

    path: Path
    """The config file itself."""
    root: Path
    """The folder that relative paths start from."""
    snapshots: Path
    rules: Path
    organizations: Path
    people: Path | None = None
    state: str | Secret
    """The address of the state database; a secret one holds a password."""
    timezone: str = "UTC"
    send_from: date | None = None
    """None: the day of the first run."""
    operations: tuple[str, ...] = ()
    board_url: str | None = None
    sources: Mapping[str, SourceSettings] = field(default_factory=dict)
    channels: Mapping[str, ChannelSettings] = field(default_factory=dict)
    routes: tuple[RouteSettings, ...] = ()
    moves: MoveSettings = field(default_factory=MoveSettings)
    watch: Watch = field(default_factory=Watch)
    serve: Serve = field(default_factory=Serve)

    @property
    def fingerprint(self) -> str:
        """This changes with every setting that the derivation of moves depends on."""
        usual = Quality()
        gates = {
            name: asdict(source.quality)
            for name, source in self.sources.items()
            if source.quality != usual  # so that one more source changes nothing for the others
        }
        moves = [self.moves.tenure_gap_days, self.moves.next_within_days, self.moves.before_days]
        meaning = json.dumps([moves, gates], sort_keys=True)
        return hashlib.sha256(meaning.encode()).hexdigest()


def load_settings(path: Path) -> Settings:
    """This is what a config file says.

    Raises UsageError with every Problem found, or when there is no such file.
    """
    if not path.exists():
        raise UsageError(
            f"there is no {path}: `talentwatch init` writes one, or name another with --config"
        )
    document = read(path, "config")
    problems = list(_contradictions(document))
    if problems:
        raise refused(path, problems)
    return _settings(path.resolve(), document.content)


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
        state=_state(root, content.get("state", f"{_SQLITE}snapshots/talentwatch.db")),
        timezone=zone,
        send_from=date.fromisoformat(send_from) if send_from else None,
        operations=tuple(content.get("operations", ())),
        board_url=content.get("board_url"),
        sources={name: _source(name, table, zone) for name, table in sources.items()},
        channels={name: _channel(name, root, table, zone=zone) for name, table in channels.items()},
        routes=tuple(_route(table) for table in content.get("routes", ())),
        moves=_moves(content.get("moves", {})),
        watch=_watch(root, content.get("watch", {})),
        serve=Serve(**content.get("serve", {})),
    )


def _state(root: Path, url: str | Mapping[str, str]) -> str | Secret:
    if not isinstance(url, str):
        return _secret(root, url)
    location = url.removeprefix(_SQLITE)
    if location in {"", ":memory:"} or location == url:
        return url
    return f"{_SQLITE}{root / location}"


def _watch(root: Path, table: Mapping[str, Json]) -> Watch:
    ping = table.get("ping")
    return Watch(**{**table, "ping": None if ping is None else _secret(root, ping)})


def _source(name: str, table: Mapping[str, Json], zone: str) -> SourceSettings:
    quality, schedule = table.get("quality", {}), table.get("schedule")
    stale_after = table.get("stale_after")
    return SourceSettings(
        name=name,
        kind=table["kind"],
        path=table.get("path"),
        schedule=Schedule(schedule, table.get("timezone", zone)) if schedule else None,
        stale_after_days=days_of(stale_after) if stale_after else None,
        columns=table.get("columns", {}),
        quality=Quality(**{gate: _gate(gate, value) for gate, value in quality.items()}),
    )


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


def _contradictions(document: Document) -> Iterator[Problem]:
    """These are the mistakes that a schema cannot see."""
    content = document.content
    yield from _zone_problems(document, ("timezone",), content.get("timezone", "UTC"))
    for name, table in content.get("sources", {}).items():
        yield from _schedule_problems(document, name, table)
    yield from _state_problems(document)
    for index, channel in enumerate(content.get("operations", ())):
        yield from unknown_channel(
            document, ("operations", index), channel, content.get("channels", {})
        )
    for index, route in enumerate(content.get("routes", ())):
        for place, channel in enumerate(route["channels"]):
            yield from unknown_channel(
                document,
                ("routes", index, "channels", place),
                channel,
                content.get("channels", {}),
            )
    for name, table in content.get("channels", {}).items():
        for key in ("url", "api"):
            yield from _address_problems(document, ("channels", name, key), table.get(key))
    ping = content.get("watch", {}).get("ping")
    yield from _address_problems(document, ("watch", "ping"), ping)
    yield from _address_problems(document, ("board_url",), content.get("board_url"))


def _zone_problems(document: Document, path: KeyPath, zone: str) -> Iterator[Problem]:
    if zone != "UTC" and zone not in available_timezones():
        near = nearest(zone, available_timezones())
        expected = f"expected the name of a time zone, {zone!r} is none"
        yield document.problem(path, expected, nearest=near)


def _schedule_problems(
    document: Document, name: str, table: Mapping[str, Json]
) -> Iterator[Problem]:
    yield from _zone_problems(document, ("sources", name, "timezone"), table.get("timezone", "UTC"))
    if "schedule" in table:
        try:
            Schedule(table["schedule"])
        except ScheduleError as exc:
            yield document.problem(("sources", name, "schedule"), str(exc))


def _state_problems(document: Document) -> Iterator[Problem]:
    url = document.content.get("state", _SQLITE)
    if not isinstance(url, str):
        return
    try:
        parts = urlsplit(url)
    except ValueError:
        expected = f"expected an address such as {_POSTGRESQL[0]}USER@HOST/NAME"
        yield document.problem(("state",), expected)
        return
    if not url.startswith((_SQLITE, *_POSTGRESQL)):
        scheme = url.partition("://")[0]
        expected = f"expected {_SQLITE}PATH or {_POSTGRESQL[0]}USER@HOST/NAME, {scheme} is neither"
        yield document.problem(("state",), expected)
    elif parts.password or any(key == "password" for key, _ in parse_qsl(parts.query)):
        expected = "secrets are not allowed literally; use { env = ... } for an address with one"
        yield document.problem(("state",), expected)


def _address_problems(document: Document, path: KeyPath, address: Json) -> Iterator[Problem]:
    if not isinstance(address, str):
        return
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable, parts = False, urlsplit("")
    if not usable:
        yield document.problem(path, "expected an address such as https://example.org/hook")
    if parts.username or parts.password:
        expected = "secrets are not allowed literally; use { env = ... } for an address with one"
        yield document.problem(path, expected)


def unknown_channel(
    document: Document, path: KeyPath, channel: str, channels: Iterable[str]
) -> Iterator[Problem]:
    """This is the problem, if it is one, of a channel that the config does not have."""
    names = list(channels)
    if channel not in names:
        expected = f"expected the name of a channel, there is no [channels.{channel}]"
        yield document.problem(path, expected, nearest=nearest(channel, names))
