"""The only place that picks implementations: settings in, parts of a cycle and channels out."""

import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from monitor.base.derived_file import derived_path, set_aside
from monitor.base.engine import Engine
from monitor.base.errors import (
    CacheDamaged,
    LeaseHeld,
    SnapshotError,
    StorageError,
    UsageError,
    printable,
)
from monitor.base.inputs import Listing
from monitor.base.machine.cluster import require_spark
from monitor.base.private_files import folder_of_copies, make_folder, tighten
from monitor.base.records import Json, Observation
from monitor.base.settings import CARRY, GitSource, Settings, SourceSettings
from monitor.base.statements import Reading
from monitor.base.telemetry import logs
from monitor.base.telemetry.timing import stage
from monitor.board.answers.counts_only import counted_reading, counted_transaction
from monitor.board.answers.desk import Desk
from monitor.board.answers.left_out import LeftOut
from monitor.board.read_model import open_read_model, read_model_path
from monitor.cycle import derive_moves
from monitor.delivery.channels import CHANNELS, Channel, Clock
from monitor.delivery.deliver import deliver
from monitor.delivery.messages import with_names
from monitor.delivery.patience import Patience
from monitor.intake.lost_state import open_state
from monitor.intake.refused_files import Refusals
from monitor.intake.snapshots.store import Store
from monitor.intake.sources import SOURCES, Files, Source
from monitor.intake.sources.checksums import Checksums, remembered
from monitor.intake.sources.git import histories, named_history
from monitor.moves.derivation.derived_tables import is_derived, is_made
from monitor.operations.instructions.policies import policies
from monitor.operations.rights import journal
from monitor.operations.rights.erasing import Erased, tell_rest
from monitor.operations.rights.erasing import erase as erase_people
from monitor.operations.rights.journal import Erasure
from monitor.operations.written_inputs import load_definitions, look_at_inboxes, read_inputs
from monitor.parts import Parts, Progress
from monitor.rules.language import Rule, lint_windows, merged_hints
from monitor.state import State

PATIENCE_SECONDS = 20


def open_store(settings: Settings) -> Store:
    """The snapshot store."""
    return Store.of(settings)


def open_engine(settings: Settings) -> Engine:
    """Open the derived tables; a file that is damaged, or of another format, is set aside.

    Raises LeaseHeld when another process works with them.
    """
    path = derived_path(settings)
    make_folder(path.parent)
    try:
        engine = _patiently(Engine, path)
    except CacheDamaged as exc:
        set_aside(settings, exc)
        engine = Engine(path)
    tighten(path)
    return engine


def _patiently(make: Callable[..., Engine], path: Path, *, read_only: bool = False) -> Engine:
    """Open the derived tables; who reads them, or runs, is given some time to end first."""
    given_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return make(path, read_only=read_only)
        except LeaseHeld:
            if time.monotonic() > given_up:
                raise
            time.sleep(0.1)


def configured_sources(
    settings: Settings,
    checksums: Checksums,
    listings: Mapping[str, Listing] | None = None,
    only: Collection[str] | None = None,
) -> dict[str, Source]:
    """Every source that has somewhere to read from, `only` some if told.

    Of sources of files these are those whose files were listed already, if any were.
    """
    listings = look_at_inboxes(settings, only) if listings is None else listings
    of_files = {
        name: _source(name, settings.sources[name], listing.files, checksums=checksums)
        for name, listing in listings.items()
    }
    return of_files | histories(settings, only)


def checksums_path(settings: Settings) -> Path:
    """The file of the checksums that are kept between runs."""
    return settings.snapshots / "checksums.json"


def imported_source(
    settings: Settings, name: str, files: Sequence[Path], *, observed_on: date | None
) -> dict[str, Source]:
    """One configured source, fed by files named on the command line.

    Where people keep their last row, the files of its inbox are read with them, which have to be
    among these. Raises UsageError when there is no such source or file.
    """
    source = settings.sources.get(name)
    if source is None:
        names = ", ".join(sorted(settings.sources)) or "none"
        raise UsageError(f"there is no source {name!r} in {settings.path} (there are: {names})")
    if isinstance(source, GitSource):
        return {name: named_history(settings, name, files)}
    missing = [printable(file) for file in files if not file.exists()]
    if missing:
        raise UsageError(f"no such file: {', '.join(missing)}")
    folders = [printable(file) for file in files if not file.is_file()]
    if folders:
        raise UsageError(f"{', '.join(folders)}: expected files, such as FOLDER/*.jsonl")
    if source.observed_on and observed_on is not None:
        column = source.observed_on[0]
        raise UsageError(
            f"the column {column!r} says when each row of {name} was seen: leave --observed-on out"
        )
    if source.days == CARRY and source.inbox is not None:
        files = _with_its_inbox(source.inbox, files, look_at_inboxes(settings)[name].files)
    return {name: _source(name, source, files, observed_on=observed_on)}


