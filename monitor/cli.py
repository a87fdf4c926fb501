"""The `talentwatch` command: arguments in, exit codes out.

Exit codes: 0 all well; 1 something failed and is named; 2 wrong usage or configuration, nothing
done; 75 another run holds the lease.
"""

import sys
from typing import Annotated

import structlog
import typer

from monitor import __version__
from monitor.commands import moves, rules, silence, snapshots
from monitor.commands.alerts import alerts, explain
from monitor.commands.moves import flows
from monitor.commands.run import backfill, import_, run
from monitor.commands.simulate import simulate
from monitor.commands.status import status
from monitor.errors import LeaseHeld, TalentwatchError, UsageError

app = typer.Typer(
    name="talentwatch",
    help="See who moves between organisations, from snapshots of public professional profiles.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        app()
    except UsageError as exc:
        _fail(exc, 2)
    except LeaseHeld as exc:
        _fail(exc, 75)
    except TalentwatchError as exc:
        _fail(exc, 1)
    except BrokenPipeError:
        # Whoever reads us had enough, as `head` does.
        sys.stderr.close()
        raise SystemExit(0) from None


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version."),
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log each stage on stderr.")] = False,
) -> None:
    """See who moves between organisations, from snapshots of public professional profiles."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger("info" if verbose else "warning"),
        # Looked up at each message: whoever runs the command may put another stream there.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def _fail(error: TalentwatchError, code: int) -> None:
    typer.echo(f"error: {error}", err=True)
    raise SystemExit(code)


app.command()(run)
app.command("import")(import_)
app.command()(backfill)
app.add_typer(snapshots.app, name="snapshots")
app.add_typer(moves.app, name="moves")
app.command()(flows)
app.command()(alerts)
app.command()(explain)
app.add_typer(rules.app, name="rules")
app.add_typer(silence.app, name="silence")
app.command()(simulate)
app.command()(status)
