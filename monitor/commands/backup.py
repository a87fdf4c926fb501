"""`talentwatch backup` and `restore`: the state, which is all that cannot be derived again."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.commands.edge import CONFIG, ConfigOption, clock
from monitor.settings import load_settings
from monitor.state import State
from monitor.state.backups import copy_state, sqlite_file
from monitor.turns import working


def backup(
    file: Annotated[
        Path | None, typer.Argument(help="Where to; by default a new file under the snapshots.")
    ] = None,
    config: ConfigOption = CONFIG,
) -> None:
    """Copy the state (ledger, outbox, decisions) into a file, even while a run is at work.

    Without a file, the newest `backups` of [watch] are kept. Snapshots and the configuration are
    plain files: copy them as any others.
    """
    settings = load_settings(config)
    folder = settings.snapshots / "backups"
    target = file or folder / f"{clock():%Y-%m-%dT%H%M%S}.db"
    copy_state(sqlite_file(settings.state), target)
    if file is None:
        for old in sorted(folder.glob("*.db"))[: -settings.watch.backups]:
            old.unlink()
    typer.echo(f"The state is in {target}.")


def restore(
    file: Annotated[Path, typer.Argument(help="What `backup` wrote.")],
    config: ConfigOption = CONFIG,
) -> None:
    """Put a backup in the place of the state; the state as it was is kept beside it."""
    settings = load_settings(config)
    place = sqlite_file(settings.state)
    kept = place.with_name(f"{place.name}.before-{clock():%Y-%m-%dT%H%M%S}")
    with working(settings, at=clock()):
        copy_state(place, kept)
        copy_state(file, place)
    # An older state is brought to this version, and a newer one refused, here and not tonight.
    State.open(settings.state).close()
    typer.echo(f"The state is that of {file}; the one before is in {kept}.")
