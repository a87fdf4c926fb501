"""`talentwatch snapshots`: what was taken, the verdicts, and an operator's decision."""

import getpass
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from monitor.base.errors import UsageError
from monitor.base.records import Observation, Verdict
from monitor.base.settings import Settings, load_settings
from monitor.base.settings.contradictions import not_a_place
from monitor.board.answers.filters import Asked
from monitor.board.answers.upkeep.snapshots import found_snapshots
from monitor.board.csv_lines import csv_lines
from monitor.cli.options import (
    CONFIG,
    ConfigOption,
    CsvOption,
    JsonOption,
    LimitOption,
    clock,
    known,
    leave,
    one_form,
    past_day,
    print_rows,
)
from monitor.cli.views.files.snapshots import (
    damage_record,
    print_damages,
    print_snapshots,
)
from monitor.delivery.messages import counted
from monitor.intake.lost_state import open_state
from monitor.intake.snapshots.lost import confirm_missing, lost_snapshots
from monitor.intake.snapshots.rejected_file import MOST_EXCERPTS
from monitor.intake.snapshots.storing.copying import copy_store
from monitor.intake.snapshots.verify import Damage, damages, original
from monitor.intake.sources import Source
from monitor.intake.sources.checksums import remembered
from monitor.operations.instructions.decisions import Word, decide_snapshot
from monitor.operations.lease import run_lease
from monitor.wiring import (
    configured_sources,
    imported_source,
    open_desk,
    open_store,
)

app = typer.Typer(
    help="What was taken, and the verdicts; accept or reject a snapshot by hand.",
    invoke_without_command=True,
)


@app.callback()
def snapshots(
    context: typer.Context,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    csv: CsvOption = False,
    limit: LimitOption = None,
    since: Annotated[
        datetime | None, past_day("Only what was observed on this day or later.")
    ] = None,
) -> None:
    """List what was taken, with the verdicts."""
    if context.invoked_subcommand is not None:
        return
    one_form(json=json, csv=csv)
    settings = load_settings(config)
    asked = Asked(values={"since": since and since.date(), "sort": "oldest"}, limit=limit)
    with open_desk(settings, now=clock()) as desk:
        records, _ = found_snapshots(desk, asked)
    if csv:
        csv_lines(records)
        return
    print_rows(records, json=json, record=dict, table=print_snapshots)
    newest = next((row for row in reversed(records) if row["rejected"]), None)
    if newest is not None and not json:
        file = open_store(settings).rejected(
            newest["source"], date.fromisoformat(newest["observed_on"])
        )
        each = (
            "each with its line and the reason"
            if newest["rejected"] <= MOST_EXCERPTS
            else f"the first {MOST_EXCERPTS:,} with line and reason, the others counted by reason"
        )
        typer.echo(f"Set aside, {each}: {file}")


