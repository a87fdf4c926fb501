"""`talentwatch chart`: how many counted in one alert, as a picture."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor.base.errors import UsageError
from monitor.base.private_files import atomic_write
from monitor.base.settings import load_settings
from monitor.board.pictures import picture_of, png_picture
from monitor.cli.options import CONFIG, ConfigOption, clock
from monitor.wiring import open_desk


def chart(
    alert: Annotated[str, typer.Argument(help="An alert, by its id or the beginning of it.")],
    config: ConfigOption = CONFIG,
    png: Annotated[
        bool, typer.Option("--png", help="As PNG (needs talentwatch[pictures]); else SVG.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where; default: standard output.")
    ] = None,
) -> None:
    """Draw how many counted in an alert day by day; the picture names nobody."""
    settings = load_settings(config)
    with open_desk(settings, now=clock()) as desk:
        matches = [summary.alert for summary in desk.ledger if summary.alert.startswith(alert)]
        if len(matches) != 1:
            raise UsageError(
                f"{len(matches)} alerts begin with {alert!r}; `talentwatch alerts` lists them all"
            )
        svg = picture_of(desk, desk.tx.latest_named(matches)[matches[0]])
    drawn = png_picture(svg) if png else svg.encode()
    if out is None:
        sys.stdout.buffer.write(drawn)
        return
    try:
        with atomic_write(out) as unfinished:
            unfinished.write_bytes(drawn)
    except OSError as exc:
        raise UsageError(f"{out} cannot be written: {exc.strerror or exc}") from exc
    typer.echo(f"{out}")
