"""`talentwatch status`: what is well and what is not."""

from datetime import datetime
from typing import Annotated

from monitor.commands.edge import (
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
from monitor.settings import load_settings
from monitor.state import State
from monitor.status import gather
from monitor.views.status import print_status
from monitor.wiring import load_words, open_reading_engine, open_store


def status(
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    now: Annotated[datetime | None, day("As it would be on this day; default: today.")] = None,
) -> None:
    """Show the last good snapshot of each source, ages, the outbox, and what is wrong."""
    settings = load_settings(config)
    with open_reading_engine(settings) as engine, State.open(settings.state) as state:
        rules, on = load_words(settings).rules, moment(now).date()
        store = open_store(settings)
        facts = gather(settings, rules, engine, state, store=store, on=on, at=clock())
    if json:
        json_lines([facts])
    else:
        print_status(console(), facts)
    leave(facts["problems"])
