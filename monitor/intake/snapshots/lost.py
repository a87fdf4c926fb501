"""Snapshots that the state knows and the store lacks: nothing is evaluated over such a hole.

A restored backup, a volume that is not mounted and a deleted store look like a past that never
was, and alerts would lose their ground by it, though nobody changed anything.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from monitor.base.errors import SnapshotError
from monitor.base.records import Json, Notice
from monitor.intake.snapshots.store import Store
from monitor.state import Snapshots, Taken, Transaction

INPUT = "snapshots"
"""What the evaluation rests on, as messages about what stops it name it."""
STOPPED = "stopped:"
"""What the keys of notices about what stops the evaluation begin with."""
DECISION = "missing snapshot"
"""The kind of the decision that a snapshot is meant to be gone."""
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What a source had, as the state knows, and what is in the store."""

    source: str
    known: int
    """How many snapshots the state knows."""
    missing: tuple[date, ...]
    """Days whose snapshots the store lacks."""
    other: tuple[date, ...]
    """Days whose snapshots have another content."""

    @property
    def days(self) -> list[date]:
        """All of them, in order."""
        return sorted({*self.missing, *self.other})

    @property
    def record(self) -> dict[str, Json]:
        """The same as JSON."""
        return {
            "known": self.known,
            "missing": [day.isoformat() for day in self.missing],
            "other": [day.isoformat() for day in self.other],
        }


def lost_snapshots(store: Store, taken: Snapshots) -> list[Lost]:
    """Hold what the state knows against the store, by source; a source that is whole is left out.

    A snapshot with a damaged manifest is there: `talentwatch snapshots verify` names it. Raises
    StorageError where the store, or the folder of a source, is no folder that can be listed.
    """
    days: dict[str, dict[date, Taken]] = {}
    for (source, day), snapshot in sorted(taken.items(), key=lambda item: item[0]):
        days.setdefault(source, {})[day] = snapshot
    losses = [_lost(store, source, of_source) for source, of_source in days.items()]
    return [loss for loss in losses if loss.days]


def _lost(store: Store, source: str, taken: Mapping[date, Taken]) -> Lost:
    missing, other = [], []
    store.days(source)
    for day, snapshot in taken.items():
        try:
            manifest = store.manifest(source, day)
        except SnapshotError:
            continue
        if manifest is None:
            missing.append(day)
        elif snapshot.sha256 not in (None, manifest.origin_sha256):
            other.append(day)
    return Lost(source=source, known=len(taken), missing=tuple(missing), other=tuple(other))


def stops(lost: Iterable[Lost], store: Store) -> dict[str, str]:
    """Say what stops the evaluation and the way on; nothing where the store is whole."""
    lines = list(lost_text(lost, store.files.name))
    return {INPUT: ". ".join(lines)} if lines else {}


def lost_text(lost: Iterable[Lost], place: object) -> Iterator[str]:
    """Say of each source what is missing in a folder or a bucket, and the way on."""
    for loss in lost:
        named = []
        if loss.missing:
            named.append(f"are not in {place}/{loss.source}: {_listed(loss.missing)}")
        if loss.other:
            named.append(f"have another content in {place}/{loss.source}: {_listed(loss.other)}")
        yield (
            f"source {loss.source}: of the {loss.known} snapshots that the alerts rest on"
            f" {len(loss.days)} {'; '.join(named)}. Nothing is evaluated until they are back: mount"
            " the volume, put the folder back from its backup, or put their files back where the"
            " source looks for them; if they are meant to be gone, say so:"
            f" talentwatch snapshots confirm-missing {loss.source} --why TEXT"
        )


def _listed(days: tuple[date, ...]) -> str:
    more = f" and {len(days) - _SHOWN} more" if len(days) > _SHOWN else ""
    return ", ".join(day.isoformat() for day in islice(days, _SHOWN)) + more


def stop_notice(name: str, error: str, *, on: date) -> Notice:
    """Tell the operators that an input stops the evaluation."""
    return Notice(
        key=STOPPED + name,
        title=f"Nothing is evaluated: the {name} are not as they were",
        text=f"{error}. What is new is taken in meanwhile; no alert is opened, closed or taken"
        " back.",
        on=on,
        facts={"input": name, "error": error},
    )


def confirm_missing(tx: Transaction, lost: Lost, *, by: str, why: str, on: datetime) -> None:
    """Note an operator's decision that the snapshots are meant to be as the store has them."""
    for day in lost.days:
        tx.decide(DECISION, f"{lost.source}:{day.isoformat()}", "confirmed", by, why, on=on)
    tx.forget_snapshots((lost.source, day) for day in lost.days)


def rested_on(
    store: Store, verdicts: Mapping[tuple[str, date], str]
) -> dict[tuple[str, date], Taken]:
    """Describe the snapshots that were judged, for the state to remember them.

    One whose manifest is damaged is left out: what is known of it stays.
    """
    snapshots = {}
    for (source, day), verdict in verdicts.items():
        try:
            manifest = store.manifest(source, day)
        except SnapshotError:
            continue
        if manifest is not None:
            snapshots[source, day] = Taken(manifest.origin_sha256, verdict)
    return snapshots
