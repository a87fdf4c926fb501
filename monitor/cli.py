"""The `talentwatch` command: arguments in, exit codes out; the time is read here and nowhere below.

Exit codes: 0 all well; 1 something failed and is named; 2 wrong usage or configuration, nothing
done; 75 another run holds the lease.
"""

import getpass
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import structlog
import typer
from rich.console import Console

from monitor import __version__, views
from monitor.backfill import backfill as replay
from monitor.cycle import Outcome, derive_moves, run_cycle, take_in
from monitor.errors import LeaseHeld, TalentwatchError, UsageError
from monitor.organizations import Directory
from monitor.records import Json, SnapshotRow, Verdict
from monitor.settings import Settings, load_settings
from monitor.state import State
from monitor.status import gather, problems
from monitor.wiring import (
    imported_source,
    load_words,
    open_parts,
    open_reading_engine,
    open_store,
    rehearsal,
    send,
    working,
)

app = typer.Typer(
    name="talentwatch",
    help="See who moves between organisations, from snapshots of public professional profiles.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
rules_app = typer.Typer(help="Look after the rules.", no_args_is_help=True)
app.add_typer(rules_app, name="rules")
snapshots_app = typer.Typer(
    help="What was taken, and the verdicts; accept or reject a snapshot by hand.",
    invoke_without_command=True,
)
app.add_typer(snapshots_app, name="snapshots")

ConfigOption = Annotated[
    Path, typer.Option("--config", help="The configuration file.", envvar="TALENTWATCH_CONFIG")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="JSON Lines on stdout, nothing else there.")
]
DayOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DAY")]
CONFIG = Path("config.toml")
PIPE_WIDTH = 160


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        app()
    except UsageError as exc:
        _fail(exc, 2)
    except LeaseHeld as exc:
        _fail(exc, 75)
    except TalentwatchError as exc:
        _fail(exc, 1)
    except BrokenPipeError:
        # Whoever reads us had enough, as `head` does.
        sys.stderr.close()
        raise SystemExit(0) from None


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version."),
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log each stage on stderr.")] = False,
) -> None:
    """See who moves between organisations, from snapshots of public professional profiles."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger("info" if verbose else "warning"),
        # Looked up at each message: whoever runs the command may put another stream there.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


@app.command()
def run(
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    dry_run: Annotated[
        bool, typer.Option(help="Say what would happen; record and send nothing.")
    ] = False,
    now: DayOption = None,
) -> None:
    """Run one cycle: take in what is new, compare, evaluate, alert, deliver. Safe from cron."""
    settings = load_settings(config)
    at = _moment(now)
    if dry_run:
        with (
            _progress() as told,
            open_parts(settings, progress=told) as parts,
            rehearsal(parts) as copy,
        ):
            outcome = run_cycle(copy, now=at, write=False)
        _report(
            outcome, {"would be sent": sum(one.sends for one in outcome.owed)}, "dry run", json=json
        )
        return
    with working(settings, at=_clock()) as (state, run_id), _progress() as told:
        with open_parts(settings, state=state, progress=told) as parts:
            outcome = run_cycle(parts, now=at)
        deliveries, troubles = send(settings, state, now=lambda: at if now else _clock())
        _finish(state, run_id, outcome, deliveries, troubles, json=json)


@app.command("import")
def import_(
    source: Annotated[str, typer.Argument(help="A source of the configuration.")],
    files: Annotated[list[Path], typer.Argument(help="Snapshot files.")],
    observed_on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], metavar="DAY", help="The day observed, if the name has none."
        ),
    ] = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    replace: Annotated[
        bool, typer.Option(help="Put changed files in the place of stored snapshots.")
    ] = False,
) -> None:
    """Take past snapshots in; each is observed on the day in its file's name."""
    settings = load_settings(config)
    fed = imported_source(settings, source, files, observed_on=observed_on and observed_on.date())
    with (
        working(settings, at=_clock()) as (state, _),
        _progress() as told,
        open_parts(settings, state=state, sources=fed, progress=told) as parts,
    ):
        errors = take_in(parts, replace_days=replace)
        derivation = derive_moves(parts)
    rows = [row for rows in derivation.snapshots.values() for row in rows]
    _print(rows, json=json, record=views.snapshot_record, table=views.print_snapshots)
    _leave(errors)


