"""A store copied to another place: each snapshot whole, checked on the way, the same files."""

import os
import shutil
from collections.abc import Callable
from datetime import date

from monitor.base.errors import SnapshotError
from monitor.base.records import Manifest
from monitor.intake.snapshots.store import Store


def copy_store(
    store: Store, target: Store, *, progress: Callable[[str, date], None] = lambda *_: None
) -> tuple[int, int]:
    """Copy every snapshot that another store lacks; returns how many, and how many were there.

    Whoever calls sees to it that nothing writes to either. What was copied stays if it ends early,
    and is not copied again. Raises SnapshotError for a snapshot that is damaged, and for one of the
    other store that was taken from another file.
    """
    copied = there = 0
    for source in store.sources():
        for day, manifest in store.manifests(source).items():
            progress(source, day)
            other = target.manifest(source, day)
            if other == manifest and not target.files.damage(manifest, closely=False):
                there += 1
                continue
            if other is not None and other.origin_sha256 != manifest.origin_sha256:
                raise SnapshotError(
                    f"{target.files.where(source, day)} was taken from {other.origin} with other"
                    f" content than {store.files.where(source, day)}: it is another store; name an"
                    " empty place, or take it away there"
                )
            _copy(store, target, manifest)
            copied += 1
    return copied, there


def _copy(store: Store, target: Store, manifest: Manifest) -> None:
    damage = store.files.damage(manifest, closely=True)
    if damage:
        raise SnapshotError(f"{damage[0]}; `talentwatch snapshots verify` says what heals it")
    source, day = manifest.source, manifest.observed_on
    folder = store.path(source, day)
    scratch = target.files.begin(source, day)
    try:
        for name in manifest.files:
            try:
                os.link(folder / name, scratch / name)
            except OSError:  # another disk
                shutil.copyfile(folder / name, scratch / name)
        target.files.publish(scratch, manifest)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
