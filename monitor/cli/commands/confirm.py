"""What `rules confirm-empty` and `organizations confirm-empty` share."""

import getpass

import typer

from monitor.alerts.vanished_inputs import DECISION, EMPTY, take_as_empty
from monitor.base.errors import UsageError
from monitor.base.settings import Settings
from monitor.cli.options import clock
from monitor.intake.lost_state import open_state
from monitor.operations.written_inputs import read_inputs


def confirm(settings: Settings, name: str, why: str) -> None:
    """Log the decision that an input is meant to be empty; the next run goes on without it.

    Raises UsageError without a reason, and where there is nothing to confirm.
    """
    if not why.strip():
        raise UsageError("a decision that an input is empty needs its reason: --why TEXT")
    words, inputs = read_inputs(settings)
    given = next(given for given in inputs if given.name == name)
    with open_state(settings) as state, state.transaction() as tx:
        take_as_empty(tx, given, words.directory)
        tx.decide(DECISION, name, EMPTY, getpass.getuser(), why.strip(), on=clock())
    typer.echo(f"{given.path or name} is meant to be empty: the next run goes on without it.")