@app.command()
def backfill(
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], metavar="DAY")],
    until: DayOption = None,
    rule: Annotated[str | None, typer.Option(help="Only this rule.")] = None,
    deliver: Annotated[
        bool, typer.Option(help="Send what is owed; otherwise it is only recorded.")
    ] = False,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Replay the past through the same code as live; records only, unless told to deliver."""
    settings = load_settings(config)
    with working(settings, at=_clock()) as (state, run_id), _progress() as told:
        with open_parts(settings, state=state, progress=told) as parts:
            outcome = replay(
                parts,
                since=since.date(),
                until=until and until.date(),
                rule=rule,
                deliver=deliver,
                now=_clock(),
            )
        deliveries, troubles = (
            send(settings, state, now=_clock)
            if deliver
            else ({"sent": 0, "deferred": 0, "dead": 0}, [])
        )
        _finish(state, run_id, outcome, deliveries, troubles, json=json)


@snapshots_app.callback()
def snapshots(
    context: typer.Context,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """List what was taken, with the verdicts."""
    if context.invoked_subcommand is not None:
        return
    with open_reading_engine(load_settings(config)) as engine:
        rows = [
            SnapshotRow(
                source=source,
                observed_on=day,
                profiles=profiles,
                rejected=rejected,
                verdict=Verdict(verdict),
                reasons=tuple(reasons),
            )
            for source, day, profiles, rejected, verdict, reasons in engine.rows("judged_rows")
        ]
    _print(rows, json=json, record=views.snapshot_record, table=views.print_snapshots)


@snapshots_app.command()
def accept(
    source: str,
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DAY")],
    config: ConfigOption = CONFIG,
    note: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Let a suspect snapshot speak; the next run compares it."""
    _decide(load_settings(config), source, day.date(), Verdict.ACCEPTED, note)


