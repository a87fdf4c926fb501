"""What the commands share: options, the clock, and how rows and troubles are printed.

The time is read here and nowhere below.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from monitor.base.errors import UsageError
from monitor.base.records import Json

if TYPE_CHECKING:
    # Every command imports this module, and few need these.
    from rich.console import Console

    from monitor.base.statements import Reading
    from monitor.identity.organizations import Directory
    from monitor.operations.run import Assembly

ConfigOption = Annotated[
    Path, typer.Option("--config", help="The configuration file.", envvar="TALENTWATCH_CONFIG")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="JSON Lines on stdout, nothing else there.")
]
CsvOption = Annotated[
    bool, typer.Option("--csv", help="CSV with a heading on stdout, for a spreadsheet.")
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, metavar="N", help="Only the first N.")
]
CONFIG = Path("config.toml")
PIPE_WIDTH = 160
EARLIEST, LATEST = 1900, 2999
"""The years that a run can be in: what is counted from a day must have room on both sides."""
_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control marks that JSON lets through, and marks that turn the direction of what follows."""


def day(means: str) -> Any:
    """Make the option of a day."""
    return typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help=means)


def past_day(means: str) -> Any:
    """Make the option of a day that may be called `today` or `yesterday`."""
    return typer.Option(
        parser=_named_day, metavar="DAY", help=f"{means} `yesterday` and `today` are days, too."
    )


def _named_day(text: str) -> datetime:
    days = {"today": 0, "yesterday": 1}
    midnight = clock().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    if text in days:
        return midnight - timedelta(days=days[text])
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 -- a day has no zone
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no day: write it as 2025-08-14, `yesterday` or `today`"
        ) from None


def one_form(*, json: bool, csv: bool) -> None:
    """Raise UsageError when two forms of output are asked for at once."""
    if json and csv:
        raise UsageError("--json and --csv are two forms of one answer: ask for one of them")


def print_rows(
    rows: list[Any],
    *,
    json: bool,
    record: Callable[[Any], dict[str, Json]],
    table: Callable[["Console", list[Any]], None],
) -> None:
    """Print rows as JSON Lines of `record`, or for a person as `table` shows them."""
    if json:
        json_lines(record(row) for row in rows)
    else:
        table(console(), rows)


def json_lines(records: Iterable[Mapping[str, Json]]) -> None:
    """Print one JSON object a line on stdout."""
    for record in records:
        sys.stdout.buffer.write(inert(orjson.dumps(record)) + b"\n")
    sys.stdout.flush()


def inert(line: bytes) -> bytes:
    """Write what a terminal might obey as JSON escapes: the values stay what they are."""
    if line.isascii():
        return line.replace(b"\x7f", b"\\u007f")
    return _OBEYED.sub(lambda mark: f"\\u{ord(mark[0]):04x}", line.decode()).encode()


def remark(text: str) -> None:
    """Say something about what was printed on stderr, beside it; nothing if there is none."""
    if text:
        sys.stdout.flush()
        typer.echo(text, err=True)


def leave(errors: Sequence[str]) -> None:
    """Name each error and leave with 1, if there is one."""
    for error in errors:
        complain(error)
    if errors:
        raise SystemExit(1)


def complain(error: object) -> None:
    """Name an error on stderr; what it quotes can give the terminal no orders."""
    # Only what fails pays for this import.
    from monitor.delivery.messages import visible  # noqa: PLC0415

    typer.echo(f"error: {visible(str(error))}", err=True)


def known(wanted: str | None, names: Sequence[str], what: str) -> None:
    """Raise UsageError, with the names that there are, unless one of them is wanted (or none)."""
    if wanted is not None and wanted not in names:
        there = ", ".join(sorted(names)) or "none"
        raise UsageError(f"there is no {what} {wanted!r} (there are: {there})")


def group_values(
    engine: "Reading", directory: "Directory", pairs: Sequence[str], *, sides: Sequence[str]
) -> dict[str, str]:
    """Return the values of a group written as SIDE=VALUE; an organisation may go by any name.

    Raises UsageError for what is no such pair, or no side of these.
    """
    from monitor.board.movement.named import named_organization  # noqa: PLC0415 -- few commands group

    group = {}
    for pair in pairs:
        side, equals, value = pair.partition("=")
        if not equals or not value:
            raise UsageError(f"--group {pair!r} is no SIDE=VALUE, such as to.organization=xai")
        known(side, sides, "side of a group")
        organization = side.endswith((".organization", ".unit"))
        group[side] = named_organization(engine, directory, value) if organization else value
    return group


def console() -> "Console":
    """Where people read."""
    # Rich is for people at a table, not for every run.
    from monitor.cli.terminal import visible_console  # noqa: PLC0415

    # What goes into a file or a pipe is not cut to the width of a window that nobody looks at.
    return visible_console(width=None if sys.stdout.isatty() else PIPE_WIDTH)


@contextmanager
def progress() -> Iterator[Callable[[str, str], None]]:
    """Show what is being worked on to a person at a terminal, and to nobody else."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    # Only where somebody looks.
    from rich.console import Console  # noqa: PLC0415

    from monitor.delivery.messages import visible  # noqa: PLC0415

    with Console(stderr=True, markup=False, emoji=False).status("starting") as shown:
        yield lambda stage, what: shown.update(visible(f"{stage} {what}"))


def clock() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def assembly() -> "Assembly":
    """Return what puts the parts of a run together; a quiet run never asks for it."""
    from monitor import wiring  # noqa: PLC0415 -- it imports all that a run may need

    return wiring


def moment(day: datetime | None) -> datetime:
    """The moment of a run: now, or the end of the day that was named.

    Raises UsageError for a day so far away that nothing could be counted from it.
    """
    if day is not None and not EARLIEST <= day.year <= LATEST:
        raise UsageError(
            f"--now {day:%Y-%m-%d} is no day of a run: name one from {EARLIEST} to {LATEST}"
        )
    return clock() if day is None else datetime.combine(day.date(), datetime.max.time(), UTC)
