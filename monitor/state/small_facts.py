"""Small facts in the state database: cursors, operators' decisions, runs and tell-once keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from monitor.base.records import Json, Notice
from monitor.state.alerts.encoding import encoded
from monitor.state.tables import CURSORS, DECISIONS, NOTICES, RUNS

MOVED = "moved"
"""The cursor that says where a state was moved to: what is left is no longer worked with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One thing an operator decided; decisions are only ever added, the newest on a key holds."""

    number: int
    kind: str
    key: str
    verdict: str
    by: str
    why: str
    on: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command that changes the state."""

    run: str
    started_at: datetime
    finished_at: datetime | None
    """None while it goes on, and for ever if it was killed."""
    outcome: Mapping[str, Json] | None


class Facts:
    """The part of a transaction that reads and writes small facts."""

    connection: Connection

    def cursor(self, name: str) -> str | None:
        """Read a small fact; None if it was never set."""
        query = select(CURSORS.c.value).where(CURSORS.c.name == name)
        return self.connection.execute(query).scalar_one_or_none()

    def cursors(self, prefix: str) -> dict[str, str]:
        """Read every small fact whose name starts so, by name."""
        query = select(CURSORS.c.name, CURSORS.c.value).order_by(CURSORS.c.name)
        named = query.where(CURSORS.c.name.startswith(prefix, autoescape=True))
        return {name: value for name, value in self.connection.execute(named)}  # noqa: C416 -- dict() of rows is untyped

    def set_cursor(self, name: str, value: str | None) -> None:
        """Write a small fact; None removes it."""
        self.connection.execute(delete(CURSORS).where(CURSORS.c.name == name))
        if value is not None:
            self.connection.execute(insert(CURSORS).values(name=name, value=value))

    def decide(  # noqa: PLR0913 -- the columns of the log of decisions
        self, kind: str, key: str, verdict: str, by: str, why: str, *, on: datetime
    ) -> None:
        """Add an operator's decision to the log."""
        self.connection.execute(
            insert(DECISIONS).values(
                kind=kind, key=key, verdict=verdict, by=by, why=why, decided_at=on
            )
        )

    def decisions(self, kind: str | None = None) -> list[Decision]:
        """List the decisions of one kind, or all, in the order in which they were taken."""
        query = select(DECISIONS).order_by(DECISIONS.c.id)
        if kind is not None:
            query = query.where(DECISIONS.c.kind == kind)
        return [
            Decision(
                number=row.id,
                kind=row.kind,
                key=row.key,
                verdict=row.verdict,
                by=row.by,
                why=row.why,
                on=row.decided_at,
            )
            for row in self.connection.execute(query)
        ]

    def start_run(self, run: str, *, at: datetime) -> None:
        """Write down that a run began."""
        self.connection.execute(insert(RUNS).values(id=run, started_at=at))

    def finish_run(self, run: str, *, at: datetime, outcome: Mapping[str, Json]) -> None:
        """Write down how a run ended."""
        self.connection.execute(
            update(RUNS).where(RUNS.c.id == run).values(finished_at=at, outcome=encoded(outcome))
        )

    def drop_runs(self, *, before: datetime) -> int:
        """Forget the runs that began before a moment; returns how many."""
        return self.connection.execute(delete(RUNS).where(RUNS.c.started_at < before)).rowcount

    def runs(self, *, limit: int = 20) -> list[Run]:
        """List the newest runs, newest first."""
        query = select(RUNS).order_by(RUNS.c.started_at.desc(), RUNS.c.id.desc()).limit(limit)
        return [
            Run(
                run=row.id,
                started_at=row.started_at,
                finished_at=row.finished_at,
                outcome=None if row.outcome is None else msgspec.json.decode(row.outcome),
            )
            for row in self.connection.execute(query)
        ]

    def record_notice(self, notice: Notice) -> bool:
        """Write a notice down under its key; whether this is the first time that it is told."""
        seen = select(NOTICES.c.key).where(NOTICES.c.key == notice.key)
        if self.connection.execute(seen).first() is not None:
            return False
        self.connection.execute(
            insert(NOTICES).values(key=notice.key, notified_on=notice.on, body=encoded(notice))
        )
        return True

    def notices(self) -> list[Notice]:
        """List every notice that was told and whose wording is kept, oldest first."""
        worded = select(NOTICES.c.body).where(NOTICES.c.body != "")
        query = worded.order_by(NOTICES.c.notified_on, NOTICES.c.key)
        bodies = self.connection.execute(query).scalars()
        return [msgspec.json.decode(body, type=Notice) for body in bodies]

    def forget_wording(self, *, before: date) -> None:
        """Forget what the notices told before a day said; that they were told stays known."""
        self.connection.execute(
            update(NOTICES).where(NOTICES.c.notified_on < before).values(body="")
        )

    def forget_notice(self, key: str) -> None:
        """Let a notice be told again, because its cause went away in between."""
        self.connection.execute(delete(NOTICES).where(NOTICES.c.key == key))
