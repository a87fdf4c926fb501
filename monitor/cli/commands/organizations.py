"""`talentwatch organizations`: names not in the directory, which may be one, and decisions."""

import getpass
import tomllib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from monitor.alerts.vanished_inputs import Input, input_stops
from monitor.base.engine import Engine
from monitor.base.errors import UsageError
from monitor.base.records import Decided, OrganizationDecision
from monitor.base.settings import Settings, load_settings
from monitor.cli.commands.confirm import confirm
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, clock, leave, print_rows
from monitor.cli.views.movement.organizations import (
    duplicate_record,
    print_duplicates,
    print_units,
    unit_record,
)
from monitor.identity.organizations import Directory
from monitor.identity.organizations.duplicates import Change, Unit, find_duplicates
from monitor.identity.organizations.imported import add, side_file
from monitor.identity.organizations.registries import read_registry
from monitor.intake.lost_state import open_state
from monitor.operations.written_inputs import Definitions, load_definitions, read_inputs
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
    with open_reading_engine(settings) as engine:
        rows = [
            record
            for record in engine.records("unit_people")
            if record["people"] >= people and not directory.lists(record["unit"])
        ]
    print_rows(rows[:limit], json=json, record=unit_record, table=print_units)


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
    with open_reading_engine(settings) as engine:
        units = [
            Unit(unit=record["unit"], name=record["name"], people=record["people"])
            for record in engine.records("unit_people")
        ]
        flows = engine.rows("two_way_flows", most=MOST_FLOWS)
        shared = engine.rows("shared_organization_ids")
        changes = [Change(**record) for record in engine.records("organization_name_changes")]
    units += _no_longer_written(units, changes)
    domains = {unit.unit: directory.domains(unit.unit) for unit in units}
    pairs = find_duplicates(
        units, flows=flows, shared=shared, domains=domains, changes=changes, least=least
    )
    print_rows(pairs[:limit], json=json, record=duplicate_record, table=print_duplicates)


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
    # Only a decision edits the directory.
    from monitor.identity.organizations.edits import edited, replace_file  # noqa: PLC0415

    settings = load_settings(config)
    words, inputs = read_inputs(settings)
    _refuse_if_lost(settings, words, inputs)
    directory = words.directory
    decision = _decision(settings, directory, origin, destination, decided, on and on.date())
    path = settings.organizations
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    after = edited(text, decision, directory)
    _check(path, after)
    with open_state(settings) as state, state.transaction() as tx:
        key = f"{decision.origin}:{decision.destination}"
        tx.decide("organizations", key, str(decided), getpass.getuser(), note, on=clock())
        replace_file(path, after)
    typer.echo(
        f"{decision.origin} -> {decision.destination} is {decided} in {path} from the next run on."
    )


def _refuse_if_lost(settings: Settings, words: Definitions, inputs: Iterable[Input]) -> None:
    """Refuse to begin a file anew in the place of one that had content, and is lost."""
    with open_state(settings) as state, state.reading() as tx:
        stopped = input_stops(tx, inputs, words.directory)
    lost = [error for name, error in stopped.items() if name in set(Emptied)]
    if lost:
        raise UsageError("; ".join(lost))


def _decision(
    settings: Settings,
    directory: Directory,
    origin: str,
    destination: str,
    decided: Decided,
    on: date | None,
) -> OrganizationDecision:
    """The decision in the words of the snapshots, and with the day on which it was seen."""
    if not origin.strip() or not destination.strip():
        raise UsageError("name two organisations, as profiles write them")
    roots = [directory.resolve(name).root for name in (origin, destination)]
    if roots[0] == roots[1]:
        raise UsageError(
            f"{origin!r} and {destination!r} are one organisation already; what makes them one in"
            f" {settings.organizations} is undone there"
        )
    with open_reading_engine(settings) as engine:
        held = engine.rows("held_flows_between", origin=roots[0], destination=roots[1])
        if not held:
            origin, destination = (
                _as_written(engine, directory, name) for name in (origin, destination)
            )
    if held:
        seen_on, ended_on, *names = held[0]
        first = held[-1][0]
        origin, destination = (
            given if directory.find(given) else name
            for given, name in zip((origin, destination), names, strict=True)
        )
        shown = first if decided is Decided.REAL else ended_on or seen_on
        on = on or shown
        if decided is Decided.MERGER and on > shown:
            typer.echo(
                f"note: what is held is of {shown}, before {on}, and stays held; with --on {shown}"
                " it is a part of the merger",
                err=True,
            )
    if decided is Decided.MERGER and on is None:
        raise UsageError("say on which day the merger was, with --on: no such moves are held")
    return OrganizationDecision(
        origin=origin,
        destination=destination,
        decided=decided,
        on=None if decided is Decided.SAME and not held else on,
    )


def _as_written(engine: Engine, directory: Directory, name: str) -> str:
    """A name as most profiles write it; said if none does and the directory lists it neither."""
    if directory.find(name) is not None:
        return name
    spellings = engine.rows("unit_names", units=[directory.resolve(name).unit])
    if not spellings:
        typer.echo(f"note: no profile names {name!r} so far", err=True)
    return spellings[0][1] if spellings else name


def _check(path: Path, text: str) -> None:
    """Refuse to write what could not be read again."""
    from monitor.identity.organizations.edits import replace_file  # noqa: PLC0415 -- as above

    scratch = path.with_name(f".{path.name}.check")
    try:
        tomllib.loads(text)
        replace_file(scratch, text)
        Directory.load(scratch)
    except UsageError as exc:
        raise UsageError(f"{path} stays as it is: with this decision it would say: {exc}") from exc
    finally:
        scratch.unlink(missing_ok=True)
