"""`talentwatch status`: what is well and what is not."""

from datetime import datetime
from typing import Annotated

from monitor.alerts.vanished_inputs import inbox_faults, input_stops
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
from monitor.operations.written_inputs import look_at_inboxes, read_inputs
from monitor.wiring import open_reading, open_store


def status(
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
    now: Annotated[datetime | None, day("As it would be on this day; default: today.")] = None,
) -> None:
    """Show the last good snapshot of each source, ages, the outbox, and what is wrong."""
    settings = load_settings(config)
    with open_reading(settings) as engine, open_state(settings) as state:
        words, inputs = read_inputs(settings)
        store, on = open_store(settings), moment(now).date()
        with state.reading() as tx:
            lost = {
                "inputs": input_stops(tx, inputs, words.directory),
                "inboxes": {
                    name: inbox_faults(tx, name, listing)
                    for name, listing in look_at_inboxes(settings).items()
                },
            }
        facts = gather(
            settings,
            words.rules,
            words.directory,
            engine,
            state,
            store=store,
            lost=lost,
            on=on,
            at=clock(),
        )
    if json:
        json_lines([facts])
    else:
        print_status(console(), facts)
    leave(facts["problems"])
