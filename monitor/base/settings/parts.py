"""The configuration: every key of `config.toml` with its meaning, its default and its limits."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, field, structs

from monitor.base.days.schedule import DEFAULT_ZONE
from monitor.base.settings.channels import AnyChannel
from monitor.base.settings.collected import AnySource
from monitor.base.settings.engine import EngineSettings
from monitor.base.settings.secret import Secret
from monitor.base.settings.sources import Quality
from monitor.base.settings.values import (
    Address,
    AddressOrSecret,
    Count,
    Day,
    Days,
    DaysOrNever,
    FilePath,
    Headers,
    Name,
    Port,
    ResolvedPath,
    Seconds,
    SecretValue,
    Severity,
    Size,
    StateAddress,
    StorePlace,
    Switch,
    Table,
    Words,
)

SQLITE = "sqlite:///"
S3 = "s3://"
"""What the address of a bucket begins with."""
_ANY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 -- what is no address to link to


class RouteSettings(Table, frozen=True, kw_only=True):
    """Which alerts some channels are for; what is not given asks nothing."""

    channels: Annotated[
        tuple[Name, ...],
        Meta(
            description="a list of channel names",
            min_length=1,
            extra_json_schema={"uniqueItems": True},
        ),
    ]
    severities: Annotated[
        tuple[Severity, ...], Meta(description="a list of severities", min_length=1)
    ] = field(name="severity", default=())
    """Alerts of these severities."""
    rules: Words = field(name="rule", default=())
    """Alerts of rules whose id matches, such as meta-*."""
    organizations: Words = field(name="organization", default=())
    """Alerts with one of these on either side: ids, names, or "@group"."""


class MoveSettings(Table, frozen=True, kw_only=True):
    """How far apart positions may lie and still belong together."""

    tenure_gap: Days = "31d"
    """Positions at one organisation that follow within this time are one tenure."""
    next_within: Days = "365d"
    """A next tenure starts at most this long after the end of the one before."""
    before: Days = "180d"
    """A next tenure starts at most this long before the end of the one before."""


class Watch(Table, frozen=True, kw_only=True):
    """How talentwatch watches over itself."""

    failures: Count = 3
    """The operators are told after this many failures in a row of a source or rule."""
    ping: AddressOrSecret | None = None
    """A dead-man's switch, as healthchecks.io has it."""
    backups: Count = 7
    """How many backups without a name of their own are kept."""
    free_mib: Count = 200
    """A run with less free disk than this, in MiB, does nothing and says so."""


class Serve(Table, frozen=True, kw_only=True):
    """How the service listens, delivers and stops."""

    host: Annotated[
        str,
        Meta(description='an address to listen on, such as "127.0.0.1" or "0.0.0.0"', min_length=1),
    ] = "127.0.0.1"
    port: Port = 9464
    deliver_seconds: Count = 60
    """How many seconds lie between two looks into the outbox."""
    stop_seconds: Count = 30
    """How many seconds a run at work may go on after a request to stop."""
    board: Switch = True
    """The service starts the board as a process of its own, and again if it ends."""


class BoardSettings(Table, frozen=True, kw_only=True):
    """Where the board listens, and who may look and act."""

    host: Annotated[
        str, Meta(description='an address to listen on, such as "127.0.0.1"', min_length=1)
    ] = "127.0.0.1"
    port: Port = 9465
    token: SecretValue | None = None
    """What lets in whoever has it; without it nobody has to say who they are."""
    proxy_header: Annotated[
        Annotated[
            str, Meta(extra_json_schema={"pattern": "^[A-Za-z][A-Za-z0-9-]*$"}, max_length=100)
        ]
        | None,
        Meta(description='the name of a header, such as "X-Forwarded-User"'),
    ] = None
    """The header in which a proxy says who asks."""
    proxies: Words = ()
    """The addresses from which that header is believed."""
    read_only: Switch = False
    """Nobody can decide anything on the pages."""

    @property
    def address(self) -> str | None:
        """Where a browser on this machine finds it; None if that is not said."""
        if not self.port or self.host in _ANY_ADDRESS:
            return None
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


class Retention(Table, frozen=True, kw_only=True):
    """How long what is kept."""

    thin_after: DaysOrNever = "365d"
    """A snapshot so old keeps only what reads otherwise than in another of its month: no loss."""
    records: Days = "400d"
    """How long messages that were sent or given up, runs, gaps and the text of notices are kept."""


class BucketSettings(Table, frozen=True, kw_only=True):
    """How a bucket with snapshots is reached, and what of it is on this machine."""

    endpoint: Address | None = None
    """A server of one's own that speaks S3; without it Amazon's."""
    region: Annotated[
        Annotated[str, Meta(extra_json_schema={"pattern": "^[a-z0-9-]+$"}, max_length=64)] | None,
        Meta(description='the name of a region, such as "eu-central-1"'),
    ] = None
    """Where the bucket is; without it as the environment or the files of AWS say."""
    folder: FilePath = "snapshots"
    """What stays on this machine: derived tables, read model, backups, fetched files."""
    cache: Size = "20GB"
    """How much room the fetched files may take; a run fetches anew what has none."""
    answer_seconds: Seconds = 60
    """How long to wait for an answer before a request is made again, four times at most."""