@app.command()
def accept(
    source: Annotated[str, typer.Argument(help="A source of the configuration.")],
    day: Annotated[
        datetime,
        typer.Argument(
            formats=["%Y-%m-%d"], metavar="DAY", help="The day that it was observed on."
        ),
    ],
    config: ConfigOption = CONFIG,
    note: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Let a suspect snapshot speak; the next run compares it."""
    _decide(load_settings(config), source, day.date(), Verdict.ACCEPTED, note)


@app.command()
def reject(
    source: Annotated[str, typer.Argument(help="A source of the configuration.")],
    day: Annotated[
        datetime,
        typer.Argument(
            formats=["%Y-%m-%d"], metavar="DAY", help="The day that it was observed on."
        ),
    ],
    config: ConfigOption = CONFIG,
    note: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Silence a snapshot; the next run takes back what it said."""
    _decide(load_settings(config), source, day.date(), Verdict.REJECTED, note)


@app.command("confirm-missing")
def confirm(
    source: Annotated[str, typer.Argument(help="A source whose snapshots are gone.")],
    why: Annotated[str, typer.Option(help="Why they are gone.")],
    config: ConfigOption = CONFIG,
) -> None:
    """Say that snapshots are meant to be gone, or to have another content than they had.

    The next run goes by what the store has, and takes back what only the lost ones showed.
    """
    settings = load_settings(config)
    store = open_store(settings)
    with open_state(settings) as state, state.transaction() as tx:
        taken = tx.taken_snapshots()
        known(source, sorted({*settings.sources, *(name for name, _ in taken)}), "source")
        lost = {
            lost_snapshot.source: lost_snapshot for lost_snapshot in lost_snapshots(store, taken)
        }.get(source)
        if lost is not None:
            confirm_missing(tx, lost, by=getpass.getuser(), why=why, on=clock())
    if lost is None:
        typer.echo(f"No snapshot of {source} is missing: there is nothing to confirm.")
        return
    days = counted(len(lost.days), "snapshot")
    typer.echo(f"{days} of {source} may be gone. The next run goes by what is there.")


@app.command()
def verify(
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    heal: Annotated[
        bool, typer.Option(help="Take damaged snapshots again from the files they came from.")
    ] = False,
    file: Annotated[
        list[Path] | None, typer.Option(help="Look for an original here, too; may be repeated.")
    ] = None,
) -> None:
    """Check the stored snapshots against their checksums, and say what heals a damaged one."""
    settings = load_settings(config)
    store = open_store(settings)
    with remembered(settings.snapshots / "checksums.json") as checksums:
        sources = configured_sources(settings, checksums)
        damaged = [
            (damage, _original(damage, [sources, *_named(settings, damage, file or [])]))
            for damage in damages(store)
        ]
    if heal and damaged:
        with run_lease(settings, at=clock()):
            for _, taken in damaged:
                if taken is not None:
                    store.restore(taken)
    print_rows(
        [damage_record(damage, taken, healed=heal) for damage, taken in damaged],
        json=json,
        record=dict,
        table=print_damages,
    )
    left = sum(1 for _, taken in damaged if taken is None or not heal)
    if left:
        leave([f"{left} of the stored snapshots are damaged"])


@app.command("copy")
def copy(
    place: Annotated[
        str,
        typer.Argument(
            metavar="PLACE", help='What `snapshots` is to say: a folder, or "s3://BUCKET/PREFIX".'
        ),
    ],
    config: ConfigOption = CONFIG,
) -> None:
    """Copy all stored snapshots to another folder or bucket, checked; what is there stays.

    A bucket is reached as [bucket] says. The state, what is derived and the inbox are not copied.
    """
    settings = load_settings(config)
    target = structs.replace(settings, snapshots_place=place)
    expected = not_a_place(place)
    if expected is not None:
        raise UsageError(f"{place}: {expected}")
    ours, theirs = open_store(settings), open_store(target)
    if theirs.files.name == ours.files.name:
        raise UsageError(f"{place} is where the snapshots are: name another place")
    with run_lease(settings, at=clock()):
        copied, there = copy_store(ours, theirs)
    if not copied:
        typer.echo(f"There is nothing to copy: {counted(there, 'snapshot')} are there already.")
        return
    before = f"; {there} were there already" if there else ""
    typer.echo(
        f"{counted(copied, 'snapshot')} copied to {place}{before}. Set `snapshots` in {config} to"
        f' "{place}", run, and delete the former place once all is well.'
    )


def _named(
    settings: Settings, damage: Damage, files: Sequence[Path]
) -> Iterator[Mapping[str, Source]]:
    """Show the files named on the command line as files of a damaged snapshot's source."""
    if files and damage.source in settings.sources:
        # The content tells what it is; without a manifest, only the day in the file's name.
        many = bool(settings.sources[damage.source].observed_on)
        day = damage.observed_on if damage.sha256 and not many else None
        yield imported_source(settings, damage.source, files, observed_on=day)


def _original(damage: Damage, places: Sequence[Mapping[str, Source]]) -> Observation | None:
    """Find what a damaged snapshot was taken from, as an observation of its day."""
    seen = (
        observation
        for sources in places
        if damage.source in sources
        for observation in sources[damage.source].observations()
        if isinstance(observation, Observation)
    )
    taken = original(damage, seen)
    return taken and replace(taken, observed_on=damage.observed_on)


def _decide(settings: Settings, source: str, day: date, verdict: Verdict, note: str) -> None:
    word = Word(by=getpass.getuser(), why=note, at=clock())
    with open_state(settings) as state:
        decide_snapshot(settings, state, (source, day), verdict, word)
    typer.echo(f"{source} {day} is {verdict} from the next run on.")
