"""`talentwatch run`: one cycle over what is due."""

from datetime import datetime
from typing import Annotated

import typer

from monitor.base.settings import Settings, load_settings
from monitor.base.telemetry.traces import traced
from monitor.cli.options import (
    CONFIG,
    ConfigOption,
    JsonOption,
    assembly,
    clock,
    day,
    json_lines,
    leave,
    moment,
    progress,
)
from monitor.delivery.patience import Patience
from monitor.operations.run import Done, Wanted, run_once


def run(
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    dry_run: Annotated[
        bool, typer.Option(help="Say what would happen; record and send nothing.")
    ] = False,
    now: Annotated[datetime | None, day("The day of the run; default: today.")] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Only this source, due or not; may be repeated.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every source, due or not.")] = False,
) -> None:
    """Run one cycle over what is due: take in, compare, evaluate, alert, deliver. Safe from cron.

    Missed days are caught up in order. When nothing is due and nothing changed, it ends at once.
    """
    settings = load_settings(config)
    if dry_run:
        from monitor.cli.commands.history import rehearse  # noqa: PLC0415 -- needs the whole cycle

        rehearse(settings, at=moment(now), json=json)
        return
    warn_of_unstated(settings)
    with progress() as report, traced(settings):
        wanted = Wanted(
            clock=clock,
            assembly=assembly,
            now=moment(now) if now else None,
            named=tuple(source or ()),
            everything=everything,
            progress=report,
            patience=Patience(settings.run_deliver_seconds),
        )
        done = run_once(settings, wanted)
    _report(done, json=json)


def warn_of_unstated(settings: Settings, *, only: str | None = None) -> None:
    """Say, before a source takes anything in, that it does not state what its people are for.

    `status` repeats it for as long as it is so.
    """
    new = {
        name: source
        for name, source in settings.sources.items()
        if only in {None, name} and not _has_snapshots(settings, name)
    }
    if not new:
        return  # as at most runs
    from monitor.operations.health.set_aside import unstated  # noqa: PLC0415 -- reads the store

    for said in unstated(new):
        typer.echo(f"warning: {said.text}", err=True)


def _has_snapshots(settings: Settings, source: str) -> bool:
    """Look at the folder itself: a run that has nothing to do opens no store.

    Of a bucket it looks at what was listed last: the run says what is wrong with it.
    """
    folder = settings.stored / source
    return folder.is_dir() and any(folder.iterdir())


def _report(done: Done, *, json: bool) -> None:
    if json:
        json_lines([done.record])
    elif done.outcome is None:
        counts = [f"{count} {word}" for word, count in done.deliveries.items() if count]
        messages = f" Messages: {', '.join(counts)}." if counts else ""
        typer.echo(f"Nothing is new.{messages}")
    else:
        from monitor.cli.options import console  # noqa: PLC0415
        from monitor.cli.views.outcomes import print_outcome  # noqa: PLC0415 -- tables are for what is new

        print_outcome(console(), done.outcome, done.deliveries)
    if not json:
        for note in done.notes:
            typer.echo(note)
    leave(done.errors)