class BucketAddress(Struct, frozen=True, kw_only=True):
    """A bucket and what the keys of its objects begin with."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"{S3}{self.bucket}/{self.prefix}".rstrip("/")


class Traces(Table, frozen=True, kw_only=True):
    """Where traces of runs go (OTLP over HTTP)."""

    endpoint: AddressOrSecret | None = None
    """A collector, without `/v1/traces`; else as the standard variables say."""
    headers: Headers = field(default_factory=dict)


class Config(Table, frozen=True, kw_only=True):
    """The configuration, `config.toml`."""

    snapshots_place: StorePlace = field(name="snapshots", default="snapshots")
    """The store: snapshots by source and day."""
    rules_path: FilePath = field(name="rules", default="rules")
    """A folder of rule files."""
    organizations_path: FilePath = field(name="organizations", default="organizations.toml")
    """The directory: names, aliases, teams, parts, successions."""
    people: ResolvedPath | None = None
    """Which profiles are one person."""
    state_written: StateAddress = field(name="state", default=f"{SQLITE}snapshots/talentwatch.db")
    timezone: Annotated[
        str, Meta(description='the name of a time zone, such as "Europe/Zurich"')
    ] = DEFAULT_ZONE
    send_from_day: Day | None = field(name="send_from", default=None)
    """Older news is recorded, not sent; without it the day of the first run."""
    people_in_messages: Annotated[
        int,
        Meta(
            description="the most people that a message lists, at least 1; it counts the rest and"
            " names the command that lists them",
            ge=1,
            le=10_000,
        ),
    ] = 50
    names: Annotated[
        Literal["full", "none"],
        Meta(
            description='how people are named anywhere: "full", or "none" for counts only, in'
            " messages, pages, lists, metrics and logs"
        ),
    ] = "full"
    least_people: Annotated[
        int,
        Meta(
            description='a whole number of people, at least 1; with names = "none" nothing is shown'
            " that counts fewer",
            ge=1,
            le=10_000,
        ),
    ] = 1
    run_deliver_seconds: Annotated[
        int,
        Meta(
            description="a whole number of seconds; 0: a run does not wait for receivers",
            ge=0,
            le=86_400,
        ),
    ] = 60
    """How long a run goes on trying a receiver that is down."""
    operations: Annotated[
        tuple[Name, ...],
        Meta(
            description="a list of channel names, for notices about talentwatch itself",
            extra_json_schema={"uniqueItems": True},
        ),
    ] = ()
    board_url: Address | None = None
    """Messages link to /alerts/ID below this address; by default to a board that is configured."""
    moves: MoveSettings = MoveSettings()
    watch: Watch = Watch()
    serve: Serve = Serve()
    board: BoardSettings = BoardSettings()
    retention: Retention = Retention()
    engine: EngineSettings = EngineSettings()
    traces: Traces | None = None
    bucket: BucketSettings = BucketSettings()
    sources: Annotated[dict[Name, AnySource], Meta(description="tables [sources.<name>]")] = field(
        default_factory=dict
    )
    routes: Annotated[tuple[RouteSettings, ...], Meta(description="tables [[routes]]")] = ()
    channels: Annotated[dict[Name, AnyChannel], Meta(description="tables [channels.<name>]")] = (
        field(default_factory=dict)
    )


class Settings(Config, frozen=True, kw_only=True):
    """The configuration, whose relative paths begin at the folder of its file."""

    path: Path

    @property
    def root(self) -> Path:
        """The folder that relative paths start from."""
        return self.path.parent

    @property
    def snapshots(self) -> Path:
        """The folder of what is kept on this machine, the store among it unless it is a bucket."""
        in_bucket = bucket_address(self.snapshots_place) is not None
        return self.root / (self.bucket.folder if in_bucket else self.snapshots_place)

    @property
    def stored(self) -> Path:
        """The folder of the snapshots; where they are in a bucket, of those that were fetched."""
        in_bucket = bucket_address(self.snapshots_place) is not None
        return self.snapshots / ("fetched" if in_bucket else "store")

    @property
    def rules(self) -> Path:
        """The folder of the rules."""
        return self.root / self.rules_path

    @property
    def organizations(self) -> Path:
        """The file of the directory."""
        return self.root / self.organizations_path

    @property
    def state(self) -> str | Secret:
        """The address of the state database; a secret one holds a password."""
        return state_address(self.root, self.state_written)

    @property
    def send_from(self) -> date | None:
        """The first day whose news is sent; None: the day of the first run."""
        return date.fromisoformat(self.send_from_day) if self.send_from_day else None

    @property
    def fingerprint(self) -> str:
        """This changes with every setting that the derivation of moves depends on."""
        usual = Quality()
        gates = {
            name: structs.asdict(source.quality)
            for name, source in self.sources.items()
            if source.quality != usual  # so that one more source changes nothing for the others
        }
        limits = self.moves
        moves = [days_of(limit) for limit in (limits.tenure_gap, limits.next_within, limits.before)]
        meaning = json.dumps([moves, gates], sort_keys=True)
        return hashlib.sha256(meaning.encode()).hexdigest()


def bucket_address(text: str) -> BucketAddress | None:
    """Read the address of a bucket; None where it is a path.

    >>> str(bucket_address("s3://people/watch/"))
    's3://people/watch'
    >>> bucket_address("snapshots") is None
    True
    """
    if not text.startswith(S3):
        return None
    bucket, _, prefix = text.removeprefix(S3).partition("/")
    return BucketAddress(bucket=bucket, prefix=prefix.strip("/"))


def days_of(text: str) -> int:
    """This is a written length of time in days.

    >>> days_of("90d"), days_of("12w")
    (90, 84)
    """
    return int(text[:-1]) * (7 if text[-1] == "w" else 1)


def state_address(root: Path, value: str | Mapping[str, str]) -> str | Secret:
    """This is the address of a state database as a configuration writes it."""
    if not isinstance(value, str):
        return Secret.of(root, value)
    location = value.removeprefix(SQLITE)
    if location in {"", ":memory:"} or location == value:
        return value
    return f"{SQLITE}{root / location}"
