"""`talentwatch deliveries`: the log of messages, and letting the dead ones go out again."""

import getpass
from datetime import datetime
from typing import Annotated

import typer

from monitor.base.errors import UsageError
from monitor.base.settings import load_settings
from monitor.board.answers.filters import Asked
from monitor.board.answers.upkeep.messages import found_deliveries
from monitor.cli.options import (
    CONFIG,
    ConfigOption,
    JsonOption,
    clock,
    day,
    known,
    print_rows,
)
from monitor.cli.views.deliveries import print_deliveries
from monitor.delivery.deliver import RETRIED, retry_dead_letters
from monitor.intake.lost_state import open_state
from monitor.state import DELIVERY_STATUSES

app = typer.Typer(
    help="The log of messages; let dead ones go out again.", invoke_without_command=True
)


@app.callback()
def deliveries(
    context: typer.Context,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    channel: Annotated[str | None, typer.Option(help="Only to this channel.")] = None,
    status: Annotated[
        str | None, typer.Option(help="Only pending, sent, accepted or dead ones.")
    ] = None,
    alert: Annotated[str | None, typer.Option(help="Only about this alert.")] = None,
    since: Annotated[datetime | None, day("Only what was written from this day on.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 1000,
) -> None:
    """List messages, newest first: to whom, about which alerts, and what became of them."""
    if context.invoked_subcommand is not None:
        return
    settings = load_settings(config)
    known(status, [str(known_status) for known_status in DELIVERY_STATUSES], "status")
    values = {"status": status, "channel": channel, "alert": alert, "since": since and since.date()}
    with open_state(settings) as state, state.reading() as tx:
        records, _ = found_deliveries(tx, Asked(values=values, limit=limit))
    print_rows(records, json=json, record=dict, table=print_deliveries)


@app.command()
def retry(
    message: Annotated[str | None, typer.Argument(help="The id of a dead message.")] = None,
    channel: Annotated[
        str | None, typer.Option(help="All dead messages of this channel, which is switched on.")
    ] = None,
    why: Annotated[str, typer.Option(help="Why; the log of decisions keeps it.")] = "",
    config: ConfigOption = CONFIG,
) -> None:
    """Let dead messages go out with the next run, tried from the start."""
    settings = load_settings(config)
    if (message is None) == (channel is None):
        raise UsageError("name either a message or --channel")
    known(channel, sorted(settings.channels), "channel")
    with open_state(settings) as state:
        revived = retry_dead_letters(state, message=message, channel=channel, at=clock())
        if revived or channel is not None:
            key, who = message or f"channel {channel}", getpass.getuser()
            with state.transaction() as tx:
                tx.decide(RETRIED, key, "retry", who, why.strip(), on=clock())
    if message is not None and not revived:
        raise UsageError(
            f"there is no dead message {message!r}"
            " (`talentwatch deliveries --status dead` lists them)"
        )
    typer.echo(f"{revived} messages go out with the next run.")
