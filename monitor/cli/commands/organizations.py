"""`talentwatch organizations`: names not in the directory, which may be one, and decisions."""

import getpass
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.base.errors import UsageError
from monitor.base.records import Decided
from monitor.base.settings import load_settings
from monitor.board.answers.counts_only import counted_reading
from monitor.board.answers.left_out import LeftOut
from monitor.cli.commands.confirm import confirm
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, clock, leave, print_rows, remark
from monitor.cli.views.movement.organizations import (
    duplicate_record,
    print_duplicates,
    print_units,
    unit_record,
)
from monitor.identity.organizations.duplicates import Change, Unit, find_duplicates
from monitor.identity.organizations.imported import add, side_file
from monitor.identity.organizations.registries import read_registry
from monitor.intake.lost_state import open_state
from monitor.operations.instructions.decisions import Word
from monitor.operations.instructions.organizations import decided_changes, settle
from monitor.operations.written_inputs import load_definitions
from monitor.wiring import open_reading_engine

app = typer.Typer(help="Look after the directory of organisations.", no_args_is_help=True)

MOST_FLOWS = 20_000


@app.command()
def unresolved(
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    limit: Annotated[int, typer.Option(help="Show so many.", min=1)] = 50,
    people: Annotated[int, typer.Option(help="Only with at least so many people.", min=1)] = 1,
) -> None:
    """List the names that the directory does not know, those with the most people first."""
    settings = load_settings(config)
    directory = load_definitions(settings).directory
    left_out = LeftOut(settings.least_people)
    with open_reading_engine(settings) as engine:
        rows = [
            record
            for record in counted_reading(settings, engine, left_out).stream("unit_people")
            if record["people"] >= people and not directory.lists(record["unit"])
        ]
    print_rows(rows[:limit], json=json, record=unit_record, table=print_units)
    remark(left_out.sentence)


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Extracts of ROR, GLEIF or Wikidata.")],
    config: ConfigOption = CONFIG,
) -> None:
    """Add the organisations of registries, with their other names, ids and successors."""
    side = side_file(load_settings(config).organizations)
    for file in files:
        if not file.is_file():
            raise UsageError(f"no such file: {file}")
    for number, file in enumerate(files):
        try:
            counts = add(side, read_registry(file))
        except UsageError as exc:
            if number:
                leave([f"{exc}; the files before it were imported"])
            raise
        typer.echo(
            f"{file}: {counts.entries} entries; {side} now knows {counts.organizations}"
            f" organisations and {counts.dated} dated successions ({counts.undated} without a day)."
        )
        if counts.unread:
            first = counts.unread[0]
            typer.echo(
                f"{file}: {len(counts.unread)} records were set aside, the first of them number"
                f" {first.number}: {first.why}",
                err=True,
            )
    typer.echo("The next run derives the moves again.")


@app.command()
def suggest(
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    limit: Annotated[int, typer.Option(help="Show so many.", min=1)] = 50,
    least: Annotated[
        float, typer.Option(help="Only with at least this score.", min=0.0, max=1.0)
    ] = 0.7,
) -> None:
    """List organisations that may be one, with a score and the reasons; nothing is merged."""
    settings = load_settings(config)
    directory = load_definitions(settings).directory
    left_out = LeftOut(settings.least_people)
    with open_reading_engine(settings) as engine:
        reading = counted_reading(settings, engine, left_out)
        units = [
            Unit(unit=record["unit"], name=record["name"], people=record["people"])
            for record in reading.stream("unit_people")
        ]
        flows = [
            flow
            for flow in engine.rows("two_way_flows", most=MOST_FLOWS)
            if min(flow[2:]) >= settings.least_people
        ]
        shared = engine.rows("shared_organization_ids")
        changes = [Change(**record) for record in reading.stream("organization_name_changes")]
        decided = decided_changes(directory, engine.records("undecided_holds"))
    changes = [
        change for change in changes if not change.held or (change.one, change.other) not in decided
    ]
    units += _no_longer_written(units, changes)
    domains = {unit.unit: directory.domains(unit.unit) for unit in units}
    pairs = find_duplicates(
        units, flows=flows, shared=shared, domains=domains, changes=changes, least=least
    )
    print_rows(pairs[:limit], json=json, record=duplicate_record, table=print_duplicates)
    remark(left_out.sentence)


def _no_longer_written(units: Sequence[Unit], changes: Sequence[Change]) -> list[Unit]:
    """The organisations that changes name and no profile does any more."""
    units_listed = {listed.unit for listed in units}
    names = {change.one: change.one_name for change in changes} | {
        change.other: change.other_name for change in changes
    }
    return [
        Unit(unit=unit, name=name, people=0)
        for unit, name in sorted(names.items())
        if unit not in units_listed
    ]


class Emptied(StrEnum):
    """A file that is meant to be empty."""

    ORGANIZATIONS = "organizations"
    REGISTRIES = "registries"
    PEOPLE = "people"


@app.command()
def confirm_empty(
    what: Annotated[
        Emptied,
        typer.Argument(
            metavar="[organizations|registries|people]",
            help="The file: the organisations, what was imported beside them, or the people.",
        ),
    ] = Emptied.ORGANIZATIONS,
    why: Annotated[str, typer.Option(help="The reason; the log of decisions keeps it.")] = "",
    config: ConfigOption = CONFIG,
) -> None:
    """Say that a file of organisations or people is meant to be empty; the next run goes on."""
    confirm(load_settings(config), what, why)


@app.command()
def decide(
    origin: Annotated[str, typer.Argument(metavar="FROM", help="Where people were, as written.")],
    destination: Annotated[str, typer.Argument(metavar="TO", help="Where they are shown now.")],
    decided: Annotated[Decided, typer.Argument(metavar="same|merger|real", help="What it is.")],
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="From this day on; default: as it was seen."),
    ] = None,
    note: Annotated[str, typer.Option(help="Why.")] = "",
    config: ConfigOption = CONFIG,
) -> None:
    """Settle moves that are held: one organisation, a merger, or people who really moved."""
    settings = load_settings(config)
    word = Word(by=getpass.getuser(), why=note, at=clock())
    with open_state(settings) as state, open_reading_engine(settings) as engine:
        settled = settle(
            settings,
            state,
            engine,
            (origin, destination),
            decided,
            on=on and on.date(),
            word=word,
        )
    for added in settled.notes:
        typer.echo(f"note: {added}", err=True)
    decision = settled.decision
    typer.echo(
        f"{decision.origin} -> {decision.destination} is {decided} in {settings.organizations}"
        " from the next run on."
    )
