"""The `talentwatch` command: arguments in, exit codes out.

Exit codes: 0 all well; 1 something failed and is named; 2 wrong usage or configuration, nothing
done; 75 another run holds the lease.
"""

import gc
import os
import sys
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from monitor import __version__
from monitor.base.error_words import in_words
from monitor.base.errors import LeaseHeld, TalentwatchError, UsageError
from monitor.base.telemetry import logs
from monitor.cli.examples import shown

COMMANDS = {
    "init": "init:init",
    "run": "run:run",
    "import": "history:import_",
    "backfill": "history:backfill",
    "sources": "sources:app",
    "snapshots": "snapshots:app",
    "moves": "moves:app",
    "flows": "moves:flows",
    "alerts": "alerts:alerts",
    "changes": "changes:changes",
    "report": "report:report_",
    "chart": "chart:chart",
    "board": "board:board",
    "explain": "alerts:explain",
    "channels": "channels:app",
    "deliveries": "deliveries:app",
    "organizations": "organizations:app",
    "rules": "rules:app",
    "silence": "silence:app",
    "simulate": "simulate:simulate",
    "serve": "serve:serve",
    "status": "status:status",
    "state": "state:app",
    "forget": "rights:forget",
    "export": "rights:export",
    "decisions": "rights:decisions",
    "backup": "backup:backup",
    "restore": "backup:restore",
}
"""Each command's module in `monitor.cli.commands` and what it is there: a function, or an app of
its own. The module is imported when the command is called, and no other one is."""


INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""


class _Lazy(MutableMapping[str, Any]):
    """The commands by name, each made when it is asked for."""

    def __init__(self, made: MutableMapping[str, Any]) -> None:
        self._made = made

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            module, _, attribute = COMMANDS[name].partition(":")
            self._made[name] = _command(
                name, getattr(import_module(f"monitor.cli.commands.{module}"), attribute)
            )
        return self._made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**COMMANDS, **self._made})

    def __len__(self) -> int:
        return len(COMMANDS.keys() | self._made.keys())


def _command(name: str, part: Any) -> Any:
    alone = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    alone.callback()(lambda: None)
    if isinstance(part, typer.Typer):
        alone.add_typer(part, name=name)
    else:
        alone.command(name)(part)
    made = get_group(alone).commands[name]
    _show_examples(made, name)
    return made


def _show_examples(command: Any, path: str) -> None:
    command.epilog = shown(path)
    if isinstance(command, TyperGroup):
        for name, part in command.commands.items():
            _show_examples(part, f"{path} {name}")


class Commands(TyperGroup):
    """The commands of talentwatch, imported one by one as they are called."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands = _Lazy(self.commands)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for; who stops it, or reads no further, is no error."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # Whoever reads us had enough, as `head` does; what is left is written to nobody.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None
        except KeyboardInterrupt:
            typer.echo("stopped; what was not finished is done at the next call", err=True)
            raise SystemExit(INTERRUPTED) from None
        return result

    def list_commands(self, ctx: Any) -> list[str]:
        """Name the commands without importing them."""
        del ctx
        return list(self.commands)


app = typer.Typer(
    cls=Commands,
    name="talentwatch",
    help="See who moves between organisations, from snapshots of public professional profiles.",
    no_args_is_help=True,
    add_completion=True,
    epilog=(
        "Exit codes: 0 all well; 1 something failed and is named; 2 wrong usage or configuration,"
        " nothing done; 75 another run is at work. `talentwatch COMMAND --help` shows examples."
    ),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Looking for what refers to itself after each 700 new objects takes a twentieth of a run.
    gc.set_threshold(50_000, 20, 20)
    try:
        app()
    except UsageError as exc:
        _fail(exc, 2)
    except LeaseHeld as exc:
        _fail(exc, 75)
    except TalentwatchError as exc:
        _fail(exc, 1)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except Exception as exc:
        error = in_words(exc)
        if error is None:
            raise
        _fail(error, 1)


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
    logs.say_from("info" if verbose else "warning")


def _fail(error: TalentwatchError, code: int) -> None:
    # Only what fails pays for this import.
    from monitor.cli.options import complain  # noqa: PLC0415

    complain(error)
    raise SystemExit(code)
