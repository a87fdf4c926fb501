"""`talentwatch init`: a folder to begin with, empty or from an export."""

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import jsonschema_rs
import typer
from msgspec.json import schema
from msgspec.structs import replace

from monitor.base.errors import SourceError, UsageError, printable
from monitor.base.profile import FIELDS, JSON_FIELDS
from monitor.base.settings import CARRY, COMPLETE, Column, Layout
from monitor.base.settings.sources import ENCODINGS, DateForm
from monitor.cli.options import clock, day, known
from monitor.scaffold.files import (
    INBOX,
    RULE_FILE,
    ScaffoldFiles,
    refuse_to_overwrite,
    scaffold_files,
    write,
)
from monitor.scaffold.service import SERVICES, service_files

_FILES = ("config.toml", "organizations.toml", RULE_FILE, INBOX, "snapshots")
NEXT = """
Next:
  1. Put a file of profiles into {inbox}, named by the day it was observed on,
     such as 2025-06-14.jsonl: one profile a line,
     {{"id": "p1", "name": "Ada", "positions": [{{"organization": "Example", "start": "2024-05"}}]}}
     or a CSV or Parquet file with these columns, one row a position. An export of another
     form: talentwatch init --from EXPORT, into another folder, finds out its columns.
  2. talentwatch run{at}
  3. When a newer file has come, run again. `talentwatch moves{at}` says who moved,
     `talentwatch status{at}` what is wrong. What counts is in {rule}."""
NEXT_OF_A_SERVICE = """
Next:
  1. talentwatch sources test {source}{at}
     shows one record; `sources collect {source}` asks for all.
  2. talentwatch run{at}
     takes them in, and asks again when the schedule says so.
     `talentwatch moves{at}` says who moved.
  3. Write the organisation's name into organizations.toml. What counts is in {rule}."""
NEXT_OF_AN_EXPORT = """
Next:
  1. talentwatch run{at}
  2. Put the next export into {inbox}, named by its day as this one is, and run again.
     `talentwatch moves{at}` says who moved.
  3. Look at organizations.toml: it lists the largest and suggests which spellings are one.
     What counts is in {rule}; what was understood, in config.toml."""


def init(
    folder: Annotated[Path, typer.Argument(help="Where to begin; made if it is missing.")] = Path(),
    export: Annotated[
        Path | None,
        typer.Option("--from", help="An export (CSV, Parquet, JSON Lines) to begin with."),
    ] = None,
    observed_on: Annotated[datetime | None, day("The day of the export.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=COLUMN", help="Which column says it; several are joined."),
    ] = None,
    constant: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=VALUE", help="What every row has, where no column says it."),
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=EXPRESSION", help="Where in a JSON record it is, in JMESPath."),
    ] = None,
    dates: Annotated[
        list[str] | None, typer.Option(metavar="FORM", help="How dates are written: %d/%m/%Y.")
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="How it is written if not in UTF-8: windows-1250."),
    ] = None,
    days: Annotated[
        str | None,
        typer.Option(
            metavar=f"{COMPLETE}|{CARRY}",
            help="Of many days in it: each lists everybody, or people keep their last row.",
        ),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which sheet of a workbook has the list.")
    ] = None,
    member: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which file of an archive is the list.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(metavar="KIND", help=f"A service to watch: {', '.join(SERVICES)}."),
    ] = None,
    organization: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Of --source: whom to watch, by its id at the service, such as"
            f" {', '.join(service.example for service in SERVICES.values())}.",
        ),
    ] = None,
    contact: Annotated[
        str | None, typer.Option(help="Of --source: whom the service can ask about the requests.")
    ] = None,
    purpose: Annotated[
        str | None, typer.Option(help="Of --source: what the people are looked at for.")
    ] = None,
) -> None:
    """Begin in an empty folder: a configuration, a rule, a directory and an inbox.

    With --from, the columns of an export are guessed and shown, the organisations in it are listed
    in the directory, and the export is the first file in the inbox, under the day in its name or
    that of its last change. Nothing is overwritten: where something is in the way, it is named and
    nothing is written.
    """
    of_an_export = (column, constant, field, dates, observed_on, encoding, days, sheet, member)
    if export is None and any(of_an_export):
        raise UsageError("these options say how an export is written; name one with --from")
    if source is None and any((organization, contact, purpose)):
        raise UsageError("these options say what a service is asked; name one with --source")
    if source is not None and export is not None:
        raise UsageError("a folder begins with an export or a service: --from or --source")
    if source is not None:
        _begin_with_service(folder, source, organization, contact, purpose)
        return
    if export is None:
        _say(write(scaffold_files(), folder), folder, NEXT)
        return
    refuse_to_overwrite(_FILES, folder)
    given = replace(
        _layout(column or (), constant or (), field or (), dates or (), days),
        sheet=sheet,
        member=member,
    )
    try:
        day = observed_on.date() if observed_on else None
        files = _from_export(export, given, day, _encoding(encoding))
        _say(write(files, folder), folder, NEXT_OF_AN_EXPORT)
    except SourceError as exc:
        raise UsageError(str(exc)) from exc


