"""Which snapshots the ledger rests on: the state knows what the store has to hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, delete, insert, select

from monitor.state.tables import TAKEN_SNAPSHOTS

WATCH = "watch"
"""The cursor with the identity of a watch, the same in all copies of its state."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is known of a snapshot that the ledger rests on."""

    sha256: str | None
    """The checksum of the file that it was taken from; None in a state that an older talentwatch
    wrote, until the next run."""
    verdict: str | None
    """Its verdict when the ledger was written; None as above."""


Snapshots = Mapping[tuple[str, date], Taken]
"""By source and day."""


class TakenSnapshots:
    """The part of a transaction that remembers snapshots."""

    connection: Connection

    def taken_snapshots(self) -> dict[tuple[str, date], Taken]:
        """Read the snapshots that the ledger rests on."""
        rows = self.connection.execute(select(TAKEN_SNAPSHOTS))
        return {(row.source, row.observed_on): Taken(row.sha256, row.verdict) for row in rows}

    def remember_snapshots(self, snapshots: Snapshots) -> None:
        """Write down what the ledger rests on; what is not named stays as it was."""
        taken = self.taken_snapshots()
        changed = {
            key: snapshot for key, snapshot in snapshots.items() if taken.get(key) != snapshot
        }
        self.forget_snapshots(key for key in changed if key in taken)
        rows = [
            {
                "source": source,
                "observed_on": day,
                "sha256": snapshot.sha256,
                "verdict": snapshot.verdict,
            }
            for (source, day), snapshot in changed.items()
        ]
        if rows:
            self.connection.execute(insert(TAKEN_SNAPSHOTS), rows)

    def forget_snapshots(self, snapshots: Iterable[tuple[str, date]]) -> None:
        """Expect some snapshots no longer."""
        table = TAKEN_SNAPSHOTS.c
        for source, day in snapshots:
            this = and_(table.source == source, table.observed_on == day)
            self.connection.execute(delete(TAKEN_SNAPSHOTS).where(this))
