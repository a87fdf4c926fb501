"""`talentwatch channels`: where messages go, and a message to see whether they arrive."""

import getpass
import time
from typing import Annotated

import typer

from monitor.base.errors import DeliveryDeferred, DeliveryRejected
from monitor.base.records import Json
from monitor.base.settings import load_settings
from monitor.board.pictures import why_no_png
from monitor.cli.options import CONFIG, ConfigOption, JsonOption, clock, known, print_rows
from monitor.cli.views.deliveries import print_channels
from monitor.delivery.deliver import RETRIED, restore_channel, trial_message
from monitor.intake.lost_state import open_state
from monitor.wiring import open_channels

app = typer.Typer(help="Where messages go, and whether they arrive.", no_args_is_help=True)


@app.command("list")
def list_(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """List the channels with what waits, what was given up, and whether they are off."""
    settings = load_settings(config)
    with open_state(settings) as state, state.reading() as tx:
        depth, off, troubles = tx.depth(), tx.channels_off(), tx.troubles()
    rows: list[dict[str, Json]] = [
        {
            "channel": name,
            "kind": channel.kind,
            "off": off.get(name),
            **{str(status): count for status, count in depth.get(name, {}).items()},
            "error": troubles.get(name),
        }
        for name, channel in sorted(settings.channels.items())
    ]
    print_rows(rows, json=json, record=dict, table=print_channels)


@app.command("test")
def try_out(
    name: Annotated[str, typer.Argument(help="A channel of the configuration.")],
    config: ConfigOption = CONFIG,
) -> None:
    """Send a message now and show the true answer; if it is taken, dead letters follow."""
    settings = load_settings(config)
    known(name, sorted(settings.channels), "channel")
    channel = open_channels(settings, sleep=time.sleep)[name]
    # Opened first: where it cannot be, nothing is sent that nothing follows.
    with open_state(settings) as state:
        try:
            receipt = channel.send(trial_message(name, at=clock()))
        except (DeliveryDeferred, DeliveryRejected) as exc:
            typer.echo(f"error: {exc}", err=True)
            raise SystemExit(1) from None
        if getattr(settings.channels[name], "pictures", False) and (why := why_no_png()):
            typer.echo(f"{name} gets no pictures: {why}")
        how = "accepted it, which does not say that it arrives" if receipt.accepted else "took it"
        typer.echo(f"{name} {how}: {receipt.said}")
        following = restore_channel(state, name, at=clock())
        if following:
            with state.transaction() as tx:
                key, who = f"channel {name}", getpass.getuser()
                tx.decide(RETRIED, key, "retry", who, "it took a test message", on=clock())
    if following:
        typer.echo(f"{following} messages that were given up go out with the next run.")