def _with_its_inbox(pattern: str, files: Sequence[Path], inbox: Sequence[Path]) -> Sequence[Path]:
    there = {path.resolve() for path in inbox}
    outside = [printable(file) for file in files if file.resolve() not in there]
    if outside:
        raise UsageError(
            f"{', '.join(outside)}: people keep their last row over all files of the inbox: put it"
            f" where {pattern} finds it, and run"
        )
    return inbox


def _source(
    name: str,
    settings: SourceSettings,
    paths: Sequence[Path],
    *,
    observed_on: date | None = None,
    checksums: Checksums | None = None,
) -> Source:
    return SOURCES.get(settings.kind, Files)(
        source=name,
        paths=paths,
        observed_on=observed_on,
        layout=settings.layout_of_files,
        checksums=checksums,
    )


@contextmanager
def open_reading(settings: Settings, left_out: LeftOut | None = None) -> Iterator[Reading]:
    """What was last published, which keeps no run waiting, or the derived tables; see LeftOut."""
    with open_read_model(read_model_path(settings)) as model:
        if model is not None:
            yield counted_reading(settings, model, left_out)
            return
    with open_reading_engine(settings) as engine:
        yield counted_reading(settings, engine, left_out)


@contextmanager
def open_desk(settings: Settings, *, now: datetime) -> Iterator[Desk]:
    """What answers are made from; what was published is opened where an answer asks for it."""
    definitions, left_out = load_definitions(settings), LeftOut(settings.least_people)
    with open_state(settings) as state, ExitStack() as opened:
        reading = opened.enter_context(state.reading())
        yield Desk(
            settings=settings,
            definitions=definitions,
            open_reading=lambda: opened.enter_context(open_reading(settings, left_out)),
            tx=counted_transaction(settings, reading, definitions, left_out),
            left_out=left_out,
            now=now,
        )


@contextmanager
def open_reading_engine(settings: Settings) -> Iterator[Engine]:
    """The derived tables for reading only; empty ones before the first run.

    Raises SnapshotError when they were made by another version, until a run makes them again.
    """
    path = derived_path(settings)
    with ExitStack() as opened:
        if path.exists():
            engine = opened.enter_context(_patiently(Engine, path, read_only=True))
            if is_derived(engine):
                yield engine
                return
        engine = opened.enter_context(Engine())
        engine.run("derived_tables")
        engine.run("derived_views")
        yield engine


@contextmanager
def open_copied_engine(settings: Settings) -> Iterator[Engine]:
    """A copy of the derived tables, to ask things of them that shall leave no trace."""
    with folder_of_copies(settings.snapshots) as folder:
        copy = folder / "derived.duckdb"
        if derived_path(settings).exists():
            # Whoever would write waits until it is copied.
            with _patiently(Engine, derived_path(settings), read_only=True):
                shutil.copyfile(derived_path(settings), copy)
        with Engine(copy, original=derived_path(settings)) as engine:
            is_derived(engine)
            engine.run("derived_tables")
            engine.run("derived_views")
            yield engine


def window_hints(settings: Settings, rules: Iterable[Rule]) -> list[str]:
    """Say which windows are shorter than a source's usual gap; nothing while a run is at work."""
    try:
        with open_reading(settings) as engine:
            gaps = dict(engine.rows("usual_snapshot_gaps"))
    except (LeaseHeld, SnapshotError, StorageError):
        return []
    return merged_hints(lint_windows(rules, gaps))


def open_channels(settings: Settings, *, sleep: Callable[[float], None]) -> dict[str, Channel]:
    """Every channel of the configuration."""
    clock = Clock(now=lambda: datetime.now(UTC), sleep=sleep)
    return {
        name: CHANNELS[channel.kind](name, channel, clock)
        for name, channel in settings.channels.items()
    }


