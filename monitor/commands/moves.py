"""`talentwatch moves` and `talentwatch flows`: who moved, and how many from where to where."""

from datetime import datetime
from typing import Annotated

import typer

from monitor import views
from monitor.commands.edge import (
    CONFIG,
    ConfigOption,
    DayOption,
    JsonOption,
    console,
    json_lines,
    named_organization,
)
from monitor.engines.duckdb import Engine
from monitor.organizations import Directory
from monitor.records import Json
from monitor.settings import load_settings
from monitor.wiring import load_words, open_reading_engine


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
    settings = load_settings(config)
    directory = load_words(settings).directory
    with open_reading_engine(settings) as engine:
        filters = _filters(engine, directory, origin, to, since, until, person, as_known_on)
        rows = engine.records("list_moves", retracted=retracted, **filters)
    if json:
        json_lines(views.move_record(row) for row in rows)
    elif rows:
        views.print_moves(console(), rows)
    else:
        console().print("No moves.")


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
    directory = load_words(settings).directory
    with open_reading_engine(settings) as engine:
        filters = _filters(engine, directory, origin, to, since, until, person, as_known_on)
        rows = engine.rows("list_flows", **filters)
    records = [
        {"from": one, "to": other, "people": people, "first": str(first), "last": str(last)}
        for one, other, people, first, last in rows
    ]
    if json:
        json_lines(records)
    elif records:
        views.print_flows(console(), [_displayed(directory, record) for record in records])
    else:
        console().print("No moves.")


def _filters(
    engine: Engine,
    directory: Directory,
    origin: str | None,
    to: str | None,
    since: datetime | None,
    until: datetime | None,
    person: str | None,
    known_on: datetime | None,
) -> dict[str, object]:
    return {
        "origins": _units(engine, directory, origin),
        "destinations": _units(engine, directory, to),
        "since": since and since.date(),
        "until": until and until.date(),
        "person": person,
        "known_on": known_on and known_on.date(),
    }


def _units(engine: Engine, directory: Directory, name: str | None) -> list[str] | None:
    if name is None:
        return None
    organization = named_organization(engine, directory, name)
    return sorted({part[0] for part in directory.parts(organization)})


def _displayed(directory: Directory, record: dict[str, Json]) -> dict[str, Json]:
    names = {side: record[side] and directory.display(record[side]) for side in ("from", "to")}
    return {**record, **names}
