"""`talentwatch state`: it moves into another database, or is meant to be empty."""

import getpass
from typing import Annotated

import typer

from monitor.base.errors import UsageError
from monitor.base.settings import load_settings
from monitor.base.settings.loading import written_address
from monitor.cli.options import CONFIG, ConfigOption, clock
from monitor.intake.lost_state import confirm_empty, open_state
from monitor.operations.lease import held_state
from monitor.state import MOVED, State
from monitor.state.databases.moving import copy_rows

app = typer.Typer(
    help="Move the state into another database, or confirm that it is empty.", no_args_is_help=True
)


@app.callback()
def state() -> None:
    """Move the state into another database, or confirm that it is empty."""


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
    address = written_address(settings.root, url)
    with (
        held_state(open_state(settings)) as source,
        State.open(address) as target,
    ):
        with source.reading() as tx:
            if tx.cursor(MOVED):
                raise UsageError(f"{source.url} was moved to {tx.cursor(MOVED)} already")
        copied = copy_rows(source, target, now=clock())
        with source.transaction() as tx:
            tx.set_cursor(MOVED, target.url)
        rows, shown = sum(copied.values()), target.url
    value = f'{{ env = "{url.removeprefix("env:")}" }}' if url.startswith("env:") else f'"{url}"'
    typer.echo(f"{rows} rows are in {shown}. Nothing works with {source.url} any more.")
    if "@" in url and ":" in url.partition("://")[2].partition("@")[0]:
        value = '{ env = "NAME" }  # a variable with this URL: it has a password'
    typer.echo(f"Name it in {settings.path}: state = {value}")


@app.command("confirm-empty")
def confirm(
    why: Annotated[str, typer.Option(help="The reason; the log of decisions keeps it.")] = "",
    config: ConfigOption = CONFIG,
) -> None:
    """Say that the state is meant to begin anew, though there are stored snapshots.

    What is known today is recorded by the next run and not sent, for the state that is gone may
    have sent it; `talentwatch backfill --deliver` sends it all the same.
    """
    if not why.strip():
        raise UsageError("a decision that the state is empty needs its reason: --why TEXT")
    settings = load_settings(config)
    since = confirm_empty(settings, by=getpass.getuser(), why=why.strip(), at=clock())
    typer.echo(
        "The state is meant to begin anew: the next run records what is known; what becomes known"
        f" from {since} on is sent."
    )
