"""Damage in the snapshot store: what is damaged, and which file heals it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from monitor.base.errors import SnapshotError
from monitor.base.records import Manifest, Observation
from monitor.intake.snapshots.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One stored snapshot that is not what was written."""

    source: str
    observed_on: date
    problems: tuple[str, ...]
    """What is wrong, each naming its file."""
    origin: str | None
    """The name of the file that it was taken from; None if that is lost with the manifest."""
    sha256: str | None
    """The checksum of that file's content; None as above."""

    @property
    def remedy(self) -> str:
        """What heals it if no file does yet."""
        original = "the file it was taken from" if self.origin is None else self.origin
        return (
            f"put {original} back where [sources.{self.source}] looks for it, or name it:"
            " talentwatch snapshots verify --heal --file FILE"
        )


def damages(store: Store, *, closely: bool = True) -> Iterator[Damage]:
    """Find what is damaged; not `closely`, only what shows without reading whole files."""
    for source in store.sources():
        for day in store.days(source):
            damage = _damage(store, source, day, closely=closely)
            if damage.problems:
                yield damage


def original(damage: Damage, seen: Iterable[Observation]) -> Observation | None:
    """Choose what a damaged snapshot can be taken from again: the same content, whatever its name.

    Where the manifest is damaged, too, nothing but the day tells: the first file of that day.
    """
    ours = [observation for observation in seen if observation.source == damage.source]
    if damage.sha256 is not None:
        return next((our for our in ours if our.sha256 == damage.sha256), None)
    same_day = [our for our in ours if our.observed_on == damage.observed_on]
    return min(same_day, key=lambda observation: observation.origin, default=None)


def _damage(store: Store, source: str, day: date, *, closely: bool) -> Damage:
    manifest: Manifest | None = None
    try:
        manifest = store.manifest(source, day)
    except SnapshotError as exc:
        problems = [str(exc)]
    else:
        if manifest is None:
            problems = [f"{store.files.where(source, day)} has no manifest.json"]
        elif closely:
            problems = store.verify(source, day)
        else:
            problems = store.files.damage(manifest, closely=False)
    return Damage(
        source=source,
        observed_on=day,
        problems=tuple(problems),
        origin=None if manifest is None else manifest.origin,
        sha256=None if manifest is None else manifest.origin_sha256,
    )