def send(
    settings: Settings,
    state: State,
    *,
    now: Callable[[], datetime],
    patience: Patience | None = None,
) -> tuple[dict[str, int], list[str]]:
    """Deliver what waits, as long as there is patience, which Ctrl-C and SIGTERM end.

    Returns how much was sent, deferred and given up, and what went wrong.
    """
    patience = patience or Patience()
    channels = open_channels(settings, sleep=time.sleep)
    quiet_hours = {name: channel.quiet_hours for name, channel in settings.channels.items()}

    def is_quiet_hour(channel: str, moment: datetime) -> bool:
        hours = quiet_hours[channel]
        return hours is not None and hours.covers(moment, zone=settings.timezone)

    shows = {name for name, keys in settings.channels.items() if getattr(keys, "pictures", False)}

    def picture(channel: str, document: Mapping[str, Json]) -> bytes | None:
        return alert_png(settings, document, now=now()) if channel in shows else None

    with patience.ended_by_signals():
        done = deliver(
            state,
            channels,
            now=now,
            operations=settings.operations,
            is_quiet_hour=is_quiet_hour,
            picture=picture,
            reworded=partial(with_names, names=settings.names),
            patience=patience,
        )
    return {"sent": done.sent, "deferred": done.deferred, "dead": done.dead}, list(done.errors)


def alert_png(settings: Settings, document: Mapping[str, Json], *, now: datetime) -> bytes | None:
    """Draw what a document says of an alert; None where there is nothing to draw, or it failed."""
    if document.get("type") != "alert":
        return None
    # Most configurations show no pictures.
    from monitor.board.pictures import NoPicture, picture_of, png_picture  # noqa: PLC0415

    try:
        with open_desk(settings, now=now) as desk:
            alerts = desk.tx.latest_named([str(document["alert"])])
            return next((png_picture(picture_of(desk, alert)) for alert in alerts.values()), None)
    except NoPicture as exc:
        logs.info("no picture", alert=document["alert"], why=str(exc))
    except Exception as exc:  # noqa: BLE001 -- a picture that fails holds up no message
        logs.warning("no picture", alert=document["alert"], why=type(exc).__name__)
    return None


@contextmanager
def open_parts(  # noqa: PLR0913 -- what a cycle may be told
    settings: Settings,
    *,
    state: State | None = None,
    sources: Mapping[str, Source] | None = None,
    progress: Progress = lambda *_: None,
    only: Collection[str] | None = None,
    publishes: bool = True,
    resumes: bool = True,
) -> Iterator[Parts]:
    """Open everything that a cycle works with, `only` some sources if told, and close it again.

    What the derived tables say in the end is published, unless told otherwise. An erasure that was
    cut off is finished first, where the state is held.
    """
    if resumes and state is not None and (erasure := journal.begun(settings)) is not None:
        erased = erase(settings, state, erasure, progress=progress)
        tell_rest(settings, state, erasure, erased)
    if (cluster := settings.engine.limits.cluster) is not None:
        require_spark(cluster)
    definitions, inputs = read_inputs(settings)
    listings: Mapping[str, Listing] = {}
    with ExitStack() as opened:
        if state is None:
            state = opened.enter_context(open_state(settings))
        engine = opened.enter_context(open_engine(settings))
        refused = opened.enter_context(remembered(settings.snapshots / "refused.json"))
        if sources is None:
            listings = look_at_inboxes(settings, only)
            checksums = opened.enter_context(remembered(checksums_path(settings)))
            sources = configured_sources(settings, checksums, listings, only)
        yield Parts(
            settings=settings,
            state=state,
            store=open_store(settings),
            engine=engine,
            directory=definitions.directory,
            people=definitions.people,
            rules=definitions.rules,
            sources=sources,
            refusals=Refusals(refused),
            inputs=inputs,
            listings=listings,
            policies=partial(policies, settings, definitions),
            progress=progress,
        )
        if publishes and is_made(engine):
            publish_read_model(settings, engine)


def erase(
    settings: Settings, state: State, erasure: Erasure, *, progress: Progress = lambda *_: None
) -> Erased:
    """Erase people whose erasure was begun; the caller holds the lease."""

    def derive() -> None:
        open_again = partial(open_parts, settings, state=state, sources={}, resumes=False)
        with open_again(progress=progress) as parts:
            derive_moves(parts)

    return erase_people(
        settings,
        open_store(settings),
        state,
        erasure,
        derive=derive,
        observed=partial(observed_checksums, settings),
        progress=progress,
    )


def observed_checksums(settings: Settings) -> dict[str, str]:
    """Say by SOURCE:DAY what checksum the files of the inbox have, as they are."""
    return {
        f"{name}:{observation.observed_on.isoformat()}": observation.sha256
        for name, source in configured_sources(settings, {}).items()
        for observation in source.observations()
        if isinstance(observation, Observation)
    }


def publish_read_model(settings: Settings, engine: Engine) -> None:
    """Let commands and pages read what the derived tables say."""
    # A quiet run publishes nothing.
    from monitor.board.publishing import publish  # noqa: PLC0415

    with stage("publish") as note:
        note(published=publish(engine, read_model_path(settings)))
