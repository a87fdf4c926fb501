"""`talentwatch simulate`: a labour market with its truth, to see how well the detection does."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.base.errors import UsageError
from monitor.simulate import FAULTS, HARD, Options, rates_of
from monitor.simulate import simulate as write

USUAL = Options(rates={})


def simulate(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder to write to.")],
    profiles: Annotated[int, typer.Option(help="People, up to 1,000,000.")] = USUAL.profiles,
    snapshots: Annotated[int, typer.Option(help="How often one looks.")] = USUAL.snapshots,
    days: Annotated[int, typer.Option(help="Days between two looks.")] = USUAL.days,
    first: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="The day of the first look."),
    ] = None,
    people_each: Annotated[
        int, typer.Option(help="People at an organisation on average.")
    ] = USUAL.people_each,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = USUAL.seed,
    fault: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=RATE", help=f"One of: {', '.join(FAULTS)}."),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(metavar="NAME,...", help="No other faults than these; `none` for none."),
    ] = None,
    hard: Annotated[
        bool, typer.Option(help="Add all that makes it hard to say whether a count is a lot.")
    ] = False,
    plain: Annotated[bool, typer.Option(help="Leave the snapshots unpacked.")] = False,
) -> None:
    """Write snapshots of a simulated labour market, and what is true of it."""
    named = None if only is None else [word for word in only.split(",") if word != "none"]
    rates = {**(HARD if hard else {}), **dict(map(_rate, fault or ()))}
    options = Options(
        profiles=profiles,
        snapshots=snapshots,
        days=days,
        people_each=people_each,
        first=USUAL.first if first is None else first.date(),
        seed=seed,
        rates=rates_of(rates, only=named),
    )
    done = write(options, folder, packed=not plain)
    raid = done.raid_visible_on or "never"
    typer.echo(
        f"{done.snapshots} snapshots of {done.people:,} people in {folder / 'snapshots'};"
        f" {done.moves:,} moves in {folder / 'truth.jsonl'}; enough evidence of the raid: {raid}"
    )
    typer.echo(f"Next: talentwatch run --config {folder / 'config.toml'}")


def _rate(text: str) -> tuple[str, float]:
    name, _, rate = text.partition("=")
    try:
        return name, float(rate)
    except ValueError as exc:
        raise UsageError(f"--fault {text}: write NAME=RATE, such as renames=0.1") from exc
