"""`talentwatch state move`: the state goes into another database, and nothing is told twice."""

from typing import Annotated

import typer

from monitor.base.errors import UsageError
from monitor.base.settings import load_settings
from monitor.base.settings.loading import state_address
from monitor.cli.options import CONFIG, ConfigOption, clock
from monitor.operations.lease import held_state
from monitor.state import MOVED, State
from monitor.state.moving import copy_rows

app = typer.Typer(help="Move the state into another database.", no_args_is_help=True)


@app.callback()
def state() -> None:
    """Move the state into another database."""


@app.command()
def move(
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help="An empty database, such as postgresql+psycopg://user@host/name or"
            " sqlite:///snapshots/new.db; env:NAME reads it from a variable.",
        ),
    ],
    config: ConfigOption = CONFIG,
) -> None:
    """Copy the state (ledger, outbox, decisions) into an empty database, SQLite or PostgreSQL.

    No run works with the old database from then on, so that nothing is told twice: name the new
    one as `state` in the configuration. A database that is not empty is refused, and so is a move
    while a run is at work.
    """
    settings = load_settings(config)
    address = state_address(settings.root, url)
    with (
        held_state(settings.state) as source,
        State.open(address) as target,
    ):
        with source.reading() as tx:
            if tx.cursor(MOVED):
                raise UsageError(f"{source.url} was moved to {tx.cursor(MOVED)} already")
        copied = copy_rows(source, target, now=clock())
        with source.transaction() as tx:
            tx.set_cursor(MOVED, target.url)
        rows, shown = sum(copied.values()), target.url
    written = f'{{ env = "{url.removeprefix("env:")}" }}' if url.startswith("env:") else f'"{url}"'
    typer.echo(f"{rows} rows are in {shown}. Nothing works with {source.url} any more.")
    if "@" in url and ":" in url.partition("://")[2].partition("@")[0]:
        written = '{ env = "NAME" }  # a variable with this URL: it has a password'
    typer.echo(f"Name it in {settings.path}: state = {written}")
