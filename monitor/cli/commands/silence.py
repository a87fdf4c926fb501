"""`talentwatch silence`: what channels shall not hear of for a while; it is still recorded."""

import getpass
from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from monitor.base.errors import UsageError
from monitor.base.settings import load_settings
from monitor.board.answers.counts_only import counted_transaction
from monitor.board.answers.filters import Asked
from monitor.board.answers.upkeep.messages import found_silences
from monitor.board.movement.named import named_organization, named_person
from monitor.cli.options import (
    CONFIG,
    ConfigOption,
    JsonOption,
    clock,
    day,
    group_values,
    known,
    print_rows,
)
from monitor.cli.views.deliveries import print_silences
from monitor.delivery.outbox import Silence
from monitor.intake.lost_state import open_state
from monitor.operations.instructions.decisions import end_silence, set_silence
from monitor.operations.written_inputs import load_definitions
from monitor.rules.language import SIDES_OF_GROUPS
from monitor.wiring import open_reading_engine

app = typer.Typer(help="Hush messages for a while.", no_args_is_help=True)


@app.command()
def add(
    config: ConfigOption = CONFIG,
    rule: Annotated[str | None, typer.Option(help="Alerts of this rule.")] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(metavar="SIDE=VALUE", help="Alerts of this group: to.organization=xai, say."),
    ] = None,
    organization: Annotated[
        str | None, typer.Option(help="Alerts about this organisation, on either side.")
    ] = None,
    person: Annotated[
        str | None, typer.Option(help="News of this person alone: an id or a whole name.")
    ] = None,
    until: Annotated[datetime | None, day("The first day on which it speaks again.")] = None,
    days: Annotated[
        int | None, typer.Option("--for", metavar="DAYS", min=1, help="So many days long.")
    ] = None,
    since: Annotated[datetime | None, day("The first day of the silence; default: today.")] = None,
    why: Annotated[str, typer.Option(help="The reason; messages and `silence list` show it.")] = "",
) -> None:
    """Silence what fits all that is named, until a day or for some days, for a reason."""
    settings = load_settings(config)
    words = load_definitions(settings)
    known(rule, [*(known_rule.id for known_rule in words.rules.rules), *words.rules.broken], "rule")
    if not any((rule, group, organization, person)):
        raise UsageError("name what to silence: --rule, --group, --organization or --person")
    if not why.strip():
        raise UsageError("a silence needs its reason: --why TEXT")
    begins = since.date() if since else clock().date()
    ends = _end(begins, until and until.date(), days)
    with open_reading_engine(settings) as engine:
        silence = Silence(
            rule=rule,
            group=group_values(engine, words.directory, group or [], sides=SIDES_OF_GROUPS),
            organization=organization and named_organization(engine, words.directory, organization),
            person=person and named_person(engine, person),
            since=begins,
            until=ends,
            why=why.strip(),
        )
    with open_state(settings) as state:
        number = set_silence(state, silence, by=getpass.getuser(), at=clock())
    typer.echo(f"Silence {number} holds from {silence.since} until {silence.until}.")


@app.command("list")
def list_(
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    everything: Annotated[bool, typer.Option("--all", help="Also those that ended.")] = False,
) -> None:
    """List the silences, with their reasons."""
    asked = Asked(values={"show": "all" if everything else "current"}, limit=None)
    settings = load_settings(config)
    with open_state(settings) as state, state.reading() as whole:
        tx = counted_transaction(settings, whole, load_definitions(settings))
        records, _ = found_silences(tx, asked, today=clock().date())
    print_rows(records, json=json, record=dict, table=print_silences)


@app.command()
def end(
    number: Annotated[int, typer.Argument(help="The number that `silence list` shows.")],
    config: ConfigOption = CONFIG,
    why: Annotated[str | None, typer.Option(help="Why it ends; else its reason stays.")] = None,
) -> None:
    """End a silence today; the next run tells what is still open."""
    with open_state(load_settings(config)) as state:
        end_silence(state, number, by=getpass.getuser(), why=why, at=clock())
    typer.echo(f"Silence {number} is over; the next run tells what is still open.")


def _end(begins: date, until: date | None, days: int | None) -> date:
    if (until is None) == (days is None):
        raise UsageError("say when the silence ends: either --until DAY or --for DAYS")
    try:
        ends = until or begins + timedelta(days=days or 0)
    except OverflowError:
        raise UsageError(f"{days} days are more than the calendar has") from None
    if ends <= begins:
        raise UsageError(f"the silence would end on {ends}, before it begins on {begins}")
    return ends
