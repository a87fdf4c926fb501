"""Taking an observation in without whoever was forgotten, by whatever id they come back."""

import shutil
from pathlib import Path

from monitor.base.private_files import FOLDER
from monitor.base.records import Manifest, Observation
from monitor.intake.forgetting.forgotten import Forgotten
from monitor.intake.forgetting.numbered_copies import NumberedCopies
from monitor.intake.snapshots.files import Progress, written


def read_without(
    snapshots: Path, observation: Observation, folder: Path, progress: Progress | None = None
) -> Manifest:
    """Read an origin into a folder without forgotten people, with the numbers that stand for them.

    An id by which somebody forgotten comes back is forgotten, too, and so is one that states that
    one: the origin is read again until there is no other. Raises what `written` raises.
    """
    source, day = observation.source, observation.observed_on
    copies = NumberedCopies(snapshots)
    while True:
        forgotten = Forgotten.load(snapshots)
        away = forgotten.of_snapshot(source, day, copies.numbers_of(source, day))
        manifest = written(observation, folder, progress, away)
        if away is None or not away.linked:
            return copies.put_back(folder, manifest)
        forgotten.with_linked(source, away.linked).save(snapshots)
        shutil.rmtree(folder)
        folder.mkdir(FOLDER)