def _begin_with_service(
    folder: Path,
    source: str,
    organization: str | None,
    contact: str | None,
    purpose: str | None,
) -> None:
    """Watch an organisation at a service; what was not given is asked for, if somebody is there."""
    known(source, sorted(SERVICES), "service that can be asked for an organisation")
    if organization is None:
        raise UsageError(
            f"--source needs --organization: whom to watch, such as {SERVICES[source].example}"
        )
    files = service_files(
        source,
        organization,
        contact=_asked(contact, "--contact", "Whom can the service ask about our requests"),
        purpose=_asked(purpose, "--purpose", "What are the people looked at for"),
    )
    _say(write(files, folder), folder, NEXT_OF_A_SERVICE, source=source)


def _asked(given: str | None, option: str, question: str) -> str:
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise UsageError(f"--source needs {option}: {question}")
    return str(typer.prompt(question))


def _layout(
    column: Sequence[str],
    constant: Sequence[str],
    field: Sequence[str],
    dates: Sequence[str],
    days: str | None,
) -> Layout:
    """Return what the options say of an export; raise UsageError if one says nothing valid."""
    known(days, (COMPLETE, CARRY), "way to read days")
    return Layout(
        days=days,
        columns=_columns(column),
        constants=dict(_parted(constant, "--constant", "FIELD=VALUE")),
        dates=tuple(map(_date_form, dates)),
        fields=dict(_parted(field, "--field", "FIELD=EXPRESSION", JSON_FIELDS)),
    )


def _from_export(
    export: Path, given: Layout, observed_on: date | None, encoding: str | None
) -> ScaffoldFiles:
    # Whoever begins with an empty inbox needs none of it.
    from monitor.cli.commands.init_from import look  # noqa: PLC0415

    if not export.is_file():
        raise UsageError(f"no such file: {printable(export)}")
    seen = look(export, given, encoding=encoding, observed_on=observed_on, today=clock().date())
    return scaffold_files(
        seen.layout, directory=seen.directory, copies={f"{INBOX}/{seen.name}": export}
    )


def _date_form(form: str) -> str:
    """Return a form of dates as it is; raise UsageError if the configuration would refuse it."""
    rule = schema(DateForm)
    if not jsonschema_rs.is_valid(rule, form):
        raise UsageError(f"--dates {form!r}: expected {rule['description']}")
    return form


def _encoding(name: str | None) -> str | None:
    """Return an encoding as it is; raise UsageError if the configuration would refuse it."""
    if name is not None:
        known(name, ENCODINGS, "encoding")
    return name


def _parted(
    pairs: Sequence[str], option: str, form: str, fields: Sequence[str] = FIELDS
) -> list[tuple[str, str]]:
    parted = [pair.partition("=") for pair in pairs]
    for field, equals, value in parted:
        if not equals or not value:
            raise UsageError(f"{option} {field + equals!r} is no {form}")
        known(field, fields, "field of a profile")
    return [(field, value) for field, _, value in parted]


def _columns(pairs: Sequence[str]) -> dict[str, Column]:
    """Several columns of one field are joined."""
    columns: dict[str, list[str]] = {}
    for field, column in _parted(pairs, "--column", "FIELD=COLUMN, such as title=Role"):
        columns.setdefault(field, []).append(column)
    return {field: named[0] if len(named) == 1 else named for field, named in columns.items()}


def _say(files: Sequence[str], folder: Path, next_steps: str, *, source: str | None = None) -> None:
    typer.echo(f"Written to {folder.resolve()}:")
    for name in files:
        typer.echo(f"  {name}")
    at = "" if folder == Path() else f" --config {folder / 'config.toml'}"
    places = {"folder": folder, "inbox": folder / INBOX, "rule": folder / RULE_FILE}
    typer.echo(next_steps.format(**places, at=at, source=source))
