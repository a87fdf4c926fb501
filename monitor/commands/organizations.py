"""`talentwatch organizations`: which names are not in the directory, and which may be one."""

from pathlib import Path
from typing import Annotated

import typer

from monitor import views
from monitor.commands.edge import CONFIG, ConfigOption, JsonOption, print_rows
from monitor.errors import UsageError
from monitor.imported import add, side_file
from monitor.registries import read_registry
from monitor.settings import load_settings
from monitor.twins import Unit, twins
from monitor.wiring import load_words, open_reading_engine

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
    directory = load_words(settings).directory
    with open_reading_engine(settings) as engine:
        found = [
            record
            for record in engine.records("unit_people")
            if record["people"] >= people and not directory.lists(record["unit"])
        ]
    print_rows(found[:limit], json=json, record=views.unit_record, table=views.print_units)


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
    for file in files:
        counts = add(side, read_registry(file))
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
    with open_reading_engine(settings) as engine:
        units = [
            Unit(unit=record["unit"], name=record["name"], people=record["people"])
            for record in engine.records("unit_people")
        ]
        flows = engine.rows("two_way_flows", most=MOST_FLOWS)
        shared = engine.rows("shared_ids")
    found = twins(units, flows=flows, shared=shared, least=least)
    print_rows(found[:limit], json=json, record=views.twins_record, table=views.print_twins)