@snapshots_app.command()
def reject(
    source: str,
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DAY")],
    config: ConfigOption = CONFIG,
    note: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Silence a snapshot; the next run takes back what it said."""
    _decide(load_settings(config), source, day.date(), Verdict.REJECTED, note)


@snapshots_app.command()
def verify(config: ConfigOption = CONFIG) -> None:
    """Check the stored snapshots against their checksums."""
    store = open_store(load_settings(config))
    damaged = [
        f"{source} {day}: {problem}"
        for source in store.sources()
        for day in store.manifests(source)
        for problem in store.verify(source, day)
    ]
    if not damaged:
        typer.echo("Every stored snapshot is whole.")
    _leave(damaged)


@app.command()
def moves(
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    origin: Annotated[
        str | None, typer.Option("--from", help="An organisation that people left.")
    ] = None,
    to: Annotated[str | None, typer.Option(help="An organisation that people joined.")] = None,
    since: DayOption = None,
    until: DayOption = None,
    person: Annotated[str | None, typer.Option(help="An id or a whole name.")] = None,
    as_known_on: DayOption = None,
    retracted: Annotated[bool, typer.Option(help="Also what is no longer believed.")] = False,
) -> None:
    """List who moved, as believed now or as known on a day."""
    filters = _filters(load_settings(config), origin, to, since, until, person, as_known_on)
    with open_reading_engine(load_settings(config)) as engine:
        rows = engine.records("list_moves", retracted=retracted, **filters)
    if json:
        _json_lines(views.move_record(row) for row in rows)
    else:
        views.print_moves(_console(), rows)


@app.command()
def flows(
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    origin: Annotated[
        str | None, typer.Option("--from", help="An organisation that people left.")
    ] = None,
    to: Annotated[str | None, typer.Option(help="An organisation that people joined.")] = None,
    since: DayOption = None,
    until: DayOption = None,
    person: Annotated[str | None, typer.Option(help="An id or a whole name.")] = None,
    as_known_on: DayOption = None,
) -> None:
    """Count who went from where to where."""
    settings = load_settings(config)
    filters = _filters(settings, origin, to, since, until, person, as_known_on)
    with open_reading_engine(settings) as engine:
        rows = engine.rows("list_flows", **filters)
    records = [
        {"from": one, "to": other, "people": people, "first": str(first), "last": str(last)}
        for one, other, people, first, last in rows
    ]
    if json:
        _json_lines(records)
        return
    directory = load_words(settings).directory
    views.print_flows(_console(), [_displayed(directory, record) for record in records])


@app.command()
def alerts(
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    rule: Annotated[str | None, typer.Option(help="Only this rule.")] = None,
    status: Annotated[str | None, typer.Option(help="Only open, closed or withdrawn ones.")] = None,
) -> None:
    """List the ledger of alerts."""
    settings = load_settings(config)
    _known(status, ("open", "closed", "withdrawn"), "status")
    if rule is not None:
        words = load_words(settings).rules
        _known(rule, [*(one.id for one in words.rules), *words.broken], "rule")
    records = [
        record
        for record in _alert_records(settings, rule)
        if status is None or record["status"] == status
    ]
    if json:
        _json_lines(records)
    elif records:
        views.print_alerts(_console(), records)
    else:
        _console().print("No alerts.")


@app.command()
def explain(
    alert: Annotated[str, typer.Argument(help="An alert's id, or the beginning of it.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Say why an alert fired: each person's before and after, and who was left out and why."""
    settings = load_settings(config)
    if not alert:
        raise UsageError("name an alert; `talentwatch alerts` lists them all")
    with State.open(settings.state) as state, state.reading() as tx:
        latest = [one for one in tx.latest() if one.alert.startswith(alert)]
        if len(latest) != 1:
            raise UsageError(
                f"{len(latest)} alerts begin with {alert!r}; `talentwatch alerts` lists them all"
            )
        revisions = tx.revisions(alert=latest[0].alert)
    record = next(
        one for one in _alert_records(settings, latest[0].rule) if one["alert"] == latest[0].alert
    )
    if json:
        everyone = {
            "possible": [views.person_record(one) for one in latest[0].possible_people],
            "left_out": [
                {**views.person_record(one), "why": one.note} for one in latest[0].left_out
            ],
        }
        _json_lines([{**record, **everyone}])
        return
    views.print_alerts(_console(), [record])
    last_words = next((one for one in reversed(revisions) if one.people), latest[0])
    views.print_explanation(_console(), last_words, revisions)


@rules_app.command()
def check(config: ConfigOption = CONFIG) -> None:
    """Check every rule file, the directory and the configuration, and name all that is wrong."""
    settings = load_settings(config)
    rules = load_words(settings).rules
    for hint in rules.hints:
        typer.echo(f"hint: {hint}", err=True)
    if rules.broken:
        raise UsageError(
            f"{len(rules.broken)} of the rules cannot be used:",
            *(problem for problems in rules.broken.values() for problem in problems),
        )
    typer.echo(f"{len(rules.rules)} rules are well.")


@app.command()
def status(config: ConfigOption = CONFIG, json: JsonOption = False, now: DayOption = None) -> None:
    """Show the last good snapshot of each source, ages, the outbox, and what is wrong."""
    settings = load_settings(config)
    with open_reading_engine(settings) as engine, State.open(settings.state) as state:
        facts = gather(settings, load_words(settings).rules, engine, state, on=_moment(now).date())
    if json:
        _json_lines([facts])
    else:
        views.print_status(_console(), facts)
    _leave(problems(facts))


def _known(wanted: str | None, names: Sequence[str], what: str) -> None:
    """Raise UsageError, with the names that there are, unless one of them is wanted (or none)."""
    if wanted is not None and wanted not in names:
        there = ", ".join(sorted(names)) or "none"
        raise UsageError(f"there is no {what} {wanted!r} (there are: {there})")


def _alert_records(settings: Settings, rule: str | None) -> list[dict[str, Json]]:
    counts = {one.id: one.count for one in load_words(settings).rules.rules}
    with State.open(settings.state) as state, state.reading() as tx:
        horizon = date.fromisoformat(tx.cursor("horizon") or date.min.isoformat())
        found = tx.latest(rule)
    found.sort(key=lambda one: (one.first_known_on, one.opened_on, one.rule, one.alert))
    return [
        views.alert_record(one, horizon=horizon, counts=counts.get(one.rule, "certain"))
        for one in found
    ]


def _decide(settings: Settings, source: str, day: date, verdict: Verdict, note: str) -> None:
    if day not in open_store(settings).manifests(source):
        raise UsageError(
            f"there is no snapshot of {source} on {day} (`talentwatch snapshots` lists them)"
        )
    with State.open(settings.state) as state, state.transaction() as tx:
        tx.decide("snapshot", f"{source}:{day}", str(verdict), getpass.getuser(), note, on=_clock())
    typer.echo(f"{source} {day} is {verdict} from the next run on.")


def _filters(
    settings: Settings,
    origin: str | None,
    to: str | None,
    since: datetime | None,
    until: datetime | None,
    person: str | None,
    known_on: datetime | None,
) -> dict[str, object]:
    directory = load_words(settings).directory
    return {
        "origins": _units(directory, origin),
        "destinations": _units(directory, to),
        "since": since and since.date(),
        "until": until and until.date(),
        "person": person,
        "known_on": known_on and known_on.date(),
    }


def _units(directory: Directory, name: str | None) -> list[str] | None:
    if name is None:
        return None
    organization = directory.find(name) or directory.resolve(name).unit
    return sorted({part[0] for part in directory.parts(organization)})


def _displayed(directory: Directory, record: dict[str, Json]) -> dict[str, Json]:
    names = {side: record[side] and directory.display(record[side]) for side in ("from", "to")}
    return {**record, **names}


def _finish(
    state: State,
    run_id: str,
    outcome: Outcome,
    deliveries: dict[str, int],
    troubles: list[str],
    *,
    json: bool,
) -> None:
    errors = [*outcome.errors, *troubles]
    record = views.outcome_record(run_id, outcome, deliveries, errors)
    with state.transaction() as tx:
        tx.finish_run(run_id, at=_clock(), outcome=record)
    _report(outcome, deliveries, run_id, json=json, errors=errors)


def _report(
    outcome: Outcome,
    deliveries: dict[str, int],
    run_id: str,
    *,
    json: bool,
    errors: list[str] | None = None,
) -> None:
    errors = list(outcome.errors) if errors is None else errors
    if json:
        _json_lines([views.outcome_record(run_id, outcome, deliveries, errors)])
    else:
        views.print_outcome(_console(), outcome, deliveries)
    _leave(errors)


def _print(
    rows: list[Any],
    *,
    json: bool,
    record: Callable[[Any], dict[str, Json]],
    table: Callable[[Console, list[Any]], None],
) -> None:
    if json:
        _json_lines(record(row) for row in rows)
    else:
        table(_console(), rows)


def _json_lines(records: Any) -> None:
    for record in records:
        sys.stdout.buffer.write(orjson.dumps(record) + b"\n")
    sys.stdout.flush()


def _leave(errors: list[str]) -> None:
    for error in errors:
        typer.echo(f"error: {error}", err=True)
    if errors:
        raise SystemExit(1)


def _fail(error: TalentwatchError, code: int) -> None:
    typer.echo(f"error: {error}", err=True)
    raise SystemExit(code)


def _console() -> Console:
    # What goes into a file or a pipe is not cut to the width of a window that nobody looks at.
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


@contextmanager
def _progress() -> Iterator[Callable[[str, str], None]]:
    """Show what is being worked on to a person at a terminal, and to nobody else."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    with Console(stderr=True).status("starting") as shown:
        yield lambda stage, what: shown.update(f"{stage} {what}")


def _clock() -> datetime:
    return datetime.now(UTC)


def _moment(day: datetime | None) -> datetime:
    """The moment of a run: now, or the end of the day that was named."""
    return _clock() if day is None else datetime.combine(day.date(), datetime.max.time(), UTC)
