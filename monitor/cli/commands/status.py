"""`talentwatch status`: what is well and what is not."""

from datetime import datetime
from typing import Annotated

from monitor.base.settings import load_settings
from monitor.cli.options import (
    CONFIG,
    ConfigOption,
    JsonOption,
    clock,
    console,
    day,
    json_lines,
    leave,
    moment,
)
from monitor.cli.views.status import print_status
from monitor.intake.lost_state import open_state
from monitor.operations.health.status import gather
from monitor.wiring import open_reading


def status(
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    now: Annotated[datetime | None, day("As it would be on this day; default: today.")] = None,
) -> None:
    """Show the last good snapshot of each source, ages, the outbox, and what is wrong."""
    settings = load_settings(config)
    with (
        open_reading(settings) as engine,
        open_state(settings) as state,
        state.reading() as tx,
    ):
        facts = gather(settings, engine, tx, on=moment(now).date(), at=clock())
    if json:
        json_lines([facts])
    else:
        print_status(console(), facts)
    leave(facts["problems"])
