"""`talentwatch moves` and `talentwatch flows`: who moved, and how many from where to where."""

import getpass
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.base.errors import UsageError
from monitor.base.records import Json
from monitor.base.settings import load_settings
from monitor.base.statements import Reading
from monitor.board.answers.left_out import LeftOut
from monitor.board.answers.moves import move_record
from monitor.board.csv_lines import csv_lines
from monitor.board.movement.named import named_organization, named_person
from monitor.cli.options import (
    CONFIG,
    ConfigOption,
    CsvOption,
    JsonOption,
    LimitOption,
    clock,
    console,
    day,
    json_lines,
    one_form,
    past_day,
    remark,
)
from monitor.cli.views.movement.move_table import write_moves
from monitor.cli.views.movement.moves import print_flows, print_moves
from monitor.identity.organizations import Directory
from monitor.intake.lost_state import open_state
from monitor.operations.instructions.decisions import Word, review_move
from monitor.operations.written_inputs import load_definitions
from monitor.wiring import open_reading

app = typer.Typer(
    help="Who moved; say of a move that it is false or confirmed.", invoke_without_command=True
)


@app.callback()
def moves(
    context: typer.Context,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    csv: CsvOption = False,
    limit: LimitOption = None,
    origin: Annotated[
        str | None, typer.Option("--from", help="An organisation that people left.")
    ] = None,
    to: Annotated[str | None, typer.Option(help="An organisation that people joined.")] = None,
    since: Annotated[
        datetime | None, past_day("Only what may have been on this day or later.")
    ] = None,
    until: Annotated[
        datetime | None, past_day("Only what may have been on this day or before.")
    ] = None,
    person: Annotated[str | None, typer.Option(help="An id or a whole name.")] = None,
    as_known_on: Annotated[datetime | None, day("As believed at the end of this day.")] = None,
    retracted: Annotated[bool, typer.Option(help="Also what is no longer believed.")] = False,
    held: Annotated[bool, typer.Option(help="Only what is held, which no rule counts.")] = False,
    parquet: Annotated[
        Path | None, typer.Option(help="Write them into this Parquet file.", metavar="FILE")
    ] = None,
) -> None:
    """List who moved, as believed now or as known on a day."""
    if context.invoked_subcommand is not None:
        return
    one_form(json=json, csv=csv)
    settings = load_settings(config)
    directory = load_definitions(settings).directory
    with open_reading(settings) as engine:
        filters = _filters(engine, directory, origin, to, since, until, person, as_known_on)
        found = engine.stream(
            "listed_moves", retracted=retracted, held=held, seen_since=None, most=limit, **filters
        )
        rows = islice(found, limit)
        if parquet is not None:
            count = write_moves(rows, parquet)
            typer.echo(f"{count} moves written to {parquet}.", err=True)
        elif json:
            json_lines(map(move_record, rows))
        elif csv:
            csv_lines(map(move_record, rows))
        elif (first := next(rows, None)) is not None:
            print_moves(console(), chain([first], rows))
        else:
            console().print("No moves.")


class Review(StrEnum):
    """What an analyst may say of a move."""

    FALSE = "false"
    CONFIRMED = "confirmed"


@app.command()
def decide(
    move: Annotated[str, typer.Argument(help="A move's id, or the beginning of it.")],
    verdict: Annotated[Review, typer.Argument(help="What is true of it.")],
    note: Annotated[str, typer.Option(help="Why.")] = "",
    config: ConfigOption = CONFIG,
) -> None:
    """Say that a move never was, or that it is sure; the next run corrects the alerts."""
    settings = load_settings(config)
    with open_reading(settings) as engine:
        matches = [
            identifier for (identifier,) in engine.rows("moves_by_id_prefix", beginning=move)
        ]
    if len(matches) != 1 or not move:
        raise UsageError(
            f"{len(matches)} moves begin with {move!r}; `talentwatch moves` lists them"
        )
    word = Word(by=getpass.getuser(), why=note, at=clock())
    with open_state(settings) as state:
        review_move(state, matches[0], str(verdict), word)
    typer.echo(f"{matches[0]} is {verdict} from the next run on.")


def flows(
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    csv: CsvOption = False,
    limit: LimitOption = None,
    origin: Annotated[
        str | None, typer.Option("--from", help="An organisation that people left.")
    ] = None,
    to: Annotated[str | None, typer.Option(help="An organisation that people joined.")] = None,
    since: Annotated[
        datetime | None, past_day("Only what may have been on this day or later.")
    ] = None,
    until: Annotated[
        datetime | None, past_day("Only what may have been on this day or before.")
    ] = None,
    person: Annotated[str | None, typer.Option(help="An id or a whole name.")] = None,
    as_known_on: Annotated[datetime | None, day("As believed at the end of this day.")] = None,
) -> None:
    """Count who went from where to where."""
    one_form(json=json, csv=csv)
    settings = load_settings(config)
    directory = load_definitions(settings).directory
    left_out = LeftOut(settings.least_people)
    with open_reading(settings, left_out) as engine:
        filters = _filters(engine, directory, origin, to, since, until, person, as_known_on)
        found = islice(engine.stream("listed_flows", most=limit, **filters), limit)
        if json or csv:
            write = json_lines if json else csv_lines
            write(map(_flow_record, found))
            remark(left_out.sentence)
            return
        records = list(map(_flow_record, found))
        names = _spellings(engine, directory, records)
    if records:
        print_flows(console(), [_displayed(names, record) for record in records])
    else:
        console().print("No moves.")
    remark(left_out.sentence)


def _flow_record(row: Mapping[str, Any]) -> dict[str, Json]:
    return {
        "from": row["from_root"],
        "to": row["to_root"],
        "people": row["people"],
        "first": str(row["first_joined"]),
        "last": str(row["last_joined"]),
    }


def _filters(
    engine: Reading,
    directory: Directory,
    origin: str | None,
    to: str | None,
    since: datetime | None,
    until: datetime | None,
    person: str | None,
    known_on: datetime | None,
) -> dict[str, object]:
    if since and until and until < since:
        raise UsageError(f"--until {until:%Y-%m-%d} is before --since {since:%Y-%m-%d}")
    return {
        "origins": _units(engine, directory, origin),
        "destinations": _units(engine, directory, to),
        "since": since and since.date(),
        "until": until and until.date(),
        "person": person and named_person(engine, person),
        "known_on": known_on and known_on.date(),
    }


def _units(engine: Reading, directory: Directory, name: str | None) -> list[str] | None:
    if name is None:
        return None
    organization = named_organization(engine, directory, name)
    return sorted({part[0] for part in directory.parts(organization)})


def _spellings(
    engine: Reading, directory: Directory, flows: Sequence[Mapping[str, Json]]
) -> dict[str, str]:
    """How to write the organisations of flows: as listed, or else as most profiles do."""
    there = sorted({flow[side] for flow in flows for side in ("from", "to") if flow[side]})
    names = dict(engine.rows("unit_names", units=there))
    shown = {unit: directory.display(unit) for unit in there}
    return {unit: names.get(unit, unit) if name == unit else name for unit, name in shown.items()}


def _displayed(names: Mapping[str, str], record: dict[str, Json]) -> dict[str, Json]:
    return {**record, **{side: names.get(record[side]) for side in ("from", "to")}}
