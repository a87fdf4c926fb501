"""`talentwatch import` and `backfill`: the past; and `run --dry-run`, which leaves no trace."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace as with_changes
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from monitor.base.derived_file import healed
from monitor.base.settings import Settings, load_settings
from monitor.base.telemetry.traces import traced
from monitor.cli.commands.run import warn_of_unstated
from monitor.cli.options import (
    CONFIG,
    ConfigOption,
    JsonOption,
    clock,
    console,
    day,
    json_lines,
    leave,
    print_rows,
    progress,
)
from monitor.cli.views.files.snapshots import print_snapshots
from monitor.cli.views.outcomes import print_outcome
from monitor.cycle import (
    collect_named,
    derive_moves,
    evaluation_stops,
    note_held,
    run_cycle,
)
from monitor.delivery.patience import Patience
from monitor.intake.sources.checksums import remembered
from monitor.moves.derivation.derive import Derivation
from monitor.operations.backfill import backfill as replay
from monitor.operations.backfill import rehearsal
from monitor.operations.lease import run_lease
from monitor.operations.outcomes import outcome_record, snapshot_record
from monitor.operations.written_inputs import look_at_inboxes
from monitor.parts import CycleOutcome, Parts
from monitor.state import State
from monitor.wiring import (
    checksums_path,
    configured_sources,
    imported_source,
    open_parts,
    send,
)

SENT_NOTHING = {"sent": 0, "deferred": 0, "dead": 0}


def rehearse(settings: Settings, *, at: datetime, json: bool) -> None:
    """Say what a run would do, and record and send nothing."""
    listings = look_at_inboxes(settings)
    with (
        progress() as report,
        remembered(checksums_path(settings), keep=False) as checksums,
        open_parts(
            settings,
            sources=configured_sources(settings, checksums, listings),
            progress=report,
            publishes=False,
        ) as parts,
        rehearsal(with_changes(parts, listings=listings)) as copy,
    ):
        outcome = run_cycle(copy, now=at, write=False)
    deliveries = {
        **SENT_NOTHING,
        "would be sent": sum(notification.sends for notification in outcome.pending),
    }
    _report(outcome, deliveries, "dry run", json=json)


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
    warn_of_unstated(settings, only=source)
    fed = imported_source(settings, source, files, observed_on=observed_on and observed_on.date())
    with (
        run_lease(settings, at=clock()) as (state, _),
        traced(settings),
        progress() as report,
    ):
        parted = partial(open_parts, settings, state=state, sources=fed, progress=report)
        errors, derivation = healed(settings, partial(_taken_in, parted, replace_days=replace))
        errors += [f"{name}: {error}" for name, error in derivation.damaged.items()]
    rows = [snapshot_record(row) for rows in derivation.snapshots.values() for row in rows]
    print_rows(rows, json=json, record=dict, table=print_snapshots)
    leave(errors)


def _taken_in(
    parted: Callable[[], AbstractContextManager[Parts]], *, replace_days: bool
) -> tuple[list[str], Derivation]:
    with parted() as parts:
        # Somewhere it is tomorrow already.
        latest = clock().date() + timedelta(days=1)
        errors = collect_named(parts, until=latest, replace_days=replace_days)
        if stopped := evaluation_stops(parts):
            return [*errors, *stopped.values()], Derivation(snapshots={}, notices=())
        derivation = derive_moves(parts)
        if derivation.held:
            with parts.state.transaction() as tx:
                note_held(tx, derivation, at=clock())
        return errors, derivation


def backfill(
    since: Annotated[datetime, day("The first day to replay.")],
    until: Annotated[datetime | None, day("The last day to replay; default: the newest.")] = None,
    rule: Annotated[str | None, typer.Option(help="Only this rule.")] = None,
    deliver: Annotated[
        bool, typer.Option(help="Send what is owed, and what these days left unsent as history.")
    ] = False,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Replay the past through the same code as live; records only, unless told to deliver."""
    settings = load_settings(config)
    with run_lease(settings, at=clock()) as (state, run_id), traced(settings), progress() as report:

        def replayed() -> CycleOutcome:
            with open_parts(settings, state=state, progress=report) as parts:
                return replay(
                    parts,
                    since=since.date(),
                    until=until and until.date(),
                    rule=rule,
                    deliver=deliver,
                    now=clock(),
                )

        outcome = healed(settings, replayed)
        deliveries, troubles = SENT_NOTHING, list[str]()
        if deliver:
            patience = Patience(settings.run_deliver_seconds)
            deliveries, troubles = send(settings, state, now=clock, patience=patience)
        _finish(state, run_id, outcome, deliveries, troubles, json=json)


def _finish(
    state: State,
    run_id: str,
    outcome: CycleOutcome,
    deliveries: dict[str, int],
    troubles: list[str],
    *,
    json: bool,
) -> None:
    errors = [*outcome.errors, *troubles]
    record = outcome_record(run_id, outcome, deliveries, errors)
    with state.transaction() as tx:
        tx.finish_run(run_id, at=clock(), outcome=record)
    _report(outcome, deliveries, run_id, json=json, errors=errors)


def _report(
    outcome: CycleOutcome,
    deliveries: dict[str, int],
    run_id: str,
    *,
    json: bool,
    errors: list[str] | None = None,
) -> None:
    errors = list(outcome.errors) if errors is None else errors
    if json:
        json_lines([outcome_record(run_id, outcome, deliveries, errors)])
    else:
        print_outcome(console(), outcome, deliveries)
    leave(errors)
