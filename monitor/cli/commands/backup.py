"""`talentwatch backup` and `restore`: the state, which is all that cannot be derived again."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.base.errors import UsageError
from monitor.base.private_files import make_folder
from monitor.base.settings import load_settings
from monitor.cli.options import CONFIG, ConfigOption, clock
from monitor.intake.lost_state import open_state
from monitor.operations.lease import run_lease
from monitor.state import WATCH
from monitor.state.databases.backups import (
    copy_state,
    holds_a_state,
    identity,
    sqlite_file,
    take_the_place,
)


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
    if file is None:
        make_folder(folder)
    target = file or folder / f"{clock():%Y-%m-%dT%H%M%S}.db"
    copy_state(sqlite_file(settings.state), target)
    if file is None:
        for old in sorted(folder.glob("*.db"))[: -settings.watch.backups]:
            old.unlink()
    typer.echo(f"The state is in {target}.")


def restore(
    file: Annotated[Path, typer.Argument(help="What `backup` wrote.")],
    config: ConfigOption = CONFIG,
    other_watch: Annotated[
        bool, typer.Option("--other-watch", help="Take the state of another watch on purpose.")
    ] = False,
) -> None:
    """Put a backup in the place of the state; the state as it was is kept beside it.

    A backup of another watch is refused: what it told and what it knows are of other snapshots.
    """
    settings = load_settings(config)
    place = sqlite_file(settings.state)
    ours, theirs = identity(place), identity(file)
    if ours.is_other(theirs) and not other_watch:
        raise UsageError(
            f"{file} is the backup of another watch ({theirs}) than {place} ({ours}): name a backup"
            " of this one, or the configuration of the other by --config; add --other-watch if"
            " it is to take this one's place"
        )
    kept = place.with_name(f"{place.name}.before-{clock():%Y-%m-%dT%H%M%S}")
    if holds_a_state(place):
        with run_lease(settings, at=clock()):
            copy_state(place, kept)
            copy_state(file, place)
    else:
        # What is missing, empty or damaged has no lease to hold.
        take_the_place(file, place, kept)
    # An older state is brought to this version, and a newer one refused, here and not tonight.
    with open_state(settings) as state:
        if theirs.watch is None and ours.watch is not None and not ours.is_other(theirs):
            # The backup is of this watch, from before it had an identity.
            with state.transaction() as tx:
                tx.set_cursor(WATCH, ours.watch)
    before = f"; the one before is in {kept}" if kept.exists() else ""
    typer.echo(f"The state is that of {file}{before}.")
