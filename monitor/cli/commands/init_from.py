"""What `talentwatch init --from` makes of an export, and shows of it."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
import typer
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.base.errors import UsageError, printable
from monitor.base.profile import FIELDS
from monitor.base.settings import CARRY, COMPLETE, EMPLOYER, Layout, Quality
from monitor.cli.options import console
from monitor.cli.views.files.file_preview import (
    WIDEST,
    not_used,
    print_contents,
    print_remarks,
    samples,
)
from monitor.cli.views.files.previewed import problems_of
from monitor.cli.views.tables import table_of
from monitor.delivery.messages import counted
from monitor.identity.organizations.duplicates import Unit
from monitor.intake.preview import FilePreview, opened_preview
from monitor.intake.sources.columns import listed, names_there
from monitor.intake.sources.compression import without_compression
from monitor.intake.sources.content import UTF8
from monitor.intake.sources.files import Files, day_in_name, day_of_last_change
from monitor.intake.sources.headers import DELIMITERS
from monitor.intake.sources.headlines import way_on
from monitor.intake.sources.many_days import ManyDays, day_column, is_surely_of_days
from monitor.scaffold.days import with_days
from monitor.scaffold.directory import directory_text, units_in
from monitor.scaffold.files import MEANING_OF_DAYS
from monitor.scaffold.guessing.columns import Guess, understood
from monitor.scaffold.guessing.starts import column_of_hire, meaning_of
from monitor.scaffold.json_records import JsonExport, json_export
from monitor.scaffold.parts import with_part
from monitor.scaffold.reading import Head, head

SAMPLES = 2
_WAYS: Mapping[str, str] = {
    "id": "who each row is about",
    "organization": "the organisation; if all are of one, --constant organization=NAME says it",
}
WANTED = ("name", "url", "team", "title", "location", "start", "end")
"""What is said to be missing; the other fields are rare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An export as a new folder takes it in."""

    name: str
    """Of the file in the inbox: the day it was observed on, and its kind."""
    layout: Layout
    directory: str


def look(
    export: Path, given: Layout, *, encoding: str | None, observed_on: date | None, today: date
) -> Seen:
    """Find out how an export is written, show it, and read all of it once.

    Raises UsageError if it cannot be told who is where, or nobody is, and SourceError if it cannot
    be read.
    """
    terminal = console()
    given, part = with_part(export, given)
    if part is not None:
        terminal.print(part)
    layout = _layout(terminal, export, given, encoding, today)
    day, why = _day(export, observed_on, today)
    try:
        units = _all_of_it(terminal, export, layout, day)
    except ManyDays as found:
        layout = with_days(export, layout, found.column, found.days, given.days)
        units = _all_of_it(terminal, export, layout, day)
    if not layout.observed_on:
        terminal.print(f"Observed on {day}{why}.", end="\n\n")
    plain = without_compression(export)
    suffix = plain.suffix + export.name[len(plain.name) :].lower()
    return Seen(name=f"{day}{suffix}", layout=layout, directory=directory_text(units))


def _layout(
    terminal: Console, export: Path, given: Layout, encoding: str | None, today: date
) -> Layout:
    """Find out how an export is written, and show it."""
    first = head(export, given=given, encoding=encoding)
    if first is None:
        export_of_json = json_export(export, given)
        _show_json(terminal, export, export_of_json)
        _refuse_unmapped(export, export_of_json)
        return _with_start(terminal, export_of_json.hired_on, export_of_json.layout)
    if not first.names:
        raise UsageError(f"{printable(export.name)}: there is nothing in it")
    if first.nested and "organization" not in given.columns:
        terminal.print(f"{printable(export.name)}: a profile a row, with its positions inside.")
        return given
    guess = _guess(first, replace(given, days=None, encoding=first.encoding), today)
    _show(terminal, export, first, guess)
    _refuse_to_guess(export, first, guess.layout)
    hired_on = column_of_hire(guess.layout, first.names, first.rows)
    layout = _with_start(terminal, hired_on, guess.layout)
    return layout if given.days is None else _of_days(export, first, layout, given.days)


def _of_days(export: Path, first: Head, layout: Layout, days: str) -> Layout:
    """The layout of an export of which somebody says that its rows are of several days."""
    used = {name for field in FIELDS for name in _named(layout, field, first.names)}
    column = day_column(first.names, used=used)
    if column is None:
        raise UsageError(
            f"{printable(export.name)}: --days {days}: no column is known to say when each row was"
            f" seen; its columns are {listed(first.names)}. Begin without --days, and write"
            ' observed_on = "COLUMN" into the source in config.toml'
        )
    place = first.names.index(column)
    written = list(dict.fromkeys(row[place] for row in first.rows if place < len(row)))
    return with_days(export, layout, column, written, days)


def _guess(first: Head, given: Layout, today: date) -> Guess:
    """Guess the columns; ask whoever is there for the order of dates that nothing tells."""
    guess = understood(first.names, first.rows, given, today=today)
    if guess.either_way is None or not sys.stdin.isatty():
        return guess
    question = f"Dates such as {guess.either_way}: is the day first (d), or the month (m)?"
    answer = typer.prompt(question, type=click.Choice(["d", "m"]))
    return understood(first.names, first.rows, given, day_first=answer == "d")


def _all_of_it(terminal: Console, export: Path, layout: Layout, day: date) -> list[Unit]:
    """Read all of an export as a run would, say what is in it, and list its organisations."""
    files = Files(source="people", paths=[export], observed_on=day, layout=layout)
    with opened_preview(files.observations()) as preview:
        _refuse_nobody(export, preview)
        units = units_in(preview.positions)
        print_contents(terminal, preview, organizations=len(units))
        print_remarks(terminal, preview, None)
        seen_on = None if layout.observed_on else _unread_days(preview)
        if seen_on is not None:
            terminal.print(
                f"Note: {seen_on!r} may say when each row was seen, and is not read: all rows are"
                " taken to be of one day. --days complete makes each of its days a snapshot that"
                " lists everybody, --days carry one in which people keep their last row."
            )
        for problem in problems_of(preview, Quality(), "the source in config.toml"):
            terminal.print(f"The first run will find this export suspect: {problem}.")
        days = _when(layout, preview)
        if days:
            terminal.print(days, end="\n\n")
    return units


def _unread_days(preview: FilePreview) -> str | None:
    """The column of a table that surely has days of observation, and is not read."""
    form = preview.manifest.form
    column = day_column(form.columns, used={name for of in form.found.values() for name in of})
    return column if column is not None and is_surely_of_days(column) else None


def _with_start(terminal: Console, hired_on: str | None, layout: Layout) -> Layout:
    """The layout of an export in which that column or key, if any, is no start of a position."""
    if hired_on is None:
        return layout
    terminal.print(meaning_of(hired_on))
    return replace(layout, start_of=EMPLOYER)


def _when(layout: Layout, preview: FilePreview) -> str | None:
    """Say which days an export holds; None if it is of one day."""
    if not layout.observed_on or layout.days is None:
        return None
    other = CARRY if layout.days == COMPLETE else COMPLETE
    return (
        f"It holds {counted(len(preview.days), 'day')}, {preview.days[0]} to"
        f" {preview.days[-1]}, as its column {layout.observed_on[0]!r} says; above, the newest"
        f" is counted. Each day becomes a snapshot, in which {MEANING_OF_DAYS[layout.days]}"
        f" (days = {layout.days!r}); --days {other}, if {MEANING_OF_DAYS[other]}."
    )


def _day(export: Path, observed_on: date | None, today: date) -> tuple[date, str]:
    if observed_on is not None:
        return observed_on, ""
    named = day_in_name(export.name)
    if named is not None:
        return named, ", as its name says"
    return day_of_last_change(export, today), (
        ", the day it was last changed: its name tells none (--observed-on DAY names another)"
    )


def _show(terminal: Console, export: Path, first: Head, guess: Guess) -> None:
    layout = guess.layout
    fields = {field: _named(layout, field, first.names) for field in FIELDS}
    taken = {name: [field for field in FIELDS if name in fields[field]] for name in first.names}
    terminal.print(f"{printable(export.name)}, by its columns:")
    terminal.print(_table(first, layout, taken))
    unused = [name for name, of in taken.items() if not of and name.strip()]
    mapped = {field for of in taken.values() for field in of} | layout.constants.keys()
    missing = [field for field in WANTED if field not in mapped]
    for words in (
        not_used(unused),
        f"Missing: {', '.join(missing)}." if missing else None,
        _encoding(first),
        *(f"Note: {doubt}." for doubt in guess.uncertainties),
    ):
        if words is not None:
            terminal.print(words)


def _encoding(first: Head) -> str | None:
    if first.encoding == UTF8:
        return None
    if first.confidence == 1:
        return f"It is read as {first.encoding}."
    sure = f"{first.confidence:.0%} sure"
    return (
        f"It is no UTF-8; it is read as {first.encoding} ({sure}), which it may not be:"
        " --encoding NAME says another."
    )


def _show_json(terminal: Console, export: Path, seen: JsonExport) -> None:
    if not seen.layout.maps_json:
        return
    kind = f", {seen.named.title} (layout {seen.named.name!r})" if seen.named else ""
    terminal.print(f"{printable(export.name)}{kind}, by its keys:")
    fields = seen.named.fields if seen.named else seen.layout.fields
    table = table_of("field", "is found at", "for example")
    for field, expression in fields.items():
        example = seen.examples.get(field, "")
        table.add_row(field, Text(expression), Text(example[:WIDEST]))
    terminal.print(table)
    for doubt in seen.uncertainties:
        terminal.print(f"Note: {doubt}.")


def _refuse_unmapped(export: Path, seen: JsonExport) -> None:
    """Refuse records of which nothing says who, or where."""
    if not seen.guessed:
        return
    for field, what in _WAYS.items():
        if field not in seen.layout.fields and field not in seen.layout.constants:
            raise UsageError(
                f"{printable(export.name)}: no key is known to say {what}. Say where it is in a"
                f" record with --field {field}=EXPRESSION, in JMESPath"
                ' (such as "company.name"); --field positions=EXPRESSION says where the list of'
                " positions is"
            )


def _table(first: Head, layout: Layout, taken: Mapping[str, Sequence[str]]) -> Table:
    table = table_of("column", "is taken as", "for example")
    for name, of in taken.items():
        if of:
            table.add_row(name, ", ".join(of), _samples(first.rows, first.names.index(name)))
    for field, value in layout.constants.items():
        table.add_row("(every row)", field, value)
    return table


def _named(layout: Layout, field: str, names: Sequence[str]) -> Sequence[str]:
    if field in layout.constants:
        return ()
    return names_there(layout.columns.get(field, field), names)


def _samples(rows: Sequence[Sequence[str]], place: int) -> str:
    cells = (row[place].strip() for row in rows if place < len(row))
    return samples(list(dict.fromkeys(cell for cell in cells if cell))[:SAMPLES])


def _refuse_to_guess(export: Path, first: Head, layout: Layout) -> None:
    for field, what in _WAYS.items():
        there = set(_named(layout, field, first.names)) & set(first.names)
        if not there and field not in layout.constants:
            _refuse_lists(export, first, what)
            marks = " ".join(DELIMITERS[:6]).replace("\t", "tab")
            way = (
                f": nothing parts its cells that is known ({marks}); export it as CSV, or as a"
                " workbook"
                if len(first.names) == 1
                else f": say which with --column {field}=COLUMN, or, where the file has no heading,"
                f' with --column {field}="column 1"'
            )
            both = way_on(first.names, first.rows) if field == "organization" else None
            raise UsageError(
                f"{printable(export.name)}: no column is known to say {what}. "
                f"Its columns are {listed(first.names)}{way}{f'. Or {both}' if both else ''}"
            )


def _refuse_lists(export: Path, first: Head, what: str) -> None:
    """Refuse a typed table whose positions are in lists of another form than a profile's."""
    if first.lists:
        raise UsageError(
            f"{printable(export.name)}: no column is known to say {what}, and the cells of"
            f" {listed(first.lists)} hold lists or records, which are read from JSON alone: write"
            " the table as JSON Lines (DuckDB: COPY (FROM 'file.parquet') TO 'file.jsonl' (FORMAT"
            " json)), and begin with that"
        )


def _refuse_nobody(export: Path, preview: FilePreview) -> None:
    manifest = preview.manifest
    if manifest.positions:
        return
    why = "".join(
        f"; line {reason.line}: {reason.path}: {reason.reason}" for reason in preview.reasons[:1]
    )
    raise UsageError(
        f"{printable(export.name)}: nobody in it is anywhere: "
        f"{counted(manifest.profiles, 'profile')}, no position, "
        f"{manifest.rejected:,} set aside{why}. JSON Lines have to be profiles as "
        "`talentwatch init` without --from shows one; tables need a row for each position;"
        " if everybody is of one organisation, --constant organization=NAME says it"
    )
