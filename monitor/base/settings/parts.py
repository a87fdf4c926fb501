"""The parts of a configuration, as the rest of the program sees them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.base.records import Json, Layout
from monitor.base.settings.schedule import Schedule
from monitor.base.settings.secret import Secret

_SATURDAY = 5


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
    finished: bool = False
    """Whether nothing more is to come: then it is no fault that its last snapshot is old."""
    layout: Layout = field(default_factory=Layout)
    """How its tables are written."""
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

    def covers(self, moment: datetime) -> bool:
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
class BoardSettings:
    """Where the board listens, and who may look and act."""

    host: str = "127.0.0.1"
    port: int = 9465
    token: Secret | None = None
    """What lets in whoever has it; None: nobody has to say who they are."""
    proxy_header: str | None = None
    """The header in which a proxy says who asks."""
    proxies: tuple[str, ...] = ()
    """The addresses from which that header is believed."""
    read_only: bool = False
    """Whether nobody can decide anything on the pages."""
    serve: bool = True
    """Whether `serve` starts the board and watches it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long what is kept."""

    thin_after_days: int | None = 365
    """So old a snapshot keeps only what reads otherwise than in another of its month; None: never.
    Nothing is lost by it."""
    records_days: int = 400
    """Messages that were sent or given up, runs, gaps, and the wording of notices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Where traces of runs go; what is not said here is as the standard variables say."""

    endpoint: Secret | None = None
    """The address of an OTLP/HTTP collector, without `/v1/traces`."""
    headers: Mapping[str, Secret] = field(default_factory=dict)


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
    people_in_messages: int = 50
    """The most people that a message lists; the rest is counted."""
    run_deliver_seconds: int = 60
    """So long a run goes on trying what receivers put off; 0: not at all."""
    operations: tuple[str, ...] = ()
    board_url: str | None = None
    sources: Mapping[str, SourceSettings] = field(default_factory=dict)
    channels: Mapping[str, ChannelSettings] = field(default_factory=dict)
    routes: tuple[RouteSettings, ...] = ()
    moves: MoveSettings = field(default_factory=MoveSettings)
    watch: Watch = field(default_factory=Watch)
    serve: Serve = field(default_factory=Serve)
    board: BoardSettings = field(default_factory=BoardSettings)
    retention: Retention = field(default_factory=Retention)
    traces: Traces | None = None
    """None: none, unless the environment asks for them."""

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
